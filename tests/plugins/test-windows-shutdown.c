/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-host.h"

#include <string.h>

#define URI       "http://schemas.curfew.org/wsman/1/WindowsShutdown"
#define NAMESPACE u"http://schemas.curfew.org/wsman/1/WindowsShutdown"
#define INITIATE  NAMESPACE u"/WsdrInitiateShutdown"
#define ABORT     NAMESPACE u"/WsdrAbortShutdown"

static FakeRequest *
invoke (PCWSTR action, PCWSTR element, CURFEW_VALUE *values, DWORD n_values)
{
  FakeRequest *request = fake_request_new (URI);
  CURFEW_OBJECT input = { NAMESPACE, element, n_values, values };

  CurfewPluginInvoke (NULL, &request->request, 0, action, &input);
  return request;
}

static void
test_initiate (void)
{
  CURFEW_VALUE values[] = {
    { u"lpMessage", u"Grüße 🦉", CURFEW_VALUE_TEXT },
    { u"dwGracePeriod", u" 315360000 ", CURFEW_VALUE_TEXT },
    { u"dwShutdownFlags", u"4294967295", CURFEW_VALUE_TEXT },
    { u"dwReason", u"2147614738", CURFEW_VALUE_TEXT },
    { u"lpClientHint", u"curfewctl", CURFEW_VALUE_TEXT },
    { u"RequestCode", u"K7M-2QX", CURFEW_VALUE_TEXT },
    { u"PostponeLimit", u"2", CURFEW_VALUE_TEXT },
    { u"PostponeSeconds", u"900", CURFEW_VALUE_TEXT },
  };
  g_autoptr (FakeRequest) request = NULL;

  g_test_summary ("All that a request says reaches the agent as it is");

  fake_host_set_up ();
  fake_agent.code = 1190;
  request = invoke (INITIATE, u"WsdrInitiateShutdown_INPUT", values, G_N_ELEMENTS (values));
  g_assert_cmpuint (request->code, ==, NO_ERROR);
  g_assert_cmpstr (request->element, ==, "{" URI "}WsdrInitiateShutdown_OUTPUT");
  g_assert_cmpuint (request->values->len, ==, 1);
  g_assert_cmpstr (fake_request_get_value (request, "ReturnValue"), ==, "1190");
  g_assert_cmpstr (fake_agent.message, ==, "Grüße 🦉");
  g_assert_cmpstr (fake_agent.client_hint, ==, "curfewctl");
  g_assert_cmpstr (fake_agent.request_code, ==, "K7M-2QX");
  g_assert_cmpuint (fake_agent.shutdown.gracePeriod, ==, 315360000);
  g_assert_cmphex (fake_agent.shutdown.shutdownFlags, ==, 0xFFFFFFFF);
  g_assert_cmphex (fake_agent.shutdown.reason, ==, 0x80020012);
  g_assert_cmpuint (fake_agent.shutdown.postponeLimit, ==, 2);
  g_assert_cmpuint (fake_agent.shutdown.postponeSeconds, ==, 900);
  g_clear_pointer (&request, fake_request_free);
  fake_host_tear_down ();
}

static void
test_null_and_empty_message (void)
{
  CURFEW_VALUE values[] = {
    { u"dwGracePeriod", u"5", CURFEW_VALUE_TEXT },
    { u"dwShutdownFlags", u"4", CURFEW_VALUE_TEXT },
    { u"dwReason", u"0", CURFEW_VALUE_TEXT },
    { u"lpMessage", NULL, CURFEW_VALUE_NULL },
  };

  g_test_summary ("No message and an empty message are two things");

  fake_host_set_up ();
  for (guint n = 3; n <= 5; n++)
    {
      g_autoptr (FakeRequest) request = NULL;

      if (n == 5)
        values[3] = (CURFEW_VALUE){ u"lpMessage", u"", CURFEW_VALUE_TEXT };
      request = invoke (INITIATE, u"WsdrInitiateShutdown_INPUT", values, MIN (n, 4));
      g_assert_cmpuint (request->code, ==, NO_ERROR);
      g_assert_cmpstr (fake_agent.message, ==, n == 5 ? "" : NULL);
      g_assert_null (fake_agent.request_code);
    }
  g_assert_cmpuint (fake_agent.n_submitted, ==, 3);
  fake_host_tear_down ();
}

