/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet/cf-status.h"
#include "request/cf-windows-shutdown-names.h"
#include "wsman/wire/wsm-wire-error.h"

static WsmObject *
new_pending (void)
{
  WsmObject *object = wsm_object_new (CF_WINDOWS_SHUTDOWN_URI, CF_STATUS_ELEMENT);

  wsm_object_add_string (object, CF_STATUS_STATE, CF_STATE_PENDING);
  wsm_object_add_string (object, CF_STATUS_ACTION, "PowerOff");
  wsm_object_add_uint32 (object, CF_STATUS_SECONDS_REMAINING, 299);
  wsm_object_add_uint32 (object, CF_STATUS_REASON, 0x80020012);
  wsm_object_add_string (object, CF_STATUS_REQUESTER, "mara from 192.0.2.7");
  wsm_object_add_string (object, CF_STATUS_CLIENT_HINT, "curfewctl/1");
  wsm_object_add_string (object, CF_STATUS_REQUEST_CODE, "K7M-2QX");
  wsm_object_add_uint32 (object, CF_STATUS_POSTPONES_LEFT, 2);
  wsm_object_add_string (object, CF_STATUS_BOOT_ID, "0c5a");
  wsm_object_add_string (object, CF_STATUS_BOOT_TIME, "2026-01-01T10:00:00Z");
  wsm_object_add_uint32 (object, CF_STATUS_USERS_LOGGED_ON, 3);
  wsm_object_add_string (object, CF_STATUS_CAPABILITY, "SHUTDOWN_RESTART");
  wsm_object_add_string (object, CF_STATUS_CAPABILITY, "SHUTDOWN_OWL");
  wsm_object_add_string (object, CF_STATUS_CAPABILITY, "SHUTDOWN_GRACE_OVERRIDE");
  wsm_object_add_string (object, CF_STATUS_LAST_OUTCOME, CF_OUTCOME_VETOED);
  wsm_object_add_string (object, CF_STATUS_LAST_DETAIL, "alice is signed in (tty2)");
  return object;
}

static void
test_reads_native (void)
{
  g_autoptr (WsmObject) object = new_pending ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CfStatus) status = cf_status_new_from_native (object, &error);
  g_autoptr (CfStatus) copy = NULL;

  g_test_summary ("All that a host tells is read, and a copy holds the same");

  g_assert_no_error (error);
  copy = cf_status_copy (status);
  g_clear_pointer (&status, cf_status_free);
  g_assert_cmpint (copy->state, ==, CF_PENDING_WAITING);
  g_assert_true (copy->has_request);
  g_assert_cmpint (copy->action, ==, CF_SHUTDOWN_ACTION_POWER_OFF);
  g_assert_cmpuint (copy->seconds_remaining, ==, 299);
  g_assert_null (copy->message);
  g_assert_cmphex (copy->reason, ==, 0x80020012);
  g_assert_cmpstr (copy->requester, ==, "mara from 192.0.2.7");
  g_assert_cmpstr (copy->client_hint, ==, "curfewctl/1");
  g_assert_cmpstr (copy->request_code, ==, "K7M-2QX");
  g_assert_cmpuint (copy->postpones_left, ==, 2);
  g_assert_cmpstr (copy->boot_id, ==, "0c5a");
  g_assert_cmpint (g_date_time_to_unix (copy->boot_time), ==, 1767261600);
  g_assert_true (copy->has_users);
  g_assert_cmpuint (copy->users_logged_on, ==, 3);
  g_assert_cmphex (copy->capabilities, ==, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_GRACE_OVERRIDE);
  g_assert_false (copy->is_rehearsal);
  g_assert_cmpint (copy->last_outcome, ==, CF_OUTCOME_IS_VETOED);
  g_assert_cmpstr (copy->last_detail, ==, "alice is signed in (tty2)");
}

static void
test_needs_state (void)
{
  static const char *const states[] = { NULL, "", "Sleeping", "idle" };

  g_test_summary ("Without a state that is known there is no status");

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (WsmObject) object = wsm_object_new (CF_WINDOWS_SHUTDOWN_URI, CF_STATUS_ELEMENT);
      g_autoptr (GError) error = NULL;

      if (states[i] != NULL)
        wsm_object_add_string (object, CF_STATUS_STATE, states[i]);
      g_assert_null (cf_status_new_from_native (object, &error));
      g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_VALUE);
    }
}

