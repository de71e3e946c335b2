/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "plugin-host/cf-helper-runner.h"
#include "plugin-host/cf-plugin-frame-calls.h"
#include "plugin-host/cf-plugin-frame.h"
#include "test-helper-client.h"

/* The agent's end, and at the other one whatever a helper might say that its plug-in has taken
 * over: nothing of it may reach the client that the contract does not allow. */

#define PLUGIN_FAILED "2150858883"
#define X64           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

typedef struct
{
  char *folder;
  char *path;
  int listener;
  int fd;
  CfPluginFrameBuffer in;
  CfPluginFrameBuffer scratch;
  CfPluginRunner *runner;
  TestHelperClient *client;
} Fixture;

static CfPluginSettings settings = {
  .name = "Example",
  .file = "/usr/lib/example.so",
  .application = "wsman",
  .needs = CF_PLUGIN_NEEDS_GET,
  .start_msec = 30000,
  .cancel_msec = 10000,
  .shutdown_msec = 10000,
  .system_shutdown_msec = 3000,
};

static void
say (Fixture *f, CfPluginFrame frame)
{
  CfPluginFrameBuffer out = { NULL };

  g_assert_true (cf_plugin_frame_write (&frame, &out));
  g_assert_cmpint (send (f->fd, out.data, out.end, MSG_NOSIGNAL), ==, (ssize_t) out.end);
  cf_plugin_frame_buffer_clear (&out);
}

/* The next frame of the agent's is of that type. */
static void
expect (Fixture *f, CfPluginFrameType type, CfPluginFrame *frame)
{
  gsize size = 0;
  g_autoptr (GError) error = NULL;

  for (;;)
    {
      ssize_t n_read;

      g_assert_true (
        cf_plugin_frame_measure (f->in.data + f->in.start, f->in.end - f->in.start, &size, &error));
      if (size > 0)
        break;
      n_read = recv (f->fd, cf_plugin_frame_buffer_reserve (&f->in, 65536), 65536, MSG_DONTWAIT);
      if (n_read > 0)
        f->in.end += (gsize) n_read;
      else
        {
          g_assert_cmpint (n_read, ==, -1);
          g_assert_cmpint (errno, ==, EAGAIN);
          g_main_context_iteration (NULL, FALSE);
        }
    }
  g_assert_true (cf_plugin_frame_read (f->in.data + f->in.start, size, &f->scratch, frame, &error));
  f->in.start += size;
  g_assert_cmpint (frame->type, ==, type);
}

static void
begin (Fixture *f, CfPluginCallKind kind, guint64 id, guint64 shell, guint64 command)
{
  const CfPluginCall call = {
    .id = id,
    .kind = kind,
    .shell = shell,
    .command = command,
    .sender_name = "mara",
    .mechanism = "Basic",
    .resource_uri = "urn:example",
    .action = "urn:example/Do",
    .command_line = "do",
    .stream = "stdin",
    .code = "urn:terminate",
  };
  CfPluginFrame frame;

  cf_plugin_runner_begin (f->runner, &call);
  expect (f, CF_PLUGIN_FRAME_CALL, &frame);
  g_assert_cmpuint (frame.call.id, ==, id);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  CfPluginFrame frame;

  f->folder = g_dir_make_tmp ("curfew-lies-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "s", NULL);
  g_strlcpy (address.sun_path, f->path, sizeof address.sun_path);
  f->listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (f->listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (f->listener, 1), ==, 0);

  f->client = test_helper_client_new ();
  f->runner = cf_helper_runner_new_for_socket (&settings, f->path);
  cf_plugin_runner_set_client (f->runner, CF_PLUGIN_CLIENT (f->client));
  cf_plugin_runner_start (f->runner, 2);
  f->fd = accept (f->listener, NULL, NULL);
  g_assert_cmpint (f->fd, >=, 0);

  expect (f, CF_PLUGIN_FRAME_START, &frame);
  g_assert_cmpuint (frame.code, ==, 2);
  g_assert_cmpstr (frame.settings.file, ==, settings.file);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_STARTED });
  test_wait_for_state (f->runner, CF_PLUGIN_RUNNING);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (cf_plugin_runner_get_state (f->runner) < CF_PLUGIN_STOPPED)
    {
      shutdown (f->fd, SHUT_RDWR);
      test_wait_for_state (f->runner, CF_PLUGIN_FAILED);
    }
  g_assert_finalize_object (f->runner);
  g_assert_finalize_object (f->client);
  close (f->fd);
  close (f->listener);
  g_unlink (f->path);
  g_rmdir (f->folder);
  g_free (f->path);
  g_free (f->folder);
  cf_plugin_frame_buffer_clear (&f->in);
  cf_plugin_frame_buffer_clear (&f->scratch);
}

