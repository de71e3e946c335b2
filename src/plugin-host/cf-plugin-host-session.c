/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-host-session.h"

#include <unistd.h>

#include "cf-module-runner.h"
#include "cf-plugin-frame-channel.h"
#include "cf-plugin-host-output.h"
#include "plugin-api/wsman-plugin.h"

#define LAST_SECONDS 10 /* for the agent to read the last words, and for the end of the process */
#define MAX_DATA     (16 * 1024 * 1024)

struct _CfPluginHostSession
{
  GObject parent_instance;

  CfPluginFrameChannel *channel; /* (owned) (nullable): the agent is gone */
  CfPluginRunner *runner;        /* (owned) (nullable): not started yet */
  CfPluginHostOutput *output;    /* (owned) */
  CfPluginHostOutcome outcome;

  guint64 n_calls;
  guint32 last_serial;
  guint64 too_large; /* a call whose object fits into no frame; 0 for none */
  guint limit_seconds;
  gboolean has_told_start;
  gboolean is_stopping;
  gboolean was_idle;

  guint64 data_id;  /* the call that the data is for */
  GByteArray *data; /* (owned): what came ahead of it */
};

static void client_iface_init (CfPluginClientInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CfPluginHostSession, cf_plugin_host_session, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CF_TYPE_PLUGIN_CLIENT, client_iface_init))

static guint over_signal;

static gboolean
tell (CfPluginHostSession *self, CfPluginFrameType type, guint64 id)
{
  CfPluginFrame frame = { .type = type, .id = id, .number = self->n_calls };

  return self->channel == NULL || cf_plugin_frame_channel_send (self->channel, &frame);
}

static void
tell_code (CfPluginHostSession *self, CfPluginFrameType type, guint32 code, const char *text)
{
  CfPluginFrame frame = { .type = type, .code = code };
  g_autofree char *cut = NULL;

  frame.text = cf_plugin_frame_cut_text (text, &cut);
  if (self->channel != NULL)
    cf_plugin_frame_channel_send (self->channel, &frame);
}

/* --- the end */

static void
hang_up (CfPluginHostSession *self)
{
  cf_plugin_host_output_set_channel (self->output, NULL);
  g_clear_pointer (&self->channel, cf_plugin_frame_channel_close);
}

static void
end (CfPluginHostSession *self, CfPluginHostOutcome outcome)
{
  if (self->outcome != CF_PLUGIN_HOST_WORKS)
    return;
  self->outcome = outcome;

  alarm (LAST_SECONDS);
  if (self->channel != NULL)
    cf_plugin_frame_channel_flush (self->channel);
  hang_up (self);
  g_signal_emit (self, over_signal, 0);
}

static void
changed_cb (CfPluginHostSession *self)
{
  CfPluginRunnerState state = cf_plugin_runner_get_state (self->runner);
  gboolean is_idle = cf_plugin_runner_is_idle (self->runner);

  if (is_idle && !self->was_idle)
    tell (self, CF_PLUGIN_FRAME_IDLE, 0);
  self->was_idle = is_idle;

  if (state == CF_PLUGIN_RUNNING && !self->has_told_start)
    {
      self->has_told_start = TRUE;
      tell_code (self, CF_PLUGIN_FRAME_STARTED, 0, NULL);
    }
  else if (state == CF_PLUGIN_STOPPED)
    {
      tell (self, CF_PLUGIN_FRAME_STOPPED, 0);
      end (self, CF_PLUGIN_HOST_STOPPED);
    }
  else if (state == CF_PLUGIN_FAILED)
    {
      tell_code (self, self->has_told_start ? CF_PLUGIN_FRAME_FAILED : CF_PLUGIN_FRAME_STARTED,
                 ERROR_WSMAN_PLUGIN_FAILED, cf_plugin_runner_get_problem (self->runner));
      end (self, CF_PLUGIN_HOST_FAILED);
    }
}

/* --- what the plug-in says */

static void
context_reported (CfPluginClient *client, guint64 id)
{
  tell (CF_PLUGIN_HOST_SESSION (client), CF_PLUGIN_FRAME_CONTEXT, id);
}

static void
output (CfPluginClient *client, guint64 id, const CfPluginOutput *said)
{
  cf_plugin_host_output_add (CF_PLUGIN_HOST_SESSION (client)->output, id, said);
}

static void
object (CfPluginClient *client, guint64 id, const CfPluginObject *said)
{
  CfPluginHostSession *self = CF_PLUGIN_HOST_SESSION (client);
  CfPluginFrame frame = { .type = CF_PLUGIN_FRAME_OBJECT, .id = id, .object = *said };

  if (self->channel != NULL && !cf_plugin_frame_channel_send (self->channel, &frame))
    self->too_large = id;
}

