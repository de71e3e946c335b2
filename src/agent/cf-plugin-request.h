/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "plugin-host/cf-plugin-call.h"
#include "wsman/service/wsm-operation.h"

G_BEGIN_DECLS

/**
 * CfPluginRequest:
 * @call: what any request has is filled in: who asks, addresses, selectors, options, limits; the
 *   rest is to be filled in by whoever begins it
 *
 * An operation in the form in which plug-ins are asked. It borrows from the operation.
 */
typedef struct
{
  CfPluginCall call;
  char *sender_name;       /* (owned) */
  CfPluginPair *selectors; /* (owned) (nullable) */
  CfPluginOption *options; /* (owned) (nullable) */
  CfPluginObject input;    /* of Invoke */
  CfPluginValue *values;   /* (owned) (nullable) */
} CfPluginRequest;

void cf_plugin_request_init (CfPluginRequest *self, WsmOperation *operation);
void cf_plugin_request_take_object (CfPluginRequest *self, WsmObject *object);
void cf_plugin_request_clear (CfPluginRequest *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CfPluginRequest, cf_plugin_request_clear)

G_END_DECLS