/* The connection is ended, for that reason, and call 1 was answered. */
static void
expect_end (Fixture *f, const char *why)
{
  test_wait_for_state (f->runner, CF_PLUGIN_FAILED);
  g_assert_nonnull (strstr (cf_plugin_runner_get_problem (f->runner), why));
  g_assert_nonnull (strstr (f->client->log->str, "completed 1 " PLUGIN_FAILED " "));
  g_assert_cmpuint (f->client->n_questions, ==, 0);
}

static void
test_truth (Fixture *f, gconstpointer data)
{
  const CfPluginObject object = { NULL, "Answer", NULL, 0 };
  CfPluginFrame frame;

  g_test_summary ("What a helper says in its turn reaches the client");

  begin (f, CF_PLUGIN_INVOKE, 1, 0, 0);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_SUBMIT,
                           .serial = 77,
                           .id = 1,
                           .shutdown = { .message = "Bye", .grace_period = 60 } });
  expect (f, CF_PLUGIN_FRAME_ANSWER, &frame);
  g_assert_cmpuint (frame.serial, ==, 77);
  g_assert_cmpuint (frame.code, ==, 1190);
  g_assert_false (frame.has_status);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_DESCRIBE, .serial = 78, .id = 1 });
  expect (f, CF_PLUGIN_FRAME_ANSWER, &frame);
  g_assert_cmpstr (frame.status.host_name, ==, "example");
  cf_plugin_frame_clear (&frame);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_OBJECT, .id = 1, .object = object });
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_COMPLETED, .id = 1, .text = "fine" });
  test_helper_client_wait (f->client, 1);
  test_helper_client_expect (f->client, "submit 1 60 Bye\n"
                                        "object 1 Answer\n"
                                        "completed 1 0 fine\n");
}

static void
test_late_child (Fixture *f, gconstpointer data)
{
  g_test_summary ("A shell is released after what was begun for it while it ended");

  begin (f, CF_PLUGIN_SHELL, 1, 0, 0);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_CONTEXT, .id = 1 });
  begin (f, CF_PLUGIN_COMMAND, 2, 1, 0);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_COMPLETED, .id = 1 });
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_RELEASED, .id = 1 });
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_COMPLETED, .id = 2, .code = 5 });
  test_helper_client_wait (f->client, 2);
  test_helper_client_expect (f->client, "context 1\n"
                                        "completed 1 0\n"
                                        "completed 2 5\n"
                                        "released 1\n");
}

static void
test_hung_up (Fixture *f, gconstpointer data)
{
  g_test_summary ("When the helper hangs up everything is answered and released, leaves first");

  begin (f, CF_PLUGIN_SHELL, 1, 0, 0);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_CONTEXT, .id = 1 });
  begin (f, CF_PLUGIN_COMMAND, 2, 1, 0);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_CONTEXT, .id = 2 });
  begin (f, CF_PLUGIN_RECEIVE, 3, 1, 2);
  begin (f, CF_PLUGIN_GET, 4, 0, 0);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_COMPLETED, .id = 2 });
  test_helper_client_wait (f->client, 1);
  shutdown (f->fd, SHUT_RDWR);
  test_wait_for_state (f->runner, CF_PLUGIN_FAILED);

#define HUNG_UP PLUGIN_FAILED " The process of the plug-in “Example” hung up\n"
  test_helper_client_expect (f->client, "context 1\n"
                                        "context 2\n"
                                        "completed 2 0\n"
                                        "completed 3 " HUNG_UP "completed 4 " HUNG_UP "released 2\n"
                                        "completed 1 " HUNG_UP "released 1\n");
}