static void
completed (CfPluginClient *client, guint64 id, guint32 code, const char *extended_information)
{
  CfPluginHostSession *self = CF_PLUGIN_HOST_SESSION (client);

  /* `completed` follows `object` at once, so that one number is enough. */
  if (self->too_large == id && code == 0)
    code = ERROR_WSMAN_ENVELOPE_TOO_LARGE;
  if (!cf_plugin_host_output_complete (self->output, id, code, extended_information))
    cf_plugin_host_send_completed (self->channel, id, code, extended_information);
  else if (self->is_stopping)
    cf_plugin_host_output_cut (self->output, id);
}

static void
released (CfPluginClient *client, guint64 id)
{
  tell (CF_PLUGIN_HOST_SESSION (client), CF_PLUGIN_FRAME_RELEASED, id);
}

/* --- what the plug-in asks */

static guint32
ask (CfPluginHostSession *self, CfPluginFrame *question, CfPluginStatus *status)
{
  CfPluginFrame answer;
  guint32 code;

  question->serial = ++self->last_serial;
  if (self->channel == NULL)
    return ERROR_OPERATION_ABORTED;
  if (!cf_plugin_frame_channel_ask (self->channel, question, &answer))
    return ERROR_OPERATION_ABORTED;

  code = answer.code;
  if (status != NULL && answer.has_status)
    {
      *status = answer.status;
      answer.status = (CfPluginStatus){ 0 };
    }
  cf_plugin_frame_clear (&answer);
  return code;
}

static guint32
submit (CfPluginClient *client, guint64 id, const CfPluginShutdown *shutdown)
{
  CfPluginFrame question = { .type = CF_PLUGIN_FRAME_SUBMIT, .id = id, .shutdown = *shutdown };

  return ask (CF_PLUGIN_HOST_SESSION (client), &question, NULL);
}

static guint32
refuse (CfPluginClient *client, guint64 id, const char *problem, guint32 code)
{
  CfPluginFrame question = { .type = CF_PLUGIN_FRAME_REFUSE, .id = id, .code = code };
  g_autofree char *cut = NULL;

  question.text = cf_plugin_frame_cut_text (problem, &cut);
  return ask (CF_PLUGIN_HOST_SESSION (client), &question, NULL);
}

static guint32
abort_shutdown (CfPluginClient *client, guint64 id, const char *client_hint)
{
  CfPluginFrame question = { .type = CF_PLUGIN_FRAME_ABORT, .id = id };
  g_autofree char *cut = NULL;

  question.text = cf_plugin_frame_cut_text (client_hint, &cut);
  return ask (CF_PLUGIN_HOST_SESSION (client), &question, NULL);
}

static guint32
describe (CfPluginClient *client, guint64 id, CfPluginStatus *status)
{
  CfPluginFrame question = { .type = CF_PLUGIN_FRAME_DESCRIBE, .id = id };

  return ask (CF_PLUGIN_HOST_SESSION (client), &question, status);
}

static void
client_iface_init (CfPluginClientInterface *iface)
{
  iface->context_reported = context_reported;
  iface->output = output;
  iface->object = object;
  iface->completed = completed;
  iface->released = released;
  iface->submit = submit;
  iface->refuse = refuse;
  iface->abort_shutdown = abort_shutdown;
  iface->describe = describe;
}

/* --- what the agent says */

static gboolean
complain (const char *problem, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, problem);
  return FALSE;
}

