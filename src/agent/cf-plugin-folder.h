/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CF_PLUGIN_FOLDER_MAX_FILES 256
#define CF_PLUGIN_DOCUMENT_MAX     65536 /* octets */

/* One file of a folder of plug-in configuration documents. */
typedef struct
{
  char *path;
  char *text; /* with a NUL behind it */
  gsize length;
} CfPluginDocument;

GPtrArray *cf_plugin_folder_read_all (const char *const *folders, gboolean owner_may_own);

G_END_DECLS
