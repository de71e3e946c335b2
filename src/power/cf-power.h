/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "request/cf-shutdown-request.h"

G_BEGIN_DECLS

/**
 * CfPowerError:
 * @CF_POWER_ERROR_UNSUPPORTED: this machine cannot do that, or may not by its configuration
 * @CF_POWER_ERROR_FAILED: it could not be told to whoever does it
 */
typedef enum
{
  CF_POWER_ERROR_UNSUPPORTED,
  CF_POWER_ERROR_FAILED,
} CfPowerError;

#define CF_POWER_ERROR (cf_power_error_quark ())
GQuark cf_power_error_quark (void);

/**
 * CfPower:
 *
 * The one place that acts on this machine, and that knows what can be acted on: who is signed in,
 * which flags can be honoured.
 */
#define CF_TYPE_POWER (cf_power_get_type ())
G_DECLARE_INTERFACE (CfPower, cf_power, CF, POWER, GObject)

struct _CfPowerInterface
{
  GTypeInterface parent_iface;

  gboolean (*is_rehearsal) (CfPower *self);
  CfShutdownFlags (*get_capabilities) (CfPower *self);
  const char *const *(*get_users) (CfPower *self);
  void (*execute_async) (CfPower *self, CfShutdownRequest *request, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*execute_finish) (CfPower *self, GAsyncResult *result, GError **error);
};

gboolean cf_power_is_rehearsal (CfPower *self);
CfShutdownFlags cf_power_get_capabilities (CfPower *self);
gboolean cf_power_supports (CfPower *self, CfShutdownRequest *request);
const char *const *cf_power_get_users (CfPower *self);
void cf_power_execute_async (CfPower *self, CfShutdownRequest *request, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
gboolean cf_power_execute_finish (CfPower *self, GAsyncResult *result, GError **error);

G_END_DECLS
