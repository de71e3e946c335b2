/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-sealed-body.h"

#include <string.h>

#include "wsm-sealed-body-private.h"

const char *const wsm_seal_protocols[WSM_N_SEAL_PROTOCOLS] = {
  [WSM_SEAL_SPNEGO] = "application/HTTP-SPNEGO-session-encrypted",
  [WSM_SEAL_KERBEROS] = "application/HTTP-Kerberos-session-encrypted",
};

/**
 * wsm_sealed_body_get_content_type:
 * @protocol: what the caller signed in by
 *
 * Returns: the Content-Type that goes with it, in the spelling of Windows
 */
const char *
wsm_sealed_body_get_content_type (WsmSealProtocol protocol)
{
  static const char *const types[] = {
    [WSM_SEAL_SPNEGO] = WSM_SEALED_TYPE ";protocol=\"application/HTTP-SPNEGO-session-encrypted\""
                                        ";boundary=\"" WSM_SEALED_BOUNDARY "\"",
    [WSM_SEAL_KERBEROS] = WSM_SEALED_TYPE
    ";protocol=\"application/HTTP-Kerberos-session-encrypted\""
    ";boundary=\"" WSM_SEALED_BOUNDARY "\"",
  };

  g_return_val_if_fail (protocol < G_N_ELEMENTS (types), NULL);

  return types[protocol];
}

/**
 * wsm_sealed_body_format:
 * @protocol: what the caller signed in by
 * @charset: of the envelope that is sealed
 * @is_indented: whether a tab stands before the header lines of the parts: pywinrm, pypsrp and
 *   masterzen/winrm insist on it in answers, OMI does not understand it in requests
 * @token: the header, and the sealed octets behind it
 * @header_length: octets of the header
 *
 * Returns: (transfer full): the body of [MS-WSMV], section 2.2.9.1
 */
GBytes *
wsm_sealed_body_format (WsmSealProtocol protocol, WsmCharset charset, gboolean is_indented,
                        GBytes *token, gsize header_length)
{
  const char *tab = is_indented ? "\t" : "";
  g_autofree char *head = NULL;
  GByteArray *body;
  guint32 size;

  g_return_val_if_fail (protocol < G_N_ELEMENTS (wsm_seal_protocols), NULL);
  g_return_val_if_fail (token != NULL, NULL);
  g_return_val_if_fail (header_length <= MIN (g_bytes_get_size (token), WSM_SEALED_MAX_HEADER),
                        NULL);

  head = g_strdup_printf ("--" WSM_SEALED_BOUNDARY "\r\n"
                          "%sContent-Type: %s\r\n"
                          "%sOriginalContent: type=%s;Length=%" G_GSIZE_FORMAT "\r\n"
                          "--" WSM_SEALED_BOUNDARY "\r\n"
                          "%sContent-Type: application/octet-stream\r\n",
                          tab, wsm_seal_protocols[protocol], tab,
                          wsm_charset_get_content_type (charset),
                          g_bytes_get_size (token) - header_length, tab);
  size = GUINT32_TO_LE ((guint32) header_length);

  body = g_byte_array_sized_new ((guint) g_bytes_get_size (token) + WSM_SEALED_MAX_EXTRA);
  g_byte_array_append (body, (const guint8 *) head, (guint) strlen (head));
  g_byte_array_append (body, (const guint8 *) &size, WSM_SEALED_SIZE_LENGTH);
  g_byte_array_append (body, g_bytes_get_data (token, NULL), (guint) g_bytes_get_size (token));
  g_byte_array_append (body, (const guint8 *) "--" WSM_SEALED_BOUNDARY "--\r\n",
                       strlen (WSM_SEALED_BOUNDARY) + 6);

  return g_byte_array_free_to_bytes (body);
}
