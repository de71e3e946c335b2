/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-executor.h"
#include "plugin-api/curfew-agent-services.h"
#include "plugin-fixture.h"
#include "request/cf-request-code.h"
#include "request/cf-shutdown-flags.h"
#include "wsman/wire/wsm-datetime.h"

#define ACCESS "[user kim]\nallow=all\n[user mara]\nallow=restart\n[user lee]\nallow=status;abort\n"

typedef struct
{
  Desk desk;
  WsmPrincipal *kim;
  WsmPrincipal *mara;
  WsmPrincipal *lee;
} Fixture;

static void
set_up_callers (Fixture *f)
{
  desk_set_up (&f->desk, ACCESS);
  f->kim = wsm_principal_new ("kim", NULL, "Basic", "192.0.2.7");
  f->mara = wsm_principal_new ("mara", NULL, "Basic", "192.0.2.8");
  f->lee = wsm_principal_new ("lee", NULL, "Basic", "192.0.2.9");
}

static void
tear_down_callers (Fixture *f)
{
  wsm_principal_unref (f->kim);
  wsm_principal_unref (f->mara);
  wsm_principal_unref (f->lee);
  desk_tear_down (&f->desk);
}

static CfScheduleEntry *
get_entry (Fixture *f)
{
  CfScheduleEntry *entry = cf_schedule_get_entry (f->desk.schedule);

  g_assert_nonnull (entry);
  return entry;
}

static void
test_submit (void)
{
  const CfPluginShutdown shutdown = {
    .message = "Tea is ready",
    .grace_period = 90,
    .shutdown_flags = CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS,
    .reason = 0x80040001,
    .client_hint = "teapot",
    .request_code = "7Z3-6NW",
    .postpone_limit = 2,
    .postpone_seconds = 600,
  };
  CfShutdownRequest *request;
  CfScheduleEntry *entry;
  Fixture f;

  g_test_summary ("Every field of a request arrives");

  set_up_callers (&f);
  cf_receiver_set_manners (f.desk.receiver, &(CfManners){ .may_postpone = TRUE });
  g_assert_cmpuint (cf_plugin_desk_submit (f.desk.desk, f.kim, &shutdown), ==, 0);
  entry = get_entry (&f);
  request = cf_schedule_entry_get_request (entry);
  g_assert_cmpstr (cf_shutdown_request_get_message (request), ==, "Tea is ready");
  g_assert_cmpuint (cf_shutdown_request_get_grace_seconds (request), ==, 90);
  g_assert_cmpint (cf_shutdown_request_get_action (request), ==, CF_SHUTDOWN_ACTION_RESTART);
  g_assert_cmphex (cf_shutdown_request_get_flags (request) & CF_SHUTDOWN_FORCE_OTHERS, !=, 0);
  g_assert_cmphex (cf_shutdown_request_get_reason (request), ==, 0x80040001);
  g_assert_cmpstr (cf_shutdown_request_get_client_hint (request), ==, "teapot");
  g_assert_cmpstr (cf_shutdown_request_get_code (request), ==, "7Z3-6NW");
  g_assert_cmpuint (cf_schedule_entry_get_postpones_left (entry), ==, 2);
  g_assert_cmpstr (cf_schedule_entry_get_requester (entry), ==, "kim from 192.0.2.7");

  g_assert_cmpuint (cf_plugin_desk_submit (f.desk.desk, f.kim, &shutdown), ==, 1190);
  tear_down_callers (&f);
}

