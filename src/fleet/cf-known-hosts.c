/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-known-hosts.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define VERSION         1
#define MAX_NAME_LENGTH 255u
#define SHA256_DIGITS   64u

struct _CfKnownHosts
{
  JsonNode *root;   /* (owned): an object; what is not ours in it stays as it is */
  GPtrArray *hosts; /* (owned) (element-type CfKnownHost): in the order of the file */
  GHashTable *keys; /* (owned): "NAME PORT" → CfKnownHost of @hosts */
};

G_DEFINE_QUARK (cf - known - hosts - error - quark, cf_known_hosts_error)

static void
host_free (CfKnownHost *host)
{
  g_free (host->name);
  g_free (host->sha256);
  g_free (host->subject);
  g_free (host->trusted);
  g_free (host);
}

static char *
dup_key (const char *name, guint16 port)
{
  return g_strdup_printf ("%s %u", name, port);
}

static CfKnownHosts *
known_hosts_new_take (JsonNode *root)
{
  CfKnownHosts *self = g_new0 (CfKnownHosts, 1);

  self->root = root;
  self->hosts = g_ptr_array_new_with_free_func ((GDestroyNotify) host_free);
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

/**
 * cf_known_hosts_new:
 *
 * Returns: (transfer full): a list of nobody
 */
CfKnownHosts *
cf_known_hosts_new (void)
{
  JsonNode *root = json_node_init_object (json_node_alloc (), NULL);
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_int_member (object, "version", VERSION);
  json_object_set_array_member (object, "hosts", json_array_new ());
  json_node_set_object (root, object);
  return known_hosts_new_take (root);
}

/**
 * cf_known_hosts_free:
 * @self: (transfer full): a list
 */
void
cf_known_hosts_free (CfKnownHosts *self)
{
  g_return_if_fail (self != NULL);

  json_node_unref (self->root);
  g_hash_table_unref (self->keys);
  g_ptr_array_unref (self->hosts);
  g_free (self);
}

static gboolean G_GNUC_PRINTF (2, 3) refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  if (error != NULL)
    {
      va_start (arguments, format);
      *error = g_error_new_valist (CF_KNOWN_HOSTS_ERROR, CF_KNOWN_HOSTS_ERROR_CONTENT, format,
                                   arguments);
      va_end (arguments);
    }
  return FALSE;
}

/* The library recurses: a hundred thousand brackets would end its stack, so they are counted. */
static gboolean
check_depth (const char *text, gsize length, GError **error)
{
  gboolean is_string = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < length; i++)
    {
      char c = text[i];

      if (is_string && c == '\\')
        i++;
      else if (c == '"')
        is_string = !is_string;
      else if (is_string)
        continue;
      else if (c == '/' || c == '\'')
        return refuse (error, "there is a %c outside of texts, which JSON does not have", c);
      else if ((c == '{' || c == '[') && ++depth > CF_KNOWN_HOSTS_MAX_DEPTH)
        return refuse (error, "it is nested deeper than %u levels", CF_KNOWN_HOSTS_MAX_DEPTH);
      else if ((c == '}' || c == ']') && depth > 0)
        depth--;
    }
  return TRUE;
}

static const char *
get_text (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
             json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

static gint64
get_number (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
             json_node_get_value_type (node) == G_TYPE_INT64
           ? json_node_get_int (node)
           : -1;
}

static gboolean
is_name (const char *name)
{
  gsize length = name != NULL ? strlen (name) : 0;

  if (length == 0 || length > MAX_NAME_LENGTH)
    return FALSE;
  for (const char *at = name; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at) || g_ascii_isspace (*at) || g_ascii_isupper (*at))
      return FALSE;
  return TRUE;
}

static gboolean
is_sha256 (const char *text)
{
  return text != NULL && strlen (text) == SHA256_DIGITS &&
         strspn (text, "0123456789abcdef") == SHA256_DIGITS;
}

