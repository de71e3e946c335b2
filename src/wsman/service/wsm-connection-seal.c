/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-connection-private.h"

#include <string.h>

/* Nothing is done of what came, and nothing more is believed on this connection. */
static void
refuse (WsmConnection *self, guint status, const char *summary)
{
  wsm_connection_audit (self, WSM_AUDIT_TAMPERED, summary);
  wsm_connection_forget_signed_in (self);
  wsm_connection_refuse (self, status);
}

/* A sign-in that is not bound to this TLS connection may have been meant for another one, over http
 * for instance: whoever passed it on has no key to seal with. Whoever can bind does so next time:
 * some clients learn of the certificate from this answer. */
static void
refuse_unbound (WsmConnection *self)
{
  if (wsm_rarely_may (self->core->refusals, self->source, g_get_monotonic_time ()))
    wsm_connection_audit (self, WSM_AUDIT_REFUSED,
                          "Refused a message that came unsealed after a sign-in that is not bound "
                          "to its TLS connection");
  g_clear_pointer (&self->authenticate, g_free); /* that sign-in is of no use */
  wsm_connection_forget_signed_in (self);
  wsm_connection_refuse (self, 401);
}

/*
 * wsm_connection_check_form: whether the body of this request comes as it has to: sealed, unless
 * the caller is known to be at the other end of this TLS connection; and not sealed by nobody knows
 * whom.
 *
 * Returns: %FALSE if not, which was answered then
 */
gboolean
wsm_connection_check_form (WsmConnection *self)
{
  gboolean has_context = self->signed_in.context != NULL;

  if (!has_context && self->head.is_sealed)
    wsm_connection_refuse (self, 400);
  else if (!has_context || self->head.is_sealed || self->signed_in.may_speak_plain)
    return TRUE;
  else if (self->tls)
    refuse_unbound (self);
  else
    refuse (self, 500, "Refused a message that came unsealed without TLS");

  return FALSE;
}

/*
 * wsm_connection_unseal: what is in a sealed @body.
 *
 * Returns: (transfer full) (nullable): the envelope; %NULL if the body is not what somebody sealed
 *   on this connection, as the next message, which was answered then
 */
GBytes *
wsm_connection_unseal (WsmConnection *self, GBytes *body, WsmCharset *charset)
{
  g_autoptr (GError) error = NULL;
  WsmSealedBody sealed;
  GBytes *plain = NULL;

  if (!wsm_sealed_body_parse (&sealed, self->sealed_type, strlen (self->sealed_type), body, &error))
    {
      g_debug ("A sealed message from %s: %s", self->address, error->message);
      refuse (self, 400, "Refused a sealed message that is not of the right form");
      return NULL;
    }
  if (sealed.protocol != self->signed_in.protocol)
    {
      refuse (self, 400, "Refused a sealed message that says it is of another sign-in");
      return NULL;
    }

  plain = wsm_gss_context_unseal (self->signed_in.context, sealed.token, sealed.token_length,
                                  &error);
  if (plain == NULL)
    {
      g_debug ("A sealed message from %s: %s", self->address, error->message);
      refuse (self, 400, "Refused a message that was altered, cut, repeated or reordered");
      return NULL;
    }
  self->is_sealed = TRUE;
  *charset = sealed.charset;

  return plain;
}

/* wsm_connection_seal: the body of @answer. What cannot be sealed is not sent. */
void
wsm_connection_seal (WsmConnection *self, WsmAnswer *answer)
{
  WsmGssContext *context = self->signed_in.context;
  WsmSealProtocol protocol = self->signed_in.protocol;
  g_autoptr (GBytes) plain = g_steal_pointer (&answer->body);
  g_autoptr (GBytes) token = NULL;
  g_autoptr (GError) error = NULL;
  gsize header_length;

  if (context != NULL)
    token = wsm_gss_context_seal (context, plain, &header_length, &error);
  if (token == NULL)
    {
      g_warning ("An answer could not be sealed: %s",
                 error != NULL ? error->message : "no context");
      answer->status = 500;
      self->closes = TRUE;
      return;
    }

  answer->body = wsm_sealed_body_format (protocol, answer->charset, TRUE, token, header_length);
  answer->sealed_type = wsm_sealed_body_get_content_type (protocol);
}
