/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-keytab.h"

#include <string.h>
#include <unistd.h>

#include "wsm-auth-error.h"
#include "wsm-trusted-file.h"

#define MAX_FILE_SIZE  (1024 * 1024)
#define MAX_PRINCIPALS 256

static gboolean
set_error_from_krb5 (GError **error, krb5_context context, krb5_error_code code, const char *path)
{
  const char *text = krb5_get_error_message (context, code);

  g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
               "The keytab %s cannot be used: %s. Look at it with: klist -k %s", path, text, path);
  krb5_free_error_message (context, text);
  return FALSE;
}

/* Whoever has the key of a service can make up tickets for it, in anybody's name: other services'
 * keys are not this one's to have. */
static gboolean
is_of_this_service (krb5_context context, krb5_const_principal principal)
{
  static const char *const names[] = { "HTTP", "WSMAN" };
  const krb5_data *first;

  if (krb5_princ_size (context, principal) != 2)
    return FALSE;

  first = krb5_princ_component (context, principal, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (first->length == strlen (names[i]) &&
          g_ascii_strncasecmp (first->data, names[i], first->length) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
add_principal (krb5_context context, krb5_const_principal principal, GPtrArray *good,
               GPtrArray *foreign)
{
  GPtrArray *names = is_of_this_service (context, principal) ? good : foreign;
  char *name = NULL;

  if (krb5_unparse_name (context, principal, &name) != 0)
    return;
  /* there is one entry for each type of encryption */
  if (names->len < MAX_PRINCIPALS &&
      !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
    g_ptr_array_add (names, g_strdup (name));
  krb5_free_unparsed_name (context, name);
}

static gboolean
read_principals (krb5_context context, const char *path, GPtrArray *good, GPtrArray *foreign,
                 GError **error)
{
  g_autofree char *name = g_strconcat ("FILE:", path, NULL);
  krb5_keytab keytab = NULL;
  krb5_kt_cursor cursor;
  krb5_keytab_entry entry;
  krb5_error_code code = krb5_kt_resolve (context, name, &keytab);

  if (code != 0)
    return set_error_from_krb5 (error, context, code, path);

  code = krb5_kt_start_seq_get (context, keytab, &cursor);
  if (code == 0)
    {
      while ((code = krb5_kt_next_entry (context, keytab, &entry, &cursor)) == 0)
        {
          add_principal (context, entry.principal, good, foreign);
          krb5_free_keytab_entry_contents (context, &entry);
        }
      krb5_kt_end_seq_get (context, keytab, &cursor);
      code = code == KRB5_KT_END ? 0 : code;
    }
  krb5_kt_close (context, keytab);

  return code == 0 || set_error_from_krb5 (error, context, code, path);
}

/**
 * wsm_keytab_dup_principals:
 * @context: a context of libkrb5
 * @path: (type filename): a keytab that is root's or this process's own and that nobody else may
 *   read
 * @error: a #GFileError for a file that cannot be read or is not to be trusted;
 *   %WSM_AUTH_ERROR_UNAVAILABLE if it is no keytab, is empty, or has keys of other services, which
 *   the message names
 *
 * Examines the keytab of this service. Blocks.
 *
 * Returns: (transfer full) (array zero-terminated=1): the principals `HTTP/…` and `WSMAN/…` whose
 *   keys it has, each once; %NULL with @error set otherwise
 */
char **
wsm_keytab_dup_principals (krb5_context context, const char *path, GError **error)
{
  g_autoptr (GPtrArray) good = g_ptr_array_new_null_terminated (0, g_free, TRUE);
  g_autoptr (GPtrArray) foreign = g_ptr_array_new_null_terminated (0, g_free, TRUE);
  gsize size = 0;
  int fd = wsm_trusted_file_open (path, "keytab", MAX_FILE_SIZE, WSM_TRUSTED_FILE_SECRET, &size,
                                  error);

  if (fd < 0)
    return NULL;
  close (fd);

  if (size > 0 && !read_principals (context, path, good, foreign, error))
    return NULL;
  if (foreign->len > 0)
    {
      g_autofree char *names = g_strjoinv (", ", (char **) foreign->pdata);

      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                   "The keytab %s has keys of other services than this one (%s). Make one that has "
                   "HTTP/… only, for this service alone.",
                   path, names);
      return NULL;
    }
  if (good->len == 0)
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                   "The keytab %s has no keys. Fill it with those of HTTP/NAME-OF-THIS-HOST.",
                   path);
      return NULL;
    }
  return (char **) g_ptr_array_free (g_steal_pointer (&good), FALSE);
}
