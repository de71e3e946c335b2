/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-request-rate.h"

#define MINUTE_USEC (60 * G_USEC_PER_SEC)
#define MANY_USERS  256 /* look for full buckets from here on */

/* A level is in requests times MINUTE_USEC, so that whole numbers are exact: each microsecond adds
 * @per_minute, each request takes MINUTE_USEC. */
typedef struct
{
  guint64 level;
  gint64 when_usec;
} Bucket;

struct _WsmRequestRate
{
  guint per_minute;
  GHashTable *buckets; /* (element-type utf8 Bucket) */
};

/**
 * wsm_request_rate_new:
 * @per_minute: requests that each user may make in a minute, above 0
 *
 * Returns: (transfer full): a rate that nobody has used yet
 */
WsmRequestRate *
wsm_request_rate_new (guint per_minute)
{
  WsmRequestRate *self;

  g_return_val_if_fail (per_minute > 0, NULL);

  self = g_new0 (WsmRequestRate, 1);
  self->per_minute = per_minute;
  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

/**
 * wsm_request_rate_free:
 * @self: (transfer full): a rate
 */
void
wsm_request_rate_free (WsmRequestRate *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->buckets);
  g_free (self);
}

static guint64
get_level (const WsmRequestRate *self, const Bucket *bucket, gint64 now_usec)
{
  guint64 full = (guint64) self->per_minute * MINUTE_USEC;
  gint64 passed = CLAMP (now_usec - bucket->when_usec, 0, MINUTE_USEC);

  return MIN (full, bucket->level + (guint64) passed * self->per_minute);
}

/* A full bucket says no more than none. */
static void
forget_full (WsmRequestRate *self, gint64 now_usec)
{
  guint64 full = (guint64) self->per_minute * MINUTE_USEC;
  GHashTableIter iter;
  gpointer bucket;

  g_hash_table_iter_init (&iter, self->buckets);
  while (g_hash_table_iter_next (&iter, NULL, &bucket))
    if (get_level (self, bucket, now_usec) == full)
      g_hash_table_iter_remove (&iter);
}

static Bucket *
find_bucket (WsmRequestRate *self, const char *user, gint64 now_usec)
{
  Bucket *bucket = g_hash_table_lookup (self->buckets, user);

  if (bucket != NULL)
    return bucket;

  if (g_hash_table_size (self->buckets) >= MANY_USERS)
    forget_full (self, now_usec);
  bucket = g_new0 (Bucket, 1);
  bucket->level = (guint64) self->per_minute * MINUTE_USEC;
  bucket->when_usec = now_usec;
  g_hash_table_insert (self->buckets, g_strdup (user), bucket);

  return bucket;
}

/**
 * wsm_request_rate_take:
 * @self: a rate
 * @user: who has signed in and asks something; names that nobody checked do not belong here
 * @now_usec: monotonic time
 *
 * Returns: %TRUE if the request may be served
 */
gboolean
wsm_request_rate_take (WsmRequestRate *self, const char *user, gint64 now_usec)
{
  Bucket *bucket;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (user != NULL, FALSE);

  bucket = find_bucket (self, user, now_usec);
  bucket->level = get_level (self, bucket, now_usec);
  bucket->when_usec = MAX (bucket->when_usec, now_usec);
  if (bucket->level < MINUTE_USEC)
    return FALSE;
  bucket->level -= MINUTE_USEC;

  return TRUE;
}
