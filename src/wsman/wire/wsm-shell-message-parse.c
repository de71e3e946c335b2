/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-shell-message-private.h"

#include <string.h>

#include "wsm-envelope.h"
#include "wsm-shell-reader.h"

#define IN(kind)     (1u << WSM_SHELL_##kind)
#define OPEN_CONTENT (IN (CREATE) | IN (CONNECT) | IN (CONNECT_RESPONSE))

/* The element of the body, and what it is in a request and in an answer. */
static const struct
{
  const char *name;
  WsmShellMessageKind request;
  WsmShellMessageKind answer;
} bodies[] = {
  { "Shell", WSM_SHELL_CREATE, WSM_SHELL_DESCRIBED },
  { "CommandLine", WSM_SHELL_COMMAND, WSM_SHELL_COMMAND },
  { "CommandResponse", WSM_SHELL_COMMAND_RESPONSE, WSM_SHELL_COMMAND_RESPONSE },
  { "Send", WSM_SHELL_SEND, WSM_SHELL_SEND },
  { "SendResponse", WSM_SHELL_SEND_RESPONSE, WSM_SHELL_SEND_RESPONSE },
  { "Receive", WSM_SHELL_RECEIVE, WSM_SHELL_RECEIVE },
  { "ReceiveResponse", WSM_SHELL_RECEIVE_RESPONSE, WSM_SHELL_RECEIVE_RESPONSE },
  { "Signal", WSM_SHELL_SIGNAL, WSM_SHELL_SIGNAL },
  { "SignalResponse", WSM_SHELL_SIGNAL_RESPONSE, WSM_SHELL_SIGNAL_RESPONSE },
  { "Connect", WSM_SHELL_CONNECT, WSM_SHELL_CONNECT },
  { "ConnectResponse", WSM_SHELL_CONNECT_RESPONSE, WSM_SHELL_CONNECT_RESPONSE },
  { "Disconnect", WSM_SHELL_DISCONNECT, WSM_SHELL_DISCONNECT },
  { "DisconnectResponse", WSM_SHELL_DISCONNECT_RESPONSE, WSM_SHELL_DISCONNECT_RESPONSE },
  { "Reconnect", WSM_SHELL_RECONNECT, WSM_SHELL_RECONNECT },
  { "ReconnectResponse", WSM_SHELL_RECONNECT_RESPONSE, WSM_SHELL_RECONNECT_RESPONSE },
};

static gboolean
keep_open_content (WsmShellReader *self, const xmlNode *node, GError **error)
{
  g_autofree char *xml = NULL;

  if ((OPEN_CONTENT & (1u << self->message->kind)) == 0)
    return TRUE;

  xml = wsm_xml_dup_element (node);
  if (xml == NULL)
    return wsm_shell_reader_refuse (
      error,
      "The element %s of the body cannot stand by itself; check the names of its "
      "namespaces",
      (const char *) node->name);
  if (self->open_content == NULL)
    self->open_content = g_string_new (NULL);
  /* A declaration that many elements use is repeated in each of them: little may become much. */
  if (self->open_content->len + strlen (xml) > WSM_MAX_ENVELOPE_SIZE)
    return wsm_shell_reader_refuse (
      error,
      "The elements of other namespaces are longer than the %u octets that are allowed, each with "
      "its namespaces; shorten them",
      WSM_MAX_ENVELOPE_SIZE);
  g_string_append (self->open_content, xml);

  return TRUE;
}

static gboolean
read_child (WsmShellReader *self, const xmlNode *node, GError **error)
{
  if (wsm_xml_get_ns (node) != WSM_NS_SHELL)
    return keep_open_content (self, node, error);

  return wsm_shell_reader_read_part (self, node, error);
}

static gboolean
read_children (WsmShellReader *self, const xmlNode *body, GError **error)
{
  const xmlNode *child;

  if (wsm_xml_has_text (body) && !wsm_shell_message_is_answer (self->message->kind))
    return wsm_shell_reader_refuse (error, "The body has text between its elements; leave it out");

  for (child = wsm_xml_first_element (body); child != NULL; child = wsm_xml_next_element (child))
    if (!read_child (self, child, error))
      return FALSE;

  return TRUE;
}

static gboolean
read_attributes (WsmShellReader *self, const xmlNode *body, GError **error)
{
  WsmShellMessage *message = self->message;

  if (message->kind == WSM_SHELL_CREATE)
    return wsm_shell_reader_read_attribute (self, body, "ShellId", &message->shell_id, error) &&
           wsm_shell_reader_read_attribute (self, body, "Name", &message->name, error);
  if (message->kind == WSM_SHELL_COMMAND || message->kind == WSM_SHELL_SIGNAL)
    return wsm_shell_reader_read_attribute (self, body, "CommandId", &message->command_id, error);

  return TRUE;
}

