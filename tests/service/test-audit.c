/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service-fixture.h"

#include <string.h>

#include "wsman/service/wsm-service-audit.h"

/* What the journal is told: enough to look into it, and nothing that a peer can forge with. */

#define FAILED "606956fad7f542c4bab5fd30f53d4394"

static GHashTable *last; /* key → value, of the last entry with a MESSAGE_ID */

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  static GMutex lock;
  gboolean has_id = FALSE;

  for (gsize i = 0; i < n_fields; i++)
    has_id |= g_str_equal (fields[i].key, "MESSAGE_ID");
  if (!has_id)
    return G_LOG_WRITER_HANDLED;

  g_mutex_lock (&lock);
  g_hash_table_remove_all (last);
  for (gsize i = 0; i < n_fields; i++)
    if (fields[i].length < 0)
      g_hash_table_insert (last, g_strdup (fields[i].key), g_strdup (fields[i].value));
  g_mutex_unlock (&lock);

  return G_LOG_WRITER_HANDLED;
}

static const char *
get (const char *key)
{
  return g_hash_table_lookup (last, key);
}

static void
test_entry_says_who_and_why (void)
{
  static const struct
  {
    const char *user;
    const char *peer;
    const char *reason;
    const char *shown;
    const char *message;
  } cases[] = {
    { "kim", "192.0.2.7", "The password is wrong.", "The password is wrong",
      "Sign-in failed: The password is wrong (kim from 192.0.2.7)" },
    { "kim", "192.0.2.7", NULL, "", "Sign-in failed (kim from 192.0.2.7)" },
    { NULL, "2001:db8::7", "No ticket", "No ticket", "Sign-in failed: No ticket (2001:db8::7)" },
    { NULL, NULL, ".", "", "Sign-in failed (unknown address)" },
    /* neither another line nor a terminal's own commands */
    { "k\nm", "192.0.2.7", "a\nb\r\x1b[2J\xff\xe2\x80\xae",
      "a\xef\xbf\xbd"
      "b\xef\xbf\xbd\xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbd",
      "Sign-in failed: a\xef\xbf\xbd"
      "b\xef\xbf\xbd\xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbd (k\xef\xbf\xbdm from 192.0.2.7)" },
    /* somebody else's address is not the last one */
    { "kim", "192.0.2.7", "No key for x (root from 198.51.100.1)",
      "No key for x (root from 198.51.100.1)",
      "Sign-in failed: No key for x (root from 198.51.100.1) (kim from 192.0.2.7)" },
    { "kim", "192.0.2.7", "100%s%n", "100%s%n", "Sign-in failed: 100%s%n (kim from 192.0.2.7)" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      wsm_service_audit (WSM_AUDIT_SIGN_IN_FAILED,
                         &(const WsmAuditWho){ .user = cases[i].user,
                                               .peer = cases[i].peer,
                                               .reason = cases[i].reason },
                         "Sign-in failed");
      g_assert_cmpstr (get ("MESSAGE_ID"), ==, FAILED);
      g_assert_cmpstr (get ("CURFEW_REASON"), ==, cases[i].shown);
      g_assert_cmpstr (get ("MESSAGE"), ==, cases[i].message);
    }
}

static void
test_reason_has_a_bound (void)
{
  g_autofree char *long_reason = g_strnfill (1000, 'x');
  g_autoptr (GString) umlauts = g_string_new (NULL);

  wsm_service_audit (WSM_AUDIT_SIGN_IN_FAILED, &(const WsmAuditWho){ .reason = long_reason },
                     "Sign-in failed");
  g_assert_cmpuint (strlen (get ("CURFEW_REASON")), ==, 256);

  for (guint i = 0; i < 300; i++)
    g_string_append (umlauts, "ü");
  wsm_service_audit (WSM_AUDIT_SIGN_IN_FAILED, &(const WsmAuditWho){ .reason = umlauts->str },
                     "Sign-in failed");
  g_assert_true (g_utf8_validate (get ("CURFEW_REASON"), -1, NULL));
  g_assert_cmpint (g_utf8_strlen (get ("CURFEW_REASON"), -1), ==, 256);
}

static void
test_reason_is_for_the_journal_alone (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *invoke = test_invoke_new ("Echo");
  g_autofree char *wrong = test_http (WRONG, invoke);
  g_autofree char *right = NULL;
  g_auto (TestAnswer) answer = { 0 };

  test_client_send (c, wrong, -1);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 401);
  g_assert_cmpuint (answer.body_length, ==, 0);
  g_assert_null (strstr (answer.head, "wrong"));
  g_assert_cmpstr (get ("MESSAGE_ID"), ==, FAILED);
  g_assert_cmpstr (get ("CURFEW_REASON"), ==, "It is wrong");
  g_assert_cmpstr (get ("MESSAGE"), ==, "Sign-in failed: It is wrong (mara from 127.0.0.1)");

  right = test_ask (c, TEST_BASIC, invoke, 200);
  g_assert_cmpstr (get ("CURFEW_EVENT"), ==, "sign-in");
  g_assert_cmpstr (get ("CURFEW_REASON"), ==, "");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_log_set_writer_func (write_log, NULL, NULL);
  g_test_add_func ("/service/audit/entry-says-who-and-why", test_entry_says_who_and_why);
  g_test_add_func ("/service/audit/reason-has-a-bound", test_reason_has_a_bound);
  g_test_add ("/service/audit/reason-is-for-the-journal-alone", Fixture, NULL, fixture_set_up,
              test_reason_is_for_the_journal_alone, fixture_tear_down);
  status = g_test_run ();
  g_hash_table_unref (last);

  return status;
}
