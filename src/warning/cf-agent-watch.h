/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "notice/cf-notice.h"

G_BEGIN_DECLS

/**
 * CfAgentWatchError:
 * @CF_AGENT_WATCH_ERROR_NO_AGENT: no agent is there; nothing was changed
 * @CF_AGENT_WATCH_ERROR_REFUSED: the agent said no; nothing was changed
 * @CF_AGENT_WATCH_ERROR_UNKNOWN: it was asked, and the answer was lost
 *
 * Why a call did not succeed. The messages are sentences for people, in their language but where
 * the agent speaks itself.
 */
typedef enum
{
  CF_AGENT_WATCH_ERROR_NO_AGENT,
  CF_AGENT_WATCH_ERROR_REFUSED,
  CF_AGENT_WATCH_ERROR_UNKNOWN,
} CfAgentWatchError;

#define CF_AGENT_WATCH_ERROR (cf_agent_watch_error_quark ())
GQuark cf_agent_watch_error_quark (void);

/**
 * CfAgentWatch:
 *
 * Follows the agent of this computer on a bus, and passes on what its person wants. It believes
 * only the owner of the agent's name (threat-model.md section 11), and outlives agents and buses: a
 * lost connection is made again.
 *
 * Property `notice` (#CfNotice, nullable) notifies with each change: %NULL as long as no agent was
 * ever seen; while an agent is away in the middle of a countdown, its last word, marked adrift.
 *
 * Signals: `reminder` (guint minutes, gboolean mandatory) and `changed` (#CfNoticeChange) as the
 * agent sends them, after `notice` is up to date; `ended` (#CfNotice with its outcome) once for
 * each request that ended while it was followed, also when that happened out of sight. An outcome
 * that nobody knows is %CF_NOTICE_FAILED without a detail, told after 2 s. After `ended` with
 * %CF_NOTICE_ACTED, `notice` stays at %CF_NOTICE_EXECUTING: the computer goes down.
 */
#define CF_TYPE_AGENT_WATCH (cf_agent_watch_get_type ())
G_DECLARE_FINAL_TYPE (CfAgentWatch, cf_agent_watch, CF, AGENT_WATCH, GObject)

CfAgentWatch *cf_agent_watch_new (GBusType bus_type);
void cf_agent_watch_set_patience (CfAgentWatch *self, guint msec);
CfNotice *cf_agent_watch_get_notice (CfAgentWatch *self);

void cf_agent_watch_postpone_async (CfAgentWatch *self, guint32 seconds, const char *note,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
void cf_agent_watch_act_now_async (CfAgentWatch *self, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
void cf_agent_watch_set_ready_async (CfAgentWatch *self, gboolean is_ready,
                                     GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean cf_agent_watch_call_finish (CfAgentWatch *self, GAsyncResult *result, GError **error);

void cf_agent_watch_report_shown (CfAgentWatch *self, guint minutes);
void cf_agent_watch_report_read (CfAgentWatch *self);
void cf_agent_watch_report_returned (CfAgentWatch *self);

G_END_DECLS
