/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-announcer.h"
#include "tests/support/cf-test-clock.h"
#include "tests/support/cf-test-power.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

#define SECOND G_GINT64_CONSTANT (1000000)
#define MINUTE (60 * SECOND)

/* A terminal helper that keeps what it was to write, and says that it reached one terminal. It has
 * a thread of its own; the test looks at what it kept once its answer has arrived. */
typedef struct
{
  char *directory;
  char *socket_path;
  GSocket *listening;
  GCancellable *stop;
  GThread *helper;
  GMutex hold;      /* while a test has it, no answer is given */
  GString *written; /* all texts, as they came */
  guint n_written;
  gboolean has_bell;

  CfTestClock *clock;
  CfTestPower *power;
  CfSchedule *schedule;
  CfAudience *audience;
  CfAnnouncer *announcer;
} Fixture;

static const CfReceiverFacts allowed = { .caller_may = TRUE, .action_supported = TRUE };

/* Reads what it is to write, up to the end, and answers. */
static void
help (Fixture *f, GSocket *asking)
{
  char frame[4096];
  gsize length = 0;
  gssize n_read;
  const char n_reached = 1;

  while ((n_read = g_socket_receive (asking, frame + length, sizeof frame - length, NULL, NULL)) >
         0)
    length += (gsize) n_read;
  g_assert_cmpuint (length, >, 3);
  f->has_bell = frame[0] != 0;
  g_string_append_len (f->written, frame + 3, (guint8) frame[1] | (gsize) (guint8) frame[2] << 8);
  g_string_append_c (f->written, '\n');
  f->n_written++;
  g_mutex_lock (&f->hold);
  g_mutex_unlock (&f->hold);
  g_assert_cmpint (g_socket_send (asking, &n_reached, 1, NULL, NULL), ==, 1);
}

static gpointer
run_helper (gpointer data)
{
  Fixture *f = data;
  GSocket *asking;

  while ((asking = g_socket_accept (f->listening, f->stop, NULL)) != NULL)
    {
      help (f, asking);
      g_object_unref (asking);
    }
  return NULL;
}

static void
start_helper (Fixture *f)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (f->socket_path);

  f->listening = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                               G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_assert_true (g_socket_bind (f->listening, address, FALSE, NULL));
  g_assert_true (g_socket_listen (f->listening, NULL));
  f->stop = g_cancellable_new ();
  f->helper = g_thread_new ("helper", run_helper, f);
}

static void
stop_helper (Fixture *f)
{
  if (f->helper == NULL)
    return;
  g_cancellable_cancel (f->stop);
  g_thread_join (g_steal_pointer (&f->helper));
  g_clear_object (&f->stop);
  g_clear_object (&f->listening);
  g_unlink (f->socket_path);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (CfTerminals) terminals = NULL;

  f->directory = g_dir_make_tmp ("curfew-XXXXXX", NULL);
  f->socket_path = g_build_filename (f->directory, "terminal.sock", NULL);
  f->written = g_string_new (NULL);
  g_mutex_init (&f->hold);
  start_helper (f);

  f->clock = cf_test_clock_new ();
  f->power = cf_test_power_new ();
  f->schedule = cf_schedule_new (CF_CLOCK (f->clock), NULL);
  f->audience = cf_audience_new (f->schedule, CF_POWER (f->power));
  terminals = cf_terminals_new (f->socket_path);
  cf_test_power_add_session (f->power, "1", "alice");
  f->announcer = cf_announcer_new (f->schedule, CF_POWER (f->power), f->audience, terminals,
                                   "Contoso IT", "lib-pc-01");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->announcer);
  g_assert_finalize_object (f->audience);
  g_assert_finalize_object (f->schedule);
  g_assert_finalize_object (f->power);
  g_assert_finalize_object (f->clock);
  stop_helper (f);
  g_rmdir (f->directory);
  g_free (f->socket_path);
  g_free (f->directory);
  g_string_free (f->written, TRUE);
  g_mutex_clear (&f->hold);
}

