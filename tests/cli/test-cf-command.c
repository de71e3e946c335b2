/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli/cf-command.h"
#include "cli/cf-confirmation.h"
#include "cli/cf-explain.h"

#define MAX_WORDS 12
#define SHA256                                                                                     \
  "aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:"  \
  "99"

static CfCommand *
parse (const char *const *words, GPtrArray **problems, CfExitStatus *status)
{
  *problems = g_ptr_array_new_with_free_func (g_free);
  return cf_command_parse (words, *problems, status);
}

static CfCommand *
parse_good (const char *const *words)
{
  g_autoptr (GPtrArray) problems = NULL;
  CfExitStatus status;
  CfCommand *command = parse (words, &problems, &status);

  if (problems->len > 0)
    g_error ("%s", (const char *) g_ptr_array_index (problems, 0));
  g_assert_nonnull (command);
  return command;
}

static void
test_defaults (void)
{
  static const char *const words[] = { "restart", "pc", NULL };
  g_autoptr (CfCommand) command = parse_good (words);

  g_test_summary ("Without options people have 15 minutes, and nobody is thrown out");

  g_assert_cmpint (command->verb, ==, CF_VERB_RESTART);
  g_assert_cmphex (cf_shutdown_request_get_flags (command->request), ==, CF_SHUTDOWN_RESTART);
  g_assert_cmpuint (cf_shutdown_request_get_grace_seconds (command->request), ==, 900);
  g_assert_null (cf_shutdown_request_get_message (command->request));
  g_assert_null (cf_shutdown_request_get_client_hint (command->request));
  g_assert_cmphex (cf_shutdown_request_get_reason (command->request), ==, 0x80000000);
  g_assert_cmpuint (strlen (cf_shutdown_request_get_code (command->request)), ==, 7);
  g_assert_cmpint (command->method, ==, CF_METHOD_AUTO);
  g_assert_cmpint (command->goal, ==, CF_WAIT_SENT);
  g_assert_cmpint (command->output, ==, CF_OUTPUT_TABLE);
  g_assert_cmpuint (command->n_parallel, ==, 64);
  g_assert_cmpuint (command->timeout_seconds, ==, 0);
  g_assert_null (cf_sign_in_get_user (command->sign_in));
  g_assert_false (command->save_password);
  g_assert_cmpint (command->password_fd, ==, -1);
  g_assert_false (command->dry_run || command->yes);
  g_assert_cmpstr (wsm_endpoint_get_url (cf_target_list_get_endpoint (command->targets, 0)), ==,
                   "https://pc:5986/wsman");
}

static void
test_all_options (void)
{
  static const char *const words[] = {
    "restart",
    "--in=90",
    "-m",
    "Gr\303\274\303\237e",
    "--if-users=signout",
    "--install-updates",
    "--restart-apps",
    "--reason",
    "p:2:18",
    "--client-hint=owl",
    "--postpone=2x15m",
    "--method=native",
    "-u",
    "mara",
    "--password-fd",
    "3",
    "--auth=basic",
    "--save-password",
    "--pin=x",
    "--timeout=30",
    "--parallel=8",
    "--wait=back",
    "-o",
    "json",
    "--dry-run",
    "--yes",
    "pc-[1-2]",
    "http://pc-3",
    NULL,
  };
  g_autoptr (CfCommand) command = parse_good (words);
  CfShutdownRequest *request = command->request;

  g_test_summary ("Each option gets where it belongs");

  g_assert_cmphex (cf_shutdown_request_get_flags (request), ==,
                   CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS | CF_SHUTDOWN_INSTALL_UPDATES |
                     CF_SHUTDOWN_RESTARTAPPS);
  g_assert_cmpuint (cf_shutdown_request_get_grace_seconds (request), ==, 90);
  g_assert_cmpstr (cf_shutdown_request_get_message (request), ==, "Gr\303\274\303\237e");
  g_assert_cmpstr (cf_shutdown_request_get_client_hint (request), ==, "owl");
  g_assert_cmpuint (cf_shutdown_request_get_postpone_limit (request), ==, 2);
  g_assert_cmpuint (cf_shutdown_request_get_postpone_seconds (request), ==, 900);
  g_assert_cmphex (cf_shutdown_request_get_reason (request), ==, 0x80020012);
  g_assert_cmpint (command->method, ==, CF_METHOD_NATIVE);
  g_assert_cmpstr (cf_sign_in_get_user (command->sign_in), ==, "mara");
  g_assert_cmpint (cf_sign_in_get_method (command->sign_in), ==, CF_SIGN_IN_BASIC);
  g_assert_true (command->save_password);
  g_assert_cmpint (command->password_fd, ==, 3);
  g_assert_cmpstr (command->pin, ==, "x");
  g_assert_cmpuint (command->timeout_seconds, ==, 30);
  g_assert_cmpuint (command->n_parallel, ==, 8);
  g_assert_cmpint (command->goal, ==, CF_WAIT_BACK);
  g_assert_cmpint (command->output, ==, CF_OUTPUT_JSON);
  g_assert_true (command->dry_run);
  g_assert_true (command->yes);
  g_assert_cmpuint (cf_target_list_get_n_targets (command->targets), ==, 3);
}

