/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "power/cf-inhibitors.h"

#include <string.h>

static char *
describe (const char *inhibitors)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant)
    list = g_variant_parse (G_VARIANT_TYPE ("a(ssssuu)"), inhibitors, NULL, NULL, &error);

  g_assert_no_error (error);
  return cf_inhibitors_describe_blockers (list);
}

static void
test_cases (void)
{
  static const struct
  {
    const char *inhibitors;
    const char *sentence;
  } cases[] = {
    { "[]", NULL },
    { "[('shutdown', 'PackageKit', 'installing updates', 'block', 0, 7)]",
      "PackageKit holds it up: installing updates" },
    { "[('sleep:shutdown:idle', 'PackageKit', 'installing updates', 'block-weak', 0, 7)]",
      "PackageKit holds it up: installing updates" },
    { "[('shutdown', 'Curfew', 'Tell people', 'delay', 0, 7)]", NULL },
    { "[('sleep:idle', 'Player', 'playing', 'block', 1000, 7)]", NULL },
    { "[('handle-power-key', 'Desktop', 'asks first', 'block', 1000, 7)]", NULL },
    { "[('shutdown-not', 'Other', '', 'block', 1000, 7)]", NULL },
    { "[('', 'Other', '', 'block', 1000, 7)]", NULL },
    { "[('shutdown', 'Other', '', 'later-mode', 1000, 7)]", NULL },
    { "[('shutdown', 'backup', '', 'block', 0, 7)]", "backup holds it up" },
    { "[('shutdown', '', 'a reason', 'block', 0, 7)]", "A program holds it up: a reason" },
    { "[('sleep', 'a', 'b', 'block', 0, 1), ('shutdown', 'c', 'd', 'block', 0, 2),"
      " ('shutdown', 'e', 'f', 'delay', 0, 3), ('shutdown', 'g', 'h', 'block', 0, 4)]",
      "c holds it up: d (and 1 more)" },
  };

  g_test_summary ("Who blocks a shutdown is named; who does not, is not");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *sentence = describe (cases[i].inhibitors);

      g_test_message ("%s", cases[i].inhibitors);
      g_assert_cmpstr (sentence, ==, cases[i].sentence);
    }
}

static void
test_list (void)
{
  g_autoptr (GVariant) few = g_variant_ref_sink (
    g_variant_new_parsed ("[('sleep', 'a', 'b', 'block', uint32 0, uint32 1),"
                          " ('shutdown', 'c', 'd\\n\\u001b[31m', 'block', 7, 2),"
                          " ('idle:shutdown', 'e', '', 'block-weak', 1000, 4),"
                          " ('shutdown', 'Curfew', 'Tell people', 'delay', 0, 3)]"));
  g_autoptr (GPtrArray) blockers = cf_inhibitors_list_blockers (few);
  g_autoptr (GVariant) many = NULL;
  g_autoptr (GPtrArray) some = NULL;
  GVariantBuilder builder;
  const CfBlocker *blocker;

  g_test_summary ("Each blocker is listed, with whose it is; never more than people would read");

  g_assert_cmpuint (blockers->len, ==, 2);
  blocker = blockers->pdata[0];
  g_assert_cmpstr (blocker->who, ==, "c");
  g_assert_null (strpbrk (blocker->why, "\n\033"));
  g_assert_cmpuint (blocker->uid, ==, 7);
  g_assert_false (blocker->is_weak);
  blocker = blockers->pdata[1];
  g_assert_cmpstr (blocker->who, ==, "e");
  g_assert_cmpstr (blocker->why, ==, "");
  g_assert_true (blocker->is_weak);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ssssuu)"));
  for (guint i = 0; i < 1000; i++)
    g_variant_builder_add (&builder, "(ssssuu)", "shutdown", "x", "y", "block", i, i);
  many = g_variant_ref_sink (g_variant_builder_end (&builder));
  some = cf_inhibitors_list_blockers (many);
  g_assert_cmpuint (some->len, ==, CF_INHIBITORS_MAX);
}

static void
test_texts_of_others (void)
{
  g_autofree char *long_text = g_strnfill (100000, 'x');
  g_autofree char *list = g_strdup_printf (
    "[('shutdown', 'two\\nlines\\u001b[31m', '%s', 'block', 0, 7)]", long_text);
  g_autofree char *sentence = describe (list);

  g_test_summary ("A program cannot write other lines, colours or novels into a log");

  g_assert_null (strpbrk (sentence, "\n\033"));
  g_assert_true (g_str_has_suffix (sentence, "x…"));
  g_assert_cmpuint (strlen (sentence), <, 300);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/power/inhibitors/blockers", test_cases);
  g_test_add_func ("/power/inhibitors/list", test_list);
  g_test_add_func ("/power/inhibitors/texts-of-others", test_texts_of_others);
  return g_test_run ();
}
