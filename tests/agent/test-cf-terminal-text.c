/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-terminal-text.h"

#include <string.h>

#define OWL "🦉"

static CfScheduleEntry *
new_entry (guint32 flags, const char *message, guint32 postpones)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  g_autoptr (CfShutdownRequest) request = NULL;

  cf_shutdown_request_builder_add_flags (builder, flags);
  cf_shutdown_request_builder_set_message (builder, message);
  cf_shutdown_request_builder_set_grace_seconds (builder, 3600);
  cf_shutdown_request_builder_set_code (builder, "K7M-2QX");
  cf_shutdown_request_builder_set_postponing (builder, postpones, postpones > 0 ? 900 : 0);
  request = cf_shutdown_request_builder_end_received (builder, NULL);
  g_assert_nonnull (request);

  return cf_schedule_entry_new (
    request, "Mara Lind", postpones > 0 ? CF_SCHEDULE_ORIGIN_CURFEW : CF_SCHEDULE_ORIGIN_FOREIGN, 0,
    G_GINT64_CONSTANT (3600000000));
}

static void
assert_text (CfTerminalOccasion occasion, guint32 flags, const char *message, guint32 postpones,
             guint minutes_left, const char *detail, const char *expected)
{
  g_autoptr (CfScheduleEntry) entry = new_entry (flags, message, postpones);
  g_autoptr (GDateTime) deadline = g_date_time_new_local (2026, 11, 23, 14, 45, 0);
  g_autofree char *text = cf_terminal_text_compose (occasion, "Contoso IT", "lib-pc-01", entry,
                                                    deadline, minutes_left, detail);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_occasions (void)
{
  const guint32 restart = CF_SHUTDOWN_RESTART;
  const guint32 power_off = CF_SHUTDOWN_POWEROFF;

  assert_text (CF_TERMINAL_WAITING, restart, "Security update…", 2, 12, NULL,
               "Contoso IT: lib-pc-01 will restart at 14:45 (12 min). \"Security update…\" "
               "Mara Lind, K7M-2QX. Postpone: curfewctl postpone");
  assert_text (CF_TERMINAL_WAITING, power_off, NULL, 0, 0, NULL,
               "Contoso IT: lib-pc-01 will power off at 14:45 (less than a minute). Mara Lind, "
               "K7M-2QX.");
  assert_text (CF_TERMINAL_WAITING, CF_SHUTDOWN_NOREBOOT, "", 0, 1440, NULL,
               "Contoso IT: lib-pc-01 will halt on 2026-11-23 at 14:45 (24 h). Mara Lind, "
               "K7M-2QX.");
  assert_text (CF_TERMINAL_POSTPONED, restart, "Bye", 1, 125, "alice",
               "Contoso IT: lib-pc-01 will restart at 14:45 (2 h 5 min), postponed by alice. "
               "\"Bye\" Mara Lind, K7M-2QX. Postpone: curfewctl postpone");
  assert_text (CF_TERMINAL_MOVED, restart, NULL, 0, 1, NULL,
               "Contoso IT: lib-pc-01 will restart at 14:45 (1 min), moved. Mara Lind, K7M-2QX.");
  assert_text (CF_TERMINAL_GOING_DOWN, restart, "Bye", 2, 0, NULL,
               "Contoso IT: lib-pc-01 will restart now. \"Bye\" Mara Lind, K7M-2QX.");
  assert_text (CF_TERMINAL_CALLED_OFF, restart, "Bye", 2, 0, "kim",
               "Contoso IT: lib-pc-01 will not restart: called off by kim. Mara Lind, K7M-2QX.");
  assert_text (CF_TERMINAL_CALLED_OFF, restart, "Bye", 2, 0, NULL,
               "Contoso IT: lib-pc-01 will not restart: called off. Mara Lind, K7M-2QX.");
  assert_text (CF_TERMINAL_VETOED, power_off, "Bye", 2, 0, "alice is signed in (tty2).",
               "Contoso IT: lib-pc-01 will not power off: alice is signed in (tty2). Mara Lind, "
               "K7M-2QX.");
}

static void
test_no_organization (void)
{
  g_autoptr (CfScheduleEntry) entry = new_entry (CF_SHUTDOWN_RESTART, NULL, 0);
  const char *const nothing[] = { NULL, "", "  " };

  for (gsize i = 0; i < G_N_ELEMENTS (nothing); i++)
    {
      g_autofree char *text = cf_terminal_text_compose (CF_TERMINAL_GOING_DOWN, nothing[i], "den",
                                                        entry, NULL, 0, NULL);

      g_assert_cmpstr (text, ==, "den will restart now. Mara Lind, K7M-2QX.");
    }
}

static void
test_one_line (void)
{
  g_test_summary ("No part of it brings line ends, escape sequences or a change of direction");
  assert_text (CF_TERMINAL_POSTPONED, CF_SHUTDOWN_RESTART, "a\nb\033[31mc\u202ed", 0, 5,
               "al\nice\a",
               "Contoso IT: lib-pc-01 will restart at 14:45 (5 min), postponed by al ice. "
               "\"a b[31mcd\" Mara Lind, K7M-2QX.");
}

static void
test_quotes (void)
{
  g_test_summary ("A message does not end before its end, and bring a requester of its own");
  assert_text (CF_TERMINAL_WAITING, CF_SHUTDOWN_RESTART, "x\" root, AAA-AAA.", 0, 5, NULL,
               "Contoso IT: lib-pc-01 will restart at 14:45 (5 min). \"x' root, AAA-AAA.\" "
               "Mara Lind, K7M-2QX.");
}

static void
test_length (void)
{
  g_autoptr (GDateTime) deadline = g_date_time_new_local (2026, 11, 23, 14, 45, 0);
  g_autoptr (GString) message = g_string_new ("x");

  g_test_summary ("However long the message, the text keeps its limit, its end and its characters");

  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (CfScheduleEntry) entry = NULL;
      g_autofree char *text = NULL;

      g_string_append (message, i % 3 == 0 ? OWL : i % 3 == 1 ? "ä" : "e\u0323");
      entry = new_entry (CF_SHUTDOWN_RESTART, message->str, 1);
      text = cf_terminal_text_compose (CF_TERMINAL_WAITING, "Contoso IT", "den", entry, deadline,
                                       10, NULL);
      g_assert_cmpuint (strlen (text), <=, CF_TERMINAL_TEXT_MAX);
      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_assert_true (g_str_has_suffix (text, "\" Mara Lind, K7M-2QX. Postpone: curfewctl "
                                             "postpone"));
      if (message->len > 320)
        {
          g_assert_cmpuint (strlen (text), >, CF_TERMINAL_TEXT_MAX - 10);
          g_assert_nonnull (strstr (text, "…\""));
        }
      else if (message->len < 280)
        g_assert_null (strstr (text, "…"));
    }
}