static void
start (CfPluginHostSession *self, const CfPluginFrame *frame)
{
  const CfPluginSettings *settings = &frame->settings;
  guint64 msec = (guint64) settings->start_msec + 3 * (guint64) settings->cancel_msec +
                 MAX (settings->shutdown_msec, settings->system_shutdown_msec);

  self->limit_seconds = (guint) MIN (msec / 1000 + LAST_SECONDS, G_MAXINT);
  self->runner = cf_module_runner_new (settings);
  cf_plugin_runner_set_client (self->runner, CF_PLUGIN_CLIENT (self));
  g_signal_connect_object (self->runner, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  cf_plugin_runner_start (self->runner, frame->code);
}

static gboolean
keep_data (CfPluginHostSession *self, const CfPluginFrame *frame, GError **error)
{
  gsize size;
  gconstpointer octets;

  if (frame->data == NULL || self->data->len + g_bytes_get_size (frame->data) > MAX_DATA)
    return complain ("There is no data, or too much of it.", error);
  if (self->data_id != frame->id)
    g_byte_array_set_size (self->data, 0);
  self->data_id = frame->id;
  octets = g_bytes_get_data (frame->data, &size);
  g_byte_array_append (self->data, octets, (guint) size);
  return TRUE;
}

static void
begin (CfPluginHostSession *self, const CfPluginFrame *frame)
{
  CfPluginCall call = frame->call;
  g_autoptr (GBytes) whole = NULL;

  self->n_calls++;
  if (self->data_id == call.id && self->data->len > 0 && call.data != NULL)
    {
      gsize size;
      gconstpointer octets = g_bytes_get_data (call.data, &size);

      g_byte_array_append (self->data, octets, (guint) size);
      call.data = whole = g_byte_array_free_to_bytes (self->data);
      self->data = g_byte_array_new ();
    }
  if (call.kind == CF_PLUGIN_RECEIVE)
    cf_plugin_host_output_open (self->output, call.id);
  cf_plugin_runner_begin (self->runner, &call);
}

static gboolean
handle (CfPluginHostSession *self, const CfPluginFrame *frame, GError **error)
{
  if (self->runner == NULL && frame->type != CF_PLUGIN_FRAME_START)
    return complain ("It does not begin with the plug-in.", error);

  switch ((int) frame->type)
    {
    case CF_PLUGIN_FRAME_START:
      if (self->runner != NULL)
        return complain ("It begins twice.", error);
      start (self, frame);
      return TRUE;
    case CF_PLUGIN_FRAME_DATA:
      return keep_data (self, frame, error);
    case CF_PLUGIN_FRAME_CALL:
      begin (self, frame);
      return TRUE;
    case CF_PLUGIN_FRAME_CANCEL:
      cf_plugin_host_output_cut (self->output, frame->id);
      cf_plugin_runner_cancel (self->runner, frame->id);
      return TRUE;
    case CF_PLUGIN_FRAME_ACK:
      cf_plugin_host_output_acknowledge (self->output, frame->id, frame->number);
      cf_plugin_runner_acknowledge (self->runner, frame->id, frame->number);
      return TRUE;
    case CF_PLUGIN_FRAME_STOP:
      self->is_stopping = TRUE;
      cf_plugin_host_output_cut_all (self->output);
      cf_plugin_runner_stop (self->runner, frame->code);
      return TRUE;
    default:
      return complain ("It answers what nobody asked.", error);
    }
}

static gboolean
frame_cb (const CfPluginFrame *frame, gpointer user_data, GError **error)
{
  g_autoptr (CfPluginHostSession) self = g_object_ref (user_data);

  return handle (self, frame, error);
}

static void
ended_cb (const GError *error, gpointer user_data)
{
  g_autoptr (CfPluginHostSession) self = g_object_ref (user_data);

  if (error != NULL)
    g_message ("The connection to the agent was ended: %s", error->message);
  hang_up (self);
  cf_plugin_host_session_leave (self);
}

/* --- the object */

static void
cf_plugin_host_session_finalize (GObject *object_)
{
  CfPluginHostSession *self = CF_PLUGIN_HOST_SESSION (object_);

  hang_up (self);
  g_clear_object (&self->runner);
  cf_plugin_host_output_free (self->output);
  g_byte_array_unref (self->data);

  G_OBJECT_CLASS (cf_plugin_host_session_parent_class)->finalize (object_);
}

static void
cf_plugin_host_session_class_init (CfPluginHostSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cf_plugin_host_session_finalize;

  over_signal = g_signal_new ("over", CF_TYPE_PLUGIN_HOST_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 0);
}

static void
cf_plugin_host_session_init (CfPluginHostSession *self)
{
  self->output = cf_plugin_host_output_new ();
  self->data = g_byte_array_new ();
  self->limit_seconds = LAST_SECONDS;
}

/**
 * cf_plugin_host_session_new:
 * @fd: a connected stream socket, with the agent at its other end; taken over
 *
 * Returns: (transfer full): a session that waits for the agent, in the main context that is the
 *   thread's default now
 */
CfPluginHostSession *
cf_plugin_host_session_new (int fd)
{
  static const CfPluginFrameFuncs funcs = { frame_cb, ended_cb };
  CfPluginHostSession *self = g_object_new (CF_TYPE_PLUGIN_HOST_SESSION, NULL);

  self->channel = cf_plugin_frame_channel_new (fd, CF_PLUGIN_FRAME_HELPER, &funcs, self);
  cf_plugin_host_output_set_channel (self->output, self->channel);
  return self;
}

CfPluginHostOutcome
cf_plugin_host_session_get_outcome (CfPluginHostSession *self)
{
  g_return_val_if_fail (CF_IS_PLUGIN_HOST_SESSION (self), CF_PLUGIN_HOST_FAILED);

  return self->outcome;
}

/**
 * cf_plugin_host_session_leave:
 * @self: a session
 *
 * The agent is gone, or wants the process to go: cancels everything and shuts the plug-in down, as
 * for the end of a service. What hangs then is ended by an alarm.
 */
void
cf_plugin_host_session_leave (CfPluginHostSession *self)
{
  g_return_if_fail (CF_IS_PLUGIN_HOST_SESSION (self));

  if (self->outcome != CF_PLUGIN_HOST_WORKS)
    return;

  alarm (self->limit_seconds);
  self->is_stopping = TRUE;
  if (self->runner == NULL)
    end (self, CF_PLUGIN_HOST_STOPPED);
  else
    cf_plugin_runner_stop (self->runner, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
}
