/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-inhibitors.h"

#define INHIBITORS_TYPE G_VARIANT_TYPE ("a(ssssuu)")
#define WEAK            "block-weak"

static gboolean
blocks_shutdown (const char *what, const char *mode)
{
  g_auto (GStrv) words = g_strsplit (what, ":", -1);

  return (g_str_equal (mode, "block") || g_str_equal (mode, WEAK)) &&
         g_strv_contains ((const char *const *) words, "shutdown");
}

/* Of more than @max it is only counted how many they are. */
static GPtrArray *
list (GVariant *inhibitors, guint max, guint *n_more)
{
  GPtrArray *blockers = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_blocker_free);
  const char *what, *who, *why, *mode;
  GVariantIter iter;
  guint32 uid;

  *n_more = 0;
  g_variant_iter_init (&iter, inhibitors);
  while (g_variant_iter_next (&iter, "(&s&s&s&suu)", &what, &who, &why, &mode, &uid, NULL))
    {
      if (!blocks_shutdown (what, mode))
        continue;
      if (blockers->len < max)
        g_ptr_array_add (blockers, cf_blocker_new (who, why, uid, g_str_equal (mode, WEAK)));
      else
        ++*n_more;
    }
  return blockers;
}

/**
 * cf_inhibitors_list_blockers:
 * @inhibitors: the `a(ssssuu)` of logind's ListInhibitors: what, who, why, mode, uid, pid
 *
 * Who holds a shutdown up. Inhibitors that only delay it, or that are about sleep, lids and keys,
 * do not.
 *
 * Returns: (transfer full) (element-type CfBlocker): at most %CF_INHIBITORS_MAX, as logind has them
 */
GPtrArray *
cf_inhibitors_list_blockers (GVariant *inhibitors)
{
  guint n_more;

  g_return_val_if_fail (g_variant_is_of_type (inhibitors, INHIBITORS_TYPE), NULL);

  return list (inhibitors, CF_INHIBITORS_MAX, &n_more);
}

/**
 * cf_inhibitors_describe_blockers:
 * @inhibitors: as with cf_inhibitors_list_blockers()
 *
 * Who holds a shutdown up, as "PackageKit holds it up: installing updates". A single line; the
 * texts of the programs are shortened.
 *
 * Returns: (transfer full) (nullable): a sentence without its full stop; %NULL if nothing does
 */
char *
cf_inhibitors_describe_blockers (GVariant *inhibitors)
{
  g_autoptr (GPtrArray) blockers = NULL;
  g_autofree char *first = NULL;
  guint n_more;

  g_return_val_if_fail (g_variant_is_of_type (inhibitors, INHIBITORS_TYPE), NULL);

  blockers = list (inhibitors, 1, &n_more);
  if (blockers->len == 0)
    return NULL;
  first = cf_blocker_describe (blockers->pdata[0]);
  if (n_more == 0)
    return g_steal_pointer (&first);
  return g_strdup_printf ("%s (and %u more)", first, n_more);
}
