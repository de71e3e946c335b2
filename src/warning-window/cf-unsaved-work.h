/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfUnsavedWork:
 *
 * Which programs of this session ask not to be ended now, since something is not saved. Of session
 * managers that do not know it is empty.
 *
 * Signal: `changed` after cf_unsaved_work_get_programs() has something else to say.
 */
#define CF_TYPE_UNSAVED_WORK (cf_unsaved_work_get_type ())
G_DECLARE_FINAL_TYPE (CfUnsavedWork, cf_unsaved_work, CF, UNSAVED_WORK, GObject)

CfUnsavedWork *cf_unsaved_work_new (void);
GPtrArray *cf_unsaved_work_get_programs (CfUnsavedWork *self);

G_END_DECLS
