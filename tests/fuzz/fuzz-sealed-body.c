/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include <string.h>

#include "wsman/wire/wsm-sealed-body.h"

static void
check_parts (const WsmSealedBody *sealed, GBytes *body)
{
  gsize size;
  const guint8 *octets = g_bytes_get_data (body, &size);

  g_assert_true (sealed->token >= octets && sealed->token <= octets + size);
  g_assert_cmpuint (sealed->token_length, >=, WSM_SEALED_MIN_TOKEN);
  g_assert_cmpuint (sealed->token_length, <, size - (gsize) (sealed->token - octets));
  g_assert_cmpuint (sealed->header_length, <=, WSM_SEALED_MAX_HEADER);
  g_assert_cmpuint (sealed->header_length, <=, sealed->token_length);
}

/* The value of Content-Type, a line feed, the body. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const guint8 *end = size > 0 ? memchr (data, '\n', size) : NULL;
  gsize field_length = end != NULL ? (gsize) (end - data) : size;
  g_autofree char *field = g_memdup2 (data, field_length); /* a sanitizer sees over-reads */
  g_autoptr (GBytes) body = end != NULL ? g_bytes_new (end + 1, size - field_length - 1)
                                        : g_bytes_new (NULL, 0);
  g_autoptr (GBytes) token = NULL;
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GError) error = NULL;
  WsmSealedBody sealed, again;
  const char *type;

  wsm_sealed_body_is_type (field, field_length);
  if (!wsm_sealed_body_parse (&sealed, field, field_length, body, &error))
    {
      g_assert_nonnull (error);
      return 0;
    }

  g_assert_no_error (error);
  g_assert_true (wsm_sealed_body_is_type (field, field_length));
  check_parts (&sealed, body);

  /* What is read can be written, and means the same. */
  token = g_bytes_new (sealed.token, sealed.token_length);
  written = wsm_sealed_body_format (sealed.protocol, sealed.charset, size % 2 != 0, token,
                                    sealed.header_length);
  type = wsm_sealed_body_get_content_type (sealed.protocol);
  wsm_sealed_body_parse (&again, type, strlen (type), written, &error);
  g_assert_no_error (error);
  g_assert_cmpint (again.protocol, ==, sealed.protocol);
  g_assert_cmpint (again.charset, ==, sealed.charset);
  g_assert_cmpuint (again.header_length, ==, sealed.header_length);
  g_assert_cmpmem (again.token, again.token_length, sealed.token, sealed.token_length);

  return 0;
}
