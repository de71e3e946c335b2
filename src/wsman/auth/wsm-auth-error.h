/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WsmAuthError:
 * @WSM_AUTH_ERROR_REJECTED: name and password do not belong together, or the account may not sign
 *   in; of an acceptor: what the caller brings proves nothing
 * @WSM_AUTH_ERROR_UNAVAILABLE: whoever decides could not be asked (no KDC answers, PAM is not
 *   there); nothing is known of the account
 * @WSM_AUTH_ERROR_SYNTAX: not a header, or not a line of a file, of the right form
 * @WSM_AUTH_ERROR_NO_TICKET: single sign-on without a ticket, or with one that has expired
 * @WSM_AUTH_ERROR_CLOCK_SKEW: the clocks of two computers differ by more than Kerberos allows
 * @WSM_AUTH_ERROR_UNKNOWN_SERVICE: the realm does not know the host's service principal, or the
 *   host is named by an address, which Kerberos does not know
 * @WSM_AUTH_ERROR_LOCKED: the account is locked, disabled or expired
 * @WSM_AUTH_ERROR_PASSWORD_EXPIRED: the password has to be changed first
 * @WSM_AUTH_ERROR_MECHANISM: a mechanism that is wanted is not there, not switched on, or may not
 *   be used here
 * @WSM_AUTH_ERROR_BINDING: the channel bindings are those of another TLS connection, or are missing
 *   where they are demanded: somebody may be in between
 * @WSM_AUTH_ERROR_INTEGRITY: a sealed message was altered, cut, repeated or reordered, or came
 *   unsealed
 *
 * Each way in which signing in, or speaking afterwards, can fail, as far as somebody does something
 * else about it. Messages say what happened, why, and the next step.
 */
typedef enum
{
  WSM_AUTH_ERROR_REJECTED,
  WSM_AUTH_ERROR_UNAVAILABLE,
  WSM_AUTH_ERROR_SYNTAX,
  WSM_AUTH_ERROR_NO_TICKET,
  WSM_AUTH_ERROR_CLOCK_SKEW,
  WSM_AUTH_ERROR_UNKNOWN_SERVICE,
  WSM_AUTH_ERROR_LOCKED,
  WSM_AUTH_ERROR_PASSWORD_EXPIRED,
  WSM_AUTH_ERROR_MECHANISM,
  WSM_AUTH_ERROR_BINDING,
  WSM_AUTH_ERROR_INTEGRITY,
} WsmAuthError;

#define WSM_AUTH_ERROR (wsm_auth_error_quark ())
GQuark wsm_auth_error_quark (void);

G_END_DECLS
