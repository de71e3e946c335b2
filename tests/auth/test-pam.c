/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drives the real helper with the real PAM and the module pam_matrix of Debian's libpam-wrapper,
 * which reads accounts from a file. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#include "wsman/auth/wsm-helper-socket.h"
#include "wsman/auth/wsm-pam.h"

/* None of these is an account of a host, so the rule about system accounts leaves them to PAM. */
#define USER  "curfew-test-mara"
#define OTHER "curfew-test-kim"

typedef struct
{
  char *directory; /* (owned) */
  char *pam_d;     /* (owned): in it, the folder of PAM's configuration */
  WsmPam *pam;     /* (owned) */

  /* what systemd does for curfew-pam.socket: a helper for each connection */
  GSocketService *service; /* (owned) (nullable) */
  char *socket_path;       /* (owned) (nullable) */
  const char *program;     /* (nullable): what answers; nobody for %NULL */
  gboolean keeps_ends;     /* the helper's end is to be looked at */
  GPtrArray *connections;  /* (owned) (element-type GSocketConnection) */
  GSubprocess *process;    /* (owned) (nullable): the helper that was started last */
  GPtrArray *pids;         /* (owned) (element-type utf8): of all that were started */
} Fixture;

static char *
find_module (void)
{
  g_autoptr (GDir) libraries = g_dir_open ("/usr/lib", 0, NULL);
  const char *name;

  while (libraries != NULL && (name = g_dir_read_name (libraries)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/usr/lib", name, "pam_wrapper", "pam_matrix.so",
                                                NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }

  return NULL;
}

static void
write_file (Fixture *f, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (f->directory, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *module = find_module ();
  g_autofree char *service = NULL;
  g_autoptr (GError) error = NULL;

  f->directory = g_dir_make_tmp ("curfew-pam-XXXXXX", &error);
  g_assert_no_error (error);
  f->pam_d = g_build_filename (f->directory, "pam.d", NULL);
  g_assert_no_errno (g_mkdir (f->pam_d, 0700));

  if (module != NULL)
    {
      service = g_strdup_printf ("auth required %1$s passdb=%2$s/passdb\n"
                                 "account required %1$s passdb=%2$s/passdb\n",
                                 module, f->directory);
      write_file (f, "pam.d/curfew", service);
    }
  write_file (f, "passdb", USER ":owl:curfew\n" OTHER ":owl:other\nroot:owl:curfew\n");
  f->pam = wsm_pam_new (PAM_HELPER, "curfew", f->pam_d);
  f->connections = g_ptr_array_new_with_free_func (g_object_unref);
  f->pids = g_ptr_array_new_with_free_func (g_free);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_remove (file);
    }
  g_rmdir (path);
}

/* libpam-wrapper leaves a folder behind where a program ends without the handlers of exit(). */
static void
remove_wrapper_folders (Fixture *f)
{
  g_autoptr (GDir) folder = g_dir_open ("/tmp", 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/tmp", name, NULL);
      g_autofree char *pid_file = g_build_filename (path, "pid", NULL);
      g_autofree char *pid = NULL;

      if (g_str_has_prefix (name, "pam.") && g_file_get_contents (pid_file, &pid, NULL, NULL) &&
          g_ptr_array_find_with_equal_func (f->pids, g_strstrip (pid), g_str_equal, NULL))
        remove_folder (path);
    }
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "pam.d/curfew", "pam.d/slow", "pam.d",
                                       "passdb",       "helper",     "socket" };

  g_assert_finalize_object (f->pam);
  if (f->service != NULL)
    g_socket_service_stop (f->service);
  g_clear_object (&f->service);
  g_clear_object (&f->process);
  g_ptr_array_unref (f->connections);
  g_free (f->socket_path);
  if (f->pids->len > 0)
    remove_wrapper_folders (f);
  g_ptr_array_unref (f->pids);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (f->directory, names[i], NULL);

      g_remove (path);
    }
  g_assert_no_errno (g_rmdir (f->directory));
  g_free (f->pam_d);
  g_free (f->directory);
}

