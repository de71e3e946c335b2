/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-unsaved-work.h"

#include <gio/gdesktopappinfo.h>

#include "notice/cf-notice.h"

/* gnome-session's API, which several other session managers have as well. */
#define MANAGER_NAME        "org.gnome.SessionManager"
#define MANAGER_PATH        "/org/gnome/SessionManager"
#define MANAGER_INTERFACE   MANAGER_NAME
#define INHIBITOR_INTERFACE "org.gnome.SessionManager.Inhibitor"
#define INHIBITS_LOGOUT     1
#define MAX_INHIBITORS      32
#define TIMEOUT_MS          5000

struct _CfUnsavedWork
{
  GObject parent_instance;

  guint name_id;
  guint signal_id;
  GDBusConnection *bus;  /* (owned) (nullable): while there is a session manager */
  char *owner;           /* (owned) (nullable): its unique name */
  GCancellable *reading; /* (owned) (nullable): the present reading */
  GPtrArray *programs;   /* (owned) (element-type CfNoticeProgram) */
};

G_DEFINE_FINAL_TYPE (CfUnsavedWork, cf_unsaved_work, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* One walk through the inhibitors: each is asked for its flags, then its program, then its reason.
 */
typedef struct
{
  CfUnsavedWork *self; /* (owned) */
  GCancellable *cancellable;
  char **paths;
  gsize index;
  char *who; /* (nullable) */
  GPtrArray *programs;
} Reading;

static void ask_next (Reading *reading);

static void
reading_free (Reading *reading)
{
  g_object_unref (reading->self);
  g_object_unref (reading->cancellable);
  g_strfreev (reading->paths);
  g_free (reading->who);
  g_clear_pointer (&reading->programs, g_ptr_array_unref);
  g_free (reading);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

/* "org.gnome.TextEditor" → "Text Editor" */
static char *
dup_program_name (const char *app_id)
{
  g_autofree char *file = NULL;
  g_autoptr (GDesktopAppInfo) info = NULL;

  if (strchr (app_id, '/') != NULL)
    return g_strdup (app_id);
  file = g_str_has_suffix (app_id, ".desktop") ? g_strdup (app_id)
                                               : g_strconcat (app_id, ".desktop", NULL);
  info = g_desktop_app_info_new (file);
  return g_strdup (info != NULL ? g_app_info_get_display_name (G_APP_INFO (info)) : app_id);
}

static void
ask (Reading *reading, const char *method, const GVariantType *type, GAsyncReadyCallback callback)
{
  CfUnsavedWork *self = reading->self;

  g_dbus_connection_call (self->bus, self->owner, reading->paths[reading->index],
                          INHIBITOR_INTERFACE, method, NULL, type, G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          TIMEOUT_MS, reading->cancellable, callback, reading);
}

/* %NULL if the reading is over, and was freed. An inhibitor that is gone is passed by. */
static GVariant *
take_answer (Reading *reading, GObject *bus, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GVariant *answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      reading_free (reading);
      return NULL;
    }
  if (answer == NULL)
    {
      reading->index++;
      ask_next (reading);
    }
  return answer;
}

static void
reason_cb (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = user_data;
  g_autoptr (GVariant) answer = take_answer (reading, bus, result);
  const char *why;

  if (answer == NULL)
    return;
  g_variant_get (answer, "(&s)", &why);
  g_ptr_array_add (reading->programs, cf_notice_program_new (reading->who, why));
  reading->index++;
  ask_next (reading);
}

static void
app_id_cb (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = user_data;
  g_autoptr (GVariant) answer = take_answer (reading, bus, result);
  const char *app_id;

  if (answer == NULL)
    return;
  g_variant_get (answer, "(&s)", &app_id);
  g_free (reading->who);
  reading->who = dup_program_name (app_id);
  ask (reading, "GetReason", G_VARIANT_TYPE ("(s)"), reason_cb);
}

static void
flags_cb (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = user_data;
  g_autoptr (GVariant) answer = take_answer (reading, bus, result);
  guint32 flags;

  if (answer == NULL)
    return;
  g_variant_get (answer, "(u)", &flags);
  if (flags & INHIBITS_LOGOUT)
    {
      ask (reading, "GetAppId", G_VARIANT_TYPE ("(s)"), app_id_cb);
      return;
    }
  reading->index++;
  ask_next (reading);
}

static gboolean
are_equal (const GPtrArray *some, const GPtrArray *others)
{
  if (some->len != others->len)
    return FALSE;
  for (guint i = 0; i < some->len; i++)
    {
      const CfNoticeProgram *one = some->pdata[i];
      const CfNoticeProgram *other = others->pdata[i];

      if (!g_str_equal (one->who, other->who) || !g_str_equal (one->why, other->why))
        return FALSE;
    }
  return TRUE;
}

static void
take_programs (CfUnsavedWork *self, GPtrArray *programs)
{
  gboolean is_same = are_equal (self->programs, programs);

  g_ptr_array_unref (self->programs);
  self->programs = programs;
  if (!is_same)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
ask_next (Reading *reading)
{
  if (reading->paths[reading->index] != NULL && reading->index < MAX_INHIBITORS)
    {
      ask (reading, "GetFlags", G_VARIANT_TYPE ("(u)"), flags_cb);
      return;
    }
  take_programs (reading->self, g_steal_pointer (&reading->programs));
  reading_free (reading);
}

static void
inhibitors_cb (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, &error);
  if (answer == NULL)
    {
      g_debug ("The session manager does not tell its inhibitors: %s", error->message);
      return;
    }
  g_variant_get (answer, "(^ao)", &reading->paths);
  ask_next (g_steal_pointer (&reading));
}

static void
stop_reading (CfUnsavedWork *self)
{
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
}

static void
read_anew (CfUnsavedWork *self)
{
  Reading *reading = g_new0 (Reading, 1);

  stop_reading (self);
  self->reading = g_cancellable_new ();
  reading->self = g_object_ref (self);
  reading->cancellable = g_object_ref (self->reading);
  reading->programs = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_notice_program_free);
  g_dbus_connection_call (self->bus, self->owner, MANAGER_PATH, MANAGER_INTERFACE, "GetInhibitors",
                          NULL, G_VARIANT_TYPE ("(ao)"), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          TIMEOUT_MS, reading->cancellable, inhibitors_cb, reading);
}

