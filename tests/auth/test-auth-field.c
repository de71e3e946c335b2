/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "wsman/auth/wsm-auth-error.h"
#include "wsman/auth/wsm-auth-field.h"

static WsmAuthScheme
get_scheme (const char *value)
{
  gsize length = strlen (value);
  g_autofree char *exact = g_memdup2 (value, length);

  return wsm_auth_field_get_scheme (exact, length);
}

/* Of a copy without anything behind it, so that a sanitizer sees over-reads. */
static GBytes *
dup_token (const char *value, GError **error)
{
  gsize length = strlen (value);
  g_autofree char *exact = g_memdup2 (value, length);

  return wsm_auth_field_dup_token (exact, length, error);
}

static void
test_schemes (void)
{
  static const struct
  {
    const char *value;
    WsmAuthScheme expected;
  } cases[] = {
    { "Basic bWFyYTp4", WSM_AUTH_SCHEME_BASIC },
    { "Negotiate YII=", WSM_AUTH_SCHEME_NEGOTIATE },
    { "negotiate YII=", WSM_AUTH_SCHEME_NEGOTIATE },
    { "NEGOTIATE", WSM_AUTH_SCHEME_NEGOTIATE },
    { "Kerberos  YII=", WSM_AUTH_SCHEME_KERBEROS },
    { "NTLM TlRMTVNTUAAB", WSM_AUTH_SCHEME_NTLM },
    { "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual",
      WSM_AUTH_SCHEME_CERTIFICATE },
    { "HTTP://schemas.dmtf.org/wbem/wsman/1/wsman/SecProfile/https/mutual ",
      WSM_AUTH_SCHEME_CERTIFICATE },
    { "", WSM_AUTH_SCHEME_NONE },
    { " Negotiate YII=", WSM_AUTH_SCHEME_NONE },
    { "Negotiat", WSM_AUTH_SCHEME_NONE },
    { "Negotiate\tYII=", WSM_AUTH_SCHEME_NONE },
    { "Negotiates YII=", WSM_AUTH_SCHEME_NONE },
    { "CredSSP MIIB", WSM_AUTH_SCHEME_NONE },
    { "Digest username=\"mara\"", WSM_AUTH_SCHEME_NONE },
    { "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/basic", WSM_AUTH_SCHEME_NONE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].value);
      g_assert_cmpint (get_scheme (cases[i].value), ==, cases[i].expected);
    }

  g_assert_cmpint (wsm_auth_field_get_scheme (NULL, 0), ==, WSM_AUTH_SCHEME_NONE);
}

static void
test_tokens_are_read (void)
{
  static const struct
  {
    const char *value;
    const char *token;
  } cases[] = {
    { "Negotiate YQ==", "a" },  { "negotiate YWI=", "ab" },
    { "Kerberos YWJj", "abc" }, { "NTLM    YWJjZA==", "abcd" },
    { "NTLM YWJj  ", "abc" },   { "Negotiate ++//", "\xfb\xef\xff" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) token = NULL;

      g_test_message ("%s", cases[i].value);
      token = dup_token (cases[i].value, &error);

      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (token, NULL), g_bytes_get_size (token), cases[i].token,
                       strlen (cases[i].token));
    }
}

