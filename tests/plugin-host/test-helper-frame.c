/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "plugin-host/cf-plugin-frame.h"

/* What agent and helper tell each other: written, read, and refused where it is not that. */

#define ALL_CODES 0xfedcba98u

static const CfPluginValue values[] = {
  { "Message", "Wartung ä \U0001f6d1", CF_PLUGIN_VALUE_TEXT },
  { "Time", "2026-01-01T00:00:00Z", CF_PLUGIN_VALUE_DATETIME },
  { "Nothing", NULL, CF_PLUGIN_VALUE_NULL },
  { "Inner_1.x-y", NULL, CF_PLUGIN_VALUE_COMPLEX },
};
static const CfPluginObject object = { "urn:example", "Win32Shutdown_INPUT", values, 4 };
static const CfPluginObject bare_object = { NULL, "Empty", NULL, 0 };
static const CfPluginPair pairs[] = { { "Name", "a" }, { "Name", "" } };
static const CfPluginOption options[] = { { "WINRS_CODEPAGE", "65001", TRUE },
                                          { "Nil", NULL, FALSE } };
static const char *const streams[] = { "stdout", "stderr", NULL };
static const char *const nobody[] = { NULL };

static CfPluginCall
make_call (CfPluginCallKind kind)
{
  return (CfPluginCall){
    .id = G_MAXUINT64,
    .kind = kind,
    .shell = kind >= CF_PLUGIN_COMMAND ? 7 : 0,
    .command = kind >= CF_PLUGIN_SEND ? 8 : 0,
    .sender_name = "mara",
    .mechanism = "Basic",
    .url = "https://[::1]:5986/wsman",
    .locale = "de-DE",
    .resource_uri = "http://example.com/cmd",
    .selectors = pairs,
    .n_selectors = 2,
    .options = options,
    .n_options = 2,
    .options_must_understand = TRUE,
    .max_envelope_size = 153600,
    .timeout_msec = 60000,
  };
}

static CfPluginFrame
make_call_frame (CfPluginCallKind kind, GBytes *data)
{
  CfPluginFrame frame = { .type = CF_PLUGIN_FRAME_CALL, .call = make_call (kind) };

  if (kind == CF_PLUGIN_INVOKE)
    {
      frame.call.action = "urn:example/Win32Shutdown";
      frame.call.input = &object;
    }
  frame.call.input_streams = kind == CF_PLUGIN_SHELL ? nobody : NULL;
  frame.call.output_streams = kind == CF_PLUGIN_RECEIVE ? streams : NULL;
  frame.call.command_line = kind == CF_PLUGIN_COMMAND ? "shutdown" : NULL;
  frame.call.arguments = kind == CF_PLUGIN_COMMAND ? streams : NULL;
  frame.call.code = kind == CF_PLUGIN_SIGNAL ? "urn:terminate" : NULL;
  if (kind == CF_PLUGIN_SHELL)
    {
      frame.call.environment = pairs;
      frame.call.n_environment = 2;
      frame.call.inbound_xml = "<x/>";
    }
  if (kind == CF_PLUGIN_SEND)
    {
      frame.call.stream = "stdin";
      frame.call.data = data;
      frame.call.no_more_data = TRUE;
    }
  return frame;
}

