/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-charset.h"

#include <string.h>

#include "wsm-wire-error.h"

#define MEDIA_TYPE "application/soap+xml"

static const char *
skip_space (const char *p)
{
  while (*p == ' ' || *p == '\t')
    p++;

  return p;
}

/* Reads one value at @p, with or without quotes, and returns what follows it. */
static const char *
read_value (const char *p, const char **value, gsize *length)
{
  if (*p == '"')
    {
      const char *end = strchr (p + 1, '"');

      if (end == NULL)
        return NULL;

      *value = p + 1;
      *length = end - *value;

      return skip_space (end + 1);
    }

  *value = p;
  *length = strcspn (p, "; \t");

  return skip_space (p + *length);
}

static gboolean
charset_from_name (const char *name, gsize length, WsmCharset *charset)
{
  if (length == strlen ("UTF-8") && g_ascii_strncasecmp (name, "UTF-8", length) == 0)
    *charset = WSM_CHARSET_UTF_8;
  else if (length == strlen ("UTF-16") && g_ascii_strncasecmp (name, "UTF-16", length) == 0)
    *charset = WSM_CHARSET_UTF_16;
  else
    return FALSE;

  return TRUE;
}

/**
 * wsm_charset_from_content_type:
 * @content_type: (nullable): the value of an HTTP Content-Type field
 * @charset: (out): its charset; UTF-8 where the field names none
 *
 * Reads `application/soap+xml;charset=…`: without regard to case, with white space around the
 * semicolon and with or without quotes, as clients differ in all three. Parameters but charset are
 * skipped.
 *
 * Returns: %FALSE for another media type, another charset or a field that breaks the grammar of
 *   RFC 9110, section 8.3.1
 */
gboolean
wsm_charset_from_content_type (const char *content_type, WsmCharset *charset)
{
  const char *p;

  g_return_val_if_fail (charset != NULL, FALSE);

  *charset = WSM_CHARSET_UTF_8;
  if (content_type == NULL)
    return FALSE;

  p = skip_space (content_type);
  if (g_ascii_strncasecmp (p, MEDIA_TYPE, strlen (MEDIA_TYPE)) != 0)
    return FALSE;
  p = skip_space (p + strlen (MEDIA_TYPE));

  while (*p == ';')
    {
      const char *name, *value;
      gsize name_length, length;

      name = skip_space (p + 1);
      if (*name == '\0')
        return TRUE; /* a lone semicolon at the end names nothing */

      name_length = strcspn (name, "=; \t\"");
      if (name_length == 0 || name[name_length] != '=')
        return FALSE;

      p = read_value (name + name_length + 1, &value, &length);
      if (p == NULL)
        return FALSE;

      if (name_length == strlen ("charset") &&
          g_ascii_strncasecmp (name, "charset", name_length) == 0 &&
          !charset_from_name (value, length, charset))
        return FALSE;
    }

  return *p == '\0';
}

/**
 * wsm_charset_get_content_type:
 * @charset: an encoding
 *
 * Returns: the Content-Type that goes with it, in the spelling of Windows
 */
const char *
wsm_charset_get_content_type (WsmCharset charset)
{
  return charset == WSM_CHARSET_UTF_16 ? MEDIA_TYPE ";charset=UTF-16" : MEDIA_TYPE ";charset=UTF-8";
}

