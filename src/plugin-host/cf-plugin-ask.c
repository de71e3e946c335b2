/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-ask.h"

#include <string.h>

#include "cf-plugin-engine-private.h"
#include "cf-plugin-text.h"

/* Waits for the client, which answers in its own thread, unless the request ends meanwhile. */
static guint32
wait_for_answer (CfPluginOperation *operation, CfPluginAsk *ask)
{
  CfPluginEngine *engine = operation->engine;
  gboolean counts_if_cancelled = ask->type == CF_PLUGIN_ASK_REFUSE;

  cf_plugin_event_push (engine, CF_PLUGIN_EVENT_ASK, operation)->ask = ask;
  while (ask->state != CF_PLUGIN_ASK_DONE)
    {
      if (ask->state == CF_PLUGIN_ASK_QUEUED && (operation->stage == CF_PLUGIN_STAGE_COMPLETED ||
                                                 (operation->is_cancelled && !counts_if_cancelled)))
        {
          cf_plugin_event_take_back (engine, ask);
          return operation->stage == CF_PLUGIN_STAGE_COMPLETED ? ERROR_INVALID_OPERATION
                                                               : ERROR_OPERATION_ABORTED;
        }
      pthread_cond_wait (&operation->changed, cf_plugin_get_lock ());
    }
  return ask->code;
}

/* Returns: a Win32 code */
static guint32
ask_client (WSMAN_PLUGIN_REQUEST *request, CfPluginAsk *ask)
{
  CfPluginOperation *operation;
  CfPluginEngine *engine;
  guint32 code;

  cf_plugin_lock ();
  operation = cf_plugin_operation_lookup (request);
  if (operation == NULL || operation->is_completing)
    {
      cf_plugin_unlock ();
      g_message ("A plug-in asked the agent for something in the name of a request that is not "
                 "open; that was ignored");
      return ERROR_INVALID_OPERATION;
    }
  engine = cf_plugin_engine_ref (operation->engine);
  cf_plugin_operation_ref (operation);
  if (operation->is_cancelled && ask->type != CF_PLUGIN_ASK_REFUSE)
    code = ERROR_OPERATION_ABORTED;
  else if (pthread_equal (pthread_self (), engine->thread))
    {
      cf_plugin_unlock ();
      code = cf_plugin_event_answer (engine, operation->id, ask);
      cf_plugin_lock ();
    }
  else
    code = wait_for_answer (operation, ask);
  cf_plugin_operation_unref (operation);
  cf_plugin_engine_unref (engine);
  cf_plugin_unlock ();
  return code;
}

DWORD
cf_plugin_ask_submit (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                      const CURFEW_SHUTDOWN_REQUEST *shutdown)
{
  CfPluginShutdown values = { 0 };
  CfPluginAsk ask = { .type = CF_PLUGIN_ASK_SUBMIT, .shutdown = &values };
  char *message = NULL;
  char *client_hint = NULL;
  char *request_code = NULL;
  DWORD code = ERROR_INVALID_PARAMETER;

  if (flags == 0 && shutdown != NULL && shutdown->size >= sizeof *shutdown &&
      cf_plugin_text_take (shutdown->message, &message) &&
      cf_plugin_text_take (shutdown->clientHint, &client_hint) &&
      cf_plugin_text_take (shutdown->requestCode, &request_code))
    {
      values.message = message;
      values.grace_period = shutdown->gracePeriod;
      values.shutdown_flags = shutdown->shutdownFlags;
      values.reason = shutdown->reason;
      values.client_hint = client_hint;
      values.request_code = request_code;
      values.postpone_limit = shutdown->postponeLimit;
      values.postpone_seconds = shutdown->postponeSeconds;
      code = ask_client (request, &ask);
    }
  free (message);
  free (client_hint);
  free (request_code);
  return code;
}

