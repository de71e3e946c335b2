/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-shell-reader.h"

#include <string.h>

#include "wsm-duration.h"
#include "wsm-shell-message-private.h"
#include "wsm-wire-error.h"

#define BLANKS " \t\r\n"

/* How one element below the body's is read. */
typedef enum
{
  READ_NAME, /* an id or a name: short, without blanks around it */
  READ_URI,
  READ_TEXT, /* as it is */
  READ_NAMES,
  READ_DURATION,
  READ_BUFFER_MODE,
  READ_ENVIRONMENT,
  READ_ARGUMENT,
  READ_STREAM,
  READ_DESIRED_STREAM,
  READ_COMMAND_STATE,
  READ_NOTHING, /* what clients send and what has no meaning here */
} HowToRead;

typedef struct
{
  const char *name;
  guint32 kinds; /* in which bodies */
  HowToRead how;
  gsize slot; /* where in the message */
} Part;

#define IN(kind)     (1u << WSM_SHELL_##kind)
#define SLOT(member) G_STRUCT_OFFSET (WsmShellMessage, member)
#define DESCRIPTION  (IN (CREATED) | IN (DESCRIBED))
#define ANY_SHELL    (IN (CREATE) | DESCRIPTION)
#define WITH_STREAMS (ANY_SHELL | IN (CONNECT) | IN (CONNECT_RESPONSE))

/* winrm-wire-protocol.md, section 3.6. */
static const Part parts[] = {
  { "ShellId", ANY_SHELL, READ_NAME, SLOT (shell_id) },
  { "Name", ANY_SHELL, READ_NAME, SLOT (name) },
  { "ResourceUri", DESCRIPTION, READ_URI, SLOT (resource_uri) },
  { "Owner", DESCRIPTION, READ_NAME, SLOT (owner) },
  { "ClientIP", DESCRIPTION, READ_NAME, SLOT (client_ip) },
  { "State", DESCRIPTION, READ_NAME, SLOT (state) },
  { "WorkingDirectory", IN (CREATE), READ_TEXT, SLOT (working_directory) },
  { "Environment", IN (CREATE), READ_ENVIRONMENT, 0 },
  { "IdleTimeOut", ANY_SHELL | IN (DISCONNECT), READ_DURATION, SLOT (idle_timeout_msec) },
  { "IdleTimeout", ANY_SHELL | IN (DISCONNECT), READ_DURATION, SLOT (idle_timeout_msec) },
  { "InputStreams", WITH_STREAMS, READ_NAMES, SLOT (input_streams) },
  { "OutputStreams", WITH_STREAMS, READ_NAMES, SLOT (output_streams) },
  { "ShellRunTime", DESCRIPTION, READ_DURATION, SLOT (run_time_msec) },
  { "ShellInactivity", DESCRIPTION, READ_DURATION, SLOT (inactivity_msec) },
  { "BufferMode", IN (DISCONNECT), READ_BUFFER_MODE, SLOT (buffer_mode) },
  { "Command", IN (COMMAND), READ_TEXT, SLOT (command_line) },
  { "Arguments", IN (COMMAND), READ_ARGUMENT, 0 },
  { "CommandId", IN (COMMAND_RESPONSE), READ_NAME, SLOT (command_id) },
  { "Stream", IN (SEND) | IN (RECEIVE_RESPONSE), READ_STREAM, 0 },
  { "DesiredStream", IN (RECEIVE), READ_DESIRED_STREAM, 0 },
  { "CommandState", IN (RECEIVE_RESPONSE), READ_COMMAND_STATE, 0 },
  { "Code", IN (SIGNAL), READ_URI, SLOT (code) },
  { "Lifetime", IN (CREATE), READ_NOTHING, 0 },
  { "MaxIdleTimeOut", IN (CREATE), READ_NOTHING, 0 },
  { "NoProfile", IN (CREATE), READ_NOTHING, 0 },
  { "Codepage", IN (CREATE), READ_NOTHING, 0 },
  { "BufferMode", IN (CREATE), READ_NOTHING, 0 },
  { "CompressionMode", IN (CREATE) | IN (COMMAND), READ_NOTHING, 0 },
  { "Locale", IN (CREATE), READ_NOTHING, 0 },
  { "DataLocale", IN (CREATE), READ_NOTHING, 0 },
  { "Encoding", IN (CREATE), READ_NOTHING, 0 },
  { "ConsoleMode", IN (COMMAND), READ_NOTHING, 0 },
  { "SkipCmdShell", IN (COMMAND), READ_NOTHING, 0 },
};
G_STATIC_ASSERT (G_N_ELEMENTS (parts) <= 64);

