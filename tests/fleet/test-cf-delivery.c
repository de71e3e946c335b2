/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fleet/cf-abort.h"
#include "fleet/cf-delivery.h"
#include "fleet/cf-dispatcher.h"
#include "fleet/cf-native-method.h"
#include "fleet/cf-status-query.h"
#include "fleet/cf-wmi-method.h"
#include "host-messages.h"
#include "support/scripted-server.h"

#define CODE          "K7M-2QX"
#define MAX_N_SCRIPTS 8

typedef enum
{
  BY_AUTO,
  BY_NATIVE,
  BY_WMI,
} By;

#define IDLE_A NATIVE_STATUS ("<n:State>Idle</n:State><n:BootId>a</n:BootId>")
#define IDLE_B NATIVE_STATUS ("<n:State>Idle</n:State><n:BootId>b</n:BootId>")
#define PENDING_A                                                                                  \
  NATIVE_STATUS ("<n:State>Pending</n:State><n:Action>Restart</n:Action><n:SecondsRemaining>0"     \
                 "</n:SecondsRemaining><n:RequestCode>" CODE "</n:RequestCode>"                    \
                 "<n:BootId>a</n:BootId>")
#define EXECUTING_A                                                                                \
  NATIVE_STATUS ("<n:State>Executing</n:State><n:Action>Restart</n:Action><n:RequestCode>" CODE    \
                 "</n:RequestCode><n:BootId>a</n:BootId>")
#define ENDED_A(outcome)                                                                           \
  NATIVE_STATUS ("<n:State>Idle</n:State><n:BootId>a</n:BootId><n:LastOutcome>" outcome            \
                 "</n:LastOutcome><n:LastRequestCode>" CODE "</n:LastRequestCode>")
#define POOR_A                                                                                     \
  NATIVE_STATUS ("<n:State>Idle</n:State><n:BootId>a</n:BootId>"                                   \
                 "<n:Capability>SHUTDOWN_RESTART</n:Capability>")
#define BOOTED_10 WINDOWS_STATUS ("2026-01-01T10:00:00Z")
#define BOOTED_11 WINDOWS_STATUS ("2026-01-01T11:00:00Z")

#define ANSWER(text)                                                                               \
  {                                                                                                \
    SCRIPT_ANSWER, NULL, text, 0, 0, FALSE                                                         \
  }
#define REFUSE(text)                                                                               \
  {                                                                                                \
    SCRIPT_ANSWER, FAULT_HEAD, text, 0, 0, FALSE                                                   \
  }
#define HTTP(status)                                                                               \
  {                                                                                                \
    SCRIPT_ANSWER, "HTTP/1.1 " status "\r\nContent-Length: 0\r\n\r\n", "", 0, 0, FALSE             \
  }
#define HANG_UP                                                                                    \
  {                                                                                                \
    SCRIPT_CUT_REQUEST, NULL, NULL, 0, 200, FALSE                                                  \
  }

typedef struct
{
  const char *name;
  By by;
  CfWaitGoal goal;
  guint32 flags;
  Script scripts[MAX_N_SCRIPTS];
  const char *states; /* all of them, in order */
  CfFailure failure;
  int code;         /* -1: none */
  const char *note; /* a part of it */
  const char *method;
  guint n_requests;
} Case;

