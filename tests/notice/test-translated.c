/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <libintl.h>
#include <locale.h>

#include "notice-fixture.h"
#include "notice/cf-notice-sample.h"
#include "notice/cf-postpone-choices.h"

/* One language for each run: LANGUAGE says which, CURFEW_LOCALE_DIR where its catalogue is. Whether
 * a translation is good is for people to say; what it may not lose can be tested. */

#define N_ACTIONS (CF_SHUTDOWN_ACTION_HALT + 1)

static void
add (GPtrArray *texts, char *words)
{
  if (words != NULL)
    g_ptr_array_add (texts, words);
}

/* Takes nothing: @words stays the caller's. */
static void
assert_has (const char *words, const char *part)
{
  g_assert_nonnull (words);
  if (strstr (words, part) == NULL)
    g_error ("“%s” is not in “%s”", part, words);
}

static GPtrArray *
list_words (const CfNotice *notice, const CfNoticeMoment *moment, const GPtrArray *unsaved)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);

  add (texts, cf_notice_words_dup_heading (notice, moment));
  add (texts, cf_notice_words_dup_remaining (notice, moment));
  add (texts, cf_notice_words_dup_event (notice, moment));
  add (texts, cf_notice_words_dup_others (notice, moment));
  add (texts, cf_notice_words_dup_held (notice, moment));
  add (texts, cf_notice_words_dup_unsaved (unsaved));
  add (texts, cf_notice_words_dup_staying (notice, moment));
  add (texts, cf_notice_words_dup_rehearsal (notice));
  add (texts, cf_notice_words_dup_announcement (notice, moment));
  add (texts, cf_notice_words_dup_requester (notice));
  add (texts, cf_notice_words_dup_reason (notice));
  add (texts, cf_notice_words_dup_postpone (notice, moment, 900));
  add (texts, cf_notice_words_dup_budget (notice, moment));
  add (texts, cf_notice_words_dup_consent (notice, moment));
  add (texts, cf_notice_words_dup_act (notice, moment));
  add (texts, cf_notice_words_dup_question (notice, moment));
  add (texts, cf_notice_words_dup_question_body (notice, moment, unsaved));
  add (texts, cf_notice_words_dup_answer (notice, moment));
  add (texts, cf_notice_words_dup_summary (notice, moment));
  add (texts, cf_notice_words_dup_body (notice, moment, TRUE));
  return texts;
}

static void
check_words (GPtrArray *texts)
{
  for (guint i = 0; i < texts->len; i++)
    {
      const char *text = g_ptr_array_index (texts, i);

      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_assert_null (strchr (text, '%'));
      g_assert_false (g_str_has_prefix (text, " "));
      g_assert_false (g_str_has_suffix (text, " "));
    }
}

static void
test_samples (void)
{
  g_test_summary ("Each text of each sample comes out whole");

  for (guint i = 0; i < CF_NOTICE_N_SAMPLES * N_ACTIONS; i++)
    {
      CfNoticeSample sample = (CfNoticeSample) (i / N_ACTIONS);
      g_autoptr (CfNotice) notice = cf_notice_sample_new (sample, NOW_BOOT, NOW_REAL);
      g_autoptr (GPtrArray) unsaved = cf_notice_sample_dup_unsaved (sample);
      g_autoptr (GPtrArray) texts = NULL;

      notice->action = (CfShutdownAction) (i % N_ACTIONS);
      notice->is_rehearsal = TRUE;
      notice->spares_people = sample == CF_NOTICE_SAMPLE_HELD;
      texts = list_words (notice, &now, unsaved);
      check_words (texts);
    }
}

/* When: by the clock, with its day. */
static void
check_time (const CfNotice *notice, gboolean has_day)
{
  gint64 deadline = notice->deadline_real_usec;
  g_autofree char *time = cf_clock_format_dup_time (now.clock_format, deadline);
  g_autofree char *day = cf_clock_format_dup_day (deadline, now.real_usec);
  g_autofree char *heading = cf_notice_words_dup_heading (notice, &now);
  g_autofree char *summary = cf_notice_words_dup_summary (notice, &now);
  g_autofree char *postpone = cf_notice_words_dup_postpone (notice, &now, 0);

  g_test_message ("%s", heading);
  assert_has (heading, time);
  assert_has (summary, time);
  assert_has (postpone, time);
  if (!has_day)
    return;
  assert_has (heading, day);
  assert_has (summary, day);
  assert_has (postpone, day);
}

static void
test_times (void)
{
  static const gint64 lefts[] = { 12 * NOTICE_MINUTE, NOTICE_DAY, 3 * NOTICE_DAY, 20 * NOTICE_DAY };

  g_test_summary ("The time, and a day that is far, are in what is said of it");

  for (guint i = 0; i < G_N_ELEMENTS (lefts) * N_ACTIONS; i++)
    {
      g_autoptr (CfNotice) notice = new_pending (lefts[i / N_ACTIONS]);

      notice->action = (CfShutdownAction) (i % N_ACTIONS);
      check_time (notice, i / N_ACTIONS >= 2);
    }
}

