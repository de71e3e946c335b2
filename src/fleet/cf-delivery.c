/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-delivery.h"

#include "cf-delivery-plan-private.h"

struct _CfDelivery
{
  CfErrand parent_instance;

  CfDeliveryPlan *plan;     /* (owned), set once */
  CfDeliveryMethod *method; /* (unowned): one of the plan's */
  CfRequestFeature missing;
  CfStatus *before; /* (owned) (nullable) */

  gboolean was_sent;
  gint64 due_usec;
  gint64 lost_usec;
  guint n_looks;
};

G_DEFINE_FINAL_TYPE (CfDelivery, cf_delivery, CF_TYPE_ERRAND)

static void looked_before_cb (GObject *source, GAsyncResult *result, gpointer user_data);

/* The features that the host, or the method, does not have. */
static CfRequestFeature
find_missing (CfDelivery *self)
{
  CfShutdownRequest *request = self->plan->request;
  CfRequestFeature missing = cf_delivery_method_find_inexpressible (self->method, request);

  if (self->before != NULL && self->before->capabilities != CF_SHUTDOWN_NO_FLAGS)
    missing |= cf_request_features_from_flags (cf_shutdown_request_get_flags (request) &
                                               ~self->before->capabilities);
  return missing;
}

static void
refuse_missing (CfDelivery *self)
{
  g_autofree char *names = cf_request_features_to_string (self->missing, "");
  g_autofree char *note = g_strdup_printf (
    "%s cannot be asked for %s by the method %s. Nothing was sent.",
    cf_errand_get_name (CF_ERRAND (self)), names, cf_delivery_method_get_name (self->method));

  cf_errand_settle_refusal (CF_ERRAND (self), note, "Leave that out, or leave this computer out.");
}

static guint
jitter (guint msec)
{
  return msec - msec / 5 + (guint) g_random_int_range (0, (gint32) (2 * (msec / 5) + 1));
}

static void
rest (CfDelivery *self, gint64 now_usec)
{
  guint pause = cf_verification_get_pause_msec (self->n_looks++, self->due_usec - now_usec,
                                                self->plan->look_min_msec,
                                                self->plan->look_max_msec);

  cf_errand_rest (CF_ERRAND (self), jitter (pause));
}

/* The request was sent: it is over, or it will be watched. */
static void
follow (CfDelivery *self, CfErrandState state)
{
  gint64 now_usec = g_get_monotonic_time ();

  self->was_sent = TRUE;
  self->due_usec = now_usec + cf_shutdown_request_get_grace_seconds (self->plan->request) *
                                (gint64) G_USEC_PER_SEC;
  cf_errand_set_state (CF_ERRAND (self), state);
  rest (self, now_usec);
}

static void
accept_answer (CfDelivery *self, WsmObject *output)
{
  CfErrand *errand = CF_ERRAND (self);
  g_autoptr (GError) error = NULL;
  guint32 code;

  if (!cf_delivery_method_decode (self->method, output, &code, &error))
    {
      g_autofree char *note = g_strdup_printf (
        "%s answered, but not whether it took the request on: %s. Check before sending again.",
        cf_errand_get_name (errand), error->message);

      cf_errand_set_note (errand, note, NULL);
      cf_errand_settle (errand, CF_ERRAND_UNKNOWN);
      return;
    }
  if (code == 0)
    cf_errand_set_note (errand, cf_delivery_method_get_caveat (self->method, self->plan->request),
                        NULL);
  if (code != 0 || self->plan->goal == CF_WAIT_SENT)
    cf_errand_settle_code (errand, CF_ERRAND_ACCEPTED, code);
  else
    {
      cf_errand_set_code (errand, code);
      follow (self, CF_ERRAND_ACCEPTED);
    }
}

static void
invoked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  CfDelivery *self = user_data;
  g_autoptr (WsmObject) output = NULL;
  g_autoptr (GError) error = NULL;

  output = wsm_client_invoke_finish (WSM_CLIENT (source), result, &error);
  if (output != NULL)
    accept_answer (self, output);
  else if (self->plan->goal != CF_WAIT_SENT &&
           !g_cancellable_is_cancelled (cf_errand_get_cancellable (CF_ERRAND (self))) &&
           wsm_client_error_is_unknown (error))
    {
      cf_errand_set_note (CF_ERRAND (self), error->message, NULL);
      follow (self, CF_ERRAND_UNKNOWN);
    }
  else
    cf_errand_settle_error (CF_ERRAND (self), error);
}

