/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-own-session.h"

#include <unistd.h>

#include "cf-bus-problem.h"

#define LOGIND_NAME        "org.freedesktop.login1"
#define MANAGER_PATH       "/org/freedesktop/login1"
#define MANAGER_INTERFACE  "org.freedesktop.login1.Manager"
#define SESSION_INTERFACE  "org.freedesktop.login1.Session"
#define AUTO_PATH          "/org/freedesktop/login1/session/auto"
#define PROPERTY_INTERFACE "org.freedesktop.DBus.Properties"
#define ANSWER_MSEC        5000 /* for logind, which may be stuck */
#define RETRY_MAX_SECONDS  30

/* Who may cover the screen; each has the method GetActive and the signal ActiveChanged. */
static const struct
{
  const char *name; /* and interface */
  const char *path;
} savers[] = {
  { "org.gnome.ScreenSaver", "/org/gnome/ScreenSaver" },
  { "org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver" },
  { "org.freedesktop.ScreenSaver", "/ScreenSaver" },
  { "org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver" },
  { "org.mate.ScreenSaver", "/org/mate/ScreenSaver" },
  { "org.xfce.ScreenSaver", "/org/xfce/ScreenSaver" },
};

typedef struct
{
  CfOwnSession *session; /* not owned: it has this */
  gsize index;           /* in savers */
  guint covered_subscription;
  guint owner_subscription;
  guint owner_serial; /* of the owner that was asked last */
  gboolean is_read;   /* it has answered, or there is none */
} Saver;

struct _CfOwnSession
{
  GObject parent_instance;

  GDBusConnection *session_bus; /* (owned) (nullable), set once */
  GDBusConnection *system_bus;  /* (owned) (nullable): while there is one */
  GCancellable *cancellable;    /* (owned), cancelled in the end */
  Saver savers[G_N_ELEMENTS (savers)];
  guint session_subscription;
  guint retry_id;
  guint retry_seconds;
  char *path; /* (owned) (nullable): of our session at logind */

  gboolean knows_logind; /* or that there is none */
  gboolean is_active;
  gboolean is_locked;
  guint n_unread; /* savers that have not answered yet */
  guint covering; /* bits: which of the savers are active */
};

G_DEFINE_FINAL_TYPE (CfOwnSession, cf_own_session, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void connect_async (CfOwnSession *self);

static void
set (CfOwnSession *self, gboolean is_active, gboolean is_locked)
{
  if (self->knows_logind && self->is_active == is_active && self->is_locked == is_locked)
    return;

  self->knows_logind = TRUE;
  self->is_active = is_active;
  self->is_locked = is_locked;
  if (cf_own_session_is_known (self))
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* Where nobody knows of sessions, whoever is there sits at the screen. */
static void
do_without (CfOwnSession *self, const GError *error)
{
  g_autofree char *text = cf_bus_problem_dup_text (error);

  g_info ("logind does not know our session, which counts as active and unlocked: %s", text);
  if (!self->knows_logind)
    set (self, TRUE, FALSE);
}

/* ------------------------------------------------------------------ our session at logind */

static void
take_properties (CfOwnSession *self, GVariant *properties)
{
  gboolean is_active = self->knows_logind ? self->is_active : TRUE;
  gboolean is_locked = self->is_locked;

  g_variant_lookup (properties, "Active", "b", &is_active);
  g_variant_lookup (properties, "LockedHint", "b", &is_locked);
  set (self, is_active, is_locked);
}

static void
session_changed_cb (GDBusConnection *bus, const char *sender, const char *path,
                    const char *interface, const char *signal, GVariant *parameters,
                    gpointer user_data)
{
  g_autoptr (CfOwnSession) self = g_object_ref (user_data);
  g_autoptr (GVariant) properties = NULL;
  const char *whose;

  if (!self->knows_logind || !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")))
    return; /* what was asked tells as much */
  g_variant_get (parameters, "(&s@a{sv}@as)", &whose, &properties, NULL);
  if (g_str_equal (whose, SESSION_INTERFACE))
    take_properties (self, properties);
}

static void
session_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfOwnSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant)
    reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply == NULL)
    {
      do_without (self, error);
      return;
    }
  properties = g_variant_get_child_value (reply, 0);
  take_properties (self, properties);
}

