/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsman/wire/wsm-charset.h"
#include "wsman/wire/wsm-wire-error.h"

static void
test_content_type_is_read (void)
{
  static const struct
  {
    const char *text;
    int charset; /* -1: refused */
  } cases[] = {
    { "application/soap+xml;charset=UTF-8", WSM_CHARSET_UTF_8 },
    { "application/soap+xml;charset=UTF-16", WSM_CHARSET_UTF_16 },
    { "application/soap+xml; charset=utf-8", WSM_CHARSET_UTF_8 },
    { "application/soap+xml ;\tCHARSET=\"utf-16\" ", WSM_CHARSET_UTF_16 },
    { "APPLICATION/SOAP+XML", WSM_CHARSET_UTF_8 },
    { " application/soap+xml ", WSM_CHARSET_UTF_8 },
    { "application/soap+xml;", WSM_CHARSET_UTF_8 },
    { "application/soap+xml; action=\"a;b\"; charset=UTF-16", WSM_CHARSET_UTF_16 },
    { "application/soap+xml;charset=UTF-8;action=\"x\"", WSM_CHARSET_UTF_8 },
    { NULL, -1 },
    { "", -1 },
    { "text/plain", -1 },
    { "text/xml;charset=UTF-8", -1 },
    { "application/soap+xmlish", -1 },
    { "application/soap", -1 },
    { "application/soap+xml;charset=ISO-8859-1", -1 },
    { "application/soap+xml;charset=UTF-7", -1 },
    { "application/soap+xml;charset=UTF-81", -1 },
    { "application/soap+xml;charset=", -1 },
    { "application/soap+xml;charset=\"UTF-8", -1 },
    { "application/soap+xml;charset", -1 },
    { "application/soap+xml;=UTF-8", -1 },
    { "application/soap+xml charset=UTF-8", -1 },
    { "application/soap+xml;charset=UTF-8 more", -1 },
    { "multipart/encrypted;protocol=\"x\"", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WsmCharset charset = WSM_CHARSET_UTF_8;
      gboolean ok = wsm_charset_from_content_type (cases[i].text, &charset);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (ok ? (int) charset : -1, ==, cases[i].charset);
    }
}

static void
test_content_type_reads_itself (void)
{
  for (WsmCharset i = WSM_CHARSET_UTF_8; i <= WSM_CHARSET_UTF_16; i++)
    {
      WsmCharset charset = !i;

      g_assert_true (wsm_charset_from_content_type (wsm_charset_get_content_type (i), &charset));
      g_assert_cmpint (charset, ==, i);
    }
}

/* Octets written with their number, as they may hold NUL. */
#define OCTETS(text) text, sizeof (text) - 1

static void
test_decodes_what_is_sent (void)
{
  static const struct
  {
    const char *octets;
    gsize size;
    WsmCharset declared;
    WsmCharset found;
    const char *text; /* NULL: refused */
  } cases[] = {
    { OCTETS ("<a/>"), WSM_CHARSET_UTF_8, WSM_CHARSET_UTF_8, "<a/>" },
    { OCTETS (""), WSM_CHARSET_UTF_8, WSM_CHARSET_UTF_8, "" },
    { OCTETS (""), WSM_CHARSET_UTF_16, WSM_CHARSET_UTF_16, "" },
    { OCTETS ("\xef\xbb\xbf<a/>"), WSM_CHARSET_UTF_8, WSM_CHARSET_UTF_8, "<a/>" },
    { OCTETS ("\xef\xbb\xbf<a/>"), WSM_CHARSET_UTF_16, WSM_CHARSET_UTF_8, "<a/>" },
    { OCTETS ("\xef\xbb\xbf"), WSM_CHARSET_UTF_8, WSM_CHARSET_UTF_8, "" },
    { OCTETS ("\xff\xfe<\0\xfc\0"), WSM_CHARSET_UTF_16, WSM_CHARSET_UTF_16, "<ü" },
    { OCTETS ("\xff\xfe<\0\xfc\0"), WSM_CHARSET_UTF_8, WSM_CHARSET_UTF_16, "<ü" },
    { OCTETS ("\xfe\xff\0<\0\xfc"), WSM_CHARSET_UTF_8, WSM_CHARSET_UTF_16, "<ü" },
    { OCTETS ("<\0\xfc\0"), WSM_CHARSET_UTF_16, WSM_CHARSET_UTF_16, "<ü" },
    { OCTETS ("\xff\xfe\x3e\xd8\x89\xdd"), WSM_CHARSET_UTF_16, WSM_CHARSET_UTF_16, "🦉" },
    { OCTETS ("\xff\xfe"), WSM_CHARSET_UTF_16, WSM_CHARSET_UTF_16, "" },
    /* refused */
    { OCTETS ("<\0a\0"), WSM_CHARSET_UTF_8, WSM_CHARSET_UTF_8, NULL },
    { OCTETS ("<a>\xfc</a>"), WSM_CHARSET_UTF_8, WSM_CHARSET_UTF_8, NULL },
    { OCTETS ("\xc0\xbc"), WSM_CHARSET_UTF_8, WSM_CHARSET_UTF_8, NULL },
    { OCTETS ("\xed\xa0\x80"), WSM_CHARSET_UTF_8, WSM_CHARSET_UTF_8, NULL },
    { OCTETS ("a\0"), WSM_CHARSET_UTF_8, WSM_CHARSET_UTF_8, NULL },
    { OCTETS ("\xff\xfe<"), WSM_CHARSET_UTF_16, WSM_CHARSET_UTF_16, NULL },
    { OCTETS ("\xff\xfe<\0\0\0>\0"), WSM_CHARSET_UTF_16, WSM_CHARSET_UTF_16, NULL },
    { OCTETS ("\xff\xfe\x3e\xd8"), WSM_CHARSET_UTF_16, WSM_CHARSET_UTF_16, NULL },
    { OCTETS ("\xff\xfe\x89\xdd\x3e\xd8"), WSM_CHARSET_UTF_16, WSM_CHARSET_UTF_16, NULL },
    { OCTETS ("\xff\xfe\0\0<\0\0\0"), WSM_CHARSET_UTF_16, WSM_CHARSET_UTF_16, NULL }, /* UTF-32 */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].octets, cases[i].size);
      g_autoptr (GBytes) decoded = NULL;
      g_autoptr (GError) error = NULL;
      WsmCharset found = !cases[i].found;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      decoded = wsm_charset_decode (bytes, cases[i].declared, &found, &error);
      g_assert_cmpint (found, ==, cases[i].found);
      if (cases[i].text == NULL)
        {
          g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_ENCODING);
          g_assert_null (decoded);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (decoded, NULL), g_bytes_get_size (decoded), cases[i].text,
                       strlen (cases[i].text));
    }
}

static void
test_utf16_has_a_mark (void)
{
  g_autoptr (GBytes) bytes = wsm_charset_encode ("aü🦉", 7, WSM_CHARSET_UTF_16);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                   "\xff\xfe"
                   "a\0\xfc\0\x3e\xd8\x89\xdd",
                   10);
}

static void
test_utf8_has_none (void)
{
  g_autoptr (GBytes) bytes = wsm_charset_encode ("aü🦉", 7, WSM_CHARSET_UTF_8);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "aü🦉", 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/charset/content-type-is-read", test_content_type_is_read);
  g_test_add_func ("/wire/charset/content-type-reads-itself", test_content_type_reads_itself);
  g_test_add_func ("/wire/charset/decodes-what-is-sent", test_decodes_what_is_sent);
  g_test_add_func ("/wire/charset/utf16-has-a-mark", test_utf16_has_a_mark);
  g_test_add_func ("/wire/charset/utf8-has-none", test_utf8_has_none);

  return g_test_run ();
}
