/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "wsman/auth/wsm-principal.h"
#include "wsman/wire/wsm-envelope.h"

G_BEGIN_DECLS

/**
 * WsmOperation:
 *
 * One request that a handler has to answer: who asks, what is asked, and the way back. It is
 * answered exactly once, now or later, from the main context that handed it out; an operation that
 * is dropped unanswered answers %WSM_FAULT_INTERNAL_ERROR by itself. Values only: nothing here
 * leads to a connection.
 */
typedef struct _WsmOperation WsmOperation;

WsmOperation *wsm_operation_ref (WsmOperation *self);
void wsm_operation_unref (WsmOperation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmOperation, wsm_operation_unref)

WsmPrincipal *wsm_operation_get_principal (WsmOperation *self);
WsmEnvelope *wsm_operation_get_request (WsmOperation *self);
GCancellable *wsm_operation_get_cancellable (WsmOperation *self);

void wsm_operation_return_object (WsmOperation *self, WsmObject *object);
void wsm_operation_return_shell (WsmOperation *self, WsmShellMessage *message);
void wsm_operation_return_fault (WsmOperation *self, WsmFault *fault);

/* for those who hand out operations: the service, and tests of handlers */

/**
 * WsmOutcome:
 * @object: (nullable): the body of the answer
 * @shell: (nullable): the body of the answer to a shell operation
 * @fault: (nullable): why not
 *
 * What became of an operation: at most one of them; none is an empty body.
 */
typedef struct
{
  WsmObject *object;
  WsmShellMessage *shell;
  WsmFault *fault;
} WsmOutcome;

typedef void (*WsmOperationDone) (const WsmOutcome *outcome, gpointer user_data);
WsmOperation *wsm_operation_new (WsmPrincipal *principal, WsmEnvelope *request,
                                 GCancellable *cancellable, WsmOperationDone done,
                                 gpointer user_data);

G_END_DECLS
