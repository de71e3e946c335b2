/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-xml-write.h"

#include <string.h>

/* What text holds is already free of what XML forbids, see wsm_arena_add_clean(). CR would be read
 * back as LF, and in attributes TAB and LF as blanks, if they were not written as references. */
static const char *
get_reference (char c)
{
  switch (c)
    {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\r':
      return "&#13;";
    default:
      return NULL;
    }
}

/* wsm_put_escaped: text of an element. */
void
wsm_put_escaped (GString *xml, const char *text)
{
  for (;;)
    {
      gsize plain = strcspn (text, "&<>\"\r");
      const char *reference;

      g_string_append_len (xml, text, plain);
      text += plain;
      if (*text == '\0')
        return;

      reference = get_reference (*text++);
      g_string_append (xml, reference);
    }
}

/* wsm_put_element: an element with text only; none at all for NULL. Attributes begin with a blank.
 */
void
wsm_put_element (GString *xml, const char *name, const char *attributes, const char *text)
{
  if (text == NULL)
    return;

  g_string_append_c (xml, '<');
  g_string_append (xml, name);
  g_string_append (xml, attributes);
  g_string_append_c (xml, '>');
  wsm_put_escaped (xml, text);
  wsm_put (xml, "</");
  g_string_append (xml, name);
  g_string_append_c (xml, '>');
}

/* wsm_put_attribute: the value of an attribute, where blanks would be normalised away. */
void
wsm_put_attribute (GString *xml, const char *text)
{
  for (; *text != '\0'; text++)
    {
      const char *reference = get_reference (*text);

      if (*text == '\t')
        wsm_put (xml, "&#9;");
      else if (*text == '\n')
        wsm_put (xml, "&#10;");
      else if (reference != NULL)
        g_string_append (xml, reference);
      else
        g_string_append_c (xml, *text);
    }
}
