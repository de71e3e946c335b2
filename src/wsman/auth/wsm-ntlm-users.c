/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-ntlm-users.h"

#include <string.h>

#include "wsm-auth-error.h"
#include "wsm-secret.h"
#include "wsm-trusted-file.h"

#define MAX_FILE_SIZE (1024 * 1024)
#define MAX_USERS     10000
#define MAX_LINE      1000 /* gss-ntlmssp reads pieces of 1,023 octets as lines */
#define MAX_NAME      64

/* what Windows forbids in names of accounts, and "@" and "%", which mean something to others */
#define NOT_IN_NAMES "\"/\\[]:;|=,+*?<>@%"

#define HASH_LENGTH            32
#define HASH_OF_EMPTY_PASSWORD "31D6CFE0D16AE931B73C59D7E0C089C0"

struct _WsmNtlmUsers
{
  GHashTable *spellings; /* (owned) (element-type utf8 utf8): by the name in lower case; an empty
                          * one for a line that is of nobody who may sign in */
};

static gboolean
is_hash (const char *text)
{
  return strlen (text) == HASH_LENGTH && strspn (text, "0123456789ABCDEFabcdef") == HASH_LENGTH;
}

/* The LM hash, which nobody uses: a hash, or the Xs that smbpasswd writes. */
static gboolean
is_lm_field (const char *text)
{
  return is_hash (text) || (strlen (text) == HASH_LENGTH && strspn (text, "X") == HASH_LENGTH);
}

static gboolean
is_number (const char *text)
{
  gsize length = strlen (text);

  return length >= 1 && length <= 10 && strspn (text, "0123456789") == length;
}

static gboolean
is_flags (const char *text)
{
  gsize length = strlen (text);

  return length >= 3 && length <= 18 && text[0] == '[' && text[length - 1] == ']' &&
         strspn (text + 1, "UNDHTMWSLXI ") == length - 2;
}

/* What is wrong with a name; NULL if nothing is. gss-ntlmssp compares without case in the charset
 * of the locale, and a service has none: other than ASCII it would not find. */
static const char *
find_fault_of_name (const char *name)
{
  gsize length = strlen (name);

  if (length == 0 || length > MAX_NAME)
    return "the name is empty or longer than 64 characters";
  if (strchr (name, '\\') != NULL || strchr (name, '@') != NULL)
    return "the name has a domain, which a caller could claim but not prove: write the name alone";
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isprint (name[i]))
        return "the name has other characters than those of ASCII";
    }
  if (strpbrk (name, NOT_IN_NAMES) != NULL)
    return "the name has a character that names of accounts may not have";
  if (name[0] == ' ' || name[length - 1] == ' ' || name[0] == '#')
    return "the name begins or ends with a space";

  return NULL;
}

/* What is wrong with the fields of a line, of which there are at least five. */
static const char *
find_fault (WsmNtlmUsers *self, char **fields)
{
  const char *fault = find_fault_of_name (fields[0]);
  g_autofree char *key = g_ascii_strdown (fields[0], -1);

  if (fault != NULL)
    return fault;
  if (!is_number (fields[1]))
    return "the second field is not a number";
  if (!is_lm_field (fields[2]))
    return "the third field is neither 32 hexadecimal digits nor 32 times \"X\"";
  if (!is_hash (fields[3]))
    return "the fourth field, the NT hash, is not 32 hexadecimal digits";
  if (g_ascii_strcasecmp (fields[3], HASH_OF_EMPTY_PASSWORD) == 0)
    return "the hash is that of an empty password";
  if (!is_flags (fields[4]))
    return "the fifth field is not flags, such as \"[U          ]\"";
  if (g_hash_table_contains (self->spellings, key))
    return "the name is there for the second time";
  if (g_hash_table_size (self->spellings) >= MAX_USERS)
    return "there are more than 10,000 users";

  return NULL;
}