static GBytes *
decode_utf16 (const guint8 *data, gsize size, gboolean big_endian, GError **error)
{
  g_autofree gunichar2 *units = NULL;
  gsize n_units = size / 2;
  glong n_read = 0, n_written = 0;
  char *utf8;

  if (size % 2 != 0)
    {
      g_set_error_literal (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_ENCODING,
                           "The message ends inside a UTF-16 character, so a part of it is "
                           "missing; send it again");
      return NULL;
    }

  units = g_new (gunichar2, n_units + 1);
  for (gsize i = 0; i < n_units; i++)
    units[i] = big_endian ? data[2 * i] << 8 | data[2 * i + 1] : data[2 * i + 1] << 8 | data[2 * i];

  /* A NUL ends the conversion early, which n_read tells. */
  utf8 = g_utf16_to_utf8 (units, n_units, &n_read, &n_written, NULL);
  if (utf8 == NULL || (gsize) n_read != n_units)
    {
      g_free (utf8);
      g_set_error_literal (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_ENCODING,
                           "The message is not valid UTF-16; send it as UTF-8 or correct it");
      return NULL;
    }

  return g_bytes_new_take (utf8, n_written);
}

/**
 * wsm_charset_decode:
 * @bytes: one message as it was received
 * @declared: the charset of its Content-Type
 * @found: (out): the one it really has; an answer takes this one
 * @error: a #WsmWireError: %WSM_WIRE_ERROR_ENCODING
 *
 * Makes UTF-8 without byte order mark of UTF-8 or of UTF-16 of either byte order. A byte order mark
 * wins over what the Content-Type says; UTF-16 without one is little endian
 * (winrm-wire-protocol, section 5.3).
 *
 * Returns: (transfer full): valid UTF-8 without NUL; %NULL with @error set otherwise
 */
GBytes *
wsm_charset_decode (GBytes *bytes, WsmCharset declared, WsmCharset *found, GError **error)
{
  const guint8 *data;
  gsize size;
  gsize mark = 0;
  gboolean big_endian = FALSE;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (found != NULL, NULL);

  data = g_bytes_get_data (bytes, &size);
  *found = declared;

  if (size >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0)
    {
      *found = WSM_CHARSET_UTF_8;
      mark = 3;
    }
  else if (size >= 2 && (memcmp (data, "\xff\xfe", 2) == 0 || memcmp (data, "\xfe\xff", 2) == 0))
    {
      *found = WSM_CHARSET_UTF_16;
      big_endian = data[0] == 0xfe;
      mark = 2;
    }

  if (*found == WSM_CHARSET_UTF_16)
    return decode_utf16 (size > mark ? data + mark : (const guint8 *) "", size - mark, big_endian,
                         error);

  /* With a length given, g_utf8_validate() refuses NUL as well. */
  if (size > mark && !g_utf8_validate ((const char *) data + mark, size - mark, NULL))
    {
      g_set_error_literal (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_ENCODING,
                           "The message is not valid UTF-8; send it as UTF-8 or as UTF-16 with a "
                           "byte order mark");
      return NULL;
    }

  return mark == 0 ? g_bytes_ref (bytes) : g_bytes_new_from_bytes (bytes, mark, size - mark);
}

/**
 * wsm_charset_encode:
 * @utf8: valid UTF-8
 * @length: its length in octets
 * @charset: the wanted encoding
 *
 * The other way: UTF-8 without, UTF-16 little endian with byte order mark.
 *
 * Returns: (transfer full): the octets to send
 */
GBytes *
wsm_charset_encode (const char *utf8, gsize length, WsmCharset charset)
{
  g_autofree gunichar2 *units = NULL;
  glong n_units = 0;
  guint8 *data;

  g_return_val_if_fail (utf8 != NULL, NULL);
  g_return_val_if_fail (length <= G_MAXINT, NULL);

  if (charset == WSM_CHARSET_UTF_8)
    return g_bytes_new (utf8, length);

  units = g_utf8_to_utf16 (utf8, length, NULL, &n_units, NULL);
  g_return_val_if_fail (units != NULL, NULL);

  data = g_malloc (2 * (n_units + 1));
  data[0] = 0xff;
  data[1] = 0xfe;
  for (glong i = 0; i < n_units; i++)
    {
      data[2 * i + 2] = units[i] & 0xff;
      data[2 * i + 3] = units[i] >> 8;
    }

  return g_bytes_new_take (data, 2 * (n_units + 1));
}