static void
test_code_and_origin (void)
{
  CfPluginShutdown shutdown = { .grace_period = 60, .shutdown_flags = CF_SHUTDOWN_RESTART };
  CfShutdownRequest *request;
  Fixture f;

  g_test_summary ("A request without a code is a foreign client's, and is given one");

  set_up_callers (&f);
  cf_receiver_set_manners (f.desk.receiver, &(CfManners){ .extend_foreign = TRUE });
  g_assert_cmpuint (cf_plugin_desk_submit (f.desk.desk, f.mara, &shutdown), ==, 0);
  request = cf_schedule_entry_get_request (get_entry (&f));
  g_assert_nonnull (cf_shutdown_request_get_code (request));
  g_assert_null (cf_shutdown_request_get_message (request));
  g_assert_null (cf_shutdown_request_get_client_hint (request));
  g_assert_cmpint (cf_schedule_entry_get_origin (get_entry (&f)), ==, CF_SCHEDULE_ORIGIN_CURFEW);
  g_assert_cmpuint (cf_plugin_desk_abort (f.desk.desk, f.kim, NULL), ==, 0);

  shutdown.request_code = "7Z3-6NW";
  g_assert_cmpuint (cf_plugin_desk_submit (f.desk.desk, f.mara, &shutdown), ==, 0);
  g_assert_cmpint (cf_schedule_entry_get_origin (get_entry (&f)), ==, CF_SCHEDULE_ORIGIN_FOREIGN);
  tear_down_callers (&f);
}

static void
test_permissions (void)
{
  const CfPluginShutdown restart = { .grace_period = 60, .shutdown_flags = CF_SHUTDOWN_RESTART };
  const CfPluginShutdown power_off = { .grace_period = 60, .shutdown_flags = CF_SHUTDOWN_POWEROFF };
  const CfPluginShutdown wrong = { .grace_period = G_MAXUINT32, .shutdown_flags = 4 };
  g_auto (CfPluginStatus) status = { 0 };
  Fixture f;

  g_test_summary ("Each caller may what access.conf says, and no more");

  set_up_callers (&f);
  g_assert_cmpuint (cf_plugin_desk_submit (f.desk.desk, f.lee, &restart), ==, 53);
  g_assert_cmpuint (cf_plugin_desk_submit (f.desk.desk, f.mara, &power_off), ==, 53);
  g_assert_cmpuint (cf_plugin_desk_submit (f.desk.desk, f.mara, &wrong), ==, 87);
  g_assert_cmpuint (cf_plugin_desk_abort (f.desk.desk, f.lee, NULL), ==, 1116);
  g_assert_cmpuint (cf_plugin_desk_submit (f.desk.desk, f.mara, &restart), ==, 0);
  g_assert_cmpuint (cf_plugin_desk_abort (f.desk.desk, f.mara, NULL), ==, 53);
  g_assert_cmpuint (cf_plugin_desk_refuse (f.desk.desk, f.mara, NULL, 50), ==, 50);

  g_assert_cmpuint (cf_plugin_desk_describe (f.desk.desk, f.mara, &status), ==, 5);
  g_assert_null (status.boot_id);
  g_assert_cmpuint (cf_plugin_desk_describe (f.desk.desk, f.lee, &status), ==, 0);
  g_assert_cmpuint (cf_plugin_desk_abort (f.desk.desk, f.lee, "kettle"), ==, 0);
  tear_down_callers (&f);
}

