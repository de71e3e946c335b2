/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * WsmIdentifyResponse:
 * @protocol_version: the WS-Management namespace
 * @product_vendor: "Microsoft Corporation" tells a Windows host
 * @product_version: free text; "OS: 0.0.0 SP: 0.0 Stack: 3.0" where the service conceals it
 * @security_profiles: (array zero-terminated=1) (nullable): profile URIs; %NULL if none were told
 *
 * The answer to Identify (DSP0226, section 11). Any text may be %NULL if the service left it out.
 */
typedef struct
{
  char *protocol_version;
  char *product_vendor;
  char *product_version;
  char **security_profiles;
} WsmIdentifyResponse;

#define WSM_TYPE_IDENTIFY_RESPONSE (wsm_identify_response_get_type ())
GType wsm_identify_response_get_type (void);

WsmIdentifyResponse *wsm_identify_response_new (const char *product_vendor,
                                                const char *product_version,
                                                const char *const *security_profiles);
WsmIdentifyResponse *wsm_identify_response_copy (const WsmIdentifyResponse *self);
void wsm_identify_response_free (WsmIdentifyResponse *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmIdentifyResponse, wsm_identify_response_free)

G_END_DECLS
