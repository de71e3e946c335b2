/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-helper-runner.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cf-plugin-frame-calls.h"
#include "cf-plugin-frame-channel.h"
#include "cf-plugin-frame-process.h"
#include "plugin-api/wsman-plugin.h"

/* Whoever hangs is found out by the helper itself first, which can say more about it. */
#define MORE_MSEC    1000
/* From the end of the connection to the end of the process, or the other way round. */
#define END_MSEC     1000
/* The time-outs of a shell's operations, its commands and the shell itself may follow each other.
 */
#define CANCEL_STEPS 3
/* What a plug-in may ask for one request: what is put on record, and what is only told. */
#define MAX_REQUESTS 16
#define MAX_LOOKS    1000

struct _CfHelperRunner
{
  CfPluginRunner parent_instance;

  CfPluginSettings settings; /* texts are (owned) */
  char *program;             /* (owned) (nullable) */
  char *socket_path;         /* (owned) (nullable) */

  CfPluginFrameChannel *channel; /* (owned) (nullable) */
  CfPluginFrameProcess *process; /* (owned) (nullable) */
  CfPluginFrameCalls *calls;     /* (owned) */
  char *last_words;              /* (owned) (nullable): what a helper said that then goes */
  guint64 n_begun;
  guint64 last_turn; /* in which it asked */
  gboolean has_started;

  GSource *watchdog;                                  /* (owned) (nullable) */
  gint64 start_deadline, stop_deadline, end_deadline; /* microseconds; -1 for none */
  gboolean is_over;
};

G_DEFINE_FINAL_TYPE (CfHelperRunner, cf_helper_runner, CF_TYPE_PLUGIN_RUNNER)

static CfPluginClient *
get_client (CfHelperRunner *self)
{
  return cf_plugin_runner_get_client (CF_PLUGIN_RUNNER (self));
}

static CfPluginRunnerState
get_state (CfHelperRunner *self)
{
  return cf_plugin_runner_get_state (CF_PLUGIN_RUNNER (self));
}

/* --- the end */

static void
let_go (CfHelperRunner *self, gboolean kill)
{
  self->is_over = TRUE;
  if (self->watchdog != NULL)
    g_source_destroy (self->watchdog);
  g_clear_pointer (&self->watchdog, g_source_unref);
  g_clear_pointer (&self->channel, cf_plugin_frame_channel_close);
  if (self->process != NULL && kill)
    cf_plugin_frame_process_kill (self->process);
  g_clear_pointer (&self->process, cf_plugin_frame_process_leave);
}

/* Every call is answered before anybody hears of the state, and drops the runner for it. */
static void
fail (CfHelperRunner *self, const char *problem)
{
  g_autofree char *kept = g_strdup (problem);

  if (self->is_over)
    return;
  let_go (self, TRUE);
  cf_plugin_frame_calls_fail_all (self->calls, get_client (self), ERROR_WSMAN_PLUGIN_FAILED, kept);
  cf_plugin_runner_set_state (CF_PLUGIN_RUNNER (self), CF_PLUGIN_FAILED, kept);
  g_object_unref (self); /* of started() */
}

static void
fail_take (CfHelperRunner *self, char *problem)
{
  fail (self, problem);
  g_free (problem);
}

static void
finish (CfHelperRunner *self)
{
  let_go (self, FALSE);
  cf_plugin_runner_set_state (CF_PLUGIN_RUNNER (self), CF_PLUGIN_STOPPED, NULL);
  g_object_unref (self); /* of started() */
}

/* --- time-outs */

static gint64
in_msec (gint64 msec)
{
  return g_get_monotonic_time () + msec * 1000;
}

static void
watch_for (CfHelperRunner *self, gint64 deadline)
{
  gint64 present = self->watchdog != NULL ? g_source_get_ready_time (self->watchdog) : 0;

  if (deadline >= 0 && self->watchdog != NULL && (present < 0 || deadline < present))
    g_source_set_ready_time (self->watchdog, deadline);
}

static gboolean
is_past (gint64 deadline)
{
  return deadline >= 0 && deadline <= g_get_monotonic_time ();
}

