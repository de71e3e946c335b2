/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "wsm-sealed-body-private.h"
#include "wsm-span.h"
#include "wsm-wire-error.h"

#define MAX_BOUNDARY 70u  /* octets, RFC 2046, section 5.1.1 */
#define MAX_LINE     200u /* octets of a line before the sealed octets, without its end */
#define MAX_DIGITS   10u  /* of a length: no envelope needs more */

#define CREDSSP "application/HTTP-CredSSP-session-encrypted"

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_MALFORMED,
               "The sealed message is broken: %s; send one part in the form of [MS-WSMV], section "
               "2.2.9.1.",
               what);
  return FALSE;
}

static gboolean
find_protocol (WsmSpan type, WsmSealProtocol *protocol, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (wsm_seal_protocols); i++)
    if (wsm_span_equals (type, wsm_seal_protocols[i]))
      {
        *protocol = (WsmSealProtocol) i;
        return TRUE;
      }

  if (!wsm_span_equals (type, CREDSSP))
    return fail (error, "it does not say by what protocol it is sealed");

  g_set_error_literal (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_FORBIDDEN,
                       "The message is sealed by CredSSP, which hands over the password and is not "
                       "taken; sign in by Negotiate or Kerberos.");
  return FALSE;
}

static gboolean
is_boundary (WsmSpan boundary)
{
  static const char others[] = "'()+_,-./:=? ";

  if (boundary.length == 0 || boundary.length > MAX_BOUNDARY)
    return FALSE;
  for (gsize i = 0; i < boundary.length; i++)
    if (!g_ascii_isalnum (boundary.text[i]) &&
        memchr (others, boundary.text[i], strlen (others)) == NULL)
      return FALSE;

  /* a blank at either end could as well be one that readers skip */
  return boundary.text[0] != ' ' && boundary.text[boundary.length - 1] != ' ';
}

/* The parameters of the field Content-Type of HTTP. */
static gboolean
read_field (WsmSpan field, WsmSealProtocol *protocol, WsmSpan *boundary, GError **error)
{
  WsmSpan type = wsm_span_take_until (&field, ';');
  WsmSpan name, value;
  WsmSpan said = { NULL, 0 };

  if (wsm_span_equals (type, WSM_SEALED_TYPE_OF_MANY))
    {
      g_set_error_literal (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_FORBIDDEN,
                           "The message is sealed in several parts, which only CredSSP needs and "
                           "is not taken; send it as one part of " WSM_SEALED_TYPE ".");
      return FALSE;
    }
  if (!wsm_span_equals (type, WSM_SEALED_TYPE))
    return fail (error, "its type is not " WSM_SEALED_TYPE);

  *boundary = (WsmSpan){ NULL, 0 };
  while (wsm_span_take_parameter (&field, &name, &value))
    {
      WsmSpan *known = wsm_span_equals (name, "protocol")   ? &said
                       : wsm_span_equals (name, "boundary") ? boundary
                                                            : NULL;

      if (known != NULL && known->text != NULL)
        return fail (error, "a parameter of its type is there twice");
      if (known != NULL)
        *known = value;
    }
  if (field.length > 0)
    return fail (error, "the parameters of its type cannot be read");

  if (boundary->text == NULL)
    *boundary = (WsmSpan){ WSM_SEALED_BOUNDARY, strlen (WSM_SEALED_BOUNDARY) };
  if (!is_boundary (*boundary))
    return fail (error, "its boundary is not one");

  return find_protocol (said, protocol, error);
}

