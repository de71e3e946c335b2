/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-module.h"

#include <gmodule.h>
#include <pthread.h>
#include <string.h>

struct _CfPluginModule
{
  char *file; /* (owned) */
  GModule *module;
  CfPluginEntries entries;
  gboolean is_quick;

  /* with the lock: */
  guint n_users;
  gboolean is_resident; /* stays for good */
  gboolean is_poisoned;
  gboolean is_in_life_cycle; /* a Startup or Shutdown is running */
};

/* Not GLib's locks: what crosses to threads of plug-ins has to be visible to ThreadSanitizer. It is
 * never held while code of a module runs. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t life_cycle_left = PTHREAD_COND_INITIALIZER;
static GHashTable *modules; /* (owned): of file to (owned) CfPluginModule */

#define EXPORT(name, field, needs)                                                                 \
  {                                                                                                \
    name, G_STRUCT_OFFSET (CfPluginEntries, field), needs                                          \
  }
#define ALWAYS (~0u)

/* What there is to export, and which capability cannot do without it (wsman-plugin-api.md,
 * section 3). */
static const struct
{
  const char *name;
  gsize offset;
  guint needs; /* a set of CfPluginNeeds; 0 if it is never needed */
} exports[] = {
  EXPORT ("WSManPluginStartup", startup, ALWAYS),
  EXPORT ("WSManPluginShutdown", shutdown, ALWAYS),
  EXPORT ("WSManPluginShell", shell, CF_PLUGIN_NEEDS_SHELL),
  EXPORT ("WSManPluginCommand", command, CF_PLUGIN_NEEDS_SHELL),
  EXPORT ("WSManPluginSend", send, CF_PLUGIN_NEEDS_SHELL),
  EXPORT ("WSManPluginReceive", receive, CF_PLUGIN_NEEDS_SHELL),
  EXPORT ("WSManPluginSignal", signal, CF_PLUGIN_NEEDS_SHELL),
  EXPORT ("WSManPluginReleaseShellContext", release_shell, CF_PLUGIN_NEEDS_SHELL),
  EXPORT ("WSManPluginReleaseCommandContext", release_command, CF_PLUGIN_NEEDS_SHELL),
  EXPORT ("WSManPluginConnect", connect, 0),
  EXPORT ("CurfewPluginGet", get, CF_PLUGIN_NEEDS_GET),
  EXPORT ("CurfewPluginInvoke", invoke, CF_PLUGIN_NEEDS_INVOKE),
};

static gboolean
check_abi (GModule *module, const char *file, GError **error)
{
  gpointer abi = NULL;

  if (!g_module_symbol (module, "CurfewPluginAbi", &abi) || abi == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 "“%s” is no plug-in: it does not export CurfewPluginAbi. Compile it with "
                 "wsman-plugin.h of curfew-plugin",
                 file);
  else if (*(const DWORD *) abi != CURFEW_PLUGIN_ABI)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 "“%s” was compiled for version %u of the plug-in interface, and this is version "
                 "%u. Compile it again with the headers of this version",
                 file, *(const DWORD *) abi, CURFEW_PLUGIN_ABI);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_needs (CfPluginModule *self, CfPluginNeeds needs, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (exports); i++)
    {
      gpointer entry = G_STRUCT_MEMBER (gpointer, &self->entries, exports[i].offset);

      if (entry != NULL || (exports[i].needs != ALWAYS && (exports[i].needs & needs) == 0))
        continue;
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   "“%s” does not export %s, which it needs for what it is configured for. Correct "
                   "the plug-in, or its capabilities in plugins.d",
                   self->file, exports[i].name);
      return FALSE;
    }
  return TRUE;
}

static void
cf_plugin_module_free (CfPluginModule *self)
{
  g_module_close (self->module);
  g_free (self->file);
  g_free (self);
}

/* Loads @file, or gets what dlopen() has of it; not registered yet. */
static CfPluginModule *
load (const char *file, GError **error)
{
  /* not lazily: a plug-in that lacks a symbol shall not start */
  GModule *module = g_module_open (file, G_MODULE_BIND_LOCAL);
  CfPluginModule *self;
  gpointer traits = NULL;

  if (module == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "“%s” cannot be loaded: %s. Check the file and the libraries that it needs",
                   file, g_module_error ());
      return NULL;
    }
  if (!check_abi (module, file, error))
    {
      g_module_close (module);
      return NULL;
    }

  self = g_new0 (CfPluginModule, 1);
  self->file = g_strdup (file);
  self->module = module;
  for (gsize i = 0; i < G_N_ELEMENTS (exports); i++)
    g_module_symbol (module, exports[i].name,
                     G_STRUCT_MEMBER_P (&self->entries, exports[i].offset));
  if (g_module_symbol (module, "CurfewPluginTraits", &traits) && traits != NULL)
    self->is_quick = (*(const DWORD *) traits & CURFEW_PLUGIN_QUICK) != 0;
  return self;
}

