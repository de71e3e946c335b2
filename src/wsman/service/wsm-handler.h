/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-operation.h"

G_BEGIN_DECLS

/**
 * WsmHandler:
 *
 * Answers the operations of a service. The request has passed wsm_envelope_check_request() and the
 * caller has signed in; whether he may do what he asks is the handler's to decide.
 */
#define WSM_TYPE_HANDLER (wsm_handler_get_type ())
G_DECLARE_INTERFACE (WsmHandler, wsm_handler, WSM, HANDLER, GObject)

struct _WsmHandlerInterface
{
  GTypeInterface parent_iface;

  void (*handle) (WsmHandler *self, WsmOperation *operation);
};

void wsm_handler_handle (WsmHandler *self, WsmOperation *operation);

G_END_DECLS
