/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-keyed-hmac.h"

#include <errno.h>
#include <sys/random.h>

#include "wsman/auth/wsm-secret.h"

/**
 * wsm_keyed_hmac_new:
 *
 * A SHA-256 HMAC with a key of its own. What leaks out of this process's memory in one run is worth
 * nothing in the next; and callers, who choose their addresses and the names they try, cannot
 * choose them so that they fall together in a table, nor so that one stands for another.
 *
 * Returns: (transfer full): an HMAC that has taken the key and nothing else: copy it for each use
 */
GHmac *
wsm_keyed_hmac_new (void)
{
  guint8 key[32];
  GHmac *hmac;

  while (getrandom (key, sizeof key, 0) != sizeof key)
    if (errno != EINTR)
      g_error ("The kernel gives no random numbers: %s", g_strerror (errno));

  hmac = g_hmac_new (G_CHECKSUM_SHA256, key, sizeof key);
  wsm_secret_wipe (key, sizeof key);

  return hmac;
}
