/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "notice/cf-notice-sample.h"

G_BEGIN_DECLS

/**
 * CfPreview:
 *
 * The window with notices of a computer that does not exist: nothing in it asks for anything, no
 * agent is needed. The keys Left and Right go from one to the next.
 *
 * Signal: `finished` once, when its person has closed it.
 */
#define CF_TYPE_PREVIEW (cf_preview_get_type ())
G_DECLARE_FINAL_TYPE (CfPreview, cf_preview, CF, PREVIEW, GObject)

CfPreview *cf_preview_new_walk (void);
CfPreview *cf_preview_new_for_sample (CfNoticeSample sample);

gboolean cf_preview_find_sample (const char *name, CfNoticeSample *sample);
char *cf_preview_dup_sample_names (const char *separator);

G_END_DECLS
