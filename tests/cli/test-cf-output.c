/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <json-glib/json-glib.h>
#include <string.h>

#include "cli/cf-output.h"
#include "fleet/cf-abort.h"
#include "fleet/cf-dispatcher.h"
#include "fleet/cf-native-method.h"
#include "fleet/cf-status-query.h"
#include "fleet/cf-wmi-method.h"
#include "fleet/host-messages.h"
#include "support/scripted-server.h"

#define CODE "K7M-2QX"

static const CfScreen no_screen = { 0 };

typedef struct
{
  CfCommand command;
  CfContact *contact;
  CfDeliveryMethod *native;
  CfDeliveryMethod *wmi;
  GListStore *errands;
} Fixture;

static CfShutdownRequest *
new_request (void)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();

  cf_shutdown_request_builder_add_flags (builder, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS);
  cf_shutdown_request_builder_set_message (builder, "Gr\303\274\303\237e \360\237\246\211");
  cf_shutdown_request_builder_set_grace_seconds (builder, 900);
  cf_shutdown_request_builder_set_reason (builder, 0x80020012);
  cf_shutdown_request_builder_set_code (builder, CODE);
  return cf_shutdown_request_builder_end (builder, NULL);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *pin = g_strnfill (64, 'a');
  CfContactOptions options = { .pin = pin };

  f->command.verb = CF_VERB_RESTART;
  f->command.request = new_request ();
  f->command.targets = cf_target_list_new ("https");
  f->contact = cf_contact_new (&options, NULL);
  f->native = cf_native_method_new ("test");
  f->wmi = cf_wmi_method_new ();
  f->errands = g_list_store_new (CF_TYPE_ERRAND);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->command.request, cf_shutdown_request_unref);
  cf_target_list_free (f->command.targets);
  cf_contact_unref (f->contact);
  g_clear_object (&f->native);
  g_clear_object (&f->wmi);
  g_assert_finalize_object (f->errands);
}

static CfErrand *
add (Fixture *f, const char *name, CfDeliveryMethod *fallback, CfWaitGoal goal)
{
  g_autoptr (CfDeliveryPlan)
    plan = cf_delivery_plan_new (f->command.request, f->native, fallback, goal);
  g_autoptr (CfErrand) errand = NULL;
  guint n = cf_target_list_get_n_targets (f->command.targets);

  g_assert_true (cf_target_list_add (f->command.targets, name, NULL));
  errand = cf_delivery_new (name, cf_target_list_get_endpoint (f->command.targets, n), f->contact,
                            plan);
  g_list_store_append (f->errands, errand);
  return errand; /* the list's */
}

static void
add_outcomes (Fixture *f)
{
  g_autoptr (GError) gone = g_error_new_literal (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_NAME,
                                                 "No computer answers to pc-4.");
  CfErrand *back = add (f, "pc-5", NULL, CF_WAIT_BACK);

  cf_errand_settle_code (add (f, "pc-1", NULL, CF_WAIT_SENT), CF_ERRAND_ACCEPTED, 0);
  cf_errand_settle_code (add (f, "a-long-name.example", NULL, CF_WAIT_SENT), CF_ERRAND_ACCEPTED,
                         1190);
  cf_errand_settle_error (add (f, "pc-4", NULL, CF_WAIT_SENT), gone);
  cf_errand_set_code (back, 0);
  cf_errand_settle (back, CF_ERRAND_REHEARSED);
}

static void
test_table (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;

  g_test_summary ("The table says what was sent, what became of it, and what to do");

  add_outcomes (f);
  text = cf_output_results (&f->command, G_LIST_MODEL (f->errands), CF_EXIT_MIXED, &no_screen);
  g_assert_cmpstr (
    text, ==,
    "HOST                 STATE           ELAPSED  NOTE\n"
    "pc-5                 Would restart   0.0 s\n"
    "pc-1                 Accepted        0.0 s\n"
    "a-long-name.example  Refused (1190)  0.0 s    A shutdown is already waiting there. Look at "
    "its status, then abort it, or repeat the request with grace override.\n"
    "pc-4                 Failed          0.0 s    No computer answers to pc-4. Correct the name.\n"
    "1 of 4 accepted, 1 rehearsed, 1 refused, 1 failed. Exit 1.\n");
}

