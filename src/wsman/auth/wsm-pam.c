/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-pam.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "wsm-helper-socket.h"
#include "wsm-pam-frame.h"

#define MAX_RUNNING  2
#define MAX_QUEUED   8
#define TIMEOUT_MSEC 15000

/**
 * WsmPam:
 *
 * Accounts as PAM knows them. PAM blocks, loads what its configuration names and may need root:
 * each question runs in a process of its own, curfew-pam-helper, which is either started from here
 * or waits behind a socket, with rights that the calling process does not have.
 */
struct _WsmPam
{
  GObject parent_instance;

  char *helper_path;      /* (owned) (nullable) */
  char *socket_path;      /* (owned) (nullable): asked there if it is set */
  char *service;          /* (owned) */
  char *config_directory; /* (owned), "" for PAM's own places */

  guint n_running;
  GQueue queue; /* (element-type GTask) (owned): questions that wait for a process */
};

static void wsm_pam_verifier_init (WsmPasswordVerifierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WsmPam, wsm_pam, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WSM_TYPE_PASSWORD_VERIFIER,
                                                      wsm_pam_verifier_init))

typedef struct
{
  char *user;           /* (owned) */
  WsmSecret *password;  /* (owned) */
  char *remote_address; /* (owned), "" if unknown */

  GSubprocess *process; /* (owned) (nullable) */
  GSource *deadline;    /* (owned) (nullable) */
  gulong cancelled_id;
} Attempt;

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;

  g_free (attempt->user);
  wsm_secret_unref (attempt->password);
  g_free (attempt->remote_address);
  g_clear_object (&attempt->process);
  g_free (attempt);
}

static gboolean
append_part (GByteArray *frame, const char *octets, gsize length, gsize max)
{
  const guint8 prefix[] = { length & 0xff, (length >> 8) & 0xff };

  if (length > max)
    return FALSE;

  g_byte_array_append (frame, prefix, sizeof prefix);
  g_byte_array_append (frame, (const guint8 *) octets, (guint) length);
  return TRUE;
}

/* Returns the frame, or NULL if a part of it is too long. */
static GByteArray *
make_question (WsmPam *self, Attempt *attempt)
{
  /* Sized once: growing would leave copies of the password behind. */
  GByteArray *frame = g_byte_array_sized_new (WSM_PAM_MAX_FRAME);
  gsize length;
  const char *password = wsm_secret_peek (attempt->password, &length);

  if (append_part (frame, self->service, strlen (self->service), WSM_PAM_MAX_PART) &&
      append_part (frame, self->config_directory, strlen (self->config_directory),
                   WSM_PAM_MAX_CONFIG_DIRECTORY) &&
      append_part (frame, attempt->user, strlen (attempt->user), WSM_PAM_MAX_PART) &&
      append_part (frame, password, length, WSM_PAM_MAX_PART) &&
      append_part (frame, attempt->remote_address, strlen (attempt->remote_address),
                   WSM_PAM_MAX_PART))
    return frame;

  wsm_secret_wipe (frame->data, frame->len);
  g_byte_array_unref (frame);
  return NULL;
}

/* The frame in a fresh pipe, which is large enough for it: nobody waits for a reader, and nobody
 * can be hurt by one that has gone. Returns the end to read from, or -1. */
static int
open_question (WsmPam *self, Attempt *attempt)
{
  g_autoptr (GByteArray) frame = make_question (self, attempt);
  int ends[2] = { -1, -1 };
  gboolean is_written = FALSE;

  if (frame == NULL)
    return -1;

  if (g_unix_open_pipe (ends, FD_CLOEXEC, NULL))
    {
      is_written = g_unix_set_fd_nonblocking (ends[1], TRUE, NULL) &&
                   write (ends[1], frame->data, frame->len) == (gssize) frame->len;
      close (ends[1]);
      if (!is_written)
        close (ends[0]);
    }

  wsm_secret_wipe (frame->data, frame->len);

  return is_written ? ends[0] : -1;
}

static void run_next (WsmPam *self);