static gboolean
watchdog_cb (gpointer user_data)
{
  CfHelperRunner *self = user_data;
  gint64 cancel_deadline = cf_plugin_frame_calls_get_deadline (self->calls);
  const char *what = NULL;

  if (is_past (self->end_deadline))
    what = "hung up";
  else if (is_past (self->start_deadline))
    what = "did not start in time";
  else if (is_past (self->stop_deadline))
    what = "did not shut down in time";
  else if (is_past (cancel_deadline))
    what = "did not end a request in time";

  if (what != NULL)
    {
      fail_take (self, self->last_words != NULL
                         ? g_strdup (self->last_words)
                         : g_strdup_printf ("The process of the plug-in “%s” %s",
                                            self->settings.name, what));
      return G_SOURCE_REMOVE;
    }

  g_source_set_ready_time (self->watchdog, -1);
  watch_for (self, self->end_deadline);
  watch_for (self, self->start_deadline);
  watch_for (self, self->stop_deadline);
  watch_for (self, cancel_deadline);
  return G_SOURCE_CONTINUE;
}

static gboolean
watchdog_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs watchdog_funcs = { .dispatch = watchdog_dispatch };

static void
send_number (CfHelperRunner *self, CfPluginFrameType type, guint64 id, guint64 number)
{
  CfPluginFrame frame = { .type = type, .id = id, .number = number };

  if (self->channel != NULL)
    cf_plugin_frame_channel_send (self->channel, &frame);
}

/* One that the agent held up may have an old deadline: it has its time from now on. */
static void
mark_cancelled (CfPluginFrameCall *call)
{
  call->is_cancelled = TRUE;
  call->deadline = -1;
}

static void
limit (CfHelperRunner *self, CfPluginFrameCall *call, gint64 deadline)
{
  if (call->deadline < 0)
    call->deadline = deadline;
  watch_for (self, call->deadline);
}

/* From now on @call has limited time, with all that belongs to it. @cuts: nobody fetches output of
 * it any more, so that the helper does not hold any back either. */
static void
limit_all (CfHelperRunner *self, CfPluginFrameCall *call, gboolean cuts)
{
  g_autoptr (GPtrArray) children = cf_plugin_frame_calls_get_children (self->calls, call);
  gint64 steps = call->kind == CF_PLUGIN_SHELL     ? CANCEL_STEPS
                 : call->kind == CF_PLUGIN_COMMAND ? CANCEL_STEPS - 1
                                                   : 1;
  gint64 deadline = in_msec (steps * self->settings.cancel_msec + MORE_MSEC);

  limit (self, call, deadline);
  for (guint i = 0; i < children->len; i++)
    {
      CfPluginFrameCall *child = g_ptr_array_index (children, i);
      gboolean is_cut = cuts && child->kind == CF_PLUGIN_RECEIVE && !child->is_cancelled;

      if (is_cut)
        mark_cancelled (child);
      limit (self, child, deadline);
      if (is_cut)
        send_number (self, CF_PLUGIN_FRAME_CANCEL, child->id, 0);
    }
}

/* --- what the helper says */

static gboolean
complain (const char *problem, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, problem);
  return FALSE;
}

static gboolean
handle_life (CfHelperRunner *self, const CfPluginFrame *frame, GError **error)
{
  if (frame->type == CF_PLUGIN_FRAME_STARTED)
    {
      if (self->has_started)
        return complain ("It says that it started a second time.", error);
      self->has_started = TRUE;
      self->start_deadline = -1;
      if (frame->code != 0)
        fail (self, frame->text != NULL ? frame->text : "The plug-in did not start");
      else if (get_state (self) == CF_PLUGIN_STARTING)
        cf_plugin_runner_set_state (CF_PLUGIN_RUNNER (self), CF_PLUGIN_RUNNING, NULL);
    }
  else if (frame->type == CF_PLUGIN_FRAME_FAILED)
    fail (self, frame->text);
  else if (frame->type == CF_PLUGIN_FRAME_STOPPED)
    {
      if (get_state (self) != CF_PLUGIN_STOPPING || !cf_plugin_frame_calls_is_empty (self->calls))
        return complain ("It says that it stopped, and it cannot have.", error);
      finish (self);
    }
  else if (frame->number == self->n_begun) /* IDLE, and no call was on its way to it */
    cf_plugin_runner_set_idle (CF_PLUGIN_RUNNER (self), TRUE);
  return TRUE;
}