static gboolean
read_certificate (CfKnownHost *host, JsonObject *object, GError **error)
{
  JsonNode *node = json_object_get_member (object, "certificate");
  JsonObject *certificate;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (error, "the certificate of %s is no object", host->name);

  certificate = json_node_get_object (node);
  host->sha256 = g_strdup (get_text (certificate, "sha256"));
  host->subject = g_strdup (get_text (certificate, "subject"));
  host->trusted = g_strdup (get_text (certificate, "trusted"));
  if (!is_sha256 (host->sha256))
    return refuse (error, "the certificate of %s has no SHA-256 of 64 lower-case digits",
                   host->name);
  return TRUE;
}

static gboolean
read_host (CfKnownHosts *self, guint index, JsonNode *node, GError **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *name = object != NULL ? get_text (object, "name") : NULL;
  gint64 port = object != NULL ? get_number (object, "port") : -1;
  g_autofree char *key = NULL;
  CfKnownHost *host;

  if (!is_name (name) || port < 1 || port > G_MAXUINT16)
    return refuse (error, "host number %u has no right name and port", index + 1);

  key = dup_key (name, (guint16) port);
  if (g_hash_table_contains (self->keys, key))
    return refuse (error, "%s is there twice with port %u", name, (guint) port);
  host = g_new0 (CfKnownHost, 1);
  host->name = g_strdup (name);
  host->port = (guint16) port;
  g_ptr_array_add (self->hosts, host);
  g_hash_table_insert (self->keys, g_steal_pointer (&key), host);
  return read_certificate (host, object, error);
}

static JsonArray *
get_array (const CfKnownHosts *self)
{
  return json_object_get_array_member (json_node_get_object (self->root), "hosts");
}

static gboolean
read_hosts (CfKnownHosts *self, GError **error)
{
  JsonObject *object = json_node_get_object (self->root);
  JsonNode *hosts = json_object_get_member (object, "hosts");
  gint64 version = get_number (object, "version");
  guint n_hosts;

  if (version > VERSION)
    return refuse (error, "it was written by a newer version of Curfew; use that one");
  if (version != VERSION || hosts == NULL || !JSON_NODE_HOLDS_ARRAY (hosts))
    return refuse (error, "there is no version 1 with a list of hosts");

  n_hosts = json_array_get_length (get_array (self));
  if (n_hosts > CF_KNOWN_HOSTS_MAX)
    return refuse (error, "there are more than %u hosts", CF_KNOWN_HOSTS_MAX);
  for (guint i = 0; i < n_hosts; i++)
    if (!read_host (self, i, json_array_get_element (get_array (self), i), error))
      return FALSE;
  return TRUE;
}

/**
 * cf_known_hosts_parse:
 * @text: (array length=length): what the file holds, from wherever it came
 * @length: octets of @text
 * @error: %CF_KNOWN_HOSTS_ERROR_CONTENT; the message is half a sentence
 *
 * Reads a list of hosts. Whatever is not understood completely is refused: a list that was half
 * read would forget certificates when it is written.
 *
 * Returns: (transfer full): the list; %NULL with @error set otherwise
 */
CfKnownHosts *
cf_known_hosts_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (CfKnownHosts) self = NULL;
  JsonNode *root;

  g_return_val_if_fail (text != NULL, NULL);

  if (length > CF_KNOWN_HOSTS_MAX_SIZE)
    refuse (error, "it is larger than 32 MiB");
  else if (!g_utf8_validate_len (text, length, NULL))
    refuse (error, "it is not UTF-8");
  else if (!check_depth (text, length, error))
    return NULL;
  else if (!json_parser_load_from_data (parser, text, (gssize) length, NULL) ||
           (root = json_parser_get_root (parser)) == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    refuse (error, "it is no JSON object, or was cut off");
  else
    {
      self = known_hosts_new_take (json_parser_steal_root (parser));
      if (read_hosts (self, error))
        return g_steal_pointer (&self);
    }
  return NULL;
}

/**
 * cf_known_hosts_to_text:
 * @self: a list
 *
 * Returns: (transfer full): what cf_known_hosts_parse() reads, with a line feed at its end
 */
char *
cf_known_hosts_to_text (const CfKnownHosts *self)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  text = json_to_string (self->root, TRUE);
  return g_strconcat (text, "\n", NULL);
}

