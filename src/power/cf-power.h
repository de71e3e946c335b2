/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "cf-blocker.h"
#include "cf-session.h"
#include "request/cf-shutdown-request.h"

G_BEGIN_DECLS

/**
 * CfPowerError:
 * @CF_POWER_ERROR_UNSUPPORTED: this machine cannot do that, or may not by its configuration
 * @CF_POWER_ERROR_VETOED: somebody is signed in, or something holds the shutdown up, and the
 * request does not force; the message names who and why
 * @CF_POWER_ERROR_FAILED: it could not be told to whoever does it
 */
typedef enum
{
  CF_POWER_ERROR_UNSUPPORTED,
  CF_POWER_ERROR_VETOED,
  CF_POWER_ERROR_FAILED,
} CfPowerError;

#define CF_POWER_ERROR (cf_power_error_quark ())
GQuark cf_power_error_quark (void);

/**
 * CfPowerState:
 * @CF_POWER_READY: it can act
 * @CF_POWER_UNAVAILABLE: there is nobody to tell; what is asked for has to be refused
 * @CF_POWER_TAKEN: somebody else's shutdown is scheduled on this machine
 * @CF_POWER_GOING_DOWN: the machine goes down, on whoever's word
 */
typedef enum
{
  CF_POWER_READY,
  CF_POWER_UNAVAILABLE,
  CF_POWER_TAKEN,
  CF_POWER_GOING_DOWN,
} CfPowerState;

#define CF_TYPE_POWER_STATE (cf_power_state_get_type ())
GType cf_power_state_get_type (void);

/**
 * CfPower:
 *
 * The one place that acts on this machine, and that knows what can be acted on: who is signed in,
 * which flags can be honoured right now.
 *
 * Properties: `state` (#CfPowerState) and `capabilities` (guint, #CfShutdownFlags) notify. Signals:
 * `blockers-changed` (), while a request is attended to; `people-known` () when
 * cf_power_knows_people() has become true.
 */
#define CF_TYPE_POWER (cf_power_get_type ())
G_DECLARE_INTERFACE (CfPower, cf_power, CF, POWER, GObject)

struct _CfPowerInterface
{
  GTypeInterface parent_iface;

  gboolean (*is_rehearsal) (CfPower *self);
  CfPowerState (*get_state) (CfPower *self);
  CfShutdownFlags (*get_capabilities) (CfPower *self);
  GListModel *(*get_sessions) (CfPower *self);
  void (*execute_async) (CfPower *self, CfShutdownRequest *request, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*execute_finish) (CfPower *self, GAsyncResult *result, GError **error);
  void (*clear_others_async) (CfPower *self, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*clear_others_finish) (CfPower *self, GAsyncResult *result, GError **error);
  void (*let_go) (CfPower *self);

  /* may be missing, where nothing ever holds anything up */
  void (*attend) (CfPower *self, CfShutdownRequest *request);
  const GPtrArray *(*get_blockers) (CfPower *self);
  gboolean (*do_blockers_hold) (CfPower *self);

  /* may be missing, where it is always known */
  gboolean (*knows_people) (CfPower *self);
};

gboolean cf_power_is_rehearsal (CfPower *self);
CfPowerState cf_power_get_state (CfPower *self);
CfShutdownFlags cf_power_get_capabilities (CfPower *self);
gboolean cf_power_supports (CfPower *self, CfShutdownRequest *request);
GListModel *cf_power_get_sessions (CfPower *self);
guint cf_power_count_people (CfPower *self);
void cf_power_execute_async (CfPower *self, CfShutdownRequest *request, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
gboolean cf_power_execute_finish (CfPower *self, GAsyncResult *result, GError **error);
void cf_power_clear_others_async (CfPower *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
gboolean cf_power_clear_others_finish (CfPower *self, GAsyncResult *result, GError **error);
void cf_power_let_go (CfPower *self);
void cf_power_attend (CfPower *self, CfShutdownRequest *request);
const GPtrArray *cf_power_get_blockers (CfPower *self);
gboolean cf_power_do_blockers_hold (CfPower *self);
gboolean cf_power_knows_people (CfPower *self);

/* for those who implement it */
void cf_power_tell_blockers_changed (CfPower *self);
void cf_power_tell_people_known (CfPower *self);

G_END_DECLS
