/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-key-file.h"

#include <string.h>

/**
 * wsm_key_file_find_repetition:
 * @text: a key file
 *
 * #GKeyFile joins groups of the same name and takes the last of two values. Who reads a file of
 * permissions may see another one than the program does.
 *
 * Returns: (transfer full) (nullable): the first group, or key of a group, that is there for the
 *   second time, as "line 7, [user mara]: allow"; %NULL if nothing is
 */
char *
wsm_key_file_find_repetition (const char *text)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) lines = NULL;
  const char *group = "before the first group";

  g_return_val_if_fail (text != NULL, NULL);

  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);
      char *equals = strchr (line, '=');
      g_autofree char *written = NULL;

      if (*line == '#' || (*line != '[' && equals == NULL))
        continue;
      if (*line == '[')
        {
          group = line;
          written = g_strdup (line);
        }
      else
        {
          *equals = '\0';
          written = g_strconcat (group, " ", g_strchomp (line), NULL);
        }
      if (!g_hash_table_add (seen, g_steal_pointer (&written)))
        return g_strdup_printf ("line %" G_GSIZE_FORMAT ", %s%s%s", i + 1, group,
                                line != group ? ": " : "", line != group ? line : "");
    }

  return NULL;
}