DWORD
cf_plugin_ask_refuse (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR problem, DWORD code)
{
  CfPluginAsk ask = { .type = CF_PLUGIN_ASK_REFUSE, .code = code };
  char *text = NULL;

  if (flags != 0 || problem == NULL)
    return code;
  /* that it was refused counts more than the wording */
  if (!cf_plugin_text_take (problem, &text))
    text = strdup ("The plug-in gave a reason that is no valid text");
  ask.text = text;
  ask_client (request, &ask);
  free (text);
  return code; /* whatever becomes of the note */
}

DWORD
cf_plugin_ask_abort (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR clientHint)
{
  CfPluginAsk ask = { .type = CF_PLUGIN_ASK_ABORT };
  char *text;
  DWORD code;

  if (flags != 0 || !cf_plugin_text_take (clientHint, &text))
    return ERROR_INVALID_PARAMETER;
  ask.text = text;
  code = ask_client (request, &ask);
  free (text);
  return code;
}

/* the texts of a status, here and there */
#define TEXT(theirs, ours)                                                                         \
  {                                                                                                \
    G_STRUCT_OFFSET (CURFEW_AGENT_STATUS, theirs), G_STRUCT_OFFSET (CfPluginStatus, ours)          \
  }

static const struct
{
  gsize theirs;
  gsize ours;
} texts[] = {
  TEXT (action, action),
  TEXT (message, message),
  TEXT (requester, requester),
  TEXT (clientHint, client_hint),
  TEXT (requestCode, request_code),
  TEXT (bootId, boot_id),
  TEXT (bootTime, boot_time),
  TEXT (localTime, local_time),
  TEXT (hostName, host_name),
  TEXT (systemName, system_name),
  TEXT (kernelRelease, kernel_release),
  TEXT (lastOutcome, last_outcome),
  TEXT (lastRequestCode, last_request_code),
  TEXT (lastAction, last_action),
  TEXT (lastDetail, last_detail),
};

/* One block with its texts at the end. */
static CURFEW_AGENT_STATUS *
make_status (const CfPluginStatus *ours)
{
  gsize size = sizeof (CURFEW_AGENT_STATUS);
  CURFEW_AGENT_STATUS *status;
  char16_t *end;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *text = G_STRUCT_MEMBER (char *, ours, texts[i].ours);

      size += text != NULL ? (strlen (text) + 1) * sizeof (char16_t) : 0;
    }
  status = calloc (1, size);
  if (status == NULL)
    return NULL;

  status->size = sizeof *status;
  status->state = ours->state;
  status->secondsRemaining = ours->seconds_remaining;
  status->reason = ours->reason;
  status->postponesLeft = ours->postpones_left;
  status->usersLoggedOn = ours->users_logged_on;
  status->capabilities = ours->capabilities;
  status->bestEffort = ours->best_effort;
  status->rehearsal = ours->rehearsal;
  end = (char16_t *) (status + 1);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *text = G_STRUCT_MEMBER (char *, ours, texts[i].ours);

      if (text == NULL)
        continue;
      G_STRUCT_MEMBER (PCWSTR, status, texts[i].theirs) = end;
      end += cf_plugin_text_put_utf16 (end, text) + 1;
    }
  return status;
}

DWORD
cf_plugin_ask_describe (WSMAN_PLUGIN_REQUEST *request, DWORD flags, CURFEW_AGENT_STATUS **status)
{
  g_auto (CfPluginStatus) values = { 0 };
  CfPluginAsk ask = { .type = CF_PLUGIN_ASK_DESCRIBE, .status = &values };
  DWORD code;

  if (status == NULL)
    return ERROR_INVALID_PARAMETER;
  *status = NULL;
  if (flags != 0)
    return ERROR_INVALID_PARAMETER;
  code = ask_client (request, &ask);
  if (code != NO_ERROR)
    return code;
  *status = make_status (&values);
  return *status != NULL ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY;
}

void
cf_plugin_ask_free_status (CURFEW_AGENT_STATUS *status)
{
  free (status);
}
