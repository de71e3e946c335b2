/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CfBlocker:
 * @who: (owned): the program, by its own word: one line, fit to be shown; may be ""
 * @why: (owned): the same of its reason; may be ""
 * @uid: whose program it is
 * @is_weak: whether only a request that does not force minds it (systemd 257 and later)
 *
 * A program that holds a shutdown of this machine up.
 */
typedef struct
{
  char *who;
  char *why;
  guint32 uid;
  gboolean is_weak;
} CfBlocker;

CfBlocker *cf_blocker_new (const char *who, const char *why, guint32 uid, gboolean is_weak);
void cf_blocker_free (CfBlocker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfBlocker, cf_blocker_free)

gboolean cf_blocker_equal (const CfBlocker *a, const CfBlocker *b);
char *cf_blocker_describe (const CfBlocker *self);

G_END_DECLS