static const Case cases[] = {
  { "native-accepted",
    BY_NATIVE,
    CF_WAIT_SENT,
    CF_SHUTDOWN_RESTART,
    { ANSWER (NATIVE_RETURNS ("0")) },
    "connecting sent accepted",
    0,
    0,
    NULL,
    "native",
    1 },
  { "native-1190",
    BY_NATIVE,
    CF_WAIT_SENT,
    CF_SHUTDOWN_RESTART,
    { ANSWER (NATIVE_RETURNS ("1190")) },
    "connecting sent refused",
    CF_FAILURE_REFUSED,
    1190,
    "already waiting",
    "native",
    1 },
  { "native-53-is-permission",
    BY_NATIVE,
    CF_WAIT_SENT,
    CF_SHUTDOWN_RESTART,
    { ANSWER (NATIVE_RETURNS ("53")) },
    "connecting sent refused",
    CF_FAILURE_PERMISSION,
    53,
    "may not",
    "native",
    1 },
  { "native-unheard-of-code",
    BY_NATIVE,
    CF_WAIT_SENT,
    CF_SHUTDOWN_RESTART,
    { ANSWER (NATIVE_RETURNS ("424242")) },
    "connecting sent refused",
    CF_FAILURE_OTHER,
    424242,
    "424242",
    "native",
    1 },
  { "answer-without-code",
    BY_NATIVE,
    CF_WAIT_SENT,
    CF_SHUTDOWN_RESTART,
    { ANSWER (NATIVE_RETURNS ("owl")) },
    "connecting sent unknown",
    0,
    -1,
    "before sending again",
    "native",
    1 },
  { "auto-finds-native",
    BY_AUTO,
    CF_WAIT_SENT,
    CF_SHUTDOWN_RESTART,
    { ANSWER (IDLE_A), ANSWER (NATIVE_RETURNS ("0")) },
    "connecting sent accepted",
    0,
    0,
    NULL,
    "native",
    2 },
  { "auto-finds-windows",
    BY_AUTO,
    CF_WAIT_SENT,
    CF_SHUTDOWN_NOREBOOT,
    { REFUSE (NO_RESOURCE), ANSWER (WINDOWS_RETURNS ("0")) },
    "connecting sent accepted",
    0,
    0,
    "turn the power off",
    "wmi",
    2 },
  { "auto-destination-unreachable",
    BY_AUTO,
    CF_WAIT_SENT,
    CF_SHUTDOWN_RESTART,
    { REFUSE (UNREACHABLE), ANSWER (WINDOWS_RETURNS ("0")) },
    "connecting sent accepted",
    0,
    0,
    NULL,
    "wmi",
    2 },
  { "auto-denied-is-not-windows",
    BY_AUTO,
    CF_WAIT_SENT,
    CF_SHUTDOWN_RESTART,
    { REFUSE (DENIED), REFUSE (DENIED) },
    "connecting sent failed",
    CF_FAILURE_PERMISSION,
    -1,
    "No owls",
    "native",
    2 },
  { "auto-restart-without-status",
    BY_AUTO,
    CF_WAIT_SENT,
    CF_SHUTDOWN_RESTART,
    { REFUSE (DENIED), ANSWER (NATIVE_RETURNS ("0")) },
    "connecting sent accepted",
    0,
    0,
    NULL,
    "native",
    2 },
  { "back-needs-status",
    BY_AUTO,
    CF_WAIT_BACK,
    CF_SHUTDOWN_RESTART,
    { REFUSE (DENIED), ANSWER (NATIVE_RETURNS ("0")) },
    "connecting failed",
    CF_FAILURE_PERMISSION,
    -1,
    "No owls",
    "native",
    1 },
  { "windows-cannot-install-updates",
    BY_AUTO,
    CF_WAIT_SENT,
    CF_SHUTDOWN_RESTART | CF_SHUTDOWN_INSTALL_UPDATES,
    { REFUSE (NO_RESOURCE) },
    "connecting refused",
    CF_FAILURE_REFUSED,
    -1,
    "install-updates",
    "wmi",
    1 },
  { "host-cannot-power-off",
    BY_AUTO,
    CF_WAIT_SENT,
    CF_SHUTDOWN_POWEROFF,
    { ANSWER (POOR_A) },
    "connecting refused",
    CF_FAILURE_REFUSED,
    -1,
    "poweroff",
    "native",
    1 },
  { "cut-before-sending",
    BY_AUTO,
    CF_WAIT_SENT,
    CF_SHUTDOWN_RESTART,
    { HANG_UP },
    "connecting failed",
    CF_FAILURE_UNREACHABLE,
    -1,
    "hung up",
    "native",
    0 },
  { "cut-after-sending-is-unknown",
    BY_NATIVE,
    CF_WAIT_SENT,
    CF_SHUTDOWN_RESTART,
    { HANG_UP },
    "connecting sent unknown",
    0,
    -1,
    "not known",
    "native",
    0 },
  { "wants-a-user",
    BY_NATIVE,
    CF_WAIT_SENT,
    CF_SHUTDOWN_RESTART,
    { HTTP ("401 ") },
    "connecting sent failed",
    CF_FAILURE_PERMISSION,
    -1,
    "who asks",
    "native",
    1 },
  { "no-service-there",
    BY_NATIVE,
    CF_WAIT_SENT,
    CF_SHUTDOWN_RESTART,
    { HTTP ("404 ") },
    "connecting sent failed",
    CF_FAILURE_OTHER,
    -1,
    "404",
    "native",
    1 },
  { "back-by-boot-id",
    BY_NATIVE,
    CF_WAIT_BACK,
    CF_SHUTDOWN_RESTART,
    { ANSWER (IDLE_A),
      ANSWER (NATIVE_RETURNS ("0")),
      ANSWER (PENDING_A),
      ANSWER (EXECUTING_A),
      { SCRIPT_CUT_AT_ACCEPT, NULL, NULL, 0, 0, FALSE },
      { SCRIPT_CUT_AT_ACCEPT, NULL, NULL, 0, 0, FALSE },
      ANSWER (IDLE_B) },
    "connecting sent accepted going-down down back",
    0,
    0,
    "anew",
    "native",
    5 },
  { "down-is-enough",
    BY_NATIVE,
    CF_WAIT_DOWN,
    CF_SHUTDOWN_RESTART,
    { ANSWER (IDLE_A),
      ANSWER (NATIVE_RETURNS ("0")),
      ANSWER (EXECUTING_A),
      { SCRIPT_CUT_AT_ACCEPT, NULL, NULL, 0, 0, FALSE } },
    "connecting sent accepted going-down down",
    0,
    0,
    NULL,
    "native",
    3 },
  { "unknown-but-back",
    BY_NATIVE,
    CF_WAIT_BACK,
    CF_SHUTDOWN_RESTART,
    { ANSWER (IDLE_A), HANG_UP, ANSWER (IDLE_B) },
    "connecting sent unknown back",
    0,
    -1,
    "anew",
    "native",
    2 },
  { "unknown-but-pending",
    BY_NATIVE,
    CF_WAIT_BACK,
    CF_SHUTDOWN_RESTART,
    { ANSWER (IDLE_A), HANG_UP, ANSWER (PENDING_A), ANSWER (IDLE_B) },
    "connecting sent unknown accepted back",
    0,
    -1,
    "anew",
    "native",
    3 },
  { "rehearsed-is-not-back",
    BY_NATIVE,
    CF_WAIT_BACK,
    CF_SHUTDOWN_RESTART,
    { ANSWER (IDLE_A), ANSWER (NATIVE_RETURNS ("0")), ANSWER (PENDING_A),
      ANSWER (ENDED_A ("WouldAct")) },
    "connecting sent accepted rehearsed",
    0,
    0,
    "rehearses",
    "native",
    4 },
  { "called-off",
    BY_NATIVE,
    CF_WAIT_BACK,
    CF_SHUTDOWN_RESTART,
    { ANSWER (IDLE_A), ANSWER (NATIVE_RETURNS ("0")), ANSWER (ENDED_A ("CalledOff")) },
    "connecting sent accepted called-off",
    0,
    0,
    "called the request off",
    "native",
    3 },
  { "could-not-carry-out",
    BY_NATIVE,
    CF_WAIT_BACK,
    CF_SHUTDOWN_RESTART,
    { ANSWER (IDLE_A), ANSWER (NATIVE_RETURNS ("0")), ANSWER (ENDED_A ("Failed")) },
    "connecting sent accepted failed",
    0,
    0,
    "log",
    "native",
    3 },
  { "windows-back-by-boot-time",
    BY_AUTO,
    CF_WAIT_BACK,
    CF_SHUTDOWN_RESTART,
    { REFUSE (NO_RESOURCE), ANSWER (BOOTED_10), ANSWER (WINDOWS_RETURNS ("0")), ANSWER (BOOTED_10),
      HTTP ("503 "), ANSWER (BOOTED_11) },
    "connecting sent accepted back",
    0,
    0,
    "anew",
    "wmi",
    6 },
  { "no-identity-nothing-sent",
    BY_WMI,
    CF_WAIT_BACK,
    CF_SHUTDOWN_RESTART,
    { ANSWER (GET_RESPONSE ("<n:Win32_OperatingSystem xmlns:n=\"" C "\"/>")) },
    "connecting failed",
    CF_FAILURE_OTHER,
    -1,
    "LastBootUpTime",
    "wmi",
    1 },
};

