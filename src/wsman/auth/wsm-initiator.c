/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-initiator.h"

#include "wsm-auth-error.h"
#include "wsm-initiator-private.h"

typedef enum
{
  STATE_NEW,         /* an attempt is to begin */
  STATE_BEGUN,       /* nothing was sent yet */
  STATE_UNDER_WAY,   /* something was sent, and something is to come */
  STATE_ESTABLISHED, /* there is a context */
  STATE_FAILED,      /* this attempt has failed; another mechanism may be left */
  STATE_DEAD,        /* was cancelled: nothing can follow */
} State;

struct _WsmInitiator
{
  GObject parent_instance;

  WsmCredential *credential; /* (owned) */
  char *host;                /* (owned) */
  char *detour;              /* (owned) (nullable) */
  GBytes *binding;           /* (owned) (nullable): of the connection in use */

  State state;
  gboolean is_ntlm;
  gboolean may_detour;
  gboolean is_busy;
  char *complaint;        /* (owned) (nullable): why this attempt has failed */
  WsmAttempt *attempt;    /* (owned) (nullable): a thread's own while one is busy with it */
  WsmGssContext *context; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (WsmInitiator, wsm_initiator, G_TYPE_OBJECT)

/* Of a step: what the thread is busy with, and who waits for it. */
typedef struct
{
  WsmLeg leg;
  GTask *task;        /* (owned) (nullable): the caller's; NULL once it has returned */
  GSource *cancelled; /* (owned) (nullable) */
} Step;

static void
leg_clear (WsmLeg *self)
{
  g_clear_pointer (&self->attempt, wsm_attempt_unref);
  g_clear_pointer (&self->received, g_bytes_unref);
  g_clear_pointer (&self->to_send, g_bytes_unref);
  g_clear_pointer (&self->context, wsm_gss_context_unref);
}

static void
wsm_initiator_finalize (GObject *object)
{
  WsmInitiator *self = WSM_INITIATOR (object);

  g_clear_pointer (&self->attempt, wsm_attempt_unref);
  g_clear_pointer (&self->context, wsm_gss_context_unref);
  g_clear_pointer (&self->binding, g_bytes_unref);
  g_clear_pointer (&self->credential, wsm_credential_unref);
  g_free (self->complaint);
  g_free (self->detour);
  g_free (self->host);

  G_OBJECT_CLASS (wsm_initiator_parent_class)->finalize (object);
}

static void
wsm_initiator_class_init (WsmInitiatorClass *class)
{
  G_OBJECT_CLASS (class)->finalize = wsm_initiator_finalize;
}

static void
wsm_initiator_init (WsmInitiator *self)
{
}

/**
 * wsm_initiator_new:
 * @credential: who signs in; of a method that signs in a connection, see
 *   wsm_credential_is_of_connection()
 * @host: where: the name under which the host is asked, which for Kerberos is that of its service
 *
 * Returns: (transfer full): a sign-in that is to begin by wsm_initiator_begin()
 */
WsmInitiator *
wsm_initiator_new (WsmCredential *credential, const char *host)
{
  WsmInitiator *self;

  g_return_val_if_fail (credential != NULL && host != NULL, NULL);
  g_return_val_if_fail (wsm_credential_is_of_connection (credential), NULL);

  self = g_object_new (WSM_TYPE_INITIATOR, NULL);
  self->credential = wsm_credential_ref (credential);
  self->host = g_strdup (host);
  self->is_ntlm = !wsm_credential_may_use_kerberos (credential);
  if (self->is_ntlm && wsm_credential_get_method (credential) == WSM_AUTH_NEGOTIATE)
    self->detour = g_strdup_printf ("“%s” is no name for Kerberos, which would be name@REALM.",
                                    wsm_credential_get_user (credential));

  return self;
}

static void
begin (WsmInitiator *self)
{
  g_clear_pointer (&self->attempt, wsm_attempt_unref);
  g_clear_pointer (&self->context, wsm_gss_context_unref);
  g_clear_pointer (&self->complaint, g_free);
  self->attempt = wsm_attempt_new (self->credential, self->host, self->binding, self->is_ntlm);
  self->state = STATE_BEGUN;
}

/**
 * wsm_initiator_begin:
 * @self: a sign-in that no thread is busy with
 * @binding: (nullable): the hash of tls-server-end-point of the connection that is used; %NULL
 *   without TLS
 *
 * Begins on a new connection: forgets what was established on an earlier one, but not which
 * mechanism was found to work. After a step was cancelled nothing can begin.
 */
void
wsm_initiator_begin (WsmInitiator *self, GBytes *binding)
{
  g_return_if_fail (WSM_IS_INITIATOR (self) && !self->is_busy);

  if (self->state == STATE_DEAD)
    return;

  g_clear_pointer (&self->binding, g_bytes_unref);
  self->binding = binding != NULL ? g_bytes_ref (binding) : NULL;
  begin (self);
}

static void
step_free (Step *self)
{
  leg_clear (&self->leg);
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
  g_clear_object (&self->task);
  g_free (self);
}

/* In a thread of the lane. Nothing in here touches the initiator: it belongs to the main loop. */
static void
go_leg (GTask *work, gpointer source, gpointer data, GCancellable *cancellable)
{
  WsmLeg *leg = data;
  GError *error = NULL;

  if (wsm_attempt_step (leg->attempt, leg, &error))
    g_task_return_boolean (work, TRUE);
  else
    g_task_return_error (work, error);
}

static void run (WsmInitiator *self, Step *step);

/* What cannot be sent by Kerberos can be by NTLM, and nothing was sent yet: no new connection. */
static gboolean
take_detour (WsmInitiator *self, Step *step, const GError *error)
{
  if (self->state != STATE_BEGUN || !step->leg.may_detour || self->is_ntlm ||
      !wsm_credential_may_use_ntlm (self->credential))
    return FALSE;

  g_clear_pointer (&self->detour, g_free);
  self->detour = g_strdup (error->message);
  self->is_ntlm = TRUE;
  leg_clear (&step->leg);
  begin (self);

  return TRUE;
}

static void
fail_step (WsmInitiator *self, Step *step, GError *error)
{
  /* Without the first reason, the second one would send people the wrong way. */
  if (self->is_ntlm && self->detour != NULL &&
      g_error_matches (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM))
    g_prefix_error (&error, "%s ", self->detour);

  self->is_busy = FALSE;
  self->state = STATE_FAILED;
  self->may_detour = step->leg.may_detour;
  self->complaint = g_strdup (error->message);
  g_clear_pointer (&self->attempt, wsm_attempt_unref);
  g_task_return_error (step->task, error);
}

/* The thread has its own reference on the attempt, and what comes of that interests nobody. */
static void
die (WsmInitiator *self, Step *step)
{
  self->is_busy = FALSE;
  self->state = STATE_DEAD;
  g_clear_pointer (&self->attempt, wsm_attempt_unref);
  g_task_return_new_error (step->task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                           "Signing in at %s was cancelled", self->host);
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Step *step = user_data;

  die (g_task_get_source_object (step->task), step);
  g_clear_object (&step->task); /* the step itself is freed when the thread is done */
  g_clear_pointer (&step->cancelled, g_source_unref);

  return G_SOURCE_REMOVE;
}

static void
succeed (WsmInitiator *self, Step *step)
{
  self->context = g_steal_pointer (&step->leg.context);
  self->state = self->context != NULL ? STATE_ESTABLISHED : STATE_UNDER_WAY;
  g_task_return_pointer (step->task, g_steal_pointer (&step->leg.to_send),
                         (GDestroyNotify) g_bytes_unref);
}

static void
leg_gone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Step *step = user_data;
  WsmInitiator *self = step->task != NULL ? g_task_get_source_object (step->task) : NULL;
  GError *error = NULL;
  gboolean is_good = g_task_propagate_boolean (G_TASK (result), &error);

