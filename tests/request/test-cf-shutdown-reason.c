/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "request/cf-shutdown-reason.h"

static void
test_parse (void)
{
  g_test_summary ("Words, shutdown.exe's numbers and whole numbers are read");

  static const struct
  {
    const char *text;
    guint32 reason;
  } cases[] = {
    { "planned:os:security-fix", 0x80020012 },
    { "p:2:18", 0x80020012 },
    { "0x80020012", 0x80020012 },
    { "2147614738", 0x80020012 },
    { "Planned:Operating-System:SecurityFix", 0x80020012 },
    { "PLANNED:OPERATINGSYSTEM:SECURITY_FIX", 0x80020012 },
    { "p:os:18", 0x80020012 },
    { "planned:2:security-fix", 0x80020012 },
    { "unplanned:hardware:maintenance", 0x00010001 },
    { "hardware:maintenance", 0x00010001 },
    { "1:1", 0x00010001 },
    { "2:18", 0x00020012 },
    { "u:1:1", 0x40010001 },
    { "user-defined:64:7", 0x40400007 },
    { "planned-user-defined:255:65535", 0xC0FFFFFF },
    { "planned:255:65535", 0x80FFFFFF },
    { "0:0", 0 },
    { "0", 0 },
    { "0xC0ffFFff", 0xC0FFFFFF },
    { "p:00:00", 0x80000000 },
    { "planned:app:unresponsive", 0x80040005 },
    { "planned:none:none", 0x800000FF },
    { "legacy-api:other", 0x00070000 },
    { "planned:os:termsrv", 0x80020020 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      guint32 reason = 0xDEAD;

      g_assert_true (cf_shutdown_reason_parse (cases[i].text, &reason, &error));
      g_assert_no_error (error);
      g_assert_cmphex (reason, ==, cases[i].reason);
    }
}

static void
test_refused (void)
{
  g_test_summary ("What is no reason is refused by name, with an example of one");

  static const struct
  {
    const char *text;
    CfReasonError code;
    const char *named;
  } cases[] = {
    { "", CF_REASON_ERROR_SYNTAX, "“”" },
    { "security-fix", CF_REASON_ERROR_SYNTAX, "security-fix" },
    { "-1", CF_REASON_ERROR_SYNTAX, "-1" },
    { "+1", CF_REASON_ERROR_SYNTAX, "+1" },
    { " 1", CF_REASON_ERROR_SYNTAX, " 1" },
    { "0x", CF_REASON_ERROR_SYNTAX, "0x" },
    { "0x0x1", CF_REASON_ERROR_SYNTAX, "0x0x1" },
    { "0x-1", CF_REASON_ERROR_SYNTAX, "0x-1" },
    { "12z", CF_REASON_ERROR_SYNTAX, "12z" },
    { "4294967296", CF_REASON_ERROR_OUT_OF_RANGE, "4294967296" },
    { "0x180000000", CF_REASON_ERROR_OUT_OF_RANGE, "0x180000000" },
    { "99999999999999999999999", CF_REASON_ERROR_OUT_OF_RANGE, "99999999999999999999999" },
    { "0x01000000", CF_REASON_ERROR_OUT_OF_RANGE, "0xC0FFFFFF" },
    { "0x20000000", CF_REASON_ERROR_OUT_OF_RANGE, "0x20000000" },
    { "p:2:18:1", CF_REASON_ERROR_SYNTAX, "p:2:18:1" },
    { "p:2:18:", CF_REASON_ERROR_SYNTAX, "p:2:18:" },
    { "x:2:18", CF_REASON_ERROR_UNKNOWN_NAME, "“x”" },
    { ":2:18", CF_REASON_ERROR_UNKNOWN_NAME, "“”" },
    { "1:2:18", CF_REASON_ERROR_UNKNOWN_NAME, "“1”" },
    { "p:oss:18", CF_REASON_ERROR_UNKNOWN_NAME, "“oss” is no major" },
    { "p:os:fix", CF_REASON_ERROR_UNKNOWN_NAME, "“fix” is no minor" },
    { "p:os", CF_REASON_ERROR_UNKNOWN_NAME, "“p” is no major" },
    { "p::1", CF_REASON_ERROR_UNKNOWN_NAME, "“” is no major" },
    { ":", CF_REASON_ERROR_UNKNOWN_NAME, "“” is no major" },
    { "p:-:1", CF_REASON_ERROR_UNKNOWN_NAME, "“-” is no major" },
    { "p:-1:1", CF_REASON_ERROR_UNKNOWN_NAME, "“-1” is no major" },
    { "p:1:0x12", CF_REASON_ERROR_UNKNOWN_NAME, "“0x12” is no minor" },
    { "p:256:0", CF_REASON_ERROR_OUT_OF_RANGE, "256" },
    { "p:0:65536", CF_REASON_ERROR_OUT_OF_RANGE, "65535" },
    { "p:0:99999999999999999999999", CF_REASON_ERROR_OUT_OF_RANGE, "65535" },
    { "p:\x1B[31m:1", CF_REASON_ERROR_UNKNOWN_NAME, "“[31m” is no major" },
    { "\xFF:1:1", CF_REASON_ERROR_UNKNOWN_NAME, "“\uFFFD”" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      guint32 reason = 0xDEAD;

      g_assert_false (cf_shutdown_reason_parse (cases[i].text, &reason, &error));
      g_assert_error (error, CF_REASON_ERROR, (int) cases[i].code);
      g_assert_cmphex (reason, ==, 0xDEAD);
      g_assert_nonnull (strstr (error->message, cases[i].named));
      g_assert_nonnull (strstr (error->message, "planned:os:security-fix"));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
assert_round_trip (guint32 reason)
{
  g_autofree char *text = cf_shutdown_reason_format (reason);
  g_autoptr (GError) error = NULL;
  guint32 back = ~reason;

  g_assert_true (cf_shutdown_reason_parse (text, &back, &error));
  g_assert_no_error (error);
  g_assert_cmphex (back, ==, reason);
}

static void
test_format (void)
{
  g_test_summary ("A reason is written in its long form");

  static const struct
  {
    guint32 reason;
    const char *text;
  } cases[] = {
    { 0x80020012, "planned:os:security-fix" },
    { 0x00010001, "unplanned:hardware:maintenance" },
    { 0x80400007, "planned:64:disk" },
    { 0x804003E8, "planned:64:1000" },
    { 0x8002001B, "planned:os:27" },
    { 0x80000000, "planned:other:other" },
    { 0x40401000, "user-defined:64:4096" },
    { 0xC0FF0001, "planned-user-defined:255:maintenance" },
    { 0x81020012, "0x81020012" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = cf_shutdown_reason_format (cases[i].reason);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_round_trip (void)
{
  g_test_summary ("What is written is read back: all of the tables, all majors, and random codes");

  static const guint32 kinds[] = { 0, 0x80000000, 0x40000000, 0xC0000000 };
  gsize n_known = 0;
  const CfKnownReason *known = cf_shutdown_reason_get_known (&n_known);

  for (gsize i = 0; i < n_known; i++)
    assert_round_trip (known[i].code);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (guint32 major = 0; major <= 0xFF; major++)
      for (guint32 minor = 0; minor <= 0x100; minor++)
        assert_round_trip (kinds[i] | major << 16 | minor);
  for (guint i = 0; i < 50000; i++)
    assert_round_trip ((guint32) g_test_rand_int () & CF_SHUTDOWN_REASON_VALID_MASK);
}

static void
test_names (void)
{
  g_test_summary ("Every major and minor of the reference has its own name");

  static const struct
  {
    const char *part;
    guint32 value;
  } majors[] = {
    { "other", 0 },  { "hardware", 1 },    { "os", 2 },    { "software", 3 },
    { "system", 5 }, { "application", 4 }, { "power", 6 }, { "legacy-api", 7 },
  }, minors[] = {
    { "other", 0x00 },
    { "maintenance", 0x01 },
    { "installation", 0x02 },
    { "upgrade", 0x03 },
    { "reconfig", 0x04 },
    { "hung", 0x05 },
    { "unstable", 0x06 },
    { "disk", 0x07 },
    { "processor", 0x08 },
    { "network-card", 0x09 },
    { "power-supply", 0x0A },
    { "cord-unplugged", 0x0B },
    { "environment", 0x0C },
    { "hardware-driver", 0x0D },
    { "other-driver", 0x0E },
    { "blue-screen", 0x0F },
    { "service-pack", 0x10 },
    { "hot-fix", 0x11 },
    { "security-fix", 0x12 },
    { "security", 0x13 },
    { "network-connectivity", 0x14 },
    { "wmi", 0x15 },
    { "service-pack-uninstall", 0x16 },
    { "hot-fix-uninstall", 0x17 },
    { "security-fix-uninstall", 0x18 },
    { "mmc", 0x19 },
    { "system-restore", 0x1A },
    { "terminal-services", 0x20 },
    { "dc-promotion", 0x21 },
    { "dc-demotion", 0x22 },
    { "none", 0xFF },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (majors); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (minors); j++)
      {
        g_autofree char *text = g_strdup_printf ("planned:%s:%s", majors[i].part, minors[j].part);
        g_autofree char *back = cf_shutdown_reason_format (0x80000000 | majors[i].value << 16 |
                                                           minors[j].value);

        g_assert_cmpstr (back, ==, text);
      }
}

/* shutdown-semantics.md section 3: "predefined combinations and display titles" */
static const struct
{
  guint major;
  guint minor;
  char kinds; /* 'b'oth, 'p'lanned only, 'u'nplanned only */
  char offer; /* of the unplanned one: 'a'lways, 'E', 'U', as the table marks it */
  const char *title;
  gboolean suffix;
} titles[] = {
  { 0, 0, 'b', 'U', "Other", TRUE },
  { 0, 5, 'u', 'U', "Other Failure: System Unresponsive", FALSE },
  { 1, 1, 'b', 'a', "Hardware: Maintenance", TRUE },
  { 1, 2, 'b', 'a', "Hardware: Installation", TRUE },
  { 2, 2, 'b', 'a', "Operating System: Recovery", TRUE },
  { 2, 3, 'b', 'U', "Operating System: Upgrade", TRUE },
  { 2, 4, 'b', 'a', "Operating System: Reconfiguration", TRUE },
  { 2, 16, 'p', 'a', "Operating System: Service pack", TRUE },
  { 2, 17, 'b', 'a', "Operating System: Hot fix", TRUE },
  { 2, 18, 'b', 'a', "Operating System: Security fix", TRUE },
  { 4, 1, 'b', 'a', "Application: Maintenance", TRUE },
  { 4, 2, 'p', 'a', "Application: Installation", TRUE },
  { 4, 5, 'u', 'E', "Application: Unresponsive", FALSE },
  { 4, 6, 'u', 'E', "Application: Unstable", FALSE },
  { 5, 15, 'u', 'U', "System Failure: Stop error", FALSE },
  { 5, 19, 'b', 'a', "Security issue", TRUE },
  { 5, 20, 'u', 'E', "Loss of network connectivity", TRUE },
  { 6, 11, 'u', 'U', "Power Failure: Cord Unplugged", FALSE },
  { 6, 12, 'u', 'U', "Power Failure: Environment", FALSE },
  { 7, 0, 'p', 'a', "Legacy API shutdown", FALSE },
};

static const CfKnownReason *
find_known (guint32 code)
{
  gsize n_known = 0;
  const CfKnownReason *known = cf_shutdown_reason_get_known (&n_known);

  for (gsize i = 0; i < n_known; i++)
    if (known[i].code == code)
      return &known[i];
  return NULL;
}

static void
assert_title (gsize row, gboolean planned)
{
  guint32 code = (planned ? 0x80000000 : 0) | titles[row].major << 16 | titles[row].minor;
  const CfKnownReason *known = find_known (code);
  g_autofree char *expected = g_strconcat (titles[row].title,
                                           !titles[row].suffix ? ""
                                           : planned           ? " (Planned)"
                                                               : " (Unplanned)",
                                           NULL);
  g_autofree char *title = cf_shutdown_reason_dup_title (code);
  CfReasonOffer offer = CF_REASON_OFFER_ALWAYS;

  if (!planned && titles[row].offer == 'E')
    offer = CF_REASON_OFFER_EXPECTED;
  else if ((!planned && titles[row].offer == 'U') || titles[row].major == 7)
    offer = CF_REASON_OFFER_NEVER;

  g_assert_nonnull (known);
  g_assert_cmpstr (known->title, ==, expected);
  g_assert_cmpstr (title, ==, expected);
  g_assert_cmpint (known->offer, ==, offer);
}

static void
test_titles (void)
{
  g_test_summary ("The known reasons are those of the reference, with their titles");

  gsize n_known = 0;
  gsize n_rows = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      if (titles[i].kinds != 'p')
        assert_title (i, FALSE);
      if (titles[i].kinds != 'u')
        assert_title (i, TRUE);
      n_rows += titles[i].kinds == 'b' ? 2 : 1;
    }
  cf_shutdown_reason_get_known (&n_known);
  g_assert_cmpuint (n_known, ==, n_rows);
  g_assert_nonnull (find_known (CF_SHUTDOWN_REASON_DEFAULT));
}

static void
test_no_title (void)
{
  g_test_summary ("A legal combination without a title says so");

  static const guint32 unknown[] = { 0x80020010 ^ 0x80000000, 0x80400007, 0x40010001, 0xFFFFFFFF };

  for (gsize i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      g_autofree char *title = cf_shutdown_reason_dup_title (unknown[i]);

      g_assert_cmpstr (title, ==, "No title for this reason could be found");
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request/reason/is-read-in-every-form", test_parse);
  g_test_add_func ("/request/reason/others-are-refused-with-an-example", test_refused);
  g_test_add_func ("/request/reason/is-written-in-the-long-form", test_format);
  g_test_add_func ("/request/reason/what-is-written-is-read-back", test_round_trip);
  g_test_add_func ("/request/reason/every-part-has-a-name", test_names);
  g_test_add_func ("/request/reason/known-ones-have-their-titles", test_titles);
  g_test_add_func ("/request/reason/unknown-ones-have-none", test_no_title);

  return g_test_run ();
}
