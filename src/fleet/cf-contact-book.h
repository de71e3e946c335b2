/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-contact.h"
#include "cf-keyring.h"
#include "cf-sign-in.h"

G_BEGIN_DECLS

/**
 * CfContactBook:
 *
 * Who signs in at which host: whoever was named, or whoever's password was saved for it. A
 * password is asked for once, and only if a host needs it.
 */
typedef struct _CfContactBook CfContactBook;

typedef WsmSecret *(*CfAskPassword) (const char *user, gpointer user_data, GError **error);

CfContactBook *cf_contact_book_new (CfContact *nobody, const CfSignIn *sign_in,
                                    const GPtrArray *saved, CfAskPassword ask, gpointer user_data);
void cf_contact_book_free (CfContactBook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfContactBook, cf_contact_book_free)

CfContact *cf_contact_book_look_up (CfContactBook *self, WsmEndpoint *endpoint, GError **error);
WsmSecret *cf_contact_book_get_password (CfContactBook *self);

G_END_DECLS
