/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-seat.h"

#include "cf-audit.h"
#include "plugin-api/wsman-plugin.h"

struct _CfPluginSeat
{
  const CfPluginSeatPlan *plan; /* (unowned), outlives this */
  guint idle_seconds;           /* 0 for never */
  gboolean restarts;            /* after a failure, without being asked */

  CfPluginRunner *runner; /* (owned) (nullable): who serves, or has failed */
  GPtrArray *leaving;     /* (owned) (element-type CfPluginRunner): who stops, or has stopped */
  gboolean is_running;    /* @runner has been seen running */
  guint n_open;           /* calls that @runner serves */
  gint64 running_usec;    /* since when @runner runs */
  gint64 idle_usec;       /* since when nothing has been open */
  gint64 idle_due_usec;   /* when @idle_id fires */
  char *problem;          /* (owned) (nullable): why the module was not even tried the last time */

  guint n_failures;
  gint64 not_before_usec; /* of the next attempt */
  guint restart_id;
  guint idle_id;
  guint sweep_id;
  gboolean is_stopping;
};

static void changed_cb (CfPluginRunner *runner, CfPluginSeat *self);

static gint64
to_usec (CfPluginSeat *self, guint seconds)
{
  return (gint64) seconds * self->plan->second_msec * 1000;
}

static gboolean
has_ended (CfPluginRunner *runner)
{
  CfPluginRunnerState state = cf_plugin_runner_get_state (runner);

  return state == CF_PLUGIN_STOPPED || state == CF_PLUGIN_FAILED;
}

static gboolean
has_failed (CfPluginSeat *self)
{
  return self->runner != NULL && cf_plugin_runner_get_state (self->runner) == CF_PLUGIN_FAILED;
}

static guint
count_leaving (CfPluginSeat *self)
{
  guint n = 0;

  for (guint i = 0; i < self->leaving->len; i++)
    n += has_ended (g_ptr_array_index (self->leaving, i)) ? 0 : 1;
  return n;
}

static void
drop (CfPluginSeat *self, CfPluginRunner *runner)
{
  g_signal_handlers_disconnect_by_data (runner, self);
  g_object_unref (runner);
}

static void end_if_idle (CfPluginSeat *self);

static gboolean
sweep_cb (gpointer user_data)
{
  CfPluginSeat *self = user_data;

  self->sweep_id = 0;
  for (guint i = self->leaving->len; i > 0; i--)
    if (has_ended (g_ptr_array_index (self->leaving, i - 1)))
      drop (self, g_ptr_array_steal_index_fast (self->leaving, i - 1));
  end_if_idle (self);
  return G_SOURCE_REMOVE;
}

/* Not at once: it may be the runner itself that has called us. */
static void
sweep_soon (CfPluginSeat *self)
{
  if (self->sweep_id == 0)
    self->sweep_id = g_idle_add (sweep_cb, self);
}

/* The runner leaves; the seat is free for the next. */
static CfPluginRunner *
let_go (CfPluginSeat *self)
{
  CfPluginRunner *runner = g_steal_pointer (&self->runner);

  g_ptr_array_add (self->leaving, runner);
  self->is_running = FALSE;
  self->n_open = 0;
  if (has_ended (runner))
    sweep_soon (self);
  return runner;
}

static gboolean
is_helper (CfPluginSeat *self)
{
  return !self->plan->configuration->in_agent;
}

/**
 * cf_plugin_seat_vacate:
 * @self: a seat
 *
 * Has the runner end if it is a helper process that runs and has nothing to do. The next one does
 * not wait for that, as long as few are ending (%CF_PLUGIN_SEAT_MAX_LEAVING).
 */
void
cf_plugin_seat_vacate (CfPluginSeat *self)
{
  g_return_if_fail (self != NULL);

  if (self->runner != NULL && is_helper (self) && self->n_open == 0 && !self->is_stopping &&
      cf_plugin_runner_get_state (self->runner) == CF_PLUGIN_RUNNING)
    cf_plugin_runner_stop (let_go (self), WSMAN_PLUGIN_SHUTDOWN_IDLETIMEOUT_ELAPSED);
}

/* How long the runner may have nothing to do; 0 for as long as it likes. One that says it is done
 * is not taken at its word at once: the next request may be on its way. */
