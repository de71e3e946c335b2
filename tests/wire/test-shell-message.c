/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell-messages.h"
#include "wsman/wire/wsm-wire-error.h"

static void
assert_names (char **names, const char *expected)
{
  g_autofree char *joined = names != NULL ? g_strjoinv ("|", names) : NULL;

  g_assert_cmpstr (joined, ==, expected);
}

static void
assert_stream (WsmShellMessage *message, guint index, const char *name, const char *text,
               gboolean end)
{
  WsmShellStream *stream = g_ptr_array_index (message->streams, index);

  g_assert_cmpstr (stream->name, ==, name);
  g_assert_cmpstr (stream->command_id, ==, COMMAND_ID);
  g_assert_true (stream->end == end);
  if (text == NULL)
    g_assert_null (stream->data);
  else
    g_assert_cmpmem (g_bytes_get_data (stream->data, NULL), g_bytes_get_size (stream->data), text,
                     strlen (text));
}

static void
test_create_is_read (void)
{
  g_autoptr (WsmEnvelope) envelope = parse_request (
    MESSAGE (H_SHELL (CREATE_URI),
             "<rsp:Shell" RSP " ShellId=\"" SHELL_ID "\" Name=\"Work\">\n"
             " <rsp:WorkingDirectory>C:\\Program Files </rsp:WorkingDirectory>\n"
             " <rsp:Environment><rsp:Variable Name=\"A\">1 &lt; 2</rsp:Variable>"
             "<rsp:Variable Name=\"EMPTY\"/></rsp:Environment>"
             " <rsp:Lifetime>PT1H</rsp:Lifetime><rsp:IdleTimeOut> PT600.000S\n</rsp:IdleTimeOut>\n"
             " <rsp:InputStreams>stdin\tpr</rsp:InputStreams><rsp:OutputStreams>\n stdout  stderr "
             "</rsp:OutputStreams>\n</rsp:Shell>"));
  WsmShellMessage *message = wsm_envelope_get_shell_message (envelope);
  WsmShellVariable *variable;

  g_assert_cmpint (message->kind, ==, WSM_SHELL_CREATE);
  g_assert_cmpstr (message->shell_id, ==, SHELL_ID);
  g_assert_cmpstr (message->name, ==, "Work");
  g_assert_cmpstr (message->working_directory, ==, "C:\\Program Files ");
  g_assert_cmpint (message->idle_timeout_msec, ==, 600000);
  assert_names (message->input_streams, "stdin|pr");
  assert_names (message->output_streams, "stdout|stderr");
  g_assert_cmpuint (message->environment->len, ==, 2);
  variable = g_ptr_array_index (message->environment, 0);
  g_assert_cmpstr (variable->name, ==, "A");
  g_assert_cmpstr (variable->value, ==, "1 < 2");
  variable = g_ptr_array_index (message->environment, 1);
  g_assert_cmpstr (variable->value, ==, "");
  g_assert_null (message->open_content);
}

static void
test_create_may_say_nothing (void)
{
  g_autoptr (WsmEnvelope) envelope = parse_request (SHELL_CREATE (""));
  WsmShellMessage *message = wsm_envelope_get_shell_message (envelope);

  g_assert_cmpint (message->idle_timeout_msec, ==, -1);
  g_assert_null (message->input_streams);
  g_assert_null (message->output_streams);
  g_assert_null (message->environment);
  g_assert_null (message->shell_id);
}

