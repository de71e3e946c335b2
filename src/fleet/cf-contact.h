/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsman/client/wsm-client.h"

G_BEGIN_DECLS

/**
 * CfContact:
 *
 * How hosts are contacted: whose certificates are believed, who signs in, how long an answer may
 * take. One value for all hosts of a request; immutable, reference counted.
 */
typedef struct _CfContact CfContact;

void cf_contact_prepare_process (void);

CfContact *cf_contact_new (const char *ca_file, const char *pin, const char *user,
                           WsmSecret *password, guint answer_msec, GError **error);
CfContact *cf_contact_ref (CfContact *self);
void cf_contact_unref (CfContact *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfContact, cf_contact_unref)

WsmClient *cf_contact_open (const CfContact *self, WsmEndpoint *endpoint);

G_END_DECLS