static gboolean
handle_call (CfHelperRunner *self, const CfPluginFrame *frame, GError **error)
{
  CfPluginClient *client = get_client (self);
  CfPluginFrameCall *call = cf_plugin_frame_calls_get_open (self->calls, frame->id);
  gboolean is_object = call != NULL && call->kind <= CF_PLUGIN_INVOKE && !call->has_object;
  gboolean is_context = call != NULL && !call->has_context &&
                        (call->kind == CF_PLUGIN_SHELL || call->kind == CF_PLUGIN_COMMAND);

  if (call == NULL)
    return complain ("It answers a request that is not open.", error);

  if (frame->type == CF_PLUGIN_FRAME_COMPLETED)
    {
      if (call->kind == CF_PLUGIN_SHELL || call->kind == CF_PLUGIN_COMMAND)
        limit_all (self, call, call->kind == CF_PLUGIN_SHELL);
      cf_plugin_frame_calls_complete (self->calls, call, client, frame->code, frame->text);
    }
  else if (frame->type == CF_PLUGIN_FRAME_CONTEXT && is_context)
    {
      call->has_context = TRUE;
      if (client != NULL)
        cf_plugin_client_context_reported (client, frame->id);
    }
  else if (frame->type == CF_PLUGIN_FRAME_OBJECT && is_object)
    {
      call->has_object = TRUE;
      if (client != NULL)
        cf_plugin_client_object (client, frame->id, &frame->object);
    }
  else if (frame->type == CF_PLUGIN_FRAME_OUTPUT && call->kind == CF_PLUGIN_RECEIVE &&
           call->unacknowledged < CF_PLUGIN_FRAME_WINDOW)
    {
      call->unacknowledged += frame->data != NULL ? g_bytes_get_size (frame->data) : 0;
      if (client != NULL)
        cf_plugin_client_output (client, frame->id, &frame->output);
    }
  else
    return complain ("It gives a request what is not for it.", error);
  return TRUE;
}

/* Each request is put on record, so that a plug-in must not have any number of them. */
static gboolean
count_question (CfPluginFrameCall *call, CfPluginFrameType type)
{
  return type == CF_PLUGIN_FRAME_DESCRIBE ? ++call->n_looks <= MAX_LOOKS
                                          : ++call->n_requests <= MAX_REQUESTS;
}

/* What a plug-in may ask is decided by who sent the request that it serves: without one, it is
 * nobody. */
static gboolean
handle_question (CfHelperRunner *self, const CfPluginFrame *frame, GError **error)
{
  CfPluginClient *client = get_client (self);
  CfPluginFrame answer = { .type = CF_PLUGIN_FRAME_ANSWER, .serial = frame->serial };
  CfPluginFrameCall *call = cf_plugin_frame_calls_get_open (self->calls, frame->id);

  if (call == NULL)
    return complain ("It asks in the name of a request that is not open.", error);
  if (self->last_turn == cf_plugin_frame_channel_get_turn (self->channel))
    return complain ("It asks without waiting for answers.", error);
  self->last_turn = cf_plugin_frame_channel_get_turn (self->channel);
  if (!count_question (call, frame->type))
    return complain ("It asks too often for one request.", error);

  if (client == NULL)
    answer.code = ERROR_NOT_SUPPORTED;
  else if (frame->type == CF_PLUGIN_FRAME_SUBMIT)
    answer.code = cf_plugin_client_submit (client, frame->id, &frame->shutdown);
  else if (frame->type == CF_PLUGIN_FRAME_REFUSE)
    answer.code = cf_plugin_client_refuse (client, frame->id,
                                           frame->text != NULL ? frame->text : "", frame->code);
  else if (frame->type == CF_PLUGIN_FRAME_ABORT)
    answer.code = cf_plugin_client_abort_shutdown (client, frame->id, frame->text);
  else
    {
      answer.code = cf_plugin_client_describe (client, frame->id, &answer.status);
      answer.has_status = TRUE;
    }

  if (self->channel != NULL && !cf_plugin_frame_channel_send (self->channel, &answer))
    complain ("Its question has an answer that is too long.", error);
  if (answer.has_status)
    cf_plugin_status_clear (&answer.status);
  return error == NULL || *error == NULL;
}

