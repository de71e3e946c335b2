/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-logind-sessions.h"

#include "cf-bus-problem.h"

#define LOGIND_NAME        "org.freedesktop.login1"
#define SESSION_INTERFACE  "org.freedesktop.login1.Session"
#define PROPERTY_INTERFACE "org.freedesktop.DBus.Properties"

/* What logind lists, people or not. */
typedef struct
{
  char *id;           /* (owned) */
  CfSession *session; /* (owned) (nullable): in the list of people, if it is one of them */
  gboolean is_read;   /* logind has told what it is, once at least */
} Entry;

struct _CfLogindSessions
{
  GObject parent_instance;

  CfBusLogin1Manager *manager; /* (owned), set once */
  GCancellable *cancellable;   /* (owned), cancelled in the end */
  GListStore *people;          /* (owned), of CfSession */
  GHashTable *entries;         /* (owned), object path → Entry */
  gboolean are_known;          /* as was told last */
  guint subscription;
};

G_DEFINE_FINAL_TYPE (CfLogindSessions, cf_logind_sessions, G_TYPE_OBJECT)

static guint known_signal;

static void
entry_free (Entry *entry)
{
  g_clear_pointer (&entry->id, g_free);
  g_clear_object (&entry->session);
  g_free (entry);
}

/* The entry's place in the list follows what it is now: added, replaced, removed or left. */
static void
set_session (CfLogindSessions *self, Entry *entry, CfSession *session)
{
  guint position;

  if (session != NULL && entry->session != NULL && cf_session_equal (entry->session, session))
    return;

  if (entry->session == NULL)
    {
      if (session != NULL)
        g_list_store_append (self->people, session);
    }
  else if (g_list_store_find (self->people, entry->session, &position))
    g_list_store_splice (self->people, position, 1, (gpointer *) &session, session != NULL);

  g_set_object (&entry->session, session);
}

static void
forget (CfLogindSessions *self, const char *path)
{
  Entry *entry = g_hash_table_lookup (self->entries, path);

  if (entry == NULL)
    return;

  set_session (self, entry, NULL);
  g_hash_table_remove (self->entries, path);
}

static void
look_whether_known (CfLogindSessions *self)
{
  gboolean were_known = self->are_known;
  GHashTableIter iter;
  Entry *entry;

  self->are_known = TRUE;
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &entry))
    self->are_known &= entry->is_read;
  if (self->are_known && !were_known)
    g_signal_emit (self, known_signal, 0);
}

/* Who counts as signed in: shutdown-semantics.md section 6.3. */
static CfSession *
read_session (const char *id, GVariant *properties)
{
  const char *class = "", *state = "", *name = NULL, *seat = "", *tty = "", *type = "";
  gboolean is_remote = FALSE, is_active = FALSE;
  guint32 uid = 0;

  g_variant_lookup (properties, "Class", "&s", &class);
  g_variant_lookup (properties, "State", "&s", &state);
  if (!g_str_has_prefix (class, "user") || g_str_equal (state, "closing"))
    return NULL;

  if (!g_variant_lookup (properties, "User", "(u&o)", &uid, NULL))
    g_warning ("logind does not say whose session %s is", id);
  g_variant_lookup (properties, "Name", "&s", &name);
  g_variant_lookup (properties, "Seat", "(&s&o)", &seat, NULL);
  g_variant_lookup (properties, "TTY", "&s", &tty);
  g_variant_lookup (properties, "Type", "&s", &type);
  g_variant_lookup (properties, "Remote", "b", &is_remote);
  g_variant_lookup (properties, "Active", "b", &is_active);
  return cf_session_new (id, uid, name != NULL ? name : "?", seat, tty, type, is_remote, is_active);
}

/* One session being read; with a task, a reading of all of them waits for it. */
typedef struct
{
  CfLogindSessions *self; /* (owned) */
  GTask *task;            /* (owned) (nullable) */
  char *path;             /* (owned) */
} Question;

