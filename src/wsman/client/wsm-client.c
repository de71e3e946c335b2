/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-client.h"

#include <string.h>

#include <libsoup/soup.h>

#include "wsm-exchange.h"
#include "wsm-reply.h"
#include "wsman/auth/wsm-basic.h"
#include "wsman/auth/wsm-refusing-database.h"
#include "wsman/wire/wsm-envelope.h"

struct _WsmClient
{
  GObject parent_instance;

  WsmEndpoint *endpoint; /* (owned) */
  WsmTrust *trust;       /* (owned) */
  char *user;            /* (owned) (nullable) */
  WsmSecret *password;   /* (owned) (nullable) */
  gboolean allow_clear_password;
  guint connect_msec;
  guint operation_msec;
  guint margin_msec;

  SoupSession *session;  /* (owned), with one connection at most */
  guint64 connection_id; /* of the last answer; 0 if there was none */
  gboolean is_busy;
};

G_DEFINE_FINAL_TYPE (WsmClient, wsm_client, G_TYPE_OBJECT)

/* One question and what its answer has to be; the data of the task that an operation returns. */
typedef struct
{
  WsmEnvelope *request; /* (owned) */
  GBytes *body;         /* (owned), of @request */
  WsmBodyKind kind;
  gboolean is_repeatable;
  gboolean was_repeated;
  gint64 deadline_usec; /* on the monotonic clock */
} Operation;

static void
operation_free (gpointer data)
{
  Operation *operation = data;

  wsm_envelope_unref (operation->request);
  g_clear_pointer (&operation->body, g_bytes_unref);
  g_free (operation);
}

static void
wsm_client_dispose (GObject *object)
{
  WsmClient *self = WSM_CLIENT (object);

  if (self->session != NULL)
    soup_session_abort (self->session);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (wsm_client_parent_class)->dispose (object);
}

static void
wsm_client_finalize (GObject *object)
{
  WsmClient *self = WSM_CLIENT (object);

  g_clear_pointer (&self->endpoint, wsm_endpoint_unref);
  g_clear_object (&self->trust);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->password, wsm_secret_unref);

  G_OBJECT_CLASS (wsm_client_parent_class)->finalize (object);
}

static void
wsm_client_class_init (WsmClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = wsm_client_dispose;
  object_class->finalize = wsm_client_finalize;
}

static void
wsm_client_init (WsmClient *self)
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

/* Empty the header before its memory goes back; libsoup's own copy is out of our reach. */
static void
free_wiped (char *text)
{
  if (text != NULL)
    wsm_secret_wipe (text, strlen (text));
  g_free (text);
}

/* The Authorization header in @authorization, NULL where nobody signs in. */
static gboolean
make_authorization (WsmClient *self, char **authorization, GError **error)
{
  const char *host = wsm_endpoint_get_host (self->endpoint);

  *authorization = NULL;
  if (self->user == NULL)
    return TRUE;

  if (!wsm_endpoint_is_tls (self->endpoint) && !wsm_endpoint_is_loopback (self->endpoint) &&
      !self->allow_clear_password)
    {
      g_set_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_CLEAR_PASSWORD,
                   "The password would go to %s readable for everybody in between, so nothing was "
                   "sent. Use https.",
                   host);
      return FALSE;
    }

  *authorization = wsm_basic_format (self->user, self->password);
  if (*authorization == NULL)
    g_set_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNAUTHORIZED,
                 "The user or the password for %s cannot be sent: each has 1 to %u octets without "
                 "control characters, and the user no colon.",
                 host, WSM_BASIC_MAX_PART);

  return *authorization != NULL;
}

static void send_operation (GTask *task);

static void
return_operation_error (GTask *task, GError *error)
{
  WsmClient *self = g_task_get_source_object (task);

  self->is_busy = FALSE;
  g_task_return_error (task, error);
}

/* An idle connection may be closed by the host just when we use it. Asking again is right where
 * asking twice does the same as asking once, and only there. */
static gboolean
may_repeat (WsmClient *self, Operation *operation, guint64 connection_id, const GError *error)
{
  return operation->is_repeatable && !operation->was_repeated && connection_id != 0 &&
         connection_id == self->connection_id &&
         g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_DISCONNECTED);
}

