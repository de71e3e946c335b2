/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-front-watch.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  char *directory;
  char *path;
  CfFrontWatch *watch;
  guint n_gone;
} Fixture;

static void
gone_cb (Fixture *f)
{
  f->n_gone++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->directory = g_dir_make_tmp ("curfew-watch-XXXXXX", NULL);
  f->path = g_build_filename (f->directory, "web.pid", NULL);
  f->watch = cf_front_watch_new (f->path);
  g_signal_connect_swapped (f->watch, "gone", G_CALLBACK (gone_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->watch);
  g_unlink (f->path);
  g_assert_cmpint (g_rmdir (f->directory), ==, 0);
  g_free (f->directory);
  g_free (f->path);
}

static pid_t
start_process (void)
{
  pid_t pid = fork ();

  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      for (;;)
        pause ();
    }
  g_assert_cmpint (pid, >, 0);
  return pid;
}

static void
end_process (pid_t pid)
{
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
}

static void
write_text (Fixture *f, const char *text)
{
  g_assert_true (g_file_set_contents (f->path, text, -1, NULL));
}

static void
write_pid (Fixture *f, pid_t pid)
{
  g_autofree char *text = g_strdup_printf ("%d\n", (int) pid);

  write_text (f, text);
}

static void
start (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  cf_front_watch_start (f->watch, &error);
  g_assert_no_error (error);
}

static void
wait_for_pid (Fixture *f, pid_t pid)
{
  while (cf_front_watch_get_pid (f->watch) != pid)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_until_gone (Fixture *f)
{
  while (f->n_gone == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_end_is_seen (Fixture *f, gconstpointer data)
{
  pid_t pid = start_process ();

  write_pid (f, pid);
  start (f);
  g_assert_cmpint (cf_front_watch_get_pid (f->watch), ==, pid);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (f->n_gone, ==, 0);
  end_process (pid);
  wait_until_gone (f);
  g_assert_cmpint (cf_front_watch_get_pid (f->watch), ==, 0);
}

static void
test_removed_file_is_gone (Fixture *f, gconstpointer data)
{
  pid_t pid = start_process ();

  write_pid (f, pid);
  start (f);
  g_assert_cmpint (g_unlink (f->path), ==, 0);
  end_process (pid);
  wait_until_gone (f);
}

static void
test_zombie_is_gone (Fixture *f, gconstpointer data)
{
  pid_t pid = start_process ();

  g_test_summary ("It has ended although nobody has collected its status");

  write_pid (f, pid);
  start (f);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  wait_until_gone (f);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
}

static void
test_handover_goes_on (Fixture *f, gconstpointer data)
{
  pid_t first = start_process ();
  pid_t second = start_process ();

  write_pid (f, first);
  start (f);
  write_pid (f, second);
  end_process (first);
  wait_for_pid (f, second);
  g_assert_cmpuint (f->n_gone, ==, 0);
  end_process (second);
  wait_until_gone (f);
}

static void
test_later_one_is_waited_for (Fixture *f, gconstpointer data)
{
  pid_t dead = start_process ();
  pid_t pid = start_process ();

  end_process (dead);
  write_pid (f, dead); /* left by an earlier one */
  start (f);
  g_assert_cmpint (cf_front_watch_get_pid (f->watch), ==, 0);
  write_text (f, "");
  write_pid (f, pid);
  wait_for_pid (f, pid);
  g_assert_cmpuint (f->n_gone, ==, 0);
  end_process (pid);
  wait_until_gone (f);
}

static void
test_other_text_is_no_process (Fixture *f, gconstpointer data)
{
  const char *const texts[] = {
    "",        "\n",  "0", "-1",
    "4194305", "12x", "x", "00000000000000000000000000000000000000000000000000001"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (CfFrontWatch) watch = cf_front_watch_new (f->path);
      g_autoptr (GError) error = NULL;

      write_text (f, texts[i]);
      cf_front_watch_start (watch, &error);
      g_assert_no_error (error);
      g_assert_cmpint (cf_front_watch_get_pid (watch), ==, 0);
    }
}

#define ADD(name, function)                                                                        \
  g_test_add ("/agent/front-watch/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("end-is-seen", test_end_is_seen);
  ADD ("removed-file-is-gone", test_removed_file_is_gone);
  ADD ("zombie-is-gone", test_zombie_is_gone);
  ADD ("handover-goes-on", test_handover_goes_on);
  ADD ("later-one-is-waited-for", test_later_one_is_waited_for);
  ADD ("other-text-is-no-process", test_other_text_is_no_process);
  return g_test_run ();
}
