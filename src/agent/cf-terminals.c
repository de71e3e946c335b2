/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-terminals.h"

#include <string.h>

#include "cf-terminal-frame.h"
#include "wsman/auth/wsm-helper-socket.h"

#define TIMEOUT_MSEC 5000

/**
 * CfTerminals:
 *
 * Tells people who are signed in without a desktop: at a console, over SSH. The agent may not write
 * to their terminals; it asks curfew-terminal-helper, which waits behind a socket.
 */
struct _CfTerminals
{
  GObject parent_instance;

  char *socket_path; /* (owned) */
};

G_DEFINE_FINAL_TYPE (CfTerminals, cf_terminals, G_TYPE_OBJECT)

static void
append_number (GByteArray *frame, guint32 number, guint n_octets)
{
  for (guint i = 0; i < n_octets; i++)
    {
      const guint8 octet = (number >> (8 * i)) & 0xff;

      g_byte_array_append (frame, &octet, 1);
    }
}

static void
append_name (GByteArray *frame, const char *name)
{
  append_number (frame, (guint32) strlen (name), 1);
  g_byte_array_append (frame, (const guint8 *) name, (guint) strlen (name));
}

static gboolean
is_alphanumeric (const char *id)
{
  gsize length = 0;

  while (g_ascii_isalnum (id[length]))
    length++;
  return id[length] == '\0' && length > 0 && length <= CF_TERMINAL_MAX_NAME;
}

/* The helper refuses the whole of a frame for one name that it does not know: a session whose
 * terminal is none of its kinds (":1", "console") is looked up by its processes. */
static const char *
get_terminal (CfSession *session)
{
  const char *name = cf_session_get_tty (session);
  static const char *const kinds[] = { "ttyS", "tty", "pts/", "hvc" };

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (kinds); i++)
    {
      const char *number = name + strlen (kinds[i]);

      if (g_str_has_prefix (name, kinds[i]) && *number != '\0' &&
          strspn (number, "0123456789") == strlen (number) && strlen (name) <= CF_TERMINAL_MAX_NAME)
        return name;
    }
  return "";
}

/* Whoever has a desktop is told there. */
static guint
append_sessions (GByteArray *frame, GListModel *sessions)
{
  guint n_items = g_list_model_get_n_items (sessions);
  guint n_sessions = 0;

  for (guint i = 0; i < n_items && n_sessions < CF_TERMINAL_MAX_SESSIONS; i++)
    {
      g_autoptr (CfSession) session = g_list_model_get_item (sessions, i);

      if (cf_session_is_graphical (session) || !is_alphanumeric (cf_session_get_id (session)))
        continue;
      append_number (frame, cf_session_get_uid (session), 4);
      append_name (frame, cf_session_get_id (session));
      append_name (frame, get_terminal (session));
      n_sessions++;
    }

  return n_sessions;
}

static GByteArray *
make_frame (GListModel *sessions, const char *text, gboolean bell)
{
  g_autoptr (GByteArray) frame = g_byte_array_sized_new (CF_TERMINAL_MAX_FRAME);
  g_autoptr (GByteArray) list = g_byte_array_new ();
  guint n_sessions = append_sessions (list, sessions);

  if (n_sessions == 0)
    return NULL;

  append_number (frame, bell ? CF_TERMINAL_FLAG_BELL : 0, 1);
  append_number (frame, (guint32) strlen (text), 2);
  g_byte_array_append (frame, (const guint8 *) text, (guint) strlen (text));
  append_number (frame, n_sessions, 2);
  g_byte_array_append (frame, list->data, list->len);
  return g_steal_pointer (&frame);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gint n_reached = wsm_helper_socket_ask_finish (result, &error);

  if (n_reached < 0)
    g_task_return_error (task, error);
  else
    g_task_return_int (task, n_reached);
}

static void
cf_terminals_finalize (GObject *object)
{
  CfTerminals *self = CF_TERMINALS (object);

  g_clear_pointer (&self->socket_path, g_free);

  G_OBJECT_CLASS (cf_terminals_parent_class)->finalize (object);
}

static void
cf_terminals_class_init (CfTerminalsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cf_terminals_finalize;
}

static void
cf_terminals_init (CfTerminals *self)
{
}

/**
 * cf_terminals_new:
 * @socket_path: (type filename): a stream socket at which each connection gets a
 *   curfew-terminal-helper of its own, as its standard input
 *
 * Returns: (transfer full): a new object, to be used in one thread
 */
CfTerminals *
cf_terminals_new (const char *socket_path)
{
  CfTerminals *self;

  g_return_val_if_fail (socket_path != NULL, NULL);

  self = g_object_new (CF_TYPE_TERMINALS, NULL);
  self->socket_path = g_strdup (socket_path);
  return self;
}

/**
 * cf_terminals_write_async:
 * @self: the terminals
 * @sessions: (element-type CfSession): who is signed in, at this moment
 * @text: what to write: UTF-8, 1 to %CF_TERMINAL_MAX_TEXT octets; cf_terminal_text_compose() makes
 * it
 * @bell: whether to ring
 * @cancellable: (nullable): gives up
 * @callback: when it was written
 * @user_data: for @callback
 *
 * Writes @text to the terminals of those @sessions that are not graphical: to each one once, and
 * without waiting for those that are stopped. It takes five seconds at most.
 */
void
cf_terminals_write_async (CfTerminals *self, GListModel *sessions, const char *text, gboolean bell,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GByteArray *frame;

  g_return_if_fail (CF_IS_TERMINALS (self));
  g_return_if_fail (G_IS_LIST_MODEL (sessions));
  g_return_if_fail (text != NULL && *text != '\0' && strlen (text) <= CF_TERMINAL_MAX_TEXT);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cf_terminals_write_async);

  frame = make_frame (sessions, text, bell);
  if (frame == NULL)
    g_task_return_int (task, 0);
  else
    wsm_helper_socket_ask_async (self->socket_path, frame, TIMEOUT_MSEC, cancellable, asked_cb,
                                 g_steal_pointer (&task));
}

/**
 * cf_terminals_write_finish:
 * @self: the terminals
 * @result: what the callback got
 * @error: a #GIOErrorEnum: why the helper could not be asked
 *
 * Returns: how many terminals got the whole text, 255 standing for more as well; 0 if nobody is
 *   signed in without a desktop; -1 with @error set otherwise
 */
gint
cf_terminals_write_finish (CfTerminals *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);

  return (gint) g_task_propagate_int (G_TASK (result), error);
}
