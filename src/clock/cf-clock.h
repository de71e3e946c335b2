/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfClock:
 *
 * The one source of time. Countdowns run on boot time (CLOCK_BOOTTIME: it goes on while the machine
 * sleeps and nobody can set it); real time is for showing only.
 */
#define CF_TYPE_CLOCK (cf_clock_get_type ())
G_DECLARE_INTERFACE (CfClock, cf_clock, CF, CLOCK, GObject)

struct _CfClockInterface
{
  GTypeInterface parent_iface;

  gint64 (*get_boot_usec) (CfClock *self);
  gint64 (*get_awake_usec) (CfClock *self);
  gint64 (*get_real_usec) (CfClock *self);
  GSource *(*create_alarm) (CfClock *self, gint64 boot_usec, GError **error);
  GSource *(*create_jump_watch) (CfClock *self, GError **error);
};

gint64 cf_clock_get_boot_usec (CfClock *self);
gint64 cf_clock_get_asleep_usec (CfClock *self);
gint64 cf_clock_get_real_usec (CfClock *self);
GDateTime *cf_clock_dup_boot_time (CfClock *self);
GDateTime *cf_clock_dup_real_time (CfClock *self);
GSource *cf_clock_create_alarm (CfClock *self, gint64 boot_usec, GError **error);
GSource *cf_clock_create_jump_watch (CfClock *self, GError **error);

G_END_DECLS
