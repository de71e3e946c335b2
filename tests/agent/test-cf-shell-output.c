/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-shell-output.h"

#include <string.h>

#define ID "91C5A0B7-4D0F-4E26-8D6A-2B7CDE5AF109"

static const char *const streams[] = { "stdout", "stderr", NULL };

static gsize
add (CfShellOutput *output, const char *stream, const char *text)
{
  g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));

  return cf_shell_output_add (output, &(CfPluginOutput){ .stream = stream, .data = data }, FALSE);
}

static void
add_done (CfShellOutput *output, guint32 exit_code)
{
  cf_shell_output_add (
    output, &(CfPluginOutput){ .state = WSM_COMMAND_STATE_DONE, .exit_code = exit_code }, FALSE);
}

/* "stream:text" or "stream!" for its end, joined by spaces; "=code" for Done. */
static char *
take (CfShellOutput *output, const char *const *wanted, gsize max_octets)
{
  g_autoptr (WsmShellMessage) message = wsm_shell_message_new (WSM_SHELL_RECEIVE_RESPONSE);
  GString *text = g_string_new (NULL);
  gsize total = cf_shell_output_take (output, wanted, max_octets, ID, message);
  gsize sum = 0;

  for (guint i = 0; message->streams != NULL && i < message->streams->len; i++)
    {
      const WsmShellStream *stream = message->streams->pdata[i];
      gsize size = 0;
      const char *octets = stream->data != NULL ? g_bytes_get_data (stream->data, &size) : NULL;

      g_assert_cmpstr (stream->command_id, ==, ID);
      g_string_append_printf (text, "%s%s%s", text->len > 0 ? " " : "", stream->name,
                              stream->end ? "!" : ":");
      g_string_append_len (text, octets, size);
      sum += size;
    }
  g_assert_cmpuint (sum, ==, total);
  g_assert_cmpuint (total, <=, max_octets);
  if (g_strcmp0 (message->state, WSM_COMMAND_STATE_DONE) == 0)
    g_string_append_printf (text, " =%u", message->exit_code);
  else
    g_assert_cmpstr (message->state, ==, WSM_COMMAND_STATE_RUNNING);
  return g_string_free (text, FALSE);
}

#define assert_take(output, wanted, max_octets, expected)                                          \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *taken = take (output, wanted, max_octets);                                    \
    g_assert_cmpstr (taken, ==, expected);                                                         \
  }                                                                                                \
  G_STMT_END

static void
test_order (void)
{
  g_autoptr (CfShellOutput) output = cf_shell_output_new (streams);

  g_test_summary (
    "What two streams say comes in the order in which they said it, and what one says "
    "in a row as one piece; ends and Done come last");

  g_assert_false (cf_shell_output_has (output, NULL));
  add (output, "stdout", "a");
  add (output, "stdout", "b");
  add (output, "stderr", "c");
  add (output, "stdout", "d");
  add_done (output, 7);
  g_assert_cmpuint (cf_shell_output_get_size (output), ==, 4);
  assert_take (output, NULL, 100, "stdout:ab stderr:c stdout:d stdout! stderr! =7");
  g_assert_cmpuint (cf_shell_output_get_size (output), ==, 0);
}

static void
test_split (void)
{
  g_autoptr (CfShellOutput) output = cf_shell_output_new (streams);

  g_test_summary ("What does not fit comes with the next answer, and Done with the last");

  add (output, "stdout", "abcdefg");
  add (output, "stderr", "h");
  add_done (output, 0);
  assert_take (output, NULL, 3, "stdout:abc");
  assert_take (output, NULL, 3, "stdout:def");
  assert_take (output, NULL, 2, "stdout:g stderr:h");
  assert_take (output, NULL, 1, "stdout! stderr! =0");
}

static void
test_wanted (void)
{
  static const char *const err[] = { "stderr", NULL };
  static const char *const out[] = { "stdout", NULL };
  g_autoptr (CfShellOutput) output = cf_shell_output_new (streams);

  g_test_summary ("Streams that are not wanted keep what they have");

  add (output, "stdout", "a");
  g_assert_false (cf_shell_output_has (output, err));
  add (output, "stderr", "b");
  add (output, "stdout", "c");
  add_done (output, 2);
  assert_take (output, err, 100, "stderr:b stderr! =2");
  assert_take (output, out, 100, "stdout:a stdout:c stdout! =2");
}

