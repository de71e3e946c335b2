/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include <string.h>

#include "wsman/service/wsm-front.h"
#include "wsman/wire/wsm-sealed-body.h"

static void
check_span (const WsmSpan *span, const char *octets, gsize length)
{
  if (span->start == NULL)
    return;

  g_assert_true (span->start >= octets);
  g_assert_true (span->start + span->length <= octets + length);
  for (gsize i = 0; i < span->length; i++)
    g_assert_true (span->start[i] != '\0' && span->start[i] != '\r' && span->start[i] != '\n');
}

static void
check_complete (const WsmHttpHead *head, const char *octets, gsize length,
                const WsmServiceLimits *limits)
{
  g_assert_cmpuint (head->status, ==, 0);
  g_assert_cmpuint (head->length, <=, length);
  g_assert_cmpuint (head->length, <=, limits->head_size);
  g_assert_cmpmem (octets + head->length - 4, 4, "\r\n\r\n", 4);
  g_assert_cmpuint (head->content_length, <=,
                    limits->body_size + (head->is_sealed ? WSM_SEALED_MAX_EXTRA : 0));
  g_assert_false (head->is_front && (head->is_sealed || head->is_forwarded));
  g_assert_true (strncmp (octets, "POST /wsman", strlen ("POST /wsman")) == 0);
  check_span (&head->authorization, octets, head->length);
  check_span (&head->content_type, octets, head->length);
}

/* What a web server says of its client. */
static void
check_front (const WsmHttpHead *head, const char *octets)
{
  g_auto (WsmFrontClient) client = { 0 };

  check_span (&head->forwarded_for, octets, head->length);
  check_span (&head->forwarded_proto, octets, head->length);
  check_span (&head->forwarded_user, octets, head->length);
  wsm_front_client_init (&client, head);
  g_assert_nonnull (client.address);
  g_assert_true (client.user.start == NULL || client.user.length > 0);
}

/* What a head is must not depend on how it was cut into packets. */
static void
check_octet_by_octet (const WsmHttpHead *whole, WsmHttpHeadState whole_state, const char *octets,
                      gsize length, const WsmServiceLimits *limits)
{
  WsmHttpHeadState state = WSM_HTTP_HEAD_MORE;
  WsmHttpHead head = { .is_front = whole->is_front, .user_field = whole->user_field };

  for (gsize i = 0; i <= length && state == WSM_HTTP_HEAD_MORE; i++)
    {
      /* of exact size, so that a sanitizer sees a look beyond */
      g_autofree char *part = g_memdup2 (octets, i);

      state = wsm_http_head_parse (&head, part, i, limits);
    }
  g_assert_cmpint (state, ==, whole_state);
  g_assert_cmpuint (head.status, ==, whole->status);
  g_assert_cmpuint (head.length, ==, whole->length);
  g_assert_cmpuint (head.content_length, ==, whole->content_length);
  g_assert_cmpint (head.is_sealed, ==, whole->is_sealed);
}

static WsmHttpHeadState
check (WsmHttpHead *head, const char *octets, size_t size)
{
  WsmServiceLimits limits;
  WsmHttpHeadState state;

  wsm_service_limits_init (&limits);
  state = wsm_http_head_parse (head, octets, size, &limits);
  g_assert_cmpint (state == WSM_HTTP_HEAD_REFUSED, ==, head->status != 0);
  if (state == WSM_HTTP_HEAD_COMPLETE)
    check_complete (head, octets, size, &limits);
  if (size <= 2048)
    check_octet_by_octet (head, state, octets, size, &limits);

  return state;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const char *octets = size > 0 ? (const char *) data : "";
  WsmHttpHead head = { 0 };
  WsmHttpHead front = { .is_front = TRUE, .user_field = "X-Remote-User" };

  check (&head, octets, size);
  g_assert_null (head.forwarded_for.start);
  g_assert_null (head.forwarded_user.start);
  if (check (&front, octets, size) == WSM_HTTP_HEAD_COMPLETE)
    check_front (&front, octets);

  return 0;
}