static void
exchanged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  WsmClient *self = g_task_get_source_object (task);
  Operation *operation = g_task_get_task_data (task);
  const WsmExpectation expectation = { .endpoint = self->endpoint,
                                       .request = operation->request,
                                       .user = self->user,
                                       .kind = operation->kind,
                                       .is_repeatable = operation->is_repeatable };
  g_autoptr (WsmAnswer) answer = NULL;
  WsmEnvelope *reply;
  guint64 connection_id = 0;
  GError *error = NULL;

  answer = wsm_exchange_finish (SOUP_SESSION (source), result, &connection_id, &error);
  if (answer == NULL)
    {
      gboolean is_repeated = may_repeat (self, operation, connection_id, error);

      /* Whatever is left of the connection is of no use. */
      soup_session_abort (self->session);
      self->connection_id = 0;
      if (is_repeated)
        {
          g_error_free (error);
          operation->was_repeated = TRUE;
          send_operation (task);
        }
      else
        return_operation_error (task, error);
      return;
    }

  self->connection_id = connection_id;
  reply = wsm_reply_read (answer, &expectation, &error);
  if (reply == NULL)
    {
      return_operation_error (task, error);
      return;
    }

  self->is_busy = FALSE;
  g_task_return_pointer (task, reply, (GDestroyNotify) wsm_envelope_unref);
}

static void
send_operation (GTask *task)
{
  WsmClient *self = g_task_get_source_object (task);
  Operation *operation = g_task_get_task_data (task);
  WsmQuestion question = {
    .endpoint = self->endpoint,
    .trust = self->trust,
    .is_anonymous_identify = operation->kind == WSM_BODY_IDENTIFY_RESPONSE && self->user == NULL,
    .is_repeatable = operation->is_repeatable,
    .content_type = wsm_charset_get_content_type (WSM_CHARSET_UTF_8),
    .body = operation->body,
    .connect_msec = self->connect_msec,
    .total_msec = self->operation_msec + self->margin_msec,
    .deadline_usec = operation->deadline_usec,
  };
  char *authorization;
  GError *error = NULL;

  if (!make_authorization (self, &authorization, &error))
    {
      return_operation_error (task, error);
      return;
    }

  question.authorization = authorization;
  wsm_exchange_async (self->session, &question, g_task_get_cancellable (task), exchanged_cb,
                      g_object_ref (task));
  free_wiped (authorization);
}

/* Takes @request. */
static void
start_operation (WsmClient *self, gpointer source_tag, WsmEnvelope *request, WsmBodyKind kind,
                 gboolean is_repeatable, GCancellable *cancellable, GAsyncReadyCallback callback,
                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Operation *operation = g_new0 (Operation, 1);

  operation->request = request;
  operation->body = wsm_envelope_serialize (request);
  operation->kind = kind;
  operation->is_repeatable = is_repeatable;
  operation->deadline_usec = g_get_monotonic_time () +
                             (self->operation_msec + self->margin_msec) * G_TIME_SPAN_MILLISECOND;
  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, operation, operation_free);
  g_task_set_check_cancellable (task, FALSE);

  if (self->is_busy)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING,
                               "%s is still being asked something else.",
                               wsm_endpoint_get_host (self->endpoint));
      return;
    }

  self->is_busy = TRUE;
  send_operation (task);
}

