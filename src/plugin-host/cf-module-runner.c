/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-module-runner.h"

#include "cf-plugin-engine.h"

struct _CfModuleRunner
{
  CfPluginRunner parent_instance;

  CfPluginEngine *engine; /* (owned) */
};

G_DEFINE_FINAL_TYPE (CfModuleRunner, cf_module_runner, CF_TYPE_PLUGIN_RUNNER)

static void
cf_module_runner_start (CfPluginRunner *runner, guint32 flags)
{
  cf_plugin_engine_start (CF_MODULE_RUNNER (runner)->engine, flags);
}

static void
cf_module_runner_begin (CfPluginRunner *runner, const CfPluginCall *call)
{
  cf_plugin_runner_set_idle (runner, FALSE);
  cf_plugin_engine_begin (CF_MODULE_RUNNER (runner)->engine, call);
}

static void
cf_module_runner_cancel (CfPluginRunner *runner, guint64 id)
{
  cf_plugin_engine_cancel (CF_MODULE_RUNNER (runner)->engine, id);
}

static void
cf_module_runner_acknowledge (CfPluginRunner *runner, guint64 id, gsize n_octets)
{
  cf_plugin_engine_acknowledge (CF_MODULE_RUNNER (runner)->engine, id, n_octets);
}

static void
cf_module_runner_stop (CfPluginRunner *runner, guint32 reason)
{
  cf_plugin_engine_stop (CF_MODULE_RUNNER (runner)->engine, reason);
}

static void
cf_module_runner_dispose (GObject *object)
{
  CfModuleRunner *self = CF_MODULE_RUNNER (object);

  g_clear_pointer (&self->engine, cf_plugin_engine_free);

  G_OBJECT_CLASS (cf_module_runner_parent_class)->dispose (object);
}

static void
cf_module_runner_class_init (CfModuleRunnerClass *klass)
{
  CfPluginRunnerClass *runner_class = CF_PLUGIN_RUNNER_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cf_module_runner_dispose;

  runner_class->start = cf_module_runner_start;
  runner_class->begin = cf_module_runner_begin;
  runner_class->cancel = cf_module_runner_cancel;
  runner_class->acknowledge = cf_module_runner_acknowledge;
  runner_class->stop = cf_module_runner_stop;
}

static void
cf_module_runner_init (CfModuleRunner *self)
{
}

/**
 * cf_module_runner_new:
 * @settings: of the plug-in; borrowed for the call. Whether its file may be trusted is not asked
 *   here; see cf_plugin_file_check()
 *
 * The thread-default main context of this thread is the one in which the client is called, and
 * this is the thread in which everything of the runner is to be used. A runner that was started is
 * kept alive until it has ended.
 *
 * Returns: (transfer full): a runner that has not started
 */
CfPluginRunner *
cf_module_runner_new (const CfPluginSettings *settings)
{
  CfModuleRunner *self;

  g_return_val_if_fail (settings != NULL, NULL);
  g_return_val_if_fail (settings->name != NULL && settings->file != NULL, NULL);
  g_return_val_if_fail (settings->application != NULL, NULL);

  self = g_object_new (CF_TYPE_MODULE_RUNNER, NULL);
  self->engine = cf_plugin_engine_new (CF_PLUGIN_RUNNER (self), settings);
  return CF_PLUGIN_RUNNER (self);
}

/**
 * cf_module_runner_set_unloads:
 * @unloads: whether the module is to be unloaded when its last runner has stopped; all runners of
 *   the file have to say so. For tests of plug-ins
 */
void
cf_module_runner_set_unloads (CfModuleRunner *self, gboolean unloads)
{
  g_return_if_fail (CF_IS_MODULE_RUNNER (self));

  cf_plugin_engine_set_unloads (self->engine, unloads);
}
