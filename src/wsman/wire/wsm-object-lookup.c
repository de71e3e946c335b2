/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "wsm-datetime.h"
#include "wsm-object-private.h"
#include "wsm-wire-error.h"

#define NOT_FOUND G_MAXUINT

static guint
find (const WsmObject *self, const char *name)
{
  guint n = wsm_object_get_n_values (self);

  for (guint i = 0; i < n; i++)
    if (strcmp (wsm_object_get_value_name (self, i), name) == 0)
      return i;

  return NOT_FOUND;
}

/**
 * wsm_object_has:
 * @self: an object
 * @name: a local name, case-sensitive
 *
 * Returns: whether there is such a value, be it null
 */
gboolean
wsm_object_has (const WsmObject *self, const char *name)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  return find (self, name) != NOT_FOUND;
}

/**
 * wsm_object_is_nil:
 * @self: an object
 * @name: a local name, case-sensitive
 *
 * Returns: whether the first value of that name is null (`xsi:nil`); %FALSE also if there is none
 */
gboolean
wsm_object_is_nil (const WsmObject *self, const char *name)
{
  guint index;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  index = find (self, name);

  return index != NOT_FOUND && wsm_object_get_value_kind (self, index) == WSM_VALUE_NIL;
}

/**
 * wsm_object_get_string:
 * @self: an object
 * @name: a local name, case-sensitive
 *
 * Returns: (nullable): the text of the first value of that name, white space kept; %NULL if there
 *   is none, or it is null or has elements of its own
 */
const char *
wsm_object_get_string (const WsmObject *self, const char *name)
{
  guint index;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  index = find (self, name);

  return index != NOT_FOUND ? wsm_object_get_value (self, index) : NULL;
}

/**
 * wsm_object_dup_strings:
 * @self: an object
 * @name: a local name, case-sensitive
 *
 * Returns: (transfer full) (array zero-terminated=1): the texts of all values of that name in
 *   order, without those that are null or have elements of their own; may be empty
 */
char **
wsm_object_dup_strings (const WsmObject *self, const char *name)
{
  g_autoptr (GStrvBuilder) builder = NULL;
  guint n;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  builder = g_strv_builder_new ();
  n = wsm_object_get_n_values (self);
  for (guint i = 0; i < n; i++)
    if (strcmp (wsm_object_get_value_name (self, i), name) == 0 &&
        wsm_object_get_value (self, i) != NULL)
      g_strv_builder_add (builder, wsm_object_get_value (self, i));

  return g_strv_builder_end (builder);
}

static const char *
need_text (const WsmObject *self, const char *name, GError **error)
{
  guint index = find (self, name);

  if (index == NOT_FOUND || wsm_object_get_value_kind (self, index) == WSM_VALUE_NIL)
    g_set_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_ABSENT,
                 "%s has no value %s, which is needed here; send it", wsm_object_get_name (self),
                 name);
  else if (wsm_object_get_value_kind (self, index) == WSM_VALUE_COMPLEX)
    g_set_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_SCHEMA,
                 "The value %s of %s has elements inside, where text belongs; correct it", name,
                 wsm_object_get_name (self));
  else
    return wsm_object_get_value (self, index);

  return NULL;
}

/* Decimal digits with one optional sign, white space around, nothing else. */
static gboolean
parse_integer (const char *text, gint64 min, gint64 max, gint64 *value)
{
  gboolean negative;
  gint64 number = 0;

  text += strspn (text, " \t\r\n");
  negative = *text == '-';
  if (*text == '-' || *text == '+')
    text++;
  if (!g_ascii_isdigit (*text))
    return FALSE;

  for (; g_ascii_isdigit (*text); text++)
    {
      number = number * 10 + (*text - '0');
      if (number > G_MAXUINT32)
        return FALSE;
    }
  if (negative)
    number = -number;

  *value = number;

  return text[strspn (text, " \t\r\n")] == '\0' && number >= min && number <= max;
}

static gboolean
get_integer (const WsmObject *self, const char *name, gint64 min, gint64 max, gint64 *value,
             GError **error)
{
  const char *text = need_text (self, name, error);

  *value = 0;
  if (text == NULL)
    return FALSE;

  if (!parse_integer (text, min, max, value))
    {
      *value = 0;
      g_set_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_VALUE,
                   "The value %s of %s is not a whole number from %" G_GINT64_FORMAT
                   " to %" G_GINT64_FORMAT "; correct it",
                   name, wsm_object_get_name (self), min, max);
      return FALSE;
    }

  return TRUE;
}

/**
 * wsm_object_get_uint32:
 * @self: an object
 * @name: a local name, case-sensitive
 * @value: (out): the first value of that name; 0 on error
 * @error: a #WsmWireError: %WSM_WIRE_ERROR_ABSENT (also for null), %WSM_WIRE_ERROR_SCHEMA (it has
 *   elements of its own), %WSM_WIRE_ERROR_VALUE (no decimal number from 0 to 4294967295)
 *
 * Returns: %FALSE with @error set if there is no such number
 */
gboolean
wsm_object_get_uint32 (const WsmObject *self, const char *name, guint32 *value, GError **error)
{
  gint64 number;
  gboolean ok;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  ok = get_integer (self, name, 0, G_MAXUINT32, &number, error);
  *value = number;

  return ok;
}

/**
 * wsm_object_get_int32:
 * @self: an object
 * @name: a local name, case-sensitive
 * @value: (out): the first value of that name; 0 on error
 * @error: as wsm_object_get_uint32(), for -2147483648 to 2147483647
 *
 * Returns: %FALSE with @error set if there is no such number
 */
gboolean
wsm_object_get_int32 (const WsmObject *self, const char *name, gint32 *value, GError **error)
{
  gint64 number;
  gboolean ok;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  ok = get_integer (self, name, G_MININT32, G_MAXINT32, &number, error);
  *value = number;

  return ok;
}

/**
 * wsm_object_get_boolean:
 * @self: an object
 * @name: a local name, case-sensitive
 * @value: (out): the first value of that name; %FALSE on error
 * @error: as wsm_object_get_uint32(); `true`, `false` in any case, `1` and `0` are values
 *
 * Returns: %FALSE with @error set if there is no such value
 */
gboolean
wsm_object_get_boolean (const WsmObject *self, const char *name, gboolean *value, GError **error)
{
  g_autofree char *word = NULL;
  const char *text;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  *value = FALSE;
  text = need_text (self, name, error);
  if (text == NULL)
    return FALSE;

  word = g_strstrip (g_strdup (text));
  *value = g_ascii_strcasecmp (word, "true") == 0 || strcmp (word, "1") == 0;
  if (*value || g_ascii_strcasecmp (word, "false") == 0 || strcmp (word, "0") == 0)
    return TRUE;

  g_set_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_VALUE,
               "The value %s of %s is neither true nor false; correct it", name,
               wsm_object_get_name (self));

  return FALSE;
}

/**
 * wsm_object_dup_datetime:
 * @self: an object
 * @name: a local name, case-sensitive
 * @error: a #WsmWireError: %WSM_WIRE_ERROR_ABSENT (also for null), %WSM_WIRE_ERROR_SCHEMA,
 *   %WSM_WIRE_ERROR_VALUE
 *
 * Reads the first value of that name by wsm_datetime_parse(), whether it came in an element of its
 * own or as bare text.
 *
 * Returns: (transfer full): the time; %NULL with @error set otherwise
 */
GDateTime *
wsm_object_dup_datetime (const WsmObject *self, const char *name, GError **error)
{
  const char *text;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  text = need_text (self, name, error);

  return text != NULL ? wsm_datetime_parse (text, error) : NULL;
}
