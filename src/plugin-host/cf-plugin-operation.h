/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pthread.h>

#include "cf-plugin-call.h"
#include "plugin-api/curfew-plugin.h"

G_BEGIN_DECLS

typedef struct _CfPluginEngine CfPluginEngine;
typedef struct _CfPluginOperation CfPluginOperation;
typedef struct _CfPluginDetails CfPluginDetails;

/**
 * CfPluginStage:
 * @CF_PLUGIN_STAGE_WAITING: for the plug-in to have started
 * @CF_PLUGIN_STAGE_QUEUED: for a thread
 * @CF_PLUGIN_STAGE_OPEN: the entry point has been called
 * @CF_PLUGIN_STAGE_COMPLETED: the plug-in, or the host in its place, has answered
 */
typedef enum
{
  CF_PLUGIN_STAGE_WAITING,
  CF_PLUGIN_STAGE_QUEUED,
  CF_PLUGIN_STAGE_OPEN,
  CF_PLUGIN_STAGE_COMPLETED,
} CfPluginStage;

typedef enum
{
  CF_PLUGIN_CALLBACK_NONE,
  CF_PLUGIN_CALLBACK_REGISTERED,
  CF_PLUGIN_CALLBACK_RUNNING,
  CF_PLUGIN_CALLBACK_DONE,
} CfPluginCallbackState;

/* what one chunk of the memory for parameters holds that needs no allocation of its own */
#define CF_PLUGIN_DETAILS_INLINE 1024

/**
 * CfPluginOperation:
 *
 * One request to a plug-in, as the host sees it; the plug-in sees no more than @request, whose
 * address is that of the whole. All of it but what is passed to the entry point is to be touched
 * with the lock (cf_plugin_lock()) only.
 */
struct _CfPluginOperation
{
  WSMAN_PLUGIN_REQUEST request;

  CfPluginEngine *engine;
  guint64 id;
  CfPluginCallKind kind;
  guint32 max_envelope_size;
  guint32 timeout_msec;
  guint n_refs;

  /* the tree: what belongs to a shell, and what to a command */
  CfPluginOperation *parent;
  CfPluginOperation *children;
  CfPluginOperation *previous;
  CfPluginOperation *next;

  CfPluginStage stage;
  guint n_inside;      /* threads in the entry point or in the callback */
  guint is_inline : 1; /* the entry point is on the stack of the main context's thread */
  guint is_completing : 1;
  guint is_cancelled : 1;
  guint is_outlived : 1; /* cancelled since what it belongs to had ended */
  guint has_context : 1;
  guint is_releasing : 1;
  guint is_released : 1;
  guint is_watched : 1;
  guint has_details : 1;

  /* as plug-in and host know it */
  PVOID context;
  int event; /* the descriptor in @request */
  gboolean event_is_written;
  WSMAN_PLUGIN_SHUTDOWN_CALLBACK callback;
  PVOID callback_context;
  CfPluginCallbackState callback_state;
  pthread_t callback_thread;

  /* the answer */
  guint32 code;
  char *extended_information; /* (owned) (nullable), from malloc() */
  CfPluginObject *object;     /* (owned) (nullable), one block from malloc() */
  gsize n_unacknowledged;     /* octets of output */
  guint n_undelivered;        /* outputs */

  gint64 deadline; /* while it is watched */
  GList watch_link;

  /* parameters of the entry point, beside @request */
  PCWSTR text; /* action, command line, stream or signal code */
  CURFEW_OBJECT *input;
  WSMAN_SHELL_STARTUP_INFO_V11 *startup;
  WSMAN_DATA *inbound;
  WSMAN_COMMAND_ARG_SET *arguments;
  WSMAN_STREAM_ID_SET *streams;
  DWORD flags;
  PVOID shell_context;
  PVOID command_context;
  GBytes *data; /* (owned) (nullable) */

  CfPluginDetails *details; /* (owned) (nullable): what did not fit in here: */
  gsize n_inline;
  /* from here on it is not cleared for the next operation */
  pthread_cond_t changed; /* cancelled, completed, acknowledged, answered */
  _Alignas(8) guint8 inline_details[CF_PLUGIN_DETAILS_INLINE];
};

void cf_plugin_lock (void);
void cf_plugin_unlock (void);
pthread_mutex_t *cf_plugin_get_lock (void);

CfPluginOperation *cf_plugin_operation_new (CfPluginEngine *engine);
void cf_plugin_operation_fill (CfPluginOperation *self, const CfPluginCall *call);
CfPluginOperation *cf_plugin_operation_ref (CfPluginOperation *self);
void cf_plugin_operation_unref (CfPluginOperation *self);
void cf_plugin_operation_keep (CfPluginOperation *self);

void cf_plugin_operation_publish (CfPluginOperation *self);
void cf_plugin_operation_retract (CfPluginOperation *self, gboolean poisons);
CfPluginOperation *cf_plugin_operation_lookup (const WSMAN_PLUGIN_REQUEST *request);

void cf_plugin_operation_forget_details (CfPluginOperation *self);
void cf_plugin_operation_notify (CfPluginOperation *self);

G_END_DECLS
