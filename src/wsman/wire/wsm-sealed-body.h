/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "wsm-charset.h"

G_BEGIN_DECLS

/**
 * WsmSealProtocol:
 * @WSM_SEAL_SPNEGO: `HTTP-SPNEGO-session-encrypted`: whoever signed in by the scheme Negotiate,
 *   whatever the mechanism is
 * @WSM_SEAL_KERBEROS: `HTTP-Kerberos-session-encrypted`: the scheme Kerberos
 *
 * Which words the parts of a sealed body carry ([MS-WSMV], section 2.2.9.1).
 */
typedef enum
{
  WSM_SEAL_SPNEGO,
  WSM_SEAL_KERBEROS,
} WsmSealProtocol;

/**
 * WsmSealedBody:
 * @protocol: as the first part says
 * @charset: of the envelope inside
 * @token: (array length=token_length): what GSS-API unwraps: the header and the sealed octets,
 * which stand behind one another in the body; lent by the body
 * @token_length: at least %WSM_SEALED_MIN_TOKEN
 * @header_length: octets of the header at the beginning of @token
 *
 * One envelope in its sealed form.
 */
typedef struct
{
  WsmSealProtocol protocol;
  WsmCharset charset;
  const guint8 *token;
  gsize token_length;
  gsize header_length;
} WsmSealedBody;

#define WSM_SEALED_MIN_TOKEN  16u
#define WSM_SEALED_MAX_HEADER 1024u
/* how much longer than an envelope its sealed form may be: what stands around it, and the header */
#define WSM_SEALED_MAX_EXTRA  2048u

/* WSM_WIRE_ERROR_… of wsm-wire-error.h */
gboolean wsm_sealed_body_is_type (const char *content_type, gsize length);
gboolean wsm_sealed_body_parse (WsmSealedBody *self, const char *content_type,
                                gsize content_type_length, GBytes *body, GError **error);

/* @is_indented: with the tab before the header lines of the parts that some readers insist on; a
 * service writes it, a client does not */
const char *wsm_sealed_body_get_content_type (WsmSealProtocol protocol);
GBytes *wsm_sealed_body_format (WsmSealProtocol protocol, WsmCharset charset, gboolean is_indented,
                                GBytes *token, gsize header_length);

G_END_DECLS
