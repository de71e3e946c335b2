/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-delivery-plan-private.h"

/**
 * cf_delivery_plan_new:
 * @request: what is asked for
 * @method: how it is brought
 * @fallback: (nullable): how, where the host does not know @method; %NULL insists on @method.
 *   With a fallback each host is asked what it is before anything is sent
 * @goal: when to be satisfied
 *
 * Returns: (transfer full): a plan that waits %CF_DELIVERY_WAIT_SECONDS after the countdown
 */
CfDeliveryPlan *
cf_delivery_plan_new (CfShutdownRequest *request, CfDeliveryMethod *method,
                      CfDeliveryMethod *fallback, CfWaitGoal goal)
{
  CfDeliveryPlan *self;

  g_return_val_if_fail (request != NULL, NULL);
  g_return_val_if_fail (CF_IS_DELIVERY_METHOD (method), NULL);
  g_return_val_if_fail (fallback == NULL || CF_IS_DELIVERY_METHOD (fallback), NULL);

  self = g_new0 (CfDeliveryPlan, 1);
  g_atomic_ref_count_init (&self->references);
  self->request = cf_shutdown_request_ref (request);
  self->method = g_object_ref (method);
  self->fallback = fallback != NULL ? g_object_ref (fallback) : NULL;
  self->goal = goal;
  cf_delivery_plan_set_waiting (self, CF_DELIVERY_WAIT_SECONDS, CF_DELIVERY_LOOK_MIN_MSEC,
                                CF_DELIVERY_LOOK_MAX_MSEC);
  return self;
}

/**
 * cf_delivery_plan_ref:
 * @self: a plan
 *
 * Returns: (transfer full): @self
 */
CfDeliveryPlan *
cf_delivery_plan_ref (CfDeliveryPlan *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

/**
 * cf_delivery_plan_unref:
 * @self: (transfer full): a plan
 */
void
cf_delivery_plan_unref (CfDeliveryPlan *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  cf_shutdown_request_unref (self->request);
  g_object_unref (self->method);
  g_clear_object (&self->fallback);
  g_free (self);
}

/**
 * cf_delivery_plan_set_waiting:
 * @self: a plan that no delivery has yet
 * @wait_seconds: how long after the end of the countdown to wait for the goal
 * @look_min_msec: the pause after the first look at a host
 * @look_max_msec: the longest pause
 */
void
cf_delivery_plan_set_waiting (CfDeliveryPlan *self, guint wait_seconds, guint look_min_msec,
                              guint look_max_msec)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (look_min_msec > 0 && look_min_msec <= look_max_msec);

  self->wait_seconds = wait_seconds;
  self->look_min_msec = look_min_msec;
  self->look_max_msec = look_max_msec;
}

/**
 * cf_delivery_plan_get_request:
 * @self: a plan
 *
 * Returns: (transfer none): what is asked for
 */
CfShutdownRequest *
cf_delivery_plan_get_request (const CfDeliveryPlan *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->request;
}

/**
 * cf_delivery_plan_get_goal:
 * @self: a plan
 *
 * Returns: when to be satisfied
 */
CfWaitGoal
cf_delivery_plan_get_goal (const CfDeliveryPlan *self)
{
  g_return_val_if_fail (self != NULL, CF_WAIT_SENT);

  return self->goal;
}
