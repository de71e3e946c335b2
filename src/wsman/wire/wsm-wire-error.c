/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-wire-error.h"

G_DEFINE_QUARK (wsm_wire_error, wsm_wire_error)