/**
 * cf_plugin_module_open:
 * @file: (type filename): absolute path of a module. Whether it may be trusted is not asked here;
 *   see cf_plugin_file_check()
 * @needs: what it has to be able to do
 * @error: a #GIOErrorEnum, with what to do about it
 *
 * Loads a module, or takes the one that is loaded. Runs no more of it than its constructors.
 *
 * Returns: (transfer full): the module, to be closed with cf_plugin_module_close(); %NULL with
 *   @error set otherwise
 */
CfPluginModule *
cf_plugin_module_open (const char *file, CfPluginNeeds needs, GError **error)
{
  CfPluginModule *loaded;
  CfPluginModule *self;

  g_return_val_if_fail (file != NULL, NULL);

  loaded = load (file, error);
  if (loaded == NULL)
    return NULL;
  if (!check_needs (loaded, needs, error))
    {
      cf_plugin_module_free (loaded);
      return NULL;
    }

  pthread_mutex_lock (&lock);
  if (modules == NULL)
    modules = g_hash_table_new (g_str_hash, g_str_equal);
  self = g_hash_table_lookup (modules, file);
  if (self == NULL)
    {
      self = g_steal_pointer (&loaded);
      g_hash_table_insert (modules, self->file, self);
    }
  self->n_users++;
  pthread_mutex_unlock (&lock);

  if (loaded != NULL)
    cf_plugin_module_free (loaded);
  return self;
}

/**
 * cf_plugin_module_close:
 * @self: (transfer full): a module of which the caller calls nothing any more
 * @unloads: whether it is to be unloaded when nobody else uses it; otherwise it stays until the
 *   process ends
 */
void
cf_plugin_module_close (CfPluginModule *self, gboolean unloads)
{
  gboolean is_last;

  g_return_if_fail (self != NULL);

  pthread_mutex_lock (&lock);
  self->n_users--;
  if (!unloads)
    self->is_resident = TRUE;
  is_last = self->n_users == 0 && !self->is_resident && !self->is_poisoned;
  if (is_last)
    g_hash_table_remove (modules, self->file);
  pthread_mutex_unlock (&lock);

  if (is_last)
    cf_plugin_module_free (self);
}

/**
 * cf_plugin_module_get_entries:
 *
 * Returns: (transfer none): the entry points, while the module is open
 */
const CfPluginEntries *
cf_plugin_module_get_entries (CfPluginModule *self)
{
  return &self->entries;
}

/**
 * cf_plugin_module_is_quick:
 *
 * Returns: whether Get and Invoke may be called from a main loop (`CURFEW_PLUGIN_QUICK`)
 */
gboolean
cf_plugin_module_is_quick (CfPluginModule *self)
{
  return self->is_quick;
}

/**
 * cf_plugin_module_enter_life_cycle:
 *
 * Waits until no other thread is in a Startup or Shutdown of the module: they are called one at a
 * time, however many initializations there are.
 */
void
cf_plugin_module_enter_life_cycle (CfPluginModule *self)
{
  pthread_mutex_lock (&lock);
  while (self->is_in_life_cycle)
    pthread_cond_wait (&life_cycle_left, &lock);
  self->is_in_life_cycle = TRUE;
  pthread_mutex_unlock (&lock);
}

void
cf_plugin_module_leave_life_cycle (CfPluginModule *self)
{
  pthread_mutex_lock (&lock);
  self->is_in_life_cycle = FALSE;
  pthread_cond_broadcast (&life_cycle_left);
  pthread_mutex_unlock (&lock);
}

/**
 * cf_plugin_module_poison:
 *
 * Notes that the module has broken the contract in a way that leaves its state unknown: it is not
 * unloaded, and nothing of it is to be called any more (wsman-plugin-api.md, section 10.6).
 */
void
cf_plugin_module_poison (CfPluginModule *self)
{
  pthread_mutex_lock (&lock);
  self->is_poisoned = TRUE;
  pthread_mutex_unlock (&lock);
}

gboolean
cf_plugin_module_is_poisoned (CfPluginModule *self)
{
  gboolean is_poisoned;

  pthread_mutex_lock (&lock);
  is_poisoned = self->is_poisoned;
  pthread_mutex_unlock (&lock);
  return is_poisoned;
}
