/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "fleet/cf-target.h"

static char *
join_names (const CfTargetList *list)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < cf_target_list_get_n_targets (list); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? " " : "", cf_target_list_get_name (list, i));
  return g_string_free (names, FALSE);
}

static void
test_expands (void)
{
  static const struct
  {
    const char *text;
    const char *names;
  } cases[] = {
    { "pc", "pc" },
    { "http://pc:80", "http://pc:80" },
    { "lab-[1-3]", "lab-1 lab-2 lab-3" },
    { "lab-[01-03]", "lab-01 lab-02 lab-03" },
    { "lab-[8-11]", "lab-8 lab-9 lab-10 lab-11" },
    { "lab-[008-11]", "lab-008 lab-009 lab-010 lab-011" },
    { "lab-[7-7]", "lab-7" },
    { "r[1-2]-pc[1-2].example", "r1-pc1.example r1-pc2.example r2-pc1.example r2-pc2.example" },
    { "https://10.0.0.[254-255]:99", "https://10.0.0.254:99 https://10.0.0.255:99" },
    { "[::1]:80", "[::1]:80" },
    { "[fe80::7%eth0]", "[fe80::7%eth0]" },
    { "[::1]:8[0-1]", "[::1]:80 [::1]:81" },
    { "m\303\274nchen-[1-2]", "m\303\274nchen-1 m\303\274nchen-2" },
  };

  g_test_summary ("Ranges are expanded, padded to the width of the first number");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfTargetList) list = cf_target_list_new ("https");
      g_autoptr (GError) error = NULL;
      g_autofree char *names = NULL;

      g_assert_true (cf_target_list_add (list, cases[i].text, &error));
      g_assert_no_error (error);
      names = join_names (list);
      g_assert_cmpstr (names, ==, cases[i].names);
    }
}

static void
test_refuses (void)
{
  static const struct
  {
    const char *text;
    CfTargetError code;
    const char *part;
  } cases[] = {
    { "", CF_TARGET_ERROR_SYNTAX, "no name" },
    { "lab-[1-", CF_TARGET_ERROR_SYNTAX, "not closed" },
    { "lab-[]", CF_TARGET_ERROR_SYNTAX, "two numbers" },
    { "lab-[3]", CF_TARGET_ERROR_SYNTAX, "two numbers" },
    { "lab-[a-c]", CF_TARGET_ERROR_SYNTAX, "two numbers" },
    { "lab-[1-2-3]", CF_TARGET_ERROR_SYNTAX, "two numbers" },
    { "lab-[-1-2]", CF_TARGET_ERROR_SYNTAX, "two numbers" },
    { "lab-[ 1-2]", CF_TARGET_ERROR_SYNTAX, "two numbers" },
    { "lab-[1-9999999999]", CF_TARGET_ERROR_SYNTAX, "two numbers" },
    { "lab-[3-1]", CF_TARGET_ERROR_SYNTAX, "smaller" },
    { "lab-[1-03]", CF_TARGET_ERROR_SYNTAX, "equally wide" },
    { "lab-[0-999999999]", CF_TARGET_ERROR_TOO_MANY, "10,000" },
    { "lab-[0-10000]", CF_TARGET_ERROR_TOO_MANY, "10,000" },
    { "a[0-9]b[0-9]c[0-9]d[0-9]e[0-9]", CF_TARGET_ERROR_TOO_MANY, "10,000" },
    { "user@pc", CF_TARGET_ERROR_SYNTAX, "user@pc" },
    { "pc/../x", CF_TARGET_ERROR_SYNTAX, "path" },
    { "http://", CF_TARGET_ERROR_SYNTAX, "no name" },
    { "ftp://pc", CF_TARGET_ERROR_SYNTAX, "begins with http:// or https://" },
    { "pc:0", CF_TARGET_ERROR_SYNTAX, "port" },
    { "\377", CF_TARGET_ERROR_SYNTAX, "UTF-8" },
    { "group:Library", CF_TARGET_ERROR_NO_MATCH, "group:Library" },
    { "tag:kiosk", CF_TARGET_ERROR_NO_MATCH, "later version" },
  };

  g_test_summary ("What names no computer is refused in one sentence that says why");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfTargetList) list = cf_target_list_new ("https");
      g_autoptr (GError) error = NULL;

      g_assert_false (cf_target_list_add (list, cases[i].text, &error));
      g_assert_error (error, CF_TARGET_ERROR, (int) cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].part));
      g_assert_null (strchr (error->message, '\n'));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_counts_to_ten_thousand (void)
{
  g_autoptr (CfTargetList) list = cf_target_list_new ("https");
  g_autoptr (GError) error = NULL;

  g_test_summary ("10,000 in all are the most, whatever targets they come from");

  g_assert_true (cf_target_list_add (list, "lab-[0000-9998]", &error));
  g_assert_true (cf_target_list_add (list, "one-more", &error));
  g_assert_cmpuint (cf_target_list_get_n_targets (list), ==, 10000);
  g_assert_cmpstr (cf_target_list_get_name (list, 9998), ==, "lab-9998");
  g_assert_false (cf_target_list_add (list, "too-many", &error));
  g_assert_error (error, CF_TARGET_ERROR, CF_TARGET_ERROR_TOO_MANY);
}

