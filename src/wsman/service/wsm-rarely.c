/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-rarely.h"

#define PAUSE_USEC (60 * G_USEC_PER_SEC)
#define MAX_KNOWN  1024

typedef struct
{
  guint64 whom;
  gint64 last_usec;
} Entry;

struct _WsmRarely
{
  GHashTable *entries; /* (element-type guint64 Entry): key within */
};

/**
 * wsm_rarely_new:
 *
 * Returns: (transfer full): a memory that knows nobody
 */
WsmRarely *
wsm_rarely_new (void)
{
  WsmRarely *self = g_new0 (WsmRarely, 1);

  self->entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);

  return self;
}

/**
 * wsm_rarely_free:
 * @self: (transfer full): a memory
 */
void
wsm_rarely_free (WsmRarely *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->entries);
  g_free (self);
}

static gboolean
is_old (gpointer key, gpointer value, gpointer user_data)
{
  const gint64 *now_usec = user_data;

  return *now_usec - ((Entry *) value)->last_usec >= PAUSE_USEC;
}

/**
 * wsm_rarely_may:
 * @self: a memory
 * @whom: of whom something is to be said
 * @now_usec: monotonic time
 *
 * Returns: %TRUE once a minute for each of the first 1,024 of that minute; what comes beyond them
 *   is one more flood, and of that nothing is said at all
 */
gboolean
wsm_rarely_may (WsmRarely *self, guint64 whom, gint64 now_usec)
{
  Entry *entry;

  g_return_val_if_fail (self != NULL, FALSE);

  entry = g_hash_table_lookup (self->entries, &whom);
  if (entry != NULL && now_usec - entry->last_usec < PAUSE_USEC)
    return FALSE;

  if (entry == NULL)
    {
      if (g_hash_table_size (self->entries) >= MAX_KNOWN)
        g_hash_table_foreach_remove (self->entries, is_old, &now_usec);
      if (g_hash_table_size (self->entries) >= MAX_KNOWN)
        return FALSE;
      entry = g_new0 (Entry, 1);
      entry->whom = whom;
      g_hash_table_insert (self->entries, &entry->whom, entry);
    }
  entry->last_usec = now_usec;

  return TRUE;
}