static void
submit (Fixture *f, guint32 grace_seconds)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  g_autoptr (CfShutdownRequest) request = NULL;

  cf_shutdown_request_builder_add_flags (builder, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS);
  cf_shutdown_request_builder_set_grace_seconds (builder, grace_seconds);
  cf_shutdown_request_builder_set_message (builder, "Security update");
  cf_shutdown_request_builder_set_code (builder, "K7M-2QX");
  cf_shutdown_request_builder_set_postponing (builder, 2, 900);
  request = cf_shutdown_request_builder_end_received (builder, NULL);
  g_assert_nonnull (request);
  g_assert_cmpuint (cf_schedule_submit (f->schedule, request, "mara from 192.0.2.7",
                                        CF_SCHEDULE_ORIGIN_CURFEW, &allowed),
                    ==, 0);
}

/* Waits until nothing is being written, and gives what was since the last time. */
static char *
take_written (Fixture *f)
{
  char *text;

  while (!cf_announcer_is_quiet (f->announcer))
    g_main_context_iteration (NULL, TRUE);
  text = g_strdup (f->written->str);
  g_string_truncate (f->written, 0);
  return text;
}

static void
assert_written (Fixture *f, const char *const *words)
{
  g_autofree char *text = take_written (f);

  g_test_message ("%s", text);
  for (gsize i = 0; words[i] != NULL; i++)
    if (strstr (text, words[i]) == NULL)
      g_error ("“%s” is not in “%s”", words[i], text);
}

static void
test_tells (Fixture *f, gconstpointer data)
{
  g_test_summary ("Announced, reminded, postponed, called off: each is told once, to everybody");

  submit (f, 12 * 60);
  assert_written (f, (const char *const[]){ "Contoso IT", "lib-pc-01", "restart", "12 min",
                                            "Security update", "K7M-2QX", "mara", NULL });
  cf_test_clock_advance (f->clock, 2 * MINUTE);
  assert_written (f, (const char *const[]){ "10 min", NULL });
  g_assert_false (f->has_bell);
  cf_test_clock_advance (f->clock, 5 * MINUTE);
  assert_written (f, (const char *const[]){ "5 min", NULL });
  g_assert_true (f->has_bell);

  g_assert_true (cf_schedule_postpone (f->schedule, "alice", 0, NULL, NULL));
  assert_written (f, (const char *const[]){ "20 min", "alice", NULL });
  g_assert_cmpuint (f->n_written, ==, 4);
  cf_schedule_abort (f->schedule, "mara from 192.0.2.7", &allowed);
  assert_written (f, (const char *const[]){ "called off", "mara", NULL });
  g_assert_cmpuint (f->n_written, ==, 5);
}

static void
test_seen_is_not_extended (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;

  g_test_summary ("A mandatory reminder that reached a terminal counts as seen");

  submit (f, 6 * 60);
  cf_test_clock_advance (f->clock, MINUTE);
  g_free (take_written (f));
  cf_test_clock_advance (f->clock, 5 * MINUTE);
  text = take_written (f);
  g_assert_cmpint (cf_schedule_get_state (f->schedule), ==, CF_RECEIVER_EXECUTING);
}

static gboolean
is_shown (Fixture *f, guint i)
{
  return ((const CfOnlooker *) cf_audience_get_people (f->audience)->pdata[i])->is_shown;
}

static void
test_reader_is_shown (Fixture *f, gconstpointer data)
{
  g_test_summary ("Who alone is at a terminal was shown what reached it");

  submit (f, 12 * 60);
  g_assert_false (is_shown (f, 0));
  g_free (take_written (f));
  g_assert_true (is_shown (f, 0));

  g_assert_true (cf_schedule_postpone (f->schedule, "kim", 60, NULL, NULL));
  g_assert_false (is_shown (f, 0));
  g_free (take_written (f));
  g_assert_true (is_shown (f, 0));
}

static void
test_readers_may_not_be (Fixture *f, gconstpointer data)
{
  g_test_summary ("Where several are at terminals it is not known who was reached");

  cf_test_power_add_session (f->power, "2", "bob");
  submit (f, 12 * 60);
  g_free (take_written (f));
  g_assert_cmpuint (f->n_written, ==, 1);
  g_assert_false (is_shown (f, 0));
  g_assert_false (is_shown (f, 1));
}

