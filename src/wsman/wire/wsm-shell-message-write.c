/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-shell-message-private.h"

#include "wsm-duration.h"
#include "wsm-xml-write.h"

/* Declared at the element, as Windows does, so that a reader need not look at the envelope. */
#define RSP " xmlns:rsp=\"" WSM_SHELL_URI "\""

/* What XML cannot carry is shown as U+FFFD and never left out: a command line must not turn into
 * another one on its way. */
static char *
dup_writable (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *written = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xfffe || c == 0xffff)
        c = 0xfffd;
      g_string_append_unichar (written, c);
    }

  return g_string_free (written, FALSE);
}

static gboolean
is_plain (const char *text)
{
  for (const guchar *p = (const guchar *) text; *p != '\0'; p++)
    if (*p < 0x20 || *p >= 0x80)
      return FALSE;

  return TRUE;
}

static void
put_attribute (GString *xml, const char *name, const char *text)
{
  g_autofree char *writable = NULL;

  if (text == NULL)
    return;
  if (!is_plain (text))
    text = writable = dup_writable (text);

  g_string_append_c (xml, ' ');
  g_string_append (xml, name);
  wsm_put (xml, "=\"");
  wsm_put_attribute (xml, text);
  g_string_append_c (xml, '"');
}

static void
put_text (GString *xml, const char *text)
{
  g_autofree char *writable = NULL;

  if (text == NULL)
    return;
  if (!is_plain (text))
    text = writable = dup_writable (text);

  wsm_put_escaped (xml, text);
}

static void
put_element (GString *xml, const char *name, const char *text)
{
  g_autofree char *writable = NULL;

  if (text != NULL && !is_plain (text))
    text = writable = dup_writable (text);
  wsm_put_element (xml, name, "", text);
}

static void
put_names (GString *xml, const char *name, char **names)
{
  g_autofree char *joined = NULL;

  if (names == NULL)
    return;

  joined = g_strjoinv (" ", names);
  put_element (xml, name, joined);
}

static void
put_duration (GString *xml, const char *name, gint64 msec)
{
  g_autofree char *text = NULL;

  if (msec < 0)
    return;

  text = wsm_duration_format (msec);
  wsm_put_element (xml, name, "", text);
}

