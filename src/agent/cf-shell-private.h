/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the parts of a shell know of each other: cf-shell.c (the whole), cf-shell-create.c (how it
 * begins and ends), cf-shell-action.c (what clients ask), cf-shell-session.c (whether a client is
 * there), and of commands. */

#include "cf-plugin-request.h"
#include "cf-shell-call.h"
#include "cf-shell-request.h"
#include "cf-shell.h"

G_BEGIN_DECLS

typedef struct _CfShellCommand CfShellCommand;
typedef struct _CfShellReceiver CfShellReceiver;
typedef struct _CfShellSender CfShellSender;

typedef enum
{
  CF_SHELL_CREATING,
  CF_SHELL_LIVE,
  CF_SHELL_ENDING, /* nobody finds it any more */
} CfShellState;

struct _CfShell
{
  grefcount references;

  /* set once */
  CfPlugin *plugin;   /* (owned) */
  char *id;           /* (owned) */
  char *owner;        /* (owned) */
  char *owner_key;    /* (owned) */
  char *resource_uri; /* (owned) */
  char *client_ip;    /* (owned) (nullable) */
  char *name;         /* (owned) (nullable) */
  char **input_streams;
  char **output_streams;

  CfShellState state;
  CfShellCall call;
  gboolean is_released;
  CfShellGone gone; /* (nullable) */
  gpointer gone_data;

  CfShellRequest *creating;  /* (owned) (nullable): Create */
  CfShellRequest *deleting;  /* (owned) (nullable): Delete */
  CfShellReceiver *receiver; /* (owned): of the shell itself */
  CfShellSender *sender;     /* (owned): of the shell itself */
  GPtrArray *commands;       /* (owned) (element-type CfShellCommand) */

  gboolean is_disconnected;
  gboolean drops_output; /* while it is disconnected */

  gint64 created_usec; /* monotonic */
  gint64 used_usec;    /* monotonic: when an operation last began or ended */
  guint n_uses;        /* operations that are not answered yet */
  guint idle_id;
  gint64 idle_timeout_msec;
};

void cf_shell_begin_use (CfShell *self);
void cf_shell_end_use (CfShell *self);

const WsmPluginQuotas *cf_shell_get_quotas (const CfShell *self);
gint64 cf_shell_limit_idle_timeout (const CfShell *self, gint64 asked_msec);
void cf_shell_stop_waiting (CfShell *self, guint32 code, const char *reason);
WsmShellMessage *cf_shell_describe (CfShell *self, WsmShellMessageKind kind);

/* cf-shell-session.c */
void cf_shell_disconnect (CfShell *self, WsmOperation *operation);
void cf_shell_reconnect (CfShell *self, WsmOperation *operation);
void cf_shell_connect (CfShell *self, WsmOperation *operation);

/* for its parts */
char *cf_shell_choose_id (const char *asked, gboolean is_free);
void cf_shell_refuse (WsmOperation *operation, WsmFaultKind kind, const char *reason_format, ...)
  G_GNUC_PRINTF (3, 4);
void cf_shell_refuse_with_code (WsmOperation *operation, guint32 code, const char *reason);

G_END_DECLS
