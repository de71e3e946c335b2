/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-target.h"

#include <gio/gio.h>
#include <string.h>

#include "request/cf-display-text.h"

#define MAX_TARGET_TEXT 1024u
#define MAX_FILE_SIZE   (4u * 1024 * 1024)
#define MAX_DIGITS      9u

G_DEFINE_QUARK (cf_target_error, cf_target_error)

typedef struct
{
  char *name;            /* (owned): as it was named */
  WsmEndpoint *endpoint; /* (owned) */
} Target;

struct _CfTargetList
{
  const char *default_scheme; /* a literal */
  GArray *targets;            /* (element-type Target) */
  GHashTable *urls;           /* (unowned keys: of the endpoints) */
  GPtrArray *repeated;        /* (element-type utf8): names that came again */
  guint n_named;              /* with those that came again */
};

/* `[01-24]` in a target: where it is, and what it stands for. */
typedef struct
{
  const char *start; /* the bracket */
  const char *end;   /* behind the other bracket */
  guint first;
  guint last;
  guint width; /* zeros are put in front up to this */
} Range;

static void
target_clear (gpointer data)
{
  Target *target = data;

  g_free (target->name);
  wsm_endpoint_unref (target->endpoint);
}

static gboolean
refuse (const char *text, CfTargetError code, const char *why, GError **error)
{
  g_autofree char *shortened = g_strndup (text, MIN (strlen (text), 80));
  g_autofree char *shown = cf_display_text_one_line (shortened);

  g_set_error (error, CF_TARGET_ERROR, code, "“%s” names no computers: %s.", shown, why);
  return FALSE;
}

/* Digits at @text, behind them @stop; *number and *width of what they say. */
static const char *
read_number (const char *text, char stop, guint *number, guint *width)
{
  *width = strspn (text, "0123456789");
  if (*width == 0 || *width > MAX_DIGITS || text[*width] != stop)
    return NULL;
  *number = (guint) g_ascii_strtoull (text, NULL, 10);
  return text + *width + 1;
}

/* Finds the first range in @text. Brackets around an IPv6 address are none: colons tell. */
static gboolean
find_range (const char *text, Range *range, GError **error)
{
  const char *at = text;
  const char *middle;
  guint last_width;

  range->start = NULL;
  while ((at = strchr (at, '[')) != NULL)
    {
      const char *close = strchr (at, ']');

      if (close == NULL)
        return refuse (text, CF_TARGET_ERROR_SYNTAX, "a bracket is not closed", error);
      if (memchr (at, ':', close - at) != NULL)
        {
          at = close;
          continue;
        }

      middle = read_number (at + 1, '-', &range->first, &range->width);
      range->end = middle != NULL ? read_number (middle, ']', &range->last, &last_width) : NULL;
      if (range->end == NULL)
        return refuse (text, CF_TARGET_ERROR_SYNTAX,
                       "a range is two numbers of at most nine digits, as in lab-[01-24]", error);
      if (range->first > range->last)
        return refuse (text, CF_TARGET_ERROR_SYNTAX, "a range begins with the smaller number",
                       error);
      if (middle[0] == '0' && last_width > range->width)
        return refuse (text, CF_TARGET_ERROR_SYNTAX,
                       "both numbers of a range are written equally wide", error);
      range->start = at;
      return TRUE;
    }
  return TRUE;
}

static gboolean
add_one (CfTargetList *self, const char *name, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (WsmEndpoint) endpoint = wsm_endpoint_parse (name, self->default_scheme, &cause);
  const char *url;
  Target target;

  if (endpoint == NULL)
    {
      g_set_error_literal (error, CF_TARGET_ERROR, CF_TARGET_ERROR_SYNTAX, cause->message);
      return FALSE;
    }
  if (++self->n_named > CF_TARGET_MAX)
    return refuse (name, CF_TARGET_ERROR_TOO_MANY, "10,000 computers at once are the most", error);

  url = wsm_endpoint_get_url (endpoint);
  if (g_hash_table_contains (self->urls, url))
    {
      g_ptr_array_add (self->repeated, g_strdup (name));
      return TRUE;
    }
  g_hash_table_add (self->urls, (char *) url);
  target.name = g_strdup (name);
  target.endpoint = g_steal_pointer (&endpoint);
  g_array_append_val (self->targets, target);
  return TRUE;
}