/**
 * cf_known_hosts_get_n_hosts:
 * @self: a list
 *
 * Returns: how many computers are known
 */
guint
cf_known_hosts_get_n_hosts (const CfKnownHosts *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->hosts->len;
}

/**
 * cf_known_hosts_get:
 * @self: a list
 * @index: less than cf_known_hosts_get_n_hosts()
 *
 * Returns: (transfer none): one of them
 */
const CfKnownHost *
cf_known_hosts_get (const CfKnownHosts *self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->hosts->len, NULL);

  return g_ptr_array_index (self->hosts, index);
}

/**
 * cf_known_hosts_find:
 * @self: a list
 * @name: a host, as #WsmEndpoint spells it
 * @port: where its service is
 *
 * Returns: (transfer none) (nullable): that computer; %NULL if it is not known
 */
const CfKnownHost *
cf_known_hosts_find (const CfKnownHosts *self, const char *name, guint16 port)
{
  g_autofree char *key = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  key = dup_key (name, port);
  return g_hash_table_lookup (self->keys, key);
}

static CfKnownHost *
add_host (CfKnownHosts *self, const CfKnownHost *from, JsonObject *object)
{
  CfKnownHost *host = g_new0 (CfKnownHost, 1);

  host->name = g_strdup (from->name);
  host->port = from->port;
  g_ptr_array_add (self->hosts, host);
  g_hash_table_insert (self->keys, dup_key (host->name, host->port), host);
  json_object_set_string_member (object, "name", host->name);
  json_object_set_int_member (object, "port", host->port);
  json_array_add_object_element (get_array (self), json_object_ref (object));
  return host;
}

static guint
find_index (const CfKnownHosts *self, const CfKnownHost *host)
{
  guint index = 0;

  g_ptr_array_find (self->hosts, host, &index);
  return index;
}

static JsonObject *
make_certificate (const CfKnownHost *host)
{
  JsonObject *certificate = json_object_new ();

  json_object_set_string_member (certificate, "sha256", host->sha256);
  if (host->subject != NULL)
    json_object_set_string_member (certificate, "subject", host->subject);
  if (host->trusted != NULL)
    json_object_set_string_member (certificate, "trusted", host->trusted);
  return certificate;
}

/**
 * cf_known_hosts_set_certificate:
 * @self: a list
 * @host: a computer and its certificate, with its SHA-256
 *
 * From now on that certificate, and no other, is that of the computer.
 */
void
cf_known_hosts_set_certificate (CfKnownHosts *self, const CfKnownHost *host)
{
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *key = NULL;
  CfKnownHost *known;

  g_return_if_fail (self != NULL);
  g_return_if_fail (host != NULL && is_name (host->name) && host->port > 0);
  g_return_if_fail (is_sha256 (host->sha256));

  key = dup_key (host->name, host->port);
  known = g_hash_table_lookup (self->keys, key);
  if (known != NULL)
    object = json_object_ref (
      json_array_get_object_element (get_array (self), find_index (self, known)));
  else
    {
      object = json_object_new ();
      known = add_host (self, host, object);
    }
  json_object_set_object_member (object, "certificate", make_certificate (host));
  g_free (known->sha256);
  known->sha256 = g_strdup (host->sha256);
  g_free (known->subject);
  known->subject = g_strdup (host->subject);
  g_free (known->trusted);
  known->trusted = g_strdup (host->trusted);
}

/**
 * cf_known_hosts_forget:
 * @self: a list
 * @name: a host, as #WsmEndpoint spells it
 * @port: where its service is
 *
 * Takes a computer off the list, with all that is said of it there.
 *
 * Returns: %FALSE if it was not known
 */
gboolean
cf_known_hosts_forget (CfKnownHosts *self, const char *name, guint16 port)
{
  g_autofree char *key = NULL;
  CfKnownHost *known;
  guint index;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  key = dup_key (name, port);
  known = g_hash_table_lookup (self->keys, key);
  if (known == NULL)
    return FALSE;

  index = find_index (self, known);
  json_array_remove_element (get_array (self), index);
  g_hash_table_remove (self->keys, key);
  g_ptr_array_remove_index (self->hosts, index);
  return TRUE;
}
