/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include "wsman/wire/wsm-datetime.h"
#include "wsman/wire/wsm-duration.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  gint64 msec, again;

  if (wsm_duration_parse (text, &msec, NULL))
    {
      g_autofree char *written = wsm_duration_format (msec);

      g_assert_true (wsm_duration_parse (written, &again, NULL));
      g_assert_cmpint (msec, ==, again);
      g_assert_true (wsm_interval_parse (text, &again, NULL));
      g_assert_cmpint (msec, ==, again);
    }
  else if (wsm_interval_parse (text, &msec, NULL))
    {
      g_assert_cmpint (msec, >=, 0);
    }

  return 0;
}