/* What clients of today and of yesterday send beside that. */
static void
test_habits_of_clients_are_borne (void)
{
  static const char *const requests[] = {
    SHELL_CREATE ("<rsp:Lifetime>PT1H</rsp:Lifetime><rsp:MaxIdleTimeOut>PT1H</rsp:MaxIdleTimeOut>"
                  "<rsp:NoProfile>TRUE</rsp:NoProfile><rsp:Codepage>437</rsp:Codepage>"),
    SHELL_CREATE ("<rsp:CompressionMode>NoCompression</rsp:CompressionMode><rsp:Name>n</rsp:Name>"
                  "<rsp:IdleTimeout>PT60S</rsp:IdleTimeout>"),
    SHELL_REQUEST ("Command",
                   "<rsp:CommandLine" RSP " CompressionMode=\"x\"><rsp:Command>dir</rsp:Command>"
                   "<rsp:Arguments/><rsp:Arguments></rsp:Arguments></rsp:CommandLine>"),
    SHELL_REQUEST ("Command", "<rsp:CommandLine" RSP "><rsp:Command/></rsp:CommandLine>"),
    SHELL_REQUEST ("Receive",
                   "<rsp:Receive" RSP " SequenceId=\"0\"><rsp:DesiredStream CommandId=\"" COMMAND_ID
                   "\" Unknown=\"1\">stdout</rsp:DesiredStream></rsp:Receive>"),
    SHELL_REQUEST ("Send", "<rsp:Send" RSP "><rsp:Stream Name=\"stdin\" Delay=\"0\"/></rsp:Send>"),
    SHELL_REQUEST ("Reconnect", "<rsp:Reconnect" RSP "/>"),
    SHELL_REQUEST ("Reconnect", "<rsp:Reconnect" RSP "></rsp:Reconnect>"),
    SHELL_REQUEST ("Disconnect", "<Disconnect xmlns=\"" SHELL_URI "\"/>"),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autoptr (WsmEnvelope) envelope = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      envelope = parse_request (requests[i]);
    }
}

static void
test_command_is_read (void)
{
  g_autoptr (WsmEnvelope) envelope = parse_request (SHELL_REQUEST (
    "Command", "<rsp:CommandLine" RSP " CommandId=\"" COMMAND_ID "\">"
               "<rsp:Command> shutdown.exe\t&amp;</rsp:Command>"
               "<rsp:Arguments>/r /c</rsp:Arguments><rsp:Arguments>\"ü <!-- x -->🦉\""
               "</rsp:Arguments><rsp:Arguments/></rsp:CommandLine>"));
  WsmShellMessage *message = wsm_envelope_get_shell_message (envelope);

  g_assert_cmpint (message->kind, ==, WSM_SHELL_COMMAND);
  g_assert_cmpstr (message->command_id, ==, COMMAND_ID);
  g_assert_cmpstr (message->command_line, ==, " shutdown.exe\t&");
  assert_names (message->arguments, "/r /c|\"ü 🦉\"|");
}

static void
test_send_is_read (void)
{
  g_autoptr (WsmEnvelope) envelope = parse_request (SHELL_REQUEST (
    "Send", "<rsp:Send" RSP "><rsp:Stream Name=\"stdin\" CommandId=\"" COMMAND_ID
            "\">eQ\r\n 0<!-- x -->K\n</rsp:Stream><rsp:Stream Name=\"pr\" CommandId=\"" COMMAND_ID
            "\" End=\"True\">YQ==</rsp:Stream><rsp:Stream Name=\"stdin\" "
            "CommandId=\"" COMMAND_ID "\" End=\"1\"/><rsp:Stream Name=\"stdin\" "
            "CommandId=\"" COMMAND_ID "\" End=\"false\">YWI=</rsp:Stream></rsp:Send>"));
  WsmShellMessage *message = wsm_envelope_get_shell_message (envelope);

  g_assert_cmpuint (message->streams->len, ==, 4);
  assert_stream (message, 0, "stdin", "y\r\n", FALSE);
  assert_stream (message, 1, "pr", "a", TRUE);
  assert_stream (message, 2, "stdin", NULL, TRUE);
  assert_stream (message, 3, "stdin", "ab", FALSE);
}

static void
test_base64_is_strict (void)
{
  static const char *const bad[] = {
    "eQ0",     "eQ0K=",    "eQ==eQ==", "eQ=0",         "=",  "====",
    "e===",    "eQ-_",     "eQ0K!",    "eQ0Kü",        "Y",  "YQ=",
    "YQ= = =", "YQ======", "YQI=====", "eQ0K\xc2\xa0", "YQ",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *xml = g_strdup_printf (
        SHELL_REQUEST ("Send",
                       "<rsp:Send" RSP "><rsp:Stream Name=\"stdin\">%s</rsp:Stream></rsp:Send>"),
        bad[i]);
      g_autofree char *reason = NULL;

      g_test_message ("%s", bad[i]);
      reason = get_refusal (xml, WSM_FAULT_SCHEMA_VALIDATION_ERROR);
      g_assert_nonnull (strstr (reason, "base64"));
    }
}