static gboolean
lacks_module (void)
{
  g_autofree char *module = find_module ();

  if (module != NULL)
    return FALSE;

  g_test_skip ("pam_matrix.so is not installed (package libpam-wrapper)");
  return TRUE;
}

/* The helper takes no configuration directory from a socket; libpam-wrapper lends it one. */
static GSubprocess *
start_at (Fixture *f, GSocketConnection *connection)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;
  int fd = fcntl (g_socket_get_fd (g_socket_connection_get_socket (connection)), F_DUPFD_CLOEXEC,
                  3);

  g_assert_cmpint (fd, >=, 0);
  /* as systemd hands it over */
  g_assert_no_errno (fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) & ~O_NONBLOCK));
  g_subprocess_launcher_take_stdin_fd (launcher, fd);
  if (g_str_equal (f->program, PAM_HELPER_FOR_WRAPPER))
    {
      g_subprocess_launcher_setenv (launcher, "LD_PRELOAD", "libpam_wrapper.so", TRUE);
      g_subprocess_launcher_setenv (launcher, "PAM_WRAPPER", "1", TRUE);
      g_subprocess_launcher_setenv (launcher, "PAM_WRAPPER_SERVICE_DIR", f->pam_d, TRUE);
    }
  process = g_subprocess_launcher_spawn (launcher, &error, f->program, NULL);
  g_assert_no_error (error);
  g_ptr_array_add (f->pids, g_strdup (g_subprocess_get_identifier (process)));

  return process;
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source,
             gpointer user_data)
{
  Fixture *f = user_data;

  if (f->program == NULL || f->keeps_ends)
    g_ptr_array_add (f->connections, g_object_ref (connection));
  if (f->program != NULL)
    {
      g_clear_object (&f->process);
      f->process = start_at (f, connection);
    }

  return TRUE;
}

