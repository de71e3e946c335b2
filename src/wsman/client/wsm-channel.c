/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-channel.h"

#include <libsoup/soup.h>

#include "wsm-authorization.h"
#include "wsm-exchange.h"
#include "wsm-handshake.h"
#include "wsm-reply.h"
#include "wsm-sealing.h"
#include "wsman/auth/wsm-refusing-database.h"

struct _WsmChannel
{
  GObject parent_instance;

  WsmEndpoint *endpoint;     /* (owned) */
  WsmTrust *trust;           /* (owned) */
  WsmCredential *credential; /* (owned) (nullable) */
  gboolean allow_clear_password;
  guint connect_msec;
  guint total_msec;

  SoupSession *session;   /* (owned), with one connection at most */
  guint64 connection_id;  /* of the last answer; 0 if there was none */
  WsmSignedIn *signed_in; /* (owned) (nullable): of a method that signs in connections */
  const char *mechanism;  /* (nullable): how it signed in last; %NULL if that failed */
  char *detour;           /* (owned) (nullable): and why not otherwise */
  gboolean is_busy;
};

G_DEFINE_FINAL_TYPE (WsmChannel, wsm_channel, G_TYPE_OBJECT)

/* One question and what its answer has to be; the data of the task that returns the answer. */
typedef struct
{
  WsmEnvelope *envelope; /* (owned) */
  GBytes *body;          /* (owned), of @envelope */
  WsmBodyKind kind;
  gboolean is_repeatable;
  gboolean was_repeated;
  gint64 deadline_usec; /* on the monotonic clock */
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  wsm_envelope_unref (asking->envelope);
  g_clear_pointer (&asking->body, g_bytes_unref);
  g_free (asking);
}

static void
wsm_channel_dispose (GObject *object)
{
  WsmChannel *self = WSM_CHANNEL (object);

  if (self->session != NULL)
    soup_session_abort (self->session);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (wsm_channel_parent_class)->dispose (object);
}

static void
wsm_channel_finalize (GObject *object)
{
  WsmChannel *self = WSM_CHANNEL (object);

  g_clear_pointer (&self->endpoint, wsm_endpoint_unref);
  g_clear_object (&self->trust);
  g_clear_pointer (&self->credential, wsm_credential_unref);
  g_clear_pointer (&self->signed_in, wsm_signed_in_free);
  g_clear_pointer (&self->detour, g_free);

  G_OBJECT_CLASS (wsm_channel_parent_class)->finalize (object);
}

static void
wsm_channel_class_init (WsmChannelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = wsm_channel_dispose;
  object_class->finalize = wsm_channel_finalize;
}

static void
wsm_channel_init (WsmChannel *self)
{
  g_autoptr (GTlsDatabase) nobody = wsm_refusing_database_new ();

  /* No proxy, no time-outs of libsoup's (they are idle times, a drip resets them), no certificate
   * that does not come to us, and one connection. */
  self->session = soup_session_new_with_options (
    "max-conns", 1, "max-conns-per-host", 1, "idle-timeout", 0, "timeout", 0, "proxy-resolver",
    NULL, "tls-database", nobody, "user-agent", "Curfew", NULL);

  /* A 401 is for us to read, and 400 kB of gzip can be 500 MB of answer. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
}

/* Whatever is left of the connection is of no use, nor is what was agreed on it. */
static void
drop_connection (WsmChannel *self)
{
  soup_session_abort (self->session);
  self->connection_id = 0;
  g_clear_pointer (&self->signed_in, wsm_signed_in_free);
}

static gboolean
is_of_connection (WsmChannel *self)
{
  return self->credential != NULL && wsm_credential_is_of_connection (self->credential);
}

/* Inside TLS nothing is sealed a second time. */
static gboolean
is_sealing (WsmChannel *self)
{
  return self->signed_in != NULL && !wsm_endpoint_is_tls (self->endpoint);
}

static void deliver (GTask *task);

static void
return_error (GTask *task, GError *error)
{
  WsmChannel *self = g_task_get_source_object (task);

  self->is_busy = FALSE;
  g_task_return_error (task, error);
}

/* Once for each question; on another connection, with another sign-in, sealed anew. The MessageID
 * stays, so that a host that keeps a list does not act twice. */
static void
deliver_again (GTask *task)
{
  Asking *asking = g_task_get_task_data (task);

  drop_connection (g_task_get_source_object (task));
  asking->was_repeated = TRUE;
  deliver (task);
}

/* An idle connection may be closed by the host just when we use it. Asking again is right where
 * asking twice does the same as asking once. An Invoke ends in this error only if nothing of it
 * left: without a sign-in libsoup has then tried a new connection already; with one it may not. */
static gboolean
may_repeat (WsmChannel *self, Asking *asking, guint64 connection_id, const GError *error)
{
  if (asking->was_repeated ||
      !g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_DISCONNECTED))
    return FALSE;
  if (self->signed_in != NULL)
    return TRUE;

  return asking->is_repeatable && connection_id != 0 && connection_id == self->connection_id;
}

