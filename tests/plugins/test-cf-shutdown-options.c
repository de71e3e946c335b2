/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugins/shutdown-shell/cf-shutdown-options.h"

#include <string.h>

#include "plugins/shutdown-shell/cf-reason-table.h"

#define FORCE   CF_WIRE_FORCE_OTHERS
#define RESTART CF_WIRE_RESTART
#define OFF     CF_WIRE_POWEROFF
#define APPS    CF_WIRE_RESTARTAPPS
#define HOST    "pc7.example.net"
#define NONE    CF_REASON_NOT_GIVEN

typedef struct
{
  const char *options;
  guint32 flags;
  guint32 seconds;
  guint32 reason;
  const char *comment;
} Accepted;

static gboolean
parse (const char *line, CfShutdownOrder *order, char ***words, GError **error)
{
  g_strfreev (*words);
  *words = g_strsplit (line, " ", -1);
  return cf_shutdown_options_parse ((const char *const *) *words, HOST, order, error);
}

static void
test_accepted (void)
{
  static const Accepted cases[] = {
    { "/r", RESTART | FORCE, 30, NONE, NULL },
    { "/s", OFF | FORCE, 30, NONE, NULL },
    { "/g", RESTART | APPS | FORCE, 30, NONE, NULL },
    { "/sg", OFF | APPS | FORCE, 30, NONE, NULL },
    { "/p", OFF, 0, NONE, NULL },
    { "/p /f", OFF | FORCE, 0, NONE, NULL },
    { "/p /d p:4:1", OFF, 0, 0x80040001, NULL },
    { "-r -t 60", RESTART | FORCE, 60, NONE, NULL },
    { "/R /T 60 /F", RESTART | FORCE, 60, NONE, NULL },
    { "/r /t 0", RESTART, 0, NONE, NULL },
    { "/s /t 0", OFF, 0, NONE, NULL },
    { "/r /t 0 /f", RESTART | FORCE, 0, NONE, NULL },
    { "/t 0 /f /r", RESTART | FORCE, 0, NONE, NULL },
    { "/r /t 1", RESTART | FORCE, 1, NONE, NULL },
    { "/r /t 315360000", RESTART | FORCE, 315360000, NONE, NULL },
    { "/r /c Updates", RESTART | FORCE, 30, NONE, "Updates" },
    { "/r /c /f", RESTART | FORCE, 30, NONE, "/f" },
    { "/r /t 0 /c /?", RESTART, 0, NONE, "/?" },
    { "/r /d 4:1", RESTART | FORCE, 30, 0x00040001, NULL },
    { "/r /d P:2:17", RESTART | FORCE, 30, 0x80020011, NULL },
    { "/r /d u:64:9", RESTART | FORCE, 30, 0x40400009, NULL },
    { "/r /d u:255:65535", RESTART | FORCE, 30, 0x40FFFFFF, NULL },
    { "/r /d p:9:9", RESTART | FORCE, 30, 0x80090009, NULL },
    { "/r /d 0:0", RESTART | FORCE, 30, 0, NULL },
    { "/r /soft /t 0", RESTART, 0, NONE, NULL },
    { "/r /m \\\\PC7", RESTART | FORCE, 30, NONE, NULL },
    { "/r /m \\\\pc7.EXAMPLE.net", RESTART | FORCE, 30, NONE, NULL },
    { "/r /m \\\\localhost", RESTART | FORCE, 30, NONE, NULL },
    { "/r /m \\\\127.0.0.1", RESTART | FORCE, 30, NONE, NULL },
    { "/r /m \\\\.", RESTART | FORCE, 30, NONE, NULL },
  };
  g_auto (GStrv) words = NULL;

  g_test_summary ("What shutdown.exe accepts becomes the flags of WsdrInitiateShutdown");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CfShutdownOrder order;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].options);
      g_assert_true (parse (cases[i].options, &order, &words, &error));
      g_assert_no_error (error);
      g_assert_cmpint (order.verb, ==, CF_SHUTDOWN_SUBMIT);
      g_assert_cmphex (order.flags, ==, cases[i].flags);
      g_assert_cmpuint (order.grace_seconds, ==, cases[i].seconds);
      g_assert_cmphex (order.reason, ==, cases[i].reason);
      g_assert_cmpstr (order.comment, ==, cases[i].comment);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *options;
    int code;
    const char *named;
  } cases[] = {
    /* what no rule of shutdown.exe allows */
    { "/x", 87, "'/x'" },
    { "restart", 87, "'restart'" },
    { "/t:60", 87, "'/t:60'" },
    { "/", 87, "'/'" },
    { "/r /r", 87, "/r is there twice" },
    { "/r /t 1 /t 2", 87, "/t is there twice" },
    { "/r /s", 87, "two different things" },
    { "/r /a", 87, "two different things" },
    { "/s /sg", 87, "two different things" },
    { "/t 60", 87, "Nothing says" },
    { "/f", 87, "Nothing says" },
    { "/soft", 87, "Nothing says" },
    { "/r /t", 87, "/t SECONDS" },
    { "/r /c", 87, "/c \"TEXT\"" },
    { "/r /m", 87, "/m \\\\NAME" },
    { "/r /d", 87, "/d p:4:1" },
    { "/r /t soon", 87, "'soon'" },
    { "/r /t -1", 87, "'-1'" },
    { "/r /t +1", 87, "'+1'" },
    { "/r /t 1.5", 87, "'1.5'" },
    { "/r /t 315360001", 87, "315360000" },
    { "/r /t 99999999999999999999", 87, "315360000" },
    { "/r /d 4", 87, "'4'" },
    { "/r /d p:4", 87, "'p:4'" },
    { "/r /d x:4:1", 87, "'x:4:1'" },
    { "/r /d 256:0", 87, "'256:0'" },
    { "/r /d 0:65536", 87, "'0:65536'" },
    { "/r /d 4:1:1", 87, "'4:1:1'" },
    { "/r /d p:-4:1", 87, "'p:-4:1'" },
    { "/r /d 2:3", 87, "planned only" },
    { "/r /d p:4:5", 87, "unplanned only" },
    { "/r /d 6:11", 87, "afterwards" },
    { "/r /m pc7", 87, "'pc7'" },
    { "/r /m \\\\", 87, "'\\\\'" },
    { "/a /t 5", 87, "/t does not go with /a" },
    { "/a /f", 87, "/f does not go with /a" },
    { "/p /t 0", 87, "/t does not go with /p" },
    { "/p /c x", 87, "/c does not go with /p" },
    { "/p /m \\\\pc7", 87, "/m does not go with /p" },
    { "/l /m \\\\pc7", 87, "/m does not go with /l" },
    { "/l /t 0", 87, "/t does not go with /l" },
    { "/l /d p:4:1", 87, "/d does not go with /l" },
    { "/h /t 5", 87, "/t does not go with /h" },
    { "/s /o", 87, "/o does not go with /s" },
    { "/r /hybrid", 87, "/hybrid does not go with /r" },
    { "/o", 87, "Nothing says" },
    { "/fw", 87, "Nothing says" },
    { "/r /i", 87, "first" },
    /* what Windows has and this computer has not */
    { "/i", 50, "/i" },
    { "/i /nonsense", 50, "/i" },
    { "/l", 50, "/l" },
    { "/l /f", 50, "/l" },
    { "/h", 50, "/h" },
    { "/h /f", 50, "/h" },
    { "/e", 50, "/e" },
    { "/r /o", 50, "/o" },
    { "/s /hybrid", 50, "/hybrid" },
    { "/r /fw", 50, "/fw" },
    { "/a /fw", 50, "/fw" },
    { "/r /m \\\\other", 50, "other" },
    { "/a /m \\\\other", 50, "other" },
    { "/r /m \\\\pc", 50, "pc7.example.net" },
  };
  g_auto (GStrv) words = NULL;

  g_test_summary ("Everything else is refused in one sentence that names what is wrong");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CfShutdownOrder order;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].options);
      g_assert_false (parse (cases[i].options, &order, &words, &error));
      g_assert_error (error, CF_SHUTDOWN_OPTIONS_ERROR, cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].named));
    }
}

