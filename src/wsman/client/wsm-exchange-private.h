/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-exchange.h"
#include "wsm-lost-exchange.h"

G_BEGIN_DECLS

/* One HTTP request on its way; the data of the task that returns the answer. */
typedef struct
{
  WsmLostExchange so_far;   /* what to say if it fails now */
  WsmTrust *trust;          /* (owned) */
  gboolean has_certificate; /* to show to a host that asks */

  SoupMessage *message;      /* (owned) */
  GCancellable *cancellable; /* (owned): ours, so that we know who stopped it */
  GSource *connect_timer;    /* (owned) (nullable) */
  GSource *total_timer;      /* (owned) (nullable) */
  gulong caller_cancelled_id;
  GError *tls_error; /* (owned) (nullable): why the certificate or the version is not good enough */

  WsmAuthScheme scheme;
  guint64 wanted_id; /* the one connection that it may go over; 0 for any */
  gboolean needs_new_connection;
  gboolean is_new_connection;

  guint64 connection_id;
  GBytes *binding;      /* (owned) (nullable): tls-server-end-point, if the connection is new */
  GInputStream *stream; /* (owned) (nullable): of the answer */
  guint8 *buffer;       /* (owned) (nullable) */
  gsize max_size;       /* of the body */
} WsmExchange;

void wsm_exchange_stop (WsmExchange *exchange, WsmStop why);
void wsm_exchange_clear_timer (GSource **timer);
void wsm_exchange_watch (WsmExchange *exchange);

G_END_DECLS