static gboolean
expand (CfTargetList *self, const char *text, GError **error)
{
  Range range;

  if (!find_range (text, &range, error))
    return FALSE;
  if (range.start == NULL)
    return add_one (self, text, error);
  /* before a single name is made of it: [0-999999999] would be a long wait for this error */
  if (range.last - range.first >= CF_TARGET_MAX)
    return refuse (text, CF_TARGET_ERROR_TOO_MANY, "10,000 computers at once are the most", error);

  for (guint number = range.first; number <= range.last; number++)
    {
      g_autofree char *name = g_strdup_printf ("%.*s%0*u%s", (int) (range.start - text), text,
                                               (int) range.width, number, range.end);

      if (!expand (self, name, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * cf_target_list_new:
 * @default_scheme: "http" or "https": for a target that says neither
 *
 * Returns: (transfer full): a list of nobody
 */
CfTargetList *
cf_target_list_new (const char *default_scheme)
{
  CfTargetList *self;

  g_return_val_if_fail (default_scheme != NULL, NULL);

  self = g_new0 (CfTargetList, 1);
  self->default_scheme = g_str_equal (default_scheme, "http") ? "http" : "https";
  self->targets = g_array_new (FALSE, FALSE, sizeof (Target));
  g_array_set_clear_func (self->targets, target_clear);
  self->urls = g_hash_table_new (g_str_hash, g_str_equal);
  self->repeated = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/**
 * cf_target_list_free:
 * @self: (transfer full): a list
 */
void
cf_target_list_free (CfTargetList *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->urls);
  g_array_unref (self->targets);
  g_ptr_array_unref (self->repeated);
  g_free (self);
}

static gboolean
is_http (const char *text)
{
  return g_ascii_strncasecmp (text, "http://", strlen ("http://")) == 0 ||
         g_ascii_strncasecmp (text, "https://", strlen ("https://")) == 0;
}

/**
 * cf_target_list_add:
 * @self: a list
 * @text: `[http://|https://]NAME[:PORT]`, with ranges such as `[01-24]` in it: the numbers are
 *   padded with zeros to the width of the first; several ranges multiply
 * @error: a #CfTargetError
 *
 * Adds what @text names. After an error the list is of no use.
 *
 * Returns: %FALSE with @error set if @text names nobody, or too many
 */
gboolean
cf_target_list_add (CfTargetList *self, const char *text, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (strlen (text) > MAX_TARGET_TEXT)
    return refuse (text, CF_TARGET_ERROR_SYNTAX, "it is too long", error);
  if (!g_utf8_validate (text, -1, NULL))
    return refuse (text, CF_TARGET_ERROR_SYNTAX, "it is not UTF-8", error);
  if (g_str_has_prefix (text, "group:") || g_str_has_prefix (text, "tag:"))
    return refuse (text, CF_TARGET_ERROR_NO_MATCH,
                   "groups and tags are of the host list, which comes in a later version; name the "
                   "computers",
                   error);

  if (strstr (text, "://") != NULL && !is_http (text))
    return refuse (text, CF_TARGET_ERROR_SYNTAX,
                   "an address begins with http:// or https://, or with the name", error);

  return expand (self, text, error);
}

/* At most one octet more than a file may have: that one tells a file that is too large. */
static GBytes *
read_file (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GError) cause = NULL;
  g_autofree char *text = NULL;
  gsize length = 0;

  stream = g_file_read (file, NULL, &cause);
  if (stream != NULL)
    {
      text = g_malloc (MAX_FILE_SIZE + 1);
      if (g_input_stream_read_all (G_INPUT_STREAM (stream), text, MAX_FILE_SIZE + 1, &length, NULL,
                                   &cause) &&
          length <= MAX_FILE_SIZE)
        {
          char *right_size = g_realloc (g_steal_pointer (&text), MAX (length, 1));

          return g_bytes_new_take (right_size, length);
        }
    }

  g_set_error (error, CF_TARGET_ERROR, CF_TARGET_ERROR_FILE, "The targets in %s cannot be read: %s",
               path, cause != NULL ? cause->message : "the file is larger than 4 MiB");
  return NULL;
}

static gboolean
add_line (CfTargetList *self, const char *path, guint number, char *line, GError **error)
{
  char *comment = strchr (line, '#');

  if (comment != NULL)
    *comment = '\0';
  g_strstrip (line);
  if (*line == '\0' || cf_target_list_add (self, line, error))
    return TRUE;

  g_prefix_error (error, "%s:%u: ", path, number);
  return FALSE;
}

/**
 * cf_target_list_add_file:
 * @self: a list
 * @path: a file of at most 4 MiB in UTF-8, one target a line; empty lines and whatever follows a
 *   `#` are skipped
 * @error: a #CfTargetError; the message begins with file and line
 *
 * Adds what a file names. Reads at once and may block: for programs that start.
 *
 * Returns: %FALSE with @error set if the file is not to be read or a line names nobody
 */
gboolean
cf_target_list_add_file (CfTargetList *self, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  const char *at;
  gsize left;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  bytes = read_file (path, error);
  if (bytes == NULL)
    return FALSE;

  at = g_bytes_get_data (bytes, &left);
  if (left >= 3 && memcmp (at, "\357\273\277", 3) == 0)
    {
      at += 3;
      left -= 3;
    }
  for (guint number = 1; left > 0; number++)
    {
      const char *end = memchr (at, '\n', left);
      gsize length = end != NULL ? (gsize) (end - at) : left;
      g_autofree char *line = g_strndup (at, length);

      if (strlen (line) < length)
        {
          g_set_error (error, CF_TARGET_ERROR, CF_TARGET_ERROR_FILE,
                       "%s:%u: there is a NUL octet; this is no text file", path, number);
          return FALSE;
        }
      if (!add_line (self, path, number, line, error))
        return FALSE;
      if (end == NULL)
        break;
      at += length + 1;
      left -= length + 1;
    }
  return TRUE;
}

/**
 * cf_target_list_get_n_targets:
 * @self: a list
 *
 * Returns: how many different computers were named
 */
guint
cf_target_list_get_n_targets (const CfTargetList *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->targets->len;
}

/**
 * cf_target_list_get_name:
 * @self: a list
 * @index: less than cf_target_list_get_n_targets()
 *
 * Returns: the computer as it was named, ranges expanded
 */
const char *
cf_target_list_get_name (const CfTargetList *self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->targets->len, NULL);

  return g_array_index (self->targets, Target, index).name;
}

/**
 * cf_target_list_get_endpoint:
 * @self: a list
 * @index: less than cf_target_list_get_n_targets()
 *
 * Returns: (transfer none): where its service is
 */
WsmEndpoint *
cf_target_list_get_endpoint (const CfTargetList *self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->targets->len, NULL);

  return g_array_index (self->targets, Target, index).endpoint;
}

/**
 * cf_target_list_get_repeated:
 * @self: a list
 * @n_repeated: (out): how many
 *
 * Returns: (transfer none) (array length=n_repeated): names of computers that had been named
 *   before; they are in the list once. Valid until something is added
 */
const char *const *
cf_target_list_get_repeated (CfTargetList *self, guint *n_repeated)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (n_repeated != NULL, NULL);

  *n_repeated = self->repeated->len;
  return (const char *const *) self->repeated->pdata;
}
