/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-acceptor.h"

#include <string.h>

#include "wsm-acceptor-private.h"

struct _WsmAcceptance
{
  GObject parent_instance;

  WsmAcceptor *acceptor; /* (owned) */
  WsmAuthScheme scheme;
  GBytes *binding; /* (owned) (nullable) */

  gss_ctx_id_t gss;       /* (owned): between two steps */
  gboolean is_challenged; /* by NTLM, and in a way that is good enough */
  guint n_legs;
  gboolean is_running;
  gboolean is_over;        /* complete, failed or cancelled: there is no further step */
  WsmGssContext *context;  /* (owned) (nullable) */
  WsmGssIdentity identity; /* with a user if it is complete */
};

G_DEFINE_FINAL_TYPE (WsmAcceptance, wsm_acceptance, G_TYPE_OBJECT)

/* What waits for a step: the caller's task, until it returns, and what tells of a cancellation. */
typedef struct
{
  GTask *task;     /* (owned) (nullable) */
  GSource *source; /* (owned) (nullable) */
} Wait;

static void
wsm_acceptance_finalize (GObject *object)
{
  WsmAcceptance *self = WSM_ACCEPTANCE (object);
  OM_uint32 minor;

  if (self->gss != GSS_C_NO_CONTEXT)
    gss_delete_sec_context (&minor, &self->gss, GSS_C_NO_BUFFER);
  g_clear_pointer (&self->context, wsm_gss_context_unref);
  wsm_gss_identity_clear (&self->identity);
  g_clear_pointer (&self->binding, g_bytes_unref);
  g_clear_object (&self->acceptor);

  G_OBJECT_CLASS (wsm_acceptance_parent_class)->finalize (object);
}

static void
wsm_acceptance_class_init (WsmAcceptanceClass *class)
{
  G_OBJECT_CLASS (class)->finalize = wsm_acceptance_finalize;
}

static void
wsm_acceptance_init (WsmAcceptance *self)
{
}

/**
 * wsm_acceptance_new:
 * @acceptor: with whose keys
 * @scheme: one of %WSM_AUTH_SCHEMES_OF_CONNECTION. By %WSM_AUTH_SCHEME_NEGOTIATE SPNEGO, raw
 *   Kerberos and raw NTLM are accepted, by the other two raw tokens of their mechanism alone
 * @binding: (nullable): the hash of tls-server-end-point of the connection; %NULL without TLS
 *
 * Returns: (transfer full): a sign-in that has not begun
 */
WsmAcceptance *
wsm_acceptance_new (WsmAcceptor *acceptor, WsmAuthScheme scheme, GBytes *binding)
{
  WsmAcceptance *self;

  g_return_val_if_fail (WSM_IS_ACCEPTOR (acceptor), NULL);
  g_return_val_if_fail (scheme == WSM_AUTH_SCHEME_NEGOTIATE || scheme == WSM_AUTH_SCHEME_KERBEROS ||
                          scheme == WSM_AUTH_SCHEME_NTLM,
                        NULL);

  self = g_object_new (WSM_TYPE_ACCEPTANCE, NULL);
  self->acceptor = g_object_ref (acceptor);
  self->scheme = scheme;
  self->binding = binding != NULL ? g_bytes_ref (binding) : NULL;

  return self;
}

/**
 * wsm_acceptance_get_scheme:
 * @self: a sign-in
 *
 * Returns: the scheme by which it began
 */
WsmAuthScheme
wsm_acceptance_get_scheme (WsmAcceptance *self)
{
  g_return_val_if_fail (WSM_IS_ACCEPTANCE (self), WSM_AUTH_SCHEME_NONE);

  return self->scheme;
}

static void
step_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  wsm_acceptance_step_run (data);
  g_task_return_boolean (task, TRUE);
}

static void
wait_free (Wait *wait)
{
  if (wait->source != NULL)
    g_source_destroy (wait->source);
  g_clear_pointer (&wait->source, g_source_unref);
  g_clear_object (&wait->task);
  g_free (wait);
}

/* The thread goes on, with what is its own; what it finds out nobody wants to know any more. */
static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Wait *wait = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&wait->task);
  WsmAcceptance *self = g_task_get_source_object (task);

  self->is_running = FALSE;
  self->is_over = TRUE;
  g_clear_pointer (&wait->source, g_source_unref);
  g_task_return_error_if_cancelled (task);

  return G_SOURCE_REMOVE;
}

static void
take_result (WsmAcceptance *self, WsmAcceptanceStep *step)
{
  self->gss = step->gss;
  step->gss = GSS_C_NO_CONTEXT;
  self->is_challenged = step->is_challenged;
  self->is_over = step->error != NULL || step->is_complete;
  if (step->is_complete)
    {
      self->context = g_steal_pointer (&step->context);
      self->identity = step->identity;
      memset (&step->identity, 0, sizeof step->identity);
    }
}

static void
stepped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Wait *wait = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&wait->task);
  WsmAcceptanceStep *step = g_task_get_task_data (G_TASK (result));
  WsmAcceptance *self;

  wait_free (wait);
  if (task == NULL)
    return; /* it was cancelled */

  self = g_task_get_source_object (task);
  self->is_running = FALSE;
  if (g_task_return_error_if_cancelled (task))
    {
      self->is_over = TRUE;
      return;
    }
  take_result (self, step);
  if (step->output != NULL)
    g_task_set_task_data (task, g_bytes_ref (step->output), (GDestroyNotify) g_bytes_unref);
  if (step->error != NULL)
    g_task_return_error (task, g_steal_pointer (&step->error));
  else
    g_task_return_boolean (task, TRUE);
}

