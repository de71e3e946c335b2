/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-audit.h"
#include "agent/cf-log-writer.h"
#include "request/cf-win32-code.h"
#include "schedule/cf-schedule-entry-private.h"

#include <string.h>

/* What somebody may send so that a log says something else than what happened. */
#define EVIL                                                                                       \
  "x\nMESSAGE=forged\nCURFEW_USER=root\r\n\x1b[2J\x1b]0;gone\a\b\t\x7f"                            \
  "\xc2\x9b"                                                                                       \
  "1A\xe2\x80\xae"                                                                                 \
  "drow\xe2\x81\xa6\xe2\x80\xa8<6>forged\xff\xfe %s%n"

/* all entries so far, each with its fields */
static GPtrArray *entries;

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  GHashTable *entry = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (gsize i = 0; i < n_fields; i++)
    {
      char *value = fields[i].length < 0 ? g_strdup (fields[i].value)
                                         : g_strndup (fields[i].value, (gsize) fields[i].length);

      g_assert_true (g_hash_table_insert (entry, g_strdup (fields[i].key), value));
    }
  g_ptr_array_add (entries, entry);
  return G_LOG_WRITER_HANDLED;
}

static const char *
get (const char *key)
{
  return g_hash_table_lookup (g_ptr_array_index (entries, entries->len - 1), key);
}

static CfShutdownRequest *
make_request (const char *message, const char *client_hint)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  CfShutdownRequest *request;

  cf_shutdown_request_builder_add_flags (builder, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS);
  cf_shutdown_request_builder_set_grace_seconds (builder, 900);
  cf_shutdown_request_builder_set_message (builder, message);
  cf_shutdown_request_builder_set_client_hint (builder, client_hint);
  cf_shutdown_request_builder_set_reason (builder, 0x80020012);
  cf_shutdown_request_builder_set_code (builder, "K7M-2QX");
  request = cf_shutdown_request_builder_end_received (builder, NULL);
  g_assert_nonnull (request);
  return request;
}

static CfScheduleEntry *
make_entry (CfShutdownRequest *request, const char *requester, const char *note)
{
  CfScheduleEntry *entry = cf_schedule_entry_new (request, requester, CF_SCHEDULE_ORIGIN_CURFEW, 0,
                                                  900 * G_USEC_PER_SEC);

  cf_schedule_entry_add_postponement (entry, "alice", 0, 600, note);
  return entry;
}

/* Calls everything there is, with @text wherever text can come from somebody else. */
static guint
call_all (const char *text)
{
  g_autofree char *who = g_strconcat (text, " from 192.0.2.7", NULL);
  g_autofree char *local = g_strconcat (text, " (uid 1000)", NULL);
  g_autoptr (WsmPrincipal) caller = wsm_principal_new (text, text, "Basic", text);
  g_autofree char *valid = g_utf8_make_valid (text, -1); /* a request takes nothing else */
  g_autoptr (CfShutdownRequest) request = make_request (valid, valid);
  g_autoptr (CfScheduleEntry) entry = make_entry (request, who, text);
  guint n_calls = 13;

  cf_audit_started (text);
  cf_audit_stopped ();
  cf_audit_configuration_rejected (text);
  cf_audit_submitted (request, caller, CF_WIN32_SUCCESS);
  cf_audit_submitted (request, caller, CF_WIN32_SHUTDOWN_USERS_LOGGED_ON);
  cf_audit_malformed (caller, text, CF_WIN32_INVALID_PARAMETER);
  cf_audit_abort (request, caller, text, CF_WIN32_SUCCESS);
  cf_audit_abort (NULL, caller, text, CF_WIN32_NO_SHUTDOWN_IN_PROGRESS);
  cf_audit_abort_here (request, local, text, CF_WIN32_SUCCESS);
  cf_audit_denied (caller, text);
  cf_audit_denied_here (local, text, text);
  cf_audit_taken (text);
  cf_audit_executing (entry);
  for (int change = CF_SCHEDULE_RESTORED; change <= CF_SCHEDULE_CLOCK_SET; change++, n_calls++)
    cf_audit_changed (entry, change, local);
  for (int outcome = CF_SCHEDULE_ACTED; outcome <= CF_SCHEDULE_FAILED; outcome++, n_calls++)
    cf_audit_ended (entry, outcome, text);
  return n_calls;
}

static void
assert_harmless (const char *key, const char *value)
{
  g_assert_true (g_utf8_validate (value, -1, NULL));
  g_assert_cmpuint (strlen (value), <=, 2048);
  for (const char *at = value; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);

      if (g_unichar_iscntrl (character) ||
          (g_unichar_type (character) == G_UNICODE_FORMAT && character != 0x200d) ||
          character == 0x2028 || character == 0x2029)
        g_error ("%s holds U+%04X", key, character);
    }
}

