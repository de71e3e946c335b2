/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-delivery-method.h"

G_BEGIN_DECLS

#define CF_TYPE_NATIVE_METHOD (cf_native_method_get_type ())
G_DECLARE_FINAL_TYPE (CfNativeMethod, cf_native_method, CF, NATIVE_METHOD, GObject)

CfDeliveryMethod *cf_native_method_new (const char *default_client_hint);

G_END_DECLS