static void
test_one_host (Fixture *f, gconstpointer data)
{
  g_autofree char *headline = NULL;
  g_autofree char *text = NULL;

  g_test_summary ("The headline comes before; one host needs no summary");

  cf_errand_settle_code (add (f, "pc-1", NULL, CF_WAIT_SENT), CF_ERRAND_ACCEPTED, 0);
  text = cf_output_results (&f->command, G_LIST_MODEL (f->errands), CF_EXIT_REACHED, &no_screen);
  g_assert_cmpstr (text, ==,
                   "HOST  STATE     ELAPSED  NOTE\n"
                   "pc-1  Accepted  0.0 s\n");
  headline = cf_output_headline (&f->command, &no_screen);
  g_assert_cmpstr (headline, ==,
                   "Request " CODE ": Restart 1 computer in 15 min. People who are signed in are "
                   "signed out; unsaved work is lost.\n");
}

static void
test_json (Fixture *f, gconstpointer data)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *text = NULL;

  g_test_summary ("The document is JSON, one host a line, null for what is not known");

  add_outcomes (f);
  f->command.output = CF_OUTPUT_JSON;
  text = cf_output_results (&f->command, G_LIST_MODEL (f->errands), CF_EXIT_MIXED, &no_screen);
  g_assert_true (json_parser_load_from_data (parser, text, -1, NULL));
  g_assert_cmpstr (
    text, ==,
    "{\"schema\":1,\"request\":\"" CODE "\",\"action\":\"restart\",\"hosts\":[\n"
    "{\"host\":\"pc-5\",\"state\":\"rehearsed\",\"code\":0,\"name\":\"ERROR_SUCCESS\","
    "\"message\":null,\"next_step\":null,\"method\":\"native\",\"sign_in\":null,\"detour\":null,"
    "\"elapsed_msec\":0},\n"
    "{\"host\":\"pc-1\",\"state\":\"accepted\",\"code\":0,\"name\":\"ERROR_SUCCESS\","
    "\"message\":null,\"next_step\":null,\"method\":\"native\",\"sign_in\":null,\"detour\":null,"
    "\"elapsed_msec\":0},\n"
    "{\"host\":\"a-long-name.example\",\"state\":\"refused\",\"code\":1190,"
    "\"name\":\"ERROR_SHUTDOWN_IS_SCHEDULED\",\"message\":\"A shutdown is already waiting "
    "there.\",\"next_step\":\"Look at its status, then abort it, or repeat the request with grace "
    "override.\",\"method\":\"native\",\"sign_in\":null,\"detour\":null,\"elapsed_msec\":0},\n"
    "{\"host\":\"pc-4\",\"state\":\"failed\",\"code\":null,\"name\":null,\"message\":\"No computer "
    "answers to pc-4.\",\"next_step\":\"Correct the "
    "name.\",\"method\":\"native\",\"sign_in\":null,\"detour\":null,"
    "\"elapsed_msec\":0}\n"
    "],\"exit\":1}\n");
}

