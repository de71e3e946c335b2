/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "schedule/cf-schedule-entry.h"

G_BEGIN_DECLS

#define CF_TERMINAL_TEXT_MAX 400 /* octets */

/**
 * CfTerminalOccasion:
 * @CF_TERMINAL_WAITING: it was announced, or a reminder is due
 * @CF_TERMINAL_POSTPONED: somebody at the computer postponed it
 * @CF_TERMINAL_MOVED: somebody with the right to moved it to another time
 * @CF_TERMINAL_GOING_DOWN: the time has come
 * @CF_TERMINAL_CALLED_OFF: it was called off
 * @CF_TERMINAL_VETOED: the time came, but something stood against it
 *
 * What people at terminals are told about.
 */
typedef enum
{
  CF_TERMINAL_WAITING,
  CF_TERMINAL_POSTPONED,
  CF_TERMINAL_MOVED,
  CF_TERMINAL_GOING_DOWN,
  CF_TERMINAL_CALLED_OFF,
  CF_TERMINAL_VETOED,
} CfTerminalOccasion;

char *cf_terminal_text_compose (CfTerminalOccasion occasion, const char *organization,
                                const char *host_name, const CfScheduleEntry *entry,
                                GDateTime *deadline, guint minutes_left, const char *detail);

G_END_DECLS