  if (self == NULL)
    g_debug ("A leg that nobody waited for has come to its end");
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    die (self, step);
  else if (is_good)
    {
      self->is_busy = FALSE;
      succeed (self, step);
    }
  else if (take_detour (self, step, error))
    {
      run (self, g_steal_pointer (&step));
      g_clear_error (&error);
    }
  else
    fail_step (self, step, g_steal_pointer (&error));

  g_clear_error (&error);
  g_clear_pointer (&step, step_free);
}

static void
run (WsmInitiator *self, Step *step)
{
  g_autoptr (GTask)
    work = g_task_new (NULL, g_task_get_cancellable (step->task), leg_gone_cb, step);

  step->leg.attempt = wsm_attempt_ref (self->attempt);
  g_task_set_source_tag (work, run);
  g_task_set_task_data (work, &step->leg, NULL); /* the step lives until leg_gone_cb() */
  wsm_gss_lane_run (wsm_credential_get_lane (self->credential), work, go_leg);
}

static void
start (WsmInitiator *self, GTask *task, GBytes *token)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Step *step = g_new0 (Step, 1);

  step->task = g_object_ref (task);
  step->leg.received = token != NULL ? g_bytes_ref (token) : NULL;
  if (cancellable != NULL)
    {
      step->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (step->cancelled, G_SOURCE_FUNC (cancelled_cb), step, NULL);
      g_source_attach (step->cancelled, g_task_get_context (task));
    }
  self->is_busy = TRUE;
  run (self, step);
}

