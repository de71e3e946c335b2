/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shutdown-text.h"

#include "cf-reason-table.h"

#define MINUTE 60
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static const char help[] =
  "Restarts or shuts down this computer, or calls that off.\n"
  "\n"
  "  shutdown /r | /g | /s | /sg [/f] [/t SECONDS] [/c \"TEXT\"] [/d [p:|u:]XX:YY] [/m \\\\NAME]\n"
  "  shutdown /p [/f] [/d [p:|u:]XX:YY]\n"
  "  shutdown /a [/m \\\\NAME]\n"
  "\n"
  "Options begin with / or -, and may be in capital or small letters.\n"
  "\n"
  "  /r          restart\n"
  "  /g          restart, and start applications again as far as this computer can\n"
  "  /s          shut down and turn the power off\n"
  "  /sg         the same; applications are not started again after that\n"
  "  /p          shut down and turn the power off at once, without a warning\n"
  "  /a          call off what is waiting\n"
  "  /f          go on although people are signed in; unsaved work is lost.\n"
  "              A time to wait implies it\n"
  "  /soft       let programs end by themselves, as is always done here\n"
  "  /t SECONDS  how long to wait, from 0 to 315360000; 30 if it is not said\n"
  "  /c \"TEXT\"   what people are to read while they wait, at most 512 characters\n"
  "  /d REASON   why, for the log: p: planned, u: user-defined, else unplanned;\n"
  "              XX up to 255, YY up to 65535\n"
  "  /m \\\\NAME   the computer; only the one that this shell runs on\n"
  "  /?          this help\n"
  "\n"
  "Not here, because they are about Windows: /i /l /h /e /o /hybrid /fw.\n"
  "\n"
  "The command exits with 0 when the request is accepted, and with the number of the\n"
  "Windows error if not: 1190 if something is waiting already, 1191 if people are signed\n"
  "in, 1116 if nothing can be called off, 53 if this account may not.\n"
  "\n"
  "Reasons that Windows knows:\n";

/**
 * cf_shutdown_text_dup_help:
 *
 * Returns: (transfer full): what `shutdown /?` says
 */
char *
cf_shutdown_text_dup_help (void)
{
  GString *text = g_string_new (help);
  gsize n_rows;
  const CfReasonRow *rows = cf_reason_table_get (&n_rows);

  for (gsize i = 0; i < n_rows; i++)
    if (rows[i].planned || rows[i].unplanned)
      g_string_append_printf (text, "  %s %u:%-4u %s\n",
                              rows[i].planned && rows[i].unplanned ? "[p:]"
                              : rows[i].planned                    ? " p: "
                                                                   : "    ",
                              rows[i].major, rows[i].minor, rows[i].title);
  return g_string_free (text, FALSE);
}

static void
append_amount (GString *text, guint32 amount, const char *unit)
{
  if (amount > 0)
    g_string_append_printf (text, " %u %s%s", amount, unit, amount == 1 ? "" : "s");
}

/* "in 60 seconds", "in 1 hour 30 minutes" */
static void
append_duration (GString *text, guint32 seconds)
{
  g_string_append (text, "in");
  if (seconds < 2 * MINUTE)
    {
      append_amount (text, seconds, "second");
      return;
    }
  append_amount (text, seconds / DAY, "day");
  append_amount (text, seconds % DAY / HOUR, "hour");
  append_amount (text, seconds % HOUR / MINUTE, "minute");
  append_amount (text, seconds % MINUTE, "second");
}

/**
 * cf_shutdown_text_dup_accepted:
 * @order: what was accepted
 * @now: the time here, in the time zone of this computer
 *
 * Returns: (transfer full): that in words
 */
char *
cf_shutdown_text_dup_accepted (const CfShutdownOrder *order, GDateTime *now)
{
  const char *what = order->flags & CF_WIRE_RESTART ? "restarts" : "shuts down";
  GString *text = g_string_new (NULL);
  g_autoptr (GDateTime) then = g_date_time_add_seconds (now, order->grace_seconds);
  g_autofree char *day = NULL;
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *time = NULL;

  if (order->verb == CF_SHUTDOWN_ABORT)
    return g_string_free (
      g_string_append (text, "What was waiting on this computer is called off.\n"), FALSE);
  if (order->grace_seconds == 0)
    g_string_append_printf (text, "This computer %s now.\n", what);
  else
    {
      day = then != NULL ? g_date_time_format (then, "%Y-%m-%d") : NULL;
      time = then != NULL ? g_date_time_format (then, "%H:%M") : NULL;
      g_string_append_printf (text, "This computer %s", what);
      if (time != NULL && g_str_equal (day, today))
        g_string_append_printf (text, " at %s", time);
      else if (time != NULL)
        g_string_append_printf (text, " on %s at %s", day, time);
      g_string_append (text, " (");
      append_duration (text, order->grace_seconds);
      g_string_append (text, "). Cancel with: shutdown /a\n");
    }
  if (order->flags & CF_WIRE_RESTARTAPPS && !(order->flags & CF_WIRE_RESTART))
    g_string_append (text, "Applications are not started again after that: /g does so.\n");
  return g_string_free (text, FALSE);
}

static const char *
get_sentence (const CfShutdownOrder *order, guint32 code)
{
  static const struct
  {
    guint32 code;
    const char *sentence;
  } sentences[] = {
    { 5, "This account may not do that here; use another one, or have this one allowed to." },
    { 8, "This computer is short of memory; try again in a moment." },
    { 14, "This computer is short of memory; try again in a moment." },
    { 21, "This computer has only just started and is not ready to be shut down; try again in a "
          "moment, or name a later time with /t." },
    { 31, "This computer could not take the request; look at its log for the reason." },
    { 50,
      "This computer cannot do what was asked for; leave out the option that it does not have." },
    { 53,
      "The network path was not found, which also stands for a missing permission: this account "
      "may not shut down this computer; use another one, or have this one allowed to." },
    { 87, "A value is outside its limits; correct it and try again." },
    { 170, "This computer has gone down too often lately; name a later time with /t, or wait." },
    { 995, "The service on this computer is being stopped; try again in a moment." },
    { 1115, "This computer is going down already; wait until it is back." },
    { 1116, "Nothing is waiting on this computer, so there is nothing to call off; if it was there "
            "before, somebody else called it off, or it is done." },
    { 1190, "A restart or shutdown is waiting on this computer already; call it off with "
            "shutdown /a, then try again." },
    { 1191, "Somebody is signed in on this computer; ask them, or force it with /f, and their "
            "unsaved work is lost." },
    { 1314, "This account may not do that here; use another one, or have this one allowed to." },
  };

  if (code == 1115 && order->verb == CF_SHUTDOWN_ABORT)
    return "This computer is going down already, and that cannot be called off any more; wait "
           "until "
           "it is back.";
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (sentences[i].code == code)
      return sentences[i].sentence;
  return "This computer refused; look at its log for the reason.";
}

/**
 * cf_shutdown_text_dup_refused:
 * @order: what was not accepted
 * @code: the Win32 code
 *
 * Returns: (transfer full): what is wrong and what to do, and the number, as Windows has it
 */
char *
cf_shutdown_text_dup_refused (const CfShutdownOrder *order, guint32 code)
{
  return g_strdup_printf ("%s (%u)\n", get_sentence (order, code), code);
}
