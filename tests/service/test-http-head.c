/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsman/service/wsm-http-head.h"

#include <string.h>

#define POST   "POST /wsman HTTP/1.1\r\n"
#define HOST   "Host: pc7\r\n"
#define LENGTH "Content-Length: 20\r\n"
#define TYPE   "Content-Type: application/soap+xml;charset=UTF-8\r\n"
#define END    "\r\n"
#define SEALED                                                                                     \
  "Content-Type: multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";"      \
  "boundary=\"Encrypted Boundary\"\r\n"
#define GOOD POST HOST LENGTH TYPE

typedef struct
{
  guint status;
  const char *octets;
  gsize length; /* 0 for strlen() */
} Refused;

#define WITH_NUL(literal) literal, sizeof (literal) - 1

static const Refused refused[] = {
  /* the request line */
  { 400, "\r\n" GOOD END },
  { 400, " POST /wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 400, "\tPOST /wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 400, "POST  /wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 400, "POST /wsman  HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 400, "POST /wsman HTTP/1.1 \r\n" HOST LENGTH TYPE END },
  { 400, "POST /wsman HTTP/1.1 x\r\n" HOST LENGTH TYPE END },
  { 400, "POST /wsman x HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 400, "POST /ws man HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 400, "POST /wsman\r\n" HOST LENGTH TYPE END },
  { 400, "POST /wsman \r\n" HOST LENGTH TYPE END },
  { 400, "POST  HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 400, "POST\r\n" HOST LENGTH TYPE END },
  { 400, "POST /wsman HTTP\r\n" HOST LENGTH TYPE END },
  { 400, "POST /wsman HTTP/1\r\n" HOST LENGTH TYPE END },
  { 400, "POST /wsman HTTP/1.\r\n" HOST LENGTH TYPE END },
  { 400, "POST /wsman HTTP/1.10\r\n" HOST LENGTH TYPE END },
  { 400, "POST /wsman HTTP/11.1\r\n" HOST LENGTH TYPE END },
  { 400, "POST /wsman HTTP/x.1\r\n" HOST LENGTH TYPE END },
  { 400, "POST /wsman http/1.1\r\n" HOST LENGTH TYPE END },
  { 400, "POST /wsman HTTPS/1.1\r\n" HOST LENGTH TYPE END },
  { 400, "POST /wsman HTTP 1.1\r\n" HOST LENGTH TYPE END },
  { 400, "POST\t/wsman\tHTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 400, "POST /ws\tman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 400, "PO(ST /wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 400, "PO:ST /wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 400, "P\xc3\x96ST /wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 400, "POST /ws\xc3\xa4man HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 400, "Host: pc7\r\n" POST LENGTH TYPE END },
  { 400, "{\"method\":\"POST\"}\r\n\r\n" },
  { 400, "GET /\r\n\r\n" },
  { 505, "POST /wsman HTTP/1.0\r\n" HOST LENGTH TYPE END },
  { 505, "POST /wsman HTTP/1.2\r\n" HOST LENGTH TYPE END },
  { 505, "POST /wsman HTTP/0.9\r\n" HOST LENGTH TYPE END },
  { 505, "POST /wsman HTTP/2.0\r\n" HOST LENGTH TYPE END },
  { 505, "PRI * HTTP/2.0\r\n\r\n" },
  { 405, "GET /wsman HTTP/1.1\r\n" HOST END },
  { 405, "HEAD /wsman HTTP/1.1\r\n" HOST END },
  { 405, "PUT /wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 405, "OPTIONS * HTTP/1.1\r\n" HOST END },
  { 405, "CONNECT pc7:22 HTTP/1.1\r\n" HOST END },
  { 405, "TRACE /wsman HTTP/1.1\r\n" HOST END },
  { 405, "post /wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 405, "Post /wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 405, "POSTS /wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 405, "POS /wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST / HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST * HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST /other HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST /wsman/ HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST //wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST /./wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST /x/../wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST /WSMAN HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST /wsma HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST /wsmanx HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST /%77sman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST /wsman%00 HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST /wsman? HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST /wsman?PSVersion=5.1 HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST /wsman#x HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST http://pc7/wsman HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST /wsman-anon HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST /wsman-anon/identify/ HTTP/1.1\r\n" HOST LENGTH TYPE END },
  { 404, "POST /wsman-anon/Identify HTTP/1.1\r\n" HOST LENGTH TYPE END },

  /* lines */
  { 400, "POST /wsman HTTP/1.1\nHost: pc7\nContent-Length: 20\n\n" },
  { 400, POST "Host: pc7\n" LENGTH TYPE END },
  { 400, GOOD "X: y\n" END },
  { 400, GOOD "\n" },
  { 400, "\n" GOOD END },
  { 400, "POST /wsman HTTP/1.1\r" HOST LENGTH TYPE END },
  { 400, POST "Host: pc7\r" LENGTH TYPE END },
  { 400, POST "Host: p\rc7\r\n" LENGTH TYPE END },
  { 400, GOOD "X: y\r\r\n" END },
  { 400, GOOD "\rX: y\r\n" END },
  { 400, WITH_NUL (GOOD "X: a\0b\r\n" END) },
  { 400, WITH_NUL ("POST /wsman\0x HTTP/1.1\r\n" HOST LENGTH TYPE END) },
  { 400, WITH_NUL (POST HOST "Content-Length: 2\0"
                             "0\r\n" TYPE END) },
  { 400, WITH_NUL (POST HOST "Content-\0Length: 20\r\n" TYPE END) },
  { 400, GOOD "X: a\x01\r\n" END },
  { 400, GOOD "X: a\x08\r\n" END },
  { 400, GOOD "X: a\x0b\r\n" END },
  { 400, GOOD "X: \x1b[31m\r\n" END },
  { 400, GOOD "X: a\x7f\r\n" END },
  { 400, GOOD " folded: yes\r\n" END },
  { 400, GOOD "X: y\r\n z\r\n" END },
  { 400, GOOD "X: y\r\n\tz\r\n" END },
  { 400, POST HOST LENGTH "Content-Type: application/soap+xml;\r\n charset=UTF-8\r\n" END },
  { 400, POST " " HOST LENGTH TYPE END },

  /* names of fields */
  { 400, GOOD "no colon\r\n" END },
  { 400, GOOD "nocolon\r\n" END },
  { 400, GOOD ": no name\r\n" END },
  { 400, GOOD "X : y\r\n" END },
  { 400, GOOD "X\t: y\r\n" END },
  { 400, POST HOST "Content-Length : 20\r\n" TYPE END },
  { 400, POST "Host : pc7\r\n" LENGTH TYPE END },
  { 400, GOOD "X(y): z\r\n" END },
  { 400, GOOD "X/y: z\r\n" END },
  { 400, GOOD "X\"y: z\r\n" END },
  { 400, GOOD "X@y: z\r\n" END },
  { 400, GOOD "X y: z\r\n" END },
  { 400, GOOD "N\xc3\xa4me: z\r\n" END },

  /* Host */
  { 400, POST LENGTH TYPE END },
  { 400, POST HOST HOST LENGTH TYPE END },
  { 400, POST HOST LENGTH TYPE "hOST: pc8\r\n" END },
  { 400, POST "Host:\r\n" LENGTH TYPE END },
  { 400, POST "Host: \t \r\n" LENGTH TYPE END },
  { 400, POST "Host: pc7/x\r\n" LENGTH TYPE END },
  { 400, POST "Host: me@pc7\r\n" LENGTH TYPE END },
  { 400, POST "Host: pc7, pc8\r\n" LENGTH TYPE END },
  { 400, POST "Host: pc7?\r\n" LENGTH TYPE END },
  { 400, POST "Host: p\xc3\xa4\r\n" LENGTH TYPE END },

  /* Content-Length and what could contradict it */
  { 411, POST HOST TYPE END },
  { 411, POST HOST END },
  { 400, POST HOST LENGTH LENGTH TYPE END },
  { 400, POST HOST LENGTH TYPE "content-length: 20\r\n" END },
  { 400, POST HOST LENGTH TYPE "Content-Length: 30\r\n" END },
  { 400, POST HOST "Content-Length: 20, 20\r\n" TYPE END },
  { 400, POST HOST "Content-Length:\r\n" TYPE END },
  { 400, POST HOST "Content-Length: -1\r\n" TYPE END },
  { 400, POST HOST "Content-Length: +2\r\n" TYPE END },
  { 400, POST HOST "Content-Length: 0x2\r\n" TYPE END },
  { 400, POST HOST "Content-Length: 2.0\r\n" TYPE END },
  { 400, POST HOST "Content-Length: 2 0\r\n" TYPE END },
  { 400, POST HOST "Content-Length: 2e1\r\n" TYPE END },
  { 400, POST HOST "Content-Length: twenty\r\n" TYPE END },
  { 400, POST HOST "Content-Length: \xd9\xa2\r\n" TYPE END },
  { 400, POST HOST "Content-Length: 00000020\r\n" TYPE END },
  { 400, POST HOST "Content-Length: 10000000\r\n" TYPE END },
  { 400, POST HOST "Content-Length: 4294967316\r\n" TYPE END },
  { 400, POST HOST "Content-Length: 18446744073709551616\r\n" TYPE END },
  { 413, POST HOST "Content-Length: 153601\r\n" TYPE END },
  { 413, POST HOST "Content-Length: 9999999\r\n" TYPE END },
  { 411, POST HOST TYPE "Transfer-Encoding: chunked\r\n" END },
  { 411, GOOD "Transfer-Encoding: chunked\r\n" END },
  { 411, POST HOST "Transfer-Encoding: chunked\r\n" LENGTH TYPE END },
  { 411, GOOD "transfer-encoding: identity\r\n" END },
  { 411, GOOD "Transfer-Encoding: xchunked\r\n" END },
  { 411, GOOD "Transfer-Encoding:\r\n" END },
  { 411, GOOD "Transfer-Encoding:\tchunked\r\n" END },
  { 400, GOOD "Transfer-Encoding : chunked\r\n" END },

  /* other fields with a meaning */
  { 400, GOOD "Authorization: Basic YQ==\r\nAuthorization: Basic Yg==\r\n" END },
  { 400, GOOD TYPE END },
  { 400, GOOD "Expect: 100-continue\r\nExpect: 100-continue\r\n" END },
  { 400, GOOD "WSMANIDENTIFY: unauthenticated\r\nWSMANIDENTIFY: x\r\n" END },
  { 417, GOOD "Expect: 200-ok\r\n" END },
  { 417, GOOD "Expect:\r\n" END },
  { 417, GOOD "Expect: 100-continue, x\r\n" END },
  { 403, GOOD "Origin: http://evil.example\r\n" END },
  { 403, GOOD "Origin: null\r\n" END },
  { 403, GOOD "Sec-Fetch-Site: cross-site\r\n" END },
  { 403, GOOD "sec-fetch-mode: no-cors\r\n" END },
  { 415, POST HOST LENGTH END },
  { 415, POST HOST LENGTH "Content-Type: text/plain\r\n" END },
  { 415, POST HOST LENGTH "Content-Type:\r\n" END },
  { 415, POST HOST LENGTH "Content-Type: application/soap+xmlx\r\n" END },
  { 415, POST HOST LENGTH "Content-Type: application/soap+xml;charset=UTF-7\r\n" END },
  { 415, POST HOST LENGTH "Content-Type: application/soap+xml;charset=\"UTF-8\r\n" END },
  { 415, POST HOST LENGTH "Content-Type: application/x-www-form-urlencoded\r\n" END },
  { 415, POST HOST LENGTH "Content-Type: multipart/mixed;boundary=\"Encrypted Boundary\"\r\n" END },
  { 413, POST HOST SEALED "Content-Length: 155649\r\n" END },
  { 415, GOOD "Content-Encoding: gzip\r\n" END },
};

static WsmHttpHeadState
parse (WsmHttpHead *head, const char *octets, gsize length)
{
  WsmServiceLimits limits;

  wsm_service_limits_init (&limits);
  return wsm_http_head_parse (head, octets, length, &limits);
}

static gsize
get_length (const Refused *row)
{
  return row->length != 0 ? row->length : strlen (row->octets);
}

static void
test_bad_heads_are_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      WsmHttpHead head = { 0 };

      g_test_message ("%" G_GSIZE_FORMAT ": %s", i, refused[i].octets);
      g_assert_cmpint (parse (&head, refused[i].octets, get_length (&refused[i])), ==,
                       WSM_HTTP_HEAD_REFUSED);
      g_assert_cmpuint (head.status, ==, refused[i].status);
      g_assert_nonnull (head.problem);
    }
  g_assert_cmpuint (G_N_ELEMENTS (refused), >=, 120);
}

/* The same status, however it arrives: all but octet by octet, and in two parts at every place. */
static void
test_refusal_does_not_depend_on_packets (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      gsize length = get_length (&refused[i]);
      WsmHttpHead dripping = { 0 };
      WsmHttpHeadState state = WSM_HTTP_HEAD_MORE;

      for (gsize split = 1; split <= length; split++)
        {
          WsmHttpHead head = { 0 };

          if (parse (&head, refused[i].octets, split) == WSM_HTTP_HEAD_MORE)
            g_assert_cmpint (parse (&head, refused[i].octets, length), ==, WSM_HTTP_HEAD_REFUSED);
          g_assert_cmpuint (head.status, ==, refused[i].status);

          if (state == WSM_HTTP_HEAD_MORE)
            state = parse (&dripping, refused[i].octets, split);
        }
      g_assert_cmpint (state, ==, WSM_HTTP_HEAD_REFUSED);
      g_assert_cmpuint (dripping.status, ==, refused[i].status);
    }
}

