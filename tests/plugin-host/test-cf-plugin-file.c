/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin-host/cf-plugin-file.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *folder; /* with no symbolic link in it */
  char *file;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *made = g_dir_make_tmp ("curfew-XXXXXX", NULL);
  char *real = realpath (made, NULL);

  f->folder = g_strdup (real);
  free (real);
  f->file = g_build_filename (f->folder, "module.so", NULL);
  g_assert_true (g_file_set_contents (f->file, "x", 1, NULL));
  g_assert_no_errno (g_chmod (f->file, 0644));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_chmod (f->folder, 0700);
  g_unlink (f->file);
  g_rmdir (f->folder);
  g_free (f->file);
  g_free (f->folder);
}

static void
assert_refused (const char *path, gboolean owner_may_own, GIOErrorEnum code, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (cf_plugin_file_check (path, owner_may_own, &error));
  g_assert_error (error, G_IO_ERROR, (int) code);
  if (strstr (error->message, text) == NULL)
    g_error ("“%s” is not in: %s", text, error->message);
}

static void
test_accepts (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (cf_plugin_file_check (f->file, TRUE, &error));
  g_assert_no_error (error);
}

static void
test_refuses_path (Fixture *f, gconstpointer data)
{
  g_autofree char *dotted = g_strdup_printf ("%s/../module.so", f->folder);
  g_autofree char *doubled = g_strdup_printf ("%s//module.so", f->folder);
  g_autofree char *absent = g_strdup_printf ("%s/absent.so", f->folder);
  g_autofree char *below = g_strdup_printf ("%s/below", f->file);
  g_autoptr (GString) deep = g_string_new (NULL);

  for (guint i = 0; i < 200; i++)
    g_string_append (deep, "/a");
  assert_refused ("module.so", TRUE, G_IO_ERROR_INVALID_FILENAME, "absolute");
  assert_refused ("", TRUE, G_IO_ERROR_INVALID_FILENAME, "absolute");
  assert_refused ("/", TRUE, G_IO_ERROR_INVALID_FILENAME, "realpath");
  assert_refused (dotted, TRUE, G_IO_ERROR_INVALID_FILENAME, "realpath");
  assert_refused (doubled, TRUE, G_IO_ERROR_INVALID_FILENAME, "realpath");
  assert_refused (deep->str, TRUE, G_IO_ERROR_INVALID_FILENAME, "realpath");
  assert_refused (absent, TRUE, G_IO_ERROR_NOT_FOUND, "absent.so");
  assert_refused (f->folder, TRUE, G_IO_ERROR_NOT_REGULAR_FILE, "regular");
  assert_refused (below, TRUE, G_IO_ERROR_NOT_DIRECTORY, "folder");
}

static void
test_refuses_link (Fixture *f, gconstpointer data)
{
  g_autofree char *link = g_build_filename (f->folder, "link.so", NULL);
  g_autofree char *link_folder = g_build_filename (f->folder, "link", NULL);
  g_autofree char *through = g_build_filename (link_folder, "module.so", NULL);

  g_assert_no_errno (symlink (f->file, link));
  g_assert_no_errno (symlink (f->folder, link_folder));
  assert_refused (link, TRUE, G_IO_ERROR_PERMISSION_DENIED, "symbolic link");
  assert_refused (through, TRUE, G_IO_ERROR_PERMISSION_DENIED, "symbolic link");
  g_unlink (link);
  g_unlink (link_folder);
}

static void
test_refuses_mode (Fixture *f, gconstpointer data)
{
  g_assert_no_errno (g_chmod (f->file, 0664));
  assert_refused (f->file, TRUE, G_IO_ERROR_PERMISSION_DENIED, "chmod go-w");
  g_assert_no_errno (g_chmod (f->file, 0646));
  assert_refused (f->file, TRUE, G_IO_ERROR_PERMISSION_DENIED, "chmod go-w");
  g_assert_no_errno (g_chmod (f->file, 01666));
  assert_refused (f->file, TRUE, G_IO_ERROR_PERMISSION_DENIED, "chmod go-w");
  g_assert_no_errno (g_chmod (f->file, 0644));
  g_assert_no_errno (g_chmod (f->folder, 0777));
  assert_refused (f->file, TRUE, G_IO_ERROR_PERMISSION_DENIED, f->folder);
  g_assert_no_errno (g_chmod (f->folder, 01777));
  g_assert_true (cf_plugin_file_check (f->file, TRUE, NULL));
}

static void
test_sticky (Fixture *f, gconstpointer data)
{
  g_autofree char *below = g_build_filename (f->folder, "below", NULL);
  g_autofree char *module = g_build_filename (below, "module.so", NULL);

  g_test_summary ("Where everybody may put files, nothing is loaded from, but in a rehearsal");

  g_assert_no_errno (g_mkdir (below, 0755));
  g_assert_true (g_file_set_contents (module, "x", 1, NULL));
  g_assert_no_errno (g_chmod (module, 0644));
  g_assert_no_errno (g_chmod (f->folder, 01777));
  g_assert_true (cf_plugin_file_check (f->file, TRUE, NULL));
  g_assert_true (cf_plugin_file_check (module, TRUE, NULL));
  if (geteuid () == 0)
    {
      assert_refused (f->file, FALSE, G_IO_ERROR_PERMISSION_DENIED, "others may put files");
      assert_refused (module, FALSE, G_IO_ERROR_PERMISSION_DENIED, "others may put files");
    }
  g_unlink (module);
  g_rmdir (below);
}

/* A file that the system came with. */
static void
test_accepts_installed (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char *program = realpath ("/usr/bin/env", NULL);
  struct stat status;

  if (program == NULL || stat (program, &status) != 0 || status.st_uid != 0)
    g_test_skip ("Nothing here belongs to root");
  else
    g_assert_true (cf_plugin_file_check (program, FALSE, &error));
  g_assert_no_error (error);
  free (program);
}

static void
test_refuses_owner (Fixture *f, gconstpointer data)
{
  g_test_summary ("What belongs to neither root nor, in a rehearsal, to oneself is refused");

  if (geteuid () != 0)
    {
      /* said of the file's folder, or of one above it */
      assert_refused (f->file, FALSE, G_IO_ERROR_PERMISSION_DENIED, "root");
      return;
    }
  if (chown (f->file, 12345, (gid_t) -1) != 0)
    {
      g_test_skip ("Files cannot be given away here");
      return;
    }
  assert_refused (f->file, TRUE, G_IO_ERROR_PERMISSION_DENIED, "chown root");
}

#define ADD(path, function)                                                                        \
  g_test_add ("/plugin-host/plugin-file/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("accepts", test_accepts);
  ADD ("refuses-path", test_refuses_path);
  ADD ("refuses-link", test_refuses_link);
  ADD ("refuses-mode", test_refuses_mode);
  ADD ("refuses-owner", test_refuses_owner);
  ADD ("sticky", test_sticky);
  ADD ("accepts-installed", test_accepts_installed);

  return g_test_run ();
}
