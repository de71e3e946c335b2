/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include "wsman/wire/wsm-charset.h"

static void
try (GBytes *bytes, WsmCharset declared)
{
  g_autoptr (GError) error = NULL;
  WsmCharset found, again;
  g_autoptr (GBytes) text = wsm_charset_decode (bytes, declared, &found, &error);
  g_autoptr (GBytes) encoded = NULL;
  g_autoptr (GBytes) decoded = NULL;
  gsize size;
  const char *data;

  g_assert_true ((text == NULL) == (error != NULL));
  if (text == NULL)
    return;

  data = g_bytes_get_data (text, &size);
  g_assert_true (size == 0 || g_utf8_validate (data, size, NULL));

  /* UTF-8 that begins with a second mark would lose that one as well. */
  if (size >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0 && found == WSM_CHARSET_UTF_8)
    return;
  encoded = wsm_charset_encode (data != NULL ? data : "", size, found);
  decoded = wsm_charset_decode (encoded, found, &again, NULL);
  g_assert_nonnull (decoded);
  g_assert_cmpint (again, ==, found);
  g_assert_true (g_bytes_equal (text, decoded));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autofree char *field = g_strndup ((const char *) data, size);
  WsmCharset charset;

  try (bytes, WSM_CHARSET_UTF_8);
  try (bytes, WSM_CHARSET_UTF_16);
  wsm_charset_from_content_type (field, &charset);

  return 0;
}