static CfContact *
new_contact (void)
{
  g_autofree char *pin = g_strnfill (64, 'a');
  g_autoptr (GError) error = NULL;
  CfContactOptions options = { .pin = pin };
  CfContact *contact = cf_contact_new (&options, &error);

  g_assert_no_error (error);
  return contact;
}

static CfShutdownRequest *
new_request (guint32 flags)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  CfShutdownRequest *request;

  cf_shutdown_request_builder_add_flags (builder, flags);
  cf_shutdown_request_builder_set_code (builder, CODE);
  /* grace 0: a look that is missed counts at once */
  request = cf_shutdown_request_builder_end (builder, NULL);
  g_assert_nonnull (request);
  return request;
}

static CfDeliveryPlan *
new_plan (By by, guint32 flags, CfWaitGoal goal)
{
  g_autoptr (CfDeliveryMethod) native = cf_native_method_new ("test");
  g_autoptr (CfDeliveryMethod) wmi = cf_wmi_method_new ();
  g_autoptr (CfShutdownRequest) request = new_request (flags);
  CfDeliveryPlan *plan = cf_delivery_plan_new (request, by == BY_WMI ? wmi : native,
                                               by == BY_AUTO ? wmi : NULL, goal);

  cf_delivery_plan_set_waiting (plan, 600, 1, 1);
  return plan;
}

