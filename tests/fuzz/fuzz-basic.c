/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include "wsman/auth/wsm-basic.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *value = g_memdup2 (data, size); /* no NUL: a sanitizer sees over-reads */
  g_autofree char *user = NULL;
  g_autofree char *other_user = NULL;
  g_autofree char *written = NULL;
  g_autoptr (WsmSecret) password = NULL;
  g_autoptr (WsmSecret) other_password = NULL;
  g_autoptr (GError) error = NULL;

  if (!wsm_basic_parse (value, size, &user, &password, &error))
    {
      g_assert_nonnull (error);
      return 0;
    }

  /* What is read can be written, and means the same. */
  g_assert_no_error (error);
  g_assert_null (strchr (user, ':'));
  written = wsm_basic_format (user, password);
  g_assert_nonnull (written);
  g_assert_true (wsm_basic_parse (written, strlen (written), &other_user, &other_password, &error));
  g_assert_cmpstr (user, ==, other_user);
  g_assert_true (wsm_secret_equal (password, other_password));

  return 0;
}