static void
signal_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *member, GVariant *parameters, gpointer user_data)
{
  if (g_str_equal (member, "InhibitorAdded") || g_str_equal (member, "InhibitorRemoved"))
    read_anew (user_data);
}

static void
leave (CfUnsavedWork *self)
{
  stop_reading (self);
  if (self->signal_id != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->signal_id);
  self->signal_id = 0;
  g_clear_object (&self->bus);
  g_clear_pointer (&self->owner, g_free);
}

static void
appeared_cb (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  CfUnsavedWork *self = user_data;

  leave (self);
  self->bus = g_object_ref (bus);
  self->owner = g_strdup (owner);
  self->signal_id = g_dbus_connection_signal_subscribe (
    bus, owner, MANAGER_INTERFACE, NULL, MANAGER_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE, signal_cb,
    self, NULL);
  read_anew (self);
}

static void
vanished_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  CfUnsavedWork *self = user_data;

  leave (self);
  take_programs (self, g_ptr_array_new_with_free_func ((GDestroyNotify) cf_notice_program_free));
}

static void
cf_unsaved_work_dispose (GObject *object)
{
  CfUnsavedWork *self = CF_UNSAVED_WORK (object);

  g_clear_handle_id (&self->name_id, g_bus_unwatch_name);
  leave (self);

  G_OBJECT_CLASS (cf_unsaved_work_parent_class)->dispose (object);
}

static void
cf_unsaved_work_finalize (GObject *object)
{
  g_ptr_array_unref (CF_UNSAVED_WORK (object)->programs);

  G_OBJECT_CLASS (cf_unsaved_work_parent_class)->finalize (object);
}

static void
cf_unsaved_work_class_init (CfUnsavedWorkClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = cf_unsaved_work_dispose;
  object_class->finalize = cf_unsaved_work_finalize;

  signals[CHANGED] = g_signal_new ("changed", CF_TYPE_UNSAVED_WORK, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
cf_unsaved_work_init (CfUnsavedWork *self)
{
  self->programs = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_notice_program_free);
}

/**
 * cf_unsaved_work_new:
 *
 * Begins to follow the session manager on the session bus. Without a bus, or without such a
 * manager, there is nothing to follow, and that is no error.
 *
 * Returns: (transfer full): an empty list, for now
 */
CfUnsavedWork *
cf_unsaved_work_new (void)
{
  CfUnsavedWork *self = g_object_new (CF_TYPE_UNSAVED_WORK, NULL);

  self->name_id = g_bus_watch_name (G_BUS_TYPE_SESSION, MANAGER_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                    appeared_cb, vanished_cb, self, NULL);
  return self;
}

/**
 * cf_unsaved_work_get_programs:
 * @self: the work of a session
 *
 * What the programs say is foreign text: clean it before it is shown.
 *
 * Returns: (transfer none) (element-type CfNoticeProgram): the programs that inhibit the end of the
 *   session, as people call them, and why; empty if nothing is known
 */
GPtrArray *
cf_unsaved_work_get_programs (CfUnsavedWork *self)
{
  g_return_val_if_fail (CF_IS_UNSAVED_WORK (self), NULL);

  return self->programs;
}
