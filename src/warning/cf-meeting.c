/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-meeting.h"

#include <unistd.h>

#define ANSWER_MSEC  2000 /* the window waits for it */
#define GNOME_IDLE   8    /* org.gnome.SessionManager: inhibit the session being marked as idle */
#define KDE_SCREEN   4    /* PolicyAgent: ChangeScreenSettings */
#define GNOME_NAME   "org.gnome.SessionManager"
#define GNOME_PATH   "/org/gnome/SessionManager"
#define KDE_NAME     "org.kde.Solid.PowerManagement.PolicyAgent"
#define KDE_PATH     "/org/kde/Solid/PowerManagement/PolicyAgent"
#define LOGIND_NAME  "org.freedesktop.login1"
#define LOGIND_PATH  "/org/freedesktop/login1"
#define LOGIND_IFACE "org.freedesktop.login1.Manager"
#define PROPERTIES   "org.freedesktop.DBus.Properties"
#define N_SUBSCRIBED 3 /* on the session bus */

struct _CfMeeting
{
  GObject parent_instance;

  GDBusConnection *session_bus; /* (owned) (nullable), set once */
  GDBusConnection *system_bus;  /* (owned) (nullable): while watched there */
  guint subscriptions[N_SUBSCRIBED];
  guint logind_subscription;
};