static WsmExpectation
new_expectation (WsmChannel *self, Asking *asking)
{
  return (
    WsmExpectation){ .asker = { .endpoint = self->endpoint,
                                .credential = self->credential,
                                .mechanism = is_of_connection (self) ? self->mechanism : NULL },
                     .request = asking->envelope,
                     .kind = asking->kind,
                     .is_repeatable = asking->is_repeatable };
}

static void
take_reply (GTask *task, const WsmAnswer *answer)
{
  WsmChannel *self = g_task_get_source_object (task);
  const WsmExpectation expectation = new_expectation (self, g_task_get_task_data (task));
  gboolean is_let_in = answer->status != SOUP_STATUS_UNAUTHORIZED;
  WsmEnvelope *reply;
  GError *error = NULL;

  reply = wsm_reply_read (answer, &expectation, &error);
  if (answer->is_last || !is_let_in)
    g_clear_pointer (&self->signed_in, wsm_signed_in_free);
  if (is_let_in && self->credential != NULL && !is_of_connection (self))
    self->mechanism = wsm_credential_get_method (self->credential) == WSM_AUTH_BASIC
                        ? WSM_MECHANISM_BASIC
                        : WSM_MECHANISM_CERTIFICATE;

  if (reply == NULL)
    {
      return_error (task, error);
      return;
    }

  self->is_busy = FALSE;
  g_task_return_pointer (task, reply, (GDestroyNotify) wsm_envelope_unref);
}

static void
take_sealed (GTask *task, WsmAnswer *answer)
{
  WsmChannel *self = g_task_get_source_object (task);
  Asking *asking = g_task_get_task_data (task);
  GError *error = NULL;

  if (wsm_sealing_unseal (self->signed_in->context, answer, wsm_endpoint_get_host (self->endpoint),
                          asking->is_repeatable, &error))
    {
      take_reply (task, answer);
      return;
    }

  drop_connection (self);
  return_error (task, error);
}

/* In the open after something sealed: no word of it is believed that could be of use to somebody in
 * between. That the host could not read the request may be asked again, where that does no harm. */
static void
take_unsealed (GTask *task, const WsmAnswer *answer)
{
  WsmChannel *self = g_task_get_source_object (task);
  Asking *asking = g_task_get_task_data (task);
  const WsmExpectation expectation = new_expectation (self, asking);
  const char *host = wsm_endpoint_get_host (self->endpoint);
  GError *error;

  if (wsm_sealing_is_complaint (answer))
    {
      if (asking->is_repeatable && !asking->was_repeated)
        {
          deliver_again (task);
          return;
        }
      error = wsm_sealing_new_complaint (answer, host, asking->is_repeatable);
    }
  else if (asking->is_repeatable && wsm_sealing_is_bare (answer))
    error = wsm_refusal_to_error (answer, &expectation.asker);
  else
    error = wsm_sealing_new_unsealed (answer, host, asking->is_repeatable);

  drop_connection (self);
  return_error (task, error);
}