/* The ages of a shell, in the spelling of Windows: whole seconds, all units. */
static void
put_age (GString *xml, const char *name, gint64 msec)
{
  gint64 seconds = MAX (msec, 0) / 1000;
  char text[64];

  g_snprintf (text, sizeof text,
              "P%" G_GINT64_FORMAT "DT%" G_GINT64_FORMAT "H%" G_GINT64_FORMAT "M%" G_GINT64_FORMAT
              "S",
              seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
  wsm_put_element (xml, name, "", text);
}

/* It may come from a plug-in. One wrong sign, and nobody could read any of the message: what is no
 * XML goes on as text. */
static void
put_open_content (GString *xml, const char *content)
{
  g_autofree char *checked = NULL;

  if (content == NULL)
    return;

  checked = wsm_xml_dup_content (content, NULL);
  if (checked != NULL)
    g_string_append (xml, checked);
  else
    put_text (xml, content);
}

static void
put_environment (GString *xml, const GPtrArray *environment)
{
  if (environment == NULL)
    return;

  wsm_put (xml, "<rsp:Environment>");
  for (guint i = 0; i < environment->len; i++)
    {
      const WsmShellVariable *variable = g_ptr_array_index (environment, i);

      wsm_put (xml, "<rsp:Variable");
      put_attribute (xml, "Name", variable->name);
      g_string_append_c (xml, '>');
      put_text (xml, variable->value);
      wsm_put (xml, "</rsp:Variable>");
    }
  wsm_put (xml, "</rsp:Environment>");
}

static void
put_create (GString *xml, const WsmShellMessage *self)
{
  wsm_put (xml, "<rsp:Shell" RSP);
  put_attribute (xml, "ShellId", self->shell_id);
  put_attribute (xml, "Name", self->name);
  g_string_append_c (xml, '>');
  put_element (xml, "rsp:WorkingDirectory", self->working_directory);
  put_environment (xml, self->environment);
  put_duration (xml, "rsp:IdleTimeOut", self->idle_timeout_msec);
  put_names (xml, "rsp:InputStreams", self->input_streams);
  put_names (xml, "rsp:OutputStreams", self->output_streams);
  put_open_content (xml, self->open_content);
  wsm_put (xml, "</rsp:Shell>");
}

static void
put_resource_created (GString *xml, const WsmShellMessage *self)
{
  wsm_put (xml, "<x:ResourceCreated xmlns:x=\"" WSM_TRANSFER_URI "\">");
  put_element (xml, "a:Address", self->address);
  wsm_put (xml, "<a:ReferenceParameters>");
  put_element (xml, "w:ResourceURI", self->resource_uri);
  wsm_put (xml, "<w:SelectorSet><w:Selector Name=\"" WSM_SELECTOR_SHELL_ID "\">");
  put_text (xml, self->shell_id);
  wsm_put (xml, "</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>");
}

static void
put_described (GString *xml, const WsmShellMessage *self)
{
  wsm_put (xml, "<rsp:Shell" RSP ">");
  put_element (xml, "rsp:ShellId", self->shell_id);
  put_element (xml, "rsp:Name", self->name);
  put_element (xml, "rsp:ResourceUri", self->resource_uri);
  put_element (xml, "rsp:Owner", self->owner);
  put_element (xml, "rsp:ClientIP", self->client_ip);
  put_duration (xml, "rsp:IdleTimeOut", self->idle_timeout_msec);
  put_names (xml, "rsp:InputStreams", self->input_streams);
  put_names (xml, "rsp:OutputStreams", self->output_streams);
  put_element (xml, "rsp:State", self->state);
  put_age (xml, "rsp:ShellRunTime", self->run_time_msec);
  put_age (xml, "rsp:ShellInactivity", self->inactivity_msec);
  wsm_put (xml, "</rsp:Shell>");
}

static void
put_command (GString *xml, const WsmShellMessage *self)
{
  wsm_put (xml, "<rsp:CommandLine" RSP);
  put_attribute (xml, "CommandId", self->command_id);
  g_string_append_c (xml, '>');
  put_element (xml, "rsp:Command", self->command_line);
  for (char **p = self->arguments; p != NULL && *p != NULL; p++)
    put_element (xml, "rsp:Arguments", *p);
  wsm_put (xml, "</rsp:CommandLine>");
}

/* Without line breaks: a client may decode each piece with a strict reader. */
static void
put_base64 (GString *xml, GBytes *data)
{
  gsize size, room, start = xml->len;
  const guchar *octets = g_bytes_get_data (data, &size);
  int state = 0, save = 0;

  if (size == 0)
    return;

  room = (size / 3 + 1) * 4 + 4; /* what GLib asks for */
  g_string_set_size (xml, start + room);
  room = g_base64_encode_step (octets, size, FALSE, xml->str + start, &state, &save);
  room += g_base64_encode_close (FALSE, xml->str + start + room, &state, &save);
  g_string_truncate (xml, start + room);
}

static void
put_stream (GString *xml, const WsmShellStream *stream, gboolean with_data, gboolean with_end)
{
  wsm_put (xml, "<rsp:Stream");
  put_attribute (xml, "Name", stream->name);
  put_attribute (xml, "CommandId", stream->command_id);
  if (with_end && stream->end)
    wsm_put (xml, " End=\"true\"");
  g_string_append_c (xml, '>');
  if (with_data && stream->data != NULL)
    put_base64 (xml, stream->data);
  wsm_put (xml, "</rsp:Stream>");
}

static void
put_send (GString *xml, const WsmShellMessage *self)
{
  guint n = self->streams != NULL ? self->streams->len : 0;

  wsm_put (xml, "<rsp:Send" RSP ">");
  for (guint i = 0; i < n; i++)
    put_stream (xml, g_ptr_array_index (self->streams, i), TRUE, TRUE);
  wsm_put (xml, "</rsp:Send>");
}

static void
put_command_state (GString *xml, const WsmShellMessage *self)
{
  if (self->state == NULL)
    return;

  wsm_put (xml, "<rsp:CommandState");
  put_attribute (xml, "CommandId", self->command_id);
  put_attribute (xml, "State", self->state);
  g_string_append_c (xml, '>');
  if (g_str_equal (self->state, WSM_COMMAND_STATE_DONE))
    g_string_append_printf (xml, "<rsp:ExitCode>%" G_GUINT32_FORMAT "</rsp:ExitCode>",
                            self->exit_code);
  wsm_put (xml, "</rsp:CommandState>");
}

/* As recorded: data, then an empty piece that ends each stream, then the state. */
static void
put_receive_response (GString *xml, const WsmShellMessage *self)
{
  guint n = self->streams != NULL ? self->streams->len : 0;

  wsm_put (xml, "<rsp:ReceiveResponse" RSP ">");
  for (guint i = 0; i < n; i++)
    {
      const WsmShellStream *stream = g_ptr_array_index (self->streams, i);

      if (stream->data != NULL && g_bytes_get_size (stream->data) > 0)
        put_stream (xml, stream, TRUE, FALSE);
    }
  for (guint i = 0; i < n; i++)
    {
      const WsmShellStream *stream = g_ptr_array_index (self->streams, i);

      if (stream->end)
        put_stream (xml, stream, FALSE, TRUE);
    }
  put_command_state (xml, self);
  wsm_put (xml, "</rsp:ReceiveResponse>");
}

static void
put_receive (GString *xml, const WsmShellMessage *self)
{
  g_autofree char *names = self->output_streams != NULL ? g_strjoinv (" ", self->output_streams)
                                                        : NULL;

  wsm_put (xml, "<rsp:Receive" RSP "><rsp:DesiredStream");
  put_attribute (xml, "CommandId", self->command_id);
  g_string_append_c (xml, '>');
  put_text (xml, names);
  wsm_put (xml, "</rsp:DesiredStream></rsp:Receive>");
}

static void
put_signal (GString *xml, const WsmShellMessage *self)
{
  wsm_put (xml, "<rsp:Signal" RSP);
  put_attribute (xml, "CommandId", self->command_id);
  g_string_append_c (xml, '>');
  put_element (xml, "rsp:Code", self->code);
  wsm_put (xml, "</rsp:Signal>");
}

static void
put_connect (GString *xml, const WsmShellMessage *self)
{
  gboolean answer = self->kind == WSM_SHELL_CONNECT_RESPONSE;

  wsm_put (xml, "<rsp:Connect");
  g_string_append (xml, answer ? "Response" RSP ">" : RSP ">");
  put_names (xml, "rsp:InputStreams", self->input_streams);
  put_names (xml, "rsp:OutputStreams", self->output_streams);
  put_open_content (xml, self->open_content);
  g_string_append (xml, answer ? "</rsp:ConnectResponse>" : "</rsp:Connect>");
}

static void
put_disconnect (GString *xml, const WsmShellMessage *self)
{
  wsm_put (xml, "<rsp:Disconnect" RSP ">");
  put_duration (xml, "rsp:IdleTimeOut", self->idle_timeout_msec);
  put_element (xml, "rsp:BufferMode", self->buffer_mode);
  wsm_put (xml, "</rsp:Disconnect>");
}

static void
put_command_response (GString *xml, const WsmShellMessage *self)
{
  wsm_put (xml, "<rsp:CommandResponse" RSP ">");
  put_element (xml, "rsp:CommandId", self->command_id);
  wsm_put (xml, "</rsp:CommandResponse>");
}

/*
 * wsm_shell_message_put: the body of a shell operation, in the shape of winrm-wire-protocol.md,
 * sections 3.6 and 6.
 */
void
wsm_shell_message_put (GString *xml, const WsmShellMessage *self)
{
  switch (self->kind)
    {
    case WSM_SHELL_CREATE:
      put_create (xml, self);
      break;
    case WSM_SHELL_CREATED:
      put_resource_created (xml, self);
      put_described (xml, self);
      break;
    case WSM_SHELL_DESCRIBED:
      put_described (xml, self);
      break;
    case WSM_SHELL_COMMAND:
      put_command (xml, self);
      break;
    case WSM_SHELL_COMMAND_RESPONSE:
      put_command_response (xml, self);
      break;
    case WSM_SHELL_SEND:
      put_send (xml, self);
      break;
    case WSM_SHELL_RECEIVE:
      put_receive (xml, self);
      break;
    case WSM_SHELL_RECEIVE_RESPONSE:
      put_receive_response (xml, self);
      break;
    case WSM_SHELL_SIGNAL:
      put_signal (xml, self);
      break;
    case WSM_SHELL_CONNECT:
    case WSM_SHELL_CONNECT_RESPONSE:
      put_connect (xml, self);
      break;
    case WSM_SHELL_DISCONNECT:
      put_disconnect (xml, self);
      break;
    case WSM_SHELL_RECONNECT:
      wsm_put (xml, "<rsp:Reconnect" RSP "/>");
      break;
    case WSM_SHELL_SEND_RESPONSE:
      wsm_put (xml, "<rsp:SendResponse" RSP "/>");
      break;
    case WSM_SHELL_SIGNAL_RESPONSE:
      wsm_put (xml, "<rsp:SignalResponse" RSP "/>");
      break;
    case WSM_SHELL_DISCONNECT_RESPONSE:
      wsm_put (xml, "<rsp:DisconnectResponse" RSP "/>");
      break;
    case WSM_SHELL_RECONNECT_RESPONSE:
      wsm_put (xml, "<rsp:ReconnectResponse" RSP "/>");
      break;
    }
}