/* wsm_shell_reader_refuse: says what is wrong with the body; returns FALSE. */
gboolean
wsm_shell_reader_refuse (GError **error, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_SCHEMA, sentence);

  return FALSE;
}

/* wsm_shell_reader_read_text: text belongs there, and text that is not endless. */
gboolean
wsm_shell_reader_read_text (WsmShellReader *self, const xmlNode *node, gsize limit, gboolean strip,
                            char **text, GError **error)
{
  const char *name = (const char *) node->name;
  const char *content;
  gsize length;

  if (wsm_xml_first_element (node) != NULL)
    return wsm_shell_reader_refuse (
      error, "The element rsp:%s has elements inside, where text belongs; correct it", name);

  content = wsm_xml_peek_text (node, self->arena);
  if (strip)
    content += strspn (content, BLANKS);
  length = strlen (content);
  while (strip && length > 0 && strchr (BLANKS, content[length - 1]) != NULL)
    length--;
  if (length > limit)
    return wsm_shell_reader_refuse (error,
                                    "The element rsp:%s is longer than the %" G_GSIZE_FORMAT
                                    " octets that are allowed; shorten it",
                                    name, limit);

  g_free (*text);
  *text = g_strndup (content, length);

  return TRUE;
}

/* wsm_shell_reader_read_attribute: absent is no mistake, the caller knows what it needs. */
gboolean
wsm_shell_reader_read_attribute (WsmShellReader *self, const xmlNode *node, const char *name,
                                 char **text, GError **error)
{
  const char *content = wsm_xml_dup_attribute (node, WSM_NS_NONE, name, self->arena);

  if (content == NULL || *content == '\0')
    return TRUE;
  if (strlen (content) > WSM_MAX_SHELL_NAME)
    return wsm_shell_reader_refuse (
      error,
      "The attribute %s of rsp:%s is longer than the %u octets that are allowed; "
      "shorten it",
      name, (const char *) node->name, WSM_MAX_SHELL_NAME);

  g_free (*text);
  *text = g_strdup (content);

  return TRUE;
}

static char **
split_names (const char *text, guint *n)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (*n = 0; *n <= WSM_MAX_SHELL_STREAMS; (*n)++)
    {
      gsize length;
      g_autofree char *name = NULL;

      text += strspn (text, BLANKS);
      length = strcspn (text, BLANKS);
      if (length == 0)
        break;
      name = g_strndup (text, length);
      g_strv_builder_add (names, name);
      text += length;
    }

  return g_strv_builder_end (names);
}

static gboolean
read_names (WsmShellReader *self, const xmlNode *node, char ***names, GError **error)
{
  g_autofree char *text = NULL;
  guint n;

  if (!wsm_shell_reader_read_text (self, node, WSM_MAX_SHELL_STREAMS * WSM_MAX_SHELL_NAME, TRUE,
                                   &text, error))
    return FALSE;

  g_strfreev (*names);
  *names = split_names (text, &n);
  if (n > WSM_MAX_SHELL_STREAMS)
    return wsm_shell_reader_refuse (
      error, "The element rsp:%s names more than the %u streams that are allowed; name fewer",
      (const char *) node->name, WSM_MAX_SHELL_STREAMS);
  for (char **name = *names; *name != NULL; name++)
    if (strlen (*name) > WSM_MAX_SHELL_NAME)
      return wsm_shell_reader_refuse (
        error,
        "The element rsp:%s has a name longer than the %u octets that are allowed; "
        "shorten it",
        (const char *) node->name, WSM_MAX_SHELL_NAME);

  return TRUE;
}

static gboolean
read_duration (WsmShellReader *self, const xmlNode *node, gint64 *msec, GError **error)
{
  g_autofree char *text = NULL;

  if (!wsm_shell_reader_read_text (self, node, WSM_MAX_SHELL_NAME, TRUE, &text, error))
    return FALSE;
  if (!wsm_duration_parse (text, msec, NULL) || *msec < 0)
    {
      *msec = -1;
      return wsm_shell_reader_refuse (
        error, "The element rsp:%s is not a duration of 0 or more; write it like PT600.000S",
        (const char *) node->name);
    }

  return TRUE;
}

static gboolean
read_buffer_mode (WsmShellReader *self, const xmlNode *node, char **mode, GError **error)
{
  if (!wsm_shell_reader_read_text (self, node, WSM_MAX_SHELL_NAME, TRUE, mode, error))
    return FALSE;
  if (!g_str_equal (*mode, "Block") && !g_str_equal (*mode, "Drop"))
    return wsm_shell_reader_refuse (
      error, "The element rsp:BufferMode is neither Block nor Drop; use one of them");

  return TRUE;
}

