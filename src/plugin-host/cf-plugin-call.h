/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The values that pass between whoever has a plug-in run and what runs it. They are plain structs
 * that borrow what they point to, for the length of the call that they are passed to; whoever wants
 * to keep something copies it. Text is UTF-8 here, and UTF-16 for the plug-in. */

/**
 * CfPluginCallKind:
 *
 * What a plug-in is asked for: one entry point each (wsman-plugin-api.md, section 1).
 */
typedef enum
{
  CF_PLUGIN_GET,
  CF_PLUGIN_INVOKE,
  CF_PLUGIN_SHELL,
  CF_PLUGIN_COMMAND,
  CF_PLUGIN_SEND,
  CF_PLUGIN_RECEIVE,
  CF_PLUGIN_SIGNAL,
  CF_PLUGIN_CONNECT,
} CfPluginCallKind;

typedef enum
{
  CF_PLUGIN_VALUE_TEXT,
  CF_PLUGIN_VALUE_DATETIME,
  CF_PLUGIN_VALUE_NULL,
  CF_PLUGIN_VALUE_COMPLEX,
} CfPluginValueType;

typedef struct
{
  const char *name;
  const char *value; /* (nullable): %NULL unless text or a date */
  CfPluginValueType type;
} CfPluginValue;

/* One element and its children. */
typedef struct
{
  const char *namespace_uri; /* (nullable) */
  const char *name;
  const CfPluginValue *values;
  gsize n_values;
} CfPluginObject;

/* A selector, or a variable of the environment. */
typedef struct
{
  const char *name;
  const char *value;
} CfPluginPair;

typedef struct
{
  const char *name;
  const char *value; /* (nullable): xsi:nil */
  gboolean must_comply;
} CfPluginOption;

/**
 * CfPluginCall:
 * @id: chosen by the client, never 0, not used twice with one runner
 * @shell: of COMMAND, SEND, RECEIVE, SIGNAL, CONNECT: the id of the SHELL call; else 0
 * @command: of SEND, RECEIVE, SIGNAL, CONNECT: the id of the COMMAND call; 0 for the shell itself
 * @sender_name: who asks, as wsm_principal_to_string() has it
 * @certificate_subject: (nullable): with @certificate_issuer and @certificate_thumbprint, of a
 *   sender who signed in by certificate
 * @url: (nullable): the a:To of the request
 * @max_envelope_size: octets; @timeout_msec: of the request; both informative
 * @action: of INVOKE: the whole URI
 * @input: (nullable): of INVOKE: the body
 * @input_streams: (nullable): of SHELL: names; of RECEIVE @output_streams are those wanted,
 *   (nullable) for all
 * @shell_name: (nullable): of SHELL
 * @inbound_xml: (nullable): of SHELL and CONNECT: the open content of the body
 * @command_line: of COMMAND
 * @stream: of SEND: which; @data: (nullable): what; @no_more_data: whether that is the end of it
 * @code: of SIGNAL: the URI
 *
 * One request to a plug-in.
 */
typedef struct
{
  guint64 id;
  CfPluginCallKind kind;
  guint64 shell;
  guint64 command;

  const char *sender_name;
  const char *mechanism;
  const char *certificate_subject;
  const char *certificate_issuer;
  const char *certificate_thumbprint;
  const char *url;
  const char *locale;      /* (nullable) */
  const char *data_locale; /* (nullable) */
  const char *resource_uri;
  const CfPluginPair *selectors;
  gsize n_selectors;
  const CfPluginOption *options;
  gsize n_options;
  gboolean options_must_understand;
  guint32 max_envelope_size;
  guint32 timeout_msec;

  const char *action;
  const CfPluginObject *input;

  const char *const *input_streams;
  const char *const *output_streams;
  guint32 idle_timeout_msec;
  const char *working_directory; /* (nullable) */
  const CfPluginPair *environment;
  gsize n_environment;
  const char *shell_name;
  const char *inbound_xml;

  const char *command_line;
  const char *const *arguments; /* (nullable) */

  const char *stream;
  GBytes *data;
  gboolean no_more_data;

  const char *code;
} CfPluginCall;

/**
 * CfPluginOutput:
 * @stream: (nullable): %NULL if there is only a state
 * @data: (nullable): octets; %NULL for none
 * @is_text: @data is UTF-8 that the plug-in gave as text
 * @no_more_data: the end of @stream
 * @flush: to be sent at once
 * @state: (nullable): the URI of the command's state; %NULL while it runs
 * @exit_code: counts if @state is .../Done
 *
 * What one WSManPluginReceiveResult() said.
 */
typedef struct
{
  const char *stream;
  GBytes *data;
  gboolean is_text;
  gboolean no_more_data;
  gboolean flush;
  const char *state;
  guint32 exit_code;
} CfPluginOutput;

/* What a plug-in asks the agent for; the fields of CURFEW_SHUTDOWN_REQUEST. */
typedef struct
{
  const char *message; /* (nullable) */
  guint32 grace_period;
  guint32 shutdown_flags;
  guint32 reason;
  const char *client_hint;  /* (nullable) */
  const char *request_code; /* (nullable) */
  guint32 postpone_limit;
  guint32 postpone_seconds;
} CfPluginShutdown;

/* The fields of CURFEW_AGENT_STATUS; texts are (owned) here, see cf_plugin_status_clear(). */
typedef struct
{
  guint32 state;
  char *action;
  guint32 seconds_remaining;
  char *message;
  guint32 reason;
  char *requester;
  char *client_hint;
  char *request_code;
  guint32 postpones_left;
  char *boot_id;
  char *boot_time;
  char *local_time;
  guint32 users_logged_on;
  guint32 capabilities;
  guint32 best_effort;
  gboolean rehearsal;
  char *host_name;
  char *system_name;
  char *kernel_release;
  char *last_outcome;
  char *last_request_code;
  char *last_action;
  char *last_detail;
} CfPluginStatus;

void cf_plugin_status_clear (CfPluginStatus *status);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CfPluginStatus, cf_plugin_status_clear)

G_END_DECLS
