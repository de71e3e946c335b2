/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "fleet/cf-sign-in.h"
#include "wsman/auth/wsm-auth-error.h"

#define NEGOTIATE   CF_SIGN_IN_NEGOTIATE
#define KERBEROS    CF_SIGN_IN_KERBEROS
#define NTLM        CF_SIGN_IN_NTLM
#define BASIC       CF_SIGN_IN_BASIC
#define CERTIFICATE CF_SIGN_IN_CERTIFICATE
#define AUTOMATIC   CF_SIGN_IN_AUTOMATIC

static guint n_looks;

/* A cache that holds the ticket of mara@LAB. */
static char *
find_mara (const char *user, GError **error)
{
  n_looks++;
  if (user == NULL || g_str_equal (user, "mara") || g_str_equal (user, "mara@LAB"))
    return g_strdup ("mara@LAB");
  g_set_error_literal (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_NO_TICKET, "Nothing of them.");
  return NULL;
}

static char *
find_none (const char *user, GError **error)
{
  n_looks++;
  g_set_error_literal (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_NO_TICKET, "No ticket.");
  return NULL;
}

static void
test_combinations (void)
{
  static const struct
  {
    CfSignInOptions options;
    const char *part; /* of what is wrong; NULL: nothing */
  } cases[] = {
    { { AUTOMATIC }, NULL },
    { { AUTOMATIC, "mara" }, NULL },
    { { AUTOMATIC, "mara@LAB" }, NULL },
    { { AUTOMATIC, "LAB\\mara" }, "--auth ntlm" },
    { { NEGOTIATE, "LAB\\mara" }, NULL },
    { { NTLM, "LAB\\mara" }, NULL },
    { { NTLM, "mara" }, NULL },
    { { NTLM }, "--auth ntlm needs --user" },
    { { KERBEROS, "LAB\\mara" }, "name@REALM" },
    { { KERBEROS }, NULL },
    { { BASIC }, "--auth basic needs --user" },
    { { BASIC, "mara" }, NULL },
    { { CERTIFICATE }, "--certificate" },
    { { CERTIFICATE, NULL, FALSE, "a", "b" }, NULL },
    { { AUTOMATIC, NULL, FALSE, "a", NULL }, NULL },
    { { AUTOMATIC, "mara", FALSE, "a", NULL }, "exclude each other" },
    { { NTLM, "mara", FALSE, "a", NULL }, "--auth certificate" },
    { { AUTOMATIC, NULL, FALSE, NULL, "b" }, "--key" },
    { { AUTOMATIC, NULL, FALSE, "a", NULL, TRUE }, "--delegate" },
    { { AUTOMATIC, "mara", FALSE, NULL, NULL, TRUE }, "--delegate" },
    { { BASIC, "mara", FALSE, NULL, NULL, TRUE }, "--delegate" },
    { { NTLM, "mara", FALSE, NULL, NULL, TRUE }, "--delegate" },
    { { AUTOMATIC, "mara@LAB", FALSE, NULL, NULL, TRUE }, NULL },
    { { KERBEROS, "mara", FALSE, NULL, NULL, TRUE }, NULL },
  };

  g_test_summary ("What does not go together is told before anything else, by the option's name");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CfSignIn) sign_in = cf_sign_in_new (&cases[i].options, &error);

      g_test_message ("%zu", i);
      g_assert_cmpint (sign_in == NULL, ==, cases[i].part != NULL);
      if (cases[i].part == NULL)
        continue;
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, cases[i].part));
      g_assert_true (g_str_has_suffix (error->message, "."));
    }
}

static void
test_proofs (void)
{
  static const struct
  {
    CfSignInOptions options;
    CfSignInProof with_ticket;
    CfSignInProof without;
    guint n_looks;
  } cases[] = {
    { { AUTOMATIC }, CF_SIGN_IN_BY_TICKET, CF_SIGN_IN_BY_NOTHING, 1 },
    { { AUTOMATIC, "mara" }, CF_SIGN_IN_BY_PASSWORD, CF_SIGN_IN_BY_PASSWORD, 0 },
    { { AUTOMATIC, "mara@LAB" }, CF_SIGN_IN_BY_TICKET, CF_SIGN_IN_BY_PASSWORD, 1 },
    { { AUTOMATIC, "kim@LAB" }, CF_SIGN_IN_BY_PASSWORD, CF_SIGN_IN_BY_PASSWORD, 1 },
    { { AUTOMATIC, "mara@LAB", TRUE }, CF_SIGN_IN_BY_PASSWORD, CF_SIGN_IN_BY_PASSWORD, 0 },
    { { NEGOTIATE, "mara" }, CF_SIGN_IN_BY_TICKET, CF_SIGN_IN_BY_PASSWORD, 1 },
    { { NEGOTIATE, "LAB\\mara" }, CF_SIGN_IN_BY_PASSWORD, CF_SIGN_IN_BY_PASSWORD, 0 },
    { { KERBEROS, "mara@LAB" }, CF_SIGN_IN_BY_TICKET, CF_SIGN_IN_BY_PASSWORD, 1 },
    { { NTLM, "mara@LAB" }, CF_SIGN_IN_BY_PASSWORD, CF_SIGN_IN_BY_PASSWORD, 0 },
    { { BASIC, "mara@LAB" }, CF_SIGN_IN_BY_PASSWORD, CF_SIGN_IN_BY_PASSWORD, 0 },
  };

  g_test_summary ("A ticket of that principal is used before a password is asked for");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfSignIn) sign_in = cf_sign_in_new (&cases[i].options, NULL);
      g_autoptr (GError) error = NULL;

      g_test_message ("%zu", i);
      n_looks = 0;
      g_assert_true (cf_sign_in_resolve (sign_in, find_mara, &error));
      g_assert_cmpint (cf_sign_in_get_proof (sign_in), ==, cases[i].with_ticket);
      g_assert_cmpuint (n_looks, ==, cases[i].n_looks);
      g_assert_true (cf_sign_in_resolve (sign_in, find_none, &error));
      g_assert_cmpint (cf_sign_in_get_proof (sign_in), ==, cases[i].without);
      g_assert_no_error (error);
    }
}

