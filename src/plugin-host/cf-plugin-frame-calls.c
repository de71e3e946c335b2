/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-frame-calls.h"

#include "cf-plugin-frame.h"

struct _CfPluginFrameCalls
{
  GHashTable *table; /* (owned) (element-type guint64 CfPluginFrameCall) */
};

static gboolean
is_object (const CfPluginFrameCall *call)
{
  return call->kind == CF_PLUGIN_SHELL || call->kind == CF_PLUGIN_COMMAND;
}

static CfPluginFrameCall *
lookup (CfPluginFrameCalls *self, guint64 id)
{
  return id != 0 ? g_hash_table_lookup (self->table, &id) : NULL;
}

static CfPluginFrameCall *
get_parent (CfPluginFrameCalls *self, const CfPluginFrameCall *call)
{
  return lookup (self, call->command != 0 ? call->command : call->shell);
}

CfPluginFrameCalls *
cf_plugin_frame_calls_new (void)
{
  CfPluginFrameCalls *self = g_new0 (CfPluginFrameCalls, 1);

  self->table = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  return self;
}

void
cf_plugin_frame_calls_free (CfPluginFrameCalls *self)
{
  g_hash_table_unref (self->table);
  g_free (self);
}

gboolean
cf_plugin_frame_calls_is_empty (CfPluginFrameCalls *self)
{
  return g_hash_table_size (self->table) == 0;
}

/* Whether the shell and the command that @call is for have been begun and not ended. */
gboolean
cf_plugin_frame_calls_accepts (CfPluginFrameCalls *self, const CfPluginCall *call)
{
  CfPluginFrameCall *shell = lookup (self, call->shell);
  CfPluginFrameCall *command = lookup (self, call->command);

  if (call->kind < CF_PLUGIN_COMMAND)
    return TRUE;
  if (shell == NULL || shell->kind != CF_PLUGIN_SHELL || shell->is_complete)
    return FALSE;
  if (call->command == 0)
    return TRUE;
  return command != NULL && command->kind == CF_PLUGIN_COMMAND && !command->is_complete &&
         command->shell == call->shell;
}

/* Adds @call, which is accepted and whose id is not there. */
void
cf_plugin_frame_calls_add (CfPluginFrameCalls *self, const CfPluginCall *call)
{
  CfPluginFrameCall *added = g_new0 (CfPluginFrameCall, 1);
  CfPluginFrameCall *parent;

  added->id = call->id;
  added->kind = call->kind;
  added->shell = call->shell;
  added->command = call->command;
  added->deadline = -1;
  parent = get_parent (self, added);
  if (parent != NULL)
    parent->n_children++;
  g_hash_table_insert (self->table, &added->id, added);
}

/**
 * cf_plugin_frame_calls_get_open:
 * @self: the calls
 * @id: of a call
 *
 * Returns: (nullable) (transfer none): the call, if it has not completed
 */
CfPluginFrameCall *
cf_plugin_frame_calls_get_open (CfPluginFrameCalls *self, guint64 id)
{
  CfPluginFrameCall *call = lookup (self, id);

  return call != NULL && !call->is_complete ? call : NULL;
}

/* (transfer container): all that belongs to @call and has not ended. */
GPtrArray *
cf_plugin_frame_calls_get_children (CfPluginFrameCalls *self, const CfPluginFrameCall *call)
{
  GPtrArray *children = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  if (call->n_children == 0)
    return children;
  g_hash_table_iter_init (&iter, self->table);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const CfPluginFrameCall *other = value;

      if (other->shell == call->id || other->command == call->id)
        g_ptr_array_add (children, value);
    }
  return children;
}

/* Takes @call out when nothing can come for it any more, and then maybe what it belongs to. A child
 * may still be under way when the helper releases its parent: one that was begun too late. */
static void
settle (CfPluginFrameCalls *self, CfPluginFrameCall *call, CfPluginClient *client)
{
  while (call != NULL && call->is_complete && call->n_children == 0 &&
         (call->is_released || !call->has_context))
    {
      CfPluginFrameCall *parent = get_parent (self, call);
      guint64 id = call->id;
      gboolean has_context = call->has_context;

      g_hash_table_remove (self->table, &id);
      if (parent != NULL)
        parent->n_children--;
      if (has_context && client != NULL)
        cf_plugin_client_released (client, id);
      call = parent;
    }
}

