/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-service-core.h"

#include "wsman/auth/wsm-secret.h"

/*
 * wsm_service_core_new: what a service without connections is; it works in the thread-default main
 * context of the caller. @called is told of parked connections.
 */
WsmServiceCore *
wsm_service_core_new (WsmHandler *handler, WsmPasswordVerifier *verifier,
                      const WsmServiceLimits *limits, WsmParkingCalled called)
{
  WsmServiceCore *self = g_new0 (WsmServiceCore, 1);

  g_ref_count_init (&self->references);
  self->limits = *limits;
  self->context = g_main_context_ref_thread_default ();
  self->dispatcher = wsm_dispatcher_new (handler, limits);
  self->sign_in = wsm_sign_in_new (verifier, limits);
  self->admission = wsm_admission_new (&self->limits);
  self->deadlines = wsm_deadlines_new (self->context);
  self->parking = wsm_parking_new (self->context, called);
  self->refusals = wsm_rarely_new ();
  self->malformed = wsm_rarely_new ();
  self->output = g_string_new (NULL);
  g_queue_init (&self->connections);

  return self;
}

WsmServiceCore *
wsm_service_core_ref (WsmServiceCore *self)
{
  g_ref_count_inc (&self->references);

  return self;
}

void
wsm_service_core_unref (WsmServiceCore *self)
{
  if (!g_ref_count_dec (&self->references))
    return;

  g_assert (g_queue_is_empty (&self->connections));
  wsm_dispatcher_unref (self->dispatcher);
  wsm_sign_in_free (self->sign_in);
  wsm_admission_free (self->admission);
  wsm_deadlines_free (self->deadlines);
  wsm_parking_free (self->parking);
  wsm_rarely_free (self->refusals);
  wsm_rarely_free (self->malformed);
  g_clear_pointer (&self->front, wsm_front_free);
  g_main_context_unref (self->context);
  g_string_free (self->output, TRUE);
  wsm_secret_wipe (self->input, sizeof self->input);
  g_free (self);
}
