/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "wsman/auth/wsm-auth-error.h"
#include "wsman/auth/wsm-basic.h"

static void
test_formats (void)
{
  static const struct
  {
    const char *user;
    const char *password;
    const char *expected;
  } cases[] = {
    { "Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==" }, /* RFC 7617, section 2 */
    { "test", "123\302\243", "Basic dGVzdDoxMjPCow==" },                /* section 2.1 */
    { "mara", "a:b:c", "Basic bWFyYTphOmI6Yw==" },
    { "contoso\\mara", "x", "Basic Y29udG9zb1xtYXJhOng=" },
    { "", "x", NULL },
    { "mara", "", NULL },
    { "ma:ra", "x", NULL },
    { "ma\nra", "x", NULL },
    { "mara", "x\177", NULL },
    { "mara", "x\302\205", NULL },
    { "mara", "\377", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WsmSecret) password = wsm_secret_new (cases[i].password, -1);
      g_autofree char *value = wsm_basic_format (cases[i].user, password);

      g_assert_cmpstr (value, ==, cases[i].expected);
    }
}

static void
test_parts_have_a_limit (void)
{
  g_autofree char *longest = g_strnfill (WSM_BASIC_MAX_PART, 'm');
  g_autofree char *too_long = g_strnfill (WSM_BASIC_MAX_PART + 1, 'm');
  g_autoptr (WsmSecret) password = wsm_secret_new (longest, -1);
  g_autoptr (WsmSecret) too_long_password = wsm_secret_new (too_long, -1);
  g_autoptr (WsmSecret) parsed_password = NULL;
  g_autofree char *user = NULL;
  g_autofree char *value = wsm_basic_format (longest, password);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (value);
  g_assert_null (wsm_basic_format (too_long, password));
  g_assert_null (wsm_basic_format (longest, too_long_password));

  g_assert_true (wsm_basic_parse (value, strlen (value), &user, &parsed_password, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (user, ==, longest);
  g_assert_true (wsm_secret_equal (password, parsed_password));
}

static void
test_parses (void)
{
  static const struct
  {
    const char *value;
    const char *user;
    const char *password;
  } cases[] = {
    { "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame" },
    { "basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame" },
    { "BASIC   QWxhZGRpbjpvcGVuIHNlc2FtZQ== ", "Aladdin", "open sesame" },
    { "Basic bWFyYTphOmI6Yw==", "mara", "a:b:c" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *user = NULL;
      g_autoptr (WsmSecret) password = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (
        wsm_basic_parse (cases[i].value, strlen (cases[i].value), &user, &password, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (user, ==, cases[i].user);
      g_assert_cmpstr (wsm_secret_peek (password, NULL), ==, cases[i].password);
    }
}

static void
assert_refused (const char *value, gsize length)
{
  g_autoptr (GError) error = NULL;
  char *user = NULL;
  WsmSecret *password = NULL;

  g_assert_false (wsm_basic_parse (value, length, &user, &password, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
  g_assert_null (user);
  g_assert_null (password);
}

static void
test_refuses_other_headers (void)
{
  static const char *const values[] = {
    "",
    "Basic",
    "Basic ",
    "Basic    ",
    "BasicbWFyYTp4",
    "Basic\tbWFyYTp4",
    "Bearer bWFyYTp4",
    "Negotiate YIIB",
    "Basic bWFy YTp4",    /* GLib's decoder would skip the space */
    "Basic bWFy!YTp4",    /* … and the exclamation mark */
    "Basic bWFyYTp4eA=",  /* short padding */
    "Basic bWFyYTp4e===", /* long padding */
    "Basic bWFy=YTp4eA=", /* padding inside */
    "Basic bWFyYTp4-_8=", /* the alphabet of URLs */
    "Basic bWFyYQ==",     /* no colon */
    "Basic OngK",         /* no name */
    "Basic bWFyYTo=",     /* no password */
    "Basic bWEKcmE6eA==", /* a line end in the name */
    "Basic bWFyYTp4Cg==", /* … in the password */
    "Basic bWFyYTp4AA==", /* NUL */
    "Basic bWFyYTr/",     /* not UTF-8 */
    "Basic bcOh4To6eA==", /* not UTF-8 in the name */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    assert_refused (values[i], strlen (values[i]));
}

static void
test_refuses_too_long (void)
{
  g_autofree char *plain = g_strdup_printf ("mara:%0*d", (int) WSM_BASIC_MAX_PART + 1, 0);
  g_autofree char *encoded = g_base64_encode ((const guchar *) plain, strlen (plain));
  g_autofree char *value = g_strconcat ("Basic ", encoded, NULL);
  g_autofree char *huge = g_strnfill (1024 * 1024, 'A');

  assert_refused (value, strlen (value));
  memcpy (huge, "Basic ", 6);
  assert_refused (huge, 1024 * 1024);
}

static void
test_respects_the_length (void)
{
  g_autofree char *exact = g_memdup2 ("Basic bWFyYTp4",
                                      14); /* no NUL: a sanitizer sees over-reads */
  g_autofree char *user = NULL;
  g_autoptr (WsmSecret) password = NULL;

  g_assert_true (wsm_basic_parse (exact, 14, &user, &password, NULL));
  g_assert_cmpstr (user, ==, "mara");

  for (gsize length = 0; length < 14; length++)
    assert_refused (exact, length);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/auth/basic/formats-what-rfc-7617-shows", test_formats);
  g_test_add_func ("/auth/basic/parts-have-a-limit", test_parts_have_a_limit);
  g_test_add_func ("/auth/basic/parses", test_parses);
  g_test_add_func ("/auth/basic/refuses-other-headers", test_refuses_other_headers);
  g_test_add_func ("/auth/basic/refuses-too-long", test_refuses_too_long);
  g_test_add_func ("/auth/basic/respects-the-length", test_respects_the_length);

  return g_test_run ();
}