static void
send_request (CfDelivery *self, WsmClient *client)
{
  g_autoptr (WsmObject) input = NULL;

  self->missing = find_missing (self);
  if (self->missing != CF_FEATURE_NONE)
    {
      refuse_missing (self);
      return;
    }

  input = cf_delivery_method_encode (self->method, self->plan->request);
  cf_errand_set_state (CF_ERRAND (self), CF_ERRAND_SENT);
  wsm_client_invoke_async (client, cf_delivery_method_get_resource_uri (self->method),
                           cf_delivery_method_get_initiate_method (self->method), input,
                           cf_errand_get_cancellable (CF_ERRAND (self)), invoked_cb, self);
}

static void
look (CfDelivery *self, WsmClient *client, GAsyncReadyCallback callback)
{
  wsm_client_get_async (client, cf_delivery_method_get_resource_uri (self->method),
                        cf_errand_get_cancellable (CF_ERRAND (self)), callback, self);
}

static void
try_fallback (CfDelivery *self, WsmClient *client)
{
  self->method = self->plan->fallback;
  if (self->plan->goal != CF_WAIT_SENT)
    look (self, client, looked_before_cb);
  else
    send_request (self, client);
}

static void
looked_before_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  CfDelivery *self = user_data;
  WsmClient *client = WSM_CLIENT (source);
  g_autoptr (WsmObject) object = NULL;
  g_autoptr (GError) error = NULL;

  object = wsm_client_get_finish (client, result, &error);
  if (object == NULL && cf_failure_lacks_resource (error) && self->plan->fallback != NULL &&
      self->method != self->plan->fallback)
    {
      try_fallback (self, client);
      return;
    }
  if (object != NULL)
    self->before = cf_delivery_method_read_status (self->method, object, &error);
  /* who may not look may still be allowed to ask for it */
  if (self->before != NULL || (self->plan->goal == CF_WAIT_SENT && cf_failure_is_denied (error)))
    send_request (self, client);
  else
    cf_errand_settle_error (CF_ERRAND (self), error);
}

/* What to tell about a state that a look led to; NULL leaves what was told before. */
static const char *
get_note (CfErrandState state)
{
  switch (state)
    {
    case CF_ERRAND_BACK:
      return "It has started anew.";
    case CF_ERRAND_OFF:
      return "Presumed: it has been silent for a minute, and nobody can prove more.";
    case CF_ERRAND_REHEARSED:
      return "It only rehearses: it would have done it, and did nothing.";
    case CF_ERRAND_CALLED_OFF:
      return "Somebody called the request off, or another one took its place.";
    case CF_ERRAND_DID_NOT_RESTART:
    case CF_ERRAND_DID_NOT_GO_DOWN:
      return "It answers and has not started anew: somebody may have called it off, or something "
             "there keeps it from going down.";
    case CF_ERRAND_LATE:
      return "It has not come back in time.";
    case CF_ERRAND_FAILED:
      return "It took the request on, and could not carry it out; its log tells why.";
    case CF_ERRAND_WAITING:
    case CF_ERRAND_CONNECTING:
    case CF_ERRAND_SENT:
    case CF_ERRAND_ANSWERED:
    case CF_ERRAND_ACCEPTED:
    case CF_ERRAND_GOING_DOWN:
    case CF_ERRAND_DOWN:
    case CF_ERRAND_STARTING:
    case CF_ERRAND_REFUSED:
    case CF_ERRAND_UNKNOWN:
    case CF_ERRAND_NOT_SENT:
    default:
      return NULL;
    }
}

/* What to do about such a state; NULL where there is nothing to do. */
static const char *
get_next_step (CfErrandState state)
{
  if (state == CF_ERRAND_LATE)
    return "Ask for its status again; if it stays silent, somebody has to look at it.";
  if (state == CF_ERRAND_CALLED_OFF || state == CF_ERRAND_DID_NOT_RESTART ||
      state == CF_ERRAND_DID_NOT_GO_DOWN)
    return "Look at its status.";
  return NULL;
}

