/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include <string.h>

#include "wsman/auth/wsm-certificate-purpose.h"
#include "wsman/auth/wsm-certificate-rules.h"
#include "wsman/auth/wsm-distinguished-name.h"

#define FINGERPRINT "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void
try_rules (const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmCertificateRules) rules = NULL;
  const char *found;

  rules = wsm_certificate_rules_parse ("users", text, length, &error);
  g_assert_true ((rules == NULL) == (error != NULL));
  if (rules == NULL)
    return;

  found = wsm_certificate_rules_find (rules, "CN=mara", FINGERPRINT, &error);
  g_assert_true ((found == NULL) == (error != NULL));
}

/* What is normalized stays as it is, and so does what is turned round. */
static void
try_name (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *normal = wsm_distinguished_name_normalize (text, &error);
  g_autofree char *again = NULL;

  g_assert_true ((normal == NULL) == (error != NULL));
  if (normal == NULL)
    return;

  again = wsm_distinguished_name_normalize (normal, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again, ==, normal);
}

/* The first octet says which parser: of the file, of a name, or of a certificate. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *octets = NULL; /* no NUL: a sanitizer sees over-reads */
  g_autofree char *text = NULL;

  if (size < 2)
    return 0;

  octets = g_memdup2 (data + 1, size - 1);
  text = g_strndup ((const char *) data + 1, size - 1);
  if (data[0] == 'n')
    try_name (text);
  else if (data[0] == 'c')
    wsm_certificate_purpose_is_client ((const guint8 *) octets, size - 1);
  else
    try_rules (octets, size - 1);

  return 0;
}
