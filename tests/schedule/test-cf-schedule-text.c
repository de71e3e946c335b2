/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "schedule/cf-schedule-text.h"

#include "kept-entry.h"

#include <string.h>

static CfScheduleRecord *
write_and_read (const CfScheduleEntry *entry, GError **error)
{
  gsize length;
  g_autofree char *text = cf_schedule_text_write (entry, CF_SCHEDULE_PHASE_COUNTING, 0, BOOT_ID,
                                                  &length);

  return cf_schedule_text_read (text, length, BOOT_ID, error);
}

static void
test_texts (void)
{
  static const char *const texts[] = {
    NULL,
    "",
    " ",
    "  leading and trailing \t ",
    "\n",
    "two\nlines\n",
    "\r\n\t\\n\\s\\",
    "\v\f leading controls \x01\x1b[31m\x7f",
    "\"quoted\" 'text'; # no comment",
    "[pending]\nversion=9\n[seal]\nsha256=0",
    "deadline=0",
    "\xf0\x9f\x98\xb4 gute Nacht \xe2\x80\xae",
    "a;b;c=d",
  };

  g_test_summary ("Every text comes back as it was, and none is taken for another thing");

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *text = texts[i] != NULL ? texts[i] : "";
      g_autoptr (CfShutdownRequest)
        request = make_kept_request (CF_SHUTDOWN_POWEROFF, texts[i], texts[i], NULL);
      g_autoptr (CfScheduleEntry)
        entry = cf_schedule_entry_new (request, text, CF_SCHEDULE_ORIGIN_FOREIGN, 1, 2);
      g_autoptr (CfScheduleRecord) record = NULL;
      g_autoptr (GError) error = NULL;

      cf_schedule_entry_add_postponement (entry, text, 5, 900, text);
      record = write_and_read (entry, &error);
      g_assert_no_error (error);
      assert_same_entry (record->entry, entry);
      g_assert_cmpstr (
        cf_shutdown_request_get_message (cf_schedule_entry_get_request (record->entry)), ==,
        texts[i]);
    }
}

static void
test_flags (void)
{
  g_test_summary ("Flags come back as they came, ambiguous ones too");

  for (guint32 flags = 0; flags <= CF_SHUTDOWN_FLAGS_MASK; flags++)
    {
      g_autoptr (CfShutdownRequest) request = make_kept_request (flags, NULL, NULL, NULL);
      g_autoptr (CfScheduleEntry)
        entry = cf_schedule_entry_new (request, "mara", CF_SCHEDULE_ORIGIN_FOREIGN, 1, 2);
      g_autoptr (CfScheduleRecord) record = write_and_read (entry, NULL);

      g_assert_nonnull (record);
      assert_same_entry (record->entry, entry);
    }
}

static void
test_changed_octet (void)
{
  g_autoptr (CfScheduleEntry) entry = make_kept_entry ();
  g_autofree char *text = NULL;
  gsize length;

  g_test_summary ("A file with one other byte, wherever, is no request");

  text = cf_schedule_text_write (entry, CF_SCHEDULE_PHASE_COUNTING, 0, BOOT_ID, &length);
  for (gsize i = 0; i < length; i++)
    for (guint bit = 0; bit < 8; bit++)
      {
        g_autoptr (GError) error = NULL;

        text[i] ^= (char) (1u << bit);
        g_assert_null (cf_schedule_text_read (text, length, BOOT_ID, &error));
        g_assert_nonnull (error);
        text[i] ^= (char) (1u << bit);
      }
}

static gboolean
is_text (const char *key)
{
  static const char *const keys[] = { "request-code", "message", "client-hint", "requester",
                                      "who",          "note",    "changed-by",  NULL };

  return g_strv_contains (keys, key);
}

/* What was added later, which an older agent does not write. */
static gboolean
is_addition (const char *key)
{
  static const char *const keys[] = { "returned", "change", "changed-by", "ready", NULL };

  return g_strv_contains (keys, key);
}

/* The same lines with another value of one key, or without it, under a seal that fits: what another
 * version of the agent might have written. */
static char *
damage (char **lines, gsize i, const char *key, const char *value)
{
  g_autofree char *damaged = value != NULL ? g_strconcat (key, "=", value, NULL) : g_strdup ("");
  char *kept = lines[i];
  char *text;

  lines[i] = damaged;
  text = g_strjoinv ("\n", lines);
  lines[i] = kept;
  *strstr (text, "[seal]") = '\0';
  return cf_schedule_text_seal (text);
}

