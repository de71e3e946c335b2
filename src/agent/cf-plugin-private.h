/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-seat.h"

G_BEGIN_DECLS

/* for tests, before anything is begun: other runners, of whose module nothing is checked; another
 * check (%NULL for none); and seconds that are shorter */
void cf_plugin_set_runners (CfPlugin *self, CfPluginMakeRunner make);
void cf_plugin_set_check (CfPlugin *self, CfPluginCheckModule check);
void cf_plugin_set_second (CfPlugin *self, guint msec);

G_END_DECLS
