/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "request/cf-shutdown-action.h"

static const struct
{
  CfShutdownAction action;
  const char *verb;
  const char *wire_name;
} actions[] = {
  { CF_SHUTDOWN_ACTION_RESTART, "restart", "Restart" },
  { CF_SHUTDOWN_ACTION_POWER_OFF, "poweroff", "PowerOff" },
  { CF_SHUTDOWN_ACTION_HALT, "halt", "Halt" },
};

static void
test_names (void)
{
  g_test_summary ("Each action has its verb, and a wire name that is read back");

  g_autoptr (GEnumClass) enumeration = g_type_class_ref (CF_TYPE_SHUTDOWN_ACTION);

  g_assert_cmpuint (enumeration->n_values, ==, G_N_ELEMENTS (actions));
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      CfShutdownAction action = -1;

      g_assert_cmpstr (cf_shutdown_action_get_verb (actions[i].action), ==, actions[i].verb);
      g_assert_cmpstr (g_enum_get_value (enumeration, actions[i].action)->value_nick, ==,
                       actions[i].verb);
      g_assert_cmpstr (cf_shutdown_action_get_wire_name (actions[i].action), ==,
                       actions[i].wire_name);
      g_assert_true (cf_shutdown_action_from_wire_name (actions[i].wire_name, &action));
      g_assert_cmpint (action, ==, actions[i].action);
    }
}

static void
test_unknown (void)
{
  g_test_summary ("Wire names are exact; others change nothing");

  static const char *const unknown[] = {
    "", "restart", "Restart ", "RESTART", "Poweroff", "Reboot"
  };
  CfShutdownAction action = CF_SHUTDOWN_ACTION_HALT;

  for (gsize i = 0; i < G_N_ELEMENTS (unknown); i++)
    g_assert_false (cf_shutdown_action_from_wire_name (unknown[i], &action));
  g_assert_cmpint (action, ==, CF_SHUTDOWN_ACTION_HALT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request/action/has-verb-and-wire-name", test_names);
  g_test_add_func ("/request/action/unknown-wire-names-are-refused", test_unknown);

  return g_test_run ();
}
