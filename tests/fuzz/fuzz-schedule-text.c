/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"
#include "schedule/cf-schedule-text.h"

#include <string.h>

#define BOOT_ID "4f6ab0c1-0d4e-4c9e-9b0a-6d1c2e3f4a5b"

/* The file of the pending request. Octets alone never get past its seal, so they are tried once as
 * they are and once with a seal that fits; what is read then is written and read again. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *plain = g_strndup ((const char *) data, size);
  g_autofree char *sealed = cf_schedule_text_seal (g_strdup (plain));
  g_autoptr (CfScheduleRecord) record = NULL;

  record = cf_schedule_text_read (plain, strlen (plain), BOOT_ID, NULL);
  g_clear_pointer (&record, cf_schedule_record_free);

  record = cf_schedule_text_read (sealed, strlen (sealed), BOOT_ID, NULL);
  if (record != NULL)
    {
      gsize length;
      g_autofree char *text = cf_schedule_text_write (record->entry, record->phase,
                                                      record->asleep_usec, BOOT_ID, &length);
      g_autoptr (CfScheduleRecord) again = cf_schedule_text_read (text, length, BOOT_ID, NULL);

      g_assert_nonnull (again);
      g_assert_cmpint (cf_schedule_entry_get_latest_boot_usec (again->entry), ==,
                       cf_schedule_entry_get_latest_boot_usec (record->entry));
      g_assert_true (cf_shutdown_request_equal (cf_schedule_entry_get_request (again->entry),
                                                cf_schedule_entry_get_request (record->entry)));
    }
  return 0;
}
