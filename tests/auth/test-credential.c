/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <krb5.h>
#include <string.h>

#include "wsman/auth/wsm-auth-error.h"
#include "wsman/auth/wsm-credential.h"
#include "wsman/auth/wsm-kerberos.h"

#define LONG_NAME                                                                                  \
  "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123" \
  "4567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567" \
  "890123456789012345678901234567890123456789012345678901234567890123456789"

static void
test_options (void)
{
  static const struct
  {
    WsmAuthMethod method;
    const char *user;
    const char *password;
    gboolean may_use_ntlm;
    gboolean is_good;
  } cases[] = {
    { WSM_AUTH_BASIC, "mara", "secret", FALSE, TRUE },
    { WSM_AUTH_BASIC, "mara", NULL, FALSE, FALSE },
    { WSM_AUTH_BASIC, NULL, "secret", FALSE, FALSE },
    { WSM_AUTH_BASIC, "ma:ra", "secret", FALSE, FALSE },
    { WSM_AUTH_BASIC, "", "secret", FALSE, FALSE },
    { WSM_AUTH_BASIC, "mara", "", FALSE, FALSE },
    { WSM_AUTH_NEGOTIATE, NULL, NULL, FALSE, TRUE },
    { WSM_AUTH_NEGOTIATE, NULL, "secret", FALSE, FALSE },
    { WSM_AUTH_NEGOTIATE, "mara", "secret", FALSE, TRUE },
    { WSM_AUTH_NEGOTIATE, "mara@CURFEW.TEST", NULL, FALSE, TRUE },
    { WSM_AUTH_NEGOTIATE, "admin/helpdesk", NULL, FALSE, TRUE },
    { WSM_AUTH_NEGOTIATE, "WORK\\mara", "secret", FALSE, FALSE },
    { WSM_AUTH_NEGOTIATE, "WORK\\mara", "secret", TRUE, TRUE },
    { WSM_AUTH_NEGOTIATE, "WORK\\mara", NULL, TRUE, FALSE },
    { WSM_AUTH_NEGOTIATE, "a@b@c", "secret", FALSE, FALSE },
    { WSM_AUTH_NEGOTIATE, "@CURFEW.TEST", "secret", FALSE, FALSE },
    { WSM_AUTH_NEGOTIATE, "mara mara", "secret", FALSE, FALSE },
    { WSM_AUTH_NEGOTIATE, "ma\nra", "secret", FALSE, FALSE },
    { WSM_AUTH_NEGOTIATE, "\xff", "secret", FALSE, FALSE },
    { WSM_AUTH_NEGOTIATE, LONG_NAME, "secret", FALSE, FALSE },
    { WSM_AUTH_NEGOTIATE, "mara", LONG_NAME, FALSE, FALSE },
    { WSM_AUTH_KERBEROS, NULL, NULL, FALSE, TRUE },
    { WSM_AUTH_KERBEROS, "WORK\\mara", "secret", TRUE, FALSE },
    { WSM_AUTH_NTLM, "mara", "secret", FALSE, TRUE },
    { WSM_AUTH_NTLM, "WORK\\mara", "secret", FALSE, TRUE },
    { WSM_AUTH_NTLM, "mara@work", "secret", FALSE, TRUE },
    { WSM_AUTH_NTLM, "mara", NULL, FALSE, FALSE },
    { WSM_AUTH_NTLM, NULL, NULL, FALSE, FALSE },
    { WSM_AUTH_NTLM, "\\mara", "secret", FALSE, FALSE },
    { WSM_AUTH_NTLM, "WORK\\", "secret", FALSE, FALSE },
    { WSM_AUTH_NTLM, "WORK\\a\\b", "secret", FALSE, FALSE },
    { WSM_AUTH_CERTIFICATE, NULL, NULL, FALSE, FALSE },
  };

  g_test_summary ("A credential that could never sign in is refused when it is made");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WsmSecret)
        password = cases[i].password != NULL ? wsm_secret_new (cases[i].password, -1) : NULL;
      WsmCredentialOptions options = { .method = cases[i].method,
                                       .user = cases[i].user,
                                       .password = password,
                                       .may_use_ntlm = cases[i].may_use_ntlm };
      g_autoptr (GError) error = NULL;
      g_autoptr (WsmCredential) credential = wsm_credential_new (&options, &error);

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      if (cases[i].is_good)
        {
          g_assert_no_error (error);
          g_assert_cmpint (wsm_credential_get_method (credential), ==, cases[i].method);
          g_assert_cmpstr (wsm_credential_get_user (credential), ==, cases[i].user);
          g_assert_true (wsm_credential_get_password (credential) == password);
          g_assert_null (wsm_credential_get_certificate (credential));
          g_assert_cmpint (wsm_credential_is_of_connection (credential), ==,
                           cases[i].method != WSM_AUTH_BASIC);
        }
      else
        {
          g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
          g_assert_null (credential);
        }
    }
}

