/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-handler.h"

G_DEFINE_INTERFACE (WsmHandler, wsm_handler, G_TYPE_OBJECT)

static void
wsm_handler_default_init (WsmHandlerInterface *iface)
{
}

/**
 * wsm_handler_handle:
 * @self: a handler
 * @operation: (transfer none): what is asked; to be answered exactly once, now or, with a reference
 *   of one's own, later
 */
void
wsm_handler_handle (WsmHandler *self, WsmOperation *operation)
{
  g_return_if_fail (WSM_IS_HANDLER (self));
  g_return_if_fail (operation != NULL);

  WSM_HANDLER_GET_IFACE (self)->handle (self, operation);
}
