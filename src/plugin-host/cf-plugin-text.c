/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-text.h"

/* U+FFFD REPLACEMENT CHARACTER */
#define REPLACEMENT 0xFFFD

/**
 * cf_plugin_text_put_utf16:
 * @place: where there is room for as many code units as @text has octets, and one more
 * @text: text in UTF-8; what is not becomes U+FFFD
 *
 * Returns: how many code units were written, without the one that ends them
 */
gsize
cf_plugin_text_put_utf16 (char16_t *place, const char *text)
{
  char16_t *end = place;

  while (*text != '\0')
    {
      gunichar c = (guchar) *text;

      if (c < 0x80)
        {
          *end++ = (char16_t) c;
          text++;
          continue;
        }
      c = g_utf8_get_char_validated (text, -1);
      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          c = REPLACEMENT;
          text++;
        }
      else
        text = g_utf8_next_char (text);
      if (c >= 0x10000)
        {
          *end++ = (char16_t) (0xD800 + ((c - 0x10000) >> 10));
          *end++ = (char16_t) (0xDC00 + (c & 0x3FF));
        }
      else
        *end++ = (char16_t) c;
    }
  *end = 0;
  return end - place;
}

/**
 * cf_plugin_text_take:
 * @text: (nullable): text in UTF-16
 * @utf8: (out) (nullable): a copy in UTF-8, from malloc(); %NULL for %NULL
 *
 * Returns: whether @text is UTF-16
 */
gboolean
cf_plugin_text_take (PCWSTR text, char **utf8)
{
  *utf8 = CurfewUtf8Dup (text);
  return text == NULL || *utf8 != NULL;
}

/**
 * cf_plugin_text_take_bytes:
 * @text: (nullable): text in UTF-16
 * @length: code units of it; 0 if it is %NULL. There may be zeros among them
 *
 * Returns: (transfer full) (nullable): a copy in UTF-8; %NULL if it is not UTF-16
 */
GBytes *
cf_plugin_text_take_bytes (PCWSTR text, gsize length)
{
  glong size;
  char *utf8;

  if (length == 0)
    return g_bytes_new (NULL, 0);
  utf8 = CurfewUtf8FromUtf16 (text, length);
  if (utf8 == NULL)
    return NULL;
  size = 0;
  for (gsize i = 0; i < length; i++)
    size += text[i] < 0x80                         ? 1
            : text[i] < 0x800                      ? 2
            : text[i] < 0xD800 || text[i] > 0xDFFF ? 3
                                                   : 2; /* half of a pair */
  return g_bytes_new_take (utf8, size);
}

/* The next character of *text, which is advanced; 0 at the end and where it is not UTF-16, which
 * sets *is_bad. */
static gunichar
next_character (PCWSTR *text, gboolean *is_bad)
{
  gunichar c = **text;

  if (c == 0)
    return 0;
  (*text)++;
  if (c < 0xD800 || c > 0xDFFF)
    return c;
  if (c >= 0xDC00 || **text < 0xDC00 || **text > 0xDFFF)
    {
      *is_bad = TRUE;
      return 0;
    }
  return 0x10000 + ((c - 0xD800) << 10) + (*(*text)++ - 0xDC00);
}

/* Adds to *size what text needs in UTF-8, with its end. */
static gboolean
measure (PCWSTR text, gsize *size)
{
  gboolean is_bad = FALSE;
  gunichar c;

  while ((c = next_character (&text, &is_bad)) != 0)
    *size += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  *size += 1;
  return !is_bad;
}

static const char *
put_utf8 (char **end, PCWSTR text)
{
  const char *start = *end;
  gboolean is_bad = FALSE;
  gunichar c;

  while ((c = next_character (&text, &is_bad)) != 0)
    if (c < 0x80)
      *(*end)++ = (char) c;
    else
      *end += g_unichar_to_utf8 (c, *end);
  *(*end)++ = '\0';
  return start;
}

/* NameStartChar of XML 1.0, section 2.3, without the colon (Namespaces in XML 1.0, section 3) */
static gboolean
starts_name (gunichar c)
{
  static const gunichar ranges[][2] = {
    { 0xC0, 0xD6 },     { 0xD8, 0xF6 },     { 0xF8, 0x2FF },    { 0x370, 0x37D },
    { 0x37F, 0x1FFF },  { 0x200C, 0x200D }, { 0x2070, 0x218F }, { 0x2C00, 0x2FEF },
    { 0x3001, 0xD7FF }, { 0xF900, 0xFDCF }, { 0xFDF0, 0xFFFD }, { 0x10000, 0xEFFFF },
  };

  if (c < 0x80)
    return g_ascii_isalpha (c) || c == '_';
  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    if (c >= ranges[i][0] && c <= ranges[i][1])
      return TRUE;
  return FALSE;
}

static gboolean
is_name (PCWSTR text)
{
  gboolean is_bad = FALSE;
  gunichar c;

  if (text == NULL || !starts_name (next_character (&text, &is_bad)))
    return FALSE;
  while ((c = next_character (&text, &is_bad)) != 0)
    if (!starts_name (c) && !(c < 0x80 && g_ascii_isdigit (c)) && c != '-' && c != '.' &&
        c != 0xB7 && !(c >= 0x300 && c <= 0x36F) && !(c >= 0x203F && c <= 0x2040))
      return FALSE;
  return !is_bad;
}

static gboolean
has_text (const CURFEW_VALUE *value)
{
  return value->type == CURFEW_VALUE_TEXT || value->type == CURFEW_VALUE_DATETIME;
}

static gboolean
measure_object (const CURFEW_OBJECT *object, gsize *size)
{
  if (object == NULL || !is_name (object->name) || !measure (object->name, size) ||
      (object->valuesCount != 0 && object->values == NULL) ||
      (object->namespaceUri != NULL && !measure (object->namespaceUri, size)))
    return FALSE;
  for (DWORD i = 0; i < object->valuesCount; i++)
    {
      const CURFEW_VALUE *value = &object->values[i];

      if (value->type > CURFEW_VALUE_COMPLEX || !is_name (value->name) ||
          !measure (value->name, size) || (has_text (value) && value->value == NULL) ||
          (has_text (value) && !measure (value->value, size)))
        return FALSE;
    }
  return TRUE;
}

/**
 * cf_plugin_text_take_object:
 * @object: (nullable): what a plug-in passed
 *
 * Returns: (transfer full) (nullable): a copy in UTF-8, one block for free(); %NULL if a name is no
 *   XML name, a text no UTF-16, or something is missing
 */
CfPluginObject *
cf_plugin_text_take_object (const CURFEW_OBJECT *object)
{
  gsize size = sizeof (CfPluginObject);
  CfPluginObject *copy;
  CfPluginValue *values;
  char *end;

  if (!measure_object (object, &size))
    return NULL;
  copy = malloc (size + object->valuesCount * sizeof (CfPluginValue));
  if (copy == NULL)
    return NULL;

  values = (CfPluginValue *) (copy + 1);
  end = (char *) (values + object->valuesCount);
  copy->namespace_uri = object->namespaceUri != NULL ? put_utf8 (&end, object->namespaceUri) : NULL;
  copy->name = put_utf8 (&end, object->name);
  copy->values = values;
  copy->n_values = object->valuesCount;
  for (DWORD i = 0; i < object->valuesCount; i++)
    {
      const CURFEW_VALUE *value = &object->values[i];

      values[i].name = put_utf8 (&end, value->name);
      values[i].value = has_text (value) ? put_utf8 (&end, value->value) : NULL;
      values[i].type = (CfPluginValueType) value->type;
    }
  return copy;
}
