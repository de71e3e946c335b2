/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-auth-field.h"

#include <string.h>

#include "wsm-auth-error.h"

#define MAX_ENCODED (WSM_AUTH_MAX_TOKEN / 3 * 4)
G_STATIC_ASSERT (WSM_AUTH_MAX_TOKEN % 3 == 0);

static const struct
{
  WsmAuthScheme scheme;
  const char *name;
} schemes[] = {
  { WSM_AUTH_SCHEME_BASIC, "Basic" },
  { WSM_AUTH_SCHEME_NEGOTIATE, "Negotiate" },
  { WSM_AUTH_SCHEME_KERBEROS, "Kerberos" },
  { WSM_AUTH_SCHEME_NTLM, "NTLM" },
};

static gboolean
is_word (const char *text, gsize length, const char *word)
{
  return length == strlen (word) && g_ascii_strncasecmp (text, word, length) == 0;
}

static WsmAuthScheme
find_scheme (const char *text, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (is_word (text, length, schemes[i].name))
      return schemes[i].scheme;

  return is_word (text, length, WSM_AUTH_CERTIFICATE_PROFILE) ? WSM_AUTH_SCHEME_CERTIFICATE
                                                              : WSM_AUTH_SCHEME_NONE;
}

/**
 * wsm_auth_scheme_get_name:
 * @scheme: one scheme, not %WSM_AUTH_SCHEME_NONE
 *
 * Returns: its name, as people know it; but for certificates it is the one in HTTP fields, too
 */
const char *
wsm_auth_scheme_get_name (WsmAuthScheme scheme)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (schemes[i].scheme == scheme)
      return schemes[i].name;

  g_return_val_if_fail (scheme == WSM_AUTH_SCHEME_CERTIFICATE, NULL);
  return "Certificate";
}

/**
 * wsm_auth_field_get_scheme:
 * @value: (array length=length): the value of an Authorization field
 * @length: its octets
 *
 * Returns: its scheme, without regard to case; whether what follows is right is not looked at.
 *   %WSM_AUTH_SCHEME_NONE for any other
 */
WsmAuthScheme
wsm_auth_field_get_scheme (const char *value, gsize length)
{
  const char *space;

  g_return_val_if_fail (value != NULL || length == 0, WSM_AUTH_SCHEME_NONE);

  if (length == 0)
    return WSM_AUTH_SCHEME_NONE;
  space = memchr (value, ' ', length);

  return find_scheme (value, space != NULL ? (gsize) (space - value) : length);
}

static int
get_base64_value (char letter)
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *at = memchr (letters, letter, strlen (letters));

  return at != NULL ? (int) (at - letters) : -1;
}

/* GLib's decoder skips what it does not know. Here each octet has to be right, down to the bits
 * behind the last whole octet, so that a token has one spelling. */
static gboolean
is_base64 (const char *text, gsize length)
{
  gsize n_letters = 0;
  int unused_bits;

  if (length == 0 || length % 4 != 0)
    return FALSE;
  while (n_letters < length && get_base64_value (text[n_letters]) >= 0)
    n_letters++;

  switch (length - n_letters)
    {
    case 0:
      return TRUE;
    case 1:
      unused_bits = 3;
      break;
    case 2:
      unused_bits = 15;
      break;
    default:
      return FALSE;
    }

  for (gsize i = n_letters; i < length; i++)
    if (text[i] != '=')
      return FALSE;

  return (get_base64_value (text[n_letters - 1]) & unused_bits) == 0;
}

/* NULL if @text is no token, or is too long */
static GBytes *
decode (const char *text, gsize length)
{
  g_autofree guchar *octets = NULL;
  int state = 0;
  guint save = 0;
  gsize n_octets;

  if (length > MAX_ENCODED || !is_base64 (text, length))
    return NULL;
  octets = g_malloc (length / 4 * 3);
  n_octets = g_base64_decode_step (text, length, octets, &state, &save);

  return g_bytes_new_take (g_steal_pointer (&octets), n_octets);
}

/**
 * wsm_auth_field_dup_token:
 * @value: (array length=length): the value of an Authorization field of one of
 *   %WSM_AUTH_SCHEMES_OF_CONNECTION
 * @length: its octets
 * @error: %WSM_AUTH_ERROR_SYNTAX, with a text that shows nothing of the field
 *
 * Reads `Negotiate YII…`: the scheme, spaces, and exact base64 of at least one octet and at most
 * %WSM_AUTH_MAX_TOKEN.
 *
 * Returns: (transfer full): the token; %NULL with @error set otherwise
 */
