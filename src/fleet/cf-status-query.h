/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-delivery-method.h"
#include "cf-errand.h"

G_BEGIN_DECLS

/**
 * CfStatusQuery:
 *
 * Asks one host what is pending there, or at least since when it runs.
 */
#define CF_TYPE_STATUS_QUERY (cf_status_query_get_type ())
G_DECLARE_FINAL_TYPE (CfStatusQuery, cf_status_query, CF, STATUS_QUERY, CfErrand)

CfErrand *cf_status_query_new (const char *name, WsmEndpoint *endpoint, CfContact *contact,
                               CfDeliveryMethod *method, CfDeliveryMethod *fallback);
CfDeliveryMethod *cf_status_query_get_method (CfStatusQuery *self);
const CfStatus *cf_status_query_get_status (CfStatusQuery *self);

G_END_DECLS
