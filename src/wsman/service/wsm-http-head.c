/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-http-head.h"

#include <string.h>

#include "wsman/wire/wsm-sealed-body.h"

#define PATH                    "/wsman"
#define ANONYMOUS_IDENTIFY_PATH "/wsman-anon/identify"
#define MAX_CONTENT_TYPE        256
#define MAX_LENGTH_DIGITS       7

/* The fields that mean something here; all others are read over. */
typedef enum
{
  FIELD_HOST,
  FIELD_CONTENT_LENGTH,
  FIELD_CONTENT_TYPE,
  FIELD_AUTHORIZATION,
  FIELD_EXPECT,
  FIELD_IDENTIFY,
  FIELD_TRANSFER_ENCODING,
  FIELD_CONTENT_ENCODING,
  FIELD_CONNECTION,
  FIELD_ORIGIN,
} Field;

static const struct
{
  const char *name;
  gsize length;
  gboolean once; /* a second one could mean another thing to somebody else */
} fields[] = {
  [FIELD_HOST] = { "Host", 4, TRUE },
  [FIELD_CONTENT_LENGTH] = { "Content-Length", 14, TRUE },
  [FIELD_CONTENT_TYPE] = { "Content-Type", 12, TRUE },
  [FIELD_AUTHORIZATION] = { "Authorization", 13, TRUE },
  [FIELD_EXPECT] = { "Expect", 6, TRUE },
  [FIELD_IDENTIFY] = { "WSMANIDENTIFY", 13, TRUE },
  [FIELD_TRANSFER_ENCODING] = { "Transfer-Encoding", 17, FALSE },
  [FIELD_CONTENT_ENCODING] = { "Content-Encoding", 16, FALSE },
  [FIELD_CONNECTION] = { "Connection", 10, FALSE },
  [FIELD_ORIGIN] = { "Origin", 6, FALSE },
};
#define N_FIELDS G_N_ELEMENTS (fields)

#define BROWSER_PREFIX "Sec-Fetch-"

#define FORWARDED_FOR   "X-Forwarded-For"
#define FORWARDED_PROTO "X-Forwarded-Proto"

/* how a proxy tells that it is there */
static const char *const proxy_fields[] = { "Via", "Forwarded", FORWARDED_FOR, FORWARDED_PROTO,
                                            "X-Forwarded-Host" };

static gboolean
refuse (WsmHttpHead *self, guint status, const char *problem)
{
  self->status = status;
  self->problem = problem;

  return FALSE;
}

static gboolean
span_is (const WsmSpan *span, const char *text)
{
  return span->length == strlen (text) && memcmp (span->start, text, span->length) == 0;
}

static gboolean
span_is_word (const WsmSpan *span, const char *word)
{
  return span->length == strlen (word) &&
         g_ascii_strncasecmp (span->start, word, span->length) == 0;
}

/* RFC 9110, section 5.6.2 */
static gboolean
is_token (const char *start, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (start[i]) &&
        (start[i] == '\0' || strchr ("!#$%&'*+-.^_`|~", start[i]) == NULL))
      return FALSE;

  return length > 0;
}

static gboolean
is_authorization (const char *line, gsize length)
{
  gsize n = fields[FIELD_AUTHORIZATION].length;

  return length > n && line[n] == ':' &&
         g_ascii_strncasecmp (line, fields[FIELD_AUTHORIZATION].name, n) == 0;
}

/* Called at each LF. */
static gboolean
end_line (WsmHttpHead *self, const char *bytes, gsize lf, const WsmServiceLimits *limits)
{
  if (lf == self->line_start || bytes[lf - 1] != '\r')
    return refuse (self, 400, "a line ends without CR");

  if (lf - 1 == self->line_start)
    {
      if (self->n_lines == 0)
        return refuse (self, 400, "the request begins with an empty line");
      self->length = lf + 1;
      return TRUE;
    }

  self->line_start = lf + 1;
  if (++self->n_lines > limits->lines)
    return refuse (self, 431, "the head has too many lines");

  return TRUE;
}

static gboolean
scan_octet (WsmHttpHead *self, const char *bytes, gsize at, const WsmServiceLimits *limits)
{
  const char *line = bytes + self->line_start;
  gsize column = at - self->line_start;
  guchar c = (guchar) bytes[at];

  if (c == '\n')
    return end_line (self, bytes, at, limits);
  if (column > 0 && bytes[at - 1] == '\r')
    return refuse (self, 400, "there is a CR within a line");
  if ((c < 0x20 && c != '\t' && c != '\r') || c == 0x7f)
    return refuse (self, 400, "there is a control character in the head");
  if (column == 0 && (c == ' ' || c == '\t'))
    return refuse (self, 400, "a line is folded or begins with white space");
  if (column >= limits->line_size && c != '\r' &&
      (self->n_lines == 0 || !is_authorization (line, column)))
    return refuse (self, 431, "a line of the head is too long");

  return TRUE;
}

