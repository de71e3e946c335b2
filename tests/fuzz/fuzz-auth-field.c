/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include <string.h>

#include "wsman/auth/wsm-auth-field.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *value = g_memdup2 (data, size); /* no NUL: a sanitizer sees over-reads */
  WsmAuthScheme scheme = wsm_auth_field_get_scheme (value, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) token = wsm_auth_field_dup_token (value, size, &error);
  g_autoptr (GBytes) again = NULL;
  g_autofree char *written = NULL;

  g_assert_true ((token == NULL) == (error != NULL));
  if (token == NULL)
    return 0;

  g_assert_true ((scheme & WSM_AUTH_SCHEMES_OF_CONNECTION) != 0);
  g_assert_cmpuint (g_bytes_get_size (token), >, 0);
  g_assert_cmpuint (g_bytes_get_size (token), <=, WSM_AUTH_MAX_TOKEN);

  /* What is read can be written, means the same, and has no shorter spelling. */
  written = wsm_auth_field_format (scheme, token);
  g_assert_cmpuint (strlen (written), <=, size);
  g_assert_cmpint (wsm_auth_field_get_scheme (written, strlen (written)), ==, scheme);
  again = wsm_auth_field_dup_token (written, strlen (written), &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (token, again));

  return 0;
}