/* Why @token cannot be the next, or NULL. */
static const char *
check_order (WsmInitiator *self, GBytes *token)
{
  switch (self->state)
    {
    case STATE_BEGUN:
      return token == NULL ? NULL : "The host has answered before anything was asked.";
    case STATE_UNDER_WAY:
      return token != NULL ? NULL
                           : "The host has let somebody in without proving who it is itself. It is "
                             "no Windows host, or somebody is in between; nothing is sent to it.";
    case STATE_ESTABLISHED:
      return token == NULL ? NULL : "The host goes on signing in after the end.";
    case STATE_NEW:
    case STATE_FAILED:
    case STATE_DEAD:
    default:
      return "This sign-in has failed or was cancelled. Begin again on a new connection.";
    }
}

/**
 * wsm_initiator_step_async:
 * @self: a sign-in that has begun, and that no thread is busy with
 * @token: (nullable): what the host has sent in its last answer; %NULL for the first step, and for
 *   an answer of success that brings no token
 * @cancellable: (nullable): cancels at once, even if a KDC does not answer; @self is of no use then
 * @callback: called when there is something to send, when both sides have signed in, or on failure
 * @user_data: for @callback
 *
 * Goes the next step. After the first the host has been sent nothing; if Kerberos is not possible
 * there and the credential allows it, this goes on with NTLM, see wsm_initiator_get_detour().
 *
 * An answer of success whose token is missing is an error unless both sides have signed in already:
 * the host has proved nothing then.
 */
void
wsm_initiator_step_async (WsmInitiator *self, GBytes *token, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  const char *complaint;

  g_return_if_fail (WSM_IS_INITIATOR (self) && !self->is_busy);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, wsm_initiator_step_async);
  g_task_set_check_cancellable (task, FALSE); /* whether it came in time is decided here */

  complaint = check_order (self, token);
  if (complaint != NULL)
    {
      if (self->state != STATE_DEAD)
        {
          self->state = STATE_FAILED;
          self->may_detour = FALSE;
        }
      g_clear_pointer (&self->context, wsm_gss_context_unref);
      g_task_return_new_error (task, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED, "%s", complaint);
    }
  else if (self->state == STATE_ESTABLISHED)
    g_task_return_pointer (task, NULL, NULL);
  else
    start (self, task, token);
}

/**
 * wsm_initiator_step_finish:
 * @self: a sign-in
 * @result: what the callback was given
 * @token: (out) (transfer full) (nullable): what to send; %NULL if there is nothing left to send
 * @error: a #WsmAuthError, or %G_IO_ERROR_CANCELLED
 *
 * Returns: %TRUE if the step succeeded: with @token, or wsm_initiator_get_context(), or both
 */