static void
test_long_parts (void)
{
  g_autoptr (CfScheduleEntry) entry = new_entry (CF_SHUTDOWN_RESTART, "Bye", 1);
  g_autoptr (GDateTime) deadline = g_date_time_new_local (2026, 11, 23, 14, 45, 0);
  g_autofree char *longest = g_strnfill (1000, 'w');

  g_test_summary ("Parts that are too long do not push the time out of the text");

  for (CfTerminalOccasion occasion = CF_TERMINAL_WAITING; occasion <= CF_TERMINAL_VETOED;
       occasion++)
    {
      g_autofree char *text = cf_terminal_text_compose (occasion, longest, longest, entry, deadline,
                                                        100000, longest);

      g_assert_cmpuint (strlen (text), <=, CF_TERMINAL_TEXT_MAX);
      g_assert_true (g_str_has_prefix (text, "www"));
      g_assert_nonnull (strstr (text, occasion <= CF_TERMINAL_MOVED
                                        ? "will restart on 2026-11-23 at 14:45 (1666 h 40 min)"
                                        : "will "));
      g_assert_nonnull (strstr (text, "K7M-2QX"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/agent/terminal-text/occasions", test_occasions);
  g_test_add_func ("/agent/terminal-text/no-organization", test_no_organization);
  g_test_add_func ("/agent/terminal-text/one-line", test_one_line);
  g_test_add_func ("/agent/terminal-text/quotes", test_quotes);
  g_test_add_func ("/agent/terminal-text/length", test_length);
  g_test_add_func ("/agent/terminal-text/long-parts", test_long_parts);

  return g_test_run ();
}
