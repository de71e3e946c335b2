/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-router.h"
#include "plugin-api/wsman-plugin.h"
#include "plugin-fixture.h"
#include "wsman/wire/wsm-datetime.h"

#include <glib/gstdio.h>
#include <string.h>

#define EXAMPLE "http://schemas.example.org/"
#define TEA     EXAMPLE "tea"
#define CUP     EXAMPLE "cup"
#define JUG     EXAMPLE "jug"
#define PUT     "http://schemas.xmlsoap.org/ws/2004/09/transfer/Put"
#define DOCUMENT                                                                                   \
  "<PlugInConfiguration xmlns=\"http://schemas.microsoft.com/wbem/wsman/1/config/"                 \
  "PluginConfiguration\" xmlns:curfew=\"" WSM_PLUGIN_ADDITIONS_URI "\" SDKVersion=\"1\" "          \
  "Name=\"Tea\" Filename=\"%s\" curfew:Host=\"agent\"><Resources>"                                 \
  "<Resource ResourceUri=\"" TEA "\">"                                                             \
  "<Security Uri=\"" TEA "/readable\" Sddl=\"D:(A;;GR;;;WD)(A;;GA;;;BA)\"/>"                       \
  "<Capability Type=\"Get\"/><Capability Type=\"Invoke\"/></Resource>"                             \
  "<Resource ResourceUri=\"" CUP "\" SupportsOptions=\"true\"><Capability Type=\"Shell\"/>"        \
  "</Resource>"                                                                                    \
  "<Resource ResourceUri=\"" JUG "\" SupportsOptions=\"true\"><Capability Type=\"Invoke\"/>"       \
  "</Resource>"                                                                                    \
  "</Resources><Quotas MaxConcurrentOperations=\"2\"/></PlugInConfiguration>"

typedef struct
{
  Desk desk;
  char *module;
  CfPluginDirectory *directory;
  CfShells *shells;
  CfRouter *router;
  WsmPrincipal *caller;
  GCancellable *cancellable;
} Fixture;

/* How one operation ended. */
typedef struct
{
  guint n_answers;
  WsmObject *object; /* (nullable) */
  WsmFaultKind kind; /* WSM_FAULT_OTHER without a fault */
  guint32 code;
  char *reason; /* (nullable) */
} Answer;

