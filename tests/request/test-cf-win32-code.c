/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "request/cf-win32-code.h"

/* shutdown-semantics.md section 1.7, row by row */
static const struct
{
  guint32 code;
  const char *name;
  CfWin32Class class;
} rows[] = {
  { 0, "ERROR_SUCCESS", CF_WIN32_CLASS_OK },
  { 1, "ERROR_INVALID_FUNCTION", CF_WIN32_CLASS_UNSUPPORTED },
  { 5, "ERROR_ACCESS_DENIED", CF_WIN32_CLASS_PERMISSION },
  { 8, "ERROR_NOT_ENOUGH_MEMORY", CF_WIN32_CLASS_RETRY },
  { 14, "ERROR_OUTOFMEMORY", CF_WIN32_CLASS_RETRY },
  { 21, "ERROR_NOT_READY", CF_WIN32_CLASS_RETRY },
  { 31, "ERROR_GEN_FAILURE", CF_WIN32_CLASS_FAILED },
  { 50, "ERROR_NOT_SUPPORTED", CF_WIN32_CLASS_UNSUPPORTED },
  { 53, "ERROR_BAD_NETPATH", CF_WIN32_CLASS_PERMISSION },
  { 87, "ERROR_INVALID_PARAMETER", CF_WIN32_CLASS_CALLER_BUG },
  { 120, "ERROR_CALL_NOT_IMPLEMENTED", CF_WIN32_CLASS_UNSUPPORTED },
  { 160, "ERROR_BAD_ARGUMENTS", CF_WIN32_CLASS_CALLER_BUG },
  { 170, "ERROR_BUSY", CF_WIN32_CLASS_RETRY },
  { 995, "ERROR_OPERATION_ABORTED", CF_WIN32_CLASS_RETRY },
  { 1115, "ERROR_SHUTDOWN_IN_PROGRESS", CF_WIN32_CLASS_CONFLICT },
  { 1116, "ERROR_NO_SHUTDOWN_IN_PROGRESS", CF_WIN32_CLASS_INFO },
  { 1190, "ERROR_SHUTDOWN_IS_SCHEDULED", CF_WIN32_CLASS_CONFLICT },
  { 1191, "ERROR_SHUTDOWN_USERS_LOGGED_ON", CF_WIN32_CLASS_USERS },
  { 1210, "ERROR_INVALID_COMPUTERNAME", CF_WIN32_CLASS_CALLER_BUG },
  { 1223, "ERROR_CANCELLED", CF_WIN32_CLASS_INFO },
  { 1271, "ERROR_MACHINE_LOCKED", CF_WIN32_CLASS_USERS },
  { 1300, "ERROR_NOT_ALL_ASSIGNED", CF_WIN32_CLASS_PERMISSION },
  { 1314, "ERROR_PRIVILEGE_NOT_HELD", CF_WIN32_CLASS_PERMISSION },
  { 1326, "ERROR_LOGON_FAILURE", CF_WIN32_CLASS_CREDENTIALS },
  { 1385, "ERROR_LOGON_TYPE_NOT_GRANTED", CF_WIN32_CLASS_PERMISSION },
  { 1722, "RPC_S_SERVER_UNAVAILABLE", CF_WIN32_CLASS_UNREACHABLE },
  { 1727, "RPC_S_CALL_FAILED_DNE", CF_WIN32_CLASS_RETRY },
  { 1753, "EPT_S_NOT_REGISTERED", CF_WIN32_CLASS_UNSUPPORTED },
  { 1783, "RPC_X_BAD_STUB_DATA", CF_WIN32_CLASS_CALLER_BUG },
};

static void
assert_sentence (const char *text)
{
  g_assert_nonnull (text);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_true (g_ascii_isupper (text[0]));
  g_assert_true (g_str_has_suffix (text, "."));
  /* one sentence: the only full stop is the last character */
  g_assert_true (strchr (text, '.') == text + strlen (text) - 1);
}

static void
test_table (void)
{
  g_test_summary ("The table has every code of the reference, with two plain sentences each");

  gsize n_codes = 0;
  const CfWin32Code *codes = cf_win32_code_get_all (&n_codes);

  g_assert_cmpuint (n_codes, ==, G_N_ELEMENTS (rows));
  for (gsize i = 0; i < n_codes; i++)
    {
      g_autofree char *lower = g_ascii_strdown (rows[i].name, -1);

      g_assert_cmpuint (codes[i].code, ==, rows[i].code);
      g_assert_cmpstr (codes[i].name, ==, rows[i].name);
      g_assert_cmpint (codes[i].class, ==, rows[i].class);
      g_assert_true (cf_win32_code_lookup (rows[i].code) == &codes[i]);
      g_assert_true (cf_win32_code_lookup_name (rows[i].name) == &codes[i]);
      g_assert_true (cf_win32_code_lookup_name (lower) == &codes[i]);
      assert_sentence (codes[i].meaning);
      assert_sentence (codes[i].next_step);
    }
}

static void
test_unknown (void)
{
  g_test_summary ("What is not in the table is not made up");

  static const guint32 unknown[] = { 2, 6, 52, 54, 1117, 9009, G_MAXUINT32 };
  static const char *const names[] = { "", "53", "ERROR", "ERROR_SUCCESS ", "ERROR_BAD_NET_NAME" };

  for (gsize i = 0; i < G_N_ELEMENTS (unknown); i++)
    g_assert_null (cf_win32_code_lookup (unknown[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_null (cf_win32_code_lookup_name (names[i]));
}

static void
test_permission (void)
{
  g_test_summary ("5 and 53 speak of permission, and 53 says what it conceals");

  static const guint32 codes[] = { 5, 53, 1314 };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    g_assert_true (g_str_has_prefix (cf_win32_code_lookup (codes[i])->meaning,
                                     "This account may not shut down this computer"));
  g_assert_nonnull (strstr (cf_win32_code_lookup (53)->meaning, "concealed"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request/win32-code/table-is-complete", test_table);
  g_test_add_func ("/request/win32-code/others-are-unknown", test_unknown);
  g_test_add_func ("/request/win32-code/53-is-a-matter-of-permission", test_permission);

  return g_test_run ();
}
