/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bus/cf-bus-agent1.h"
#include "notice/cf-notice.h"

G_BEGIN_DECLS

/**
 * CfReceiptKind:
 * @CF_RECEIPT_SHOWN: somebody could see the warning
 * @CF_RECEIPT_READ: somebody took notice of it
 * @CF_RECEIPT_RETURNED: somebody came back to the screen and sees it only now
 */
typedef enum
{
  CF_RECEIPT_SHOWN,
  CF_RECEIPT_READ,
  CF_RECEIPT_RETURNED,
} CfReceiptKind;

/**
 * CfReceipts:
 *
 * What the agent was told about the person here: each thing once for each deadline. Nobody waits
 * for it. An agent that was started anew is told again, but for the returning that was answered;
 * one that had too much to do is asked once more a minute later.
 */
#define CF_TYPE_RECEIPTS (cf_receipts_get_type ())
G_DECLARE_FINAL_TYPE (CfReceipts, cf_receipts, CF, RECEIPTS, GObject)

CfReceipts *cf_receipts_new (void);
void cf_receipts_follow (CfReceipts *self, CfBusAgent1 *agent, const CfNotice *notice);
void cf_receipts_add (CfReceipts *self, CfReceiptKind kind, guint minutes);

G_END_DECLS
