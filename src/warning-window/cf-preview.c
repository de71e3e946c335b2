/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-preview.h"

#include <glib/gi18n.h>

#include "cf-warning-window.h"

#include "clock/cf-boot-clock.h"
#include "notice/cf-notice-phase.h"

#define TICK_MS        100
#define SAMPLE_USEC    (2500 * G_TIME_SPAN_MILLISECOND)
#define TRUE_PACE      1
#define FAST_PACE      12 /* seconds by the second: the last minute */
#define VERY_FAST_PACE 60 /* minutes by the second: the last ten minutes */

struct _CfPreview
{
  GObject parent_instance;

  CfWarningWindow *window; /* not owned: GTK's, until it is destroyed here */
  CfClock *clock;          /* (owned) */
  CfClockFormat clock_format;

  gboolean walks;
  CfNoticeSample sample;
  CfNotice *notice;       /* (owned) (nullable) */
  gint64 begin_boot_usec; /* of what is shown now */
  gint64 begin_real_usec;
  guint tick_id;
};

G_DEFINE_FINAL_TYPE (CfPreview, cf_preview, G_TYPE_OBJECT)

enum
{
  FINISHED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static gint64
get_pace (CfPreview *self)
{
  if (!self->walks)
    return TRUE_PACE;
  if (self->sample == CF_NOTICE_SAMPLE_LAST_MINUTE)
    return FAST_PACE;
  if (self->sample == CF_NOTICE_SAMPLE_LAST_TEN_MINUTES)
    return VERY_FAST_PACE;
  return TRUE_PACE;
}

static CfNoticeMoment
get_moment (CfPreview *self)
{
  gint64 passed_usec = cf_clock_get_boot_usec (self->clock) - self->begin_boot_usec;

  passed_usec *= get_pace (self);
  return (CfNoticeMoment){
    .boot_usec = self->begin_boot_usec + passed_usec,
    .real_usec = self->begin_real_usec + passed_usec,
    .clock_format = self->clock_format,
    .uid = CF_NOTICE_SAMPLE_UID,
  };
}

static char *
dup_title (CfPreview *self)
{
  const char *name = cf_notice_sample_get_name (self->sample);

  if (self->walks && self->sample == CF_NOTICE_N_SAMPLES - 1)
    /* Translators: the title of a preview's last picture: its name (an English word, as it is typed
     * as an option), its number, and of how many. */
    return g_strdup_printf (_ ("Preview: %s (%u of %u, the last one)"), name, self->sample + 1,
                            CF_NOTICE_N_SAMPLES);
  /* Translators: the title of a preview: the name of what is shown (an English word, as it is typed
   * as an option), its number, and of how many. */
  return g_strdup_printf (_ ("Preview: %s (%u of %u)"), name, self->sample + 1,
                          CF_NOTICE_N_SAMPLES);
}

static void
show (CfPreview *self, CfNoticeSample sample)
{
  g_autoptr (GPtrArray) unsaved = cf_notice_sample_dup_unsaved (sample);
  g_autofree char *title = NULL;
  CfNoticeMoment moment;

  self->sample = sample;
  self->begin_boot_usec = cf_clock_get_boot_usec (self->clock);
  self->begin_real_usec = cf_clock_get_real_usec (self->clock);
  g_clear_pointer (&self->notice, cf_notice_unref);
  self->notice = cf_notice_sample_new (sample, self->begin_boot_usec, self->begin_real_usec);
  title = dup_title (self);
  moment = get_moment (self);
  cf_warning_window_set_preview_title (self->window, title);
  cf_warning_window_set_unsaved (self->window, unsaved);
  cf_warning_window_set_problem (self->window, NULL);
  cf_warning_window_show_notice (self->window, self->notice, &moment);
}

static gboolean
tick_cb (gpointer user_data)
{
  CfPreview *self = user_data;
  CfNoticeMoment moment = get_moment (self);
  gint64 shown_usec = cf_clock_get_boot_usec (self->clock) - self->begin_boot_usec;

  if (self->walks && shown_usec >= SAMPLE_USEC && self->sample < CF_NOTICE_N_SAMPLES - 1)
    show (self, self->sample + 1);
  else if (self->notice->state == CF_NOTICE_PENDING &&
           cf_notice_get_left_usec (self->notice, moment.boot_usec) == 0)
    show (self, self->sample); /* its time is up: from the beginning */
  else
    cf_warning_window_set_moment (self->window, &moment);
  return G_SOURCE_CONTINUE;
}

/* Whoever steps by hand looks as long as they like. */
static gboolean
step_cb (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType modifiers,
         CfPreview *self)
{
  if (key != GDK_KEY_Left && key != GDK_KEY_Right)
    return GDK_EVENT_PROPAGATE;
  self->walks = FALSE;
  if (key == GDK_KEY_Right && self->sample < CF_NOTICE_N_SAMPLES - 1)
    show (self, self->sample + 1);
  else if (key == GDK_KEY_Left && self->sample > 0)
    show (self, self->sample - 1);
  return GDK_EVENT_STOP;
}

static void
answered_cb (CfPreview *self)
{
  cf_warning_window_set_problem (self->window, _ ("This is a preview: nothing happens."));
}

static void
hidden_cb (CfPreview *self)
{
  g_signal_emit (self, signals[FINISHED], 0);
}

static void
cf_preview_dispose (GObject *object)
{
  CfPreview *self = CF_PREVIEW (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  self->window = NULL;
  g_clear_pointer (&self->notice, cf_notice_unref);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (cf_preview_parent_class)->dispose (object);
}

static void
cf_preview_class_init (CfPreviewClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_preview_dispose;

  signals[FINISHED] = g_signal_new ("finished", CF_TYPE_PREVIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 0);
}

static void
cf_preview_init (CfPreview *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  const char *const answers[] = { "postpone", "act-now", "ready" };

  self->clock = cf_boot_clock_new ();
  self->clock_format = cf_clock_format_detect ();
  self->window = cf_warning_window_new ();
  /* before the widgets take the arrows for themselves */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (step_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->window), keys);
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    g_signal_connect_object (self->window, answers[i], G_CALLBACK (answered_cb), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "hidden", G_CALLBACK (hidden_cb), self, G_CONNECT_SWAPPED);
}

static CfPreview *
preview_new (CfNoticeSample sample, gboolean walks)
{
  CfPreview *self = g_object_new (CF_TYPE_PREVIEW, NULL);

  self->walks = walks;
  show (self, sample);
  cf_warning_window_present (self->window);
  self->tick_id = g_timeout_add (TICK_MS, tick_cb, self);
  return self;
}

/**
 * cf_preview_new_walk:
 *
 * Shows every sample for 2.5 seconds, some with time that runs fast, and stays at the last one.
 *
 * Returns: (transfer full): a preview, whose window is shown
 */
CfPreview *
cf_preview_new_walk (void)
{
  return preview_new (0, TRUE);
}

/**
 * cf_preview_new_for_sample:
 * @sample: what to show
 *
 * Returns: (transfer full): a preview, whose window is shown, that stays there
 */
CfPreview *
cf_preview_new_for_sample (CfNoticeSample sample)
{
  return preview_new (sample, FALSE);
}

/**
 * cf_preview_find_sample:
 * @name: what somebody typed
 * @sample: (out): the sample of that name
 *
 * Returns: whether there is one
 */
gboolean
cf_preview_find_sample (const char *name, CfNoticeSample *sample)
{
  for (CfNoticeSample known = 0; known < CF_NOTICE_N_SAMPLES; known++)
    {
      if (g_str_equal (cf_notice_sample_get_name (known), name))
        {
          *sample = known;
          return TRUE;
        }
    }
  return FALSE;
}

/**
 * cf_preview_dup_sample_names:
 * @separator: what stands between two names
 *
 * Returns: (transfer full): the names of all samples
 */
char *
cf_preview_dup_sample_names (const char *separator)
{
  const char *names[CF_NOTICE_N_SAMPLES + 1] = { NULL };

  for (CfNoticeSample sample = 0; sample < CF_NOTICE_N_SAMPLES; sample++)
    names[sample] = cf_notice_sample_get_name (sample);
  return g_strjoinv (separator, (char **) names);
}
