/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/cf-application-list.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BOOT     "4f6ab0c1-0d4e-4c9e-9b0a-6d1c2e3f4a5b"
#define NEXT     "77e1a3f2-1111-4c9e-9b0a-6d1c2e3f4a5b"
#define NOW      G_GINT64_CONSTANT (1767225600)
#define START    "[applications]\nboot-id=" BOOT "\ntime=1767225600\n"
#define WEEK     (7 * 24 * 60 * 60)
#define MAX_SIZE (32 * 1024)

typedef struct
{
  char *root;
  char *folder;
  char *path;
  char *aside;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->root = g_dir_make_tmp ("curfew-list-XXXXXX", &error);
  g_assert_no_error (error);
  f->folder = g_build_filename (f->root, "curfew", NULL);
  f->path = g_build_filename (f->folder, "applications", NULL);
  f->aside = g_strconcat (f->path, ".broken", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_remove (f->path);
  g_remove (f->aside);
  g_rmdir (f->folder);
  g_assert_cmpint (g_rmdir (f->root), ==, 0); /* no temporary file was left */
  g_free (f->aside);
  g_free (f->path);
  g_free (f->folder);
  g_free (f->root);
}

static void
save (Fixture *f, const char *const *ids)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (cf_application_list_save (f->path, BOOT, NOW, ids, &error));
  g_assert_no_error (error);
}

static void
assert_mode (const char *path, guint mode)
{
  struct stat info;

  g_assert_cmpint (g_lstat (path, &info), ==, 0);
  g_assert_cmphex (info.st_mode & 07777, ==, mode);
}

static void
test_once (Fixture *f, gconstpointer data)
{
  static const char *const ids[] = { "org.a.A",     "b-c",         "with space", "semi;colon=x",
                                     "back\\slash", "caf\xc3\xa9", NULL };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) taken = NULL;

  g_test_summary ("What one boot writes another one takes, once, as it was");

  g_assert_null (cf_application_list_take (f->path, NEXT, NOW, &error));
  g_assert_no_error (error);

  save (f, ids);
  assert_mode (f->path, 0600);
  assert_mode (f->folder, 0700);
  g_assert_null (cf_application_list_take (f->path, BOOT, NOW, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (f->path, G_FILE_TEST_EXISTS));

  taken = cf_application_list_take (f->path, NEXT, NOW + 60, &error);
  g_assert_no_error (error);
  g_assert_true (g_strv_equal ((const char *const *) taken, ids));
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
  g_assert_null (cf_application_list_take (f->path, NEXT, NOW + 60, &error));
  g_assert_no_error (error);
}

static void
test_age (Fixture *f, gconstpointer data)
{
  static const char *const ids[] = { "org.a.A", NULL };
  static const struct
  {
    gint64 now_sec;
    gboolean is_used;
  } cases[] = {
    { NOW + WEEK, TRUE }, { NOW + WEEK + 1, FALSE }, { 0, TRUE }, { G_MAXINT64, FALSE }
  };

  g_test_summary ("A list counts for a week; a clock that is not set yet does no harm");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) taken = NULL;

      save (f, ids);
      taken = cf_application_list_take (f->path, NEXT, cases[i].now_sec, &error);
      g_assert_cmpint (taken != NULL, ==, cases[i].is_used);
      if (cases[i].is_used)
        g_assert_no_error (error);
      else
        g_assert_error (error, CF_APPLICATION_LIST_ERROR, CF_APPLICATION_LIST_ERROR_OLD);
      g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
    }
}

static void
assert_broken (Fixture *f, const char *wording)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cf_application_list_take (f->path, NEXT, NOW, &error));
  g_assert_error (error, CF_APPLICATION_LIST_ERROR, CF_APPLICATION_LIST_ERROR_BROKEN);
  g_assert_nonnull (strstr (error->message, wording));
  g_assert_nonnull (strstr (error->message, f->aside));
  g_assert_cmpint (g_access (f->path, F_OK), !=, 0);
  g_assert_cmpint (g_remove (f->aside), ==, 0);
}