static void
test_fields_hold (void)
{
  guint n_calls;
  guint before = entries->len;

  g_test_summary ("Each call is one entry, whatever the text; no field leaves its line");

  n_calls = call_all (EVIL);
  g_assert_cmpuint (entries->len, ==, before + n_calls);
  for (guint i = before; i < entries->len; i++)
    {
      GHashTableIter iter;
      gpointer key;
      gpointer value;

      g_hash_table_iter_init (&iter, g_ptr_array_index (entries, i));
      while (g_hash_table_iter_next (&iter, &key, &value))
        {
          g_assert_cmpuint (strspn (key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), ==, strlen (key));
          assert_harmless (key, value);
        }
      g_assert_nonnull (g_hash_table_lookup (g_ptr_array_index (entries, i), "MESSAGE"));
      g_assert_cmpstr (g_hash_table_lookup (g_ptr_array_index (entries, i), "CURFEW_USER"), !=,
                       "root");
    }
}

static void
test_long_text_is_cut (void)
{
  g_autofree char *umlauts = g_strnfill (6000, 'x');

  g_test_summary ("Nobody fills the journal with one entry, and no letter is cut in two");

  for (gsize shift = 0; shift < 3; shift++)
    {
      for (gsize i = shift; i + 3 <= 6000; i += 3)
        memcpy (umlauts + i, "€", 3);
      cf_audit_taken (umlauts);
      assert_harmless ("CURFEW_DETAIL", get ("CURFEW_DETAIL"));
      assert_harmless ("MESSAGE", get ("MESSAGE"));
      g_assert_cmpuint (strlen (get ("CURFEW_DETAIL")), >=, 2044);
      g_assert_true (g_str_has_suffix (get ("CURFEW_DETAIL"), "€…"));
      memset (umlauts, 'x', 6000);
    }
}

