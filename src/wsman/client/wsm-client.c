/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-client.h"

#include "wsm-channel.h"

struct _WsmClient
{
  GObject parent_instance;

  WsmEndpoint *endpoint; /* (owned) */
  WsmChannel *channel;   /* (owned) */
  guint operation_msec;
};

G_DEFINE_FINAL_TYPE (WsmClient, wsm_client, G_TYPE_OBJECT)

static void
wsm_client_finalize (GObject *object)
{
  WsmClient *self = WSM_CLIENT (object);

  g_clear_pointer (&self->endpoint, wsm_endpoint_unref);
  g_clear_object (&self->channel);

  G_OBJECT_CLASS (wsm_client_parent_class)->finalize (object);
}

static void
wsm_client_class_init (WsmClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wsm_client_finalize;
}

static void
wsm_client_init (WsmClient *self)
{
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  WsmEnvelope *reply = wsm_channel_ask_finish (WSM_CHANNEL (source), result, &error);

  if (reply != NULL)
    g_task_return_pointer (task, reply, (GDestroyNotify) wsm_envelope_unref);
  else
    g_task_return_error (task, error);
}

/* Takes @request. */
static void
start_operation (WsmClient *self, gpointer source_tag, WsmEnvelope *request, WsmBodyKind kind,
                 gboolean is_repeatable, GCancellable *cancellable, GAsyncReadyCallback callback,
                 gpointer user_data)
{
  const WsmChannelRequest question = { request, kind, is_repeatable };
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  g_task_set_check_cancellable (task, FALSE);
  wsm_channel_ask_async (self->channel, &question, cancellable, asked_cb, task);
  wsm_envelope_unref (request);
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
 * @options: how
 *
 * Nothing is sent yet. A program that makes clients calls wsm_trust_prepare_process() first.
 *
 * Returns: (transfer full): the client, to be used in the thread that made it
 */
WsmClient *
wsm_client_new (WsmEndpoint *endpoint, const WsmClientOptions *options)
{
  WsmClientOptions filled;
  WsmClient *self;

  g_return_val_if_fail (endpoint != NULL && options != NULL, NULL);
  g_return_val_if_fail (WSM_IS_TRUST (options->trust), NULL);
  g_return_val_if_fail (options->operation_timeout_msec <= WSM_MAX_OPERATION_TIMEOUT_MSEC, NULL);

  filled = *options;
  if (filled.connect_timeout_msec == 0)
    filled.connect_timeout_msec = WSM_CLIENT_CONNECT_MSEC;
  if (filled.operation_timeout_msec == 0)
    filled.operation_timeout_msec = WSM_CLIENT_OPERATION_MSEC;
  if (filled.margin_msec == 0)
    filled.margin_msec = WSM_CLIENT_MARGIN_MSEC;

  self = g_object_new (WSM_TYPE_CLIENT, NULL);
  self->endpoint = wsm_endpoint_ref (endpoint);
  self->channel = wsm_channel_new (endpoint, &filled);
  self->operation_msec = filled.operation_timeout_msec;

  return self;
}

/**
 * wsm_client_get_mechanism:
 * @self: a client
 *
 * Returns: (transfer none) (nullable): how it signed in last: one of %WSM_MECHANISM_KERBEROS and
 * its like; %NULL before it has, if it last failed to, and for a client without a credential
 */
const char *
wsm_client_get_mechanism (WsmClient *self)
{
  g_return_val_if_fail (WSM_IS_CLIENT (self), NULL);

  return wsm_channel_get_mechanism (self->channel);
}

/**
 * wsm_client_get_detour:
 * @self: a client
 *
 * Returns: (transfer none) (nullable): why it did not sign in by a better mechanism, for people,
 *   even if it failed to by another one; %NULL if there was nothing better
 */
const char *
wsm_client_get_detour (WsmClient *self)
{
  g_return_val_if_fail (WSM_IS_CLIENT (self), NULL);

  return wsm_channel_get_detour (self->channel);
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
 * @error: any #WsmClientError but %WSM_CLIENT_ERROR_UNKNOWN; a #WsmAuthError;
 *   %G_IO_ERROR_CANCELLED; %G_IO_ERROR_PENDING if an operation was running
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
 * Calls a method (DSP0226, section 9). The request is written at most once, with one exception: a
 * host that answers 401 on a connection that was signed in has done nothing, and gets it a second
 * time, with the same MessageID, after a new sign-in.
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
 * @error: any #WsmClientError, of which wsm_client_error_is_unknown() tells whether the host may
 * act all the same; a #WsmAuthError or %G_IO_ERROR_CANCELLED if nothing was sent;
 * %G_IO_ERROR_PENDING if an operation was running
 *
 * Returns: (transfer full): what the method returned; %NULL with @error set otherwise
 */
WsmObject *
wsm_client_invoke_finish (WsmClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (WsmEnvelope) reply = finish_operation (self, result, error);

  return reply != NULL ? wsm_object_ref (wsm_envelope_get_object (reply)) : NULL;
}
