/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "clock/cf-clock.h"
#include "warning/cf-agent-watch.h"

#include "cf-helper-talk.h"

G_BEGIN_DECLS

/**
 * CfWarningLife:
 *
 * One window from the moment its helper wants it until nothing is left to tell: it follows the
 * agent by itself, so that what it shows is right also when the helper is gone.
 *
 * Signal: `finished` once, when the program can end.
 */
#define CF_TYPE_WARNING_LIFE (cf_warning_life_get_type ())
G_DECLARE_FINAL_TYPE (CfWarningLife, cf_warning_life, CF, WARNING_LIFE, GObject)

CfWarningLife *cf_warning_life_new (CfAgentWatch *watch, CfClock *clock, CfHelperTalk *talk);

G_END_DECLS