#define AUTHORIZATION "Basic bWFyYTpzZWNyZXQ="
#define FULL                                                                                       \
  "POST /wsman HTTP/1.1\r\nConnection: Keep-Alive\r\n"                                             \
  "content-type:application/soap+xml ; charset=\"utf-16\"\r\nUser-Agent: M\xfcller\t(x)\r\n"       \
  "authorization: \t" AUTHORIZATION " \r\nCONTENT-LENGTH: 0000020\r\n"                             \
  "Host: [fe80::1%25eth0]:5985\r\nX-Empty:\r\nExpect: 100-Continue\r\n\r\n"

static void
check_full (const WsmHttpHead *head, const char *octets)
{
  g_assert_cmpuint (head->status, ==, 0);
  g_assert_cmpuint (head->length, ==, strlen (FULL));
  g_assert_cmpint (head->target, ==, WSM_HTTP_TARGET_WSMAN);
  g_assert_cmpuint (head->content_length, ==, 20);
  g_assert_cmpint (head->charset, ==, WSM_CHARSET_UTF_16);
  g_assert_cmpmem (head->authorization.start, head->authorization.length, AUTHORIZATION,
                   strlen (AUTHORIZATION));
  g_assert_true (head->authorization.start > octets);
  g_assert_true (head->authorization.start < octets + head->length);
  g_assert_true (head->expect_continue);
  g_assert_false (head->wants_close);
  g_assert_false (head->anonymous_identify);
}