static gint64
get_patience (CfPluginSeat *self)
{
  gint64 patience_usec = to_usec (self, self->idle_seconds);
  gint64 linger_usec = to_usec (self, CF_PLUGIN_SEAT_LINGER);

  if (!cf_plugin_runner_is_idle (self->runner))
    return patience_usec;
  return patience_usec == 0 ? linger_usec : MIN (patience_usec, linger_usec);
}

static gboolean
idle_cb (gpointer user_data)
{
  CfPluginSeat *self = user_data;

  self->idle_id = 0;
  end_if_idle (self);
  return G_SOURCE_REMOVE;
}

/* One timer at a time, which looks again when it fires: calls come and go without touching it. */
static void
watch_idleness (CfPluginSeat *self, gint64 due_usec)
{
  gint64 left_usec = MAX (due_usec - g_get_monotonic_time (), 0);

  if (self->idle_id != 0 && self->idle_due_usec <= due_usec)
    return;
  g_clear_handle_id (&self->idle_id, g_source_remove);
  self->idle_due_usec = due_usec;
  self->idle_id = g_timeout_add ((guint) (left_usec / 1000 + 1), idle_cb, self);
}

/* While an earlier one has not ended, nobody is sent after it, so that those whose Shutdown takes
 * long do not pile up. The sweep looks again then. */
static void
end_if_idle (CfPluginSeat *self)
{
  gint64 patience_usec;

  if (self->runner == NULL || !is_helper (self) || self->n_open > 0 || self->is_stopping ||
      cf_plugin_runner_get_state (self->runner) != CF_PLUGIN_RUNNING)
    return;
  patience_usec = get_patience (self);
  if (patience_usec == 0)
    return;
  if (g_get_monotonic_time () < self->idle_usec + patience_usec)
    watch_idleness (self, self->idle_usec + patience_usec);
  else if (count_leaving (self) == 0)
    cf_plugin_seat_vacate (self);
}

static void
note_idle (CfPluginSeat *self)
{
  if (!is_helper (self))
    return;
  self->idle_usec = g_get_monotonic_time ();
  end_if_idle (self);
}

static gboolean
restart_cb (gpointer user_data)
{
  CfPluginSeat *self = user_data;

  self->restart_id = 0;
  cf_plugin_seat_start (self, WSMAN_PLUGIN_STARTUP_AUTORESTARTED_CRASH);
  return G_SOURCE_REMOVE;
}

static void
note_failure (CfPluginSeat *self)
{
  gint64 now_usec = g_get_monotonic_time ();
  guint pause = CF_PLUGIN_SEAT_MAX_PAUSE;

  if (self->is_running && now_usec - self->running_usec >= to_usec (self, CF_PLUGIN_SEAT_HEALTHY))
    self->n_failures = 0;
  self->n_failures++;
  if (self->n_failures < 7)
    pause = MIN (1u << (self->n_failures - 1), CF_PLUGIN_SEAT_MAX_PAUSE);
  self->not_before_usec = now_usec + to_usec (self, pause);
  if (self->restarts && is_helper (self) && !self->is_stopping && self->restart_id == 0)
    self->restart_id = g_timeout_add (pause * self->plan->second_msec + 1, restart_cb, self);
}

static void
note_running (CfPluginSeat *self)
{
  if (!self->is_running)
    {
      self->is_running = TRUE;
      self->running_usec = g_get_monotonic_time ();
      cf_audit_plugin_loaded (self->plan->configuration->name, self->plan->configuration->module);
    }
  if (self->n_open == 0)
    note_idle (self);
}

static void
changed_cb (CfPluginRunner *runner, CfPluginSeat *self)
{
  CfPluginRunnerState state = cf_plugin_runner_get_state (runner);

  if (state == CF_PLUGIN_FAILED)
    cf_audit_plugin_failed (self->plan->configuration->name, cf_plugin_runner_get_problem (runner));
  if (runner != self->runner && has_ended (runner))
    sweep_soon (self);
  if (runner == self->runner && state == CF_PLUGIN_RUNNING)
    note_running (self);
  else if (runner == self->runner && state == CF_PLUGIN_FAILED)
    note_failure (self);
  if (has_ended (runner))
    self->plan->settled (self->plan->client);
}

