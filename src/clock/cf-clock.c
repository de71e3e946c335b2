/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-clock.h"

G_DEFINE_INTERFACE (CfClock, cf_clock, G_TYPE_OBJECT)

static void
cf_clock_default_init (CfClockInterface *iface)
{
}

/**
 * cf_clock_get_boot_usec:
 * @self: a clock
 *
 * Returns: microseconds since the machine started, time asleep included; never goes back
 */
gint64
cf_clock_get_boot_usec (CfClock *self)
{
  g_return_val_if_fail (CF_IS_CLOCK (self), 0);

  return CF_CLOCK_GET_IFACE (self)->get_boot_usec (self);
}

/**
 * cf_clock_get_asleep_usec:
 * @self: a clock
 *
 * Returns: for how many microseconds the machine has slept since it started, within some
 *   microseconds; grows by sleep only
 */
gint64
cf_clock_get_asleep_usec (CfClock *self)
{
  g_return_val_if_fail (CF_IS_CLOCK (self), 0);

  return CF_CLOCK_GET_IFACE (self)->get_boot_usec (self) -
         CF_CLOCK_GET_IFACE (self)->get_awake_usec (self);
}

/**
 * cf_clock_get_real_usec:
 * @self: a clock
 *
 * Returns: microseconds since 1970-01-01 UTC, as the machine believes; may jump
 */
gint64
cf_clock_get_real_usec (CfClock *self)
{
  g_return_val_if_fail (CF_IS_CLOCK (self), 0);

  return CF_CLOCK_GET_IFACE (self)->get_real_usec (self);
}

static GDateTime *
datetime_from_usec (gint64 usec)
{
  g_autoptr (GDateTime) second = g_date_time_new_from_unix_utc (usec / G_USEC_PER_SEC);

  return g_date_time_add (second, usec % G_USEC_PER_SEC);
}

/**
 * cf_clock_dup_boot_time:
 * @self: a clock
 *
 * Returns: (transfer full): when the machine started, in UTC, as its clock is set now
 */
GDateTime *
cf_clock_dup_boot_time (CfClock *self)
{
  return datetime_from_usec (cf_clock_get_real_usec (self) - cf_clock_get_boot_usec (self));
}

/**
 * cf_clock_dup_real_time:
 * @self: a clock
 *
 * Returns: (transfer full): what time it is, in UTC
 */
GDateTime *
cf_clock_dup_real_time (CfClock *self)
{
  return datetime_from_usec (cf_clock_get_real_usec (self));
}

/**
 * cf_clock_create_alarm:
 * @self: a clock
 * @boot_usec: an instant of cf_clock_get_boot_usec()
 * @error: a #GIOErrorEnum, when the system gives no timer
 *
 * Makes a source that dispatches once @boot_usec has come, at once if it has come already. Its
 * callback is a #GSourceFunc; the source is good for one dispatch.
 *
 * Returns: (transfer full) (nullable): a source that is attached to no context yet
 */
GSource *
cf_clock_create_alarm (CfClock *self, gint64 boot_usec, GError **error)
{
  g_return_val_if_fail (CF_IS_CLOCK (self), NULL);

  return CF_CLOCK_GET_IFACE (self)->create_alarm (self, boot_usec, error);
}

/**
 * cf_clock_create_jump_watch:
 * @self: a clock
 * @error: a #GIOErrorEnum, when the system gives none
 *
 * Makes a source that dispatches each time the machine has woken up from sleep and each time its
 * wall clock was set. Its callback is a #GSourceFunc.
 *
 * Returns: (transfer full) (nullable): a source that is attached to no context yet
 */
GSource *
cf_clock_create_jump_watch (CfClock *self, GError **error)
{
  g_return_val_if_fail (CF_IS_CLOCK (self), NULL);

  return CF_CLOCK_GET_IFACE (self)->create_jump_watch (self, error);
}