static void
call (CfOwnSession *self, const char *path, const char *interface, const char *method,
      GVariant *parameters, const char *reply_type, GAsyncReadyCallback callback)
{
  g_dbus_connection_call (self->system_bus, LOGIND_NAME, path, interface, method, parameters,
                          G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_MSEC,
                          self->cancellable, callback, g_object_ref (self));
}

static void
follow (CfOwnSession *self, const char *path)
{
  g_free (self->path);
  self->path = g_strdup (path);
  if (self->session_subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->system_bus, self->session_subscription);
  self->session_subscription = g_dbus_connection_signal_subscribe (
    self->system_bus, LOGIND_NAME, PROPERTY_INTERFACE, "PropertiesChanged", path, SESSION_INTERFACE,
    G_DBUS_SIGNAL_FLAGS_NONE, session_changed_cb, self, NULL);
  call (self, path, PROPERTY_INTERFACE, "GetAll", g_variant_new ("(s)", SESSION_INTERFACE),
        "(a{sv})", session_read_cb);
}

static void
session_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfOwnSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant)
    reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  const char *path;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply == NULL || self->system_bus == NULL)
    {
      if (error != NULL)
        do_without (self, error);
      return;
    }
  g_variant_get (reply, "(&o)", &path);
  follow (self, path);
}

/* "auto" is an alias, and what changes is signalled under the real name. */
static void
own_id_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfOwnSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) id = NULL;
  g_autoptr (GVariant)
    reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply != NULL)
    g_variant_get (reply, "(v)", &id);
  if (id != NULL && !g_variant_is_of_type (id, G_VARIANT_TYPE_STRING))
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "The session has no id");
  if (error != NULL)
    do_without (self, error);
  else if (self->system_bus != NULL)
    call (self, MANAGER_PATH, MANAGER_INTERFACE, "GetSession",
          g_variant_new ("(s)", g_variant_get_string (id, NULL)), "(o)", session_found_cb);
}

static void
ask_for_auto (CfOwnSession *self)
{
  if (self->system_bus != NULL)
    call (self, AUTO_PATH, PROPERTY_INTERFACE, "Get",
          g_variant_new ("(ss)", SESSION_INTERFACE, "Id"), "(v)", own_id_read_cb);
}

/* A user's service manager may still know the id of a session that is over. */
static void
named_session_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfOwnSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant)
    reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  const char *path;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply == NULL || self->system_bus == NULL)
    {
      ask_for_auto (self);
      return;
    }
  g_variant_get (reply, "(&o)", &path);
  follow (self, path);
}

static void
find_session (CfOwnSession *self)
{
  const char *id = g_getenv ("XDG_SESSION_ID");

  if (id != NULL && *id != '\0' && g_utf8_validate (id, -1, NULL))
    call (self, MANAGER_PATH, MANAGER_INTERFACE, "GetSession", g_variant_new ("(s)", id), "(o)",
          named_session_found_cb);
  else
    ask_for_auto (self);
}

/* ------------------------------------------------------------------ the system bus */

static gboolean
retry_cb (gpointer user_data)
{
  CfOwnSession *self = user_data;

  self->retry_id = 0;
  connect_async (self);
  return G_SOURCE_REMOVE;
}

static void
retry_later (CfOwnSession *self)
{
  if (self->retry_id != 0)
    return;

  self->retry_seconds = CLAMP (2 * self->retry_seconds, 1, RETRY_MAX_SECONDS);
  self->retry_id = g_timeout_add_seconds (self->retry_seconds, retry_cb, self);
}