static void
question_free (Question *question)
{
  g_clear_object (&question->self);
  g_clear_object (&question->task);
  g_clear_pointer (&question->path, g_free);
  g_free (question);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

/* The first error is the answer; what comes later belongs to a task that has returned. */
static void
count_answer (GTask *task, GError *error)
{
  guint *n_waiting = g_task_get_task_data (task);

  if (error != NULL && *n_waiting != 0)
    {
      *n_waiting = 0;
      g_task_return_error (task, error);
    }
  else if (error != NULL)
    g_error_free (error);
  else if (*n_waiting != 0 && --*n_waiting == 0)
    g_task_return_boolean (task, TRUE);
}

static void
session_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  CfLogindSessions *self = question->self;
  Entry *entry = g_hash_table_lookup (self->entries, question->path);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (CfSession) session = NULL;
  GError *error = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply != NULL && entry != NULL)
    {
      properties = g_variant_get_child_value (reply, 0);
      session = read_session (entry->id, properties);
      set_session (self, entry, session);
      entry->is_read = TRUE;
    }
  else if (error != NULL && cf_bus_problem_of (error) == CF_BUS_PROBLEM_GONE)
    {
      g_clear_error (&error);
      forget (self, question->path);
    }
  look_whether_known (self);

  if (question->task != NULL)
    count_answer (question->task, error);
  else if (error != NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_info ("Could not read the session %s: %s", question->path, error->message);
      g_error_free (error);
    }
}

/* Replies come in the order of the questions, so that the last one is the newest. */
static void
ask (CfLogindSessions *self, const char *path, GTask *task)
{
  GDBusConnection *bus = g_dbus_proxy_get_connection (G_DBUS_PROXY (self->manager));
  Question *question = g_new0 (Question, 1);

  question->self = g_object_ref (self);
  question->task = task != NULL ? g_object_ref (task) : NULL;
  question->path = g_strdup (path);
  g_dbus_connection_call (
    bus, LOGIND_NAME, path, PROPERTY_INTERFACE, "GetAll", g_variant_new ("(s)", SESSION_INTERFACE),
    G_VARIANT_TYPE ("(a{sv})"), G_DBUS_CALL_FLAGS_NONE, -1,
    task != NULL ? g_task_get_cancellable (task) : self->cancellable, session_read_cb, question);
}

static void
learn_of (CfLogindSessions *self, const char *id, const char *path)
{
  Entry *entry;

  if (g_hash_table_contains (self->entries, path))
    return;

  entry = g_new0 (Entry, 1);
  entry->id = g_strdup (id);
  g_hash_table_insert (self->entries, g_strdup (path), entry);
  self->are_known = FALSE;
}

static void
session_new_cb (CfLogindSessions *self, const char *id, const char *path)
{
  learn_of (self, id, path);
  ask (self, path, NULL);
}

static void
session_removed_cb (CfLogindSessions *self, const char *id, const char *path)
{
  forget (self, path);
  look_whether_known (self);
}

static void
properties_changed_cb (GDBusConnection *bus, const char *sender, const char *path,
                       const char *interface, const char *signal, GVariant *parameters,
                       gpointer user_data)
{
  CfLogindSessions *self = user_data;

  if (g_hash_table_contains (self->entries, path))
    ask (self, path, NULL);
}

static void
cf_logind_sessions_dispose (GObject *object)
{
  CfLogindSessions *self = CF_LOGIND_SESSIONS (object);

  g_cancellable_cancel (self->cancellable);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (
      g_dbus_proxy_get_connection (G_DBUS_PROXY (self->manager)), self->subscription);
  self->subscription = 0;
  g_clear_object (&self->manager);

  G_OBJECT_CLASS (cf_logind_sessions_parent_class)->dispose (object);
}

static void
cf_logind_sessions_finalize (GObject *object)
{
  CfLogindSessions *self = CF_LOGIND_SESSIONS (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->people);
  g_clear_pointer (&self->entries, g_hash_table_unref);

  G_OBJECT_CLASS (cf_logind_sessions_parent_class)->finalize (object);
}

static void
cf_logind_sessions_class_init (CfLogindSessionsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = cf_logind_sessions_dispose;
  object_class->finalize = cf_logind_sessions_finalize;

  known_signal = g_signal_new ("known", CF_TYPE_LOGIND_SESSIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);
}

static void
cf_logind_sessions_init (CfLogindSessions *self)
{
  self->cancellable = g_cancellable_new ();
  self->people = g_list_store_new (CF_TYPE_SESSION);
  self->are_known = TRUE;
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) entry_free);
}

/**
 * cf_logind_sessions_new:
 * @manager: logind
 *
 * Returns: (transfer full): nobody yet: cf_logind_sessions_read_async() finds out
 */
