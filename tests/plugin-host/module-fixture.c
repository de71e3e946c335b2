/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Modules that are none: without a version, of another version, and without a Shutdown. */

#include <stdint.h>

#define EXPORT __attribute__ ((visibility ("default")))

#ifdef ABI
extern EXPORT const uint32_t CurfewPluginAbi;
const uint32_t CurfewPluginAbi = ABI;
#endif

EXPORT uint32_t WSManPluginStartup (uint32_t flags, const void *a, const void *b, void **context);

uint32_t
WSManPluginStartup (uint32_t flags, const void *a, const void *b, void **context)
{
  return 0;
}
