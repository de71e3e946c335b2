/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "wsm-endpoint.h"

G_BEGIN_DECLS

/**
 * WsmProgress:
 * @WSM_PROGRESS_CONNECTING: there is no connection yet
 * @WSM_PROGRESS_SECURING: the host has answered, TLS is not finished
 * @WSM_PROGRESS_CONNECTED: the request has not left, or its head only
 * @WSM_PROGRESS_LEFT: the host may have the whole request
 *
 * How far an exchange has come.
 */
typedef enum
{
  WSM_PROGRESS_CONNECTING,
  WSM_PROGRESS_SECURING,
  WSM_PROGRESS_CONNECTED,
  WSM_PROGRESS_LEFT,
} WsmProgress;

/**
 * WsmStop:
 * @WSM_STOP_NONE: it failed by itself
 * @WSM_STOP_CALLER: the caller gave up
 * @WSM_STOP_CONNECT_TIMEOUT: connecting took too long
 * @WSM_STOP_TIMEOUT: everything took too long
 * @WSM_STOP_TOO_LARGE: the answer is too large
 * @WSM_STOP_RESEND: the library was about to send the request again
 * @WSM_STOP_OTHER_CONNECTION: the library was about to take another connection than the one that is
 *   signed in; nothing was sent
 *
 * Why we stopped an exchange ourselves.
 */
typedef enum
{
  WSM_STOP_NONE,
  WSM_STOP_CALLER,
  WSM_STOP_CONNECT_TIMEOUT,
  WSM_STOP_TIMEOUT,
  WSM_STOP_TOO_LARGE,
  WSM_STOP_RESEND,
  WSM_STOP_OTHER_CONNECTION,
} WsmStop;

/**
 * WsmLostExchange:
 * @endpoint: who was asked
 * @progress: how far it had come
 * @stop: who stopped it
 * @is_repeatable: whether asking twice does the same as asking once
 * @connect_msec: the limit that %WSM_STOP_CONNECT_TIMEOUT is about
 * @total_msec: the limit that %WSM_STOP_TIMEOUT is about
 *
 * An exchange that came to no answer.
 */
typedef struct
{
  WsmEndpoint *endpoint;
  WsmProgress progress;
  WsmStop stop;
  gboolean is_repeatable;
  guint connect_msec;
  guint total_msec;
} WsmLostExchange;

GError *wsm_lost_exchange_to_error (const WsmLostExchange *self, const GError *cause);

G_END_DECLS
