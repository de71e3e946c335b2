/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-operating-system-flags.h"

#include "plugin-api/wsman-plugin.h"

/* the Flags of Win32Shutdown and Win32ShutdownTracker */
#define FLAG_LOG_OFF   0
#define FLAG_SHUT_DOWN 1
#define FLAG_REBOOT    2
#define FLAG_FORCE     4
#define FLAG_POWER_OFF 8

/* those of WsdrInitiateShutdown */
#define WIRE_FORCE_OTHERS 0x01
#define WIRE_RESTART      0x04
#define WIRE_POWEROFF     0x08
#define WIRE_NOREBOOT     0x10

/**
 * cf_operating_system_flags_to_wire:
 * @flags: the Flags of Win32Shutdown or Win32ShutdownTracker
 * @wire: (out): the flags of WsdrInitiateShutdown that mean the same
 * @code: (out): the Win32 code to answer if there are none: ERROR_NOT_SUPPORTED for logging off,
 *   ERROR_INVALID_PARAMETER for a number without a meaning
 *
 * "Shut down" without "power off" leaves the power on, so that is a halt
 * (shutdown-semantics.md section 4.2).
 *
 * Returns: %FALSE with @code set if the request cannot be
 */
gboolean
cf_operating_system_flags_to_wire (gint32 flags, guint32 *wire, guint32 *code)
{
  switch (flags & ~FLAG_FORCE)
    {
    case FLAG_LOG_OFF:
      *code = ERROR_NOT_SUPPORTED;
      return FALSE;
    case FLAG_SHUT_DOWN:
      *wire = WIRE_NOREBOOT;
      break;
    case FLAG_REBOOT:
      *wire = WIRE_RESTART;
      break;
    case FLAG_POWER_OFF:
      *wire = WIRE_POWEROFF;
      break;
    default:
      *code = ERROR_INVALID_PARAMETER;
      return FALSE;
    }
  if (flags & FLAG_FORCE)
    *wire |= WIRE_FORCE_OTHERS;
  return TRUE;
}
