/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-desktop-notice.h"

#include <glib/gi18n.h>

#define SERVER_NAME "org.freedesktop.Notifications" /* and interface */
#define SERVER_PATH "/org/freedesktop/Notifications"

#define ACTION_DEFAULT  "default" /* a click on the notification itself */
#define ACTION_SHOW     "show"
#define ACTION_POSTPONE "postpone"

#define ANSWER_MSEC   10000
#define EXPIRE_NEVER  0
#define EXPIRE_SERVER (-1) /* when the server thinks it is time */

typedef enum
{
  CAN_BODY = 1 << 0,
  CAN_MARKUP = 1 << 1,
  CAN_ACTIONS = 1 << 2,
  CAN_SOUND = 1 << 3,
} Capabilities;

struct _CfDesktopNotice
{
  GObject parent_instance;

  GDBusConnection *session_bus; /* (owned), set once */
  guint watch_id;               /* while there is something to tell */
  guint subscription;           /* what the server tells */
  char *server;                 /* (owned) (nullable): unique name */
  GCancellable *asking;         /* (owned) (nullable): of calls to @server */
  gboolean knows_server;        /* @capabilities are those of @server */
  Capabilities capabilities;

  CfDesktopWords words; /* what is to be on the screen */
  gboolean has_words;
  gboolean is_due;     /* @words are not told yet */
  gboolean is_sending; /* one call at a time: its answer is the id to replace */
  guint32 id;          /* 0 if nothing is on the screen */
};

G_DEFINE_FINAL_TYPE (CfDesktopNotice, cf_desktop_notice, G_TYPE_OBJECT)

enum
{
  SIGNAL_ACCEPTED,
  SIGNAL_USED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void send_if_due (CfDesktopNotice *self);

/**
 * cf_desktop_words_clear:
 * @words: words
 */
void
cf_desktop_words_clear (CfDesktopWords *words)
{
  g_return_if_fail (words != NULL);

  g_clear_pointer (&words->summary, g_free);
  g_clear_pointer (&words->body, g_free);
  g_clear_pointer (&words->postpone_label, g_free);
}

static void
forget_words (CfDesktopNotice *self)
{
  cf_desktop_words_clear (&self->words);
  self->has_words = FALSE;
  self->is_due = FALSE;
}

static void
forget_server (CfDesktopNotice *self)
{
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->session_bus, self->subscription);
  self->subscription = 0;
  g_clear_pointer (&self->server, g_free);
  self->knows_server = FALSE;
  self->capabilities = 0;
  self->is_sending = FALSE;
  self->id = 0;
}

/* With nothing to tell, others' notifications must not wake us. */
static void
rest (CfDesktopNotice *self)
{
  forget_words (self);
  forget_server (self);
  if (self->watch_id != 0)
    g_bus_unwatch_name (self->watch_id);
  self->watch_id = 0;
}

/* ------------------------------------------------------------------ telling */

static GVariant *
make_hints (CfDesktopNotice *self)
{
  gboolean is_final = self->words.urgency == CF_DESKTOP_FINAL;
  GVariantBuilder hints;

  g_variant_builder_init (&hints, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&hints, "{sv}", "urgency",
                         g_variant_new_byte (self->words.urgency == CF_DESKTOP_CRITICAL ? 2 : 1));
  g_variant_builder_add (&hints, "{sv}", "desktop-entry",
                         g_variant_new_string ("org.curfew.Warning"));
  g_variant_builder_add (&hints, "{sv}", "category", g_variant_new_string ("x-curfew.countdown"));
  g_variant_builder_add (&hints, "{sv}", is_final ? "transient" : "resident",
                         g_variant_new_boolean (TRUE));
  if (self->words.makes_sound && (self->capabilities & CAN_SOUND) != 0)
    g_variant_builder_add (&hints, "{sv}", "sound-name",
                           g_variant_new_string ("alarm-clock-elapsed"));
  if (self->words.is_silent)
    g_variant_builder_add (&hints, "{sv}", "suppress-sound", g_variant_new_boolean (TRUE));
  return g_variant_builder_end (&hints);
}

