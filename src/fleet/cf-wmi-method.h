/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-delivery-method.h"

G_BEGIN_DECLS

#define CF_TYPE_WMI_METHOD (cf_wmi_method_get_type ())
G_DECLARE_FINAL_TYPE (CfWmiMethod, cf_wmi_method, CF, WMI_METHOD, GObject)

CfDeliveryMethod *cf_wmi_method_new (void);

G_END_DECLS