static void
decide (CfDelivery *self, CfSight sight, const CfStatus *status)
{
  CfErrand *errand = CF_ERRAND (self);
  gboolean has_codes = cf_delivery_method_get_abort_method (self->method) != NULL;
  gint64 now_usec = g_get_monotonic_time ();
  const char *code = cf_shutdown_request_get_code (self->plan->request);
  CfVerification known = { 0 };
  CfErrandState state;
  const char *note;

  /* A countdown that people at the host postponed ends later than we asked for. */
  if (status != NULL && status->state == CF_PENDING_WAITING && has_codes &&
      g_strcmp0 (status->request_code, code) == 0)
    self->due_usec = now_usec + status->seconds_remaining * (gint64) G_USEC_PER_SEC;
  if (sight == CF_SIGHT_STATUS || sight == CF_SIGHT_STRANGE)
    self->lost_usec = 0;
  else if (self->lost_usec == 0)
    self->lost_usec = now_usec;

  known.action = cf_shutdown_request_get_action (self->plan->request);
  known.goal = self->plan->goal;
  known.request_code = has_codes ? code : NULL;
  known.before = self->before;
  known.due_usec = self->due_usec;
  known.limit_usec = self->due_usec + self->plan->wait_seconds * (gint64) G_USEC_PER_SEC;
  known.lost_usec = self->lost_usec;
  state = cf_verification_decide (&known, cf_errand_get_state (errand), sight, status, now_usec);
  note = get_note (state);
  if (note != NULL)
    cf_errand_set_note (errand, note, get_next_step (state));

  if (cf_verification_is_over (&known, state, now_usec))
    cf_errand_settle (errand, state);
  else
    {
      cf_errand_set_state (errand, state);
      rest (self, now_usec);
    }
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  CfDelivery *self = user_data;
  g_autoptr (WsmObject) object = NULL;
  g_autoptr (CfStatus) status = NULL;
  g_autoptr (GError) error = NULL;
  CfSight sight = CF_SIGHT_STRANGE;

  object = wsm_client_get_finish (WSM_CLIENT (source), result, &error);
  if (g_cancellable_is_cancelled (cf_errand_get_cancellable (CF_ERRAND (self))))
    {
      cf_errand_settle (CF_ERRAND (self), cf_errand_get_state (CF_ERRAND (self)));
      return;
    }

  if (object != NULL)
    status = cf_delivery_method_read_status (self->method, object, NULL);
  if (status != NULL)
    sight = CF_SIGHT_STATUS;
  else if (g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_REFUSED))
    sight = CF_SIGHT_CLOSED;
  else if (error != NULL && cf_failure_is_lost (error))
    sight = CF_SIGHT_SILENT;
  decide (self, sight, status);
}

static void
cf_delivery_step (CfErrand *errand, WsmClient *client)
{
  CfDelivery *self = CF_DELIVERY (errand);

  if (self->was_sent)
    {
      look (self, client, looked_cb);
      return;
    }

  cf_errand_set_state (errand, CF_ERRAND_CONNECTING);
  self->method = self->plan->method;
  if (self->plan->fallback != NULL || self->plan->goal != CF_WAIT_SENT)
    look (self, client, looked_before_cb);
  else
    send_request (self, client);
}

static void
cf_delivery_finalize (GObject *object)
{
  CfDelivery *self = CF_DELIVERY (object);

  g_clear_pointer (&self->plan, cf_delivery_plan_unref);
  g_clear_pointer (&self->before, cf_status_free);

  G_OBJECT_CLASS (cf_delivery_parent_class)->finalize (object);
}

static void
cf_delivery_class_init (CfDeliveryClass *class)
{
  G_OBJECT_CLASS (class)->finalize = cf_delivery_finalize;
  CF_ERRAND_CLASS (class)->step = cf_delivery_step;
}

static void
cf_delivery_init (CfDelivery *self)
{
}

/**
 * cf_delivery_new:
 * @name: what people call the host
 * @endpoint: where it is
 * @contact: how it is contacted
 * @plan: what is brought, and how far it is followed
 *
 * Returns: (transfer full): a delivery that has not begun
 */
CfErrand *
cf_delivery_new (const char *name, WsmEndpoint *endpoint, CfContact *contact, CfDeliveryPlan *plan)
{
  CfDelivery *self;

  g_return_val_if_fail (plan != NULL, NULL);

  self = g_object_new (CF_TYPE_DELIVERY, NULL);
  cf_errand_init_target (CF_ERRAND (self), name, endpoint, contact);
  self->plan = cf_delivery_plan_ref (plan);
  return CF_ERRAND (self);
}

/**
 * cf_delivery_get_plan:
 * @self: a delivery
 *
 * Returns: (transfer none): its plan
 */
CfDeliveryPlan *
cf_delivery_get_plan (CfDelivery *self)
{
  g_return_val_if_fail (CF_IS_DELIVERY (self), NULL);

  return self->plan;
}

/**
 * cf_delivery_get_method:
 * @self: a delivery
 *
 * Returns: (transfer none) (nullable): the method that was, or would be, used at this host; %NULL
 *   as long as that is not known
 */
CfDeliveryMethod *
cf_delivery_get_method (CfDelivery *self)
{
  g_return_val_if_fail (CF_IS_DELIVERY (self), NULL);

  if (self->method == NULL && self->plan->fallback == NULL)
    return self->plan->method;
  return self->method;
}

/**
 * cf_delivery_get_missing:
 * @self: a delivery
 *
 * Returns: what of the request this host cannot be asked for: why nothing was sent
 */
CfRequestFeature
cf_delivery_get_missing (CfDelivery *self)
{
  g_return_val_if_fail (CF_IS_DELIVERY (self), CF_FEATURE_NONE);

  return self->missing;
}
