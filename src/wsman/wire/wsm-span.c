/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-span.h"

#include <string.h>

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

/**
 * wsm_span_skip:
 * @self: (inout): a span
 * @length: octets, no more than it has
 *
 * Leaves the first octets out.
 */
void
wsm_span_skip (WsmSpan *self, gsize length)
{
  self->text += length;
  self->length -= length;
}

/**
 * wsm_span_skip_blanks:
 * @self: (inout): a span
 *
 * Leaves spaces and tabs at the beginning out.
 */
void
wsm_span_skip_blanks (WsmSpan *self)
{
  while (self->length > 0 && is_blank (*self->text))
    wsm_span_skip (self, 1);
}

/**
 * wsm_span_drop_blanks_at_end:
 * @self: (inout): a span
 *
 * Leaves spaces and tabs at the end out.
 */
void
wsm_span_drop_blanks_at_end (WsmSpan *self)
{
  while (self->length > 0 && is_blank (self->text[self->length - 1]))
    self->length--;
}

/**
 * wsm_span_equals:
 * @self: a span
 * @word: ASCII
 *
 * Returns: whether both are the same, without regard to case
 */
gboolean
wsm_span_equals (WsmSpan self, const char *word)
{
  return self.length == strlen (word) && g_ascii_strncasecmp (self.text, word, self.length) == 0;
}

/**
 * wsm_span_skip_word:
 * @self: (inout): a span
 * @word: ASCII, in any case
 *
 * Returns: %TRUE if the span began with it, which is left out now
 */
gboolean
wsm_span_skip_word (WsmSpan *self, const char *word)
{
  gsize length = strlen (word);

  if (self->length < length || g_ascii_strncasecmp (self->text, word, length) != 0)
    return FALSE;
  wsm_span_skip (self, length);

  return TRUE;
}

/**
 * wsm_span_take_until:
 * @self: (inout): a span, of which @separator and what follows it remains
 * @separator: an octet
 *
 * Returns: what stands before @separator, or all there is, without the blanks around it
 */
WsmSpan
wsm_span_take_until (WsmSpan *self, char separator)
{
  const char *end = self->length > 0 ? memchr (self->text, separator, self->length) : NULL;
  WsmSpan taken = { self->text, end != NULL ? (gsize) (end - self->text) : self->length };

  wsm_span_skip (self, taken.length);
  wsm_span_skip_blanks (&taken);
  wsm_span_drop_blanks_at_end (&taken);

  return taken;
}

static gboolean
take_quoted (WsmSpan *rest, WsmSpan *value)
{
  wsm_span_skip (rest, 1);
  *value = (WsmSpan){ rest->text, 0 };
  while (value->length < rest->length && value->text[value->length] != '"')
    value->length++;
  if (value->length == rest->length || memchr (value->text, '\\', value->length) != NULL)
    return FALSE;

  wsm_span_skip (rest, value->length + 1);
  wsm_span_skip_blanks (rest);

  return TRUE;
}

/**
 * wsm_span_take_parameter:
 * @self: (inout): what follows the type in a field of parameters, as Content-Type is
 * @name: (out): the name of the next `;name=value`
 * @value: (out): its value, without the quotes. A value without quotes may hold blanks, as the
 * usual boundary of a sealed body does
 *
 * Returns: %FALSE if there is none; @self is empty then, or it is not of this form
 */
gboolean
wsm_span_take_parameter (WsmSpan *self, WsmSpan *name, WsmSpan *value)
{
  WsmSpan next = *self;

  if (!wsm_span_skip_word (&next, ";"))
    return FALSE;
  wsm_span_skip_blanks (&next);
  if (next.length == 0)
    {
      *self = next;
      return FALSE;
    }

  *name = wsm_span_take_until (&next, '=');
  if (name->length == 0 || memchr (name->text, ';', name->length) != NULL ||
      !wsm_span_skip_word (&next, "="))
    return FALSE;
  wsm_span_skip_blanks (&next);

  if (next.length > 0 && *next.text == '"')
    {
      if (!take_quoted (&next, value))
        return FALSE;
    }
  else
    {
      *value = wsm_span_take_until (&next, ';');
      if (value->length > 0 && memchr (value->text, '"', value->length) != NULL)
        return FALSE;
    }
  *self = next;

  return TRUE;
}
