/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "watch-fixture.h"

#include <glib/gstdio.h>

static const char bus_configuration[] =
  "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\"\n"
  " \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
  "<busconfig><type>session</type><listen>unix:path=%s/bus</listen>\n"
  "<policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\n"
  "<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n";

static char *directory;
static char *configuration;

void
watch_start_bus (WatchFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *option = g_strdup_printf ("--config-file=%s", configuration);
  g_autofree char *line = NULL;

  f->bus = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                             &error, "dbus-daemon", "--nofork", "--print-address", option, NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (f->bus));
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
}

void
watch_stop_bus (WatchFixture *f)
{
  g_subprocess_force_exit (f->bus);
  g_assert_true (g_subprocess_wait (f->bus, NULL, NULL));
  g_clear_object (&f->bus);
}

GDBusConnection *
watch_connect_to_bus (void)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection;

  connection = g_dbus_connection_new_for_address_sync (
    g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

static gboolean
handle_report_cb (WatchFixture *f, GDBusMethodInvocation *invocation)
{
  g_autofree char *arguments = g_variant_print (
    g_dbus_method_invocation_get_parameters (invocation), FALSE);

  f->n_receipts++;
  g_free (f->receipt);
  f->receipt = g_strdup_printf ("%s%s", g_dbus_method_invocation_get_method_name (invocation),
                                arguments);
  if (f->is_voiceless)
    g_ptr_array_add (f->unanswered, invocation);
  else if (f->refusal != NULL)
    g_dbus_method_invocation_return_dbus_error (invocation, f->refusal, "Not now");
  else if (!g_str_equal (g_dbus_method_invocation_get_method_name (invocation), "ReportShown") &&
           !g_str_equal (g_dbus_method_invocation_get_method_name (invocation), "ReportRead"))
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(t)", (guint64) 1));
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
  return TRUE;
}

static gboolean
handle_postpone_cb (WatchFixture *f, GDBusMethodInvocation *invocation)
{
  return handle_report_cb (f, invocation);
}

static void
make_agent (WatchFixture *f)
{
  f->agent = cf_bus_agent1_skeleton_new ();
  g_signal_connect_swapped (f->agent, "handle-report-shown", G_CALLBACK (handle_report_cb), f);
  g_signal_connect_swapped (f->agent, "handle-report-read", G_CALLBACK (handle_report_cb), f);
  g_signal_connect_swapped (f->agent, "handle-report-returned", G_CALLBACK (handle_report_cb), f);
  g_signal_connect_swapped (f->agent, "handle-postpone", G_CALLBACK (handle_postpone_cb), f);
  cf_bus_agent1_set_state (f->agent, "idle");
  cf_bus_agent1_set_organization_name (f->agent, "Contoso IT");
}

/* Puts what is in f->agent on the bus. */
void
watch_export_agent (WatchFixture *f)
{
  g_autoptr (GError) error = NULL;

  g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (f->agent), f->connection, PATH,
                                    &error);
  g_assert_no_error (error);
}

void
watch_own_name (WatchFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  answer = g_dbus_connection_call_sync (
    f->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
    "RequestName", g_variant_new ("(su)", NAME, 4), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

void
watch_start_agent (WatchFixture *f)
{
  f->connection = watch_connect_to_bus ();
  watch_export_agent (f);
  watch_own_name (f);
}

void
watch_stop_agent (WatchFixture *f)
{
  if (f->connection == NULL)
    return;
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (f->agent));
  g_dbus_connection_close_sync (f->connection, NULL, NULL);
  g_clear_object (&f->connection);
}

/* Another process, which has forgotten everything. */
void
watch_forget_all (WatchFixture *f)
{
  g_clear_object (&f->agent);
  make_agent (f);
}

void
watch_flush (WatchFixture *f)
{
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (f->agent));
}

void
watch_set_pending (WatchFixture *f, const char *code, guint64 deadline)
{
  cf_bus_agent1_set_state (f->agent, "pending");
  cf_bus_agent1_set_action (f->agent, "restart");
  cf_bus_agent1_set_request_code (f->agent, code);
  cf_bus_agent1_set_requester (f->agent, "mara from 192.0.2.7");
  cf_bus_agent1_set_deadline (f->agent, deadline);
  cf_bus_agent1_set_change (f->agent, "accepted");
}

void
watch_set_idle (WatchFixture *f)
{
  cf_bus_agent1_set_state (f->agent, "idle");
  cf_bus_agent1_set_action (f->agent, "");
  cf_bus_agent1_set_request_code (f->agent, "");
  cf_bus_agent1_set_requester (f->agent, "");
  cf_bus_agent1_set_deadline (f->agent, 0);
  cf_bus_agent1_set_change (f->agent, "");
}

void
watch_set_last (WatchFixture *f, const char *code, const char *outcome, const char *detail)
{
  cf_bus_agent1_set_last_request_code (f->agent, code);
  cf_bus_agent1_set_last_outcome (f->agent, outcome);
  cf_bus_agent1_set_last_detail (f->agent, detail);
}

static void
notified_cb (WatchFixture *f)
{
  f->n_notified++;
}

