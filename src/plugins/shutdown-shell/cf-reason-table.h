/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CF_REASON_PLANNED      0x80000000u
#define CF_REASON_USER_DEFINED 0x40000000u

/* What Windows itself gives for a shutdown command without /d. */
#define CF_REASON_NOT_GIVEN 0x800000FFu

/**
 * CfReasonRow:
 * @title: without "(Planned)" and "(Unplanned)"
 * @unplanned: whether there is an unplanned reason of these numbers for an expected shutdown
 * @planned: whether there is a planned one
 *
 * A reason that Windows knows (shutdown-semantics.md section 3).
 */
typedef struct
{
  guint8 major;
  guint16 minor;
  gboolean unplanned;
  gboolean planned;
  const char *title;
} CfReasonRow;

const CfReasonRow *cf_reason_table_get (gsize *n_rows);
gboolean cf_reason_table_parse (const char *text, guint32 *reason, GError **error);

G_END_DECLS
