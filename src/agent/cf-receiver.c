/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-receiver.h"

#include "cf-audit.h"
#include "request/cf-win32-code.h"

struct _CfReceiver
{
  GObject parent_instance;

  CfSchedule *schedule;   /* (owned), set once */
  CfPower *power;         /* (owned), set once */
  CfAuthority *authority; /* (owned), set once */
};

G_DEFINE_FINAL_TYPE (CfReceiver, cf_receiver, G_TYPE_OBJECT)

static void
executed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfReceiver) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!cf_power_execute_finish (CF_POWER (source), result, &error))
    {
      g_warning ("%s", error->message);
      cf_schedule_finish (self->schedule, CF_SCHEDULE_FAILED, error->message);
      return;
    }
  cf_schedule_finish (
    self->schedule, cf_power_is_rehearsal (self->power) ? CF_SCHEDULE_WOULD_ACT : CF_SCHEDULE_ACTED,
    NULL);
}

static void
due_cb (CfReceiver *self, CfScheduleEntry *entry)
{
  cf_audit_executing (entry);
  cf_power_execute_async (self->power, cf_schedule_entry_get_request (entry), NULL, executed_cb,
                          g_object_ref (self));
}

static void
ended_cb (CfReceiver *self, CfScheduleEntry *entry, CfScheduleOutcome outcome)
{
  cf_audit_ended (entry, outcome);
}

static void
cf_receiver_dispose (GObject *object)
{
  CfReceiver *self = CF_RECEIVER (object);

  g_clear_object (&self->schedule);
  g_clear_object (&self->power);
  g_clear_object (&self->authority);

  G_OBJECT_CLASS (cf_receiver_parent_class)->dispose (object);
}

static void
cf_receiver_class_init (CfReceiverClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_receiver_dispose;
}

static void
cf_receiver_init (CfReceiver *self)
{
}

/* for people and logs: "mara from 192.0.2.7" */
static char *
describe_caller (WsmPrincipal *caller)
{
  g_autofree char *name = wsm_principal_to_string (caller);

  return g_strdup_printf ("%s from %s", name, wsm_principal_get_address (caller));
}

static char *
problems_to_string (GPtrArray *problems)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < problems->len; i++)
    {
      const CfRequestProblem *problem = g_ptr_array_index (problems, i);

      g_string_append_printf (text, "%s%s: %s", i > 0 ? "; " : "",
                              cf_request_field_get_name (problem->field), problem->message);
    }
  return g_string_free (text, FALSE);
}

/**
 * cf_receiver_new:
 * @schedule: counts down
 * @power: acts when the time has come
 * @authority: knows who may do what
 *
 * Returns: (transfer full): a new receiver
 */
