/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-delivery-method.h"
#include "cf-errand.h"

G_BEGIN_DECLS

/**
 * CfAbort:
 *
 * Calls off what is pending at one host.
 */
#define CF_TYPE_ABORT (cf_abort_get_type ())
G_DECLARE_FINAL_TYPE (CfAbort, cf_abort, CF, ABORT, CfErrand)

CfErrand *cf_abort_new (const char *name, WsmEndpoint *endpoint, CfContact *contact,
                        CfDeliveryMethod *method);
CfDeliveryMethod *cf_abort_get_method (CfAbort *self);

G_END_DECLS