typedef struct
{
  const char *name;
  CfPluginCallKind kind; /* of call 1 */
  CfPluginFrame first;   /* said before, if it has a type */
  CfPluginFrame said;
  const char *why;
} Lie;

static const Lie lies[] = {
  { "asks-for-nobody",
    CF_PLUGIN_GET,
    { 0 },
    { .type = CF_PLUGIN_FRAME_SUBMIT, .serial = 1, .id = 2 },
    "in the name of a request that is not open" },
  { "aborts-for-nobody",
    CF_PLUGIN_GET,
    { 0 },
    { .type = CF_PLUGIN_FRAME_ABORT, .serial = 1, .id = 0 },
    "in the name of a request that is not open" },
  { "describes-for-nobody",
    CF_PLUGIN_GET,
    { 0 },
    { .type = CF_PLUGIN_FRAME_DESCRIBE, .serial = 1, .id = 2 },
    "in the name of a request that is not open" },
  { "refuses-for-nobody",
    CF_PLUGIN_GET,
    { 0 },
    { .type = CF_PLUGIN_FRAME_REFUSE, .serial = 1, .id = 2, .text = "x" },
    "in the name of a request that is not open" },
  { "asks-for-one-that-ended",
    CF_PLUGIN_SHELL,
    { .type = CF_PLUGIN_FRAME_CONTEXT, .id = 1 },
    { .type = CF_PLUGIN_FRAME_SUBMIT, .serial = 1, .id = 2 },
    "in the name of a request that is not open" },
  { "answers-another",
    CF_PLUGIN_GET,
    { 0 },
    { .type = CF_PLUGIN_FRAME_COMPLETED, .id = 2 },
    "answers a request that is not open" },
  { "has-context-of-get",
    CF_PLUGIN_GET,
    { 0 },
    { .type = CF_PLUGIN_FRAME_CONTEXT, .id = 1 },
    "what is not for it" },
  { "has-two-contexts",
    CF_PLUGIN_SHELL,
    { .type = CF_PLUGIN_FRAME_CONTEXT, .id = 1 },
    { .type = CF_PLUGIN_FRAME_CONTEXT, .id = 1 },
    "what is not for it" },
  { "has-object-of-shell",
    CF_PLUGIN_SHELL,
    { 0 },
    { .type = CF_PLUGIN_FRAME_OBJECT, .id = 1, .object = { .name = "Answer" } },
    "what is not for it" },
  { "has-two-objects",
    CF_PLUGIN_GET,
    { .type = CF_PLUGIN_FRAME_OBJECT, .id = 1, .object = { .name = "Answer" } },
    { .type = CF_PLUGIN_FRAME_OBJECT, .id = 1, .object = { .name = "Answer" } },
    "what is not for it" },
  { "has-output-of-get",
    CF_PLUGIN_GET,
    { 0 },
    { .type = CF_PLUGIN_FRAME_OUTPUT, .id = 1 },
    "what is not for it" },
  { "has-endless-state",
    CF_PLUGIN_GET,
    { 0 },
    { .type = CF_PLUGIN_FRAME_OUTPUT, .id = 1, .output = { .state = X64 X64 X64 X64 "x" } },
    "a state that is too long" },
  { "releases-open-shell",
    CF_PLUGIN_SHELL,
    { .type = CF_PLUGIN_FRAME_CONTEXT, .id = 1 },
    { .type = CF_PLUGIN_FRAME_RELEASED, .id = 1 },
    "releases what it does not hold" },
  { "starts-twice", CF_PLUGIN_GET, { 0 }, { .type = CF_PLUGIN_FRAME_STARTED }, "a second time" },
  { "stops-by-itself",
    CF_PLUGIN_GET,
    { 0 },
    { .type = CF_PLUGIN_FRAME_STOPPED },
    "it cannot have" },
  { "speaks-as-agent",
    CF_PLUGIN_GET,
    { 0 },
    { .type = CF_PLUGIN_FRAME_CANCEL, .id = 1 },
    "from the wrong side" },
};

