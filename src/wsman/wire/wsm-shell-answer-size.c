/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-envelope-private.h"

#include <string.h>

/* Pieces of streams, ends included, that one answer is reckoned with. */
#define PIECES 8u

/* Where the request names no streams, theirs may have names as long as this. */
#define ANY_STREAM "xxxxxxxxxxxxxxxx"

static const char *
find_longest_name (char **names)
{
  const char *longest = ANY_STREAM;

  if (names != NULL && *names != NULL)
    longest = *names;
  for (char **p = names; p != NULL && *p != NULL; p++)
    if (strlen (*p) > strlen (longest))
      longest = *p;

  return longest;
}

/* The answer with all it can have but data. */
static WsmShellMessage *
new_empty_answer (const WsmShellMessage *request)
{
  WsmShellMessage *self = wsm_shell_message_new (WSM_SHELL_RECEIVE_RESPONSE);
  const char *name = find_longest_name (request != NULL ? request->output_streams : NULL);
  const char *command_id = request != NULL ? request->command_id : NULL;

  for (guint i = 0; i < PIECES; i++)
    wsm_shell_message_add_stream (self, name, command_id, NULL, TRUE);
  self->command_id = g_strdup (command_id);
  self->state = g_strdup (WSM_COMMAND_STATE_DONE);
  self->exit_code = G_MAXUINT32;

  return self;
}

/**
 * wsm_envelope_get_max_stream_octets:
 * @self: a request, mostly Receive
 *
 * How much output can be sent at once: an answer with that many octets, in up to 8 pieces
 * altogether (an end counts as a piece), has no more octets than the request allows, and none of
 * our answers has more than %WSM_MAX_ENVELOPE_SIZE. Names of streams are reckoned as long as those
 * that the request names, or 16 octets where it names none.
 *
 * Returns: octets before base64; 0 if the request leaves no room
 */
gsize
wsm_envelope_get_max_stream_octets (WsmEnvelope *self)
{
  g_autoptr (WsmShellMessage) message = NULL;
  g_autoptr (WsmEnvelope) answer = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize limit, digits;

  g_return_val_if_fail (self != NULL, 0);

  message = new_empty_answer (self->shell);
  answer = wsm_envelope_new_shell_reply (self, message);
  bytes = wsm_envelope_serialize (answer);
  limit = MIN (wsm_envelope_get_max_envelope_size (self), WSM_MAX_ENVELOPE_SIZE);
  if (g_bytes_get_size (bytes) >= limit)
    return 0;

  digits = limit - g_bytes_get_size (bytes);
  if (self->charset == WSM_CHARSET_UTF_16)
    digits /= 2;

  /* Each piece is padded by itself, to four digits. The room for that is there: a piece with data
   * does not say that it is the end. */
  return digits / 4 * 3;
}
