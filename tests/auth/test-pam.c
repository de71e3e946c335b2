/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drives the real helper with the real PAM and the module pam_matrix of Debian's libpam-wrapper,
 * which reads accounts from a file. */
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "wsman/auth/wsm-pam.h"

/* None of these is an account of a host, so the rule about system accounts leaves them to PAM. */
#define USER  "curfew-test-mara"
#define OTHER "curfew-test-kim"

typedef struct
{
  char *directory; /* (owned) */
  WsmPam *pam;     /* (owned) */
} Fixture;

static char *
find_module (void)
{
  g_autoptr (GDir) libraries = g_dir_open ("/usr/lib", 0, NULL);
  const char *name;

  while (libraries != NULL && (name = g_dir_read_name (libraries)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/usr/lib", name, "pam_wrapper", "pam_matrix.so",
                                                NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }

  return NULL;
}

static void
write_file (Fixture *f, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (f->directory, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *module = find_module ();
  g_autofree char *service = NULL;
  g_autoptr (GError) error = NULL;

  f->directory = g_dir_make_tmp ("curfew-pam-XXXXXX", &error);
  g_assert_no_error (error);

  if (module != NULL)
    {
      service = g_strdup_printf ("auth required %1$s passdb=%2$s/passdb\n"
                                 "account required %1$s passdb=%2$s/passdb\n",
                                 module, f->directory);
      write_file (f, "curfew", service);
    }
  write_file (f, "passdb", USER ":owl:curfew\n" OTHER ":owl:other\nroot:owl:curfew\n");
  f->pam = wsm_pam_new (PAM_HELPER, "curfew", f->directory);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "curfew", "passdb", "waits", "helper" };

  g_assert_finalize_object (f->pam);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (f->directory, names[i], NULL);

      g_unlink (path);
    }
  g_assert_no_errno (g_rmdir (f->directory));
  g_free (f->directory);
}

static gboolean
lacks_module (void)
{
  g_autofree char *module = find_module ();

  if (module != NULL)
    return FALSE;

  g_test_skip ("pam_matrix.so is not installed (package libpam-wrapper)");
  return TRUE;
}

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
verify_start (WsmPam *pam, const char *user, const char *text, GCancellable *cancellable,
              GAsyncResult **result)
{
  g_autoptr (WsmSecret) password = wsm_secret_new (text, -1);

  wsm_password_verifier_verify_async (WSM_PASSWORD_VERIFIER (pam), user, password, "192.0.2.7",
                                      cancellable, verified_cb, result);
}

static gboolean
verify_end (WsmPam *pam, GAsyncResult **result, GError **error)
{
  g_autoptr (GAsyncResult) taken = NULL;

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  taken = g_steal_pointer (result);
  return wsm_password_verifier_verify_finish (WSM_PASSWORD_VERIFIER (pam), taken, error);
}

static gboolean
verify (WsmPam *pam, const char *user, const char *text, GError **error)
{
  GAsyncResult *result = NULL;

  verify_start (pam, user, text, NULL, &result);
  return verify_end (pam, &result, error);
}

static void
test_accepts (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (lacks_module ())
    return;

  g_assert_true (verify (f->pam, USER, "owl", &error));
  g_assert_no_error (error);
}

