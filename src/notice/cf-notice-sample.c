/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-notice-sample.h"

#include "request/cf-shutdown-reason.h"

#define SECOND_USEC      ((gint64) G_USEC_PER_SEC)
#define MINUTE_SECONDS   60
#define POSTPONE_SECONDS (15 * MINUTE_SECONDS)
#define POSTPONES        2
#define SECURITY_FIX     (CF_SHUTDOWN_REASON_PLANNED | 0x00020012u)
#define UID_BOB          1001
#define UID_KIM          1002

static const char *const names[] = {
  [CF_NOTICE_SAMPLE_ANNOUNCED] = "announced",
  [CF_NOTICE_SAMPLE_POSTPONED] = "postponed",
  [CF_NOTICE_SAMPLE_MOVED] = "moved",
  [CF_NOTICE_SAMPLE_HELD] = "held",
  [CF_NOTICE_SAMPLE_LAST_TEN_MINUTES] = "last-ten-minutes",
  [CF_NOTICE_SAMPLE_OVERDUE] = "overdue",
  [CF_NOTICE_SAMPLE_SEVERAL_PEOPLE] = "several-people",
  [CF_NOTICE_SAMPLE_NO_MESSAGE] = "no-message",
  [CF_NOTICE_SAMPLE_LAST_MINUTE] = "last-minute",
  [CF_NOTICE_SAMPLE_GOING_DOWN] = "going-down",
  [CF_NOTICE_SAMPLE_CALLED_OFF] = "called-off",
  [CF_NOTICE_SAMPLE_DID_NOT_HAPPEN] = "did-not-happen",
};
G_STATIC_ASSERT (G_N_ELEMENTS (names) == CF_NOTICE_N_SAMPLES);

/**
 * cf_notice_sample_get_name:
 * @sample: a sample
 *
 * Returns: (transfer none): its name, for options and files: "last-ten-minutes"
 */
const char *
cf_notice_sample_get_name (CfNoticeSample sample)
{
  g_return_val_if_fail (sample < CF_NOTICE_N_SAMPLES, NULL);

  return names[sample];
}

/* What tells one countdown from the other. */
static const struct
{
  gint64 ago;  /* seconds since the announcement */
  gint64 left; /* seconds to the deadline */
  CfNoticeChange change;
  const char *changed_by; /* (nullable): %NULL for "" */
  guint n_postponed;      /* by alice */
  const char *note;       /* (nullable): hers; %NULL for "" */
} countdowns[] = {
  [CF_NOTICE_SAMPLE_ANNOUNCED] = { 180, 720, CF_NOTICE_ACCEPTED },
  [CF_NOTICE_SAMPLE_POSTPONED] = { 180, 1620, CF_NOTICE_POSTPONED, "alice", 1,
                                   "in a call until 15:00" },
  [CF_NOTICE_SAMPLE_MOVED] = { 180, 2220, CF_NOTICE_MOVED, "mara from 192.0.2.7" },
  [CF_NOTICE_SAMPLE_HELD] = { 180, 720, CF_NOTICE_ACCEPTED },
  [CF_NOTICE_SAMPLE_LAST_TEN_MINUTES] = { 320, 580, CF_NOTICE_ACCEPTED },
  [CF_NOTICE_SAMPLE_OVERDUE] = { 3600, 300, CF_NOTICE_OVERDUE },
  [CF_NOTICE_SAMPLE_SEVERAL_PEOPLE] = { 180, 720, CF_NOTICE_ACCEPTED },
  [CF_NOTICE_SAMPLE_NO_MESSAGE] = { 180, 720, CF_NOTICE_ACCEPTED },
  [CF_NOTICE_SAMPLE_LAST_MINUTE] = { 2640, 45, CF_NOTICE_RESTORED, NULL, 2 },
  [CF_NOTICE_SAMPLE_GOING_DOWN] = { 900, 0, CF_NOTICE_ACCEPTED },
  [CF_NOTICE_SAMPLE_CALLED_OFF] = { 180, 720, CF_NOTICE_ACCEPTED },
  [CF_NOTICE_SAMPLE_DID_NOT_HAPPEN] = { 900, 0, CF_NOTICE_ACCEPTED },
};
G_STATIC_ASSERT (G_N_ELEMENTS (countdowns) == CF_NOTICE_N_SAMPLES);

