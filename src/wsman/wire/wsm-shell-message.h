/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define WSM_SHELL_URI "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"

#define WSM_ACTION_CREATE           "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create"
#define WSM_ACTION_DELETE           "http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete"
#define WSM_ACTION_SHELL_COMMAND    WSM_SHELL_URI "/Command"
#define WSM_ACTION_SHELL_SEND       WSM_SHELL_URI "/Send"
#define WSM_ACTION_SHELL_RECEIVE    WSM_SHELL_URI "/Receive"
#define WSM_ACTION_SHELL_SIGNAL     WSM_SHELL_URI "/Signal"
#define WSM_ACTION_SHELL_CONNECT    WSM_SHELL_URI "/Connect"
#define WSM_ACTION_SHELL_DISCONNECT WSM_SHELL_URI "/Disconnect"
#define WSM_ACTION_SHELL_RECONNECT  WSM_SHELL_URI "/Reconnect"

#define WSM_SELECTOR_SHELL_ID     "ShellId"
#define WSM_COMMAND_STATE_DONE    WSM_SHELL_URI "/CommandState/Done"
#define WSM_COMMAND_STATE_RUNNING WSM_SHELL_URI "/CommandState/Running"
#define WSM_SIGNAL_TERMINATE      WSM_SHELL_URI "/signal/terminate"
#define WSM_SIGNAL_CTRL_C         WSM_SHELL_URI "/signal/ctrl_c"

/* What one message may hold. */
#define WSM_MAX_SHELL_STREAMS   64u
#define WSM_MAX_SHELL_ARGUMENTS 256u
#define WSM_MAX_SHELL_VARIABLES 256u
#define WSM_MAX_COMMAND_LINE    32768u /* octets in UTF-8: the command and its arguments */
#define WSM_MAX_SHELL_URI       2048u  /* octets in UTF-8 */
#define WSM_MAX_SHELL_NAME      256u   /* octets in UTF-8: an id, a name, a stream */

/**
 * WsmShellMessageKind:
 *
 * The bodies of the shell operations (winrm-wire-protocol.md section 3.6), requests and answers.
 * Signal, Send, Disconnect and Reconnect are answered with an empty element of their own.
 */
typedef enum
{
  WSM_SHELL_CREATE,    /* rsp:Shell in a request */
  WSM_SHELL_CREATED,   /* x:ResourceCreated and rsp:Shell */
  WSM_SHELL_DESCRIBED, /* rsp:Shell in the answer to Get */
  WSM_SHELL_COMMAND,
  WSM_SHELL_COMMAND_RESPONSE,
  WSM_SHELL_SEND,
  WSM_SHELL_SEND_RESPONSE,
  WSM_SHELL_RECEIVE,
  WSM_SHELL_RECEIVE_RESPONSE,
  WSM_SHELL_SIGNAL,
  WSM_SHELL_SIGNAL_RESPONSE,
  WSM_SHELL_CONNECT,
  WSM_SHELL_CONNECT_RESPONSE,
  WSM_SHELL_DISCONNECT,
  WSM_SHELL_DISCONNECT_RESPONSE,
  WSM_SHELL_RECONNECT,
  WSM_SHELL_RECONNECT_RESPONSE,
} WsmShellMessageKind;

/* rsp:Stream: decoded octets; @end marks the last piece */
typedef struct
{
  char *name;
  char *command_id; /* (nullable): the shell itself */
  GBytes *data;     /* (nullable): no octets */
  gboolean end;
} WsmShellStream;

typedef struct
{
  char *name;
  char *value;
} WsmShellVariable;

/**
 * WsmShellMessage:
 * @shell_id: (nullable): of CREATE, if the client chose one; of CREATED, DESCRIBED
 * @command_id: (nullable): of COMMAND, if the client chose one; of COMMAND_RESPONSE, RECEIVE,
 *   RECEIVE_RESPONSE, SIGNAL
 * @name: (nullable): of CREATE, CREATED, DESCRIBED
 * @resource_uri: @owner: @client_ip: of CREATED, DESCRIBED
 * @address: (nullable): of CREATED: the URL that the client used
 * @state: (nullable): of DESCRIBED: "Connected", "Disconnected"; of RECEIVE_RESPONSE: the URI of
 *   the command's state
 * @exit_code: of RECEIVE_RESPONSE, sent if @state is %WSM_COMMAND_STATE_DONE
 * @idle_timeout_msec: -1 for none; of CREATE, CREATED, DESCRIBED, DISCONNECT
 * @run_time_msec, @inactivity_msec: of CREATED, DESCRIBED
 * @input_streams, @output_streams: (nullable): names; of CREATE, CREATED, DESCRIBED, CONNECT;
 *   @output_streams of RECEIVE: those wanted, %NULL for all
 * @environment: (nullable) (element-type WsmShellVariable): of CREATE
 * @buffer_mode: (nullable): of DISCONNECT: "Block" or "Drop"
 * @open_content: (nullable): of CREATE, CONNECT, CONNECT_RESPONSE: elements of other namespaces
 *   than the shell's, as XML with the namespaces that it needs; what is not well-formed by itself
 * is sent as text
 * @command_line, @arguments: of COMMAND
 * @streams: (nullable) (element-type WsmShellStream): of SEND, RECEIVE_RESPONSE
 * @code: of SIGNAL
 *
 * The body of one shell operation. Filled by whoever made it, read-only from then on; reference
 * counted, for use in one thread at a time.
 */
typedef struct
{
  gatomicrefcount ref_count;
  WsmShellMessageKind kind;
  char *shell_id;
  char *command_id;
  char *name;
  char *resource_uri;
  char *owner;
  char *client_ip;
  char *address;
  char *state;
  guint32 exit_code;
  gint64 idle_timeout_msec;
  gint64 run_time_msec;
  gint64 inactivity_msec;
  char **input_streams;
  char **output_streams;
  char *working_directory;
  GPtrArray *environment;
  char *buffer_mode;
  char *open_content;
  char *command_line;
  char **arguments;
  GPtrArray *streams;
  char *code;
} WsmShellMessage;

#define WSM_TYPE_SHELL_MESSAGE (wsm_shell_message_get_type ())
GType wsm_shell_message_get_type (void);

WsmShellMessage *wsm_shell_message_new (WsmShellMessageKind kind);
WsmShellMessage *wsm_shell_message_ref (WsmShellMessage *self);
void wsm_shell_message_unref (WsmShellMessage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmShellMessage, wsm_shell_message_unref)

void wsm_shell_message_add_stream (WsmShellMessage *self, const char *name, const char *command_id,
                                   GBytes *data, gboolean end);
void wsm_shell_message_add_variable (WsmShellMessage *self, const char *name, const char *value);
gboolean wsm_shell_message_set_open_content (WsmShellMessage *self, const char *xml,
                                             GError **error);

G_END_DECLS