GBytes *
wsm_auth_field_dup_token (const char *value, gsize length, GError **error)
{
  const char *at;
  GBytes *token = NULL;

  g_return_val_if_fail (value != NULL || length == 0, NULL);

  at = length > 0 ? memchr (value, ' ', length) : NULL;
  if (at != NULL && (wsm_auth_field_get_scheme (value, length) & WSM_AUTH_SCHEMES_OF_CONNECTION))
    {
      const char *end = value + length;

      while (at < end && *at == ' ')
        at++;
      while (end > at && end[-1] == ' ')
        end--;
      token = decode (at, (gsize) (end - at));
    }

  if (token == NULL)
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                 "The Authorization header is not a scheme and one token in base64 of at most %u "
                 "octets; begin the sign-in anew.",
                 WSM_AUTH_MAX_TOKEN);

  return token;
}

/**
 * wsm_auth_field_format:
 * @scheme: one scheme
 * @token: (nullable): what goes with it
 *
 * Writes the value of an Authorization or WWW-Authenticate field.
 *
 * Returns: (transfer full): the value
 */
char *
wsm_auth_field_format (WsmAuthScheme scheme, GBytes *token)
{
  g_autofree char *encoded = NULL;
  const char *name;
  gsize length;
  const guint8 *octets;

  if (scheme == WSM_AUTH_SCHEME_CERTIFICATE)
    return g_strdup (WSM_AUTH_CERTIFICATE_PROFILE);

  name = wsm_auth_scheme_get_name (scheme);
  g_return_val_if_fail (name != NULL, NULL);
  if (token == NULL)
    return g_strdup (name);

  octets = g_bytes_get_data (token, &length);
  encoded = g_base64_encode (octets, length);

  return g_strconcat (name, " ", encoded, NULL);
}

/* What one element of a list in WWW-Authenticate is, RFC 9110, section 11.6.1: a scheme that may
 * bring a token, or a parameter of the scheme before it. */
typedef struct
{
  const char *name;
  gsize name_length;
  const char *token; /* (nullable): none, or all that stands behind the name */
  gsize token_length;
  gboolean is_parameter;
} Element;

/* Up to the next comma that is not inside quotes. */
static const char *
find_end (const char *at)
{
  gboolean is_quoted = FALSE;

  for (; *at != '\0' && (is_quoted || *at != ','); at++)
    {
      if (*at == '"')
        is_quoted = !is_quoted;
      else if (is_quoted && *at == '\\' && at[1] != '\0')
        at++;
    }

  return at;
}

static void
read_element (const char *at, const char *end, Element *element)
{
  const char *behind;

  while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
    end--;

  /* not beyond the end: a field of nothing but commas would take the square of its length */
  behind = at;
  while (behind < end && *behind != ' ' && *behind != '\t' && *behind != '=')
    behind++;
  element->name = at;
  element->name_length = (gsize) (behind - at);
  while (behind < end && (*behind == ' ' || *behind == '\t'))
    behind++;

  element->is_parameter = behind < end && *behind == '=';
  element->token = behind < end ? behind : NULL;
  element->token_length = (gsize) (end - behind);
}

/* No token is better than one of two, so the second is the end of the first. */
static void
take_token (WsmChallenges *self, const Element *element)
{
  if (element->token == NULL || self->is_broken)
    return;

  if (self->token == NULL)
    self->token = decode (element->token, element->token_length);
  else
    g_clear_pointer (&self->token, g_bytes_unref);
  self->is_broken = self->token == NULL;
}

/**
 * wsm_challenges_add:
 * @self: (inout): what the fields before this one say; begin with zeros
 * @value: the value of a WWW-Authenticate field: one challenge, or several between commas
 * @wanted: the scheme that was asked for
 *
 * Reads one field. Schemes are known in any case; those that mean nothing here are left out, with
 * their parameters. Two tokens of @wanted, or a parameter of it if it is one of
 * %WSM_AUTH_SCHEMES_OF_CONNECTION, are broken as well.
 */
void
wsm_challenges_add (WsmChallenges *self, const char *value, WsmAuthScheme wanted)
{
  WsmAuthScheme scheme = WSM_AUTH_SCHEME_NONE;

  g_return_if_fail (self != NULL);
  g_return_if_fail (value != NULL);

  for (const char *at = value;;)
    {
      const char *end;
      Element element;

      while (*at == ' ' || *at == '\t' || *at == ',')
        at++;
      if (*at == '\0')
        break;

      end = find_end (at);
      read_element (at, end, &element);
      at = end;

      if (!element.is_parameter)
        {
          scheme = find_scheme (element.name, element.name_length);
          self->offered |= scheme;
        }
      /* a parameter counts as a token that is none: what stands behind its name begins with "=" */
      if (scheme == wanted && (scheme & WSM_AUTH_SCHEMES_OF_CONNECTION) != 0)
        take_token (self, &element);
    }
}

/**
 * wsm_challenges_clear:
 * @self: what the fields of one answer say
 *
 * Forgets it.
 */
void
wsm_challenges_clear (WsmChallenges *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->token, g_bytes_unref);
  self->offered = WSM_AUTH_SCHEME_NONE;
  self->is_broken = FALSE;
}
