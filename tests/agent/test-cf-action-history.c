/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-action-history.h"

#include "request/cf-win32-code.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECOND (gint64) G_USEC_PER_SEC
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define NOON   (1774746000 * SECOND)
#define BOOT_1 "0b1e6fe4-5ee0-4d2b-93ba-0ec9a5b4d5a1"
#define BOOT_2 "7d7cb05c-65f8-4d1e-8a0e-f0c5f3c1e0b2"

typedef struct
{
  char *directory;
  char *path;
  char *broken;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->directory = g_dir_make_tmp ("curfew-XXXXXX", NULL);
  f->path = g_build_filename (f->directory, "actions", NULL);
  f->broken = g_build_filename (f->directory, "actions.broken", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_remove (f->path);
  g_remove (f->broken);
  g_assert_cmpint (g_rmdir (f->directory), ==, 0);
  g_free (f->directory);
  g_free (f->path);
  g_free (f->broken);
}

static CfActionHistory *
open_history (Fixture *f, const char *boot_id)
{
  return cf_action_history_new (f->directory, boot_id, CF_ACTION_HISTORY_SETTLE_SECONDS);
}

static void
note (CfActionHistory *history, gint64 uptime_usec, gint64 real_usec)
{
  g_autoptr (GError) error = NULL;

  cf_action_history_note (history, uptime_usec, real_usec, &error);
  g_assert_no_error (error);
}

/* Six boots of five minutes each, one action at the end of each, the last one at @last_usec. */
static void
loop_six_times (Fixture *f, gint64 last_usec)
{
  for (int i = 5; i >= 0; i--)
    {
      g_autofree char *boot_id = g_strdup_printf ("boot-%d", i);
      g_autoptr (CfActionHistory) history = open_history (f, boot_id);

      note (history, 5 * MINUTE, last_usec - i * 5 * MINUTE);
    }
}

static void
test_six_an_hour (Fixture *f, gconstpointer data)
{
  g_autoptr (CfActionHistory) history = NULL;

  g_test_summary ("Six actions in an hour are enough, forced or not, over restarts");

  loop_six_times (f, NOON);
  history = open_history (f, BOOT_1);
  g_assert_cmpuint (cf_action_history_check (history, FALSE, 3 * MINUTE, NOON + MINUTE), ==,
                    CF_WIN32_BUSY);
  g_assert_cmpuint (cf_action_history_check (history, TRUE, 3 * MINUTE, NOON + MINUTE), ==,
                    CF_WIN32_BUSY);
  /* the oldest one is 25 minutes older than the last */
  g_assert_cmpuint (cf_action_history_check (history, FALSE, 36 * MINUTE, NOON + 35 * MINUTE - 1),
                    ==, CF_WIN32_BUSY);
  g_assert_cmpuint (cf_action_history_check (history, FALSE, 36 * MINUTE, NOON + 35 * MINUTE), ==,
                    CF_WIN32_SUCCESS);
  note (history, 36 * MINUTE, NOON + 35 * MINUTE);
  g_assert_cmpuint (cf_action_history_check (history, FALSE, 36 * MINUTE, NOON + 35 * MINUTE), ==,
                    CF_WIN32_BUSY);
}

static void
test_first_seconds (Fixture *f, gconstpointer data)
{
  g_autoptr (CfActionHistory) history = open_history (f, BOOT_1);
  g_autoptr (CfActionHistory) eager = cf_action_history_new (NULL, BOOT_1, 0);

  g_test_summary ("A machine that has just started is left alone, unless forced");

  g_assert_cmpuint (cf_action_history_check (history, FALSE, 120 * SECOND - 1, NOON), ==,
                    CF_WIN32_NOT_READY);
  g_assert_cmpuint (cf_action_history_check (history, TRUE, 120 * SECOND - 1, NOON), ==,
                    CF_WIN32_SUCCESS);
  g_assert_cmpuint (cf_action_history_check (history, FALSE, 120 * SECOND, NOON), ==,
                    CF_WIN32_SUCCESS);
  g_assert_cmpuint (cf_action_history_check (eager, FALSE, 0, NOON), ==, CF_WIN32_SUCCESS);
}

static void
test_clock_set_back (Fixture *f, gconstpointer data)
{
  const gint64 steps[] = { HOUR, 24 * HOUR, 50 * 365 * 24 * HOUR };

  g_test_summary ("A clock that was set back neither opens the gate nor locks it for good");

  loop_six_times (f, NOON);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (CfActionHistory) history = open_history (f, BOOT_1);

      g_assert_cmpuint (
        cf_action_history_check (history, TRUE, 3 * MINUTE, NOON - steps[i] + 3 * MINUTE), ==,
        CF_WIN32_BUSY);
      g_assert_cmpuint (cf_action_history_check (history, TRUE, HOUR - 1, NOON - steps[i] + HOUR),
                        ==, CF_WIN32_BUSY);
      g_assert_cmpuint (
        cf_action_history_check (history, TRUE, 2 * HOUR, NOON - steps[i] + 2 * HOUR), ==,
        CF_WIN32_SUCCESS);
    }
}