static void
test_good_head_is_read_at_every_split (void)
{
  static const char octets[] = FULL "<a body>";
  gsize length = strlen (FULL);

  for (gsize split = 0; split < length; split++)
    {
      /* a copy of exact size, so that reading on would be noticed */
      g_autofree char *first = g_memdup2 (octets, split);
      WsmHttpHead head = { 0 };

      g_assert_cmpint (parse (&head, first, split), ==, WSM_HTTP_HEAD_MORE);
      g_assert_cmpint (parse (&head, octets, sizeof octets - 1), ==, WSM_HTTP_HEAD_COMPLETE);
      check_full (&head, octets);
    }
}

static void
test_good_head_is_read_octet_by_octet (void)
{
  static const char octets[] = FULL;
  WsmHttpHead head = { 0 };

  for (gsize i = 0; i < strlen (FULL); i++)
    g_assert_cmpint (parse (&head, octets, i), ==, WSM_HTTP_HEAD_MORE);
  g_assert_cmpint (parse (&head, octets, strlen (FULL)), ==, WSM_HTTP_HEAD_COMPLETE);
  check_full (&head, octets);
}

static void
test_empty_post_needs_no_type (void)
{
  static const char octets[] = POST HOST "Content-Length: 0\r\n" END;
  WsmHttpHead head = { 0 };

  g_assert_cmpint (parse (&head, octets, strlen (octets)), ==, WSM_HTTP_HEAD_COMPLETE);
  g_assert_cmpuint (head.content_length, ==, 0);
  g_assert_null (head.authorization.start);
}

