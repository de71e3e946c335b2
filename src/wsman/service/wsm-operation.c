/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-operation.h"

struct _WsmOperation
{
  gatomicrefcount references;
  WsmPrincipal *principal;   /* (owned) */
  WsmEnvelope *request;      /* (owned) */
  GCancellable *cancellable; /* (owned) */
  WsmOperationDone done;     /* %NULL once answered */
  gpointer user_data;
};

/**
 * wsm_operation_new:
 * @principal: (transfer none): who asks
 * @request: (transfer none): what is asked
 * @cancellable: (transfer none) (nullable): is cancelled when nobody waits for the answer any more
 * @done: called exactly once, with an outcome that is valid while it runs; while answering or, if
 *   nobody answers, while the last reference goes
 * @user_data: for @done
 *
 * Returns: (transfer full): the operation
 */
WsmOperation *
wsm_operation_new (WsmPrincipal *principal, WsmEnvelope *request, GCancellable *cancellable,
                   WsmOperationDone done, gpointer user_data)
{
  WsmOperation *self;

  g_return_val_if_fail (principal != NULL, NULL);
  g_return_val_if_fail (request != NULL, NULL);
  g_return_val_if_fail (done != NULL, NULL);

  self = g_new0 (WsmOperation, 1);
  g_atomic_ref_count_init (&self->references);
  self->principal = wsm_principal_ref (principal);
  self->request = wsm_envelope_ref (request);
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : g_cancellable_new ();
  self->done = done;
  self->user_data = user_data;

  return self;
}

/**
 * wsm_operation_ref:
 * @self: an operation
 *
 * Returns: (transfer full): @self
 */
WsmOperation *
wsm_operation_ref (WsmOperation *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);

  return self;
}

static void
answer (WsmOperation *self, const WsmOutcome *outcome)
{
  WsmOperationDone done = g_steal_pointer (&self->done);

  done (outcome, self->user_data);
}

/**
 * wsm_operation_unref:
 * @self: (transfer full): an operation
 *
 * With the last reference an operation that has no answer yet is answered with an internal error,
 * so that a caller never waits for a handler that forgot it.
 */
void
wsm_operation_unref (WsmOperation *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  if (self->done != NULL)
    {
      g_autoptr (WsmFault) fault = wsm_fault_new (
        WSM_FAULT_INTERNAL_ERROR, "The service gave no answer to this request; what became of it "
                                  "is not known. Ask for the state before sending it again.");

      answer (self, &(WsmOutcome){ .fault = fault });
    }

  wsm_principal_unref (self->principal);
  wsm_envelope_unref (self->request);
  g_object_unref (self->cancellable);
  g_free (self);
}

/**
 * wsm_operation_get_principal:
 * @self: an operation
 *
 * Returns: (transfer none): who asks, never %NULL
 */
WsmPrincipal *
wsm_operation_get_principal (WsmOperation *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->principal;
}

/**
 * wsm_operation_get_request:
 * @self: an operation
 *
 * Returns: (transfer none): what is asked, having passed wsm_envelope_check_request()
 */
WsmEnvelope *
wsm_operation_get_request (WsmOperation *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->request;
}

/**
 * wsm_operation_get_cancellable:
 * @self: an operation
 *
 * Returns: (transfer none): is cancelled when the caller has gone or the time of the request is
 *   over; an answer is still due, but reaches nobody
 */
GCancellable *
wsm_operation_get_cancellable (WsmOperation *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->cancellable;
}

/**
 * wsm_operation_return_object:
 * @self: an operation without answer
 * @object: (transfer none) (nullable): the body of the answer; %NULL for an empty one
 *
 * Answers. The second answer to an operation is a bug of its handler and is dropped.
 */
void
wsm_operation_return_object (WsmOperation *self, WsmObject *object)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->done != NULL);

  answer (self, &(WsmOutcome){ .object = object });
}

/**
 * wsm_operation_return_shell:
 * @self: an operation without answer, whose request is a shell operation
 * @message: (transfer none): the body of the answer
 *
 * Answers. The second answer to an operation is a bug of its handler and is dropped.
 *
 * If wsm_operation_get_cancellable() is cancelled already, @message reaches nobody: the handler
 * keeps what a Receive would have fetched. Otherwise it is sent, and kept for a repeat of the same
 * request; see wsm_dispatcher_dispatch().
 */
void
wsm_operation_return_shell (WsmOperation *self, WsmShellMessage *message)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (message != NULL);
  g_return_if_fail (self->done != NULL);

  answer (self, &(WsmOutcome){ .shell = message });
}

/**
 * wsm_operation_return_fault:
 * @self: an operation without answer
 * @fault: (transfer none): why not
 *
 * Answers. The second answer to an operation is a bug of its handler and is dropped.
 */
void
wsm_operation_return_fault (WsmOperation *self, WsmFault *fault)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (fault != NULL);
  g_return_if_fail (self->done != NULL);

  answer (self, &(WsmOutcome){ .fault = fault });
}
