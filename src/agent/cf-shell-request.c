/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shell-request.h"

#include "cf-shell-call.h"
#include "cf-shell-private.h"

struct _CfShellRequest
{
  CfShell *shell;          /* (owned), in use */
  WsmOperation *operation; /* (owned) */
  gulong handler;
  gboolean is_cancelled;
  CfShellRequestCancelled cancelled; /* (nullable) */
  gpointer user_data;
};

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  CfShellRequest *self = user_data;

  self->is_cancelled = TRUE;
  if (self->cancelled != NULL)
    self->cancelled (self, self->user_data);
}

/**
 * cf_shell_request_new:
 * @shell: what it is about
 * @operation: what is asked; not answered yet
 * @cancelled: (nullable): called when nobody waits for the answer any more, which is due all the
 *   same; may give it
 * @user_data: for @cancelled
 *
 * Returns: (transfer full): the request; answering frees it
 */
CfShellRequest *
cf_shell_request_new (CfShell *shell, WsmOperation *operation, CfShellRequestCancelled cancelled,
                      gpointer user_data)
{
  CfShellRequest *self = g_new0 (CfShellRequest, 1);

  cf_shell_begin_use (shell);
  self->shell = cf_shell_ref (shell);
  self->operation = wsm_operation_ref (operation);
  self->cancelled = cancelled;
  self->user_data = user_data;
  /* not g_cancellable_connect(): a handler of that one cannot disconnect itself, as answers do */
  self->handler = g_signal_connect (wsm_operation_get_cancellable (operation), "cancelled",
                                    G_CALLBACK (cancelled_cb), self);

  return self;
}

/* The shell stays valid until the operation is answered, but may have ended by then. */
static WsmOperation *
end (CfShellRequest *self)
{
  WsmOperation *operation = g_steal_pointer (&self->operation);

  g_signal_handler_disconnect (wsm_operation_get_cancellable (operation), self->handler);
  cf_shell_end_use (self->shell);
  cf_shell_unref (self->shell);
  g_free (self);

  return operation;
}

/**
 * cf_shell_request_get_shell:
 * @self: a request
 *
 * Returns: (transfer none): what it is about
 */
CfShell *
cf_shell_request_get_shell (CfShellRequest *self)
{
  return self->shell;
}

/**
 * cf_shell_request_get_operation:
 * @self: a request
 *
 * Returns: (transfer none): what is asked
 */
WsmOperation *
cf_shell_request_get_operation (CfShellRequest *self)
{
  return self->operation;
}

/**
 * cf_shell_request_get_message:
 * @self: a request
 *
 * Returns: (transfer none) (nullable): its body
 */
WsmShellMessage *
cf_shell_request_get_message (CfShellRequest *self)
{
  return wsm_envelope_get_shell_message (wsm_operation_get_request (self->operation));
}

/**
 * cf_shell_request_is_cancelled:
 * @self: a request
 *
 * Returns: whether nobody waits for the answer any more
 */
gboolean
cf_shell_request_is_cancelled (CfShellRequest *self)
{
  return self->is_cancelled;
}

/**
 * cf_shell_request_return_message:
 * @self: (transfer full): a request
 * @message: (transfer none): the answer
 */
void
cf_shell_request_return_message (CfShellRequest *self, WsmShellMessage *message)
{
  g_autoptr (WsmOperation) operation = end (self);

  wsm_operation_return_shell (operation, message);
}

/**
 * cf_shell_request_return_nothing:
 * @self: (transfer full): a request
 *
 * Answers with an empty body.
 */
void
cf_shell_request_return_nothing (CfShellRequest *self)
{
  g_autoptr (WsmOperation) operation = end (self);

  wsm_operation_return_object (operation, NULL);
}

/**
 * cf_shell_request_return_fault:
 * @self: (transfer full): a request
 * @fault: (transfer none): why not
 */
void
cf_shell_request_return_fault (CfShellRequest *self, WsmFault *fault)
{
  g_autoptr (WsmOperation) operation = end (self);

  wsm_operation_return_fault (operation, fault);
}

/**
 * cf_shell_request_return_code:
 * @self: (transfer full): a request
 * @code: what the plug-in completed with, not 0
 * @extended_information: (nullable): what it says about that
 */
void
cf_shell_request_return_code (CfShellRequest *self, guint32 code, const char *extended_information)
{
  g_autoptr (WsmFault)
    fault = cf_plugin_make_fault (cf_shell_get_plugin (self->shell), code, extended_information);

  cf_shell_request_return_fault (self, fault);
}

/**
 * cf_shell_request_return_cancelled:
 * @self: (transfer full): a request for which nobody waits any more
 *
 * Gives the answer that is still due.
 */
void
cf_shell_request_return_cancelled (CfShellRequest *self)
{
  g_autoptr (WsmFault) fault = wsm_fault_new (
    WSM_FAULT_TIMED_OUT, "The operation was given up before it ended; look at the shell before "
                         "sending it again.");

  cf_shell_request_return_fault (self, fault);
}

/* One call and the request that it answers. */
typedef struct
{
  grefcount references; /* of the open call, and of who begins it */
  CfShellCall call;
  CfShellRequest *request; /* (owned) (nullable): %NULL once answered */
  CfShellRequestAnswered answered;
  gpointer user_data;
} Question;

static void
question_unref (Question *question)
{
  if (g_ref_count_dec (&question->references))
    g_free (question);
}

static void
question_cancelled_cb (CfShellRequest *request, gpointer user_data)
{
  Question *question = user_data;

  cf_shell_call_cancel (&question->call, cf_shell_get_plugin (request->shell));
}

static void
question_completed_cb (guint32 code, const char *extended_information, gpointer user_data)
{
  Question *question = user_data;

  cf_shell_call_end (&question->call);
  question->answered (g_steal_pointer (&question->request), code, extended_information,
                      question->user_data);
  question_unref (question);
}

/**
 * cf_shell_request_ask:
 * @shell: what it is about
 * @operation: what is asked
 * @call: what the plug-in is asked
 * @answered: called once with what it answers, and has to answer the request; not if the plug-in is
 *   not asked, which is answered here
 * @user_data: for @answered
 *
 * Returns: whether the plug-in was asked; it may have answered by now
 */
gboolean
cf_shell_request_ask (CfShell *shell, WsmOperation *operation, CfPluginCall *call,
                      CfShellRequestAnswered answered, gpointer user_data)
{
  static const CfPluginCallEvents events = { .completed = question_completed_cb };
  Question *question = g_new0 (Question, 1);
  g_autoptr (WsmFault) fault = NULL;
  gboolean is_asked;

  g_ref_count_init (&question->references);
  g_ref_count_inc (&question->references);
  question->answered = answered;
  question->user_data = user_data;
  question->request = cf_shell_request_new (shell, operation, question_cancelled_cb, question);
  is_asked = cf_shell_call_begin (&question->call, cf_shell_get_plugin (shell),
                                  wsm_operation_get_principal (operation), call, &events, question,
                                  &fault);
  if (!is_asked)
    {
      cf_shell_request_return_fault (g_steal_pointer (&question->request), fault);
      question_unref (question);
    }
  question_unref (question);
  return is_asked;
}
