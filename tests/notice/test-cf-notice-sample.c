/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice/cf-notice-sample.h"

#include "notice-fixture.h"
#include "notice/cf-notice-phase.h"
#include "notice/cf-postpone-choices.h"

static const struct
{
  const char *name;
  CfNoticePhase phase;
  const char *heading;
  const char *remaining;
  const char *event;
} expected[CF_NOTICE_N_SAMPLES] = {
  [CF_NOTICE_SAMPLE_ANNOUNCED] = { "announced", CF_NOTICE_PHASE_INFORMATION,
                                   "This computer will restart at 14:45", "12 minutes left", NULL },
  [CF_NOTICE_SAMPLE_POSTPONED] = { "postponed", CF_NOTICE_PHASE_INFORMATION,
                                   "This computer will restart at 15:00", "27 minutes left",
                                   "Postponed to 15:00 by <alice>\n<alice>: <in a call until "
                                   "15:00>" },
  [CF_NOTICE_SAMPLE_MOVED] = { "moved", CF_NOTICE_PHASE_INFORMATION,
                               "This computer will restart at 15:10", "37 minutes left",
                               "Moved to 15:10 by <mara> from <192.0.2.7>" },
  [CF_NOTICE_SAMPLE_HELD] = { "held", CF_NOTICE_PHASE_INFORMATION,
                              "This computer will restart at 14:45", "12 minutes left", NULL },
  [CF_NOTICE_SAMPLE_LAST_TEN_MINUTES] = { "last-ten-minutes", CF_NOTICE_PHASE_WARNING,
                                          "This computer will restart at 14:42", "9:40 left",
                                          NULL },
  [CF_NOTICE_SAMPLE_OVERDUE] = { "overdue", CF_NOTICE_PHASE_WARNING,
                                 "This computer will restart at 14:38", "5:00 left",
                                 "This computer was asleep when it was due. Save your work now." },
  [CF_NOTICE_SAMPLE_SEVERAL_PEOPLE] = { "several-people", CF_NOTICE_PHASE_INFORMATION,
                                        "This computer will restart at 14:45", "12 minutes left",
                                        NULL },
  [CF_NOTICE_SAMPLE_NO_MESSAGE] = { "no-message", CF_NOTICE_PHASE_INFORMATION,
                                    "This computer will restart at 14:45", "12 minutes left",
                                    NULL },
  [CF_NOTICE_SAMPLE_LAST_MINUTE] = { "last-minute", CF_NOTICE_PHASE_STRONG,
                                     "This computer will restart at 14:33", "0:45 left", NULL },
  [CF_NOTICE_SAMPLE_GOING_DOWN] = { "going-down", CF_NOTICE_PHASE_GOING_DOWN,
                                    "This computer is restarting now", NULL, NULL },
  [CF_NOTICE_SAMPLE_CALLED_OFF] = { "called-off", CF_NOTICE_PHASE_OVER,
                                    "The restart was called off", NULL,
                                    "Called off by <Mara Lind>. Nothing will happen." },
  [CF_NOTICE_SAMPLE_DID_NOT_HAPPEN] = { "did-not-happen", CF_NOTICE_PHASE_OVER,
                                        "The restart did not happen", NULL,
                                        "Something kept it from happening: <PackageKit: installing "
                                        "updates>" },
};

static void
test_each (void)
{
  g_test_summary ("Each sample shows the state that it is named after");

  for (gint sample = 0; sample < (gint) CF_NOTICE_N_SAMPLES; sample++)
    {
      g_autoptr (CfNotice)
        notice = cf_notice_sample_new ((CfNoticeSample) sample, NOW_BOOT, NOW_REAL);

      g_test_message ("%s", expected[sample].name);
      g_assert_cmpstr (cf_notice_sample_get_name ((CfNoticeSample) sample), ==,
                       expected[sample].name);
      g_assert_cmpint (cf_notice_get_phase (notice, NOW_BOOT), ==, expected[sample].phase);
      assert_words (cf_notice_words_dup_heading (notice, &now), expected[sample].heading);
      assert_words (cf_notice_words_dup_remaining (notice, &now), expected[sample].remaining);
      assert_words (cf_notice_words_dup_event (notice, &now), expected[sample].event);
      assert_words (cf_notice_words_dup_reason (notice),
                    "Operating System: Security fix (Planned)");
      g_assert_cmpint (notice->message == NULL, ==, sample == CF_NOTICE_SAMPLE_NO_MESSAGE);
      g_assert_nonnull (cf_notice_find_person (notice, CF_NOTICE_SAMPLE_UID));
    }
}