static void
test_jsonl (Fixture *f, gconstpointer data)
{
  CfErrand *errand = add (f, "pc-1", NULL, CF_WAIT_SENT);
  g_autoptr (GDateTime) at = g_date_time_new_from_iso8601 ("2026-01-02T03:04:05+01:00", NULL);
  g_autofree char *event = NULL;
  g_autofree char *end = NULL;

  g_test_summary (
    "An event is one line with its time and offset; at the end there is nothing more");

  cf_errand_settle_code (errand, CF_ERRAND_ACCEPTED, 1191);
  f->command.output = CF_OUTPUT_JSONL;
  event = cf_output_event (&f->command, errand, at);
  g_assert_cmpstr (event, ==,
                   "{\"schema\":1,\"request\":\"" CODE "\",\"at\":\"2026-01-02T03:04:05+01:00\","
                   "\"host\":\"pc-1\",\"state\":\"refused\",\"code\":1191,"
                   "\"name\":\"ERROR_SHUTDOWN_USERS_LOGGED_ON\",\"message\":\"Somebody is signed "
                   "in there, and the request leaves such computers alone.\",\"hint\":\"Ask the "
                   "people there, or force the request; unsaved work would be lost.\","
                   "\"method\":\"native\",\"sign_in\":null,\"detour\":null,\"elapsed_msec\":0}");
  end = cf_output_results (&f->command, G_LIST_MODEL (f->errands), CF_EXIT_REFUSED, &no_screen);
  g_assert_cmpstr (end, ==, "");
}

static void
test_dry_run (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;

  g_test_summary ("A dry run says what each computer would do, and what it would be sent");

  add (f, "pc-1", f->wmi, CF_WAIT_SENT);
  text = cf_output_plan (&f->command, G_LIST_MODEL (f->errands), f->native, f->wmi, &no_screen);
  g_assert_cmpstr (
    text, ==,
    "Request " CODE ": Restart 1 computer in 15 min. People who are signed in are signed out; "
    "unsaved work is lost.\n"
    "HOST  METHOD  EFFECT\n"
    "pc-1  auto    It shows “Grüße 🦉”, waits 15 min, restarts. Sent: WsdrInitiateShutdown "
    "with "
    "flags 5 (SHUTDOWN_FORCE_OTHERS|SHUTDOWN_RESTART) and reason 0x80020012 (Operating System: "
    "Security fix (Planned)). Where there is no curfew-agent: Win32ShutdownTracker with flags 6 "
    "(SHUTDOWN_FORCE_OTHERS|SHUTDOWN_RESTART) and reason 0x80020012 (Operating System: Security "
    "fix (Planned)).\n"
    "Nothing was sent.\n");
}

static void
finished_cb (gboolean *is_finished)
{
  *is_finished = TRUE;
}

/* Asks a scripted host; the errand is the list's. */
static CfErrand *
ask (Fixture *f, ScriptedServer *server, const char *name)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", scripted_server_get_port (server));
  g_autoptr (WsmEndpoint) endpoint = wsm_endpoint_parse (url, NULL, NULL);
  g_autoptr (CfDispatcher) dispatcher = cf_dispatcher_new (1);
  g_autoptr (CfErrand) errand = cf_status_query_new (name, endpoint, f->contact, f->native, f->wmi);
  gboolean is_finished = FALSE;

  g_signal_connect_swapped (dispatcher, "finished", G_CALLBACK (finished_cb), &is_finished);
  cf_dispatcher_add (dispatcher, errand);
  cf_dispatcher_start (dispatcher);
  while (!is_finished)
    g_main_context_iteration (NULL, TRUE);
  g_list_store_append (f->errands, errand);
  return errand;
}

static const Script status_scripts[] = {
  { SCRIPT_ANSWER, NULL,
    NATIVE_STATUS ("<n:State>Pending</n:State><n:Action>PowerOff</n:Action>"
                   "<n:SecondsRemaining>299</n:SecondsRemaining>"
                   "<n:Message>Gr\303\274\303\237e\nund \342\200\256Ende</n:Message>"
                   "<n:Reason>2147614738</n:Reason><n:Requester>mara from 192.0.2.7</n:Requester>"
                   "<n:RequestCode>" CODE "</n:RequestCode><n:PostponesLeft>2</n:PostponesLeft>"
                   "<n:BootId>0c5a</n:BootId><n:BootTime>2026-01-01T10:00:00Z</n:BootTime>"
                   "<n:UsersLoggedOn>1</n:UsersLoggedOn>"
                   "<n:Capability>SHUTDOWN_RESTART</n:Capability>"),
    0, 0, FALSE },
  { SCRIPT_ANSWER, NULL,
    NATIVE_STATUS ("<n:State>Idle</n:State><n:Rehearsal>true</n:Rehearsal>"
                   "<n:LastOutcome>WouldAct</n:LastOutcome><n:LastAction>Restart</n:LastAction>"
                   "<n:LastRequestCode>BBB-CCC</n:LastRequestCode>"),
    0, 0, FALSE },
  { SCRIPT_ANSWER, FAULT_HEAD, NO_RESOURCE, 0, 0, FALSE },
  { SCRIPT_ANSWER, NULL, WINDOWS_STATUS ("2026-01-01T10:00:00Z"), 0, 0, FALSE },
  { SCRIPT_ANSWER, FAULT_HEAD, DENIED, 0, 0, FALSE },
};