CfReceiver *
cf_receiver_new (CfSchedule *schedule, CfPower *power, CfAuthority *authority)
{
  CfReceiver *self;

  g_return_val_if_fail (CF_IS_SCHEDULE (schedule), NULL);
  g_return_val_if_fail (CF_IS_POWER (power), NULL);
  g_return_val_if_fail (CF_IS_AUTHORITY (authority), NULL);

  self = g_object_new (CF_TYPE_RECEIVER, NULL);
  self->schedule = g_object_ref (schedule);
  self->power = g_object_ref (power);
  self->authority = g_object_ref (authority);
  g_signal_connect_object (schedule, "due", G_CALLBACK (due_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (schedule, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * cf_receiver_initiate:
 * @self: a receiver
 * @caller: who asks
 * @builder: the values that arrived; this call ends it
 *
 * Receives one request to shut down (WsdrInitiateShutdown, [MS-RSP] 3.3.4.1): values, permission,
 * people signed in, what is pending already, in this order.
 *
 * Returns: a Win32 code; 0 means accepted, not done
 */
guint32
cf_receiver_initiate (CfReceiver *self, WsmPrincipal *caller, CfShutdownRequestBuilder *builder)
{
  g_autoptr (CfShutdownRequest) request = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autofree char *requester = NULL;
  CfReceiverFacts facts = { FALSE };
  guint32 code;

  g_return_val_if_fail (CF_IS_RECEIVER (self), CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (caller != NULL, CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (builder != NULL, CF_WIN32_GEN_FAILURE);

  requester = describe_caller (caller);
  request = cf_shutdown_request_builder_end_received (builder, &problems);
  if (request == NULL)
    {
      g_autofree char *text = problems_to_string (problems);

      cf_audit_malformed (requester, text, CF_WIN32_INVALID_PARAMETER);
      return CF_WIN32_INVALID_PARAMETER;
    }
  if (cf_shutdown_flags_are_ambiguous (cf_shutdown_request_get_flags (request)))
    g_message ("The flags name no single action; by the rules of WsdrInitiateShutdown that is: %s",
               cf_shutdown_action_get_verb (cf_shutdown_request_get_action (request)));

  facts.caller_may = cf_authority_may_initiate (self->authority, caller, request);
  facts.users_logged_on = cf_power_count_people (self->power) > 0;
  facts.action_supported = cf_power_supports (self->power, request);
  code = cf_schedule_submit (self->schedule, request, requester, CF_SCHEDULE_ORIGIN_FOREIGN,
                             &facts);
  cf_audit_submitted (request, requester, code);
  return code;
}

/**
 * cf_receiver_refuse:
 * @self: a receiver
 * @caller: who asks
 * @problem: why what arrived cannot become a request, for people
 * @code: the Win32 code to answer with
 *
 * Notes what is refused before there is a request: every attempt leaves its journal entry.
 *
 * Returns: @code
 */
guint32
cf_receiver_refuse (CfReceiver *self, WsmPrincipal *caller, const char *problem, guint32 code)
{
  g_autofree char *requester = NULL;

  g_return_val_if_fail (CF_IS_RECEIVER (self), CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (caller != NULL, CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (problem != NULL, CF_WIN32_GEN_FAILURE);

  requester = describe_caller (caller);
  cf_audit_malformed (requester, problem, code);
  return code;
}

/**
 * cf_receiver_abort:
 * @self: a receiver
 * @caller: who asks
 * @client_hint: (nullable): the canceling program, for the log
 *
 * Receives one WsdrAbortShutdown.
 *
 * Returns: a Win32 code
 */
guint32
cf_receiver_abort (CfReceiver *self, WsmPrincipal *caller, const char *client_hint)
{
  g_autoptr (CfShutdownRequest) request = NULL;
  g_autofree char *requester = NULL;
  CfReceiverFacts facts = { FALSE };
  CfScheduleEntry *entry;
  guint32 code;

  g_return_val_if_fail (CF_IS_RECEIVER (self), CF_WIN32_GEN_FAILURE);
  g_return_val_if_fail (caller != NULL, CF_WIN32_GEN_FAILURE);

  requester = describe_caller (caller);
  entry = cf_schedule_get_entry (self->schedule);
  if (entry != NULL)
    request = cf_shutdown_request_ref (cf_schedule_entry_get_request (entry));
  facts.caller_may = cf_receiver_may (self, caller, CF_VERB_ABORT);
  code = cf_schedule_abort (self->schedule, requester, &facts);
  cf_audit_abort (request, requester, client_hint, code);
  return code;
}

/**
 * cf_receiver_may:
 * @self: a receiver
 * @caller: who asks
 * @verbs: what for
 *
 * Returns: whether @caller may do all of @verbs
 */
gboolean
cf_receiver_may (CfReceiver *self, WsmPrincipal *caller, CfVerbs verbs)
{
  g_return_val_if_fail (CF_IS_RECEIVER (self), FALSE);
  g_return_val_if_fail (caller != NULL, FALSE);

  return (verbs & ~cf_authority_get_verbs (self->authority, caller)) == 0;
}

/**
 * cf_receiver_get_schedule:
 * @self: a receiver
 *
 * Returns: (transfer none): what counts down
 */
CfSchedule *
cf_receiver_get_schedule (CfReceiver *self)
{
  g_return_val_if_fail (CF_IS_RECEIVER (self), NULL);

  return self->schedule;
}

/**
 * cf_receiver_get_power:
 * @self: a receiver
 *
 * Returns: (transfer none): what acts
 */
CfPower *
cf_receiver_get_power (CfReceiver *self)
{
  g_return_val_if_fail (CF_IS_RECEIVER (self), NULL);

  return self->power;
}
