/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-known-hosts.h"
#include "wsman/client/wsm-client.h"

G_BEGIN_DECLS

/**
 * CfContactOptions:
 * @ca_file: (nullable): a PEM file of the authorities to believe; %NULL for this computer's
 * @pin: (nullable): the SHA-256 of the one certificate to believe; not together with @ca_file
 * @known_hosts: (nullable): hosts whose certificates somebody has looked at; without meaning if
 *   there is a @ca_file or a @pin
 * @credential: (nullable): who signs in, and how; %NULL asks without signing in
 * @is_saved: whether the password of @credential was a saved one, which may have become wrong
 * @answer_msec: how long a host may take for one answer, connecting included; 0 for what
 *   #WsmClient takes for right (45 s, 5 s of it for connecting), which is also the most
 */
typedef struct
{
  const char *ca_file;
  const char *pin;
  const CfKnownHosts *known_hosts;
  WsmCredential *credential;
  gboolean is_saved;
  guint answer_msec;
} CfContactOptions;

/**
 * CfContact:
 *
 * How hosts are contacted: whose certificates are believed, who signs in, how long an answer may
 * take. One value for all hosts at which the same person signs in; immutable, reference counted.
 */
typedef struct _CfContact CfContact;

void cf_contact_prepare_process (void);

CfContact *cf_contact_new (const CfContactOptions *options, GError **error);
CfContact *cf_contact_new_as (CfContact *self, WsmCredential *credential, gboolean is_saved);
CfContact *cf_contact_ref (CfContact *self);
void cf_contact_unref (CfContact *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfContact, cf_contact_unref)

gboolean cf_contact_is_saved (const CfContact *self);
gboolean cf_contact_vouches (const CfContact *self, WsmEndpoint *endpoint,
                             GTlsCertificate *certificate);
WsmClient *cf_contact_open (const CfContact *self, WsmEndpoint *endpoint);

G_END_DECLS