static void
test_flags (void)
{
  static const struct
  {
    const char *words[6];
    guint32 flags;
    guint32 grace;
  } cases[] = {
    { { "poweroff", "pc" }, CF_SHUTDOWN_POWEROFF, 900 },
    { { "halt", "pc" }, CF_SHUTDOWN_NOREBOOT, 900 },
    { { "restart", "--force", "pc" }, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS, 900 },
    { { "restart", "--force", "--if-users=signout", "pc" },
      CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS,
      900 },
    { { "restart", "--if-users=refuse", "pc" }, CF_SHUTDOWN_RESTART, 900 },
    { { "restart", "--grace-override", "pc" },
      CF_SHUTDOWN_RESTART | CF_SHUTDOWN_GRACE_OVERRIDE,
      0 },
    { { "restart", "--grace-override", "--in=now", "pc" },
      CF_SHUTDOWN_RESTART | CF_SHUTDOWN_GRACE_OVERRIDE,
      0 },
    { { "restart", "--in=2h", "pc" }, CF_SHUTDOWN_RESTART, 7200 },
    { { "restart", "--", "pc" }, CF_SHUTDOWN_RESTART, 900 },
  };

  g_test_summary ("Verbs and options become the flags of the request");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfCommand) command = parse_good (cases[i].words);

      g_assert_cmphex (cf_shutdown_request_get_flags (command->request), ==, cases[i].flags);
      g_assert_cmpuint (cf_shutdown_request_get_grace_seconds (command->request), ==,
                        cases[i].grace);
    }
}

static void
test_message (void)
{
  static const char *const empty[] = { "restart", "-m", "", "pc", NULL };
  static const char *const none[] = { "restart", "--no-message", "pc", NULL };
  g_autoptr (CfCommand) with_empty = parse_good (empty);
  g_autoptr (CfCommand) with_none = parse_good (none);

  g_test_summary ("An empty message is one, no message is none");

  g_assert_cmpstr (cf_shutdown_request_get_message (with_empty->request), ==, "");
  g_assert_null (cf_shutdown_request_get_message (with_none->request));
}