/* One of each type, and of each kind of call. */
static GArray *
make_samples (GBytes *data)
{
  GArray *samples = g_array_new (FALSE, TRUE, sizeof (CfPluginFrame));
  CfPluginFrame frames[] = {
    { .type = CF_PLUGIN_FRAME_START,
      .code = 2,
      .settings = { .name = "Example",
                    .file = "/usr/lib/example.so",
                    .application = "wsman",
                    .extra_info = "<PlugInConfiguration/>",
                    .shared_host = TRUE,
                    .idle_seconds = 60,
                    .needs = CF_PLUGIN_NEEDS_SHELL | CF_PLUGIN_NEEDS_GET,
                    .start_msec = 30000 } },
    { .type = CF_PLUGIN_FRAME_DATA, .id = 3, .data = data },
    { .type = CF_PLUGIN_FRAME_CANCEL, .id = 3 },
    { .type = CF_PLUGIN_FRAME_ACK, .id = 3, .number = G_MAXUINT64 },
    { .type = CF_PLUGIN_FRAME_STOP, .code = 4 },
    { .type = CF_PLUGIN_FRAME_ANSWER, .serial = 5, .code = ALL_CODES },
    { .type = CF_PLUGIN_FRAME_ANSWER,
      .serial = 5,
      .has_status = TRUE,
      .status = { .state = 1,
                  .action = (char *) "Restart",
                  .users_logged_on = 3,
                  .rehearsal = TRUE,
                  .last_detail = (char *) "" } },
    { .type = CF_PLUGIN_FRAME_STARTED, .code = ALL_CODES, .text = "It did not start" },
    { .type = CF_PLUGIN_FRAME_STOPPED },
    { .type = CF_PLUGIN_FRAME_FAILED, .text = "It failed" },
    { .type = CF_PLUGIN_FRAME_IDLE, .number = 12 },
    { .type = CF_PLUGIN_FRAME_CONTEXT, .id = 3 },
    { .type = CF_PLUGIN_FRAME_OUTPUT,
      .id = 3,
      .output = { .stream = "stdout", .data = data, .no_more_data = TRUE, .flush = TRUE } },
    { .type = CF_PLUGIN_FRAME_OUTPUT,
      .id = 3,
      .output = { .state = "urn:Done", .exit_code = ALL_CODES } },
    { .type = CF_PLUGIN_FRAME_OBJECT, .id = 3, .object = object },
    { .type = CF_PLUGIN_FRAME_OBJECT, .id = 3, .object = bare_object },
    { .type = CF_PLUGIN_FRAME_COMPLETED, .id = 3, .code = ALL_CODES, .text = "because" },
    { .type = CF_PLUGIN_FRAME_RELEASED, .id = 3 },
    { .type = CF_PLUGIN_FRAME_SUBMIT,
      .serial = 5,
      .id = 3,
      .shutdown = { .message = "Bye", .grace_period = 60, .postpone_seconds = ALL_CODES } },
    { .type = CF_PLUGIN_FRAME_REFUSE, .serial = 5, .id = 3, .text = "no", .code = 87 },
    { .type = CF_PLUGIN_FRAME_ABORT, .serial = 5, .id = 3, .text = "hint" },
    { .type = CF_PLUGIN_FRAME_DESCRIBE, .serial = 5, .id = 3 },
  };

  g_array_append_vals (samples, frames, G_N_ELEMENTS (frames));
  for (int kind = CF_PLUGIN_GET; kind <= CF_PLUGIN_CONNECT; kind++)
    {
      CfPluginFrame frame = make_call_frame ((CfPluginCallKind) kind, data);

      g_array_append_val (samples, frame);
    }
  return samples;
}