static void
test_lie (Fixture *f, gconstpointer data)
{
  const Lie *lie = data;

  g_test_summary ("A lie ends the connection, and reaches nobody");

  begin (f, lie->kind, 1, 0, 0);
  if (lie->first.type != 0)
    say (f, lie->first);
  say (f, lie->said);
  expect_end (f, lie->why);
}

static void
test_garbage (Fixture *f, gconstpointer data)
{
  g_test_summary ("What is no frame ends the connection");

  begin (f, CF_PLUGIN_GET, 1, 0, 0);
  g_assert_cmpint (send (f->fd, "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL), ==, 18);
  expect_end (f, "no frame");
}

static void
test_impatience (Fixture *f, gconstpointer data)
{
  CfPluginFrameBuffer out = { NULL };
  const CfPluginFrame question = { .type = CF_PLUGIN_FRAME_DESCRIBE, .serial = 1, .id = 1 };

  g_test_summary ("A helper asks one thing at a time, so that it cannot keep the agent busy");

  begin (f, CF_PLUGIN_GET, 1, 0, 0);
  cf_plugin_frame_write (&question, &out);
  cf_plugin_frame_write (&question, &out);
  g_assert_cmpint (send (f->fd, out.data, out.end, MSG_NOSIGNAL), ==, (ssize_t) out.end);
  cf_plugin_frame_buffer_clear (&out);
  test_wait_for_state (f->runner, CF_PLUGIN_FAILED);
  g_assert_nonnull (
    strstr (cf_plugin_runner_get_problem (f->runner), "without waiting for answers"));
  g_assert_cmpuint (f->client->n_questions, ==, 1);
}

static void
ask (Fixture *f, CfPluginFrameType type, guint64 id)
{
  CfPluginFrame frame;

  say (f, (CfPluginFrame){ .type = type, .serial = 1, .id = id });
  expect (f, CF_PLUGIN_FRAME_ANSWER, &frame);
  cf_plugin_frame_clear (&frame);
}

/* What is put on record, and how often a plug-in may ask it for one request. */
static void
test_too_many_requests (Fixture *f, gconstpointer data)
{
  static const CfPluginFrameType types[] = { CF_PLUGIN_FRAME_SUBMIT, CF_PLUGIN_FRAME_REFUSE,
                                             CF_PLUGIN_FRAME_ABORT };
  const CfPluginFrameType *last = data;

  g_test_summary ("A helper cannot fill the records: it may ask 16 times for one request");

  begin (f, CF_PLUGIN_GET, 1, 0, 0);
  begin (f, CF_PLUGIN_GET, 2, 0, 0);
  for (guint i = 0; i < 16; i++)
    ask (f, types[i % G_N_ELEMENTS (types)], 1);
  ask (f, CF_PLUGIN_FRAME_DESCRIBE, 1);
  ask (f, *last, 2);
  g_assert_cmpuint (f->client->n_questions, ==, 18);

  say (f, (CfPluginFrame){ .type = *last, .serial = 1, .id = 1 });
  test_wait_for_state (f->runner, CF_PLUGIN_FAILED);
  g_assert_nonnull (strstr (cf_plugin_runner_get_problem (f->runner), "asks too often"));
  g_assert_cmpuint (f->client->n_questions, ==, 18);
}

static void
test_too_many_looks (Fixture *f, gconstpointer data)
{
  g_test_summary ("It may look at the shutdown a thousand times for one request");

  begin (f, CF_PLUGIN_GET, 1, 0, 0);
  for (guint i = 0; i < 1000; i++)
    ask (f, CF_PLUGIN_FRAME_DESCRIBE, 1);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_DESCRIBE, .serial = 1, .id = 1 });
  test_wait_for_state (f->runner, CF_PLUGIN_FAILED);
  g_assert_nonnull (strstr (cf_plugin_runner_get_problem (f->runner), "asks too often"));
  g_assert_cmpuint (f->client->n_questions, ==, 1000);
}

