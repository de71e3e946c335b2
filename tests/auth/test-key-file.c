/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsman/auth/wsm-key-file.h"

static void
test_repetitions (void)
{
  static const struct
  {
    const char *text;
    const char *found; /* NULL for nothing */
  } cases[] = {
    { "", NULL },
    { "[a]\nx=1\n[b]\nx=1\n", NULL },
    { "[a]\n#x=1\nx=1\n  # x=1\n", NULL },
    { "[a]\nwords without a value\nwords without a value\n", NULL },
    { "[a]\nx=1\ny=2\n x = 3\n", "line 4, [a]: x" },
    { "[a]\nx=1\n[b]\n[a]\n", "line 4, [a]" },
    { "[a]\nx=1\n[b]\nx=1\r\n x\t= 2\r\n", "line 5, [b]: x" },
    { "x=1\nx=1\n", "line 2, before the first group: x" },
  };

  g_test_summary ("A group or a key of it that is there twice is found, with its line");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = wsm_key_file_find_repetition (cases[i].text);

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (found, ==, cases[i].found);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/auth/key-file/repetitions", test_repetitions);

  return g_test_run ();
}
