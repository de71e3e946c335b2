/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "power/cf-bus-problem.h"
#include "power/cf-logind-capabilities.h"
#include "power/cf-logind-private.h"

static void
test_remote_errors (void)
{
  static const struct
  {
    const char *name;
    CfBusProblem problem;
  } cases[] = {
    { "org.freedesktop.login1.OperationInProgress", CF_BUS_PROBLEM_IN_PROGRESS },
    { "org.freedesktop.login1.BlockedByInhibitorLock", CF_BUS_PROBLEM_REFUSED },
    { "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", CF_BUS_PROBLEM_REFUSED },
    { "org.freedesktop.DBus.Error.AccessDenied", CF_BUS_PROBLEM_REFUSED },
    { "org.freedesktop.DBus.Error.AuthFailed", CF_BUS_PROBLEM_REFUSED },
    { "org.freedesktop.DBus.Error.NoReply", CF_BUS_PROBLEM_LOST_REPLY },
    { "org.freedesktop.DBus.Error.Timeout", CF_BUS_PROBLEM_LOST_REPLY },
    { "org.freedesktop.DBus.Error.TimedOut", CF_BUS_PROBLEM_LOST_REPLY },
    { "org.freedesktop.DBus.Error.Disconnected", CF_BUS_PROBLEM_LOST_REPLY },
    { "org.freedesktop.DBus.Error.UnknownObject", CF_BUS_PROBLEM_GONE },
    { "org.freedesktop.login1.NoSuchSession", CF_BUS_PROBLEM_GONE },
    { "org.freedesktop.DBus.Error.ServiceUnknown", CF_BUS_PROBLEM_OTHER },
    { "org.freedesktop.DBus.Error.InvalidArgs", CF_BUS_PROBLEM_OTHER },
    { "org.freedesktop.DBus.Error.Failed", CF_BUS_PROBLEM_OTHER },
    { "org.example.Whatever", CF_BUS_PROBLEM_OTHER },
  };

  g_test_summary ("Only a reply that was lost is taken for a machine that goes down");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_dbus_error_new_for_dbus_error (cases[i].name, "It says\nso");
      g_autofree char *text = cf_bus_problem_dup_text (error);

      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (cf_bus_problem_of (error), ==, cases[i].problem);
      g_assert_cmpstr (text, ==, "It says so");
    }
}

static void
test_local_errors (void)
{
  static const struct
  {
    GIOErrorEnum code;
    CfBusProblem problem;
  } cases[] = {
    { G_IO_ERROR_CLOSED, CF_BUS_PROBLEM_LOST_REPLY },
    { G_IO_ERROR_TIMED_OUT, CF_BUS_PROBLEM_LOST_REPLY },
    { G_IO_ERROR_CONNECTION_CLOSED, CF_BUS_PROBLEM_LOST_REPLY },
    { G_IO_ERROR_CANCELLED, CF_BUS_PROBLEM_OTHER },
    { G_IO_ERROR_INVALID_ARGUMENT, CF_BUS_PROBLEM_OTHER },
    { G_IO_ERROR_FAILED, CF_BUS_PROBLEM_OTHER },
  };

  g_test_summary ("A connection that ends while an answer is awaited loses the reply");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, (int) cases[i].code, "So");

      g_test_message ("code %d", cases[i].code);
      g_assert_cmpint (cf_bus_problem_of (error), ==, cases[i].problem);
    }
}

static void
test_versions (void)
{
  g_test_summary ("A version is the number that systemd's begins with");

  g_assert_cmpuint (cf_logind_parse_version ("252.39-1~deb12u1"), ==, 252);
  g_assert_cmpuint (cf_logind_parse_version ("257"), ==, 257);
  g_assert_cmpuint (cf_logind_parse_version ("258~rc2"), ==, 258);
  g_assert_cmpuint (cf_logind_parse_version ("v255-10-gabc"), ==, 255);
  g_assert_cmpuint (cf_logind_parse_version (""), ==, 0);
  g_assert_cmpuint (cf_logind_parse_version ("v"), ==, 0);
  g_assert_cmpuint (cf_logind_parse_version ("-3"), ==, 0);
  g_assert_cmpuint (cf_logind_parse_version ("elogind"), ==, 0);
  g_assert_cmpuint (cf_logind_parse_version ("99999999999999999999999"), ==, 0);
}

static void
test_capable (void)
{
  g_test_summary ("What needs a password is not possible; what is inhibited just now is");

  g_assert_true (cf_logind_answer_means_capable ("yes"));
  g_assert_true (cf_logind_answer_means_capable ("inhibited"));
  g_assert_true (cf_logind_answer_means_capable ("inhibitor-blocked"));
  g_assert_false (cf_logind_answer_means_capable ("no"));
  g_assert_false (cf_logind_answer_means_capable ("na"));
  g_assert_false (cf_logind_answer_means_capable ("challenge"));
  g_assert_false (cf_logind_answer_means_capable ("challenge-inhibitor-blocked"));
  g_assert_false (cf_logind_answer_means_capable (""));
  g_assert_false (cf_logind_answer_means_capable ("perhaps"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/power/bus-problem/remote", test_remote_errors);
  g_test_add_func ("/power/bus-problem/local", test_local_errors);
  g_test_add_func ("/power/logind/versions", test_versions);
  g_test_add_func ("/power/logind/answers", test_capable);
  return g_test_run ();
}
