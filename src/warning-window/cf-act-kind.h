/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "notice/cf-notice-words.h"

G_BEGIN_DECLS

/**
 * CfActKind:
 * @CF_ACT_NONE: nothing is offered
 * @CF_ACT_NOW: it happens at once
 * @CF_ACT_READY: the person is ready, and others are not yet
 * @CF_ACT_LAST_READY: the person is ready as the last one: it happens at once
 * @CF_ACT_NOT_READY: the person takes that back
 *
 * What the button that ends the waiting does when it is pressed.
 */
typedef enum
{
  CF_ACT_NONE,
  CF_ACT_NOW,
  CF_ACT_READY,
  CF_ACT_LAST_READY,
  CF_ACT_NOT_READY,
} CfActKind;

CfActKind cf_act_kind_get (const CfNotice *notice, const CfNoticeMoment *moment);

G_END_DECLS
