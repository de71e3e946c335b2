/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-notice-text-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "request/cf-display-text.h"

#define FIRST_STRONG_ISOLATE "\342\201\250" /* U+2068 */
#define POP_ISOLATE          "\342\201\251" /* U+2069 */
#define FROM                 " from "
#define ELLIPSIS             "…"
#define MAX_PIECE            120  /* characters of a name within a sentence */
#define MAX_MESSAGE          2048 /* beyond what any sender may send; drawing more takes seconds */
#define MAX_ITEMS            5

/* Cuts at a place where no mark is left without its letter. */
static void
shorten (char *text, glong max)
{
  char *end;

  if (g_utf8_strlen (text, -1) <= max)
    return;
  end = g_utf8_offset_to_pointer (text, max - 1);
  while (end > text && (g_unichar_ismark (g_utf8_get_char (end)) ||
                        g_unichar_type (g_utf8_get_char (end)) == G_UNICODE_FORMAT))
    end = g_utf8_prev_char (end);
  *end = '\0';
}

static char *
clean_piece (const char *text, glong max)
{
  g_autofree char *line = g_strstrip (cf_display_text_one_line (text));

  if (g_utf8_strlen (line, -1) <= max)
    return g_steal_pointer (&line);
  shorten (line, max);
  return g_strconcat (g_strchomp (line), ELLIPSIS, NULL);
}

/**
 * cf_notice_text_isolate:
 * @text: foreign text
 *
 * Makes @text fit to stand within one of our sentences: clean, one line, not too long, and within
 * U+2068…U+2069, so that its direction of writing leaves the sentence alone (threat-model.md
 * section 8).
 *
 * Returns: (transfer full): the text; "" if nothing of it can be shown
 */
char *
cf_notice_text_isolate (const char *text)
{
  g_autofree char *piece = clean_piece (text, MAX_PIECE);

  if (*piece == '\0')
    return g_steal_pointer (&piece);
  return g_strconcat (FIRST_STRONG_ISOLATE, piece, POP_ISOLATE, NULL);
}

/**
 * cf_notice_text_isolate_lines:
 * @text: foreign text
 *
 * As cf_notice_text_isolate(), for text that stands alone and keeps its lines; an isolate ends with
 * its line, so each has its own.
 *
 * Returns: (transfer full): the text; "" if nothing of it can be shown
 */
char *
cf_notice_text_isolate_lines (const char *text)
{
  g_autofree char *cleaned = g_strchomp (cf_display_text_clean (text));
  g_auto (GStrv) lines = NULL;
  GString *isolated;

  shorten (cleaned, MAX_MESSAGE);
  lines = g_strsplit (cleaned, "\n", -1);
  isolated = g_string_new (NULL);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_strchomp (lines[i]);
      if (isolated->len > 0)
        g_string_append_c (isolated, '\n');
      if (*lines[i] != '\0')
        g_string_append_printf (isolated, FIRST_STRONG_ISOLATE "%s" POP_ISOLATE, lines[i]);
    }
  return g_string_free (isolated, FALSE);
}

/**
 * cf_notice_text_dup_requester:
 * @text: who did something, as the agent calls them: "mara from 192.0.2.7", or a name
 *
 * The agent has one name for journals and people alike; here what it adds is in the language of the
 * reader.
 *
 * Returns: (transfer full): @text, fit to stand within one of our sentences; "" if nothing of it
 *   can be shown
 */
char *
cf_notice_text_dup_requester (const char *text)
{
  const char *mark = g_strrstr (text, FROM);
  g_autofree char *name = NULL;
  g_autofree char *isolated_name = NULL;
  g_autofree char *address = NULL;

  if (mark == NULL || !g_hostname_is_ip_address (mark + strlen (FROM)))
    return cf_notice_text_isolate (text);
  name = g_strndup (text, (gsize) (mark - text));
  isolated_name = cf_notice_text_isolate (name);
  address = cf_notice_text_isolate (mark + strlen (FROM));
  if (*isolated_name == '\0')
    return g_steal_pointer (&address);
  /* Translators: a person, and the address of the computer that person used: "mara from
   * 192.0.2.7" */
  return g_strdup_printf (_ ("%s from %s"), isolated_name, address);
}

/**
 * cf_notice_text_dup_program:
 * @program: a program
 * @is_quoted: whether what it says is put in quotation marks
 *
 * Returns: (transfer full): its name and what it says, for a list in a sentence
 */
char *
cf_notice_text_dup_program (const CfNoticeProgram *program, gboolean is_quoted)
{
  g_autofree char *why_cleaned = clean_piece (program->why, MAX_PIECE);
  g_autofree char *who = cf_notice_text_isolate (program->who);
  g_autofree char *why = NULL;

  /* the full stop is ours */
  if (g_str_has_suffix (why_cleaned, "."))
    why_cleaned[strlen (why_cleaned) - 1] = '\0';
  why = cf_notice_text_isolate (why_cleaned);
  if (*who == '\0')
    return g_steal_pointer (&why);
  if (*why == '\0')
    return g_steal_pointer (&who);
  if (is_quoted)
    /* Translators: a program, and what it says is not saved: Writer – “Report.odt” */
    return g_strdup_printf (_ ("%s – “%s”"), who, why);
  /* Translators: a program, and what it does: "PackageKit: installing updates" */
  return g_strdup_printf (C_ ("program", "%s: %s"), who, why);
}

/**
 * cf_notice_text_join:
 * @items: (element-type utf8): at least one
 *
 * Returns: (transfer full): the first five of @items, and how many more there are
 */
char *
cf_notice_text_join (GPtrArray *items)
{
  g_autofree char *joined = NULL;
  guint n_more = items->len > MAX_ITEMS ? items->len - MAX_ITEMS : 0;

  for (guint i = 0; i < items->len - n_more; i++)
    {
      const char *item = g_ptr_array_index (items, i);
      char *longer = joined == NULL ? g_strdup (item)
                                    /* Translators: how a list goes on: "bob, kim" */
                                    : g_strdup_printf (C_ ("list", "%s, %s"), joined, item);

      g_free (joined);
      joined = longer;
    }
  if (n_more == 0)
    return g_steal_pointer (&joined);
  /* Translators: the end of a list of names: "bob, kim and 3 more" */
  return g_strdup_printf (ngettext ("%s and %u more", "%s and %u more", n_more), joined, n_more);
}
