/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-handshake.h"

#include "wsm-client-error.h"
#include "wsm-exchange.h"
#include "wsm-patience.h"
#include "wsm-refusal.h"
#include "wsman/auth/wsm-auth-error.h"
#include "wsman/auth/wsm-initiator.h"

#define MAX_LEGS      4
#define MIN_CHALLENGE 32u /* octets: [MS-NLMP], section 2.2.1.2 */

/* The data of the task that returns a connection that is signed in. */
typedef struct
{
  WsmHandshakeOptions options; /* whose objects are (owned) */
  WsmInitiator *initiator;     /* (owned) */
  WsmPatience patience;        /* with what runs in threads */

  guint64 connection_id; /* of the present attempt; 0 before it has one */
  guint n_legs;          /* that the host has answered */
  gboolean is_agreed;    /* the host has said 200: what is left is to see whether it is the host */
  gboolean is_closing;   /* the host hangs up behind its last answer */
} Handshake;

static void
handshake_free (gpointer data)
{
  Handshake *self = data;

  wsm_patience_clear (&self->patience);
  wsm_endpoint_unref (self->options.endpoint);
  g_clear_object (&self->options.trust);
  wsm_credential_unref (self->options.credential);
  g_clear_object (&self->initiator);
  g_free (self);
}

/**
 * wsm_signed_in_free:
 * @self: (transfer full): what wsm_handshake_finish() returned
 */
void
wsm_signed_in_free (WsmSignedIn *self)
{
  wsm_gss_context_unref (self->context);
  g_free (self);
}

static void begin (GTask *task);
static void step (GTask *task, GBytes *token);

static const char *
get_host (Handshake *self)
{
  return wsm_endpoint_get_host (self->options.endpoint);
}

static void
return_error (GTask *task, GError *error)
{
  Handshake *self = g_task_get_task_data (task);

  wsm_patience_end (&self->patience);
  g_task_return_error (task, error);
}

/* Whoever says 200 without a proof may be anybody who sits in between: nothing is sent to that. */
static void
return_unproven (GTask *task)
{
  Handshake *self = g_task_get_task_data (task);

  return_error (task,
                g_error_new (WSM_AUTH_ERROR, WSM_AUTH_ERROR_INTEGRITY,
                             "What answers as %s says that the sign-in is good, but does not "
                             "prove who it is. Nothing was sent. Use https, and check what is "
                             "in between.",
                             get_host (self)));
}

static void
return_cut_off (GTask *task)
{
  Handshake *self = g_task_get_task_data (task);

  return_error (task, g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_DISCONNECTED,
                                   "%s hangs up while one signs in, which it may not do with %s. "
                                   "Nothing was sent. A proxy in between may be the reason.",
                                   get_host (self), wsm_initiator_get_mechanism (self->initiator)));
}

static void
return_signed_in (GTask *task)
{
  Handshake *self = g_task_get_task_data (task);
  WsmSignedIn *signed_in;

  if (self->is_closing)
    {
      return_cut_off (task);
      return;
    }

  wsm_patience_end (&self->patience);
  signed_in = g_new0 (WsmSignedIn, 1);
  signed_in->context = wsm_gss_context_ref (wsm_initiator_get_context (self->initiator));
  signed_in->connection_id = self->connection_id;
  signed_in->scheme = wsm_initiator_get_scheme (self->initiator);
  g_task_return_pointer (task, signed_in, (GDestroyNotify) wsm_signed_in_free);
}

/* Takes @error. Whoever is in between can say no in the host's place, to be sent NTLM instead of
 * Kerberos: in the open that is not believed. */
static void
return_in_the_open (GTask *task, GError *error)
{
  GError *more = g_error_new (error->domain, error->code,
                              "%s Over http anybody can say so, so NTLM is not tried: use --auth "
                              "ntlm if that host is to get it.",
                              error->message);

  g_error_free (error);
  return_error (task, more);
}

/* Takes @error: why the host does not take this mechanism. What is found out before it is asked
 * the initiator gets around by itself. */
