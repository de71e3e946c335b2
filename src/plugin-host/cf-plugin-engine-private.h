/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-engine.h"
#include "cf-plugin-module.h"
#include "cf-plugin-operation.h"

G_BEGIN_DECLS

typedef enum
{
  CF_PLUGIN_PHASE_IDLE,
  CF_PLUGIN_PHASE_STARTING,
  CF_PLUGIN_PHASE_RUNNING,
  CF_PLUGIN_PHASE_STOPPING,
  CF_PLUGIN_PHASE_STOPPED,
  CF_PLUGIN_PHASE_FAILED,
} CfPluginPhase;

typedef enum
{
  CF_PLUGIN_EVENT_STARTED,
  CF_PLUGIN_EVENT_CONTEXT,
  CF_PLUGIN_EVENT_OUTPUT,
  CF_PLUGIN_EVENT_COMPLETED,
  CF_PLUGIN_EVENT_RELEASED,
  CF_PLUGIN_EVENT_ASK,
  CF_PLUGIN_EVENT_IDLE,
  CF_PLUGIN_EVENT_ENDED,
} CfPluginEventType;

typedef enum
{
  CF_PLUGIN_ASK_SUBMIT,
  CF_PLUGIN_ASK_REFUSE,
  CF_PLUGIN_ASK_ABORT,
  CF_PLUGIN_ASK_DESCRIBE,
} CfPluginAskType;

typedef enum
{
  CF_PLUGIN_ASK_QUEUED,
  CF_PLUGIN_ASK_RUNNING,
  CF_PLUGIN_ASK_DONE,
} CfPluginAskState;

/* What a thread of the plug-in wants to know of the client; on the stack of that thread. */
typedef struct
{
  CfPluginAskType type;
  const CfPluginShutdown *shutdown;
  const char *text;
  guint32 code;
  CfPluginStatus *status;

  CfPluginAskState state; /* with the lock */
} CfPluginAsk;

typedef struct _CfPluginEvent CfPluginEvent;
struct _CfPluginEvent
{
  CfPluginEvent *next;
  CfPluginEventType type;
  CfPluginOperation *operation; /* (owned) (nullable) */
  CfPluginAsk *ask;
  guint64 n_begun; /* of IDLE: how many calls there had been */
  /* of OUTPUT: */
  CfPluginOutput output;
  char *stream; /* (owned), from malloc(), as is: */
  char *command_state;
};

typedef enum
{
  CF_PLUGIN_WORK_STARTUP,
  CF_PLUGIN_WORK_RELEASE,
  CF_PLUGIN_WORK_CALLBACK,
  CF_PLUGIN_WORK_SHUTDOWN,
} CfPluginWorkType;

/* One thing after the other, on whatever thread. */
typedef struct
{
  CfPluginEngine *engine;
  GQueue work; /* of (owned) CfPluginWork */
  gboolean is_running;
} CfPluginLane;

/* With the lock, but for what is marked. */
struct _CfPluginEngine
{
  guint n_refs;

  /* set once */
  char *name;
  char *file;
  char16_t *application;
  char16_t *extra_info;
  char16_t *name16;
  char16_t *run_as_user16;
  CfPluginSettings settings; /* the numbers; no texts */
  pthread_t thread;          /* of the main context */
  GMainContext *main_context;
  GSource *source;
  GThreadPool *pool; /* for entry points of operations */

  /* of the main context's thread, without the lock */
  CfPluginRunner *runner; /* not owned */
  gboolean keeps_runner;

  CfPluginPhase phase;
  guint32 start_flags;
  guint32 reason;
  char *problem; /* (owned) (nullable) */
  gboolean unloads;

  CfPluginModule *module;         /* (owned) (nullable) */
  const CfPluginEntries *entries; /* (nullable), of @module */
  PVOID context;
  gboolean is_shutting_down;
  gboolean is_started;  /* Startup succeeded, and Shutdown has not returned */
  gboolean is_starting; /* Startup is on the stack of: */
  pthread_t starting_thread;