/* What was known last goes on: nothing may be shown on a screen that was locked. */
static void
bus_closed_cb (CfOwnSession *self)
{
  g_info ("The system bus is lost, and with it logind");
  g_signal_handlers_disconnect_by_data (self->system_bus, self);
  self->session_subscription = 0; /* gone with the connection */
  g_clear_object (&self->system_bus);
  retry_later (self);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfOwnSession) self = user_data;
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_dbus_connection_new_for_address_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (bus == NULL)
    {
      /* A computer that never had one need not be asked again and again. */
      if (self->path != NULL)
        retry_later (self);
      do_without (self, error);
      return;
    }
  self->system_bus = bus;
  self->retry_seconds = 0;
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  g_signal_connect_object (bus, "closed", G_CALLBACK (bus_closed_cb), self, G_CONNECT_SWAPPED);
  find_session (self);
}

static void
connect_async (CfOwnSession *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, NULL, &error);

  if (address == NULL)
    do_without (self, error);
  else
    g_dbus_connection_new_for_address (address,
                                       G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                         G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                       NULL, self->cancellable, connected_cb, g_object_ref (self));
}

/* ------------------------------------------------------------------ screen savers */

static void
set_covering (Saver *saver, gboolean is_covering)
{
  CfOwnSession *self = saver->session;
  gboolean was_known = cf_own_session_is_known (self);
  gboolean was_locked = cf_own_session_is_locked (self);
  guint bit = 1u << saver->index;

  self->covering = is_covering ? self->covering | bit : self->covering & ~bit;
  if (!saver->is_read)
    self->n_unread--;
  saver->is_read = TRUE;
  if (cf_own_session_is_known (self) &&
      (!was_known || was_locked != cf_own_session_is_locked (self)))
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
covered_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
            const char *signal, GVariant *parameters, gpointer user_data)
{
  Saver *saver = user_data;
  g_autoptr (CfOwnSession) self = g_object_ref (saver->session);
  gboolean is_covering;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &is_covering);
  set_covering (saver, is_covering);
}

typedef struct
{
  CfOwnSession *self; /* (owned) */
  gsize index;
  guint owner_serial;
} Question;

static void
covering_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Question *question = user_data;
  g_autoptr (CfOwnSession) self = question->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant)
    reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  Saver *saver = &self->savers[question->index];
  gboolean is_covering = FALSE; /* no such screen saver here */

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      question->owner_serial != saver->owner_serial)
    return;
  if (reply != NULL)
    g_variant_get (reply, "(b)", &is_covering);
  set_covering (saver, is_covering);
}

static void
ask (Saver *saver)
{
  CfOwnSession *self = saver->session;
  const char *name = savers[saver->index].name;
  Question *question = g_new (Question, 1);

  *question = (Question){ g_object_ref (self), saver->index, saver->owner_serial };
  g_dbus_connection_call (self->session_bus, name, savers[saver->index].path, name, "GetActive",
                          NULL, G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          ANSWER_MSEC, self->cancellable, covering_read_cb, question);
}

/* One that crashed covers nothing any more. One that takes the place of another one says itself
 * what it does; until then what was known last goes on. */
static void
saver_owner_changed_cb (GDBusConnection *bus, const char *sender, const char *path,
                        const char *interface, const char *signal, GVariant *parameters,
                        gpointer user_data)
{
  Saver *saver = user_data;
  g_autoptr (CfOwnSession) self = g_object_ref (saver->session);
  const char *new_owner;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sss)")))
    return;
  g_variant_get_child (parameters, 2, "&s", &new_owner);
  saver->owner_serial++;
  if (*new_owner != '\0')
    ask (saver);
  else
    set_covering (saver, FALSE);
}

static void
follow_savers (CfOwnSession *self)
{
  self->n_unread = G_N_ELEMENTS (savers);
  for (gsize i = 0; i < G_N_ELEMENTS (savers); i++)
    {
      Saver *saver = &self->savers[i];

      saver->session = self;
      saver->index = i;
      saver->covered_subscription = g_dbus_connection_signal_subscribe (
        self->session_bus, savers[i].name, savers[i].name, "ActiveChanged", savers[i].path, NULL,
        G_DBUS_SIGNAL_FLAGS_NONE, covered_cb, saver, NULL);
      saver->owner_subscription = g_dbus_connection_signal_subscribe (
        self->session_bus, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
        "/org/freedesktop/DBus", savers[i].name, G_DBUS_SIGNAL_FLAGS_NONE, saver_owner_changed_cb,
        saver, NULL);
      ask (saver);
    }
}

