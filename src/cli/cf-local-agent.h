/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bus/cf-bus-agent1.h"

G_BEGIN_DECLS

/**
 * CfLocalError:
 * @CF_LOCAL_ERROR_NO_AGENT: no agent answers on this computer
 * @CF_LOCAL_ERROR_DENIED: the person may not
 * @CF_LOCAL_ERROR_REFUSED: the agent does not do that now, whoever asks
 * @CF_LOCAL_ERROR_UNKNOWN: it was asked, and the answer was lost
 * @CF_LOCAL_ERROR_FAILED: anything else; nothing was changed
 */
typedef enum
{
  CF_LOCAL_ERROR_NO_AGENT,
  CF_LOCAL_ERROR_DENIED,
  CF_LOCAL_ERROR_REFUSED,
  CF_LOCAL_ERROR_UNKNOWN,
  CF_LOCAL_ERROR_FAILED,
} CfLocalError;

#define CF_LOCAL_ERROR (cf_local_error_quark ())
GQuark cf_local_error_quark (void);

CfBusAgent1 *cf_local_agent_find (GError **error);
gboolean cf_local_agent_call (CfBusAgent1 *agent, const char *method, GVariant *arguments,
                              GError **error);

G_END_DECLS
