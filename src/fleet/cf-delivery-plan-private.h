/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-delivery.h"

struct _CfDeliveryPlan
{
  gatomicrefcount references;

  CfShutdownRequest *request; /* (owned) */
  CfDeliveryMethod *method;   /* (owned) */
  CfDeliveryMethod *fallback; /* (owned) (nullable) */
  CfWaitGoal goal;
  guint wait_seconds;
  guint look_min_msec;
  guint look_max_msec;
};
