/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsman/auth/wsm-account.h"
#include "wsman/auth/wsm-auth-error.h"

static void
keep_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static char **
look_up (const char *name, GCancellable *cancellable, char **own_name, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  wsm_account_look_up_async (name, cancellable, keep_cb, &result);
  g_assert_null (result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return wsm_account_look_up_finish (result, own_name, error);
}

static void
test_person (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) stranger = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *own_name = NULL;
  g_auto (GStrv) groups = NULL;

  g_test_summary ("For root nobody can vouch; for somebody without an account here one can");

  wsm_account_look_up_person_async ("root", NULL, keep_cb, &result);
  wsm_account_look_up_person_async ("no-such-person", NULL, keep_cb, &stranger);
  while (result == NULL || stranger == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (wsm_account_look_up_finish (result, &own_name, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
  g_clear_error (&error);
  groups = wsm_account_look_up_finish (stranger, &own_name, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (own_name, ==, "no-such-person");
  g_assert_null (groups[0]);
}

static void
test_known (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *own_name = NULL;
  g_auto (GStrv) groups = look_up ("root", NULL, &own_name, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (own_name, ==, "root");
  g_assert_true (g_strv_contains ((const char *const *) groups, "root"));
}

static char *
run (const char *command)
{
  g_autoptr (GError) error = NULL;
  char *output = NULL;

  g_spawn_command_line_sync (command, &output, NULL, NULL, &error);
  g_assert_no_error (error);
  return g_strstrip (output);
}

static void
test_same_as_id (void)
{
  /* an account that is in groups besides its own, where there is one */
  g_autofree char *name = run (
    "sh -c 'n=$(getent group | cut -s -d: -f4 | grep . | head -n 1); n=${n%%,*}; "
    "echo ${n:-root}'");
  g_autofree char *command = g_strdup_printf ("id -Gn -- %s", name);
  g_autofree char *output = run (command);
  g_auto (GStrv) expected = g_strsplit (output, " ", -1);
  g_autofree char *own_name = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) groups = look_up (name, NULL, &own_name, &error);

  g_assert_no_error (error);
  g_test_message ("%s: %s", name, output);
  g_assert_cmpuint (g_strv_length (groups), ==, g_strv_length (expected));
  for (gsize i = 0; expected[i] != NULL; i++)
    g_assert_true (g_strv_contains ((const char *const *) groups, expected[i]));
}

static void
test_unknown (void)
{
  g_autofree char *long_name = g_strnfill (256, 'x');
  const char *const names[] = {
    "no-such-account", "../root", "root:x", "Käse", " root", long_name
  };

  g_test_summary ("A name without account is kept, and is in no group");

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *own_name = NULL;
      g_auto (GStrv) groups = look_up (names[i], NULL, &own_name, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (own_name, ==, names[i]);
      g_assert_cmpuint (g_strv_length (groups), ==, 0);
    }
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *own_name = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (look_up ("root", cancellable, &own_name, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (own_name);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/auth/account/known", test_known);
  g_test_add_func ("/auth/account/same-as-id", test_same_as_id);
  g_test_add_func ("/auth/account/unknown", test_unknown);
  g_test_add_func ("/auth/account/person", test_person);
  g_test_add_func ("/auth/account/cancelled", test_cancelled);

  return g_test_run ();
}