static void
test_flood (Fixture *f, gconstpointer data)
{
  g_autofree char *piece = g_strnfill (CF_PLUGIN_FRAME_PIECE, 'x');
  g_autoptr (GBytes) octets = g_bytes_new_static (piece, CF_PLUGIN_FRAME_PIECE);
  CfPluginFrame output = { .type = CF_PLUGIN_FRAME_OUTPUT,
                           .id = 2,
                           .output = { .stream = "stdout", .data = octets } };
  const guint n_allowed = CF_PLUGIN_FRAME_WINDOW / CF_PLUGIN_FRAME_PIECE;

  g_test_summary ("More output than the agent holds ends the connection; acknowledged it does not");

  begin (f, CF_PLUGIN_SHELL, 1, 0, 0);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_CONTEXT, .id = 1 });
  begin (f, CF_PLUGIN_RECEIVE, 2, 1, 0);
  for (guint i = 0; i < n_allowed; i++)
    {
      say (f, output);
      while (f->client->output->len < (i + 1) * CF_PLUGIN_FRAME_PIECE)
        g_main_context_iteration (NULL, TRUE);
    }
  g_assert_cmpint (cf_plugin_runner_get_state (f->runner), ==, CF_PLUGIN_RUNNING);

  cf_plugin_runner_acknowledge (f->runner, 2, 1);
  say (f, output);
  while (f->client->output->len < (n_allowed + 1) * CF_PLUGIN_FRAME_PIECE)
    g_main_context_iteration (NULL, TRUE);

  say (f, output);
  expect_end (f, "what is not for it");
  g_assert_cmpuint (f->client->output->len, ==, (n_allowed + 1) * CF_PLUGIN_FRAME_PIECE);
}

static void
test_deaf (Fixture *f, gconstpointer data)
{
  g_autofree char *text = g_strnfill (512 * 1024, 'x');
  const CfPluginCall call = { .id = 2,
                              .kind = CF_PLUGIN_INVOKE,
                              .resource_uri = "urn:example",
                              .action = "urn:example/Do",
                              .url = text };

  g_test_summary ("A helper that reads nothing is given up, and nobody waits for it");

  begin (f, CF_PLUGIN_GET, 1, 0, 0);
  for (guint i = 0; i < 40; i++)
    {
      CfPluginCall one = call;

      one.id += i;
      cf_plugin_runner_begin (f->runner, &one);
    }
  expect_end (f, "does not read");
  g_assert_cmpuint (f->client->n_completed, ==, 41);
}

/* With time-outs that pass at once, but for the second that the helper has more than its plug-in.
 */
static void
set_up_impatient (Fixture *f, gconstpointer data)
{
  settings.cancel_msec = settings.shutdown_msec = settings.system_shutdown_msec = 0;
  set_up (f, data);
}

static void
tear_down_impatient (Fixture *f, gconstpointer data)
{
  tear_down (f, data);
  settings.cancel_msec = settings.shutdown_msec = 10000;
  settings.system_shutdown_msec = 3000;
}

static void
test_cancel_ignored (Fixture *f, gconstpointer data)
{
  g_test_summary ("A helper that does not even say that its plug-in hangs is given up");

  begin (f, CF_PLUGIN_GET, 1, 0, 0);
  cf_plugin_runner_cancel (f->runner, 1);
  expect_end (f, "did not end a request in time");
}

static void
test_release_forgotten (Fixture *f, gconstpointer data)
{
  g_test_summary ("So is one that never releases a shell that has ended");

  begin (f, CF_PLUGIN_SHELL, 1, 0, 0);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_CONTEXT, .id = 1 });
  if (data != NULL)
    cf_plugin_runner_cancel (f->runner, 1);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_COMPLETED, .id = 1 });
  test_wait_for_state (f->runner, CF_PLUGIN_FAILED);
  g_assert_nonnull (
    strstr (cf_plugin_runner_get_problem (f->runner), "did not end a request in time"));
  test_helper_client_expect (f->client, "context 1\n"
                                        "completed 1 0\n"
                                        "released 1\n");
}

