/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-check-host.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define GENERIC_RESOURCE "http://example.org/curfew/check"
#define UNKNOWN_COMMAND  "curfew-check"
#define SHELL_NAMESPACE  "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"

static CfCheckOptions options;
static char *texts; /* the page with the texts of Startup, when it has been taken away */

/* --- the verdict */

/* One line for whoever started the case. What is read last counts. */
static void
report_line (const char *line)
{
  gsize left = strlen (line);

  while (left > 0)
    {
      gssize n = write (options.report_fd, line, left);

      if (n <= 0)
        return;
      line += n;
      left -= (gsize) n;
    }
}

static void
report (const char *word, const char *text)
{
  g_autofree char *line = g_strdup_printf ("%s\t%s\n", word, text);

  report_line (line);
}

/**
 * cf_check_stage:
 * @format: what is called now, such as an entry point
 *
 * For the case that the module does not return from it.
 */
void
cf_check_stage (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  report ("at", text);
}

/* A case ends its process at once: what the module still does is of no interest. */
void
cf_check_pass (void)
{
  report ("ok", "");
  _exit (0);
}

void
cf_check_fail (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  report ("not ok", text);
  _exit (0);
}

void
cf_check_skip (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  report ("skip", text);
  _exit (0);
}

/* What was taken away on purpose says what the module did; any other fault is a crash. */
static void
fault_cb (int number, siginfo_t *info, void *unused)
{
  const char *address = info->si_addr;

  if (info->si_code <= 0)
    address = NULL; /* sent by somebody, not by a fault */
  if (texts != NULL && address >= texts && address < texts + sysconf (_SC_PAGESIZE))
    {
      report_line ("texts\t\n");
      _exit (0);
    }
  if (cf_check_is_request (address))
    {
      report_line ("request\t\n");
      _exit (0);
    }
  signal (number, SIG_DFL);
  raise (number);
}

void
cf_check_host_init (const CfCheckOptions *given)
{
  struct sigaction action = { .sa_sigaction = fault_cb, .sa_flags = SA_SIGINFO };

  options = *given;
  cf_check_requests_init ();
  sigaction (SIGSEGV, &action, NULL);
  sigaction (SIGBUS, &action, NULL);
}

guint
cf_check_get_limit (void)
{
  return options.limit_msec;
}

/* --- the module */

CfCheckModule *
cf_check_load (void)
{
  CfCheckModule *self = g_new0 (CfCheckModule, 1);
  const struct
  {
    const char *name;
    gpointer *symbol;
  } exports[] = {
    { "CurfewPluginAbi", (gpointer *) &self->abi },
    { "WSManPluginStartup", (gpointer *) &self->startup },
    { "WSManPluginShutdown", (gpointer *) &self->shutdown },
    { "WSManPluginShell", (gpointer *) &self->shell },
    { "WSManPluginCommand", (gpointer *) &self->command },
    { "WSManPluginSend", (gpointer *) &self->send },
    { "WSManPluginReceive", (gpointer *) &self->receive },
    { "WSManPluginSignal", (gpointer *) &self->signal },
    { "WSManPluginReleaseShellContext", (gpointer *) &self->release_shell },
    { "WSManPluginReleaseCommandContext", (gpointer *) &self->release_command },
    { "CurfewPluginGet", (gpointer *) &self->get },
    { "CurfewPluginInvoke", (gpointer *) &self->invoke },
  };

  cf_check_stage ("loading it");
  self->module = g_module_open (options.file, G_MODULE_BIND_LOCAL);
  if (self->module == NULL)
    cf_check_fail ("cannot be loaded: %s", g_module_error ());
  for (gsize i = 0; i < G_N_ELEMENTS (exports); i++)
    if (!g_module_symbol (self->module, exports[i].name, exports[i].symbol))
      *exports[i].symbol = NULL;
  return self;
}

void
cf_check_unload (CfCheckModule *self)
{
  cf_check_stage ("unloading it");
  if (!g_module_close (self->module))
    cf_check_fail ("cannot be unloaded: %s", g_module_error ());
  self->module = NULL;
}

gboolean
cf_check_has_shell (const CfCheckModule *self)
{
  return self->shell != NULL && self->command != NULL && self->send != NULL &&
         self->receive != NULL && self->signal != NULL && self->release_shell != NULL &&
         self->release_command != NULL;
}