static gboolean
read_line (WsmNtlmUsers *self, const char *name, guint number, char *line, GError **error)
{
  g_auto (GStrv) fields = NULL;
  const char *fault;
  gboolean is_active;

  if (*line == '\0' || *line == '#')
    return TRUE;

  fields = g_strsplit (line, ":", -1);
  if (strlen (line) > MAX_LINE)
    fault = "it is too long";
  else if (g_strv_length (fields) < 5 || g_strv_length (fields) > 7)
    fault = "it is not \"name:number:LM hash:NT hash:[flags]:\"";
  else
    fault = find_fault (self, fields);

  if (fault == NULL)
    {
      /* gss-ntlmssp takes every line for a user: the others have to be known here */
      is_active = strchr (fields[4], 'U') != NULL && strpbrk (fields[4], "DNLWSIT") == NULL;
      g_hash_table_insert (self->spellings, g_ascii_strdown (fields[0], -1),
                           g_strdup (is_active ? fields[0] : ""));
    }
  for (gsize i = 0; fields[i] != NULL; i++)
    wsm_secret_wipe (fields[i], strlen (fields[i]));
  if (fault != NULL)
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                 "Line %u of the file of NTLM users %s is wrong: %s.", number, name, fault);

  return fault == NULL;
}

/**
 * wsm_ntlm_users_parse:
 * @name: what the file is called, for errors
 * @text: (array length=length): lines `name:number:LM hash:NT hash:[flags]:LCT-…:`; empty ones and
 *   those that start with `#` mean nothing
 * @length: the octets of @text
 * @error: %WSM_AUTH_ERROR_SYNTAX, with the number of the line that is wrong and nothing of its text
 *
 * Names are of ASCII, without a domain, and each there once, whatever its case. A line whose flags
 * say that it is disabled, locked, without a password or of a computer is of nobody.
 *
 * Returns: (transfer full): the users; %NULL with @error set otherwise
 */
WsmNtlmUsers *
wsm_ntlm_users_parse (const char *name, const char *text, gsize length, GError **error)
{
  g_autoptr (WsmNtlmUsers) self = g_new0 (WsmNtlmUsers, 1);
  guint number = 0;
  gsize start = 0;

  self->spellings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  while (start < length)
    {
      const char *end = memchr (text + start, '\n', length - start);
      gsize line_length = end != NULL ? (gsize) (end - text) - start : length - start;
      g_autofree char *line = g_strndup (text + start, line_length);
      gboolean is_good;

      number++;
      if (strlen (line) != line_length)
        {
          g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                       "Line %u of the file of NTLM users %s is wrong: it is no text.", number,
                       name);
          is_good = FALSE;
        }
      else
        {
          if (line_length > 0 && line[line_length - 1] == '\r')
            line[line_length - 1] = '\0';
          is_good = read_line (self, name, number, line, error);
        }
      wsm_secret_wipe (line, line_length);
      if (!is_good)
        return NULL;
      start += line_length + 1;
    }

  return g_steal_pointer (&self);
}

/**
 * wsm_ntlm_users_new:
 * @path: (type filename): a file that is root's or this process's own and that nobody else may read
 * @error: a #GFileError for a file that cannot be read or is not to be trusted, or
 *   %WSM_AUTH_ERROR_SYNTAX
 *
 * Reads the file as it is now; see wsm_ntlm_users_parse(). Blocks.
 *
 * Returns: (transfer full): the users; %NULL with @error set otherwise
 */
WsmNtlmUsers *
wsm_ntlm_users_new (const char *path, GError **error)
{
  WsmNtlmUsers *self;
  gsize length = 0;
  char *text = wsm_trusted_file_read (path, "file of NTLM users", MAX_FILE_SIZE,
                                      WSM_TRUSTED_FILE_SECRET, &length, error);

  if (text == NULL)
    return NULL;

  self = wsm_ntlm_users_parse (path, text, length, error);
  wsm_secret_wipe (text, length);
  g_free (text);
  return self;
}

/**
 * wsm_ntlm_users_free:
 * @self: (transfer full): the users
 */
void
wsm_ntlm_users_free (WsmNtlmUsers *self)
{
  g_hash_table_unref (self->spellings);
  g_free (self);
}

/**
 * wsm_ntlm_users_find:
 * @self: the users
 * @user: a name, in any case, without domain
 *
 * Returns: (nullable): the name as the file spells it; %NULL for nobody who may sign in
 */
const char *
wsm_ntlm_users_find (WsmNtlmUsers *self, const char *user)
{
  g_autofree char *key = g_ascii_strdown (user, -1);
  const char *spelling = g_hash_table_lookup (self->spellings, key);

  return spelling != NULL && *spelling != '\0' ? spelling : NULL;
}