static void
test_no_ticket (void)
{
  static const CfSignInOptions cases[] = {
    { NEGOTIATE },
    { KERBEROS },
    { AUTOMATIC, NULL, FALSE, NULL, NULL, TRUE },
  };

  g_test_summary ("Where only a ticket would do, its absence is an error of its own");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfSignIn) sign_in = cf_sign_in_new (&cases[i], NULL);
      g_autoptr (GError) error = NULL;

      g_assert_false (cf_sign_in_resolve (sign_in, find_none, &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_NO_TICKET);
    }
}

static void
test_default_scheme (void)
{
  const CfSignInOptions nobody = { AUTOMATIC };
  const CfSignInOptions mara = { AUTOMATIC, "mara" };
  g_autoptr (CfSignIn) by_ticket = cf_sign_in_new (&nobody, NULL);
  g_autoptr (CfSignIn) by_password = cf_sign_in_new (&mara, NULL);

  g_test_summary ("Whoever has a ticket speaks http, where messages are sealed");

  g_assert_cmpstr (cf_sign_in_find_default_scheme (by_ticket, find_mara), ==, "http");
  g_assert_cmpstr (cf_sign_in_find_default_scheme (by_ticket, find_none), ==, "https");
  n_looks = 0;
  g_assert_cmpstr (cf_sign_in_find_default_scheme (by_password, find_mara), ==, "https");
  g_assert_cmpuint (n_looks, ==, 0);
}

static void
test_credentials (void)
{
  static const struct
  {
    CfSignInOptions options;
    WsmAuthMethod method;
    const char *realm;
  } cases[] = {
    { { AUTOMATIC, "mara", TRUE }, WSM_AUTH_BASIC, NULL },
    { { AUTOMATIC, "mara@LAB", TRUE }, WSM_AUTH_NEGOTIATE, "LAB" },
    { { KERBEROS, "mara@LAB", TRUE }, WSM_AUTH_KERBEROS, "LAB" },
    { { BASIC, "mara@LAB", TRUE }, WSM_AUTH_BASIC, NULL },
    { { BASIC, "mara", TRUE }, WSM_AUTH_BASIC, NULL },
  };
  g_autoptr (WsmSecret) password = wsm_secret_new ("x", -1);

  g_test_summary ("Each choice becomes the credential that it names");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfSignIn) sign_in = cf_sign_in_new (&cases[i].options, NULL);
      g_autofree char *realm = cf_sign_in_dup_realm (sign_in);
      g_autoptr (GError) error = NULL;
      g_autoptr (WsmCredential) credential = NULL;

      g_test_message ("%zu", i);
      g_assert_cmpstr (realm, ==, cases[i].realm);
      g_assert_true (cf_sign_in_resolve (sign_in, find_none, &error));
      credential = cf_sign_in_make_credential (sign_in, password, &error);
      g_assert_no_error (error);
      g_assert_cmpint (wsm_credential_get_method (credential), ==, cases[i].method);
      g_assert_cmpstr (wsm_credential_get_user (credential), ==, cases[i].options.user);
    }
}

static void
test_saved_is_never_ntlm (void)
{
  /* a name that only NTLM has, so that it shows whether NTLM may be used */
  static const struct
  {
    CfSignInOptions options;
    gboolean is_good;
  } cases[] = {
    { { NEGOTIATE, "LAB\\mara", TRUE, .is_saved = FALSE }, TRUE },
    { { NEGOTIATE, "LAB\\mara", TRUE, .is_saved = TRUE }, FALSE },
    { { NEGOTIATE, "mara@LAB", TRUE, .is_saved = TRUE }, TRUE },
    { { NTLM, "LAB\\mara", TRUE, .is_saved = TRUE }, TRUE },
  };
  g_autoptr (WsmSecret) password = wsm_secret_new ("x", -1);

  g_test_summary ("A password that was saved does not end in NTLM where Kerberos is meant");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfSignIn) sign_in = cf_sign_in_new (&cases[i].options, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (WsmCredential) credential = NULL;

      g_assert_true (cf_sign_in_resolve (sign_in, find_none, NULL));
      credential = cf_sign_in_make_credential (sign_in, password, &error);
      g_assert_cmpint (credential != NULL, ==, cases[i].is_good);
      if (!cases[i].is_good)
        g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
    }
}

