/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-test-clock.h"

#define START_BOOT_USEC (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define START_REAL_USEC (G_GINT64_CONSTANT (1767225600) * G_USEC_PER_SEC)

struct _CfTestClock
{
  GObject parent_instance;

  gint64 elapsed_usec;
  gboolean broken;
  GPtrArray *alarms; /* (owned) (element-type GSource) */
};

typedef struct
{
  GSource base;
  gint64 due_usec;
} TestAlarm;

static void cf_test_clock_clock_init (CfClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CfTestClock, cf_test_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CF_TYPE_CLOCK, cf_test_clock_clock_init))

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
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
  return START_REAL_USEC + CF_TEST_CLOCK (clock)->elapsed_usec;
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
  ((TestAlarm *) source)->due_usec = boot_usec;
  g_source_set_ready_time (source, boot_usec <= get_boot_usec (clock) ? 0 : -1);
  g_ptr_array_add (self->alarms, g_source_ref (source));
  return source;
}

static void
cf_test_clock_clock_init (CfClockInterface *iface)
{
  iface->get_boot_usec = get_boot_usec;
  iface->get_real_usec = get_real_usec;
  iface->create_alarm = create_alarm;
}

static void
cf_test_clock_finalize (GObject *object)
{
  CfTestClock *self = CF_TEST_CLOCK (object);

  g_clear_pointer (&self->alarms, g_ptr_array_unref);

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
  for (guint i = 0; i < self->alarms->len; i++)
    {
      TestAlarm *alarm = g_ptr_array_index (self->alarms, i);

      if (!g_source_is_destroyed (&alarm->base) &&
          (all || alarm->due_usec <= get_boot_usec (CF_CLOCK (self))))
        g_source_set_ready_time (&alarm->base, 0);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Moves both hands on, and lets everything run that became due. */
void
cf_test_clock_advance (CfTestClock *self, gint64 usec)
{
  self->elapsed_usec += usec;
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
