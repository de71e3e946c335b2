/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugins/shutdown-shell/cf-shutdown-text.h"

#include <string.h>

#include "plugins/shutdown-shell/cf-console-text.h"

static void
test_accepted (void)
{
  static const struct
  {
    guint32 flags;
    guint32 seconds;
    const char *text;
  } cases[] = {
    { CF_WIRE_RESTART, 60,
      "This computer restarts at 14:05 (in 60 seconds). Cancel with: shutdown /a\n" },
    { CF_WIRE_RESTART, 1,
      "This computer restarts at 14:04 (in 1 second). Cancel with: shutdown /a\n" },
    { CF_WIRE_POWEROFF, 3600,
      "This computer shuts down at 15:04 (in 1 hour). Cancel with: shutdown /a\n" },
    { CF_WIRE_POWEROFF, 5430,
      "This computer shuts down at 15:34 (in 1 hour 30 minutes 30 seconds). Cancel with: shutdown "
      "/a\n" },
    { CF_WIRE_RESTART, 86400,
      "This computer restarts on 2026-01-02 at 14:04 (in 1 day). Cancel with: shutdown /a\n" },
    { CF_WIRE_RESTART, 315360000,
      "This computer restarts on 2035-12-30 at 14:04 (in 3650 days). Cancel with: shutdown /a\n" },
    { CF_WIRE_RESTART | CF_WIRE_FORCE_OTHERS, 0, "This computer restarts now.\n" },
    { CF_WIRE_POWEROFF, 0, "This computer shuts down now.\n" },
    { CF_WIRE_POWEROFF | CF_WIRE_RESTARTAPPS, 0,
      "This computer shuts down now.\nApplications are not started again after that: /g does "
      "so.\n" },
  };
  g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 1, 1, 14, 4, 0);

  g_test_summary ("What was accepted is said in a sentence with the time");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CfShutdownOrder order = { CF_SHUTDOWN_SUBMIT, cases[i].flags, cases[i].seconds, 0, NULL };
      g_autofree char *text = cf_shutdown_text_dup_accepted (&order, now);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_refused (void)
{
  static const guint32 codes[] = { 5, 21, 31, 50, 53, 87, 170, 995, 1115, 1116, 1190, 1191, 4711 };
  CfShutdownOrder order = { CF_SHUTDOWN_SUBMIT, CF_WIRE_RESTART, 60, 0, NULL };
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *submit = cf_shutdown_text_dup_refused (&order, 1115);
  g_autofree char *call_off = NULL;

  g_test_summary ("Every refusal has a sentence of its own, with its number");

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      char *text = cf_shutdown_text_dup_refused (&order, codes[i]);
      g_autofree char *number = g_strdup_printf (" (%u)\n", codes[i]);

      g_assert_true (g_str_has_suffix (text, number));
      g_assert_cmpuint (strlen (text), >, 40);
      g_assert_true (g_hash_table_add (texts, text));
    }
  order.verb = CF_SHUTDOWN_ABORT;
  call_off = cf_shutdown_text_dup_refused (&order, 1115);
  g_assert_cmpstr (call_off, !=, submit);
}

static void
test_help (void)
{
  static const char *const needed[] = { "/r",      "/g",    "/s",  "/sg",      "/p", "/a",
                                        "/f",      "/soft", "/t",  "/c",       "/d", "/m",
                                        "/hybrid", "/l",    "/fw", "/i",       "/h", "/e",
                                        "/o",      "/?",    "4:1", "[p:] 2:17" };
  static const char *const afterwards[] = { "6:11", "0:5", "5:15" };
  g_autofree char *help = cf_shutdown_text_dup_help ();
  g_auto (GStrv) lines = g_strsplit (help, "\n", -1);

  g_test_summary ("The help knows every option, and fits a console");

  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    g_assert_nonnull (strstr (help, needed[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (afterwards); i++)
    g_assert_null (strstr (help, afterwards[i]));
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_test_message ("%s", lines[i]);
      g_assert_cmpuint (strlen (lines[i]), <=, 92);
    }
}

static void
test_code_pages (void)
{
  static const struct
  {
    guint code_page;
    const char *octets;
  } cases[] = {
    { 65001, "Größe 🦉\r\n" },
    { 850, "Gr\x94\xe1"
           "e ?\r\n" },
    { 437, "Gr\x94\xe1"
           "e ?\r\n" },
    { 1252, "Gr\xf6\xdf"
            "e ?\r\n" },
    { 932, "Gr??e ?\r\n" },
    { 20127, "Gr??e ?\r\n" },
  };

  g_test_summary ("A console gets its own octets and line ends");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) octets = cf_console_text_encode ("Größe 🦉\n", cases[i].code_page);

      g_test_message ("%u", cases[i].code_page);
      g_assert_cmpmem (octets->data, octets->len, cases[i].octets, strlen (cases[i].octets));
    }
}

static void
test_code_page_numbers (void)
{
  static const char *const bad[] = { "", "utf-8", "-1", "65536", "0", " 850" };
  guint code_page = 0;

  g_test_summary ("A code page is a number");

  g_assert_true (cf_console_text_parse_code_page ("65001", &code_page));
  g_assert_cmpuint (code_page, ==, 65001);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (cf_console_text_parse_code_page (bad[i], &code_page));
  g_assert_cmpuint (code_page, ==, 65001);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add_func ("/plugins/shutdown-text/" path, func)
  ADD ("accepted", test_accepted);
  ADD ("refused", test_refused);
  ADD ("help", test_help);
  ADD ("code-pages", test_code_pages);
  ADD ("code-page-numbers", test_code_page_numbers);
  return g_test_run ();
}
