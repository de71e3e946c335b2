/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bus/cf-bus-agent1.h"
#include "notice/cf-notice.h"

G_BEGIN_DECLS

/* What org.curfew.Agent1 tells, read into values of ours. The agent may be of another version: what
 * is unknown or too much is left out, and never fails. */

CfNotice *cf_agent_reading_dup_notice (CfBusAgent1 *agent);
CfNotice *cf_agent_reading_copy_notice (const CfNotice *notice);
CfNoticeChange cf_agent_reading_parse_change (const char *word);
CfNoticeOutcome cf_agent_reading_parse_outcome (const char *word);

G_END_DECLS
