/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-call-rate.h"

#define MINUTE_USEC (60 * G_USEC_PER_SEC)

typedef struct
{
  gint64 begun_usec[CF_CALL_RATE_MAX_A_MINUTE]; /* a ring: the oldest is the next to be replaced */
  guint n_begun;
  guint next;
  guint n_unanswered;
} Caller;

struct _CfCallRate
{
  GHashTable *callers; /* (element-type guint Caller) (owned) */
};

/**
 * cf_call_rate_new:
 *
 * Returns: (transfer full): a rate that knows of no call yet
 */
CfCallRate *
cf_call_rate_new (void)
{
  CfCallRate *self = g_new0 (CfCallRate, 1);

  self->callers = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

/**
 * cf_call_rate_free:
 * @self: (transfer full): a rate
 */
void
cf_call_rate_free (CfCallRate *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->callers);
  g_free (self);
}

static gint64
get_newest (const Caller *caller)
{
  return caller
    ->begun_usec[(caller->next + CF_CALL_RATE_MAX_A_MINUTE - 1) % CF_CALL_RATE_MAX_A_MINUTE];
}

static gboolean
is_forgotten (gpointer uid, gpointer value, gpointer user_data)
{
  const Caller *caller = value;
  const gint64 *now_usec = user_data;

  return caller->n_unanswered == 0 && get_newest (caller) <= *now_usec - MINUTE_USEC;
}

static gboolean
is_full (const Caller *caller, gint64 now_usec)
{
  return caller->n_unanswered >= CF_CALL_RATE_MAX_A_MINUTE ||
         (caller->n_begun == CF_CALL_RATE_MAX_A_MINUTE &&
          caller->begun_usec[caller->next] > now_usec - MINUTE_USEC);
}

/**
 * cf_call_rate_begin:
 * @self: a rate
 * @uid: who calls
 * @now_usec: monotonic time
 *
 * Counts one more call. A call that is refused here does not count, or whoever tries again too
 * early would wait for ever.
 *
 * Returns: %FALSE if that is too often; otherwise cf_call_rate_end() has to follow with the answer
 */
gboolean
cf_call_rate_begin (CfCallRate *self, guint32 uid, gint64 now_usec)
{
  Caller *caller;

  g_return_val_if_fail (self != NULL, FALSE);

  g_hash_table_foreach_remove (self->callers, is_forgotten, &now_usec);
  caller = g_hash_table_lookup (self->callers, GUINT_TO_POINTER (uid));
  if (caller == NULL)
    {
      caller = g_new0 (Caller, 1);
      g_hash_table_insert (self->callers, GUINT_TO_POINTER (uid), caller);
    }
  if (is_full (caller, now_usec))
    return FALSE;

  caller->begun_usec[caller->next] = now_usec;
  caller->next = (caller->next + 1) % CF_CALL_RATE_MAX_A_MINUTE;
  caller->n_begun = MIN (caller->n_begun + 1, CF_CALL_RATE_MAX_A_MINUTE);
  caller->n_unanswered++;
  return TRUE;
}

/**
 * cf_call_rate_end:
 * @self: a rate
 * @uid: who got an answer
 */
void
cf_call_rate_end (CfCallRate *self, guint32 uid)
{
  Caller *caller;

  g_return_if_fail (self != NULL);

  caller = g_hash_table_lookup (self->callers, GUINT_TO_POINTER (uid));
  g_return_if_fail (caller != NULL && caller->n_unanswered > 0);
  caller->n_unanswered--;
}
