/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/cf-shells.h"

/* A plug-in that does nothing but note what it is asked: the test answers in its place. Linked
 * instead of cf-plugin.c. */

typedef struct
{
  guint64 id;
  CfPluginCallKind kind;
  guint64 shell;
  guint64 command;
  char *text;        /* command line, stream, signal code, or open content */
  char **names;      /* arguments, or output streams */
  char *variables;   /* of a shell: NAME=value, joined by spaces */
  GBytes *data;      /* of Send */
  gboolean end;      /* of Send */
  guint32 idle_msec; /* of a shell */
  gsize n_options;
  gsize n_acknowledged; /* octets */
  gboolean is_cancelled;
  gboolean is_reported;
  gboolean is_completed;
  CfPluginCallEvents events;
  gpointer user_data;
} Call;

/* An operation and its answer. */
typedef struct
{
  GCancellable *cancellable;
  WsmEnvelope *request;
  guint n_answers;
  WsmShellMessage *shell; /* (nullable) */
  WsmFault *fault;        /* (nullable); neither is an empty body */
} Asked;

typedef struct
{
  WsmPluginConfiguration configuration;
  WsmPluginResource resource;
  CfPlugin *plugin;
  CfPluginRoute route;
  CfShells *shells;
  WsmPrincipal *mara;
  WsmPrincipal *kim;
  GPtrArray *asked;
  guint32 max_envelope_size;
  char *shell_id;   /* of open_shell() */
  char *command_id; /* of open_command() */
} Fixture;

void fixture_set_up (Fixture *f, gconstpointer data);
void fixture_tear_down (Fixture *f, gconstpointer data);
void fixture_drop_shells (Fixture *f);

/* what the plug-in was asked so far, and the last of it */
guint count_calls (Fixture *f);
Call *get_call (Fixture *f, guint index);
Call *last_call (Fixture *f, CfPluginCallKind kind);

/* what the plug-in answers */
void set_begin_hook (Fixture *f, void (*hook) (Call *call));
void refuse_begin (Fixture *f, guint32 code);
void report (Call *call);
void put_out (Call *call, const char *stream, const char *text);
void put_out_octets (Call *call, const char *stream, gconstpointer octets, gsize size);
void put_out_end (Call *call, const char *stream);
void put_out_done (Call *call, guint32 exit_code);
void complete (Call *call, guint32 code, const char *extended_information);
void release (Call *call);

/* what a client asks */
Asked *ask_as (Fixture *f, WsmPrincipal *caller, const char *action, const char *shell_id,
               const char *body);
Asked *ask (Fixture *f, const char *action, const char *body);
Asked *ask_create (Fixture *f, const char *attributes, const char *content);
Asked *ask_command (Fixture *f, const char *attributes, const char *content);
Asked *ask_receive (Fixture *f, const char *streams);
Asked *ask_send (Fixture *f, const char *stream, const char *base64, gboolean end);
Asked *ask_signal (Fixture *f, const char *name);
Call *open_shell (Fixture *f);
Call *open_command (Fixture *f);

void settle (void);
void assert_waits (Asked *asked);
void assert_fault (Asked *asked, WsmFaultKind kind, guint32 code);
WsmShellMessage *assert_answer (Asked *asked, WsmShellMessageKind kind);
void assert_empty (Asked *asked);
char *dup_stream (WsmShellMessage *message, const char *name, gboolean *ended);

/* about commands */
guint count_kind (Fixture *f, CfPluginCallKind kind);
char *dup_output (Asked *asked);
void assert_done (Asked *asked, guint32 exit_code);
void assert_running (Asked *asked);
Call *open_receive (Fixture *f, Asked **asked);

#define assert_output(asked, expected)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *output = dup_output (asked);                                                  \
    g_assert_cmpstr (output, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END