static void
set_countdown (CfNotice *notice, CfNoticeSample sample, gint64 now_boot_usec, gint64 now_real_usec)
{
  guint n_postponed = countdowns[sample].n_postponed;
  const char *changed_by = countdowns[sample].changed_by;
  const char *note = countdowns[sample].note;
  gint64 left = countdowns[sample].left * SECOND_USEC;
  gint64 room = (POSTPONES - n_postponed) * POSTPONE_SECONDS * SECOND_USEC;

  g_free (notice->changed_by);
  notice->change = countdowns[sample].change;
  notice->changed_by = g_strdup (changed_by != NULL ? changed_by : "");
  notice->announced_boot_usec = now_boot_usec - countdowns[sample].ago * SECOND_USEC;
  notice->deadline_boot_usec = now_boot_usec + left;
  notice->deadline_real_usec = now_real_usec + left;
  notice->first_deadline_boot_usec = notice->deadline_boot_usec -
                                     n_postponed * POSTPONE_SECONDS * SECOND_USEC;
  notice->latest_boot_usec = notice->deadline_boot_usec + room;
  notice->latest_real_usec = notice->deadline_real_usec + room;
  notice->postpones_left = POSTPONES - n_postponed;
  for (guint i = 0; i < n_postponed; i++)
    cf_notice_add_postponement (
      notice, "alice", now_real_usec - (n_postponed - i) * 2 * MINUTE_SECONDS * SECOND_USEC,
      POSTPONE_SECONDS, note != NULL ? note : "");
}

static void
set_outcome (CfNotice *notice, CfNoticeOutcome outcome, const char *detail)
{
  g_free (notice->detail);
  notice->state = CF_NOTICE_ENDED;
  notice->outcome = outcome;
  notice->detail = g_strdup (detail);
}

/* What all of them share. */
static CfNotice *
new_announced (void)
{
  CfNotice *notice = cf_notice_new ();

  g_free (notice->request_code);
  g_free (notice->requester);
  g_free (notice->organization);
  g_free (notice->help_contact);
  notice->state = CF_NOTICE_PENDING;
  notice->action = CF_SHUTDOWN_ACTION_RESTART;
  notice->request_code = g_strdup ("K7M-2QX");
  notice->message = g_strdup ("Security update. Please save your work.");
  notice->requester = g_strdup ("mara from 192.0.2.7");
  notice->reason = SECURITY_FIX;
  notice->postpone_seconds = POSTPONE_SECONDS;
  notice->organization = g_strdup ("Contoso IT");
  notice->help_contact = g_strdup ("help: 4711");
  notice->has_sound = TRUE;
  notice->respects_meetings = TRUE;
  cf_notice_add_person (notice, CF_NOTICE_SAMPLE_UID, "alice", CF_NOTICE_SCREEN, TRUE, FALSE,
                        FALSE);
  return notice;
}

static void
set_others (CfNotice *notice, CfNoticeSample sample)
{
  if (sample == CF_NOTICE_SAMPLE_HELD)
    {
      cf_notice_add_blocker (notice, "PackageKit", "installing updates");
      notice->is_held = TRUE;
    }
  else if (sample == CF_NOTICE_SAMPLE_SEVERAL_PEOPLE)
    {
      cf_notice_add_person (notice, UID_BOB, "bob", CF_NOTICE_OTHER_SCREEN, TRUE, TRUE, TRUE);
      cf_notice_add_person (notice, UID_KIM, "kim", CF_NOTICE_REMOTE, FALSE, FALSE, FALSE);
    }
}

/**
 * cf_notice_sample_new:
 * @sample: a sample
 * @now_boot_usec: now, on the boot clock
 * @now_real_usec: the same instant, microseconds since 1970 UTC
 *
 * Returns: (transfer full): its notice, as the person %CF_NOTICE_SAMPLE_UID is told
 */
CfNotice *
cf_notice_sample_new (CfNoticeSample sample, gint64 now_boot_usec, gint64 now_real_usec)
{
  CfNotice *notice;

  g_return_val_if_fail (sample < CF_NOTICE_N_SAMPLES, NULL);

  notice = new_announced ();
  set_countdown (notice, sample, now_boot_usec, now_real_usec);
  set_others (notice, sample);
  if (sample == CF_NOTICE_SAMPLE_NO_MESSAGE)
    g_clear_pointer (&notice->message, g_free);
  else if (sample == CF_NOTICE_SAMPLE_GOING_DOWN)
    notice->state = CF_NOTICE_EXECUTING;
  else if (sample == CF_NOTICE_SAMPLE_CALLED_OFF)
    set_outcome (notice, CF_NOTICE_CALLED_OFF, "Mara Lind");
  else if (sample == CF_NOTICE_SAMPLE_DID_NOT_HAPPEN)
    set_outcome (notice, CF_NOTICE_VETOED, "PackageKit: installing updates");
  return notice;
}

/**
 * cf_notice_sample_dup_unsaved:
 * @sample: a sample
 *
 * Returns: (transfer full) (element-type CfNoticeProgram): what is not saved there; may be empty
 */
GPtrArray *
cf_notice_sample_dup_unsaved (CfNoticeSample sample)
{
  GPtrArray *programs = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_notice_program_free);

  if (sample == CF_NOTICE_SAMPLE_LAST_TEN_MINUTES || sample == CF_NOTICE_SAMPLE_OVERDUE ||
      sample == CF_NOTICE_SAMPLE_SEVERAL_PEOPLE)
    g_ptr_array_add (programs, cf_notice_program_new ("Writer", "Report.odt"));
  return programs;
}
