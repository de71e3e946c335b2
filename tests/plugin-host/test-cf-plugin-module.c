/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin-host/cf-plugin-module.h"

#include <dlfcn.h>
#include <string.h>

#define ALL (CF_PLUGIN_NEEDS_SHELL | CF_PLUGIN_NEEDS_INVOKE)

static void
test_resolves (void)
{
  g_autoptr (GError) error = NULL;
  CfPluginModule *module = cf_plugin_module_open (PLAIN, ALL, &error);
  const CfPluginEntries *entries;

  g_assert_no_error (error);
  entries = cf_plugin_module_get_entries (module);
  g_assert_true (entries->startup != NULL && entries->shutdown != NULL && entries->shell != NULL);
  g_assert_true (entries->invoke != NULL && entries->release_command != NULL);
  g_assert_true (entries->get == NULL && entries->connect == NULL);
  g_assert_false (cf_plugin_module_is_quick (module));
  cf_plugin_module_close (module, TRUE);

  module = cf_plugin_module_open (QUICK, ALL, &error);
  g_assert_no_error (error);
  g_assert_true (cf_plugin_module_is_quick (module));
  cf_plugin_module_close (module, TRUE);
}

static void
assert_refused (const char *file, CfPluginNeeds needs, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cf_plugin_module_open (file, needs, &error));
  g_assert_nonnull (error);
  if (strstr (error->message, text) == NULL)
    g_error ("“%s” is not in: %s", text, error->message);
}

static gboolean
is_loaded (const char *file)
{
  void *handle = dlopen (file, RTLD_LAZY | RTLD_NOLOAD);

  if (handle != NULL)
    dlclose (handle);
  return handle != NULL;
}

static void
test_refuses (void)
{
  g_test_summary ("The missing export, the foreign version and the file itself are named");

  assert_refused (PLAIN, CF_PLUGIN_NEEDS_GET, "CurfewPluginGet");
  g_assert_false (is_loaded (PLAIN));
  assert_refused ("/nonexistent/module.so", ALL, "/nonexistent/module.so");
  assert_refused (NO_ABI, ALL, "CurfewPluginAbi");
  assert_refused (OTHER_ABI, ALL, "version 2");
  assert_refused (INCOMPLETE, 0, "WSManPluginShutdown");
}

static void
test_shares (void)
{
  CfPluginModule *first = cf_plugin_module_open (PLAIN, ALL, NULL);
  CfPluginModule *second = cf_plugin_module_open (PLAIN, 0, NULL);

  g_test_summary ("A file is one module, which is unloaded when nobody uses it any more");

  g_assert_true (first == second);
  cf_plugin_module_close (first, TRUE);
  g_assert_true (is_loaded (PLAIN));
  cf_plugin_module_close (second, TRUE);
  g_assert_false (is_loaded (PLAIN));
}

static void
test_stays (void)
{
  CfPluginModule *module = cf_plugin_module_open (PLAIN, ALL, NULL);

  g_test_summary ("Unless all say so, or once it is poisoned, a module stays");

  cf_plugin_module_close (module, FALSE);
  g_assert_true (is_loaded (PLAIN));
  module = cf_plugin_module_open (QUICK, ALL, NULL);
  g_assert_false (cf_plugin_module_is_poisoned (module));
  cf_plugin_module_poison (module);
  cf_plugin_module_close (module, TRUE);
  g_assert_true (is_loaded (QUICK));
  module = cf_plugin_module_open (QUICK, ALL, NULL);
  g_assert_true (cf_plugin_module_is_poisoned (module));
  cf_plugin_module_close (module, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/plugin-host/plugin-module/resolves", test_resolves);
  g_test_add_func ("/plugin-host/plugin-module/refuses", test_refuses);
  g_test_add_func ("/plugin-host/plugin-module/shares", test_shares);
  g_test_add_func ("/plugin-host/plugin-module/stays", test_stays);

  return g_test_run ();
}
