/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "wsman/wire/wsm-wire-error.h"
#include "wsman/wire/wsm-xml-gate.h"

#define PASSES (-1)

static void
assert_gate (const char *xml, gsize length, int code)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = wsm_xml_gate_check (xml, length, &error);

  if (code == PASSES)
    {
      g_assert_no_error (error);
      g_assert_true (ok);
    }
  else
    {
      g_assert_error (error, WSM_WIRE_ERROR, code);
      g_assert_false (ok);
    }
}

static void
test_texts (void)
{
  static const struct
  {
    const char *xml;
    int code;
  } cases[] = {
    { "<a/>", PASSES },
    { "<a></a>", PASSES },
    { "<?xml version=\"1.0\"?><a/>", PASSES },
    { "<?xml\nversion=\"1.0\" encoding=\"utf-16\"?>\n<a/>", PASSES },
    { "<a x='>' y=\"/>\">t</a>", PASSES },
    { "<a><!-- <!DOCTYPE x> <?pi?> <b> --></a>", PASSES },
    { "<a><![CDATA[ <!DOCTYPE x> <?pi?> ]> ]] > </a> ]]></a>", PASSES },
    { "<a><!-----></a>", PASSES }, /* wrong, but libxml2's to say */
    { "<a><b/><c>&lt;</c></a>", PASSES },
    { "<ä/>", PASSES },

    { "<!DOCTYPE a><a/>", WSM_WIRE_ERROR_FORBIDDEN },
    { "<!doctype a><a/>", WSM_WIRE_ERROR_FORBIDDEN },
    { "<?xml version=\"1.0\"?><!DOCTYPE a []><a/>", WSM_WIRE_ERROR_FORBIDDEN },
    { "<a><!ENTITY x \"y\"></a>", WSM_WIRE_ERROR_FORBIDDEN },
    { "<a><![INCLUDE[x]]></a>", WSM_WIRE_ERROR_FORBIDDEN },
    { "<a><![cdata[x]]></a>", WSM_WIRE_ERROR_FORBIDDEN },
    { "<a><!></a>", WSM_WIRE_ERROR_FORBIDDEN },
    { "<a><!- x --></a>", WSM_WIRE_ERROR_FORBIDDEN },
    { "<?pi x?><a/>", WSM_WIRE_ERROR_FORBIDDEN },
    { "<?xml-stylesheet href=\"x\"?><a/>", WSM_WIRE_ERROR_FORBIDDEN },
    { " <?xml version=\"1.0\"?><a/>", WSM_WIRE_ERROR_FORBIDDEN },
    { "<?xml version=\"1.0\"?><?xml version=\"1.0\"?><a/>", WSM_WIRE_ERROR_FORBIDDEN },
    { "<a><?php x ?></a>", WSM_WIRE_ERROR_FORBIDDEN },
    { "<a/><?x?>", WSM_WIRE_ERROR_FORBIDDEN },

    { "", WSM_WIRE_ERROR_MALFORMED },
    { "text", WSM_WIRE_ERROR_MALFORMED },
    { "{\"json\": true}", WSM_WIRE_ERROR_MALFORMED },
    { "<", WSM_WIRE_ERROR_MALFORMED },
    { "<a", WSM_WIRE_ERROR_MALFORMED },
    { "<a>", WSM_WIRE_ERROR_MALFORMED },
    { "<a></a", WSM_WIRE_ERROR_MALFORMED },
    { "</a>", WSM_WIRE_ERROR_MALFORMED },
    { "<a/></a>", WSM_WIRE_ERROR_MALFORMED },
    { "<a><a/>", WSM_WIRE_ERROR_MALFORMED },
    { "<a b=\"<\"/", WSM_WIRE_ERROR_MALFORMED },
    { "<a <b>", WSM_WIRE_ERROR_MALFORMED },
    { "<a b=\"x/>", WSM_WIRE_ERROR_MALFORMED },
    { "<a b='x\"/>", WSM_WIRE_ERROR_MALFORMED },
    { "<a><!--", WSM_WIRE_ERROR_MALFORMED },
    { "<a><!-- ->", WSM_WIRE_ERROR_MALFORMED },
    { "<a><!--></a>", WSM_WIRE_ERROR_MALFORMED },
    { "<a><![CDATA[</a>", WSM_WIRE_ERROR_MALFORMED },
    { "<?xml version=\"1.0\"", WSM_WIRE_ERROR_MALFORMED },
    { "<?xml version=\"1.0\"?>", WSM_WIRE_ERROR_MALFORMED },

    { "<a>\xff</a>", WSM_WIRE_ERROR_ENCODING },
    { "<a>\xc0\x80</a>", WSM_WIRE_ERROR_ENCODING },
    { "\xfe\xff", WSM_WIRE_ERROR_ENCODING },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", g_utf8_validate (cases[i].xml, -1, NULL) ? cases[i].xml : "(octets)");
      assert_gate (cases[i].xml, strlen (cases[i].xml), cases[i].code);
    }
}

