/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "plugin-api/wsman-plugin.h"

#include "plugin-host/cf-plugin-runner.h"
#include "recorder.h"

/* A host of one plug-in of ../fixtures, and all that its client is told. */

typedef struct
{
  guint n_contexts;
  guint n_objects;
  guint n_completed;
  guint n_released;
  guint n_outputs;
  guint32 code;
  char *information; /* (nullable) */
  char *object;      /* (nullable): Name(a=b c=d) */
  GByteArray *data;
  gsize largest;     /* of the outputs */
  char *state;       /* (nullable): the last one */
  guint32 exit_code; /* of the state Done */
} Answer;

typedef struct _Client Client;

typedef struct
{
  CfPluginRunner *runner;
  Client *client;
  guint64 last_id;
} Host;

/* Waits as long as meson does: what never becomes true is a failure. */
#define WAIT_FOR(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
  }                                                                                                \
  G_STMT_END

/* For a test that makes a module fail: that lasts as long as the process. */
#define IN_A_PROCESS_OF_ITS_OWN()                                                                  \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (!g_test_subprocess ())                                                                     \
      {                                                                                            \
        g_test_trap_subprocess (NULL, 0, 0);                                                       \
        g_test_trap_assert_passed ();                                                              \
        return;                                                                                    \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

#define EVERYTHING (CF_PLUGIN_NEEDS_SHELL | CF_PLUGIN_NEEDS_GET | CF_PLUGIN_NEEDS_INVOKE)

void conformance_init (int *argc, char ***argv);

/* Whether plug-ins run in a process of their own: so says CURFEW_CONFORMANCE_PROCESS. */
extern gboolean conformance_has_processes;
void conformance_let_run (void);

Host *host_new (const char *fixture);
Host *host_new_with (const char *fixture, const CfPluginSettings *changes);
Host *host_new_for_runner (CfPluginRunner *runner);
Host *host_new_started (const char *fixture);
void host_start (Host *self, guint32 flags);
void host_stop (Host *self, guint32 reason);
void host_free (Host *self);
char *fixture_path (const char *fixture);
gboolean fixture_is_loaded (const char *fixture);

guint64 host_get (Host *self);
guint64 host_invoke (Host *self, const char *verb);
guint64 host_invoke_with (Host *self, const char *verb, const CfPluginObject *input);
guint64 host_shell (Host *self, const char *name);
guint64 host_shell_with (Host *self, const char *name, const CfPluginOption *options,
                         gsize n_options);
guint64 host_command (Host *self, guint64 shell, const char *line, const char *argument);
guint64 host_receive (Host *self, guint64 shell, guint64 command);
guint64 host_send (Host *self, guint64 shell, guint64 command, const char *data, gsize size,
                   gboolean is_last);
guint64 host_signal (Host *self, guint64 shell, guint64 command, const char *code);
guint64 host_connect (Host *self, guint64 shell);

const Answer *host_answer (Host *self, guint64 id);
void host_wait_completed (Host *self, guint64 id);
void host_wait_context (Host *self, guint64 id);
guint64 host_open_shell (Host *self, const char *name);
guint64 host_open_command (Host *self, guint64 shell, const char *line, const char *argument);

/* Line before comes before line after, and both are there. */
void assert_order (const char *before, const char *after);
void assert_line (const char *line);
