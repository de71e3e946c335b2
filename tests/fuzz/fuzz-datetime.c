/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include "wsman/wire/wsm-datetime.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDateTime) time = wsm_datetime_parse (text, &error);

  g_assert_true ((time == NULL) == (error != NULL));
  if (time != NULL)
    {
      g_autofree char *written = wsm_datetime_format (time);
      g_autoptr (GDateTime) again = wsm_datetime_parse (written, NULL);

      /* An offset with seconds in it cannot be written; the minute then differs. */
      g_assert_nonnull (again);
      if (g_date_time_get_utc_offset (time) % G_TIME_SPAN_MINUTE == 0)
        g_assert_true (g_date_time_equal (time, again));
    }

  return 0;
}
