/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-gss-private.h"

#include <string.h>

#define BINDING_PREFIX "tls-server-end-point:"

/* GSS-API declares the octets as writable; nobody writes. */
gss_OID_desc wsm_gss_krb5 = { 9, (void *) "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02" };
gss_OID_desc wsm_gss_ntlm = { 10, (void *) "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a" };
gss_OID_desc wsm_gss_spnego = { 6, (void *) "\x2b\x06\x01\x05\x05\x02" };

/* 1.2.840.48018.1.2.2: a slip of the pen in Windows 2000, which Windows offers to this day */
static const gss_OID_desc microsoft_krb5 = { 9, (void *) "\x2a\x86\x48\x82\xf7\x12\x01\x02\x02" };

static gboolean
is_same (gss_const_OID a, gss_const_OID b)
{
  return a->length == b->length && memcmp (a->elements, b->elements, a->length) == 0;
}

/**
 * wsm_gss_is_mechanism:
 * @a: (nullable): a mechanism, as GSS-API says
 * @b: another
 *
 * Compares mechanisms. The two numbers of Kerberos are one mechanism.
 *
 * Returns: %TRUE if they are the same
 */
gboolean
wsm_gss_is_mechanism (gss_const_OID a, gss_const_OID b)
{
  if (a == GSS_C_NO_OID || b == GSS_C_NO_OID)
    return FALSE;

  if (is_same (a, &microsoft_krb5))
    a = &wsm_gss_krb5;
  if (is_same (b, &microsoft_krb5))
    b = &wsm_gss_krb5;

  return is_same (a, b);
}

/**
 * wsm_gss_check_ntlm:
 * @error: %WSM_AUTH_ERROR_MECHANISM if it is missing
 *
 * NTLM is a module of GSS-API that may not be installed; without it, errors would speak of
 * mechanisms that cannot be negotiated.
 *
 * Returns: %TRUE if there is NTLM
 */
gboolean
wsm_gss_check_ntlm (GError **error)
{
  gss_OID_set mechanisms = GSS_C_NO_OID_SET;
  OM_uint32 minor;
  int is_there = 0;

  if (gss_indicate_mechs (&minor, &mechanisms) == GSS_S_COMPLETE)
    gss_test_oid_set_member (&minor, &wsm_gss_ntlm, mechanisms, &is_there);
  gss_release_oid_set (&minor, &mechanisms);

  if (!is_there)
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM,
                 "NTLM is not installed on this computer. Install gss-ntlmssp, or sign in by "
                 "another mechanism.");

  return is_there;
}

static void
append_status (GString *text, OM_uint32 status, int type, gss_const_OID mechanism)
{
  OM_uint32 more = 0;

  do
    {
      OM_uint32 minor;
      gss_buffer_desc line = GSS_C_EMPTY_BUFFER;
      OM_uint32 major = gss_display_status (&minor, status, type, (gss_OID) mechanism, &more,
                                            &line);

      if (major != GSS_S_COMPLETE)
        break;

      if (line.length > 0)
        g_string_append_printf (text, "%s%.*s", text->len > 0 ? ": " : "", (int) line.length,
                                (const char *) line.value);
      gss_release_buffer (&minor, &line);
    }
  while (more != 0);
}

/**
 * wsm_gss_dup_status:
 * @major: what a call of GSS-API returned
 * @minor: what it set
 * @mechanism: (nullable): the mechanism that was called
 *
 * What GSS-API itself says about a failure. The library keeps its texts for each thread, so this
 * has to run in the thread of the failing call, before the next one.
 *
 * Returns: (transfer full): one line of valid UTF-8
 */
char *
wsm_gss_dup_status (OM_uint32 major, OM_uint32 minor, gss_const_OID mechanism)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char *line;

  /* "Unspecified GSS failure. Minor code may provide more information" helps nobody. */
  if (GSS_ROUTINE_ERROR (major) != GSS_S_FAILURE || minor == 0)
    append_status (text, major, GSS_C_GSS_CODE, GSS_C_NO_OID);
  if (minor != 0)
    append_status (text, minor, GSS_C_MECH_CODE, mechanism);

  line = g_utf8_make_valid (text->str, (gssize) text->len);
  for (char *c = line; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';

  return g_strstrip (line);
}

/**
 * wsm_gss_fill_bindings:
 * @bindings: what GSS-API takes
 * @data: (out) (transfer full): the octets that @bindings points to; unref it when GSS-API is done
 * @hash: of the server's certificate, as g_tls_connection_get_channel_binding_data() has it for
 *   %G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT
 *
 * Writes channel bindings (RFC 5929, section 4; RFC 2744, section 3.11). The addresses stay empty:
 * NTLM takes no others.
 */
void
wsm_gss_fill_bindings (struct gss_channel_bindings_struct *bindings, GByteArray **data,
                       GBytes *hash)
{
  gsize length;
  const guint8 *octets;

  g_return_if_fail (bindings != NULL && data != NULL && hash != NULL);

  octets = g_bytes_get_data (hash, &length);
  *data = g_byte_array_new ();
  g_byte_array_append (*data, (const guint8 *) BINDING_PREFIX, strlen (BINDING_PREFIX));
  g_byte_array_append (*data, octets, (guint) length);

  memset (bindings, 0, sizeof *bindings);
  bindings->application_data.length = (*data)->len;
  bindings->application_data.value = (*data)->data;
}
