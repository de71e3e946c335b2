/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WSM_REPLAY_MAX_ANSWERED 256u
#define WSM_REPLAY_USEC         (15 * 60 * (gint64) G_USEC_PER_SEC)

/**
 * WsmReplay:
 * @WSM_REPLAY_NEW: not known; it is now, as pending
 * @WSM_REPLAY_ANSWERED: the same message has been answered
 * @WSM_REPLAY_OVER: it has been answered, but the answer is not kept any more
 * @WSM_REPLAY_PENDING: the same message is being worked on
 * @WSM_REPLAY_OTHER_MESSAGE: another message had this MessageID
 * @WSM_REPLAY_FULL: everything remembered is still being worked on, nothing could be added
 */
typedef enum
{
  WSM_REPLAY_NEW,
  WSM_REPLAY_ANSWERED,
  WSM_REPLAY_OVER,
  WSM_REPLAY_PENDING,
  WSM_REPLAY_OTHER_MESSAGE,
  WSM_REPLAY_FULL,
} WsmReplay;

/**
 * WsmReplayMemory:
 *
 * The last requests, by user and MessageID, and what they were answered: whoever lost the answer
 * and asks again gets it again, and nothing happens twice.
 */
typedef struct _WsmReplayMemory WsmReplayMemory;

/**
 * WsmReplayTicket:
 *
 * A message that is being worked on. It is good until wsm_replay_memory_end() or
 * wsm_replay_memory_forget(), one of which has to come.
 */
typedef struct _WsmReplayTicket WsmReplayTicket;

WsmReplayMemory *wsm_replay_memory_new (guint max_messages, gsize max_octets);
void wsm_replay_memory_free (WsmReplayMemory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmReplayMemory, wsm_replay_memory_free)

WsmReplay wsm_replay_memory_begin (WsmReplayMemory *self, const char *user, const char *message_id,
                                   GBytes *message, gint64 now_usec, WsmReplayTicket **ticket,
                                   guint *status, GBytes **answer);
void wsm_replay_memory_end (WsmReplayMemory *self, WsmReplayTicket *ticket, guint status,
                            GBytes *answer);
void wsm_replay_memory_forget (WsmReplayMemory *self, WsmReplayTicket *ticket);

G_END_DECLS