static void
test_one_line_each (void)
{
  g_autofree char *expected = NULL;

  g_test_summary ("In a file each entry is one line as well");

  if (g_test_subprocess ())
    {
      cf_log_writer_install ();
      g_message ("%s", EVIL);
      call_all (EVIL);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr_unmatched ("*\nMESSAGE=*");
  g_test_trap_assert_stderr_unmatched ("*\nCURFEW_*");
  g_test_trap_assert_stderr_unmatched ("*\n<6>*");
  g_test_trap_assert_stderr_unmatched ("*\x1b*");
  g_test_trap_assert_stderr_unmatched ("*\a*");
  g_test_trap_assert_stderr_unmatched ("*\xe2\x80\xae*");
}

static void
test_fields_of_a_request (void)
{
  g_autoptr (WsmPrincipal)
    caller = wsm_principal_new_full (&(const WsmPrincipalFacts){ .user = "mara",
                                                                 .account = "mara",
                                                                 .mechanism = "Basic",
                                                                 .address = "192.0.2.7",
                                                                 .is_tls = TRUE });
  g_autoptr (CfShutdownRequest) request = make_request ("Updates", "curfewctl");

  cf_audit_submitted (request, caller, CF_WIN32_SUCCESS);
  g_assert_cmpstr (get ("MESSAGE_ID"), ==, "f2c5e4619ad9407eb37e2386cf6a7480");
  g_assert_cmpstr (get ("PRIORITY"), ==, "5");
  g_assert_cmpstr (get ("CURFEW_EVENT"), ==, "accepted");
  g_assert_cmpstr (get ("CURFEW_REQUEST_ID"), ==, "K7M-2QX");
  g_assert_cmpstr (get ("CURFEW_USER"), ==, "mara");
  g_assert_cmpstr (get ("CURFEW_MECH"), ==, "Basic");
  g_assert_cmpstr (get ("CURFEW_PEER"), ==, "192.0.2.7");
  g_assert_cmpstr (get ("CURFEW_TLS"), ==, "yes");
  g_assert_cmpstr (get ("CURFEW_BOUND"), ==, "no");
  g_assert_cmpstr (get ("CURFEW_ACTION"), ==, "restart");
  g_assert_nonnull (strstr (get ("CURFEW_FLAGS"), "FORCE_OTHERS"));
  g_assert_nonnull (get ("CURFEW_REASON"));
  g_assert_cmpstr (get ("CURFEW_GRACE"), ==, "900");
  g_assert_true (g_str_has_suffix (get ("CURFEW_DEADLINE"), "Z"));
  g_assert_cmpstr (get ("CURFEW_MESSAGE"), ==, "Updates");
  g_assert_cmpstr (get ("CURFEW_CLIENT_HINT"), ==, "curfewctl");
  g_assert_cmpstr (get ("CURFEW_RESULT"), ==, "0");
}

static void
test_fields_of_a_bound_sign_in (void)
{
  g_autoptr (WsmPrincipal)
    caller = wsm_principal_new_full (&(const WsmPrincipalFacts){ .user = "mara",
                                                                 .realm = "EXAMPLE.ORG",
                                                                 .account = "mara",
                                                                 .mechanism = "Kerberos",
                                                                 .address = "192.0.2.7",
                                                                 .is_tls = TRUE,
                                                                 .is_bound = TRUE });

  g_test_summary ("The realm, the mechanism and the binding are noted");

  cf_audit_denied (caller, "restart");
  g_assert_cmpstr (get ("CURFEW_USER"), ==, "mara@EXAMPLE.ORG");
  g_assert_cmpstr (get ("CURFEW_MECH"), ==, "Kerberos");
  g_assert_cmpstr (get ("CURFEW_BOUND"), ==, "yes");
  g_assert_cmpstr (get ("MESSAGE"), ==, "Denied: restart (by mara@EXAMPLE.ORG from 192.0.2.7)");
}

static void
test_no_message_is_not_empty (void)
{
  g_autoptr (WsmPrincipal) caller = wsm_principal_new ("mara", NULL, "Basic", NULL);
  g_autoptr (CfShutdownRequest) none = make_request (NULL, NULL);
  g_autoptr (CfShutdownRequest) empty = make_request ("", NULL);

  cf_audit_submitted (none, caller, CF_WIN32_SUCCESS);
  g_assert_null (get ("CURFEW_MESSAGE"));
  g_assert_null (get ("CURFEW_CLIENT_HINT"));
  g_assert_null (get ("CURFEW_PEER"));
  cf_audit_submitted (empty, caller, CF_WIN32_SUCCESS);
  g_assert_cmpstr (get ("CURFEW_MESSAGE"), ==, "");
}

static void
test_who (void)
{
  static const struct
  {
    const char *who;
    const char *user;
    const char *peer;
    const char *uid;
  } cases[] = {
    { "mara from 192.0.2.7", "mara", "192.0.2.7", NULL },
    { "mara from 2001:db8::7", "mara", "2001:db8::7", NULL },
    { "alice (uid 1000)", "alice", NULL, "1000" },
    /* a name cannot pass for an address or for a number */
    { "root (uid 0) from 192.0.2.7", "root (uid 0)", "192.0.2.7", NULL },
    { "x from 198.51.100.1 (uid 1000)", "x from 198.51.100.1", NULL, "1000" },
    { "x from 198.51.100.1 from 192.0.2.7", "x from 198.51.100.1", "192.0.2.7", NULL },
    { "x (uid 0) (uid 1000)", "x (uid 0)", NULL, "1000" },
    { "the agent was stopped", NULL, NULL, NULL },
    { "mara from nowhere", NULL, NULL, NULL },
    { "alice (uid )", NULL, NULL, NULL },
    { "alice (uid 10x)", NULL, NULL, NULL },
  };
  g_autoptr (CfShutdownRequest) request = make_request (NULL, NULL);
  g_autoptr (CfScheduleEntry) entry = make_entry (request, "mara from 192.0.2.7", "in a lecture");

  g_test_summary ("Name, address and number have fields of their own");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      cf_audit_changed (entry, CF_SCHEDULE_POSTPONED, cases[i].who);
      g_assert_cmpstr (get ("CURFEW_USER"), ==, cases[i].user);
      g_assert_cmpstr (get ("CURFEW_PEER"), ==, cases[i].peer);
      g_assert_cmpstr (get ("CURFEW_UID"), ==, cases[i].uid);
      g_assert_cmpstr (get ("CURFEW_REQUESTER"), ==, "mara from 192.0.2.7");
      g_assert_cmpstr (get ("CURFEW_POSTPONED_SECONDS"), ==, "600");
      g_assert_cmpstr (get ("CURFEW_NOTE"), ==, "in a lecture");
    }
  cf_audit_ended (entry, CF_SCHEDULE_CALLED_OFF, "alice (uid 1000)");
  g_assert_cmpstr (get ("CURFEW_UID"), ==, "1000");
  cf_audit_ended (entry, CF_SCHEDULE_CALLED_OFF, NULL);
  g_assert_cmpstr (get ("CURFEW_USER"), ==, "mara");
  cf_audit_ended (entry, CF_SCHEDULE_VETOED, "kim (uid 1001)");
  g_assert_cmpstr (get ("CURFEW_USER"), ==, "mara");
}

