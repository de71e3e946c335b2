/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kept-entry.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  char *path;
  char *aside;
  CfScheduleStore *store;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("curfew-store-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "pending", NULL);
  f->aside = g_strconcat (f->path, ".broken", NULL);
  f->store = cf_schedule_store_new (f->path, BOOT_ID);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->store);
  g_remove (f->path);
  g_remove (f->aside);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0); /* no temporary file was left */
  g_free (f->aside);
  g_free (f->path);
  g_free (f->folder);
}

static void
save (Fixture *f, const CfScheduleEntry *entry)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (
    cf_schedule_store_save (f->store, entry, CF_SCHEDULE_PHASE_COUNTING, 7000000, &error));
  g_assert_no_error (error);
}

static void
assert_nothing (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cf_schedule_store_load (f->store, &error));
  g_assert_no_error (error);
}

/* What is there is no request; it is told about and set aside. */
static void
assert_refused (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cf_schedule_store_load (f->store, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, f->path));
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (f->aside, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpint (g_remove (f->aside), ==, 0);
  assert_nothing (f);
}

static void
test_round_trip (Fixture *f, gconstpointer data)
{
  g_autoptr (CfScheduleEntry) entry = make_kept_entry ();
  g_autoptr (CfScheduleStore) next = cf_schedule_store_new (f->path, BOOT_ID);
  g_autoptr (CfScheduleRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  g_test_summary ("What one process wrote the next one reads, for its own user's eyes only");

  assert_nothing (f);
  save (f, entry);
  g_assert_cmpint (g_stat (f->path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07777, ==, 0600);
  record = cf_schedule_store_load (next, &error);
  g_assert_no_error (error);
  assert_same_entry (record->entry, entry);
  g_assert_cmpint (record->phase, ==, CF_SCHEDULE_PHASE_COUNTING);
  g_assert_cmpint (record->asleep_usec, ==, 7000000);

  g_assert_true (cf_schedule_store_save (f->store, entry, CF_SCHEDULE_PHASE_EXECUTING, -3, &error));
  g_clear_pointer (&record, cf_schedule_record_free);
  record = cf_schedule_store_load (next, &error);
  g_assert_cmpint (record->phase, ==, CF_SCHEDULE_PHASE_EXECUTING);
  g_assert_cmpint (record->asleep_usec, ==, -3);

  g_assert_true (cf_schedule_store_clear (f->store, &error));
  assert_nothing (f);
  g_assert_true (cf_schedule_store_clear (f->store, &error)); /* nothing to do is no error */
}

static void
test_other_boot (Fixture *f, gconstpointer data)
{
  g_autoptr (CfScheduleEntry) entry = make_kept_entry ();
  g_autoptr (CfScheduleStore) next = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("A machine that was restarted owes nothing, and forgets the file");

  save (f, entry);
  next = cf_schedule_store_new (f->path, "00000000-0000-4000-8000-000000000000");
  g_assert_null (cf_schedule_store_load (next, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
}

static void
test_torn (Fixture *f, gconstpointer data)
{
  g_autoptr (CfScheduleEntry) entry = make_kept_entry ();
  g_autofree char *text = NULL;
  gsize length;

  g_test_summary ("A file that was cut off, after whatever byte, is no request");

  save (f, entry);
  g_assert_true (g_file_get_contents (f->path, &text, &length, NULL));
  g_assert_cmpuint (length, >, 500);
  for (gsize i = 0; i < length; i++)
    {
      g_assert_true (g_file_set_contents_full (f->path, text, (gssize) i,
                                               G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
      assert_refused (f);
    }
}

static void
test_other_files (Fixture *f, gconstpointer data)
{
  g_autoptr (CfScheduleEntry) entry = make_kept_entry ();
  g_autofree char *elsewhere = g_build_filename (f->folder, "elsewhere", NULL);
  g_autofree char *much = g_strnfill (256 * 1024 + 1, '#');

  g_test_summary ("Only an ordinary file of one's own, not too large, that nobody else may write");

  save (f, entry);
  g_assert_cmpint (g_chmod (f->path, 0620), ==, 0);
  assert_refused (f);
  save (f, entry);
  g_assert_cmpint (g_chmod (f->path, 0602), ==, 0);
  assert_refused (f);

  save (f, entry);
  g_assert_cmpint (g_rename (f->path, elsewhere), ==, 0);
  g_assert_cmpint (symlink (elsewhere, f->path), ==, 0);
  assert_refused (f);
  g_assert_true (g_file_test (elsewhere, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpint (g_unlink (elsewhere), ==, 0);

  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  assert_refused (f);
  g_assert_cmpint (g_mkdir (f->path, 0700), ==, 0);
  assert_refused (f);
  g_assert_true (g_file_set_contents (f->path, much, -1, NULL));
  g_assert_cmpint (g_chmod (f->path, 0600), ==, 0);
  assert_refused (f);
  g_assert_true (
    g_file_set_contents_full (f->path, "", 0, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  assert_refused (f);
}

static void
test_other_owner (Fixture *f, gconstpointer data)
{
  g_autoptr (CfScheduleEntry) entry = make_kept_entry ();

  g_test_summary ("A file that somebody else put there is none of ours");

  if (geteuid () != 0)
    {
      g_test_skip ("only root can give a file away");
      return;
    }
  save (f, entry);
  g_assert_cmpint (chown (f->path, 65534, 65534), ==, 0);
  assert_refused (f);
}

static void
test_no_folder (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "none", "pending", NULL);
  g_autoptr (CfScheduleStore) store = cf_schedule_store_new (path, BOOT_ID);
  g_autoptr (CfScheduleEntry) entry = make_kept_entry ();
  g_autoptr (GError) error = NULL;

  g_test_summary ("Without its folder there is nothing to read, and writing says so");

  g_assert_null (cf_schedule_store_load (store, &error));
  g_assert_no_error (error);
  g_assert_true (cf_schedule_store_clear (store, &error));
  g_assert_false (cf_schedule_store_save (store, entry, CF_SCHEDULE_PHASE_COUNTING, 0, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static void
test_too_large (Fixture *f, gconstpointer data)
{
  g_autoptr (CfScheduleEntry) entry = make_kept_entry ();
  g_autoptr (CfScheduleEntry) large = cf_schedule_entry_copy (entry);
  g_autofree char *note = g_strnfill (256 * 1024, 'x');
  g_autoptr (CfScheduleRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("What could not be read again is not written");

  save (f, entry);
  cf_schedule_entry_add_postponement (large, "alice", 0, 1, note);
  g_assert_false (cf_schedule_store_save (f->store, large, CF_SCHEDULE_PHASE_COUNTING, 0, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
  record = cf_schedule_store_load (f->store, NULL);
  assert_same_entry (record->entry, entry);
}

static void
test_full_disk (Fixture *f, gconstpointer data)
{
  g_autoptr (CfScheduleEntry) entry = make_kept_entry ();
  g_autoptr (CfScheduleEntry) later = cf_schedule_entry_copy (entry);
  g_autoptr (CfScheduleRecord) record = NULL;
  struct rlimit before;
  struct rlimit full;

  g_test_summary ("A disk that is full, after however many bytes, leaves the old file whole");

  save (f, entry);
  cf_schedule_entry_set_deadline (later, 0, G_GINT64_CONSTANT (9999000000));
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  full = before;
  for (guint bytes = 0; bytes < 500; bytes += 50)
    {
      gboolean saved;
      g_autoptr (GError) error = NULL;

      full.rlim_cur = bytes;
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &full), ==, 0);
      saved = cf_schedule_store_save (f->store, later, CF_SCHEDULE_PHASE_COUNTING, 0, &error);
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
      g_assert_false (saved);
      g_assert_nonnull (error);
      g_clear_pointer (&record, cf_schedule_record_free);
      record = cf_schedule_store_load (f->store, NULL);
      g_assert_nonnull (record);
      assert_same_entry (record->entry, entry);
    }
  signal (SIGXFSZ, SIG_DFL);
}

static void
test_replaces_link (Fixture *f, gconstpointer data)
{
  g_autoptr (CfScheduleEntry) entry = make_kept_entry ();
  g_autofree char *elsewhere = g_build_filename (f->folder, "elsewhere", NULL);
  g_autofree char *text = NULL;
  g_autoptr (CfScheduleRecord) record = NULL;

  g_test_summary ("A link in the file's place is replaced; what it leads to is not touched");

  g_assert_true (g_file_set_contents (elsewhere, "mine", -1, NULL));
  g_assert_cmpint (symlink (elsewhere, f->path), ==, 0);
  save (f, entry);
  g_assert_true (g_file_get_contents (elsewhere, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "mine");
  g_assert_cmpint (g_unlink (elsewhere), ==, 0);
  record = cf_schedule_store_load (f->store, NULL);
  assert_same_entry (record->entry, entry);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add ("/schedule/schedule-store/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("next-process-reads-it", test_round_trip);
  ADD ("other-boot-owes-nothing", test_other_boot);
  ADD ("torn-is-nothing", test_torn);
  ADD ("only-our-ordinary-file", test_other_files);
  ADD ("only-our-own-file", test_other_owner);
  ADD ("no-folder", test_no_folder);
  ADD ("too-large-is-not-written", test_too_large);
  ADD ("full-disk-leaves-the-old-file", test_full_disk);
  ADD ("link-is-replaced", test_replaces_link);
  return g_test_run ();
}
