/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-messages.h"
#include "wsman/wire/wsm-wire-error.h"

/* The object that a host would send with these children. */
static WsmObject *
read_object (const char *children)
{
  g_autofree char *xml = g_strdup_printf (
    ENVELOPE "<s:Body><c:Thing xmlns:c=\"" CLASS_URI "\" "
             "xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\" "
             "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
             "%s</c:Thing></s:Body></s:Envelope>",
    children);
  g_autoptr (WsmEnvelope) envelope = parse_ok (xml);

  return wsm_object_ref (wsm_envelope_get_object (envelope));
}

static void
test_values_come_back (void)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 ("2025-03-05T09:01:12.437+01", NULL);
  g_autoptr (GDateTime) read_time = NULL;
  g_autoptr (WsmObject) object = wsm_object_new (CLASS_URI, "M_INPUT");
  g_autoptr (WsmEnvelope) sent = NULL;
  g_autoptr (WsmEnvelope) received = NULL;
  WsmObject *read;
  gboolean yes = FALSE;
  guint32 number;

  wsm_object_add_string (object, "Text", " Grüße 🦉 <&>\"' \t\n\r\r\n ");
  wsm_object_add_string (object, "Empty", "");
  wsm_object_add_string (object, "Null", NULL);
  wsm_object_add_uint32 (object, "Number", G_MAXUINT32);
  wsm_object_add_boolean (object, "Yes", TRUE);
  wsm_object_add_datetime (object, "Time", time);
  sent = wsm_envelope_new_invoke ("http://h/wsman", CLASS_URI, "M", object, 1000);
  received = pass_on (sent);
  read = wsm_envelope_get_object (received);

  g_assert_cmpuint (wsm_object_get_n_values (read), ==, 6);
  g_assert_cmpstr (wsm_object_get_namespace_uri (read), ==, CLASS_URI);
  g_assert_cmpstr (wsm_object_get_name (read), ==, "M_INPUT");
  g_assert_cmpstr (wsm_object_get_string (read, "Text"), ==, " Grüße 🦉 <&>\"' \t\n\r\r\n ");
  g_assert_cmpstr (wsm_object_get_string (read, "Empty"), ==, "");
  g_assert_false (wsm_object_is_nil (read, "Empty"));
  g_assert_true (wsm_object_is_nil (read, "Null"));
  g_assert_true (wsm_object_has (read, "Null"));
  g_assert_true (wsm_object_get_uint32 (read, "Number", &number, NULL));
  g_assert_cmpuint (number, ==, G_MAXUINT32);
  g_assert_true (wsm_object_get_boolean (read, "Yes", &yes, NULL));
  g_assert_true (yes);
  read_time = wsm_object_dup_datetime (read, "Time", NULL);
  g_assert_true (g_date_time_equal (time, read_time));
  g_assert_true (wsm_object_is_datetime (read, 5));
  g_assert_false (wsm_object_is_datetime (read, 0));
}

static void
test_xml_gets_no_forbidden_character (void)
{
  g_autoptr (WsmObject) object = wsm_object_new (NULL, "O");
  g_autoptr (WsmEnvelope) sent = NULL;
  g_autoptr (WsmEnvelope) received = NULL;

  wsm_object_add_string (object, "A", "a\x01\x02\x08\x0b\x0c\x0e\x1f\x7f\t\nb");
  wsm_object_add_string (object, "B", "\xff\xfe broken \xc3");
  wsm_object_add_string (object, "C", "x\xef\xbf\xbey\xef\xbf\xbfz");
  wsm_object_add_string (object, "D", "\x1b");
  sent = wsm_envelope_new_invoke ("http://h/\x03wsman", CLASS_URI, "M", object, 1000);
  received = pass_on (sent);
  object = (wsm_object_unref (object), wsm_object_ref (wsm_envelope_get_object (received)));

  g_assert_null (wsm_object_get_namespace_uri (object));
  g_assert_cmpstr (wsm_envelope_get_to (received), ==, "http://h/wsman");
  g_assert_cmpstr (wsm_object_get_string (object, "A"), ==, "a\x7f\t\nb");
  g_assert_cmpstr (wsm_object_get_string (object, "B"), ==, "�� broken �");
  g_assert_cmpstr (wsm_object_get_string (object, "C"), ==, "xyz");
  g_assert_cmpstr (wsm_object_get_string (object, "D"), ==, "");
}

static void
test_many_values_keep_their_order (void)
{
  g_autoptr (WsmObject) object = wsm_object_new (CLASS_URI, "O");
  g_auto (GStrv) all = NULL;
  guint32 number;

  for (guint i = 0; i < 1000; i++)
    {
      wsm_object_add_uint32 (object, "N", i);
      wsm_object_add_string (object, i % 2 ? "Odd" : "Even", i % 10 ? "x" : NULL);
    }

  g_assert_cmpuint (wsm_object_get_n_values (object), ==, 2000);
  g_assert_true (wsm_object_get_uint32 (object, "N", &number, NULL));
  g_assert_cmpuint (number, ==, 0);
  all = wsm_object_dup_strings (object, "N");
  g_assert_cmpuint (g_strv_length (all), ==, 1000);
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      g_assert_cmpstr (all[i], ==, text);
      g_assert_cmpstr (wsm_object_get_value (object, 2 * i), ==, text);
      g_assert_cmpstr (wsm_object_get_value_name (object, 2 * i), ==, "N");
    }
}

