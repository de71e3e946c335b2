/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shutdown-options.h"

#include <string.h>

#include "cf-reason-table.h"

G_DEFINE_QUARK (cf_shutdown_options_error, cf_shutdown_options_error)

enum
{
  OPTION_S = 1 << 0,
  OPTION_SG = 1 << 1,
  OPTION_R = 1 << 2,
  OPTION_G = 1 << 3,
  OPTION_A = 1 << 4,
  OPTION_P = 1 << 5,
  OPTION_L = 1 << 6,
  OPTION_H = 1 << 7,
  OPTION_E = 1 << 8,
  OPTION_I = 1 << 9,
  OPTION_O = 1 << 10,
  OPTION_HYBRID = 1 << 11,
  OPTION_SOFT = 1 << 12,
  OPTION_FW = 1 << 13,
  OPTION_F = 1 << 14,
  OPTION_M = 1 << 15,
  OPTION_T = 1 << 16,
  OPTION_D = 1 << 17,
  OPTION_C = 1 << 18,
};

#define TIMED (OPTION_SOFT | OPTION_FW | OPTION_F | OPTION_M | OPTION_T | OPTION_D | OPTION_C)

/**
 * Option:
 * @with: of what says what is to happen: the options that go with it; 0 for an option that only
 *   says how
 * @value: (nullable): what follows it, for people
 * @missing: (nullable): what a Linux PC has no such thing for, and what to do instead
 */
typedef struct
{
  guint bit;
  const char *name;
  guint with;
  const char *value;
  const char *missing;
} Option;

static const Option options[] = {
  { OPTION_S, "s", TIMED | OPTION_HYBRID, NULL, NULL },
  { OPTION_SG, "sg", TIMED, NULL, NULL },
  { OPTION_R, "r", TIMED | OPTION_O, NULL, NULL },
  { OPTION_G, "g", TIMED, NULL, NULL },
  { OPTION_A, "a", OPTION_FW | OPTION_M, NULL, NULL },
  { OPTION_P, "p", OPTION_D | OPTION_F, NULL, NULL },
  { OPTION_L, "l", OPTION_F, NULL,
    "/l signs off the session it runs in, and a remote shell has none; use /r or /s" },
  { OPTION_H, "h", OPTION_F, NULL,
    "This computer is not put to sleep from here, so /h has nothing to do; use /s" },
  { OPTION_E, "e", OPTION_M | OPTION_D | OPTION_C, NULL,
    "/e writes into the shutdown event tracker of Windows, which a Linux PC does not have; leave "
    "it "
    "out" },
  { OPTION_I, "i", ~0u, NULL,
    "/i opens a window, and a remote shell has no screen; write the options in the command" },
  { OPTION_O, "o", 0, NULL,
    "/o opens the advanced boot menu of Windows, which a Linux PC does not have; leave it out" },
  { OPTION_HYBRID, "hybrid", 0, NULL,
    "/hybrid prepares the fast startup of Windows, which a Linux PC does not have; leave it out" },
  { OPTION_SOFT, "soft", 0, NULL, NULL },
  { OPTION_FW, "fw", 0, NULL,
    "This computer cannot be sent to its firmware setup from here; leave /fw out" },
  { OPTION_F, "f", 0, NULL, NULL },
  { OPTION_M, "m", 0, "\\\\NAME", NULL },
  { OPTION_T, "t", 0, "SECONDS", NULL },
  { OPTION_D, "d", 0, "p:4:1", NULL },
  { OPTION_C, "c", 0, "\"TEXT\"", NULL },
};

/* The options of one command, and the values of those that have one. */
typedef struct
{
  guint given;
  const char *host;
  const char *seconds;
  const char *reason;
  const char *comment;
} Given;

static gboolean set_invalid (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
set_invalid (GError **error, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list arguments;

  va_start (arguments, format);
  sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, CF_SHUTDOWN_OPTIONS_ERROR, CF_SHUTDOWN_OPTIONS_ERROR_INVALID,
                       sentence);
  return FALSE;
}

