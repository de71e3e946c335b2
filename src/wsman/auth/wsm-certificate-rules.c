/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-certificate-rules.h"

#include <string.h>

#include "wsm-auth-error.h"
#include "wsm-distinguished-name.h"
#include "wsm-key-file.h"

#define USER_PREFIX        "user "
#define MAX_NAME           256
#define MAX_RULES          10000
#define FINGERPRINT_LENGTH 64

struct _WsmCertificateRules
{
  GHashTable *by_subject;     /* (owned) (element-type utf8 utf8): users by normalized subject */
  GHashTable *by_fingerprint; /* (owned) (element-type utf8 utf8): by SHA-256 in small letters */
};

static gboolean
set_fault (GError **error, const char *name, const char *group, const char *key, const char *fault)
{
  g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
               "The file of certificate users %s is wrong in [%s]%s%s: %s", name, group,
               key != NULL ? ", " : "", key != NULL ? key : "", fault);
  return FALSE;
}

/* The user whom [@group] is about; NULL if it is about none. */
static const char *
get_user (const char *group)
{
  const char *user = group + strlen (USER_PREFIX);

  if (!g_str_has_prefix (group, USER_PREFIX) || *user == '\0' || strlen (user) > MAX_NAME ||
      strchr (user, '*') != NULL || g_ascii_isspace (*user) ||
      g_ascii_isspace (user[strlen (user) - 1]))
    return NULL;
  return user;
}

static char *
normalize_fingerprint (const char *text)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == ':' || *c == ' ')
        continue;
      if (!g_ascii_isxdigit (*c) || digits->len == FINGERPRINT_LENGTH)
        return NULL;
      g_string_append_c (digits, g_ascii_tolower (*c));
    }
  if (digits->len != FINGERPRINT_LENGTH)
    return NULL;

  return g_string_free (g_steal_pointer (&digits), FALSE);
}

/* Takes one element off a list with semicolons, which a backslash makes part of an element. */
static char *
take_element (const char **cursor)
{
  const char *start = *cursor;
  const char *c = start;

  while (*c != '\0' && *c != ';')
    c += *c == '\\' && c[1] != '\0' ? 2 : 1;
  *cursor = *c == ';' ? c + 1 : c;

  return g_strstrip (g_strndup (start, (gsize) (c - start)));
}

static gboolean
load_key (WsmCertificateRules *self, const char *name, const char *group, const char *key,
          const char *value, GError **error)
{
  gboolean is_subject = g_str_equal (key, "subject");
  GHashTable *table = is_subject ? self->by_subject : self->by_fingerprint;
  const char *cursor = value;

  if (!is_subject && !g_str_equal (key, "sha256"))
    return set_fault (error, name, group, key, "the key has no meaning; write subject or sha256.");

  do
    {
      g_autofree char *element = take_element (&cursor);
      g_autofree char *normal = NULL;
      g_autoptr (GError) fault = NULL;

      normal = is_subject ? wsm_distinguished_name_normalize (element, &fault)
                          : normalize_fingerprint (element);
      if (fault != NULL)
        return set_fault (error, name, group, key, fault->message);
      if (normal == NULL)
        return set_fault (error, name, group, key,
                          "it is not a SHA-256 fingerprint, of 64 hexadecimal digits.");
      if (g_hash_table_contains (table, normal))
        return set_fault (error, name, group, key,
                          "the same one is there already; a certificate can be of one user only.");
      if (g_hash_table_size (table) >= MAX_RULES)
        return set_fault (error, name, group, key, "there are more than 10,000 of them.");
      g_hash_table_insert (table, g_steal_pointer (&normal),
                           g_strdup (group + strlen (USER_PREFIX)));
    }
  while (*cursor != '\0');

  return TRUE;
}