static void
reminder_cb (WatchFixture *f, guint minutes, gboolean is_mandatory)
{
  g_string_append_printf (f->story, "reminder %u%s at %" G_GINT64_FORMAT ";", minutes,
                          is_mandatory ? "!" : "",
                          cf_agent_watch_get_notice (f->watch)->deadline_boot_usec);
}

static void
changed_cb (WatchFixture *f, int change)
{
  g_string_append_printf (f->story, "changed %d to %" G_GINT64_FORMAT ";", change,
                          cf_agent_watch_get_notice (f->watch)->deadline_boot_usec);
}

static void
ended_cb (WatchFixture *f, CfNotice *notice)
{
  f->n_ended++;
  g_clear_pointer (&f->ended, cf_notice_unref);
  f->ended = cf_notice_ref (notice);
  g_string_append_printf (f->story, "%s ended %d (%s);", notice->request_code, notice->outcome,
                          notice->detail);
}

void
watch_set_up (WatchFixture *f, gconstpointer data)
{
  f->story = g_string_new (NULL);
  f->unanswered = g_ptr_array_new ();
  watch_start_bus (f);
  make_agent (f);
  f->watch = cf_agent_watch_new (G_BUS_TYPE_SESSION);
  f->patience_msec = 300;
  cf_agent_watch_set_patience (f->watch, f->patience_msec);
  g_signal_connect_swapped (f->watch, "notify::notice", G_CALLBACK (notified_cb), f);
  g_signal_connect_swapped (f->watch, "reminder", G_CALLBACK (reminder_cb), f);
  g_signal_connect_swapped (f->watch, "changed", G_CALLBACK (changed_cb), f);
  g_signal_connect_swapped (f->watch, "ended", G_CALLBACK (ended_cb), f);
}

void
watch_tear_down (WatchFixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->watch);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < f->unanswered->len; i++)
    g_object_unref (g_ptr_array_index (f->unanswered, i));
  g_ptr_array_unref (f->unanswered);
  watch_stop_agent (f);
  g_assert_finalize_object (f->agent);
  if (f->bus != NULL)
    watch_stop_bus (f);
  g_clear_pointer (&f->ended, cf_notice_unref);
  g_string_free (f->story, TRUE);
  g_free (f->receipt);
}

const CfNotice *
watch_get_notice (WatchFixture *f)
{
  return cf_agent_watch_get_notice (f->watch);
}

gboolean
watch_is_in_state (WatchFixture *f, CfNoticeState state)
{
  return watch_get_notice (f) != NULL && watch_get_notice (f)->state == state &&
         !watch_get_notice (f)->is_adrift;
}

/* Starts an agent with a countdown, and waits until it is seen. */
void
watch_start_pending (WatchFixture *f)
{
  watch_set_pending (f, CODE, 5000);
  watch_start_agent (f);
  WAIT_FOR (watch_is_in_state (f, CF_NOTICE_PENDING));
}

/* Whatever the agent has said up to now has been heard when this is seen. */
void
watch_wait_until_heard (WatchFixture *f)
{
  static guint n_marks = 0;
  g_autofree char *mark = g_strdup_printf ("mark %u", ++n_marks);

  cf_bus_agent1_set_help_contact (f->agent, mark);
  watch_flush (f);
  WAIT_FOR (g_strcmp0 (watch_get_notice (f)->help_contact, mark) == 0);
}

static gboolean
tick_cb (gpointer user_data)
{
  gboolean *is_over = user_data;

  *is_over = TRUE;
  return G_SOURCE_REMOVE;
}

/* Where something is to be there again in time, also on a machine that is busy. */
void
watch_be_patient (WatchFixture *f)
{
  f->patience_msec = 1500;
  cf_agent_watch_set_patience (f->watch, f->patience_msec);
}

/* For what must not happen: longer than the watch waits for anything. */
void
watch_let_grace_pass (WatchFixture *f)
{
  gboolean is_over = FALSE;

  g_timeout_add (5 * f->patience_msec / 4, tick_cb, &is_over);
  WAIT_FOR (is_over);
}

/* g_test_run () with a directory for the bus; skips all where there is no dbus-daemon. */
int
watch_fixture_run (void)
{
  g_autofree char *program = g_find_program_in_path ("dbus-daemon");
  g_autofree char *address = NULL;
  g_autofree char *socket = NULL;
  g_autofree char *text = NULL;
  int status;

  if (program == NULL)
    {
      g_print ("1..0 # SKIP dbus-daemon is not installed\n");
      return 0;
    }
  directory = g_dir_make_tmp ("curfew-watch-XXXXXX", NULL);
  g_assert_nonnull (directory);
  configuration = g_build_filename (directory, "bus.conf", NULL);
  socket = g_build_filename (directory, "bus", NULL);
  address = g_strdup_printf ("unix:path=%s", socket);
  text = g_strdup_printf (bus_configuration, directory);
  g_assert_true (g_file_set_contents (configuration, text, -1, NULL));
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", address, TRUE);

  status = g_test_run ();

  g_remove (configuration);
  g_remove (socket);
  g_rmdir (directory);
  g_clear_pointer (&configuration, g_free);
  g_clear_pointer (&directory, g_free);
  return status;
}