static const Option *
find_option (const char *word)
{
  if (*word != '/' && *word != '-')
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    if (g_ascii_strcasecmp (word + 1, options[i].name) == 0)
      return &options[i];
  return NULL;
}

static void
take_value (Given *given, guint bit, const char *value)
{
  if (bit == OPTION_M)
    given->host = value;
  else if (bit == OPTION_T)
    given->seconds = value;
  else if (bit == OPTION_D)
    given->reason = value;
  else
    given->comment = value;
}

static gboolean
collect (const char *const *arguments, Given *given, GError **error)
{
  for (gsize i = 0; arguments[i] != NULL; i++)
    {
      const Option *option = find_option (arguments[i]);

      if (option == NULL)
        return set_invalid (error, "shutdown has no option '%s'; shutdown /? lists those it has",
                            arguments[i]);
      if (given->given & option->bit)
        return set_invalid (error, "/%s is there twice; leave one of them out", option->name);
      if (option->bit == OPTION_I && i > 0)
        return set_invalid (error, "/i has to be the first option; use the others without it");
      given->given |= option->bit;
      if (option->bit == OPTION_I)
        return TRUE; /* whatever follows does not count */
      if (option->value == NULL)
        continue;
      if (arguments[i + 1] == NULL)
        return set_invalid (error, "/%s needs something behind it: /%s %s", option->name,
                            option->name, option->value);
      take_value (given, option->bit, arguments[++i]);
    }
  return TRUE;
}

/* Which one says what is to happen, and whether the others go with it. */
static const Option *
check_combination (guint given, GError **error)
{
  const Option *action = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      if (!(given & options[i].bit) || options[i].with == 0)
        continue;
      if (action != NULL)
        {
          set_invalid (error, "/%s and /%s are two different things; choose one of them",
                       action->name, options[i].name);
          return NULL;
        }
      action = &options[i];
    }
  if (action == NULL)
    {
      set_invalid (error,
                   "Nothing says what is to happen; add /r to restart, /s to shut down or /a "
                   "to call it off");
      return NULL;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    if (given & options[i].bit && options[i].with == 0 && !(action->with & options[i].bit))
      {
        set_invalid (error, "/%s does not go with /%s; leave it out", options[i].name,
                     action->name);
        return NULL;
      }
  return action;
}

static gboolean
check_supported (guint given, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    if (given & options[i].bit && options[i].missing != NULL)
      {
        g_set_error_literal (error, CF_SHUTDOWN_OPTIONS_ERROR,
                             CF_SHUTDOWN_OPTIONS_ERROR_NOT_SUPPORTED, options[i].missing);
        return FALSE;
      }
  return TRUE;
}

/* Whether @name is this computer: its name, with or without domain, or one that always is. */
static gboolean
is_this_computer (const char *name, const char *host_name)
{
  static const char *const always[] = { "localhost", "127.0.0.1", "::1", "." };
  gsize length = strcspn (host_name, ".");

  for (gsize i = 0; i < G_N_ELEMENTS (always); i++)
    if (g_ascii_strcasecmp (name, always[i]) == 0)
      return TRUE;
  return g_ascii_strcasecmp (name, host_name) == 0 ||
         (strlen (name) == length && g_ascii_strncasecmp (name, host_name, length) == 0);
}

static gboolean
check_host (const char *host, const char *host_name, GError **error)
{
  if (host == NULL)
    return TRUE;
  if (!g_str_has_prefix (host, "\\\\") || host[2] == '\0')
    return set_invalid (error, "'%s' is no computer; write /m \\\\NAME, or leave /m out", host);
  if (is_this_computer (host + 2, host_name))
    return TRUE;
  g_set_error (error, CF_SHUTDOWN_OPTIONS_ERROR, CF_SHUTDOWN_OPTIONS_ERROR_NOT_SUPPORTED,
               "This shell acts on the computer it runs on, %s; connect to %s itself, and leave /m "
               "out",
               host_name, host + 2);
  return FALSE;
}

