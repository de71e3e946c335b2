/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-departure.h"

#include "cf-application-list.h"
#include "cf-application.h"
#include "cf-running-applications.h"
#include "power/cf-delay-lock.h"
#include "request/cf-shutdown-flags.h"

struct _CfDeparture
{
  GObject parent_instance;

  CfBusAgent1 *agent;           /* (owned), set once: proxy of whoever owns the name */
  GDBusConnection *session_bus; /* (owned), set once */
  CfDelayLock *delay;           /* (owned) */
  char *path;                   /* (owned), set once */
  char *boot_id;                /* (owned), set once */

  GCancellable *collecting; /* (owned) (nullable): while systemd is asked what runs */
  gboolean is_done;         /* for the request that is being executed */
  gboolean is_revocable;    /* a list is kept, and the restart it is for may still fail */
};

G_DEFINE_FINAL_TYPE (CfDeparture, cf_departure, G_TYPE_OBJECT)

/* Brings the delay in step with what the agent tells. */
static void
follow (CfDeparture *self)
{
  const char *state = cf_bus_agent1_get_state (self->agent); /* %NULL while there is no agent */
  gboolean is_executing = g_strcmp0 (state, "executing") == 0;
  gboolean is_meant = (cf_bus_agent1_get_flags (self->agent) & CF_SHUTDOWN_RESTARTAPPS) != 0 &&
                      !cf_bus_agent1_get_rehearsal (self->agent);

  if (state != NULL && !is_executing)
    self->is_done = FALSE;

  if (self->collecting != NULL)
    return;
  if (is_meant && g_strcmp0 (state, "pending") == 0)
    cf_delay_lock_take (self->delay);
  else if (!is_meant || !is_executing || self->is_done) /* else GoingDown is on its way */
    cf_delay_lock_release (self->delay);
}

static void
forget (CfDeparture *self)
{
  g_autoptr (GError) error = NULL;

  self->is_revocable = FALSE;
  if (!cf_application_list_clear (self->path, &error))
    g_warning ("Applications may be started although the computer was not restarted for that: %s",
               error->message);
}

static char **
keep_startable (char **ids)
{
  g_autoptr (GStrvBuilder) kept = g_strv_builder_new ();
  guint n_kept = 0;

  for (gsize i = 0; ids[i] != NULL && n_kept < CF_APPLICATION_LIST_MAX; i++)
    {
      g_autoptr (GDesktopAppInfo) application = cf_application_find (ids[i]);

      if (application == NULL || !cf_application_may_start (application))
        continue;
      g_strv_builder_add (kept, ids[i]);
      n_kept++;
    }
  return g_strv_builder_end (kept);
}

static void
keep (CfDeparture *self, char **running)
{
  g_auto (GStrv) ids = keep_startable (running);
  g_autoptr (GError) error = NULL;

  if (ids[0] == NULL)
    {
      g_message ("No application runs that could be started again");
      forget (self);
      return;
    }
  if (!cf_application_list_save (self->path, self->boot_id, g_get_real_time () / G_USEC_PER_SEC,
                                 (const char *const *) ids, &error))
    {
      g_warning ("%s", error->message);
      return;
    }
  self->is_revocable = TRUE;
  g_message ("%u applications will be started again after the restart", g_strv_length (ids));
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfDeparture) self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) running = cf_running_applications_list_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->collecting);
  self->is_done = TRUE;
  if (running != NULL)
    keep (self, running);
  else
    g_message ("No application will be started again, because systemd does not tell which run: %s",
               error->message);
  follow (self);
}

static void
going_down_cb (CfDeparture *self, const char *action, gboolean restart_apps)
{
  if (self->collecting != NULL || self->is_done)
    return;
  if (cf_bus_agent1_get_rehearsal (self->agent))
    {
      g_message ("The agent only rehearses: no application is noted");
      return;
    }
  if (!restart_apps)
    {
      forget (self); /* whatever was meant for a restart that did not come */
      return;
    }

  /* What happens at once was never pending. From here on the agent need not be there any more: it
   * goes down as well. */
  cf_delay_lock_take (self->delay);
  self->collecting = g_cancellable_new ();
  cf_running_applications_list_async (self->session_bus, self->collecting, listed_cb,
                                      g_object_ref (self));
}

static void
stop_collecting (CfDeparture *self)
{
  if (self->collecting != NULL)
    g_cancellable_cancel (self->collecting);
  g_clear_object (&self->collecting);
}

static void
ended_cb (CfDeparture *self, const char *request_code, const char *outcome)
{
  if (g_str_equal (outcome, "acted"))
    {
      self->is_revocable = FALSE;
      return;
    }

  stop_collecting (self);
  if (self->is_revocable)
    forget (self);
  follow (self);
}

static void
cf_departure_dispose (GObject *object)
{
  CfDeparture *self = CF_DEPARTURE (object);

  stop_collecting (self);
  g_clear_object (&self->agent);
  g_clear_object (&self->session_bus);
  g_clear_object (&self->delay);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->boot_id, g_free);

  G_OBJECT_CLASS (cf_departure_parent_class)->dispose (object);
}

static void
cf_departure_class_init (CfDepartureClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_departure_dispose;
}

static void
cf_departure_init (CfDeparture *self)
{
}

/**
 * cf_departure_new:
 * @agent: a proxy on the system bus, by the agent's name: it passes on only what the owner of that
 *   name says (threat-model.md section 11)
 * @session_bus: where systemd's user manager is
 * @path: (type filename): the list of applications
 * @boot_id: of this boot
 *
 * Returns: (transfer full): a departure that follows @agent; the agent may come and go
 */
CfDeparture *
cf_departure_new (CfBusAgent1 *agent, GDBusConnection *session_bus, const char *path,
                  const char *boot_id)
{
  CfDeparture *self;

  g_return_val_if_fail (CF_BUS_IS_AGENT1_PROXY (agent), NULL);
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (session_bus), NULL);
  g_return_val_if_fail (path != NULL && boot_id != NULL, NULL);

  self = g_object_new (CF_TYPE_DEPARTURE, NULL);
  self->agent = g_object_ref (agent);
  self->session_bus = g_object_ref (session_bus);
  self->delay = cf_delay_lock_new (
    g_dbus_proxy_get_connection (G_DBUS_PROXY (agent)),
    "Note which applications are to be started again",
    "Some of the running applications may be missing after a restart");
  self->path = g_strdup (path);
  self->boot_id = g_strdup (boot_id);

  g_signal_connect_object (agent, "notify::g-name-owner", G_CALLBACK (follow), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (agent, "g-properties-changed", G_CALLBACK (follow), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (agent, "going-down", G_CALLBACK (going_down_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (agent, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
  follow (self);
  return self;
}
