/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell-messages.h"
#include "wsman/wire/wsm-wire-error.h"

#define RECEIVE                                                                                    \
  SHELL_REQUEST ("Receive", "<rsp:Receive" RSP "><rsp:DesiredStream CommandId=\"" COMMAND_ID       \
                            "\">stdout stderr</rsp:DesiredStream></rsp:Receive>")

/* The body of an answer as it goes out; @read becomes what the other side makes of it. */
static char *
write_body (WsmShellMessage *message, WsmEnvelope **read)
{
  g_autoptr (WsmEnvelope) request = parse_ok (RECEIVE);
  g_autoptr (WsmEnvelope) reply = wsm_envelope_new_shell_reply (request, message);
  g_autofree char *text = to_text (reply);
  char *start = strstr (text, "<s:Body>") + strlen ("<s:Body>");
  char *end = strstr (text, "</s:Body>");

  *read = pass_on (reply);

  return g_strndup (start, end - start);
}

static GBytes *
new_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static WsmShellMessage *
new_description (WsmShellMessageKind kind)
{
  WsmShellMessage *message = wsm_shell_message_new (kind);

  message->shell_id = g_strdup (SHELL_ID);
  message->resource_uri = g_strdup (WSM_SHELL_CMD_URI);
  message->owner = g_strdup ("PC7\\admin");
  message->client_ip = g_strdup ("192.0.2.9");
  message->address = g_strdup ("http://pc7.example.net:5985/wsman");
  message->idle_timeout_msec = 7200000;
  message->run_time_msec = G_GINT64_CONSTANT (93784999); /* 1 day, 2 hours, 3 minutes, 4 seconds */
  message->input_streams = g_strsplit ("stdin", " ", -1);
  message->output_streams = g_strsplit ("stdout stderr", " ", -1);

  return message;
}

static void
test_created_is_as_recorded (void)
{
  g_autoptr (WsmShellMessage) message = new_description (WSM_SHELL_CREATED);
  g_autoptr (WsmEnvelope) read = NULL;
  g_autofree char *body = write_body (message, &read);
  WsmShellMessage *seen = wsm_envelope_get_shell_message (read);

  g_assert_cmpstr (body, ==,
                   "<x:ResourceCreated xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\">"
                   "<a:Address>http://pc7.example.net:5985/wsman</a:Address>"
                   "<a:ReferenceParameters><w:ResourceURI>" SHELL_URI "/cmd</w:ResourceURI>"
                   "<w:SelectorSet><w:Selector Name=\"ShellId\">" SHELL_ID
                   "</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>"
                   "<rsp:Shell" RSP "><rsp:ShellId>" SHELL_ID "</rsp:ShellId>"
                   "<rsp:ResourceUri>" SHELL_URI "/cmd</rsp:ResourceUri>"
                   "<rsp:Owner>PC7\\admin</rsp:Owner><rsp:ClientIP>192.0.2.9</rsp:ClientIP>"
                   "<rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut>"
                   "<rsp:InputStreams>stdin</rsp:InputStreams>"
                   "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams>"
                   "<rsp:ShellRunTime>P1DT2H3M4S</rsp:ShellRunTime>"
                   "<rsp:ShellInactivity>P0DT0H0M0S</rsp:ShellInactivity></rsp:Shell>");

  g_assert_cmpint (seen->kind, ==, WSM_SHELL_CREATED);
  g_assert_cmpstr (seen->shell_id, ==, SHELL_ID);
  g_assert_cmpstr (seen->address, ==, message->address);
  g_assert_cmpstr (seen->owner, ==, message->owner);
  g_assert_cmpint (seen->idle_timeout_msec, ==, 7200000);
  g_assert_cmpint (seen->run_time_msec, ==, 93784000);
  g_assert_cmpstr (seen->output_streams[1], ==, "stderr");
}

static void
test_described_is_read_back (void)
{
  g_autoptr (WsmShellMessage) message = new_description (WSM_SHELL_DESCRIBED);
  g_autoptr (WsmEnvelope) read = NULL;
  g_autofree char *body = NULL;
  WsmShellMessage *seen;

  message->name = g_strdup ("A \"name\" <&>\t🦉");
  message->state = g_strdup ("Connected");
  body = write_body (message, &read);
  seen = wsm_envelope_get_shell_message (read);
  g_assert_true (g_str_has_prefix (body, "<rsp:Shell" RSP ">"));
  g_assert_cmpint (seen->kind, ==, WSM_SHELL_DESCRIBED);
  g_assert_cmpstr (seen->name, ==, message->name);
  g_assert_cmpstr (seen->state, ==, "Connected");
  g_assert_cmpstr (seen->client_ip, ==, "192.0.2.9");
}

