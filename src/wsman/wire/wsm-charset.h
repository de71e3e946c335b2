/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WsmCharset:
 * @WSM_CHARSET_UTF_8: sent without a byte order mark
 * @WSM_CHARSET_UTF_16: little endian, sent with a byte order mark
 *
 * The two encodings of WS-Management over HTTP. An answer takes the one of its request.
 */
typedef enum
{
  WSM_CHARSET_UTF_8,
  WSM_CHARSET_UTF_16,
} WsmCharset;

gboolean wsm_charset_from_content_type (const char *content_type, WsmCharset *charset);
const char *wsm_charset_get_content_type (WsmCharset charset);

GBytes *wsm_charset_decode (GBytes *bytes, WsmCharset declared, WsmCharset *found, GError **error);
GBytes *wsm_charset_encode (const char *utf8, gsize length, WsmCharset charset);

G_END_DECLS