/* What the octets are comes before what they mean: whoever splits lines first can be talked into
 * splitting them elsewhere than the next one does. */
static gboolean
scan (WsmHttpHead *self, const char *bytes, gsize length, const WsmServiceLimits *limits)
{
  gsize end = MIN (length, limits->head_size);

  while (self->scanned < end && self->length == 0)
    {
      if (!scan_octet (self, bytes, self->scanned, limits))
        return FALSE;
      self->scanned++;
    }

  if (self->length == 0 && length >= limits->head_size)
    return refuse (self, 431, "the head is too long");

  return TRUE;
}

static gboolean
is_version (const WsmSpan *version)
{
  return version->length == strlen ("HTTP/1.1") && memcmp (version->start, "HTTP/", 5) == 0 &&
         g_ascii_isdigit (version->start[5]) && version->start[6] == '.' &&
         g_ascii_isdigit (version->start[7]);
}

static gboolean
is_visible (const WsmSpan *span)
{
  for (gsize i = 0; i < span->length; i++)
    if (span->start[i] <= ' ' || span->start[i] > '~')
      return FALSE;

  return span->length > 0;
}

static gboolean
parse_request_line (WsmHttpHead *self, const char *line, gsize length)
{
  const char *end = line + length;
  const char *first = memchr (line, ' ', length);
  const char *second = first != NULL ? memchr (first + 1, ' ', (gsize) (end - first) - 1) : NULL;
  WsmSpan target, version;

  if (second == NULL || !is_token (line, (gsize) (first - line)))
    return refuse (self, 400, "the request line is not method, target and version");

  target = (WsmSpan){ first + 1, (gsize) (second - first) - 1 };
  version = (WsmSpan){ second + 1, (gsize) (end - second) - 1 };
  if (!is_visible (&target) || !is_version (&version))
    return refuse (self, 400, "the request line is not method, target and version");

  if (!span_is (&version, "HTTP/1.1"))
    return refuse (self, 505, "the version of HTTP is not 1.1");
  if (first - line != 4 || memcmp (line, "POST", 4) != 0)
    return refuse (self, 405, "the method is not POST");

  /* Compared as it came: a decoded target is another one to whoever decodes once more. */
  if (span_is (&target, PATH))
    self->target = WSM_HTTP_TARGET_WSMAN;
  else if (span_is (&target, ANONYMOUS_IDENTIFY_PATH))
    self->target = WSM_HTTP_TARGET_ANONYMOUS_IDENTIFY;
  else
    return refuse (self, 404, "the target is not " PATH);

  return TRUE;
}

static gboolean
read_host (WsmHttpHead *self, const WsmSpan *value)
{
  for (gsize i = 0; i < value->length; i++)
    if (!g_ascii_isalnum (value->start[i]) && strchr ("-._~:[]%", value->start[i]) == NULL)
      return refuse (self, 400, "the field Host is not a host");
  if (value->length == 0)
    return refuse (self, 400, "the field Host is empty");

  return TRUE;
}

static gboolean
read_content_length (WsmHttpHead *self, const WsmSpan *value)
{
  gsize octets = 0;

  if (value->length == 0 || value->length > MAX_LENGTH_DIGITS)
    return refuse (self, 400, "the field Content-Length is not a number of 1 to 7 digits");

  for (gsize i = 0; i < value->length; i++)
    {
      if (!g_ascii_isdigit (value->start[i]))
        return refuse (self, 400, "the field Content-Length is not a number of 1 to 7 digits");
      octets = octets * 10 + (gsize) (value->start[i] - '0');
    }
  self->content_length = octets;

  return TRUE;
}

static void
read_connection (WsmHttpHead *self, const WsmSpan *value)
{
  const char *end = value->start + value->length;
  const char *at = value->start;

  while (at < end)
    {
      const char *comma = memchr (at, ',', (gsize) (end - at));
      WsmSpan word = { at, (gsize) ((comma != NULL ? comma : end) - at) };

      at += word.length + 1;
      while (word.length > 0 && (*word.start == ' ' || *word.start == '\t'))
        word = (WsmSpan){ word.start + 1, word.length - 1 };
      while (word.length > 0 && strchr (" \t", word.start[word.length - 1]) != NULL)
        word.length--;
      if (span_is_word (&word, "close"))
        self->wants_close = TRUE;
    }
}