static gboolean
read_variable (WsmShellReader *self, const xmlNode *node, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;

  if (!wsm_shell_reader_read_attribute (self, node, "Name", &name, error))
    return FALSE;
  if (!wsm_xml_is (node, WSM_NS_SHELL, "Variable") || name == NULL)
    return wsm_shell_reader_refuse (
      error, "The element rsp:Environment has something else than rsp:Variable with a Name; "
             "correct it");
  if (!wsm_shell_reader_read_text (self, node, WSM_MAX_COMMAND_LINE, FALSE, &value, error))
    return FALSE;
  if (self->message->environment != NULL &&
      self->message->environment->len == WSM_MAX_SHELL_VARIABLES)
    return wsm_shell_reader_refuse (
      error,
      "The element rsp:Environment has more than the %u variables that are allowed; "
      "send fewer",
      WSM_MAX_SHELL_VARIABLES);

  wsm_shell_message_add_variable (self->message, name, value);

  return TRUE;
}

static gboolean
read_environment (WsmShellReader *self, const xmlNode *node, GError **error)
{
  const xmlNode *child;

  for (child = wsm_xml_first_element (node); child != NULL; child = wsm_xml_next_element (child))
    if (!read_variable (self, child, error))
      return FALSE;

  return TRUE;
}

/* wsm_shell_reader_count_command: how long a command line grows. */
gboolean
wsm_shell_reader_count_command (WsmShellReader *self, const char *text, GError **error)
{
  self->command_octets += strlen (text) + 1;
  if (self->command_octets > WSM_MAX_COMMAND_LINE + 1)
    return wsm_shell_reader_refuse (
      error,
      "The command and its arguments are longer than the %u octets that are allowed; "
      "shorten them",
      WSM_MAX_COMMAND_LINE);

  return TRUE;
}

static gboolean
read_argument (WsmShellReader *self, const xmlNode *node, GError **error)
{
  g_autofree char *text = NULL;

  if (!wsm_shell_reader_read_text (self, node, WSM_MAX_COMMAND_LINE, FALSE, &text, error) ||
      !wsm_shell_reader_count_command (self, text, error))
    return FALSE;

  if (self->arguments == NULL)
    self->arguments = g_ptr_array_new_with_free_func (g_free);
  if (self->arguments->len == WSM_MAX_SHELL_ARGUMENTS)
    return wsm_shell_reader_refuse (
      error, "The command has more than the %u arguments that are allowed; send fewer",
      WSM_MAX_SHELL_ARGUMENTS);
  g_ptr_array_add (self->arguments, g_steal_pointer (&text));

  return TRUE;
}

/* Nothing but the alphabet, blanks anywhere, padding at the end. What GLib would skip silently is a
 * mistake of the sender, and his data would come out wrong. */
static GBytes *
decode_base64 (const char *text)
{
  gsize n_digits = 0, n_padding = 0, size;
  guchar *octets;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '=')
        n_padding++;
      else if (g_ascii_isalnum (*p) || *p == '+' || *p == '/')
        n_digits++;
      else if (strchr (BLANKS, *p) == NULL)
        return NULL;
      if (n_padding > 2 || (n_padding > 0 && *p != '=' && strchr (BLANKS, *p) == NULL))
        return NULL;
    }
  if ((n_digits + n_padding) % 4 != 0)
    return NULL;

  octets = g_base64_decode (text, &size);

  return g_bytes_new_take (octets, size);
}

/* One client writes its booleans as its language does: True. */
static gboolean
is_true (const char *text)
{
  return text != NULL && (g_ascii_strcasecmp (text, "true") == 0 || g_str_equal (text, "1"));
}

static gboolean
read_stream (WsmShellReader *self, const xmlNode *node, GError **error)
{
  const char *end = wsm_xml_dup_attribute (node, WSM_NS_NONE, "End", self->arena);
  g_autofree char *name = NULL;
  g_autofree char *command_id = NULL;
  g_autoptr (GBytes) data = NULL;

  if (!wsm_shell_reader_read_attribute (self, node, "Name", &name, error) ||
      !wsm_shell_reader_read_attribute (self, node, "CommandId", &command_id, error))
    return FALSE;
  if (name == NULL)
    return wsm_shell_reader_refuse (error,
                                    "The element rsp:Stream has no Name; say which stream it is");
  if (self->message->streams != NULL && self->message->streams->len == WSM_MAX_SHELL_STREAMS)
    return wsm_shell_reader_refuse (
      error, "The message has more than the %u pieces of streams that are allowed; send fewer",
      WSM_MAX_SHELL_STREAMS);

  data = wsm_xml_first_element (node) == NULL
           ? decode_base64 (wsm_xml_peek_text (node, self->arena))
           : NULL;
  if (data == NULL)
    return wsm_shell_reader_refuse (
      error, "The element rsp:Stream for %s is not base64; encode its octets", name);

  wsm_shell_message_add_stream (self->message, name, command_id,
                                g_bytes_get_size (data) > 0 ? data : NULL, is_true (end));

  return TRUE;
}

