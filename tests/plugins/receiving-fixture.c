/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "receiving-fixture.h"

#include "power/cf-rehearsal.h"

#include <glib/gstdio.h>

static CfAuthority *
make_authority (const char *access)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  CfAuthority *authority;
  int fd;

  if (access == NULL)
    return cf_authority_new_for_rehearsal ();

  fd = g_file_open_tmp ("curfew-XXXXXX", &path, NULL);
  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (
    g_file_set_contents_full (path, access, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  authority = cf_authority_new_from_file (path, &error);
  g_assert_no_error (error);
  g_unlink (path);
  return authority;
}

/* @access: (nullable): the text of an access.conf; %NULL lets everyone do everything */
void
receiving_set_up (Receiving *r, const char *const *signed_in, const char *access)
{
  g_autoptr (CfPower) power = CF_POWER (cf_rehearsal_new (signed_in, TRUE, NULL));
  g_autoptr (CfAuthority) authority = make_authority (access);

  *r = (Receiving){ 0 };
  r->clock = cf_test_clock_new ();
  r->schedule = cf_schedule_new (CF_CLOCK (r->clock), NULL);
  r->receiver = cf_receiver_new (r->schedule, power, authority, CF_CLOCK (r->clock));
  r->history = cf_action_history_new (NULL, "boot", 0);
  r->executor = cf_executor_new (r->schedule, power, CF_CLOCK (r->clock), r->history);
  r->facts = cf_machine_facts_new (NULL);
  g_assert_nonnull (r->facts);
  r->caller = wsm_principal_new ("mara", NULL, "basic", "192.0.2.7");
}

void
receiving_tear_down (Receiving *r)
{
  g_clear_object (&r->executor);
  g_clear_object (&r->history);
  g_clear_object (&r->receiver);
  g_clear_object (&r->schedule);
  g_clear_object (&r->clock);
  cf_machine_facts_free (r->facts);
  wsm_principal_unref (r->caller);
  g_clear_pointer (&r->object, wsm_object_unref);
  g_clear_pointer (&r->fault, wsm_fault_unref);
}

static void
done_cb (const WsmOutcome *outcome, gpointer user_data)
{
  Receiving *r = user_data;

  g_assert_null (outcome->shell);
  g_assert_true ((outcome->object == NULL) != (outcome->fault == NULL));
  g_clear_pointer (&r->object, wsm_object_unref);
  g_clear_pointer (&r->fault, wsm_fault_unref);
  r->object = outcome->object != NULL ? wsm_object_ref (outcome->object) : NULL;
  r->fault = outcome->fault != NULL ? wsm_fault_ref (outcome->fault) : NULL;
}

void
receiving_ask (Receiving *r, WsmHandler *handler, WsmEnvelope *request)
{
  g_autoptr (WsmOperation) operation = wsm_operation_new (r->caller, request, NULL, done_cb, r);

  wsm_handler_handle (handler, operation);
  g_assert_true (r->object != NULL || r->fault != NULL);
}

/* Invokes what has to succeed and gives its ReturnValue. */
guint32
receiving_invoke (Receiving *r, WsmHandler *handler, const char *uri, const char *method,
                  WsmObject *input)
{
  g_autoptr (WsmEnvelope)
    request = wsm_envelope_new_invoke ("http://127.0.0.1/wsman", uri, method, input, 30000);
  g_autofree char *output = g_strconcat (method, "_OUTPUT", NULL);
  guint32 code = G_MAXUINT32;

  receiving_ask (r, handler, request);
  g_assert_null (r->fault);
  g_assert_cmpstr (wsm_object_get_name (r->object), ==, output);
  g_assert_cmpstr (wsm_object_get_namespace_uri (r->object), ==, uri);
  g_assert_true (wsm_object_get_uint32 (r->object, "ReturnValue", &code, NULL));
  return code;
}