static void
ask_all (Fixture *f, ScriptedServer *server)
{
  f->command.verb = CF_VERB_STATUS;
  g_clear_pointer (&f->command.request, cf_shutdown_request_unref);
  ask (f, server, "pc-1");
  ask (f, server, "pc-2");
  ask (f, server, "win-3");
  ask (f, server, "pc-4");
}

static void
test_status_table (Fixture *f, gconstpointer data)
{
  g_autoptr (ScriptedServer)
    server = scripted_server_new (NULL, status_scripts, G_N_ELEMENTS (status_scripts));
  g_autofree char *text = NULL;

  g_test_summary ("The status has all that is pending, and no text of a host breaks a line");

  ask_all (f, server);
  text = cf_output_results (&f->command, G_LIST_MODEL (f->errands), CF_EXIT_PERMISSION, &no_screen);
  g_assert_cmpstr (
    text, ==,
    "HOST   STATE           LEFT        REQUEST  BY                   DETAILS\n"
    "pc-1   Will power off  4 min 59 s  " CODE "  mara from 192.0.2.7  “Grüße und Ende” · "
    "Operating System: Security fix (Planned) (planned:os:security-fix) · may be postponed 2 "
    "times · 1 person signed in · up since 2026-01-01 10:00\n"
    "pc-2   Idle            –           –        –                    last request BBB-CCC: would "
    "restart · only rehearses\n"
    "win-3  Answers         –           –        –                    Owl OS · does not tell what "
    "is pending · up since 2026-01-01 10:00\n"
    "pc-4   Failed          –           –        –                    The computer refused the "
    "request: No owls here. Use another account, or have this one allowed to do that there; to see "
    "the status is a right of its own, which --wait=down and back need as well.\n");
}

static JsonObject *
get_host (JsonParser *parser, guint index)
{
  JsonObject *root = json_node_get_object (json_parser_get_root (parser));

  return json_array_get_object_element (json_object_get_array_member (root, "hosts"), index);
}

