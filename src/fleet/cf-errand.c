/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-errand.h"

#include "request/cf-display-text.h"
#include "request/cf-win32-code.h"

typedef struct
{
  char *name;            /* (owned) */
  WsmEndpoint *endpoint; /* (owned) */
  CfContact *contact;    /* (owned) */

  CfErrandState state;
  gboolean is_settled;
  CfFailure failure;
  gboolean has_code;
  guint32 code;
  char *note;      /* (owned) (nullable) */
  char *next_step; /* (owned) (nullable) */
  gint64 started_usec;
  gint64 settled_usec;

  GTask *step;       /* (owned) (nullable): the running one */
  WsmClient *client; /* (owned) (nullable): that of the running step */
  const char *sign_in;
  char *detour; /* (owned) (nullable) */
} CfErrandPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CfErrand, cf_errand, G_TYPE_OBJECT)

typedef enum
{
  PROP_NAME = 1,
  PROP_STATE,
  PROP_NOTE,
  PROP_SETTLED
} CfErrandProperty;
static GParamSpec *props[PROP_SETTLED + 1];

static void
cf_errand_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (CF_ERRAND (object));

  switch ((CfErrandProperty) id)
    {
    case PROP_NAME:
      g_value_set_string (value, priv->name);
      break;
    case PROP_STATE:
      g_value_set_enum (value, priv->state);
      break;
    case PROP_NOTE:
      g_value_set_string (value, priv->note);
      break;
    case PROP_SETTLED:
      g_value_set_boolean (value, priv->is_settled);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cf_errand_finalize (GObject *object)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (CF_ERRAND (object));

  g_free (priv->name);
  g_clear_pointer (&priv->endpoint, wsm_endpoint_unref);
  g_clear_pointer (&priv->contact, cf_contact_unref);
  g_free (priv->note);
  g_free (priv->next_step);
  g_free (priv->detour);

  G_OBJECT_CLASS (cf_errand_parent_class)->finalize (object);
}

static void
cf_errand_class_init (CfErrandClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = cf_errand_get_property;
  object_class->finalize = cf_errand_finalize;

  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL,
                                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, CF_TYPE_ERRAND_STATE,
                                         CF_ERRAND_WAITING,
                                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, NULL,
                                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_SETTLED] = g_param_spec_boolean ("settled", NULL, NULL, FALSE,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
cf_errand_init (CfErrand *self)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  priv->state = CF_ERRAND_WAITING;
}

/**
 * cf_errand_init_target:
 * @self: a new errand
 * @name: what people call the host
 * @endpoint: where it is
 * @contact: how it is contacted
 *
 * For constructors of errands.
 */
void
cf_errand_init_target (CfErrand *self, const char *name, WsmEndpoint *endpoint, CfContact *contact)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_if_fail (CF_IS_ERRAND (self));
  g_return_if_fail (priv->endpoint == NULL);
  g_return_if_fail (name != NULL && endpoint != NULL && contact != NULL);

  priv->name = cf_display_text_one_line (name);
  priv->endpoint = wsm_endpoint_ref (endpoint);
  priv->contact = cf_contact_ref (contact);
}

/**
 * cf_errand_get_name:
 * @self: an errand
 *
 * Returns: (transfer none): what people call its host, fit to be shown
 */
const char *
cf_errand_get_name (CfErrand *self)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_val_if_fail (CF_IS_ERRAND (self), NULL);

  return priv->name;
}

/**
 * cf_errand_get_state:
 * @self: an errand
 *
 * Returns: how far it has come
 */
CfErrandState
cf_errand_get_state (CfErrand *self)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_val_if_fail (CF_IS_ERRAND (self), CF_ERRAND_FAILED);

  return priv->state;
}

/**
 * cf_errand_is_settled:
 * @self: an errand
 *
 * Returns: whether the state is the last one
 */
gboolean
cf_errand_is_settled (CfErrand *self)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_val_if_fail (CF_IS_ERRAND (self), FALSE);

  return priv->is_settled;
}

/**
 * cf_errand_get_failure:
 * @self: an errand
 *
 * Returns: what kind of failure it ended in
 */
CfFailure
cf_errand_get_failure (CfErrand *self)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_val_if_fail (CF_IS_ERRAND (self), CF_FAILURE_OTHER);

  return priv->failure;
}

/**
 * cf_errand_get_code:
 * @self: an errand
 * @code: (out): the Win32 code that the host answered
 *
 * Returns: %FALSE if the host answered none
 */
gboolean
cf_errand_get_code (CfErrand *self, guint32 *code)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_val_if_fail (CF_IS_ERRAND (self), FALSE);
  g_return_val_if_fail (code != NULL, FALSE);

  *code = priv->code;
  return priv->has_code;
}

/**
 * cf_errand_get_note:
 * @self: an errand
 *
 * Returns: (transfer none) (nullable): one sentence on the state, fit to be shown
 */