/**
 * cf_plugin_frame_calls_complete:
 * @self: the calls
 * @call: an open one
 * @client: (nullable): who is told
 * @code: the outcome
 * @extended_information: (nullable)
 *
 * Completes @call, and tells of releases that waited for it.
 */
void
cf_plugin_frame_calls_complete (CfPluginFrameCalls *self, CfPluginFrameCall *call,
                                CfPluginClient *client, guint32 code,
                                const char *extended_information)
{
  guint64 id = call->id;

  call->is_complete = TRUE;
  if (client != NULL)
    cf_plugin_client_completed (client, id, code, extended_information);
  settle (self, lookup (self, id), client);
}

/**
 * cf_plugin_frame_calls_release:
 * @self: the calls
 * @id: of a SHELL or COMMAND call
 * @client: (nullable): who is told, as soon as all that belongs to it has completed
 *
 * Returns: whether there is something to release: a context, of a call that has completed
 */
gboolean
cf_plugin_frame_calls_release (CfPluginFrameCalls *self, guint64 id, CfPluginClient *client)
{
  CfPluginFrameCall *call = lookup (self, id);

  if (call == NULL || !call->has_context || !call->is_complete || call->is_released)
    return FALSE;
  call->is_released = TRUE;
  settle (self, call, client);
  return TRUE;
}

/* What belongs to another comes before it; then in the order in which they were begun. */
static int
compare (gconstpointer a, gconstpointer b)
{
  const CfPluginFrameCall *first = *(const CfPluginFrameCall *const *) a;
  const CfPluginFrameCall *second = *(const CfPluginFrameCall *const *) b;
  int rank_first = is_object (first) ? (first->kind == CF_PLUGIN_SHELL ? 2 : 1) : 0;
  int rank_second = is_object (second) ? (second->kind == CF_PLUGIN_SHELL ? 2 : 1) : 0;

  if (rank_first != rank_second)
    return rank_first - rank_second;
  return first->id < second->id ? -1 : first->id > second->id;
}

/**
 * cf_plugin_frame_calls_fail_all:
 * @self: the calls
 * @client: (nullable): who is told
 * @code: the outcome of each call that has not completed
 * @problem: what is said about it
 *
 * Nothing comes any more: ends everything, leaves first.
 */
void
cf_plugin_frame_calls_fail_all (CfPluginFrameCalls *self, CfPluginClient *client, guint32 code,
                                const char *problem)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer call;

  g_hash_table_iter_init (&iter, self->table);
  while (g_hash_table_iter_next (&iter, NULL, &call))
    {
      g_hash_table_iter_steal (&iter);
      g_ptr_array_add (all, call);
    }
  g_ptr_array_sort (all, compare);

  for (guint i = 0; i < all->len && client != NULL; i++)
    {
      const CfPluginFrameCall *ended = g_ptr_array_index (all, i);

      if (!ended->is_complete)
        cf_plugin_client_completed (client, ended->id, code, problem);
      if (ended->has_context)
        cf_plugin_client_released (client, ended->id);
    }
}

/* A helper holds the outcome of a RECEIVE back while the agent takes no more output of it. */
static gboolean
is_owed (const CfPluginFrameCall *call)
{
  if (call->is_complete)
    return call->has_context && !call->is_released;
  return call->is_cancelled || call->unacknowledged < CF_PLUGIN_FRAME_WINDOW;
}

/* The earliest deadline of what the helper has yet to say; -1 for none. */
gint64
cf_plugin_frame_calls_get_deadline (CfPluginFrameCalls *self)
{
  GHashTableIter iter;
  gpointer value;
  gint64 earliest = -1;

  g_hash_table_iter_init (&iter, self->table);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const CfPluginFrameCall *call = value;

      if (call->deadline >= 0 && is_owed (call) && (earliest < 0 || call->deadline < earliest))
        earliest = call->deadline;
    }
  return earliest;
}