/* Ends the attempt of @task, and lets the next one in. */
static void
settle (GTask *task)
{
  WsmPam *self = g_task_get_source_object (task);
  Attempt *attempt = g_task_get_task_data (task);

  if (attempt->deadline != NULL)
    g_source_destroy (attempt->deadline);
  g_clear_pointer (&attempt->deadline, g_source_unref);

  g_cancellable_disconnect (g_task_get_cancellable (task), attempt->cancelled_id);
  attempt->cancelled_id = 0;

  self->n_running--;
  run_next (self);
}

static void
return_unavailable (GTask *task)
{
  g_task_return_new_error (task, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                           "Names and passwords cannot be checked at the moment.");
}

static void
return_status (GTask *task, int status)
{
  if (status == WSM_PAM_ACCEPTED)
    g_task_return_boolean (task, TRUE);
  else if (status == WSM_PAM_REJECTED)
    g_task_return_new_error (task, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                             "The name and the password were not accepted.");
  else
    return_unavailable (task);
}

static void
exited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GSubprocess *process = G_SUBPROCESS (source);

  g_subprocess_wait_finish (process, result, NULL);
  settle (task);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (g_subprocess_get_if_exited (process))
    return_status (task, g_subprocess_get_exit_status (process));
  else
    return_unavailable (task);
}

static gboolean
deadline_cb (gpointer user_data)
{
  GSubprocess *process = user_data;

  g_subprocess_force_exit (process);
  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  GSubprocess *process = user_data;

  g_subprocess_force_exit (process);
}

static GSubprocess *
spawn (WsmPam *self, Attempt *attempt, GError **error)
{
  /* PAM modules read the environment: they get one that says nothing. */
  static const char *const environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
                                             NULL };
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  int question = open_question (self, attempt);

  if (question < 0)
    {
      g_set_error_literal (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                           "the question cannot be put");
      return NULL;
    }

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                        G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_environ (launcher, (char **) environment);
  g_subprocess_launcher_set_cwd (launcher, "/");
  g_subprocess_launcher_take_stdin_fd (launcher, question);

  return g_subprocess_launcher_spawn (launcher, error, self->helper_path, NULL);
}

static void
run_process (WsmPam *self, GTask *task)
{
  Attempt *attempt = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GError) error = NULL;

  attempt->process = spawn (self, attempt, &error);
  if (attempt->process == NULL)
    {
      g_message ("%s cannot be started: %s", self->helper_path, error->message);
      settle (task);
      return_unavailable (task);
      return;
    }

  attempt->deadline = g_timeout_source_new (TIMEOUT_MSEC);
  g_source_set_callback (attempt->deadline, deadline_cb, g_object_ref (attempt->process),
                         g_object_unref);
  g_source_attach (attempt->deadline, g_task_get_context (task));

  /* The process is waited for without a cancellable: what was killed has to be buried, too. */
  g_subprocess_wait_async (attempt->process, NULL, exited_cb, g_object_ref (task));
  if (cancellable != NULL)
    attempt->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb),
                                                   g_object_ref (attempt->process), g_object_unref);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  WsmPam *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  int status = wsm_helper_socket_ask_finish (result, &error);

  settle (task);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (error != NULL)
    g_message ("%s does not tell about a name and a password: %s", self->socket_path,
               error->message);
  return_status (task, status);
}

static void
run_socket (WsmPam *self, GTask *task)
{
  GByteArray *question = make_question (self, g_task_get_task_data (task));

  if (question == NULL)
    {
      settle (task);
      return_unavailable (task);
      return;
    }

  wsm_helper_socket_ask_async (self->socket_path, question, TIMEOUT_MSEC,
                               g_task_get_cancellable (task), answered_cb, g_object_ref (task));
}

static void
run (WsmPam *self, GTask *task)
{
  self->n_running++;
  if (self->socket_path != NULL)
    run_socket (self, task);
  else
    run_process (self, task);
}

/* Whoever hung up while waiting must not keep others out of the queue. */
static void
drop_cancelled (WsmPam *self)
{
  GList *link = self->queue.head;

  while (link != NULL)
    {
      g_autoptr (GTask) task = NULL;
      GList *next = link->next;

      if (g_cancellable_is_cancelled (g_task_get_cancellable (link->data)))
        {
          task = link->data;
          g_queue_delete_link (&self->queue, link);
          g_task_return_error_if_cancelled (task);
        }
      link = next;
    }
}