static void
stop_following_savers (CfOwnSession *self)
{
  if (self->session_bus == NULL)
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (savers); i++)
    {
      g_dbus_connection_signal_unsubscribe (self->session_bus,
                                            self->savers[i].covered_subscription);
      g_dbus_connection_signal_unsubscribe (self->session_bus, self->savers[i].owner_subscription);
    }
  g_clear_object (&self->session_bus);
}

static void
cf_own_session_dispose (GObject *object)
{
  CfOwnSession *self = CF_OWN_SESSION (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  if (self->system_bus != NULL && self->session_subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->system_bus, self->session_subscription);
  self->session_subscription = 0;
  stop_following_savers (self);
  g_clear_object (&self->system_bus);

  G_OBJECT_CLASS (cf_own_session_parent_class)->dispose (object);
}

static void
cf_own_session_finalize (GObject *object)
{
  CfOwnSession *self = CF_OWN_SESSION (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->path, g_free);

  G_OBJECT_CLASS (cf_own_session_parent_class)->finalize (object);
}

static void
cf_own_session_class_init (CfOwnSessionClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_own_session_dispose;
  G_OBJECT_CLASS (class)->finalize = cf_own_session_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", CF_TYPE_OWN_SESSION, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cf_own_session_init (CfOwnSession *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * cf_own_session_new:
 * @session_bus: (nullable): where screen savers are; %NULL does without
 *
 * Follows the session that XDG_SESSION_ID names, or the one that logind thinks of as ours: a
 * service of a user belongs to none, and then it is the one that has a screen
 * (org.freedesktop.login1(5)). The system bus is found by itself, and again if it is lost. Nothing
 * is polled.
 *
 * Returns: (transfer full): a session of which nothing is known yet
 */
CfOwnSession *
cf_own_session_new (GDBusConnection *session_bus)
{
  CfOwnSession *self;

  g_return_val_if_fail (session_bus == NULL || G_IS_DBUS_CONNECTION (session_bus), NULL);

  self = g_object_new (CF_TYPE_OWN_SESSION, NULL);
  if (session_bus != NULL)
    {
      self->session_bus = g_object_ref (session_bus);
      follow_savers (self);
    }
  connect_async (self);
  return self;
}

/**
 * cf_own_session_is_known:
 * @self: a session
 *
 * Returns: whether the other answers mean something yet: logind and all screen savers have
 * answered, or had time to; that takes some seconds at most, also where there is no logind
 */
gboolean
cf_own_session_is_known (CfOwnSession *self)
{
  g_return_val_if_fail (CF_IS_OWN_SESSION (self), FALSE);

  return self->knows_logind && self->n_unread == 0;
}

/**
 * cf_own_session_is_active:
 * @self: a session
 *
 * Returns: whether it has the screen and the keyboard now; %TRUE where there is no logind
 */
gboolean
cf_own_session_is_active (CfOwnSession *self)
{
  g_return_val_if_fail (CF_IS_OWN_SESSION (self), FALSE);

  return self->is_active;
}

/**
 * cf_own_session_is_locked:
 * @self: a session
 *
 * Returns: whether logind knows it as locked, or a screen saver covers it
 */
gboolean
cf_own_session_is_locked (CfOwnSession *self)
{
  g_return_val_if_fail (CF_IS_OWN_SESSION (self), FALSE);

  return self->is_locked || self->covering != 0;
}

/**
 * cf_own_session_get_system_bus:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the connection on which logind is followed; another one
 * after it was lost
 */
GDBusConnection *
cf_own_session_get_system_bus (CfOwnSession *self)
{
  g_return_val_if_fail (CF_IS_OWN_SESSION (self), NULL);

  return self->system_bus;
}