static void
test_bad_values_are_left_out (void)
{
  g_autoptr (WsmObject) object = wsm_object_new (CF_WINDOWS_SHUTDOWN_URI, CF_STATUS_ELEMENT);
  g_autoptr (CfStatus) status = NULL;

  g_test_summary ("What is no value is as if it were not there");

  wsm_object_add_string (object, CF_STATUS_STATE, CF_STATE_PENDING);
  wsm_object_add_string (object, CF_STATUS_ACTION, "Explode");
  wsm_object_add_string (object, CF_STATUS_SECONDS_REMAINING, "soon");
  wsm_object_add_string (object, CF_STATUS_BOOT_TIME, "yesterday");
  wsm_object_add_string (object, CF_STATUS_USERS_LOGGED_ON, "-1");
  wsm_object_add_string (object, CF_STATUS_REHEARSAL, "perhaps");
  wsm_object_add_string (object, CF_STATUS_LAST_OUTCOME, "Melted");
  wsm_object_add_string (object, CF_STATUS_LAST_REQUEST_CODE, "not a code");
  status = cf_status_new_from_native (object, NULL);
  g_assert_nonnull (status);
  g_assert_false (status->has_request);
  g_assert_null (status->boot_time);
  g_assert_false (status->has_users);
  g_assert_false (status->is_rehearsal);
  g_assert_cmpint (status->last_outcome, ==, CF_OUTCOME_IS_NONE);
  g_assert_null (status->last_request_code);
}

static void
test_texts_are_clean (void)
{
  g_autoptr (WsmObject) object = wsm_object_new (CF_WINDOWS_SHUTDOWN_URI, CF_STATUS_ELEMENT);
  g_autoptr (CfStatus) status = NULL;

  g_test_summary ("Text of a host cannot turn a line round or add one; \"\" is not no message");

  wsm_object_add_string (object, CF_STATUS_STATE, CF_STATE_PENDING);
  wsm_object_add_string (object, CF_STATUS_ACTION, "Restart");
  wsm_object_add_string (object, CF_STATUS_MESSAGE, "");
  wsm_object_add_string (object, CF_STATUS_REQUESTER, "ma\xe2\x80\xaera\nroot");
  status = cf_status_new_from_native (object, NULL);
  g_assert_nonnull (status);
  g_assert_cmpstr (status->message, ==, "");
  g_assert_cmpstr (status->requester, ==, "mara root");
}

static void
test_last_words (void)
{
  static const struct
  {
    const char *outcome;
    const char *action;
    const char *words;
  } cases[] = {
    { CF_OUTCOME_WOULD_ACT, "Restart", "would restart" },
    { CF_OUTCOME_WOULD_ACT, "PowerOff", "would power off" },
    { CF_OUTCOME_WOULD_ACT, "Halt", "would halt" },
    { CF_OUTCOME_WOULD_ACT, NULL, "would act" },
    { CF_OUTCOME_ACTED, "Restart", "acted" },
    { CF_OUTCOME_CALLED_OFF, "Restart", "called off" },
    { CF_OUTCOME_SUPERSEDED, NULL, "superseded" },
    { CF_OUTCOME_VETOED, NULL, "vetoed" },
    { CF_OUTCOME_FAILED, NULL, "failed" },
    { NULL, NULL, NULL },
  };

  g_test_summary ("The end of the last request has words that scripts rely on");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WsmObject) object = wsm_object_new (CF_WINDOWS_SHUTDOWN_URI, CF_STATUS_ELEMENT);
      g_autoptr (CfStatus) status = NULL;
      g_autofree char *words = NULL;

      wsm_object_add_string (object, CF_STATUS_STATE, CF_STATE_IDLE);
      if (cases[i].outcome != NULL)
        wsm_object_add_string (object, CF_STATUS_LAST_OUTCOME, cases[i].outcome);
      if (cases[i].action != NULL)
        wsm_object_add_string (object, CF_STATUS_LAST_ACTION, cases[i].action);
      status = cf_status_new_from_native (object, NULL);
      words = cf_status_dup_last_words (status);
      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_reads_windows (void)
{
  g_autoptr (WsmObject)
    object = wsm_object_new (CF_OPERATING_SYSTEM_URI, CF_OPERATING_SYSTEM_CLASS);
  g_autoptr (WsmObject) empty = wsm_object_new (CF_OPERATING_SYSTEM_URI, CF_OPERATING_SYSTEM_CLASS);
  g_autoptr (CfStatus) status = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("Windows tells when it started, not what is pending");

  wsm_object_add_string (object, "Caption", "Owl OS");
  wsm_object_add_string (object, "LastBootUpTime", "20260101110000.500000+060");
  wsm_object_add_uint32 (object, "NumberOfUsers", 2);
  status = cf_status_new_from_operating_system (object, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status->state, ==, CF_PENDING_UNTOLD);
  g_assert_cmpint (g_date_time_to_unix (status->boot_time), ==, 1767261600);
  g_assert_cmpuint (status->users_logged_on, ==, 2);
  g_assert_cmpstr (status->system, ==, "Owl OS");

  g_assert_null (cf_status_new_from_operating_system (empty, &error));
  g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_ABSENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fleet/status/reads-native", test_reads_native);
  g_test_add_func ("/fleet/status/needs-state", test_needs_state);
  g_test_add_func ("/fleet/status/bad-values-are-left-out", test_bad_values_are_left_out);
  g_test_add_func ("/fleet/status/texts-are-clean", test_texts_are_clean);
  g_test_add_func ("/fleet/status/last-words", test_last_words);
  g_test_add_func ("/fleet/status/reads-windows", test_reads_windows);

  return g_test_run ();
}