static gboolean
frame_cb (const CfPluginFrame *frame, gpointer user_data, GError **error)
{
  g_autoptr (CfHelperRunner) self = g_object_ref (user_data);

  switch ((int) frame->type)
    {
    case CF_PLUGIN_FRAME_STARTED:
    case CF_PLUGIN_FRAME_STOPPED:
    case CF_PLUGIN_FRAME_FAILED:
    case CF_PLUGIN_FRAME_IDLE:
      return handle_life (self, frame, error);
    case CF_PLUGIN_FRAME_CONTEXT:
    case CF_PLUGIN_FRAME_OUTPUT:
    case CF_PLUGIN_FRAME_OBJECT:
    case CF_PLUGIN_FRAME_COMPLETED:
      return handle_call (self, frame, error);
    case CF_PLUGIN_FRAME_RELEASED:
      return cf_plugin_frame_calls_release (self->calls, frame->id, get_client (self)) ||
             complain ("It releases what it does not hold.", error);
    default:
      return handle_question (self, frame, error);
    }
}

/* The process says more about its end than its socket: it is waited for, but not long. */
static void
ended_cb (const GError *error, gpointer user_data)
{
  g_autoptr (CfHelperRunner) self = g_object_ref (user_data);

  g_clear_pointer (&self->channel, cf_plugin_frame_channel_close);
  if (error != NULL)
    fail_take (self, g_strdup_printf ("The connection to the process of the plug-in “%s” was "
                                      "ended: %s",
                                      self->settings.name, error->message));
  else if (self->process == NULL)
    fail_take (
      self, self->last_words != NULL
              ? g_strdup (self->last_words)
              : g_strdup_printf ("The process of the plug-in “%s” hung up", self->settings.name));
  else
    {
      self->end_deadline = in_msec (END_MSEC);
      watch_for (self, self->end_deadline);
    }
}

/* What it wrote before it ended may still be unread: then that is read first. */
static void
process_ended_cb (const char *how, gpointer user_data)
{
  g_autoptr (CfHelperRunner) self = g_object_ref (user_data);

  self->process = NULL;
  self->last_words = g_strdup_printf ("The process of the plug-in “%s” ended (%s)",
                                      self->settings.name, how != NULL ? how : "nobody knows how");
  if (self->channel == NULL)
    fail (self, self->last_words);
  else
    {
      self->end_deadline = in_msec (END_MSEC);
      watch_for (self, self->end_deadline);
    }
}

/* --- what the client wants */

static gboolean
connect_to_socket (const char *path, int *fd, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  if (strlen (path) >= sizeof address.sun_path)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s is too long", path);
      return FALSE;
    }
  memcpy (address.sun_path, path, strlen (path));

  /* On a local stream socket this connects at once or not at all. */
  *fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (*fd >= 0 && connect (*fd, (const struct sockaddr *) &address, sizeof address) == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "%s: %m", path);
  if (*fd >= 0)
    close (*fd);
  return FALSE;
}

static gboolean
open_connection (CfHelperRunner *self, int *fd, GError **error)
{
  if (self->socket_path != NULL)
    return connect_to_socket (self->socket_path, fd, error);

  self->process = cf_plugin_frame_process_spawn (self->program, fd, process_ended_cb, self, error);
  return self->process != NULL;
}

static void
cf_helper_runner_start (CfPluginRunner *runner, guint32 flags)
{
  CfHelperRunner *self = CF_HELPER_RUNNER (runner);
  static const CfPluginFrameFuncs funcs = { frame_cb, ended_cb };
  CfPluginFrame frame = { .type = CF_PLUGIN_FRAME_START, .code = flags };
  g_autoptr (GError) error = NULL;
  int fd = -1;

  /* It lives until it has stopped or failed, whoever still holds it. */
  g_object_ref (self);
  cf_plugin_runner_set_state (runner, CF_PLUGIN_STARTING, NULL);

  if (!open_connection (self, &fd, &error))
    {
      fail_take (self, g_strdup_printf ("The process of the plug-in “%s” cannot be started: %s",
                                        self->settings.name, error->message));
      return;
    }
  self->channel = cf_plugin_frame_channel_new (fd, CF_PLUGIN_FRAME_AGENT, &funcs, self);
  self->watchdog = g_source_new (&watchdog_funcs, sizeof (GSource));
  g_source_set_callback (self->watchdog, watchdog_cb, self, NULL);
  g_source_attach (self->watchdog, g_main_context_get_thread_default ());
  self->start_deadline = in_msec ((gint64) self->settings.start_msec + MORE_MSEC);
  watch_for (self, self->start_deadline);

  frame.settings = self->settings;
  if (!cf_plugin_frame_channel_send (self->channel, &frame))
    fail_take (self, g_strdup_printf ("The configuration of the plug-in “%s” is too long",
                                      self->settings.name));
}