/* Whether the host has forgotten the connection, or its sign-in has run out: then it did nothing.
 * But in the open that can be anybody's word, after the host has acted: of what was sealed, and is
 * not to be done twice, it proves nothing. */
static gboolean
is_forgotten (WsmChannel *self, Asking *asking, const WsmAnswer *answer)
{
  return self->signed_in != NULL && answer->status == SOUP_STATUS_UNAUTHORIZED &&
         (asking->is_repeatable || !is_sealing (self));
}

static void
take_answer (GTask *task, WsmAnswer *answer)
{
  WsmChannel *self = g_task_get_source_object (task);
  Asking *asking = g_task_get_task_data (task);

  if (is_forgotten (self, asking, answer) && !asking->was_repeated)
    deliver_again (task);
  else if (!is_sealing (self) || is_forgotten (self, asking, answer))
    take_reply (task, answer);
  else if (wsm_sealing_is_sealed (answer))
    take_sealed (task, answer);
  else
    take_unsealed (task, answer);
}

static void
exchanged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  WsmChannel *self = g_task_get_source_object (task);
  g_autoptr (WsmAnswer) answer = NULL;
  guint64 connection_id = 0;
  GError *error = NULL;

  answer = wsm_exchange_finish (SOUP_SESSION (source), result, &connection_id, &error);
  if (answer != NULL)
    {
      self->connection_id = connection_id;
      take_answer (task, answer);
    }
  else if (may_repeat (self, g_task_get_task_data (task), connection_id, error))
    {
      g_error_free (error);
      deliver_again (task);
    }
  else
    {
      drop_connection (self);
      return_error (task, error);
    }
}

/* Sets what @question carries; what it holds is the caller's to free. */
static gboolean
fill_in (WsmChannel *self, Asking *asking, WsmQuestion *question, char **authorization,
         GBytes **body, GError **error)
{
  WsmSealProtocol protocol;

  if (!wsm_authorization_make (self->endpoint, self->credential, self->allow_clear_password,
                               authorization, error))
    return FALSE;

  question->authorization = *authorization;
  question->content_type = wsm_charset_get_content_type (WSM_CHARSET_UTF_8);
  question->body = asking->body;
  if (self->credential != NULL)
    question->certificate = wsm_credential_get_certificate (self->credential);
  if (self->signed_in != NULL)
    question->connection_id = self->signed_in->connection_id;
  if (!is_sealing (self))
    return TRUE;

  protocol = self->signed_in->scheme == WSM_AUTH_SCHEME_KERBEROS ? WSM_SEAL_KERBEROS
                                                                 : WSM_SEAL_SPNEGO;
  *body = wsm_sealing_seal (self->signed_in->context, protocol, asking->body, error);
  question->content_type = wsm_sealed_body_get_content_type (protocol);
  question->body = *body;

  return *body != NULL;
}

static void
send_request (GTask *task)
{
  WsmChannel *self = g_task_get_source_object (task);
  Asking *asking = g_task_get_task_data (task);
  WsmQuestion question = {
    .endpoint = self->endpoint,
    .trust = self->trust,
    .is_anonymous_identify = asking->kind == WSM_BODY_IDENTIFY_RESPONSE && self->credential == NULL,
    .is_repeatable = asking->is_repeatable,
    .connect_msec = self->connect_msec,
    .total_msec = self->total_msec,
    .deadline_usec = asking->deadline_usec,
  };
  g_autoptr (GBytes) body = NULL;
  char *authorization = NULL;
  GError *error = NULL;

  if (fill_in (self, asking, &question, &authorization, &body, &error))
    wsm_exchange_async (self->session, &question, g_task_get_cancellable (task), exchanged_cb,
                        g_object_ref (task));
  else
    return_error (task, error);
  wsm_authorization_free (authorization);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  WsmChannel *self = g_task_get_source_object (task);
  GError *error = NULL;

  g_clear_pointer (&self->detour, g_free);
  self->signed_in = wsm_handshake_finish (SOUP_SESSION (source), result, &self->detour, &error);
  if (self->signed_in == NULL)
    {
      self->mechanism = NULL;
      drop_connection (self);
      return_error (task, error);
      return;
    }

  self->mechanism = wsm_gss_context_get_mechanism (self->signed_in->context);
  send_request (task);
}