static void
try_next_mechanism (GTask *task, GError *error)
{
  Handshake *self = g_task_get_task_data (task);

  if (!wsm_initiator_has_next_mechanism (self->initiator))
    {
      return_error (task, error);
      return;
    }
  if (!wsm_endpoint_is_tls (self->options.endpoint))
    {
      return_in_the_open (task, error);
      return;
    }

  wsm_initiator_next_mechanism (self->initiator);

  g_error_free (error);
  begin (task);
}

static GError *
new_refused (Handshake *self, const WsmAnswer *answer)
{
  const WsmAsker asker = { .endpoint = self->options.endpoint,
                           .credential = self->options.credential,
                           .mechanism = wsm_initiator_get_mechanism (self->initiator),
                           .is_first_leg = self->n_legs == 1 };

  return wsm_refusal_to_error (answer, &asker);
}

static WsmQuestion
new_question (Handshake *self)
{
  return (WsmQuestion){ .endpoint = self->options.endpoint,
                        .trust = self->options.trust,
                        .connection_id = self->connection_id,
                        .needs_new_connection = self->connection_id == 0,
                        .is_repeatable = TRUE,
                        .connect_msec = self->options.connect_msec,
                        .total_msec = self->options.total_msec,
                        .deadline_usec = self->options.deadline_usec };
}

/* The first answer to NTLM is a challenge: before one there was no password to be wrong. */
static gboolean
is_no_to_ntlm (Handshake *self, GBytes *token)
{
  return self->n_legs == 1 && g_bytes_get_size (token) < MIN_CHALLENGE &&
         g_strcmp0 (wsm_initiator_get_mechanism (self->initiator), WSM_MECHANISM_NTLM) == 0;
}

static void
take_challenge (GTask *task, const WsmAnswer *answer)
{
  Handshake *self = g_task_get_task_data (task);
  GBytes *token = answer->challenges.token;

  if (token == NULL || answer->challenges.is_broken || is_no_to_ntlm (self, token) ||
      wsm_initiator_get_context (self->initiator) != NULL)
    try_next_mechanism (task, new_refused (self, answer));
  else if (self->n_legs >= MAX_LEGS)
    return_error (task, new_refused (self, answer));
  else
    step (task, token);
}

static void
take_agreement (GTask *task, const WsmAnswer *answer)
{
  Handshake *self = g_task_get_task_data (task);

  self->is_agreed = TRUE;
  if (answer->challenges.is_broken)
    return_unproven (task);
  else if (answer->challenges.token != NULL)
    step (task, answer->challenges.token);
  else if (wsm_initiator_get_context (self->initiator) != NULL)
    return_signed_in (task);
  else
    return_unproven (task);
}

static void
leg_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Handshake *self = g_task_get_task_data (task);
  g_autoptr (WsmAnswer) answer = NULL;
  GError *error = NULL;

  answer = wsm_exchange_finish (SOUP_SESSION (source), result, &self->connection_id, &error);
  if (answer == NULL)
    {
      return_error (task, error);
      return;
    }

  self->n_legs++;
  self->is_closing = answer->is_last;
  if (answer->status == SOUP_STATUS_UNAUTHORIZED)
    take_challenge (task, answer);
  else if (answer->status == SOUP_STATUS_OK)
    take_agreement (task, answer);
  else
    return_error (task, new_refused (self, answer));
}

/* An empty POST: nothing can be sealed yet, and nothing else may leave unsealed. */
static void
send_leg (GTask *task, GBytes *token)
{
  Handshake *self = g_task_get_task_data (task);
  WsmQuestion question = new_question (self);
  g_autofree char *authorization = NULL;

  question.scheme = wsm_initiator_get_scheme (self->initiator);
  authorization = wsm_auth_field_format (question.scheme, token);
  question.authorization = authorization;
  wsm_exchange_async (g_task_get_source_object (task), &question, g_task_get_cancellable (task),
                      leg_cb, g_object_ref (task));
}

/* Takes @error. */
static void
take_step_error (GTask *task, GError *error)
{
  Handshake *self = g_task_get_task_data (task);

  if (self->patience.is_over)
    {
      g_error_free (error);
      return_error (task, g_error_new (WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                                       "Signing in at %s took longer than %u s. Whoever gives out "
                                       "tickets may be out of reach. Nothing was sent.",
                                       get_host (self), (self->options.total_msec + 999) / 1000));
    }
  else if (self->is_agreed || error->domain != WSM_AUTH_ERROR)
    return_error (task, error);
  else
    try_next_mechanism (task, error);
}

