/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-sealed-body.h"

G_BEGIN_DECLS

#define WSM_SEALED_TYPE         "multipart/encrypted"
#define WSM_SEALED_TYPE_OF_MANY "multipart/x-multi-encrypted"
#define WSM_SEALED_BOUNDARY     "Encrypted Boundary"
#define WSM_SEALED_SIZE_LENGTH  4u /* octets in which the length of the header is written */

#define WSM_N_SEAL_PROTOCOLS (WSM_SEAL_KERBEROS + 1)
extern const char *const wsm_seal_protocols[WSM_N_SEAL_PROTOCOLS];

G_END_DECLS
