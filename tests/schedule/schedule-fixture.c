/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "schedule-fixture.h"

#include "request/cf-win32-code.h"

#include <glib/gstdio.h>

static const CfReceiverFacts allowed = { .caller_may = TRUE, .action_supported = TRUE };

static const char *const change_words[] = {
  [CF_SCHEDULE_ACCEPTED] = "accepted",   [CF_SCHEDULE_RESTORED] = "restored",
  [CF_SCHEDULE_POSTPONED] = "postponed", [CF_SCHEDULE_MOVED] = "moved",
  [CF_SCHEDULE_EXTENDED] = "extended",   [CF_SCHEDULE_OVERDUE] = "overdue",
  [CF_SCHEDULE_CLOCK_SET] = "clock-set",
};

static const char *const outcome_words[] = {
  [CF_SCHEDULE_NO_OUTCOME] = "?",          [CF_SCHEDULE_ACTED] = "acted",
  [CF_SCHEDULE_WOULD_ACT] = "would-act",   [CF_SCHEDULE_CALLED_OFF] = "called-off",
  [CF_SCHEDULE_SUPERSEDED] = "superseded", [CF_SCHEDULE_VETOED] = "vetoed",
  [CF_SCHEDULE_MISSED] = "missed",         [CF_SCHEDULE_FAILED] = "failed",
};

G_GNUC_PRINTF (2, 3)
static void
say (Fixture *f, const char *format, ...)
{
  va_list arguments;

  if (f->said->len > 0)
    g_string_append_c (f->said, ' ');
  va_start (arguments, format);
  g_string_append_vprintf (f->said, format, arguments);
  va_end (arguments);
}

static void
changed_cb (Fixture *f, CfScheduleChange change)
{
  say (f, "%s", change_words[change]);
}

static void
reminder_cb (Fixture *f, guint minutes, gboolean mandatory)
{
  say (f, "%u%s", minutes, mandatory ? "!" : "");
}

static void
due_cb (Fixture *f, CfScheduleEntry *entry)
{
  g_assert_cmpint (cf_schedule_get_state (f->schedule), ==, CF_RECEIVER_EXECUTING);
  g_assert_cmpint (cf_schedule_entry_get_deadline_boot_usec (entry), <=, get_now (f));
  f->n_due++;
  say (f, "due");
}

static void
ended_cb (Fixture *f, CfScheduleEntry *entry, CfScheduleOutcome outcome)
{
  g_assert_true (entry == cf_schedule_get_last_entry (f->schedule));
  f->n_ended++;
  f->outcome = outcome;
  say (f, "ended:%s", outcome_words[outcome]);
}

/* A new process on the same boot. */
void
start_agent (Fixture *f)
{
  f->store = cf_schedule_store_new (f->path, BOOT_ID);
  f->schedule = cf_schedule_new (CF_CLOCK (f->clock), f->store);
  g_signal_connect_swapped (f->schedule, "changed", G_CALLBACK (changed_cb), f);
  g_signal_connect_swapped (f->schedule, "reminder", G_CALLBACK (reminder_cb), f);
  g_signal_connect_swapped (f->schedule, "due", G_CALLBACK (due_cb), f);
  g_signal_connect_swapped (f->schedule, "ended", G_CALLBACK (ended_cb), f);
  if (f->connect != NULL)
    f->connect (f, f->story);
  cf_schedule_restore (f->schedule);
}

/* Ends without a word, as by SIGKILL: nothing but the file is left. */
void
kill_agent (Fixture *f)
{
  g_assert_finalize_object (g_steal_pointer (&f->schedule));
  g_assert_finalize_object (g_steal_pointer (&f->store));
}

/* In memory if possible, where the run directory is, too: the store waits for the disk. */
static char *
make_folder (void)
{
  char *folder = g_mkdtemp (g_strdup ("/dev/shm/curfew-schedule-XXXXXX"));
  g_autoptr (GError) error = NULL;

  if (folder != NULL)
    return folder;
  folder = g_dir_make_tmp ("curfew-schedule-XXXXXX", &error);
  g_assert_no_error (error);
  return folder;
}

void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = make_folder ();
  f->path = g_build_filename (f->folder, "pending", NULL);
  f->said = g_string_new (NULL);
  f->clock = cf_test_clock_new ();
  start_agent (f);
}

void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *broken = g_strconcat (f->path, ".broken", NULL);

  if (f->schedule != NULL)
    kill_agent (f);
  g_assert_finalize_object (f->clock);
  g_unlink (f->path);
  g_unlink (broken);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0); /* nothing else was left in it */
  g_string_free (f->said, TRUE);
  g_free (f->path);
  g_free (f->folder);
}

CfShutdownRequest *
make_request (guint32 flags, guint32 grace_seconds, guint32 postpone_limit,
              guint32 postpone_seconds)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  CfShutdownRequest *request;

  cf_shutdown_request_builder_add_flags (builder, flags);
  cf_shutdown_request_builder_set_grace_seconds (builder, grace_seconds);
  cf_shutdown_request_builder_set_code (builder, "K7M-2QX");
  cf_shutdown_request_builder_set_postponing (builder, postpone_limit, postpone_seconds);
  request = cf_shutdown_request_builder_end_received (builder, NULL);
  g_assert_nonnull (request);
  return request;
}

/* Of a client that knows nothing of postponing. */
guint32
submit (Fixture *f, guint32 flags, guint32 grace_seconds)
{
  g_autoptr (CfShutdownRequest) request = make_request (flags, grace_seconds, 0, 0);

  return cf_schedule_submit (f->schedule, request, "mara from 192.0.2.7",
                             CF_SCHEDULE_ORIGIN_FOREIGN, &allowed);
}

/* Of Curfew's own: a restart. */
guint32
submit_own (Fixture *f, guint32 grace_seconds, guint32 postpone_limit, guint32 postpone_seconds)
{
  g_autoptr (CfShutdownRequest)
    request = make_request (CF_SHUTDOWN_RESTART, grace_seconds, postpone_limit, postpone_seconds);

  return cf_schedule_submit (f->schedule, request, "mara from 192.0.2.7", CF_SCHEDULE_ORIGIN_CURFEW,
                             &allowed);
}

guint32
call_off (Fixture *f)
{
  return cf_schedule_abort (f->schedule, "mara", &allowed);
}

/* Without its folder, nothing can be written to it, whoever the test runs as. */
void
break_store (Fixture *f)
{
  g_autofree char *away = g_strconcat (f->folder, ".away", NULL);

  g_assert_cmpint (g_rename (f->folder, away), ==, 0);
}

void
mend_store (Fixture *f)
{
  g_autofree char *away = g_strconcat (f->folder, ".away", NULL);

  g_assert_cmpint (g_rename (away, f->folder), ==, 0);
}

void
expect_warning (const char *pattern)
{
  g_test_expect_message ("curfew-schedule", G_LOG_LEVEL_WARNING, pattern);
}

gint64
get_now (Fixture *f)
{
  return cf_clock_get_boot_usec (CF_CLOCK (f->clock));
}

gint64
get_deadline (Fixture *f)
{
  return cf_schedule_entry_get_deadline_boot_usec (cf_schedule_get_entry (f->schedule));
}

void
assert_said (Fixture *f, const char *expected)
{
  g_assert_cmpstr (f->said->str, ==, expected);
  g_string_truncate (f->said, 0);
}
