/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-admission.h"
#include "wsm-deadlines.h"
#include "wsm-dispatcher.h"
#include "wsm-front.h"
#include "wsm-parking.h"
#include "wsm-rarely.h"
#include "wsm-sign-in.h"

G_BEGIN_DECLS

#define WSM_READ_SIZE (16 * 1024)

/**
 * WsmServiceCore:
 * @connections: of #WsmConnection, linked by themselves
 * @input: what one read returns; valid until the next one
 * @output: where an answer is written before it is sent
 *
 * What the connections of one service share. It lives as long as the last of them.
 */
typedef struct
{
  grefcount references;
  WsmServiceLimits limits;
  WsmDispatcher *dispatcher; /* (owned) */
  WsmSignIn *sign_in;        /* (owned) */
  WsmAdmission *admission;   /* (owned) */
  WsmDeadlines *deadlines;   /* (owned) */
  WsmParking *parking;       /* (owned): connections that wait for a handler */
  WsmRarely *refusals;       /* (owned): journal lines about caps, by source */
  WsmRarely *malformed;      /* (owned): journal lines about bad requests, by source */
  GMainContext *context;     /* (owned) */
  gboolean clear_basic_on_loopback;
  gboolean wants_certificates; /* of clients, over TLS */
  WsmFront *front;             /* (owned) (nullable): the web server on Unix sockets */

  GQueue connections;
  char input[WSM_READ_SIZE];
  GString *output; /* (owned) */
} WsmServiceCore;

WsmServiceCore *wsm_service_core_new (WsmHandler *handler, WsmPasswordVerifier *verifier,
                                      const WsmServiceLimits *limits, WsmParkingCalled called);
WsmServiceCore *wsm_service_core_ref (WsmServiceCore *self);
void wsm_service_core_unref (WsmServiceCore *self);

G_END_DECLS