static void
test_status_json (Fixture *f, gconstpointer data)
{
  g_autoptr (ScriptedServer)
    server = scripted_server_new (NULL, status_scripts, G_N_ELEMENTS (status_scripts));
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *text = NULL;
  JsonObject *root;
  JsonObject *host;
  JsonObject *reason;

  g_test_summary ("The status as JSON has the value of each field, and null for none");

  ask_all (f, server);
  f->command.output = CF_OUTPUT_JSON;
  text = cf_output_results (&f->command, G_LIST_MODEL (f->errands), CF_EXIT_PERMISSION, &no_screen);
  g_assert_true (json_parser_load_from_data (parser, text, -1, NULL));
  root = json_node_get_object (json_parser_get_root (parser));
  g_assert_true (json_object_get_null_member (root, "request"));
  g_assert_cmpstr (json_object_get_string_member (root, "action"), ==, "status");
  g_assert_cmpint (json_object_get_int_member (root, "exit"), ==, 5);

  host = get_host (parser, 0);
  g_assert_cmpstr (json_object_get_string_member (host, "state"), ==, "pending");
  g_assert_cmpstr (json_object_get_string_member (host, "action"), ==, "poweroff");
  g_assert_cmpint (json_object_get_int_member (host, "seconds_remaining"), ==, 299);
  g_assert_cmpstr (json_object_get_string_member (host, "message"), ==, "Grüße\nund Ende");
  reason = json_object_get_object_member (host, "reason");
  g_assert_cmpint (json_object_get_int_member (reason, "code"), ==, 0x80020012);
  g_assert_cmpstr (json_object_get_string_member (reason, "text"), ==, "planned:os:security-fix");
  g_assert_cmpstr (json_object_get_string_member (host, "requester"), ==, "mara from 192.0.2.7");
  g_assert_cmpstr (json_object_get_string_member (host, "request_code"), ==, CODE);
  g_assert_cmpint (json_object_get_int_member (host, "postpones_left"), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (host, "boot_id"), ==, "0c5a");
  g_assert_cmpstr (json_object_get_string_member (host, "boot_time"), ==,
                   "2026-01-01T10:00:00+00:00");
  g_assert_cmpint (json_object_get_int_member (host, "users_logged_on"), ==, 1);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (host, "capabilities")), ==,
                    1);
  g_assert_true (json_object_get_null_member (host, "last_outcome"));
  g_assert_true (json_object_get_null_member (host, "client_hint"));

  host = get_host (parser, 1);
  g_assert_cmpstr (json_object_get_string_member (host, "state"), ==, "idle");
  g_assert_true (json_object_get_null_member (host, "message"));
  g_assert_true (json_object_get_null_member (host, "reason"));
  g_assert_true (json_object_get_null_member (host, "users_logged_on"));
  g_assert_true (json_object_get_boolean_member (host, "rehearsal"));
  g_assert_cmpstr (json_object_get_string_member (host, "last_outcome"), ==, "would restart");
  g_assert_cmpstr (json_object_get_string_member (host, "last_request_code"), ==, "BBB-CCC");

  host = get_host (parser, 2);
  g_assert_cmpstr (json_object_get_string_member (host, "state"), ==, "answers");
  g_assert_cmpstr (json_object_get_string_member (host, "method"), ==, "wmi");
  g_assert_cmpstr (json_object_get_string_member (host, "system"), ==, "Owl OS");

  host = get_host (parser, 3);
  g_assert_cmpstr (json_object_get_string_member (host, "state"), ==, "failed");
}

static void
test_abort (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmEndpoint) endpoint = wsm_endpoint_parse ("pc-1", NULL, NULL);
  g_autoptr (CfErrand) good = cf_abort_new ("pc-1", endpoint, f->contact, f->native);
  g_autoptr (CfErrand) bad = cf_abort_new ("pc-2", endpoint, f->contact, f->native);
  g_autofree char *text = NULL;

  g_test_summary ("An abort has no request of its own to tell of");

  f->command.verb = CF_VERB_ABORT;
  g_clear_pointer (&f->command.request, cf_shutdown_request_unref);
  cf_errand_settle_code (good, CF_ERRAND_CALLED_OFF, 0);
  cf_errand_settle_code (bad, CF_ERRAND_CALLED_OFF, 1116);
  g_list_store_append (f->errands, good);
  g_list_store_append (f->errands, bad);
  text = cf_output_results (&f->command, G_LIST_MODEL (f->errands), CF_EXIT_REFUSED, &no_screen);
  g_assert_cmpstr (text, ==,
                   "HOST  STATE           ELAPSED  NOTE\n"
                   "pc-1  Called off      0.0 s\n"
                   "pc-2  Refused (1116)  0.0 s    There is nothing left to call off: nothing is "
                   "pending there. Look at its status: it may have gone down, or somebody called "
                   "it off before.\n"
                   "1 of 2 called off, 1 refused. Exit 7.\n");
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/cli/output/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("table", test_table);
  ADD ("one-host", test_one_host);
  ADD ("json", test_json);
  ADD ("jsonl", test_jsonl);
  ADD ("dry-run", test_dry_run);
  ADD ("status-table", test_status_table);
  ADD ("status-json", test_status_json);
  ADD ("abort", test_abort);

  return g_test_run ();
}