static void
test_absent_charset_is_utf_8 (void)
{
  static const char octets[] = POST HOST LENGTH "Content-Type: application/soap+xml\r\n" END;
  WsmHttpHead head = { 0 };

  g_assert_cmpint (parse (&head, octets, strlen (octets)), ==, WSM_HTTP_HEAD_COMPLETE);
  g_assert_cmpint (head.charset, ==, WSM_CHARSET_UTF_8);
}

static void
test_identify_is_recognised (void)
{
  static const char by_header[] = GOOD "wsmanidentify: Unauthenticated\r\n" END;
  static const char by_other_value[] = GOOD "WSMANIDENTIFY: yes\r\n" END;
  static const char by_target[] = "POST /wsman-anon/identify HTTP/1.1\r\n" HOST LENGTH TYPE END;
  WsmHttpHead head = { 0 };

  g_assert_cmpint (parse (&head, by_header, strlen (by_header)), ==, WSM_HTTP_HEAD_COMPLETE);
  g_assert_true (head.anonymous_identify);

  head = (WsmHttpHead){ 0 };
  g_assert_cmpint (parse (&head, by_other_value, strlen (by_other_value)), ==,
                   WSM_HTTP_HEAD_COMPLETE);
  g_assert_false (head.anonymous_identify);

  head = (WsmHttpHead){ 0 };
  g_assert_cmpint (parse (&head, by_target, strlen (by_target)), ==, WSM_HTTP_HEAD_COMPLETE);
  g_assert_cmpint (head.target, ==, WSM_HTTP_TARGET_ANONYMOUS_IDENTIFY);
}

