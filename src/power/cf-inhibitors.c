/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-inhibitors.h"

#include "request/cf-display-text.h"

/* Programs write these texts, and anybody's program may: what a line can hold is enough. */
#define MAX_CHARS 120

static char *
make_fit (const char *text)
{
  g_autofree char *line = cf_display_text_one_line (text);
  g_autofree char *start = NULL;

  if (g_utf8_strlen (line, -1) <= MAX_CHARS)
    return g_steal_pointer (&line);

  start = g_utf8_substring (line, 0, MAX_CHARS);
  return g_strconcat (start, "…", NULL);
}

static gboolean
blocks_shutdown (const char *what, const char *mode)
{
  g_auto (GStrv) words = g_strsplit (what, ":", -1);

  return (g_str_equal (mode, "block") || g_str_equal (mode, "block-weak")) &&
         g_strv_contains ((const char *const *) words, "shutdown");
}

/**
 * cf_inhibitors_describe_blockers:
 * @inhibitors: the `a(ssssuu)` of logind's ListInhibitors: what, who, why, mode, uid, pid
 *
 * Who holds a shutdown up, as "PackageKit holds it up: installing updates". Inhibitors that only
 * delay it, or that are about sleep, lids and keys, do not. A single line; the texts of the
 * programs are shortened.
 *
 * Returns: (transfer full) (nullable): a sentence without its full stop; %NULL if nothing does
 */
char *
cf_inhibitors_describe_blockers (GVariant *inhibitors)
{
  const char *what, *who, *why, *mode;
  g_autofree char *first = NULL;
  guint n_more = 0;
  GVariantIter iter;

  g_return_val_if_fail (g_variant_is_of_type (inhibitors, G_VARIANT_TYPE ("a(ssssuu)")), NULL);

  g_variant_iter_init (&iter, inhibitors);
  while (g_variant_iter_next (&iter, "(&s&s&s&suu)", &what, &who, &why, &mode, NULL, NULL))
    {
      g_autofree char *whose = NULL;
      g_autofree char *reason = NULL;

      if (!blocks_shutdown (what, mode))
        continue;
      if (first != NULL)
        {
          n_more++;
          continue;
        }
      whose = make_fit (who);
      reason = make_fit (why);
      first = g_strdup_printf ("%s holds it up%s%s", *whose != '\0' ? whose : "A program",
                               *reason != '\0' ? ": " : "", reason);
    }

  if (n_more == 0)
    return g_steal_pointer (&first);
  return g_strdup_printf ("%s (and %u more)", first, n_more);
}
