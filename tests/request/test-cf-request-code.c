/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "request/cf-request-code.h"

#define ALPHABET "23456789BCDFGHJKMNPQRTVWXYZ"

static void
test_normalize (void)
{
  g_test_summary ("A code is found in what people make of it, and in nothing else");

  static const struct
  {
    const char *text;
    const char *code; /* (nullable) */
  } cases[] = {
    { "K7M-2QX", "K7M-2QX" },
    { "k7m-2qx", "K7M-2QX" },
    { "k7M2qX", "K7M-2QX" },
    { " K7M 2QX ", "K7M-2QX" },
    { "K7M - 2QX", "K7M-2QX" },
    { "K-7-M-2-Q-X-", "K7M-2QX" },
    { "k7 m2 qx", "K7M-2QX" },
    { "", NULL },
    { "-", NULL },
    { "K7M-2Q", NULL },
    { "K7M-2QXK", NULL },
    { "K7M-2QX K7M-2QX", NULL },
    { "K7M_2QX", NULL },
    { "K7M-2QX\n", NULL },
    { "K7M-2Q0", NULL },
    { "K7M-2Q1", NULL },
    { "K7M-2QA", NULL },
    { "K7M-2QE", NULL },
    { "K7M-2QI", NULL },
    { "K7M-2QL", NULL },
    { "K7M-2QO", NULL },
    { "K7M-2QS", NULL },
    { "K7M-2QU", NULL },
    { "K7M–2QX", NULL }, /* an en dash */
    { "K7M-2Q\xCE\xA7", NULL },
    { "K7M-2Q\xFF", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *code = cf_request_code_normalize (cases[i].text);

      g_assert_cmpstr (code, ==, cases[i].code);
    }
}

static void
test_new (void)
{
  g_test_summary ("New codes are in their one form, differ, and use the whole alphabet evenly");

  enum
  {
    N_CODES = 40000
  };
  const guint mean = N_CODES * 6 / strlen (ALPHABET);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint counts[256] = { 0 };

  for (guint i = 0; i < N_CODES; i++)
    {
      char *code = cf_request_code_new ();
      g_autofree char *normal = cf_request_code_normalize (code);

      g_assert_cmpuint (strlen (code), ==, CF_REQUEST_CODE_LENGTH);
      g_assert_cmpstr (normal, ==, code);
      for (const char *p = code; *p != '\0'; p++)
        counts[(guint8) *p]++;
      g_hash_table_add (seen, code);
    }

  /* 27⁶ codes: two equal pairs are to be expected among 40,000, twenty are not. */
  g_assert_cmpuint (g_hash_table_size (seen), >, N_CODES - 20);
  /* The standard deviation is 93. Six of them do not happen; octets modulo 27 are off by 450. */
  for (const char *p = ALPHABET; *p != '\0'; p++)
    {
      g_assert_cmpuint (counts[(guint8) *p], >, mean - 370);
      g_assert_cmpuint (counts[(guint8) *p], <, mean + 370);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request/code/is-read-as-people-write-it", test_normalize);
  g_test_add_func ("/request/code/new-ones-are-even-and-differ", test_new);

  return g_test_run ();
}