static void
test_problems (void)
{
  static const struct
  {
    const char *words[MAX_WORDS];
    int status;
    const char *parts[4]; /* of one problem each, in order */
  } cases[] = {
    { { NULL }, 2, { "VERB" } },
    { { "restrat", "pc" }, 2, { "restrat" } },
    { { "restart" }, 2, { "TARGET" } },
    { { "restart", "--owl", "pc" }, 2, { "--owl" } },
    { { "status", "--in=5s", "pc" }, 2, { "--in" } },
    { { "poweroff", "--restart-apps", "pc" }, 2, { "--restart-apps" } },
    { { "restart", "--in=soon", "pc" }, 2, { "--in" } },
    { { "restart", "--in=315360001", "pc" }, 2, { "--in: " } },
    { { "restart", "--postpone=2", "pc" }, 2, { "--postpone: " } },
    { { "restart", "--postpone=0x15m", "pc" }, 2, { "--postpone: " } },
    { { "restart", "--postpone=101x1m", "pc" }, 2, { "--postpone: " } },
    { { "restart", "--postpone=2x", "pc" }, 2, { "--postpone: " } },
    { { "restart", "--postpone=2xnow", "pc" }, 2, { "--postpone: " } },
    { { "restart", "--postpone=2x15m", "--method=wmi", "pc" }, 2, { "--postpone" } },
    { { "restart", "--in=5s", "--grace-override", "pc" }, 2, { "--in, --grace-override: " } },
    { { "restart", "-m", "x", "--no-message", "pc" }, 2, { "--no-message" } },
    { { "restart", "-m", "\377", "pc" }, 2, { "--message: " } },
    { { "restart", "-m", "\033[2J", "pc" }, 2, { "--message: " } },
    { { "restart", "--reason=0", "pc" }, 2, { "--reason: " } },
    { { "restart", "--reason=because", "pc" }, 2, { "--reason: " } },
    { { "restart", "--client-hint=a\nb", "pc" }, 2, { "--client-hint: " } },
    { { "restart", "--force", "--if-users=refuse", "pc" }, 2, { "--force" } },
    { { "restart", "--if-users=ask", "pc" }, 2, { "--if-users: " } },
    { { "restart", "--method=owl", "pc" }, 2, { "--method: " } },
    { { "restart", "--method=shell", "pc" }, 2, { "--method shell" } },
    { { "abort", "--method=wmi", "pc" }, 2, { "--method wmi" } },
    { { "restart", "--method=wmi", "--install-updates", "pc-7" },
      2,
      { "--install-updates cannot be sent to pc-7" } },
    { { "restart", "--method=wmi", "--client-hint=x", "pc" }, 2, { "--client-hint" } },
    { { "restart", "--auth=owl", "pc" }, 2, { "--auth: " } },
    { { "restart", "--auth=automatic", "pc" }, 2, { "--auth: " } },
    { { "restart", "--auth=ntlm", "pc" }, 2, { "--auth ntlm" } },
    { { "restart", "--auth=basic", "pc" }, 2, { "--auth basic" } },
    { { "restart", "--auth=certificate", "pc" }, 2, { "--auth certificate" } },
    { { "restart", "-u", "LAB\\mara", "pc" }, 2, { "--auth ntlm" } },
    { { "restart", "-u", "LAB\\mara", "--auth=kerberos", "pc" }, 2, { "name@REALM" } },
    { { "restart", "--key=x", "pc" }, 2, { "--key" } },
    { { "restart", "--certificate=x", "-u", "mara", "pc" }, 2, { "--certificate and --user" } },
    { { "restart", "--certificate=x", "--auth=basic", "pc" }, 2, { "--certificate" } },
    { { "restart", "--delegate", "-u", "mara", "pc" }, 2, { "--delegate" } },
    { { "restart", "--delegate", "--auth=ntlm", "-u", "m", "pc" }, 2, { "--delegate" } },
    { { "restart", "--save-password", "pc" }, 2, { "--save-password" } },
    { { "status", "--certificate=x" }, 2, { "--certificate" } },
    { { "status", "--delegate" }, 2, { "--delegate" } },
    { { "host" }, 2, { "host trust, host list, host rm" } },
    { { "host", "owl" }, 2, { "host owl" } },
    { { "host", "trust" }, 2, { "TARGET" } },
    { { "host", "trust", "http://pc" }, 2, { "http://pc" } },
    { { "host", "trust", "--pin=abc", "pc" }, 2, { "--pin: " } },
    { { "host", "trust", "--pin=" SHA256, "--yes", "pc" }, 2, { "--yes" } },
    { { "host", "trust", "--pin=" SHA256, "pc-[1-2]" }, 2, { "one TARGET" } },
    { { "host", "trust", "-u", "mara", "pc" }, 2, { "-u" } },
    { { "host", "trust", "--timeout=0", "pc" }, 2, { "--timeout: " } },
    { { "host", "rm" }, 2, { "TARGET" } },
    { { "host", "list", "pc" }, 2, { "pc" } },
    { { "host", "list", "-o", "xml" }, 2, { "--output: " } },
    { { "keyring" }, 2, { "keyring list, keyring rm" } },
    { { "keyring", "rm" }, 2, { "SCOPE:NAME" } },
    { { "keyring", "rm", "pc" }, 2, { "SCOPE:NAME" } },
    { { "keyring", "rm", "host:" }, 2, { "SCOPE:NAME" } },
    { { "keyring", "rm", "owl:pc" }, 2, { "SCOPE:NAME" } },
    { { "keyring", "list", "x" }, 2, { "keyring list" } },
    { { "restart", "--password-fd=3", "pc" }, 2, { "--password-fd" } },
    { { "restart", "--password-fd=x", "-u", "mara", "pc" }, 2, { "--password-fd" } },
    { { "restart", "--password-fd=-2", "-u", "mara", "pc" }, 2, { "--password-fd" } },
    { { "restart", "--password-fd=-1", "-u", "mara", "pc" }, 2, { "--password-fd: -1" } },
    { { "restart", "--timeout=-1", "pc" }, 2, { "--timeout: -1" } },
    { { "restart", "-u", "", "pc" }, 2, { "--user: " } },
    { { "restart", "-u", "mara:x", "pc" }, 2, { "--user: " } },
    { { "restart", "-u", "mara\n", "pc" }, 2, { "--user: " } },
    { { "restart", "--force=no", "pc" }, 2, { "--force" } },
    { { "restart", "--yes=", "pc" }, 2, { "--yes" } },
    { { "-u", "mara", "status", "pc" }, 2, { "-u " } },
    { { "status", "-u", "mara" }, 2, { "TARGET" } },
    { { "abort", "--timeout=5" }, 2, { "TARGET" } },
    { { "abort", "" }, 2, { "" } },
    { { "postpone", "pc" }, 2, { "only people at a computer" } },
    { { "postpone", "15m", "pc" }, 2, { "only people at a computer" } },
    { { "postpone", "now" }, 2, { "at least a second" } },
    { { "postpone", "315360001" }, 2, { "DURATION" } },
    { { "postpone", "--note", "\377" }, 2, { "--note: " } },
    { { "postpone", "-u", "mara" }, 2, { "-u" } },
    { { "reschedule" }, 2, { "--in" } },
    { { "ready", "pc" }, 2, { "only people at a computer" } },
    { { "ready", "--note=x" }, 2, { "--note" } },
    { { "postpone", "--not" }, 2, { "--not" } },
    { { "reschedule", "--in=soon" }, 2, { "--in: " } },
    { { "reschedule", "--in=1h", "pc" }, 2, { "this version" } },
    { { "restart", "ftp://pc" }, 2, { "https://" } },
    { { "restart", "--pin=a", "--ca-file=b", "pc" }, 2, { "--pin" } },
    { { "poweroff", "--wait=back", "pc" }, 2, { "--wait back" } },
    { { "restart", "--wait=forever", "pc" }, 2, { "--wait: " } },
    { { "restart", "--parallel=0", "pc" }, 2, { "--parallel: " } },
    { { "restart", "--parallel=1025", "pc" }, 2, { "--parallel: " } },
    { { "restart", "--timeout=0", "pc" }, 2, { "--timeout: " } },
    { { "restart", "--timeout=999999999999", "pc" }, 2, { "--timeout" } },
    { { "restart", "-o", "xml", "pc" }, 2, { "--output: " } },
    { { "restart", "user@pc" }, 2, { "user@pc" } },
    { { "restart", "-f", "/nonexistent" }, 2, { "--file: " } },
    { { "restart", "-f", "/dev/null" }, 3, { "/dev/null" } },
    { { "restart", "group:x" }, 3, { "group:x" } },
    { { "restart", "--in=soon", "group:x" }, 2, { "--in: ", "group:x" } },
    { { "restart", "--in=soon", "--reason=0", "-o", "xml", "a b" },
      2,
      { "--in: ", "--reason: ", "--output: ", "a b" } },
    { { "explain" }, 2, { "CODE" } },
    { { "explain", "5", "6" }, 2, { "CODE" } },
  };

  g_test_summary ("All that is wrong is told at once, each in one line that names the option");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) problems = NULL;
      CfExitStatus status = CF_EXIT_REACHED;

      g_test_message ("%s", cases[i].words[0] != NULL ? cases[i].words[1] : "nothing");
      g_assert_null (parse (cases[i].words, &problems, &status));
      g_assert_cmpint (status, ==, cases[i].status);
      for (guint j = 0; j < G_N_ELEMENTS (cases[i].parts) && cases[i].parts[j] != NULL; j++)
        {
          g_assert_cmpuint (problems->len, >, j);
          g_assert_nonnull (strstr (g_ptr_array_index (problems, j), cases[i].parts[j]));
        }
      for (guint j = 0; j < problems->len; j++)
        {
          const char *problem = g_ptr_array_index (problems, j);

          g_assert_null (strpbrk (problem, "\n\033"));
          g_assert_true (g_str_has_suffix (problem, "."));
          g_assert_true (g_utf8_validate (problem, -1, NULL));
        }
    }
}

