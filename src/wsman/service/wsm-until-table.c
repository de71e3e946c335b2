/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-until-table.h"

typedef struct
{
  guint64 key;
  gint64 until_usec;
  guint index; /* in the heap */
} Entry;

struct _WsmUntilTable
{
  guint max_entries;
  GHashTable *entries; /* (element-type guint64 Entry): key within */
  GPtrArray *heap;     /* (element-type Entry): none ends before the one at (index - 1) / 2 */
};

/**
 * wsm_until_table_new:
 * @max_entries: how many keys it holds at most, above 0
 *
 * Returns: (transfer full): an empty table
 */
WsmUntilTable *
wsm_until_table_new (guint max_entries)
{
  WsmUntilTable *self;

  g_return_val_if_fail (max_entries > 0, NULL);

  self = g_new0 (WsmUntilTable, 1);
  self->max_entries = max_entries;
  self->entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->heap = g_ptr_array_new ();

  return self;
}

/**
 * wsm_until_table_free:
 * @self: (transfer full): a table
 */
void
wsm_until_table_free (WsmUntilTable *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->entries);
  g_ptr_array_unref (self->heap);
  g_free (self);
}

static Entry *
get_entry (const WsmUntilTable *self, guint index)
{
  return g_ptr_array_index (self->heap, index);
}

static void
put_entry (WsmUntilTable *self, guint index, Entry *entry)
{
  self->heap->pdata[index] = entry;
  entry->index = index;
}

static void
sift_up (WsmUntilTable *self, Entry *entry)
{
  guint index = entry->index;

  while (index > 0 && get_entry (self, (index - 1) / 2)->until_usec > entry->until_usec)
    {
      put_entry (self, index, get_entry (self, (index - 1) / 2));
      index = (index - 1) / 2;
    }
  put_entry (self, index, entry);
}

static void
sift_down (WsmUntilTable *self, Entry *entry)
{
  guint index = entry->index;

  for (;;)
    {
      guint child = 2 * index + 1;

      if (child >= self->heap->len)
        break;
      if (child + 1 < self->heap->len &&
          get_entry (self, child + 1)->until_usec < get_entry (self, child)->until_usec)
        child++;
      if (get_entry (self, child)->until_usec >= entry->until_usec)
        break;

      put_entry (self, index, get_entry (self, child));
      index = child;
    }
  put_entry (self, index, entry);
}

static void
remove_first (WsmUntilTable *self)
{
  Entry *first = get_entry (self, 0);
  Entry *last = get_entry (self, self->heap->len - 1);

  g_ptr_array_set_size (self->heap, (int) self->heap->len - 1);
  if (last != first)
    {
      last->index = 0;
      sift_down (self, last);
    }
  g_hash_table_remove (self->entries, &first->key);
}

static void
make_room (WsmUntilTable *self, gint64 now_usec)
{
  while (self->heap->len > 0 &&
         (self->heap->len >= self->max_entries || get_entry (self, 0)->until_usec <= now_usec))
    remove_first (self);
}

/**
 * wsm_until_table_get:
 * @self: a table
 * @key: a key; of keys that callers can choose, a keyed hash
 *
 * Returns: until when it is true, in monotonic time, which may have passed; 0 if nothing is known
 */
gint64
wsm_until_table_get (WsmUntilTable *self, guint64 key)
{
  const Entry *entry;

  g_return_val_if_fail (self != NULL, 0);

  entry = g_hash_table_lookup (self->entries, &key);

  return entry != NULL ? entry->until_usec : 0;
}

/**
 * wsm_until_table_set:
 * @self: a table
 * @key: a key
 * @until_usec: until when it is true, in monotonic time
 * @now_usec: monotonic time; what has ended before is forgotten
 *
 * Notes it, in place of what was known of the key.
 */
void
wsm_until_table_set (WsmUntilTable *self, guint64 key, gint64 until_usec, gint64 now_usec)
{
  Entry *entry;

  g_return_if_fail (self != NULL);

  entry = g_hash_table_lookup (self->entries, &key);
  if (entry == NULL)
    {
      make_room (self, now_usec);
      entry = g_new0 (Entry, 1);
      entry->key = key;
      entry->index = self->heap->len;
      g_hash_table_insert (self->entries, &entry->key, entry);
      g_ptr_array_add (self->heap, entry);
    }

  entry->until_usec = until_usec;
  sift_up (self, entry);
  sift_down (self, entry);
}

/**
 * wsm_until_table_get_size:
 * @self: a table
 *
 * Returns: how many keys it holds, those among them whose time has passed since the last was added
 */
guint
wsm_until_table_get_size (WsmUntilTable *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->heap->len;
}
