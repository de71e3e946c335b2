/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-plugin-check.h"
#include "cf-plugin-host-session.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define EXIT_USAGE       2
#define SOCKET_FD        3
#define PATIENCE_SECONDS 5
#define MOST_SECONDS     120 /* that a process may take to end whose main loop hangs */

static int wake_fd = -1;
static gboolean is_spawned;

/* A plug-in is code of others: it gets no more rights than it begins with, its memory is nobody
 * else's, and it inherits nothing. */
static void
seal_process (void)
{
  const struct rlimit none = { 0, 0 };

  setrlimit (RLIMIT_CORE, &none);
  prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  /* the leak check of the sanitizers attaches to the process */
  prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
  close_range (SOCKET_FD + 1, ~0u, 0);
}

/* Whatever the plug-in does to the main loop, the process ends. */
static void
terminate (int number)
{
  const guint64 one = 1;
  int saved = errno;

  alarm (MOST_SECONDS);
  if (write (wake_fd, &one, sizeof one) < 0)
    _exit (EXIT_FAILURE);
  errno = saved;
}

static gboolean
leave_cb (gpointer user_data)
{
  cf_plugin_host_session_leave (user_data);
  return G_SOURCE_REMOVE;
}

/* Who ends the agent's unit ends what the agent has started, too: then the agent is about to say
 * for what reason, or hangs up. */
static gboolean
terminated_cb (int fd, GIOCondition condition, gpointer user_data)
{
  g_timeout_add_seconds (is_spawned ? PATIENCE_SECONDS : 0, leave_cb, user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
is_stream_socket (int fd)
{
  int type = 0;
  int domain = 0;
  socklen_t length = sizeof type;

  return getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_STREAM &&
         getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain == AF_UNIX;
}

/* systemd passes one connection, and says to whom. */
static gboolean
was_passed_socket (void)
{
  const char *pid = g_getenv ("LISTEN_PID");
  const char *count = g_getenv ("LISTEN_FDS");
  gboolean was_passed = pid != NULL && count != NULL && atol (pid) == (long) getpid () &&
                        strcmp (count, "1") == 0;

  g_unsetenv ("LISTEN_PID");
  g_unsetenv ("LISTEN_FDS");
  g_unsetenv ("LISTEN_FDNAMES");
  return was_passed;
}

static int
serve (void)
{
  g_autoptr (CfPluginHostSession) session = NULL;
  const struct sigaction action = { .sa_handler = terminate, .sa_flags = SA_RESTART };

  signal (SIGALRM, SIG_DFL);
  signal (SIGPIPE, SIG_IGN);
  fcntl (SOCKET_FD, F_SETFD, FD_CLOEXEC);

  session = cf_plugin_host_session_new (SOCKET_FD);
  wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  g_unix_fd_add (wake_fd, G_IO_IN, terminated_cb, session);
  sigaction (SIGTERM, &action, NULL);

  while (cf_plugin_host_session_get_outcome (session) == CF_PLUGIN_HOST_WORKS)
    g_main_context_iteration (NULL, TRUE);

  /* Threads of the plug-in may still run: nothing is torn down under them. */
  if (cf_plugin_host_session_get_outcome (session) == CF_PLUGIN_HOST_FAILED)
    {
      fflush (NULL);
      _exit (EXIT_FAILURE);
    }
  return EXIT_SUCCESS;
}

static int
complain (const char *problem)
{
  g_printerr ("curfew-plugin-host: %s\nTry “curfew-plugin-host --help”.\n", problem);
  return EXIT_USAGE;
}

/* Those of --check are read by cf_plugin_check_main(); here they are for --help. */
typedef struct
{
  int socket_fd;
  gboolean version;
  gboolean json;
  char *texts[5];
  int limit;
} Options;

static gboolean
parse_options (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "socket-fd", 0, 0, G_OPTION_ARG_INT, &options->socket_fd,
      "The descriptor of the connection to the agent: 3", "FD" },
    { "check", 0, 0, G_OPTION_ARG_FILENAME, &options->texts[0],
      "Hold a plug-in against the contract of the API", "FILE" },
    { "resource", 0, 0, G_OPTION_ARG_STRING, &options->texts[1],
      "With --check: ask for this resource", "URI" },
    { "action", 0, 0, G_OPTION_ARG_STRING, &options->texts[2], "With --check: invoke this action",
      "URI" },
    { "command", 0, 0, G_OPTION_ARG_STRING, &options->texts[3],
      "With --check: run this command line", "LINE" },
    { "limit", 0, 0, G_OPTION_ARG_INT, &options->limit,
      "With --check: so long anything may take (10)", "SECONDS" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, "With --check: print JSON", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version and exit", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, "Runs a plug-in for curfew-agent, which starts it.");
  return g_option_context_parse (context, argc, argv, error);
}

static int
run (int argc, char **argv)
{
  Options options = { .socket_fd = -1 };
  g_autoptr (GError) error = NULL;

  if (!parse_options (&options, &argc, &argv, &error))
    return complain (error->message);
  if (argc > 1 || options.json || options.limit != 0 || options.texts[1] != NULL ||
      options.texts[2] != NULL || options.texts[3] != NULL)
    return complain ("What was given makes sense with --check FILE only");
  if (options.version)
    {
      printf ("curfew-plugin-host %s\n", CF_VERSION);
      return EXIT_SUCCESS;
    }
  if (options.socket_fd != -1 && options.socket_fd != SOCKET_FD)
    return complain ("The connection has to be descriptor 3");
  if ((options.socket_fd == -1 && !was_passed_socket ()) || !is_stream_socket (SOCKET_FD))
    return complain ("There is no connection to curfew-agent, which starts this program itself");

  /* One that the agent has started goes with it. */
  is_spawned = options.socket_fd != -1;
  if (is_spawned)
    prctl (PR_SET_PDEATHSIG, SIGTERM);
  seal_process ();
  return serve ();
}

int
main (int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    if (g_str_has_prefix (argv[i], "--check"))
      return cf_plugin_check_main (argc, argv);
  return run (argc, argv);
}
