/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/cf-plugin-private.h"
#include "tests/support/cf-test-clock.h"

/* What plug-ins are asked with and for, without a plug-in: runners that a test answers for, and a
 * desk in rehearsal. */

#define FAKE_TYPE_RUNNER (fake_runner_get_type ())
G_DECLARE_FINAL_TYPE (FakeRunner, fake_runner, FAKE, RUNNER, CfPluginRunner)

typedef struct
{
  guint64 id;
  CfPluginCallKind kind;
  guint64 shell;
  char *sender_name;
} FakeCall;

struct _FakeRunner
{
  CfPluginRunner parent_instance;

  guint32 start_flags;
  gint64 started_usec;
  GArray *calls;     /* (element-type FakeCall): all that was begun */
  GArray *cancelled; /* (element-type guint64): ids */
  gsize n_acknowledged;
  GArray *stops; /* (element-type guint32): reasons */
};

/* what the runners that are made from now on do by themselves */
typedef struct
{
  gboolean starts_at_once;
  gboolean fails_at_start;
  gboolean completes_at_once;
  gboolean stops_at_once;
  gboolean completes_when_cancelled;
  void (*answer) (FakeRunner *runner, const CfPluginCall *call); /* (nullable) */
  GPtrArray *made; /* (element-type FakeRunner): all, in order */
} FakeRunners;

extern FakeRunners fake_runners;

CfPluginRunner *fake_runner_make (const WsmPluginConfiguration *configuration,
                                  const CfPluginPlaces *places);
FakeRunner *fake_runner_nth (guint index);
guint64 fake_runner_nth_call (FakeRunner *self, guint index);
void fake_runner_set_state (FakeRunner *self, CfPluginRunnerState state);
void fake_runner_complete (FakeRunner *self, guint64 id, guint32 code);
void fake_runner_crash (FakeRunner *self);

/* A receiver in rehearsal with a desk before it. */
typedef struct
{
  CfTestClock *clock;
  CfSchedule *schedule;
  CfReceiver *receiver;
  CfMachineFacts *facts;
  CfPluginDesk *desk;
} Desk;

void desk_set_up (Desk *self, const char *access);
void desk_tear_down (Desk *self);

WsmPluginConfiguration *parse_configuration (const char *attributes, const char *content);
CfPlugin *make_plugin (Desk *desk, const char *attributes, const char *quotas);

/* What became of one call. */
typedef struct
{
  guint64 id;
  guint n_reported;
  guint n_output;
  guint n_objects;
  guint n_completed;
  guint n_released;
  guint32 code;
  guint32 fault_code; /* if it was not begun */
  char *reason;       /* of that fault */
} Outcome;

void outcome_clear (Outcome *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

gboolean begin_call (CfPlugin *plugin, WsmPrincipal *caller, CfPluginCallKind kind, guint64 shell,
                     Outcome *outcome);
void iterate_for (guint msec);