static WsmEndpoint *
new_endpoint (ScriptedServer *server)
{
  g_autofree char *text = g_strdup_printf ("http://127.0.0.1:%u",
                                           scripted_server_get_port (server));

  return wsm_endpoint_parse (text, NULL, NULL);
}

static void
note_state_cb (CfErrand *errand, GParamSpec *pspec, GString *states)
{
  g_string_append_printf (states, "%s%s", states->len > 0 ? " " : "",
                          cf_errand_state_get_nick (cf_errand_get_state (errand)));
}

static void
finished_cb (gboolean *is_finished)
{
  *is_finished = TRUE;
}

static void
run (CfErrand *errand)
{
  g_autoptr (CfDispatcher) dispatcher = cf_dispatcher_new (1);
  gboolean is_finished = FALSE;

  g_signal_connect_swapped (dispatcher, "finished", G_CALLBACK (finished_cb), &is_finished);
  cf_dispatcher_add (dispatcher, errand);
  cf_dispatcher_start (dispatcher);
  while (!is_finished)
    g_main_context_iteration (NULL, TRUE);
}

static gsize
count_scripts (const Case *c)
{
  gsize n = MAX_N_SCRIPTS;

  while (n > 1 && c->scripts[n - 1].body == NULL && c->scripts[n - 1].kind == SCRIPT_ANSWER)
    n--;
  return n;
}

