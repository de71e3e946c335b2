/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-call.h"

#include <string.h>

/**
 * cf_plugin_status_clear:
 * @status: a status, all zero or filled
 *
 * Frees the texts of @status, which is all zero afterwards.
 */
void
cf_plugin_status_clear (CfPluginStatus *status)
{
  g_return_if_fail (status != NULL);

  g_free (status->action);
  g_free (status->message);
  g_free (status->requester);
  g_free (status->client_hint);
  g_free (status->request_code);
  g_free (status->boot_id);
  g_free (status->boot_time);
  g_free (status->local_time);
  g_free (status->host_name);
  g_free (status->system_name);
  g_free (status->kernel_release);
  g_free (status->last_outcome);
  g_free (status->last_request_code);
  g_free (status->last_action);
  g_free (status->last_detail);
  memset (status, 0, sizeof *status);
}