static void
test_ends_once (void)
{
  g_autoptr (CfShellOutput) output = cf_shell_output_new (streams);

  g_test_summary (
    "A stream ends once, and nothing comes after that; Done is told as often as asked");

  add (output, "stdout", "a");
  cf_shell_output_add (output, &(CfPluginOutput){ .stream = "stdout", .no_more_data = TRUE },
                       FALSE);
  g_assert_cmpuint (add (output, "stdout", "late"), ==, 4);
  assert_take (output, NULL, 100, "stdout:a stdout!");
  add_done (output, 1);
  g_assert_cmpuint (add (output, "stderr", "late"), ==, 4);
  assert_take (output, NULL, 100, "stderr! =1");
  assert_take (output, NULL, 100, " =1");
  g_assert_true (cf_shell_output_has (output, NULL));
}

static void
test_disposed (void)
{
  g_autoptr (CfShellOutput) output = cf_shell_output_new (streams);
  g_autoptr (GBytes) data = g_bytes_new_static ("abc", 3);

  g_test_summary ("Octets of unknown streams, and unwanted ones, are not kept");

  g_assert_cmpuint (add (output, "stdprn", "ab"), ==, 2);
  g_assert_cmpuint (cf_shell_output_add (output, &(CfPluginOutput){ .data = data }, FALSE), ==, 3);
  g_assert_cmpuint (
    cf_shell_output_add (output, &(CfPluginOutput){ .stream = "stdout", .data = data }, TRUE), ==,
    3);
  g_assert_cmpuint (add (output, "stdout", "a"), ==, 0);
  g_assert_cmpuint (cf_shell_output_get_size (output), ==, 1);
}

static void
test_discard (void)
{
  g_autoptr (CfShellOutput) output = cf_shell_output_new (streams);

  g_test_summary ("What is discarded was never said, unless the end was told already");

  add (output, "stdout", "a");
  add_done (output, 1);
  cf_shell_output_discard (output);
  g_assert_false (cf_shell_output_is_done (output));
  g_assert_false (cf_shell_output_has (output, NULL));
  add (output, "stdout", "b");
  add_done (output, 2);
  assert_take (output, NULL, 100, "stdout:b stdout! stderr! =2");
  cf_shell_output_discard (output);
  g_assert_true (cf_shell_output_is_done (output));
}

static void
test_many_pieces (void)
{
  static const char *const out[] = { "stdout", NULL };
  g_autoptr (CfShellOutput) output = cf_shell_output_new (streams);
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (GString) got = g_string_new (NULL);
  guint n_answers = 0;

  g_test_summary ("A plug-in that changes streams with every octet costs no more than others, and "
                  "each stream keeps its order");

  for (guint i = 0; i < 20000; i++)
    {
      const char text[] = { 'a' + i % 26, '\0' };

      add (output, "stdout", text);
      add (output, "stderr", "x");
      g_string_append (expected, text);
    }
  while (cf_shell_output_has (output, out))
    {
      g_autoptr (WsmShellMessage) message = wsm_shell_message_new (WSM_SHELL_RECEIVE_RESPONSE);

      g_assert_cmpuint (cf_shell_output_take (output, out, 4096, ID, message), >, 0);
      g_assert_cmpuint (message->streams->len, <, 64);
      n_answers++;
      for (guint i = 0; i < message->streams->len; i++)
        {
          gsize size;
          const char *octets = g_bytes_get_data (
            ((WsmShellStream *) message->streams->pdata[i])->data, &size);

          g_string_append_len (got, octets, size);
        }
    }
  g_assert_cmpuint (n_answers, <, 40);
  g_assert_cmpstr (got->str, ==, expected->str);
  g_assert_cmpuint (cf_shell_output_get_size (output), ==, 20000);
}

static void
test_never_empty (void)
{
  g_autoptr (CfShellOutput) output = cf_shell_output_new (streams);
  g_autofree char *much = g_strnfill (10000, 'x');

  g_test_summary ("What was fetched takes no room, also where something is always left to fetch");

  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (WsmShellMessage) message = wsm_shell_message_new (WSM_SHELL_RECEIVE_RESPONSE);

      while (cf_shell_output_get_size (output) < 25000)
        add (output, "stdout", much);
      g_assert_cmpuint (cf_shell_output_take (output, NULL, 9999, ID, message), ==, 9999);
      g_assert_cmpuint (cf_shell_output_get_held (output), <, 70000);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/agent/shell-output/order", test_order);
  g_test_add_func ("/agent/shell-output/split", test_split);
  g_test_add_func ("/agent/shell-output/wanted", test_wanted);
  g_test_add_func ("/agent/shell-output/ends-once", test_ends_once);
  g_test_add_func ("/agent/shell-output/disposed", test_disposed);
  g_test_add_func ("/agent/shell-output/discard", test_discard);
  g_test_add_func ("/agent/shell-output/many-pieces", test_many_pieces);

  g_test_add_func ("/agent/shell-output/never-empty", test_never_empty);

  return g_test_run ();
}