/* A sample that could not be is no sample. */
static void
test_consistent (void)
{
  g_test_summary ("Samples are notices that an agent could give");

  for (gint sample = 0; sample < (gint) CF_NOTICE_N_SAMPLES; sample++)
    {
      g_autoptr (CfNotice)
        notice = cf_notice_sample_new ((CfNoticeSample) sample, NOW_BOOT, NOW_REAL);
      gint64 postponed = (gint64) notice->postponements->len * 900 * NOTICE_SECOND;
      gint64 room = (gint64) notice->postpones_left * notice->postpone_seconds * NOTICE_SECOND;

      g_assert_cmpint (notice->announced_boot_usec, >, 0);
      g_assert_cmpint (notice->announced_boot_usec, <, NOW_BOOT);
      g_assert_cmpint (notice->first_deadline_boot_usec + postponed, ==,
                       notice->deadline_boot_usec);
      g_assert_cmpint (notice->deadline_boot_usec + room, ==, notice->latest_boot_usec);
      g_assert_cmpint (notice->deadline_real_usec - notice->deadline_boot_usec, ==,
                       NOW_REAL - NOW_BOOT);
      g_assert_cmpint (notice->latest_real_usec - notice->latest_boot_usec, ==,
                       NOW_REAL - NOW_BOOT);
      g_assert_cmpuint (notice->postponements->len + notice->postpones_left, ==, 2);
    }
}

static void
test_variety (void)
{
  g_autoptr (CfNotice) held = cf_notice_sample_new (CF_NOTICE_SAMPLE_HELD, NOW_BOOT, NOW_REAL);
  g_autoptr (CfNotice)
    several = cf_notice_sample_new (CF_NOTICE_SAMPLE_SEVERAL_PEOPLE, NOW_BOOT, NOW_REAL);
  g_autoptr (CfNotice)
    last = cf_notice_sample_new (CF_NOTICE_SAMPLE_LAST_MINUTE, NOW_BOOT, NOW_REAL);
  g_autoptr (GPtrArray) unsaved = cf_notice_sample_dup_unsaved (CF_NOTICE_SAMPLE_LAST_TEN_MINUTES);
  g_autoptr (GPtrArray) none = cf_notice_sample_dup_unsaved (CF_NOTICE_SAMPLE_CALLED_OFF);

  g_test_summary ("Each thing that can be shown is in some sample");

  assert_words (cf_notice_words_dup_held (held, &now),
                "Held up by <PackageKit>: <installing updates>. If that lasts until 14:45, this "
                "computer will not restart then.");
  assert_words (cf_notice_words_dup_others (several, &now),
                "Also signed in: <bob> (other screen), <kim> (remote)");
  assert_words (cf_notice_words_dup_act (several, &now), "I’m Ready (1 of 3)");
  assert_words (cf_notice_words_dup_budget (last, &now),
                "Can no longer be postponed (latest 14:33)");
  g_assert_false (cf_postpone_choices_exist (last, NOW_BOOT));
  assert_words (cf_notice_words_dup_staying (last, &now),
                "This window stays until the restart. You can keep working.");
  assert_words (cf_notice_words_dup_unsaved (unsaved), "Not saved: <Writer> – “<Report.odt>”");
  g_assert_cmpuint (none->len, ==, 0);
}

int
main (int argc, char **argv)
{
  notice_test_init (&argc, &argv);

  g_test_add_func ("/notice/sample/shows-its-state", test_each);
  g_test_add_func ("/notice/sample/could-be", test_consistent);
  g_test_add_func ("/notice/sample/everything-is-in-one", test_variety);
  return g_test_run ();
}