static void
test_damaged_keys (void)
{
  static const char *const values[] = {
    NULL, "nonsense", "\xff", "-9223372036854775808", "9223372036854775807", "99999999999999999999",
  };
  g_autoptr (CfScheduleEntry) entry = make_kept_entry ();
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint n_refused = 0;
  gsize length;

  g_test_summary ("Whichever key is missing or has a value that cannot be, it is no request");

  text = cf_schedule_text_write (entry, CF_SCHEDULE_PHASE_COUNTING, 0, BOOT_ID, &length);
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; !g_str_equal (lines[i], "[seal]"); i++)
    for (gsize j = 0; strchr (lines[i], '=') != NULL && j < G_N_ELEMENTS (values); j++)
      {
        g_autofree char *key = g_strndup (lines[i], strcspn (lines[i], "="));
        g_autofree char *damaged = damage (lines, i, key, values[j]);
        g_autoptr (GError) error = NULL;
        g_autoptr (CfScheduleRecord)
          record = cf_schedule_text_read (damaged, strlen (damaged), BOOT_ID, &error);

        if (record != NULL)
          g_assert_true (is_text (key) || (values[j] == NULL && is_addition (key)));
        else if (error == NULL)
          g_assert_cmpstr (key, ==, "boot-id"); /* another boot's: nothing, and no error */
        n_refused += record == NULL;
      }
  g_assert_cmpuint (n_refused, >, 100);
}

static void
test_older_version (void)
{
  g_autoptr (CfScheduleEntry) entry = make_kept_entry ();
  g_autofree char *text = NULL;
  g_autofree char *old = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GStrvBuilder) kept = g_strv_builder_new ();
  g_auto (GStrv) kept_lines = NULL;
  g_autoptr (CfScheduleRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_test_summary ("What an agent kept that knew less is taken up by one that knows more, and the "
                  "other way round");

  text = cf_schedule_text_write (entry, CF_SCHEDULE_PHASE_COUNTING, 0, BOOT_ID, &length);
  /* an older one ignores keys that it does not know, and takes this number alone */
  g_assert_nonnull (strstr (text, "\nversion=1\n"));
  *strstr (text, "[seal]") = '\0';
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *key = g_strndup (lines[i], strcspn (lines[i], "="));

      if (!is_addition (key))
        g_strv_builder_add (kept, lines[i]);
    }
  kept_lines = g_strv_builder_end (kept);
  g_assert_cmpuint (g_strv_length (lines), ==, g_strv_length (kept_lines) + 4);
  old = cf_schedule_text_seal (g_strjoinv ("\n", kept_lines));

  record = cf_schedule_text_read (old, strlen (old), BOOT_ID, &error);
  g_assert_no_error (error);
  g_assert_cmpint (record->entry->deadline_boot_usec, ==, entry->deadline_boot_usec);
  g_assert_cmpuint (record->entry->ready->len, ==, 0);
  g_assert_cmpstr (record->entry->changed_by, ==, entry->requester);
}

static void
test_impossible_times (void)
{
  static const struct
  {
    gint64 accepted, first, deadline;
  } cases[] = {
    { -1, 5, 5 }, { 10, 9, 10 }, { 10, 10, 9 }, { 1, G_MAXINT64 / 2, 2 }, { 1, 2, G_MAXINT64 / 2 },
  };

  g_test_summary ("Times that no agent can have written are refused");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfScheduleEntry) entry = make_kept_entry ();
      g_autoptr (GError) error = NULL;

      entry->accepted_boot_usec = cases[i].accepted;
      entry->first_deadline_boot_usec = cases[i].first;
      entry->deadline_boot_usec = cases[i].deadline;
      g_assert_null (write_and_read (entry, &error));
      g_assert_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add_func ("/schedule/schedule-text/" path, func)
  ADD ("texts-come-back", test_texts);
  ADD ("flags-come-back", test_flags);
  ADD ("changed-octet-is-nothing", test_changed_octet);
  ADD ("damaged-key-is-nothing", test_damaged_keys);
  ADD ("older-version-is-read", test_older_version);
  ADD ("impossible-times-are-nothing", test_impossible_times);
  return g_test_run ();
}