static void
stepped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Handshake *self = g_task_get_task_data (task);
  g_autoptr (GBytes) token = NULL;
  gboolean has_token;
  GError *error = NULL;

  if (!wsm_initiator_step_finish (WSM_INITIATOR (source), result, &token, &error))
    {
      take_step_error (task, error);
      return;
    }

  has_token = token != NULL && g_bytes_get_size (token) > 0;
  if (self->is_agreed && !has_token && wsm_initiator_get_context (self->initiator) != NULL)
    return_signed_in (task);
  else if (self->is_agreed || !has_token)
    return_unproven (task);
  else if (self->is_closing)
    return_cut_off (task);
  else
    send_leg (task, token);
}

static void
step (GTask *task, GBytes *token)
{
  Handshake *self = g_task_get_task_data (task);

  wsm_initiator_step_async (self->initiator, token, self->patience.stopper, stepped_cb,
                            g_object_ref (task));
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Handshake *self = g_task_get_task_data (task);
  g_autoptr (GBytes) binding = NULL;
  GError *error = NULL;

  binding = wsm_exchange_connect_finish (SOUP_SESSION (source), result, &self->connection_id,
                                         &error);
  if (binding == NULL)
    {
      return_error (task, error);
      return;
    }

  wsm_initiator_begin (self->initiator, g_bytes_get_size (binding) > 0 ? binding : NULL);
  step (task, NULL);
}

/* Each mechanism on a connection of its own: a host may forget half a sign-in, or not. */
static void
begin (GTask *task)
{
  SoupSession *session = g_task_get_source_object (task);
  Handshake *self = g_task_get_task_data (task);
  WsmQuestion question;

  soup_session_abort (session);
  self->connection_id = 0;
  self->n_legs = 0;
  self->is_agreed = FALSE;
  self->is_closing = FALSE;

  if (!wsm_endpoint_is_tls (self->options.endpoint))
    {
      wsm_initiator_begin (self->initiator, NULL);
      step (task, NULL);
      return;
    }

  /* The first token already depends on the certificate: the connection has to be there first. */
  question = new_question (self);
  wsm_exchange_connect_async (session, &question, g_task_get_cancellable (task), connected_cb,
                              g_object_ref (task));
}

static Handshake *
handshake_new (const WsmHandshakeOptions *options, GCancellable *cancellable)
{
  Handshake *self = g_new0 (Handshake, 1);

  self->options = *options;
  wsm_endpoint_ref (options->endpoint);
  g_object_ref (options->trust);
  wsm_credential_ref (options->credential);
  self->initiator = wsm_initiator_new (options->credential,
                                       wsm_endpoint_get_host (options->endpoint));
  wsm_patience_init (&self->patience, options->deadline_usec, cancellable);

  return self;
}

/**
 * wsm_handshake_async:
 * @session: whose one connection is opened anew, and signed in
 * @options: where, who and how
 * @cancellable: (nullable): gives up
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Signs a connection in, one mechanism after the other as the credential allows. Not an octet of
 * what is to be said leaves before both ends know each other.
 */
void
wsm_handshake_async (SoupSession *session, const WsmHandshakeOptions *options,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);

  g_task_set_source_tag (task, wsm_handshake_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, handshake_new (options, cancellable), handshake_free);
  begin (task);
}

/**
 * wsm_handshake_finish:
 * @session: as given to wsm_handshake_async()
 * @result: what the callback got
 * @detour: (out) (transfer full) (nullable): why an earlier mechanism was not used, for people;
 *   of a failure, too
 * @error: a #WsmAuthError, a #WsmClientError, or %G_IO_ERROR_CANCELLED; nothing was sent then
 *
 * Returns: (transfer full): the connection; %NULL with @error set otherwise
 */
WsmSignedIn *
wsm_handshake_finish (SoupSession *session, GAsyncResult *result, char **detour, GError **error)
{
  Handshake *self;

  g_return_val_if_fail (g_task_is_valid (result, session), NULL);

  self = g_task_get_task_data (G_TASK (result));
  *detour = g_strdup (wsm_initiator_get_detour (self->initiator));
  return g_task_propagate_pointer (G_TASK (result), error);
}