  GHashTable *by_id;             /* (owned): not completed */
  CfPluginOperation *operations; /* those without a parent */
  guint n_open;                  /* not ended, with all that belongs to that */
  guint64 n_begun;
  GQueue waiting;
  GQueue watched;  /* by deadline */
  gint64 deadline; /* of Startup or Shutdown; 0 for none */

  CfPluginEvent *first_event;
  CfPluginEvent *last_event;
  guint n_events;
  gint64 ready_time; /* of @source */

  CfPluginLane control;   /* Startup, releases, Shutdown */
  CfPluginLane callbacks; /* so that one that blocks keeps nobody from being told */
};

/* All of them with the lock, unless they say otherwise. */

/* cf-plugin-engine.c */
CfPluginEngine *cf_plugin_engine_ref (CfPluginEngine *self);
void cf_plugin_engine_unref (CfPluginEngine *self);
CfPluginEngine *cf_plugin_engine_find (PVOID context, gboolean with_starting);
void cf_plugin_engine_fail (CfPluginEngine *self, const char *problem, gboolean poisons);
void cf_plugin_engine_check_deadlines (CfPluginEngine *self);
void cf_plugin_engine_check_drained (CfPluginEngine *self);

/* cf-plugin-lane.c */
void cf_plugin_lane_init (CfPluginLane *self, CfPluginEngine *engine);
void cf_plugin_lane_clear (CfPluginLane *self);
void cf_plugin_lane_push (CfPluginLane *self, CfPluginWorkType type, CfPluginOperation *operation);

/* cf-plugin-life-cycle.c: without the lock, on a thread of a lane */
void cf_plugin_engine_do_startup (CfPluginEngine *self);
void cf_plugin_engine_do_shutdown (CfPluginEngine *self);

/* cf-plugin-entry.c */
gboolean cf_plugin_entry_is_quick (CfPluginEngine *engine, CfPluginCallKind kind);
gboolean cf_plugin_entry_exists (CfPluginEngine *engine, CfPluginCallKind kind, guint32 *code);
void cf_plugin_entry_prepare (CfPluginOperation *operation);
/* without the lock: */
void cf_plugin_entry_call (CfPluginOperation *operation);
void cf_plugin_entry_run (gpointer operation, gpointer engine);
void cf_plugin_entry_release (CfPluginOperation *operation);
void cf_plugin_entry_callback (CfPluginOperation *operation);

/* cf-plugin-tree.c */
CfPluginOperation *cf_plugin_tree_find_parent (CfPluginEngine *engine, const CfPluginCall *call);
void cf_plugin_tree_add (CfPluginOperation *operation, CfPluginOperation *parent);
void cf_plugin_tree_cancel (CfPluginOperation *operation);
void cf_plugin_tree_cancel_all (CfPluginEngine *engine);
void cf_plugin_tree_abandon_all (CfPluginEngine *engine);
void cf_plugin_tree_complete (CfPluginOperation *operation, guint32 code,
                              char *extended_information, gboolean by_plugin);
void cf_plugin_tree_check_ended (CfPluginOperation *operation);
void cf_plugin_tree_released (CfPluginOperation *operation);
void cf_plugin_tree_launch (CfPluginOperation *operation);

/* cf-plugin-event.c */
CfPluginEvent *cf_plugin_event_push (CfPluginEngine *engine, CfPluginEventType type,
                                     CfPluginOperation *operation);
void cf_plugin_event_take_back (CfPluginEngine *engine, CfPluginAsk *ask);
void cf_plugin_event_clear (CfPluginEngine *engine);
void cf_plugin_event_clear_result (CfPluginEvent *self);
void cf_plugin_event_arm (CfPluginEngine *engine);
/* without the lock, in the main context's thread: */
GSource *cf_plugin_event_source_new (CfPluginEngine *engine);
void cf_plugin_event_deliver_answer (CfPluginEngine *engine, CfPluginOperation *operation);
guint32 cf_plugin_event_answer (CfPluginEngine *engine, guint64 id, CfPluginAsk *ask);
void cf_plugin_event_launch_waiting (CfPluginEngine *engine);

/* cf-plugin-services.c, without the lock */
void cf_plugin_services_install (void);

G_END_DECLS
