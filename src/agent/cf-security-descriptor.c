/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-security-descriptor.h"

#include <string.h>

typedef enum
{
  WHO_NOBODY, /* whom this system does not know */
  WHO_EVERYBODY,
  WHO_ADMINISTRATORS,
} Who;

typedef struct
{
  gboolean is_allowed;
  Who who;
  guint32 mask;
} Entry;

struct _CfSecurityDescriptor
{
  gboolean has_dacl;    /* without one everybody may do everything ([MS-DTYP] 2.5.3.2) */
  GArray *entries;      /* (owned) (element-type Entry) */
  GPtrArray *strangers; /* (owned) (element-type utf8): NULL-terminated, each once */
};

/* where reading is, and of what */
typedef struct
{
  const char *text;
  const char *at;
} Reader;

/* the accounts that have a short form ([MS-DTYP] 2.5.1.1); the rest of them is nobody here */
static const struct
{
  const char *name;
  const char *sid;
  Who who;
} accounts[] = {
  { "WD", "S-1-1-0", WHO_EVERYBODY },
  { "AU", "S-1-5-11", WHO_EVERYBODY },
  { "BA", "S-1-5-32-544", WHO_ADMINISTRATORS },
};
static const char *const other_accounts[] = {
  "AA", "AC", "AN", "AO", "AP", "BG", "BO", "BU", "CA", "CD", "CG", "CN", "CO", "CY", "DA", "DC",
  "DD", "DG", "DU", "EA", "ED", "EK", "ER", "ES", "HA", "HI", "IS", "IU", "KA", "LA", "LG", "LS",
  "LU", "LW", "ME", "MP", "MU", "NO", "NS", "NU", "OW", "PA", "PO", "PS", "PU", "RA", "RC", "RD",
  "RE", "RM", "RO", "RS", "RU", "SA", "SI", "SO", "SS", "SU", "SY", "UD", "WR", NULL,
};

static const struct
{
  char name[3];
  guint32 mask;
} rights[] = {
  { "GA", CF_SECURITY_ALL },
  { "GR", CF_SECURITY_READ },
  { "GW", CF_SECURITY_WRITE },
  { "GX", CF_SECURITY_EXECUTE },
};

static gboolean
fail (const Reader *reader, GError **error, const char *problem)
{
  char there[24] = "";

  for (gsize i = 0; i + 1 < sizeof there && g_ascii_isprint (reader->at[i]); i++)
    there[i] = reader->at[i];
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "The Sddl cannot be used: %s (character %" G_GSIZE_FORMAT ", at “%s”)", problem,
               (gsize) (reader->at - reader->text) + 1, there);
  return FALSE;
}

static gsize
measure_account (const char *at)
{
  gsize length = 0;

  if (g_str_has_prefix (at, "S-1-"))
    return strlen ("S-1-") + strspn (at + strlen ("S-1-"), "0123456789-xXabcdefABCDEF");
  while (length < 2 && g_ascii_isupper (at[length]))
    length++;
  return length;
}

static gboolean
is_sid (const char *text)
{
  const char *digits = text + strlen ("S-1");
  guint n = 0;

  if (!g_str_has_prefix (text, "S-1-"))
    return FALSE;
  for (; *digits == '-'; n++)
    {
      gsize length = strspn (++digits, "0123456789");

      if (n == 0 && g_str_has_prefix (digits, "0x"))
        length = strlen ("0x") + strspn (digits + strlen ("0x"), "0123456789abcdefABCDEF");
      if (length == 0 || length > 15)
        return FALSE;
      digits += length;
    }
  return *digits == '\0' && n >= 2 && n <= 16;
}

/* @name: (out) (transfer full): as it is written */
static gboolean
read_account (Reader *reader, char **name, Who *who, GError **error)
{
  gsize length = measure_account (reader->at);

  *name = g_strndup (reader->at, length);
  for (gsize i = 0; i < G_N_ELEMENTS (accounts); i++)
    if (g_str_equal (*name, accounts[i].name) || g_str_equal (*name, accounts[i].sid))
      {
        *who = accounts[i].who;
        reader->at += length;
        return TRUE;
      }
  if (!g_strv_contains (other_accounts, *name) && !is_sid (*name))
    {
      g_clear_pointer (name, g_free);
      return fail (reader, error, "this is no account; write WD, AU, BA or a SID such as S-1-5-11");
    }
  *who = WHO_NOBODY;
  reader->at += length;
  return TRUE;
}

