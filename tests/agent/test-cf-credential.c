/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-credential.h"

#include <glib/gstdio.h>
#include <unistd.h>

typedef struct
{
  char *directory;
  char *copy;
  char *original;
  CfCredential credential;
} Fixture;

static void
write_file (const char *path, const char *text, int mode)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, mode, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  f->directory = g_dir_make_tmp ("curfew-XXXXXX", NULL);
  f->copy = g_build_filename (f->directory, "keys", NULL);
  f->original = g_build_filename (f->directory, "original", NULL);
  f->credential = (CfCredential){ "keys", f->original };
  g_setenv ("CREDENTIALS_DIRECTORY", f->directory, TRUE);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  g_unsetenv ("CREDENTIALS_DIRECTORY");
  g_remove (f->copy);
  g_remove (f->original);
  g_rmdir (f->directory);
  g_free (f->directory);
  g_free (f->copy);
  g_free (f->original);
}

static void
test_find (Fixture *f, gconstpointer unused)
{
  static const struct
  {
    const char *contents;
    gboolean is_there;
  } rows[] = { { "", FALSE }, { "\n", FALSE }, { "k\n", TRUE } };

  g_test_summary ("A copy is there if it is a file with more in it than a line feed");

  g_assert_null (cf_credential_find (&f->credential));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = NULL;

      write_file (f->copy, rows[i].contents, 0600);
      path = cf_credential_find (&f->credential);
      g_assert_cmpstr (path, ==, rows[i].is_there ? f->copy : NULL);
    }
  g_unsetenv ("CREDENTIALS_DIRECTORY");
  g_assert_null (cf_credential_find (&f->credential));
}

static void
test_no_folder (Fixture *f, gconstpointer unused)
{
  g_assert_cmpint (g_mkdir (f->copy, 0700), ==, 0);
  g_assert_null (cf_credential_find (&f->credential));
}

static void
test_choose (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *none = NULL;
  g_autofree char *missing = NULL;
  g_autofree char *by_default = NULL;
  g_autofree char *by_name = NULL;
  g_autofree char *another = NULL;

  g_test_summary ("Nothing configured, or the original: the copy; another file is that file");

  g_assert_true (cf_credential_choose_secret (&f->credential, NULL, &none, &error));
  g_assert_null (none);
  /* what is configured and missing is for its reader to complain about */
  g_assert_true (cf_credential_choose_secret (&f->credential, f->original, &missing, &error));
  g_assert_cmpstr (missing, ==, f->original);

  write_file (f->copy, "keys", 0600);
  g_assert_true (cf_credential_choose_secret (&f->credential, NULL, &by_default, &error));
  g_assert_cmpstr (by_default, ==, f->copy);
  g_assert_true (cf_credential_choose_secret (&f->credential, f->original, &by_name, &error));
  g_assert_cmpstr (by_name, ==, f->copy);
  g_assert_true (cf_credential_choose_secret (&f->credential, "/another", &another, &error));
  g_assert_cmpstr (another, ==, "/another");
  g_assert_no_error (error);
}

static void
test_original_is_secret (Fixture *f, gconstpointer unused)
{
  static const int modes[] = { 0644, 0640, 0604, 0620, 0602, 0601 };
  g_autofree char *path = NULL;

  g_test_summary ("A copy of what others can read is no secret");

  write_file (f->copy, "keys", 0600);
  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr (GError) error = NULL;

      write_file (f->original, "keys", modes[i]);
      g_assert_false (cf_credential_choose_secret (&f->credential, NULL, &path, &error));
      g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM);
      g_assert_nonnull (g_strrstr (error->message, f->original));
      g_assert_null (path);
    }

  write_file (f->original, "keys", 0600);
  /* it has to be root's, which a test may not be */
  g_assert_true (cf_credential_choose_secret (&f->credential, NULL, &path, NULL) ==
                 (geteuid () == 0));
  if (geteuid () == 0)
    {
      g_clear_pointer (&path, g_free);
      g_assert_cmpint (chown (f->original, 1000, 0), ==, 0);
      g_assert_false (cf_credential_choose_secret (&f->credential, NULL, &path, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/agent/credential/find", test_find);
  ADD ("/agent/credential/a-folder-is-none", test_no_folder);
  ADD ("/agent/credential/choose", test_choose);
  ADD ("/agent/credential/its-original-is-secret", test_original_is_secret);
#undef ADD

  return g_test_run ();
}
