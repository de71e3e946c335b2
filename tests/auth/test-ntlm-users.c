/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "wsman/auth/wsm-auth-error.h"
#include "wsman/auth/wsm-ntlm-users.h"

#define NO_LM "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
#define NT    "00112233445566778899aAbBcCdDeEfF"
#define LINE  ":1000:" NO_LM ":" NT ":[U          ]:LCT-00000000:\n"

static WsmNtlmUsers *
parse (const char *text, GError **error)
{
  gsize length = strlen (text);
  g_autofree char *exact = g_memdup2 (text, length); /* no NUL: a sanitizer sees over-reads */

  return wsm_ntlm_users_parse ("users", exact, length, error);
}

static void
test_knows_its_users (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmNtlmUsers) users = parse ("# people\n\nMara" LINE "kim.low_1-$" LINE
                                          "two words" LINE "short:0:" NT ":" NT ":[U]:\r\n"
                                          "bare:0:" NT ":" NT ":[UX]",
                                          &error);

  g_assert_no_error (error);
  g_assert_cmpstr (wsm_ntlm_users_find (users, "Mara"), ==, "Mara");
  g_assert_cmpstr (wsm_ntlm_users_find (users, "mARA"), ==, "Mara");
  g_assert_cmpstr (wsm_ntlm_users_find (users, "KIM.LOW_1-$"), ==, "kim.low_1-$");
  g_assert_cmpstr (wsm_ntlm_users_find (users, "two words"), ==, "two words");
  g_assert_cmpstr (wsm_ntlm_users_find (users, "short"), ==, "short");
  g_assert_cmpstr (wsm_ntlm_users_find (users, "bare"), ==, "bare");
  g_assert_null (wsm_ntlm_users_find (users, ""));
  g_assert_null (wsm_ntlm_users_find (users, "mar"));
  g_assert_null (wsm_ntlm_users_find (users, "mara "));
  g_assert_null (wsm_ntlm_users_find (users, "# people"));
}

static void
test_empty_file_knows_nobody (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmNtlmUsers) users = parse ("", &error);

  g_assert_no_error (error);
  g_assert_null (wsm_ntlm_users_find (users, ""));
}

