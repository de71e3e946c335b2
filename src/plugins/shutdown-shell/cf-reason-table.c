/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-reason-table.h"

#include <string.h>

#include "cf-shutdown-options.h"

#define MAJOR_SHIFT 16

/* Those that only document an unexpected shutdown afterwards are neither planned nor unplanned
 * here: they cannot be given beforehand. */
static const CfReasonRow rows[] = {
  { 0, 0, TRUE, TRUE, "Other" },
  { 0, 5, FALSE, FALSE, "Other failure: system unresponsive" },
  { 1, 1, TRUE, TRUE, "Hardware: maintenance" },
  { 1, 2, TRUE, TRUE, "Hardware: installation" },
  { 2, 2, TRUE, TRUE, "Operating system: recovery" },
  { 2, 3, FALSE, TRUE, "Operating system: upgrade" },
  { 2, 4, TRUE, TRUE, "Operating system: reconfiguration" },
  { 2, 16, FALSE, TRUE, "Operating system: service pack" },
  { 2, 17, TRUE, TRUE, "Operating system: hot fix" },
  { 2, 18, TRUE, TRUE, "Operating system: security fix" },
  { 4, 1, TRUE, TRUE, "Application: maintenance" },
  { 4, 2, FALSE, TRUE, "Application: installation" },
  { 4, 5, TRUE, FALSE, "Application: unresponsive" },
  { 4, 6, TRUE, FALSE, "Application: unstable" },
  { 5, 15, FALSE, FALSE, "System failure: stop error" },
  { 5, 19, TRUE, TRUE, "Security issue" },
  { 5, 20, TRUE, FALSE, "Loss of network connectivity" },
  { 6, 11, FALSE, FALSE, "Power failure: cord unplugged" },
  { 6, 12, FALSE, FALSE, "Power failure: environment" },
  { 7, 0, FALSE, TRUE, "Legacy API shutdown" },
};

/**
 * cf_reason_table_get:
 * @n_rows: (out): how many
 *
 * Returns: (transfer none) (array length=n_rows): the reasons that Windows knows, in order
 */
const CfReasonRow *
cf_reason_table_get (gsize *n_rows)
{
  *n_rows = G_N_ELEMENTS (rows);
  return rows;
}

/* Digits up to @end; @max at most. */
static gboolean
parse_part (const char **text, char end, guint max, guint *value)
{
  const char *digits = *text;

  *value = 0;
  for (; g_ascii_isdigit (**text); (*text)++)
    if ((*value = *value * 10 + (guint) (**text - '0')) > max)
      return FALSE;
  if (*text == digits || **text != end)
    return FALSE;
  if (end != '\0')
    (*text)++;
  return TRUE;
}

static gboolean
check_kind (const char *text, guint32 kind, guint major, guint minor, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows) && kind != CF_REASON_USER_DEFINED; i++)
    {
      const char *other = rows[i].planned ? "it is planned only: write p: before it"
                          : rows[i].unplanned
                            ? "it is unplanned only: leave p: out"
                            : "it documents an unexpected shutdown afterwards: choose another";

      if (rows[i].major != major || rows[i].minor != minor ||
          (kind == CF_REASON_PLANNED ? rows[i].planned : rows[i].unplanned))
        continue;
      g_set_error (error, CF_SHUTDOWN_OPTIONS_ERROR, CF_SHUTDOWN_OPTIONS_ERROR_INVALID,
                   "The reason %s (%s) cannot be given so; %s", text, rows[i].title, other);
      return FALSE;
    }
  return TRUE;
}

/**
 * cf_reason_table_parse:
 * @text: what follows /d: `xx:yy`, `p:xx:yy` or `u:xx:yy`
 * @reason: (out): dwReason
 * @error: %CF_SHUTDOWN_OPTIONS_ERROR_INVALID
 *
 * A reason of Windows' own has to be of a kind, planned or not, that it is known as; numbers that
 * nobody knows are taken as they are.
 *
 * Returns: %FALSE with @error set if @text is no reason
 */
gboolean
cf_reason_table_parse (const char *text, guint32 *reason, GError **error)
{
  const char *numbers = text;
  guint32 kind = 0;
  guint major = 0;
  guint minor = 0;

  if (g_ascii_strncasecmp (text, "p:", 2) == 0)
    kind = CF_REASON_PLANNED;
  else if (g_ascii_strncasecmp (text, "u:", 2) == 0)
    kind = CF_REASON_USER_DEFINED;
  if (kind != 0)
    numbers += 2;
  if (!parse_part (&numbers, ':', G_MAXUINT8, &major) ||
      !parse_part (&numbers, '\0', G_MAXUINT16, &minor))
    {
      g_set_error (error, CF_SHUTDOWN_OPTIONS_ERROR, CF_SHUTDOWN_OPTIONS_ERROR_INVALID,
                   "'%s' is no reason; write /d p:4:1, with a major number up to 255 and a minor "
                   "one up to 65535",
                   text);
      return FALSE;
    }
  if (!check_kind (text, kind, major, minor, error))
    return FALSE;
  *reason = kind | major << MAJOR_SHIFT | minor;
  return TRUE;
}
