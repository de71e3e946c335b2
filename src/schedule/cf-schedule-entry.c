/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-schedule-entry.h"

struct _CfScheduleEntry
{
  gatomicrefcount ref_count;

  CfShutdownRequest *request; /* (owned) */
  char *requester;            /* (owned) */
  gint64 deadline_boot_usec;
};

G_DEFINE_BOXED_TYPE (CfScheduleEntry, cf_schedule_entry, cf_schedule_entry_ref,
                     cf_schedule_entry_unref)

/**
 * cf_schedule_entry_new:
 * @request: what was asked for
 * @requester: who asked, for people and logs: "mara from 192.0.2.7"
 * @deadline_boot_usec: when it is due, on the clock of cf_clock_get_boot_usec()
 *
 * Returns: (transfer full): a new entry
 */
CfScheduleEntry *
cf_schedule_entry_new (CfShutdownRequest *request, const char *requester, gint64 deadline_boot_usec)
{
  CfScheduleEntry *self;

  g_return_val_if_fail (request != NULL, NULL);
  g_return_val_if_fail (requester != NULL, NULL);

  self = g_new0 (CfScheduleEntry, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->request = cf_shutdown_request_ref (request);
  self->requester = g_strdup (requester);
  self->deadline_boot_usec = deadline_boot_usec;
  return self;
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