static void
test_terminal_behind_windows (Fixture *f, gconstpointer data)
{
  const gboolean fronts[] = { FALSE, TRUE };

  g_test_summary ("A terminal counts as seen by everybody only where nobody has windows in front");

  cf_schedule_set_audience (f->schedule, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (fronts); i++)
    {
      g_autoptr (CfSession)
        session = cf_session_new ("9", 1009, "kim", "seat0", "", "x11", FALSE, fronts[i]);

      g_list_store_append (G_LIST_STORE (cf_power_get_sessions (CF_POWER (f->power))), session);
      submit (f, 12 * 60);
      g_free (take_written (f));
      cf_test_clock_advance (f->clock, 7 * MINUTE);
      g_free (take_written (f));
      cf_test_clock_advance (f->clock, 5 * MINUTE);
      g_free (take_written (f));
      g_assert_cmpint (cf_schedule_get_state (f->schedule), ==,
                       fronts[i] ? CF_RECEIVER_PENDING : CF_RECEIVER_EXECUTING);
      if (!fronts[i])
        cf_schedule_finish (f->schedule, CF_SCHEDULE_WOULD_ACT, NULL);
    }
}

static gboolean
give_up_cb (gpointer user_data)
{
  g_error ("Nobody is told");
  return G_SOURCE_REMOVE;
}

static void
test_newcomer (Fixture *f, gconstpointer data)
{
  g_autofree char *before = NULL;

  g_test_summary ("Who signs in meanwhile is told, alone");

  submit (f, 12 * 60);
  before = take_written (f);
  cf_test_power_add_session (f->power, "2", "bob");
  while (cf_announcer_is_quiet (f->announcer))
    g_main_context_iteration (NULL, TRUE);
  assert_written (f, (const char *const[]){ "12 min", NULL });
}

static void
test_newcomer_with_an_old_id (Fixture *f, gconstpointer data)
{
  GListModel *sessions = cf_power_get_sessions (CF_POWER (f->power));
  guint give_up_source;

  g_test_summary ("Who signs in is told, also under the id of a session that has gone");

  submit (f, 12 * 60);
  g_free (take_written (f));
  g_list_store_remove (G_LIST_STORE (sessions), 0);
  cf_test_power_add_session (f->power, "1", "bob");
  give_up_source = g_timeout_add_seconds (20, give_up_cb, NULL);
  while (cf_announcer_is_quiet (f->announcer))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (give_up_source);
  assert_written (f, (const char *const[]){ "12 min", NULL });
}

static void
test_lets_go (Fixture *f, gconstpointer data)
{
  g_test_summary ("The machine is let go once people have been told that it goes down");

  submit (f, 60);
  g_free (take_written (f));
  g_mutex_lock (&f->hold);
  cf_test_clock_advance (f->clock, MINUTE);
  cf_test_power_set_state (f->power, CF_POWER_GOING_DOWN);
  g_assert_cmpuint (cf_test_power_get_n_let_go (f->power), ==, 0);
  g_mutex_unlock (&f->hold);
  assert_written (f, (const char *const[]){ "now", NULL });
  g_assert_cmpuint (cf_test_power_get_n_let_go (f->power), >=, 1);
}

static void
test_helper_is_away (Fixture *f, gconstpointer data)
{
  g_test_summary ("Without the helper there is a warning, and the countdown goes on");

  stop_helper (f);
  g_test_expect_message ("curfew-agent", G_LOG_LEVEL_WARNING, "*could not be told*");
  submit (f, 60);
  g_free (take_written (f));
  g_test_assert_expected_messages ();
  g_assert_cmpint (cf_schedule_get_remaining_usec (f->schedule), ==, MINUTE);
}

#define ADD(path, func)                                                                            \
  g_test_add ("/agent/announcer/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("tells-each-change-once", test_tells);
  ADD ("seen-is-not-extended", test_seen_is_not_extended);
  ADD ("reader-is-shown", test_reader_is_shown);
  ADD ("terminal-behind-windows", test_terminal_behind_windows);
  ADD ("several-readers-may-not-be", test_readers_may_not_be);
  ADD ("newcomers-are-told", test_newcomer);
  ADD ("newcomers-are-told-under-an-old-id", test_newcomer_with_an_old_id);
  ADD ("lets-go-when-told", test_lets_go);
  ADD ("helper-away-is-a-warning", test_helper_is_away);
  return g_test_run ();
}
