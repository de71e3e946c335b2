/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A plug-in to begin with: a remote shell with two commands, and a resource that can be read.
 *
 *   echo TEXT   puts out TEXT
 *   cat         puts out what is sent to it, until the end or a signal
 *
 * There are no threads here; but the host calls from several at once, so what belongs to a command
 * has a lock. Two rules make it simple:
 *
 * - A request is in its place (command->request, command->receive) as long as it is open. Whoever
 *   takes it away, under the lock, completes it: an answer, a signal or a cancellation, whichever
 *   comes first. So it is completed once.
 * - WSManPluginOperationComplete() is called without the lock: it waits for a callback of ours that
 *   runs on another thread, and that callback wants the lock.
 *
 * curfew-plugin(7) explains the contract. */

#include <curfew-plugin.h>

#include <pthread.h>
#include <stdbool.h>

#define RESOURCE_URI u"http://schemas.example.org/wsman/1/Echo"

#define MAX_WAITING (256 * 1024) /* octets that nobody has fetched yet */

/* One for each successful Startup. */
struct plugin
{
  char *application; /* our own copy: the strings of Startup are gone when it returns */
};

struct shell
{
  pthread_mutex_t lock;
  WSMAN_PLUGIN_REQUEST *request; /* NULL when it is complete */
};

struct command
{
  pthread_mutex_t lock;
  WSMAN_PLUGIN_REQUEST *request; /* NULL when it is complete */
  WSMAN_PLUGIN_REQUEST *receive; /* NULL while nobody asks for output */
  BYTE *output;
  DWORD length;
  bool ended; /* there will be no more output */
};

/* --- life cycle: Startup may be called several times, and each has a Shutdown of its own */

DWORD
WSManPluginStartup (DWORD flags, PCWSTR applicationIdentification, PCWSTR extraInfo,
                    PVOID *pluginContext)
{
  struct plugin *plugin = calloc (1, sizeof *plugin);

  /* flags says why it is started; any value is fine. extraInfo is the configuration document. */
  (void) flags;
  (void) extraInfo;
  if (plugin == NULL)
    return ERROR_NOT_ENOUGH_MEMORY; /* then there is no Shutdown for this Startup */
  plugin->application = CurfewUtf8Dup (applicationIdentification);
  *pluginContext = plugin;
  return NO_ERROR;
}

DWORD
WSManPluginShutdown (PVOID pluginContext, DWORD flags, DWORD reason)
{
  struct plugin *plugin = pluginContext;

  /* All requests are complete and all contexts are released. A plug-in with threads ends them here
   * and waits until they are gone: afterwards there may be no code for them to run. */
  (void) flags;
  (void) reason;
  free (plugin->application);
  free (plugin);
  return NO_ERROR;
}

/* --- requests */

/* Takes a request from its place; NULL if it is complete, or about to be. */
static WSMAN_PLUGIN_REQUEST *
take (pthread_mutex_t *lock, WSMAN_PLUGIN_REQUEST **place)
{
  WSMAN_PLUGIN_REQUEST *request;

  pthread_mutex_lock (lock);
  request = *place;
  *place = NULL;
  pthread_mutex_unlock (lock);
  return request;
}

static void
complete (WSMAN_PLUGIN_REQUEST *request, DWORD code, PCWSTR sentence)
{
  if (request != NULL)
    WSManPluginOperationComplete (request, 0, code, sentence);
}

/* --- shells */

static void
shell_cancelled (void *context)
{
  struct shell *shell = context;

  complete (take (&shell->lock, &shell->request), ERROR_CANCELLED, NULL);
}

static void
shell_free (struct shell *shell)
{
  pthread_mutex_destroy (&shell->lock);
  free (shell);
}

void
WSManPluginShell (PVOID pluginContext, WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                  WSMAN_SHELL_STARTUP_INFO *startupInfo, WSMAN_DATA *inboundShellInformation)
{
  struct shell *shell = calloc (1, sizeof *shell);

  (void) pluginContext;
  (void) flags;
  (void) startupInfo;
  (void) inboundShellInformation;
  if (shell == NULL)
    {
      complete (request, ERROR_NOT_ENOUGH_MEMORY, NULL);
      return;
    }
  pthread_mutex_init (&shell->lock, NULL);
  shell->request = request;
  /* First the callback, then the report: after that anything may come, even the end. */
  WSManPluginRegisterShutdownCallback (request, shell_cancelled, shell);
  if (WSManPluginReportContext (request, 0, shell) == NO_ERROR)
    return; /* the request stays open as long as the shell lives */
  complete (take (&shell->lock, &shell->request), ERROR_GEN_FAILURE, NULL);
  shell_free (shell); /* not reported, so nobody releases it */
}

