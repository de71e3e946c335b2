/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-application-unit.h"

#include <string.h>

#define PREFIX    "app-"
#define LAUNCHER  "curfew"
#define MAX_ID    200 /* bytes: with ".desktop" it has to be a file name */
#define MAX_UNIT  255 /* bytes; systemd's own limit */
#define MAX_PARTS 4   /* one more than there can be */

/**
 * cf_application_id_is_valid:
 * @id: a desktop-file id without ".desktop"
 *
 * Whether a name can be that of an application at all. What is no plain file name is not: nothing
 * from outside the folders of applications is ever looked at.
 *
 * Returns: %TRUE for 1 to 200 bytes of printable UTF-8 without slash that begin with no dot
 */
gboolean
cf_application_id_is_valid (const char *id)
{
  gsize length;

  g_return_val_if_fail (id != NULL, FALSE);

  length = strlen (id);
  if (length == 0 || length > MAX_ID || id[0] == '.' ||
      !g_utf8_validate (id, (gssize) length, NULL))
    return FALSE;

  for (const char *p = id; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (*p == '/' || !g_unichar_isprint (g_utf8_get_char (p)))
        return FALSE;
    }
  return TRUE;
}

/* Undoes the escaping of systemd.unit(5), "String Escaping for Inclusion in Unit Names", in what
 * stands between two dashes. */
static char *
unescape (const char *text)
{
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      int high;
      int low;

      if (*p != '\\')
        {
          g_string_append_c (plain, *p);
          continue;
        }
      if (p[1] != 'x' || (high = g_ascii_xdigit_value (p[2])) < 0 ||
          (low = g_ascii_xdigit_value (p[3])) < 0 || high + low == 0)
        return NULL;
      g_string_append_c (plain, (char) (high << 4 | low));
      p += 3;
    }
  return g_string_free (g_steal_pointer (&plain), FALSE);
}

static gboolean
has_empty_part (char **parts)
{
  for (gsize i = 0; parts[i] != NULL; i++)
    {
      if (parts[i][0] == '\0')
        return TRUE;
    }
  return FALSE;
}

/**
 * cf_application_unit_dup_id:
 * @unit: the name of a unit of systemd's user manager
 *
 * Finds the application in the name of a unit: `app[-LAUNCHER]-ID[@RANDOM].service` or
 * `app[-LAUNCHER]-ID-RANDOM.scope` (systemd, "Desktop Environment Integration"). A dash within a
 * part is escaped, so that each other one divides.
 *
 * Returns: (transfer full) (nullable): the desktop-file id without ".desktop"; %NULL if the name is
 *   not formed like this
 */
char *
cf_application_unit_dup_id (const char *unit)
{
  g_autofree char *stem = NULL;
  g_auto (GStrv) parts = NULL;
  g_autofree char *id = NULL;
  gsize n_parts;
  char *instance;

  g_return_val_if_fail (unit != NULL, NULL);

  if (strlen (unit) > MAX_UNIT || !g_str_has_prefix (unit, PREFIX))
    return NULL;

  stem = g_strdup (unit + strlen (PREFIX));
  if (g_str_has_suffix (stem, ".service"))
    {
      stem[strlen (stem) - strlen (".service")] = '\0';
      instance = strchr (stem, '@');
      if (instance != NULL)
        *instance = '\0';
      parts = g_strsplit (stem, "-", MAX_PARTS);
      n_parts = g_strv_length (parts);
    }
  else if (g_str_has_suffix (stem, ".scope"))
    {
      stem[strlen (stem) - strlen (".scope")] = '\0';
      parts = g_strsplit (stem, "-", MAX_PARTS);
      n_parts = g_strv_length (parts);
      n_parts -= MIN (n_parts, 1); /* the last one is RANDOM */
    }
  else
    return NULL;

  if (n_parts < 1 || n_parts > 2 || has_empty_part (parts))
    return NULL;
  id = unescape (parts[n_parts - 1]);
  return id != NULL && cf_application_id_is_valid (id) ? g_steal_pointer (&id) : NULL;
}

/**
 * cf_application_unit_dup_scope:
 * @id: a valid desktop-file id without ".desktop"
 * @pid: the process it was started as
 *
 * Returns: (transfer full): the name of a scope for it; cf_application_unit_dup_id() finds @id in
 * it
 */
char *
cf_application_unit_dup_scope (const char *id, gint pid)
{
  g_autoptr (GString) name = g_string_new (PREFIX LAUNCHER "-");

  g_return_val_if_fail (id != NULL && cf_application_id_is_valid (id), NULL);

  for (const char *p = id; *p != '\0'; p++)
    {
      if (g_ascii_isalnum (*p) || strchr (":_.", *p) != NULL)
        g_string_append_c (name, *p);
      else
        g_string_append_printf (name, "\\x%02x", (guchar) *p);
    }
  g_string_append_printf (name, "-%d.scope", pid);
  return g_string_free (g_steal_pointer (&name), FALSE);
}