/* What is wrong with a leg before the library has seen it. */
static GError *
find_fault (WsmAcceptance *self, GBytes *token)
{
  gsize size = g_bytes_get_size (token);

  if (self->is_over)
    return g_error_new (WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                        "The caller goes on with a sign-in that is over.");
  if ((wsm_acceptor_get_schemes (self->acceptor) & self->scheme) == 0)
    return g_error_new (WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM,
                        "The caller wants to sign in by %s, which is not switched on here.",
                        self->scheme == WSM_AUTH_SCHEME_NTLM ? WSM_MECHANISM_NTLM
                                                             : WSM_MECHANISM_KERBEROS);
  if (self->n_legs >= WSM_ACCEPTANCE_MAX_LEGS)
    return g_error_new (WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                        "The caller has not signed in after %d tokens.", WSM_ACCEPTANCE_MAX_LEGS);
  if (size == 0 || size > WSM_AUTH_MAX_TOKEN)
    return g_error_new (WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                        "The caller's token is empty or larger than %u octets.",
                        WSM_AUTH_MAX_TOKEN);
  return NULL;
}

static void
start (WsmAcceptance *self, GTask *task, GBytes *token)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  WsmAcceptanceStep *step = g_new0 (WsmAcceptanceStep, 1);
  Wait *wait = g_new0 (Wait, 1);
  g_autoptr (GTask) inner = g_task_new (NULL, NULL, stepped_cb, wait);

  step->acceptor = g_object_ref (self->acceptor);
  step->scheme = self->scheme;
  step->binding = self->binding != NULL ? g_bytes_ref (self->binding) : NULL;
  step->input = g_bytes_ref (token);
  step->is_challenged = self->is_challenged;
  step->gss = self->gss;
  self->gss = GSS_C_NO_CONTEXT;

  wait->task = g_object_ref (task);
  if (cancellable != NULL)
    {
      wait->source = g_cancellable_source_new (cancellable);
      g_source_set_priority (wait->source, g_task_get_priority (task));
      g_source_set_callback (wait->source, G_SOURCE_FUNC (cancelled_cb), wait, NULL);
      g_source_attach (wait->source, g_task_get_context (task));
    }

  g_task_set_task_data (inner, step, (GDestroyNotify) wsm_acceptance_step_free);
  wsm_gss_lane_run (wsm_acceptor_get_lane (self->acceptor), inner, step_in_thread);
}

/**
 * wsm_acceptance_step_async:
 * @self: a sign-in, of which no other step is under way
 * @token: what the caller has sent
 * @cancellable: (nullable): ends the step at once, and the sign-in with it
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * One leg. What may block runs in a thread, at most four of them for each acceptor.
 */
void
wsm_acceptance_step_async (WsmAcceptance *self, GBytes *token, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *fault;

  g_return_if_fail (WSM_IS_ACCEPTANCE (self) && token != NULL);
  g_return_if_fail (!self->is_running);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, wsm_acceptance_step_async);

  fault = find_fault (self, token);
  self->n_legs++;
  if (fault != NULL || g_cancellable_is_cancelled (cancellable))
    {
      self->is_over = TRUE;
      if (!g_task_return_error_if_cancelled (task))
        g_task_return_error (task, g_steal_pointer (&fault));
      g_clear_error (&fault);
      return;
    }

  self->is_running = TRUE;
  start (self, task, token);
}

/**
 * wsm_acceptance_step_finish:
 * @self: a sign-in
 * @result: what the callback got
 * @token: (out) (transfer full) (nullable): for the caller, with the next answer; there can be one
 *   whether the step has failed or not
 * @error: what is for the log and not for the caller: %WSM_AUTH_ERROR_REJECTED,
 *   %WSM_AUTH_ERROR_CLOCK_SKEW, %WSM_AUTH_ERROR_BINDING, %WSM_AUTH_ERROR_MECHANISM for one that is
 *   not switched on, cannot seal well enough, or does not belong to the scheme,
 * %WSM_AUTH_ERROR_SYNTAX for a token that cannot be read, %WSM_AUTH_ERROR_UNAVAILABLE if the file
 * of NTLM users is not in order, or %G_IO_ERROR_CANCELLED
 *
 * After a failure there is no further step.
 *
 * Returns: %TRUE if the sign-in is complete, which wsm_acceptance_get_identity() tells, or waits
 *   for the next token; %FALSE with @error set otherwise
 */
gboolean
wsm_acceptance_step_finish (WsmAcceptance *self, GAsyncResult *result, GBytes **token,
                            GError **error)
{
  GBytes *output;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  output = g_task_get_task_data (G_TASK (result));
  if (token != NULL)
    *token = output != NULL ? g_bytes_ref (output) : NULL;

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * wsm_acceptance_get_context:
 * @self: a sign-in
 *
 * Returns: (transfer none) (nullable): what seals and unseals the messages of the connection;
 *   %NULL while the sign-in is not complete
 */
WsmGssContext *
wsm_acceptance_get_context (WsmAcceptance *self)
{
  g_return_val_if_fail (WSM_IS_ACCEPTANCE (self), NULL);

  return self->context;
}

/**
 * wsm_acceptance_get_identity:
 * @self: a sign-in
 *
 * Returns: (transfer none) (nullable): who the caller is; %NULL while the sign-in is not complete
 */
const WsmGssIdentity *
wsm_acceptance_get_identity (WsmAcceptance *self)
{
  g_return_val_if_fail (WSM_IS_ACCEPTANCE (self), NULL);

  return self->identity.user != NULL ? &self->identity : NULL;
}