static gboolean
parse_seconds (const char *text, guint32 *seconds, GError **error)
{
  guint64 number = 0;

  if (!g_ascii_string_to_unsigned (text, 10, 0, CF_SHUTDOWN_MAX_SECONDS, &number, NULL))
    return set_invalid (error, "'%s' is no time to wait; write /t with 0 to %u seconds", text,
                        CF_SHUTDOWN_MAX_SECONDS);
  *seconds = (guint32) number;
  return TRUE;
}

static gboolean
check_comment (const char *comment, GError **error)
{
  g_autofree gunichar2 *units = NULL;
  glong n_units = 0;

  if (comment == NULL)
    return TRUE;
  units = g_utf8_to_utf16 (comment, -1, NULL, &n_units, NULL);
  if (units == NULL)
    return set_invalid (error, "The comment is not valid text; write another");
  if (n_units > CF_SHUTDOWN_MAX_COMMENT_UNITS)
    return set_invalid (error, "The comment has %ld characters; shorten it to %d", n_units,
                        CF_SHUTDOWN_MAX_COMMENT_UNITS);
  return TRUE;
}

static void
set_order (CfShutdownOrder *order, guint action, const Given *given)
{
  order->verb = action == OPTION_A ? CF_SHUTDOWN_ABORT : CF_SHUTDOWN_SUBMIT;
  order->comment = given->comment;
  order->flags = action == OPTION_R   ? CF_WIRE_RESTART
                 : action == OPTION_G ? CF_WIRE_RESTART | CF_WIRE_RESTARTAPPS
                 : action == OPTION_A ? 0
                                      : CF_WIRE_POWEROFF;
  if (action == OPTION_SG)
    order->flags |= CF_WIRE_RESTARTAPPS;
  if (action == OPTION_P)
    order->grace_seconds = 0;
  /* who has time has been warned: as on Windows, that forces */
  if (action != OPTION_A && (given->given & OPTION_F || order->grace_seconds > 0))
    order->flags |= CF_WIRE_FORCE_OTHERS;
}

static gboolean
asks_for_help (const char *const *arguments)
{
  for (gsize i = 0; arguments[i] != NULL; i++)
    {
      const Option *option = find_option (arguments[i]);

      if (g_str_equal (arguments[i], "/?") || g_str_equal (arguments[i], "-?"))
        return TRUE;
      if (option != NULL && option->value != NULL && arguments[i + 1] != NULL)
        i++;
    }
  return arguments[0] == NULL;
}

/**
 * cf_shutdown_options_parse:
 * @arguments: (array zero-terminated=1): of the command, without the program
 * @host_name: of this computer
 * @order: (out caller-allocates): what is asked for
 * @error: a #CfShutdownOptionsError
 *
 * Reads the options of shutdown.exe by its rules (shutdown-semantics.md section 2.2). What only a
 * Windows computer can do is an error, never left out in silence.
 *
 * Returns: %FALSE with @error set if nothing is to happen
 */
gboolean
cf_shutdown_options_parse (const char *const *arguments, const char *host_name,
                           CfShutdownOrder *order, GError **error)
{
  Given given = { 0 };
  const Option *action;

  g_return_val_if_fail (arguments != NULL, FALSE);
  g_return_val_if_fail (host_name != NULL, FALSE);

  *order = (CfShutdownOrder){
    .verb = CF_SHUTDOWN_HELP,
    .grace_seconds = CF_SHUTDOWN_DEFAULT_SECONDS,
    .reason = CF_REASON_NOT_GIVEN,
  };
  if (asks_for_help (arguments))
    return TRUE;
  if (!collect (arguments, &given, error))
    return FALSE;
  action = check_combination (given.given, error);
  if (action == NULL || !check_supported (given.given, error) ||
      !check_host (given.host, host_name, error) || !check_comment (given.comment, error) ||
      (given.seconds != NULL && !parse_seconds (given.seconds, &order->grace_seconds, error)) ||
      (given.reason != NULL && !cf_reason_table_parse (given.reason, &order->reason, error)))
    return FALSE;
  set_order (order, action->bit, &given);
  return TRUE;
}
