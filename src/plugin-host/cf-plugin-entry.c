/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-engine-private.h"

/* The calls into the module, but for Startup and Shutdown. */

gboolean
cf_plugin_entry_is_quick (CfPluginEngine *engine, CfPluginCallKind kind)
{
  return (kind == CF_PLUGIN_GET || kind == CF_PLUGIN_INVOKE) &&
         cf_plugin_module_is_quick (engine->module);
}

/* Whether the module can be asked for that; *code says it to who asked. */
gboolean
cf_plugin_entry_exists (CfPluginEngine *engine, CfPluginCallKind kind, guint32 *code)
{
  const CfPluginEntries *entries = engine->entries;

  *code = kind == CF_PLUGIN_CONNECT ? ERROR_WSMAN_UNSUPPORTED_FEATURE
                                    : ERROR_WSMAN_ACTION_NOT_SUPPORTED;
  switch (kind)
    {
    case CF_PLUGIN_GET:
      return entries->get != NULL;
    case CF_PLUGIN_INVOKE:
      return entries->invoke != NULL;
    case CF_PLUGIN_SHELL:
      return entries->shell != NULL && entries->release_shell != NULL;
    case CF_PLUGIN_COMMAND:
      return entries->command != NULL && entries->release_command != NULL;
    case CF_PLUGIN_SEND:
      return entries->send != NULL;
    case CF_PLUGIN_RECEIVE:
      return entries->receive != NULL;
    case CF_PLUGIN_SIGNAL:
      return entries->signal != NULL;
    case CF_PLUGIN_CONNECT:
      return entries->connect != NULL;
    default:
      g_assert_not_reached ();
    }
}

/* Notes the contexts that the operation carries. With the lock: they do not change while it is
 * open, but what it belongs to may be given up. */
static void
look_up_contexts (CfPluginOperation *operation)
{
  CfPluginOperation *parent = operation->parent;

  operation->shell_context = NULL;
  operation->command_context = NULL;
  if (parent != NULL && parent->kind == CF_PLUGIN_COMMAND)
    {
      operation->command_context = parent->context;
      operation->shell_context = parent->parent->context;
    }
  else if (parent != NULL)
    operation->shell_context = parent->context;
}

/* The operation is in the plug-in's hands from now on. With the lock. */
void
cf_plugin_entry_prepare (CfPluginOperation *operation)
{
  operation->stage = CF_PLUGIN_STAGE_OPEN;
  operation->n_inside++;
  look_up_contexts (operation);
  cf_plugin_operation_publish (operation);
}

/* Calls the entry point. When that returns the operation may be over, and its parameters gone. */
void
cf_plugin_entry_call (CfPluginOperation *operation)
{
  const CfPluginEntries *entries = operation->engine->entries;
  WSMAN_PLUGIN_REQUEST *request = &operation->request;
  PVOID shell = operation->shell_context;
  PVOID command = operation->command_context;

  switch (operation->kind)
    {
    case CF_PLUGIN_GET:
      entries->get (operation->engine->context, request, 0);
      break;
    case CF_PLUGIN_INVOKE:
      entries->invoke (operation->engine->context, request, 0, operation->text, operation->input);
      break;
    case CF_PLUGIN_SHELL:
      entries->shell (operation->engine->context, request, 0, operation->startup,
                      operation->inbound);
      break;
    case CF_PLUGIN_COMMAND:
      entries->command (request, 0, shell, operation->text, operation->arguments);
      break;
    case CF_PLUGIN_SEND:
      entries->send (request, operation->flags, shell, command, operation->text,
                     operation->inbound);
      break;
    case CF_PLUGIN_RECEIVE:
      entries->receive (request, 0, shell, command, operation->streams);
      break;
    case CF_PLUGIN_SIGNAL:
      entries->signal (request, 0, shell, command, operation->text);
      break;
    case CF_PLUGIN_CONNECT:
      entries->connect (request, 0, shell, command, operation->inbound);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* On a thread of the engine's pool, which owns a reference to the operation. */
void
cf_plugin_entry_run (gpointer data, gpointer user_data)
{
  CfPluginOperation *operation = data;
  CfPluginEngine *engine;

  cf_plugin_lock ();
  engine = operation->engine;
  /* cancelled before its turn came: then it has been answered already */
  if (operation->stage == CF_PLUGIN_STAGE_QUEUED)
    {
      cf_plugin_entry_prepare (operation);
      cf_plugin_unlock ();
      cf_plugin_entry_call (operation);
      cf_plugin_lock ();
      operation->n_inside--;
      cf_plugin_tree_check_ended (operation);
    }
  cf_plugin_operation_unref (operation);
  cf_plugin_engine_unref (engine);
  cf_plugin_unlock ();
}

/* Gives a context back that nothing carries any more. */
void
cf_plugin_entry_release (CfPluginOperation *operation)
{
  CfPluginEngine *engine;
  gboolean has_failed;

  cf_plugin_lock ();
  engine = operation->engine;
  has_failed = engine->phase == CF_PLUGIN_PHASE_FAILED;
  if (!has_failed)
    look_up_contexts (operation);
  cf_plugin_unlock ();
  if (has_failed)
    return;

  if (operation->kind == CF_PLUGIN_SHELL)
    engine->entries->release_shell (operation->context);
  else
    engine->entries->release_command (operation->shell_context, operation->context);

  cf_plugin_lock ();
  cf_plugin_tree_released (operation);
  cf_plugin_unlock ();
}

/* Calls the callback for cancellation, unless the operation completed meanwhile. */
void
cf_plugin_entry_callback (CfPluginOperation *operation)
{
  cf_plugin_lock ();
  if (operation->callback_state == CF_PLUGIN_CALLBACK_REGISTERED &&
      operation->stage == CF_PLUGIN_STAGE_OPEN && !operation->is_completing)
    {
      operation->callback_state = CF_PLUGIN_CALLBACK_RUNNING;
      operation->callback_thread = pthread_self ();
      operation->n_inside++;
      cf_plugin_unlock ();
      operation->callback (operation->callback_context);
      cf_plugin_lock ();
      operation->callback_state = CF_PLUGIN_CALLBACK_DONE;
      operation->n_inside--;
      pthread_cond_broadcast (&operation->changed);
      cf_plugin_tree_check_ended (operation);
    }
  cf_plugin_unlock ();
}