static void
test_scheme (void)
{
  g_autoptr (CfTargetList) list = cf_target_list_new ("https");
  g_autoptr (CfTargetList) clear = cf_target_list_new ("http");

  g_test_summary ("A bare name gets the scheme of the sign-in, a named one keeps its own");

  g_assert_true (cf_target_list_add (list, "pc", NULL));
  g_assert_true (cf_target_list_add (list, "http://pc", NULL));
  g_assert_true (cf_target_list_add (clear, "pc", NULL));
  g_assert_cmpstr (wsm_endpoint_get_url (cf_target_list_get_endpoint (list, 0)), ==,
                   "https://pc:5986/wsman");
  g_assert_cmpstr (wsm_endpoint_get_url (cf_target_list_get_endpoint (list, 1)), ==,
                   "http://pc:5985/wsman");
  g_assert_cmpstr (wsm_endpoint_get_url (cf_target_list_get_endpoint (clear, 0)), ==,
                   "http://pc:5985/wsman");
}

static void
test_repeated (void)
{
  g_autoptr (CfTargetList) list = cf_target_list_new ("https");
  const char *const *names;
  guint n_repeated;

  g_test_summary ("A computer that is named twice, in whatever way, is there once and is told");

  g_assert_true (cf_target_list_add (list, "lab-[1-3]", NULL));
  g_assert_true (cf_target_list_add (list, "LAB-2", NULL));
  g_assert_true (cf_target_list_add (list, "https://lab-3:5986/wsman", NULL));
  g_assert_true (cf_target_list_add (list, "http://lab-3", NULL));
  g_assert_cmpuint (cf_target_list_get_n_targets (list), ==, 4);
  names = cf_target_list_get_repeated (list, &n_repeated);
  g_assert_cmpuint (n_repeated, ==, 2);
  g_assert_cmpstr (names[0], ==, "LAB-2");
  g_assert_cmpstr (names[1], ==, "https://lab-3:5986/wsman");
}

static char *
write_file (const char *text, gssize length)
{
  g_autoptr (GError) error = NULL;
  char *path = NULL;
  int fd = g_file_open_tmp ("targets-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_assert_true (g_close (fd, NULL));
  g_assert_true (g_file_set_contents (path, text, length, NULL));
  return path;
}

static void
test_file (void)
{
  static const struct
  {
    const char *text;
    const char *names;
  } cases[] = {
    { "pc-1\npc-2\n", "pc-1 pc-2" },
    { "pc-1\r\npc-2", "pc-1 pc-2" },
    { "\357\273\277# first\n\n  pc-1  # second\n\t\n#pc-9\nlab-[1-2]\n", "pc-1 lab-1 lab-2" },
    { "", "" },
    { "# nobody", "" },
  };

  g_test_summary ("A file has one target a line; empty lines and comments are skipped");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfTargetList) list = cf_target_list_new ("https");
      g_autofree char *path = write_file (cases[i].text, -1);
      g_autoptr (GError) error = NULL;
      g_autofree char *names = NULL;

      g_assert_true (cf_target_list_add_file (list, path, &error));
      g_assert_no_error (error);
      names = join_names (list);
      g_assert_cmpstr (names, ==, cases[i].names);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

static void
test_bad_file (void)
{
  static const struct
  {
    const char *text;
    gssize length;
    CfTargetError code;
    const char *place;
  } cases[] = {
    { "pc-1\n\nuser@pc\n", -1, CF_TARGET_ERROR_SYNTAX, ":3: " },
    { "pc-1\npc 2\n", -1, CF_TARGET_ERROR_SYNTAX, ":2: " },
    { "pc-1\npc\0x\n", 10, CF_TARGET_ERROR_FILE, ":2: " },
    { "group:x", -1, CF_TARGET_ERROR_NO_MATCH, ":1: " },
  };

  g_test_summary ("An error in a file tells file and line");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfTargetList) list = cf_target_list_new ("https");
      g_autofree char *path = write_file (cases[i].text, cases[i].length);
      g_autofree char *place = g_strconcat (path, cases[i].place, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_false (cf_target_list_add_file (list, path, &error));
      g_assert_error (error, CF_TARGET_ERROR, (int) cases[i].code);
      g_assert_true (g_str_has_prefix (error->message, place));
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

static void
test_unreadable_file (void)
{
  g_autofree char *large = g_strnfill (4 * 1024 * 1024 + 1, '#');
  g_autofree char *path = write_file (large, -1);
  const char *const paths[] = { "/nonexistent", "/", path };

  g_test_summary ("A file that is not there, is none or is too large is refused by its name");

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (CfTargetList) list = cf_target_list_new ("https");
      g_autoptr (GError) error = NULL;

      g_assert_false (cf_target_list_add_file (list, paths[i], &error));
      g_assert_error (error, CF_TARGET_ERROR, CF_TARGET_ERROR_FILE);
      g_assert_nonnull (strstr (error->message, paths[i]));
    }
  g_assert_cmpint (g_unlink (path), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fleet/target/expands", test_expands);
  g_test_add_func ("/fleet/target/refuses", test_refuses);
  g_test_add_func ("/fleet/target/counts-to-ten-thousand", test_counts_to_ten_thousand);
  g_test_add_func ("/fleet/target/scheme", test_scheme);
  g_test_add_func ("/fleet/target/repeated", test_repeated);
  g_test_add_func ("/fleet/target/file", test_file);
  g_test_add_func ("/fleet/target/bad-file", test_bad_file);
  g_test_add_func ("/fleet/target/unreadable-file", test_unreadable_file);

  return g_test_run ();
}
