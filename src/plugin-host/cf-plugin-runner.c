/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-runner.h"

typedef struct
{
  CfPluginClient *client; /* (nullable), a weak pointer */
  char *problem;          /* (owned) (nullable) */
  CfPluginRunnerState state;
  gboolean is_idle;
} CfPluginRunnerPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CfPluginRunner, cf_plugin_runner, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

#define PRIVATE(self)                                                                              \
  ((CfPluginRunnerPrivate *) cf_plugin_runner_get_instance_private (CF_PLUGIN_RUNNER (self)))

static void
cf_plugin_runner_finalize (GObject *object)
{
  CfPluginRunnerPrivate *private = PRIVATE (object);

  g_clear_weak_pointer (&private->client);
  g_free (private->problem);

  G_OBJECT_CLASS (cf_plugin_runner_parent_class)->finalize (object);
}

static void
cf_plugin_runner_class_init (CfPluginRunnerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cf_plugin_runner_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", CF_TYPE_PLUGIN_RUNNER, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cf_plugin_runner_init (CfPluginRunner *self)
{
}

/**
 * cf_plugin_runner_start:
 * @flags: `WSMAN_PLUGIN_STARTUP_…`: why it is started
 *
 * Has the plug-in loaded and its Startup called; once. The outcome is a state: %CF_PLUGIN_RUNNING
 * or %CF_PLUGIN_FAILED.
 */
void
cf_plugin_runner_start (CfPluginRunner *self, guint32 flags)
{
  g_return_if_fail (CF_IS_PLUGIN_RUNNER (self));
  g_return_if_fail (PRIVATE (self)->state == CF_PLUGIN_IDLE);

  CF_PLUGIN_RUNNER_GET_CLASS (self)->start (self, flags);
}

/**
 * cf_plugin_runner_begin:
 * @call: what the plug-in is to do; borrowed for the call
 *
 * Asks the plug-in for something. The client is told what comes of it, maybe before this returns.
 */
void
cf_plugin_runner_begin (CfPluginRunner *self, const CfPluginCall *call)
{
  g_return_if_fail (CF_IS_PLUGIN_RUNNER (self));
  g_return_if_fail (call != NULL && call->id != 0);

  CF_PLUGIN_RUNNER_GET_CLASS (self)->begin (self, call);
}

/**
 * cf_plugin_runner_cancel:
 * @id: of a call; nothing happens if it has completed
 *
 * Tells the plug-in that nobody waits for the call any more. The call still completes, with
 * whatever the plug-in says then.
 */
void
cf_plugin_runner_cancel (CfPluginRunner *self, guint64 id)
{
  g_return_if_fail (CF_IS_PLUGIN_RUNNER (self));

  CF_PLUGIN_RUNNER_GET_CLASS (self)->cancel (self, id);
}

/**
 * cf_plugin_runner_acknowledge:
 * @id: of a RECEIVE call; nothing happens if it has completed
 * @n_octets: of output that are disposed of since the last time
 *
 * Lets the plug-in go on that produces output faster than it is taken.
 */
void
cf_plugin_runner_acknowledge (CfPluginRunner *self, guint64 id, gsize n_octets)
{
  g_return_if_fail (CF_IS_PLUGIN_RUNNER (self));

  CF_PLUGIN_RUNNER_GET_CLASS (self)->acknowledge (self, id, n_octets);
}

/**
 * cf_plugin_runner_stop:
 * @reason: `WSMAN_PLUGIN_SHUTDOWN_…`: why it has to end
 *
 * Cancels all calls, in order, and ends the plug-in. The outcome is a state: %CF_PLUGIN_STOPPED or
 * %CF_PLUGIN_FAILED. May be called again with another reason: that the computer goes down counts
 * more than any other, as long as the plug-in has not been told.
 */
void
cf_plugin_runner_stop (CfPluginRunner *self, guint32 reason)
{
  g_return_if_fail (CF_IS_PLUGIN_RUNNER (self));

  CF_PLUGIN_RUNNER_GET_CLASS (self)->stop (self, reason);
}

CfPluginRunnerState
cf_plugin_runner_get_state (CfPluginRunner *self)
{
  g_return_val_if_fail (CF_IS_PLUGIN_RUNNER (self), CF_PLUGIN_FAILED);

  return PRIVATE (self)->state;
}

/**
 * cf_plugin_runner_is_idle:
 *
 * Returns: whether the plug-in said, since the last call was begun, that it may be shut down
 *   (WSManPluginReportCompletion())
 */
gboolean
cf_plugin_runner_is_idle (CfPluginRunner *self)
{
  g_return_val_if_fail (CF_IS_PLUGIN_RUNNER (self), FALSE);

  return PRIVATE (self)->is_idle;
}

/**
 * cf_plugin_runner_get_problem:
 *
 * Returns: (nullable): why the state is %CF_PLUGIN_FAILED, a sentence for people; %NULL in others
 */
const char *
cf_plugin_runner_get_problem (CfPluginRunner *self)
{
  g_return_val_if_fail (CF_IS_PLUGIN_RUNNER (self), NULL);

  return PRIVATE (self)->problem;
}

/**
 * cf_plugin_runner_set_client:
 * @client: (nullable): who is told; to be set before starting. It is not kept alive: what comes
 *   after its end is dropped
 */
void
cf_plugin_runner_set_client (CfPluginRunner *self, CfPluginClient *client)
{
  g_return_if_fail (CF_IS_PLUGIN_RUNNER (self));
  g_return_if_fail (client == NULL || CF_IS_PLUGIN_CLIENT (client));

  g_set_weak_pointer (&PRIVATE (self)->client, client);
}

/**
 * cf_plugin_runner_get_client:
 *
 * For subclasses, in the runner's main context.
 *
 * Returns: (nullable) (transfer none): whom to tell
 */
CfPluginClient *
cf_plugin_runner_get_client (CfPluginRunner *self)
{
  g_return_val_if_fail (CF_IS_PLUGIN_RUNNER (self), NULL);

  return PRIVATE (self)->client;
}

/**
 * cf_plugin_runner_set_state:
 * @state: the new state, never an earlier one
 * @problem: (nullable): the reason of %CF_PLUGIN_FAILED
 *
 * For subclasses, in the runner's main context.
 */
void
cf_plugin_runner_set_state (CfPluginRunner *self, CfPluginRunnerState state, const char *problem)
{
  CfPluginRunnerPrivate *private;

  g_return_if_fail (CF_IS_PLUGIN_RUNNER (self));
  g_return_if_fail ((state == CF_PLUGIN_FAILED) == (problem != NULL));

  private = PRIVATE (self);
  g_return_if_fail (state >= private->state);
  if (private->state == state)
    return;

  private->state = state;
  g_free (private->problem);
  private->problem = g_strdup (problem);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * cf_plugin_runner_set_idle:
 * @is_idle: whether the plug-in may be shut down
 *
 * For subclasses, in the runner's main context.
 */
void
cf_plugin_runner_set_idle (CfPluginRunner *self, gboolean is_idle)
{
  CfPluginRunnerPrivate *private;

  g_return_if_fail (CF_IS_PLUGIN_RUNNER (self));

  private = PRIVATE (self);
  if (private->is_idle == is_idle)
    return;

  private->is_idle = is_idle;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}