static GVariant *
make_actions (CfDesktopNotice *self)
{
  GVariantBuilder actions;

  g_variant_builder_init (&actions, G_VARIANT_TYPE_STRING_ARRAY);
  if ((self->capabilities & CAN_ACTIONS) != 0 && self->words.urgency != CF_DESKTOP_FINAL)
    {
      /* Translators: a button of a notification: opens the window of the warning */
      const char *show = _ ("Show");

      g_variant_builder_add (&actions, "s", ACTION_DEFAULT);
      g_variant_builder_add (&actions, "s", show);
      if (self->words.postpone_label != NULL)
        {
          g_variant_builder_add (&actions, "s", ACTION_POSTPONE);
          g_variant_builder_add (&actions, "s", self->words.postpone_label);
        }
      g_variant_builder_add (&actions, "s", ACTION_SHOW);
      g_variant_builder_add (&actions, "s", show);
    }
  return g_variant_builder_end (&actions);
}

/* Foreign text is never markup. */
static char *
dup_body (CfDesktopNotice *self)
{
  if ((self->capabilities & CAN_BODY) == 0)
    return g_strdup ("");
  if ((self->capabilities & CAN_MARKUP) != 0)
    return g_markup_escape_text (self->words.body, -1);
  return g_strdup (self->words.body);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfDesktopNotice) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant)
    reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->is_sending = FALSE;
  if (reply == NULL)
    {
      g_info ("The desktop does not take a notification: %s", error->message);
      self->id = 0;
    }
  else
    {
      g_variant_get (reply, "(u)", &self->id);
      if (!self->is_due)
        g_signal_emit (self, signals[SIGNAL_ACCEPTED], 0);
    }
  if (self->is_due)
    send_if_due (self);
  else if (self->has_words && self->words.urgency == CF_DESKTOP_FINAL)
    rest (self);
}

static void
send_if_due (CfDesktopNotice *self)
{
  gboolean is_critical = self->words.urgency == CF_DESKTOP_CRITICAL;
  g_autofree char *body = NULL;

  if (!self->is_due || self->is_sending || !self->knows_server)
    return;

  self->is_due = FALSE;
  self->is_sending = TRUE;
  body = dup_body (self);
  g_dbus_connection_call (
    self->session_bus, self->server, SERVER_PATH, SERVER_NAME, "Notify",
    g_variant_new ("(susss@as@a{sv}i)", "Curfew", self->id,
                   is_critical ? "dialog-warning-symbolic" : "dialog-information-symbolic",
                   self->words.summary, body, make_actions (self), make_hints (self),
                   is_critical ? EXPIRE_NEVER : EXPIRE_SERVER),
    G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_MSEC, self->asking, sent_cb,
    g_object_ref (self));
}

/* ------------------------------------------------------------------ the server */

static void
server_told_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                const char *signal, GVariant *parameters, gpointer user_data)
{
  g_autoptr (CfDesktopNotice) self = g_object_ref (user_data);
  const char *action;
  guint32 id;

  if (g_str_equal (signal, "NotificationClosed") &&
      g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(uu)")))
    {
      g_variant_get (parameters, "(uu)", &id, NULL);
      if (id == self->id)
        self->id = 0;
    }
  else if (g_str_equal (signal, "ActionInvoked") &&
           g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(us)")))
    {
      g_variant_get (parameters, "(u&s)", &id, &action);
      if (id != 0 && id == self->id)
        g_signal_emit (self, signals[SIGNAL_USED], 0, g_str_equal (action, ACTION_POSTPONE));
    }
}

static Capabilities
parse_capabilities (const char *const *words)
{
  static const struct
  {
    const char *word;
    Capabilities capability;
  } table[] = {
    { "body", CAN_BODY },
    { "body-markup", CAN_MARKUP },
    { "actions", CAN_ACTIONS },
    { "sound", CAN_SOUND },
  };
  Capabilities capabilities = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_strv_contains (words, table[i].word))
      capabilities |= table[i].capability;
  return capabilities;
}

static void
capabilities_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfDesktopNotice) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant)
    reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree const char **words = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  /* Without an answer: what is safe everywhere. */
  self->capabilities = CAN_BODY | CAN_MARKUP;
  if (reply != NULL)
    {
      g_variant_get (reply, "(^a&s)", &words);
      self->capabilities = parse_capabilities (words);
    }
  self->knows_server = TRUE;
  send_if_due (self);
}

static void
appeared_cb (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  CfDesktopNotice *self = user_data;

  forget_server (self);
  self->server = g_strdup (owner);
  self->asking = g_cancellable_new ();
  self->subscription = g_dbus_connection_signal_subscribe (
    self->session_bus, owner, SERVER_NAME, NULL, SERVER_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
    server_told_cb, self, NULL);
  g_dbus_connection_call (self->session_bus, owner, SERVER_PATH, SERVER_NAME, "GetCapabilities",
                          NULL, G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          ANSWER_MSEC, self->asking, capabilities_read_cb, g_object_ref (self));
}

