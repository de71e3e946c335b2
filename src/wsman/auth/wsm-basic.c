/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-basic.h"

#include <string.h>

#include "wsm-auth-error.h"

#define MAX_PLAIN   (2 * WSM_BASIC_MAX_PART + 1)
#define MAX_ENCODED ((MAX_PLAIN + 2) / 3 * 4)

/* TRUE for 1 … WSM_BASIC_MAX_PART octets of UTF-8 without control characters. */
static gboolean
is_part (const char *text, gsize length)
{
  if (length == 0 || length > WSM_BASIC_MAX_PART || !g_utf8_validate_len (text, length, NULL))
    return FALSE;

  for (const char *at = text; at < text + length; at = g_utf8_next_char (at))
    {
      if (g_unichar_iscntrl (g_utf8_get_char (at)))
        return FALSE;
    }

  return TRUE;
}

/**
 * wsm_basic_is_user:
 * @text: (array length=length): what may be a name
 * @length: its octets
 *
 * Returns: %TRUE if somebody could sign in by Basic under this name: 1 … %WSM_BASIC_MAX_PART octets
 *   of UTF-8, no control character and no colon
 */
gboolean
wsm_basic_is_user (const char *text, gsize length)
{
  g_return_val_if_fail (text != NULL || length == 0, FALSE);

  return is_part (text, length) && memchr (text, ':', length) == NULL;
}

/**
 * wsm_basic_format:
 * @user: the name
 * @password: the password
 *
 * Writes the value of an `Authorization` header (RFC 7617, charset UTF-8).
 *
 * Returns: (transfer full) (nullable): the value, to be wiped by the caller; %NULL if @user or
 *   @password cannot be written so: not UTF-8, empty, longer than %WSM_BASIC_MAX_PART octets, a
 *   control character, a colon in the name
 */
char *
wsm_basic_format (const char *user, WsmSecret *password)
{
  char plain[MAX_PLAIN];
  const char *secret;
  gsize user_length;
  gsize length;
  char *encoded;
  char *value;

  g_return_val_if_fail (user != NULL, NULL);
  g_return_val_if_fail (password != NULL, NULL);

  secret = wsm_secret_peek (password, &length);
  user_length = strlen (user);
  if (!is_part (user, user_length) || strchr (user, ':') != NULL || !is_part (secret, length))
    return NULL;

  memcpy (plain, user, user_length);
  plain[user_length] = ':';
  memcpy (plain + user_length + 1, secret, length);

  encoded = g_base64_encode ((const guchar *) plain, user_length + 1 + length);
  value = g_strconcat ("Basic ", encoded, NULL);

  wsm_secret_wipe (plain, sizeof plain);
  wsm_secret_wipe (encoded, strlen (encoded));
  g_free (encoded);

  return value;
}

/* The base64 text behind the scheme, or NULL. GLib's decoder skips what it does not know; here each
 * octet has to be right, or two peers could read two names out of one header. */
static const char *
find_encoded (const char *authorization, gsize length, gsize *encoded_length)
{
  const char *end = authorization + length;
  const char *at = authorization + strlen ("Basic ");
  gsize n_letters;

  if (length <= strlen ("Basic ") || g_ascii_strncasecmp (authorization, "Basic ", 6) != 0)
    return NULL;

  while (at < end && *at == ' ')
    at++;
  while (end > at && end[-1] == ' ')
    end--;

  *encoded_length = (gsize) (end - at);
  if (*encoded_length == 0 || *encoded_length > MAX_ENCODED || *encoded_length % 4 != 0)
    return NULL;

  for (n_letters = 0; n_letters < *encoded_length; n_letters++)
    {
      if (!g_ascii_isalnum (at[n_letters]) && at[n_letters] != '+' && at[n_letters] != '/')
        break;
    }

  for (gsize i = n_letters; i < *encoded_length; i++)
    {
      if (at[i] != '=' || *encoded_length - n_letters > 2)
        return NULL;
    }

  return at;
}

/* Decodes into @plain, which has room for MAX_ENCODED octets. */
static gsize
decode (const char *encoded, gsize length, guchar *plain)
{
  int state = 0;
  guint save = 0;
  gsize n_octets = g_base64_decode_step (encoded, length, plain, &state, &save);

  wsm_secret_wipe (&save, sizeof save);
  return n_octets;
}

/**
 * wsm_basic_parse:
 * @authorization: (array length=length): the value of an `Authorization` header
 * @length: its octets
 * @user: (out) (transfer full): the name, without a colon
 * @password: (out) (transfer full): the password
 * @error: %WSM_AUTH_ERROR_SYNTAX, with a text that shows nothing of the header
 *
 * Reads the value of an `Authorization` header (RFC 7617): the scheme in any case, exact base64,
 * UTF-8 without control characters, name and password of 1 … %WSM_BASIC_MAX_PART octets each.
 *
 * Returns: %TRUE with @user and @password set; %FALSE with @error set otherwise
 */
gboolean
wsm_basic_parse (const char *authorization, gsize length, char **user, WsmSecret **password,
                 GError **error)
{
  guchar plain[MAX_ENCODED];
  const char *encoded;
  const char *text = (const char *) plain;
  const char *colon = NULL;
  gsize encoded_length;
  gsize n_octets = 0;
  gboolean is_right = FALSE;

  g_return_val_if_fail (authorization != NULL || length == 0, FALSE);
  g_return_val_if_fail (user != NULL && password != NULL, FALSE);

  encoded = find_encoded (authorization, length, &encoded_length);
  if (encoded != NULL)
    {
      n_octets = decode (encoded, encoded_length, plain);
      colon = memchr (plain, ':', n_octets);
    }

  if (colon != NULL)
    {
      gsize user_length = (gsize) (colon - text);
      gsize password_length = n_octets - user_length - 1;

      is_right = is_part (text, user_length) && is_part (colon + 1, password_length);
      if (is_right)
        {
          *user = g_strndup (text, user_length);
          *password = wsm_secret_new (colon + 1, (gssize) password_length);
        }
    }

  wsm_secret_wipe (plain, sizeof plain);

  if (!is_right)
    g_set_error_literal (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                         "The Authorization header is not Basic with a name and a password.");

  return is_right;
}
