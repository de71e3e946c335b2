/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-test-clock.h"

#define START_BOOT_USEC (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define START_REAL_USEC (G_GINT64_CONSTANT (1767225600) * G_USEC_PER_SEC)

struct _CfTestClock
{
  GObject parent_instance;

  gint64 elapsed_usec;
  gint64 asleep_usec;
  gint64 set_by_usec;
  GSource *watch; /* (owned) (nullable) */
  gboolean broken;
  gboolean deaf;
  guint n_rung;
  GPtrArray *alarms; /* (owned) (element-type GSource) */
};

typedef struct
{
  GSource base;
  CfTestClock *clock; /* outlives its alarms */
  gint64 due_usec;
} TestAlarm;

static void cf_test_clock_clock_init (CfClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CfTestClock, cf_test_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CF_TYPE_CLOCK, cf_test_clock_clock_init))

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  ((TestAlarm *) source)->clock->n_rung++;
  callback (user_data);
  return G_SOURCE_REMOVE;
}

static GSourceFuncs alarm_funcs = { .dispatch = dispatch };

static gint64
get_boot_usec (CfClock *clock)
{
  return START_BOOT_USEC + CF_TEST_CLOCK (clock)->elapsed_usec;
}

static gint64
get_real_usec (CfClock *clock)
{
  CfTestClock *self = CF_TEST_CLOCK (clock);

  return START_REAL_USEC + self->elapsed_usec + self->set_by_usec;
}

static gint64
get_awake_usec (CfClock *clock)
{
  return get_boot_usec (clock) - CF_TEST_CLOCK (clock)->asleep_usec;
}

static gboolean
dispatch_watch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_source_set_ready_time (source, -1);
  return callback (user_data);
}

static GSourceFuncs watch_funcs = { .dispatch = dispatch_watch };

static GSource *
create_jump_watch (CfClock *clock, GError **error)
{
  CfTestClock *self = CF_TEST_CLOCK (clock);
  GSource *source;

  if (self->deaf)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no watch (by the test's wish)");
      return NULL;
    }
  source = g_source_new (&watch_funcs, sizeof (GSource));
  g_source_set_ready_time (source, -1);
  g_clear_pointer (&self->watch, g_source_unref);
  self->watch = g_source_ref (source);
  return source;
}

static GSource *
create_alarm (CfClock *clock, gint64 boot_usec, GError **error)
{
  CfTestClock *self = CF_TEST_CLOCK (clock);
  GSource *source;

  if (self->broken)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no timer (by the test's wish)");
      return NULL;
    }
  source = g_source_new (&alarm_funcs, sizeof (TestAlarm));
  ((TestAlarm *) source)->clock = self;
  ((TestAlarm *) source)->due_usec = boot_usec;
  g_source_set_ready_time (source, boot_usec <= get_boot_usec (clock) ? 0 : -1);
  g_ptr_array_add (self->alarms, g_source_ref (source));
  return source;
}

static void
cf_test_clock_clock_init (CfClockInterface *iface)
{
  iface->get_boot_usec = get_boot_usec;
  iface->get_awake_usec = get_awake_usec;
  iface->get_real_usec = get_real_usec;
  iface->create_alarm = create_alarm;
  iface->create_jump_watch = create_jump_watch;
}

static void
cf_test_clock_finalize (GObject *object)
{
  CfTestClock *self = CF_TEST_CLOCK (object);

  g_clear_pointer (&self->alarms, g_ptr_array_unref);
  g_clear_pointer (&self->watch, g_source_unref);

  G_OBJECT_CLASS (cf_test_clock_parent_class)->finalize (object);
}

static void
cf_test_clock_class_init (CfTestClockClass *class)
{
  G_OBJECT_CLASS (class)->finalize = cf_test_clock_finalize;
}

static void
cf_test_clock_init (CfTestClock *self)
{
  self->alarms = g_ptr_array_new_with_free_func ((GDestroyNotify) g_source_unref);
}

CfTestClock *
cf_test_clock_new (void)
{
  return g_object_new (CF_TYPE_TEST_CLOCK, NULL);
}

static void
ring (CfTestClock *self, gboolean all)
{
  for (guint i = self->alarms->len; i-- > 0;)
    {
      TestAlarm *alarm = g_ptr_array_index (self->alarms, i);

      if (g_source_is_destroyed (&alarm->base))
        g_ptr_array_remove_index_fast (self->alarms, i);
      else if (all || alarm->due_usec <= get_boot_usec (CF_CLOCK (self)))
        g_source_set_ready_time (&alarm->base, 0);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Moves both hands on in one go, and then lets everything run that became due: as for a process
 * that was stopped meanwhile. */
void
cf_test_clock_advance (CfTestClock *self, gint64 usec)
{
  self->elapsed_usec += usec;
  ring (self, FALSE);
}

/* Moves both hands on from alarm to alarm, each of which rings at its time. */
void
cf_test_clock_run (CfTestClock *self, gint64 usec)
{
  const gint64 end_usec = self->elapsed_usec + usec;
  gint64 next;

  ring (self, FALSE);
  while ((next = cf_test_clock_get_next_alarm (self)) >= 0 && next - START_BOOT_USEC <= end_usec)
    cf_test_clock_advance (self, MAX (next - START_BOOT_USEC - self->elapsed_usec, 0));
  cf_test_clock_advance (self, end_usec - self->elapsed_usec);
}

static void
jump (CfTestClock *self)
{
  if (self->watch != NULL && !g_source_is_destroyed (self->watch))
    g_source_set_ready_time (self->watch, 0);
}

/* Sleeps: the hands move on, and afterwards the machine notices that it slept. */
void
cf_test_clock_sleep (CfTestClock *self, gint64 usec)
{
  self->elapsed_usec += usec;
  self->asleep_usec += usec;
  jump (self);
  ring (self, FALSE);
}

/* Sleeps, and nothing has run yet since. */
void
cf_test_clock_doze (CfTestClock *self, gint64 usec)
{
  self->elapsed_usec += usec;
  self->asleep_usec += usec;
}

/* Somebody sets the wall clock forward, or back. */
void
cf_test_clock_set_by (CfTestClock *self, gint64 usec)
{
  self->set_by_usec += usec;
  jump (self);
  ring (self, FALSE);
}

/* Rings alarms that are not due, as a broken timer would. */
void
cf_test_clock_ring_early (CfTestClock *self)
{
  ring (self, TRUE);
}

/* From now on there are no timers to be had. */
void
cf_test_clock_break (CfTestClock *self)
{
  self->broken = TRUE;
}

/* From now on there is nothing that tells of sleep and of a clock that was set. */
void
cf_test_clock_deafen (CfTestClock *self)
{
  self->deaf = TRUE;
}

/* How many alarms have rung so far. */
guint
cf_test_clock_get_n_rung (CfTestClock *self)
{
  return self->n_rung;
}

/* When the next alarm is due, on the boot clock; -1 if there is none. */
gint64
cf_test_clock_get_next_alarm (CfTestClock *self)
{
  gint64 next = -1;

  for (guint i = 0; i < self->alarms->len; i++)
    {
      TestAlarm *alarm = g_ptr_array_index (self->alarms, i);

      if (!g_source_is_destroyed (&alarm->base) && (next < 0 || alarm->due_usec < next))
        next = alarm->due_usec;
    }
  return next;
}