static gunichar2 *
put_text (gunichar2 *end, const char *text, PCWSTR *start)
{
  glong length = 0;
  g_autofree gunichar2 *utf16 = g_utf8_to_utf16 (text, -1, NULL, &length, NULL);

  memcpy (end, utf16, ((gsize) length + 1) * sizeof *end);
  *start = end;
  return end + length + 1;
}

/**
 * cf_check_startup:
 * @take_texts_away: whether nobody can read the texts any more once Startup has returned
 * @context: (out): %NULL unless the module stored one
 *
 * Returns: what WSManPluginStartup() returned
 */
DWORD
cf_check_startup (CfCheckModule *self, DWORD flags, const char *application,
                  gboolean take_texts_away, PVOID *context)
{
  gsize size = (gsize) sysconf (_SC_PAGESIZE);
  char *page = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  PCWSTR name, extra;
  gunichar2 *end;
  DWORD code;

  if (page == MAP_FAILED)
    cf_check_skip ("no memory for the texts of Startup");
  end = put_text ((gunichar2 *) (gpointer) page, application, &name);
  put_text (end,
            "<PlugInConfiguration xmlns=\"http://schemas.microsoft.com/wbem/wsman/1/config/"
            "PluginConfiguration\" Name=\"check\"/>",
            &extra);

  *context = NULL;
  cf_check_stage ("WSManPluginStartup");
  code = self->startup (flags, name, extra, context);
  if (take_texts_away)
    {
      texts = page;
      mprotect (page, size, PROT_NONE);
    }
  cf_check_stage ("waiting after WSManPluginStartup");
  return code;
}

