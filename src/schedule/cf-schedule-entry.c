/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-schedule-entry.h"

#include "cf-schedule-entry-private.h"

G_DEFINE_BOXED_TYPE (CfScheduleEntry, cf_schedule_entry, cf_schedule_entry_ref,
                     cf_schedule_entry_unref)

static void
postponement_clear (gpointer data)
{
  CfPostponement *postponement = data;

  g_free (postponement->who);
  g_free (postponement->note);
}

static CfScheduleEntry *
allocate (CfShutdownRequest *request, const char *requester, CfScheduleOrigin origin)
{
  CfScheduleEntry *self = g_new0 (CfScheduleEntry, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->request = cf_shutdown_request_ref (request);
  self->requester = g_strdup (requester);
  self->origin = origin;
  self->postponements = g_array_new (FALSE, TRUE, sizeof (CfPostponement));
  g_array_set_clear_func (self->postponements, postponement_clear);
  self->change = CF_SCHEDULE_ACCEPTED;
  self->changed_by = g_strdup (requester);
  self->ready = g_array_new (FALSE, FALSE, sizeof (guint32));
  return self;
}

/**
 * cf_schedule_entry_new:
 * @request: what was asked for
 * @requester: who asked, for people and logs: "mara from 192.0.2.7"
 * @origin: what kind of client asked
 * @now_boot_usec: when it was accepted, on the clock of cf_clock_get_boot_usec()
 * @deadline_boot_usec: when it is due, on the same clock
 *
 * Returns: (transfer full): a new entry
 */
CfScheduleEntry *
cf_schedule_entry_new (CfShutdownRequest *request, const char *requester, CfScheduleOrigin origin,
                       gint64 now_boot_usec, gint64 deadline_boot_usec)
{
  CfScheduleEntry *self;

  g_return_val_if_fail (request != NULL, NULL);
  g_return_val_if_fail (requester != NULL, NULL);

  self = allocate (request, requester, origin);
  self->accepted_boot_usec = now_boot_usec;
  self->first_deadline_boot_usec = deadline_boot_usec;
  cf_schedule_entry_set_deadline (self, now_boot_usec, deadline_boot_usec);
  return self;
}

/**
 * cf_schedule_entry_copy:
 * @self: an entry
 *
 * Returns: (transfer full): another one with the same values, to be changed before it is shown
 */
CfScheduleEntry *
cf_schedule_entry_copy (const CfScheduleEntry *self)
{
  CfScheduleEntry *copy = allocate (self->request, self->requester, self->origin);

  copy->accepted_boot_usec = self->accepted_boot_usec;
  copy->first_deadline_boot_usec = self->first_deadline_boot_usec;
  copy->deadline_boot_usec = self->deadline_boot_usec;
  copy->announced_for_usec = self->announced_for_usec;
  copy->is_shown = self->is_shown;
  copy->is_extended = self->is_extended;
  copy->has_returned = self->has_returned;
  cf_schedule_entry_set_change (copy, self->change, self->changed_by);
  g_array_append_vals (copy->ready, self->ready->data, self->ready->len);
  for (guint i = 0; i < self->postponements->len; i++)
    {
      const CfPostponement *old = cf_schedule_entry_get_postponement (self, i);

      cf_schedule_entry_add_postponement (copy, old->who, old->real_usec, old->seconds, old->note);
    }
  return copy;
}

/**
 * cf_schedule_entry_add_postponement:
 * @self: an entry that nobody else has seen yet
 * @who: who postponed
 * @real_usec: when, by the wall clock
 * @seconds: by how much
 * @note: (nullable): why
 *
 * Writes one line into the ledger; the deadline is another matter.
 */
void
cf_schedule_entry_add_postponement (CfScheduleEntry *self, const char *who, gint64 real_usec,
                                    guint32 seconds, const char *note)
{
  const CfPostponement postponement = {
    .who = g_strdup (who),
    .real_usec = real_usec,
    .seconds = seconds,
    .note = g_strdup (note != NULL ? note : ""),
  };

  g_array_append_val (self->postponements, postponement);
}

/**
 * cf_schedule_entry_set_deadline:
 * @self: an entry that nobody else has seen yet
 * @now_boot_usec: what time it is
 * @deadline_boot_usec: when it is due from now on
 *
 * Sets the deadline. Reminders begin anew with it, so nobody has seen one of them.
 */
void
cf_schedule_entry_set_deadline (CfScheduleEntry *self, gint64 now_boot_usec,
                                gint64 deadline_boot_usec)
{
  self->deadline_boot_usec = deadline_boot_usec;
  self->announced_for_usec = deadline_boot_usec - now_boot_usec;
  self->is_shown = FALSE;
}

/**
 * cf_schedule_entry_set_change:
 * @self: an entry that nobody else has seen yet
 * @change: what happened to it
 * @who: (nullable): who did that
 */
void
cf_schedule_entry_set_change (CfScheduleEntry *self, CfScheduleChange change, const char *who)
{
  g_autofree char *old = self->changed_by;

  self->change = change;
  self->changed_by = g_strdup (who);
}

static gboolean
find_ready (const CfScheduleEntry *self, guint32 uid, guint *i)
{
  for (*i = 0; *i < self->ready->len; (*i)++)
    if (g_array_index (self->ready, guint32, *i) == uid)
      return TRUE;
  return FALSE;
}

/**
 * cf_schedule_entry_set_ready:
 * @self: an entry that nobody else has seen yet
 * @uid: a user
 * @is_ready: whether they are ready for it
 */
void
cf_schedule_entry_set_ready (CfScheduleEntry *self, guint32 uid, gboolean is_ready)
{
  guint i;

  if (find_ready (self, uid, &i))
    {
      if (!is_ready)
        g_array_remove_index (self->ready, i);
    }
  else if (is_ready && self->ready->len < CF_SCHEDULE_MAX_READY)
    g_array_append_val (self->ready, uid);
}

/**
 * cf_schedule_entry_ref:
 * @self: an entry
 *
 * Returns: (transfer full): @self
 */
CfScheduleEntry *
cf_schedule_entry_ref (CfScheduleEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * cf_schedule_entry_unref:
 * @self: (transfer full): an entry
 */
void
cf_schedule_entry_unref (CfScheduleEntry *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  cf_shutdown_request_unref (self->request);
  g_free (self->requester);
  g_free (self->changed_by);
  g_array_unref (self->ready);
  g_array_unref (self->postponements);
  g_free (self);
}

/**
 * cf_schedule_entry_get_request:
 * @self: an entry
 *
 * Returns: (transfer none): what was asked for
 */
CfShutdownRequest *
cf_schedule_entry_get_request (const CfScheduleEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->request;
}

/**
 * cf_schedule_entry_get_requester:
 * @self: an entry
 *
 * Returns: (transfer none): who asked
 */
const char *
cf_schedule_entry_get_requester (const CfScheduleEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->requester;
}

/**
 * cf_schedule_entry_get_origin:
 * @self: an entry
 *
 * Returns: what kind of client asked
 */
CfScheduleOrigin
cf_schedule_entry_get_origin (const CfScheduleEntry *self)
{
  g_return_val_if_fail (self != NULL, CF_SCHEDULE_ORIGIN_FOREIGN);

  return self->origin;
}

/**
 * cf_schedule_entry_get_change:
 * @self: an entry
 *
 * Returns: what happened to it last; never %CF_SCHEDULE_CLOCK_SET, which happens to the clock
 */
CfScheduleChange
cf_schedule_entry_get_change (const CfScheduleEntry *self)
{
  g_return_val_if_fail (self != NULL, CF_SCHEDULE_ACCEPTED);

  return self->change;
}

/**
 * cf_schedule_entry_get_changed_by:
 * @self: an entry
 *
 * Returns: (transfer none) (nullable): who did that, for people; after %CF_SCHEDULE_RESTORED who
 *   did what came before
 */
const char *
cf_schedule_entry_get_changed_by (const CfScheduleEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->changed_by;
}

/**
 * cf_schedule_entry_get_accepted_boot_usec:
 * @self: an entry
 *
 * Returns: when it was accepted, on the clock of cf_clock_get_boot_usec()
 */
gint64
cf_schedule_entry_get_accepted_boot_usec (const CfScheduleEntry *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->accepted_boot_usec;
}

/**
 * cf_schedule_entry_get_first_deadline_boot_usec:
 * @self: an entry
 *
 * Returns: when it would be due without postponing, on the clock of cf_clock_get_boot_usec()
 */
gint64
cf_schedule_entry_get_first_deadline_boot_usec (const CfScheduleEntry *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->first_deadline_boot_usec;
}

/**
 * cf_schedule_entry_get_deadline_boot_usec:
 * @self: an entry
 *
 * Returns: when it is due, on the clock of cf_clock_get_boot_usec()
 */
gint64
cf_schedule_entry_get_deadline_boot_usec (const CfScheduleEntry *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->deadline_boot_usec;
}

/**
 * cf_schedule_entry_get_latest_boot_usec:
 * @self: an entry
 *
 * Returns: the latest deadline that postponing can still reach, on the clock of
 *   cf_clock_get_boot_usec(); the present one if it cannot be postponed
 */
gint64
cf_schedule_entry_get_latest_boot_usec (const CfScheduleEntry *self)
{
  gint64 left_seconds;

  g_return_val_if_fail (self != NULL, 0);

  left_seconds = (gint64) cf_schedule_entry_get_postpones_left (self) *
                 cf_shutdown_request_get_postpone_seconds (self->request);
  return self->deadline_boot_usec + left_seconds * G_USEC_PER_SEC;
}

/**
 * cf_schedule_entry_get_postpones_left:
 * @self: an entry
 *
 * Returns: how often it can still be postponed
 */
guint
cf_schedule_entry_get_postpones_left (const CfScheduleEntry *self)
{
  guint limit;

  g_return_val_if_fail (self != NULL, 0);

  limit = MIN (cf_shutdown_request_get_postpone_limit (self->request),
               CF_SCHEDULE_MAX_POSTPONEMENTS);
  if (cf_shutdown_request_get_postpone_seconds (self->request) == 0 ||
      self->postponements->len >= limit)
    return 0;
  return limit - self->postponements->len;
}

/**
 * cf_schedule_entry_is_ready:
 * @self: an entry
 * @uid: a user
 *
 * Returns: whether they said that it may happen (cf_schedule_set_ready())
 */
gboolean
cf_schedule_entry_is_ready (const CfScheduleEntry *self, guint32 uid)
{
  guint i;

  g_return_val_if_fail (self != NULL, FALSE);

  return find_ready (self, uid, &i);
}

/**
 * cf_schedule_entry_dup_ready:
 * @self: an entry
 * @n: (out): how many they are
 *
 * Returns: (transfer full) (nullable) (array length=n): the uids of who is ready; %NULL for nobody
 */
guint32 *
cf_schedule_entry_dup_ready (const CfScheduleEntry *self, guint *n)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (n != NULL, NULL);

  *n = self->ready->len;
  return g_memdup2 (self->ready->data, *n * sizeof (guint32));
}

/**
 * cf_schedule_entry_get_n_postponements:
 * @self: an entry
 *
 * Returns: how often it was postponed
 */
guint
cf_schedule_entry_get_n_postponements (const CfScheduleEntry *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->postponements->len;
}

/**
 * cf_schedule_entry_get_postponement:
 * @self: an entry
 * @i: from 0 to cf_schedule_entry_get_n_postponements() - 1, oldest first
 *
 * Returns: (transfer none): one line of the ledger
 */
const CfPostponement *
cf_schedule_entry_get_postponement (const CfScheduleEntry *self, guint i)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (i < self->postponements->len, NULL);

  return &g_array_index (self->postponements, CfPostponement, i);
}
