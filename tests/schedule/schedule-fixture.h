/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "schedule/cf-schedule.h"
#include "tests/support/cf-test-clock.h"

G_BEGIN_DECLS

#define SECOND G_GINT64_CONSTANT (1000000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

#define BOOT_ID "4f6ab0c1-0d4e-4c9e-9b0a-6d1c2e3f4a5b"

/* A schedule on a clock whose hands the test moves, with a store in a folder of its own. What it
 * says is written down, word after word: "accepted 10! 5! 1 due ended:acted". */
typedef struct _Fixture Fixture;

struct _Fixture
{
  CfTestClock *clock;
  CfScheduleStore *store;
  CfSchedule *schedule;
  char *folder;
  char *path;
  GString *said;
  guint n_due;
  guint n_ended;
  CfScheduleOutcome outcome;
  void (*connect) (Fixture *f, gpointer story); /* (nullable): before an agent takes up anything */
  gpointer story;                               /* for @connect */
};

void set_up (Fixture *f, gconstpointer data);
void tear_down (Fixture *f, gconstpointer data);

CfShutdownRequest *make_request (guint32 flags, guint32 grace_seconds, guint32 postpone_limit,
                                 guint32 postpone_seconds);
guint32 submit (Fixture *f, guint32 flags, guint32 grace_seconds);
guint32 submit_own (Fixture *f, guint32 grace_seconds, guint32 postpone_limit,
                    guint32 postpone_seconds);
guint32 call_off (Fixture *f);
void kill_agent (Fixture *f);
void start_agent (Fixture *f);
void break_store (Fixture *f);
void mend_store (Fixture *f);
void expect_warning (const char *pattern);

gint64 get_now (Fixture *f);
gint64 get_deadline (Fixture *f);

/* What was said since the last time. */
void assert_said (Fixture *f, const char *expected);

G_END_DECLS