static gboolean
read_field (WsmHttpHead *self, Field field, const WsmSpan *value)
{
  switch (field)
    {
    case FIELD_HOST:
      return read_host (self, value);
    case FIELD_CONTENT_LENGTH:
      return read_content_length (self, value);
    case FIELD_CONTENT_TYPE:
      self->content_type = *value;
      return TRUE;
    case FIELD_AUTHORIZATION:
      self->authorization = *value;
      return TRUE;
    case FIELD_EXPECT:
      self->expect_continue = TRUE;
      return span_is_word (value, "100-continue") ||
             refuse (self, 417, "the field Expect is not 100-continue");
    case FIELD_IDENTIFY:
      self->anonymous_identify = span_is_word (value, "unauthenticated");
      return TRUE;
    case FIELD_TRANSFER_ENCODING:
      return refuse (self, 411, "the body has a transfer encoding instead of a length");
    case FIELD_CONTENT_ENCODING:
      return span_is_word (value, "identity") ||
             refuse (self, 415, "the body has a content encoding");
    case FIELD_CONNECTION:
      read_connection (self, value);
      return TRUE;
    case FIELD_ORIGIN:
    default:
      return refuse (self, 403, "the request comes from a browser");
    }
}

/* Returns N_FIELDS for a field without meaning here. */
static guint
find_field (const char *name, gsize length)
{
  for (guint i = 0; i < N_FIELDS; i++)
    if (fields[i].length == length && g_ascii_strncasecmp (fields[i].name, name, length) == 0)
      return i;

  return N_FIELDS;
}

/* A list may be cut into several fields: the last one ends with what our web server added. */
static gboolean
read_front_field (WsmHttpHead *self, const WsmSpan *name, const WsmSpan *value)
{
  if (span_is_word (name, FORWARDED_FOR))
    self->forwarded_for = *value;
  else if (span_is_word (name, FORWARDED_PROTO))
    self->forwarded_proto = *value;
  else if (self->user_field != NULL && span_is_word (name, self->user_field))
    {
      if (self->forwarded_user.start != NULL)
        return refuse (self, 400, "two users are named");
      self->forwarded_user = *value;
    }

  return TRUE;
}

static gboolean
is_proxy_field (const WsmSpan *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (proxy_fields); i++)
    if (span_is_word (name, proxy_fields[i]))
      return TRUE;

  return FALSE;
}

static gboolean
read_other_field (WsmHttpHead *self, const WsmSpan *name, const WsmSpan *value)
{
  if (name->length >= strlen (BROWSER_PREFIX) &&
      g_ascii_strncasecmp (name->start, BROWSER_PREFIX, strlen (BROWSER_PREFIX)) == 0)
    return refuse (self, 403, "the request comes from a browser");

  if (self->is_front)
    return read_front_field (self, name, value);
  if (!self->is_forwarded)
    self->is_forwarded = is_proxy_field (name);
  return TRUE;
}

static WsmSpan
strip (const char *start, gsize length)
{
  WsmSpan value = { start, length };

  while (value.length > 0 && (*value.start == ' ' || *value.start == '\t'))
    value = (WsmSpan){ value.start + 1, value.length - 1 };
  while (value.length > 0 && strchr (" \t", value.start[value.length - 1]) != NULL)
    value.length--;

  return value;
}

static gboolean
parse_field (WsmHttpHead *self, const char *line, gsize length, guint *seen)
{
  const char *colon = memchr (line, ':', length);
  gsize name_length = colon != NULL ? (gsize) (colon - line) : 0;
  WsmSpan name = { line, name_length };
  WsmSpan value;
  guint field;

  if (colon == NULL || !is_token (line, name_length))
    return refuse (self, 400, "a line of the head is not name, colon and value");

  value = strip (colon + 1, length - name_length - 1);
  field = find_field (line, name_length);
  if (field == N_FIELDS)
    return read_other_field (self, &name, &value);

  if (fields[field].once && (*seen & (1u << field)) != 0)
    return refuse (self, 400, "a field that has to be alone is there twice");
  *seen |= 1u << field;

  return read_field (self, (Field) field, &value);
}