static void
answer_clear (Answer *self)
{
  g_clear_pointer (&self->object, wsm_object_unref);
  g_free (self->reason);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

/* @access: (nullable): the text of an access.conf */
static void
set_up_router (Fixture *f, const char *access)
{
  const CfPluginPlaces places = { NULL, NULL, TRUE };
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  WsmPluginConfiguration *configuration;
  CfPluginRoute route;
  int fd;

  desk_set_up (&f->desk, access);
  fd = g_file_open_tmp ("curfew-XXXXXX", &f->module, NULL);
  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  text = g_strdup_printf (DOCUMENT, f->module);
  configuration = wsm_plugin_configuration_parse ("tea.xml", text, strlen (text), &error);
  g_assert_no_error (error);
  f->directory = cf_plugin_directory_new (f->desk.desk, &places);
  cf_plugin_directory_add (f->directory, configuration, &error);
  g_assert_no_error (error);
  g_assert_true (cf_plugin_directory_find (f->directory, TEA, &route));
  cf_plugin_set_runners (route.plugin, fake_runner_make);
  f->shells = cf_shells_new ();
  f->router = cf_router_new (f->desk.receiver, f->directory, f->shells);
  f->caller = wsm_principal_new ("mara", NULL, "Basic", "192.0.2.7");
  f->cancellable = g_cancellable_new ();
}

static void
tear_down_router (Fixture *f)
{
  g_assert_finalize_object (f->cancellable);
  g_assert_finalize_object (f->router);
  g_assert_finalize_object (f->shells);
  g_assert_finalize_object (f->directory);
  g_unlink (f->module);
  g_free (f->module);
  wsm_principal_unref (f->caller);
  desk_tear_down (&f->desk);
}

static void
done_cb (const WsmOutcome *outcome, gpointer user_data)
{
  Answer *answer = user_data;

  answer->n_answers++;
  if (outcome->object != NULL)
    answer->object = wsm_object_ref (outcome->object);
  if (outcome->fault == NULL)
    return;
  answer->kind = wsm_fault_get_kind (outcome->fault);
  answer->code = wsm_fault_get_code (outcome->fault);
  answer->reason = g_strdup (wsm_fault_get_reason (outcome->fault));
}

/* @envelope: (transfer full) */
static void
ask (Fixture *f, WsmEnvelope *envelope, Answer *answer)
{
  WsmOperation *operation = wsm_operation_new (f->caller, envelope, f->cancellable, done_cb,
                                               answer);

  answer_clear (answer);
  *answer = (Answer){ 0 };
  wsm_handler_handle (WSM_HANDLER (f->router), operation);
  wsm_operation_unref (operation);
  wsm_envelope_unref (envelope);
}

static WsmFaultKind
get (Fixture *f, const char *uri, Answer *answer)
{
  ask (f, wsm_envelope_new_get ("http://x/wsman", uri, 1000), answer);
  return answer->kind;
}

static WsmFaultKind
invoke (Fixture *f, const char *uri, Answer *answer)
{
  g_autoptr (WsmObject) input = wsm_object_new (uri, "Pour_INPUT");

  wsm_object_add_uint32 (input, "Cups", 3);
  ask (f, wsm_envelope_new_invoke ("http://x/wsman", uri, "Pour", input, 1000), answer);
  return answer->kind;
}

static guint
count_calls (void)
{
  return fake_runners.made->len > 0 ? fake_runner_nth (0)->calls->len : 0;
}

/* --- what the plug-in of a test says */

static CfPluginObject said; /* the body; not called if there is no name */
static guint32 said_code;
static const char *said_information;
static char *heard_action;
static guint heard_values;

static void
say (FakeRunner *runner, const CfPluginCall *call)
{
  CfPluginClient *client = cf_plugin_runner_get_client (CF_PLUGIN_RUNNER (runner));

  g_free (heard_action);
  heard_action = g_strdup (call->action);
  heard_values = call->input != NULL ? call->input->n_values : 0;
  if (said.name != NULL)
    cf_plugin_client_object (client, call->id, &said);
  cf_plugin_client_completed (client, call->id, said_code, said_information);
}

static void
let_say (const CfPluginObject *object, guint32 code, const char *information)
{
  fake_runners.answer = say;
  said = object != NULL ? *object : (CfPluginObject){ 0 };
  said_code = code;
  said_information = information;
}

static const CfPluginValue tea_values[] = {
  { "Kind", "green", CF_PLUGIN_VALUE_TEXT },
  { "Kind", "a\x01<b>", CF_PLUGIN_VALUE_TEXT },
  { "Sugar", NULL, CF_PLUGIN_VALUE_NULL },
  { "Ready", "2026-02-03T04:05:06.437001+05:30", CF_PLUGIN_VALUE_DATETIME },
};
static const CfPluginObject tea = { TEA, "Tea", tea_values, G_N_ELEMENTS (tea_values) };

static void
test_routes (void)
{
  g_auto (Answer) answer = { 0 };
  Fixture f;

  g_test_summary ("A known resource answers; any other is InvalidResourceURI");

  set_up_router (&f, NULL);
  let_say (&tea, 0, NULL);
  g_assert_cmpint (get (&f, TEA, &answer), ==, WSM_FAULT_OTHER);
  g_assert_nonnull (answer.object);
  g_assert_null (heard_action);
  g_assert_cmpint (get (&f, EXAMPLE, &answer), ==, WSM_FAULT_INVALID_RESOURCE_URI);
  g_assert_cmpint (invoke (&f, EXAMPLE "x", &answer), ==, WSM_FAULT_INVALID_RESOURCE_URI);
  g_assert_cmpuint (count_calls (), ==, 1);
  tear_down_router (&f);
}

static void
test_stranger (void)
{
  g_auto (Answer) answer = { 0 };
  Fixture f;

  g_test_summary ("Who may do nothing learns nothing, not even which resources there are");

  set_up_router (&f, "[user kim]\nallow=all\n");
  g_assert_cmpint (get (&f, TEA, &answer), ==, WSM_FAULT_ACCESS_DENIED);
  g_assert_cmpint (get (&f, EXAMPLE "x", &answer), ==, WSM_FAULT_ACCESS_DENIED);
  g_assert_cmpint (invoke (&f, CUP, &answer), ==, WSM_FAULT_ACCESS_DENIED);
  g_assert_cmpuint (answer.code, ==, 5);
  g_assert_cmpuint (count_calls (), ==, 0);
  tear_down_router (&f);
}

static void
test_status (void)
{
  g_auto (Answer) answer = { 0 };
  Fixture f;

  g_test_summary ("Get needs the verb status, but for one's own shells; methods decide themselves");

  set_up_router (&f, "[user mara]\nallow=restart\n");
  let_say (&tea, 0, NULL);
  g_assert_cmpint (get (&f, TEA, &answer), ==, WSM_FAULT_ACCESS_DENIED);
  g_assert_cmpint (get (&f, EXAMPLE "x", &answer), ==, WSM_FAULT_ACCESS_DENIED);
  g_assert_cmpint (invoke (&f, TEA, &answer), ==, WSM_FAULT_OTHER);
  g_assert_cmpint (get (&f, CUP, &answer), ==, WSM_FAULT_INSUFFICIENT_SELECTORS);
  tear_down_router (&f);
}

static void
test_security (void)
{
  const char *const groups[] = { "sudo", NULL };
  g_auto (Answer) answer = { 0 };
  Fixture f;

  g_test_summary ("Where there is a Security, it has to allow as well");

  set_up_router (&f, NULL);
  let_say (&tea, 0, NULL);
  g_assert_cmpint (get (&f, TEA "/readable", &answer), ==, WSM_FAULT_OTHER);
  g_assert_cmpint (invoke (&f, TEA "/readable", &answer), ==, WSM_FAULT_ACCESS_DENIED);
  g_assert_cmpuint (count_calls (), ==, 1);
  wsm_principal_unref (f.caller);
  f.caller = wsm_principal_new_full (&(const WsmPrincipalFacts){ .user = "mara",
                                                                 .account = "mara",
                                                                 .mechanism = "Basic",
                                                                 .address = "192.0.2.7",
                                                                 .is_tls = TRUE,
                                                                 .groups = groups });
  g_assert_cmpint (invoke (&f, TEA "/readable", &answer), ==, WSM_FAULT_OTHER);
  tear_down_router (&f);
}

static WsmEnvelope *
make_request_with_option (const char *uri)
{
  g_autoptr (WsmObject) options = wsm_object_new (NULL, "OptionSet");

  wsm_object_add_string (options, "Milk", "yes");
  return wsm_envelope_new_shell_request ("http://x/wsman", uri, WSM_ACTION_GET, NULL, options, NULL,
                                         1000);
}

static void
test_options (void)
{
  g_auto (Answer) answer = { 0 };
  Fixture f;

  g_test_summary ("Options where none are supported: a fault, and the plug-in is not called");

  set_up_router (&f, NULL);
  let_say (&tea, 0, NULL);
  ask (&f, make_request_with_option (TEA), &answer);
  g_assert_cmpint (answer.kind, ==, WSM_FAULT_INVALID_OPTIONS);
  g_assert_cmphex (answer.code, ==, ERROR_WSMAN_OPTIONS_NOT_SUPPORTED);
  g_assert_cmpuint (count_calls (), ==, 0);
  ask (&f, make_request_with_option (CUP), &answer);
  g_assert_cmpint (answer.kind, ==, WSM_FAULT_INSUFFICIENT_SELECTORS);
  tear_down_router (&f);
}

static WsmEnvelope *
make_request (const char *uri, const char *action)
{
  return wsm_envelope_new_shell_request ("http://x/wsman", uri, action, NULL, NULL, NULL, 1000);
}

static void
test_actions (void)
{
  g_auto (Answer) answer = { 0 };
  Fixture f;

  g_test_summary ("What a resource is not for is no action of its");

  set_up_router (&f, NULL);
  let_say (&tea, 0, NULL);
  g_assert_cmpint (get (&f, JUG, &answer), ==, WSM_FAULT_ACTION_NOT_SUPPORTED);
  ask (&f, make_request (JUG, PUT), &answer);
  g_assert_cmpint (answer.kind, ==, WSM_FAULT_ACTION_NOT_SUPPORTED);
  ask (&f, make_request (JUG, "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate"),
       &answer);
  g_assert_cmpint (answer.kind, ==, WSM_FAULT_ACTION_NOT_SUPPORTED);
  g_assert_cmpuint (count_calls (), ==, 0);
  g_assert_cmpint (invoke (&f, JUG, &answer), ==, WSM_FAULT_OTHER);
  g_assert_cmpstr (heard_action, ==, JUG "/Pour");
  g_assert_cmpuint (heard_values, ==, 1);
  tear_down_router (&f);
}

static void
test_object (void)
{
  g_auto (Answer) answer = { 0 };
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *text = NULL;
  Fixture f;

  g_test_summary ("The plug-in's object is the answer, without what XML cannot carry");

  set_up_router (&f, NULL);
  let_say (&tea, 0, "not looked at");
  g_assert_cmpint (get (&f, TEA, &answer), ==, WSM_FAULT_OTHER);
  g_assert_cmpstr (wsm_object_get_namespace_uri (answer.object), ==, TEA);
  g_assert_cmpstr (wsm_object_get_name (answer.object), ==, "Tea");
  g_assert_cmpuint (wsm_object_get_n_values (answer.object), ==, 4);
  g_assert_cmpstr (wsm_object_get_value (answer.object, 0), ==, "green");
  g_assert_cmpstr (wsm_object_get_value (answer.object, 1), ==, "a<b>");
  g_assert_true (wsm_object_is_null (answer.object, 2));
  g_assert_true (wsm_object_is_datetime (answer.object, 3));
  time = wsm_object_dup_datetime (answer.object, "Ready", NULL);
  text = wsm_datetime_format (time);
  g_assert_cmpstr (text, ==, "2026-02-03T04:05:06.437001+05:30");
  tear_down_router (&f);
}

static void
test_times (void)
{
  CfPluginValue value = { "When", NULL, CF_PLUGIN_VALUE_DATETIME };
  const CfPluginObject object = { TEA, "Tea", &value, 1 };
  Fixture f;

  g_test_summary ("A time is sent as the plug-in gave it, to the microsecond");

  set_up_router (&f, NULL);
  for (guint usec = 0; usec < 1000000; usec += 1013)
    {
      g_autoptr (GDateTime) whole = g_date_time_new_utc (2026, 2, 3, 4, 5, 6);
      g_autoptr (GDateTime) time = g_date_time_add (whole, usec);
      g_autofree char *text = wsm_datetime_format (time);
      g_auto (Answer) answer = { 0 };

      value.value = text;
      let_say (&object, 0, NULL);
      get (&f, TEA, &answer);
      g_assert_cmpstr (wsm_object_get_value (answer.object, 0), ==, text);
    }
  tear_down_router (&f);
}

static void
test_faults (void)
{
  g_auto (Answer) answer = { 0 };
  Fixture f;

  g_test_summary ("An error code is a fault with what the plug-in said; an object counts no more");

  set_up_router (&f, NULL);
  let_say (&tea, ERROR_WSMAN_UNEXPECTED_SELECTORS, "There is one pot only.");
  g_assert_cmpint (get (&f, TEA, &answer), ==, WSM_FAULT_UNEXPECTED_SELECTORS);
  g_assert_nonnull (strstr (answer.reason, "There is one pot only."));
  g_assert_null (answer.object);
  let_say (NULL, 1223, NULL);
  invoke (&f, TEA, &answer);
  g_assert_cmpuint (answer.code, ==, 1223);
  let_say (NULL, 0, NULL);
  get (&f, TEA, &answer);
  g_assert_cmphex (answer.code, ==, ERROR_WSMAN_RESPONSE_NO_RESULTS);
  g_assert_cmpint (invoke (&f, TEA, &answer), ==, WSM_FAULT_OTHER);
  g_assert_null (answer.object);
  g_assert_cmpuint (answer.n_answers, ==, 1);
  tear_down_router (&f);
}

static void
test_bad_objects (void)
{
  static const CfPluginValue values[] = {
    { "no name", "x", CF_PLUGIN_VALUE_TEXT },      { "", "x", CF_PLUGIN_VALUE_TEXT },
    { "a:b", "x", CF_PLUGIN_VALUE_TEXT },          { "A", NULL, CF_PLUGIN_VALUE_TEXT },
    { "A", "tomorrow", CF_PLUGIN_VALUE_DATETIME }, { "A", NULL, CF_PLUGIN_VALUE_DATETIME },
    { "A", NULL, CF_PLUGIN_VALUE_COMPLEX },        { "A", "x", (CfPluginValueType) 7 },
  };
  const CfPluginObject nameless = { TEA, "<", NULL, 0 };
  g_auto (Answer) answer = { 0 };
  Fixture f;

  g_test_summary ("What cannot be sent is the plug-in's failure, and never broken XML");

  set_up_router (&f, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      const CfPluginObject object = { TEA, "Tea", &values[i], 1 };

      let_say (&object, 0, NULL);
      get (&f, TEA, &answer);
      g_assert_cmphex (answer.code, ==, ERROR_WSMAN_PROVIDER_FAILURE);
    }
  let_say (&nameless, 0, NULL);
  get (&f, TEA, &answer);
  g_assert_cmphex (answer.code, ==, ERROR_WSMAN_PROVIDER_FAILURE);
  tear_down_router (&f);
}

static void
test_later (void)
{
  g_auto (Answer) first = { 0 };
  g_auto (Answer) second = { 0 };
  g_auto (Answer) third = { 0 };
  FakeRunner *runner;
  Fixture f;

  g_test_summary ("A plug-in may answer later; until then the request counts");

  set_up_router (&f, NULL);
  get (&f, TEA, &first);
  invoke (&f, TEA, &second);
  runner = fake_runner_nth (0);
  g_assert_cmpuint (first.n_answers + second.n_answers, ==, 0);
  g_assert_cmpint (get (&f, TEA, &third), ==, WSM_FAULT_QUOTA_LIMIT);
  g_assert_cmphex (third.code, ==, ERROR_WSMAN_QUOTA_SYSTEM);

  cf_plugin_client_object (cf_plugin_runner_get_client (CF_PLUGIN_RUNNER (runner)),
                           fake_runner_nth_call (runner, 0), &tea);
  fake_runner_complete (runner, fake_runner_nth_call (runner, 0), 0);
  g_assert_cmpuint (first.n_answers, ==, 1);
  g_assert_nonnull (first.object);
  fake_runner_complete (runner, fake_runner_nth_call (runner, 1), 5);
  g_assert_cmpuint (second.n_answers, ==, 1);
  g_assert_cmpuint (second.code, ==, 5);
  tear_down_router (&f);
}

static void
test_cancelled (void)
{
  g_test_summary ("When nobody waits any more, the plug-in is told, and still completes");

  for (guint at_once = 0; at_once < 2; at_once++)
    {
      g_auto (Answer) answer = { 0 };
      FakeRunner *runner;
      Fixture f;

      set_up_router (&f, NULL);
      fake_runners.completes_when_cancelled = at_once;
      get (&f, TEA, &answer);
      runner = fake_runner_nth (0);
      g_cancellable_cancel (f.cancellable);
      g_assert_cmpuint (runner->cancelled->len, ==, 1);
      g_assert_cmpuint (answer.n_answers, ==, at_once);
      fake_runner_complete (runner, fake_runner_nth_call (runner, 0), 1223);
      g_assert_cmpuint (answer.n_answers, ==, 1);

      /* one that comes cancelled is cancelled at once */
      get (&f, TEA, &answer);
      g_assert_cmpuint (runner->cancelled->len, ==, 2);
      fake_runner_complete (runner, fake_runner_nth_call (runner, 1), 0);
      g_assert_cmpuint (answer.n_answers, ==, 1);
      tear_down_router (&f);
    }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/agent/router/routes-by-uri", test_routes);
  g_test_add_func ("/agent/router/strangers-learn-nothing", test_stranger);
  g_test_add_func ("/agent/router/get-needs-status", test_status);
  g_test_add_func ("/conformance/41/security-decides", test_security);
  g_test_add_func ("/conformance/39/options", test_options);
  g_test_add_func ("/agent/router/actions", test_actions);
  g_test_add_func ("/agent/router/object", test_object);
  g_test_add_func ("/agent/router/times", test_times);
  g_test_add_func ("/agent/router/faults", test_faults);
  g_test_add_func ("/agent/router/bad-objects", test_bad_objects);
  g_test_add_func ("/conformance/23/answers-later", test_later);
  g_test_add_func ("/conformance/33/cancelled", test_cancelled);
  status = g_test_run ();
  g_clear_pointer (&fake_runners.made, g_ptr_array_unref);
  g_free (heard_action);
  return status;
}
