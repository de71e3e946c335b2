/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-audit-entry.h"

#include "request/cf-display-text.h"
#include "request/cf-shutdown-reason.h"

#include <string.h>

/* A journal cuts long fields wherever it likes, and what nobody reads need not be kept. */
#define MAX_VALUE 2048

struct _CfAuditEntry
{
  GPtrArray *keys;   /* (element-type utf8): static */
  GPtrArray *values; /* (owned) (element-type utf8) */
};

/* Text of whoever it may be: valid UTF-8, one line, nothing that moves a cursor or turns text
 * round, and not too much of it. */
static char *
dup_harmless (const char *text)
{
  char *line = cf_display_text_one_line (text);
  char *end;

  if (strlen (line) <= MAX_VALUE)
    return line;
  /* room for the ellipsis; g_utf8_find_prev_char() finds where a character begins */
  end = g_utf8_find_prev_char (line, line + MAX_VALUE - strlen ("…") + 1);
  g_strlcpy (end, "…", (gsize) (line + MAX_VALUE + 1 - end));
  return line;
}

static void
take (CfAuditEntry *self, const char *key, char *value)
{
  g_ptr_array_add (self->keys, (gpointer) key);
  g_ptr_array_add (self->values, value);
}

/**
 * cf_audit_entry_new:
 * @id: (nullable): the MESSAGE_ID; %NULL for what is no event of its own
 * @event: its name, for CURFEW_EVENT
 *
 * Returns: (transfer full): a new entry
 */
CfAuditEntry *
cf_audit_entry_new (const char *id, const char *event)
{
  CfAuditEntry *self = g_new0 (CfAuditEntry, 1);

  self->keys = g_ptr_array_new ();
  self->values = g_ptr_array_new_with_free_func (g_free);
  cf_audit_entry_add (self, "MESSAGE_ID", id);
  cf_audit_entry_add (self, "CURFEW_EVENT", event);
  return self;
}

/**
 * cf_audit_entry_add:
 * @self: an entry
 * @key: (transfer none): name of the field, a string constant
 * @value: (nullable): anybody's text; %NULL leaves the field out, which is not the same as ""
 */
void
cf_audit_entry_add (CfAuditEntry *self, const char *key, const char *value)
{
  if (value != NULL)
    take (self, key, dup_harmless (value));
}

/**
 * cf_audit_entry_add_number:
 * @self: an entry
 * @key: (transfer none): name of the field, a string constant
 * @number: its value
 */
void
cf_audit_entry_add_number (CfAuditEntry *self, const char *key, gint64 number)
{
  take (self, key, g_strdup_printf ("%" G_GINT64_FORMAT, number));
}

/**
 * cf_audit_entry_add_caller:
 * @self: an entry
 * @caller: who asked over the network
 */
void
cf_audit_entry_add_caller (CfAuditEntry *self, WsmPrincipal *caller)
{
  g_autofree char *user = wsm_principal_to_string (caller);

  cf_audit_entry_add (self, "CURFEW_USER", user);
  cf_audit_entry_add (self, "CURFEW_MECH", wsm_principal_get_mechanism (caller));
  cf_audit_entry_add (self, "CURFEW_PEER", wsm_principal_get_address (caller));
  cf_audit_entry_add (self, "CURFEW_TLS", wsm_principal_is_tls (caller) ? "yes" : "no");
  cf_audit_entry_add (self, "CURFEW_BOUND", wsm_principal_is_bound (caller) ? "yes" : "no");
}

/* Gives the number in "alice (uid 1000)" and where the name ends; NULL if @who is not so. */
static char *
dup_uid (const char *who, gsize *name_length)
{
  const char *mark = g_strrstr (who, " (uid ");
  const char *digits = mark != NULL ? mark + strlen (" (uid ") : NULL;
  gsize n_digits = digits != NULL ? strspn (digits, "0123456789") : 0;

  if (n_digits == 0 || !g_str_equal (digits + n_digits, ")"))
    return NULL;
  *name_length = (gsize) (mark - who);
  return g_strndup (digits, n_digits);
}

