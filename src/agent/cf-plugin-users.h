/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-seat.h"

G_BEGIN_DECLS

/**
 * CfPluginUser:
 * @key: who it is, as wsm_principal_dup_key() has it
 * @n_open: calls, also those that shells and commands are
 * @n_operations: calls without those
 * @seat: (nullable): of a helper process of one's own
 *
 * Somebody who has asked a plug-in for something.
 */
typedef struct
{
  char *key;
  guint n_open;
  guint n_operations;
  CfPluginSeat *seat;
} CfPluginUser;

/**
 * CfPluginUsers:
 *
 * Who has something open at one plug-in, and whether there may be more (Quotas,
 * wsman-plugin-api.md section 7).
 */
typedef struct _CfPluginUsers CfPluginUsers;

CfPluginUsers *cf_plugin_users_new (const WsmPluginConfiguration *configuration);
void cf_plugin_users_free (CfPluginUsers *self);

CfPluginUser *cf_plugin_users_find (CfPluginUsers *self, WsmPrincipal *caller);
WsmFault *cf_plugin_users_check (CfPluginUsers *self, const CfPluginUser *user,
                                 gboolean is_operation);
void cf_plugin_users_begin (CfPluginUsers *self, CfPluginUser *user, gboolean is_operation);
void cf_plugin_users_complete (CfPluginUsers *self, CfPluginUser *user, gboolean is_operation);
void cf_plugin_users_end (CfPluginUsers *self, CfPluginUser *user);

CfPluginSeat *cf_plugin_users_find_seat (CfPluginUsers *self, CfPluginUser *user,
                                         const CfPluginSeatPlan *plan);
void cf_plugin_users_stop (CfPluginUsers *self, guint32 reason);
gboolean cf_plugin_users_are_stopped (CfPluginUsers *self);

G_END_DECLS
