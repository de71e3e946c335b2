/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-distinguished-name.h"

#include <string.h>

#include "wsm-auth-error.h"

#define MAX_LENGTH        4096
#define MAX_PARTS         64
#define NEEDS_A_BACKSLASH "\"+,;<>\\=#"

/* One attribute: `type=value`. */
typedef struct
{
  GString *written; /* (owned): "TYPE=value", with one way of escaping */
  char separator;   /* what follows: ',', '+' or NUL */
} Part;

static void
part_free (gpointer data)
{
  Part *part = data;

  g_string_free (part->written, TRUE);
  g_free (part);
}

/* What GnuTLS, OpenSSL and people call the same attribute. */
static const char *
get_own_name (const char *type)
{
  static const char *const names[][2] = {
    { "E", "EMAIL" },
    { "EMAILADDRESS", "EMAIL" },
    { "1.2.840.113549.1.9.1", "EMAIL" },
    { "S", "ST" },
    { "STREETADDRESS", "STREET" },
    { "USERID", "UID" },
    { "0.9.2342.19200300.100.1.1", "UID" },
    { "2.5.4.5", "SERIALNUMBER" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_str_equal (type, names[i][0]))
        return names[i][1];
    }
  return type;
}

static void
skip_spaces (const char **cursor)
{
  while (**cursor == ' ')
    (*cursor)++;
}

/* `CN` or `2.5.4.3`, and the "=" behind it. */
static gboolean
read_type (const char **cursor, GString *written)
{
  const char *start;
  g_autofree char *type = NULL;

  skip_spaces (cursor);
  start = *cursor;
  while (g_ascii_isalnum (**cursor) || **cursor == '.' || **cursor == '-')
    (*cursor)++;
  type = g_ascii_strup (start, *cursor - start);
  skip_spaces (cursor);
  if (*type == '\0' || **cursor != '=')
    return FALSE;

  (*cursor)++;
  g_string_append_printf (written, "%s=", get_own_name (type));
  return TRUE;
}

/* An octet of a value: as it is, behind a backslash, or as two hexadecimal digits behind one. */
static gboolean
read_octet (const char **cursor, char *octet)
{
  if (**cursor == '\\')
    {
      (*cursor)++;
      if (g_ascii_isxdigit ((*cursor)[0]) && g_ascii_isxdigit ((*cursor)[1]))
        {
          *octet = (char) (g_ascii_xdigit_value ((*cursor)[0]) * 16 +
                           g_ascii_xdigit_value ((*cursor)[1]));
          *cursor += 2;
          return *octet != '\0';
        }
      if (**cursor == '\0')
        return FALSE;
    }

  *octet = *(*cursor)++;
  return TRUE;
}

static void
write_value (GString *written, const char *value)
{
  for (const char *c = value; *c != '\0'; c++)
    {
      gboolean is_outer = c == value || c[1] == '\0';

      if (strchr (NEEDS_A_BACKSLASH, *c) != NULL || (*c == ' ' && is_outer))
        g_string_append_c (written, '\\');
      g_string_append_c (written, *c);
    }
}

/* A value and the separator behind it. Spaces around it do not count, but those that are escaped.
 */
static gboolean
read_value (const char **cursor, Part *part)
{
  g_autoptr (GString) value = g_string_new (NULL);
  gsize length = 0; /* without the spaces at the end */
  gboolean is_hex;

  skip_spaces (cursor);
  is_hex = **cursor == '#';
  while (**cursor != '\0' && **cursor != ',' && **cursor != '+')
    {
      gboolean is_space = **cursor == ' ';
      char octet;

      /* RFC 1779 had quotes and semicolons; who writes them may mean something else */
      if (strchr ("\";<>", **cursor) != NULL || !read_octet (cursor, &octet))
        return FALSE;
      g_string_append_c (value, octet);
      length = is_space ? length : value->len;
    }
  g_string_truncate (value, length);
  if (value->len == 0 || !g_utf8_validate (value->str, (gssize) value->len, NULL) ||
      (is_hex && strspn (value->str + 1, "0123456789ABCDEFabcdef") != value->len - 1))
    return FALSE;

  /* what stands for octets that are no text must not look like text that begins with "#" */
  if (is_hex)
    {
      g_string_ascii_down (value);
      g_string_append (part->written, value->str);
    }
  else
    write_value (part->written, value->str);
  part->separator = **cursor;
  if (part->separator != '\0')
    (*cursor)++;
  return TRUE;
}

static GPtrArray *
read_parts (const char *text)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (part_free);
  const char *cursor = text;
  Part *part;

  do
    {
      part = g_new0 (Part, 1);
      part->written = g_string_new (NULL);
      g_ptr_array_add (parts, part);
      if (parts->len > MAX_PARTS || !read_type (&cursor, part->written) ||
          !read_value (&cursor, part))
        return NULL;
    }
  while (part->separator != '\0');

  return g_steal_pointer (&parts);
}

static gint
compare_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char **) a, *(char **) b);
}

/* The names between two commas, which are a set. */
static char *
join_set (GPtrArray *parts, guint *index)
{
  g_autoptr (GPtrArray) set = g_ptr_array_new ();
  Part *part;

  do
    {
      part = g_ptr_array_index (parts, (*index)++);
      g_ptr_array_add (set, part->written->str);
    }
  while (part->separator == '+');
  g_ptr_array_sort (set, compare_text);
  g_ptr_array_add (set, NULL);

  return g_strjoinv ("+", (char **) set->pdata);
}

/**
 * wsm_distinguished_name_normalize:
 * @text: a distinguished name (RFC 4514), in either order
 * @error: %WSM_AUTH_ERROR_SYNTAX
 *
 * Writes a name in one way, so that two can be compared as text: types in capitals, one name for
 * each, one way of escaping, no spaces around separators, and of the two orders in which programs
 * write names always the same one.
 *
 * Values are compared as they are: a certificate's authority wrote them, and no two spellings are
 * taken for the same.
 *
 * Returns: (transfer full): the name; %NULL with @error set otherwise
 */
char *
wsm_distinguished_name_normalize (const char *text, GError **error)
{
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (GPtrArray) sets = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *forward = NULL;
  g_autofree char *backward = NULL;
  guint index = 0;

  if (strlen (text) <= MAX_LENGTH && g_utf8_validate (text, -1, NULL))
    parts = read_parts (text);
  if (parts == NULL)
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                   "It is not a distinguished name such as \"CN=Mara,O=Example\". A comma within a "
                   "value has to be written as \"\\,\".");
      return NULL;
    }

  while (index < parts->len)
    g_ptr_array_add (sets, join_set (parts, &index));
  g_ptr_array_add (sets, NULL);
  forward = g_strjoinv (",", (char **) sets->pdata);
  for (guint i = 0; i < (sets->len - 1) / 2; i++)
    {
      gpointer other = sets->pdata[i];

      sets->pdata[i] = sets->pdata[sets->len - 2 - i];
      sets->pdata[sets->len - 2 - i] = other;
    }
  backward = g_strjoinv (",", (char **) sets->pdata);

  return strcmp (forward, backward) <= 0 ? g_steal_pointer (&forward) : g_steal_pointer (&backward);
}