static void
test_nul_is_refused (void)
{
  assert_gate ("<a>\0</a>", 8, WSM_WIRE_ERROR_ENCODING);
  assert_gate ("<a/>\0", 5, WSM_WIRE_ERROR_ENCODING);
}

static void
append_times (GString *xml, const char *text, guint n)
{
  for (guint i = 0; i < n; i++)
    g_string_append (xml, text);
}

static void
test_depth_has_an_edge (void)
{
  for (guint over = 0; over <= 1; over++)
    {
      guint depth = WSM_XML_MAX_DEPTH + over;
      g_autoptr (GString) xml = g_string_new (NULL);
      g_autoptr (GString) empty = g_string_new (NULL);

      append_times (xml, "<a>", depth);
      append_times (xml, "</a>", depth);
      assert_gate (xml->str, xml->len, over ? WSM_WIRE_ERROR_TOO_DEEP : PASSES);

      append_times (empty, "<a>", depth - 1);
      g_string_append (empty, "<a/>");
      append_times (empty, "</a>", depth - 1);
      assert_gate (empty->str, empty->len, over ? WSM_WIRE_ERROR_TOO_DEEP : PASSES);
    }
}

static void
test_element_count_has_an_edge (void)
{
  static const char *const children[] = { "<b/>", "<b></b>", "<!---->", "<![CDATA[]]>" };

  for (guint kind = 0; kind < G_N_ELEMENTS (children); kind++)
    for (guint over = 0; over <= 1; over++)
      {
        g_autoptr (GString) xml = g_string_new ("<a>");

        append_times (xml, children[kind], WSM_XML_MAX_ELEMENTS - 1 + over);
        g_string_append (xml, "</a>");
        assert_gate (xml->str, xml->len, over ? WSM_WIRE_ERROR_TOO_MANY_ELEMENTS : PASSES);
      }
}

static void
test_attribute_count_has_an_edge (void)
{
  for (guint over = 0; over <= 1; over++)
    {
      g_autoptr (GString) xml = g_string_new ("<a");

      for (guint i = 0; i < WSM_XML_MAX_ATTRIBUTES + over; i++)
        g_string_append_printf (xml, " a%u=%s", i, i % 2 ? "''" : "\"\"");
      g_string_append (xml, "/>");
      assert_gate (xml->str, xml->len, over ? WSM_WIRE_ERROR_TOO_MANY_ATTRIBUTES : PASSES);
    }
}

static void
test_namespaces_in_force_have_an_edge (void)
{
  for (guint over = 0; over <= 1; over++)
    {
      g_autoptr (GString) xml = g_string_new ("<a");

      for (guint i = 0; i < WSM_XML_MAX_NAMESPACES - 1; i++)
        g_string_append_printf (xml, "\n xmlns:n%u=\"u\"", i);
      /* what a closed element declared is not in force any more */
      append_times (xml, "><b xmlns:x=\"u\"></b><b\txmlns=\"u\"/", 1);
      g_string_append (xml, over ? "><b xmlns:x=\"u\"><c xmlns:y=\"v\"/></b></a>"
                                 : "><b xmlns:x=\"u\"><c y=\"v\"/></b></a>");
      assert_gate (xml->str, xml->len, over ? WSM_WIRE_ERROR_TOO_MANY_ATTRIBUTES : PASSES);
    }
}