static CfPluginFrameBuffer
write_frame (const CfPluginFrame *frame)
{
  CfPluginFrameBuffer written = { NULL };
  gsize size = 0;
  g_autoptr (GError) error = NULL;

  g_assert_true (cf_plugin_frame_write (frame, &written));
  g_assert_true (cf_plugin_frame_measure (written.data, written.end, &size, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (size, ==, written.end);
  return written;
}

/* In memory of exactly that size, so that a sanitizer sees a read behind it. */
static gboolean
read_exact (const guint8 *octets, gsize size, CfPluginFrame *frame, guint8 **kept, GError **error)
{
  static CfPluginFrameBuffer scratch;
  gboolean is_frame;

  *kept = malloc (size);
  memcpy (*kept, octets, size);
  is_frame = cf_plugin_frame_read (*kept, size, &scratch, frame, error);
  if (!is_frame)
    cf_plugin_frame_buffer_clear (&scratch);
  return is_frame;
}

static void
test_round_trip (void)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("a\0b\xff", 4);
  g_autoptr (GArray) samples = make_samples (data);

  g_test_summary ("What was written is read, and written again it is the same");

  for (guint i = 0; i < samples->len; i++)
    {
      CfPluginFrameBuffer written = write_frame (&g_array_index (samples, CfPluginFrame, i));
      CfPluginFrameBuffer again;
      g_autoptr (GError) error = NULL;
      g_auto (CfPluginFrame) frame;
      guint8 *kept;

      g_assert_true (read_exact (written.data, written.end, &frame, &kept, &error));
      g_assert_no_error (error);
      again = write_frame (&frame);
      g_assert_cmpmem (again.data, again.end, written.data, written.end);

      cf_plugin_frame_buffer_clear (&written);
      cf_plugin_frame_buffer_clear (&again);
      free (kept);
    }
}

static void
test_fields (void)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("a\0b\xff", 4);
  CfPluginFrame said = make_call_frame (CF_PLUGIN_INVOKE, NULL);
  CfPluginFrameBuffer written = write_frame (&said);
  g_auto (CfPluginFrame) frame;
  guint8 *kept;

  g_test_summary ("Fields arrive where they belong");

  g_assert_true (read_exact (written.data, written.end, &frame, &kept, NULL));
  g_assert_cmpint (frame.type, ==, CF_PLUGIN_FRAME_CALL);
  g_assert_cmpuint (frame.call.id, ==, G_MAXUINT64);
  g_assert_cmpstr (frame.call.sender_name, ==, "mara");
  g_assert_null (frame.call.data_locale);
  g_assert_cmpuint (frame.call.n_selectors, ==, 2);
  g_assert_cmpstr (frame.call.selectors[1].value, ==, "");
  g_assert_true (frame.call.options[0].must_comply);
  g_assert_null (frame.call.options[1].value);
  g_assert_cmpstr (frame.call.input->name, ==, "Win32Shutdown_INPUT");
  g_assert_cmpstr (frame.call.input->values[0].value, ==, values[0].value);
  g_assert_cmpint (frame.call.input->values[3].type, ==, CF_PLUGIN_VALUE_COMPLEX);
  cf_plugin_frame_buffer_clear (&written);
  free (kept);
}

static void
test_cut_off (void)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("a\0b\xff", 4);
  g_autoptr (GArray) samples = make_samples (data);

  g_test_summary ("A frame that lacks its end, or has more than one, is refused");

  for (guint i = 0; i < samples->len; i++)
    {
      CfPluginFrameBuffer written = write_frame (&g_array_index (samples, CfPluginFrame, i));

      for (gsize size = 0; size <= written.end + 1; size++)
        {
          g_autoptr (GError) error = NULL;
          CfPluginFrame frame;
          gsize measured = 0;
          guint8 *kept;

          if (size == written.end)
            continue;
          cf_plugin_frame_buffer_reserve (&written, 1)[0] = 0;
          if (size < written.end)
            {
              g_assert_true (cf_plugin_frame_measure (written.data, size, &measured, NULL));
              g_assert_cmpuint (measured, ==, 0);
            }
          if (size < CF_PLUGIN_FRAME_HEADER)
            continue;
          g_assert_false (read_exact (written.data, size, &frame, &kept, &error));
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
          free (kept);
        }
      cf_plugin_frame_buffer_clear (&written);
    }
}

static void
test_changed (void)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("a\0b\xff", 4);
  g_autoptr (GArray) samples = make_samples (data);
  const guint8 others[] = { 0, 1, 2, 0x7f, 0x80, 0xff };

  g_test_summary ("With any octet changed it is refused, or is written as it was read");

  for (guint i = 0; i < samples->len; i++)
    {
      CfPluginFrameBuffer written = write_frame (&g_array_index (samples, CfPluginFrame, i));

      for (gsize at = CF_PLUGIN_FRAME_HEADER; at < written.end; at++)
        for (gsize o = 0; o < G_N_ELEMENTS (others); o++)
          {
            CfPluginFrame frame;
            guint8 kept_octet = written.data[at];
            guint8 *kept;

            written.data[at] = others[o];
            if (read_exact (written.data, written.end, &frame, &kept, NULL))
              {
                CfPluginFrameBuffer again = write_frame (&frame);

                g_assert_cmpmem (again.data, again.end, written.data, written.end);
                cf_plugin_frame_buffer_clear (&again);
                cf_plugin_frame_clear (&frame);
              }
            written.data[at] = kept_octet;
            free (kept);
          }
      cf_plugin_frame_buffer_clear (&written);
    }
}