/* WinRM 1 sends the endpoint alone, and a prefix in the id that belongs to it. */
static void
test_old_answer_to_create_is_read (void)
{
  g_autoptr (WsmEnvelope) envelope = parse_ok (
    MESSAGE ("<a:RelatesTo>" MESSAGE_ID "</a:RelatesTo>",
             "<x:ResourceCreated xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\">"
             "<a:ReferenceParameters><w:SelectorSet><w:Selector Name=\"Other\">1</w:Selector>"
             "<w:Selector Name=\"ShellId\">\n uuid:" SHELL_ID " </w:Selector></w:SelectorSet>"
             "</a:ReferenceParameters></x:ResourceCreated>"));
  WsmShellMessage *message = wsm_envelope_get_shell_message (envelope);

  g_assert_cmpint (message->kind, ==, WSM_SHELL_CREATED);
  g_assert_cmpstr (message->shell_id, ==, "uuid:" SHELL_ID);
}

static void
test_output_is_as_recorded (void)
{
  g_autoptr (WsmShellMessage) message = wsm_shell_message_new (WSM_SHELL_RECEIVE_RESPONSE);
  g_autoptr (GBytes) out = new_bytes ("ok\r\n");
  g_autoptr (GBytes) more = new_bytes ("a");
  g_autoptr (GBytes) nothing = new_bytes ("");
  g_autoptr (WsmEnvelope) read = NULL;
  g_autofree char *body = NULL;
  WsmShellMessage *seen;

  wsm_shell_message_add_stream (message, "stdout", COMMAND_ID, out, TRUE);
  wsm_shell_message_add_stream (message, "stderr", COMMAND_ID, more, FALSE);
  wsm_shell_message_add_stream (message, "stderr", COMMAND_ID, nothing, TRUE);
  message->command_id = g_strdup (COMMAND_ID);
  message->state = g_strdup (WSM_COMMAND_STATE_DONE);
  message->exit_code = 4294967295u;
  body = write_body (message, &read);

#define STREAM(name) "<rsp:Stream Name=\"" name "\" CommandId=\"" COMMAND_ID "\""
  g_assert_cmpstr (
    body, ==,
    "<rsp:ReceiveResponse" RSP
    ">" STREAM ("stdout") ">b2sNCg==</rsp:Stream>" STREAM ("stderr") ">YQ==</rsp:Stream>" STREAM (
      "stdout") " End=\"true\"></rsp:Stream>" STREAM ("stderr") " End=\"true\"></rsp:Stream>"
                                                                "<rsp:CommandState "
                                                                "CommandId=\"" COMMAND_ID
                                                                "\" State=\"" SHELL_URI
                                                                "/CommandState/"
                                                                "Done\"><rsp:ExitCode>4294967295</"
                                                                "rsp:ExitCode></rsp:CommandState>"
                                                                "</rsp:ReceiveResponse>");
#undef STREAM

  seen = wsm_envelope_get_shell_message (read);
  g_assert_cmpint (seen->kind, ==, WSM_SHELL_RECEIVE_RESPONSE);
  g_assert_cmpuint (seen->streams->len, ==, 4);
  g_assert_cmpstr (seen->state, ==, WSM_COMMAND_STATE_DONE);
  g_assert_cmpuint (seen->exit_code, ==, 4294967295u);
}

static void
test_running_has_no_exit_code (void)
{
  g_autoptr (WsmShellMessage) message = wsm_shell_message_new (WSM_SHELL_RECEIVE_RESPONSE);
  g_autoptr (WsmEnvelope) read = NULL;
  g_autofree char *body = NULL;

  message->state = g_strdup (WSM_COMMAND_STATE_RUNNING);
  message->exit_code = 7;
  body = write_body (message, &read);
  g_assert_cmpstr (body, ==,
                   "<rsp:ReceiveResponse" RSP "><rsp:CommandState State=\"" SHELL_URI
                   "/CommandState/Running\"></rsp:CommandState></rsp:ReceiveResponse>");
  g_assert_null (wsm_envelope_get_shell_message (read)->streams);
}