static gboolean
read_mask (Reader *reader, guint32 *mask, GError **error)
{
  *mask = 0;
  if (g_str_has_prefix (reader->at, "0x"))
    {
      gsize length = strspn (reader->at + 2, "0123456789abcdefABCDEF");

      if (length < 1 || length > 8)
        return fail (reader, error, "a number has to have one to eight hexadecimal digits");
      *mask = (guint32) g_ascii_strtoull (reader->at, NULL, 16);
      reader->at += 2 + length;
      return TRUE;
    }
  while (*reader->at != ';')
    {
      gsize i = 0;

      while (i < G_N_ELEMENTS (rights) && strncmp (reader->at, rights[i].name, 2) != 0)
        i++;
      if (i == G_N_ELEMENTS (rights))
        return fail (reader, error,
                     "this right has no meaning here; write GA, GR, GW, GX or a number such as "
                     "0x20000000");
      *mask |= rights[i].mask;
      reader->at += 2;
    }
  return TRUE;
}

static gboolean
read_char (Reader *reader, char c, GError **error)
{
  char problem[] = "“?” is missing here";

  if (*reader->at == c)
    {
      reader->at++;
      return TRUE;
    }
  *strchr (problem, '?') = c;
  return fail (reader, error, problem);
}

static void
note_stranger (CfSecurityDescriptor *self, char *name)
{
  for (guint i = 0; i + 1 < self->strangers->len; i++)
    if (g_str_equal (g_ptr_array_index (self->strangers, i), name))
      {
        g_free (name);
        return;
      }
  g_ptr_array_insert (self->strangers, (int) self->strangers->len - 1, name);
}

/* An entry that is for what inherits from the resource alone says nothing about the resource. */
static gboolean
skip_flags (Reader *reader)
{
  gsize length = strspn (reader->at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  gboolean applies = TRUE;

  for (gsize i = 0; i + 1 < length; i += 2)
    if (strncmp (reader->at + i, "IO", 2) == 0)
      applies = FALSE;
  reader->at += length;
  return applies;
}

/* Who denies wants somebody to be kept out: what would keep out nobody is not taken for granted. */
static gboolean
check_entry (const Reader *reader, const Entry *entry, GError **error)
{
  if (entry->is_allowed)
    return TRUE;
  if (entry->who == WHO_NOBODY)
    return fail (reader, error,
                 "this denies an account that nobody has here, and so would keep out nobody; "
                 "allow those who may instead");
  if (!(entry->mask &
        (CF_SECURITY_ALL | CF_SECURITY_READ | CF_SECURITY_WRITE | CF_SECURITY_EXECUTE)))
    return fail (reader, error,
                 "this denies none of the rights GA, GR, GW and GX, and so nothing; name one");
  return TRUE;
}

/* (A;FLAGS;RIGHTS;;;ACCOUNT) */
static gboolean
read_entry (CfSecurityDescriptor *self, Reader *reader, GError **error)
{
  g_autofree char *name = NULL;
  Entry entry = { FALSE, WHO_NOBODY, 0 };
  gboolean applies;

  if (self->entries->len >= CF_SECURITY_MAX_ENTRIES)
    return fail (reader, error, "there are more entries than anybody needs (256)");
  if (!read_char (reader, '(', error))
    return FALSE;
  if ((*reader->at != 'A' && *reader->at != 'D') || reader->at[1] != ';')
    return fail (reader, error, "an entry has to be of the type A (allow) or D (deny)");
  entry.is_allowed = *reader->at == 'A';
  reader->at += 2;
  applies = skip_flags (reader);
  if (!read_char (reader, ';', error) || !read_mask (reader, &entry.mask, error) ||
      !read_char (reader, ';', error))
    return FALSE;
  if (*reader->at != ';' || reader->at[1] != ';')
    return fail (reader, error, "an entry about objects by GUID has no meaning here");
  reader->at += 2;
  if (!read_account (reader, &name, &entry.who, error) || !check_entry (reader, &entry, error) ||
      !read_char (reader, ')', error))
    return FALSE;
  if (!applies)
    return TRUE;
  if (entry.who == WHO_NOBODY)
    note_stranger (self, g_steal_pointer (&name));
  g_array_append_val (self->entries, entry);
  return TRUE;
}

static gboolean
read_dacl (CfSecurityDescriptor *self, Reader *reader, GError **error)
{
  if (g_str_has_prefix (reader->at, "NO_ACCESS_CONTROL"))
    {
      reader->at += strlen ("NO_ACCESS_CONTROL");
      return TRUE;
    }
  self->has_dacl = TRUE;
  while (*reader->at == 'P' || g_str_has_prefix (reader->at, "AR") ||
         g_str_has_prefix (reader->at, "AI"))
    reader->at += *reader->at == 'P' ? 1 : 2;
  while (*reader->at == '(')
    if (!read_entry (self, reader, error))
      return FALSE;
  return TRUE;
}

/* Says what is to be noted elsewhere; the journal here has a way of its own. */
static gboolean
skip_sacl (Reader *reader, GError **error)
{
  reader->at += strspn (reader->at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
  while (*reader->at == '(')
    {
      const char *end = strchr (reader->at, ')');

      if (end == NULL)
        return fail (reader, error, "this entry has no end; “)” is missing");
      reader->at = end + 1;
    }
  return TRUE;
}

static gboolean
read_part (CfSecurityDescriptor *self, Reader *reader, GError **error)
{
  g_autofree char *name = NULL;
  char part = *reader->at;
  Who who;

  if (part == '\0' || strchr ("OGDS", part) == NULL || reader->at[1] != ':')
    return fail (reader, error, "a part has to begin with O:, G:, D: or S:");
  reader->at += 2;
  if (part == 'D')
    return read_dacl (self, reader, error);
  if (part == 'S')
    return skip_sacl (reader, error);
  return read_account (reader, &name, &who, error); /* resources have no owner here */
}

/**
 * cf_security_descriptor_parse:
 * @sddl: such as "O:NSG:BAD:P(A;;GA;;;BA)"
 * @error: a #GIOErrorEnum, with what is wrong and where
 *
 * Reads a security descriptor. Its parts are in the order O, G, D, S, each at most once, and D is
 * there. Of its entries there are A and D, with generic rights or a number; S is read over. A D
 * that would deny nobody, or nothing, is a mistake.
 *
 * Returns: (transfer full): a descriptor; %NULL with @error set otherwise
 */
CfSecurityDescriptor *
cf_security_descriptor_parse (const char *sddl, GError **error)
{
  static const char order[] = "OGDS";
  g_autoptr (CfSecurityDescriptor) self = NULL;
  Reader reader = { sddl, sddl };
  const char *next = order;

  g_return_val_if_fail (sddl != NULL, NULL);

  if (*sddl == '\0' || strlen (sddl) > CF_SECURITY_MAX_LENGTH)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "The Sddl is empty or longer than 16384 octets; leave the element "
                           "Security out if everybody may use the resource");
      return NULL;
    }
  self = g_new0 (CfSecurityDescriptor, 1);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->strangers = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->strangers, NULL);
  while (*reader.at != '\0')
    {
      const char *place = strchr (order, *reader.at);

      if (place != NULL && place < next)
        {
          fail (&reader, error, "this part is there twice, or not in the order O, G, D, S");
          return NULL;
        }
      if (!read_part (self, &reader, error))
        return NULL;
      next = place + 1;
    }
  if (next <= strchr (order, 'D'))
    {
      fail (&reader, error,
            "there is no D:, which says who may; leave the element Security out if everybody may");
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * cf_security_descriptor_free:
 * @self: (transfer full): a descriptor
 */
void
cf_security_descriptor_free (CfSecurityDescriptor *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->entries);
  g_ptr_array_unref (self->strangers);
  g_free (self);
}

