/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "request/cf-shutdown-request.h"

/* The tables of shutdown-semantics.md section 1.4, written down once more: bare numbers and
 * letters, none of the constants and functions that the tests are to prove. */

#define BIT_A 0x01
#define BIT_B 0x04
#define BIT_C 0x08
#define BIT_D 0x10
#define BIT_E 0x20
#define BIT_G 0x80

static inline gboolean
oracle_may_send (guint byte)
{
  gboolean b = (byte & BIT_B) != 0;
  gboolean c = (byte & BIT_C) != 0;
  gboolean d = (byte & BIT_D) != 0;
  gboolean g = (byte & BIT_G) != 0;

  if ((byte & 0x02) != 0)
    return FALSE;
  if (g)
    return b && !c && !d;
  return b + c + d == 1;
}

static inline CfShutdownAction
oracle_action (guint byte)
{
  /* rows: B C D as a binary number; the two columns: without G, with G */
  static const char actions[8][2] = {
    { 'p', 'r' }, /* 0 0 0 */
    { 'h', 'h' }, /* 0 0 1 */
    { 'p', 'p' }, /* 0 1 0 */
    { 'p', 'p' }, /* 0 1 1 */
    { 'r', 'r' }, /* 1 0 0 */
    { 'p', 'p' }, /* 1 0 1 */
    { 'p', 'p' }, /* 1 1 0 */
    { 'p', 'p' }, /* 1 1 1 */
  };
  guint row = ((byte & BIT_B) ? 4 : 0) + ((byte & BIT_C) ? 2 : 0) + ((byte & BIT_D) ? 1 : 0);

  switch (actions[row][(byte & BIT_G) ? 1 : 0])
    {
    case 'r':
      return CF_SHUTDOWN_ACTION_RESTART;
    case 'h':
      return CF_SHUTDOWN_ACTION_HALT;
    default:
      return CF_SHUTDOWN_ACTION_POWER_OFF;
    }
}