DWORD
cf_check_shutdown (CfCheckModule *self, PVOID context)
{
  DWORD code;

  cf_check_stage ("WSManPluginShutdown");
  code = self->shutdown (context, 0, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  cf_check_stage ("waiting after WSManPluginShutdown");
  return code;
}

/* --- requests */

const char *
cf_check_entry_name (CfPluginCallKind kind)
{
  static const char *const names[] = {
    [CF_PLUGIN_GET] = "CurfewPluginGet",      [CF_PLUGIN_INVOKE] = "CurfewPluginInvoke",
    [CF_PLUGIN_SHELL] = "WSManPluginShell",   [CF_PLUGIN_COMMAND] = "WSManPluginCommand",
    [CF_PLUGIN_SEND] = "WSManPluginSend",     [CF_PLUGIN_RECEIVE] = "WSManPluginReceive",
    [CF_PLUGIN_SIGNAL] = "WSManPluginSignal", [CF_PLUGIN_CONNECT] = "WSManPluginConnect",
  };

  return names[kind];
}

static CfCheckRequest *
request_new (CfPluginCallKind kind, CfCheckRequest *shell, CfCheckRequest *command)
{
  gboolean is_shell = kind != CF_PLUGIN_GET && kind != CF_PLUGIN_INVOKE;
  const char *resource = is_shell ? SHELL_NAMESPACE "/cmd" : GENERIC_RESOURCE;

  cf_check_stage ("%s", cf_check_entry_name (kind));
  return cf_check_request_new (kind, shell, command,
                               options.resource != NULL ? options.resource : resource);
}

static CfCheckRequest *
returned (CfCheckRequest *request)
{
  cf_check_stage ("waiting after %s", cf_check_entry_name (request->kind));
  return request;
}

CfCheckRequest *
cf_check_get (CfCheckModule *self, PVOID context)
{
  CfCheckRequest *request = request_new (CF_PLUGIN_GET, NULL, NULL);

  self->get (context, request->request, 0);
  return returned (request);
}

CfCheckRequest *
cf_check_invoke (CfCheckModule *self, PVOID context)
{
  CfCheckRequest *request = request_new (CF_PLUGIN_INVOKE, NULL, NULL);
  const char *action = options.action != NULL ? options.action : GENERIC_RESOURCE "/Check";

  self->invoke (context, request->request, 0, g_utf8_to_utf16 (action, -1, NULL, NULL, NULL), NULL);
  return returned (request);
}

CfCheckRequest *
cf_check_shell (CfCheckModule *self, PVOID context)
{
  CfCheckRequest *request = request_new (CF_PLUGIN_SHELL, NULL, NULL);
  PCWSTR *names = g_new0 (PCWSTR, 3);
  WSMAN_STREAM_ID_SET *streams = g_new0 (WSMAN_STREAM_ID_SET, 2);
  WSMAN_SHELL_STARTUP_INFO_V11 *info = g_new0 (WSMAN_SHELL_STARTUP_INFO_V11, 1);

  names[0] = WSMAN_STREAM_ID_STDIN;
  names[1] = WSMAN_STREAM_ID_STDOUT;
  names[2] = WSMAN_STREAM_ID_STDERR;
  streams[0] = (WSMAN_STREAM_ID_SET){ 1, names };
  streams[1] = (WSMAN_STREAM_ID_SET){ 2, names + 1 };
  info->inputStreamSet = &streams[0];
  info->outputStreamSet = &streams[1];
  info->idleTimeoutMs = 60000;
  info->name = g_utf8_to_utf16 ("check", -1, NULL, NULL, NULL);
  self->shell (context, request->request, 0, (WSMAN_SHELL_STARTUP_INFO *) info, NULL);
  return returned (request);
}

static CfCheckRequest *
run_command (CfCheckModule *self, CfCheckRequest *shell, const char *line)
{
  CfCheckRequest *request = request_new (CF_PLUGIN_COMMAND, shell, NULL);
  WSMAN_COMMAND_ARG_SET *arguments = g_new0 (WSMAN_COMMAND_ARG_SET, 1);
  PCWSTR *argument = g_new0 (PCWSTR, 1);

  argument[0] = g_utf8_to_utf16 ("text", -1, NULL, NULL, NULL);
  *arguments = (WSMAN_COMMAND_ARG_SET){ 1, argument };
  self->command (request->request, 0, shell->context, g_utf8_to_utf16 (line, -1, NULL, NULL, NULL),
                 arguments);
  return returned (request);
}

CfCheckRequest *
cf_check_command (CfCheckModule *self, CfCheckRequest *shell)
{
  return run_command (self, shell, options.command != NULL ? options.command : UNKNOWN_COMMAND);
}

/* Whatever the module was said to know. */
CfCheckRequest *
cf_check_unknown_command (CfCheckModule *self, CfCheckRequest *shell)
{
  return run_command (self, shell, UNKNOWN_COMMAND);
}

CfCheckRequest *
cf_check_send (CfCheckModule *self, CfCheckRequest *command, const char *data, gboolean is_last)
{
  CfCheckRequest *request = request_new (CF_PLUGIN_SEND, command->shell, command);
  WSMAN_DATA *piece = g_new0 (WSMAN_DATA, 1);

  piece->type = WSMAN_DATA_TYPE_BINARY;
  piece->binaryData.dataLength = (DWORD) strlen (data);
  piece->binaryData.data = (BYTE *) g_strdup (data);
  self->send (request->request, is_last ? WSMAN_FLAG_SEND_NO_MORE_DATA : 0, command->shell->context,
              command->context, WSMAN_STREAM_ID_STDIN, piece);
  return returned (request);
}

CfCheckRequest *
cf_check_receive (CfCheckModule *self, CfCheckRequest *command, gboolean names_streams)
{
  CfCheckRequest *request = request_new (CF_PLUGIN_RECEIVE, command->shell, command);
  WSMAN_STREAM_ID_SET *streams = g_new0 (WSMAN_STREAM_ID_SET, 1);
  PCWSTR *names = g_new0 (PCWSTR, 2);

  names[0] = WSMAN_STREAM_ID_STDOUT;
  names[1] = WSMAN_STREAM_ID_STDERR;
  *streams = (WSMAN_STREAM_ID_SET){ 2, names };
  self->receive (request->request, 0, command->shell->context, command->context,
                 names_streams ? streams : NULL);
  return returned (request);
}

CfCheckRequest *
cf_check_signal (CfCheckModule *self, CfCheckRequest *command, const char *code)
{
  CfCheckRequest *request = request_new (CF_PLUGIN_SIGNAL, command->shell, command);

  self->signal (request->request, 0, command->shell->context, command->context,
                g_utf8_to_utf16 (code, -1, NULL, NULL, NULL));
  return returned (request);
}

/* Of a shell or command: once, when all that carries the context is over (section 8.3). */
void
cf_check_release (CfCheckModule *self, CfCheckRequest *request)
{
  if (request->n_contexts == 0)
    return;
  if (request->kind == CF_PLUGIN_SHELL)
    {
      cf_check_stage ("WSManPluginReleaseShellContext");
      self->release_shell (request->context);
    }
  else
    {
      cf_check_stage ("WSManPluginReleaseCommandContext");
      self->release_command (request->shell->context, request->context);
    }
  cf_check_stage ("waiting after a release");
}