static void
test_password_with_nul (void)
{
  g_autoptr (WsmSecret) password = wsm_secret_new ("se\0cret", 7);
  WsmCredentialOptions options = { .method = WSM_AUTH_NEGOTIATE,
                                   .user = "mara",
                                   .password = password };
  g_autoptr (GError) error = NULL;

  g_test_summary ("A password with a NUL in it, which the libraries would cut, is refused");

  g_assert_null (wsm_credential_new (&options, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
}

static void
assert_ticket (const char *user, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *found = wsm_credential_find_ticket (user, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, expected);
}

static void
assert_no_ticket (const char *user, int code, const char *word)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (wsm_credential_find_ticket (user, &error));
  g_assert_error (error, WSM_AUTH_ERROR, code);
  g_assert_nonnull (strstr (error->message, word));
}

static void
test_find_ticket (void)
{
  g_test_summary ("A ticket is found by name, with realm or without, or whoever it is of");

  assert_ticket (NULL, "mara@CURFEW.TEST");
  assert_ticket ("mara", "mara@CURFEW.TEST");
  assert_ticket ("mara@CURFEW.TEST", "mara@CURFEW.TEST");
  assert_no_ticket ("kim", WSM_AUTH_ERROR_NO_TICKET, "no Kerberos ticket for kim");
  assert_no_ticket ("mara@OTHER.TEST", WSM_AUTH_ERROR_NO_TICKET, "kinit");
  assert_no_ticket ("WORK\\mara", WSM_AUTH_ERROR_SYNTAX, "name@REALM");
}

/* Copies the ticket of the default cache to @cache, as it will be when its time is over. */
static void
write_old_ticket (krb5_context context, krb5_ccache cache)
{
  krb5_ccache original;
  krb5_principal client;
  krb5_cc_cursor cursor;
  krb5_creds creds;

  g_assert_cmpint (krb5_cc_default (context, &original), ==, 0);
  g_assert_cmpint (krb5_cc_get_principal (context, original, &client), ==, 0);
  g_assert_cmpint (krb5_cc_initialize (context, cache, client), ==, 0);
  g_assert_cmpint (krb5_cc_start_seq_get (context, original, &cursor), ==, 0);
  while (krb5_cc_next_cred (context, original, &cursor, &creds) == 0)
    {
      creds.times.endtime = creds.times.starttime - 60;
      if (!krb5_is_config_principal (context, creds.server))
        g_assert_cmpint (krb5_cc_store_cred (context, cache, &creds), ==, 0);
      krb5_free_cred_contents (context, &creds);
    }
  krb5_cc_end_seq_get (context, original, &cursor);
  krb5_free_principal (context, client);
  krb5_cc_close (context, original);
}

static void
assert_sign_in_fails (const char *word)
{
  g_autoptr (WsmKerberos) kerberos = wsm_kerberos_new (NULL, NULL, FALSE);
  WsmKerberosTicket ticket = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean may_detour = FALSE;

  g_assert_false (wsm_kerberos_get_ticket (kerberos, "localhost", &ticket, &may_detour, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_NO_TICKET);
  g_assert_nonnull (strstr (error->message, word));
  g_assert_true (may_detour);
}

static void
test_no_ticket (void)
{
  g_autofree char *original = g_strdup (g_getenv ("KRB5CCNAME"));
  g_autofree char *path = g_build_filename (g_getenv ("CURFEW_TEST_DIRECTORY"), "old", NULL);
  g_autofree char *name = g_strconcat ("FILE:", path, NULL);
  krb5_context context;
  krb5_ccache cache;

  g_test_summary ("No ticket, and one that has expired, are told apart");

  g_assert_cmpint (krb5_init_context (&context), ==, 0);
  g_assert_cmpint (krb5_cc_resolve (context, name, &cache), ==, 0);
  write_old_ticket (context, cache);
  krb5_cc_close (context, cache);
  krb5_free_context (context);

  g_setenv ("KRB5CCNAME", name, TRUE);
  assert_no_ticket (NULL, WSM_AUTH_ERROR_NO_TICKET, "has expired");
  assert_no_ticket ("mara", WSM_AUTH_ERROR_NO_TICKET, "has expired");
  assert_sign_in_fails ("has expired");

  g_unlink (path);
  assert_no_ticket (NULL, WSM_AUTH_ERROR_NO_TICKET, "There is no");
  assert_sign_in_fails ("There is no");

  g_setenv ("KRB5CCNAME", original, TRUE);
}

static guint
count_tickets (const char *service)
{
  krb5_context context;
  krb5_ccache cache;
  krb5_cc_cursor cursor;
  krb5_creds creds;
  guint n = 0;

  g_assert_cmpint (krb5_init_context (&context), ==, 0);
  g_assert_cmpint (krb5_cc_default (context, &cache), ==, 0);
  g_assert_cmpint (krb5_cc_start_seq_get (context, cache, &cursor), ==, 0);
  while (krb5_cc_next_cred (context, cache, &cursor, &creds) == 0)
    {
      char *name;

      g_assert_cmpint (krb5_unparse_name (context, creds.server, &name), ==, 0);
      n += g_str_equal (name, service);
      krb5_free_unparsed_name (context, name);
      krb5_free_cred_contents (context, &creds);
    }
  krb5_cc_end_seq_get (context, cache, &cursor);
  krb5_cc_close (context, cache);
  krb5_free_context (context);

  return n;
}

static void
test_ticket_is_kept (void)
{
  g_test_summary (
    "A ticket for a host is in the credential cache afterwards, for the next program, once");

  g_assert_cmpuint (count_tickets ("HTTP/localhost@CURFEW.TEST"), ==, 0);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (WsmKerberos) kerberos = wsm_kerberos_new (NULL, NULL, FALSE);

      for (guint j = 0; j < 3; j++)
        {
          WsmKerberosTicket ticket = { 0 };
          g_autoptr (GError) error = NULL;
          gboolean may_detour;

          wsm_kerberos_get_ticket (kerberos, "localhost", &ticket, &may_detour, &error);
          g_assert_no_error (error);
          g_assert_cmpstr (ticket.service, ==, "HTTP/localhost@CURFEW.TEST");
          g_assert_true (g_str_has_prefix (ticket.cache, "MEMORY:"));
          wsm_kerberos_ticket_clear (&ticket);
          g_assert_null (ticket.cache);
        }
    }
  g_assert_cmpuint (count_tickets ("HTTP/localhost@CURFEW.TEST"), ==, 1);
}

/* What comes of each code. All sentences are for people: no place is left unfilled. */
static void
test_errors (void)
{
  static const struct
  {
    krb5_error_code code;
    WsmKerberosStage stage;
    int kind;
    gboolean may_detour;
  } cases[] = {
    { KRB5KRB_AP_ERR_SKEW, WSM_KERBEROS_PASSWORD, WSM_AUTH_ERROR_CLOCK_SKEW, FALSE },
    { KRB5_KDCREP_SKEW, WSM_KERBEROS_PASSWORD, WSM_AUTH_ERROR_CLOCK_SKEW, FALSE },
    { KRB5KDC_ERR_PREAUTH_FAILED, WSM_KERBEROS_PASSWORD, WSM_AUTH_ERROR_REJECTED, FALSE },
    { KRB5KRB_AP_ERR_BAD_INTEGRITY, WSM_KERBEROS_PASSWORD, WSM_AUTH_ERROR_REJECTED, FALSE },
    { KRB5KDC_ERR_CLIENT_REVOKED, WSM_KERBEROS_PASSWORD, WSM_AUTH_ERROR_LOCKED, FALSE },
    { KRB5KDC_ERR_KEY_EXP, WSM_KERBEROS_PASSWORD, WSM_AUTH_ERROR_PASSWORD_EXPIRED, FALSE },
    { KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, WSM_KERBEROS_PASSWORD, WSM_AUTH_ERROR_REJECTED, TRUE },
    { KRB5KDC_ERR_POLICY, WSM_KERBEROS_SERVICE, WSM_AUTH_ERROR_REJECTED, FALSE },
    { KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, WSM_KERBEROS_SERVICE, WSM_AUTH_ERROR_UNKNOWN_SERVICE, TRUE },
    { KRB5_KDC_UNREACH, WSM_KERBEROS_SERVICE, WSM_AUTH_ERROR_UNAVAILABLE, TRUE },
    { KRB5_REALM_CANT_RESOLVE, WSM_KERBEROS_SERVICE, WSM_AUTH_ERROR_UNAVAILABLE, TRUE },
    { KRB5_REALM_UNKNOWN, WSM_KERBEROS_SERVICE, WSM_AUTH_ERROR_UNAVAILABLE, TRUE },
    { KRB5_CONFIG_NODEFREALM, WSM_KERBEROS_PASSWORD, WSM_AUTH_ERROR_SYNTAX, TRUE },
    { KRB5_FCC_NOFILE, WSM_KERBEROS_SERVICE, WSM_AUTH_ERROR_NO_TICKET, TRUE },
    { KRB5_CC_NOTFOUND, WSM_KERBEROS_SERVICE, WSM_AUTH_ERROR_NO_TICKET, TRUE },
    { KRB5_CC_END, WSM_KERBEROS_SERVICE, WSM_AUTH_ERROR_NO_TICKET, TRUE },
    { KRB5KRB_AP_ERR_TKT_EXPIRED, WSM_KERBEROS_SERVICE, WSM_AUTH_ERROR_NO_TICKET, TRUE },
    { KRB5KDC_ERR_ETYPE_NOSUPP, WSM_KERBEROS_SERVICE, WSM_AUTH_ERROR_MECHANISM, TRUE },
    { ENOMEM, WSM_KERBEROS_SERVICE, WSM_AUTH_ERROR_UNAVAILABLE, TRUE },
    { KRB5KRB_AP_ERR_MODIFIED, WSM_KERBEROS_HOST, WSM_AUTH_ERROR_REJECTED, FALSE },
  };

  g_test_summary ("Each failure of Kerberos has a sentence of its own, with what to do next");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint known = 0; known < 2; known++)
      {
        g_autoptr (GError)
          error = wsm_kerberos_error_new (cases[i].code, "{user} says", cases[i].stage,
                                          known ? "ma{host}ra" : NULL, known ? "den" : NULL);

        g_test_message ("case %" G_GSIZE_FORMAT ": %s", i, error->message);
        g_assert_error (error, WSM_AUTH_ERROR, cases[i].kind);
        g_assert_true (g_str_has_suffix (error->message, ".") ||
                       g_str_has_suffix (error->message, ".)"));
        g_assert_null (strstr (error->message, "{host}den"));
        g_assert_null (strstr (error->message, "{text}"));
        g_assert_null (strstr (error->message, " user}"));
        g_assert_cmpint (wsm_kerberos_error_may_detour (cases[i].code), ==, cases[i].may_detour);
      }
}