static gboolean
check_complete (WsmShellReader *self, GError **error)
{
  WsmShellMessage *message = self->message;
  const struct
  {
    WsmShellMessageKind kind;
    gboolean present;
    const char *name;
  } required[] = {
    { WSM_SHELL_CREATED, message->shell_id != NULL, "ShellId" },
    { WSM_SHELL_COMMAND, message->command_line != NULL, "Command" },
    { WSM_SHELL_COMMAND_RESPONSE, message->command_id != NULL, "CommandId" },
    { WSM_SHELL_SEND, message->streams != NULL, "Stream" },
    { WSM_SHELL_RECEIVE, self->seen != 0, "DesiredStream" },
    { WSM_SHELL_SIGNAL, message->code != NULL, "Code" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (required); i++)
    if (message->kind == required[i].kind && !required[i].present)
      return wsm_shell_reader_refuse (error, "The body has no element rsp:%s; add it",
                                      required[i].name);

  return message->kind != WSM_SHELL_COMMAND ||
         wsm_shell_reader_count_command (self, message->command_line, error);
}

/* The endpoint of a new shell: its id is a selector (WS-Transfer, section 3.4). */
static gboolean
read_selectors (WsmShellReader *self, const xmlNode *set, GError **error)
{
  const xmlNode *node;

  for (node = wsm_xml_first_element (set); node != NULL; node = wsm_xml_next_element (node))
    if (g_strcmp0 (wsm_xml_dup_attribute (node, WSM_NS_NONE, "Name", self->arena),
                   WSM_SELECTOR_SHELL_ID) == 0)
      return wsm_shell_reader_read_text (self, node, WSM_MAX_SHELL_NAME, TRUE,
                                         &self->message->shell_id, error);

  return TRUE;
}

static gboolean
read_resource_created (WsmShellReader *self, const xmlNode *body, GError **error)
{
  WsmShellMessage *message = self->message;
  const xmlNode *address = wsm_xml_find (body, "Address");
  const xmlNode *parameters = wsm_xml_find (body, "ReferenceParameters");
  const xmlNode *uri = parameters != NULL ? wsm_xml_find (parameters, "ResourceURI") : NULL;
  const xmlNode *set = parameters != NULL ? wsm_xml_find (parameters, "SelectorSet") : NULL;

  return (address == NULL || wsm_shell_reader_read_text (self, address, WSM_MAX_SHELL_URI, TRUE,
                                                         &message->address, error)) &&
         (uri == NULL || wsm_shell_reader_read_text (self, uri, WSM_MAX_SHELL_URI, TRUE,
                                                     &message->resource_uri, error)) &&
         (set == NULL || read_selectors (self, set, error));
}

/* Windows 2003 R2 leaves out the description. The selector is what counts, so it comes last. */
static gboolean
read_created (WsmShellReader *self, const xmlNode *body, GError **error)
{
  const xmlNode *shell = wsm_xml_next_element (body);

  if (shell != NULL && !wsm_xml_is (shell, WSM_NS_SHELL, "Shell"))
    return wsm_shell_reader_refuse (
      error, "The answer has something else than rsp:Shell behind x:ResourceCreated");

  return (shell == NULL || read_children (self, shell, error)) &&
         read_resource_created (self, body, error);
}

/*
 * wsm_shell_message_is_body: whether the first element of a body makes it that of a shell
 * operation.
 */
gboolean
wsm_shell_message_is_body (const xmlNode *first)
{
  WsmNs ns = wsm_xml_get_ns (first);

  return ns == WSM_NS_SHELL ||
         (ns == WSM_NS_TRANSFER && strcmp ((const char *) first->name, "ResourceCreated") == 0);
}

static WsmShellMessage *
new_for_body (const xmlNode *first, gboolean is_reply, GError **error)
{
  if (wsm_xml_get_ns (first) == WSM_NS_TRANSFER)
    return wsm_shell_message_new (WSM_SHELL_CREATED);

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    if (strcmp (bodies[i].name, (const char *) first->name) == 0)
      return wsm_shell_message_new (is_reply ? bodies[i].answer : bodies[i].request);

  wsm_shell_reader_refuse (error,
                           "The body is rsp:%s, which is no operation on a shell; correct it",
                           (const char *) first->name);

  return NULL;
}

/*
 * wsm_shell_message_new_from_element: the body of a shell operation (winrm-wire-protocol.md,
 * section 3.6), of which this is the first element.
 *
 * With an error set (WSM_WIRE_ERROR_SCHEMA) the message has what was read so far; it is NULL if its
 * kind is not known.
 */
WsmShellMessage *
wsm_shell_message_new_from_element (const xmlNode *first, gboolean is_reply, WsmArena *arena,
                                    GError **error)
{
  WsmShellReader self = { .message = new_for_body (first, is_reply, error), .arena = arena };
  gboolean ok;

  if (self.message == NULL)
    return NULL;

  if (self.message->kind == WSM_SHELL_CREATED)
    ok = read_created (&self, first, error);
  else
    ok = read_attributes (&self, first, error) && read_children (&self, first, error);
  if (ok)
    check_complete (&self, error);

  if (self.arguments != NULL)
    {
      g_ptr_array_add (self.arguments, NULL);
      self.message->arguments = (char **) g_ptr_array_free (self.arguments, FALSE);
    }
  if (self.open_content != NULL)
    self.message->open_content = g_string_free (self.open_content, FALSE);

  return self.message;
}
