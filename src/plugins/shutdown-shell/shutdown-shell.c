/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The remote shell `cmd` (winrm-wire-protocol.md section 3.6) in which there is one command:
 * shutdown. A command has run before its context is reported, so all later calls find its result;
 * nothing here waits, and there are no threads. */

#include <glib.h>

#include "cf-console-text.h"
#include "cf-shutdown-command.h"

#include "plugin-api/curfew-plugin.h"

#define OPTION_CODE_PAGE WSMAN_CMDSHELL_OPTION_CODEPAGE
#define OPTION_SKIP_CMD  WSMAN_CMDSHELL_OPTION_SKIP_CMD_SHELL

/* A request that stays open as long as what it made, and who ends it: one of several calls that
 * may come at the same time. */
typedef struct
{
  WSMAN_PLUGIN_REQUEST *request;
  gint is_over; /* (atomic) */
} Lasting;

typedef struct
{
  Lasting lasting;
  guint code_page;
} Shell;

typedef struct
{
  Lasting lasting;
  GByteArray *output; /* (owned) */
  GByteArray *errors; /* (owned) */
  gint output_taken;  /* (atomic) */
  gint errors_taken;  /* (atomic) */
  guint32 exit_code;
} Command;

static gboolean
take_flag (gint *flag)
{
  return g_atomic_int_compare_and_exchange (flag, FALSE, TRUE);
}

/* What comes first, cancellation or the ordinary end, completes the request. As soon as it is
 * complete the context may be released: nothing of it is looked at afterwards. */
static void
lasting_complete (Lasting *self, DWORD code)
{
  WSMAN_PLUGIN_REQUEST *request = self->request;

  if (take_flag (&self->is_over))
    WSManPluginOperationComplete (request, 0, code, NULL);
}

static void
cancelled_cb (PVOID context)
{
  lasting_complete (context, ERROR_CANCELLED);
}

/* Makes the context known. If that fails nobody will release it, so FALSE says to free it now. */
static gboolean
lasting_report (Lasting *self, PVOID context)
{
  DWORD code;

  WSManPluginRegisterShutdownCallback (self->request, cancelled_cb, self);
  code = WSManPluginReportContext (self->request, 0, context);
  if (code == NO_ERROR)
    return TRUE;
  lasting_complete (self, code);
  return FALSE;
}

static void
complete (WSMAN_PLUGIN_REQUEST *request, DWORD code, const char *sentence)
{
  char16_t *text = CurfewUtf16Dup (sentence);

  WSManPluginOperationComplete (request, 0, code, text);
  free (text);
}

/* --- options */

static gboolean
equal_ignoring_case (PCWSTR a, PCWSTR b)
{
  for (; *a != 0 && *b != 0; a++, b++)
    if (*a != *b &&
        (*a > 0x7F || *b > 0x7F || g_ascii_tolower ((char) *a) != g_ascii_tolower ((char) *b)))
      return FALSE;
  return *a == *b;
}