static void
test_exit_code_may_be_signed (void)
{
  static const struct
  {
    const char *text;
    gboolean valid;
    guint32 code;
  } cases[] = {
    { "0", TRUE, 0 },
    { " -1\n", TRUE, 4294967295u },
    { "-2147483648", TRUE, 2147483648u },
    { "4294967295", TRUE, 4294967295u },
    { "4294967296", FALSE, 0 },
    { "-2147483649", FALSE, 0 },
    { "", FALSE, 0 },
    { "0x1", FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *xml = g_strdup_printf (
        SHELL_ANSWER ("Receive", "<rsp:ReceiveResponse" RSP "><rsp:CommandState State=\"x\">"
                                 "<rsp:ExitCode>%s</rsp:ExitCode></rsp:CommandState>"
                                 "</rsp:ReceiveResponse>"),
        cases[i].text);
      g_autoptr (GError) error = NULL;
      g_autoptr (WsmEnvelope) envelope = parse_text (xml, &error);

      if (cases[i].valid)
        g_assert_cmpuint (wsm_envelope_get_shell_message (envelope)->exit_code, ==, cases[i].code);
      else
        g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_SCHEMA);
    }
}

static void
test_empty_answers_are_elements (void)
{
  static const struct
  {
    WsmShellMessageKind kind;
    const char *body;
  } cases[] = {
    { WSM_SHELL_SEND_RESPONSE, "<rsp:SendResponse" RSP "/>" },
    { WSM_SHELL_SIGNAL_RESPONSE, "<rsp:SignalResponse" RSP "/>" },
    { WSM_SHELL_DISCONNECT_RESPONSE, "<rsp:DisconnectResponse" RSP "/>" },
    { WSM_SHELL_RECONNECT_RESPONSE, "<rsp:ReconnectResponse" RSP "/>" },
    { WSM_SHELL_CONNECT_RESPONSE, "<rsp:ConnectResponse" RSP "></rsp:ConnectResponse>" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WsmShellMessage) message = wsm_shell_message_new (cases[i].kind);
      g_autoptr (WsmEnvelope) read = NULL;
      g_autofree char *body = write_body (message, &read);

      g_assert_cmpstr (body, ==, cases[i].body);
      g_assert_cmpint (wsm_envelope_get_shell_message (read)->kind, ==, cases[i].kind);
    }
}

static void
test_delete_is_answered_with_nothing (void)
{
  g_autoptr (WsmEnvelope) request = parse_ok (MESSAGE (H_SHELL (WSM_ACTION_DELETE), ""));
  g_autoptr (WsmEnvelope) reply = wsm_envelope_new_shell_reply (request, NULL);
  g_autofree char *text = to_text (reply);

  g_assert_nonnull (strstr (text, "<s:Body></s:Body>"));
  g_assert_cmpstr (wsm_envelope_get_action (reply), ==, WSM_ACTION_DELETE "Response");
  g_assert_cmpstr (wsm_envelope_get_relates_to (reply), ==, MESSAGE_ID);
}

static void
test_other_answers_are_read_back (void)
{
  g_autoptr (WsmShellMessage) command = wsm_shell_message_new (WSM_SHELL_COMMAND_RESPONSE);
  g_autoptr (WsmShellMessage) connect = wsm_shell_message_new (WSM_SHELL_CONNECT_RESPONSE);
  g_autoptr (WsmEnvelope) command_read = NULL;
  g_autoptr (WsmEnvelope) connect_read = NULL;
  g_autofree char *command_body = NULL;
  g_autofree char *connect_body = NULL;

  command->command_id = g_strdup (COMMAND_ID);
  command_body = write_body (command, &command_read);
  g_assert_cmpstr (command_body, ==,
                   "<rsp:CommandResponse" RSP "><rsp:CommandId>" COMMAND_ID
                   "</rsp:CommandId></rsp:CommandResponse>");
  g_assert_cmpstr (wsm_envelope_get_shell_message (command_read)->command_id, ==, COMMAND_ID);

  g_assert_true (wsm_shell_message_set_open_content (
    connect, "<q:connected xmlns:q=\"urn:q\">&lt;ü</q:connected>", NULL));
  connect_body = write_body (connect, &connect_read);
  g_assert_cmpstr (wsm_envelope_get_shell_message (connect_read)->open_content, ==,
                   connect->open_content);
}