static void
test_method_names (void)
{
  CfSignInMethod method;

  g_test_summary ("The keyring and the command line know the methods by name");

  for (CfSignInMethod known = AUTOMATIC; known <= CERTIFICATE; known++)
    {
      g_assert_true (cf_sign_in_method_from_name (cf_sign_in_method_get_name (known), &method));
      g_assert_cmpint (method, ==, known);
    }
  g_assert_false (cf_sign_in_method_from_name ("owl", &method));
  g_assert_false (cf_sign_in_method_from_name (NULL, &method));
}

/* A certificate without its key, that key, or the key of another one. */
static void
write_half (const char *path, const char *name)
{
  const char *certificate = g_str_equal (name, "others") ? "other-name.pem" : "host.pem";
  g_autofree char *source = g_test_build_filename (G_TEST_BUILT, "support", certificate, NULL);
  g_autofree char *text = NULL;
  char *key;

  g_assert_true (g_file_get_contents (source, &text, NULL, NULL));
  key = strstr (text, "-----BEGIN PRIVATE KEY-----");
  g_assert_nonnull (key);
  if (g_str_equal (name, "bare"))
    g_assert_true (g_file_set_contents (path, text, key - text, NULL));
  else
    g_assert_true (g_file_set_contents (path, key, -1, NULL));
}

static void
test_certificate_files (void)
{
  static const struct
  {
    const char *certificate; /* a file of the test, or the certificates */
    const char *key;
    const char *part;
  } cases[] = {
    { "host.pem", NULL, NULL },
    { "authority.pem", "broken", "cannot be used" },
    { "authority.pem", NULL, "--key" },
    { "authority.pem", "/dev/null", "--key" },
    { "authority.pem", "authority.pem", "no private key" },
    { "bare", "own", NULL },
    { "bare", "others", "others has not the private key of" },
    { "authority.pem", "own", "--key" },
    { "/nonexistent/x", NULL, "--certificate: /nonexistent/x cannot be read" },
    { "host.pem", "/nonexistent/x", "--key: /nonexistent/x cannot be read" },
    { "text", NULL, "no certificate" },
    { "host.pem", "locked", "passphrase" },
    { "host.pem", "locked-too", "passphrase" },
  };
  static const struct
  {
    const char *name;
    const char *text;
  } files[] = {
    { "text", "Hello.\n" },
    { "locked", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n" },
    { "locked-too", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nAAAA\n" },
    { "broken", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" },
    { "bare", NULL },
    { "own", NULL },
    { "others", NULL },
  };
  g_autofree char *folder = g_dir_make_tmp ("curfew-keys-XXXXXX", NULL);

  g_test_summary ("Each way in which a certificate file is wrong has its sentence");

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i].name, NULL);

      if (files[i].text != NULL)
        g_assert_true (g_file_set_contents (path, files[i].text, -1, NULL));
      else
        write_half (path, files[i].name);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *words[] = { cases[i].certificate, cases[i].key };
      char *paths[2] = { NULL, NULL };
      CfSignInOptions options = { CERTIFICATE };
      g_autoptr (CfSignIn) sign_in = NULL;
      g_autoptr (GError) error = NULL;
      gboolean is_good;

      for (gsize j = 0; j < 2; j++)
        if (words[j] != NULL && strchr (words[j], '/') == NULL)
          paths[j] = strchr (words[j], '.') != NULL
                       ? g_test_build_filename (G_TEST_BUILT, "support", words[j], NULL)
                       : g_build_filename (folder, words[j], NULL);
        else
          paths[j] = g_strdup (words[j]);
      options.certificate_file = paths[0];
      options.key_file = paths[1];
      sign_in = cf_sign_in_new (&options, NULL);
      g_test_message ("%zu", i);
      is_good = cf_sign_in_resolve (sign_in, find_none, &error);
      g_assert_cmpint (is_good, ==, cases[i].part == NULL);
      if (is_good)
        g_assert_cmpint (cf_sign_in_get_proof (sign_in), ==, CF_SIGN_IN_BY_CERTIFICATE);
      else
        g_assert_nonnull (strstr (error->message, cases[i].part));
      g_free (paths[0]);
      g_free (paths[1]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i].name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fleet/sign-in/combinations", test_combinations);
  g_test_add_func ("/fleet/sign-in/proofs", test_proofs);
  g_test_add_func ("/fleet/sign-in/no-ticket", test_no_ticket);
  g_test_add_func ("/fleet/sign-in/default-scheme", test_default_scheme);
  g_test_add_func ("/fleet/sign-in/credentials", test_credentials);
  g_test_add_func ("/fleet/sign-in/saved-is-never-ntlm", test_saved_is_never_ntlm);
  g_test_add_func ("/fleet/sign-in/method-names", test_method_names);
  g_test_add_func ("/fleet/sign-in/certificate-files", test_certificate_files);

  return g_test_run ();
}