static void
test_receive_is_read (void)
{
  g_autoptr (WsmEnvelope) some = parse_request (
    SHELL_REQUEST ("Receive", "<rsp:Receive" RSP "><rsp:DesiredStream CommandId=\"" COMMAND_ID
                              "\">stdout stderr</rsp:DesiredStream></rsp:Receive>"));
  g_autoptr (WsmEnvelope) all = parse_request (
    SHELL_REQUEST ("Receive", "<rsp:Receive" RSP "><rsp:DesiredStream> \n </rsp:DesiredStream>"
                              "</rsp:Receive>"));
  WsmShellMessage *message = wsm_envelope_get_shell_message (some);

  g_assert_cmpstr (message->command_id, ==, COMMAND_ID);
  assert_names (message->output_streams, "stdout|stderr");

  message = wsm_envelope_get_shell_message (all);
  g_assert_null (message->command_id);
  g_assert_null (message->output_streams);
}

static void
test_session_messages_are_read (void)
{
  g_autoptr (WsmEnvelope) signal = parse_request (SHELL_REQUEST (
    "Signal", "<rsp:Signal" RSP " CommandId=\"" COMMAND_ID "\"><rsp:Code>\n " SHELL_URI
              "/signal/terminate</rsp:Code></rsp:Signal>"));
  g_autoptr (WsmEnvelope) disconnect = parse_request (
    SHELL_REQUEST ("Disconnect", "<rsp:Disconnect" RSP "><rsp:IdleTimeOut>PT1M</rsp:IdleTimeOut>"
                                 "<rsp:BufferMode>Drop</rsp:BufferMode></rsp:Disconnect>"));
  g_autoptr (WsmEnvelope) connect = parse_request (
    SHELL_REQUEST ("Connect", "<rsp:Connect" RSP "><rsp:InputStreams>stdin</rsp:InputStreams>"
                              "<q:x xmlns:q=\"urn:q\">1</q:x></rsp:Connect>"));
  WsmShellMessage *message = wsm_envelope_get_shell_message (signal);

  g_assert_cmpint (message->kind, ==, WSM_SHELL_SIGNAL);
  g_assert_cmpstr (message->command_id, ==, COMMAND_ID);
  g_assert_cmpstr (message->code, ==, WSM_SIGNAL_TERMINATE);

  message = wsm_envelope_get_shell_message (disconnect);
  g_assert_cmpint (message->kind, ==, WSM_SHELL_DISCONNECT);
  g_assert_cmpint (message->idle_timeout_msec, ==, 60000);
  g_assert_cmpstr (message->buffer_mode, ==, "Drop");

  message = wsm_envelope_get_shell_message (connect);
  g_assert_cmpint (message->kind, ==, WSM_SHELL_CONNECT);
  assert_names (message->input_streams, "stdin");
  g_assert_cmpstr (message->open_content, ==, "<q:x xmlns:q=\"urn:q\">1</q:x>");
}

/* Prefixes that were declared outside go with what uses them. */
static void
test_open_content_stands_by_itself (void)
{
  g_autoptr (WsmEnvelope) envelope = parse_request (
    MESSAGE (H_SHELL (CREATE_URI),
             "<rsp:Shell" RSP " xmlns:q=\"urn:q\" xmlns:z=\"urn:z\"><q:a z:b=\"&quot;1&quot;\">"
             "&lt;ü&#13;</q:a><rsp:InputStreams>stdin</rsp:InputStreams><creationXml "
             "xmlns=\"urn:ps\"><w:deep>x</w:deep></creationXml></rsp:Shell>"));
  WsmShellMessage *message = wsm_envelope_get_shell_message (envelope);
  g_autoptr (WsmShellMessage) copy = wsm_shell_message_new (WSM_SHELL_CONNECT);

  g_assert_cmpstr (message->open_content, ==,
                   "<q:a xmlns:q=\"urn:q\" xmlns:z=\"urn:z\" z:b=\"&quot;1&quot;\">&lt;ü&#13;</q:a>"
                   "<creationXml xmlns=\"urn:ps\" "
                   "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\">"
                   "<w:deep>x</w:deep></creationXml>");
  g_assert_true (wsm_shell_message_set_open_content (copy, message->open_content, NULL));
  g_assert_cmpstr (copy->open_content, ==, message->open_content);
}

