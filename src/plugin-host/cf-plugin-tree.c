/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-engine-private.h"

#include <string.h>

/* What belongs to what: operations to commands, those to shells, and those to the engine; and in
 * what order they end (wsman-plugin-api.md, sections 8.3, 8.5 and 10.5). */

typedef enum
{
  RANK_LEAF,
  RANK_COMMAND,
  RANK_SHELL,
  N_RANKS
} Rank;

typedef void (*Visitor) (CfPluginOperation *operation);

static Rank
get_rank (const CfPluginOperation *operation)
{
  return operation->kind == CF_PLUGIN_SHELL     ? RANK_SHELL
         : operation->kind == CF_PLUGIN_COMMAND ? RANK_COMMAND
                                                : RANK_LEAF;
}

/* Of first and its siblings, and all that belongs to them. A visitor may end what it is shown. */
static void
visit (CfPluginOperation *first, Rank rank, Visitor visitor)
{
  CfPluginOperation *next;

  for (CfPluginOperation *operation = first; operation != NULL; operation = next)
    {
      /* kept: while its children end, it may */
      cf_plugin_operation_ref (operation);
      next = operation->next;
      if (next != NULL)
        cf_plugin_operation_ref (next);
      if (get_rank (operation) > rank)
        visit (operation->children, rank, visitor);
      if (get_rank (operation) == rank)
        visitor (operation);
      cf_plugin_operation_unref (operation);
      if (next != NULL)
        cf_plugin_operation_unref (next);
    }
}

static gboolean
may_have_children (const CfPluginOperation *operation)
{
  return operation != NULL && operation->stage == CF_PLUGIN_STAGE_OPEN && operation->has_context &&
         !operation->is_cancelled && !operation->is_completing;
}

/* Returns: (nullable): the shell or command that @call is about; %NULL if it is not there */
CfPluginOperation *
cf_plugin_tree_find_parent (CfPluginEngine *engine, const CfPluginCall *call)
{
  CfPluginOperation *shell = g_hash_table_lookup (engine->by_id, &call->shell);
  CfPluginOperation *command;

  if (!may_have_children (shell) || shell->kind != CF_PLUGIN_SHELL)
    return NULL;
  if (call->kind == CF_PLUGIN_COMMAND || call->command == 0)
    return shell;
  command = g_hash_table_lookup (engine->by_id, &call->command);
  if (!may_have_children (command) || command->kind != CF_PLUGIN_COMMAND ||
      command->parent != shell)
    return NULL;
  return command;
}

static CfPluginOperation **
get_siblings (CfPluginOperation *operation)
{
  return operation->parent != NULL ? &operation->parent->children : &operation->engine->operations;
}

/* Takes the first reference over. */
void
cf_plugin_tree_add (CfPluginOperation *operation, CfPluginOperation *parent)
{
  CfPluginEngine *engine = operation->engine;
  CfPluginOperation **siblings;

  operation->parent = parent;
  siblings = get_siblings (operation);
  operation->next = *siblings;
  if (*siblings != NULL)
    (*siblings)->previous = operation;
  *siblings = operation;
  g_hash_table_insert (engine->by_id, &operation->id, operation);
  engine->n_open++;
}

static void
unwatch (CfPluginOperation *operation)
{
  if (operation->is_watched)
    g_queue_unlink (&operation->engine->watched, &operation->watch_link);
  operation->is_watched = FALSE;
}

/* From now on the plug-in has limited time. */
static void
watch (CfPluginOperation *operation)
{
  CfPluginEngine *engine = operation->engine;

  unwatch (operation);
  operation->is_watched = TRUE;
  operation->deadline = g_get_monotonic_time () +
                        engine->settings.cancel_msec * (gint64) G_TIME_SPAN_MILLISECOND;
  g_queue_push_tail_link (&engine->watched, &operation->watch_link);
  cf_plugin_event_arm (engine);
}

/* Nothing of the operation is left, in the plug-in or below it. */
static void
end (CfPluginOperation *operation)
{
  CfPluginEngine *engine = operation->engine;
  CfPluginOperation *parent = operation->parent;

  unwatch (operation);
  if (operation->previous != NULL)
    operation->previous->next = operation->next;
  else
    *get_siblings (operation) = operation->next;
  if (operation->next != NULL)
    operation->next->previous = operation->previous;
  operation->parent = NULL;
  operation->previous = NULL;
  operation->next = NULL;
  cf_plugin_operation_unref (operation);

  engine->n_open--;
  if (parent != NULL)
    cf_plugin_tree_check_ended (parent);
  cf_plugin_engine_check_drained (engine);
}

/* What is next for an operation of which something has ended. */
void
cf_plugin_tree_check_ended (CfPluginOperation *operation)
{
  if (operation->stage != CF_PLUGIN_STAGE_COMPLETED || operation->n_inside > 0 ||
      operation->children != NULL || operation->is_releasing)
    return;
  if (!operation->has_context || operation->is_released)
    {
      end (operation);
      return;
    }
  operation->is_releasing = TRUE;
  watch (operation);
  cf_plugin_lane_push (&operation->engine->control, CF_PLUGIN_WORK_RELEASE, operation);
}

/* The plug-in has its context back. */
void
cf_plugin_tree_released (CfPluginOperation *operation)
{
  if (operation->is_released)
    return; /* answered for it, because it took too long */
  operation->is_releasing = FALSE;
  operation->is_released = TRUE;
  cf_plugin_event_push (operation->engine, CF_PLUGIN_EVENT_RELEASED, operation);
  cf_plugin_tree_check_ended (operation);
}

