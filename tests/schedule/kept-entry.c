/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kept-entry.h"

CfShutdownRequest *
make_kept_request (guint32 flags, const char *message, const char *hint, const char *code)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  CfShutdownRequest *request;

  cf_shutdown_request_builder_add_flags (builder, flags);
  cf_shutdown_request_builder_set_message (builder, message);
  cf_shutdown_request_builder_set_client_hint (builder, hint);
  cf_shutdown_request_builder_set_code (builder, code);
  cf_shutdown_request_builder_set_grace_seconds (builder, CF_SHUTDOWN_GRACE_MAX_SECONDS);
  cf_shutdown_request_builder_set_reason (builder, 0xffffffffu);
  cf_shutdown_request_builder_set_postponing (builder, 3, 900);
  request = cf_shutdown_request_builder_end_received (builder, NULL);
  g_assert_nonnull (request);
  return request;
}

CfScheduleEntry *
make_kept_entry (void)
{
  g_autoptr (CfShutdownRequest)
    request = make_kept_request (CF_SHUTDOWN_RESTART, "Updates", "curfew/0.1", "K7M-2QX");
  CfScheduleEntry *entry = cf_schedule_entry_new (request, "mara from 192.0.2.7",
                                                  CF_SCHEDULE_ORIGIN_CURFEW, 1000000, 601000000);

  cf_schedule_entry_add_postponement (entry, "alice", G_GINT64_CONSTANT (1767225600000000), 900,
                                      "in a call");
  cf_schedule_entry_set_deadline (entry, 301000000, 1501000000);
  entry->is_shown = TRUE;
  entry->is_extended = TRUE;
  entry->has_returned = TRUE;
  cf_schedule_entry_set_change (entry, CF_SCHEDULE_POSTPONED, "alice");
  cf_schedule_entry_set_ready (entry, 1000, TRUE);
  cf_schedule_entry_set_ready (entry, G_MAXUINT32 - 1, TRUE);
  return entry;
}

void
assert_same_entry (const CfScheduleEntry *a, const CfScheduleEntry *b)
{
  g_assert_true (cf_shutdown_request_equal (a->request, b->request));
  g_assert_cmpstr (a->requester, ==, b->requester);
  g_assert_cmpint (a->origin, ==, b->origin);
  g_assert_cmpint (a->accepted_boot_usec, ==, b->accepted_boot_usec);
  g_assert_cmpint (a->first_deadline_boot_usec, ==, b->first_deadline_boot_usec);
  g_assert_cmpint (a->deadline_boot_usec, ==, b->deadline_boot_usec);
  g_assert_cmpint (a->announced_for_usec, ==, b->announced_for_usec);
  g_assert_cmpint (a->is_shown, ==, b->is_shown);
  g_assert_cmpint (a->is_extended, ==, b->is_extended);
  g_assert_cmpint (a->has_returned, ==, b->has_returned);
  g_assert_cmpint (a->change, ==, b->change);
  g_assert_cmpstr (a->changed_by, ==, b->changed_by);
  g_assert_cmpmem (a->ready->data, a->ready->len * sizeof (guint32), b->ready->data,
                   b->ready->len * sizeof (guint32));
  g_assert_cmpuint (a->postponements->len, ==, b->postponements->len);
  for (guint i = 0; i < a->postponements->len; i++)
    {
      const CfPostponement *p = cf_schedule_entry_get_postponement (a, i);
      const CfPostponement *q = cf_schedule_entry_get_postponement (b, i);

      g_assert_cmpstr (p->who, ==, q->who);
      g_assert_cmpstr (p->note, ==, q->note);
      g_assert_cmpint (p->real_usec, ==, q->real_usec);
      g_assert_cmpuint (p->seconds, ==, q->seconds);
    }
}
