/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  WSM_NTLM_CHALLENGE_NONE,
  WSM_NTLM_CHALLENGE_WEAK,
  WSM_NTLM_CHALLENGE_STRONG,
} WsmNtlmChallenge;

gboolean wsm_ntlm_is_token (GBytes *token);
WsmNtlmChallenge wsm_ntlm_find_challenge (GBytes *token);

G_END_DECLS
