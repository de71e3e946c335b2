/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * WsmArena: text that lives exactly as long as the value that owns it.
 *
 * An envelope holds a dozen short strings; one allocation each costs more than the rest of the
 * work. The owner gives the first block, mostly a part of its own struct; texts never move.
 */
typedef struct
{
  struct _WsmArenaBlock *blocks; /* (owned) */
  char *next;
  gsize left;
} WsmArena;

void wsm_arena_init (WsmArena *self, char *first, gsize size);
void wsm_arena_clear (WsmArena *self);

char *wsm_arena_alloc (WsmArena *self, gsize size);
const char *wsm_arena_add (WsmArena *self, const char *text, gsize length);
const char *wsm_arena_add_clean (WsmArena *self, const char *text);

char *wsm_text_dup_clean (const char *text);

G_END_DECLS