static WsmEnvelope *
finish_operation (WsmClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * wsm_client_new:
 * @endpoint: whom to ask
 * @options: how; user and password are both there or both not
 *
 * Nothing is sent yet. A program that makes clients calls wsm_trust_prepare_process() first.
 *
 * Returns: (transfer full): the client, to be used in the thread that made it
 */
WsmClient *
wsm_client_new (WsmEndpoint *endpoint, const WsmClientOptions *options)
{
  WsmClient *self;

  g_return_val_if_fail (endpoint != NULL && options != NULL, NULL);
  g_return_val_if_fail (WSM_IS_TRUST (options->trust), NULL);
  g_return_val_if_fail ((options->user == NULL) == (options->password == NULL), NULL);
  g_return_val_if_fail (options->operation_timeout_msec <= WSM_MAX_OPERATION_TIMEOUT_MSEC, NULL);

  self = g_object_new (WSM_TYPE_CLIENT, NULL);
  self->endpoint = wsm_endpoint_ref (endpoint);
  self->trust = g_object_ref (options->trust);
  self->user = g_strdup (options->user);
  self->password = options->password != NULL ? wsm_secret_ref (options->password) : NULL;
  self->allow_clear_password = options->allow_clear_password;
  self->connect_msec = options->connect_timeout_msec != 0 ? options->connect_timeout_msec
                                                          : WSM_CLIENT_CONNECT_MSEC;
  self->operation_msec = options->operation_timeout_msec != 0 ? options->operation_timeout_msec
                                                              : WSM_CLIENT_OPERATION_MSEC;
  self->margin_msec = options->margin_msec != 0 ? options->margin_msec : WSM_CLIENT_MARGIN_MSEC;

  return self;
}

/**
 * wsm_client_get_endpoint:
 * @self: a client
 *
 * Returns: (transfer none): whom it asks
 */
WsmEndpoint *
wsm_client_get_endpoint (WsmClient *self)
{
  g_return_val_if_fail (WSM_IS_CLIENT (self), NULL);

  return self->endpoint;
}

/**
 * wsm_client_identify_async:
 * @self: a client
 * @cancellable: (nullable): gives up
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Asks what answers there (DSP0226, section 11). Without a user it asks so that a host need not
 * know who asks. Asked again once if a connection that was kept open turns out to be lost.
 */
void
wsm_client_identify_async (WsmClient *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (WSM_IS_CLIENT (self));

  start_operation (self, wsm_client_identify_async, wsm_envelope_new_identify (),
                   WSM_BODY_IDENTIFY_RESPONSE, TRUE, cancellable, callback, user_data);
}

/**
 * wsm_client_identify_finish:
 * @self: a client
 * @result: what the callback got
 * @error: any #WsmClientError but %WSM_CLIENT_ERROR_UNKNOWN; %G_IO_ERROR_CANCELLED;
 *   %G_IO_ERROR_PENDING if an operation was running
 *
 * Returns: (transfer full): the answer; %NULL with @error set otherwise
 */
WsmIdentifyResponse *
wsm_client_identify_finish (WsmClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (WsmEnvelope) reply = finish_operation (self, result, error);

  if (reply == NULL)
    return NULL;

  return wsm_identify_response_copy (wsm_envelope_get_identify_response (reply));
}

/**
 * wsm_client_get_async:
 * @self: a client
 * @resource_uri: what to read; a singleton
 * @cancellable: (nullable): gives up
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Reads one object (DSP0226, section 7.3). Asked again once if a connection that was kept open
 * turns out to be lost.
 */
void
wsm_client_get_async (WsmClient *self, const char *resource_uri, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  WsmEnvelope *request;

  g_return_if_fail (WSM_IS_CLIENT (self));
  g_return_if_fail (resource_uri != NULL);

  request = wsm_envelope_new_get (wsm_endpoint_get_url (self->endpoint), resource_uri,
                                  self->operation_msec);
  start_operation (self, wsm_client_get_async, request, WSM_BODY_OBJECT, TRUE, cancellable,
                   callback, user_data);
}

/**
 * wsm_client_get_finish:
 * @self: a client
 * @result: what the callback got
 * @error: as wsm_client_identify_finish()
 *
 * Returns: (transfer full): the object; %NULL with @error set otherwise
 */
WsmObject *
wsm_client_get_finish (WsmClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (WsmEnvelope) reply = finish_operation (self, result, error);

  return reply != NULL ? wsm_object_ref (wsm_envelope_get_object (reply)) : NULL;
}

/**
 * wsm_client_invoke_async:
 * @self: a client
 * @resource_uri: whose method
 * @method: its name
 * @input: its parameters
 * @cancellable: (nullable): gives up; what may have been sent then ends in
 *   %WSM_CLIENT_ERROR_UNKNOWN
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Calls a method (DSP0226, section 9). The request is written at most once, whatever happens.
 */
void
wsm_client_invoke_async (WsmClient *self, const char *resource_uri, const char *method,
                         WsmObject *input, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  WsmEnvelope *request;

  g_return_if_fail (WSM_IS_CLIENT (self));
  g_return_if_fail (resource_uri != NULL && method != NULL && input != NULL);

  request = wsm_envelope_new_invoke (wsm_endpoint_get_url (self->endpoint), resource_uri, method,
                                     input, self->operation_msec);
  start_operation (self, wsm_client_invoke_async, request, WSM_BODY_OBJECT, FALSE, cancellable,
                   callback, user_data);
}

/**
 * wsm_client_invoke_finish:
 * @self: a client
 * @result: what the callback got
 * @error: any #WsmClientError; %WSM_CLIENT_ERROR_UNKNOWN if the host may act all the same;
 *   %G_IO_ERROR_CANCELLED if nothing was sent; %G_IO_ERROR_PENDING if an operation was running
 *
 * Returns: (transfer full): what the method returned; %NULL with @error set otherwise
 */
WsmObject *
wsm_client_invoke_finish (WsmClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (WsmEnvelope) reply = finish_operation (self, result, error);

  return reply != NULL ? wsm_object_ref (wsm_envelope_get_object (reply)) : NULL;
}