/* What a client asks is what a service understands. */
static void
test_requests_come_across (void)
{
  g_autoptr (WsmShellMessage) message = wsm_shell_message_new (WSM_SHELL_CREATE);
  g_autoptr (WsmObject) options = wsm_object_new (NULL, "Options");
  g_autoptr (WsmEnvelope) request = NULL;
  g_autoptr (WsmEnvelope) read = NULL;
  WsmShellMessage *seen;

  wsm_object_add_string (options, "WINRS_NOPROFILE", "TRUE");
  message->name = g_strdup ("tab\tquote\"");
  message->working_directory = g_strdup ("C:\\<&>");
  message->idle_timeout_msec = 600000;
  wsm_shell_message_add_variable (message, "A\nB", "1\r2");
  message->input_streams = g_strsplit ("stdin", " ", -1);
  request = wsm_envelope_new_shell_request ("http://h/wsman", WSM_SHELL_CMD_URI, WSM_ACTION_CREATE,
                                            NULL, options, message, 60000);
  read = pass_on (request);
  g_assert_null (wsm_envelope_check_request (read));
  g_assert_null (wsm_envelope_get_selectors (read));
  g_assert_cmpstr (wsm_object_get_string (wsm_envelope_get_options (read), "WINRS_NOPROFILE"), ==,
                   "TRUE");
  seen = wsm_envelope_get_shell_message (read);
  g_assert_cmpint (seen->kind, ==, WSM_SHELL_CREATE);
  g_assert_cmpstr (seen->name, ==, message->name);
  g_assert_cmpstr (seen->working_directory, ==, message->working_directory);
  g_assert_cmpint (seen->idle_timeout_msec, ==, 600000);
  g_assert_cmpstr (((WsmShellVariable *) g_ptr_array_index (seen->environment, 0))->name, ==,
                   "A\nB");
  g_assert_cmpstr (((WsmShellVariable *) g_ptr_array_index (seen->environment, 0))->value, ==,
                   "1\r2");
  g_assert_cmpstr (seen->input_streams[0], ==, "stdin");
  g_assert_null (seen->output_streams);
}

static void
test_each_request_has_its_shape (void)
{
  static const struct
  {
    WsmShellMessageKind kind;
    const char *action;
  } cases[] = {
    { WSM_SHELL_COMMAND, WSM_ACTION_SHELL_COMMAND },
    { WSM_SHELL_SEND, WSM_ACTION_SHELL_SEND },
    { WSM_SHELL_RECEIVE, WSM_ACTION_SHELL_RECEIVE },
    { WSM_SHELL_SIGNAL, WSM_ACTION_SHELL_SIGNAL },
    { WSM_SHELL_CONNECT, WSM_ACTION_SHELL_CONNECT },
    { WSM_SHELL_DISCONNECT, WSM_ACTION_SHELL_DISCONNECT },
    { WSM_SHELL_RECONNECT, WSM_ACTION_SHELL_RECONNECT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WsmShellMessage) message = wsm_shell_message_new (cases[i].kind);
      g_autoptr (GBytes) data = new_bytes ("y\r\n");
      g_autoptr (WsmEnvelope) request = NULL;
      g_autoptr (WsmEnvelope) read = NULL;
      g_autoptr (WsmFault) fault = NULL;

      message->command_id = g_strdup (COMMAND_ID);
      message->command_line = g_strdup ("shutdown");
      message->code = g_strdup (WSM_SIGNAL_TERMINATE);
      message->buffer_mode = g_strdup ("Block");
      if (cases[i].kind == WSM_SHELL_SEND)
        wsm_shell_message_add_stream (message, "stdin", COMMAND_ID, data, TRUE);
      request = wsm_envelope_new_shell_request ("http://h/wsman", WSM_SHELL_CMD_URI,
                                                cases[i].action, SHELL_ID, NULL, message, 60000);
      read = pass_on (request);
      fault = wsm_envelope_check_request (read);
      g_assert_null (fault);
      g_assert_cmpint (wsm_envelope_get_shell_message (read)->kind, ==, cases[i].kind);
      g_assert_cmpstr (wsm_object_get_string (wsm_envelope_get_selectors (read), "ShellId"), ==,
                       SHELL_ID);
    }
}

