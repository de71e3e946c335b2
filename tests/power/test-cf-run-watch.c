/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "power/cf-run-watch.h"

#include <glib/gstdio.h>

typedef struct
{
  char *directory; /* (owned) */
  char *shutdown;  /* (owned) */
  char *sessions;  /* (owned) */
  guint n_shutdowns;
  char *session; /* (owned) (nullable): the last one */
} Fixture;

static void
shutdown_cb (CfRunWatch *watch, gpointer user_data)
{
  Fixture *f = user_data;

  f->n_shutdowns++;
}

static void
session_cb (CfRunWatch *watch, const char *id, gpointer user_data)
{
  Fixture *f = user_data;

  g_free (f->session);
  f->session = g_strdup (id != NULL ? id : "(any)");
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->directory = g_dir_make_tmp ("curfew-XXXXXX", NULL);
  f->shutdown = g_build_filename (f->directory, "shutdown", NULL);
  f->sessions = g_build_filename (f->directory, "sessions", NULL);
}

static void
remove_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_unlink (path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_file (f->shutdown, "scheduled");
  remove_file (f->sessions, "c1");
  remove_file (f->sessions, "c2");
  g_rmdir (f->shutdown);
  g_rmdir (f->sessions);
  g_assert_cmpint (g_rmdir (f->directory), ==, 0);
  g_clear_pointer (&f->directory, g_free);
  g_clear_pointer (&f->shutdown, g_free);
  g_clear_pointer (&f->sessions, g_free);
  g_clear_pointer (&f->session, g_free);
}

static CfRunWatch *
start (Fixture *f)
{
  CfRunWatch *watch = cf_run_watch_new (f->directory);

  g_signal_connect (watch, "shutdown-changed", G_CALLBACK (shutdown_cb), f);
  g_signal_connect (watch, "session-changed", G_CALLBACK (session_cb), f);
  return watch;
}

/* As systemd does: a hidden file first, then its name. */
static void
write_file (const char *folder, const char *name)
{
  g_autofree char *hidden_name = g_strconcat (".#", name, NULL);
  g_autofree char *hidden = g_build_filename (folder, hidden_name, NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (hidden, "x=1\n", -1, NULL));
  g_assert_cmpint (g_rename (hidden, path), ==, 0);
}

static void
wait_for_shutdown (Fixture *f, guint more_than)
{
  while (f->n_shutdowns <= more_than)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_for_session (Fixture *f, const char *id)
{
  while (g_strcmp0 (f->session, id) != 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_schedule (Fixture *f, gconstpointer data)
{
  g_autoptr (CfRunWatch) watch = NULL;
  guint before;

  g_test_summary ("A schedule that is written, written again or removed is noticed");

  g_assert_cmpint (g_mkdir (f->shutdown, 0700), ==, 0);
  watch = start (f);
  write_file (f->shutdown, "scheduled");
  wait_for_shutdown (f, 0);
  before = f->n_shutdowns;
  write_file (f->shutdown, "scheduled");
  wait_for_shutdown (f, before);
  before = f->n_shutdowns;
  remove_file (f->shutdown, "scheduled");
  wait_for_shutdown (f, before);
  g_assert_null (f->session);
}

static void
test_folder_that_comes (Fixture *f, gconstpointer data)
{
  g_autoptr (CfRunWatch) watch = start (f);
  guint before;

  g_test_summary ("The folder of the first schedule since the start is noticed, and watched");

  g_assert_cmpint (g_mkdir (f->shutdown, 0700), ==, 0);
  write_file (f->shutdown, "scheduled");
  wait_for_shutdown (f, 0);
  before = f->n_shutdowns;
  remove_file (f->shutdown, "scheduled");
  wait_for_shutdown (f, before);
}

static void
test_sessions (Fixture *f, gconstpointer data)
{
  g_autoptr (CfRunWatch) watch = NULL;

  g_test_summary ("A session that is written is named");

  g_assert_cmpint (g_mkdir (f->sessions, 0700), ==, 0);
  watch = start (f);
  write_file (f->sessions, "c1");
  wait_for_session (f, "c1");
  write_file (f->sessions, "c2");
  wait_for_session (f, "c2");
  write_file (f->sessions, "c1");
  wait_for_session (f, "c1");
  g_assert_cmpuint (f->n_shutdowns, ==, 0);
}

static void
test_sessions_that_come (Fixture *f, gconstpointer data)
{
  g_autoptr (CfRunWatch) watch = start (f);

  g_test_summary ("When the folder of the sessions is new, any of them may be");

  g_assert_cmpint (g_mkdir (f->sessions, 0700), ==, 0);
  wait_for_session (f, "(any)");
  write_file (f->sessions, "c1");
  wait_for_session (f, "c1");
}

static void
inhibitors_cb (CfRunWatch *watch, guint *n)
{
  ++*n;
}

static void
wait_for_inhibitors (guint *n)
{
  *n = 0;
  while (*n == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_inhibitors (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (f->directory, "inhibit", NULL);
  g_autoptr (CfRunWatch) watch = NULL;
  guint n = 0;

  g_test_summary ("One inhibitor more or less is noticed, also while there are others");

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  watch = start (f);
  g_signal_connect (watch, "inhibitors-changed", G_CALLBACK (inhibitors_cb), &n);
  write_file (folder, "1");
  wait_for_inhibitors (&n);
  write_file (folder, "2");
  wait_for_inhibitors (&n);
  remove_file (folder, "1");
  wait_for_inhibitors (&n);
  remove_file (folder, "2");
  wait_for_inhibitors (&n);
  g_assert_cmpuint (f->n_shutdowns, ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/power/run-watch/schedule", Fixture, NULL, set_up, test_schedule, tear_down);
  g_test_add ("/power/run-watch/folder-that-comes", Fixture, NULL, set_up, test_folder_that_comes,
              tear_down);
  g_test_add ("/power/run-watch/inhibitors", Fixture, NULL, set_up, test_inhibitors, tear_down);
  g_test_add ("/power/run-watch/sessions", Fixture, NULL, set_up, test_sessions, tear_down);
  g_test_add ("/power/run-watch/sessions-that-come", Fixture, NULL, set_up, test_sessions_that_come,
              tear_down);
  return g_test_run ();
}
