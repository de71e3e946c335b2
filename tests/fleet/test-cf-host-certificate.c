/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fleet/cf-host-certificate.h"

#define DIGITS "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define SHOWN                                                                                      \
  "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:"  \
  "FF"

static void
test_fingerprints (void)
{
  static const char *const good[] = {
    DIGITS,
    SHOWN,
    "00112233445566778899AABBCCDDEEFF 00112233445566778899AABBCCDDEEFF",
  };
  static const char *const bad[] = {
    "", ":", "00", DIGITS "00", DIGITS "0", ":" DIGITS, "0:0112233445566778899aabbccddeeff", "x",
  };
  g_autofree char *shown = cf_fingerprint_format (DIGITS);

  g_test_summary ("A fingerprint is read as people write it, and written as they compare it");

  g_assert_cmpstr (shown, ==, SHOWN);
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *digits = cf_fingerprint_normalise (good[i]);

      g_assert_cmpstr (digits, ==, DIGITS);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (cf_fingerprint_normalise (bad[i]));
  g_assert_null (cf_fingerprint_normalise (NULL));
}

static void
test_description (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "support", "host.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);
  g_autoptr (CfHostCertificate) shown = NULL;

  g_test_summary ("A certificate tells whose it is, who says so, and until when");

  g_assert_no_error (error);
  shown = cf_host_certificate_new (certificate, TRUE);
  g_assert_cmpstr (shown->subject, ==, "CN=host");
  g_assert_cmpstr (shown->issuer, ==, "CN=Curfew test authority");
  g_assert_cmpint (g_date_time_compare (shown->not_before, shown->not_after), <, 0);
  g_assert_cmpuint (strlen (shown->sha256), ==, 64);
  g_assert_cmpuint (strlen (shown->fingerprint), ==, 95);
  g_assert_true (shown->is_vouched);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fleet/host-certificate/fingerprints", test_fingerprints);
  g_test_add_func ("/fleet/host-certificate/description", test_description);

  return g_test_run ();
}
