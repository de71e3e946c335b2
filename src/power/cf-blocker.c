/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-blocker.h"

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

/**
 * cf_blocker_new:
 * @who: the program, in whatever words it chose; shortened to what a line can hold
 * @why: its reason; the same
 * @uid: whose program it is
 * @is_weak: whether only a request that does not force minds it
 *
 * Returns: (transfer full): a blocker
 */
CfBlocker *
cf_blocker_new (const char *who, const char *why, guint32 uid, gboolean is_weak)
{
  CfBlocker *self;

  g_return_val_if_fail (who != NULL, NULL);
  g_return_val_if_fail (why != NULL, NULL);

  self = g_new0 (CfBlocker, 1);
  self->who = make_fit (who);
  self->why = make_fit (why);
  self->uid = uid;
  self->is_weak = !!is_weak;
  return self;
}

/**
 * cf_blocker_free:
 * @self: (transfer full): a blocker
 */
void
cf_blocker_free (CfBlocker *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->who);
  g_free (self->why);
  g_free (self);
}

/**
 * cf_blocker_equal:
 * @a: a blocker
 * @b: another one
 *
 * Returns: %TRUE if nothing that can be told of them differs
 */
gboolean
cf_blocker_equal (const CfBlocker *a, const CfBlocker *b)
{
  g_return_val_if_fail (a != NULL, FALSE);
  g_return_val_if_fail (b != NULL, FALSE);

  return g_str_equal (a->who, b->who) && g_str_equal (a->why, b->why) && a->uid == b->uid &&
         a->is_weak == b->is_weak;
}

/**
 * cf_blocker_describe:
 * @self: a blocker
 *
 * Returns: (transfer full): "PackageKit holds it up: installing updates", a sentence without its
 *   full stop
 */
char *
cf_blocker_describe (const CfBlocker *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_strdup_printf ("%s holds it up%s%s", *self->who != '\0' ? self->who : "A program",
                          *self->why != '\0' ? ": " : "", self->why);
}
