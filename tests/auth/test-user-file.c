/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <crypt.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "wsman/auth/wsm-user-file.h"

/* crypt(3) of "owl", SHA-512 with few rounds: the tests are not about cost. */
#define SETTING "$6$rounds=1000$saltsalt$"

typedef struct
{
  char *directory; /* (owned) */
  char *path;      /* (owned) */
  char *hash;      /* (owned), of "owl" */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree struct crypt_data *scratch = g_new0 (struct crypt_data, 1);

  f->directory = g_dir_make_tmp ("curfew-users-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->directory, "users", NULL);
  f->hash = g_strdup (crypt_rn ("owl", SETTING, scratch, sizeof *scratch));
  g_assert_nonnull (f->hash);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_unlink (f->path);
  g_rmdir (f->directory);
  g_free (f->directory);
  g_free (f->path);
  g_free (f->hash);
}

static void
write_file (Fixture *f, const char *text, gssize length)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (f->path, text, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
}

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
verify (WsmUserFile *file, const char *user, const char *text, GCancellable *cancellable,
        GError **error)
{
  g_autoptr (WsmSecret) password = wsm_secret_new (text, -1);
  g_autoptr (GAsyncResult) result = NULL;

  wsm_password_verifier_verify_async (WSM_PASSWORD_VERIFIER (file), user, password, NULL,
                                      cancellable, verified_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return wsm_password_verifier_verify_finish (WSM_PASSWORD_VERIFIER (file), result, error);
}

static void
test_knows_its_users (Fixture *f, gconstpointer data)
{
  g_autofree char *text = g_strdup_printf ("# people\n\nmara:%s\n  \nkim:%s\r\n", f->hash, f->hash);
  g_autoptr (WsmUserFile) file = NULL;
  g_autoptr (GError) error = NULL;

  write_file (f, text, -1);
  file = wsm_user_file_new (f->path, &error);
  g_assert_no_error (error);

  g_assert_true (verify (file, "mara", "owl", NULL, &error));
  g_assert_no_error (error);
  g_assert_true (verify (file, "kim", "owl", NULL, &error));
  g_assert_no_error (error);
}

static void
test_refuses_with_one_text (Fixture *f, gconstpointer data)
{
  static const char *const tries[][2] = {
    { "mara", "owls" },    { "mara", "ow" }, { "mara", "" }, { "Mara", "owl" },   { "bob", "owl" },
    { "# people", "owl" }, { "", "owl" },    { "bob", "" },  { "mara", SETTING },
  };
  g_autofree char *text = g_strdup_printf ("# people\nmara:%s\n", f->hash);
  g_autoptr (WsmUserFile) file = NULL;
  g_autofree char *first = NULL;

  write_file (f, text, -1);
  file = wsm_user_file_new (f->path, NULL);
  g_assert_nonnull (file);

  for (gsize i = 0; i < G_N_ELEMENTS (tries); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (verify (file, tries[i][0], tries[i][1], NULL, &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
      if (first == NULL)
        first = g_strdup (error->message);
      g_assert_cmpstr (error->message, ==, first);
    }
}

static void
test_empty_file_knows_nobody (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmUserFile) file = NULL;
  g_autoptr (GError) error = NULL;

  write_file (f, "# nobody\n", -1);
  file = wsm_user_file_new (f->path, &error);
  g_assert_no_error (error);
  g_assert_false (verify (file, "mara", "owl", NULL, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
}

static void
test_can_be_cancelled (Fixture *f, gconstpointer data)
{
  g_autofree char *text = g_strdup_printf ("mara:%s\n", f->hash);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (WsmUserFile) file = NULL;
  g_autoptr (GError) error = NULL;

  write_file (f, text, -1);
  file = wsm_user_file_new (f->path, NULL);
  g_cancellable_cancel (cancellable);
  g_assert_false (verify (file, "mara", "owl", cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_names_the_wrong_line (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *format; /* %s: a good hash */
    const char *line;
    const char *why;
  } cases[] = {
    { "mara:%s\nkim\n", "Line 2 ", "user:hash" },
    { "# x\n\n:%s\n", "Line 3 ", "name is empty" },
    { "mara:%1$s\nmara:%1$s\n", "Line 2 ", "twice" },
    { "mara:%s\nkim:plain-text\n", "Line 2 ", "no current method" },
    { "mara:\nkim:%s\n", "Line 1 ", "no current method" },
    { "mara:%s\nkim:$9$abc$def\n", "Line 2 ", "no current method" },
    { "mara:%s\nkim:*\n", "Line 2 ", "no current method" },
    { "kim:$1$abcdefgh$irWbblnpmw.5z7wgBnprh0\nmara:%s\n", "Line 1 ", "no current method" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) halves = g_strsplit (cases[i].format, "%1$s", -1);
      g_auto (GStrv) parts = NULL;
      g_autofree char *joined = g_strjoinv (f->hash, halves);
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;

      parts = g_strsplit (joined, "%s", -1);
      text = g_strjoinv (f->hash, parts);
      write_file (f, text, -1);

      g_assert_null (wsm_user_file_new (f->path, &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
      g_assert_nonnull (strstr (error->message, cases[i].line));
      g_assert_nonnull (strstr (error->message, cases[i].why));
      g_assert_nonnull (strstr (error->message, f->path));
      g_assert_null (strstr (error->message, f->hash));
    }
}

static void
test_refuses_an_open_file (Fixture *f, gconstpointer data)
{
  static const mode_t modes[] = { 0640, 0604, 0620, 0602, 0610, 0666 };

  write_file (f, "# nobody\n", -1);
  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_no_errno (g_chmod (f->path, modes[i]));
      g_assert_null (wsm_user_file_new (f->path, &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
      g_assert_nonnull (strstr (error->message, "chmod 600"));
    }
}

static void
test_refuses_what_is_no_file (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (wsm_user_file_new (f->path, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
  g_clear_error (&error);

  g_assert_null (wsm_user_file_new (f->directory, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
  g_clear_error (&error);

  g_assert_no_errno (mkfifo (f->path, 0600));
  g_assert_null (wsm_user_file_new (f->path, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
}

static void
test_refuses_too_large_and_binary (Fixture *f, gconstpointer data)
{
  g_autofree char *large = g_strnfill (1024 * 1024 + 1, '#');
  g_autoptr (GError) error = NULL;

  write_file (f, large, -1);
  g_assert_null (wsm_user_file_new (f->path, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
  g_clear_error (&error);

  write_file (f, "# a\0b\n", 6);
  g_assert_null (wsm_user_file_new (f->path, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
  g_clear_error (&error);

  write_file (f, "# \377\n", 4);
  g_assert_null (wsm_user_file_new (f->path, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/auth/user-file/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("knows-its-users", test_knows_its_users);
  ADD ("refuses-with-one-text", test_refuses_with_one_text);
  ADD ("empty-file-knows-nobody", test_empty_file_knows_nobody);
  ADD ("can-be-cancelled", test_can_be_cancelled);
  ADD ("names-the-wrong-line", test_names_the_wrong_line);
  ADD ("refuses-an-open-file", test_refuses_an_open_file);
  ADD ("refuses-what-is-no-file", test_refuses_what_is_no_file);
  ADD ("refuses-too-large-and-binary", test_refuses_too_large_and_binary);

  return g_test_run ();
}