static void
assert_narrow (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    g_assert_cmpint (g_utf8_strlen (lines[i], -1), <=, 80);
}

static void
test_local (void)
{
  static const struct
  {
    const char *words[5];
    CfVerb verb;
    guint32 seconds;
    const char *note;
  } cases[] = {
    { { "status" }, CF_VERB_STATUS, 0, NULL },
    { { "abort" }, CF_VERB_ABORT, 0, NULL },
    { { "postpone" }, CF_VERB_POSTPONE, 0, NULL },
    { { "postpone", "15m", "--note", "in a call" }, CF_VERB_POSTPONE, 900, "in a call" },
    { { "postpone", "90" }, CF_VERB_POSTPONE, 90, NULL },
    { { "reschedule", "--in=2h" }, CF_VERB_RESCHEDULE, 7200, NULL },
    { { "reschedule", "--in", "now" }, CF_VERB_RESCHEDULE, 0, NULL },
    { { "ready" }, CF_VERB_READY, 0, NULL },
    { { "ready", "--not" }, CF_VERB_READY, 0, NULL },
  };
  static const char *const elsewhere[] = { "abort", "pc", NULL };
  g_autoptr (CfCommand) remote = parse_good (elsewhere);

  g_test_summary ("What names no computer is asked of this one");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfCommand) command = parse_good (cases[i].words);

      g_assert_cmpint (command->verb, ==, cases[i].verb);
      g_assert_true (command->is_local);
      g_assert_null (command->targets);
      g_assert_cmpuint (command->seconds, ==, cases[i].seconds);
      g_assert_cmpstr (command->note, ==, cases[i].note);
      g_assert_cmpint (command->is_not, ==, g_strcmp0 (cases[i].words[1], "--not") == 0);
    }
  g_assert_false (remote->is_local);
}

