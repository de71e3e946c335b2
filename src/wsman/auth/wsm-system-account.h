/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#define WSM_FIRST_PERSON  1000u
#define WSM_FIRST_DYNAMIC 61184u
#define WSM_LAST_DYNAMIC  65535u /* directory services give people uids far above */

/* Root and system accounts, systemd's dynamic users and nobody: whoever vouches for them, they do
 * not sign in. Without GLib, as the helper that asks PAM has none. */
static inline bool
wsm_is_system_uid (uid_t uid)
{
  return uid < WSM_FIRST_PERSON || (uid >= WSM_FIRST_DYNAMIC && uid <= WSM_LAST_DYNAMIC);
}