/* Replaces the fixture's verifier by one that asks @program, or nobody, behind a socket. */
static void
serve (Fixture *f, const char *program)
{
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  f->program = program;
  f->socket_path = g_build_filename (f->directory, "socket", NULL);
  address = g_unix_socket_address_new (f->socket_path);
  f->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (f->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (f->service, "incoming", G_CALLBACK (incoming_cb), f);

  g_object_unref (f->pam);
  f->pam = wsm_pam_new_for_socket (f->socket_path, "curfew");
}

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
verify_start (WsmPam *pam, const char *user, const char *text, GCancellable *cancellable,
              GAsyncResult **result)
{
  g_autoptr (WsmSecret) password = wsm_secret_new (text, -1);

  wsm_password_verifier_verify_async (WSM_PASSWORD_VERIFIER (pam), user, password, "192.0.2.7",
                                      cancellable, verified_cb, result);
}

static gboolean
verify_end (WsmPam *pam, GAsyncResult **result, GError **error)
{
  g_autoptr (GAsyncResult) taken = NULL;

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  taken = g_steal_pointer (result);
  return wsm_password_verifier_verify_finish (WSM_PASSWORD_VERIFIER (pam), taken, error);
}

static gboolean
verify (WsmPam *pam, const char *user, const char *text, GError **error)
{
  GAsyncResult *result = NULL;

  verify_start (pam, user, text, NULL, &result);
  return verify_end (pam, &result, error);
}

static void
test_accepts (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (lacks_module ())
    return;
  if (data != NULL)
    serve (f, PAM_HELPER_FOR_WRAPPER);

  g_assert_true (verify (f->pam, USER, "owl", &error));
  g_assert_no_error (error);
}

static void
test_rejects (Fixture *f, gconstpointer data)
{
  static const char *const tries[][2] = {
    { USER, "owls" },
    { "curfew-test-nobody", "owl" },
    { OTHER, "owl" }, /* the right password, but the account phase knows it for "other" only */
  };

  if (lacks_module ())
    return;
  if (data != NULL)
    serve (f, PAM_HELPER_FOR_WRAPPER);

  for (gsize i = 0; i < G_N_ELEMENTS (tries); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (verify (f->pam, tries[i][0], tries[i][1], &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
    }
}

static void
test_refuses_root (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("PAM would accept root here; a system account may not sign in all the same");
  if (lacks_module ())
    return;
  if (data != NULL)
    serve (f, PAM_HELPER_FOR_WRAPPER);

  g_assert_false (verify (f->pam, "root", "owl", &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
}

static void
test_no_service_is_unavailable (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmPam) pam = wsm_pam_new (PAM_HELPER, "no-such-service", f->pam_d);
  g_autoptr (GError) error = NULL;

  g_assert_false (verify (pam, USER, "owl", &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
}

static void
test_no_helper_is_unavailable (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->directory, "no-helper", NULL);
  g_autoptr (WsmPam) pam = wsm_pam_new (path, "curfew", f->directory);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 3; i++) /* more than run at once: each one gives its place back */
    {
      g_assert_false (verify (pam, USER, "owl", &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
      g_clear_error (&error);
    }
}

static void
test_too_long_is_unavailable (Fixture *f, gconstpointer data)
{
  g_autofree char *user = g_strnfill (257, 'm');
  g_autoptr (GError) error = NULL;

  g_assert_false (verify (f->pam, user, "owl", &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
}

/* A helper that never answers, as a hanging PAM module makes one. */
static WsmPam *
new_waiting (Fixture *f, gboolean at_socket)
{
  g_autofree char *path = g_build_filename (f->directory, "helper", NULL);

  if (at_socket)
    {
      serve (f, NULL);
      return g_object_ref (f->pam);
    }

  write_file (f, "helper", "#!/bin/sh\nexec tail -f /dev/null\n");
  g_assert_no_errno (g_chmod (path, 0700));

  return wsm_pam_new (path, "curfew", NULL);
}

static void
test_cancel_kills (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmPam) pam = new_waiting (f, data != NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  g_test_summary ("The answer comes when the process is gone, so an answer proves the kill");

  verify_start (pam, USER, "owl", cancellable, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (verify_end (pam, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_queue_has_an_end (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmPam) pam = new_waiting (f, data != NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GCancellable) hung_up = g_cancellable_new ();
  GAsyncResult *results[12] = { NULL };
  g_autoptr (GError) error = NULL;

  g_test_summary (
    "Two run, eight wait, the eleventh is told at once; who hung up leaves the queue");

  for (int i = 0; i < 10; i++)
    verify_start (pam, USER, "owl", i == 9 ? hung_up : cancellable, &results[i]);

  verify_start (pam, USER, "owl", cancellable, &results[10]);
  g_assert_false (verify_end (pam, &results[10], &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
  g_clear_error (&error);

  g_cancellable_cancel (hung_up);
  verify_start (pam, USER, "owl", cancellable, &results[11]);
  g_assert_false (verify_end (pam, &results[9], &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (results[11]);

  g_cancellable_cancel (cancellable);
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      if (i == 9 || i == 10)
        continue;
      g_assert_false (verify_end (pam, &results[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
    }
}

/* Puts @frame to the helper itself; returns its exit status. */
static int
ask_helper (GBytes *frame)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GSubprocess)
    process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                  G_SUBPROCESS_FLAGS_STDERR_MERGE,
                                &error, PAM_HELPER, NULL);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate (process, frame, NULL, &output, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (output), ==, 0);
  g_assert_true (g_subprocess_get_if_exited (process));

  return g_subprocess_get_exit_status (process);
}

static void
test_helper_refuses_broken_frames (Fixture *f, gconstpointer data)
{
  static const char good[] =
    "\6\0curfew\0\0\1\0u\1\0p\0"; /* the literal's NUL ends the last prefix */
  static const char empty_user[] = "\6\0curfew\0\0\0\0\1\0p\0";
  static const char empty_password[] = "\6\0curfew\0\0\1\0u\0\0\0";
  static const char long_user[] = "\6\0curfew\0\0\1\1u";
  static const char nul_inside[] = "\6\0cur\0ew\0\0\1\0u\1\0p\0";
  static const char more[] = "\6\0curfew\0\0\1\0u\1\0p\0\0!";
  const struct
  {
    const char *octets;
    gsize length;
  } cases[] = {
    { empty_user, sizeof empty_user }, { empty_password, sizeof empty_password },
    { long_user, sizeof long_user },   { nul_inside, sizeof nul_inside },
    { more, sizeof more - 1 },
  };

  for (gsize length = 0; length < sizeof good; length++)
    {
      g_autoptr (GBytes) frame = g_bytes_new (good, length);

      g_assert_cmpint (ask_helper (frame), ==, 2);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) frame = g_bytes_new (cases[i].octets, cases[i].length);

      g_assert_cmpint (ask_helper (frame), ==, 2);
    }
}

static void
write_program (Fixture *f, const char *text)
{
  g_autofree char *path = g_build_filename (f->directory, "helper", NULL);

  write_file (f, "helper", text);
  g_assert_no_errno (g_chmod (path, 0700));
}

static void
test_socket_wants_one_octet (Fixture *f, gconstpointer data)
{
  static const char *const programs[] = {
    "#!/bin/sh\ncat > /dev/null\n", /* no answer */
    "#!/bin/sh\ncat > /dev/null\nprintf '\\0\\0' >&0\n",
    "#!/bin/sh\ncat > /dev/null\nprintf '\\2' >&0\n",
    "#!/bin/sh\ncat > /dev/null\nprintf '\\377' >&0\n",
  };
  g_autofree char *path = g_build_filename (f->directory, "helper", NULL);

  g_test_summary ("Whatever is not exactly the octet for yes or for no is neither");
  serve (f, path);

  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autoptr (GError) error = NULL;

      write_program (f, programs[i]);
      g_assert_false (verify (f->pam, USER, "owl", &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
    }
}

static void
test_socket_reads_the_octet (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->directory, "helper", NULL);
  g_autoptr (GError) error = NULL;

  serve (f, path);
  write_program (f, "#!/bin/sh\ncat > /dev/null\nprintf '\\1' >&0\n");
  g_assert_false (verify (f->pam, USER, "owl", &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
  g_clear_error (&error);

  write_program (f, "#!/bin/sh\ncat > /dev/null\nprintf '\\0' >&0\n");
  g_assert_true (verify (f->pam, USER, "owl", &error));
  g_assert_no_error (error);
}

static void
test_no_socket_is_unavailable (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->directory, "socket", NULL);
  g_autoptr (WsmPam) pam = wsm_pam_new_for_socket (path, "curfew");
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 3; i++)
    {
      g_assert_false (verify (pam, USER, "owl", &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE);
      g_clear_error (&error);
    }
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_socket_deadline (Fixture *f, gconstpointer data)
{
  GAsyncResult *result = NULL;
  g_autoptr (GAsyncResult) taken = NULL;
  g_autoptr (GError) error = NULL;

  serve (f, NULL);
  wsm_helper_socket_ask_async (f->socket_path, g_byte_array_new (), 50, NULL, asked_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  taken = result;

  g_assert_cmpint (wsm_helper_socket_ask_finish (taken, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* Connects by hand and puts @frame to the helper. */
static GSocketConnection *
put (Fixture *f, const char *frame, gsize length)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (f->socket_path);
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), frame,
                             length, NULL, NULL, &error);
  g_assert_no_error (error);
  g_socket_shutdown (g_socket_connection_get_socket (connection), FALSE, TRUE, &error);
  g_assert_no_error (error);
  while (f->process == NULL)
    g_main_context_iteration (NULL, TRUE);

  return connection;
}

static void
test_socket_brings_no_directory (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  const guint8 length[] = { (guint8) strlen (f->pam_d), 0 };
  guint8 answer[2] = { 0 };
  gsize n_read;
  g_autoptr (GError) error = NULL;

  g_test_summary ("Whoever can reach the socket could sign in with a configuration of his own");
  if (lacks_module ())
    return;

  g_byte_array_append (frame, (const guint8 *) "\6\0curfew", 8);
  g_byte_array_append (frame, length, sizeof length);
  g_byte_array_append (frame, (const guint8 *) f->pam_d, length[0]);
  g_byte_array_append (frame, (const guint8 *) "\20\0" USER "\3\0owl\0\0", 18 + 7);

  serve (f, PAM_HELPER);
  connection = put (f, (const char *) frame->data, frame->len);
  g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), answer,
                           sizeof answer, &n_read, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_read, ==, 1);
  g_assert_cmpuint (answer[0], ==, 2);
}

static void
test_socket_hang_up_ends (Fixture *f, gconstpointer data)
{
  static const char frame[] = "\4\0slow\0\0\20\0" USER "\3\0cow\0"; /* and the literal's NUL */
  g_autofree char *service = NULL;
  g_autofree char *module = find_module ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  int fd;

  g_test_summary ("A helper that PAM holds for minutes ends when the one who asked has gone");
  if (lacks_module ())
    return;

  service = g_strdup_printf ("auth optional pam_faildelay.so delay=600000000\n"
                             "auth required %s passdb=%s/passdb\n",
                             module, f->directory);
  write_file (f, "pam.d/slow", service);
  serve (f, PAM_HELPER_FOR_WRAPPER);
  f->keeps_ends = TRUE;
  connection = put (f, frame, sizeof frame);

  /* the helper's end of the socket is ours, too: its flags tell how far it is */
  fd = g_socket_get_fd (g_socket_connection_get_socket (f->connections->pdata[0]));
  while ((fcntl (fd, F_GETFL) & O_ASYNC) == 0)
    g_usleep (1000);
  g_io_stream_close (G_IO_STREAM (connection), NULL, &error);
  g_assert_no_error (error);

  g_subprocess_wait (f->process, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_signaled (f->process));
  g_assert_cmpint (g_subprocess_get_term_sig (f->process), ==, SIGIO);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/auth/pam/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("accepts", test_accepts);
  ADD ("rejects", test_rejects);
  ADD ("refuses-root", test_refuses_root);
  ADD ("no-service-is-unavailable", test_no_service_is_unavailable);
  ADD ("no-helper-is-unavailable", test_no_helper_is_unavailable);
  ADD ("too-long-is-unavailable", test_too_long_is_unavailable);
  ADD ("cancel-kills", test_cancel_kills);
  ADD ("queue-has-an-end", test_queue_has_an_end);
  ADD ("helper-refuses-broken-frames", test_helper_refuses_broken_frames);

#define ADD_SOCKET(path, function)                                                                 \
  g_test_add ("/auth/pam/socket/" path, Fixture, "socket", set_up, function, tear_down)

  ADD_SOCKET ("accepts", test_accepts);
  ADD_SOCKET ("rejects", test_rejects);
  ADD_SOCKET ("refuses-root", test_refuses_root);
  ADD_SOCKET ("cancel-hangs-up", test_cancel_kills);
  ADD_SOCKET ("queue-has-an-end", test_queue_has_an_end);
  ADD_SOCKET ("none-is-unavailable", test_no_socket_is_unavailable);
  ADD_SOCKET ("wants-one-octet", test_socket_wants_one_octet);
  ADD_SOCKET ("reads-the-octet", test_socket_reads_the_octet);
  ADD_SOCKET ("deadline", test_socket_deadline);
  ADD_SOCKET ("brings-no-directory", test_socket_brings_no_directory);
  ADD_SOCKET ("hang-up-ends-the-helper", test_socket_hang_up_ends);

  return g_test_run ();
}
