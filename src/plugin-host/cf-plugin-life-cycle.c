/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-engine-private.h"

#include <string.h>

/* A copy for the length of Startup. */
static char16_t *
copy_text (PCWSTR text)
{
  gsize size = text != NULL ? (CurfewUtf16Length (text) + 1) * sizeof (char16_t) : 0;

  return text != NULL ? g_memdup2 (text, size) : NULL;
}

/* A plug-in that kept the pointer is to notice early. */
static void
destroy_text (char16_t *text)
{
  gsize length = text != NULL ? CurfewUtf16Length (text) : 0;

  for (gsize i = 0; i < length; i++)
    ((volatile char16_t *) text)[i] = 0xDDDD;
  g_free (text);
}

/* Loads the module, unless the time is up. */
static gboolean
load (CfPluginEngine *self)
{
  g_autoptr (GError) error = NULL;
  CfPluginModule *module = cf_plugin_module_open (self->file, self->settings.needs, &error);
  gboolean is_wanted;

  cf_plugin_lock ();
  if (module == NULL)
    cf_plugin_engine_fail (self, error->message, FALSE);
  else
    {
      self->module = module;
      self->entries = cf_plugin_module_get_entries (module);
    }
  is_wanted = self->phase != CF_PLUGIN_PHASE_FAILED;
  cf_plugin_unlock ();
  return is_wanted;
}

/* Waits for the module's other Startups and Shutdowns. Returns: whether it may be called at all */
static gboolean
enter (CfPluginEngine *self)
{
  gboolean may_be_called;

  cf_plugin_module_enter_life_cycle (self->module);
  cf_plugin_lock ();
  if (cf_plugin_module_is_poisoned (self->module))
    {
      g_autofree char *problem = g_strdup_printf (
        "The module of the plug-in “%s” has failed before, and cannot be used "
        "until the service is restarted",
        self->name);

      cf_plugin_engine_fail (self, problem, FALSE);
    }
  may_be_called = self->phase != CF_PLUGIN_PHASE_FAILED;
  cf_plugin_unlock ();
  if (!may_be_called)
    cf_plugin_module_leave_life_cycle (self->module);
  return may_be_called;
}

static guint32
call_startup (CfPluginEngine *self, PVOID *context)
{
  char16_t *application = copy_text (self->application);
  char16_t *extra_info = copy_text (self->extra_info);
  guint32 code;

  *context = NULL;
  code = self->entries->startup (self->start_flags, application, extra_info, context);
  destroy_text (application);
  destroy_text (extra_info);
  return code;
}

/* What Startup returned, in time or late; late, it is as if it had not been called: there is no
 * Shutdown for it. */
static void
take_startup (CfPluginEngine *self, guint32 code, PVOID context)
{
  cf_plugin_lock ();
  self->is_starting = FALSE;
  self->deadline = 0;
  if (self->phase != CF_PLUGIN_PHASE_FAILED && code != NO_ERROR)
    {
      g_autofree char *problem = g_strdup_printf (
        "The plug-in “%s” did not start: its Startup returned %u (0x%X). The "
        "plug-in's documentation may say what that means",
        self->name, code, code);

      cf_plugin_engine_fail (self, problem, FALSE);
    }
  else if (self->phase != CF_PLUGIN_PHASE_FAILED)
    {
      self->context = context;
      self->is_started = TRUE;
      if (self->phase == CF_PLUGIN_PHASE_STARTING)
        cf_plugin_event_push (self, CF_PLUGIN_EVENT_STARTED, NULL);
      else
        cf_plugin_engine_check_drained (self);
    }
  cf_plugin_event_arm (self);
  cf_plugin_unlock ();
}

/* Nothing of the module is called by this engine any more. */
static void
give_module_up (CfPluginEngine *self)
{
  CfPluginModule *module;
  gboolean unloads;

  cf_plugin_lock ();
  module = g_steal_pointer (&self->module);
  self->entries = NULL;
  unloads = self->unloads;
  cf_plugin_unlock ();
  if (module != NULL)
    cf_plugin_module_close (module, unloads);
}

void
cf_plugin_engine_do_startup (CfPluginEngine *self)
{
  PVOID context;
  guint32 code;

  if (!load (self) || !enter (self))
    {
      give_module_up (self);
      return;
    }
  cf_plugin_lock ();
  self->is_starting = TRUE;
  self->starting_thread = pthread_self ();
  cf_plugin_unlock ();

  code = call_startup (self, &context);
  cf_plugin_module_leave_life_cycle (self->module);

  if (code != NO_ERROR)
    {
      /* before it is told: who hears of it may want to find the module unloaded */
      cf_plugin_lock ();
      self->is_starting = FALSE;
      cf_plugin_unlock ();
      give_module_up (self);
    }
  take_startup (self, code, context);
}

/* The last look at what is wanted before Shutdown is called. Returns: whether it is to be */
static gboolean
prepare_shutdown (CfPluginEngine *self, guint32 *reason)
{
  gboolean is_wanted;
  guint32 limit;

  cf_plugin_lock ();
  *reason = self->reason;
  limit = *reason == WSMAN_PLUGIN_SHUTDOWN_SYSTEM ? self->settings.system_shutdown_msec
                                                  : self->settings.shutdown_msec;
  is_wanted = self->phase != CF_PLUGIN_PHASE_FAILED;
  if (is_wanted)
    self->deadline = g_get_monotonic_time () + limit * (gint64) G_TIME_SPAN_MILLISECOND;
  cf_plugin_event_arm (self);
  cf_plugin_unlock ();
  return is_wanted;
}

/* What Shutdown returned. Returns: whether the plug-in has ended well, and in time */
static gboolean
take_shutdown (CfPluginEngine *self, guint32 code)
{
  gboolean has_failed;

  cf_plugin_lock ();
  self->is_started = FALSE;
  self->deadline = 0;
  if (code != NO_ERROR)
    {
      g_autofree char *problem = g_strdup_printf (
        "The plug-in “%s” did not end well: its Shutdown returned %u (0x%X). It is not used again "
        "until the service is restarted",
        self->name, code, code);

      cf_plugin_engine_fail (self, problem, TRUE);
    }
  has_failed = self->phase == CF_PLUGIN_PHASE_FAILED;
  cf_plugin_event_arm (self);
  cf_plugin_unlock ();
  return !has_failed;
}

void
cf_plugin_engine_do_shutdown (CfPluginEngine *self)
{
  guint32 reason;
  gboolean has_ended;

  if (!enter (self))
    return;
  has_ended = prepare_shutdown (self, &reason) &&
              take_shutdown (self, self->entries->shutdown (self->context, 0, reason));
  cf_plugin_module_leave_life_cycle (self->module);
  if (!has_ended)
    return;

  /* first of all: who hears of it may want to find the module unloaded */
  give_module_up (self);
  cf_plugin_lock ();
  self->phase = CF_PLUGIN_PHASE_STOPPED;
  cf_plugin_event_push (self, CF_PLUGIN_EVENT_ENDED, NULL);
  cf_plugin_unlock ();
}
