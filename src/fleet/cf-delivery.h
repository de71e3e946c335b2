/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-delivery-method.h"
#include "cf-errand.h"
#include "cf-verification.h"

G_BEGIN_DECLS

#define CF_DELIVERY_WAIT_SECONDS  900u
#define CF_DELIVERY_LOOK_MIN_MSEC 1000u
#define CF_DELIVERY_LOOK_MAX_MSEC 5000u

/**
 * CfDeliveryPlan:
 *
 * What all deliveries of one request have in common; immutable, reference counted.
 */
typedef struct _CfDeliveryPlan CfDeliveryPlan;

CfDeliveryPlan *cf_delivery_plan_new (CfShutdownRequest *request, CfDeliveryMethod *method,
                                      CfDeliveryMethod *fallback, CfWaitGoal goal);
CfDeliveryPlan *cf_delivery_plan_ref (CfDeliveryPlan *self);
void cf_delivery_plan_unref (CfDeliveryPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfDeliveryPlan, cf_delivery_plan_unref)

void cf_delivery_plan_set_waiting (CfDeliveryPlan *self, guint wait_seconds, guint look_min_msec,
                                   guint look_max_msec);
CfShutdownRequest *cf_delivery_plan_get_request (const CfDeliveryPlan *self);
CfWaitGoal cf_delivery_plan_get_goal (const CfDeliveryPlan *self);

/**
 * CfDelivery:
 *
 * One request brought to one host: asked what it is if need be, sent once, and followed as far as
 * the plan says.
 */
#define CF_TYPE_DELIVERY (cf_delivery_get_type ())
G_DECLARE_FINAL_TYPE (CfDelivery, cf_delivery, CF, DELIVERY, CfErrand)

CfErrand *cf_delivery_new (const char *name, WsmEndpoint *endpoint, CfContact *contact,
                           CfDeliveryPlan *plan);
CfDeliveryPlan *cf_delivery_get_plan (CfDelivery *self);
CfDeliveryMethod *cf_delivery_get_method (CfDelivery *self);
CfRequestFeature cf_delivery_get_missing (CfDelivery *self);

G_END_DECLS