static void
test_strings_leave_null_out (void)
{
  g_autoptr (WsmObject) object = read_object (
    "<c:A>1</c:A><c:A xsi:nil=\"true\"/><c:B>x</c:B><c:A><c:X/></c:A><c:A>2</c:A>");
  g_auto (GStrv) strings = wsm_object_dup_strings (object, "A");
  g_auto (GStrv) none = wsm_object_dup_strings (object, "C");

  g_assert_cmpuint (g_strv_length (strings), ==, 2);
  g_assert_cmpstr (strings[0], ==, "1");
  g_assert_cmpstr (strings[1], ==, "2");
  g_assert_nonnull (none);
  g_assert_null (none[0]);
}

static void
test_numbers_have_a_range (void)
{
  static const struct
  {
    const char *text;
    gint64 as_uint32; /* -1: refused */
    gint64 as_int32;  /* G_MAXINT64: refused */
  } cases[] = {
    { "0", 0, 0 },
    { "4294967295", 4294967295, G_MAXINT64 },
    { "4294967296", -1, G_MAXINT64 },
    { "99999999999999999999999", -1, G_MAXINT64 },
    { "2147483647", 2147483647, 2147483647 },
    { "2147483648", 2147483648, G_MAXINT64 },
    { "-1", -1, -1 },
    { "-0", 0, 0 },
    { "+7", 7, 7 },
    { "-2147483648", -1, -2147483648LL },
    { "-2147483649", -1, G_MAXINT64 },
    { " \n 5\t", 5, 5 },
    { "007", 7, 7 },
    { "<!-- a -->1<!-- b -->2", 12, 12 },
    { "<![CDATA[12]]>", 12, 12 },
    { "text", -1, G_MAXINT64 },
    { "", -1, G_MAXINT64 },
    { " ", -1, G_MAXINT64 },
    { "-", -1, G_MAXINT64 },
    { "0x10", -1, G_MAXINT64 },
    { "1.0", -1, G_MAXINT64 },
    { "1e3", -1, G_MAXINT64 },
    { "1 2", -1, G_MAXINT64 },
    { "--1", -1, G_MAXINT64 },
    { "٣", -1, G_MAXINT64 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *xml = g_strdup_printf ("<c:ReasonCode>%s</c:ReasonCode>", cases[i].text);
      g_autoptr (WsmObject) object = read_object (xml);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) signed_error = NULL;
      guint32 u = 42;
      gint32 s = 42;

      g_test_message ("%s", cases[i].text);
      if (wsm_object_get_uint32 (object, "ReasonCode", &u, &error))
        g_assert_cmpint (u, ==, cases[i].as_uint32);
      else
        g_assert_cmpint (-1, ==, cases[i].as_uint32);
      if (cases[i].as_uint32 == -1)
        {
          g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_VALUE);
          g_assert_cmpuint (u, ==, 0);
        }
      if (wsm_object_get_int32 (object, "ReasonCode", &s, &signed_error))
        g_assert_cmpint (s, ==, cases[i].as_int32);
      else
        g_assert_cmpint (G_MAXINT64, ==, cases[i].as_int32);
    }
}

static void
test_booleans_have_six_spellings (void)
{
  static const struct
  {
    const char *text;
    int value; /* -1: refused */
  } cases[] = {
    { "true", 1 },  { "TRUE", 1 },   { "True", 1 }, { "1", 1 },    { " true\n", 1 },
    { "false", 0 }, { "FALSE", 0 },  { "0", 0 },    { "yes", -1 }, { "", -1 },
    { "2", -1 },    { "truee", -1 }, { "01", -1 },  { "t", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *xml = g_strdup_printf ("<c:B>%s</c:B>", cases[i].text);
      g_autoptr (WsmObject) object = read_object (xml);
      g_autoptr (GError) error = NULL;
      gboolean value = 42;
      gboolean ok = wsm_object_get_boolean (object, "B", &value, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (ok ? value : -1, ==, cases[i].value);
      if (!ok)
        g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_VALUE);
    }
}

static void
test_absent_null_and_complex_differ (void)
{
  g_autoptr (WsmObject)
    object = read_object ("<c:Null xsi:nil=\"1\">7</c:Null><c:Complex>7<c:X/></c:Complex>"
                          "<c:Two><cim:Datetime>x</cim:Datetime><cim:Datetime/></c:Two>");
  static const struct
  {
    const char *name;
    WsmWireError code;
  } cases[] = {
    { "Absent", WSM_WIRE_ERROR_ABSENT },
    { "null", WSM_WIRE_ERROR_ABSENT }, /* names are case-sensitive */
    { "Null", WSM_WIRE_ERROR_ABSENT },
    { "Complex", WSM_WIRE_ERROR_SCHEMA },
    { "Two", WSM_WIRE_ERROR_SCHEMA },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) e1 = NULL;
      g_autoptr (GError) e2 = NULL;
      g_autoptr (GError) e3 = NULL;
      g_autoptr (GError) e4 = NULL;
      guint32 u;
      gint32 s;
      gboolean b;

      g_test_message ("%s", cases[i].name);
      g_assert_false (wsm_object_get_uint32 (object, cases[i].name, &u, &e1));
      g_assert_error (e1, WSM_WIRE_ERROR, (int) cases[i].code);
      g_assert_false (wsm_object_get_int32 (object, cases[i].name, &s, &e2));
      g_assert_error (e2, WSM_WIRE_ERROR, (int) cases[i].code);
      g_assert_false (wsm_object_get_boolean (object, cases[i].name, &b, &e3));
      g_assert_error (e3, WSM_WIRE_ERROR, (int) cases[i].code);
      g_assert_null (wsm_object_dup_datetime (object, cases[i].name, &e4));
      g_assert_error (e4, WSM_WIRE_ERROR, (int) cases[i].code);
      g_assert_null (wsm_object_get_string (object, cases[i].name));
    }
  g_assert_false (wsm_object_is_nil (object, "Absent"));
  g_assert_false (wsm_object_is_nil (object, "Complex"));
  g_assert_true (wsm_object_has (object, "Complex"));
}

