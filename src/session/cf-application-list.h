/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CfApplicationListError:
 * @CF_APPLICATION_LIST_ERROR_OLD: it was written too long ago, and is removed
 * @CF_APPLICATION_LIST_ERROR_BROKEN: it is not what we write, and was put aside
 * @CF_APPLICATION_LIST_ERROR_FILE: it could not be read, written or removed
 */
typedef enum
{
  CF_APPLICATION_LIST_ERROR_OLD,
  CF_APPLICATION_LIST_ERROR_BROKEN,
  CF_APPLICATION_LIST_ERROR_FILE,
} CfApplicationListError;

#define CF_APPLICATION_LIST_ERROR       (cf_application_list_error_quark ())
#define CF_APPLICATION_LIST_MAX         50u
#define CF_APPLICATION_LIST_MAX_SECONDS (7 * 24 * 60 * 60)

GQuark cf_application_list_error_quark (void);

gboolean cf_application_list_save (const char *path, const char *boot_id, gint64 now_sec,
                                   const char *const *ids, GError **error);
char **cf_application_list_take (const char *path, const char *boot_id, gint64 now_sec,
                                 GError **error);
gboolean cf_application_list_clear (const char *path, GError **error);

G_END_DECLS