static void
deliver (GTask *task)
{
  WsmChannel *self = g_task_get_source_object (task);
  Asking *asking = g_task_get_task_data (task);
  const WsmHandshakeOptions options = { .endpoint = self->endpoint,
                                        .trust = self->trust,
                                        .credential = self->credential,
                                        .connect_msec = self->connect_msec,
                                        .total_msec = self->total_msec,
                                        .deadline_usec = asking->deadline_usec };

  if (!is_of_connection (self) || self->signed_in != NULL)
    send_request (task);
  else
    wsm_handshake_async (self->session, &options, g_task_get_cancellable (task), signed_in_cb,
                         g_object_ref (task));
}

/**
 * wsm_channel_new:
 * @endpoint: whom to ask
 * @options: how; zeros are filled in already
 *
 * Returns: (transfer full): the channel, to be used in the thread that made it
 */
WsmChannel *
wsm_channel_new (WsmEndpoint *endpoint, const WsmClientOptions *options)
{
  WsmChannel *self = g_object_new (WSM_TYPE_CHANNEL, NULL);

  self->endpoint = wsm_endpoint_ref (endpoint);
  self->trust = g_object_ref (options->trust);
  self->credential = options->credential != NULL ? wsm_credential_ref (options->credential) : NULL;
  self->allow_clear_password = options->allow_clear_password;
  self->connect_msec = options->connect_timeout_msec;
  self->total_msec = options->operation_timeout_msec + options->margin_msec;

  return self;
}

/**
 * wsm_channel_get_mechanism:
 * @self: a channel
 *
 * Returns: (transfer none) (nullable): how it signed in last; %NULL if that failed
 */
const char *
wsm_channel_get_mechanism (WsmChannel *self)
{
  return self->mechanism;
}

/**
 * wsm_channel_get_detour:
 * @self: a channel
 *
 * Returns: (transfer none) (nullable): why it did not sign in otherwise, or did not try to
 */
const char *
wsm_channel_get_detour (WsmChannel *self)
{
  return self->detour;
}

/**
 * wsm_channel_ask_async:
 * @self: a channel
 * @request: what to ask
 * @cancellable: (nullable): gives up
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Signs in, if that is wanted and the connection is not, and asks. What is not repeatable is asked
 * anew only if nothing of it left, or if the host answers, inside TLS, that it does not know who
 * asks.
 */
void
wsm_channel_ask_async (WsmChannel *self, const WsmChannelRequest *request,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Asking *asking = g_new0 (Asking, 1);

  asking->envelope = wsm_envelope_ref (request->envelope);
  asking->body = wsm_envelope_serialize (request->envelope);
  asking->kind = request->kind;
  asking->is_repeatable = request->is_repeatable;
  asking->deadline_usec = g_get_monotonic_time () + self->total_msec * G_TIME_SPAN_MILLISECOND;
  g_task_set_source_tag (task, wsm_channel_ask_async);
  g_task_set_task_data (task, asking, asking_free);
  g_task_set_check_cancellable (task, FALSE);

  if (self->is_busy)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING,
                               "%s is still being asked something else.",
                               wsm_endpoint_get_host (self->endpoint));
      return;
    }

  self->is_busy = TRUE;
  deliver (task);
}

/**
 * wsm_channel_ask_finish:
 * @self: a channel
 * @result: what the callback got
 * @error: a #WsmClientError, a #WsmAuthError, %G_IO_ERROR_CANCELLED, %G_IO_ERROR_PENDING
 *
 * Returns: (transfer full): the answer; %NULL with @error set otherwise
 */
WsmEnvelope *
wsm_channel_ask_finish (WsmChannel *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