const char *
cf_errand_get_note (CfErrand *self)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_val_if_fail (CF_IS_ERRAND (self), NULL);

  return priv->note;
}

/**
 * cf_errand_get_next_step:
 * @self: an errand
 *
 * Returns: (transfer none) (nullable): one sentence on what to do now, fit to be shown
 */
const char *
cf_errand_get_next_step (CfErrand *self)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_val_if_fail (CF_IS_ERRAND (self), NULL);

  return priv->next_step;
}

/**
 * cf_errand_get_sign_in:
 * @self: an errand
 *
 * Returns: (transfer none) (nullable): how it has signed in at its host: "Kerberos", "NTLM",
 *   "Basic" or "Certificate"; %NULL if it has not
 */
const char *
cf_errand_get_sign_in (CfErrand *self)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_val_if_fail (CF_IS_ERRAND (self), NULL);

  return priv->sign_in;
}

/**
 * cf_errand_get_detour:
 * @self: an errand
 *
 * Returns: (transfer none) (nullable): why it has not signed in in the better way that was allowed
 *   as well, in a sentence
 */
const char *
cf_errand_get_detour (CfErrand *self)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_val_if_fail (CF_IS_ERRAND (self), NULL);

  return priv->detour;
}

/**
 * cf_errand_get_elapsed_msec:
 * @self: an errand
 *
 * Returns: milliseconds from the first step to the end, or until now; 0 before the first step
 */
gint64
cf_errand_get_elapsed_msec (CfErrand *self)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);
  gint64 end_usec;

  g_return_val_if_fail (CF_IS_ERRAND (self), 0);

  if (priv->started_usec == 0)
    return 0;
  end_usec = priv->is_settled ? priv->settled_usec : g_get_monotonic_time ();
  return (end_usec - priv->started_usec) / G_TIME_SPAN_MILLISECOND;
}

/**
 * cf_errand_step_async:
 * @self: an errand that is not settled and not in a step
 * @cancellable: (nullable): gives up
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Goes one step.
 */
void
cf_errand_step_async (CfErrand *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_if_fail (CF_IS_ERRAND (self));
  g_return_if_fail (priv->step == NULL && !priv->is_settled);

  if (priv->started_usec == 0)
    priv->started_usec = g_get_monotonic_time ();
  priv->step = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (priv->step, cf_errand_step_async);
  g_task_set_check_cancellable (priv->step, FALSE);

  priv->client = cf_contact_open (priv->contact, priv->endpoint);
  CF_ERRAND_GET_CLASS (self)->step (self, priv->client);
}

/**
 * cf_errand_step_finish:
 * @self: an errand
 * @result: what the callback got
 *
 * A step does not fail: what goes wrong is a state.
 *
 * Returns: after how many milliseconds to go the next step, or %CF_ERRAND_OVER
 */
int
cf_errand_step_finish (CfErrand *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), CF_ERRAND_OVER);

  return (int) g_task_propagate_int (G_TASK (result), NULL);
}

/* How the step's client has signed in; what an earlier one said stays where this one did not. */
static void
note_sign_in (CfErrand *self)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  if (priv->client == NULL || (wsm_client_get_mechanism (priv->client) == NULL &&
                               wsm_client_get_detour (priv->client) == NULL))
    return;
  priv->sign_in = wsm_client_get_mechanism (priv->client);
  g_free (priv->detour);
  priv->detour = g_strdup (wsm_client_get_detour (priv->client));
}

static void
end_step (CfErrand *self, int msec)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);
  g_autoptr (GTask) step = g_steal_pointer (&priv->step);

  note_sign_in (self);
  g_clear_object (&priv->client);
  if (step != NULL)
    g_task_return_int (step, msec);
}

/**
 * cf_errand_get_cancellable:
 * @self: an errand in a step
 *
 * Returns: (transfer none) (nullable): what gives the step up
 */
GCancellable *
cf_errand_get_cancellable (CfErrand *self)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_val_if_fail (CF_IS_ERRAND (self), NULL);
  g_return_val_if_fail (priv->step != NULL, NULL);

  return g_task_get_cancellable (priv->step);
}

/**
 * cf_errand_set_state:
 * @self: an errand
 * @state: how far it has come
 */
void
cf_errand_set_state (CfErrand *self, CfErrandState state)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_if_fail (CF_IS_ERRAND (self));

  if (priv->state == state)
    return;
  priv->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

/**
 * cf_errand_set_note:
 * @self: an errand
 * @note: (nullable): one sentence; may hold text of the host
 * @next_step: (nullable): what to do now
 */
void
cf_errand_set_note (CfErrand *self, const char *note, const char *next_step)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_if_fail (CF_IS_ERRAND (self));

  g_free (priv->note);
  priv->note = note != NULL ? cf_display_text_one_line (note) : NULL;
  g_free (priv->next_step);
  priv->next_step = next_step != NULL ? cf_display_text_one_line (next_step) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NOTE]);
}

