/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "wsm-kerberos-private.h"

#define TGT_PREFIX KRB5_TGS_NAME "/"

/*
 * libkrb5 looks through a cache from its beginning, and copies each ticket on its way. So requests
 * get a cache of their own, with no more in it than they may need.
 */
struct _WsmKerberosCopy
{
  gatomicrefcount references;
  gint64 end_seconds; /* of what others are asked for with, since 1970 */

  GMutex mutex;
  GHashTable *tickets; /* (owned): name of a service → krb5_creds */
  GHashTable *tgts;    /* (owned): the same, of those by which others are asked for */
};

static void
free_creds (krb5_context context, krb5_creds *creds)
{
  krb5_free_cred_contents (context, creds);
  g_free (creds);
}

/* Takes the contents of @creds. What comes later is newer, and lasts as long at least. */
static void
take (WsmKerberosCopy *self, krb5_context context, const char *name, krb5_creds *creds)
{
  GHashTable *table = g_str_has_prefix (name, TGT_PREFIX) ? self->tgts : self->tickets;
  krb5_creds *old = g_hash_table_lookup (table, name);

  if (old != NULL && (guint32) old->times.endtime > (guint32) creds->times.endtime)
    {
      krb5_free_cred_contents (context, creds);
      return;
    }

  g_hash_table_replace (table, g_strdup (name), g_memdup2 (creds, sizeof *creds));
  if (old != NULL)
    free_creds (context, old);
}

/**
 * wsm_kerberos_copy_learn:
 * @self: a copy
 * @context: of the thread
 * @cache: a credential cache
 *
 * Adds what is in @cache.
 *
 * Returns: %TRUE if it could be read to its end
 */
gboolean
wsm_kerberos_copy_learn (WsmKerberosCopy *self, krb5_context context, krb5_ccache cache)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  krb5_cc_cursor cursor;
  krb5_creds creds;
  krb5_error_code code = krb5_cc_start_seq_get (context, cache, &cursor);

  if (code != 0)
    return FALSE;

  while ((code = krb5_cc_next_cred (context, cache, &cursor, &creds)) == 0)
    {
      char *name = NULL;

      if (!creds.is_skey && !krb5_is_config_principal (context, creds.server) &&
          krb5_unparse_name (context, creds.server, &name) == 0)
        take (self, context, name, &creds);
      else
        krb5_free_cred_contents (context, &creds);
      krb5_free_unparsed_name (context, name);
    }
  krb5_cc_end_seq_get (context, cache, &cursor);

  return code == KRB5_CC_END;
}

/**
 * wsm_kerberos_copy_new:
 * @context: of the thread
 * @cache: a credential cache
 * @end_seconds: until when others can be asked for with what is in there, since 1970
 *
 * Returns: (transfer full) (nullable): what is in @cache; %NULL if it cannot be read
 */
WsmKerberosCopy *
wsm_kerberos_copy_new (krb5_context context, krb5_ccache cache, gint64 end_seconds)
{
  WsmKerberosCopy *self = g_new0 (WsmKerberosCopy, 1);

  g_atomic_ref_count_init (&self->references);
  self->end_seconds = end_seconds;
  g_mutex_init (&self->mutex);
  self->tickets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->tgts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (!wsm_kerberos_copy_learn (self, context, cache))
    g_clear_pointer (&self, wsm_kerberos_copy_unref);

  return self;
}

WsmKerberosCopy *
wsm_kerberos_copy_ref (WsmKerberosCopy *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

static void
clear_table (krb5_context context, GHashTable *table)
{
  GHashTableIter iter;
  gpointer creds;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, NULL, &creds))
    free_creds (context, creds);
}

void
wsm_kerberos_copy_unref (WsmKerberosCopy *self)
{
  krb5_context context = NULL;

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  if (krb5_init_context (&context) == 0)
    {
      clear_table (context, self->tickets);
      clear_table (context, self->tgts);
    }
  krb5_free_context (context);
  g_hash_table_unref (self->tickets);
  g_hash_table_unref (self->tgts);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

gboolean
wsm_kerberos_copy_lasts (WsmKerberosCopy *self)
{
  return self->end_seconds >= g_get_real_time () / G_USEC_PER_SEC + WSM_KERBEROS_LEAST_SECONDS;
}

/**
 * wsm_kerberos_copy_pick:
 * @self: a copy
 * @context: of the thread
 * @services: (array zero-terminated=1): names of services
 * @cache: a credential cache
 *
 * Writes into @cache the tickets for @services that there are, and those by which others are asked
 * for. Whether they are still good is left to libkrb5.
 *
 * Returns: 0, or a code of libkrb5
 */
krb5_error_code
wsm_kerberos_copy_pick (WsmKerberosCopy *self, krb5_context context, const char *const *services,
                        krb5_ccache cache)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  GHashTableIter iter;
  gpointer creds;
  krb5_error_code code = 0;

  g_hash_table_iter_init (&iter, self->tgts);
  while (code == 0 && g_hash_table_iter_next (&iter, NULL, &creds))
    code = krb5_cc_store_cred (context, cache, creds);

  for (gsize i = 0; code == 0 && services[i] != NULL; i++)
    {
      creds = g_hash_table_lookup (self->tickets, services[i]);
      if (creds != NULL)
        code = krb5_cc_store_cred (context, cache, creds);
    }

  return code;
}