/**
 * cf_plugin_seat_new:
 * @plan: (transfer none): what it has in common with other seats; outlives it
 * @idle_seconds: a helper process without open calls ends after that; 0 for never
 * @restarts: whether one that failed is started again without being asked
 *
 * Returns: (transfer full): an empty seat
 */
CfPluginSeat *
cf_plugin_seat_new (const CfPluginSeatPlan *plan, guint idle_seconds, gboolean restarts)
{
  CfPluginSeat *self;

  g_return_val_if_fail (plan != NULL, NULL);

  self = g_new0 (CfPluginSeat, 1);
  self->plan = plan;
  self->idle_seconds = idle_seconds;
  self->restarts = restarts;
  self->leaving = g_ptr_array_new ();
  return self;
}

/**
 * cf_plugin_seat_free:
 * @self: (transfer full): a seat; who still sits on it is told to end, and works for nobody
 */
void
cf_plugin_seat_free (CfPluginSeat *self)
{
  g_return_if_fail (self != NULL);

  g_clear_handle_id (&self->restart_id, g_source_remove);
  g_clear_handle_id (&self->idle_id, g_source_remove);
  if (self->runner != NULL)
    let_go (self);
  g_clear_handle_id (&self->sweep_id, g_source_remove);
  g_free (self->problem);
  for (guint i = 0; i < self->leaving->len; i++)
    {
      g_autoptr (CfPluginRunner) runner = g_ptr_array_index (self->leaving, i);

      g_signal_handlers_disconnect_by_data (runner, self);
      if (cf_plugin_runner_get_state (runner) < CF_PLUGIN_STOPPING)
        cf_plugin_runner_stop (runner, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
    }
  g_ptr_array_unref (self->leaving);
  g_free (self);
}

/* What was looked at when the service started may be another file by now. */
static gboolean
check_module (CfPluginSeat *self)
{
  const WsmPluginConfiguration *configuration = self->plan->configuration;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->problem, g_free);
  if (self->plan->check == NULL ||
      self->plan->check (configuration->module, self->plan->places.owner_may_own, &error))
    return TRUE;
  self->problem = g_strdup_printf ("The module of the plug-in %s cannot be used: %s",
                                   configuration->name, error->message);
  cf_audit_plugin_failed (configuration->name, self->problem);
  return FALSE;
}

/**
 * cf_plugin_seat_start:
 * @self: a seat
 * @flags: WSMAN_PLUGIN_STARTUP_…
 *
 * Starts a runner, unless there is one that serves, or the module may not be used.
 */
void
cf_plugin_seat_start (CfPluginSeat *self, guint32 flags)
{
  g_return_if_fail (self != NULL);

  if (self->is_stopping || (self->runner != NULL && !has_ended (self->runner)))
    return;

  g_clear_handle_id (&self->restart_id, g_source_remove);
  if (self->runner != NULL)
    let_go (self);
  self->runner = self->plan->make (self->plan->configuration, &self->plan->places);
  if (self->runner == NULL)
    return;
  if (!check_module (self))
    {
      g_clear_object (&self->runner);
      note_failure (self);
      return;
    }
  cf_plugin_runner_set_client (self->runner, self->plan->client);
  g_signal_connect (self->runner, "changed", G_CALLBACK (changed_cb), self);
  cf_plugin_runner_start (self->runner, flags);
}

/* Why nobody can be started here now; NULL if somebody can. */
static char *
dup_obstacle (CfPluginSeat *self)
{
  const char *name = self->plan->configuration->name;
  gint64 left_usec = self->not_before_usec - g_get_monotonic_time ();

  if (count_leaving (self) > CF_PLUGIN_SEAT_MAX_LEAVING)
    return g_strdup_printf ("Too many helper processes of the plug-in %s have not ended yet. Try "
                            "again in %u s",
                            name, CF_PLUGIN_SHUTDOWN_MSEC / 1000);
  if (!has_failed (self) && self->problem == NULL)
    return NULL;
  /* A module that hangs or broke the contract cannot be got rid of within a process. One whose
   * Startup said no may say yes the next time. */
  if (has_failed (self) && !is_helper (self) && self->is_running)
    return g_strdup_printf ("The plug-in %s failed, and is not used until the service is started "
                            "again: %s",
                            name, cf_plugin_runner_get_problem (self->runner));
  if (left_usec <= 0)
    return NULL;
  return g_strdup_printf ("The plug-in %s failed; the service tries again in %" G_GINT64_FORMAT
                          " s",
                          name, (left_usec - 1) / to_usec (self, 1) + 1);
}