static void
test_abort (void)
{
  static const char *const lines[] = { "/a", "-A", "/a /m \\\\pc7", "/m \\\\localhost /a" };
  g_auto (GStrv) words = NULL;

  g_test_summary ("/a calls off, also with the name of this computer");

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      CfShutdownOrder order;

      g_assert_true (parse (lines[i], &order, &words, NULL));
      g_assert_cmpint (order.verb, ==, CF_SHUTDOWN_ABORT);
    }
}

static void
test_help (void)
{
  static const char *const none[] = { NULL };
  static const char *const lines[] = { "/?", "-?", "/r /?", "/x /?", "/r /t 5 /?" };
  g_auto (GStrv) words = NULL;
  CfShutdownOrder order;

  g_test_summary ("Who asks for help gets it, whatever else is there, and nothing happens");

  g_assert_true (cf_shutdown_options_parse (none, HOST, &order, NULL));
  g_assert_cmpint (order.verb, ==, CF_SHUTDOWN_HELP);
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_assert_true (parse (lines[i], &order, &words, NULL));
      g_assert_cmpint (order.verb, ==, CF_SHUTDOWN_HELP);
    }
}

static void
test_comment_length (void)
{
  g_autofree char *full = g_strnfill (512, 'x');
  g_autofree char *too_long = g_strnfill (513, 'x');
  g_autoptr (GString) owls = g_string_new (NULL);
  const char *words[] = { "/r", "/c", full, NULL };
  CfShutdownOrder order;
  g_autoptr (GError) error = NULL;

  g_test_summary ("A comment has 512 UTF-16 units at most: an emoji counts two");

  g_assert_true (cf_shutdown_options_parse (words, HOST, &order, NULL));
  for (guint i = 0; i < 256; i++)
    g_string_append (owls, "🦉");
  words[2] = owls->str;
  g_assert_true (cf_shutdown_options_parse (words, HOST, &order, NULL));
  g_string_append_c (owls, 'x');
  words[2] = owls->str;
  g_assert_false (cf_shutdown_options_parse (words, HOST, &order, &error));
  g_assert_error (error, CF_SHUTDOWN_OPTIONS_ERROR, CF_SHUTDOWN_OPTIONS_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "513"));
  words[2] = too_long;
  g_assert_false (cf_shutdown_options_parse (words, HOST, &order, NULL));
  words[2] = "";
  g_assert_true (cf_shutdown_options_parse (words, HOST, &order, NULL));
  g_assert_cmpstr (order.comment, ==, "");
}

static void
test_host_names (void)
{
  const char *const words[] = { "/r", "/m", "\\\\example", NULL };
  CfShutdownOrder order;

  g_test_summary ("A part of the name is another computer");

  g_assert_false (cf_shutdown_options_parse (words, "pc7.example", &order, NULL));
  g_assert_true (cf_shutdown_options_parse (words, "example", &order, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add_func ("/plugins/shutdown-options/" path, func)
  ADD ("accepted", test_accepted);
  ADD ("refused", test_refused);
  ADD ("abort", test_abort);
  ADD ("help", test_help);
  ADD ("comment-length", test_comment_length);
  ADD ("host-names", test_host_names);
  return g_test_run ();
}
