/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/cf-executor.h"
#include "agent/cf-machine-facts.h"
#include "agent/cf-receiver.h"
#include "tests/support/cf-test-clock.h"
#include "wsman/service/wsm-handler.h"

/* A receiver in rehearsal on a test clock, and the answer of the last operation it was handed. */
typedef struct
{
  CfTestClock *clock;
  CfSchedule *schedule;
  CfReceiver *receiver;
  CfActionHistory *history;
  CfExecutor *executor;
  CfMachineFacts *facts;
  WsmPrincipal *caller;

  WsmObject *object; /* (nullable) */
  WsmFault *fault;   /* (nullable) */
} Receiving;

void receiving_set_up (Receiving *r, const char *const *signed_in, const char *access);
void receiving_tear_down (Receiving *r);
void receiving_ask (Receiving *r, WsmHandler *handler, WsmEnvelope *request);
guint32 receiving_invoke (Receiving *r, WsmHandler *handler, const char *uri, const char *method,
                          WsmObject *input);