static gboolean
check_content_type (WsmHttpHead *self)
{
  char text[MAX_CONTENT_TYPE];

  self->charset = WSM_CHARSET_UTF_8;
  if (self->content_length == 0) /* nothing that could have a type: a client's first contact */
    return TRUE;

  if (self->content_type.start == NULL || self->content_type.length >= sizeof text)
    return refuse (self, 415, "the body is not declared to be application/soap+xml");
  if (self->is_sealed)
    return TRUE;
  memcpy (text, self->content_type.start, self->content_type.length);
  text[self->content_type.length] = '\0';
  if (!wsm_charset_from_content_type (text, &self->charset))
    return refuse (self, 415, "the body is not declared to be application/soap+xml");

  return TRUE;
}

/* What a web server passes on is nobody's sealed connection. */
static gboolean
is_sealed (const WsmHttpHead *self)
{
  return !self->is_front && self->content_type.start != NULL && self->content_length > 0 &&
         self->content_type.length < MAX_CONTENT_TYPE &&
         wsm_sealed_body_is_type (self->content_type.start, self->content_type.length);
}

static gboolean
check_fields (WsmHttpHead *self, guint seen, const WsmServiceLimits *limits)
{
  if ((seen & (1u << FIELD_HOST)) == 0)
    return refuse (self, 400, "there is no field Host");
  if ((seen & (1u << FIELD_CONTENT_LENGTH)) == 0)
    return refuse (self, 411, "there is no field Content-Length");
  self->is_sealed = is_sealed (self);
  if (self->content_length > limits->body_size + (self->is_sealed ? WSM_SEALED_MAX_EXTRA : 0))
    return refuse (self, 413, "the body is too large");

  return check_content_type (self);
}

static gboolean
parse_lines (WsmHttpHead *self, const char *bytes, const WsmServiceLimits *limits)
{
  const char *end = bytes + self->length - 2; /* the empty line */
  const char *line = bytes;
  guint seen = 0;

  while (line < end)
    {
      const char *lf = memchr (line, '\n', (gsize) (end - line));
      gsize length = (gsize) (lf - line) - 1;

      if (line == bytes ? !parse_request_line (self, line, length)
                        : !parse_field (self, line, length, &seen))
        return FALSE;
      line = lf + 1;
    }

  return check_fields (self, seen, limits);
}

/**
 * wsm_http_head_parse:
 * @self: (inout): all zero but @is_front and @user_field before the first call with @bytes
 * @bytes: (array length=length): what has come so far of one request
 * @length: octets of @bytes
 * @limits: what a head may cost
 *
 * Reads the head of an HTTP/1.1 request (RFC 9112, sections 3 to 5) by the strict grammar of
 * threat-model, section 5.2, and decides all that can be decided before the body: the answer is
 * 400, 403, 404, 405, 411, 413, 415, 417, 431 or 505, or the head is good. No I/O and no memory of
 * its own. With more bytes behind the same ones, it goes on where the last call ended.
 *
 * Returns: %WSM_HTTP_HEAD_MORE until the empty line has come or something is wrong already;
 *   %WSM_HTTP_HEAD_REFUSED with @status and @problem; %WSM_HTTP_HEAD_COMPLETE with all the rest
 */
WsmHttpHeadState
wsm_http_head_parse (WsmHttpHead *self, const char *bytes, gsize length,
                     const WsmServiceLimits *limits)
{
  g_return_val_if_fail (self != NULL, WSM_HTTP_HEAD_REFUSED);
  g_return_val_if_fail (bytes != NULL || length == 0, WSM_HTTP_HEAD_REFUSED);
  g_return_val_if_fail (limits != NULL, WSM_HTTP_HEAD_REFUSED);

  if (self->status != 0 || !scan (self, bytes, length, limits))
    return WSM_HTTP_HEAD_REFUSED;
  if (self->length == 0)
    return WSM_HTTP_HEAD_MORE;

  return parse_lines (self, bytes, limits) ? WSM_HTTP_HEAD_COMPLETE : WSM_HTTP_HEAD_REFUSED;
}

/**
 * wsm_http_head_is_field:
 * @name: what may be the name of a field
 *
 * Returns: whether it can be one
 */
gboolean
wsm_http_head_is_field (const char *name)
{
  g_return_val_if_fail (name != NULL, FALSE);

  return is_token (name, strlen (name));
}

/**
 * wsm_http_head_has_meaning:
 * @name: the name of a field
 *
 * Returns: whether it means something here already
 */
gboolean
wsm_http_head_has_meaning (const char *name)
{
  g_return_val_if_fail (name != NULL, FALSE);

  return find_field (name, strlen (name)) != N_FIELDS ||
         is_proxy_field (&(const WsmSpan){ name, strlen (name) }) ||
         g_ascii_strncasecmp (name, BROWSER_PREFIX, strlen (BROWSER_PREFIX)) == 0;
}
