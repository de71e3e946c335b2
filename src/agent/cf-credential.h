/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CfCredential:
 * @name: in the directory that systemd made (LoadCredential=)
 * @original: (type filename): the file of which it is a copy
 *
 * A file that systemd hands to the agent, which may not read the original.
 */
typedef struct
{
  const char *name;
  const char *original;
} CfCredential;

extern const CfCredential cf_credential_certificate;
extern const CfCredential cf_credential_keytab;
extern const CfCredential cf_credential_ntlm_users;

char *cf_credential_find (const CfCredential *self);
gboolean cf_credential_choose_secret (const CfCredential *self, const char *configured, char **path,
                                      GError **error);

G_END_DECLS
