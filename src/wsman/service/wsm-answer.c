/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-answer.h"

#include <time.h>

#define put(http, literal) g_string_append_len (http, literal "", sizeof (literal) - 1)

/**
 * wsm_answer_clear:
 * @self: an answer
 */
void
wsm_answer_clear (WsmAnswer *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->body, g_bytes_unref);
  *self = (WsmAnswer){ 0 };
}

static const char *
get_phrase (guint status)
{
  switch (status)
    {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      g_return_val_if_reached ("");
    }
}

/* RFC 9110, section 5.6.7; strftime() would ask the locale. */
static void
append_date (GString *http)
{
  static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
  static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  static char line[64];
  static time_t written = 0;
  time_t now = time (NULL);
  struct tm utc;

  /* a service has one main context, and a second many answers */
  if (now != written && gmtime_r (&now, &utc) != NULL)
    {
      g_snprintf (line, sizeof line, "Date: %s, %02d %s %d %02d:%02d:%02d GMT\r\n",
                  days[utc.tm_wday], utc.tm_mday, months[utc.tm_mon], utc.tm_year + 1900,
                  utc.tm_hour, utc.tm_min, utc.tm_sec);
      written = now;
    }
  g_string_append (http, line);
}

/* The schemes each in a field of its own, as some clients read one for each. That a certificate may
 * sign in is not offered: its "scheme" is a URL, which is no scheme by RFC 9110. */
static void
append_authenticate (const WsmAnswer *self, GString *http)
{
  if (self->authenticate != NULL)
    {
      put (http, "WWW-Authenticate: ");
      g_string_append (http, self->authenticate);
      put (http, "\r\n");
    }
  if (self->status != 401)
    return;

  if ((self->schemes & WSM_AUTH_SCHEME_NEGOTIATE) != 0)
    put (http, "WWW-Authenticate: Negotiate\r\n");
  if ((self->schemes & WSM_AUTH_SCHEME_KERBEROS) != 0)
    put (http, "WWW-Authenticate: Kerberos\r\n");
  if ((self->schemes & WSM_AUTH_SCHEME_NTLM) != 0)
    put (http, "WWW-Authenticate: NTLM\r\n");
  if ((self->schemes & WSM_AUTH_SCHEME_BASIC) != 0)
    put (http, "WWW-Authenticate: Basic realm=\"WSMAN\"\r\n");
}

/**
 * wsm_answer_append:
 * @self: an answer
 * @closes: whether the connection ends with it
 * @http: (inout): where the octets go, head and body
 *
 * Writes an answer of HTTP/1.1 (RFC 9112, section 4).
 */
void
wsm_answer_append (const WsmAnswer *self, gboolean closes, GString *http)
{
  gsize length = self->body != NULL ? g_bytes_get_size (self->body) : 0;
  char number[24];

  g_snprintf (number, sizeof number, "%u ", self->status);
  put (http, "HTTP/1.1 ");
  g_string_append (http, number);
  g_string_append (http, get_phrase (self->status));
  put (http, "\r\nServer: Curfew\r\n");
  append_date (http);
  append_authenticate (self, http);
  if (self->status == 405)
    put (http, "Allow: POST\r\n");
  if (self->retry_seconds > 0)
    g_string_append_printf (http, "Retry-After: %u\r\n", self->retry_seconds);
  if (closes)
    put (http, "Connection: close\r\n");
  if (self->body != NULL)
    {
      put (http, "Content-Type: ");
      g_string_append (http, self->sealed_type != NULL
                               ? self->sealed_type
                               : wsm_charset_get_content_type (self->charset));
      put (http, "\r\n");
    }
  g_snprintf (number, sizeof number, "%" G_GSIZE_FORMAT, length);
  put (http, "Content-Length: ");
  g_string_append (http, number);
  put (http, "\r\n\r\n");
  if (length > 0)
    g_string_append_len (http, g_bytes_get_data (self->body, NULL), (gssize) length);
}
