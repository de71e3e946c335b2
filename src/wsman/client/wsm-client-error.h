/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsman/wire/wsm-fault.h"

G_BEGIN_DECLS

/**
 * WsmClientError:
 * @WSM_CLIENT_ERROR_NAME: the host's name is unknown
 * @WSM_CLIENT_ERROR_REFUSED: the host is there, nothing listens on that port
 * @WSM_CLIENT_ERROR_UNREACHABLE: no way to the host, or no answer in time while connecting or to
 *   something that can be asked again (Identify, Get)
 * @WSM_CLIENT_ERROR_TLS_UNTRUSTED: the certificate is not vouched for; nothing was sent
 * @WSM_CLIENT_ERROR_TLS_PIN: another certificate than the pinned one; nothing was sent
 * @WSM_CLIENT_ERROR_TLS: TLS did not come about for another reason
 * @WSM_CLIENT_ERROR_CLEAR_PASSWORD: a password would have gone over clear HTTP; nothing was sent
 * @WSM_CLIENT_ERROR_UNAUTHORIZED: the host did not accept who signs in, or how
 * @WSM_CLIENT_ERROR_NO_CREDENTIALS: the host wants a sign-in and there is none to give
 * @WSM_CLIENT_ERROR_DISCONNECTED: the connection was lost before the request left, or before the
 *   answer to something that can be asked again (Identify, Get): nothing happened
 * @WSM_CLIENT_ERROR_UNKNOWN: an Invoke was lost, cancelled or timed out after the request (or a
 *   part) left: whether it was carried out is not known. Never send it again blindly
 * @WSM_CLIENT_ERROR_FAULT: a WS-Management fault; see wsm_client_error_get_fault()
 * @WSM_CLIENT_ERROR_HTTP: an HTTP status that has no meaning in WS-Management
 * @WSM_CLIENT_ERROR_NOT_WSMAN: something else than WS-Management answered
 * @WSM_CLIENT_ERROR_TOO_LARGE: the answer is larger than %WSM_MAX_ENVELOPE_SIZE
 * @WSM_CLIENT_ERROR_INVALID_ENDPOINT: text that names no endpoint
 * @WSM_CLIENT_ERROR_UNSEALED: an answer that had to be sealed came in the open, so it may be
 *   anybody's; see wsm_client_error_is_unknown()
 * @WSM_CLIENT_ERROR_TAMPERED: a sealed message was altered, cut, repeated or reordered on its way;
 *   see wsm_client_error_is_unknown()
 * @WSM_CLIENT_ERROR_THROTTLED: the host takes no sign-in from here for a while; nothing happened
 *
 * Each way in which asking a host can fail, as far as a caller can do something else about it.
 * What goes wrong while signing in is a #WsmAuthError, where somebody can do something about that.
 */
typedef enum
{
  WSM_CLIENT_ERROR_NAME,
  WSM_CLIENT_ERROR_REFUSED,
  WSM_CLIENT_ERROR_UNREACHABLE,
  WSM_CLIENT_ERROR_TLS_UNTRUSTED,
  WSM_CLIENT_ERROR_TLS_PIN,
  WSM_CLIENT_ERROR_TLS,
  WSM_CLIENT_ERROR_CLEAR_PASSWORD,
  WSM_CLIENT_ERROR_UNAUTHORIZED,
  WSM_CLIENT_ERROR_NO_CREDENTIALS,
  WSM_CLIENT_ERROR_DISCONNECTED,
  WSM_CLIENT_ERROR_UNKNOWN,
  WSM_CLIENT_ERROR_FAULT,
  WSM_CLIENT_ERROR_HTTP,
  WSM_CLIENT_ERROR_NOT_WSMAN,
  WSM_CLIENT_ERROR_TOO_LARGE,
  WSM_CLIENT_ERROR_INVALID_ENDPOINT,
  WSM_CLIENT_ERROR_UNSEALED,
  WSM_CLIENT_ERROR_TAMPERED,
  WSM_CLIENT_ERROR_THROTTLED,
} WsmClientError;

#define WSM_CLIENT_ERROR (wsm_client_error_quark ())
GQuark wsm_client_error_quark (void);

GError *wsm_client_error_new_fault (WsmFault *fault);
WsmFault *wsm_client_error_get_fault (const GError *error);
gboolean wsm_client_error_is_unknown (const GError *error);

G_END_DECLS