/* What was on the screen is gone with the server; the next one gets it. */
static void
vanished_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  CfDesktopNotice *self = user_data;

  if (self->words.urgency == CF_DESKTOP_FINAL)
    {
      rest (self); /* later it would be no news */
      return;
    }
  if (self->id != 0 || self->is_sending)
    self->is_due = self->has_words;
  forget_server (self);
}

static void
cf_desktop_notice_dispose (GObject *object)
{
  CfDesktopNotice *self = CF_DESKTOP_NOTICE (object);

  if (self->session_bus != NULL)
    rest (self);
  g_clear_object (&self->session_bus);

  G_OBJECT_CLASS (cf_desktop_notice_parent_class)->dispose (object);
}

static void
cf_desktop_notice_class_init (CfDesktopNoticeClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_desktop_notice_dispose;

  signals[SIGNAL_ACCEPTED] = g_signal_new ("accepted", CF_TYPE_DESKTOP_NOTICE, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_USED] = g_signal_new ("used", CF_TYPE_DESKTOP_NOTICE, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
cf_desktop_notice_init (CfDesktopNotice *self)
{
}

/**
 * cf_desktop_notice_new:
 * @session_bus: where the desktop is
 *
 * Returns: (transfer full): a notice that tells nothing
 */
CfDesktopNotice *
cf_desktop_notice_new (GDBusConnection *session_bus)
{
  CfDesktopNotice *self;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (session_bus), NULL);

  self = g_object_new (CF_TYPE_DESKTOP_NOTICE, NULL);
  self->session_bus = g_object_ref (session_bus);
  return self;
}

/**
 * cf_desktop_notice_show:
 * @self: a notice
 * @words: what to tell; copied
 *
 * Tells it, in the place of what is on the screen; a server that D-Bus can start is started. Where
 * there is none, it is told as soon as one comes.
 */
void
cf_desktop_notice_show (CfDesktopNotice *self, const CfDesktopWords *words)
{
  CfDesktopWords copy;

  g_return_if_fail (CF_IS_DESKTOP_NOTICE (self));
  g_return_if_fail (words != NULL && words->summary != NULL && words->body != NULL);

  copy = *words;
  copy.summary = g_strdup (words->summary);
  copy.body = g_strdup (words->body);
  copy.postpone_label = g_strdup (words->postpone_label);
  forget_words (self);
  self->words = copy;
  self->has_words = TRUE;
  self->is_due = TRUE;

  /* A server that is started on demand may have ended for want of work: watch anew. */
  if (self->watch_id != 0 && self->server == NULL)
    {
      g_bus_unwatch_name (self->watch_id);
      self->watch_id = 0;
    }
  if (self->watch_id == 0)
    self->watch_id = g_bus_watch_name_on_connection (self->session_bus, SERVER_NAME,
                                                     G_BUS_NAME_WATCHER_FLAGS_AUTO_START,
                                                     appeared_cb, vanished_cb, self, NULL);
  send_if_due (self);
}

/**
 * cf_desktop_notice_withdraw:
 * @self: a notice
 *
 * Takes it off the screen, if it is there.
 */
void
cf_desktop_notice_withdraw (CfDesktopNotice *self)
{
  g_return_if_fail (CF_IS_DESKTOP_NOTICE (self));

  if (self->id != 0)
    g_dbus_connection_call (self->session_bus, self->server, SERVER_PATH, SERVER_NAME,
                            "CloseNotification", g_variant_new ("(u)", self->id), NULL,
                            G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_MSEC, NULL, NULL, NULL);
  rest (self);
}

/**
 * cf_desktop_notice_is_shown:
 * @self: a notice
 *
 * Returns: whether something was told that its person has not closed, or waits to be told
 */
gboolean
cf_desktop_notice_is_shown (CfDesktopNotice *self)
{
  g_return_val_if_fail (CF_IS_DESKTOP_NOTICE (self), FALSE);

  return self->id != 0 || self->is_sending || self->is_due;
}

/**
 * cf_desktop_notice_get_urgency:
 * @self: a notice
 *
 * Returns: how urgent what was told last is
 */
CfDesktopUrgency
cf_desktop_notice_get_urgency (CfDesktopNotice *self)
{
  g_return_val_if_fail (CF_IS_DESKTOP_NOTICE (self), CF_DESKTOP_NORMAL);

  return self->words.urgency;
}
