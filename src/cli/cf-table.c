/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-table.h"

#include <string.h>

#define GAP           2u
#define MIN_LAST      24u /* a last column that would be narrower goes below the others */
#define STEP          2u  /* where it begins there */
#define TONED_COLUMN  1u  /* the state */
#define MAX_N_COLUMNS 8u

typedef struct
{
  char **cells; /* (owned) */
  CfTone tone;
} Row;

struct _CfTable
{
  guint n_columns;
  GArray *rows; /* (element-type Row): the first is the titles */
};

static void
row_clear (gpointer data)
{
  g_strfreev (((Row *) data)->cells);
}

/**
 * cf_table_measure:
 * @text: UTF-8 without control characters
 *
 * Returns: how many cells of a terminal it takes
 */
guint
cf_table_measure (const char *text)
{
  guint width = 0;

  g_return_val_if_fail (text != NULL, 0);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar letter = g_utf8_get_char (at);

      if (!g_unichar_iszerowidth (letter))
        width += g_unichar_iswide (letter) ? 2 : 1;
    }
  return width;
}

/**
 * cf_table_new:
 * @titles: (array zero-terminated=1): of the columns, at most eight
 *
 * Returns: (transfer full): a table without rows
 */
CfTable *
cf_table_new (const char *const *titles)
{
  CfTable *self;

  g_return_val_if_fail (titles != NULL, NULL);
  g_return_val_if_fail (g_strv_length ((char **) titles) <= MAX_N_COLUMNS, NULL);

  self = g_new0 (CfTable, 1);
  self->n_columns = g_strv_length ((char **) titles);
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (self->rows, row_clear);
  cf_table_add_row (self, titles, CF_TONE_PLAIN);
  return self;
}

/**
 * cf_table_free:
 * @self: (transfer full): a table
 */
void
cf_table_free (CfTable *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->rows);
  g_free (self);
}

/**
 * cf_table_add_row:
 * @self: a table
 * @cells: (array zero-terminated=1): as many as there are titles, each on one line
 * @tone: of the second cell
 */
void
cf_table_add_row (CfTable *self, const char *const *cells, CfTone tone)
{
  Row row = { g_strdupv ((char **) cells), tone };

  g_return_if_fail (self != NULL);
  g_return_if_fail (g_strv_length ((char **) cells) == self->n_columns);

  g_array_append_val (self->rows, row);
}

static void
append_padding (GString *text, guint n)
{
  for (guint i = 0; i < n; i++)
    g_string_append_c (text, ' ');
}

static void
append_cell (GString *text, const char *cell, CfTone tone)
{
  static const char *const colors[] = {
    [CF_TONE_GOOD] = "\033[32m",
    [CF_TONE_WAITING] = "\033[33m",
    [CF_TONE_BAD] = "\033[31m",
  };

  if (tone == CF_TONE_PLAIN)
    g_string_append (text, cell);
  else
    g_string_append_printf (text, "%s%s\033[0m", colors[tone], cell);
}

/* The last column, word by word; further lines begin below the first word. */
static void
append_wrapped (GString *text, const char *cell, guint indent, guint width)
{
  g_auto (GStrv) words = g_strsplit (cell, " ", -1);
  guint used = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      guint length = cf_table_measure (words[i]);

      if (used > 0 && used + 1 + length > width)
        {
          g_string_append_c (text, '\n');
          append_padding (text, indent);
          used = 0;
        }
      else if (i > 0)
        {
          g_string_append_c (text, ' ');
          used++;
        }
      g_string_append (text, words[i]);
      used += length;
    }
}

/**
 * cf_table_wrap:
 * @text: a sentence or several, on one line
 * @width: of the terminal in cells; 0 if there is none: then nothing is wrapped
 *
 * Returns: (transfer full): @text, broken between words, without a line feed at its end
 */
char *
cf_table_wrap (const char *text, guint width)
{
  GString *wrapped = g_string_new (NULL);

  g_return_val_if_fail (text != NULL, NULL);

  append_wrapped (wrapped, text, 0, width > 0 ? width : G_MAXUINT);
  return g_string_free (wrapped, FALSE);
}

static void
trim_end (GString *text)
{
  while (text->len > 0 && text->str[text->len - 1] == ' ')
    g_string_truncate (text, text->len - 1);
}

/* How wide each column is, and all but the last one together. */
static guint
measure_columns (const CfTable *self, guint *widths)
{
  guint indent = 0;

  for (guint i = 0; i < self->rows->len; i++)
    for (guint column = 0; column < self->n_columns; column++)
      {
        const Row *row = &g_array_index (self->rows, Row, i);

        widths[column] = MAX (widths[column], cf_table_measure (row->cells[column]));
      }
  for (guint column = 0; column + 1 < self->n_columns; column++)
    indent += widths[column] + GAP;
  return indent;
}

/* Some names are longer than the screen is wide: those stand on a line of their own. */
static guint
shrink_first (const CfTable *self, guint first, guint excess)
{
  guint room = first - MIN (first, excess);
  guint longest = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      guint length = cf_table_measure (g_array_index (self->rows, Row, i).cells[0]);

      if (length <= room || i == 0)
        longest = MAX (longest, length);
    }
  return longest;
}

static void
append_columns (GString *text, const Row *row, guint n, const guint *widths, gboolean is_colored)
{
  for (guint column = 0; column < n; column++)
    {
      guint length = cf_table_measure (row->cells[column]);
      gboolean is_toned = is_colored && column == TONED_COLUMN;

      append_cell (text, row->cells[column], is_toned ? row->tone : CF_TONE_PLAIN);
      if (length > widths[column])
        {
          g_string_append_c (text, '\n');
          length = 0;
        }
      append_padding (text, widths[column] + GAP - length);
    }
}

/**
 * cf_table_to_string:
 * @self: a table
 * @width: of the terminal in cells; 0 if there is none: then nothing is wrapped
 * @is_colored: whether colors may be used
 *
 * The last column is wrapped; where too little room is left for it, it goes below the others.
 *
 * Returns: (transfer full): the lines, each with its line feed and without blanks at its end
 */
char *
cf_table_to_string (const CfTable *self, guint width, gboolean is_colored)
{
  guint widths[MAX_N_COLUMNS] = { 0 };
  GString *text = g_string_new (NULL);
  gboolean is_below;
  guint indent;

  g_return_val_if_fail (self != NULL, NULL);

  indent = measure_columns (self, widths);
  is_below = width >= MIN_LAST && width < indent + MIN_LAST;
  if (is_below && width + GAP < indent)
    widths[0] = shrink_first (self, widths[0], indent - GAP - width);
  if (is_below)
    indent = STEP;

  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = &g_array_index (self->rows, Row, i);
      const char *last = row->cells[self->n_columns - 1];

      append_columns (text, row, self->n_columns - 1, widths, is_colored);
      if (is_below && *last != '\0')
        {
          trim_end (text);
          g_string_append_c (text, '\n');
          append_padding (text, indent);
        }
      append_wrapped (text, last, indent, width >= MIN_LAST ? width - indent : G_MAXUINT);
      trim_end (text);
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}