/**
 * cf_errand_set_code:
 * @self: an errand
 * @code: the Win32 code that the host answered
 *
 * For an errand that goes on afterwards.
 */
void
cf_errand_set_code (CfErrand *self, guint32 code)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_if_fail (CF_IS_ERRAND (self));

  priv->has_code = TRUE;
  priv->code = code;
}

/**
 * cf_errand_rest:
 * @self: an errand in a step
 * @msec: when to go on
 *
 * Ends a step.
 */
void
cf_errand_rest (CfErrand *self, guint msec)
{
  g_return_if_fail (CF_IS_ERRAND (self));

  end_step (self, (int) MIN (msec, G_MAXINT));
}

/**
 * cf_errand_settle:
 * @self: an errand
 * @state: its last state
 *
 * Ends a step, and the errand.
 */
void
cf_errand_settle (CfErrand *self, CfErrandState state)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_if_fail (CF_IS_ERRAND (self));
  g_return_if_fail (!priv->is_settled);

  note_sign_in (self);
  priv->is_settled = TRUE;
  priv->settled_usec = g_get_monotonic_time ();
  g_object_freeze_notify (G_OBJECT (self));
  cf_errand_set_state (self, state);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SETTLED]);
  g_object_thaw_notify (G_OBJECT (self));
  end_step (self, CF_ERRAND_OVER);
}

/**
 * cf_errand_settle_code:
 * @self: an errand in a step
 * @accepted: the state that code 0 stands for
 * @code: the Win32 code that the host answered
 *
 * Ends the errand with what the host said (shutdown-semantics.md section 1.7).
 */
void
cf_errand_settle_code (CfErrand *self, CfErrandState accepted, guint32 code)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);
  const CfWin32Code *known = cf_win32_code_lookup (code);
  g_autofree char *unknown = NULL;

  g_return_if_fail (CF_IS_ERRAND (self));

  cf_errand_set_code (self, code);
  priv->failure = cf_failure_from_code (code);
  if (code == CF_WIN32_SUCCESS)
    {
      cf_errand_settle (self, accepted);
      return;
    }
  if (known == NULL)
    unknown = g_strdup_printf ("%s answered with code %u, which Curfew does not know.", priv->name,
                               code);
  cf_errand_set_note (self, known != NULL ? known->meaning : unknown,
                      known != NULL ? known->next_step : NULL);
  cf_errand_settle (self, CF_ERRAND_REFUSED);
}

/**
 * cf_errand_settle_refusal:
 * @self: an errand in a step
 * @note: why the host cannot be asked for that
 * @next_step: (nullable): what to do about it
 *
 * Ends the errand before anything was sent.
 */
void
cf_errand_settle_refusal (CfErrand *self, const char *note, const char *next_step)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_if_fail (CF_IS_ERRAND (self));

  priv->failure = CF_FAILURE_REFUSED;
  cf_errand_set_note (self, note, next_step);
  cf_errand_settle (self, CF_ERRAND_REFUSED);
}

/**
 * cf_errand_settle_error:
 * @self: an errand in a step
 * @error: a #WsmClientError, a #WsmAuthError or %G_IO_ERROR_CANCELLED
 *
 * Ends the errand with what kept it from an answer.
 */
void
cf_errand_settle_error (CfErrand *self, const GError *error)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);
  const char *next_step;

  g_return_if_fail (CF_IS_ERRAND (self));
  g_return_if_fail (error != NULL);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      cf_errand_settle (self, CF_ERRAND_NOT_SENT);
      return;
    }
  if (g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN) ||
      (priv->state == CF_ERRAND_SENT && wsm_client_error_is_unknown (error)))
    {
      cf_errand_set_note (self, error->message, NULL);
      cf_errand_settle (self, CF_ERRAND_UNKNOWN);
      return;
    }
  priv->failure = cf_failure_from_error (error);
  next_step = cf_failure_next_step (error);
  if (cf_contact_is_saved (priv->contact) && cf_failure_is_of_password (error))
    next_step = "The password was a saved one; save the right one.";
  cf_errand_set_note (self, error->message, next_step);
  cf_errand_settle (self, CF_ERRAND_FAILED);
}

/**
 * cf_errand_give_up:
 * @self: an errand that is not in a step
 *
 * Ends an errand that rests or has not begun: what is known stays, what was not sent never is.
 */
void
cf_errand_give_up (CfErrand *self)
{
  CfErrandPrivate *priv = cf_errand_get_instance_private (self);

  g_return_if_fail (CF_IS_ERRAND (self));
  g_return_if_fail (priv->step == NULL);

  if (!priv->is_settled)
    cf_errand_settle (self, priv->state == CF_ERRAND_WAITING ? CF_ERRAND_NOT_SENT : priv->state);
}
