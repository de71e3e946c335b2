/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "power/cf-power.h"

G_BEGIN_DECLS

/**
 * CfTestPower:
 *
 * A power that acts only as its test says: its state and its answers are set, its calls counted.
 * It claims to be no rehearsal.
 */
#define CF_TYPE_TEST_POWER (cf_test_power_get_type ())
G_DECLARE_FINAL_TYPE (CfTestPower, cf_test_power, CF, TEST_POWER, GObject)

CfTestPower *cf_test_power_new (void);
void cf_test_power_set_state (CfTestPower *self, CfPowerState state);
void cf_test_power_fail_next (CfTestPower *self, GError *error);
void cf_test_power_add_session (CfTestPower *self, const char *id, const char *user);
void cf_test_power_set_knows_people (CfTestPower *self, gboolean knows);
void cf_test_power_hold_up (CfTestPower *self, const char *who);
guint cf_test_power_get_n_executed (CfTestPower *self);
guint cf_test_power_get_n_cleared (CfTestPower *self);
guint cf_test_power_get_n_let_go (CfTestPower *self);

G_END_DECLS