static void
test_ids (void)
{
  static const char *const changes[] = {
    [CF_SCHEDULE_RESTORED] = "060ca74c28764cee8240e4e5902aa8d3",
    [CF_SCHEDULE_POSTPONED] = "d965772c2c054861ba13d5969f4ce358",
    [CF_SCHEDULE_MOVED] = "d965772c2c054861ba13d5969f4ce358",
    [CF_SCHEDULE_EXTENDED] = "d965772c2c054861ba13d5969f4ce358",
    [CF_SCHEDULE_OVERDUE] = "8e09b3b75a7d4bd3a6d5e898776f7d8b",
    [CF_SCHEDULE_CLOCK_SET] = "8e09b3b75a7d4bd3a6d5e898776f7d8b",
  };
  static const struct
  {
    const char *id;
    const char *outcome;
  } outcomes[] = {
    [CF_SCHEDULE_ACTED] = { "574a2a3f067d47ca8626c5ef3fa04d64", "acted" },
    [CF_SCHEDULE_WOULD_ACT] = { "574a2a3f067d47ca8626c5ef3fa04d64", "would-act" },
    [CF_SCHEDULE_CALLED_OFF] = { "d00f7f880a474e83a53d687b3c57c1c8", "called-off" },
    [CF_SCHEDULE_SUPERSEDED] = { "d00f7f880a474e83a53d687b3c57c1c8", "superseded" },
    [CF_SCHEDULE_VETOED] = { "ce81d3ab4bd749308368631319a03044", "vetoed" },
    [CF_SCHEDULE_MISSED] = { "ba8688b7512b406e8f913021abdd5c15", "missed" },
    [CF_SCHEDULE_FAILED] = { "93f86208086b45ad991f45ee8d403cec", "failed" },
  };
  g_autoptr (CfShutdownRequest) request = make_request (NULL, NULL);
  g_autoptr (CfScheduleEntry) entry = make_entry (request, "mara from 192.0.2.7", "");
  guint before;

  for (int change = CF_SCHEDULE_RESTORED; change <= CF_SCHEDULE_CLOCK_SET; change++)
    {
      cf_audit_changed (entry, change, NULL);
      g_assert_cmpstr (get ("MESSAGE_ID"), ==, changes[change]);
    }
  for (int outcome = CF_SCHEDULE_ACTED; outcome <= CF_SCHEDULE_FAILED; outcome++)
    {
      cf_audit_ended (entry, outcome, NULL);
      g_assert_cmpstr (get ("MESSAGE_ID"), ==, outcomes[outcome].id);
      g_assert_cmpstr (get ("CURFEW_OUTCOME"), ==, outcomes[outcome].outcome);
    }

  before = entries->len;
  cf_audit_changed (entry, CF_SCHEDULE_ACCEPTED, NULL);
  g_assert_cmpuint (entries->len, ==, before);
  cf_audit_shown (entry, "alice (uid 1000)", 10);
  g_assert_cmpstr (get ("PRIORITY"), ==, "5");
  g_assert_cmpstr (get ("CURFEW_EVENT"), ==, "shown");
  g_assert_null (get ("MESSAGE_ID"));
  cf_audit_read (entry, "alice (uid 1000)");
  g_assert_cmpstr (get ("CURFEW_EVENT"), ==, "read");
  cf_audit_ready (entry, "alice (uid 1000)", TRUE);
  g_assert_cmpstr (get ("CURFEW_EVENT"), ==, "ready");
  cf_audit_ready (entry, "alice (uid 1000)", FALSE);
  g_assert_cmpstr (get ("CURFEW_EVENT"), ==, "not-ready");
  cf_audit_agreed (entry, "alice (uid 1000)");
  g_assert_cmpstr (get ("CURFEW_EVENT"), ==, "agreed");
  g_assert_cmpstr (get ("CURFEW_USER"), ==, "alice");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_hash_table_unref);
  if (!g_test_subprocess ())
    g_log_set_writer_func (write_log, NULL, NULL);
  g_test_add_func ("/agent/audit/fields-hold", test_fields_hold);
  g_test_add_func ("/agent/audit/long-text-is-cut", test_long_text_is_cut);
  g_test_add_func ("/agent/audit/one-line-each", test_one_line_each);
  g_test_add_func ("/agent/audit/fields-of-a-request", test_fields_of_a_request);
  g_test_add_func ("/agent/audit/fields-of-a-bound-sign-in", test_fields_of_a_bound_sign_in);
  g_test_add_func ("/agent/audit/no-message-is-not-empty", test_no_message_is_not_empty);
  g_test_add_func ("/agent/audit/who", test_who);
  g_test_add_func ("/agent/audit/ids", test_ids);
  return g_test_run ();
}
