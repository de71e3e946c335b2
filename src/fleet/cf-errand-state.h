/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * CfErrandState:
 * @CF_ERRAND_WAITING: its turn has not come; nothing was sent
 * @CF_ERRAND_CONNECTING: the host is being asked what it is
 * @CF_ERRAND_SENT: the request left, there is no answer yet
 * @CF_ERRAND_ANSWERED: a question was answered (status)
 * @CF_ERRAND_ACCEPTED: the host took the request on; nothing more is known
 * @CF_ERRAND_GOING_DOWN: the host says so, or it has stopped to answer
 * @CF_ERRAND_DOWN: it does not answer any more
 * @CF_ERRAND_STARTING: it was down, and refuses connections: something is there again
 * @CF_ERRAND_BACK: it answers, and has started anew
 * @CF_ERRAND_OFF: presumed: it has been silent for a minute; nobody can prove more
 * @CF_ERRAND_REHEARSED: the host only rehearses: it would have done it
 * @CF_ERRAND_CALLED_OFF: somebody called the request off, or another took its place
 * @CF_ERRAND_DID_NOT_RESTART: time is over, and it still runs as before
 * @CF_ERRAND_DID_NOT_GO_DOWN: the same for power off and halt
 * @CF_ERRAND_LATE: time is over, and it is not back
 * @CF_ERRAND_REFUSED: the host said no; or it cannot, and so nothing was sent
 * @CF_ERRAND_FAILED: it could not be asked, or could not do it
 * @CF_ERRAND_UNKNOWN: sent, and nobody knows whether the host acts. Never sent again
 * @CF_ERRAND_NOT_SENT: given up before anything was sent
 *
 * How far one errand at one host has come.
 */
typedef enum
{
  CF_ERRAND_WAITING,
  CF_ERRAND_CONNECTING,
  CF_ERRAND_SENT,
  CF_ERRAND_ANSWERED,
  CF_ERRAND_ACCEPTED,
  CF_ERRAND_GOING_DOWN,
  CF_ERRAND_DOWN,
  CF_ERRAND_STARTING,
  CF_ERRAND_BACK,
  CF_ERRAND_OFF,
  CF_ERRAND_REHEARSED,
  CF_ERRAND_CALLED_OFF,
  CF_ERRAND_DID_NOT_RESTART,
  CF_ERRAND_DID_NOT_GO_DOWN,
  CF_ERRAND_LATE,
  CF_ERRAND_REFUSED,
  CF_ERRAND_FAILED,
  CF_ERRAND_UNKNOWN,
  CF_ERRAND_NOT_SENT,
} CfErrandState;

#define CF_TYPE_ERRAND_STATE (cf_errand_state_get_type ())
GType cf_errand_state_get_type (void);
const char *cf_errand_state_get_nick (CfErrandState state);

G_END_DECLS
