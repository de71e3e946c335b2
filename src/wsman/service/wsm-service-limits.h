/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WsmServiceLimits:
 *
 * What foreign bytes may cost; the defaults are those of threat-model.md section 5.3, set by
 * wsm_service_limits_init(). Times are absolute deadlines in milliseconds unless the name says
 * otherwise, sizes are octets.
 */
typedef struct
{
  guint connections;
  guint connections_not_signed_in;
  guint connections_per_address;
  guint connections_per_address_not_signed_in;
  guint handshakes;
  guint requests_per_connection;
  guint requests_per_minute_per_user;
  gsize head_size;
  gsize line_size;
  guint lines;
  gsize body_size;
  guint handshake_msec;
  guint head_msec;
  guint sign_in_msec;
  guint body_msec;
  guint idle_not_signed_in_msec;
  guint idle_signed_in_msec;
  guint write_msec;
  guint life_msec;
  guint failed_sign_in_msec; /* a failed sign-in is answered this long after its request */
  guint throttle_seconds;    /* who failed for more than this in all is not asked for a while */
  guint password_checks_per_minute;
} WsmServiceLimits;

void wsm_service_limits_init (WsmServiceLimits *limits);
gboolean wsm_service_limits_load (WsmServiceLimits *limits, GKeyFile *key_file, GError **error);

G_END_DECLS