static void
test_abort (void)
{
  CURFEW_VALUE hint = { u"lpClientHint", u"pywinrm", CURFEW_VALUE_TEXT };
  g_autoptr (FakeRequest) with = NULL;
  g_autoptr (FakeRequest) without = NULL;

  g_test_summary ("Abort calls off, with or without the name of a program");

  fake_host_set_up ();
  fake_agent.code = 1116;
  with = invoke (ABORT, u"WsdrAbortShutdown_INPUT", &hint, 1);
  g_assert_cmpstr (with->element, ==, "{" URI "}WsdrAbortShutdown_OUTPUT");
  g_assert_cmpstr (fake_request_get_value (with, "ReturnValue"), ==, "1116");
  g_assert_cmpstr (fake_agent.client_hint, ==, "pywinrm");
  fake_agent.code = 0;
  without = invoke (ABORT, u"WsdrAbortShutdown_INPUT", NULL, 0);
  g_assert_cmpstr (fake_request_get_value (without, "ReturnValue"), ==, "0");
  g_assert_null (fake_agent.client_hint);
  g_assert_cmpuint (fake_agent.n_aborted, ==, 2);
  g_clear_pointer (&with, fake_request_free);
  g_clear_pointer (&without, fake_request_free);
  fake_host_tear_down ();
}

static void
test_schema (void)
{
#define TEXT(name, value)                                                                          \
  {                                                                                                \
    u##name, u##value, CURFEW_VALUE_TEXT                                                           \
  }
  static const struct
  {
    PCWSTR element;
    CURFEW_VALUE values[4];
    const char *sentence;
  } cases[] = {
    { u"WsdrInitiateShutdown_INPUT",
      { TEXT ("dwGracePeriod", "5"), TEXT ("dwShutdownFlags", "4") },
      "The parameter dwReason cannot be read: WsdrInitiateShutdown_INPUT has no value dwReason, "
      "which is needed here; send it" },
    { u"WsdrInitiateShutdown_INPUT",
      { TEXT ("dwGracePeriod", "soon"), TEXT ("dwShutdownFlags", "4"), TEXT ("dwReason", "0") },
      "The parameter dwGracePeriod cannot be read: The value dwGracePeriod of "
      "WsdrInitiateShutdown_INPUT is not a whole number from 0 to 4294967295; correct it" },
    { u"WsdrInitiateShutdown_INPUT",
      { TEXT ("dwGracePeriod", "-1"), TEXT ("dwShutdownFlags", "4"), TEXT ("dwReason", "0") },
      "The parameter dwGracePeriod cannot be read: The value dwGracePeriod of "
      "WsdrInitiateShutdown_INPUT is not a whole number from 0 to 4294967295; correct it" },
    { u"WsdrInitiateShutdown_INPUT",
      { TEXT ("dwGracePeriod", "5"), TEXT ("dwShutdownFlags", "4294967296"),
        TEXT ("dwReason", "0") },
      "The parameter dwShutdownFlags cannot be read: The value dwShutdownFlags of "
      "WsdrInitiateShutdown_INPUT is not a whole number from 0 to 4294967295; correct it" },
    { u"WsdrInitiateShutdown_INPUT",
      { TEXT ("dwGracePeriod", "18446744073709551621"), TEXT ("dwShutdownFlags", "4"),
        TEXT ("dwReason", "0") },
      "The parameter dwGracePeriod cannot be read: The value dwGracePeriod of "
      "WsdrInitiateShutdown_INPUT is not a whole number from 0 to 4294967295; correct it" },
    { u"WsdrInitiateShutdown_INPUT",
      { TEXT ("dwGracePeriod", "5x"), TEXT ("dwShutdownFlags", "4"), TEXT ("dwReason", "0") },
      "The parameter dwGracePeriod cannot be read: The value dwGracePeriod of "
      "WsdrInitiateShutdown_INPUT is not a whole number from 0 to 4294967295; correct it" },
    { u"WsdrInitiateShutdown_INPUT",
      { TEXT ("dwGracePeriod", "5"), TEXT ("lpMesage", "x") },
      "WsdrInitiateShutdown has no parameter lpMesage." },
    { u"WsdrInitiateShutdown_INPUT",
      { TEXT ("dwGracePeriod", "5"), TEXT ("dwGracePeriod", "6") },
      "The parameter dwGracePeriod of WsdrInitiateShutdown is there twice." },
    { u"WsdrInitiateShutdown_INPUT",
      { TEXT ("dwGracePeriod", "5"), { u"lpMessage", NULL, CURFEW_VALUE_COMPLEX } },
      "The parameter lpMessage of WsdrInitiateShutdown has elements inside, where text belongs." },
    { u"WsdrInitiateShutdown_INPUT",
      { { u"lpClientHint", NULL, CURFEW_VALUE_COMPLEX } },
      "The parameter lpClientHint of WsdrInitiateShutdown has elements inside, where text "
      "belongs." },
    { u"WsdrInitiateShutdown_OUTPUT",
      { TEXT ("dwGracePeriod", "5"), TEXT ("dwShutdownFlags", "4"), TEXT ("dwReason", "0") },
      "The body of this action has to be one element WsdrInitiateShutdown_INPUT in the "
      "namespace " URI "." },
  };

  g_test_summary ("An input of another form is a fault that names what is wrong");

  fake_host_set_up ();
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeRequest) request = NULL;
      CURFEW_VALUE values[4];
      DWORD n = 0;

      memcpy (values, cases[i].values, sizeof values);
      while (n < G_N_ELEMENTS (values) && values[n].name != NULL)
        n++;
      request = invoke (INITIATE, cases[i].element, values, n);
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmphex (request->code, ==, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
      g_assert_cmpstr (request->sentence, ==, cases[i].sentence);
      g_assert_null (request->element);
    }
  g_assert_cmpuint (fake_agent.n_submitted, ==, 0);
  fake_host_tear_down ();
}