static gboolean
is_known_option (PCWSTR name)
{
  static const PCWSTR known[] = {
    OPTION_CODE_PAGE,
    OPTION_SKIP_CMD,
    WSMAN_SHELL_OPTION_NOPROFILE,
    WSMAN_CMDSHELL_OPTION_CONSOLEMODE_STDIN,
    u"WSMAN_CMDSHELL_OPTION_KEEPALIVE",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (equal_ignoring_case (name, known[i]))
      return TRUE;
  return FALSE;
}

static const WSMAN_OPTION *
find_option (WSMAN_PLUGIN_REQUEST *request, PCWSTR name)
{
  const WSMAN_OPERATION_INFO *info = request->operationInfo;

  for (DWORD i = 0; info != NULL && i < info->optionSet.optionsCount; i++)
    if (equal_ignoring_case (info->optionSet.options[i].name, name))
      return &info->optionSet.options[i];
  return NULL;
}

/* An option that has to be complied with, and is not known, ends the request. */
static gboolean
check_options (WSMAN_PLUGIN_REQUEST *request)
{
  const WSMAN_OPERATION_INFO *info = request->operationInfo;

  for (DWORD i = 0; info != NULL && i < info->optionSet.optionsCount; i++)
    {
      const WSMAN_OPTION *option = &info->optionSet.options[i];
      g_autofree char *name = NULL;
      g_autofree char *sentence = NULL;

      if (!option->mustComply || is_known_option (option->name))
        continue;
      name = CurfewUtf8Dup (option->name);
      sentence = g_strdup_printf ("This shell does not know the option %s.", name);
      complete (request, ERROR_WSMAN_OPTIONS_INVALID_NAME, sentence);
      return FALSE;
    }
  return TRUE;
}

/* A code page that is no number is ignored, unless it has to be complied with. */
static gboolean
get_code_page (WSMAN_PLUGIN_REQUEST *request, guint *code_page)
{
  const WSMAN_OPTION *option = find_option (request, OPTION_CODE_PAGE);
  g_autofree char *text = NULL;

  *code_page = CF_CODE_PAGE_UTF_8;
  if (option == NULL || option->value == NULL)
    return TRUE;
  text = CurfewUtf8Dup (option->value);
  if (text != NULL && cf_console_text_parse_code_page (text, code_page))
    return TRUE;
  if (!option->mustComply)
    return TRUE;
  complete (request, ERROR_WSMAN_OPTIONS_INVALID_VALUE, "WINRS_CODEPAGE has to be a number.");
  return FALSE;
}

static gboolean
skips_cmd (WSMAN_PLUGIN_REQUEST *request)
{
  const WSMAN_OPTION *option = find_option (request, OPTION_SKIP_CMD);

  return option != NULL && option->value != NULL &&
         (equal_ignoring_case (option->value, u"TRUE") || CurfewUtf16Equal (option->value, u"1"));
}

/* --- life cycle */

/* Nothing is shared between initializations, so there is nothing to count. */
DWORD
WSManPluginStartup (DWORD flags, PCWSTR applicationIdentification, PCWSTR extraInfo,
                    PVOID *pluginContext)
{
  return NO_ERROR;
}

DWORD
WSManPluginShutdown (PVOID pluginContext, DWORD flags, DWORD reason) { return NO_ERROR; }

/* --- shells */

void
WSManPluginShell (PVOID pluginContext, WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                  WSMAN_SHELL_STARTUP_INFO *startupInfo, WSMAN_DATA *inboundShellInformation)
{
  Shell *shell;
  guint code_page;

  if (!check_options (request) || !get_code_page (request, &code_page))
    return;
  shell = g_new0 (Shell, 1);
  shell->lasting.request = request;
  shell->code_page = code_page;
  if (!lasting_report (&shell->lasting, shell))
    g_free (shell);
}

void
WSManPluginReleaseShellContext (PVOID shellContext)
{
  g_free (shellContext);
}

/* --- commands */

static void
command_free (Command *command)
{
  g_byte_array_unref (command->output);
  g_byte_array_unref (command->errors);
  g_free (command);
}

static Command *
command_new (WSMAN_PLUGIN_REQUEST *request, const CfShutdownResult *result, guint code_page)
{
  Command *command = g_new0 (Command, 1);

  command->lasting.request = request;
  command->output = cf_console_text_encode (result->output != NULL ? result->output : "",
                                            code_page);
  command->errors = cf_console_text_encode (result->errors != NULL ? result->errors : "",
                                            code_page);
  command->exit_code = result->exit_code;
  return command;
}

void
WSManPluginCommand (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shellContext,
                    PCWSTR commandLine, WSMAN_COMMAND_ARG_SET *arguments)
{
  const Shell *shell = shellContext;
  g_auto (CfShutdownResult) result = { 0 };
  Command *command;

  if (!check_options (request))
    return;
  if (request->shutdownNotification)
    {
      complete (request, ERROR_CANCELLED, NULL);
      return;
    }
  cf_shutdown_command_run (request, commandLine, arguments, skips_cmd (request), &result);
  command = command_new (request, &result, shell->code_page);
  if (!lasting_report (&command->lasting, command))
    command_free (command);
}

void
WSManPluginReleaseCommandContext (PVOID shellContext, PVOID commandContext)
{
  command_free (commandContext);
}

/* What is typed goes nowhere: shutdown reads nothing. */
void
WSManPluginSend (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shellContext,
                 PVOID commandContext, PCWSTR stream, WSMAN_DATA *inboundData)
{
  if (stream == NULL || !CurfewUtf16Equal (stream, WSMAN_STREAM_ID_STDIN))
    complete (request, ERROR_WSMAN_SHELL_INVALID_INPUT_STREAM, "The only input stream is stdin.");
  else
    complete (request, NO_ERROR, NULL);
}

static gboolean
wants (const WSMAN_STREAM_ID_SET *streams, PCWSTR name)
{
  for (DWORD i = 0; streams != NULL && i < streams->streamIDsCount; i++)
    if (CurfewUtf16Equal (streams->streamIDs[i], name))
      return TRUE;
  return streams == NULL || streams->streamIDsCount == 0;
}

static gboolean
check_streams (const WSMAN_STREAM_ID_SET *streams)
{
  for (DWORD i = 0; streams != NULL && i < streams->streamIDsCount; i++)
    if (!CurfewUtf16Equal (streams->streamIDs[i], WSMAN_STREAM_ID_STDOUT) &&
        !CurfewUtf16Equal (streams->streamIDs[i], WSMAN_STREAM_ID_STDERR))
      return FALSE;
  return TRUE;
}

static void
give (WSMAN_PLUGIN_REQUEST *request, PCWSTR stream, GByteArray *octets, gint *taken)
{
  WSMAN_DATA data = { .type = WSMAN_DATA_TYPE_BINARY };

  if (!take_flag (taken) || octets->len == 0)
    return;
  data.binaryData.dataLength = octets->len;
  data.binaryData.data = octets->data;
  WSManPluginReceiveResult (request, 0, stream, &data, NULL, 0);
}

void
WSManPluginReceive (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shellContext,
                    PVOID commandContext, WSMAN_STREAM_ID_SET *streamSet)
{
  Command *command = commandContext;
  WSMAN_PLUGIN_REQUEST *command_request;
  gboolean ends_command;
  DWORD code;

  if (command == NULL)
    {
      complete (request, ERROR_INVALID_PARAMETER,
                "The shell itself puts out nothing; name one of its commands.");
      return;
    }
  if (!check_streams (streamSet))
    {
      complete (request, ERROR_WSMAN_SHELL_INVALID_DESIRED_STREAMS,
                "The output streams are stdout and stderr.");
      return;
    }
  if (wants (streamSet, WSMAN_STREAM_ID_STDOUT))
    give (request, WSMAN_STREAM_ID_STDOUT, command->output, &command->output_taken);
  if (wants (streamSet, WSMAN_STREAM_ID_STDERR))
    give (request, WSMAN_STREAM_ID_STDERR, command->errors, &command->errors_taken);
  code = WSManPluginReceiveResult (request, WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA, NULL, NULL,
                                   WSMAN_COMMAND_STATE_DONE, command->exit_code);
  /* the command is over with this, but it must not go before its own operation */
  command_request = command->lasting.request;
  ends_command = take_flag (&command->lasting.is_over);
  complete (request, code, NULL);
  if (ends_command)
    complete (command_request, NO_ERROR, NULL);
}

void
WSManPluginSignal (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PVOID shellContext,
                   PVOID commandContext, PCWSTR code)
{
  Command *command = commandContext;
  WSMAN_PLUGIN_REQUEST *command_request;
  gboolean ends_command;

  if (code == NULL || (!equal_ignoring_case (code, WSMAN_SIGNAL_SHELL_CODE_TERMINATE) &&
                       !equal_ignoring_case (code, WSMAN_SIGNAL_SHELL_CODE_CTRL_C) &&
                       !equal_ignoring_case (code, WSMAN_SIGNAL_SHELL_CODE_CTRL_BREAK)))
    {
      complete (request, ERROR_INVALID_PARAMETER,
                "This shell knows the signals terminate, ctrl_c and ctrl_break.");
      return;
    }
  command_request = command != NULL ? command->lasting.request : NULL;
  ends_command = command != NULL && take_flag (&command->lasting.is_over);
  complete (request, NO_ERROR, NULL);
  if (ends_command)
    complete (command_request, NO_ERROR, NULL);
}