CfLogindSessions *
cf_logind_sessions_new (CfBusLogin1Manager *manager)
{
  CfLogindSessions *self;

  g_return_val_if_fail (CF_BUS_IS_LOGIN1_MANAGER (manager), NULL);

  self = g_object_new (CF_TYPE_LOGIND_SESSIONS, NULL);
  self->manager = g_object_ref (manager);
  g_signal_connect_object (manager, "session-new", G_CALLBACK (session_new_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "session-removed", G_CALLBACK (session_removed_cb), self,
                           G_CONNECT_SWAPPED);
  self->subscription = g_dbus_connection_signal_subscribe (
    g_dbus_proxy_get_connection (G_DBUS_PROXY (manager)), LOGIND_NAME, PROPERTY_INTERFACE,
    "PropertiesChanged", NULL, SESSION_INTERFACE, G_DBUS_SIGNAL_FLAGS_NONE, properties_changed_cb,
    self, NULL);
  return self;
}

/**
 * cf_logind_sessions_get_model:
 * @self: sessions
 *
 * Returns: (transfer none): the people who are signed in, as #CfSession
 */
GListModel *
cf_logind_sessions_get_model (CfLogindSessions *self)
{
  g_return_val_if_fail (CF_IS_LOGIND_SESSIONS (self), NULL);

  return G_LIST_MODEL (self->people);
}

/**
 * cf_logind_sessions_are_known:
 * @self: sessions
 *
 * Returns: %FALSE while logind has named a session of which it has not told yet whose it is
 */
gboolean
cf_logind_sessions_are_known (CfLogindSessions *self)
{
  g_return_val_if_fail (CF_IS_LOGIND_SESSIONS (self), FALSE);

  return self->are_known;
}

/* Takes the list as it is now: what has gone is forgotten, what is new is known. */
static GPtrArray *
take_list (CfLogindSessions *self, GVariant *sessions)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree gpointer *known = NULL;
  const char *id, *path;
  GVariantIter iter;

  g_variant_iter_init (&iter, sessions);
  while (g_variant_iter_next (&iter, "(&su&s&s&o)", &id, NULL, NULL, NULL, &path))
    {
      learn_of (self, id, path);
      g_ptr_array_add (paths, g_strdup (path));
    }

  known = g_hash_table_get_keys_as_array (self->entries, NULL);
  for (guint i = 0; known[i] != NULL; i++)
    if (!g_ptr_array_find_with_equal_func (paths, known[i], g_str_equal, NULL))
      forget (self, known[i]);
  look_whether_known (self);

  return g_steal_pointer (&paths);
}

static void
sessions_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CfLogindSessions *self = g_task_get_source_object (task);
  guint *n_waiting = g_task_get_task_data (task);
  g_autoptr (GVariant) sessions = NULL;
  g_autoptr (GPtrArray) paths = NULL;
  GError *error = NULL;

  if (!cf_bus_login1_manager_call_list_sessions_finish (CF_BUS_LOGIN1_MANAGER (source), &sessions,
                                                        result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  paths = take_list (self, sessions);
  *n_waiting = paths->len;
  for (guint i = 0; i < paths->len; i++)
    ask (self, paths->pdata[i], task);
  if (paths->len == 0)
    g_task_return_boolean (task, TRUE);
}

/**
 * cf_logind_sessions_read_async:
 * @self: sessions
 * @cancellable: (nullable): ends the waiting
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Reads the whole list anew, every session in it.
 */
void
cf_logind_sessions_read_async (CfLogindSessions *self, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CF_IS_LOGIND_SESSIONS (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cf_logind_sessions_read_async);
  g_task_set_task_data (task, g_new0 (guint, 1), g_free);
  cf_bus_login1_manager_call_list_sessions (self->manager, cancellable, sessions_listed_cb,
                                            g_steal_pointer (&task));
}

/**
 * cf_logind_sessions_read_finish:
 * @self: sessions
 * @result: the result given to the callback
 * @error: an error of GDBus: somebody may be signed in of whom nothing is known
 *
 * Returns: %TRUE if the list is what logind knows
 */
gboolean
cf_logind_sessions_read_finish (CfLogindSessions *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * cf_logind_sessions_ask_again:
 * @self: sessions
 * @id: (nullable): which one; %NULL for all
 *
 * Reads what may have changed without a signal. An unknown session is left to logind's signals.
 */
void
cf_logind_sessions_ask_again (CfLogindSessions *self, const char *id)
{
  const char *path;
  Entry *entry;
  GHashTableIter iter;

  g_return_if_fail (CF_IS_LOGIND_SESSIONS (self));

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, (gpointer *) &entry))
    if (id == NULL || g_str_equal (id, entry->id))
      ask (self, path, NULL);
}