static void
test_open_content_that_breaks_out_is_refused (void)
{
  static const char *const bad[] = {
    "<a>",
    "</a>",
    "<a></b>",
    "</c>",
    "</c><c>",
    "x</c>y<c>z",
    "</c></c><c><c>",
    "<q:a/>",
    "<s:Body/>",
    "&nbsp;",
    "<!DOCTYPE a><a/>",
    "<?php x ?>",
    "<a b='",
    "a & b",
    "\xff",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (WsmShellMessage) message = wsm_shell_message_new (WSM_SHELL_CONNECT_RESPONSE);
      g_autoptr (WsmEnvelope) request = parse_ok (MESSAGE (H_ALL, ""));
      g_autoptr (WsmEnvelope) reply = NULL;
      g_autoptr (WsmEnvelope) read = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_false (wsm_shell_message_set_open_content (message, bad[i], &error));
      g_assert_true (error->domain == WSM_WIRE_ERROR);
      g_assert_null (message->open_content);

      /* and who sets it nevertheless sends text */
      message->open_content = g_strdup (bad[i]);
      reply = wsm_envelope_new_shell_reply (request, message);
      read = pass_on (reply);
      g_assert_null (wsm_envelope_get_shell_message (read)->open_content);
    }
}

static char *
repeat (const char *before, const char *text, guint n, const char *after)
{
  GString *all = g_string_new (before);

  for (guint i = 0; i < n; i++)
    g_string_append (all, text);
  g_string_append (all, after);

  return g_string_free (all, FALSE);
}

#define OPENED(action, body) ENVELOPE "<s:Header>" H_SHELL (action) "</s:Header><s:Body>" body

/* One long declaration outside, many short elements inside. */
static void
test_open_content_does_not_swell (void)
{
  g_autofree char *uri = g_strnfill (7000, 'u');
  g_autofree char *start = g_strdup_printf (
    OPENED (CREATE_URI, "<rsp:Shell" RSP " xmlns:q=\"%s\">"), uri);
  g_autofree char *few = repeat (start, "<q:a/>", 70, "</rsp:Shell></s:Body></s:Envelope>");
  g_autofree char *many = repeat (start, "<q:a/>", 3000, "</rsp:Shell></s:Body></s:Envelope>");
  g_autoptr (WsmEnvelope) envelope = parse_request (few);
  g_autofree char *reason = get_refusal (many, WSM_FAULT_SCHEMA_VALIDATION_ERROR);

  g_assert_nonnull (strstr (reason, "512000"));
}

static void
test_open_content_may_have_a_declaration (void)
{
  g_autoptr (WsmShellMessage) message = wsm_shell_message_new (WSM_SHELL_CONNECT_RESPONSE);

  g_assert_true (wsm_shell_message_set_open_content (
    message, "<?xml version=\"1.0\"?>\n<a xmlns=\"urn:a\"/>", NULL));
  g_assert_cmpstr (message->open_content, ==, "\n<a xmlns=\"urn:a\"/>");
  g_assert_true (wsm_shell_message_set_open_content (message, NULL, NULL));
  g_assert_null (message->open_content);
}

