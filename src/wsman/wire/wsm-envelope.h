/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "wsm-charset.h"
#include "wsm-fault.h"
#include "wsm-identify-response.h"
#include "wsm-object.h"
#include "wsm-shell-message.h"

G_BEGIN_DECLS

#define WSM_MAX_ENVELOPE_SIZE          512000u /* octets; also what we announce as a client */
#define WSM_MIN_ENVELOPE_SIZE          8192u
#define WSM_MAX_OPERATION_TIMEOUT_MSEC 60000

#define WSM_ACTION_GET     "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get"
#define WSM_ANONYMOUS_ROLE "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
#define WSM_SHELL_CMD_URI  "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd"

/**
 * WsmBodyKind:
 * @WSM_BODY_EMPTY: nothing in the body (the request of Get)
 * @WSM_BODY_OBJECT: one element with named values
 * @WSM_BODY_SHELL: the body of a shell operation
 * @WSM_BODY_IDENTIFY: `wsmid:Identify`
 * @WSM_BODY_IDENTIFY_RESPONSE: `wsmid:IdentifyResponse`
 * @WSM_BODY_FAULT: `s:Fault`
 */
typedef enum
{
  WSM_BODY_EMPTY,
  WSM_BODY_OBJECT,
  WSM_BODY_SHELL,
  WSM_BODY_IDENTIFY,
  WSM_BODY_IDENTIFY_RESPONSE,
  WSM_BODY_FAULT,
} WsmBodyKind;

/**
 * WsmEnvelope:
 *
 * One SOAP 1.2 envelope of WS-Management as a value: headers that have a meaning for Curfew, and
 * the body. Immutable once made; reference counted. Text getters return %NULL for an absent header.
 */
typedef struct _WsmEnvelope WsmEnvelope;

#define WSM_TYPE_ENVELOPE (wsm_envelope_get_type ())
GType wsm_envelope_get_type (void);

WsmEnvelope *wsm_envelope_ref (WsmEnvelope *self);
void wsm_envelope_unref (WsmEnvelope *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmEnvelope, wsm_envelope_unref)

/* composing */
WsmEnvelope *wsm_envelope_new_identify (void);
WsmEnvelope *wsm_envelope_new_get (const char *to, const char *resource_uri, gint64 timeout_msec);
WsmEnvelope *wsm_envelope_new_invoke (const char *to, const char *resource_uri, const char *method,
                                      WsmObject *input, gint64 timeout_msec);
WsmEnvelope *wsm_envelope_new_shell_request (const char *to, const char *resource_uri,
                                             const char *action, const char *shell_id,
                                             WsmObject *options, WsmShellMessage *message,
                                             gint64 timeout_msec);
WsmEnvelope *wsm_envelope_new_identify_response (WsmCharset charset,
                                                 const WsmIdentifyResponse *response);
WsmEnvelope *wsm_envelope_new_reply (WsmEnvelope *request, WsmObject *body);
WsmEnvelope *wsm_envelope_new_shell_reply (WsmEnvelope *request, WsmShellMessage *message);
WsmEnvelope *wsm_envelope_new_fault (WsmEnvelope *request, WsmCharset charset, WsmFault *fault);

/* bytes and back */
WsmEnvelope *wsm_envelope_parse (GBytes *bytes, WsmCharset declared, GError **error);
GBytes *wsm_envelope_serialize (WsmEnvelope *self);

/* what a service does with a request before it looks at the body */
WsmFault *wsm_envelope_check_request (WsmEnvelope *self);

WsmCharset wsm_envelope_get_charset (WsmEnvelope *self);
const char *wsm_envelope_get_to (WsmEnvelope *self);
const char *wsm_envelope_get_action (WsmEnvelope *self);
const char *wsm_envelope_get_resource_uri (WsmEnvelope *self);
const char *wsm_envelope_get_message_id (WsmEnvelope *self);
const char *wsm_envelope_get_relates_to (WsmEnvelope *self);
gint64 wsm_envelope_get_operation_timeout_msec (WsmEnvelope *self);
guint32 wsm_envelope_get_max_envelope_size (WsmEnvelope *self);
WsmObject *wsm_envelope_get_selectors (WsmEnvelope *self);
WsmObject *wsm_envelope_get_options (WsmEnvelope *self);
gboolean wsm_envelope_option_must_comply (WsmEnvelope *self, guint index);
gboolean wsm_envelope_options_must_be_understood (WsmEnvelope *self);
const char *wsm_envelope_get_locale (WsmEnvelope *self);
const char *wsm_envelope_get_data_locale (WsmEnvelope *self);
const char *wsm_envelope_get_session_id (WsmEnvelope *self);

/* how many octets of streams fit into the one answer to a Receive */
gsize wsm_envelope_get_max_stream_octets (WsmEnvelope *self);

WsmBodyKind wsm_envelope_get_body_kind (WsmEnvelope *self);
WsmObject *wsm_envelope_get_object (WsmEnvelope *self);
WsmShellMessage *wsm_envelope_get_shell_message (WsmEnvelope *self);
WsmFault *wsm_envelope_get_fault (WsmEnvelope *self);
const WsmIdentifyResponse *wsm_envelope_get_identify_response (WsmEnvelope *self);

G_END_DECLS