G_DEFINE_FINAL_TYPE (CfMeeting, cf_meeting, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
cf_meeting_dispose (GObject *object)
{
  CfMeeting *self = CF_MEETING (object);

  cf_meeting_unwatch (self);
  g_clear_object (&self->session_bus);

  G_OBJECT_CLASS (cf_meeting_parent_class)->dispose (object);
}

static void
cf_meeting_class_init (CfMeetingClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_meeting_dispose;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", CF_TYPE_MEETING, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
cf_meeting_init (CfMeeting *self)
{
}

/**
 * cf_meeting_new:
 * @session_bus: (nullable): where desktops are
 *
 * Returns: (transfer full): a meeting that is not watched
 */
CfMeeting *
cf_meeting_new (GDBusConnection *session_bus)
{
  CfMeeting *self;

  g_return_val_if_fail (session_bus == NULL || G_IS_DBUS_CONNECTION (session_bus), NULL);

  self = g_object_new (CF_TYPE_MEETING, NULL);
  g_set_object (&self->session_bus, session_bus);
  return self;
}

/* ------------------------------------------------------------------ watching */

static void
changed_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
            const char *signal, GVariant *parameters, gpointer user_data)
{
  g_autoptr (CfMeeting) self = g_object_ref (user_data);

  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static guint
subscribe (CfMeeting *self, GDBusConnection *bus, const char *name, const char *interface,
           const char *signal, const char *path)
{
  return g_dbus_connection_signal_subscribe (bus, name, interface, signal, path, NULL,
                                             G_DBUS_SIGNAL_FLAGS_NONE, changed_cb, self, NULL);
}

/**
 * cf_meeting_watch:
 * @self: a meeting
 * @system_bus: (nullable): where logind is
 *
 * Emits `changed` from now on, when an inhibitor comes or goes.
 */
void
cf_meeting_watch (CfMeeting *self, GDBusConnection *system_bus)
{
  g_return_if_fail (CF_IS_MEETING (self));

  if (self->session_bus != NULL && self->subscriptions[0] == 0)
    {
      self->subscriptions[0] = subscribe (self, self->session_bus, GNOME_NAME, GNOME_NAME,
                                          "InhibitorAdded", GNOME_PATH);
      self->subscriptions[1] = subscribe (self, self->session_bus, GNOME_NAME, GNOME_NAME,
                                          "InhibitorRemoved", GNOME_PATH);
      self->subscriptions[2] = subscribe (self, self->session_bus, KDE_NAME, KDE_NAME,
                                          "InhibitionsChanged", KDE_PATH);
    }
  if (system_bus != NULL && self->logind_subscription == 0)
    {
      self->system_bus = g_object_ref (system_bus);
      self->logind_subscription = subscribe (self, system_bus, LOGIND_NAME, PROPERTIES,
                                             "PropertiesChanged", LOGIND_PATH);
    }
}

/**
 * cf_meeting_unwatch:
 * @self: a meeting
 *
 * Emits nothing any more.
 */
void
cf_meeting_unwatch (CfMeeting *self)
{
  g_return_if_fail (CF_IS_MEETING (self));

  for (gsize i = 0; i < N_SUBSCRIBED; i++)
    if (self->subscriptions[i] != 0)
      {
        g_dbus_connection_signal_unsubscribe (self->session_bus, self->subscriptions[i]);
        self->subscriptions[i] = 0;
      }
  if (self->logind_subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->system_bus, self->logind_subscription);
  self->logind_subscription = 0;
  g_clear_object (&self->system_bus);
}

/* ------------------------------------------------------------------ asking */

/* Whom to ask, one after the other, until one of them knows of something. */
typedef enum
{
  ASK_GNOME,
  ASK_KDE,
  ASK_LOGIND,
  ASK_NOBODY,
} Whom;

typedef struct
{
  GDBusConnection *system_bus; /* (owned) (nullable) */
  Whom whom;
} Asking;

static void
asking_free (Asking *asking)
{
  g_clear_object (&asking->system_bus);
  g_free (asking);
}

static void ask_next (GTask *task);

/* Anybody may inhibit; only what our person runs is about our person's session. */
static gboolean
holds_idle (GVariant *inhibitors)
{
  const char *what, *mode;
  GVariantIter iter;
  guint32 uid;

  g_variant_iter_init (&iter, inhibitors);
  while (g_variant_iter_next (&iter, "(&s&s&s&suu)", &what, NULL, NULL, &mode, &uid, NULL))
    {
      g_auto (GStrv) words = g_strsplit (what, ":", -1);

      if (uid == getuid () && g_str_has_prefix (mode, "block") &&
          g_strv_contains ((const char *const *) words, "idle"))
        return TRUE;
    }
  return FALSE;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Asking *asking = g_task_get_task_data (task);
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant)
    reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  gboolean is_held = FALSE;

  if (reply != NULL)
    {
      answer = g_variant_get_child_value (reply, 0);
      is_held = asking->whom == ASK_LOGIND ? holds_idle (answer) : g_variant_get_boolean (answer);
    }
  if (is_held)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  asking->whom++;
  ask_next (task);
}

static void
ask (GTask *task, GDBusConnection *bus, const char *name, const char *path, const char *interface,
     const char *method, GVariant *parameters, const char *reply_type)
{
  g_dbus_connection_call (bus, name, path, interface, method, parameters,
                          G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_MSEC,
                          g_task_get_cancellable (task), answered_cb, g_object_ref (task));
}

static void
ask_next (GTask *task)
{
  CfMeeting *self = g_task_get_source_object (task);
  Asking *asking = g_task_get_task_data (task);

  if (asking->whom < ASK_LOGIND && self->session_bus == NULL)
    asking->whom = ASK_LOGIND;
  if (asking->whom == ASK_LOGIND && asking->system_bus == NULL)
    asking->whom = ASK_NOBODY;

  switch (asking->whom)
    {
    case ASK_GNOME:
      ask (task, self->session_bus, GNOME_NAME, GNOME_PATH, GNOME_NAME, "IsInhibited",
           g_variant_new ("(u)", GNOME_IDLE), "(b)");
      break;
    case ASK_KDE:
      ask (task, self->session_bus, KDE_NAME, KDE_PATH, KDE_NAME, "HasInhibition",
           g_variant_new ("(u)", KDE_SCREEN), "(b)");
      break;
    case ASK_LOGIND:
      ask (task, asking->system_bus, LOGIND_NAME, LOGIND_PATH, LOGIND_IFACE, "ListInhibitors", NULL,
           "(a(ssssuu))");
      break;
    case ASK_NOBODY:
    default:
      g_task_return_boolean (task, FALSE);
      break;
    }
}

/**
 * cf_meeting_ask_async:
 * @self: a meeting
 * @system_bus: (nullable): where logind is
 * @cancellable: (nullable): ends the asking
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * Asks GNOME's session manager, KDE's power management and logind, whichever of them are there.
 */
void
cf_meeting_ask_async (CfMeeting *self, GDBusConnection *system_bus, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Asking *asking;

  g_return_if_fail (CF_IS_MEETING (self));

  asking = g_new0 (Asking, 1);
  asking->system_bus = system_bus != NULL ? g_object_ref (system_bus) : NULL;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cf_meeting_ask_async);
  g_task_set_task_data (task, asking, (GDestroyNotify) asking_free);
  ask_next (task);
}

/**
 * cf_meeting_ask_finish:
 * @self: a meeting
 * @result: what the callback got
 *
 * Returns: whether the session is kept from becoming idle; %FALSE as well if nobody knows, or the
 *   asking was cancelled
 */
gboolean
cf_meeting_ask_finish (CfMeeting *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), NULL);
}
