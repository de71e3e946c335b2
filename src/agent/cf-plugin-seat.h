/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin.h"
#include "plugin-host/cf-plugin-runner.h"

G_BEGIN_DECLS

/* Makes a runner for a plug-in; NULL if there is nothing to run it with. */
typedef CfPluginRunner *(*CfPluginMakeRunner) (const WsmPluginConfiguration *configuration,
                                               const CfPluginPlaces *places);

/* Whether a module may be loaded: cf_plugin_file_check(). */
typedef gboolean (*CfPluginCheckModule) (const char *path, gboolean owner_may_own, GError **error);

/**
 * CfPluginSeatPlan:
 * @configuration: of the plug-in
 * @places: where helper processes come from
 * @make: makes a runner
 * @check: (nullable): looks at the module before each start
 * @second_msec: how long a second takes; shorter in tests
 * @client: (unowned): for whom runners work
 * @settled: told @client that a runner has stopped or failed
 *
 * What all seats of one plug-in have in common; outlives them.
 */
typedef struct
{
  const WsmPluginConfiguration *configuration;
  CfPluginPlaces places;
  CfPluginMakeRunner make;
  CfPluginCheckModule check;
  guint second_msec;
  CfPluginClient *client;
  void (*settled) (CfPluginClient *client);
} CfPluginSeatPlan;

#define CF_PLUGIN_SEAT_MAX_PAUSE 60  /* seconds from one attempt to the next */
#define CF_PLUGIN_SEAT_HEALTHY   300 /* seconds after which earlier failures are forgotten */
#define CF_PLUGIN_SEAT_LINGER    2   /* seconds without a call before one that is done ends */

/* Beside so many that have not ended yet another is started, and no more. */
#define CF_PLUGIN_SEAT_MAX_LEAVING 2

/**
 * CfPluginSeat:
 *
 * One place that a runner takes, and after that one's end another: it starts them, lets them go
 * when they are idle, and pauses longer after each failure.
 */
typedef struct _CfPluginSeat CfPluginSeat;

CfPluginSeat *cf_plugin_seat_new (const CfPluginSeatPlan *plan, guint idle_seconds,
                                  gboolean restarts);
void cf_plugin_seat_free (CfPluginSeat *self);

void cf_plugin_seat_start (CfPluginSeat *self, guint32 flags);
CfPluginRunner *cf_plugin_seat_take (CfPluginSeat *self, char **problem);
void cf_plugin_seat_hold (CfPluginSeat *self, CfPluginRunner *runner);
void cf_plugin_seat_give_back (CfPluginSeat *self, CfPluginRunner *runner);
void cf_plugin_seat_vacate (CfPluginSeat *self);
void cf_plugin_seat_stop (CfPluginSeat *self, guint32 reason);
gboolean cf_plugin_seat_is_stopped (CfPluginSeat *self);
gboolean cf_plugin_seat_is_empty (CfPluginSeat *self);

G_END_DECLS