/* A client reads on where a newer service tells more than it knows, but not what makes no sense. */
static void
test_answers_are_read_kindly (void)
{
  static const char *const good[] = {
    SHELL_ANSWER ("Command",
                  "<rsp:CommandResponse" RSP "><rsp:New/><rsp:CommandId>x</rsp:CommandId>"
                  "<q:y xmlns:q=\"urn:q\"/></rsp:CommandResponse>"),
    SHELL_ANSWER ("Send", "<rsp:SendResponse" RSP ">text</rsp:SendResponse>"),
  };
  static const char *const bad[] = {
    SHELL_ANSWER ("Command", "<rsp:CommandResponse" RSP "/>"),
    SHELL_ANSWER ("Dance", "<rsp:DanceResponse" RSP "/>"),
    SHELL_ANSWER ("Receive", "<rsp:ReceiveResponse" RSP "><rsp:Stream Name=\"o\">?</rsp:Stream>"
                             "</rsp:ReceiveResponse>"),
    SHELL_ANSWER ("x", "<x:ResourceCreated "
                       "xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\"/>"),
    SHELL_ANSWER ("x", "<x:ResourceCreated "
                       "xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\"/><a/>"),
    SHELL_ANSWER ("x",
                  "<x:ResourceCreated xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\""
                  "/><rsp:Shell" RSP "/><rsp:Shell" RSP "/>"),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (WsmEnvelope) envelope = parse_ok (good[i]);

      g_assert_nonnull (wsm_envelope_get_shell_message (envelope));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_null (parse_text (bad[i], &error));
      g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_SCHEMA);
    }
}

static WsmEnvelope *
new_receive (WsmCharset charset, guint size)
{
  g_autofree char *xml = g_strdup_printf (
    MESSAGE (H_SHELL (SHELL_URI "/Receive") "<w:MaxEnvelopeSize>%u</w:MaxEnvelopeSize>"
                                            "<p:OperationID>uuid:ü</p:OperationID>",
             "<rsp:Receive" RSP "><rsp:DesiredStream CommandId=\"" COMMAND_ID
             "\">stdout stderr</rsp:DesiredStream></rsp:Receive>"),
    size);
  g_autoptr (GBytes) bytes = wsm_charset_encode (xml, strlen (xml), charset);
  GError *error = NULL;
  WsmEnvelope *envelope = wsm_envelope_parse (bytes, charset, &error);

  g_assert_no_error (error);

  return envelope;
}

/* As many octets in as many pieces, none of a size that base64 likes, with all the rest there is.
 */
static gsize
get_answer_size (WsmEnvelope *request, gsize octets, guint n_data, guint n_ends)
{
  g_autoptr (WsmShellMessage) message = wsm_shell_message_new (WSM_SHELL_RECEIVE_RESPONSE);
  g_autoptr (WsmEnvelope) reply = NULL;
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < n_data; i++)
    {
      gsize size = i + 1 < n_data ? MIN (octets, 1 + 3 * (octets / n_data / 3)) : octets;
      g_autoptr (GBytes) data = g_bytes_new_take (g_malloc0 (MAX (size, 1)), size);

      wsm_shell_message_add_stream (message, i % 2 == 0 ? "stdout" : "stderr", COMMAND_ID, data,
                                    FALSE);
      octets -= size;
    }
  for (guint i = 0; i < n_ends; i++)
    wsm_shell_message_add_stream (message, "stderr", COMMAND_ID, NULL, TRUE);
  message->command_id = g_strdup (COMMAND_ID);
  message->state = g_strdup (WSM_COMMAND_STATE_DONE);
  message->exit_code = G_MAXUINT32;
  reply = wsm_envelope_new_shell_reply (request, message);
  bytes = wsm_envelope_serialize (reply);

  return g_bytes_get_size (bytes);
}

