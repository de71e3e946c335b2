/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-connection-private.h"

static void
refuse_client (WsmConnection *self, const char *reason)
{
  if (wsm_rarely_may (self->core->refusals, self->source, g_get_monotonic_time ()))
    {
      g_autofree char *summary = g_strdup_printf ("Refused a request, as %s", reason);

      wsm_connection_audit (self, WSM_AUDIT_REFUSED, summary);
    }
  wsm_connection_answer_unread (self, 503);
}

/* Whom the request is counted under, and what the journal and the access rules see. */
static const char *
begin_request (WsmConnection *self, const WsmFrontClient *client)
{
  const char *reason;

  self->address = g_strdup (client->address);
  self->source = client->source;
  self->is_client_tls = client->is_tls;
  self->schemes = client->is_tls ? WSM_AUTH_SCHEME_BASIC : WSM_AUTH_SCHEME_NONE;

  reason = wsm_admission_begin_request (self->core->admission, self->source);
  self->is_request_counted = reason == NULL;

  return reason;
}

/*
 * wsm_connection_take_front_head: a good head of a request that a web server passes on.
 *
 * A web server sends requests of many clients over one connection, so each has to say itself who
 * asks, and nothing of that is left for the next one.
 */
void
wsm_connection_take_front_head (WsmConnection *self, const guint8 *first, gsize length)
{
  g_auto (WsmFrontClient) client = { 0 };
  const char *reason;

  wsm_front_client_init (&client, &self->head);
  reason = begin_request (self, &client);
  if (reason != NULL)
    {
      refuse_client (self, reason);
    }
  else if (!client.is_tls)
    {
      g_debug ("Nobody can sign in from %s without TLS", self->address);
      wsm_connection_answer_unread (self, 403);
    }
  else if (client.user.start != NULL)
    {
      wsm_connection_begin_sign_in (self, &client.user, first, length);
    }
  else if (self->head.authorization.start != NULL)
    {
      wsm_connection_begin_sign_in (self, NULL, first, length);
    }
  else
    {
      wsm_connection_answer_unread (self, 401);
    }
}

/* wsm_connection_end_front_request: nobody is its client any more; idempotent. */
void
wsm_connection_end_front_request (WsmConnection *self)
{
  if (self->is_request_counted)
    wsm_admission_end_request (self->core->admission, self->source,
                               self->signed_in.principal != NULL);
  self->is_request_counted = FALSE;
  wsm_signed_in_clear (&self->signed_in);
  g_clear_pointer (&self->address, g_free);
  self->source = WSM_SOURCE_FRONT;
  self->is_client_tls = FALSE;
}
