/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include <string.h>

#include "plugins/shutdown-shell/cf-command-line.h"
#include "plugins/shutdown-shell/cf-shutdown-options.h"

/* What a command asks for has to be something that shutdown.exe can be asked for. */
static void
check_order (const CfShutdownOrder *order)
{
  g_assert_cmpuint (order->grace_seconds, <=, CF_SHUTDOWN_MAX_SECONDS);
  g_assert_cmphex (order->reason & ~0xC0FFFFFFu, ==, 0);
  if (order->verb != CF_SHUTDOWN_SUBMIT)
    return;
  g_assert_true (((order->flags & CF_WIRE_RESTART) == 0) !=
                 ((order->flags & CF_WIRE_POWEROFF) == 0));
  g_assert_true (order->grace_seconds == 0 || order->flags & CF_WIRE_FORCE_OTHERS);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *octets = g_strndup ((const char *) data, size);
  g_autofree char *line = g_utf8_make_valid (octets, -1);

  for (gboolean skip_cmd = FALSE; skip_cmd <= TRUE; skip_cmd++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) words = cf_command_line_parse (line, skip_cmd, &error);
      CfShutdownOrder order;

      g_assert_true ((words == NULL) == (error != NULL));
      if (words == NULL)
        continue;
      g_assert_nonnull (words[0]);
      for (gsize i = 0; words[i] != NULL; i++)
        g_assert_true (g_utf8_validate (words[i], -1, NULL));
      if (cf_shutdown_options_parse ((const char *const *) words + 1, "pc7", &order, &error))
        check_order (&order);
      else
        g_assert_nonnull (error);
    }
  return 0;
}