/* Likewise of "mara from 192.0.2.7". */
static const char *
find_peer (const char *who, gsize *name_length)
{
  const char *mark = g_strrstr (who, " from ");

  if (mark == NULL || !g_hostname_is_ip_address (mark + strlen (" from ")))
    return NULL;
  *name_length = (gsize) (mark - who);
  return mark + strlen (" from ");
}

/**
 * cf_audit_entry_add_who:
 * @self: an entry
 * @who: (nullable): for people: "mara from 192.0.2.7", "alice (uid 1000)", or anything else
 *
 * Puts the name, the address and the number into fields of their own. Only the end of @who is
 * looked at, where a name cannot reach.
 *
 * Returns: whether @who is a person in one of these two forms; nothing is added otherwise
 */
gboolean
cf_audit_entry_add_who (CfAuditEntry *self, const char *who)
{
  gsize name_length = 0;
  g_autofree char *uid = who != NULL ? dup_uid (who, &name_length) : NULL;
  const char *peer = who != NULL && uid == NULL ? find_peer (who, &name_length) : NULL;
  g_autofree char *name = NULL;

  if (uid == NULL && peer == NULL)
    return FALSE;

  name = g_strndup (who, name_length);
  cf_audit_entry_add (self, "CURFEW_USER", name);
  cf_audit_entry_add (self, "CURFEW_UID", uid);
  cf_audit_entry_add (self, "CURFEW_PEER", peer);
  return TRUE;
}

/**
 * cf_audit_entry_add_request:
 * @self: an entry
 * @request: what it is about
 */
void
cf_audit_entry_add_request (CfAuditEntry *self, CfShutdownRequest *request)
{
  g_autofree char *flags = cf_shutdown_flags_to_string (cf_shutdown_request_get_flags (request));
  g_autofree char *reason = cf_shutdown_reason_format (cf_shutdown_request_get_reason (request));

  cf_audit_entry_add (self, "CURFEW_REQUEST_ID", cf_shutdown_request_get_code (request));
  cf_audit_entry_add (self, "CURFEW_ACTION",
                      cf_shutdown_action_get_verb (cf_shutdown_request_get_action (request)));
  cf_audit_entry_add (self, "CURFEW_FLAGS", flags);
  cf_audit_entry_add (self, "CURFEW_REASON", reason);
  cf_audit_entry_add_number (self, "CURFEW_GRACE", cf_shutdown_request_get_grace_seconds (request));
  cf_audit_entry_add (self, "CURFEW_MESSAGE", cf_shutdown_request_get_message (request));
  cf_audit_entry_add (self, "CURFEW_CLIENT_HINT", cf_shutdown_request_get_client_hint (request));
}

/* as journald counts: sd-daemon(3) */
static const char *
get_priority (GLogLevelFlags level)
{
  if (level & G_LOG_LEVEL_WARNING)
    return "4";
  if (level & G_LOG_LEVEL_MESSAGE)
    return "5";
  return level & G_LOG_LEVEL_INFO ? "6" : "7";
}

/**
 * cf_audit_entry_log:
 * @self: (transfer full): an entry
 * @level: how loud
 * @format: the sentence for people, without full stop; what it comes to may hold anybody's text
 * @...: for @format
 *
 * Writes the entry, and ends it.
 */
void
cf_audit_entry_log (CfAuditEntry *self, GLogLevelFlags level, const char *format, ...)
{
  g_autofree GLogField *fields = NULL;
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  cf_audit_entry_add (self, "MESSAGE", sentence);
  cf_audit_entry_add (self, "PRIORITY", get_priority (level));
  cf_audit_entry_add (self, "GLIB_DOMAIN", G_LOG_DOMAIN);

  fields = g_new (GLogField, self->keys->len);
  for (guint i = 0; i < self->keys->len; i++)
    fields[i] = (GLogField){ g_ptr_array_index (self->keys, i), g_ptr_array_index (self->values, i),
                             -1 };
  g_log_structured_array (level, fields, self->keys->len);

  g_ptr_array_unref (self->keys);
  g_ptr_array_unref (self->values);
  g_free (self);
}