gboolean
wsm_initiator_step_finish (WsmInitiator *self, GAsyncResult *result, GBytes **token, GError **error)
{
  GError *local_error = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self) && token != NULL, FALSE);

  *token = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, local_error);

  return FALSE;
}

/**
 * wsm_initiator_get_scheme:
 * @self: a sign-in
 *
 * Returns: the scheme under which tokens travel
 */
WsmAuthScheme
wsm_initiator_get_scheme (WsmInitiator *self)
{
  g_return_val_if_fail (WSM_IS_INITIATOR (self), WSM_AUTH_SCHEME_NONE);

  return wsm_credential_get_method (self->credential) == WSM_AUTH_KERBEROS
           ? WSM_AUTH_SCHEME_KERBEROS
           : WSM_AUTH_SCHEME_NEGOTIATE;
}

/**
 * wsm_initiator_get_mechanism:
 * @self: a sign-in
 *
 * Returns: (transfer none): the mechanism that is tried, or that has worked:
 *   %WSM_MECHANISM_KERBEROS or %WSM_MECHANISM_NTLM
 */
const char *
wsm_initiator_get_mechanism (WsmInitiator *self)
{
  g_return_val_if_fail (WSM_IS_INITIATOR (self), NULL);

  return self->is_ntlm ? WSM_MECHANISM_NTLM : WSM_MECHANISM_KERBEROS;
}

/**
 * wsm_initiator_get_context:
 * @self: a sign-in
 *
 * Returns: (transfer none) (nullable): once both sides have signed in, what seals their messages
 */
WsmGssContext *
wsm_initiator_get_context (WsmInitiator *self)
{
  g_return_val_if_fail (WSM_IS_INITIATOR (self), NULL);

  return self->context;
}

/**
 * wsm_initiator_has_next_mechanism:
 * @self: a sign-in that no thread is busy with
 *
 * To be called when the host has refused what was tried, or a step has failed. NTLM comes after
 * Kerberos if the credential allows it, but not after what is to be repaired, such as clocks that
 * differ. Whether a refusal is the host's own the caller has to know.
 *
 * Returns: whether another mechanism is left
 */
gboolean
wsm_initiator_has_next_mechanism (WsmInitiator *self)
{
  g_return_val_if_fail (WSM_IS_INITIATOR (self) && !self->is_busy, FALSE);

  return !self->is_ntlm && wsm_credential_may_use_ntlm (self->credential) &&
         (self->state == STATE_UNDER_WAY || (self->state == STATE_FAILED && self->may_detour));
}

/**
 * wsm_initiator_next_mechanism:
 * @self: a sign-in that no thread is busy with
 *
 * Takes the one that wsm_initiator_has_next_mechanism() speaks of.
 *
 * Returns: %TRUE if another mechanism is left: begin again, on a new connection; %FALSE if that was
 *   all
 */
gboolean
wsm_initiator_next_mechanism (WsmInitiator *self)
{
  g_return_val_if_fail (WSM_IS_INITIATOR (self) && !self->is_busy, FALSE);

  if (!wsm_initiator_has_next_mechanism (self))
    return FALSE;

  g_clear_pointer (&self->detour, g_free);
  if (self->complaint != NULL)
    self->detour = g_steal_pointer (&self->complaint);
  else
    self->detour = g_strdup_printf ("%s did not accept Kerberos.", self->host);
  g_clear_pointer (&self->attempt, wsm_attempt_unref);
  self->is_ntlm = TRUE;
  self->state = STATE_NEW;

  return TRUE;
}

/**
 * wsm_initiator_get_detour:
 * @self: a sign-in
 *
 * Returns: (transfer none) (nullable): why NTLM is used and not Kerberos, in a sentence for people;
 *   %NULL if nothing was tried before
 */
const char *
wsm_initiator_get_detour (WsmInitiator *self)
{
  g_return_val_if_fail (WSM_IS_INITIATOR (self), NULL);

  return self->detour;
}
