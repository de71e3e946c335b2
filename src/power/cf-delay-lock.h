/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfDelayLock:
 *
 * Makes every shutdown of this machine wait for us, for as long as logind allows
 * (InhibitDelayMaxSec, some seconds). It helps, but nothing depends on it.
 */
#define CF_TYPE_DELAY_LOCK (cf_delay_lock_get_type ())
G_DECLARE_FINAL_TYPE (CfDelayLock, cf_delay_lock, CF, DELAY_LOCK, GObject)

CfDelayLock *cf_delay_lock_new (GDBusConnection *system_bus, const char *why, const char *or_else);
void cf_delay_lock_take (CfDelayLock *self);
void cf_delay_lock_release (CfDelayLock *self);

G_END_DECLS