static void
test_others_than_people (void)
{
  static const char *const flags[] = {
    "[UD]", "[D]", "[N]", "[UN]", "[UL]", "[W]", "[S]", "[I]", "[UT]", "[   ]", "[X]",
  };

  g_test_summary ("A line whose flags name nobody who may sign in is valid, and nobody's");

  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      g_autofree char *text = g_strdup_printf ("mara:1:" NO_LM ":" NT ":%s:LCT-1:\nkim" LINE,
                                               flags[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (WsmNtlmUsers) users = parse (text, &error);

      g_assert_no_error (error);
      g_assert_null (wsm_ntlm_users_find (users, "mara"));
      g_assert_cmpstr (wsm_ntlm_users_find (users, "kim"), ==, "kim");
    }
}

static void
test_wrong_lines (void)
{
  static const struct
  {
    const char *line;
    const char *part; /* of the message */
  } wrong[] = {
    { "mara", "it is not" },
    { "mara:owl", "it is not" },
    { "WORK:mara:owl", "it is not" },
    { "mara:1000:" NO_LM ":" NT, "it is not" },
    { "mara:1000:" NO_LM ":" NT ":[U]:LCT-1::", "it is not" },
    { ":1000:" NO_LM ":" NT ":[U]:", "name is empty" },
    { "WORK\\mara:1000:" NO_LM ":" NT ":[U]:", "has a domain" },
    { "mara@work:1000:" NO_LM ":" NT ":[U]:", "has a domain" },
    { "m\303\244ra:1000:" NO_LM ":" NT ":[U]:", "of ASCII" },
    { "ma\tra:1000:" NO_LM ":" NT ":[U]:", "of ASCII" },
    { "ma/ra:1000:" NO_LM ":" NT ":[U]:", "may not have" },
    { "ma*:1000:" NO_LM ":" NT ":[U]:", "may not have" },
    { " mara:1000:" NO_LM ":" NT ":[U]:", "space" },
    { "mara :1000:" NO_LM ":" NT ":[U]:", "space" },
    { "mara::" NO_LM ":" NT ":[U]:", "second field" },
    { "mara:12345678901:" NO_LM ":" NT ":[U]:", "second field" },
    { "mara:-1:" NO_LM ":" NT ":[U]:", "second field" },
    { "mara:1::" NT ":[U]:", "third field" },
    { "mara:1:XX:" NT ":[U]:", "third field" },
    { "mara:1:" NO_LM ":" NO_LM ":[U]:", "fourth field" },
    { "mara:1:" NO_LM ":0011:[U]:", "fourth field" },
    { "mara:1:" NO_LM ":" NT "0:[U]:", "fourth field" },
    { "mara:1:" NO_LM ":NO PASSWORDXXXXXXXXXXXXXXXXXXXXX:[N]:", "fourth field" },
    { "mara:1:" NO_LM ":31d6cfe0d16ae931b73c59d7e0c089c0:[U]:", "empty password" },
    { "mara:1:" NO_LM ":" NT "::", "fifth field" },
    { "mara:1:" NO_LM ":" NT ":[]:", "fifth field" },
    { "mara:1:" NO_LM ":" NT ":[U:", "fifth field" },
    { "mara:1:" NO_LM ":" NT ":U]:", "fifth field" },
    { "mara:1:" NO_LM ":" NT ":[UZ]:", "fifth field" },
    { "KIM" LINE, "second time" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *text = g_strdup_printf ("kim" LINE "\n%s\n", wrong[i].line);
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (text, &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
      g_assert_nonnull (strstr (error->message, "Line 3 "));
      g_assert_nonnull (strstr (error->message, wrong[i].part));
      /* nothing of a line may come into a log */
      g_assert_null (strstr (error->message, NT));
      g_assert_null (strstr (error->message, "owl"));
    }
}

static void
test_limits (void)
{
  g_autofree char *long_name = g_strnfill (65, 'a');
  g_autofree char *longest_name = g_strnfill (64, 'a');
  g_autofree char *long_line = g_strnfill (1001, 'a');
  g_autofree char *text = g_strconcat (longest_name, LINE, NULL);
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (WsmNtlmUsers) users = NULL;
  g_autoptr (GError) error = NULL;

  users = parse (text, &error);
  g_assert_no_error (error);
  g_clear_pointer (&users, wsm_ntlm_users_free);

  g_free (text);
  text = g_strconcat (long_name, LINE, NULL);
  g_assert_null (parse (text, &error));
  g_assert_nonnull (strstr (error->message, "64 characters"));
  g_clear_error (&error);

  g_assert_null (parse (long_line, &error));
  g_assert_nonnull (strstr (error->message, "too long"));
  g_clear_error (&error);

  g_assert_null (wsm_ntlm_users_parse ("users", "kim\0" LINE, 4 + strlen (LINE), &error));
  g_assert_nonnull (strstr (error->message, "no text"));
  g_clear_error (&error);

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (many, "user%u" LINE, i);
  users = parse (many->str, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (wsm_ntlm_users_find (users, "user9999"), ==, "user9999");
  g_string_append (many, "one-more" LINE);
  g_assert_null (parse (many->str, &error));
  g_assert_nonnull (strstr (error->message, "10,000"));
}

static void
test_trusts_only_its_own (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("curfew-ntlm-XXXXXX", &error);
  g_autofree char *path = g_build_filename (directory, "users", NULL);
  g_autoptr (WsmNtlmUsers) users = NULL;
  static const mode_t open_modes[] = { 0640, 0604, 0620, 0602, 0610, 0601 };

  g_test_summary ("Whose file others may read or write is not believed");

  g_assert_null (wsm_ntlm_users_new (path, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);
  g_assert_null (wsm_ntlm_users_new (directory, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM);
  g_clear_error (&error);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  g_assert_null (wsm_ntlm_users_new (path, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM);
  g_clear_error (&error);
  g_assert_cmpint (g_unlink (path), ==, 0);

  g_file_set_contents_full (path, "kim" LINE, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
  users = wsm_ntlm_users_new (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (wsm_ntlm_users_find (users, "kim"), ==, "kim");

  for (gsize i = 0; i < G_N_ELEMENTS (open_modes); i++)
    {
      /* root's group is no more than root, which is what a mask of an access control list says */
      if (open_modes[i] == 0640 && getegid () == 0 && geteuid () == 0)
        continue;
      g_assert_cmpint (g_chmod (path, open_modes[i]), ==, 0);
      g_assert_null (wsm_ntlm_users_new (path, &error));
      g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM);
      g_assert_nonnull (strstr (error->message, "chmod 600"));
      g_clear_error (&error);
    }
  g_unlink (path);
  g_rmdir (directory);
}

static void
test_trusts_root_and_itself (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = NULL;
  g_autofree char *path = NULL;
  g_autoptr (WsmNtlmUsers) users = NULL;

  g_test_summary ("A file of another user is not believed, one of root:root with a list is");

  if (geteuid () != 0)
    {
      g_test_skip ("only root can give files away");
      return;
    }
  directory = g_dir_make_tmp ("curfew-ntlm-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (directory, "users", NULL);
  g_file_set_contents_full (path, "kim" LINE, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0440, &error);
  g_assert_no_error (error);

  g_assert_cmpint (chown (path, 0, 0), ==, 0);
  users = wsm_ntlm_users_new (path, &error);
  g_assert_no_error (error);
  g_assert_nonnull (users);
  g_assert_cmpint (chown (path, 0, 12), ==, 0);
  g_assert_null (wsm_ntlm_users_new (path, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM);
  g_clear_error (&error);
  g_assert_cmpint (chown (path, 12, 0), ==, 0);
  g_assert_cmpint (g_chmod (path, 0400), ==, 0);
  g_assert_null (wsm_ntlm_users_new (path, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM);

  g_unlink (path);
  g_rmdir (directory);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/auth/ntlm-users/knows-its-users", test_knows_its_users);
  g_test_add_func ("/auth/ntlm-users/empty-file-knows-nobody", test_empty_file_knows_nobody);
  g_test_add_func ("/auth/ntlm-users/others-than-people", test_others_than_people);
  g_test_add_func ("/auth/ntlm-users/wrong-lines", test_wrong_lines);
  g_test_add_func ("/auth/ntlm-users/limits", test_limits);
  g_test_add_func ("/auth/ntlm-users/trusts-only-its-own", test_trusts_only_its_own);
  g_test_add_func ("/auth/ntlm-users/trusts-root-and-itself", test_trusts_root_and_itself);

  return g_test_run ();
}
