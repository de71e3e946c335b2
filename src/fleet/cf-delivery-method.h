/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-status.h"
#include "request/cf-shutdown-request.h"

G_BEGIN_DECLS

/**
 * CfRequestFeature:
 *
 * What a request may hold that not every way of delivery, and not every host, can do.
 */
typedef enum /*< flags >*/
{
  CF_FEATURE_NONE = 0,
  CF_FEATURE_HALT = 1 << 0,
  CF_FEATURE_FORCE = 1 << 1,
  CF_FEATURE_GRACE_OVERRIDE = 1 << 2,
  CF_FEATURE_INSTALL_UPDATES = 1 << 3,
  CF_FEATURE_RESTART_APPS = 1 << 4,
  CF_FEATURE_CLIENT_HINT = 1 << 5,
  CF_FEATURE_POSTPONING = 1 << 6,
  CF_FEATURE_RESTART = 1 << 7,
  CF_FEATURE_POWER_OFF = 1 << 8,
} CfRequestFeature;

const char *cf_request_feature_get_name (CfRequestFeature feature);
char *cf_request_features_to_string (CfRequestFeature features, const char *prefix);
CfRequestFeature cf_request_features_from_flags (CfShutdownFlags flags);

/**
 * CfDeliveryMethod:
 *
 * One way to bring a request to a host, and to ask afterwards what became of it. Pure: it makes
 * and reads messages, somebody else sends them.
 */
#define CF_TYPE_DELIVERY_METHOD (cf_delivery_method_get_type ())
G_DECLARE_INTERFACE (CfDeliveryMethod, cf_delivery_method, CF, DELIVERY_METHOD, GObject)

/**
 * CfDeliveryMethodInterface:
 * @name: its word on a command line
 * @resource_uri: what it invokes and gets
 * @initiate_method: which method of @resource_uri carries a request
 * @abort_method: (nullable): which calls one off; %NULL if none does
 * @find_inexpressible: see cf_delivery_method_find_inexpressible()
 * @get_caveat: (nullable): see cf_delivery_method_get_caveat()
 * @encode: see cf_delivery_method_encode()
 * @encode_abort: (nullable): see cf_delivery_method_encode_abort()
 * @read_status: see cf_delivery_method_read_status()
 */
struct _CfDeliveryMethodInterface
{
  GTypeInterface parent_interface;

  const char *name;
  const char *resource_uri;
  const char *initiate_method;
  const char *abort_method;

  CfRequestFeature (*find_inexpressible) (CfDeliveryMethod *self, const CfShutdownRequest *request);
  const char *(*get_caveat) (CfDeliveryMethod *self, const CfShutdownRequest *request);
  WsmObject *(*encode) (CfDeliveryMethod *self, const CfShutdownRequest *request);
  WsmObject *(*encode_abort) (CfDeliveryMethod *self);
  CfStatus *(*read_status) (CfDeliveryMethod *self, WsmObject *object, GError **error);
};

const char *cf_delivery_method_get_name (CfDeliveryMethod *self);
const char *cf_delivery_method_get_resource_uri (CfDeliveryMethod *self);
const char *cf_delivery_method_get_initiate_method (CfDeliveryMethod *self);
const char *cf_delivery_method_get_abort_method (CfDeliveryMethod *self);
CfRequestFeature cf_delivery_method_find_inexpressible (CfDeliveryMethod *self,
                                                        const CfShutdownRequest *request);
const char *cf_delivery_method_get_caveat (CfDeliveryMethod *self,
                                           const CfShutdownRequest *request);
WsmObject *cf_delivery_method_encode (CfDeliveryMethod *self, const CfShutdownRequest *request);
WsmObject *cf_delivery_method_encode_abort (CfDeliveryMethod *self);
gboolean cf_delivery_method_decode (CfDeliveryMethod *self, WsmObject *output, guint32 *code,
                                    GError **error);
CfStatus *cf_delivery_method_read_status (CfDeliveryMethod *self, WsmObject *object,
                                          GError **error);

G_END_DECLS
