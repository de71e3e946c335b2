/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-answer.h"

#define MAX_RETRY_AFTER_S 86400u

typedef struct
{
  WsmChallenges *challenges;
  WsmAuthScheme scheme;
} Search;

/* Each line of its own: libsoup's own getters give the last one, or all with commas between them.
 */
static void
add_challenge_cb (const char *name, const char *value, gpointer user_data)
{
  Search *search = user_data;

  if (g_ascii_strcasecmp (name, "WWW-Authenticate") == 0)
    wsm_challenges_add (search->challenges, value, search->scheme);
}

/* The form with a date is for pages that move: nobody says that to a client of management. */
static guint
read_seconds (const char *value)
{
  guint64 seconds = 0;

  if (value == NULL ||
      !g_ascii_string_to_unsigned (value, 10, 0, MAX_RETRY_AFTER_S, &seconds, NULL))
    return 0;

  return (guint) seconds;
}

/**
 * wsm_answer_new:
 * @message: whose response has come whole
 * @scheme: the scheme that was asked for: its token is looked for; %WSM_AUTH_SCHEME_NONE for none
 * @body: what came
 *
 * Returns: (transfer full): what the response says
 */
WsmAnswer *
wsm_answer_new (SoupMessage *message, WsmAuthScheme scheme, GBytes *body)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *encoding = soup_message_headers_get_one (headers, "Content-Encoding");
  WsmAnswer *self = g_new0 (WsmAnswer, 1);
  Search search = { &self->challenges, scheme };

  self->status = soup_message_get_status (message);
  self->content_type = g_strdup (soup_message_headers_get_one (headers, "Content-Type"));
  self->is_encoded = encoding != NULL && g_ascii_strcasecmp (encoding, "identity") != 0;
  self->is_delimited = soup_message_headers_get_encoding (headers) != SOUP_ENCODING_EOF;
  self->is_last = !soup_message_is_keepalive (message);
  self->retry_after_s = read_seconds (soup_message_headers_get_one (headers, "Retry-After"));
  soup_message_headers_foreach (headers, add_challenge_cb, &search);
  self->body = g_bytes_ref (body);

  return self;
}

/**
 * wsm_answer_free:
 * @self: (transfer full): an answer
 */
void
wsm_answer_free (WsmAnswer *self)
{
  g_free (self->content_type);
  wsm_challenges_clear (&self->challenges);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}
