/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CF_SHUTDOWN_REASON_PLANNED      0x80000000u
#define CF_SHUTDOWN_REASON_USER_DEFINED 0x40000000u
#define CF_SHUTDOWN_REASON_VALID_MASK   0xC0FFFFFFu
#define CF_SHUTDOWN_REASON_DEFAULT      0x80000000u /* Other (Planned); 0 is never sent */

/**
 * CfReasonOffer:
 * @CF_REASON_OFFER_ALWAYS: offer it in a picker
 * @CF_REASON_OFFER_EXPECTED: Windows registers it for expected shutdowns only
 * @CF_REASON_OFFER_NEVER: documents an unexpected shutdown after the fact; not for a composer
 */
typedef enum
{
  CF_REASON_OFFER_ALWAYS,
  CF_REASON_OFFER_EXPECTED,
  CF_REASON_OFFER_NEVER,
} CfReasonOffer;

/**
 * CfKnownReason:
 * @code: dwReason, with the planned bit where it applies
 * @title: (translatable): as Windows displays it; pass it to gettext before showing it
 * @offer: whether a composer lists it
 */
typedef struct
{
  guint32 code;
  const char *title;
  CfReasonOffer offer;
} CfKnownReason;

typedef enum
{
  CF_REASON_ERROR_SYNTAX,
  CF_REASON_ERROR_UNKNOWN_NAME,
  CF_REASON_ERROR_OUT_OF_RANGE,
} CfReasonError;

#define CF_REASON_ERROR (cf_reason_error_quark ())
GQuark cf_reason_error_quark (void);

gboolean cf_shutdown_reason_parse (const char *text, guint32 *reason, GError **error);
char *cf_shutdown_reason_format (guint32 reason);
char *cf_shutdown_reason_dup_title (guint32 reason);
const CfKnownReason *cf_shutdown_reason_get_known (gsize *n_reasons);

G_END_DECLS