static void
test_describe (void)
{
  const CfPluginShutdown shutdown = {
    .message = "Tea",
    .grace_period = 90,
    .shutdown_flags = CF_SHUTDOWN_POWEROFF,
    .reason = 7,
    .client_hint = "teapot",
    .request_code = "7Z3-6NW",
  };
  g_auto (CfPluginStatus) idle = { 0 };
  g_auto (CfPluginStatus) pending = { 0 };
  g_auto (CfPluginStatus) after = { 0 };
  Fixture f;

  g_test_summary ("What is pending, what the machine is, and how the last one ended");

  set_up_callers (&f);
  g_assert_cmpuint (cf_plugin_desk_describe (f.desk.desk, f.lee, &idle), ==, 0);
  g_assert_cmpuint (idle.state, ==, CURFEW_AGENT_IDLE);
  g_assert_null (idle.requester);
  g_assert_null (idle.last_outcome);
  g_assert_cmpstr (idle.boot_id, ==, f.desk.facts->boot_id);
  g_assert_cmpstr (idle.host_name, ==, f.desk.facts->host_name);
  g_assert_cmpstr (idle.system_name, ==, f.desk.facts->system_name);
  g_assert_cmpstr (idle.kernel_release, ==, f.desk.facts->kernel_release);
  g_assert_true (idle.rehearsal);
  g_assert_cmphex (idle.capabilities & CF_SHUTDOWN_RESTART, !=, 0);
  g_assert_cmphex (idle.best_effort, ==, idle.capabilities & CF_SHUTDOWN_RESTARTAPPS);

  g_assert_cmpuint (cf_plugin_desk_submit (f.desk.desk, f.kim, &shutdown), ==, 0);
  cf_test_clock_run (f.desk.clock, 500 * 1000);
  g_assert_cmpuint (cf_plugin_desk_describe (f.desk.desk, f.lee, &pending), ==, 0);
  g_assert_cmpuint (pending.state, ==, CURFEW_AGENT_PENDING);
  g_assert_cmpstr (pending.action, ==, "PowerOff");
  g_assert_cmpuint (pending.seconds_remaining, ==, 90);
  g_assert_cmpstr (pending.message, ==, "Tea");
  g_assert_cmpuint (pending.reason, ==, 7);
  g_assert_cmpstr (pending.requester, ==, "kim from 192.0.2.7");
  g_assert_cmpstr (pending.client_hint, ==, "teapot");
  g_assert_cmpstr (pending.request_code, ==, "7Z3-6NW");

  g_assert_cmpuint (cf_plugin_desk_abort (f.desk.desk, f.lee, NULL), ==, 0);
  g_assert_cmpuint (cf_plugin_desk_describe (f.desk.desk, f.lee, &after), ==, 0);
  g_assert_cmpuint (after.state, ==, CURFEW_AGENT_IDLE);
  g_assert_cmpstr (after.last_outcome, ==, "CalledOff");
  g_assert_cmpstr (after.last_request_code, ==, "7Z3-6NW");
  g_assert_cmpstr (after.last_action, ==, "PowerOff");
  g_assert_cmpstr (after.last_detail, ==, "lee from 192.0.2.9");
  tear_down_callers (&f);
}

static void
test_times (void)
{
  g_auto (CfPluginStatus) status = { 0 };
  g_autoptr (GDateTime) boot_time = NULL;
  g_autoptr (GDateTime) local_time = NULL;
  g_autoptr (GDateTime) expected = NULL;
  Fixture f;

  g_test_summary (
    "Times can be read back exactly: the boot time in UTC, the other as people see it");

  g_setenv ("TZ", "Asia/Kolkata", TRUE);
  set_up_callers (&f);
  cf_test_clock_advance (f.desk.clock, 437001);
  g_assert_cmpuint (cf_plugin_desk_describe (f.desk.desk, f.lee, &status), ==, 0);
  g_assert_true (g_str_has_suffix (status.boot_time, "Z"));
  g_assert_true (g_str_has_suffix (status.local_time, "+05:30"));
  boot_time = wsm_datetime_parse (status.boot_time, NULL);
  local_time = wsm_datetime_parse (status.local_time, NULL);
  expected = cf_clock_dup_boot_time (CF_CLOCK (f.desk.clock));
  g_assert_true (g_date_time_equal (boot_time, expected));
  g_clear_pointer (&expected, g_date_time_unref);
  expected = cf_clock_dup_real_time (CF_CLOCK (f.desk.clock));
  g_assert_true (g_date_time_equal (local_time, expected));
  g_assert_cmpint (g_date_time_get_microsecond (local_time), ==, 437001);
  tear_down_callers (&f);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/agent/plugin-desk/submit", test_submit);
  g_test_add_func ("/agent/plugin-desk/code-and-origin", test_code_and_origin);
  g_test_add_func ("/agent/plugin-desk/permissions", test_permissions);
  g_test_add_func ("/agent/plugin-desk/describe", test_describe);
  g_test_add_func ("/agent/plugin-desk/times", test_times);
  status = g_test_run ();
  g_clear_pointer (&fake_runners.made, g_ptr_array_unref);
  return status;
}