/* The next line without CR LF and without blanks around it, which some write and some do not. */
static gboolean
take_line (WsmSpan *rest, WsmSpan *line)
{
  gsize most = MIN (rest->length, MAX_LINE + 2);
  const char *end = most > 0 ? memchr (rest->text, '\n', most) : NULL;

  if (end == NULL || end == rest->text || end[-1] != '\r')
    return FALSE;

  *line = (WsmSpan){ rest->text, (gsize) (end - 1 - rest->text) };
  wsm_span_skip (rest, line->length + 2);
  for (gsize i = 0; i < line->length; i++)
    if (g_ascii_iscntrl (line->text[i]) && line->text[i] != '\t')
      return FALSE;
  wsm_span_skip_blanks (line);
  wsm_span_drop_blanks_at_end (line);

  return TRUE;
}

/* `--boundary`, after which Exchange writes a space */
static gboolean
skip_boundary (WsmSpan *rest, WsmSpan boundary)
{
  if (!wsm_span_skip_word (rest, "--"))
    return FALSE;
  wsm_span_skip_blanks (rest);
  if (rest->length < boundary.length || memcmp (rest->text, boundary.text, boundary.length) != 0)
    return FALSE;
  wsm_span_skip (rest, boundary.length);

  return TRUE;
}

static gboolean
take_boundary_line (WsmSpan *rest, WsmSpan boundary)
{
  WsmSpan line;

  return take_line (rest, &line) && skip_boundary (&line, boundary) && line.length == 0;
}

/* A line `name: value`, of which the value remains. */
static gboolean
take_header (WsmSpan *rest, const char *name, WsmSpan *value)
{
  if (!take_line (rest, value) || !wsm_span_skip_word (value, name) ||
      !wsm_span_skip_word (value, ":"))
    return FALSE;
  wsm_span_skip_blanks (value);

  return TRUE;
}

static gboolean
read_number (WsmSpan digits, guint64 *number)
{
  *number = 0;
  if (digits.length == 0 || digits.length > MAX_DIGITS)
    return FALSE;
  for (gsize i = 0; i < digits.length; i++)
    {
      if (!g_ascii_isdigit (digits.text[i]))
        return FALSE;
      *number = *number * 10 + (guint64) g_ascii_digit_value (digits.text[i]);
    }

  return TRUE;
}

/* `type=application/soap+xml;charset=UTF-8;Length=123` */
static gboolean
read_original (WsmSpan original, WsmCharset *charset, guint64 *length, GError **error)
{
  g_autofree char *content_type = NULL;
  gboolean is_known = FALSE;
  WsmSpan name, value;

  if (!wsm_span_skip_word (&original, "type="))
    return fail (error, "it does not say what it was before");
  content_type = g_strndup (original.text, original.length);
  if (!wsm_charset_from_content_type (content_type, charset))
    {
      g_set_error_literal (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_ENCODING,
                           "What is sealed is not application/soap+xml in UTF-8 or UTF-16; send it "
                           "as such.");
      return FALSE;
    }

  wsm_span_take_until (&original, ';');
  while (wsm_span_take_parameter (&original, &name, &value))
    {
      if (!wsm_span_equals (name, "Length"))
        continue;
      if (is_known || !read_number (value, length))
        return fail (error, "its length is not one number");
      is_known = TRUE;
    }

  return is_known || fail (error, "its length is missing");
}

/* The five lines before the header. */
static gboolean
read_lines (WsmSealedBody *self, WsmSpan *rest, WsmSpan boundary, guint64 *length, GError **error)
{
  WsmSealProtocol protocol;
  WsmSpan value;

  if (!take_boundary_line (rest, boundary) || !take_header (rest, "Content-Type", &value))
    return fail (error, "it does not begin with a part");
  if (!find_protocol (wsm_span_take_until (&value, ';'), &protocol, error))
    return FALSE;
  if (protocol != self->protocol)
    return fail (error, "its type and its part name two protocols");

  if (!take_header (rest, "OriginalContent", &value))
    return fail (error, "it does not say what it was before");
  if (!read_original (value, &self->charset, length, error))
    return FALSE;

  if (!take_boundary_line (rest, boundary) || !take_header (rest, "Content-Type", &value) ||
      !wsm_span_equals (wsm_span_take_until (&value, ';'), "application/octet-stream"))
    return fail (error, "there is no part of sealed octets");

  return TRUE;
}

