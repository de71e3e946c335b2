/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shutdown-request.h"

#include "cf-shutdown-request-private.h"

G_DEFINE_BOXED_TYPE (CfShutdownRequest, cf_shutdown_request, cf_shutdown_request_ref,
                     cf_shutdown_request_unref)

/**
 * cf_shutdown_request_ref:
 * @self: a request
 *
 * Returns: (transfer full): @self
 */
CfShutdownRequest *
cf_shutdown_request_ref (CfShutdownRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * cf_shutdown_request_unref:
 * @self: (transfer full): a request
 */
void
cf_shutdown_request_unref (CfShutdownRequest *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->message);
  g_free (self->client_hint);
  g_free (self->code);
  g_free (self);
}

/**
 * cf_shutdown_request_get_action:
 * @self: a request
 *
 * Returns: what it ends in; of a received request, as cf_shutdown_flags_resolve_action() reads it
 */
CfShutdownAction
cf_shutdown_request_get_action (const CfShutdownRequest *self)
{
  g_return_val_if_fail (self != NULL, CF_SHUTDOWN_ACTION_RESTART);

  return self->action;
}

/**
 * cf_shutdown_request_get_flags:
 * @self: a request
 *
 * Returns: dwShutdownFlags: as composed, or as received less the bits without a meaning
 */
CfShutdownFlags
cf_shutdown_request_get_flags (const CfShutdownRequest *self)
{
  g_return_val_if_fail (self != NULL, CF_SHUTDOWN_NO_FLAGS);

  return self->flags;
}

/**
 * cf_shutdown_request_get_message:
 * @self: a request
 *
 * Returns: (nullable): the text for the people at the machine, UTF-8, at most
 *   %CF_SHUTDOWN_MESSAGE_MAX_UNITS; %NULL shows none, "" shows a countdown without text
 */
const char *
cf_shutdown_request_get_message (const CfShutdownRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->message;
}

/**
 * cf_shutdown_request_get_grace_seconds:
 * @self: a request
 *
 * Returns: seconds to wait, 0 … %CF_SHUTDOWN_GRACE_MAX_SECONDS; always 0 with
 *   %CF_SHUTDOWN_GRACE_OVERRIDE
 */
guint32
cf_shutdown_request_get_grace_seconds (const CfShutdownRequest *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->grace_seconds;
}

/**
 * cf_shutdown_request_get_reason:
 * @self: a request
 *
 * Returns: dwReason ([MS-RSP] 2.3); 0 only in a received request
 */
guint32
cf_shutdown_request_get_reason (const CfShutdownRequest *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->reason;
}

/**
 * cf_shutdown_request_get_client_hint:
 * @self: a request
 *
 * Returns: (nullable): the initiating program by its own word; for logs, never for decisions
 */
const char *
cf_shutdown_request_get_client_hint (const CfShutdownRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->client_hint;
}

/**
 * cf_shutdown_request_get_code:
 * @self: a request
 *
 * Returns: (nullable): what people call it: "K7M-2QX"
 */
const char *
cf_shutdown_request_get_code (const CfShutdownRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->code;
}

/**
 * cf_shutdown_request_get_postpone_limit:
 * @self: a request
 *
 * Returns: how often the people at the machine may postpone it
 */
guint32
cf_shutdown_request_get_postpone_limit (const CfShutdownRequest *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->postpone_limit;
}

/**
 * cf_shutdown_request_get_postpone_seconds:
 * @self: a request
 *
 * Returns: by how many seconds each time
 */
guint32
cf_shutdown_request_get_postpone_seconds (const CfShutdownRequest *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->postpone_seconds;
}

/**
 * cf_shutdown_request_equal:
 * @a: a request
 * @b: a request
 *
 * Returns: whether both ask for exactly the same
 */
gboolean
cf_shutdown_request_equal (const CfShutdownRequest *a, const CfShutdownRequest *b)
{
  g_return_val_if_fail (a != NULL, FALSE);
  g_return_val_if_fail (b != NULL, FALSE);

  return a->action == b->action && a->flags == b->flags && a->grace_seconds == b->grace_seconds &&
         a->reason == b->reason && a->postpone_limit == b->postpone_limit &&
         a->postpone_seconds == b->postpone_seconds && g_strcmp0 (a->message, b->message) == 0 &&
         g_strcmp0 (a->client_hint, b->client_hint) == 0 && g_strcmp0 (a->code, b->code) == 0;
}

/**
 * cf_request_field_get_name:
 * @field: a part of a request
 *
 * Returns: its name on the wire, for logs: "lpMessage"
 */
const char *
cf_request_field_get_name (CfRequestField field)
{
  static const char *const names[] = {
    [CF_REQUEST_FIELD_ACTION] = "action",     [CF_REQUEST_FIELD_FLAGS] = "dwShutdownFlags",
    [CF_REQUEST_FIELD_MESSAGE] = "lpMessage", [CF_REQUEST_FIELD_GRACE] = "dwGracePeriod",
    [CF_REQUEST_FIELD_REASON] = "dwReason",   [CF_REQUEST_FIELD_CLIENT_HINT] = "lpClientHint",
    [CF_REQUEST_FIELD_CODE] = "RequestCode",  [CF_REQUEST_FIELD_POSTPONE] = "PostponeLimit",
  };

  g_return_val_if_fail (field < G_N_ELEMENTS (names), NULL);

  return names[field];
}