static void
cancel_one (CfPluginOperation *operation)
{
  CfPluginEngine *engine = operation->engine;

  if (operation->stage == CF_PLUGIN_STAGE_COMPLETED)
    {
      /* it has answered, but a thread has not returned from it */
      if (!operation->is_watched && engine->phase != CF_PLUGIN_PHASE_FAILED)
        watch (operation);
      return;
    }
  if (operation->is_cancelled)
    return;
  operation->is_cancelled = TRUE;
  operation->is_outlived = operation->parent != NULL &&
                           operation->parent->stage == CF_PLUGIN_STAGE_COMPLETED;
  if (operation->stage != CF_PLUGIN_STAGE_OPEN)
    {
      /* the plug-in never gets to know of it */
      cf_plugin_tree_complete (operation, ERROR_OPERATION_ABORTED, NULL, FALSE);
      return;
    }

  cf_plugin_operation_notify (operation);
  pthread_cond_broadcast (&operation->changed);
  watch (operation);
  if (operation->callback_state == CF_PLUGIN_CALLBACK_REGISTERED)
    cf_plugin_lane_push (&engine->callbacks, CF_PLUGIN_WORK_CALLBACK, operation);
}

static void
cancel_children (CfPluginOperation *operation)
{
  for (Rank rank = RANK_LEAF; rank < N_RANKS; rank++)
    visit (operation->children, rank, cancel_one);
}

/* The leaves first, then what they hang on. */
void
cf_plugin_tree_cancel (CfPluginOperation *operation)
{
  cf_plugin_operation_ref (operation);
  cancel_children (operation);
  cancel_one (operation);
  cf_plugin_operation_unref (operation);
}

void
cf_plugin_tree_cancel_all (CfPluginEngine *engine)
{
  for (Rank rank = RANK_LEAF; rank < N_RANKS; rank++)
    visit (engine->operations, rank, cancel_one);
}

/* Answers in the place of a plug-in to which nothing is to be said any more. */
static void
abandon (CfPluginOperation *operation)
{
  CfPluginEngine *engine = operation->engine;

  unwatch (operation);
  if (operation->stage == CF_PLUGIN_STAGE_OPEN)
    {
      /* A thread of the plug-in may still hold the request, and will for as long as it likes: it
       * is never freed. It may yet see that it is to end. */
      cf_plugin_operation_keep (operation);
      operation->is_cancelled = TRUE;
      cf_plugin_operation_notify (operation);
    }
  if (operation->stage != CF_PLUGIN_STAGE_COMPLETED)
    cf_plugin_tree_complete (operation, ERROR_WSMAN_PLUGIN_FAILED, strdup (engine->problem), FALSE);
  if (operation->has_context && !operation->is_released)
    {
      operation->is_releasing = FALSE;
      operation->is_released = TRUE;
      cf_plugin_event_push (engine, CF_PLUGIN_EVENT_RELEASED, operation);
      cf_plugin_tree_check_ended (operation);
    }
}

void
cf_plugin_tree_abandon_all (CfPluginEngine *engine)
{
  for (Rank rank = RANK_LEAF; rank < N_RANKS; rank++)
    visit (engine->operations, rank, abandon);
}

/**
 * cf_plugin_tree_complete:
 * @operation: one that has not completed
 * @extended_information: (transfer full) (nullable): from malloc()
 * @by_plugin: whether the plug-in itself said so
 *
 * The one and only answer to the operation. Output that ends with its command has ended well,
 * whatever the plug-in answers to that (wsman-plugin-api.md, section 8.5).
 */
void
cf_plugin_tree_complete (CfPluginOperation *operation, guint32 code, char *extended_information,
                         gboolean by_plugin)
{
  CfPluginEngine *engine = operation->engine;

  cf_plugin_operation_ref (operation);
  if (operation->stage == CF_PLUGIN_STAGE_WAITING)
    g_queue_remove (&engine->waiting, operation);
  if (by_plugin && operation->kind == CF_PLUGIN_RECEIVE && operation->is_outlived)
    code = NO_ERROR;
  operation->stage = CF_PLUGIN_STAGE_COMPLETED;
  operation->code = code;
  operation->extended_information = extended_information;
  cf_plugin_operation_retract (operation, by_plugin);
  g_hash_table_remove (engine->by_id, &operation->id);
  pthread_cond_broadcast (&operation->changed);
  if (!operation->is_inline)
    cf_plugin_event_push (engine, CF_PLUGIN_EVENT_COMPLETED, operation);
  if (engine->phase != CF_PLUGIN_PHASE_FAILED)
    {
      cancel_children (operation);
      cf_plugin_tree_check_ended (operation);
    }
  else if (!operation->has_context)
    cf_plugin_tree_check_ended (operation);
  cf_plugin_operation_unref (operation);
}

/* Has the entry point called, on a thread of its own. */
void
cf_plugin_tree_launch (CfPluginOperation *operation)
{
  guint32 code;

  if (!cf_plugin_entry_exists (operation->engine, operation->kind, &code))
    {
      cf_plugin_tree_complete (operation, code, NULL, FALSE);
      return;
    }
  operation->stage = CF_PLUGIN_STAGE_QUEUED;
  cf_plugin_operation_ref (operation);
  cf_plugin_engine_ref (operation->engine);
  g_thread_pool_push (operation->engine->pool, operation, NULL);
}
