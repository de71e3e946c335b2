/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-password.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t caught_signal;
static pthread_t reader; /* the thread that waits for the password */

static void
remember_signal (int number)
{
  caught_signal = number;
  /* Before it waits, the kernel gives it to another thread, from which nothing would wake it. */
  if (!pthread_equal (pthread_self (), reader))
    pthread_kill (reader, number);
}

/* Signals that would end the program while the terminal shows nothing of what is typed. */
static const int ending_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

/* What the signals did before. */
typedef struct
{
  struct sigaction actions[G_N_ELEMENTS (ending_signals)];
  sigset_t mask;
} Guard;

/* From here on signals wait, so that none ends the program before the terminal is as it was. */
static void
guard_begin (Guard *guard)
{
  const struct sigaction action = { .sa_handler = remember_signal };
  sigset_t blocked;

  caught_signal = 0;
  reader = pthread_self ();
  sigemptyset (&blocked);
  for (gsize i = 0; i < G_N_ELEMENTS (ending_signals); i++)
    sigaddset (&blocked, ending_signals[i]);
  sigprocmask (SIG_BLOCK, &blocked, &guard->mask);
  for (gsize i = 0; i < G_N_ELEMENTS (ending_signals); i++)
    sigaction (ending_signals[i], &action, &guard->actions[i]);
}

static void
guard_end (const Guard *guard)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ending_signals); i++)
    sigaction (ending_signals[i], &guard->actions[i], NULL);
  sigprocmask (SIG_SETMASK, &guard->mask, NULL);
  if (caught_signal != 0)
    raise (caught_signal);
}

/* Signals are let in only while we wait for a line; the terminal gives whole lines. */
static gboolean
wait_for_line (int tty, const Guard *guard)
{
  struct pollfd ready = { tty, POLLIN, 0 };
  int outcome;

  do
    outcome = ppoll (&ready, 1, NULL, &guard->mask);
  while (outcome < 0 && errno == EINTR && caught_signal == 0);
  return outcome > 0 && caught_signal == 0;
}

static WsmSecret *
read_hidden (int tty, const char *prompt, GError **error)
{
  struct termios shown;
  struct termios hidden;
  WsmSecret *secret = NULL;
  Guard guard;

  if (tcgetattr (tty, &shown) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   _ ("The terminal cannot hide what is typed: %s"), g_strerror (errno));
      return NULL;
    }

  hidden = shown;
  hidden.c_lflag &= ~(tcflag_t) ECHO;
  hidden.c_lflag |= ICANON | ISIG | ECHONL;
  guard_begin (&guard);
  tcsetattr (tty, TCSAFLUSH, &hidden);
  dprintf (tty, "%s", prompt);
  if (wait_for_line (tty, &guard))
    secret = wsm_secret_read_line (tty, error);
  else
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("No password was typed."));
      dprintf (tty, "\n");
    }
  tcsetattr (tty, TCSAFLUSH, &shown);
  guard_end (&guard);
  return secret;
}

/**
 * cf_password_seal_process:
 *
 * A process that holds a password leaves no core dump and lets nobody look into it.
 */
void
cf_password_seal_process (void)
{
  const struct rlimit none = { 0, 0 };

  setrlimit (RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__ /* its leak check attaches to the process */
  prctl (PR_SET_DUMPABLE, 0);
#endif
}

/**
 * cf_password_get:
 * @user: whose password
 * @fd: where its line is read; -1 asks for it on the terminal, even if input and output are none
 * @error: what keeps it from being read
 *
 * Blocks until somebody has typed it.
 *
 * Returns: (transfer full): the password; %NULL with @error set otherwise
 */
WsmSecret *
cf_password_get (const char *user, int fd, GError **error)
{
  g_autofree char *prompt = NULL;
  WsmSecret *secret;
  int tty;

  g_return_val_if_fail (user != NULL, NULL);

  if (fd >= 0)
    return wsm_secret_read_line (fd, error);

  tty = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (tty < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _ ("There is no terminal to ask for the password of %s; give it by "
                      "--password-fd."),
                   user);
      return NULL;
    }
  prompt = g_strdup_printf (_ ("Password of %s: "), user);
  secret = read_hidden (tty, prompt, error);
  close (tty);
  return secret;
}
