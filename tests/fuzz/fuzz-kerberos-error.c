/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include <string.h>

#include "wsman/auth/wsm-kerberos.h"

/* What a host answers to a sign-in, before anybody knows who it is. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree guint8 *octets = g_memdup2 (data, size); /* no NUL: a sanitizer sees over-reads */
  g_autoptr (GBytes) token = g_bytes_new_static (octets, size);
  krb5_error_code code = wsm_kerberos_read_error (token);
  g_autoptr (GError) error = NULL;

  /* a number of RFC 4120, or none */
  g_assert_true (code == 0 || (code > ERROR_TABLE_BASE_krb5 && code < ERROR_TABLE_BASE_krb5 + 128));

  error = wsm_kerberos_error_new (code, NULL, WSM_KERBEROS_HOST, "mara", "den");
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strchr (error->message, '{'));

  return 0;
}