static void
test_close_is_one_word_of_a_list (void)
{
  static const struct
  {
    const char *line;
    gboolean closes;
  } rows[] = {
    { "Connection: close\r\n", TRUE },
    { "Connection: TE, Close\r\n", TRUE },
    { "Connection: close ,keep-alive\r\n", TRUE },
    { "Connection: keep-alive\r\nConnection: close\r\n", TRUE },
    { "Connection: ,,close,\r\n", TRUE },
    { "Connection: closed\r\n", FALSE },
    { "Connection: not-close\r\n", FALSE },
    { "Connection:\r\n", FALSE },
    { "Connection: upgrade\r\nUpgrade: h2c\r\n", FALSE },
    { "", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *octets = g_strconcat (GOOD, rows[i].line, END, NULL);
      WsmHttpHead head = { 0 };

      g_assert_cmpint (parse (&head, octets, strlen (octets)), ==, WSM_HTTP_HEAD_COMPLETE);
      g_assert_cmpint (head.wants_close, ==, rows[i].closes);
    }
}

/* What stands around a sealed envelope does not count for its size. */
static void
test_sealed_body_is_recognised (void)
{
  static const char sealed[] = POST HOST SEALED "Content-Length: 155648\r\n" END;
  static const char empty[] = POST HOST SEALED "Content-Length: 0\r\n" END;
  static const char plain[] = GOOD END;
  WsmHttpHead head = { 0 };
  WsmHttpHead front = { .is_front = TRUE };

  g_assert_cmpint (parse (&head, sealed, strlen (sealed)), ==, WSM_HTTP_HEAD_COMPLETE);
  g_assert_true (head.is_sealed);

  /* a web server has no connection that somebody signed in on */
  g_assert_cmpint (parse (&front, sealed, strlen (sealed)), ==, WSM_HTTP_HEAD_REFUSED);
  g_assert_cmpuint (front.status, ==, 413);

  head = (WsmHttpHead){ 0 };
  g_assert_cmpint (parse (&head, empty, strlen (empty)), ==, WSM_HTTP_HEAD_COMPLETE);
  g_assert_false (head.is_sealed);
  head = (WsmHttpHead){ 0 };
  g_assert_cmpint (parse (&head, plain, strlen (plain)), ==, WSM_HTTP_HEAD_COMPLETE);
  g_assert_false (head.is_sealed);
}

static void
test_proxy_is_recognised (void)
{
  static const struct
  {
    const char *octets;
    gboolean is_forwarded;
  } rows[] = {
    { GOOD END, FALSE },
    { GOOD "Via: 1.1 proxy\r\n" END, TRUE },
    { GOOD "vIA:\r\n" END, TRUE },
    { GOOD "Forwarded: for=192.0.2.1\r\n" END, TRUE },
    { GOOD "X-Forwarded-For: 192.0.2.1\r\n" END, TRUE },
    { GOOD "x-forwarded-proto: https\r\nX: y\r\n" END, TRUE },
    { GOOD "X-Forwarded-Host: pc7\r\n" END, TRUE },
    { GOOD "X-Via: y\r\nForwarded-For: z\r\n" END, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      WsmHttpHead head = { 0 };
      WsmHttpHead front = { .is_front = TRUE };

      g_test_message ("%s", rows[i].octets);
      g_assert_cmpint (parse (&head, rows[i].octets, strlen (rows[i].octets)), ==,
                       WSM_HTTP_HEAD_COMPLETE);
      g_assert_cmpint (head.is_forwarded, ==, rows[i].is_forwarded);
      g_assert_cmpint (parse (&front, rows[i].octets, strlen (rows[i].octets)), ==,
                       WSM_HTTP_HEAD_COMPLETE);
      g_assert_false (front.is_forwarded); /* that one is known */
    }
}

/* @filler is repeated until the head has @size octets or was refused. */
static gsize
feed_until_refused (WsmHttpHead *head, const char *start, const char *filler, gsize size)
{
  g_autoptr (GString) octets = g_string_new (start);

  while (octets->len < size)
    {
      g_string_append (octets, filler);
      if (parse (head, octets->str, octets->len) == WSM_HTTP_HEAD_REFUSED)
        break;
    }

  return octets->len;
}

static void
test_limits_refuse_early (void)
{
  WsmHttpHead head = { 0 };
  gsize length;

  length = feed_until_refused (&head, POST "X: ", "y", 100000);
  g_assert_cmpuint (head.status, ==, 431);
  g_assert_cmpuint (length, <=, 8192 + strlen (POST) + 1);

  head = (WsmHttpHead){ 0 };
  length = feed_until_refused (&head, "POST /", "w", 100000);
  g_assert_cmpuint (head.status, ==, 431);
  g_assert_cmpuint (length, <=, 8192 + 1);

  head = (WsmHttpHead){ 0 };
  length = feed_until_refused (&head, POST, "X: y\r\n", 100000);
  g_assert_cmpuint (head.status, ==, 431);
  g_assert_cmpuint (length, ==, strlen (POST) + 64 * strlen ("X: y\r\n"));

  head = (WsmHttpHead){ 0 };
  length = feed_until_refused (&head, POST "Authorization: Negotiate ", "y", 100000);
  g_assert_cmpuint (head.status, ==, 431);
  g_assert_cmpuint (length, ==, 65536);

  head = (WsmHttpHead){ 0 };
  length = feed_until_refused (&head, "Authorization: Negotiate ", "y", 100000);
  g_assert_cmpuint (head.status, ==, 431);
  g_assert_cmpuint (length, <=, 8192 + 1);
}

static void
test_limits_are_reached_without_harm (void)
{
  g_autoptr (GString) octets = g_string_new (GOOD "Authorization: Negotiate ");
  WsmHttpHead head = { 0 };
  gsize line = octets->len;

  while (octets->len < line + 48 * 1024)
    g_string_append_c (octets, 'y');
  g_string_append (octets, "\r\nX: ");
  line = octets->len - 3;
  while (octets->len < line + 8192)
    g_string_append_c (octets, 'y');
  g_string_append (octets, "\r\n");
  for (guint i = 0; i < 64 - 6; i++)
    g_string_append (octets, "X: y\r\n");
  g_string_append (octets, END);

  g_assert_cmpint (parse (&head, octets->str, octets->len), ==, WSM_HTTP_HEAD_COMPLETE);
  g_assert_cmpuint (head.length, ==, octets->len);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/service/http-head/bad-heads-are-refused", test_bad_heads_are_refused);
  g_test_add_func ("/service/http-head/refusal-does-not-depend-on-packets",
                   test_refusal_does_not_depend_on_packets);
  g_test_add_func ("/service/http-head/good-head-is-read-at-every-split",
                   test_good_head_is_read_at_every_split);
  g_test_add_func ("/service/http-head/good-head-is-read-octet-by-octet",
                   test_good_head_is_read_octet_by_octet);
  g_test_add_func ("/service/http-head/empty-post-needs-no-type", test_empty_post_needs_no_type);
  g_test_add_func ("/service/http-head/absent-charset-is-utf-8", test_absent_charset_is_utf_8);
  g_test_add_func ("/service/http-head/identify-is-recognised", test_identify_is_recognised);
  g_test_add_func ("/service/http-head/close-is-one-word-of-a-list",
                   test_close_is_one_word_of_a_list);
  g_test_add_func ("/service/http-head/sealed-body-is-recognised", test_sealed_body_is_recognised);
  g_test_add_func ("/service/http-head/proxy-is-recognised", test_proxy_is_recognised);
  g_test_add_func ("/service/http-head/limits-refuse-early", test_limits_refuse_early);
  g_test_add_func ("/service/http-head/limits-are-reached-without-harm",
                   test_limits_are_reached_without_harm);
  return g_test_run ();
}
