/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drives the real helper behind a socket, as systemd does, with terminals of the test's own. */
#include "agent/cf-terminals.h"

#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

typedef struct
{
  char *directory;         /* (owned) */
  char *socket_path;       /* (owned) */
  GSocketService *service; /* (owned) */
  GListStore *sessions;    /* (owned) */
  CfTerminals *terminals;  /* (owned) */
  guint n_asked;

  int master;
  int slave;
  char *name; /* (owned): of the terminal, below /dev */
} Fixture;

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source,
             gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  int fd = fcntl (g_socket_get_fd (g_socket_connection_get_socket (connection)), F_DUPFD_CLOEXEC,
                  3);

  f->n_asked++;
  g_assert_no_errno (fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) & ~O_NONBLOCK));
  g_subprocess_launcher_take_stdin_fd (launcher, fd);
  process = g_subprocess_launcher_spawn (launcher, &error, TERMINAL_HELPER, NULL);
  g_assert_no_error (error);

  return TRUE;
}

static void
open_terminal (Fixture *f)
{
  struct termios settings;

  f->master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  g_assert_cmpint (f->master, >=, 0);
  g_assert_no_errno (grantpt (f->master));
  g_assert_no_errno (unlockpt (f->master));
  f->slave = open (ptsname (f->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (f->slave, >=, 0);
  f->name = g_strdup (ptsname (f->master) + strlen ("/dev/"));

  g_assert_no_errno (tcgetattr (f->slave, &settings));
  cfmakeraw (&settings);
  g_assert_no_errno (tcsetattr (f->slave, TCSANOW, &settings));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  f->directory = g_dir_make_tmp ("curfew-terminals-XXXXXX", &error);
  g_assert_no_error (error);
  f->socket_path = g_build_filename (f->directory, "socket", NULL);
  address = g_unix_socket_address_new (f->socket_path);
  f->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (f->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (f->service, "incoming", G_CALLBACK (incoming_cb), f);

  f->sessions = g_list_store_new (CF_TYPE_SESSION);
  f->terminals = cf_terminals_new (f->socket_path);
  open_terminal (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->terminals);
  g_assert_finalize_object (f->sessions);
  g_socket_service_stop (f->service);
  g_object_unref (f->service);
  close (f->master);
  close (f->slave);
  g_unlink (f->socket_path);
  g_assert_no_errno (g_rmdir (f->directory));
  g_free (f->socket_path);
  g_free (f->directory);
  g_free (f->name);
}

static void
add (Fixture *f, const char *id, const char *terminal, const char *type)
{
  g_autoptr (CfSession)
    session = cf_session_new (id, 1000, "alice", "", terminal, type, FALSE, TRUE);

  g_list_store_append (f->sessions, session);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gint
write_text (Fixture *f, const char *text, gboolean bell, GCancellable *cancellable, GError **error)
{
  GAsyncResult *result = NULL;
  gint n_reached;

  cf_terminals_write_async (f->terminals, G_LIST_MODEL (f->sessions), text, bell, cancellable,
                            written_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  n_reached = cf_terminals_write_finish (f->terminals, result, error);
  g_object_unref (result);

  return n_reached;
}

static void
assert_arrived (Fixture *f, const char *expected)
{
  char arrived[256] = "";
  gssize length = read (f->master, arrived, sizeof arrived - 1);

  arrived[MAX (length, 0)] = '\0';
  g_assert_cmpstr (arrived, ==, expected);
}

static void
test_reaches (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add (f, "3", f->name, "tty");
  g_assert_cmpint (write_text (f, "Bald ist Schluß", FALSE, NULL, &error), ==, 1);
  g_assert_no_error (error);
  assert_arrived (f, "\r\nBald ist Schluß\r\n");

  g_assert_cmpint (write_text (f, "Now", TRUE, NULL, &error), ==, 1);
  g_assert_no_error (error);
  assert_arrived (f, "\a\r\nNow\r\n");
}

static void
test_desktops_are_left_out (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Whoever has a desktop is told there; if all have, the helper is not even asked");
  add (f, "3", f->name, "wayland");
  add (f, "4", f->name, "x11");
  add (f, "rehearsal-1", "", "tty");
  g_assert_cmpint (write_text (f, "Now", FALSE, NULL, &error), ==, 0);
  g_assert_no_error (error);
  assert_arrived (f, "");
  g_assert_cmpuint (f->n_asked, ==, 0);
}

static void
test_odd_sessions_spoil_nothing (Fixture *f, gconstpointer data)
{
  static const char *const odd[] = { ":1", "console", "../../etc/passwd", "pts/", "tty1x", "" };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    add (f, "curfewtest", odd[i], "tty");
  add (f, "../3", f->name, "tty");
  add (f, "3", f->name, "tty");
  g_assert_cmpint (write_text (f, "Now", FALSE, NULL, &error), ==, 1);
  g_assert_no_error (error);
  assert_arrived (f, "\r\nNow\r\n");
}

static void
test_many_sessions (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 300; i++)
    add (f, "curfewtest0123456789012345678901", f->name, "tty");
  g_assert_cmpint (write_text (f, "Now", FALSE, NULL, &error), ==, 1);
  g_assert_no_error (error);
  assert_arrived (f, "\r\nNow\r\n");
}

static void
test_no_helper (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add (f, "3", f->name, "tty");
  g_socket_service_stop (f->service);
  g_socket_listener_close (G_SOCKET_LISTENER (f->service));
  g_assert_cmpint (write_text (f, "Now", FALSE, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  add (f, "3", f->name, "tty");
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (write_text (f, "Now", FALSE, cancellable, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/agent/terminals/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("reaches", test_reaches);
  ADD ("desktops-are-left-out", test_desktops_are_left_out);
  ADD ("odd-sessions-spoil-nothing", test_odd_sessions_spoil_nothing);
  ADD ("many-sessions", test_many_sessions);
  ADD ("no-helper", test_no_helper);
  ADD ("cancel", test_cancel);

  return g_test_run ();
}