static void
run_next (WsmPam *self)
{
  while (self->n_running < MAX_RUNNING && !g_queue_is_empty (&self->queue))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->queue);

      if (!g_task_return_error_if_cancelled (task))
        run (self, task);
    }
}

static void
wsm_pam_verify_async (WsmPasswordVerifier *verifier, const char *user, WsmSecret *password,
                      const char *remote_address, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  WsmPam *self = WSM_PAM (verifier);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->user = g_strdup (user);
  attempt->password = wsm_secret_ref (password);
  attempt->remote_address = g_strdup (remote_address != NULL ? remote_address : "");
  g_task_set_source_tag (task, wsm_pam_verify_async);
  g_task_set_task_data (task, attempt, attempt_free);

  drop_cancelled (self);
  if (g_queue_get_length (&self->queue) >= MAX_QUEUED)
    {
      return_unavailable (task);
      return;
    }

  g_queue_push_tail (&self->queue, g_steal_pointer (&task));
  run_next (self);
}

static gboolean
wsm_pam_verify_finish (WsmPasswordVerifier *verifier, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, verifier), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
wsm_pam_finalize (GObject *object)
{
  WsmPam *self = WSM_PAM (object);

  /* Each queued task holds the object, so the queue is empty here. */
  g_queue_clear (&self->queue);
  g_clear_pointer (&self->helper_path, g_free);
  g_clear_pointer (&self->socket_path, g_free);
  g_clear_pointer (&self->service, g_free);
  g_clear_pointer (&self->config_directory, g_free);

  G_OBJECT_CLASS (wsm_pam_parent_class)->finalize (object);
}

static void
wsm_pam_verifier_init (WsmPasswordVerifierInterface *iface)
{
  iface->verify_async = wsm_pam_verify_async;
  iface->verify_finish = wsm_pam_verify_finish;
}

static void
wsm_pam_class_init (WsmPamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wsm_pam_finalize;
}

static void
wsm_pam_init (WsmPam *self)
{
  g_queue_init (&self->queue);
}

/**
 * wsm_pam_new:
 * @helper_path: where curfew-pam-helper is
 * @service: the PAM service, at most 256 octets
 * @config_directory: (nullable): where the file of @service is, at most 2048 octets; %NULL for
 *   PAM's own places
 *
 * Two questions are asked at once, eight more wait; a further one is answered with
 * %WSM_AUTH_ERROR_UNAVAILABLE at once. One question takes 15 s at most, then its process is killed.
 * The helper has the user of the calling process: pam_unix tells an unprivileged one nothing about
 * other accounts.
 *
 * Returns: (transfer full): a #WsmPasswordVerifier, to be used in one thread
 */
WsmPam *
wsm_pam_new (const char *helper_path, const char *service, const char *config_directory)
{
  WsmPam *self;

  g_return_val_if_fail (helper_path != NULL, NULL);
  g_return_val_if_fail (service != NULL && *service != '\0', NULL);

  self = g_object_new (WSM_TYPE_PAM, NULL);
  self->helper_path = g_strdup (helper_path);
  self->service = g_strdup (service);
  self->config_directory = g_strdup (config_directory != NULL ? config_directory : "");

  return self;
}

/**
 * wsm_pam_new_for_socket:
 * @socket_path: (type filename): a stream socket at which each connection gets a curfew-pam-helper
 *   of its own, as its standard input
 * @service: the PAM service, at most 256 octets
 *
 * As wsm_pam_new(), with the same limits; but the helper has the rights that whoever waits at the
 * socket gives it, and the agent needs none. Whoever hangs up ends the helper.
 *
 * Returns: (transfer full): a #WsmPasswordVerifier, to be used in one thread
 */
WsmPam *
wsm_pam_new_for_socket (const char *socket_path, const char *service)
{
  WsmPam *self;

  g_return_val_if_fail (socket_path != NULL, NULL);
  g_return_val_if_fail (service != NULL && *service != '\0', NULL);

  self = g_object_new (WSM_TYPE_PAM, NULL);
  self->socket_path = g_strdup (socket_path);
  self->service = g_strdup (service);
  self->config_directory = g_strdup ("");

  return self;
}
