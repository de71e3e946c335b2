/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-lost-exchange.h"

#include <libsoup/soup.h>

#include "wsm-client-error.h"
#include "wsman/wire/wsm-envelope.h"

/* "8 s", "0.5 s" */
static char *
format_seconds (guint msec)
{
  if (msec % 1000 == 0)
    return g_strdup_printf ("%u s", msec / 1000);

  return g_strdup_printf ("%.1f s", msec / 1000.0);
}

static GError *
new_silent (const WsmLostExchange *self, guint limit_msec)
{
  g_autofree char *limit = format_seconds (limit_msec);

  return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNREACHABLE,
                      "%s did not answer in %s. It may be asleep, off or out of reach.",
                      wsm_endpoint_get_host (self->endpoint), limit);
}

/* Nobody knows whether the host acts. Finding out is the caller's, by boot time or boot id. */
static GError *
new_unknown (const WsmLostExchange *self)
{
  const char *host = wsm_endpoint_get_host (self->endpoint);
  g_autofree char *limit = format_seconds (self->total_msec);

  if (self->stop == WSM_STOP_TIMEOUT)
    return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN,
                        "Sent, but %s did not answer in %s. Whether it acts on it is not known: "
                        "check before sending again.",
                        host, limit);
  if (self->stop == WSM_STOP_CALLER)
    return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN,
                        "Stopped waiting for %s after sending. Whether it acts on it is not known: "
                        "check before sending again.",
                        host);

  return g_error_new (
    WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN,
    "Sent, but %s hung up before it answered in full, as it does when it goes down "
    "at once. Whether it acts on it is not known: check before sending again.",
    host);
}

static GError *
new_unresolved (const char *host, const GError *cause)
{
  if (g_error_matches (cause, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
    return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_NAME,
                        "No computer answers to %s. The name is unknown to DNS.", host);

  return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_NAME,
                      "The name %s could not be looked up: the name service does not answer. Check "
                      "this computer's network.",
                      host);
}

static GError *
new_unsecured (const char *host, guint16 port, const GError *cause)
{
  if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS))
    return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS,
                        "%s does not speak TLS on port %u. Nothing was sent. Is this its port for "
                        "https?",
                        host, port);
  if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED))
    return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS,
                        "%s wants a certificate of whoever asks. Nothing was sent.", host);

  return g_error_new (
    WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS,
    "%s and this computer found no common form of TLS on port %u (%s). Nothing was "
    "sent.",
    host, port, cause->message);
}

static GError *
new_unconnected (const WsmLostExchange *self, const GError *cause)
{
  const char *host = wsm_endpoint_get_host (self->endpoint);
  guint16 port = wsm_endpoint_get_port (self->endpoint);

  if (cause->domain == G_RESOLVER_ERROR)
    return new_unresolved (host, cause);
  if (cause->domain == G_TLS_ERROR || self->progress == WSM_PROGRESS_SECURING)
    return new_unsecured (host, port, cause);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_REFUSED,
                        "%s is on but does not accept management on port %u.", host, port);

  return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNREACHABLE,
                      "There is no way to %s (%s). It may be off or in another network.", host,
                      cause->message);
}

static GError *
new_not_sent (const char *host)
{
  return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_DISCONNECTED,
                      "%s hung up before the request left. Nothing was sent: try again.", host);
}

static GError *
new_broken (const WsmLostExchange *self, const GError *cause)
{
  const char *host = wsm_endpoint_get_host (self->endpoint);

  if (self->progress < WSM_PROGRESS_LEFT)
    return new_not_sent (host);

  /* With TLS 1.3 a host may say so after our request, which it then has not read. */
  if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED))
    return new_unsecured (host, wsm_endpoint_get_port (self->endpoint), cause);

  /* libsoup takes the end of a connection for the end of a head, so half a status line looks like
   * another protocol: to say that an Invoke reached a stranger would be a guess. */
  if (!self->is_repeatable)
    return new_unknown (self);
  if (g_error_matches (cause, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_PARSING) ||
      g_error_matches (cause, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_ENCODING))
    return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_NOT_WSMAN,
                        "What answers on port %u of %s does not speak HTTP. Is this the port for "
                        "management?",
                        wsm_endpoint_get_port (self->endpoint), host);

  return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_DISCONNECTED,
                      "%s hung up before it answered. Nothing was changed: try again.", host);
}

/**
 * wsm_lost_exchange_to_error:
 * @self: what happened
 * @cause: what the library says
 *
 * Says in one sentence of Curfew's what libsoup, GIO and GnuTLS say in many ways.
 *
 * Returns: (transfer full): a #WsmClientError, or %G_IO_ERROR_CANCELLED if the caller gave up and
 *   nothing can have happened
 */
GError *
wsm_lost_exchange_to_error (const WsmLostExchange *self, const GError *cause)
{
  gboolean may_act = self->progress == WSM_PROGRESS_LEFT && !self->is_repeatable;

  switch (self->stop)
    {
    case WSM_STOP_CALLER:
      return may_act ? new_unknown (self)
                     : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                            "Called off before anything happened.");
    case WSM_STOP_CONNECT_TIMEOUT:
      return new_silent (self, self->connect_msec);
    case WSM_STOP_TIMEOUT:
      return may_act ? new_unknown (self) : new_silent (self, self->total_msec);
    case WSM_STOP_TOO_LARGE:
      return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TOO_LARGE,
                          "The answer of %s is larger than %u octets, which no answer to this "
                          "question is. Check what answers there.",
                          wsm_endpoint_get_host (self->endpoint), WSM_MAX_ENVELOPE_SIZE);
    case WSM_STOP_RESEND:
      return new_broken (self, cause);
    case WSM_STOP_OTHER_CONNECTION:
      return new_not_sent (wsm_endpoint_get_host (self->endpoint));
    case WSM_STOP_NONE:
    default:
      return self->progress < WSM_PROGRESS_CONNECTED ? new_unconnected (self, cause)
                                                     : new_broken (self, cause);
    }
}
