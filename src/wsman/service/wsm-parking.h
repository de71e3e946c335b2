/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WsmParking:
 *
 * Watches connections from which nothing is expected for a while, all by one descriptor: a main
 * loop looks at each of its sources in every turn, and a thousand that wait would make every
 * request of another dear.
 */
typedef struct _WsmParking WsmParking;

/* something has come for @parked, or its peer has gone; it has to be removed now */
typedef void (*WsmParkingCalled) (gpointer parked);

WsmParking *wsm_parking_new (GMainContext *context, WsmParkingCalled called);
void wsm_parking_free (WsmParking *self);

gboolean wsm_parking_add (WsmParking *self, int fd, gpointer parked);
void wsm_parking_remove (WsmParking *self, int fd);
guint wsm_parking_count (WsmParking *self);

G_END_DECLS