static void
test_sentence_without_user (void)
{
  g_autoptr (GError)
    anybody = wsm_kerberos_error_new (KRB5_FCC_NOFILE, NULL, WSM_KERBEROS_SERVICE, NULL, "pc7");
  g_autoptr (GError) kim = wsm_kerberos_error_new (KRB5_FCC_NOFILE, NULL, WSM_KERBEROS_SERVICE,
                                                   "kim@CURFEW.TEST", "pc7");

  g_test_summary ("Where nobody is named, the sentence speaks of nobody");

  g_assert_true (
    g_str_has_prefix (anybody->message, "There is no Kerberos ticket on this computer."));
  g_assert_true (g_str_has_prefix (
    kim->message, "There is no Kerberos ticket for kim@CURFEW.TEST on this computer."));
}

static void
test_environment (void)
{
  g_test_summary ("What lowers NTLM is taken out of the environment; what traces Kerberos stays");

  g_setenv ("LM_COMPAT_LEVEL", "0", TRUE);
  g_setenv ("KRB5_TRACE", "/dev/null", TRUE);
  wsm_credential_prepare_process ();
  g_assert_null (g_getenv ("LM_COMPAT_LEVEL"));
  g_assert_cmpstr (g_getenv ("KRB5_TRACE"), ==, "/dev/null");
  g_unsetenv ("KRB5_TRACE");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/auth/credential/options", test_options);
  g_test_add_func ("/auth/credential/password-with-nul", test_password_with_nul);
  g_test_add_func ("/auth/credential/find-ticket", test_find_ticket);
  g_test_add_func ("/auth/credential/no-ticket", test_no_ticket);
  g_test_add_func ("/auth/credential/ticket-is-kept", test_ticket_is_kept);
  g_test_add_func ("/auth/credential/errors", test_errors);
  g_test_add_func ("/auth/credential/sentence-without-user", test_sentence_without_user);
  g_test_add_func ("/auth/credential/environment", test_environment);

  return g_test_run ();
}
