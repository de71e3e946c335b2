/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-service-audit.h"

#include <string.h>

#define MAX_REASON 256 /* characters */

/* The ids never change: administrators filter by them (threat-model.md section 13). */
static const struct
{
  const char *id;
  const char *name;
  GLogLevelFlags level;
} events[] = {
  [WSM_AUDIT_SIGNED_IN] = { "f4bfade3c48343ff8f382a448f4036f8", "sign-in", G_LOG_LEVEL_MESSAGE },
  [WSM_AUDIT_SIGN_IN_FAILED] = { "606956fad7f542c4bab5fd30f53d4394", "sign-in-failed",
                                 G_LOG_LEVEL_MESSAGE },
  [WSM_AUDIT_MALFORMED] = { "558714d588fc4631adf540712f2c8b7a", "malformed", G_LOG_LEVEL_MESSAGE },
  [WSM_AUDIT_REFUSED] = { "220e67553c61406fa9ff34913cdc2164", "connection-refused",
                          G_LOG_LEVEL_MESSAGE },
  [WSM_AUDIT_REPEATED] = { "470b7f78c1584dec99941e8cbaaec23c", "repeated-message-id",
                           G_LOG_LEVEL_MESSAGE },
  [WSM_AUDIT_THROTTLED] = { "5b87a9e11d924f44b12d7de01aadf57d", "throttled", G_LOG_LEVEL_MESSAGE },
  [WSM_AUDIT_TAMPERED] = { "f2e977cfe26d472dae9a713033ec2aeb", "tampering", G_LOG_LEVEL_MESSAGE },
};

/* Names and reasons have text of the peer in them and end in terminals: what has no shape there
 * becomes U+FFFD. */
static char *
dup_shown (const char *text, gsize max_characters)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *shown = g_string_new (NULL);

  for (const char *at = valid; *at != '\0' && max_characters-- > 0; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      g_string_append_unichar (shown, g_unichar_isprint (c) ? c : 0xfffd);
    }

  return g_string_free (shown, FALSE);
}

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

/* Without the full stop of a sentence, since it goes on. */
static char *
dup_reason (const char *text)
{
  char *reason = dup_shown (text, MAX_REASON);

  if (g_str_has_suffix (reason, "."))
    reason[strlen (reason) - 1] = '\0';

  return reason;
}

/**
 * wsm_service_audit:
 * @event: what happened
 * @who: of whom, and why
 * @summary: one sentence without full stop and without text of the peer
 *
 * Writes one journal entry with the fields of threat-model, section 13. Its text ends with the
 * address, whatever the peer has put into name and reason.
 */
void
wsm_service_audit (WsmAuditEvent event, const WsmAuditWho *who, const char *summary)
{
  g_autofree char *shown = dup_shown (or_empty (who->user), G_MAXSIZE);
  g_autofree char *reason = dup_reason (or_empty (who->reason));

  g_return_if_fail (summary != NULL);

  g_log_structured (G_LOG_DOMAIN, events[event].level, "MESSAGE_ID", events[event].id,
                    "CURFEW_EVENT", events[event].name, "CURFEW_USER", shown, "CURFEW_MECH",
                    or_empty (who->mechanism), "CURFEW_PEER", or_empty (who->peer), "CURFEW_TLS",
                    or_empty (who->tls), "CURFEW_BOUND", or_empty (who->bound), "CURFEW_REASON",
                    reason, "MESSAGE", "%s%s%s (%s%s%s)", summary, *reason != '\0' ? ": " : "",
                    reason, shown, *shown != '\0' ? " from " : "",
                    who->peer != NULL ? who->peer : "unknown address");
}