static void
test_children_forgotten (Fixture *f, gconstpointer data)
{
  CfPluginFrame frame;

  g_test_summary ("So is one that never ends what belongs to a shell that has ended, whatever is "
                  "left of its output");

  begin (f, CF_PLUGIN_SHELL, 1, 0, 0);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_CONTEXT, .id = 1 });
  begin (f, CF_PLUGIN_COMMAND, 2, 1, 0);
  begin (f, CF_PLUGIN_RECEIVE, 3, 1, 2);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_COMPLETED, .id = 1 });
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_RELEASED, .id = 1 });
  expect (f, CF_PLUGIN_FRAME_CANCEL, &frame);
  g_assert_cmpuint (frame.id, ==, 3);
  test_wait_for_state (f->runner, CF_PLUGIN_FAILED);
  g_assert_nonnull (
    strstr (cf_plugin_runner_get_problem (f->runner), "did not end a request in time"));
  g_assert_true (g_str_has_suffix (f->client->log->str, "released 1\n"));
  g_assert_cmpuint (f->client->n_completed, ==, 3);
}

static void
test_slow_client (void)
{
  g_autoptr (CfPluginFrameCalls) calls = cf_plugin_frame_calls_new ();
  CfPluginFrameCall *call;

  g_test_summary ("A helper is not blamed for output that the agent does not take");

  cf_plugin_frame_calls_add (calls, &(CfPluginCall){ .id = 1, .kind = CF_PLUGIN_SHELL });
  cf_plugin_frame_calls_add (calls,
                             &(CfPluginCall){ .id = 2, .kind = CF_PLUGIN_RECEIVE, .shell = 1 });
  call = cf_plugin_frame_calls_get_open (calls, 2);
  call->deadline = 1000;
  call->unacknowledged = CF_PLUGIN_FRAME_WINDOW;
  g_assert_cmpint (cf_plugin_frame_calls_get_deadline (calls), ==, -1);
  call->unacknowledged--;
  g_assert_cmpint (cf_plugin_frame_calls_get_deadline (calls), ==, 1000);
  call->unacknowledged++;
  call->is_cancelled = TRUE;
  g_assert_cmpint (cf_plugin_frame_calls_get_deadline (calls), ==, 1000);
}

static void
test_stop_ignored (Fixture *f, gconstpointer data)
{
  g_test_summary ("So is one that does not stop");

  begin (f, CF_PLUGIN_GET, 1, 0, 0);
  cf_plugin_runner_stop (f->runner, 2);
  expect_end (f, "did not shut down in time");
}

static void
test_stopped (Fixture *f, gconstpointer data)
{
  CfPluginFrame frame;

  g_test_summary ("A stop is passed on, ends nothing by itself, and takes no new calls");

  begin (f, CF_PLUGIN_GET, 1, 0, 0);
  cf_plugin_runner_stop (f->runner, 4);
  g_assert_cmpint (cf_plugin_runner_get_state (f->runner), ==, CF_PLUGIN_STOPPING);
  expect (f, CF_PLUGIN_FRAME_STOP, &frame);
  g_assert_cmpuint (frame.code, ==, 4);
  cf_plugin_runner_begin (f->runner, &(CfPluginCall){ .id = 2, .kind = CF_PLUGIN_GET });
  test_helper_client_expect (f->client, "completed 2 995\n");
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_COMPLETED, .id = 1, .code = 1223 });
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_STOPPED });
  test_wait_for_state (f->runner, CF_PLUGIN_STOPPED);
  test_helper_client_expect (f->client, "completed 1 1223\n");
}

static void
test_idle (Fixture *f, gconstpointer data)
{
  g_test_summary ("Ready for shutdown counts if the helper knew of every call then");

  begin (f, CF_PLUGIN_GET, 1, 0, 0);
  begin (f, CF_PLUGIN_GET, 2, 0, 0);
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_IDLE, .number = 1 });
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_COMPLETED, .id = 1 });
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_COMPLETED, .id = 2 });
  test_helper_client_wait (f->client, 2);
  g_assert_false (cf_plugin_runner_is_idle (f->runner));
  say (f, (CfPluginFrame){ .type = CF_PLUGIN_FRAME_IDLE, .number = 2 });
  while (!cf_plugin_runner_is_idle (f->runner))
    g_main_context_iteration (NULL, TRUE);
  begin (f, CF_PLUGIN_GET, 3, 0, 0);
  g_assert_false (cf_plugin_runner_is_idle (f->runner));
}

