/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-access-rule.h"

#include "cf-access-window.h"

#include <string.h>

#define KEY_ALLOW "allow"
#define KEY_WHEN  "when"
#define KEY_FROM  "from"

#define ALLOW_FORMS "status, restart, poweroff, halt, force, abort, grace-override or all"
#define FROM_FORMS                                                                                 \
  "“192.0.2.0/24”, “192.0.2.7” or “2001:db8::/32”, with no bit set behind the length"

struct _CfAccessRule
{
  CfVerbs verbs;
  CfAccessWindow *when; /* (owned) (nullable): %NULL is at any time */
  GPtrArray *from;      /* (owned) (nullable) (element-type GInetAddressMask): %NULL is anywhere */
};

static const struct
{
  const char *word;
  CfVerbs verbs;
} words[] = {
  { "status", CF_VERB_STATUS },
  { "restart", CF_VERB_RESTART },
  { "poweroff", CF_VERB_POWEROFF },
  { "halt", CF_VERB_HALT },
  { "force", CF_VERB_FORCE },
  { "abort", CF_VERB_ABORT },
  { "grace-override", CF_VERB_GRACE_OVERRIDE },
  { "all", CF_VERB_ALL },
};

/**
 * cf_access_rule_new:
 * @verbs: what is allowed
 *
 * Returns: (transfer full): a rule that allows @verbs from everywhere, at any time
 */
CfAccessRule *
cf_access_rule_new (CfVerbs verbs)
{
  CfAccessRule *self = g_new0 (CfAccessRule, 1);

  self->verbs = verbs;
  return self;
}

/**
 * cf_access_rule_free:
 * @self: (transfer full): a rule
 */
void
cf_access_rule_free (CfAccessRule *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->when, cf_access_window_free);
  g_clear_pointer (&self->from, g_ptr_array_unref);
  g_free (self);
}

static gboolean
add_verb (CfAccessRule *self, const char *word, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (word, words[i].word))
      {
        self->verbs |= words[i].verbs;
        return TRUE;
      }
  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
               "“%s” is nothing that can be allowed; use " ALLOW_FORMS, word);
  return FALSE;
}

static gboolean
add_time (CfAccessRule *self, const char *span, GError **error)
{
  if (self->when == NULL)
    self->when = cf_access_window_new ();
  return cf_access_window_add (self->when, span, error);
}

/* g_inet_address_mask_new_from_string() reads “/+0”, “/-1” and “/312” as the whole Internet: the
 * number behind the slash is read here. Gives %NULL for what is no network. */
static GInetAddressMask *
parse_network (const char *network)
{
  g_auto (GStrv) parts = g_strsplit (network, "/", 2);
  g_autoptr (GInetAddress) address = NULL;
  guint64 max_length;
  guint64 length;

  /* a zone (“%eth0”) names an interface, which is not part of a peer's address */
  if (parts[0] == NULL || strchr (network, '%') != NULL)
    return NULL;
  address = g_inet_address_new_from_string (parts[0]);
  if (address == NULL)
    return NULL;

  max_length = g_inet_address_get_native_size (address) * 8;
  length = max_length;
  if (parts[1] != NULL &&
      (!g_ascii_string_to_unsigned (parts[1], 10, 0, max_length, &length, NULL) ||
       (parts[1][0] == '0' && parts[1][1] != '\0')))
    return NULL;
  return g_inet_address_mask_new (address, (guint) length, NULL);
}

static gboolean
add_network (CfAccessRule *self, const char *network, GError **error)
{
  g_autoptr (GInetAddressMask) mask = parse_network (network);

  if (mask == NULL)
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                   "“%s” is no network; write " FROM_FORMS, network);
      return FALSE;
    }

  if (self->from == NULL)
    self->from = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->from, g_steal_pointer (&mask));
  return TRUE;
}

static const struct
{
  const char *key;
  gboolean (*add) (CfAccessRule *self, const char *value, GError **error);
  gboolean may_be_empty; /* nothing is allowed is a rule; never and from nowhere is a mistake */
  const char *forms;
} keys[] = {
  { KEY_ALLOW, add_verb, TRUE, ALLOW_FORMS },
  { KEY_WHEN, add_time, FALSE, CF_ACCESS_WINDOW_FORMS },
  { KEY_FROM, add_network, FALSE, FROM_FORMS },
};