static void
test_broken (Fixture *f, gconstpointer data)
{
  g_autofree char *many = g_strnfill (CF_APPLICATION_LIST_MAX + 1, ';');
  g_autofree char *big = g_strnfill (MAX_SIZE + 1, '\n');
  const char *const texts[][2] = {
    { "nonsense", "no key file" },
    { "", "lacks" },
    { "[applications]\nids=a;\ntime=1767225600\n", "lacks" },
    { "[applications]\nids=a;\nboot-id=" BOOT "\n", "lacks" },
    { "[applications]\nids=a;\nboot-id=" BOOT "\ntime=soon\n", "lacks" },
    { START, "lacks" },
    { START "ids=../../evil;\n", "no application" },
    { START "ids=a;/etc/passwd;\n", "no application" },
    { START "ids=a;;b;\n", "no application" },
    { START "ids=\xff\xfe;\n", "" },
    { big, "too big" },
  };
  g_autofree char *too_many = g_strconcat (START "ids=", many, "\n", NULL);

  g_test_summary ("What cannot be used is put aside, with the reason");

  g_assert_cmpint (g_mkdir (f->folder, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_true (g_file_set_contents (f->path, texts[i][0], -1, NULL));
      g_assert_cmpint (g_chmod (f->path, 0600), ==, 0);
      assert_broken (f, texts[i][1]);
    }
  g_assert_true (g_file_set_contents (f->path, too_many, -1, NULL));
  assert_broken (f, "too many");
}

static void
test_foreign (Fixture *f, gconstpointer data)
{
  static const char *const ids[] = { "org.a.A", NULL };

  g_test_summary ("Only an ordinary file that nobody else may write is read");

  save (f, ids);
  g_assert_cmpint (g_chmod (f->path, 0620), ==, 0);
  assert_broken (f, "others may write");

  g_assert_cmpint (symlink ("/etc/passwd", f->path), ==, 0);
  assert_broken (f, "symbolic link");

  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  assert_broken (f, "no ordinary file");

  if (geteuid () != 0)
    return;
  save (f, ids);
  g_assert_cmpint (chown (f->path, 65534, 65534), ==, 0);
  assert_broken (f, "somebody else");
}

static void
test_unwritable (Fixture *f, gconstpointer data)
{
  static const char *const ids[] = { "org.a.A", NULL };
  g_autoptr (GError) error = NULL;

  g_test_summary ("A folder that is none is one clear error");

  g_assert_true (g_file_set_contents (f->folder, "", -1, NULL));
  g_assert_false (cf_application_list_save (f->path, BOOT, NOW, ids, &error));
  g_assert_error (error, CF_APPLICATION_LIST_ERROR, CF_APPLICATION_LIST_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, f->folder));
  g_clear_error (&error);
  g_assert_null (cf_application_list_take (f->path, BOOT, NOW, &error));
  g_assert_error (error, CF_APPLICATION_LIST_ERROR, CF_APPLICATION_LIST_ERROR_FILE);
  g_clear_error (&error);
  g_assert_false (cf_application_list_clear (f->path, &error));
  g_assert_error (error, CF_APPLICATION_LIST_ERROR, CF_APPLICATION_LIST_ERROR_FILE);
  g_assert_cmpint (g_remove (f->folder), ==, 0);
}

static void
test_clear (Fixture *f, gconstpointer data)
{
  static const char *const ids[] = { "org.a.A", NULL };
  g_autoptr (GError) error = NULL;

  g_test_summary ("Clearing is quiet when there is nothing");

  save (f, ids);
  for (int i = 0; i < 2; i++)
    {
      g_assert_true (cf_application_list_clear (f->path, &error));
      g_assert_no_error (error);
      g_assert_cmpint (g_access (f->path, F_OK), !=, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                                        \
  g_test_add ("/session/application-list/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("once", test_once);
  ADD ("age", test_age);
  ADD ("broken", test_broken);
  ADD ("foreign", test_foreign);
  ADD ("unwritable", test_unwritable);
  ADD ("clear", test_clear);
#undef ADD
  return g_test_run ();
}