static void
test_rejects (Fixture *f, gconstpointer data)
{
  static const char *const tries[][2] = {
    { USER, "owls" },
    { "curfew-test-nobody", "owl" },
    { OTHER, "owl" }, /* the right password, but the account phase knows it for "other" only */
  };

  if (lacks_module ())
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (tries); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (verify (f->pam, tries[i][0], tries[i][1], &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
    }
}

static void
test_refuses_root (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("PAM would accept root here; a system account may not sign in all the same");
  if (lacks_module ())
    return;

  g_assert_false (verify (f->pam, "root", "owl", &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
}

static void
test_no_service_is_unavailable (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmPam) pam = wsm_pam_new (PAM_HELPER, "no-such-service", f->directory);
  g_autoptr (GError) error = NULL;

  g_assert_false (verify (pam, USER, "owl", &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
}

static void
test_no_helper_is_unavailable (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->directory, "no-helper", NULL);
  g_autoptr (WsmPam) pam = wsm_pam_new (path, "curfew", f->directory);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 3; i++) /* more than run at once: each one gives its place back */
    {
      g_assert_false (verify (pam, USER, "owl", &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
      g_clear_error (&error);
    }
}

static void
test_too_long_is_unavailable (Fixture *f, gconstpointer data)
{
  g_autofree char *user = g_strnfill (257, 'm');
  g_autoptr (GError) error = NULL;

  g_assert_false (verify (f->pam, user, "owl", &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
}

/* A helper that never answers, as a hanging PAM module makes one. */
static WsmPam *
new_waiting (Fixture *f)
{
  g_autofree char *path = g_build_filename (f->directory, "helper", NULL);

  write_file (f, "helper", "#!/bin/sh\nexec tail -f /dev/null\n");
  g_assert_no_errno (g_chmod (path, 0700));

  return wsm_pam_new (path, "curfew", NULL);
}

static void
test_cancel_kills (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmPam) pam = new_waiting (f);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("The answer comes when the process is gone, so an answer proves the kill");

  verify_start (pam, USER, "owl", cancellable, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (verify_end (pam, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_queue_has_an_end (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmPam) pam = new_waiting (f);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GCancellable) hung_up = g_cancellable_new ();
  GAsyncResult *results[12] = { NULL };
  g_autoptr (GError) error = NULL;

  g_test_summary (
    "Two run, eight wait, the eleventh is told at once; who hung up leaves the queue");

  for (int i = 0; i < 10; i++)
    verify_start (pam, USER, "owl", i == 9 ? hung_up : cancellable, &results[i]);

  verify_start (pam, USER, "owl", cancellable, &results[10]);
  g_assert_false (verify_end (pam, &results[10], &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
  g_clear_error (&error);

  g_cancellable_cancel (hung_up);
  verify_start (pam, USER, "owl", cancellable, &results[11]);
  g_assert_false (verify_end (pam, &results[9], &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (results[11]);

  g_cancellable_cancel (cancellable);
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      if (i == 9 || i == 10)
        continue;
      g_assert_false (verify_end (pam, &results[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
    }
}

/* Puts @frame to the helper itself; returns its exit status. */
static int
ask_helper (GBytes *frame)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GSubprocess)
    process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                  G_SUBPROCESS_FLAGS_STDERR_MERGE,
                                &error, PAM_HELPER, NULL);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate (process, frame, NULL, &output, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (output), ==, 0);
  g_assert_true (g_subprocess_get_if_exited (process));

  return g_subprocess_get_exit_status (process);
}

static void
test_helper_refuses_broken_frames (Fixture *f, gconstpointer data)
{
  static const char good[] =
    "\6\0curfew\0\0\1\0u\1\0p\0"; /* the literal's NUL ends the last prefix */
  static const char empty_user[] = "\6\0curfew\0\0\0\0\1\0p\0";
  static const char empty_password[] = "\6\0curfew\0\0\1\0u\0\0\0";
  static const char long_user[] = "\6\0curfew\0\0\1\1u";
  static const char nul_inside[] = "\6\0cur\0ew\0\0\1\0u\1\0p\0";
  static const char more[] = "\6\0curfew\0\0\1\0u\1\0p\0\0!";
  const struct
  {
    const char *octets;
    gsize length;
  } cases[] = {
    { empty_user, sizeof empty_user }, { empty_password, sizeof empty_password },
    { long_user, sizeof long_user },   { nul_inside, sizeof nul_inside },
    { more, sizeof more - 1 },
  };

  for (gsize length = 0; length < sizeof good; length++)
    {
      g_autoptr (GBytes) frame = g_bytes_new (good, length);

      g_assert_cmpint (ask_helper (frame), ==, 2);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) frame = g_bytes_new (cases[i].octets, cases[i].length);

      g_assert_cmpint (ask_helper (frame), ==, 2);
    }
}

#define ADD(path, function)                                                                        \
  g_test_add ("/auth/pam/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("accepts", test_accepts);
  ADD ("rejects", test_rejects);
  ADD ("refuses-root", test_refuses_root);
  ADD ("no-service-is-unavailable", test_no_service_is_unavailable);
  ADD ("no-helper-is-unavailable", test_no_helper_is_unavailable);
  ADD ("too-long-is-unavailable", test_too_long_is_unavailable);
  ADD ("cancel-kills", test_cancel_kills);
  ADD ("queue-has-an-end", test_queue_has_an_end);
  ADD ("helper-refuses-broken-frames", test_helper_refuses_broken_frames);

  return g_test_run ();
}
