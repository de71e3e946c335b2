/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsman/client/wsm-endpoint.h"

G_BEGIN_DECLS

#define CF_TARGET_MAX 10000u

/**
 * CfTargetError:
 * @CF_TARGET_ERROR_SYNTAX: a text that names no computer
 * @CF_TARGET_ERROR_TOO_MANY: more than %CF_TARGET_MAX computers
 * @CF_TARGET_ERROR_FILE: a file that cannot be read, or is no list of targets
 * @CF_TARGET_ERROR_NO_MATCH: a group or a tag that no known computer is in
 *
 * Why a text became no targets.
 */
typedef enum
{
  CF_TARGET_ERROR_SYNTAX,
  CF_TARGET_ERROR_TOO_MANY,
  CF_TARGET_ERROR_FILE,
  CF_TARGET_ERROR_NO_MATCH,
} CfTargetError;

#define CF_TARGET_ERROR (cf_target_error_quark ())
GQuark cf_target_error_quark (void);

/**
 * CfTargetList:
 *
 * The computers that somebody named, each once, in the order in which they were named first.
 */
typedef struct _CfTargetList CfTargetList;

CfTargetList *cf_target_list_new (const char *default_scheme);
void cf_target_list_free (CfTargetList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfTargetList, cf_target_list_free)

gboolean cf_target_list_add (CfTargetList *self, const char *text, GError **error);
gboolean cf_target_list_add_file (CfTargetList *self, const char *path, GError **error);

guint cf_target_list_get_n_targets (const CfTargetList *self);
const char *cf_target_list_get_name (const CfTargetList *self, guint index);
WsmEndpoint *cf_target_list_get_endpoint (const CfTargetList *self, guint index);
const char *const *cf_target_list_get_repeated (CfTargetList *self, guint *n_repeated);

G_END_DECLS