/* From three on every language needs the number; some have one and two in the word. */
static void
test_numbers (void)
{
  g_test_summary ("The number is in what is left, in each form of the plural");

  for (guint n = 3; n < 120; n++)
    {
      g_autoptr (CfNotice) minutes = new_pending (MAX (n, 10) * NOTICE_MINUTE);
      g_autoptr (CfNotice) days = new_pending (n * NOTICE_DAY);
      g_autoptr (CfNotice) hours = new_pending (3 * NOTICE_HOUR + n % 60 * NOTICE_MINUTE);
      g_autofree char *number = g_strdup_printf ("%u", n);
      g_autofree char *minutes_left = cf_notice_words_dup_remaining (minutes, &now);
      g_autofree char *days_left = cf_notice_words_dup_remaining (days, &now);
      g_autofree char *hours_left = cf_notice_words_dup_remaining (hours, &now);

      if (n >= 10)
        assert_has (minutes_left, number);
      assert_has (days_left, number);
      assert_has (hours_left, "3");
      if (n < 60)
        assert_has (hours_left, number);
    }
}

static void
test_names (void)
{
  g_autoptr (CfNotice) notice = new_pending (27 * NOTICE_MINUTE);
  g_autoptr (CfNotice) called_off = new_ended (CF_NOTICE_CALLED_OFF, "Mara");
  g_autofree char *postponed = NULL;
  g_autofree char *moved = NULL;
  g_autofree char *others = NULL;
  g_autofree char *budget = NULL;
  g_autofree char *event = cf_notice_words_dup_event (called_off, &now);

  g_test_summary ("Names, times and counts are not lost");

  notice->change = CF_NOTICE_POSTPONED;
  set_text (&notice->changed_by, "alice");
  allow_postponing (notice, 3, 900);
  cf_notice_add_person (notice, BOB, "bob", CF_NOTICE_REMOTE, FALSE, FALSE, FALSE);
  postponed = cf_notice_words_dup_event (notice, &now);
  notice->change = CF_NOTICE_MOVED;
  moved = cf_notice_words_dup_event (notice, &now);
  others = cf_notice_words_dup_others (notice, &now);
  budget = cf_notice_words_dup_budget (notice, &now);
  assert_has (postponed, "15:00");
  assert_has (postponed, "\u2068alice\u2069");
  assert_has (moved, "15:00");
  assert_has (moved, "\u2068alice\u2069");
  assert_has (others, "\u2068bob\u2069");
  assert_has (budget, "3");
  assert_has (budget, "15:45");
  assert_has (event, "\u2068Mara\u2069");
}

static void
test_what_holds_it_up (void)
{
  g_test_summary ("What holds it up, until when, and how many are ready are not lost");

  for (gint action = 0; action < N_ACTIONS; action++)
    {
      g_autoptr (CfNotice)
        notice = cf_notice_sample_new (CF_NOTICE_SAMPLE_SEVERAL_PEOPLE, NOW_BOOT, NOW_REAL);
      g_autofree char *act = cf_notice_words_dup_act (notice, &now);
      g_autofree char *requester = cf_notice_words_dup_requester (notice);
      g_autofree char *held = NULL;
      g_autofree char *spared = NULL;

      assert_has (act, "1");
      assert_has (act, "3");
      assert_has (requester, "\u2068mara\u2069");
      assert_has (requester, "\u2068192.0.2.7\u2069");
      notice->action = (CfShutdownAction) action;
      notice->spares_people = TRUE;
      spared = cf_notice_words_dup_held (notice, &now);
      assert_has (spared, "14:45");
      notice->spares_people = FALSE;
      notice->is_held = TRUE;
      cf_notice_add_blocker (notice, "PackageKit", "");
      held = cf_notice_words_dup_held (notice, &now);
      assert_has (held, "14:45");
      assert_has (held, "\u2068PackageKit\u2069");
    }
}

static void
test_in_effect (void)
{
  g_autoptr (CfNotice) notice = new_pending (12 * NOTICE_MINUTE);
  g_autofree char *heading = cf_notice_words_dup_heading (notice, &now);

  g_test_summary ("The catalogue is the one that is read");

  g_assert_cmpstr (heading, !=, "This computer will restart at 14:45");
}

int
main (int argc, char **argv)
{
  const char *locale_dir = g_getenv ("CURFEW_LOCALE_DIR");
  const char *language = g_getenv ("LANGUAGE");
  g_autofree char *catalogue = NULL;

  setlocale (LC_ALL, "");
  notice_test_init (&argc, &argv);
  g_assert_nonnull (locale_dir);
  g_assert_nonnull (language);
  catalogue = g_build_filename (locale_dir, language, "LC_MESSAGES", "curfew.mo", NULL);
  g_assert_true (g_file_test (catalogue, G_FILE_TEST_IS_REGULAR));
  bindtextdomain ("curfew", locale_dir);
  bind_textdomain_codeset ("curfew", "UTF-8");
  textdomain ("curfew");

  g_test_add_func ("/notice/translated/in-effect", test_in_effect);
  g_test_add_func ("/notice/translated/samples-come-out-whole", test_samples);
  g_test_add_func ("/notice/translated/times-and-days", test_times);
  g_test_add_func ("/notice/translated/numbers", test_numbers);
  g_test_add_func ("/notice/translated/what-holds-it-up", test_what_holds_it_up);
  g_test_add_func ("/notice/translated/names-are-not-lost", test_names);
  return g_test_run ();
}
