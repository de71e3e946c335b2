/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-fingerprint.h"

#define SHA256_LENGTH 32

/**
 * wsm_fingerprint_parse:
 * @text: what people copy from elsewhere: digits of any case, with or without colons
 *
 * Returns: (transfer full) (nullable): 64 lower-case digits; %NULL if it is no SHA-256
 */
char *
wsm_fingerprint_parse (const char *text)
{
  GString *digits = g_string_new (NULL);

  for (const char *at = text; *at != '\0' && digits->len <= 2 * SHA256_LENGTH; at++)
    {
      if (g_ascii_isxdigit (*at))
        g_string_append_c (digits, g_ascii_tolower (*at));
      else if (*at != ':' || at == text || at[1] == '\0' || digits->len % 2 != 0 || at[-1] == ':')
        break;
      if (at[1] == '\0' && digits->len == 2 * SHA256_LENGTH)
        return g_string_free (digits, FALSE);
    }

  g_string_free (digits, TRUE);
  return NULL;
}

/**
 * wsm_fingerprint_of:
 * @certificate: a certificate
 *
 * Returns: (transfer full): 64 lower-case digits
 */
char *
wsm_fingerprint_of (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
}

/**
 * wsm_fingerprint_format:
 * @digits: 64 digits
 *
 * Returns: (transfer full): 32 pairs of upper-case digits with colons, as people compare it
 */
char *
wsm_fingerprint_format (const char *digits)
{
  GString *text = g_string_sized_new (SHA256_LENGTH * 3);

  for (gsize i = 0; digits[i] != '\0' && digits[i + 1] != '\0'; i += 2)
    g_string_append_printf (text, "%s%c%c", i > 0 ? ":" : "", g_ascii_toupper (digits[i]),
                            g_ascii_toupper (digits[i + 1]));

  return g_string_free (text, FALSE);
}

/**
 * wsm_fingerprint_equal:
 * @a: 64 lower-case digits
 * @b: 64 lower-case digits
 *
 * Returns: whether they are the same, in a time that does not tell where they differ
 */
gboolean
wsm_fingerprint_equal (const char *a, const char *b)
{
  guint8 difference = 0;

  for (gsize i = 0; i < 2 * SHA256_LENGTH; i++)
    difference |= (guint8) (a[i] ^ b[i]);

  return difference == 0;
}
