/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-arena.h"

#include <string.h>

#define BLOCK_SIZE 2048u

struct _WsmArenaBlock
{
  struct _WsmArenaBlock *next;
  char bytes[];
};

/**
 * wsm_arena_init: (skip)
 * @self: an arena
 * @first: @size octets that outlive the arena
 * @size: length of @first
 *
 * Makes an empty arena. The caller frees nothing but by wsm_arena_clear().
 */
void
wsm_arena_init (WsmArena *self, char *first, gsize size)
{
  self->blocks = NULL;
  self->next = first;
  self->left = size;
}

/**
 * wsm_arena_clear: (skip)
 * @self: an arena
 *
 * Frees every text. The arena must not be used afterwards.
 */
void
wsm_arena_clear (WsmArena *self)
{
  while (self->blocks != NULL)
    {
      struct _WsmArenaBlock *block = self->blocks;

      self->blocks = block->next;
      g_free (block);
    }
}

/**
 * wsm_arena_alloc: (skip)
 * @self: an arena
 * @size: octets wanted
 *
 * Returns: (transfer none): @size unaligned octets, not cleared
 */
char *
wsm_arena_alloc (WsmArena *self, gsize size)
{
  char *result;

  if (size > self->left)
    {
      gsize room = MAX (size, BLOCK_SIZE);
      struct _WsmArenaBlock *block = g_malloc (sizeof *block + room);

      block->next = self->blocks;
      self->blocks = block;
      self->next = block->bytes;
      self->left = room;
    }

  result = self->next;
  self->next += size;
  self->left -= size;

  return result;
}

/**
 * wsm_arena_add: (skip)
 * @self: an arena
 * @text: valid text
 * @length: its length in octets
 *
 * Returns: (transfer none): a copy, NUL-terminated
 */
const char *
wsm_arena_add (WsmArena *self, const char *text, gsize length)
{
  char *copy = wsm_arena_alloc (self, length + 1);

  memcpy (copy, text, length);
  copy[length] = '\0';

  return copy;
}

/* XML 1.0 has no way at all to write these, not even as a character reference. */
static gboolean
is_forbidden (gunichar c)
{
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xfffe || c == 0xffff;
}

static gboolean
needs_cleaning (const char *text)
{
  const guchar *p;

  for (p = (const guchar *) text; *p != '\0'; p++)
    if ((*p < 0x20 && *p != '\t' && *p != '\n' && *p != '\r') || *p >= 0x80)
      return TRUE;

  return FALSE;
}

/**
 * wsm_arena_add_clean: (skip)
 * @self: an arena
 * @text: any text, even broken UTF-8
 *
 * Returns: (transfer none): a copy that XML can carry: what is not UTF-8 is replaced, characters
 *   that XML 1.0 forbids (section 2.2) are left out
 */
const char *
wsm_arena_add_clean (WsmArena *self, const char *text)
{
  g_autofree char *valid = NULL;
  const char *p;
  char *copy, *out;

  if (!needs_cleaning (text))
    return wsm_arena_add (self, text, strlen (text));

  if (!g_utf8_validate (text, -1, NULL))
    text = valid = g_utf8_make_valid (text, -1);

  copy = out = wsm_arena_alloc (self, strlen (text) + 1);
  for (p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!is_forbidden (g_utf8_get_char (p)))
      {
        gsize n = g_utf8_next_char (p) - p;

        memcpy (out, p, n);
        out += n;
      }
  *out = '\0';

  return copy;
}

/**
 * wsm_text_dup_clean: (skip)
 * @text: (nullable): any text, even broken UTF-8
 *
 * Returns: (transfer full) (nullable): what wsm_arena_add_clean() makes of it, on its own
 */
char *
wsm_text_dup_clean (const char *text)
{
  char room[256];
  WsmArena arena;
  char *copy;

  if (text == NULL)
    return NULL;

  wsm_arena_init (&arena, room, sizeof room);
  copy = g_strdup (wsm_arena_add_clean (&arena, text));
  wsm_arena_clear (&arena);

  return copy;
}
