/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bus/cf-bus-agent1.h"
#include "warning/cf-agent-watch.h"

/* A CfAgentWatch on a bus of its own, which can be ended and begun again at the same address, and
 * an agent on it that says what the test wants. */

#define NAME "org.curfew.Agent1"
#define PATH "/org/curfew/Agent1"
#define CODE "K7M-2QX"
#define NEXT "B2C-3DF"

typedef struct
{
  GSubprocess *bus;
  GDBusConnection *connection; /* of the agent */
  CfBusAgent1 *agent;
  CfAgentWatch *watch;

  guint n_notified;
  guint n_ended;
  CfNotice *ended;
  GString *story; /* of what the watch told, in its order */

  guint n_receipts;
  char *receipt;         /* the last one */
  const char *refusal;   /* of receipts: the name of a D-Bus error */
  guint patience_msec;   /* of the watch */
  gboolean is_voiceless; /* leaves calls without an answer */
  GPtrArray *unanswered;
} WatchFixture;

#define WAIT_FOR(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
  }                                                                                                \
  G_STMT_END

void watch_start_bus (WatchFixture *f);
void watch_stop_bus (WatchFixture *f);
GDBusConnection *watch_connect_to_bus (void);
void watch_export_agent (WatchFixture *f);
void watch_own_name (WatchFixture *f);
void watch_start_agent (WatchFixture *f);
void watch_stop_agent (WatchFixture *f);
void watch_forget_all (WatchFixture *f);
void watch_flush (WatchFixture *f);
void watch_set_pending (WatchFixture *f, const char *code, guint64 deadline);
void watch_set_idle (WatchFixture *f);
void watch_set_last (WatchFixture *f, const char *code, const char *outcome, const char *detail);
void watch_set_up (WatchFixture *f, gconstpointer data);
void watch_tear_down (WatchFixture *f, gconstpointer data);
const CfNotice *watch_get_notice (WatchFixture *f);
gboolean watch_is_in_state (WatchFixture *f, CfNoticeState state);
void watch_start_pending (WatchFixture *f);
void watch_wait_until_heard (WatchFixture *f);
void watch_be_patient (WatchFixture *f);
void watch_let_grace_pass (WatchFixture *f);
int watch_fixture_run (void);
