/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-abort.h"

struct _CfAbort
{
  CfErrand parent_instance;

  CfDeliveryMethod *method; /* (owned), set once */
};

G_DEFINE_FINAL_TYPE (CfAbort, cf_abort, CF_TYPE_ERRAND)

static void
invoked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  CfAbort *self = user_data;
  CfErrand *errand = user_data;
  g_autoptr (WsmObject) output = NULL;
  g_autoptr (GError) error = NULL;
  guint32 code;

  output = wsm_client_invoke_finish (WSM_CLIENT (source), result, &error);
  if (output == NULL && cf_failure_lacks_resource (error))
    {
      g_autofree char *note = g_strdup_printf (
        "%s has no curfew-agent, and Windows offers no way to call a shutdown off by WMI.",
        cf_errand_get_name (errand));

      cf_errand_settle_refusal (errand, note, "Run “shutdown /a” on that computer.");
    }
  else if (output == NULL)
    cf_errand_settle_error (errand, error);
  else if (cf_delivery_method_decode (self->method, output, &code, &error))
    cf_errand_settle_code (errand, CF_ERRAND_CALLED_OFF, code);
  else
    {
      cf_errand_set_note (errand, error->message, NULL);
      cf_errand_settle (errand, CF_ERRAND_UNKNOWN);
    }
}

static void
cf_abort_step (CfErrand *errand, WsmClient *client)
{
  CfAbort *self = CF_ABORT (errand);
  g_autoptr (WsmObject) input = cf_delivery_method_encode_abort (self->method);

  cf_errand_set_state (errand, CF_ERRAND_SENT);
  wsm_client_invoke_async (client, cf_delivery_method_get_resource_uri (self->method),
                           cf_delivery_method_get_abort_method (self->method), input,
                           cf_errand_get_cancellable (errand), invoked_cb, self);
}

static void
cf_abort_finalize (GObject *object)
{
  g_clear_object (&CF_ABORT (object)->method);

  G_OBJECT_CLASS (cf_abort_parent_class)->finalize (object);
}

static void
cf_abort_class_init (CfAbortClass *class)
{
  G_OBJECT_CLASS (class)->finalize = cf_abort_finalize;
  CF_ERRAND_CLASS (class)->step = cf_abort_step;
}

static void
cf_abort_init (CfAbort *self)
{
}

/**
 * cf_abort_new:
 * @name: what people call the host
 * @endpoint: where it is
 * @contact: how it is contacted
 * @method: one that has cf_delivery_method_get_abort_method()
 *
 * Returns: (transfer full): an errand that ends in %CF_ERRAND_CALLED_OFF if all goes well
 */
CfErrand *
cf_abort_new (const char *name, WsmEndpoint *endpoint, CfContact *contact, CfDeliveryMethod *method)
{
  CfAbort *self;

  g_return_val_if_fail (CF_IS_DELIVERY_METHOD (method), NULL);
  g_return_val_if_fail (cf_delivery_method_get_abort_method (method) != NULL, NULL);

  self = g_object_new (CF_TYPE_ABORT, NULL);
  cf_errand_init_target (CF_ERRAND (self), name, endpoint, contact);
  self->method = g_object_ref (method);
  return CF_ERRAND (self);
}

/**
 * cf_abort_get_method:
 * @self: an abort
 *
 * Returns: (transfer none): how it is sent
 */
CfDeliveryMethod *
cf_abort_get_method (CfAbort *self)
{
  g_return_val_if_fail (CF_IS_ABORT (self), NULL);

  return self->method;
}
