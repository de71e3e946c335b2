/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-clock.h"

G_BEGIN_DECLS

#define CF_TYPE_BOOT_CLOCK (cf_boot_clock_get_type ())
G_DECLARE_FINAL_TYPE (CfBootClock, cf_boot_clock, CF, BOOT_CLOCK, GObject)

CfClock *cf_boot_clock_new (void);

G_END_DECLS