static void
test_nobody (void)
{
  g_autoptr (TestHelperClient) client = test_helper_client_new ();
  g_autoptr (CfPluginRunner)
    runner = cf_helper_runner_new_for_socket (&settings, "/nowhere/socket");

  g_test_summary ("Where nobody listens, the runner fails with a sentence");

  cf_plugin_runner_set_client (runner, CF_PLUGIN_CLIENT (client));
  cf_plugin_runner_start (runner, 0);
  test_wait_for_state (runner, CF_PLUGIN_FAILED);
  g_assert_nonnull (strstr (cf_plugin_runner_get_problem (runner), "/nowhere/socket: No such"));
  cf_plugin_runner_begin (runner, &(CfPluginCall){ .id = 1, .kind = CF_PLUGIN_GET });
  g_assert_cmpuint (client->n_completed, ==, 1);
  g_assert_cmpuint (client->last_code, ==, 0x80338083);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  static const CfPluginFrameType submit = CF_PLUGIN_FRAME_SUBMIT;
  static const CfPluginFrameType refuse = CF_PLUGIN_FRAME_REFUSE;
  static const CfPluginFrameType abort_ = CF_PLUGIN_FRAME_ABORT;

  g_test_init (&argc, &argv, NULL);

  ADD ("/plugin-host/helper/truth-arrives", test_truth);
  ADD ("/plugin-host/helper/released-after-late-child", test_late_child);
  ADD ("/plugin-host/helper/hung-up-answers-all", test_hung_up);
  ADD ("/plugin-host/helper/garbage-ends-it", test_garbage);
  ADD ("/plugin-host/helper/impatience-ends-it", test_impatience);
  ADD ("/plugin-host/helper/too-many-looks-end-it", test_too_many_looks);
  g_test_add ("/plugin-host/helper/too-many-requests-end-it/submit", Fixture, &submit, set_up,
              test_too_many_requests, tear_down);
  g_test_add ("/plugin-host/helper/too-many-requests-end-it/refuse", Fixture, &refuse, set_up,
              test_too_many_requests, tear_down);
  g_test_add ("/plugin-host/helper/too-many-requests-end-it/abort", Fixture, &abort_, set_up,
              test_too_many_requests, tear_down);
  ADD ("/plugin-host/helper/flood-ends-it", test_flood);
  ADD ("/plugin-host/helper/deaf-is-given-up", test_deaf);
  ADD ("/plugin-host/helper/stop-is-passed-on", test_stopped);
  ADD ("/plugin-host/helper/idle-knows-all-calls", test_idle);
  g_test_add ("/plugin-host/helper/cancel-ignored-ends-it", Fixture, NULL, set_up_impatient,
              test_cancel_ignored, tear_down_impatient);
  g_test_add ("/plugin-host/helper/release-forgotten-ends-it", Fixture, NULL, set_up_impatient,
              test_release_forgotten, tear_down_impatient);
  g_test_add ("/plugin-host/helper/release-forgotten-ends-it/cancelled", Fixture, "",
              set_up_impatient, test_release_forgotten, tear_down_impatient);
  g_test_add ("/plugin-host/helper/children-forgotten-end-it", Fixture, NULL, set_up_impatient,
              test_children_forgotten, tear_down_impatient);
  g_test_add_func ("/plugin-host/helper/slow-client-is-waited-for", test_slow_client);
  g_test_add ("/plugin-host/helper/stop-ignored-ends-it", Fixture, NULL, set_up_impatient,
              test_stop_ignored, tear_down_impatient);
  g_test_add_func ("/plugin-host/helper/nobody-listens", test_nobody);
  for (gsize i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autofree char *path = g_strconcat ("/plugin-host/helper/lie/", lies[i].name, NULL);

      g_test_add (path, Fixture, &lies[i], set_up, test_lie, tear_down);
    }

  return g_test_run ();
}