/* Ends after which somebody has to do something. */
static gboolean
ends_otherwise (CfErrandState state)
{
  return state == CF_ERRAND_CALLED_OFF || state == CF_ERRAND_LATE ||
         state == CF_ERRAND_DID_NOT_RESTART || state == CF_ERRAND_DID_NOT_GO_DOWN;
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, c->scripts, count_scripts (c));
  g_autoptr (WsmEndpoint) endpoint = new_endpoint (server);
  g_autoptr (CfContact) contact = new_contact ();
  g_autoptr (CfDeliveryPlan) plan = new_plan (c->by, c->flags, c->goal);
  g_autoptr (CfErrand) errand = cf_delivery_new ("pc7", endpoint, contact, plan);
  GString *states = g_string_new (NULL);
  guint32 code = 0;

  g_test_summary ("One host, scripted; the case tells what becomes of the request");

  g_signal_connect (errand, "notify::state", G_CALLBACK (note_state_cb), states);
  run (errand);
  g_assert_cmpstr (states->str, ==, c->states);
  g_assert_cmpint (cf_errand_get_failure (errand), ==, c->failure);
  g_assert_cmpint (cf_errand_get_code (errand, &code) ? (int) code : -1, ==, c->code);
  if (c->note != NULL)
    {
      g_assert_nonnull (cf_errand_get_note (errand));
      g_assert_nonnull (strstr (cf_errand_get_note (errand), c->note));
    }
  if (ends_otherwise (cf_errand_get_state (errand)))
    g_assert_nonnull (cf_errand_get_next_step (errand));
  g_assert_cmpstr (cf_delivery_method_get_name (cf_delivery_get_method (CF_DELIVERY (errand))), ==,
                   c->method);
  g_assert_cmpuint (scripted_server_get_n_requests (server), ==, c->n_requests);
  g_string_free (states, TRUE);
}

static void
test_never_sent_twice (void)
{
  static const Script scripts[] = {
    ANSWER (IDLE_A),
    { SCRIPT_ANSWER, NULL, NATIVE_RETURNS ("0"), 0, 20, FALSE },
    ANSWER (IDLE_A),
    ANSWER (IDLE_B),
  };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
  g_autoptr (WsmEndpoint) endpoint = new_endpoint (server);
  g_autoptr (CfContact) contact = new_contact ();
  g_autoptr (CfDeliveryPlan) plan = new_plan (BY_NATIVE, CF_SHUTDOWN_RESTART, CF_WAIT_BACK);
  g_autoptr (CfErrand) errand = cf_delivery_new ("pc7", endpoint, contact, plan);
  g_autofree char *requests = NULL;
  g_auto (GStrv) sent = NULL;

  g_test_summary ("A request whose answer was lost is looked after, not sent again");

  run (errand);
  g_assert_cmpint (cf_errand_get_state (errand), ==, CF_ERRAND_BACK);
  g_assert_cmpuint (scripted_server_get_n_requests (server), ==, 4);
  requests = scripted_server_dup_requests (server);
  sent = g_strsplit (requests, "dwGracePeriod>", -1);
  g_assert_cmpuint (g_strv_length (sent), ==, 3); /* one start tag, one end tag */
}

static void
test_nobody_listens (void)
{
  static const Script scripts[] = { ANSWER (IDLE_A) };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, 1);
  g_autoptr (WsmEndpoint) endpoint = new_endpoint (server);
  g_autoptr (CfContact) contact = new_contact ();
  g_autoptr (CfDeliveryPlan) plan = new_plan (BY_NATIVE, CF_SHUTDOWN_RESTART, CF_WAIT_SENT);
  g_autoptr (CfErrand) errand = cf_delivery_new ("pc7", endpoint, contact, plan);

  g_test_summary ("A port on which nobody listens is unreachable, and there is a next step");

  g_clear_pointer (&server, scripted_server_free);
  run (errand);
  g_assert_cmpint (cf_errand_get_state (errand), ==, CF_ERRAND_FAILED);
  g_assert_cmpint (cf_errand_get_failure (errand), ==, CF_FAILURE_UNREACHABLE);
  g_assert_nonnull (cf_errand_get_next_step (errand));
  g_assert_cmpint (cf_errand_get_elapsed_msec (errand), >=, 0);
}