void
WSManPluginReleaseShellContext (PVOID shellContext)
{
  shell_free (shellContext);
}

/* --- commands */

static bool
add_output (struct command *command, const BYTE *data, DWORD length)
{
  BYTE *output = NULL;

  if (length <= MAX_WAITING - command->length)
    output = realloc (command->output, command->length + length + 1);
  if (output == NULL)
    return false;
  if (length > 0)
    memcpy (output + command->length, data, length);
  command->output = output;
  command->length += length;
  return true;
}

static bool
add_text (struct command *command, PCWSTR text)
{
  char *utf8 = CurfewUtf8Dup (text);
  bool added = utf8 != NULL && add_output (command, (const BYTE *) utf8, (DWORD) strlen (utf8));

  free (utf8);
  return added;
}

/* Gives what there is to whoever asks for it. A Receive stays open until the command has ended.
 * Called with the lock, which is released here. */
static void
deliver_and_unlock (struct command *command)
{
  WSMAN_PLUGIN_REQUEST *receive = NULL;
  WSMAN_PLUGIN_REQUEST *request = NULL;

  if (command->receive != NULL && command->length > 0)
    {
      WSMAN_DATA data = { .type = WSMAN_DATA_TYPE_BINARY };

      data.binaryData.data = command->output;
      data.binaryData.dataLength = command->length;
      WSManPluginReceiveResult (command->receive, WSMAN_FLAG_RECEIVE_FLUSH, WSMAN_STREAM_ID_STDOUT,
                                &data, NULL, 0);
      command->length = 0;
    }
  if (command->receive != NULL && command->ended)
    {
      WSManPluginReceiveResult (command->receive, WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA, NULL,
                                NULL, WSMAN_COMMAND_STATE_DONE, 0);
      receive = command->receive;
      request = command->request;
      command->receive = NULL;
      command->request = NULL;
    }
  pthread_mutex_unlock (&command->lock);

  /* When the last of these is complete the command may be released: touch it no more. */
  complete (receive, NO_ERROR, NULL);
  complete (request, NO_ERROR, NULL);
}

static void
command_cancelled (void *context)
{
  struct command *command = context;

  complete (take (&command->lock, &command->request), ERROR_CANCELLED, NULL);
}

static void
receive_cancelled (void *context)
{
  struct command *command = context;
  WSMAN_PLUGIN_REQUEST *receive = NULL;

  /* it may be another Receive that is in its place: only one that is cancelled */
  pthread_mutex_lock (&command->lock);
  if (command->receive != NULL && command->receive->shutdownNotification)
    {
      receive = command->receive;
      command->receive = NULL;
    }
  pthread_mutex_unlock (&command->lock);
  complete (receive, ERROR_CANCELLED, NULL);
}

static void
command_free (struct command *command)
{
  pthread_mutex_destroy (&command->lock);
  free (command->output);
  free (command);
}

static bool
begin (struct command *command, PCWSTR line, WSMAN_COMMAND_ARG_SET *arguments)
{
  bool fits = true;

  if (CurfewUtf16Equal (line, u"cat"))
    return true;
  for (DWORD i = 0; arguments != NULL && i < arguments->argsCount; i++)
    fits = fits && (i == 0 || add_text (command, u" ")) && add_text (command, arguments->args[i]);
  command->ended = true;
  return fits && add_text (command, u"\r\n");
}