static void
test_schemes (void)
{
  static const struct
  {
    const char *words[6];
    const char *url;
  } cases[] = {
    { { "status", "pc" }, "https://pc:5986/wsman" },
    { { "status", "-u", "mara", "pc" }, "https://pc:5986/wsman" },
    { { "status", "-u", "mara@LAB.EXAMPLE", "pc" }, "http://pc:5985/wsman" },
    { { "status", "--auth=negotiate", "pc" }, "http://pc:5985/wsman" },
    { { "status", "--auth=kerberos", "pc" }, "http://pc:5985/wsman" },
    { { "status", "--auth=ntlm", "-u", "LAB\\mara", "pc" }, "http://pc:5985/wsman" },
    { { "status", "--auth=kerberos", "https://pc" }, "https://pc:5986/wsman" },
    { { "status", "--auth=basic", "-u", "mara@LAB.EXAMPLE", "pc" }, "https://pc:5986/wsman" },
    { { "status", "--certificate=x", "pc" }, "https://pc:5986/wsman" },
    { { "host", "trust", "pc:5990" }, "https://pc:5990/wsman" },
  };

  g_test_summary ("What is sealed goes over http without being asked, all else over https");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfCommand) command = parse_good (cases[i].words);
      WsmEndpoint *endpoint = cf_target_list_get_endpoint (command->targets, 0);

      g_assert_cmpstr (wsm_endpoint_get_url (endpoint), ==, cases[i].url);
    }
}

