/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-host-list.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "cf-table.h"
#include "request/cf-display-text.h"

static char *
dup_day (GDateTime *time)
{
  return time != NULL ? g_date_time_format (time, "%Y-%m-%d") : g_strdup ("–");
}

static const char *
get_validity_remark (const CfHostCertificate *certificate)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  if (certificate->not_before != NULL && g_date_time_compare (now, certificate->not_before) < 0)
    return _ (" (not valid yet)");
  if (certificate->not_after != NULL && g_date_time_compare (now, certificate->not_after) > 0)
    return _ (" (has expired)");
  return "";
}

/**
 * cf_host_list_describe:
 * @name: a computer, as it was typed
 * @certificate: what it showed
 *
 * Returns: (transfer full): the certificate, for somebody who compares it; several lines
 */
char *
cf_host_list_describe (const char *name, const CfHostCertificate *certificate)
{
  g_autofree char *shown = NULL;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;

  g_return_val_if_fail (name != NULL && certificate != NULL, NULL);

  shown = cf_display_text_one_line (name);
  from = dup_day (certificate->not_before);
  to = dup_day (certificate->not_after);
  return g_strdup_printf (_ ("%s\n"
                             "  Subject: %s\n"
                             "  Issuer:  %s\n"
                             "  Valid:   %s to %s%s\n"
                             "  SHA-256: %s\n"),
                          shown, certificate->subject, certificate->issuer, from, to,
                          get_validity_remark (certificate), certificate->fingerprint);
}

/* A table, or JSON: what both lists are made of. */
typedef struct
{
  CfOutputFormat format;
  const char *const *members; /* (unowned) (array zero-terminated=1) */
  CfTable *table;             /* (owned) */
  GString *text;              /* (owned): JSON */
  guint n_rows;
} List;

static void
list_init (List *list, CfOutputFormat format, const char *const *titles, const char *const *members)
{
  list->format = format;
  list->members = members;
  list->table = cf_table_new (titles);
  list->text = g_string_new (NULL);
  list->n_rows = 0;
}

static char *
row_to_json (const List *list, const char *const *cells)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  for (gsize i = 0; list->members[i] != NULL; i++)
    {
      json_builder_set_member_name (builder, list->members[i]);
      if (cells[i] != NULL)
        json_builder_add_string_value (builder, cells[i]);
      else
        json_builder_add_null_value (builder);
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/* @cells: for JSON, one for each member, may be NULL; @shown: for the table */
static void
list_add (List *list, const char *const *cells, const char *const *shown)
{
  g_autofree char *json = row_to_json (list, cells);
  const char *separator = list->format == CF_OUTPUT_JSONL ? "" : list->n_rows > 0 ? ",\n" : "\n";

  g_string_append_printf (list->text, "%s%s%s", separator, json,
                          list->format == CF_OUTPUT_JSONL ? "\n" : "");
  cf_table_add_row (list->table, shown, CF_TONE_PLAIN);
  list->n_rows++;
}

static char *
list_end (List *list, const char *name, const char *empty, const CfScreen *screen)
{
  g_autofree char *json = g_string_free (list->text, FALSE);
  g_autoptr (CfTable) table = list->table;

  switch (list->format)
    {
    case CF_OUTPUT_JSON:
      return g_strdup_printf ("{\"schema\":1,\"%s\":[%s\n]}\n", name, json);
    case CF_OUTPUT_JSONL:
      return g_steal_pointer (&json);
    case CF_OUTPUT_TABLE:
    default:
      if (list->n_rows == 0)
        return g_strdup (empty);
      return cf_table_to_string (table, screen->width, screen->is_colored);
    }
}

static void
add_host (List *list, const CfKnownHost *host)
{
  gboolean is_v6 = strchr (host->name, ':') != NULL;
  g_autofree char *place = g_strdup_printf (is_v6 ? "[%s]:%u" : "%s:%u", host->name, host->port);
  g_autofree char *fingerprint = host->sha256 != NULL ? cf_fingerprint_format (host->sha256) : NULL;
  g_autofree char *subject = host->subject != NULL ? cf_display_text_one_line (host->subject)
                                                   : NULL;
  g_autofree char *trusted = host->trusted != NULL ? cf_display_text_one_line (host->trusted)
                                                   : NULL;
  const char *const cells[] = { place, fingerprint, subject, trusted };
  const char *const shown[] = { place, trusted != NULL ? trusted : "–",
                                subject != NULL ? subject : "–",
                                fingerprint != NULL ? fingerprint : "–", NULL };

  list_add (list, cells, shown);
}

/**
 * cf_host_list_to_text:
 * @hosts: what is known
 * @format: how to tell
 * @screen: where it will be read
 *
 * Returns: (transfer full): what to print for `curfewctl host list`
 */
char *
cf_host_list_to_text (const CfKnownHosts *hosts, CfOutputFormat format, const CfScreen *screen)
{
  static const char *const members[] = { "host", "sha256", "subject", "trusted", NULL };
  const char *const titles[] = { _ ("HOST"), _ ("TRUSTED"), _ ("SUBJECT"), _ ("SHA-256"), NULL };
  guint n_hosts;
  List list;

  g_return_val_if_fail (hosts != NULL && screen != NULL, NULL);

  list_init (&list, format, titles, members);
  n_hosts = cf_known_hosts_get_n_hosts (hosts);
  for (guint i = 0; i < n_hosts; i++)
    add_host (&list, cf_known_hosts_get (hosts, i));
  return list_end (&list, "hosts",
                   _ ("No computer is known. “curfewctl host trust TARGET” looks at one.\n"),
                   screen);
}

/**
 * cf_host_list_saved_to_text:
 * @saved: (element-type CfSavedPassword): what is saved, without the passwords
 * @format: how to tell
 * @screen: where it will be read
 *
 * Returns: (transfer full): what to print for `curfewctl keyring list`
 */
char *
cf_host_list_saved_to_text (const GPtrArray *saved, CfOutputFormat format, const CfScreen *screen)
{
  static const char *const members[] = { "for", "user", "method", NULL };
  const char *const titles[] = { _ ("FOR"), _ ("USER"), _ ("METHOD"), NULL };
  List list;

  g_return_val_if_fail (saved != NULL && screen != NULL, NULL);

  list_init (&list, format, titles, members);
  for (guint i = 0; i < saved->len; i++)
    {
      const CfSavedPassword *one = g_ptr_array_index (saved, i);
      g_autofree char *name = cf_display_text_one_line (one->name);
      g_autofree char *user = cf_display_text_one_line (one->user);
      g_autofree char *place = g_strdup_printf ("%s:%s", cf_saved_scope_get_name (one->scope),
                                                name);
      const char *const cells[] = { place, user, cf_sign_in_method_get_name (one->method), NULL };

      list_add (&list, cells, cells);
    }
  return list_end (&list, "passwords", _ ("No password is saved, or there is no keyring here.\n"),
                   screen);
}
