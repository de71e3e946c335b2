/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ScriptedSeal:
 * @SCRIPTED_SEAL_NONE: the body goes as it is
 * @SCRIPTED_SEAL_TAB: a tab before the header lines of parts, as Windows services write it
 * @SCRIPTED_SEAL_BARE: nothing before them
 * @SCRIPTED_SEAL_LOOSE: spaces before them, and in the boundary, other case, and a line end behind
 *
 * How a server writes a sealed body.
 */
typedef enum
{
  SCRIPTED_SEAL_NONE,
  SCRIPTED_SEAL_TAB,
  SCRIPTED_SEAL_BARE,
  SCRIPTED_SEAL_LOOSE,
} ScriptedSeal;

/**
 * ScriptedGss:
 *
 * The host's end of one sign-in, by GSS-API itself: it shares no line with what is tested.
 */
typedef struct _ScriptedGss ScriptedGss;

typedef enum
{
  SCRIPTED_GSS_GOES_ON,
  SCRIPTED_GSS_COMPLETE,
  SCRIPTED_GSS_FAILED,
} ScriptedGssState;

void scripted_gss_prepare (const char *keytab, const char *ntlm_users);

ScriptedGss *scripted_gss_new (GBytes *binding);
void scripted_gss_free (ScriptedGss *self);

ScriptedGssState scripted_gss_accept (ScriptedGss *self, const char *authorization, char **token);
const char *scripted_gss_get_scheme (ScriptedGss *self);
gboolean scripted_gss_is_complete (ScriptedGss *self);
gboolean scripted_gss_is_bound (ScriptedGss *self);
char *scripted_gss_unseal (ScriptedGss *self, const char *body, gsize length);
GString *scripted_gss_seal (ScriptedGss *self, const char *plain, gsize length, ScriptedSeal form);

G_END_DECLS
