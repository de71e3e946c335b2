/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include <string.h>

#include "fleet/cf-known-hosts.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = g_memdup2 (size > 0 ? data : (const guint8 *) "", MAX (size, 1));
  g_autoptr (GError) error = NULL;
  g_autoptr (CfKnownHosts) hosts = cf_known_hosts_parse (text, size, &error);
  g_autoptr (CfKnownHosts) again = NULL;
  g_autofree char *written = NULL;
  guint n_hosts;

  g_assert_true ((hosts == NULL) == (error != NULL));
  if (hosts == NULL)
    return 0;

  /* What is read can be written and read again, and no certificate gets lost. */
  written = cf_known_hosts_to_text (hosts);
  again = cf_known_hosts_parse (written, strlen (written), &error);
  g_assert_no_error (error);
  n_hosts = cf_known_hosts_get_n_hosts (hosts);
  g_assert_cmpuint (cf_known_hosts_get_n_hosts (again), ==, n_hosts);
  for (guint i = 0; i < n_hosts; i++)
    {
      const CfKnownHost *host = cf_known_hosts_get (hosts, i);
      const CfKnownHost *same = cf_known_hosts_find (again, host->name, host->port);

      g_assert_nonnull (same);
      g_assert_cmpstr (same->sha256, ==, host->sha256);
    }

  return 0;
}