static void
test_no_body (void)
{
  FakeRequest *request;
  CURFEW_OBJECT other = { u"urn:x", u"WsdrAbortShutdown_INPUT", 0, NULL };
  CURFEW_OBJECT none = { NULL, u"WsdrAbortShutdown_INPUT", 0, NULL };
  CURFEW_OBJECT *const inputs[] = { NULL, &other, &none };

  g_test_summary ("No body, and one of another namespace, are faults");

  fake_host_set_up ();
  for (gsize i = 0; i < G_N_ELEMENTS (inputs); i++)
    {
      request = fake_request_new (URI);
      CurfewPluginInvoke (NULL, &request->request, 0, ABORT, inputs[i]);
      g_assert_cmphex (request->code, ==, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
      fake_request_free (request);
    }
  g_assert_cmpuint (fake_agent.n_aborted, ==, 0);
  fake_host_tear_down ();
}

static void
test_unknown_method (void)
{
  static const PCWSTR unknown[] = {
    NAMESPACE u"/wsdrInitiateShutdown",
    NAMESPACE u"/WsdrInitiateShutdown2",
    NAMESPACE u"/WsdrCheckForHiberboot",
    NAMESPACE u"/",
    NAMESPACE,
    u"WsdrInitiateShutdown",
    u"",
    u"http://schemas.xmlsoap.org/ws/2004/09/transfer/Put",
  };

  g_test_summary ("Methods are compared with their case");

  fake_host_set_up ();
  for (gsize i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      g_autoptr (FakeRequest) request = invoke (unknown[i], u"WsdrInitiateShutdown_INPUT", NULL, 0);
      g_autofree char *action = CurfewUtf8Dup (unknown[i]);
      g_autofree char *sentence = g_strdup_printf ("The resource %s does not know the action %s.",
                                                   URI, action);

      g_assert_cmphex (request->code, ==, ERROR_WSMAN_ACTION_NOT_SUPPORTED);
      g_assert_cmpstr (request->sentence, ==, sentence);
    }
  fake_host_tear_down ();
}

static void
test_selectors (void)
{
  FakeRequest *request;

  g_test_summary ("There is one of it: a request that selects one is refused");

  fake_host_set_up ();
  for (guint i = 0; i < 2; i++)
    {
      request = fake_request_new (URI);
      request->info.selectorSet.numberKeys = 1;
      request->selector = (WSMAN_KEY){ u"Name", u"x" };
      if (i == 0)
        CurfewPluginGet (NULL, &request->request, 0);
      else
        CurfewPluginInvoke (NULL, &request->request, 0, ABORT, NULL);
      g_assert_cmphex (request->code, ==, ERROR_WSMAN_UNEXPECTED_SELECTORS);
      g_assert_cmpstr (request->sentence, ==,
                       "The resource " URI " is the only one of its kind: send no selectors.");
      fake_request_free (request);
    }
  fake_host_tear_down ();
}

static char *
get_status (void)
{
  g_autoptr (FakeRequest) request = fake_request_new (URI);

  CurfewPluginGet (NULL, &request->request, 0);
  g_assert_cmpuint (request->code, ==, NO_ERROR);
  g_assert_cmpstr (request->element, ==, "{" URI "}WindowsShutdown");
  g_ptr_array_add (request->values, NULL);
  return g_strjoinv ("\n", (char **) request->values->pdata);
}

static void
test_idle_status (void)
{
  g_autofree char *status = NULL;

  g_test_summary ("The status of an idle computer says nothing of requests");

  fake_host_set_up ();
  fake_agent.status.bootId = u"0123";
  fake_agent.status.bootTime = u"2025-12-31T23:00:00Z";
  status = get_status ();
  g_assert_cmpstr (status, ==,
                   "State=Idle\nBootId=0123\nBootTime:2025-12-31T23:00:00Z\nUsersLoggedOn=0");
  fake_host_tear_down ();
}

static void
test_full_status (void)
{
  g_autofree char *status = NULL;

  g_test_summary ("The status says all that there is, in the order of the reference");

  fake_host_set_up ();
  fake_agent.status = (CURFEW_AGENT_STATUS){
    .state = CURFEW_AGENT_PENDING,
    .action = u"Restart",
    .secondsRemaining = 5,
    .message = u"",
    .reason = 0x80020012,
    .requester = u"mara from 192.0.2.7",
    .requestCode = u"K7M-2QX",
    .postponesLeft = 2,
    .bootId = u"0123",
    .bootTime = u"2025-12-31T23:00:00Z",
    .usersLoggedOn = 3,
    .capabilities = 0xFF,
    .bestEffort = 0x80,
    .rehearsal = TRUE,
    .lastOutcome = u"CalledOff",
    .lastRequestCode = u"ABC-DEF",
    .lastAction = u"Halt",
  };
  status = get_status ();
  g_assert_cmpstr (
    status, ==,
    "State=Pending\nAction=Restart\nSecondsRemaining=5\nMessage=\nReason=2147614738\n"
    "Requester=mara from 192.0.2.7\nClientHint is null\nRequestCode=K7M-2QX\nPostponesLeft=2\n"
    "BootId=0123\nBootTime:2025-12-31T23:00:00Z\nUsersLoggedOn=3\n"
    "Capability=SHUTDOWN_FORCE_OTHERS\nCapability=SHUTDOWN_RESTART\nCapability=SHUTDOWN_POWEROFF\n"
    "Capability=SHUTDOWN_NOREBOOT\nCapability=SHUTDOWN_GRACE_OVERRIDE\n"
    "Capability=SHUTDOWN_INSTALL_UPDATES\nCapability=SHUTDOWN_RESTARTAPPS\n"
    "BestEffort=SHUTDOWN_RESTARTAPPS\nRehearsal=true\nLastOutcome=CalledOff\n"
    "LastRequestCode=ABC-DEF\nLastAction=Halt\nLastDetail is null");
  fake_host_tear_down ();
}

static void
test_status_refused (void)
{
  g_autoptr (FakeRequest) request = NULL;

  g_test_summary ("Who may not know the status is not told it");

  fake_host_set_up ();
  fake_agent.status_code = ERROR_ACCESS_DENIED;
  request = fake_request_new (URI);
  CurfewPluginGet (NULL, &request->request, 0);
  g_assert_cmpuint (request->code, ==, ERROR_ACCESS_DENIED);
  g_assert_null (request->element);
  g_clear_pointer (&request, fake_request_free);
  fake_host_tear_down ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add_func ("/plugins/windows-shutdown/" path, func)
  ADD ("initiate", test_initiate);
  ADD ("null-and-empty-message", test_null_and_empty_message);
  ADD ("abort", test_abort);
  ADD ("schema", test_schema);
  ADD ("no-body", test_no_body);
  ADD ("unknown-method", test_unknown_method);
  ADD ("selectors", test_selectors);
  ADD ("idle-status", test_idle_status);
  ADD ("full-status", test_full_status);
  ADD ("status-refused", test_status_refused);
  return g_test_run ();
}