void
WSManPluginCommand (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shellContext,
                    PCWSTR commandLine, WSMAN_COMMAND_ARG_SET *arguments)
{
  struct command *command;

  (void) flags;
  (void) shellContext;
  if (!CurfewUtf16Equal (commandLine, u"echo") && !CurfewUtf16Equal (commandLine, u"cat"))
    {
      complete (request, ERROR_INVALID_PARAMETER, u"This shell knows the commands echo and cat.");
      return;
    }
  command = calloc (1, sizeof *command);
  if (command == NULL)
    {
      complete (request, ERROR_NOT_ENOUGH_MEMORY, NULL);
      return;
    }
  pthread_mutex_init (&command->lock, NULL);
  command->request = request;
  if (begin (command, commandLine, arguments))
    {
      WSManPluginRegisterShutdownCallback (request, command_cancelled, command);
      if (WSManPluginReportContext (request, 0, command) == NO_ERROR)
        return;
    }
  complete (take (&command->lock, &command->request), ERROR_GEN_FAILURE, NULL);
  command_free (command);
}

void
WSManPluginReleaseCommandContext (PVOID shellContext, PVOID commandContext)
{
  (void) shellContext;
  command_free (commandContext);
}

void
WSManPluginSend (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shellContext,
                 PVOID commandContext, PCWSTR stream, WSMAN_DATA *inboundData)
{
  struct command *command = commandContext;
  bool fits = true;

  (void) shellContext;
  if (command == NULL || !CurfewUtf16Equal (stream, WSMAN_STREAM_ID_STDIN))
    {
      complete (request, ERROR_WSMAN_SHELL_INVALID_INPUT_STREAM, NULL);
      return;
    }
  pthread_mutex_lock (&command->lock);
  if (!command->ended && inboundData != NULL && inboundData->type == WSMAN_DATA_TYPE_BINARY)
    fits = add_output (command, inboundData->binaryData.data, inboundData->binaryData.dataLength);
  if (flags & WSMAN_FLAG_SEND_NO_MORE_DATA)
    command->ended = true;
  deliver_and_unlock (command);
  complete (request, fits ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY, NULL);
}

void
WSManPluginReceive (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shellContext,
                    PVOID commandContext, WSMAN_STREAM_ID_SET *streamSet)
{
  struct command *command = commandContext;

  (void) flags;
  (void) shellContext;
  (void) streamSet; /* there is stdout only; NULL stands for all streams */
  if (command == NULL)
    {
      complete (request, ERROR_INVALID_PARAMETER, NULL);
      return;
    }
  WSManPluginRegisterShutdownCallback (request, receive_cancelled, command);
  pthread_mutex_lock (&command->lock);
  if (command->receive == NULL && !request->shutdownNotification)
    {
      command->receive = request;
      deliver_and_unlock (command);
      return;
    }
  /* Somebody else is receiving, or this was cancelled before it was in its place, so that the
   * callback did not find it. */
  pthread_mutex_unlock (&command->lock);
  complete (request, request->shutdownNotification ? ERROR_CANCELLED : ERROR_INVALID_PARAMETER,
            NULL);
}

void
WSManPluginSignal (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shellContext,
                   PVOID commandContext, PCWSTR code)
{
  struct command *command = commandContext;

  (void) flags;
  (void) shellContext;
  (void) code; /* terminate, ctrl_c and ctrl_break all mean: that is enough */
  if (command != NULL)
    {
      WSMAN_PLUGIN_REQUEST *open;

      pthread_mutex_lock (&command->lock);
      command->ended = true;
      deliver_and_unlock (command);
      open = take (&command->lock, &command->request);
      complete (open, NO_ERROR, NULL);
    }
  complete (request, NO_ERROR, NULL);
}

/* --- a resource without a shell, which Curfew adds to the API */

void
CurfewPluginGet (PVOID pluginContext, WSMAN_PLUGIN_REQUEST *request, DWORD flags)
{
  const struct plugin *plugin = pluginContext;
  char16_t *application = CurfewUtf16Dup (plugin->application);
  CURFEW_VALUE values[] = {
    { u"Greeting", u"Hello", CURFEW_VALUE_TEXT },
    { u"Application", application, application != NULL ? CURFEW_VALUE_TEXT : CURFEW_VALUE_NULL },
    { u"Sender", request->senderDetails->senderName, CURFEW_VALUE_TEXT },
  };
  CURFEW_OBJECT object = { RESOURCE_URI, u"Echo", sizeof values / sizeof values[0], values };
  DWORD code = CurfewPluginObjectResult (request, 0, &object);

  (void) flags;
  complete (request, code, NULL);
  free (application);
}
