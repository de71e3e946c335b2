/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-problem.h"

#include "request/cf-display-text.h"

/**
 * cf_problem_add:
 * @problems: (element-type utf8): with a free function
 * @format: a sentence that names the option; what it quotes need not be UTF-8
 * @...: its values
 *
 * Adds a sentence that is fit for a terminal, whatever somebody typed.
 */
void
cf_problem_add (GPtrArray *problems, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  line = cf_display_text_one_line (text);
  /* messages of other libraries end with or without one */
  g_ptr_array_add (problems, g_strconcat (line, g_str_has_suffix (line, ".") ? "" : ".", NULL));
}
