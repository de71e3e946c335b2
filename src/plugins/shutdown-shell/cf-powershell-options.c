/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-powershell-script.h"

#include <string.h>

#include "cf-command-line.h"

typedef enum
{
  OPTION_UNKNOWN,
  OPTION_ALONE,
  OPTION_WITH_VALUE,
  OPTION_COMMAND,
  OPTION_ENCODED,
} OptionKind;

/* powershell.exe takes any beginning of a name that is long enough to be the only one. */
static OptionKind
find_option (const char *word)
{
  static const struct
  {
    const char *name;
    const char *shortest;
    OptionKind kind;
  } options[] = {
    { "encodedcommand", "e", OPTION_ENCODED },
    { "ec", "ec", OPTION_ENCODED },
    { "command", "c", OPTION_COMMAND },
    { "executionpolicy", "ex", OPTION_WITH_VALUE },
    { "ep", "ep", OPTION_WITH_VALUE },
    { "inputformat", "in", OPTION_WITH_VALUE },
    { "outputformat", "o", OPTION_WITH_VALUE },
    { "windowstyle", "w", OPTION_WITH_VALUE },
    { "version", "v", OPTION_WITH_VALUE },
    { "noprofile", "nop", OPTION_ALONE },
    { "noninteractive", "noni", OPTION_ALONE },
    { "nologo", "nol", OPTION_ALONE },
    { "mta", "mta", OPTION_ALONE },
    { "sta", "sta", OPTION_ALONE },
  };
  gsize length;

  if (*word != '-' && *word != '/')
    return OPTION_UNKNOWN;
  length = strlen (++word);
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    if (length >= strlen (options[i].shortest) && length <= strlen (options[i].name) &&
        g_ascii_strncasecmp (word, options[i].name, length) == 0)
      return options[i].kind;
  return OPTION_UNKNOWN;
}

/* UTF-16LE in base64, as -EncodedCommand has it. */
static char *
decode (const char *text)
{
  gsize n_octets = 0;
  g_autofree guchar *octets = NULL;
  g_autofree gunichar2 *units = NULL;

  if (text == NULL)
    return NULL;
  octets = g_base64_decode (text, &n_octets);
  if (n_octets == 0 || n_octets % 2 != 0)
    return NULL;
  units = g_new (gunichar2, n_octets / 2);
  for (gsize i = 0; i < n_octets / 2; i++)
    {
      units[i] = (gunichar2) (octets[2 * i] | octets[2 * i + 1] << 8);
      if (units[i] == 0)
        return NULL;
    }
  return g_utf16_to_utf8 (units, (glong) (n_octets / 2), NULL, NULL, NULL);
}

/**
 * cf_powershell_dup_script:
 * @arguments: (array zero-terminated=1): of powershell.exe
 * @error: a #CfCommandLineError
 *
 * Finds the script in a command such as Ansible's `-NoProfile … -EncodedCommand BASE64`.
 *
 * Returns: (transfer full) (nullable): the script; %NULL with @error set
 */
char *
cf_powershell_dup_script (const char *const *arguments, GError **error)
{
  g_autofree char *script = NULL;
  gsize i = 0;

  for (; arguments[i] != NULL; i++)
    {
      OptionKind kind = find_option (arguments[i]);

      if (kind == OPTION_ENCODED)
        script = decode (arguments[i + 1]);
      else if (kind == OPTION_COMMAND && arguments[i + 1] != NULL)
        script = g_strjoinv (" ", (char **) arguments + i + 1);
      else if (kind == OPTION_UNKNOWN && *arguments[i] != '-' && *arguments[i] != '/')
        script = g_strjoinv (" ", (char **) arguments + i);
      if (kind == OPTION_WITH_VALUE && arguments[i + 1] != NULL)
        i++;
      else if (kind != OPTION_ALONE)
        break;
    }
  if (script != NULL)
    return g_steal_pointer (&script);
  g_set_error_literal (error, CF_COMMAND_LINE_ERROR, CF_COMMAND_LINE_ERROR_NOT_KNOWN,
                       "Of PowerShell this shell takes one shutdown command after -Command or "
                       "-EncodedCommand, and finds none here");
  return NULL;
}
