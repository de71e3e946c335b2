/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <string.h>

#include "notice/cf-notice-words.h"

/* Sunday, 2026-11-22, 14:33:00 UTC; alice reads. */
#define NOW_BOOT (5 * NOTICE_HOUR)
#define NOW_REAL (G_GINT64_CONSTANT (1795357980) * G_USEC_PER_SEC)
#define ALICE    1000u
#define BOB      1001u
#define KIM      1002u

#define NOTICE_SECOND ((gint64) G_USEC_PER_SEC)
#define NOTICE_MINUTE (60 * NOTICE_SECOND)
#define NOTICE_HOUR   (60 * NOTICE_MINUTE)
#define NOTICE_DAY    (24 * NOTICE_HOUR)

static const CfNoticeMoment now = { NOW_BOOT, NOW_REAL, CF_CLOCK_FORMAT_24H, ALICE };

/* @usec after "now". */
static inline CfNoticeMoment
moment_later (gint64 usec)
{
  CfNoticeMoment moment = now;

  moment.boot_usec += usec;
  moment.real_usec += usec;
  return moment;
}

static inline void
set_deadline (CfNotice *notice, gint64 left_usec)
{
  notice->deadline_boot_usec = NOW_BOOT + left_usec;
  notice->deadline_real_usec = NOW_REAL + left_usec;
  notice->first_deadline_boot_usec = notice->deadline_boot_usec;
  notice->latest_boot_usec = notice->deadline_boot_usec;
  notice->latest_real_usec = notice->deadline_real_usec;
}

static inline void
set_text (char **field, const char *text)
{
  g_free (*field);
  *field = g_strdup (text);
}

/* Announced three minutes ago, due in @left_usec; only alice is there. */
static inline CfNotice *
new_pending (gint64 left_usec)
{
  CfNotice *notice = cf_notice_new ();

  notice->state = CF_NOTICE_PENDING;
  notice->announced_boot_usec = NOW_BOOT - 3 * NOTICE_MINUTE;
  set_deadline (notice, left_usec);
  cf_notice_add_person (notice, ALICE, "alice", CF_NOTICE_SCREEN, TRUE, FALSE, FALSE);
  return notice;
}

static inline void
allow_postponing (CfNotice *notice, guint times, guint32 seconds)
{
  notice->postpones_left = times;
  notice->postpone_seconds = seconds;
  notice->latest_boot_usec = notice->deadline_boot_usec + times * seconds * NOTICE_SECOND;
  notice->latest_real_usec = notice->deadline_real_usec + times * seconds * NOTICE_SECOND;
}

static inline CfNotice *
new_ended (CfNoticeOutcome outcome, const char *detail)
{
  CfNotice *notice = new_pending (0);

  notice->state = CF_NOTICE_ENDED;
  notice->outcome = outcome;
  set_text (&notice->detail, detail);
  return notice;
}

/* Takes @words; what is isolated is between < and > in @expected. */
static inline void
assert_words (char *words, const char *expected)
{
  g_autofree char *owned = words;

  if (words != NULL)
    {
      GString *shown = g_string_new (words);

      g_string_replace (shown, "\u2068", "<", 0);
      g_string_replace (shown, "\u2069", ">", 0);
      g_free (owned);
      owned = g_string_free (shown, FALSE);
    }
  g_assert_cmpstr (owned, ==, expected);
}

/* Before anything asks for the time zone. */
static inline void
notice_test_init (int *argc, char ***argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (argc, argv, NULL);
}
