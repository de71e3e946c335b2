/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WsmAuthError:
 * @WSM_AUTH_ERROR_REJECTED: name and password do not belong together, or the account may not sign
 *   in
 * @WSM_AUTH_ERROR_UNAVAILABLE: whoever decides could not be asked; nothing is known of the account
 * @WSM_AUTH_ERROR_SYNTAX: not a header, or not a line of a user file, of the right form
 */
typedef enum
{
  WSM_AUTH_ERROR_REJECTED,
  WSM_AUTH_ERROR_UNAVAILABLE,
  WSM_AUTH_ERROR_SYNTAX,
} WsmAuthError;

#define WSM_AUTH_ERROR (wsm_auth_error_quark ())
GQuark wsm_auth_error_quark (void);

G_END_DECLS
