/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "request-oracle.h"
#include "request/cf-shutdown-flags.h"

static void
test_values (void)
{
  g_test_summary ("The flags have the values and names of [MS-RSP] 3.3.4.1");

  static const struct
  {
    CfShutdownFlags flag;
    guint value;
    const char *name;
  } flags[] = {
    { CF_SHUTDOWN_FORCE_OTHERS, 0x01, "SHUTDOWN_FORCE_OTHERS" },
    { CF_SHUTDOWN_RESTART, 0x04, "SHUTDOWN_RESTART" },
    { CF_SHUTDOWN_POWEROFF, 0x08, "SHUTDOWN_POWEROFF" },
    { CF_SHUTDOWN_NOREBOOT, 0x10, "SHUTDOWN_NOREBOOT" },
    { CF_SHUTDOWN_GRACE_OVERRIDE, 0x20, "SHUTDOWN_GRACE_OVERRIDE" },
    { CF_SHUTDOWN_INSTALL_UPDATES, 0x40, "SHUTDOWN_INSTALL_UPDATES" },
    { CF_SHUTDOWN_RESTARTAPPS, 0x80, "SHUTDOWN_RESTARTAPPS" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      g_assert_cmphex (flags[i].flag, ==, flags[i].value);
      g_assert_cmpstr (cf_shutdown_flag_get_name (flags[i].flag), ==, flags[i].name);
    }
  g_assert_null (cf_shutdown_flag_get_name (0));
  g_assert_null (cf_shutdown_flag_get_name (0x02));
  g_assert_null (cf_shutdown_flag_get_name (0x05));
}

static void
test_from_wire (void)
{
  g_test_summary ("0x02 and everything above a byte is ignored");

  for (guint byte = 0; byte <= 0xFF; byte++)
    {
      g_assert_cmphex (cf_shutdown_flags_from_wire (byte), ==, byte & 0xFD);
      g_assert_cmphex (cf_shutdown_flags_from_wire (byte | 0xFFFFFF00), ==, byte & 0xFD);
    }
}

static void
test_resolve (void)
{
  g_test_summary ("Every byte resolves to the action of the receiver's table");

  for (guint byte = 0; byte <= 0xFF; byte++)
    g_assert_cmpint (cf_shutdown_flags_resolve_action (byte), ==, oracle_action (byte));
}

static void
test_for_action (void)
{
  g_test_summary ("An action's flag resolves to the action, and is one bit");

  g_assert_cmphex (cf_shutdown_flags_for_action (CF_SHUTDOWN_ACTION_RESTART), ==, 0x04);
  g_assert_cmphex (cf_shutdown_flags_for_action (CF_SHUTDOWN_ACTION_POWER_OFF), ==, 0x08);
  g_assert_cmphex (cf_shutdown_flags_for_action (CF_SHUTDOWN_ACTION_HALT), ==, 0x10);
}

static void
test_ambiguous (void)
{
  g_test_summary ("None and several of B, C and D are ambiguous, whatever else is set");

  for (guint byte = 0; byte <= 0xFF; byte++)
    {
      guint chosen = ((byte & BIT_B) != 0) + ((byte & BIT_C) != 0) + ((byte & BIT_D) != 0);

      g_assert_cmpint (cf_shutdown_flags_are_ambiguous (byte), ==, chosen != 1);
    }
}

static void
test_to_string (void)
{
  g_test_summary ("Flags are written by name, joined by a bar");

  static const struct
  {
    guint flags;
    const char *text;
  } cases[] = {
    { 0x00, "none" },
    { 0x04, "SHUTDOWN_RESTART" },
    { 0x05, "SHUTDOWN_FORCE_OTHERS|SHUTDOWN_RESTART" },
    { 0x18, "SHUTDOWN_POWEROFF|SHUTDOWN_NOREBOOT" },
    { 0xFD, "SHUTDOWN_FORCE_OTHERS|SHUTDOWN_RESTART|SHUTDOWN_POWEROFF|SHUTDOWN_NOREBOOT|"
            "SHUTDOWN_GRACE_OVERRIDE|SHUTDOWN_INSTALL_UPDATES|SHUTDOWN_RESTARTAPPS" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = cf_shutdown_flags_to_string (cases[i].flags);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request/flags/have-the-wire-values", test_values);
  g_test_add_func ("/request/flags/unknown-bits-are-ignored", test_from_wire);
  g_test_add_func ("/request/flags/every-byte-resolves-as-the-table-says", test_resolve);
  g_test_add_func ("/request/flags/an-action-has-one-flag", test_for_action);
  g_test_add_func ("/request/flags/none-or-several-actions-are-ambiguous", test_ambiguous);
  g_test_add_func ("/request/flags/are-written-by-name", test_to_string);

  return g_test_run ();
}
