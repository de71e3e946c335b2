/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "power/cf-rehearsal.h"

#include <glib/gstdio.h>

static CfShutdownRequest *
make_request (guint32 flags)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  CfShutdownRequest *request;

  cf_shutdown_request_builder_add_flags (builder, flags);
  cf_shutdown_request_builder_set_code (builder, "K7M-2QX");
  request = cf_shutdown_request_builder_end_received (builder, NULL);
  g_assert_nonnull (request);
  return request;
}

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
execute (CfPower *power, guint32 flags, GError **error)
{
  g_autoptr (CfShutdownRequest) request = make_request (flags);
  g_autoptr (GAsyncResult) result = NULL;

  cf_power_execute_async (power, request, NULL, result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return cf_power_execute_finish (power, result, error);
}

static void
test_records (void)
{
  g_autofree char *directory = g_dir_make_tmp ("curfew-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "rehearsed.log", NULL);
  g_autoptr (CfPower) power = CF_POWER (cf_rehearsal_new (NULL, TRUE, path));
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;

  g_test_summary ("A rehearsal writes one line per action, and nothing else happens");

  g_assert_true (execute (power, CF_SHUTDOWN_RESTART, &error));
  g_assert_no_error (error);
  g_assert_true (execute (power, CF_SHUTDOWN_POWEROFF | CF_SHUTDOWN_FORCE_OTHERS, &error));
  g_assert_no_error (error);

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  lines = g_strsplit (contents, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_true (g_str_has_suffix (
    lines[0], " would restart, request K7M-2QX, flags SHUTDOWN_RESTART, reason 0x80000000"));
  g_assert_nonnull (strstr (lines[1], " would poweroff, request K7M-2QX, flags "));
  g_assert_cmpstr (lines[2], ==, "");

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

static void
test_record_that_fails (void)
{
  g_autoptr (CfPower) power = CF_POWER (cf_rehearsal_new (NULL, TRUE, "/nonexistent/record"));
  g_autoptr (GError) error = NULL;

  g_test_summary ("A record that cannot be written is an error that names the file");

  g_assert_false (execute (power, CF_SHUTDOWN_RESTART, &error));
  g_assert_error (error, CF_POWER_ERROR, CF_POWER_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "/nonexistent/record"));
}

static void
test_supports (void)
{
  const struct
  {
    guint32 flags;
    gboolean allow_halt;
    gboolean supported;
  } cases[] = {
    { CF_SHUTDOWN_RESTART, FALSE, TRUE },
    { CF_SHUTDOWN_NOREBOOT, TRUE, TRUE },
    { CF_SHUTDOWN_NOREBOOT, FALSE, FALSE },
    { CF_SHUTDOWN_NOREBOOT | CF_SHUTDOWN_INSTALL_UPDATES, TRUE, FALSE },
    { CF_SHUTDOWN_RESTART | CF_SHUTDOWN_INSTALL_UPDATES, FALSE, TRUE },
    { CF_SHUTDOWN_NOREBOOT | CF_SHUTDOWN_RESTARTAPPS, TRUE, TRUE },
    /* several action bits mean power off, so the halt bit asks for nothing */
    { CF_SHUTDOWN_NOREBOOT | CF_SHUTDOWN_RESTART, FALSE, TRUE },
    { CF_SHUTDOWN_NO_FLAGS, FALSE, TRUE },
  };

  g_test_summary ("A halt needs permission, and does not go with installing updates");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfPower) power = CF_POWER (cf_rehearsal_new (NULL, cases[i].allow_halt, NULL));
      g_autoptr (CfShutdownRequest) request = make_request (cases[i].flags);

      g_test_message ("flags 0x%02x, halt %d", cases[i].flags, cases[i].allow_halt);
      g_assert_cmpint (cf_power_supports (power, request), ==, cases[i].supported);
    }
}

static void
test_sessions (void)
{
  const char *const users[] = { "alice", "bob", "alice", NULL };
  g_autoptr (CfPower) nobody = CF_POWER (cf_rehearsal_new (NULL, TRUE, NULL));
  g_autoptr (CfPower) three = CF_POWER (cf_rehearsal_new (users, TRUE, NULL));
  GListModel *sessions = cf_power_get_sessions (three);

  g_test_summary ("Who plays being signed in is signed in, and a name is one person");

  g_assert_cmpuint (g_list_model_get_n_items (cf_power_get_sessions (nobody)), ==, 0);
  g_assert_cmpuint (cf_power_count_people (nobody), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (sessions), ==, 3);
  g_assert_cmpuint (cf_power_count_people (three), ==, 2);
  for (guint i = 0; users[i] != NULL; i++)
    {
      g_autoptr (CfSession) session = g_list_model_get_item (sessions, i);
      g_autofree char *id = g_strdup_printf ("rehearsal-%u", i + 1);

      g_assert_cmpstr (cf_session_get_id (session), ==, id);
      g_assert_cmpstr (cf_session_get_user (session), ==, users[i]);
      g_assert_cmpuint (cf_session_get_uid (session), ==, i == 1 ? 60002 : 60001);
      g_assert_cmpstr (cf_session_get_seat (session), ==, "seat0");
      g_assert_cmpstr (cf_session_get_tty (session), ==, "");
      g_assert_false (cf_session_is_active (session));
      g_assert_true (cf_session_is_graphical (session));
      g_assert_false (cf_session_is_remote (session));
    }
}

static void
count_cb (CfPower *power, guint *n)
{
  ++*n;
}

static void
test_blockers (void)
{
  const char *const texts[] = { "Backup: half done: 4 min", "Player", NULL };
  g_autoptr (CfRehearsal) rehearsal = cf_rehearsal_new (NULL, TRUE, NULL);
  g_autoptr (CfShutdownRequest) gentle = make_request (CF_SHUTDOWN_RESTART);
  g_autoptr (CfShutdownRequest)
    forced = make_request (CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS);
  CfPower *power = CF_POWER (rehearsal);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  const CfBlocker *blocker;
  guint n_changed = 0;

  g_test_summary ("Played blockers hold up what waits and does not force, and nothing else");

  cf_rehearsal_play_blockers (rehearsal, texts);
  g_signal_connect (power, "blockers-changed", G_CALLBACK (count_cb), &n_changed);
  g_assert_cmpuint (cf_power_get_blockers (power)->len, ==, 0);
  g_assert_false (cf_power_do_blockers_hold (power));

  cf_power_attend (power, gentle);
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_cmpuint (cf_power_get_blockers (power)->len, ==, 2);
  blocker = cf_power_get_blockers (power)->pdata[0];
  g_assert_cmpstr (blocker->who, ==, "Backup");
  g_assert_cmpstr (blocker->why, ==, "half done: 4 min");
  blocker = cf_power_get_blockers (power)->pdata[1];
  g_assert_cmpstr (blocker->who, ==, "Player");
  g_assert_cmpstr (blocker->why, ==, "");
  g_assert_true (cf_power_do_blockers_hold (power));

  cf_power_execute_async (power, gentle, NULL, result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (cf_power_execute_finish (power, result, &error));
  g_assert_error (error, CF_POWER_ERROR, CF_POWER_ERROR_VETOED);
  g_assert_cmpstr (error->message, ==, "Backup holds it up: half done: 4 min");

  cf_power_attend (power, forced);
  g_assert_cmpuint (n_changed, ==, 2);
  g_assert_cmpuint (cf_power_get_blockers (power)->len, ==, 2);
  g_assert_false (cf_power_do_blockers_hold (power));
  cf_power_attend (power, NULL);
  g_assert_cmpuint (n_changed, ==, 3);
  g_assert_cmpuint (cf_power_get_blockers (power)->len, ==, 0);
}

static void
test_state (void)
{
  g_autoptr (CfPower) power = CF_POWER (cf_rehearsal_new (NULL, FALSE, NULL));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  CfPowerState state;
  guint capabilities;

  g_test_summary ("A rehearsal is always ready, and nobody stands in its way");

  g_object_get (power, "state", &state, "capabilities", &capabilities, NULL);
  g_assert_cmpint (state, ==, CF_POWER_READY);
  g_assert_cmpint (cf_power_get_state (power), ==, CF_POWER_READY);
  g_assert_cmpuint (capabilities, ==, CF_SHUTDOWN_FLAGS_MASK & ~CF_SHUTDOWN_NOREBOOT);
  g_assert_true (cf_power_is_rehearsal (power));

  cf_power_clear_others_async (power, NULL, result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (cf_power_clear_others_finish (power, result, &error));
  g_assert_no_error (error);
  cf_power_let_go (power);
  g_assert_cmpint (cf_power_get_state (power), ==, CF_POWER_READY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/power/rehearsal/records-and-never-acts", test_records);
  g_test_add_func ("/power/rehearsal/failed-record-is-told", test_record_that_fails);
  g_test_add_func ("/power/rehearsal/supports", test_supports);
  g_test_add_func ("/power/rehearsal/sessions", test_sessions);
  g_test_add_func ("/power/rehearsal/blockers-hold-what-does-not-force", test_blockers);
  g_test_add_func ("/power/rehearsal/always-ready", test_state);
  return g_test_run ();
}
