/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-sealing.h"

#include <string.h>

#include "wsm-client-error.h"

/* Whoever can alter an answer could have let the request pass before. */
static const char *
tell_consequence (gboolean is_repeatable)
{
  return is_repeatable ? "Nothing was changed: try again, and use https if it happens again."
                       : "Whether it acts on the request is not known: check before sending again.";
}

/**
 * wsm_sealing_seal:
 * @context: of the connection that the body goes over, next
 * @protocol: of the scheme that signed in
 * @envelope: in UTF-8
 * @error: what wsm_gss_context_seal() says
 *
 * Returns: (transfer full): the body, in the form of a client: without tabs, which OMI refuses
 */
GBytes *
wsm_sealing_seal (WsmGssContext *context, WsmSealProtocol protocol, GBytes *envelope,
                  GError **error)
{
  g_autoptr (GBytes) token = NULL;
  gsize header_length = 0;

  token = wsm_gss_context_seal (context, envelope, &header_length, error);
  if (token == NULL)
    return NULL;

  return wsm_sealed_body_format (protocol, WSM_CHARSET_UTF_8, FALSE, token, header_length);
}

/**
 * wsm_sealing_is_sealed:
 * @answer: an answer
 *
 * Returns: whether it says of itself that it is sealed
 */
gboolean
wsm_sealing_is_sealed (const WsmAnswer *answer)
{
  return answer->content_type != NULL && !answer->is_encoded &&
         wsm_sealed_body_is_type (answer->content_type, strlen (answer->content_type));
}

/* The envelope in @answer; NULL with @error set. */
static GBytes *
read_sealed (WsmGssContext *context, const WsmAnswer *answer, WsmCharset *charset, GError **error)
{
  WsmSealedBody sealed;

  if (!wsm_sealed_body_parse (&sealed, answer->content_type, strlen (answer->content_type),
                              answer->body, error))
    return NULL;

  *charset = sealed.charset;
  return wsm_gss_context_unseal (context, sealed.token, sealed.token_length, error);
}

/**
 * wsm_sealing_unseal:
 * @context: of the connection that the answer came over
 * @answer: a sealed answer, which becomes what the host has sealed. The HTTP status around it is
 *   anybody's, so that becomes 200: whether an envelope is a fault it says itself
 * @host: who answered
 * @is_repeatable: whether asking twice does the same as asking once
 * @error: %WSM_CLIENT_ERROR_TAMPERED; then @context is of no more use
 *
 * Returns: whether the answer is the host's, and the next one
 */
gboolean
wsm_sealing_unseal (WsmGssContext *context, WsmAnswer *answer, const char *host,
                    gboolean is_repeatable, GError **error)
{
  g_autoptr (GBytes) plain = NULL;
  g_autoptr (GError) cause = NULL;
  WsmCharset charset = WSM_CHARSET_UTF_8;

  plain = read_sealed (context, answer, &charset, &cause);
  if (plain == NULL)
    {
      g_debug ("An answer of %s cannot be unsealed: %s", host, cause->message);
      g_set_error (
        error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TAMPERED,
        "The sealed answer of %s was altered, cut or repeated on its way, and was thrown "
        "away. %s",
        host, tell_consequence (is_repeatable));
      return FALSE;
    }

  answer->status = SOUP_STATUS_OK;
  answer->is_delimited = TRUE;
  g_free (answer->content_type);
  answer->content_type = g_strdup (wsm_charset_get_content_type (charset));
  g_bytes_unref (answer->body);
  answer->body = g_steal_pointer (&plain);

  return TRUE;
}

static gboolean
has_envelope (const WsmAnswer *answer)
{
  WsmCharset charset;

  return answer->content_type != NULL && g_bytes_get_size (answer->body) > 0 &&
         wsm_charset_from_content_type (answer->content_type, &charset);
}

/**
 * wsm_sealing_is_bare:
 * @answer: an answer in the open
 *
 * Returns: whether it is no more than a status that says why there is no answer
 */
gboolean
wsm_sealing_is_bare (const WsmAnswer *answer)
{
  return !has_envelope (answer) && answer->status != SOUP_STATUS_OK;
}

/**
 * wsm_sealing_is_complaint:
 * @answer: an answer in the open to a sealed request
 *
 * Returns: whether it says that the host could not read the request: status 400 or 500 without an
 *   envelope
 */
gboolean
wsm_sealing_is_complaint (const WsmAnswer *answer)
{
  return !has_envelope (answer) && (answer->status == SOUP_STATUS_BAD_REQUEST ||
                                    answer->status == SOUP_STATUS_INTERNAL_SERVER_ERROR);
}

/**
 * wsm_sealing_new_complaint:
 * @answer: as wsm_sealing_is_complaint()
 * @host: who answered
 * @is_repeatable: whether asking twice does the same as asking once
 *
 * An honest host that says so has done nothing. But it says so in the open, so that whoever can
 * alter messages can say it in its place, after the host has acted: of an Invoke it proves nothing.
 *
 * Returns: (transfer full): a %WSM_CLIENT_ERROR_TAMPERED
 */
GError *
wsm_sealing_new_complaint (const WsmAnswer *answer, const char *host, gboolean is_repeatable)
{
  return g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TAMPERED,
                      "%s could not read the sealed message (HTTP status %u), as if it was altered "
                      "on its way; but this answer is not sealed and may be somebody else's. %s",
                      host, answer->status, tell_consequence (is_repeatable));
}

/**
 * wsm_sealing_new_unsealed:
 * @answer: an answer in the open to a sealed request
 * @host: who answered
 * @is_repeatable: whether asking twice does the same as asking once
 *
 * Returns: (transfer full): a %WSM_CLIENT_ERROR_UNSEALED
 */
GError *
wsm_sealing_new_unsealed (const WsmAnswer *answer, const char *host, gboolean is_repeatable)
{
  return g_error_new (
    WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNSEALED,
    "The answer of %s to a sealed message came unsealed (HTTP status %u), so it may be "
    "somebody else's, and was thrown away. %s",
    host, answer->status, tell_consequence (is_repeatable));
}
