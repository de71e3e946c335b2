/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice/cf-notice-text-private.h"

#include "notice-fixture.h"

static const struct
{
  const char *text;
  const char *piece;
} pieces[] = {
  { "", "" },
  { " \n\t", "" },
  { "\u202E\u2066\u2069", "" },
  { "bob", "<bob>" },
  { " bob ", "<bob>" },
  { "<b>bob</b> &amp; %s", "<<b>bob</b> &amp; %s>" },
  { "one\ntwo\r\nthree", "<one two three>" },
  { "\u202Etxt.exe\u202C", "<txt.exe>" },
  { "out\u2069 of \u2068it", "<out of it>" },
  { "\x1B[31mred", "<[31mred>" },
  { "\xFF", "<\uFFFD>" },
  { "כלבנית", "<כלבנית>" },
};

static void
test_isolate (void)
{
  g_test_summary ("A foreign piece is one clean line that cannot leave its isolate");

  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    assert_words (cf_notice_text_isolate (pieces[i].text), pieces[i].piece);
}

static void
test_isolate_long (void)
{
  g_autofree char *just = g_strnfill (120, 'x');
  g_autofree char *too_long = g_strnfill (4000, 'x');
  g_autofree char *expected_just = g_strdup_printf ("<%s>", just);
  g_autofree char *expected_cut = g_strdup_printf ("<%.119s…>", too_long);

  g_test_summary ("A name as long as a page does not fill a page");

  assert_words (cf_notice_text_isolate (just), expected_just);
  assert_words (cf_notice_text_isolate (too_long), expected_cut);
}

static void
test_isolate_long_marks (void)
{
  GString *text = g_string_new (NULL);
  g_autofree char *piece = NULL;

  g_test_summary ("What is cut is cut between letters, not between a letter and its marks");

  for (gint i = 0; i < 100; i++)
    g_string_append (text, "x\u0302\u0330\u0331");
  piece = cf_notice_text_isolate (text->str);
  g_string_free (text, TRUE);
  g_assert_true (g_utf8_validate (piece, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (piece, -1), <=, 122);
  g_assert_true (g_str_has_suffix (piece, "\u0302…\u2069"));
}

static const struct
{
  const char *text;
  const char *lines;
} messages[] = {
  { "", "" },
  { "\n\n", "" },
  { "Hello.", "<Hello.>" },
  { "\n\nHello.\n\n", "<Hello.>" },
  { " \nOne. \n \nTwo. ", "<One.>\n\n<Two.>" },
  { "One.\r\n  Two.", "<One.>\n<  Two.>" },
  { "a\u2069b\u202Ec", "<abc>" },
  { "https://example.com <a href='x'>y</a>", "<https://example.com <a href='x'>y</a>>" },
  { "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13",
    "<1>\n<2>\n<3>\n<4>\n<5>\n<6>\n<7>\n<8>\n<9>\n<10>\n<11>\n<12 13>" },
};

static void
test_isolate_lines (void)
{
  g_test_summary ("A message keeps its lines, each in an isolate of its own");

  for (gsize i = 0; i < G_N_ELEMENTS (messages); i++)
    assert_words (cf_notice_text_isolate_lines (messages[i].text), messages[i].lines);
}

static void
test_isolate_lines_long (void)
{
  GString *sent = g_string_new (NULL);
  g_autofree char *most = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *flood = g_strnfill (1 << 20, 'x');
  g_autofree char *shown = cf_notice_text_isolate_lines (flood);

  g_test_summary ("All 512 units of a message are shown, and a flood is not");

  for (gint i = 0; i < 512; i++)
    g_string_append (sent, "漢");
  most = g_string_free (sent, FALSE);
  expected = g_strdup_printf ("<%s>", most);
  assert_words (cf_notice_text_isolate_lines (most), expected);
  g_assert_cmpint (g_utf8_strlen (shown, -1), <=, 2050);
}

static const struct
{
  const char *who;
  const char *why;
  const char *plain;
  const char *quoted;
} programs[] = {
  { "Writer", "Report.odt", "<Writer>: <Report.odt>", "<Writer> – “<Report.odt>”" },
  { "Writer", "", "<Writer>", "<Writer>" },
  { "", "busy", "<busy>", "<busy>" },
  { "", "", "", "" },
  { "Backup", "copying files. ", "<Backup>: <copying files>", "<Backup> – “<copying files>”" },
  { "A\u202EB", "C\nD", "<AB>: <C D>", "<AB> – “<C D>”" },
};

static const struct
{
  const char *text;
  const char *requester;
} requesters[] = {
  { "", "" },
  { "mara", "<mara>" },
  { "mara from 192.0.2.7", "<mara> from <192.0.2.7>" },
  { "Mara from Mars from 2001:db8::7", "<Mara from Mars> from <2001:db8::7>" },
  { "Mara from Mars", "<Mara from Mars>" },
  { "mara from 192.0.2.7 or so", "<mara from 192.0.2.7 or so>" },
  { "mara from ", "<mara from>" },
  { "\u202E from 192.0.2.7", "<192.0.2.7>" },
  { "out\u2069 of it from 192.0.2.7", "<out of it> from <192.0.2.7>" },
};

static void
test_requester (void)
{
  g_test_summary ("Who asked from elsewhere is a name and an address, each in its isolate");

  for (gsize i = 0; i < G_N_ELEMENTS (requesters); i++)
    assert_words (cf_notice_text_dup_requester (requesters[i].text), requesters[i].requester);
}

static void
test_program (void)
{
  g_test_summary ("A program is called as it calls itself, as far as it does");

  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      CfNoticeProgram *program = cf_notice_program_new (programs[i].who, programs[i].why);

      assert_words (cf_notice_text_dup_program (program, FALSE), programs[i].plain);
      assert_words (cf_notice_text_dup_program (program, TRUE), programs[i].quoted);
      cf_notice_program_free (program);
    }
}

static void
test_join (void)
{
  static const char *const joined[] = { "a",
                                        "a, b",
                                        "a, b, c",
                                        "a, b, c, d",
                                        "a, b, c, d, e",
                                        "a, b, c, d, e and 1 more",
                                        "a, b, c, d, e and 2 more" };
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_free);

  g_test_summary ("Five of a list are named, the others counted");

  for (gsize i = 0; i < G_N_ELEMENTS (joined); i++)
    {
      g_ptr_array_add (items, g_strdup_printf ("%c", (char) ('a' + i)));
      assert_words (cf_notice_text_join (items), joined[i]);
    }
}

int
main (int argc, char **argv)
{
  notice_test_init (&argc, &argv);

  g_test_add_func ("/notice/text/piece-stays-in-its-isolate", test_isolate);
  g_test_add_func ("/notice/text/long-name-is-cut", test_isolate_long);
  g_test_add_func ("/notice/text/cut-between-letters", test_isolate_long_marks);
  g_test_add_func ("/notice/text/message-keeps-its-lines", test_isolate_lines);
  g_test_add_func ("/notice/text/whole-message-no-flood", test_isolate_lines_long);
  g_test_add_func ("/notice/text/requester-in-two-parts", test_requester);
  g_test_add_func ("/notice/text/program-and-what-it-says", test_program);
  g_test_add_func ("/notice/text/five-of-a-list", test_join);
  return g_test_run ();
}
