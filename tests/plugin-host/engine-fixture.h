/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pthread.h>
#include <stdint.h>

/* What the fixture and the tests share; before Startup and after Shutdown, or with the lock. */
typedef struct
{
  pthread_mutex_t lock;
  char log[4096];

  int startup_hangs; /* atomic, as is: */
  int shutdown_hangs;
  uint32_t startup_code;
  uint32_t shutdown_code;

  uint32_t reason;
  int name_in_startup;
  int flag_was_set;
  int described;
  uint32_t result_code; /* atomic, as is: */
  uint32_t second_result_code;
  uint32_t second_report;
  uint32_t second_completion;
  uint32_t free_code;
  uint32_t flood_code;
  int n_pieces; /* atomic */
} EngineFixtureState;

EngineFixtureState *engine_fixture_get_state (void);
