/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-authority.h"

G_BEGIN_DECLS

/**
 * CfAccessRule:
 *
 * What one group of access.conf says: which verbs, in which times of the week, from which networks.
 * A plain value.
 */
typedef struct _CfAccessRule CfAccessRule;

CfAccessRule *cf_access_rule_new (CfVerbs verbs);
CfAccessRule *cf_access_rule_parse (GKeyFile *key_file, const char *name, const char *group,
                                    GError **error);
void cf_access_rule_free (CfAccessRule *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfAccessRule, cf_access_rule_free)

gboolean cf_access_rule_has_times (const CfAccessRule *self);
CfVerbs cf_access_rule_get_verbs (const CfAccessRule *self, const char *address,
                                  GDateTime *now_local);

G_END_DECLS
