/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WsmNtlmUsers:
 *
 * The names of a file of NTLM users, in the form of smbpasswd(5). The hashes stay in the file,
 * where gss-ntlmssp reads them; what it does not heed is decided here: which lines are of people,
 * and that no two are of the same.
 */
typedef struct _WsmNtlmUsers WsmNtlmUsers;

WsmNtlmUsers *wsm_ntlm_users_new (const char *path, GError **error);
WsmNtlmUsers *wsm_ntlm_users_parse (const char *name, const char *text, gsize length,
                                    GError **error);
void wsm_ntlm_users_free (WsmNtlmUsers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmNtlmUsers, wsm_ntlm_users_free)

const char *wsm_ntlm_users_find (WsmNtlmUsers *self, const char *user);

G_END_DECLS