static gboolean
load_group (WsmCertificateRules *self, GKeyFile *key_file, const char *name, const char *group,
            GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (key_file, group, NULL, NULL);

  if (get_user (group) == NULL)
    return set_fault (error, name, group, NULL,
                      "the group has no meaning; write [user NAME], with the name of one user.");
  if (keys == NULL || *keys == NULL)
    return set_fault (error, name, group, NULL,
                      "there is neither a subject nor a fingerprint (sha256) of the user.");
  for (gsize i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_value (key_file, group, keys[i], NULL);

      if (!load_key (self, name, group, keys[i], value != NULL ? value : "", error))
        return FALSE;
    }
  return TRUE;
}

/**
 * wsm_certificate_rules_parse:
 * @name: what the file is called, for errors
 * @text: (array length=length): the text of a key file
 * @length: its octets
 * @error: %WSM_AUTH_ERROR_SYNTAX; the message names the file and what is wrong in it
 *
 * Reads groups `[user NAME]` with the keys `subject`, distinguished names
 * (wsm_distinguished_name_normalize()), and `sha256`, fingerprints; both are lists with semicolons,
 * and any element will do for the user. Nothing stands for more than one certificate, and none may
 * be of two users.
 *
 * Returns: (transfer full): the rules; %NULL with @error set otherwise
 */
WsmCertificateRules *
wsm_certificate_rules_parse (const char *name, const char *text, gsize length, GError **error)
{
  g_autoptr (WsmCertificateRules) self = g_new0 (WsmCertificateRules, 1);
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autoptr (GError) fault = NULL;
  g_autofree char *terminated = g_strndup (text, length);
  g_autofree char *repetition = NULL;
  g_auto (GStrv) groups = NULL;

  self->by_subject = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->by_fingerprint = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  /* a NUL would hide what stands behind it; translations are kept so that they are refused */
  if (!g_utf8_validate_len (text, length, NULL) ||
      !g_key_file_load_from_data (key_file, terminated, length, G_KEY_FILE_KEEP_TRANSLATIONS,
                                  &fault))
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                   "The file of certificate users %s is not a key file: %s.", name,
                   fault != NULL ? fault->message : "it is no text in UTF-8");
      return NULL;
    }
  repetition = wsm_key_file_find_repetition (terminated);
  if (repetition != NULL)
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                   "The file of certificate users %s has something for the second time: %s. Keep "
                   "one of them.",
                   name, repetition);
      return NULL;
    }

  groups = g_key_file_get_groups (key_file, NULL);
  for (gsize i = 0; groups[i] != NULL; i++)
    {
      if (!load_group (self, key_file, name, groups[i], error))
        return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * wsm_certificate_rules_free:
 * @self: (transfer full): the rules
 */
void
wsm_certificate_rules_free (WsmCertificateRules *self)
{
  g_hash_table_unref (self->by_subject);
  g_hash_table_unref (self->by_fingerprint);
  g_free (self);
}

/**
 * wsm_certificate_rules_find:
 * @self: the rules
 * @subject: (nullable): the normalized subject of a certificate; %NULL for one that has none, or
 *   none that can be read
 * @fingerprint: its SHA-256, in 64 small hexadecimal digits
 * @error: %WSM_AUTH_ERROR_REJECTED if it is nobody's, or of two users
 *
 * Returns: (transfer none): the user; %NULL with @error set otherwise
 */
const char *
wsm_certificate_rules_find (WsmCertificateRules *self, const char *subject, const char *fingerprint,
                            GError **error)
{
  const char *by_subject = subject != NULL ? g_hash_table_lookup (self->by_subject, subject) : NULL;
  const char *by_fingerprint = g_hash_table_lookup (self->by_fingerprint, fingerprint);

  if (by_subject == NULL && by_fingerprint == NULL)
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                 "No user has the certificate of \"%s\" with the SHA-256 fingerprint %s.",
                 subject != NULL ? subject : "", fingerprint);
  else if (by_subject != NULL && by_fingerprint != NULL &&
           !g_str_equal (by_subject, by_fingerprint))
    g_set_error (
      error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
      "The certificate with the SHA-256 fingerprint %s is of %s by its subject and of %s "
      "by its fingerprint.",
      fingerprint, by_subject, by_fingerprint);
  else
    return by_fingerprint != NULL ? by_fingerprint : by_subject;

  return NULL;
}
