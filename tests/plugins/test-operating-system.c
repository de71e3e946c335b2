/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-host.h"
#include "plugins/operating-system/cf-operating-system-flags.h"

#define URI       "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_OperatingSystem"
#define NAMESPACE u"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_OperatingSystem"

static FakeRequest *
invoke (PCWSTR method, PCWSTR element, CURFEW_VALUE *values, DWORD n_values)
{
  FakeRequest *request = fake_request_new (URI);
  CURFEW_OBJECT input = { NAMESPACE, element, n_values, values };

  CurfewPluginInvoke (NULL, &request->request, 0, method, &input);
  return request;
}

static void
test_flags (void)
{
  g_test_summary ("The Flags of Win32Shutdown become those of WsdrInitiateShutdown");

  for (gint32 flags = -8; flags < 64; flags++)
    {
      guint32 wire = 0;
      guint32 code = 0;
      gboolean known = cf_operating_system_flags_to_wire (flags, &wire, &code);
      guint32 force = flags & 4 ? 0x01 : 0;

      g_test_message ("flags %d", flags);
      if (flags == 0 || flags == 4)
        g_assert_cmpuint (code, ==, ERROR_NOT_SUPPORTED);
      else if (flags == 1 || flags == 5)
        g_assert_cmpuint (wire, ==, 0x10 | force);
      else if (flags == 2 || flags == 6)
        g_assert_cmpuint (wire, ==, 0x04 | force);
      else if (flags == 8 || flags == 12)
        g_assert_cmpuint (wire, ==, 0x08 | force);
      else
        g_assert_cmpuint (code, ==, ERROR_INVALID_PARAMETER);
      g_assert_cmpint (known, ==, code == 0);
    }
}

static void
test_tracker (void)
{
  CURFEW_VALUE values[] = {
    { u"Timeout", u"300", CURFEW_VALUE_TEXT },
    { u"Comment", u"Maintenance at noon", CURFEW_VALUE_TEXT },
    { u"ReasonCode", u"2147745793", CURFEW_VALUE_TEXT },
    { u"Flags", u"6", CURFEW_VALUE_TEXT },
  };
  g_autoptr (FakeRequest) request = NULL;

  g_test_summary ("Win32ShutdownTracker carries time, text, reason and action");

  fake_host_set_up ();
  fake_agent.code = 1190;
  request = invoke (NAMESPACE u"/Win32ShutdownTracker", u"Win32ShutdownTracker_INPUT", values,
                    G_N_ELEMENTS (values));
  g_assert_cmpuint (request->code, ==, NO_ERROR);
  g_assert_cmpstr (request->element, ==, "{" URI "}Win32ShutdownTracker_OUTPUT");
  g_assert_cmpstr (fake_request_get_value (request, "ReturnValue"), ==, "1190");
  g_assert_cmpuint (fake_agent.shutdown.gracePeriod, ==, 300);
  g_assert_cmpstr (fake_agent.message, ==, "Maintenance at noon");
  g_assert_cmpuint (fake_agent.shutdown.reason, ==, 2147745793u);
  g_assert_cmphex (fake_agent.shutdown.shutdownFlags, ==, 0x05);
  g_assert_cmpstr (fake_agent.client_hint, ==, "Win32ShutdownTracker");
  g_assert_null (fake_agent.request_code);
  g_clear_pointer (&request, fake_request_free);
  fake_host_tear_down ();
}

static void
test_least (void)
{
  CURFEW_VALUE values[] = {
    { u"Comment", NULL, CURFEW_VALUE_NULL },
    { u"Timeout", NULL, CURFEW_VALUE_NULL },
    { u"Flags", u"2", CURFEW_VALUE_TEXT },
  };
  g_autoptr (FakeRequest) request = NULL;

  g_test_summary ("What may be left out may be null, and then there is no message");

  fake_host_set_up ();
  request = invoke (NAMESPACE u"/Win32ShutdownTracker", u"Win32ShutdownTracker_INPUT", values,
                    G_N_ELEMENTS (values));
  g_assert_cmpuint (request->code, ==, NO_ERROR);
  g_assert_cmpuint (fake_agent.shutdown.gracePeriod, ==, 0);
  g_assert_cmphex (fake_agent.shutdown.shutdownFlags, ==, 0x04);
  g_assert_null (fake_agent.message);
  g_clear_pointer (&request, fake_request_free);
  fake_host_tear_down ();
}

static void
test_refused_flags (void)
{
  static const struct
  {
    PCWSTR flags;
    const char *code;
    const char *problem;
  } cases[] = {
    { u"0", "50", "Win32Shutdown with Flags 0 asks for nothing that this agent does" },
    { u"4", "50", "Win32Shutdown with Flags 4 asks for nothing that this agent does" },
    { u"3", "87", "Win32Shutdown with Flags 3 asks for nothing that this agent does" },
    { u"-2147483648", "87",
      "Win32Shutdown with Flags -2147483648 asks for nothing that this agent does" },
  };

  g_test_summary ("Flags that mean nothing here are refused, and the journal knows");

  fake_host_set_up ();
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CURFEW_VALUE values[] = {
        { u"Flags", cases[i].flags, CURFEW_VALUE_TEXT },
        { u"Reserved", u"0", CURFEW_VALUE_TEXT },
      };
      g_autoptr (FakeRequest)
        request = invoke (NAMESPACE u"/Win32Shutdown", u"Win32Shutdown_INPUT", values, 2);

      g_assert_cmpstr (fake_request_get_value (request, "ReturnValue"), ==, cases[i].code);
      g_assert_cmpstr (fake_agent.problem, ==, cases[i].problem);
    }
  g_assert_cmpuint (fake_agent.n_refused, ==, G_N_ELEMENTS (cases));
  g_assert_cmpuint (fake_agent.n_submitted, ==, 0);
  fake_host_tear_down ();
}