static void
test_hosts_and_keyring (void)
{
  static const char *const trust[] = { "host", "trust", "--replace", "--pin", SHA256, "pc", NULL };
  static const char *const list[] = { "host", "list", "-o", "json", NULL };
  static const char *const rm[] = { "keyring", "rm", "realm:LAB.EXAMPLE", NULL };
  static const char *const help[] = { "host", "--help", NULL };
  g_autoptr (CfCommand) trusting = parse_good (trust);
  g_autoptr (CfCommand) listing = parse_good (list);
  g_autoptr (CfCommand) removing = parse_good (rm);
  g_autoptr (CfCommand) text = parse_good (help);

  g_test_summary ("Verbs of two words are read, and explained together");

  g_assert_cmpint (trusting->verb, ==, CF_VERB_HOST_TRUST);
  g_assert_true (trusting->replace);
  g_assert_cmpuint (strlen (trusting->pin), ==, 64);
  g_assert_true (g_str_has_prefix (trusting->pin, "aabbccddeeff0011"));
  g_assert_cmpint (listing->verb, ==, CF_VERB_HOST_LIST);
  g_assert_cmpint (listing->output, ==, CF_OUTPUT_JSON);
  g_assert_cmpint (removing->verb, ==, CF_VERB_KEYRING_RM);
  g_assert_cmpint (removing->scope, ==, CF_SAVED_FOR_REALM);
  g_assert_cmpstr (removing->name, ==, "LAB.EXAMPLE");
  g_assert_nonnull (strstr (text->text, "curfewctl host trust "));
  g_assert_nonnull (strstr (text->text, "--replace"));
  g_assert_nonnull (strstr (text->text, "curfewctl host rm "));
  assert_narrow (text->text);
}

/* What follows an option that has a value is that value, whatever it looks like. */
static void
test_value_like_option (void)
{
  static const char *const words[] = { "restart", "-m", "--force=no", "--reason",
                                       "p:2:18",  "pc", NULL };
  g_autoptr (CfCommand) command = parse_good (words);

  g_assert_cmpstr (cf_shutdown_request_get_message (command->request), ==, "--force=no");
}

static void
test_help (void)
{
  static const char *const words[] = { "poweroff", "--owl", "-h", NULL };
  static const char *const overview[] = { "--help", NULL };
  static const char *const version[] = { "--version", NULL };
  static const char *const verb[] = { "poweroff", "--help", NULL };
  g_autoptr (CfCommand) text = parse_good (overview);
  g_autoptr (CfCommand) number = parse_good (version);
  g_autoptr (CfCommand) options = parse_good (verb);
  g_autoptr (GPtrArray) problems = NULL;
  CfExitStatus status;

  g_test_summary ("Help is there for the program and for each verb, and asks nobody");

  g_assert_cmpint (text->verb, ==, CF_VERB_NONE);
  g_assert_nonnull (strstr (text->text, "  poweroff "));
  g_assert_true (g_str_has_prefix (number->text, "curfewctl "));
  g_assert_cmpint (options->verb, ==, CF_VERB_NONE);
  g_assert_nonnull (strstr (options->text, "curfewctl poweroff "));
  g_assert_nonnull (strstr (options->text, "--if-users"));
  g_assert_null (strstr (options->text, "--restart-apps"));
  assert_narrow (text->text);
  assert_narrow (options->text);
  g_assert_null (parse (words, &problems, &status));
}