static void
test_abort (void)
{
  static const struct
  {
    Script script;
    CfErrandState state;
    CfFailure failure;
    const char *note;
  } aborts[] = {
    { ANSWER (ABORT_RETURNS ("0")), CF_ERRAND_CALLED_OFF, CF_FAILURE_NONE, NULL },
    { ANSWER (ABORT_RETURNS ("1116")), CF_ERRAND_REFUSED, CF_FAILURE_REFUSED, "nothing" },
    { ANSWER (ABORT_RETURNS ("53")), CF_ERRAND_REFUSED, CF_FAILURE_PERMISSION, "may not" },
    { REFUSE (NO_RESOURCE), CF_ERRAND_REFUSED, CF_FAILURE_REFUSED, "no curfew-agent" },
    { ANSWER (ABORT_RETURNS ("owl")), CF_ERRAND_UNKNOWN, CF_FAILURE_NONE, "ReturnValue" },
    { HANG_UP, CF_ERRAND_UNKNOWN, CF_FAILURE_NONE, "not known" },
  };

  g_test_summary ("An abort ends in called off, or says why not");

  for (gsize i = 0; i < G_N_ELEMENTS (aborts); i++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, &aborts[i].script, 1);
      g_autoptr (WsmEndpoint) endpoint = new_endpoint (server);
      g_autoptr (CfContact) contact = new_contact ();
      g_autoptr (CfDeliveryMethod) method = cf_native_method_new ("test");
      g_autoptr (CfErrand) errand = cf_abort_new ("pc7", endpoint, contact, method);

      run (errand);
      g_assert_cmpint (cf_errand_get_state (errand), ==, aborts[i].state);
      g_assert_cmpint (cf_errand_get_failure (errand), ==, aborts[i].failure);
      if (aborts[i].note != NULL)
        g_assert_nonnull (strstr (cf_errand_get_note (errand), aborts[i].note));
    }
}

static void
test_status (void)
{
  static const struct
  {
    Script scripts[2];
    CfErrandState state;
    const char *method;
    CfPendingState pending;
  } queries[] = {
    { { ANSWER (PENDING_A), ANSWER (IDLE_A) }, CF_ERRAND_ANSWERED, "native", CF_PENDING_WAITING },
    { { REFUSE (NO_RESOURCE), ANSWER (BOOTED_10) }, CF_ERRAND_ANSWERED, "wmi", CF_PENDING_UNTOLD },
    { { REFUSE (DENIED), ANSWER (BOOTED_10) }, CF_ERRAND_FAILED, "native", 0 },
    { { ANSWER (NATIVE_STATUS ("<n:State>Owl</n:State>")), ANSWER (IDLE_A) },
      CF_ERRAND_FAILED,
      "native",
      0 },
    { { REFUSE (NO_RESOURCE), REFUSE (NO_RESOURCE) }, CF_ERRAND_FAILED, "wmi", 0 },
  };

  g_test_summary ("A status is the agent's, or else Windows'");

  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, queries[i].scripts, 2);
      g_autoptr (WsmEndpoint) endpoint = new_endpoint (server);
      g_autoptr (CfContact) contact = new_contact ();
      g_autoptr (CfDeliveryMethod) native = cf_native_method_new ("test");
      g_autoptr (CfDeliveryMethod) wmi = cf_wmi_method_new ();
      g_autoptr (CfErrand) errand = cf_status_query_new ("pc7", endpoint, contact, native, wmi);
      CfStatusQuery *query = CF_STATUS_QUERY (errand);

      run (errand);
      g_assert_cmpint (cf_errand_get_state (errand), ==, queries[i].state);
      g_assert_cmpstr (cf_delivery_method_get_name (cf_status_query_get_method (query)), ==,
                       queries[i].method);
      if (queries[i].state == CF_ERRAND_ANSWERED)
        g_assert_cmpint (cf_status_query_get_status (query)->state, ==, queries[i].pending);
      else
        g_assert_nonnull (cf_errand_get_note (errand));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/fleet/delivery/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/fleet/delivery/never-sent-twice", test_never_sent_twice);
  g_test_add_func ("/fleet/delivery/nobody-listens", test_nobody_listens);
  g_test_add_func ("/fleet/delivery/abort", test_abort);
  g_test_add_func ("/fleet/delivery/status", test_status);

  return g_test_run ();
}
