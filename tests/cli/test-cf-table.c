/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cf-table.h"

static const char *const titles[] = { "HOST", "STATE", "NOTE", NULL };

static CfTable *
new_table (void)
{
  CfTable *table = cf_table_new (titles);
  const char *const first[] = { "pc-1", "Accepted", "", NULL };
  const char *const second[] = { "a-long-name.example", "Failed",
                                 "No computer answers to it. Correct the name.", NULL };
  const char *const third[] = { "\346\227\245\346\234\254", "Back", "m\314\210", NULL };

  cf_table_add_row (table, first, CF_TONE_GOOD);
  cf_table_add_row (table, second, CF_TONE_BAD);
  cf_table_add_row (table, third, CF_TONE_PLAIN);
  return table;
}

static void
test_lines_up (void)
{
  g_autoptr (CfTable) table = new_table ();
  g_autofree char *text = cf_table_to_string (table, 0, FALSE);

  g_test_summary ("Columns line up, wide letters counted twice, and no line ends in blanks");

  g_assert_cmpstr (text, ==,
                   "HOST                 STATE     NOTE\n"
                   "pc-1                 Accepted\n"
                   "a-long-name.example  Failed    No computer answers to it. Correct the name.\n"
                   "\346\227\245\346\234\254                 Back      m\314\210\n");
}

static void
test_wraps (void)
{
  g_autoptr (CfTable) table = new_table ();
  g_autofree char *wrapped = cf_table_to_string (table, 60, FALSE);
  g_autofree char *narrow = cf_table_to_string (table, 40, FALSE);
  g_autofree char *narrower = cf_table_to_string (table, 25, FALSE);

  g_test_summary (
    "A terminal gets notes in lines below each other; on a narrow one they go below the rest, and "
    "so does the rest below a name that is too long");

  g_assert_cmpstr (wrapped, ==,
                   "HOST                 STATE     NOTE\n"
                   "pc-1                 Accepted\n"
                   "a-long-name.example  Failed    No computer answers to it.\n"
                   "                               Correct the name.\n"
                   "\346\227\245\346\234\254                 Back      m\314\210\n");
  g_assert_cmpstr (narrow, ==,
                   "HOST                 STATE\n"
                   "  NOTE\n"
                   "pc-1                 Accepted\n"
                   "a-long-name.example  Failed\n"
                   "  No computer answers to it. Correct the\n"
                   "  name.\n"
                   "\346\227\245\346\234\254                 Back\n"
                   "  m\314\210\n");
  g_assert_cmpstr (narrower, ==,
                   "HOST  STATE\n"
                   "  NOTE\n"
                   "pc-1  Accepted\n"
                   "a-long-name.example\n"
                   "      Failed\n"
                   "  No computer answers to\n"
                   "  it. Correct the name.\n"
                   "\346\227\245\346\234\254  Back\n"
                   "  m\314\210\n");
}

static void
test_wraps_sentence (void)
{
  g_autofree char *wrapped = cf_table_wrap ("Restart 1 computer. Nothing happens.", 24);
  g_autofree char *whole = cf_table_wrap ("Restart 1 computer. Nothing happens.", 0);

  g_assert_cmpstr (wrapped, ==, "Restart 1 computer.\nNothing happens.");
  g_assert_cmpstr (whole, ==, "Restart 1 computer. Nothing happens.");
}

static void
test_colors (void)
{
  g_autoptr (CfTable) table = new_table ();
  g_autofree char *text = cf_table_to_string (table, 0, TRUE);

  g_test_summary ("A color touches the state alone, and moves nothing");

  g_assert_cmpstr (text, ==,
                   "HOST                 STATE     NOTE\n"
                   "pc-1                 \033[32mAccepted\033[0m\n"
                   "a-long-name.example  \033[31mFailed\033[0m    "
                   "No computer answers to it. Correct the name.\n"
                   "\346\227\245\346\234\254                 Back      m\314\210\n");
}

static void
test_measures (void)
{
  static const struct
  {
    const char *text;
    guint width;
  } cases[] = {
    { "", 0 },
    { "abc", 3 },
    { "Gr\303\274\303\237e", 5 },
    { "\360\237\246\211", 2 },         /* an owl */
    { "\346\227\245\346\234\254", 4 }, /* CJK */
    { "m\314\210", 1 },                /* a combining mark */
  };

  g_test_summary ("Width is counted in cells of a terminal");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (cf_table_measure (cases[i].text), ==, cases[i].width);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cli/table/lines-up", test_lines_up);
  g_test_add_func ("/cli/table/wraps", test_wraps);
  g_test_add_func ("/cli/table/wraps-sentence", test_wraps_sentence);
  g_test_add_func ("/cli/table/colors", test_colors);
  g_test_add_func ("/cli/table/measures", test_measures);

  return g_test_run ();
}
