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
test_users (void)
{
  const char *const users[] = { "alice", "bob", NULL };
  g_autoptr (CfPower) nobody = CF_POWER (cf_rehearsal_new (NULL, TRUE, NULL));
  g_autoptr (CfPower) two = CF_POWER (cf_rehearsal_new (users, TRUE, NULL));

  g_test_summary ("Who plays being signed in is signed in");

  g_assert_cmpuint (g_strv_length ((char **) cf_power_get_users (nobody)), ==, 0);
  g_assert_cmpstrv ((char **) cf_power_get_users (two), (char **) users);
  g_assert_true (cf_power_is_rehearsal (two));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/power/rehearsal/records-and-never-acts", test_records);
  g_test_add_func ("/power/rehearsal/failed-record-is-told", test_record_that_fails);
  g_test_add_func ("/power/rehearsal/supports", test_supports);
  g_test_add_func ("/power/rehearsal/users", test_users);
  return g_test_run ();
}
