/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <glib/gstdio.h>

#include "support/scripted-server.h"
#include "wsman/client/wsm-client-error.h"
#include "wsman/client/wsm-trust.h"

static void
test_pin_takes_what_people_copy (void)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_load ("self-signed");
  g_autoptr (GSocketConnectable) identity = g_network_address_new ("pc7", 5986);
  g_autofree char *shown = wsm_trust_fingerprint (certificate);
  g_autofree char *lower = g_ascii_strdown (shown, -1);
  g_auto (GStrv) pairs = g_strsplit (shown, ":", -1);
  g_autofree char *plain = g_strjoinv ("", pairs);
  const char *const forms[] = { shown, lower, plain };

  g_assert_cmpuint (strlen (shown), ==, 95);
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WsmTrust) trust = wsm_trust_new (NULL, forms[i], &error);

      g_assert_no_error (error);
      g_assert_true (wsm_trust_verify (trust, certificate, identity, &error));
      g_assert_no_error (error);
    }
}

static void
test_refuses_what_is_no_pin (void)
{
  g_autofree char *good = g_strnfill (64, 'a');
  g_autofree char *longer = g_strconcat (good, "a", NULL);
  g_autofree char *colon_before = g_strconcat (":", good, NULL);
  g_autofree char *colon_behind = g_strconcat (good, ":", NULL);
  g_autofree char *colon_odd = g_strconcat ("a:", good + 1, NULL);
  g_autofree char *two_colons = g_strconcat ("aa::", good + 2, NULL);
  g_autofree char *letter = g_strconcat ("g", good + 1, NULL);
  g_autofree char *space = g_strconcat ("aa ", good + 2, NULL);
  const char *const pins[] = { "",           "a",       "sha256",   good + 1, longer, colon_before,
                               colon_behind, colon_odd, two_colons, letter,   space };
  g_autoptr (WsmTrust) trust = wsm_trust_new (NULL, good, NULL);

  g_assert_nonnull (trust);
  for (gsize i = 0; i < G_N_ELEMENTS (pins); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (wsm_trust_new (NULL, pins[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_other_pin_shows_both (void)
{
  g_autoptr (GTlsCertificate) pinned = test_certificate_load ("host");
  g_autoptr (GTlsCertificate) shown = test_certificate_load ("self-signed");
  g_autoptr (GSocketConnectable) identity = g_network_address_new ("localhost", 5986);
  g_autofree char *pin = wsm_trust_fingerprint (pinned);
  g_autofree char *other = wsm_trust_fingerprint (shown);
  g_autoptr (WsmTrust) trust = wsm_trust_new (NULL, pin, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (wsm_trust_verify (trust, shown, identity, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS_PIN);
  g_assert_nonnull (strstr (error->message, pin));
  g_assert_nonnull (strstr (error->message, other));
  g_assert_nonnull (strstr (error->message, "localhost"));
}

static void
test_known_hosts_are_judged_by_their_pin (void)
{
  g_autoptr (GTlsCertificate) good = test_certificate_load ("host");
  g_autoptr (GTlsCertificate) self_signed = test_certificate_load ("self-signed");
  g_autofree char *authority = test_certificate_path ("authority");
  g_autofree char *good_pin = wsm_trust_fingerprint (good);
  g_autofree char *pin = wsm_trust_fingerprint (self_signed);
  const struct
  {
    const char *host;
    guint16 port;
    GTlsCertificate *certificate;
    int code;         /* -1: it is right */
    const char *text; /* in the message */
  } cases[] = {
    { "localhost", 5986, self_signed, -1, NULL },
    { "LocalHost", 5986, self_signed, -1, NULL },
    { "localhost", 5986, good, WSM_CLIENT_ERROR_TLS_PIN, "host trust --replace localhost" },
    { "localhost", 6000, good, -1, NULL }, /* another port is another host */
    { "localhost", 6000, self_signed, WSM_CLIENT_ERROR_TLS_UNTRUSTED, "signed" },
    { "127.0.0.1", 5986, good, -1, NULL },
    { "::1", 6001, self_signed, -1, NULL },
    { "0:0:0:0:0:0:0:1", 6001, good, WSM_CLIENT_ERROR_TLS_PIN, "--replace [0:0:0:0:0:0:0:1]:6001" },
    { "twice", 5986, good, -1, NULL },
    { "twice", 5986, self_signed, WSM_CLIENT_ERROR_TLS_PIN, "has changed" },
  };
  g_autoptr (WsmTrust) trust = wsm_trust_new (authority, NULL, NULL);

  g_test_summary ("A host that somebody trusts has one right certificate, all others an authority");

  g_assert_nonnull (trust);
  g_assert_true (wsm_trust_add_pin (trust, "LOCALHOST", 5986, pin, NULL));
  g_assert_true (wsm_trust_add_pin (trust, "::1", 6001, pin, NULL));
  g_assert_true (wsm_trust_add_pin (trust, "twice", 5986, pin, NULL));
  g_assert_true (wsm_trust_add_pin (trust, "twice", 5986, good_pin, NULL));

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GSocketConnectable)
        identity = g_network_address_new (cases[i].host, cases[i].port);
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (wsm_trust_verify (trust, cases[i].certificate, identity, &error), ==,
                       cases[i].code == -1);
      if (cases[i].code == -1)
        continue;
      g_assert_error (error, WSM_CLIENT_ERROR, cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].text));
      g_assert_nonnull (strstr (error->message, "Nothing was sent"));
    }
}

static void
test_a_known_host_comes_before_the_pin_for_all (void)
{
  g_autoptr (GTlsCertificate) good = test_certificate_load ("host");
  g_autoptr (GTlsCertificate) self_signed = test_certificate_load ("self-signed");
  g_autofree char *good_pin = wsm_trust_fingerprint (good);
  g_autofree char *pin = wsm_trust_fingerprint (self_signed);
  g_autoptr (GSocketConnectable) known = g_network_address_new ("known", 5986);
  g_autoptr (GSocketConnectable) other = g_network_address_new ("other", 5986);
  g_autoptr (WsmTrust) trust = wsm_trust_new (NULL, pin, NULL);

  g_assert_true (wsm_trust_add_pin (trust, "known", 5986, good_pin, NULL));
  g_assert_true (wsm_trust_verify (trust, good, known, NULL));
  g_assert_false (wsm_trust_verify (trust, self_signed, known, NULL));
  g_assert_true (wsm_trust_verify (trust, self_signed, other, NULL));
  g_assert_false (wsm_trust_verify (trust, good, other, NULL));
}

static void
test_refuses_what_is_no_pin_of_a_host (void)
{
  g_autofree char *good = g_strnfill (64, 'a');
  g_autoptr (WsmTrust) trust = wsm_trust_new (NULL, good, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (wsm_trust_add_pin (trust, "pc7", 5986, good + 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "pc7"));
}

static void
test_authority (void)
{
  static const struct
  {
    const char *certificate;
    const char *authority;
    const char *name;
    const char *why; /* NULL: it is right */
  } cases[] = {
    { "host", "authority", "localhost", NULL },
    { "host", "authority", "127.0.0.1", NULL },
    { "host", "authority", "::1", NULL },
    { "host", "authority", "127.0.0.2", "another name" },
    { "host", "authority", "pc7", "another name" },
    { "other-name", "authority", "localhost", "another name" },
    { "other-name", "authority", "elsewhere.example", NULL },
    { "self-signed", "authority", "localhost", "nobody" },
    { "self-signed", "self-signed", "localhost", NULL },
    { "host", "self-signed", "localhost", "nobody" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GTlsCertificate) certificate = test_certificate_load (cases[i].certificate);
      g_autoptr (GSocketConnectable) identity = g_network_address_new (cases[i].name, 5986);
      g_autofree char *path = test_certificate_path (cases[i].authority);
      g_autofree char *shown = wsm_trust_fingerprint (certificate);
      g_autoptr (GError) error = NULL;
      g_autoptr (WsmTrust) trust = wsm_trust_new (path, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (wsm_trust_verify (trust, certificate, identity, &error), ==,
                       cases[i].why == NULL);
      if (cases[i].why == NULL)
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS_UNTRUSTED);
      g_assert_nonnull (strstr (error->message, cases[i].why));
      g_assert_nonnull (strstr (error->message, shown));
    }
}

static void
test_refuses_useless_files (void)
{
  g_autofree char *pin = g_strnfill (64, 'a');
  g_autofree char *path = test_certificate_path ("authority");
  g_autofree char *absent = test_certificate_path ("absent");
  const struct
  {
    const char *file;
    const char *pin;
  } cases[] = { { absent, NULL }, { "/dev/null", NULL }, { "", NULL }, { path, pin } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (wsm_trust_new (cases[i].file, cases[i].pin, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_prepared_process_trusts_nobody (void)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_load ("host");
  g_autoptr (GSocketConnectable) identity = g_network_address_new ("localhost", 5986);
  g_autoptr (GTlsDatabase) before = NULL;
  g_autoptr (GTlsDatabase) after = NULL;
  g_autoptr (WsmTrust) trust = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("The process's own database vouches for nobody, the authorities still load");

  wsm_trust_prepare_process ();
  before = g_tls_backend_get_default_database (g_tls_backend_get_default ());
  g_assert_cmpuint (
    g_tls_database_verify_chain (before, certificate, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER,
                                 identity, NULL, G_TLS_DATABASE_VERIFY_NONE, NULL, NULL),
    ==, G_TLS_CERTIFICATE_UNKNOWN_CA);

  trust = wsm_trust_new (NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (wsm_trust_verify (trust, certificate, identity, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS_UNTRUSTED);

  after = g_tls_backend_get_default_database (g_tls_backend_get_default ());
  g_assert_true (after == before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/client/trust/pin-takes-what-people-copy", test_pin_takes_what_people_copy);
  g_test_add_func ("/client/trust/refuses-what-is-no-pin", test_refuses_what_is_no_pin);
  g_test_add_func ("/client/trust/other-pin-shows-both", test_other_pin_shows_both);
  g_test_add_func ("/client/trust/known-hosts-are-judged-by-their-pin",
                   test_known_hosts_are_judged_by_their_pin);
  g_test_add_func ("/client/trust/a-known-host-comes-before-the-pin-for-all",
                   test_a_known_host_comes_before_the_pin_for_all);
  g_test_add_func ("/client/trust/refuses-what-is-no-pin-of-a-host",
                   test_refuses_what_is_no_pin_of_a_host);
  g_test_add_func ("/client/trust/authority-decides-by-signature-and-name", test_authority);
  g_test_add_func ("/client/trust/refuses-useless-files", test_refuses_useless_files);
  g_test_add_func ("/client/trust/prepared-process-trusts-nobody",
                   test_prepared_process_trusts_nobody);

  return g_test_run ();
}
