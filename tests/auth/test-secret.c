/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <unistd.h>

#include <glib-unix.h>

#include "wsman/auth/wsm-auth-error.h"
#include "wsman/auth/wsm-basic.h"
#include "wsman/auth/wsm-secret.h"

static void
test_holds_octets (void)
{
  g_autoptr (WsmSecret) whole = wsm_secret_new ("owl", -1);
  g_autoptr (WsmSecret) with_nul = wsm_secret_new ("a\0b", 3);
  g_autoptr (WsmSecret) empty = wsm_secret_new ("", 0);
  gsize length;

  g_assert_cmpstr (wsm_secret_peek (whole, &length), ==, "owl");
  g_assert_cmpuint (length, ==, 3);

  g_assert_cmpmem (wsm_secret_peek (with_nul, &length), 4, "a\0b\0", 4);
  g_assert_cmpuint (length, ==, 3);

  g_assert_cmpstr (wsm_secret_peek (empty, &length), ==, "");
  g_assert_cmpuint (length, ==, 0);
}

static void
test_equal (void)
{
  g_autoptr (WsmSecret) a = wsm_secret_new ("owl", -1);
  g_autoptr (WsmSecret) same = wsm_secret_new_take (g_strdup ("owl"), 3);
  g_autoptr (WsmSecret) other = wsm_secret_new ("owk", -1);
  g_autoptr (WsmSecret) longer = wsm_secret_new ("owls", -1);

  g_assert_true (wsm_secret_equal (a, same));
  g_assert_false (wsm_secret_equal (a, other));
  g_assert_false (wsm_secret_equal (a, longer));
}

static void
test_wipes_before_free (void)
{
  WsmSecret *secret = wsm_secret_new ("owl", -1);
  WsmSecret *second = wsm_secret_ref (secret);

  g_test_summary ("The last reference wipes, not an earlier one");

  wsm_secret_unref (secret);
  g_assert_cmpstr (wsm_secret_peek (second, NULL), ==, "owl");
  wsm_secret_unref (second);
}

static void
test_wipe_overwrites (void)
{
  char memory[] = "owl";

  wsm_secret_wipe (memory, 3);
  g_assert_cmpmem (memory, 4, "\0\0\0\0", 4);
  wsm_secret_wipe (NULL, 0);
}

/* A pipe that holds @text and has no writer any more. */
static int
open_text (const char *text, gsize length)
{
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  g_assert_cmpint (write (ends[1], text, length), ==, (gssize) length);
  close (ends[1]);

  return ends[0];
}

static void
test_reads_one_line (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
    const char *rest;
  } cases[] = {
    { "owl", "owl", "" },
    { "owl\n", "owl", "" },
    { "owl\r\n", "owl", "" },
    { "owl\nden\n", "owl", "den\n" },
    { "o\rwl\n", "o\rwl", "" },
    { " owl \n", " owl ", "" },
    { "Gr\303\274\303\237e\n", "Gr\303\274\303\237e", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WsmSecret) secret = NULL;
      char rest[16] = "";
      int fd = open_text (cases[i].text, strlen (cases[i].text));

      secret = wsm_secret_read_line (fd, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (wsm_secret_peek (secret, NULL), ==, cases[i].expected);
      g_assert_cmpint (read (fd, rest, sizeof rest - 1), ==, (gssize) strlen (cases[i].rest));
      g_assert_cmpstr (rest, ==, cases[i].rest);
      close (fd);
    }
}

static void
test_limits_a_line (void)
{
  g_autofree char *longest = g_strnfill (WSM_BASIC_MAX_PART, 'x');
  g_autofree char *too_long = g_strnfill (WSM_BASIC_MAX_PART + 1, 'x');
  g_autofree char *with_crlf = g_strconcat (longest, "\r\n", NULL);
  g_autofree char *endless = g_strnfill (4000, 'x');
  const struct
  {
    const char *text;
    gsize length;
    gboolean is_right;
  } cases[] = {
    { longest, WSM_BASIC_MAX_PART, TRUE },
    { with_crlf, WSM_BASIC_MAX_PART + 2, TRUE },
    { too_long, WSM_BASIC_MAX_PART + 1, FALSE },
    { endless, 4000, FALSE },
    { "", 0, FALSE },
    { "\n", 1, FALSE },
    { "\r\n", 2, FALSE },
    { "a\0b\n", 4, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WsmSecret) secret = NULL;
      int fd = open_text (cases[i].text, cases[i].length);
      gsize length;

      secret = wsm_secret_read_line (fd, &error);
      close (fd);
      if (cases[i].is_right)
        {
          g_assert_no_error (error);
          wsm_secret_peek (secret, &length);
          g_assert_cmpuint (length, ==, WSM_BASIC_MAX_PART);
        }
      else
        {
          g_assert_null (secret);
          g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
          g_assert_null (strstr (error->message, "xxx"));
        }
    }
}

static void
test_says_why_it_cannot_read (void)
{
  g_autoptr (GError) error = NULL;
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  g_assert_null (wsm_secret_read_line (ends[1], &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
  close (ends[0]);
  close (ends[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/auth/secret/holds-octets", test_holds_octets);
  g_test_add_func ("/auth/secret/equal-only-if-all-octets-are", test_equal);
  g_test_add_func ("/auth/secret/lives-until-the-last-reference", test_wipes_before_free);
  g_test_add_func ("/auth/secret/wipe-overwrites", test_wipe_overwrites);
  g_test_add_func ("/auth/secret/reads-one-line-and-no-more", test_reads_one_line);
  g_test_add_func ("/auth/secret/limits-a-line", test_limits_a_line);
  g_test_add_func ("/auth/secret/says-why-it-cannot-read", test_says_why_it_cannot_read);

  return g_test_run ();
}