static gboolean
read_desired_stream (WsmShellReader *self, const xmlNode *node, GError **error)
{
  if (!wsm_shell_reader_read_attribute (self, node, "CommandId", &self->message->command_id,
                                        error) ||
      !read_names (self, node, &self->message->output_streams, error))
    return FALSE;

  if (*self->message->output_streams == NULL)
    g_clear_pointer (&self->message->output_streams, g_strfreev);

  return TRUE;
}

/* The code of a process is signed here and unsigned there; the 32 bits are the same. */
static gboolean
read_exit_code (WsmShellReader *self, const xmlNode *node, GError **error)
{
  g_autofree char *text = NULL;
  gint64 code = 0;

  if (!wsm_shell_reader_read_text (self, node, WSM_MAX_SHELL_NAME, TRUE, &text, error))
    return FALSE;
  if (!g_ascii_string_to_signed (text, 10, G_MININT32, G_MAXUINT32, &code, NULL))
    return wsm_shell_reader_refuse (
      error, "The element rsp:ExitCode is not a number of 32 bits; correct it");

  self->message->exit_code = (guint32) code;

  return TRUE;
}

static gboolean
read_command_state (WsmShellReader *self, const xmlNode *node, GError **error)
{
  const xmlNode *child;

  if (!wsm_shell_reader_read_attribute (self, node, "CommandId", &self->message->command_id,
                                        error) ||
      !wsm_shell_reader_read_attribute (self, node, "State", &self->message->state, error))
    return FALSE;

  for (child = wsm_xml_first_element (node); child != NULL; child = wsm_xml_next_element (child))
    if (wsm_xml_is (child, WSM_NS_SHELL, "ExitCode") && !read_exit_code (self, child, error))
      return FALSE;

  return TRUE;
}

static gboolean
read_part (WsmShellReader *self, const xmlNode *node, const Part *part, GError **error)
{
  gpointer slot = G_STRUCT_MEMBER_P (self->message, part->slot);

  switch (part->how)
    {
    case READ_NAME:
      return wsm_shell_reader_read_text (self, node, WSM_MAX_SHELL_NAME, TRUE, slot, error);
    case READ_URI:
      return wsm_shell_reader_read_text (self, node, WSM_MAX_SHELL_URI, TRUE, slot, error);
    case READ_TEXT:
      return wsm_shell_reader_read_text (self, node, WSM_MAX_COMMAND_LINE, FALSE, slot, error);
    case READ_NAMES:
      return read_names (self, node, slot, error);
    case READ_DURATION:
      return read_duration (self, node, slot, error);
    case READ_BUFFER_MODE:
      return read_buffer_mode (self, node, slot, error);
    case READ_ENVIRONMENT:
      return read_environment (self, node, error);
    case READ_ARGUMENT:
      return read_argument (self, node, error);
    case READ_STREAM:
      return read_stream (self, node, error);
    case READ_DESIRED_STREAM:
      return read_desired_stream (self, node, error);
    case READ_COMMAND_STATE:
      return read_command_state (self, node, error);
    case READ_NOTHING:
    default:
      return TRUE;
    }
}

static const Part *
find_part (WsmShellMessageKind kind, const xmlNode *node)
{
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if ((parts[i].kinds & (1u << kind)) != 0 &&
        strcmp (parts[i].name, (const char *) node->name) == 0)
      return &parts[i];

  return NULL;
}

static gboolean
may_repeat (const Part *part)
{
  return part->how == READ_ARGUMENT || part->how == READ_STREAM || part->how == READ_NOTHING;
}

/*
 * wsm_shell_reader_read_part: one element of the shell's namespace below that of the body.
 */
gboolean
wsm_shell_reader_read_part (WsmShellReader *self, const xmlNode *node, GError **error)
{
  const Part *part = find_part (self->message->kind, node);
  guint64 bit;

  if (part == NULL)
    {
      /* A newer service may tell more than we know; a client that asks for more has to be told. */
      if (wsm_shell_message_is_answer (self->message->kind))
        return TRUE;
      return wsm_shell_reader_refuse (
        error, "The body has an element rsp:%s that does not belong there; leave it out",
        (const char *) node->name);
    }

  bit = G_GUINT64_CONSTANT (1) << (part - parts);
  if ((self->seen & bit) != 0 && !may_repeat (part))
    return wsm_shell_reader_refuse (
      error, "The body has the element rsp:%s twice; leave one of them out", part->name);
  self->seen |= bit;

  return read_part (self, node, part, error);
}
