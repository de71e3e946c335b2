/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What may follow `when=` in access.conf, for the errors of whoever reads it. */
#define CF_ACCESS_WINDOW_FORMS                                                                                \
  "“Mon-Fri 18:00-06:00”, “Sat,Sun” or “22:00-24:00”; the days are Mon, Tue, Wed, Thu, Fri, Sat " \
  "and Sun"

/**
 * CfAccessWindow:
 *
 * The minutes of a week in which something is allowed, by the wall clock of this machine. A plain
 * value; a new one holds no minute.
 */
typedef struct _CfAccessWindow CfAccessWindow;

CfAccessWindow *cf_access_window_new (void);
void cf_access_window_free (CfAccessWindow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfAccessWindow, cf_access_window_free)

gboolean cf_access_window_add (CfAccessWindow *self, const char *span, GError **error);
gboolean cf_access_window_contains (const CfAccessWindow *self, GDateTime *local);

G_END_DECLS