/* Data that does not fit beside the rest goes ahead of it. */
static gboolean
send_call (CfHelperRunner *self, const CfPluginCall *call)
{
  CfPluginFrame frame = { .type = CF_PLUGIN_FRAME_CALL, .call = *call };
  gsize size = call->data != NULL ? g_bytes_get_size (call->data) : 0;
  g_autoptr (GBytes) last = NULL;
  gsize at = 0;

  for (; size - at > CF_PLUGIN_FRAME_PIECE; at += CF_PLUGIN_FRAME_PIECE)
    {
      g_autoptr (GBytes) piece = g_bytes_new_from_bytes (call->data, at, CF_PLUGIN_FRAME_PIECE);
      CfPluginFrame ahead = { .type = CF_PLUGIN_FRAME_DATA, .id = call->id, .data = piece };

      cf_plugin_frame_channel_send (self->channel, &ahead);
    }
  if (at > 0)
    frame.call.data = last = g_bytes_new_from_bytes (call->data, at, size - at);

  self->n_begun++;
  if (cf_plugin_frame_channel_send (self->channel, &frame))
    return TRUE;
  self->n_begun--;
  return FALSE;
}

static void
cf_helper_runner_begin (CfPluginRunner *runner, const CfPluginCall *call)
{
  CfHelperRunner *self = CF_HELPER_RUNNER (runner);
  CfPluginClient *client = get_client (self);
  CfPluginRunnerState state = cf_plugin_runner_get_state (runner);
  guint32 code = 0;
  const char *problem = NULL;

  g_return_if_fail (cf_plugin_frame_calls_get_open (self->calls, call->id) == NULL);

  if (state == CF_PLUGIN_STOPPING || state == CF_PLUGIN_STOPPED)
    code = ERROR_OPERATION_ABORTED;
  else if (state == CF_PLUGIN_IDLE || self->is_over)
    {
      code = ERROR_WSMAN_PLUGIN_FAILED;
      problem = cf_plugin_runner_get_problem (runner);
    }
  else if (!cf_plugin_frame_calls_accepts (self->calls, call))
    code = ERROR_WSMAN_UNEXPECTED_SELECTORS;
  else
    {
      cf_plugin_runner_set_idle (runner, FALSE);
      /* Without a connection it waits for the reason. */
      if (self->channel != NULL && !send_call (self, call))
        code = ERROR_WSMAN_ENVELOPE_TOO_LARGE;
      else
        cf_plugin_frame_calls_add (self->calls, call);
    }

  if (code != 0 && client != NULL)
    cf_plugin_client_completed (client, call->id, code, problem);
}

static void
cf_helper_runner_cancel (CfPluginRunner *runner, guint64 id)
{
  CfHelperRunner *self = CF_HELPER_RUNNER (runner);
  CfPluginFrameCall *call = cf_plugin_frame_calls_get_open (self->calls, id);

  if (call == NULL || call->is_cancelled)
    return;
  mark_cancelled (call);
  limit_all (self, call, TRUE);
  send_number (self, CF_PLUGIN_FRAME_CANCEL, id, 0);
}

static void
cf_helper_runner_acknowledge (CfPluginRunner *runner, guint64 id, gsize n_octets)
{
  CfHelperRunner *self = CF_HELPER_RUNNER (runner);
  CfPluginFrameCall *call = cf_plugin_frame_calls_get_open (self->calls, id);
  gsize n_counted = call != NULL ? MIN (n_octets, call->unacknowledged) : 0;

  if (n_counted == 0)
    return;
  call->unacknowledged -= n_counted;
  if (call->deadline >= 0 && !call->is_cancelled)
    {
      /* there is room again for what it holds back */
      call->deadline = -1;
      limit_all (self, call, FALSE);
    }
  send_number (self, CF_PLUGIN_FRAME_ACK, id, n_counted);
}

