/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-service-audit.h"

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
};

/* A name comes from the peer and ends in terminals: what has no shape there becomes U+FFFD. */
static char *
dup_shown (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *shown = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      g_string_append_unichar (shown, g_unichar_isprint (c) ? c : 0xfffd);
    }

  return g_string_free (shown, FALSE);
}

/**
 * wsm_service_audit:
 * @event: what happened
 * @user: (nullable): the name that was given, signed in or not
 * @mechanism: (nullable): how somebody tried to sign in
 * @peer: (nullable): the numeric address of the other end
 * @tls: (nullable): "yes" or "no"; %NULL if it is not known
 * @summary: one sentence without full stop and without text of the peer
 *
 * Writes one journal entry with the fields of threat-model, section 13.
 */
void
wsm_service_audit (WsmAuditEvent event, const char *user, const char *mechanism, const char *peer,
                   const char *tls, const char *summary)
{
  g_autofree char *shown = dup_shown (user != NULL ? user : "");

  g_return_if_fail (summary != NULL);

  g_log_structured (G_LOG_DOMAIN, events[event].level, "MESSAGE_ID", events[event].id,
                    "CURFEW_EVENT", events[event].name, "CURFEW_USER", shown, "CURFEW_MECH",
                    mechanism != NULL ? mechanism : "", "CURFEW_PEER", peer != NULL ? peer : "",
                    "CURFEW_TLS", tls != NULL ? tls : "", "MESSAGE", "%s (%s%s%s)", summary, shown,
                    *shown != '\0' ? " from " : "", peer != NULL ? peer : "unknown address");
}