/**
 * cf_plugin_seat_take:
 * @self: a seat
 * @problem: (out) (transfer full): why there is nobody, one sentence
 *
 * Finds who serves, and starts one if there is nobody.
 *
 * Returns: (transfer none) (nullable): a runner that calls can be begun with, one of which is to be
 *   ended with cf_plugin_seat_give_back(); %NULL with @problem set otherwise
 */
CfPluginRunner *
cf_plugin_seat_take (CfPluginSeat *self, char **problem)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (problem != NULL, NULL);

  if (self->runner == NULL || has_ended (self->runner))
    {
      *problem = dup_obstacle (self);
      if (*problem != NULL)
        return NULL;
      cf_plugin_seat_start (self, has_failed (self) ? WSMAN_PLUGIN_STARTUP_AUTORESTARTED_CRASH
                                                    : WSMAN_PLUGIN_STARTUP_REQUEST_RECEIVED);
    }
  if (self->problem != NULL)
    {
      *problem = g_strdup (self->problem);
      return NULL;
    }
  if (self->runner == NULL)
    {
      *problem = g_strdup_printf ("The plug-in %s needs a helper process, and this service has "
                                  "been given none",
                                  self->plan->configuration->name);
      return NULL;
    }
  self->n_open++;
  return self->runner;
}

/**
 * cf_plugin_seat_hold:
 * @self: a seat
 * @runner: whom another call goes to, because it belongs to one that is open there
 */
void
cf_plugin_seat_hold (CfPluginSeat *self, CfPluginRunner *runner)
{
  g_return_if_fail (self != NULL);

  if (runner == self->runner)
    self->n_open++;
}

/**
 * cf_plugin_seat_give_back:
 * @self: a seat
 * @runner: what cf_plugin_seat_take() returned, or cf_plugin_seat_hold() was given
 *
 * Says that a call has ended.
 */
void
cf_plugin_seat_give_back (CfPluginSeat *self, CfPluginRunner *runner)
{
  g_return_if_fail (self != NULL);

  if (runner != self->runner || self->n_open == 0 || --self->n_open > 0)
    return;
  if (cf_plugin_runner_get_state (runner) == CF_PLUGIN_RUNNING)
    note_idle (self);
}

/**
 * cf_plugin_seat_stop:
 * @self: a seat
 * @reason: WSMAN_PLUGIN_SHUTDOWN_…
 *
 * Ends who sits here, for good. A second time only for another reason, which wins if it comes
 * early enough.
 */
void
cf_plugin_seat_stop (CfPluginSeat *self, guint32 reason)
{
  g_autoptr (GPtrArray) runners = NULL;

  g_return_if_fail (self != NULL);

  self->is_stopping = TRUE;
  g_clear_handle_id (&self->restart_id, g_source_remove);
  g_clear_handle_id (&self->idle_id, g_source_remove);
  runners = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < self->leaving->len; i++)
    g_ptr_array_add (runners, g_object_ref (g_ptr_array_index (self->leaving, i)));
  if (self->runner != NULL)
    g_ptr_array_add (runners, g_object_ref (self->runner));
  for (guint i = 0; i < runners->len; i++)
    if (!has_ended (g_ptr_array_index (runners, i)))
      cf_plugin_runner_stop (g_ptr_array_index (runners, i), reason);
}

/**
 * cf_plugin_seat_is_stopped:
 * @self: a seat
 *
 * Returns: whether nobody runs here, nor is about to end
 */
gboolean
cf_plugin_seat_is_stopped (CfPluginSeat *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  for (guint i = 0; i < self->leaving->len; i++)
    if (!has_ended (g_ptr_array_index (self->leaving, i)))
      return FALSE;
  return self->runner == NULL || has_ended (self->runner);
}

/**
 * cf_plugin_seat_is_empty:
 * @self: a seat
 *
 * Returns: whether it can be forgotten: nobody is there, and nothing is held against the next
 */
gboolean
cf_plugin_seat_is_empty (CfPluginSeat *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->runner == NULL && self->leaving->len == 0 && self->problem == NULL;
}