static void
cf_helper_runner_stop (CfPluginRunner *runner, guint32 reason)
{
  CfHelperRunner *self = CF_HELPER_RUNNER (runner);
  CfPluginFrame frame = { .type = CF_PLUGIN_FRAME_STOP, .code = reason };
  const CfPluginSettings *settings = &self->settings;
  gint64 msec;

  if (cf_plugin_runner_get_state (runner) == CF_PLUGIN_IDLE)
    cf_plugin_runner_set_state (runner, CF_PLUGIN_STOPPED, NULL);
  if (self->is_over || self->watchdog == NULL)
    return;

  msec = (gint64) CANCEL_STEPS * settings->cancel_msec + MORE_MSEC;
  msec += reason == WSMAN_PLUGIN_SHUTDOWN_SYSTEM ? settings->system_shutdown_msec
                                                 : settings->shutdown_msec;
  if (!self->has_started)
    msec += settings->start_msec;
  if (self->stop_deadline < 0 || in_msec (msec) < self->stop_deadline)
    self->stop_deadline = in_msec (msec);
  watch_for (self, self->stop_deadline);

  if (self->channel != NULL)
    cf_plugin_frame_channel_send (self->channel, &frame);
  cf_plugin_runner_set_state (runner, CF_PLUGIN_STOPPING, NULL);
}

/* --- the object */

static void
cf_helper_runner_finalize (GObject *object)
{
  CfHelperRunner *self = CF_HELPER_RUNNER (object);

  g_free ((char *) self->settings.name);
  g_free ((char *) self->settings.file);
  g_free ((char *) self->settings.application);
  g_free ((char *) self->settings.extra_info);
  g_free ((char *) self->settings.run_as_user);
  g_free (self->program);
  g_free (self->socket_path);
  g_free (self->last_words);
  cf_plugin_frame_calls_free (self->calls);

  G_OBJECT_CLASS (cf_helper_runner_parent_class)->finalize (object);
}

static void
cf_helper_runner_class_init (CfHelperRunnerClass *klass)
{
  CfPluginRunnerClass *runner_class = CF_PLUGIN_RUNNER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cf_helper_runner_finalize;

  runner_class->start = cf_helper_runner_start;
  runner_class->begin = cf_helper_runner_begin;
  runner_class->cancel = cf_helper_runner_cancel;
  runner_class->acknowledge = cf_helper_runner_acknowledge;
  runner_class->stop = cf_helper_runner_stop;
}

static void
cf_helper_runner_init (CfHelperRunner *self)
{
  self->calls = cf_plugin_frame_calls_new ();
  self->start_deadline = -1;
  self->stop_deadline = -1;
  self->end_deadline = -1;
}

static CfPluginRunner *
make (const CfPluginSettings *settings, const char *program, const char *socket_path)
{
  CfHelperRunner *self;

  g_return_val_if_fail (settings != NULL, NULL);
  g_return_val_if_fail (settings->name != NULL && settings->file != NULL, NULL);

  self = g_object_new (CF_TYPE_HELPER_RUNNER, NULL);
  self->settings = *settings;
  self->settings.name = g_strdup (settings->name);
  self->settings.file = g_strdup (settings->file);
  self->settings.application = g_strdup (settings->application);
  self->settings.extra_info = g_strdup (settings->extra_info);
  self->settings.run_as_user = g_strdup (settings->run_as_user);
  self->program = g_strdup (program);
  self->socket_path = g_strdup (socket_path);
  return CF_PLUGIN_RUNNER (self);
}

/**
 * cf_helper_runner_new_spawned:
 * @settings: of the plug-in; its file has been checked, see cf_plugin_file_check()
 * @program: (type filename): the absolute path of `curfew-plugin-host`
 *
 * The process has the rights of this one: it takes a crash, but not an attack.
 *
 * Returns: (transfer full): a runner that starts a process of its own
 */
CfPluginRunner *
cf_helper_runner_new_spawned (const CfPluginSettings *settings, const char *program)
{
  g_return_val_if_fail (program != NULL, NULL);

  return make (settings, program, NULL);
}

/**
 * cf_helper_runner_new_for_socket:
 * @settings: of the plug-in; its file has been checked, see cf_plugin_file_check()
 * @socket_path: (type filename): a stream socket at which each connection gets a
 *   `curfew-plugin-host` of its own
 *
 * Returns: (transfer full): a runner whose process somebody else starts, in a sandbox
 */
CfPluginRunner *
cf_helper_runner_new_for_socket (const CfPluginSettings *settings, const char *socket_path)
{
  g_return_val_if_fail (socket_path != NULL, NULL);

  return make (settings, NULL, socket_path);
}
