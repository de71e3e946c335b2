/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-auth-error.h"

G_DEFINE_QUARK (wsm_auth_error, wsm_auth_error)
