/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CfBusProblem:
 * @CF_BUS_PROBLEM_OTHER: it was not done
 * @CF_BUS_PROBLEM_LOST_REPLY: it was sent, and no reply came: it may well have been done
 * @CF_BUS_PROBLEM_REFUSED: polkit, or an inhibitor, stands against it
 * @CF_BUS_PROBLEM_IN_PROGRESS: the machine goes down already
 * @CF_BUS_PROBLEM_GONE: what was asked about is not there any more
 *
 * What an error of a D-Bus call that was sent on an open connection means.
 */
typedef enum
{
  CF_BUS_PROBLEM_OTHER,
  CF_BUS_PROBLEM_LOST_REPLY,
  CF_BUS_PROBLEM_REFUSED,
  CF_BUS_PROBLEM_IN_PROGRESS,
  CF_BUS_PROBLEM_GONE,
} CfBusProblem;

CfBusProblem cf_bus_problem_of (const GError *error);
char *cf_bus_problem_dup_text (const GError *error);

G_END_DECLS
