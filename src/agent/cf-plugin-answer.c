/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-answer.h"

#include "cf-plugin-request.h"
#include "plugin-api/wsman-plugin.h"
#include "wsman/wire/wsm-datetime.h"

/* One Get or Invoke, from the operation to its answer. */
typedef struct
{
  CfPlugin *plugin;        /* (owned) */
  WsmOperation *operation; /* (owned) */
  WsmObject *object;       /* (owned) (nullable): the body of the answer */
  char *problem;           /* (owned) (nullable): why the plug-in's object cannot be sent */
  gboolean is_get;
  gboolean is_completed;
  gulong cancelled_id; /* 0 unless the plug-in answers later */
  guint64 id;          /* known when cf_plugin_begin() has returned */
} Answer;

static void
answer_free (Answer *self)
{
  g_clear_pointer (&self->object, wsm_object_unref);
  g_free (self->problem);
  wsm_operation_unref (self->operation);
  g_object_unref (self->plugin);
  g_free (self);
}

/* @value: anybody's, in a helper process that may have been taken over */
static gboolean
add_value (WsmObject *object, const CfPluginValue *value)
{
  g_autoptr (GDateTime) time = NULL;

  if (!wsm_object_is_name (value->name))
    return FALSE;
  switch (value->type)
    {
    case CF_PLUGIN_VALUE_TEXT:
      if (value->value != NULL)
        wsm_object_add_string (object, value->name, value->value);
      return value->value != NULL;
    case CF_PLUGIN_VALUE_NULL:
      wsm_object_add_string (object, value->name, NULL);
      return TRUE;
    case CF_PLUGIN_VALUE_DATETIME:
      time = value->value != NULL ? wsm_datetime_parse (value->value, NULL) : NULL;
      if (time != NULL)
        wsm_object_add_datetime (object, value->name, time);
      return time != NULL;
    case CF_PLUGIN_VALUE_COMPLEX: /* only ever received */
    default:
      return FALSE;
    }
}

static void
object_cb (const CfPluginObject *object, gpointer user_data)
{
  Answer *self = user_data;

  if (self->object != NULL || self->problem != NULL)
    return;
  if (!wsm_object_is_name (object->name))
    {
      self->problem = g_strdup ("The plug-in answered with an object whose name XML cannot have");
      return;
    }
  self->object = wsm_object_new (object->namespace_uri, object->name);
  for (gsize i = 0; i < object->n_values; i++)
    if (!add_value (self->object, &object->values[i]))
      {
        g_clear_pointer (&self->object, wsm_object_unref);
        self->problem = g_strdup_printf (
          "The plug-in answered with an object whose value no. %" G_GSIZE_FORMAT
          " has a name or a content that cannot be "
          "sent",
          i + 1);
        return;
      }
}

static void
return_code (Answer *self, guint32 code, const char *information)
{
  g_autoptr (WsmFault) fault = cf_plugin_make_fault (self->plugin, code, information);

  wsm_operation_return_fault (self->operation, fault);
}

static void
completed_cb (guint32 code, const char *extended_information, gpointer user_data)
{
  Answer *self = user_data;

  if (self->cancelled_id != 0)
    g_signal_handler_disconnect (wsm_operation_get_cancellable (self->operation),
                                 self->cancelled_id);
  self->cancelled_id = 0;
  if (code != NO_ERROR)
    return_code (self, code, extended_information);
  else if (self->problem != NULL)
    return_code (self, ERROR_WSMAN_PROVIDER_FAILURE, self->problem);
  else if (self->object == NULL && self->is_get)
    return_code (self, ERROR_WSMAN_RESPONSE_NO_RESULTS, NULL);
  else
    wsm_operation_return_object (self->operation, self->object);

  /* within cf_plugin_begin() it is still needed */
  self->is_completed = TRUE;
  if (self->id != 0)
    answer_free (self);
}

static void
cancelled_cb (GCancellable *cancellable, Answer *self)
{
  /* answered or not, the plug-in still has to complete; this may do it */
  cf_plugin_cancel (self->plugin, self->id);
}

static void
begin (CfPlugin *plugin, WsmOperation *operation, CfPluginRequest *request, gboolean is_get)
{
  static const CfPluginCallEvents events = { .object = object_cb, .completed = completed_cb };
  GCancellable *cancellable = wsm_operation_get_cancellable (operation);
  g_autoptr (WsmFault) fault = NULL;
  Answer *self = g_new0 (Answer, 1);
  guint64 id;

  self->plugin = g_object_ref (plugin);
  self->operation = wsm_operation_ref (operation);
  self->is_get = is_get;
  id = cf_plugin_begin (plugin, wsm_operation_get_principal (operation), &request->call, &events,
                        self, &fault);
  if (fault != NULL)
    wsm_operation_return_fault (operation, fault);
  if (fault != NULL || self->is_completed)
    {
      answer_free (self);
      return;
    }

  self->id = id;
  if (g_cancellable_is_cancelled (cancellable))
    cancelled_cb (cancellable, self);
  else /* not g_cancellable_connect(): what it calls must not disconnect */
    self->cancelled_id = g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancelled_cb),
                                           self);
}

/**
 * cf_plugin_answer_get:
 * @plugin: whose resource is asked for
 * @operation: a Get; answered now or later
 *
 * Has the plug-in answer (CurfewPluginGet()).
 */
void
cf_plugin_answer_get (CfPlugin *plugin, WsmOperation *operation)
{
  g_auto (CfPluginRequest) request;

  cf_plugin_request_init (&request, operation);
  request.call.kind = CF_PLUGIN_GET;
  begin (plugin, operation, &request, TRUE);
}

/**
 * cf_plugin_answer_invoke:
 * @plugin: whose resource is asked for
 * @operation: any other action; answered now or later
 *
 * Has the plug-in answer (CurfewPluginInvoke()).
 */
void
cf_plugin_answer_invoke (CfPlugin *plugin, WsmOperation *operation)
{
  WsmEnvelope *envelope = wsm_operation_get_request (operation);
  g_auto (CfPluginRequest) request;

  cf_plugin_request_init (&request, operation);
  request.call.kind = CF_PLUGIN_INVOKE;
  request.call.action = wsm_envelope_get_action (envelope);
  cf_plugin_request_take_object (&request, wsm_envelope_get_object (envelope));
  begin (plugin, operation, &request, FALSE);
}