static void
test_mistakes_are_named (void)
{
  static const struct
  {
    const char *xml;
    const char *named;
  } cases[] = {
    { SHELL_CREATE ("<rsp:Colour/>"), "rsp:Colour" },
    { SHELL_CREATE ("<rsp:Owner>me</rsp:Owner>"), "rsp:Owner" },
    { SHELL_CREATE ("<rsp:Command>x</rsp:Command>"), "rsp:Command" },
    { SHELL_CREATE ("text"), "text" },
    { SHELL_CREATE ("<rsp:InputStreams/><rsp:InputStreams/>"), "twice" },
    { SHELL_CREATE ("<rsp:InputStreams><b/></rsp:InputStreams>"), "elements inside" },
    { SHELL_CREATE ("<rsp:IdleTimeOut>600</rsp:IdleTimeOut>"), "rsp:IdleTimeOut" },
    { SHELL_CREATE ("<rsp:IdleTimeOut>-PT1S</rsp:IdleTimeOut>"), "rsp:IdleTimeOut" },
    { SHELL_CREATE ("<rsp:IdleTimeOut/>"), "rsp:IdleTimeOut" },
    { SHELL_CREATE ("<rsp:Environment><rsp:Variable>1</rsp:Variable></rsp:Environment>"), "Name" },
    { SHELL_CREATE ("<rsp:Environment><rsp:Other Name=\"a\"/></rsp:Environment>"),
      "rsp:Environment" },
    { SHELL_REQUEST ("Command", "<rsp:CommandLine" RSP "/>"), "rsp:Command" },
    { SHELL_REQUEST ("Command", "<rsp:CommandLine" RSP "><rsp:Arguments>x</rsp:Arguments>"
                                "</rsp:CommandLine>"),
      "rsp:Command" },
    { SHELL_REQUEST ("Command", "<rsp:CommandLine" RSP "><rsp:Command>a</rsp:Command>"
                                "<rsp:Command>b</rsp:Command></rsp:CommandLine>"),
      "twice" },
    { SHELL_REQUEST ("Send", "<rsp:Send" RSP "/>"), "rsp:Stream" },
    { SHELL_REQUEST ("Send", "<rsp:Send" RSP "><rsp:Stream>YQ==</rsp:Stream></rsp:Send>"), "Name" },
    { SHELL_REQUEST ("Send",
                     "<rsp:Send" RSP "><rsp:Stream Name=\"i\"><a/></rsp:Stream></rsp:Send>"),
      "base64" },
    { SHELL_REQUEST ("Receive", "<rsp:Receive" RSP "/>"), "rsp:DesiredStream" },
    { SHELL_REQUEST ("Receive", "<rsp:Receive" RSP "><rsp:DesiredStream/><rsp:DesiredStream/>"
                                "</rsp:Receive>"),
      "twice" },
    { SHELL_REQUEST ("Signal", "<rsp:Signal" RSP "/>"), "rsp:Code" },
    { SHELL_REQUEST ("Disconnect", "<rsp:Disconnect" RSP "><rsp:BufferMode>Keep</rsp:BufferMode>"
                                   "</rsp:Disconnect>"),
      "rsp:BufferMode" },
    { SHELL_REQUEST ("Reconnect", "<rsp:Reconnect" RSP "><rsp:X/></rsp:Reconnect>"), "rsp:X" },
    { SHELL_REQUEST ("Command", "<rsp:Colour" RSP "/>"), "rsp:Colour" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *reason = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      reason = get_refusal (cases[i].xml, WSM_FAULT_SCHEMA_VALIDATION_ERROR);
      g_assert_nonnull (strstr (reason, cases[i].named));
    }
}

/* What XML forbids never gets as far as a command line; what it allows stays in it. */
static void
test_controls_are_never_dropped (void)
{
  static const char *const bad[] = { "&#1;", "&#0;", "\x01", "&#27;", "&#xFFFE;" };
  g_autoptr (WsmEnvelope) envelope = NULL;
  g_autoptr (WsmShellMessage) message = wsm_shell_message_new (WSM_SHELL_COMMAND);
  g_autoptr (WsmEnvelope) request = NULL;
  g_autoptr (WsmEnvelope) read = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *xml = g_strdup_printf (
        SHELL_REQUEST ("Command", "<rsp:CommandLine" RSP "><rsp:Command>a%sb</rsp:Command>"
                                  "</rsp:CommandLine>"),
        bad[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (parse_text (xml, &error));
      g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_MALFORMED);
    }

  envelope = parse_request (SHELL_REQUEST (
    "Command", "<rsp:CommandLine" RSP "><rsp:Command>a&#9;&#10;&#13;&#127;b</rsp:Command>"
               "</rsp:CommandLine>"));
  g_assert_cmpstr (wsm_envelope_get_shell_message (envelope)->command_line, ==, "a\t\n\r\177b");

  message->command_line = g_strdup ("del\x01"
                                    "ete\xff");
  request = wsm_envelope_new_shell_request (
    "http://h/", WSM_SHELL_CMD_URI, WSM_ACTION_SHELL_COMMAND, SHELL_ID, NULL, message, 60000);
  read = pass_on (request);
  g_assert_cmpstr (wsm_envelope_get_shell_message (read)->command_line, ==, "del�ete�");
}

static void
assert_edge (const char *before, const char *text, guint most, const char *after, const char *named)
{
  g_autofree char *edge = repeat (before, text, most, after);
  g_autofree char *beyond = repeat (before, text, most + 1, after);
  g_autofree char *reason = NULL;
  g_autoptr (WsmEnvelope) envelope = parse_request (edge);

  reason = get_refusal (beyond, WSM_FAULT_SCHEMA_VALIDATION_ERROR);
  g_assert_nonnull (strstr (reason, named));
}

/* Cuts a literal in two at the place of the repetition. */
#define EDGE(message_before, text, most, message_after, named)                                     \
  assert_edge (message_before, text, most, message_after "</s:Body></s:Envelope>", named)
static void
test_limits_have_an_edge (void)
{
  EDGE (OPENED (CREATE_URI, "<rsp:Shell" RSP "><rsp:Environment>"), "<rsp:Variable Name=\"a\"/>",
        WSM_MAX_SHELL_VARIABLES, "</rsp:Environment></rsp:Shell>", "256");
  EDGE (OPENED (CREATE_URI, "<rsp:Shell" RSP "><rsp:OutputStreams>"), " s", WSM_MAX_SHELL_STREAMS,
        "</rsp:OutputStreams></rsp:Shell>", "64");
  EDGE (OPENED (CREATE_URI, "<rsp:Shell" RSP "><rsp:OutputStreams>"), "s", WSM_MAX_SHELL_NAME,
        "</rsp:OutputStreams></rsp:Shell>", "256");
  EDGE (OPENED (CREATE_URI, "<rsp:Shell" RSP " Name=\""), "s", WSM_MAX_SHELL_NAME, "\"/>", "256");
  EDGE (OPENED (SHELL_URI "/Command", "<rsp:CommandLine" RSP "><rsp:Command/>"), "<rsp:Arguments/>",
        WSM_MAX_SHELL_ARGUMENTS, "</rsp:CommandLine>", "256");
  EDGE (OPENED (SHELL_URI "/Command", "<rsp:CommandLine" RSP "><rsp:Command>"), "x",
        WSM_MAX_COMMAND_LINE, "</rsp:Command></rsp:CommandLine>", "32768");
  EDGE (OPENED (SHELL_URI "/Command", "<rsp:CommandLine" RSP "><rsp:Command>1234</rsp:Command>"
                                      "<rsp:Arguments>"),
        "x", WSM_MAX_COMMAND_LINE - 5, "</rsp:Arguments></rsp:CommandLine>", "32768");
  EDGE (OPENED (SHELL_URI "/Send", "<rsp:Send" RSP ">"), "<rsp:Stream Name=\"i\">YQ==</rsp:Stream>",
        WSM_MAX_SHELL_STREAMS, "</rsp:Send>", "64");
}

static void
test_action_and_body_have_to_agree (void)
{
  static const char *const actions[] = { "Command", "Send",       "Receive",  "Signal",
                                         "Connect", "Disconnect", "Reconnect" };
  static const char *const bodies[] = {
    "<rsp:CommandLine" RSP "><rsp:Command>x</rsp:Command></rsp:CommandLine>",
    "<rsp:Send" RSP "><rsp:Stream Name=\"i\"/></rsp:Send>",
    "<rsp:Receive" RSP "><rsp:DesiredStream/></rsp:Receive>",
    "<rsp:Signal" RSP "><rsp:Code>c</rsp:Code></rsp:Signal>",
    "<rsp:Connect" RSP "/>",
    "<rsp:Disconnect" RSP "/>",
    "<rsp:Reconnect" RSP "/>",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (bodies); j++)
      {
        g_autofree char *xml = g_strdup_printf (SHELL_REQUEST ("%s", "%s"), actions[i], bodies[j]);
        g_autofree char *reason = NULL;
        g_autoptr (WsmEnvelope) envelope = NULL;

        if (i == j)
          envelope = parse_request (xml);
        else
          reason = get_refusal (xml, WSM_FAULT_ACTION_MISMATCH);
      }
}

static void
test_action_without_its_body_is_refused (void)
{
  static const struct
  {
    const char *xml;
    WsmFaultKind kind;
  } cases[] = {
    { SHELL_REQUEST ("Command", ""), WSM_FAULT_SCHEMA_VALIDATION_ERROR },
    { SHELL_REQUEST ("Reconnect", ""), WSM_FAULT_SCHEMA_VALIDATION_ERROR },
    { SHELL_REQUEST ("Command", "<a/>"), WSM_FAULT_ACTION_MISMATCH },
    { MESSAGE (H_ALL, "<rsp:Shell" RSP "/>"), WSM_FAULT_ACTION_MISMATCH },
    { MESSAGE (H_SHELL (CREATE_URI), "<rsp:Reconnect" RSP "/>"), WSM_FAULT_ACTION_MISMATCH },
    { SHELL_REQUEST ("Send", "<rsp:SendResponse" RSP "/>"), WSM_FAULT_SCHEMA_VALIDATION_ERROR },
    { MESSAGE (H_SHELL (CREATE_URI) "<a:RelatesTo>x</a:RelatesTo>", "<rsp:Shell" RSP "/>"),
      WSM_FAULT_SCHEMA_VALIDATION_ERROR },
  };
  static const char *const others[] = {
    /* not of shells alone, or for who answers to say that it does not know it */
    MESSAGE (H_SHELL (CREATE_URI), "<q:Thing xmlns:q=\"urn:q\"/>"),
    MESSAGE (H_SHELL ("http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete"), ""),
    SHELL_REQUEST ("Dance", ""),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *reason = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      reason = get_refusal (cases[i].xml, cases[i].kind);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (WsmEnvelope) envelope = parse_ok (others[i]);

      g_assert_null (wsm_envelope_check_request (envelope));
    }
}

static void
test_is_a_boxed_value (void)
{
  g_autoptr (WsmShellMessage) message = wsm_shell_message_new (WSM_SHELL_SEND);
  WsmShellMessage *copy = g_boxed_copy (WSM_TYPE_SHELL_MESSAGE, message);

  g_assert_true (copy == message);
  g_boxed_free (WSM_TYPE_SHELL_MESSAGE, copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/shell-message/create-is-read", test_create_is_read);
  g_test_add_func ("/wire/shell-message/create-may-say-nothing", test_create_may_say_nothing);
  g_test_add_func ("/wire/shell-message/habits-of-clients-are-borne",
                   test_habits_of_clients_are_borne);
  g_test_add_func ("/wire/shell-message/command-is-read", test_command_is_read);
  g_test_add_func ("/wire/shell-message/send-is-read", test_send_is_read);
  g_test_add_func ("/wire/shell-message/base64-is-strict", test_base64_is_strict);
  g_test_add_func ("/wire/shell-message/receive-is-read", test_receive_is_read);
  g_test_add_func ("/wire/shell-message/session-messages-are-read", test_session_messages_are_read);
  g_test_add_func ("/wire/shell-message/open-content-stands-by-itself",
                   test_open_content_stands_by_itself);
  g_test_add_func ("/wire/shell-message/open-content-that-breaks-out-is-refused",
                   test_open_content_that_breaks_out_is_refused);
  g_test_add_func ("/wire/shell-message/open-content-does-not-swell",
                   test_open_content_does_not_swell);
  g_test_add_func ("/wire/shell-message/open-content-may-have-a-declaration",
                   test_open_content_may_have_a_declaration);
  g_test_add_func ("/wire/shell-message/mistakes-are-named", test_mistakes_are_named);
  g_test_add_func ("/wire/shell-message/controls-are-never-dropped",
                   test_controls_are_never_dropped);
  g_test_add_func ("/wire/shell-message/limits-have-an-edge", test_limits_have_an_edge);
  g_test_add_func ("/wire/shell-message/action-and-body-have-to-agree",
                   test_action_and_body_have_to_agree);
  g_test_add_func ("/wire/shell-message/action-without-its-body-is-refused",
                   test_action_without_its_body_is_refused);
  g_test_add_func ("/wire/shell-message/is-a-boxed-value", test_is_a_boxed_value);

  return g_test_run ();
}