static void
test_container (Fixture *f, gconstpointer data)
{
  g_autoptr (CfActionHistory) history = NULL;

  g_test_summary (
    "In a container, whose boot time is its host's, restarts of an earlier boot count");

  loop_six_times (f, NOON);
  history = open_history (f, BOOT_1);
  g_assert_cmpuint (cf_action_history_check (history, TRUE, 100 * HOUR, NOON + MINUTE), ==,
                    CF_WIN32_BUSY);
  g_assert_cmpuint (cf_action_history_check (history, TRUE, 100 * HOUR, NOON + HOUR), ==,
                    CF_WIN32_SUCCESS);
}

static void
test_clock_set_on_this_boot (Fixture *f, gconstpointer data)
{
  g_autoptr (CfActionHistory) history = open_history (f, BOOT_1);

  g_test_summary ("Of this boot boot time knows all, whatever the wall clock says");

  for (guint i = 0; i < CF_ACTION_HISTORY_MAX_AN_HOUR; i++)
    note (history, 10 * MINUTE, NOON);
  g_assert_cmpuint (cf_action_history_check (history, FALSE, 11 * MINUTE, NOON + 48 * HOUR), ==,
                    CF_WIN32_BUSY);
  g_assert_cmpuint (cf_action_history_check (history, FALSE, 70 * MINUTE, NOON - 48 * HOUR), ==,
                    CF_WIN32_SUCCESS);
}