static void
test_confirmation (void)
{
  static const struct
  {
    CfVerb verb;
    guint n_targets;
    gboolean yes;
    gboolean is_terminal;
    CfConfirmationNeed need;
  } cases[] = {
    { CF_VERB_RESTART, 1, FALSE, TRUE, CF_CONFIRMATION_NONE },
    { CF_VERB_RESTART, 10, FALSE, TRUE, CF_CONFIRMATION_NONE },
    { CF_VERB_RESTART, 11, FALSE, TRUE, CF_CONFIRMATION_ASK },
    { CF_VERB_RESTART, 11, TRUE, TRUE, CF_CONFIRMATION_NONE },
    { CF_VERB_POWEROFF, 1, FALSE, TRUE, CF_CONFIRMATION_ASK },
    { CF_VERB_HALT, 1, FALSE, TRUE, CF_CONFIRMATION_ASK },
    { CF_VERB_HALT, 1, TRUE, TRUE, CF_CONFIRMATION_NONE },
    { CF_VERB_POWEROFF, 1, FALSE, FALSE, CF_CONFIRMATION_NONE },
    { CF_VERB_RESTART, 10, FALSE, FALSE, CF_CONFIRMATION_NONE },
    { CF_VERB_RESTART, 11, FALSE, FALSE, CF_CONFIRMATION_IMPOSSIBLE },
    { CF_VERB_POWEROFF, 11, FALSE, FALSE, CF_CONFIRMATION_IMPOSSIBLE },
    { CF_VERB_RESTART, 11, TRUE, FALSE, CF_CONFIRMATION_NONE },
    { CF_VERB_ABORT, 500, FALSE, FALSE, CF_CONFIRMATION_NONE },
    { CF_VERB_STATUS, 500, FALSE, TRUE, CF_CONFIRMATION_NONE },
  };

  g_test_summary ("Many computers, and what nobody can undo from afar, are confirmed");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (cf_confirmation_decide (cases[i].verb, cases[i].n_targets, cases[i].yes,
                                             cases[i].is_terminal),
                     ==, cases[i].need);

  g_assert_true (cf_confirmation_matches (" 12\n", 12));
  g_assert_false (cf_confirmation_matches ("\n", 12));
  g_assert_false (cf_confirmation_matches ("y\n", 12));
  g_assert_false (cf_confirmation_matches ("1\n", 12));
  g_assert_false (cf_confirmation_matches ("12 \n3", 12));
}

static void
test_explain (void)
{
  static const char *const known[] = { "1191", "0x4a7", "0X4A7", "ERROR_SHUTDOWN_USERS_LOGGED_ON",
                                       "error_shutdown_users_logged_on" };
  static const char *const unknown[] = { "", "0x", "-1", "4711", "99999999999", "ERROR_OWL", "5x" };

  g_test_summary ("A code is explained by number, in hexadecimal, and by name");

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autofree char *text = cf_explain (known[i]);

      g_assert_nonnull (text);
      g_assert_true (
        g_str_has_prefix (text, "1191 (0x4a7) ERROR_SHUTDOWN_USERS_LOGGED_ON\nSomebody"));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (unknown); i++)
    g_assert_null (cf_explain (unknown[i]));
}

int
main (int argc, char **argv)
{
  /* a ticket of whoever runs the tests is none of theirs */
  g_setenv ("KRB5CCNAME", "FILE:/nonexistent/curfew", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cli/command/defaults", test_defaults);
  g_test_add_func ("/cli/command/all-options", test_all_options);
  g_test_add_func ("/cli/command/flags", test_flags);
  g_test_add_func ("/cli/command/message", test_message);
  g_test_add_func ("/cli/command/problems", test_problems);
  g_test_add_func ("/cli/command/local", test_local);
  g_test_add_func ("/cli/command/schemes", test_schemes);
  g_test_add_func ("/cli/command/hosts-and-keyring", test_hosts_and_keyring);
  g_test_add_func ("/cli/command/value-like-option", test_value_like_option);
  g_test_add_func ("/cli/command/help", test_help);
  g_test_add_func ("/cli/confirmation", test_confirmation);
  g_test_add_func ("/cli/explain", test_explain);

  return g_test_run ();
}
