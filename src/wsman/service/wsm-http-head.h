/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-service-limits.h"
#include "wsman/wire/wsm-charset.h"

G_BEGIN_DECLS

/**
 * WsmSpan:
 *
 * A stretch of the bytes that were parsed: not terminated, not copied.
 */
typedef struct
{
  const char *start; /* (nullable): %NULL if the header is absent */
  gsize length;
} WsmSpan;

typedef enum
{
  WSM_HTTP_TARGET_WSMAN,
  WSM_HTTP_TARGET_ANONYMOUS_IDENTIFY,
} WsmHttpTarget;

typedef enum
{
  WSM_HTTP_HEAD_MORE,
  WSM_HTTP_HEAD_REFUSED,
  WSM_HTTP_HEAD_COMPLETE,
} WsmHttpHeadState;

/**
 * WsmHttpHead:
 * @is_front: set before the first call for requests that a web server passes on: then the fields
 *   that begin with `X-Forwarded-` mean something
 * @user_field: (nullable): likewise; the field in which the web server names who is signed in
 * @length: octets of the head with its empty line; the body starts there
 * @status: what to answer if refused, else 0
 * @problem: (nullable): why it was refused, for the log; never text of the peer
 * @charset: of the body, as its Content-Type declares
 * @is_sealed: the body is in the sealed form of #WsmSealedBody, and may be longer for that; then
 *   @charset is not known yet
 * @is_forwarded: without @is_front: a proxy says that it passed the request on
 * @forwarded_for, @forwarded_proto: the last ones; only with @is_front
 * @forwarded_user: the value of @user_field
 *
 * All zero but @is_front and @user_field before the first call of wsm_http_head_parse(). Spans lead
 * into the bytes of the last call.
 */
typedef struct
{
  gboolean is_front;
  const char *user_field;

  gsize length;
  guint status;
  const char *problem;
  WsmHttpTarget target;
  gsize content_length;
  WsmSpan authorization;
  WsmSpan content_type;
  WsmCharset charset;
  gboolean is_sealed;
  gboolean expect_continue;
  gboolean wants_close;
  gboolean anonymous_identify; /* WSMANIDENTIFY: unauthenticated */
  gboolean is_forwarded;
  WsmSpan forwarded_for;
  WsmSpan forwarded_proto;
  WsmSpan forwarded_user;

  /* How far the last call came, so that a head which drips in is looked at once and not once per
   * octet. */
  gsize scanned;
  gsize line_start;
  guint n_lines;
} WsmHttpHead;

WsmHttpHeadState wsm_http_head_parse (WsmHttpHead *self, const char *bytes, gsize length,
                                      const WsmServiceLimits *limits);

gboolean wsm_http_head_is_field (const char *name);
gboolean wsm_http_head_has_meaning (const char *name);

G_END_DECLS
