/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-shutdown-request.h"

G_BEGIN_DECLS

/* For the builder, which makes a request, and the request's own file. */
struct _CfShutdownRequest
{
  gatomicrefcount ref_count;

  CfShutdownAction action;
  CfShutdownFlags flags;
  char *message; /* (owned) (nullable): %NULL and "" are two things */
  guint32 grace_seconds;
  guint32 reason;
  char *client_hint; /* (owned) (nullable) */
  char *code;        /* (owned) (nullable) */
  guint32 postpone_limit;
  guint32 postpone_seconds;
};

G_END_DECLS
