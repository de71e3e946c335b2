/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "power/cf-session.h"
#include "power/cf-signed-in.h"

static void
test_facts (void)
{
  g_autoptr (CfSession)
    session = cf_session_new ("c1", 1000, "alice", "seat0", "tty2", "wayland", FALSE, TRUE);
  g_autoptr (CfSession) bare = cf_session_new ("7", 0, "root", NULL, NULL, NULL, TRUE, FALSE);

  g_test_summary ("A session says what it was made of; nothing is an empty text");

  g_assert_cmpstr (cf_session_get_id (session), ==, "c1");
  g_assert_cmpuint (cf_session_get_uid (session), ==, 1000);
  g_assert_cmpstr (cf_session_get_user (session), ==, "alice");
  g_assert_cmpstr (cf_session_get_seat (session), ==, "seat0");
  g_assert_cmpstr (cf_session_get_tty (session), ==, "tty2");
  g_assert_false (cf_session_is_remote (session));
  g_assert_true (cf_session_is_active (session));
  g_assert_cmpstr (cf_session_get_seat (bare), ==, "");
  g_assert_cmpstr (cf_session_get_tty (bare), ==, "");
  g_assert_true (cf_session_is_remote (bare));
  g_assert_false (cf_session_is_active (bare));
}

static void
test_graphical (void)
{
  const struct
  {
    const char *type;
    gboolean is_graphical;
  } cases[] = {
    { "x11", TRUE },  { "wayland", TRUE },      { "mir", TRUE }, { "tty", FALSE },
    { "web", FALSE }, { "unspecified", FALSE }, { "", FALSE },   { NULL, FALSE },
  };

  g_test_summary ("Windows can be shown in the types of session that have any");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfSession)
        session = cf_session_new ("c1", 1000, "alice", "", "", cases[i].type, FALSE, FALSE);

      g_test_message ("type %s", cases[i].type);
      g_assert_cmpint (cf_session_is_graphical (session), ==, cases[i].is_graphical);
    }
}

static void
test_equal (void)
{
  g_autoptr (CfSession)
    session = cf_session_new ("c1", 1000, "alice", "seat0", "tty2", "x11", FALSE, TRUE);
  g_autoptr (CfSession) same = cf_session_new ("c1", 1000, "alice", "seat0", "tty2", "x11", 0, 17);
  CfSession *others[] = {
    cf_session_new ("c2", 1000, "alice", "seat0", "tty2", "x11", FALSE, TRUE),
    cf_session_new ("c1", 1001, "alice", "seat0", "tty2", "x11", FALSE, TRUE),
    cf_session_new ("c1", 1000, "bob", "seat0", "tty2", "x11", FALSE, TRUE),
    cf_session_new ("c1", 1000, "alice", "seat1", "tty2", "x11", FALSE, TRUE),
    cf_session_new ("c1", 1000, "alice", "seat0", "", "x11", FALSE, TRUE),
    cf_session_new ("c1", 1000, "alice", "seat0", "tty2", "tty", FALSE, TRUE),
    cf_session_new ("c1", 1000, "alice", "seat0", "tty2", "x11", TRUE, TRUE),
    cf_session_new ("c1", 1000, "alice", "seat0", "tty2", "x11", FALSE, FALSE),
  };

  g_test_summary ("Two sessions differ if anything of them does");

  g_assert_true (cf_session_equal (session, session));
  g_assert_true (cf_session_equal (session, same));
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_false (cf_session_equal (session, others[i]));
      g_object_unref (others[i]);
    }
}

static void
test_signed_in (void)
{
  const struct
  {
    const char *user, *seat, *tty;
    gboolean is_remote;
    const char *sentence; /* after this one has come */
  } cases[] = {
    { "alice", "seat0", "tty2", FALSE, "alice is signed in (tty2)" },
    { "bob", "", "pts/0", TRUE, "alice (tty2), bob (from elsewhere) are signed in" },
    { "carol", "seat1", "", FALSE,
      "alice (tty2), bob (from elsewhere), carol (seat1) are signed in" },
    { "dave", "", "", FALSE,
      "alice (tty2), bob (from elsewhere), carol (seat1) and 1 more are signed in" },
    { "eve", "", "", FALSE,
      "alice (tty2), bob (from elsewhere), carol (seat1) and 2 more are signed in" },
  };
  g_autoptr (GListStore) sessions = g_list_store_new (CF_TYPE_SESSION);

  g_test_summary ("A sentence says who is signed in, and stays short");

  g_assert_null (cf_signed_in_describe (G_LIST_MODEL (sessions)));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfSession) session = cf_session_new (
        "c1", 1000, cases[i].user, cases[i].seat, cases[i].tty, "tty", cases[i].is_remote, FALSE);
      g_autofree char *sentence = NULL;

      g_list_store_append (sessions, session);
      sentence = cf_signed_in_describe (G_LIST_MODEL (sessions));
      g_assert_cmpstr (sentence, ==, cases[i].sentence);
    }
}

static void
test_strange_names (void)
{
  g_autoptr (GListStore) sessions = g_list_store_new (CF_TYPE_SESSION);
  g_autoptr (CfSession)
    session = cf_session_new ("c1", 1000, "al\nice\033[31m", "", "pts/\n0", "tty", FALSE, FALSE);
  g_autofree char *sentence = NULL;

  g_test_summary ("Names cannot write other lines or colours into a log");

  g_list_store_append (sessions, session);
  sentence = cf_signed_in_describe (G_LIST_MODEL (sessions));
  g_assert_null (strpbrk (sentence, "\n\033"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/power/session/facts", test_facts);
  g_test_add_func ("/power/session/graphical", test_graphical);
  g_test_add_func ("/power/session/equal", test_equal);
  g_test_add_func ("/power/session/signed-in-sentence", test_signed_in);
  g_test_add_func ("/power/session/strange-names", test_strange_names);
  return g_test_run ();
}
