/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-status-query.h"

struct _CfStatusQuery
{
  CfErrand parent_instance;

  CfDeliveryMethod *method;   /* (owned) */
  CfDeliveryMethod *fallback; /* (owned) (nullable) */
  CfStatus *status;           /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (CfStatusQuery, cf_status_query, CF_TYPE_ERRAND)

static void got_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
ask (CfStatusQuery *self, WsmClient *client)
{
  wsm_client_get_async (client, cf_delivery_method_get_resource_uri (self->method),
                        cf_errand_get_cancellable (CF_ERRAND (self)), got_cb, self);
}

static void
got_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  CfStatusQuery *self = user_data;
  CfErrand *errand = user_data;
  g_autoptr (WsmObject) object = NULL;
  g_autoptr (GError) error = NULL;

  object = wsm_client_get_finish (WSM_CLIENT (source), result, &error);
  if (object == NULL && cf_failure_lacks_resource (error) && self->fallback != NULL)
    {
      g_object_unref (self->method);
      self->method = g_steal_pointer (&self->fallback);
      ask (self, WSM_CLIENT (source));
      return;
    }
  if (object != NULL)
    self->status = cf_delivery_method_read_status (self->method, object, &error);
  if (self->status == NULL)
    cf_errand_settle_error (errand, error);
  else
    cf_errand_settle (errand, CF_ERRAND_ANSWERED);
}

static void
cf_status_query_step (CfErrand *errand, WsmClient *client)
{
  cf_errand_set_state (errand, CF_ERRAND_CONNECTING);
  ask (CF_STATUS_QUERY (errand), client);
}

static void
cf_status_query_finalize (GObject *object)
{
  CfStatusQuery *self = CF_STATUS_QUERY (object);

  g_clear_object (&self->method);
  g_clear_object (&self->fallback);
  g_clear_pointer (&self->status, cf_status_free);

  G_OBJECT_CLASS (cf_status_query_parent_class)->finalize (object);
}

static void
cf_status_query_class_init (CfStatusQueryClass *class)
{
  G_OBJECT_CLASS (class)->finalize = cf_status_query_finalize;
  CF_ERRAND_CLASS (class)->step = cf_status_query_step;
}

static void
cf_status_query_init (CfStatusQuery *self)
{
}

/**
 * cf_status_query_new:
 * @name: what people call the host
 * @endpoint: where it is
 * @contact: how it is contacted
 * @method: whose resource is asked
 * @fallback: (nullable): whose resource is asked if the host does not know that of @method
 *
 * Returns: (transfer full): an errand that ends in %CF_ERRAND_ANSWERED if all goes well
 */
CfErrand *
cf_status_query_new (const char *name, WsmEndpoint *endpoint, CfContact *contact,
                     CfDeliveryMethod *method, CfDeliveryMethod *fallback)
{
  CfStatusQuery *self;

  g_return_val_if_fail (CF_IS_DELIVERY_METHOD (method), NULL);
  g_return_val_if_fail (fallback == NULL || CF_IS_DELIVERY_METHOD (fallback), NULL);

  self = g_object_new (CF_TYPE_STATUS_QUERY, NULL);
  cf_errand_init_target (CF_ERRAND (self), name, endpoint, contact);
  self->method = g_object_ref (method);
  self->fallback = fallback != NULL ? g_object_ref (fallback) : NULL;
  return CF_ERRAND (self);
}

/**
 * cf_status_query_get_method:
 * @self: a query
 *
 * Returns: (transfer none): whose resource answered, or is asked
 */
CfDeliveryMethod *
cf_status_query_get_method (CfStatusQuery *self)
{
  g_return_val_if_fail (CF_IS_STATUS_QUERY (self), NULL);

  return self->method;
}

/**
 * cf_status_query_get_status:
 * @self: a query
 *
 * Returns: (transfer none) (nullable): the answer; %NULL before it came and if none did
 */
const CfStatus *
cf_status_query_get_status (CfStatusQuery *self)
{
  g_return_val_if_fail (CF_IS_STATUS_QUERY (self), NULL);

  return self->status;
}