static void
test_dates_come_in_every_wrapping (void)
{
  static const char *const cases[] = {
    "<c:T><cim:Datetime>2025-03-04T06:15:30.5Z</cim:Datetime></c:T>",
    "<c:T>\n <cim:Datetime> 2025-03-04T07:15:30.5+01:00 </cim:Datetime>\n</c:T>",
    "<T><Datetime>2025-03-04T06:15:30.5Z</Datetime></T>",
    "<c:T>2025-03-04T06:15:30.5Z</c:T>",
    "<c:T>20250304061530.500000+000</c:T>",
    "<c:T><cim:Datetime>20250304061530.500000+000</cim:Datetime></c:T>",
    "<q:T xmlns:q=\"urn:other\">2025-03-04T06:15:30.500Z</q:T>",
  };
  g_autoptr (GDateTime) expected = g_date_time_new_from_iso8601 ("2025-03-04T06:15:30.5Z", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WsmObject) object = read_object (cases[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GDateTime) time = wsm_object_dup_datetime (object, "T", &error);

      g_test_message ("%s", cases[i]);
      g_assert_no_error (error);
      g_assert_cmpint (g_date_time_compare (time, expected), ==, 0);
    }
}

static void
test_text_is_whole (void)
{
  g_autoptr (WsmObject) object = read_object (
    "<c:A>a<!-- x -->b<![CDATA[<c>&amp;]]>&lt;&#x1F989;</c:A><c:B> \n</c:B><c:C/>"
    "<c:D><!-- only --></c:D><c:E xsi:nil=\"false\">e</c:E><c:F nil=\"true\">f</c:F>");

  g_assert_cmpstr (wsm_object_get_string (object, "A"), ==, "ab<c>&amp;<🦉");
  g_assert_cmpstr (wsm_object_get_string (object, "B"), ==, " \n");
  g_assert_cmpstr (wsm_object_get_string (object, "C"), ==, "");
  g_assert_cmpstr (wsm_object_get_string (object, "D"), ==, "");
  g_assert_cmpstr (wsm_object_get_string (object, "E"), ==, "e");
  g_assert_cmpstr (wsm_object_get_string (object, "F"), ==, "f");
}

static void
test_is_a_boxed_value (void)
{
  g_autoptr (WsmObject) object = wsm_object_new (NULL, "O");
  WsmObject *copy = g_boxed_copy (WSM_TYPE_OBJECT, object);

  g_assert_true (copy == object);
  g_boxed_free (WSM_TYPE_OBJECT, copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/object/values-come-back", test_values_come_back);
  g_test_add_func ("/wire/object/xml-gets-no-forbidden-character",
                   test_xml_gets_no_forbidden_character);
  g_test_add_func ("/wire/object/many-values-keep-their-order", test_many_values_keep_their_order);
  g_test_add_func ("/wire/object/strings-leave-null-out", test_strings_leave_null_out);
  g_test_add_func ("/wire/object/numbers-have-a-range", test_numbers_have_a_range);
  g_test_add_func ("/wire/object/booleans-have-six-spellings", test_booleans_have_six_spellings);
  g_test_add_func ("/wire/object/absent-null-and-complex-differ",
                   test_absent_null_and_complex_differ);
  g_test_add_func ("/wire/object/dates-come-in-every-wrapping", test_dates_come_in_every_wrapping);
  g_test_add_func ("/wire/object/text-is-whole", test_text_is_whole);
  g_test_add_func ("/wire/object/is-a-boxed-value", test_is_a_boxed_value);

  return g_test_run ();
}