/* Administrators are root, and whoever may become root: the groups of sudo on the distributions.
 * A name of a realm is somebody here by its account alone, whatever it is spelled like. */
static gboolean
is_administrator (WsmPrincipal *caller)
{
  const char *const *groups = wsm_principal_get_groups (caller);
  const char *account = wsm_principal_get_account (caller);

  return account != NULL && (g_str_equal (account, "root") || g_strv_contains (groups, "sudo") ||
                             g_strv_contains (groups, "wheel"));
}

/**
 * cf_security_descriptor_allows:
 * @self: a descriptor
 * @caller: who signed in
 * @right: one of %CF_SECURITY_READ, %CF_SECURITY_WRITE, %CF_SECURITY_EXECUTE
 *
 * The first entry that is about @caller and @right decides ([MS-DTYP] 2.5.3.2); without one the
 * answer is no.
 *
 * Returns: whether @caller has @right
 */
gboolean
cf_security_descriptor_allows (const CfSecurityDescriptor *self, WsmPrincipal *caller,
                               guint32 right)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (caller != NULL, FALSE);

  if (!self->has_dacl)
    return TRUE;
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);

      if (!(entry->mask & (right | CF_SECURITY_ALL)))
        continue;
      if (entry->who == WHO_EVERYBODY ||
          (entry->who == WHO_ADMINISTRATORS && is_administrator (caller)))
        return entry->is_allowed;
    }
  return FALSE;
}

/**
 * cf_security_descriptor_get_strangers:
 * @self: a descriptor
 *
 * Returns: (transfer none) (array zero-terminated=1): accounts in the entries of @self that nobody
 *   has on this system, as they are written
 */
const char *const *
cf_security_descriptor_get_strangers (const CfSecurityDescriptor *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *const *) self->strangers->pdata;
}