static void
test_announced_octets_fit (void)
{
  static const guint sizes[] = {
    8192, 8193, 8194, 8195, 8197, 10000, 16384, 65536, 153600, 512000
  };
  static const WsmCharset charsets[] = { WSM_CHARSET_UTF_8, WSM_CHARSET_UTF_16 };

  for (gsize c = 0; c < G_N_ELEMENTS (charsets); c++)
    for (gsize s = 0; s < G_N_ELEMENTS (sizes); s++)
      {
        g_autoptr (WsmEnvelope) request = new_receive (charsets[c], sizes[s]);
        gsize octets = wsm_envelope_get_max_stream_octets (request);

        g_test_message ("charset %d, %u octets: %" G_GSIZE_FORMAT, (int) charsets[c], sizes[s],
                        octets);
        for (guint n = 1; n <= 8; n++)
          g_assert_cmpuint (get_answer_size (request, octets, n, 8 - n), <=, sizes[s]);
        g_assert_cmpuint (get_answer_size (request, octets, 8, 0), >=, sizes[s] / 10 * 9);
        g_assert_cmpuint (get_answer_size (request, octets, 2, 2), >=, sizes[s] / 10 * 8);
      }
}

static void
test_announced_octets_have_bounds (void)
{
  g_autoptr (WsmEnvelope) most = new_receive (WSM_CHARSET_UTF_8, WSM_MAX_ENVELOPE_SIZE);
  g_autoptr (WsmEnvelope) more = new_receive (WSM_CHARSET_UTF_8, G_MAXUINT32);
  g_autoptr (WsmEnvelope) none = new_receive (WSM_CHARSET_UTF_8, 100);
  g_autoptr (WsmEnvelope) other = parse_ok (MESSAGE (H_ALL, ""));

  g_assert_cmpuint (wsm_envelope_get_max_stream_octets (most), ==,
                    wsm_envelope_get_max_stream_octets (more));
  g_assert_cmpuint (wsm_envelope_get_max_stream_octets (none), ==, 0);
  g_assert_cmpuint (wsm_envelope_get_max_stream_octets (other), >, 370000);
}

static void
test_answer_takes_the_charset_of_its_request (void)
{
  g_autoptr (WsmEnvelope) request = new_receive (WSM_CHARSET_UTF_16, 8192);
  g_autoptr (WsmShellMessage) message = wsm_shell_message_new (WSM_SHELL_SEND_RESPONSE);
  g_autoptr (WsmEnvelope) reply = wsm_envelope_new_shell_reply (request, message);
  g_autoptr (GBytes) bytes = wsm_envelope_serialize (reply);
  const guint8 *octets = g_bytes_get_data (bytes, NULL);

  g_assert_cmpint (wsm_envelope_get_charset (reply), ==, WSM_CHARSET_UTF_16);
  g_assert_cmpuint (octets[0], ==, 0xff);
  g_assert_cmpuint (octets[1], ==, 0xfe);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/shell-answer/created-is-as-recorded", test_created_is_as_recorded);
  g_test_add_func ("/wire/shell-answer/described-is-read-back", test_described_is_read_back);
  g_test_add_func ("/wire/shell-answer/old-answer-to-create-is-read",
                   test_old_answer_to_create_is_read);
  g_test_add_func ("/wire/shell-answer/output-is-as-recorded", test_output_is_as_recorded);
  g_test_add_func ("/wire/shell-answer/running-has-no-exit-code", test_running_has_no_exit_code);
  g_test_add_func ("/wire/shell-answer/exit-code-may-be-signed", test_exit_code_may_be_signed);
  g_test_add_func ("/wire/shell-answer/empty-answers-are-elements",
                   test_empty_answers_are_elements);
  g_test_add_func ("/wire/shell-answer/delete-is-answered-with-nothing",
                   test_delete_is_answered_with_nothing);
  g_test_add_func ("/wire/shell-answer/other-answers-are-read-back",
                   test_other_answers_are_read_back);
  g_test_add_func ("/wire/shell-answer/requests-come-across", test_requests_come_across);
  g_test_add_func ("/wire/shell-answer/each-request-has-its-shape",
                   test_each_request_has_its_shape);
  g_test_add_func ("/wire/shell-answer/answers-are-read-kindly", test_answers_are_read_kindly);
  g_test_add_func ("/wire/shell-answer/announced-octets-fit", test_announced_octets_fit);
  g_test_add_func ("/wire/shell-answer/announced-octets-have-bounds",
                   test_announced_octets_have_bounds);
  g_test_add_func ("/wire/shell-answer/answer-takes-the-charset-of-its-request",
                   test_answer_takes_the_charset_of_its_request);

  return g_test_run ();
}