static void
refuse (CfPluginFrame said, const char *why)
{
  CfPluginFrameBuffer written = write_frame (&said);
  CfPluginFrame frame;
  g_autoptr (GError) error = NULL;
  guint8 *kept;

  g_assert_false (read_exact (written.data, written.end, &frame, &kept, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, why));
  cf_plugin_frame_buffer_clear (&written);
  free (kept);
}

static CfPluginFrame
make_object_frame (const CfPluginObject *said)
{
  return (CfPluginFrame){ .type = CF_PLUGIN_FRAME_OBJECT, .id = 3, .object = *said };
}

static void
test_meaning (void)
{
  g_autofree char *much = g_malloc0 (CF_PLUGIN_FRAME_PIECE + 1);
  g_autoptr (GBytes) too_much = g_bytes_new_static (much, CF_PLUGIN_FRAME_PIECE + 1);
  g_autofree char *long_text = g_strnfill (CF_PLUGIN_FRAME_MAX_TEXT + 1, 'x');
  g_autoptr (GBytes) no_text = g_bytes_new_static ("\xff", 1);
  const CfPluginValue markup = { "a><b", "x", CF_PLUGIN_VALUE_TEXT };
  const CfPluginValue no_value = { "a", NULL, CF_PLUGIN_VALUE_TEXT };
  const CfPluginValue no_nil = { "a", "x", CF_PLUGIN_VALUE_NULL };
  const CfPluginValue no_type = { "a", "x", (CfPluginValueType) 4 };
  CfPluginFrame call;

  g_test_summary ("What is well formed, but cannot be meant, is refused");

  refuse (make_object_frame (&(CfPluginObject){ NULL, "", NULL, 0 }), "a name that is none");
  refuse (make_object_frame (&(CfPluginObject){ NULL, "1a", NULL, 0 }), "a name that is none");
  refuse (make_object_frame (&(CfPluginObject){ NULL, "a b", NULL, 0 }), "a name that is none");
  refuse (make_object_frame (&(CfPluginObject){ NULL, "a", &markup, 1 }), "a name that is none");
  refuse (make_object_frame (&(CfPluginObject){ NULL, "a", &no_value, 1 }), "does not fit");
  refuse (make_object_frame (&(CfPluginObject){ NULL, "a", &no_nil, 1 }), "does not fit");
  refuse (make_object_frame (&(CfPluginObject){ NULL, "a", &no_type, 1 }), "unknown type of value");

  refuse ((CfPluginFrame){ .type = CF_PLUGIN_FRAME_OUTPUT,
                           .id = 3,
                           .output = { .stream = "stdout", .data = too_much } },
          "too much output");
  refuse ((CfPluginFrame){ .type = CF_PLUGIN_FRAME_OUTPUT,
                           .id = 3,
                           .output = { .stream = "stdout", .data = no_text, .is_text = TRUE } },
          "not UTF-8");
  refuse ((CfPluginFrame){ .type = CF_PLUGIN_FRAME_OUTPUT, .id = 3, .output = { .data = no_text } },
          "without a stream");
  refuse ((CfPluginFrame){ .type = CF_PLUGIN_FRAME_COMPLETED, .text = long_text }, "too long");
  refuse ((CfPluginFrame){ .type = CF_PLUGIN_FRAME_FAILED, .text = "\xc0\x80" }, "not UTF-8");
  refuse ((CfPluginFrame){ .type = CF_PLUGIN_FRAME_START, .settings = { .file = "x.so" } },
          "without its folder");
  refuse ((CfPluginFrame){ .type = CF_PLUGIN_FRAME_START,
                           .settings = { .file = "/x.so", .needs = (CfPluginNeeds) 8 } },
          "unknown needs");

  call = make_call_frame (CF_PLUGIN_GET, NULL);
  call.call.id = 0;
  refuse (call, "number 0");
  call = make_call_frame (CF_PLUGIN_GET, NULL);
  call.call.shell = 1;
  refuse (call, "has a shell");
  call = make_call_frame (CF_PLUGIN_SIGNAL, NULL);
  call.call.shell = 0;
  refuse (call, "lacks one");
  call = make_call_frame (CF_PLUGIN_COMMAND, NULL);
  call.call.command = 1;
  refuse (call, "has a command");
  call = make_call_frame (CF_PLUGIN_SIGNAL, NULL);
  call.call.code = NULL;
  refuse (call, "lacks the code");
  call = make_call_frame ((CfPluginCallKind) (CF_PLUGIN_CONNECT + 1), NULL);
  refuse (call, "unknown kind");
}