static void
test_bad_flags (void)
{
  static const struct
  {
    CURFEW_VALUE value;
    const char *sentence;
  } cases[] = {
    { { u"Reserved", u"0", CURFEW_VALUE_TEXT },
      "The parameter Flags cannot be read: Win32Shutdown_INPUT has no value Flags, which is needed "
      "here; send it" },
    { { u"Flags", NULL, CURFEW_VALUE_NULL },
      "The parameter Flags cannot be read: Win32Shutdown_INPUT has no value Flags, which is needed "
      "here; send it" },
    { { u"Flags", u"2147483648", CURFEW_VALUE_TEXT },
      "The parameter Flags cannot be read: The value Flags of Win32Shutdown_INPUT is not a whole "
      "number from -2147483648 to 2147483647; correct it" },
    { { u"Timeout", u"0", CURFEW_VALUE_TEXT }, "Win32Shutdown has no parameter Timeout." },
  };

  g_test_summary ("Flags have to be there, and a number");

  fake_host_set_up ();
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CURFEW_VALUE value = cases[i].value;
      g_autoptr (FakeRequest)
        request = invoke (NAMESPACE u"/Win32Shutdown", u"Win32Shutdown_INPUT", &value, 1);

      g_assert_cmphex (request->code, ==, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
      g_assert_cmpstr (request->sentence, ==, cases[i].sentence);
    }
  fake_host_tear_down ();
}

static void
test_plain_methods (void)
{
  g_autoptr (FakeRequest) reboot = NULL;
  g_autoptr (FakeRequest) off = NULL;

  g_test_summary ("Reboot and Shutdown act at once, without force");

  fake_host_set_up ();
  reboot = invoke (NAMESPACE u"/Reboot", u"Reboot_INPUT", NULL, 0);
  g_assert_cmpstr (fake_request_get_value (reboot, "ReturnValue"), ==, "0");
  g_assert_cmphex (fake_agent.shutdown.shutdownFlags, ==, 0x04);
  g_assert_cmpuint (fake_agent.shutdown.gracePeriod, ==, 0);
  g_assert_cmpstr (fake_agent.client_hint, ==, "Reboot");
  off = invoke (NAMESPACE u"/Shutdown", u"Shutdown_INPUT", NULL, 0);
  g_assert_cmpstr (off->element, ==, "{" URI "}Shutdown_OUTPUT");
  g_assert_cmphex (fake_agent.shutdown.shutdownFlags, ==, 0x08);
  g_assert_cmpstr (fake_agent.client_hint, ==, "Shutdown");
  g_assert_cmpuint (fake_agent.n_submitted, ==, 2);
  g_clear_pointer (&reboot, fake_request_free);
  g_clear_pointer (&off, fake_request_free);
  fake_host_tear_down ();
}

static void
test_get (void)
{
  g_autoptr (FakeRequest) request = NULL;
  g_autofree char *values = NULL;

  g_test_summary ("Get says what tools that restart PCs look at");

  fake_host_set_up ();
  fake_agent.status = (CURFEW_AGENT_STATUS){
    .hostName = u"pc7",
    .systemName = u"Debian GNU/Linux 12",
    .bootTime = u"2025-12-31T23:00:00Z",
    .localTime = u"2026-01-01T01:00:00+01:00",
    .usersLoggedOn = 2,
    .kernelRelease = u"6.1.0",
  };
  request = fake_request_new (URI);
  CurfewPluginGet (NULL, &request->request, 0);
  g_assert_cmpuint (request->code, ==, NO_ERROR);
  g_assert_cmpstr (request->element, ==, "{" URI "}Win32_OperatingSystem");
  g_ptr_array_add (request->values, NULL);
  values = g_strjoinv ("\n", (char **) request->values->pdata);
  g_assert_cmpstr (values, ==,
                   "CSName=pc7\nCaption=Debian GNU/Linux 12\nLastBootUpTime:2025-12-31T23:00:00Z\n"
                   "LocalDateTime:2026-01-01T01:00:00+01:00\nNumberOfUsers=2\nPrimary=true\n"
                   "Status=OK\nVersion=6.1.0");
  g_clear_pointer (&request, fake_request_free);
  fake_host_tear_down ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add_func ("/plugins/operating-system/" path, func)
  ADD ("flags", test_flags);
  ADD ("tracker", test_tracker);
  ADD ("least", test_least);
  ADD ("refused-flags", test_refused_flags);
  ADD ("bad-flags", test_bad_flags);
  ADD ("reboot-and-shutdown", test_plain_methods);
  ADD ("get", test_get);
  return g_test_run ();
}