static void
test_tag_length_has_an_edge (void)
{
  for (guint over = 0; over <= 1; over++)
    {
      guint filling = WSM_XML_MAX_TAG - strlen ("<a b=\"\"/>") + over;
      g_autofree char *value = g_strnfill (filling, 'x');
      g_autofree char *xml = g_strdup_printf ("<a b=\"%s\"/>", value);
      g_autofree char *blanks = g_strnfill (WSM_XML_MAX_TAG - strlen ("</a>") + over, ' ');
      g_autofree char *end_tag = g_strdup_printf ("<a></a%s>", blanks);
      g_autofree char *start_tag = g_strdup_printf ("<a%s></a>", blanks + 1);
      int code = over ? WSM_WIRE_ERROR_TAG_TOO_LONG : PASSES;

      g_assert_cmpuint (strlen (xml), ==, WSM_XML_MAX_TAG + over);
      assert_gate (xml, strlen (xml), code);
      assert_gate (end_tag, strlen (end_tag), code);
      assert_gate (start_tag, strlen (start_tag), PASSES);
    }
}

/* Each of these costs libxml2 seconds to minutes, or hundreds of megabytes. */
static void
test_costly_texts_do_not_pass (void)
{
  enum
  {
    SIZE = 500 * 1024
  };
  g_autoptr (GString) attributes = g_string_new ("<a");
  g_autoptr (GString) declarations = g_string_new ("<a");
  g_autoptr (GString) nested = g_string_new (NULL);
  g_autoptr (GString) elements = g_string_new ("<a>");
  g_autoptr (GString) name = g_string_new ("<");
  g_autoptr (GString) value = g_string_new ("<a b=\"");
  g_autoptr (GString) bomb = g_string_new ("<!DOCTYPE a [<!ENTITY l0 \"lol\">");
  g_autoptr (GString) comments = g_string_new ("<a>");

  for (guint i = 0; attributes->len < SIZE; i++)
    g_string_append_printf (attributes, " a%u=\"\"", i);
  for (guint i = 0; declarations->len < SIZE; i++)
    g_string_append_printf (declarations, " xmlns:a%u=\"u\"", i);
  append_times (nested, "<a>", SIZE / 3);
  append_times (elements, "<a/>", SIZE / 4);
  append_times (name, "a", SIZE);
  append_times (value, "&lt;", SIZE / 4);
  for (guint i = 1; i < 20; i++)
    g_string_append_printf (bomb, "<!ENTITY l%u \"&l%u;&l%u;\">", i, i - 1, i - 1);
  g_string_append (bomb, "]><a>&l19;</a>");
  append_times (comments, "x<!---->", SIZE / 8);

  assert_gate (attributes->str, attributes->len, WSM_WIRE_ERROR_TOO_MANY_ATTRIBUTES);
  assert_gate (declarations->str, declarations->len, WSM_WIRE_ERROR_TOO_MANY_ATTRIBUTES);
  assert_gate (nested->str, nested->len, WSM_WIRE_ERROR_TOO_DEEP);
  assert_gate (elements->str, elements->len, WSM_WIRE_ERROR_TOO_MANY_ELEMENTS);
  assert_gate (name->str, name->len, WSM_WIRE_ERROR_TAG_TOO_LONG);
  assert_gate (value->str, value->len, WSM_WIRE_ERROR_TAG_TOO_LONG);
  assert_gate (bomb->str, bomb->len, WSM_WIRE_ERROR_FORBIDDEN);
  assert_gate (comments->str, comments->len, WSM_WIRE_ERROR_TOO_MANY_ELEMENTS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/xml-gate/texts", test_texts);
  g_test_add_func ("/wire/xml-gate/nul-is-refused", test_nul_is_refused);
  g_test_add_func ("/wire/xml-gate/depth-has-an-edge", test_depth_has_an_edge);
  g_test_add_func ("/wire/xml-gate/element-count-has-an-edge", test_element_count_has_an_edge);
  g_test_add_func ("/wire/xml-gate/attribute-count-has-an-edge", test_attribute_count_has_an_edge);
  g_test_add_func ("/wire/xml-gate/namespaces-in-force-have-an-edge",
                   test_namespaces_in_force_have_an_edge);
  g_test_add_func ("/wire/xml-gate/tag-length-has-an-edge", test_tag_length_has_an_edge);
  g_test_add_func ("/wire/xml-gate/costly-texts-do-not-pass", test_costly_texts_do_not_pass);

  return g_test_run ();
}
