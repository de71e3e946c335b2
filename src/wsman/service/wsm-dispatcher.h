/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-answer.h"
#include "wsm-handler.h"
#include "wsm-service-limits.h"

G_BEGIN_DECLS

/**
 * WsmDispatcher:
 *
 * Makes answers out of bodies: reads the envelope, checks it, remembers what acts, asks the
 * handler. Knows principals, but neither sockets nor HTTP.
 */
typedef struct _WsmDispatcher WsmDispatcher;

WsmDispatcher *wsm_dispatcher_new (WsmHandler *handler, const WsmServiceLimits *limits);
void wsm_dispatcher_unref (WsmDispatcher *self);

void wsm_dispatcher_set_identify (WsmDispatcher *self, const WsmIdentifyResponse *anonymous,
                                  const WsmIdentifyResponse *signed_in);

/**
 * WsmPending:
 *
 * A request that the handler has not answered yet. It lives until its #WsmAnswered was called,
 * or until wsm_pending_abandon() or wsm_pending_time_out().
 */
typedef struct _WsmPending WsmPending;

/* @answer is cleared by the callee */
typedef void (*WsmAnswered) (WsmAnswer *answer, gpointer user_data);

gboolean wsm_dispatcher_identify (WsmDispatcher *self, GBytes *body, WsmCharset declared,
                                  WsmAnswer *answer);
WsmPending *wsm_dispatcher_dispatch (WsmDispatcher *self, WsmPrincipal *principal, GBytes *body,
                                     WsmCharset declared, gint64 now_usec, WsmAnswer *answer,
                                     WsmAnswered answered, gpointer user_data);

gint64 wsm_pending_get_timeout_msec (WsmPending *self);
void wsm_pending_abandon (WsmPending *self);
void wsm_pending_time_out (WsmPending *self, WsmAnswer *answer);

G_END_DECLS
