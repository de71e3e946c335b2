/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-answer.h"
#include "wsman/auth/wsm-gss-context.h"
#include "wsman/wire/wsm-sealed-body.h"

G_BEGIN_DECLS

/* Envelopes into sealed bodies and back, by the context of the connection they go over. */

GBytes *wsm_sealing_seal (WsmGssContext *context, WsmSealProtocol protocol, GBytes *envelope,
                          GError **error);
gboolean wsm_sealing_is_sealed (const WsmAnswer *answer);
gboolean wsm_sealing_unseal (WsmGssContext *context, WsmAnswer *answer, const char *host,
                             gboolean is_repeatable, GError **error);
gboolean wsm_sealing_is_complaint (const WsmAnswer *answer);
GError *wsm_sealing_new_complaint (const WsmAnswer *answer, const char *host,
                                   gboolean is_repeatable);
gboolean wsm_sealing_is_bare (const WsmAnswer *answer);
GError *wsm_sealing_new_unsealed (const WsmAnswer *answer, const char *host,
                                  gboolean is_repeatable);

G_END_DECLS