/* By their number: they may hold anything, also what looks like a boundary. */
static gboolean
take_token (WsmSealedBody *self, WsmSpan *rest, guint64 length, GError **error)
{
  guint32 header;

  if (rest->length < WSM_SEALED_SIZE_LENGTH)
    return fail (error, "it ends too early");
  memcpy (&header, rest->text, WSM_SEALED_SIZE_LENGTH);
  header = GUINT32_FROM_LE (header);
  wsm_span_skip (rest, WSM_SEALED_SIZE_LENGTH);

  if (header > WSM_SEALED_MAX_HEADER)
    return fail (error, "its header is longer than any mechanism needs");
  if (header + length > rest->length)
    return fail (error, "it ends too early");
  if (header + length < WSM_SEALED_MIN_TOKEN)
    return fail (error, "it is too short to be sealed");

  self->token = (const guint8 *) rest->text;
  self->token_length = (gsize) (header + length);
  self->header_length = header;
  wsm_span_skip (rest, self->token_length);

  return TRUE;
}

/* OMI writes one line end too many. */
static gboolean
read_end (WsmSpan rest, WsmSpan boundary, GError **error)
{
  if (!skip_boundary (&rest, boundary) || !wsm_span_skip_word (&rest, "--"))
    return fail (error, "its end does not stand where its length says");

  wsm_span_skip_word (&rest, "\r\n");
  wsm_span_skip_word (&rest, "\r\n");

  return rest.length == 0 || fail (error, "something follows its end");
}

/**
 * wsm_sealed_body_is_type:
 * @content_type: (array length=length): the value of a Content-Type field
 * @length: its octets
 *
 * Returns: whether the body is sealed; in a form that is taken or not, of which
 *   wsm_sealed_body_parse() tells
 */
gboolean
wsm_sealed_body_is_type (const char *content_type, gsize length)
{
  WsmSpan field = { content_type != NULL ? content_type : "", length };
  WsmSpan type;

  g_return_val_if_fail (content_type != NULL || length == 0, FALSE);

  type = wsm_span_take_until (&field, ';');

  return wsm_span_equals (type, WSM_SEALED_TYPE) || wsm_span_equals (type, WSM_SEALED_TYPE_OF_MANY);
}

/**
 * wsm_sealed_body_parse:
 * @self: (out caller-allocates): the parts of the body, unspecified on error; what it lends lives
 *   as long as @body
 * @content_type: (array length=content_type_length): the value of the Content-Type field
 * @content_type_length: its octets
 * @body: the body
 * @error: a #WsmWireError: %WSM_WIRE_ERROR_MALFORMED; %WSM_WIRE_ERROR_FORBIDDEN for what CredSSP
 *   seals; %WSM_WIRE_ERROR_ENCODING if something other than an envelope is sealed
 *
 * Takes a body of [MS-WSMV], section 2.2.9.1, apart, as tolerantly as peers differ in what is not
 * sealed (winrm-wire-protocol, section 2.1), and exactly by their number in what is.
 *
 * Returns: %TRUE; %FALSE with @error set otherwise
 */
gboolean
wsm_sealed_body_parse (WsmSealedBody *self, const char *content_type, gsize content_type_length,
                       GBytes *body, GError **error)
{
  WsmSpan field = { content_type != NULL ? content_type : "", content_type_length };
  WsmSpan rest;
  WsmSpan boundary;
  guint64 length = 0;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (content_type != NULL || content_type_length == 0, FALSE);
  g_return_val_if_fail (body != NULL, FALSE);

  rest.text = g_bytes_get_data (body, &rest.length);

  return read_field (field, &self->protocol, &boundary, error) &&
         read_lines (self, &rest, boundary, &length, error) &&
         take_token (self, &rest, length, error) && read_end (rest, boundary, error);
}
