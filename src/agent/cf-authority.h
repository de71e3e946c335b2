/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "request/cf-shutdown-request.h"
#include "wsman/auth/wsm-principal.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfVerbs:
 *
 * What a caller may do to this machine; the words of access.conf.
 */
typedef enum /*< flags >*/
{
  CF_VERB_NONE = 0,
  CF_VERB_STATUS = 1 << 0,
  CF_VERB_RESTART = 1 << 1,
  CF_VERB_POWEROFF = 1 << 2,
  CF_VERB_HALT = 1 << 3,
  CF_VERB_FORCE = 1 << 4,
  CF_VERB_ABORT = 1 << 5,
  CF_VERB_GRACE_OVERRIDE = 1 << 6,
} CfVerbs;

#define CF_VERB_ALL                                                                                \
  (CF_VERB_STATUS | CF_VERB_RESTART | CF_VERB_POWEROFF | CF_VERB_HALT | CF_VERB_FORCE |            \
   CF_VERB_ABORT | CF_VERB_GRACE_OVERRIDE)

/* These are allowed at any time: who may look or call off may do so when it matters. */
#define CF_VERBS_AT_ANY_TIME (CF_VERB_STATUS | CF_VERB_ABORT)

/**
 * CfAuthority:
 *
 * The one place that knows who may do what, from where, and when.
 */
#define CF_TYPE_AUTHORITY (cf_authority_get_type ())
G_DECLARE_FINAL_TYPE (CfAuthority, cf_authority, CF, AUTHORITY, GObject)

CfAuthority *cf_authority_new_for_rehearsal (void);
CfAuthority *cf_authority_new_from_file (const char *path, GError **error);
CfAuthority *cf_authority_new_from_data (const char *name, const char *contents, gsize length,
                                         GError **error);

gboolean cf_authority_has_times (CfAuthority *self);
CfVerbs cf_authority_get_verbs (CfAuthority *self, WsmPrincipal *principal, GDateTime *now_local);
gboolean cf_authority_may_initiate (CfAuthority *self, WsmPrincipal *principal,
                                    CfShutdownRequest *request, GDateTime *now_local);

G_END_DECLS