static void
test_too_long (void)
{
  g_autofree char *text = g_strnfill (CF_PLUGIN_FRAME_MAX_BODY, 'x');
  CfPluginFrame said = { .type = CF_PLUGIN_FRAME_START, .settings = { .name = text } };
  CfPluginFrameBuffer out = { NULL };
  const guint8 too_long[] = { 1, 0, 0x10, 0, CF_PLUGIN_FRAME_IDLE };
  const guint8 no_type[] = { 0, 0, 0, 0, CF_PLUGIN_FRAME_LAST + 1 };
  const guint8 other_type[] = { 0, 0, 0, 0, 0 };
  g_autoptr (GError) error = NULL;
  gsize size;

  g_test_summary ("What fits into no frame is not written, and what is longer is no frame");

  g_assert_true (cf_plugin_frame_write (&(CfPluginFrame){ .type = CF_PLUGIN_FRAME_STOPPED }, &out));
  g_assert_false (cf_plugin_frame_write (&said, &out));
  g_assert_cmpuint (out.end - out.start, ==, CF_PLUGIN_FRAME_HEADER);
  text[CF_PLUGIN_FRAME_MAX_BODY - 100] = '\0';
  g_assert_true (cf_plugin_frame_write (&said, &out));
  cf_plugin_frame_buffer_clear (&out);

  g_assert_false (cf_plugin_frame_measure (too_long, sizeof too_long, &size, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_false (cf_plugin_frame_measure (no_type, sizeof no_type, &size, NULL));
  g_assert_false (cf_plugin_frame_measure (other_type, sizeof other_type, &size, NULL));
}

static void
test_counts (void)
{
  guint8 frame[] = { 4 + 5 + 5 + 4,
                     0,
                     0,
                     0,
                     CF_PLUGIN_FRAME_OBJECT,
                     3,
                     0,
                     0,
                     0,
                     0,
                     0,
                     0,
                     0,
                     0xff,
                     0xff,
                     0xff,
                     0xff,
                     1,
                     0,
                     0,
                     0,
                     'a',
                     0,
                     0xfe,
                     0xff,
                     0xff,
                     0xff };
  CfPluginFrame read;
  g_autoptr (GError) error = NULL;
  guint8 *kept;

  g_test_summary ("A number of elements that cannot follow costs no memory");

  frame[0] = sizeof frame - CF_PLUGIN_FRAME_HEADER;
  g_assert_false (read_exact (frame, sizeof frame, &read, &kept, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "more elements"));
  free (kept);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/plugin-host/frame/round-trip", test_round_trip);
  g_test_add_func ("/plugin-host/frame/fields", test_fields);
  g_test_add_func ("/plugin-host/frame/cut-off-is-refused", test_cut_off);
  g_test_add_func ("/plugin-host/frame/changed-is-refused-or-the-same", test_changed);
  g_test_add_func ("/plugin-host/frame/impossible-meaning-is-refused", test_meaning);
  g_test_add_func ("/plugin-host/frame/too-long-is-refused", test_too_long);
  g_test_add_func ("/plugin-host/frame/counts-are-checked-first", test_counts);

  return g_test_run ();
}
