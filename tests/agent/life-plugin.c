/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A plug-in that notes its life in the file that its configuration names (Param "log"): a line for
 * each Startup, Get and Shutdown, with the arguments. */

#include "plugin-api/curfew-plugin.h"

#include <stdio.h>

#define MARK "Name=\"log\" Value=\""

static char log_path[4096];

static void
note (const char *what, DWORD flags, DWORD reason)
{
  FILE *file = fopen (log_path, "a");

  if (file == NULL)
    return;
  fprintf (file, "%s flags %u reason %u\n", what, flags, reason);
  fclose (file);
}

DWORD WINAPI
WSManPluginStartup (DWORD flags, PCWSTR applicationIdentification, PCWSTR extraInfo,
                    PVOID *pluginContext)
{
  char *document = CurfewUtf8Dup (extraInfo);
  const char *begin = document != NULL ? strstr (document, MARK) : NULL;
  const char *end = begin != NULL ? strchr (begin + strlen (MARK), '"') : NULL;

  if (end != NULL)
    snprintf (log_path, sizeof log_path, "%.*s", (int) (end - begin - strlen (MARK)),
              begin + strlen (MARK));
  free (document);
  if (end == NULL)
    return ERROR_INVALID_PARAMETER;
  note ("Startup", flags, 0);
  return NO_ERROR;
}

DWORD WINAPI
WSManPluginShutdown (PVOID pluginContext, DWORD flags, DWORD reason)
{
  note ("Shutdown", flags, reason);
  return NO_ERROR;
}

void WINAPI
CurfewPluginGet (PVOID pluginContext, WSMAN_PLUGIN_REQUEST *request, DWORD flags)
{
  CURFEW_OBJECT object = { u"http://schemas.curfew.org/test/Life", u"Life", 0, NULL };

  note ("Get", flags, 0);
  CurfewPluginObjectResult (request, 0, &object);
  WSManPluginOperationComplete (request, 0, NO_ERROR, NULL);
}
