/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-boot-clock.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

struct _CfBootClock
{
  GObject parent_instance;
};

static void cf_boot_clock_clock_init (CfClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CfBootClock, cf_boot_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CF_TYPE_CLOCK, cf_boot_clock_clock_init))

/* GLib's own timeouts stop while the machine sleeps (CLOCK_MONOTONIC): a timer descriptor does not.
 */
typedef struct
{
  GSource base;
  int fd;       /* (owned), -1 if there is none */
  gpointer tag; /* of g_source_add_unix_fd() */
} Alarm;

static gboolean
alarm_check (GSource *source)
{
  Alarm *alarm = (Alarm *) source;

  return (g_source_query_unix_fd (source, alarm->tag) & G_IO_IN) != 0;
}

static gboolean
alarm_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  if (callback != NULL)
    callback (user_data);
  return G_SOURCE_REMOVE;
}

static void
alarm_finalize (GSource *source)
{
  Alarm *alarm = (Alarm *) source;

  if (alarm->fd >= 0)
    close (alarm->fd);
}

static GSourceFuncs alarm_funcs = {
  .check = alarm_check,
  .dispatch = alarm_dispatch,
  .finalize = alarm_finalize,
};

static GSource *
new_timer (const char *name, GSourceFuncs *funcs, clockid_t id, int flags,
           const struct itimerspec *spec, GError **error)
{
  GSource *source = g_source_new (funcs, sizeof (Alarm));
  Alarm *alarm = (Alarm *) source;

  g_source_set_static_name (source, name);
  alarm->fd = timerfd_create (id, TFD_NONBLOCK | TFD_CLOEXEC);
  if (alarm->fd < 0 || timerfd_settime (alarm->fd, flags, spec, NULL) != 0)
    {
      int saved_errno = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                   "The system gives no timer: %s", g_strerror (saved_errno));
      g_source_unref (source);
      return NULL;
    }
  alarm->tag = g_source_add_unix_fd (source, alarm->fd, G_IO_IN);
  return source;
}

/* A wall-clock timer that never rings, but is cancelled when somebody sets that clock, which the
 * kernel does itself after sleep. */
static const struct itimerspec never = { .it_value = { .tv_sec = G_GINT64_CONSTANT (1) << 40 } };

#define JUMP_FLAGS (TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)

static gboolean
jump_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  Alarm *watch = (Alarm *) source;
  guint64 n_rung;

  /* reading is what takes the cancellation note; it fails with ECANCELED, and the timer goes on */
  if (read (watch->fd, &n_rung, sizeof n_rung) < 0 && errno != ECANCELED)
    return G_SOURCE_CONTINUE;
  if (callback == NULL)
    return G_SOURCE_CONTINUE;
  return callback (user_data);
}

static GSourceFuncs jump_funcs = {
  .check = alarm_check,
  .dispatch = jump_dispatch,
  .finalize = alarm_finalize,
};

static gint64
get_usec (clockid_t id)
{
  struct timespec now;

  /* cannot fail: the clock exists on every Linux that Curfew runs on, the pointer is good */
  clock_gettime (id, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gint64
cf_boot_clock_get_boot_usec (CfClock *clock)
{
  return get_usec (CLOCK_BOOTTIME);
}

static gint64
cf_boot_clock_get_awake_usec (CfClock *clock)
{
  return get_usec (CLOCK_MONOTONIC);
}

static gint64
cf_boot_clock_get_real_usec (CfClock *clock)
{
  return get_usec (CLOCK_REALTIME);
}

static GSource *
cf_boot_clock_create_alarm (CfClock *clock, gint64 boot_usec, GError **error)
{
  /* an all-zero time would disarm the timer: an instant in the past is due now */
  gint64 due_usec = MAX (boot_usec, 1);
  struct itimerspec spec = {
    .it_value = {
      .tv_sec = due_usec / G_USEC_PER_SEC,
      .tv_nsec = due_usec % G_USEC_PER_SEC * 1000,
    },
  };

  return new_timer ("CfBootClock alarm", &alarm_funcs, CLOCK_BOOTTIME, TFD_TIMER_ABSTIME, &spec,
                    error);
}

static GSource *
cf_boot_clock_create_jump_watch (CfClock *clock, GError **error)
{
  return new_timer ("CfBootClock jump watch", &jump_funcs, CLOCK_REALTIME, JUMP_FLAGS, &never,
                    error);
}

static void
cf_boot_clock_clock_init (CfClockInterface *iface)
{
  iface->get_boot_usec = cf_boot_clock_get_boot_usec;
  iface->get_awake_usec = cf_boot_clock_get_awake_usec;
  iface->get_real_usec = cf_boot_clock_get_real_usec;
  iface->create_alarm = cf_boot_clock_create_alarm;
  iface->create_jump_watch = cf_boot_clock_create_jump_watch;
}

static void
cf_boot_clock_class_init (CfBootClockClass *class)
{
}

static void
cf_boot_clock_init (CfBootClock *self)
{
}

/**
 * cf_boot_clock_new:
 *
 * The clock of this machine: CLOCK_BOOTTIME, with timers that ring during and after sleep.
 *
 * Returns: (transfer full): a new clock
 */
CfClock *
cf_boot_clock_new (void)
{
  return g_object_new (CF_TYPE_BOOT_CLOCK, NULL);
}
