/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "clock/cf-clock.h"

G_BEGIN_DECLS

/**
 * CfTestClock:
 *
 * A clock whose hands a test moves. Boot time starts at one hour, real time at 2026-01-01.
 */
#define CF_TYPE_TEST_CLOCK (cf_test_clock_get_type ())
G_DECLARE_FINAL_TYPE (CfTestClock, cf_test_clock, CF, TEST_CLOCK, GObject)

CfTestClock *cf_test_clock_new (void);
void cf_test_clock_advance (CfTestClock *self, gint64 usec);
void cf_test_clock_run (CfTestClock *self, gint64 usec);
void cf_test_clock_sleep (CfTestClock *self, gint64 usec);
void cf_test_clock_doze (CfTestClock *self, gint64 usec);
void cf_test_clock_set_by (CfTestClock *self, gint64 usec);
void cf_test_clock_ring_early (CfTestClock *self);
void cf_test_clock_break (CfTestClock *self);
void cf_test_clock_deafen (CfTestClock *self);
guint cf_test_clock_get_n_rung (CfTestClock *self);
gint64 cf_test_clock_get_next_alarm (CfTestClock *self);

G_END_DECLS
