/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-sign-in.h"

G_BEGIN_DECLS

/**
 * CfSavedScope:
 * @CF_SAVED_FOR_HOST: for one computer
 * @CF_SAVED_FOR_GROUP: for a group of the list of hosts
 * @CF_SAVED_FOR_REALM: for all computers of a Kerberos realm, or DNS domain
 *
 * Where a saved password is right.
 */
typedef enum
{
  CF_SAVED_FOR_HOST,
  CF_SAVED_FOR_GROUP,
  CF_SAVED_FOR_REALM,
} CfSavedScope;

const char *cf_saved_scope_get_name (CfSavedScope scope);
gboolean cf_saved_scope_from_name (const char *name, CfSavedScope *scope);

/**
 * CfSavedPassword:
 * @scope: where it is right
 * @name: of that host, group or realm
 * @user: whose it is
 * @method: how it was used when it was saved
 * @password: (nullable): %NULL if the keyring is locked, or it was not asked for
 */
typedef struct
{
  CfSavedScope scope;
  char *name;
  char *user;
  CfSignInMethod method;
  WsmSecret *password;
} CfSavedPassword;

CfSavedPassword *cf_saved_password_new (CfSavedScope scope, const char *name, const char *user,
                                        CfSignInMethod method, WsmSecret *password);
void cf_saved_password_free (CfSavedPassword *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfSavedPassword, cf_saved_password_free)

const CfSavedPassword *cf_keyring_find (const GPtrArray *saved, const char *host,
                                        const char *const *groups, const char *user,
                                        const char *realm);

/* the person's keyring: the Secret Service, or in a sandbox the file that the portal has the key of
 */
GPtrArray *cf_keyring_load (gboolean with_passwords, gboolean may_prompt, GError **error);
gboolean cf_keyring_save (const CfSavedPassword *saved, GError **error);
gboolean cf_keyring_forget (CfSavedScope scope, const char *name, gboolean *was_there,
                            GError **error);

G_END_DECLS