static gboolean
parse_key (CfAccessRule *self, GKeyFile *key_file, const char *group, const char *key,
           GError **error)
{
  g_auto (GStrv) values = NULL;
  gsize k;

  for (k = 0; k < G_N_ELEMENTS (keys); k++)
    if (g_str_equal (key, keys[k].key))
      break;
  if (k == G_N_ELEMENTS (keys))
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
                   "the key has no meaning; use " KEY_ALLOW ", " KEY_WHEN " or " KEY_FROM);
      return FALSE;
    }

  values = g_key_file_get_string_list (key_file, group, key, NULL, error);
  if (values == NULL)
    return FALSE;
  if (*values == NULL && !keys[k].may_be_empty)
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                   "there is no value; leave the key out, or write %s", keys[k].forms);
      return FALSE;
    }
  for (gsize i = 0; values[i] != NULL; i++)
    if (!keys[k].add (self, g_strstrip (values[i]), error))
      return FALSE;
  return TRUE;
}

/**
 * cf_access_rule_parse:
 * @key_file: an access.conf
 * @name: what it is called, for errors
 * @group: a group of it
 * @error: a #GKeyFileError or #GIOErrorEnum that names file, group, key and value, and says what
 * can be written
 *
 * Reads the keys `allow` (which has to be there), `when` and `from`.
 *
 * Returns: (transfer full): a new rule; %NULL with @error set otherwise
 */
CfAccessRule *
cf_access_rule_parse (GKeyFile *key_file, const char *name, const char *group, GError **error)
{
  g_autoptr (CfAccessRule) self = cf_access_rule_new (CF_VERB_NONE);
  g_auto (GStrv) written = g_key_file_get_keys (key_file, group, NULL, error);

  if (written == NULL)
    return NULL;
  for (gsize i = 0; written[i] != NULL; i++)
    if (!parse_key (self, key_file, group, written[i], error))
      {
        g_prefix_error (error, "%s, [%s], %s: ", name, group, written[i]);
        return NULL;
      }
  if (!g_strv_contains ((const char *const *) written, KEY_ALLOW))
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
                   "%s, [%s]: the key “" KEY_ALLOW
                   "” is missing; list what is allowed: " ALLOW_FORMS,
                   name, group);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/* An IPv4 peer of a socket that takes both comes as ::ffff:192.0.2.7. */
static GInetAddress *
parse_peer (const char *address)
{
  static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };
  g_autoptr (GInetAddress) peer = g_inet_address_new_from_string (address);

  if (peer != NULL && g_inet_address_get_family (peer) == G_SOCKET_FAMILY_IPV6 &&
      memcmp (g_inet_address_to_bytes (peer), mapped, sizeof mapped) == 0)
    return g_inet_address_new_from_bytes (g_inet_address_to_bytes (peer) + sizeof mapped,
                                          G_SOCKET_FAMILY_IPV4);
  return g_steal_pointer (&peer);
}

static gboolean
comes_from (GPtrArray *networks, const char *address)
{
  g_autoptr (GInetAddress) peer = address != NULL ? parse_peer (address) : NULL;

  for (guint i = 0; peer != NULL && i < networks->len; i++)
    if (g_inet_address_mask_matches (g_ptr_array_index (networks, i), peer))
      return TRUE;
  return FALSE;
}

/**
 * cf_access_rule_has_times:
 * @self: a rule
 *
 * Returns: whether it says something else at other times
 */
gboolean
cf_access_rule_has_times (const CfAccessRule *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->when != NULL;
}

/**
 * cf_access_rule_get_verbs:
 * @self: a rule
 * @address: (nullable): the numeric address of the caller; %NULL for one that is not known
 * @now_local: what time it is, in the time zone of this machine
 *
 * Returns: what the rule allows a caller from there at that time
 */
CfVerbs
cf_access_rule_get_verbs (const CfAccessRule *self, const char *address, GDateTime *now_local)
{
  g_return_val_if_fail (self != NULL, CF_VERB_NONE);
  g_return_val_if_fail (now_local != NULL, CF_VERB_NONE);

  if (self->from != NULL && !comes_from (self->from, address))
    return CF_VERB_NONE;
  if (self->when != NULL && !cf_access_window_contains (self->when, now_local))
    return self->verbs & CF_VERBS_AT_ANY_TIME;
  return self->verbs;
}
