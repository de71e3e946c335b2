/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bus/cf-bus-agent1.h"
#include "cf-output.h"

G_BEGIN_DECLS

char *cf_local_report_to_table (CfBusAgent1 *agent, gint64 now_boot_usec, const CfScreen *screen);
char *cf_local_report_to_ready_sentence (CfBusAgent1 *agent);
char *cf_local_report_to_sentence (CfBusAgent1 *agent, gint64 now_boot_usec);
guint32 cf_local_report_get_seconds_left (CfBusAgent1 *agent, gint64 now_boot_usec);
char *cf_local_report_dup_last_words (CfBusAgent1 *agent);

G_END_DECLS