static void
test_what_is_no_token_is_refused (void)
{
  static const char *const values[] = {
    "",
    "Negotiate",
    "Negotiate ",
    "Negotiate    ",
    "Negotiate =",
    "Negotiate ====",
    "Negotiate Y===",
    "Negotiate YQ=",
    "Negotiate YQ",
    "Negotiate YWJ",
    "Negotiate YQ==YQ==",
    "Negotiate YWJj YWJj",
    "Negotiate YW Jj",
    "Negotiate YW-_",
    "Negotiate YWJj,",
    "Negotiate YWJj\n",
    "Negotiate\tYWJj",
    "Negotiate \303\244\303\244",
    "Negotiate YR==", /* bits behind the last octet */
    "Negotiate YU==",
    "Negotiate YWJ=",
    "Negotiate =YWJ",
    "Negotiate YWJjYQ=a",
    "Basic bWFyYTp4",
    "CredSSP YWJj",
    "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual YWJj",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", values[i]);
      g_assert_null (dup_token (values[i], &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
      g_assert_null (strstr (error->message, "YW"));
    }
}

static void
test_nul_is_no_letter (void)
{
  g_assert_null (wsm_auth_field_dup_token ("Negotiate YW\0j", 14, NULL));
  g_assert_null (wsm_auth_field_dup_token (NULL, 0, NULL));
}

static void
test_tokens_have_a_limit (void)
{
  g_autofree guint8 *octets = g_malloc0 (WSM_AUTH_MAX_TOKEN + 1);
  g_autoptr (GBytes) longest = g_bytes_new (octets, WSM_AUTH_MAX_TOKEN);
  g_autoptr (GBytes) too_long = g_bytes_new (octets, WSM_AUTH_MAX_TOKEN + 1);
  g_autofree char *field = wsm_auth_field_format (WSM_AUTH_SCHEME_KERBEROS, longest);
  g_autofree char *too_long_field = wsm_auth_field_format (WSM_AUTH_SCHEME_KERBEROS, too_long);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) token = dup_token (field, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (token, longest));
  g_assert_null (dup_token (too_long_field, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
}

static void
test_formats (void)
{
  static const struct
  {
    WsmAuthScheme scheme;
    const char *token;
    const char *expected;
    const char *name;
  } cases[] = {
    { WSM_AUTH_SCHEME_NEGOTIATE, "ab", "Negotiate YWI=", "Negotiate" },
    { WSM_AUTH_SCHEME_KERBEROS, "abc", "Kerberos YWJj", "Kerberos" },
    { WSM_AUTH_SCHEME_NTLM, NULL, "NTLM", "NTLM" },
    { WSM_AUTH_SCHEME_BASIC, NULL, "Basic", "Basic" },
    { WSM_AUTH_SCHEME_CERTIFICATE, NULL, WSM_AUTH_CERTIFICATE_PROFILE, "Certificate" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *text = cases[i].token;
      g_autoptr (GBytes) token = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
      g_autofree char *value = wsm_auth_field_format (cases[i].scheme, token);

      g_assert_cmpstr (value, ==, cases[i].expected);
      g_assert_cmpstr (wsm_auth_scheme_get_name (cases[i].scheme), ==, cases[i].name);
      g_assert_cmpint (get_scheme (value), ==, cases[i].scheme);
    }
}

#define ALL_BUT_NTLM (WSM_AUTH_SCHEME_NEGOTIATE | WSM_AUTH_SCHEME_KERBEROS | WSM_AUTH_SCHEME_BASIC)

/* @lines: one field each */
static void
test_challenges (void)
{
  static const struct
  {
    const char *lines[4];
    WsmAuthScheme wanted;
    WsmAuthScheme offered;
    const char *token; /* NULL: none */
    gboolean is_broken;
  } cases[] = {
    /* winrm-wire-protocol, section 7, cases 2 and 3 */
    { { "Basic realm=\"WSMAN\"", "negotiate YWI=", "Kerberos" },
      WSM_AUTH_SCHEME_NEGOTIATE,
      ALL_BUT_NTLM,
      "ab",
      FALSE },
    { { NULL }, WSM_AUTH_SCHEME_NEGOTIATE, WSM_AUTH_SCHEME_NONE, NULL, FALSE },
    /* several in one line */
    { { "Negotiate, Kerberos, Basic realm=\"WSMAN\", CredSSP" },
      WSM_AUTH_SCHEME_NEGOTIATE,
      ALL_BUT_NTLM,
      NULL,
      FALSE },
    { { "Basic realm=\"a, NTLM YWJj, \\\" Negotiate\", charset=\"UTF-8\",KERBEROS YWI= "
        ",Negotiate" },
      WSM_AUTH_SCHEME_KERBEROS,
      ALL_BUT_NTLM,
      "ab",
      FALSE },
    { { "Basic realm = \"x\" ,\tNegotiate\tYWI=\t" },
      WSM_AUTH_SCHEME_NEGOTIATE,
      WSM_AUTH_SCHEME_BASIC | WSM_AUTH_SCHEME_NEGOTIATE,
      "ab",
      FALSE },
    { { ", ,Negotiate YWI=,," },
      WSM_AUTH_SCHEME_NEGOTIATE,
      WSM_AUTH_SCHEME_NEGOTIATE,
      "ab",
      FALSE },
    { { "Digest realm=\"x\", nonce=\"YWI=\", qop=\"auth,auth-int\", Negotiate YWI=" },
      WSM_AUTH_SCHEME_NEGOTIATE,
      WSM_AUTH_SCHEME_NEGOTIATE,
      "ab",
      FALSE },
    { { WSM_AUTH_CERTIFICATE_PROFILE ", Basic realm=\"x\"" },
      WSM_AUTH_SCHEME_BASIC,
      WSM_AUTH_SCHEME_CERTIFICATE | WSM_AUTH_SCHEME_BASIC,
      NULL,
      FALSE },
    /* tokens of others */
    { { "NTLM YWI=", "Negotiate" },
      WSM_AUTH_SCHEME_NEGOTIATE,
      WSM_AUTH_SCHEME_NTLM | WSM_AUTH_SCHEME_NEGOTIATE,
      NULL,
      FALSE },
    { { "NTLM !!, Negotiate" },
      WSM_AUTH_SCHEME_NEGOTIATE,
      WSM_AUTH_SCHEME_NTLM | WSM_AUTH_SCHEME_NEGOTIATE,
      NULL,
      FALSE },
    { { "Bearer YWI=, NegotiateX YWI=" },
      WSM_AUTH_SCHEME_NEGOTIATE,
      WSM_AUTH_SCHEME_NONE,
      NULL,
      FALSE },
    { { "Basic realm=\"Negotiate YWI=" },
      WSM_AUTH_SCHEME_NEGOTIATE,
      WSM_AUTH_SCHEME_BASIC,
      NULL,
      FALSE },
    { { "Negotiate", "Negotiate YWI=" },
      WSM_AUTH_SCHEME_NEGOTIATE,
      WSM_AUTH_SCHEME_NEGOTIATE,
      "ab",
      FALSE },
    { { "Basic realm=\"x\\" }, WSM_AUTH_SCHEME_NEGOTIATE, WSM_AUTH_SCHEME_BASIC, NULL, FALSE },
    /* broken */
    { { "Negotiate YWI" }, WSM_AUTH_SCHEME_NEGOTIATE, WSM_AUTH_SCHEME_NEGOTIATE, NULL, TRUE },
    { { "Negotiate !" }, WSM_AUTH_SCHEME_NEGOTIATE, WSM_AUTH_SCHEME_NEGOTIATE, NULL, TRUE },
    { { "Negotiate YWI= x" }, WSM_AUTH_SCHEME_NEGOTIATE, WSM_AUTH_SCHEME_NEGOTIATE, NULL, TRUE },
    { { "Negotiate realm=\"x\"" },
      WSM_AUTH_SCHEME_NEGOTIATE,
      WSM_AUTH_SCHEME_NEGOTIATE,
      NULL,
      TRUE },
    { { "Negotiate YWI=, realm=\"x\"" },
      WSM_AUTH_SCHEME_NEGOTIATE,
      WSM_AUTH_SCHEME_NEGOTIATE,
      NULL,
      TRUE },
    { { "Negotiate YWI=", "Negotiate YWI=" },
      WSM_AUTH_SCHEME_NEGOTIATE,
      WSM_AUTH_SCHEME_NEGOTIATE,
      NULL,
      TRUE },
    { { "Negotiate !", "Negotiate YWI=" },
      WSM_AUTH_SCHEME_NEGOTIATE,
      WSM_AUTH_SCHEME_NEGOTIATE,
      NULL,
      TRUE },
    { { "Negotiate YWI=", "Negotiate !", "Negotiate YWI=" },
      WSM_AUTH_SCHEME_NEGOTIATE,
      WSM_AUTH_SCHEME_NEGOTIATE,
      NULL,
      TRUE },
    /* nothing */
    { { "", " \t,, ", "=", "= \"x" },
      WSM_AUTH_SCHEME_NEGOTIATE,
      WSM_AUTH_SCHEME_NONE,
      NULL,
      FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (WsmChallenges) challenges = { 0 };

      g_test_message ("%" G_GSIZE_FORMAT ": %s", i, cases[i].lines[0]);
      for (gsize k = 0; k < G_N_ELEMENTS (cases[i].lines) && cases[i].lines[k] != NULL; k++)
        {
          g_autofree char *exact = g_strdup (cases[i].lines[k]);

          wsm_challenges_add (&challenges, exact, cases[i].wanted);
        }

      g_assert_cmpint (challenges.offered, ==, cases[i].offered);
      g_assert_cmpint (challenges.is_broken, ==, cases[i].is_broken);
      g_assert_cmpint (challenges.token != NULL, ==, cases[i].token != NULL);
      if (challenges.token != NULL)
        g_assert_cmpmem (g_bytes_get_data (challenges.token, NULL),
                         g_bytes_get_size (challenges.token), cases[i].token,
                         strlen (cases[i].token));
    }
}

static void
test_many_challenges_take_no_time (void)
{
  g_auto (WsmChallenges) challenges = { 0 };
  g_autoptr (GString) line = g_string_new (NULL);
  gint64 since_usec = g_get_monotonic_time ();

  g_test_summary ("A hostile host does not keep us busy: half a million are read in a moment");

  for (guint i = 0; i < 500000; i++)
    g_string_append (line, "x,");
  g_string_append (line, "Negotiate YWI=");
  wsm_challenges_add (&challenges, line->str, WSM_AUTH_SCHEME_NEGOTIATE);

  g_assert_nonnull (challenges.token);
  g_assert_cmpint (g_get_monotonic_time () - since_usec, <, 5 * G_USEC_PER_SEC);
}

static void
test_cleared_challenges_say_nothing (void)
{
  WsmChallenges challenges = { 0 };

  wsm_challenges_add (&challenges, "Negotiate YWI=", WSM_AUTH_SCHEME_NEGOTIATE);
  wsm_challenges_add (&challenges, "Negotiate YWI=", WSM_AUTH_SCHEME_NEGOTIATE);
  wsm_challenges_clear (&challenges);

  g_assert_cmpint (challenges.offered, ==, WSM_AUTH_SCHEME_NONE);
  g_assert_null (challenges.token);
  g_assert_false (challenges.is_broken);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/auth/auth-field/schemes", test_schemes);
  g_test_add_func ("/auth/auth-field/tokens-are-read", test_tokens_are_read);
  g_test_add_func ("/auth/auth-field/what-is-no-token-is-refused",
                   test_what_is_no_token_is_refused);
  g_test_add_func ("/auth/auth-field/nul-is-no-letter", test_nul_is_no_letter);
  g_test_add_func ("/auth/auth-field/tokens-have-a-limit", test_tokens_have_a_limit);
  g_test_add_func ("/auth/auth-field/formats", test_formats);
  g_test_add_func ("/auth/auth-field/challenges", test_challenges);
  g_test_add_func ("/auth/auth-field/many-challenges-take-no-time",
                   test_many_challenges_take_no_time);
  g_test_add_func ("/auth/auth-field/cleared-challenges-say-nothing",
                   test_cleared_challenges_say_nothing);

  return g_test_run ();
}