static void
test_file_is_private (Fixture *f, gconstpointer data)
{
  g_autoptr (CfActionHistory) history = open_history (f, BOOT_1);
  g_autofree char *text = NULL;
  GStatBuf info;

  for (guint i = 0; i < 100; i++)
    note (history, (200 + i) * SECOND, NOON + i * SECOND);

  g_assert_cmpint (g_stat (f->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (info.st_size, <, 8192);
  g_assert_true (g_file_get_contents (f->path, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "curfew-actions 1\n" BOOT_1 " "));
  g_assert_true (g_str_has_suffix (text, BOOT_1 " 299000000 1774746099000000\n"));
}

static void
test_broken_file (Fixture *f, gconstpointer data)
{
  static const char *const broken[] = {
    "",
    "curfew-actions 1",
    "curfew-actions 2\n",
    "curfew-actions 1\n\n",
    "curfew-actions 1\n" BOOT_1 " 1 2",
    "curfew-actions 1\n" BOOT_1 " 1\n",
    "curfew-actions 1\n" BOOT_1 " 1 2 3\n",
    "curfew-actions 1\n" BOOT_1 " -1 2\n",
    "curfew-actions 1\n" BOOT_1 " 1 9223372036854775808\n",
    "curfew-actions 1\n../../etc 1 2\n",
    "curfew-actions 1\n" BOOT_1 " 1 2\n\xff\xfe\n",
  };

  g_test_summary ("A damaged record is warned of once, kept aside, and counts as empty");

  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (CfActionHistory) history = NULL;
      g_autoptr (CfActionHistory) next = NULL;
      g_autofree char *kept = NULL;

      g_assert_true (g_file_set_contents (f->path, broken[i], -1, NULL));
      g_test_expect_message ("curfew-agent", G_LOG_LEVEL_WARNING, "*is damaged*actions.broken*");
      history = open_history (f, BOOT_1);
      g_test_assert_expected_messages ();
      g_assert_cmpuint (cf_action_history_check (history, FALSE, HOUR, NOON), ==, CF_WIN32_SUCCESS);
      g_assert_true (g_file_get_contents (f->broken, &kept, NULL, NULL));
      g_assert_cmpstr (kept, ==, broken[i]);

      note (history, HOUR, NOON);
      next = open_history (f, BOOT_1);
      g_assert_nonnull (next);
    }
}

static void
test_unreadable_file (Fixture *f, gconstpointer data)
{
  g_autoptr (CfActionHistory) folder = NULL;
  g_autoptr (CfActionHistory) linked = NULL;
  g_autofree char *long_text = g_strnfill (10000, 'x');
  g_autoptr (CfActionHistory) large = NULL;

  g_test_summary ("What is no ordinary file of a sensible size is not read");

  g_assert_cmpint (g_mkdir (f->path, 0700), ==, 0);
  g_test_expect_message ("curfew-agent", G_LOG_LEVEL_WARNING, "*cannot be read*actions.broken*");
  folder = open_history (f, BOOT_1);
  g_test_assert_expected_messages ();
  g_assert_cmpint (g_rmdir (f->broken), ==, 0);

  g_assert_cmpint (symlink ("/etc/passwd", f->path), ==, 0);
  g_test_expect_message ("curfew-agent", G_LOG_LEVEL_WARNING, "*cannot be read*actions.broken*");
  linked = open_history (f, BOOT_1);
  g_test_assert_expected_messages ();

  g_assert_true (g_file_set_contents (f->path, long_text, -1, NULL));
  g_test_expect_message ("curfew-agent", G_LOG_LEVEL_WARNING, "*cannot be read*actions.broken*");
  large = open_history (f, BOOT_1);
  g_test_assert_expected_messages ();
}

static void
test_no_directory (Fixture *f, gconstpointer data)
{
  g_autoptr (CfActionHistory) memory = cf_action_history_new (NULL, BOOT_1, 0);
  g_autofree char *missing = g_build_filename (f->directory, "none", NULL);
  g_autoptr (CfActionHistory) lost = cf_action_history_new (missing, BOOT_1, 0);

  g_test_summary ("What cannot be written is an error, and counts all the same");

  for (guint i = 0; i < CF_ACTION_HISTORY_MAX_AN_HOUR; i++)
    {
      g_autoptr (GError) error = NULL;

      note (memory, HOUR, NOON);
      g_assert_false (cf_action_history_note (lost, HOUR, NOON, &error));
      g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
      g_assert_nonnull (strstr (error->message, missing));
    }
  g_assert_cmpuint (cf_action_history_check (memory, TRUE, HOUR, NOON), ==, CF_WIN32_BUSY);
  g_assert_cmpuint (cf_action_history_check (lost, TRUE, HOUR, NOON), ==, CF_WIN32_BUSY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add ("/agent/action-history/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("six-an-hour", test_six_an_hour);
  ADD ("first-seconds", test_first_seconds);
  ADD ("clock-set-back", test_clock_set_back);
  ADD ("container-counts-earlier-boots", test_container);
  ADD ("clock-set-on-this-boot", test_clock_set_on_this_boot);
  ADD ("file-is-private", test_file_is_private);
  ADD ("broken-file", test_broken_file);
  ADD ("unreadable-file", test_unreadable_file);
  ADD ("no-directory", test_no_directory);
  return g_test_run ();
}
