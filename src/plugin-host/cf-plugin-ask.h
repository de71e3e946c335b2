/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "plugin-api/curfew-agent-services.h"

G_BEGIN_DECLS

/* curfew-agent-services.h, on whatever thread */

DWORD cf_plugin_ask_submit (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                            const CURFEW_SHUTDOWN_REQUEST *shutdown);
DWORD cf_plugin_ask_refuse (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR problem, DWORD code);
DWORD cf_plugin_ask_abort (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR clientHint);
DWORD cf_plugin_ask_describe (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                              CURFEW_AGENT_STATUS **status);
void cf_plugin_ask_free_status (CURFEW_AGENT_STATUS *status);

G_END_DECLS
