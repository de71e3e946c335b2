/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * WsmFaultKind:
 *
 * The faults that Curfew sends, and what it makes of those it gets. The table in wsm-fault.c holds
 * subcode, FaultDetail, WSManFault code and action of each (winrm-wire-protocol.md section 4.2).
 * %WSM_FAULT_OTHER is only ever received.
 */
typedef enum
{
  WSM_FAULT_OTHER,
  WSM_FAULT_ACCESS_DENIED,
  WSM_FAULT_INVALID_RESOURCE_URI,
  WSM_FAULT_DESTINATION_UNREACHABLE,
  WSM_FAULT_ACTION_NOT_SUPPORTED,
  WSM_FAULT_ACTION_MISMATCH,
  WSM_FAULT_UNEXPECTED_SELECTORS,
  WSM_FAULT_INSUFFICIENT_SELECTORS,
  WSM_FAULT_INVALID_OPTIONS,
  WSM_FAULT_INVALID_PARAMETER,
  WSM_FAULT_ENVELOPE_TOO_SMALL_FOR_ANSWER, /* EncodingLimit, MaxEnvelopeSize */
  WSM_FAULT_ENVELOPE_TOO_LARGE,            /* EncodingLimit, MaxEnvelopeSizeExceeded */
  WSM_FAULT_MINIMUM_ENVELOPE_LIMIT,
  WSM_FAULT_SELECTOR_LIMIT,
  WSM_FAULT_OPTION_LIMIT,
  WSM_FAULT_URI_LIMIT,
  WSM_FAULT_CHARACTER_SET,
  WSM_FAULT_TIMED_OUT,
  WSM_FAULT_INTERNAL_ERROR,
  WSM_FAULT_SCHEMA_VALIDATION_ERROR,
  WSM_FAULT_UNSUPPORTED_LOCALE,
  WSM_FAULT_UNSUPPORTED_ADDRESSING_MODE,
  WSM_FAULT_UNSUPPORTED_FEATURE,
  WSM_FAULT_QUOTA_LIMIT,
  WSM_FAULT_CONCURRENCY,
  WSM_FAULT_MESSAGE_INFORMATION_HEADER_REQUIRED,
  WSM_FAULT_INVALID_MESSAGE_INFORMATION_HEADER,
  WSM_FAULT_INVALID_TIMEOUT,
  WSM_FAULT_ENDPOINT_UNAVAILABLE,
  WSM_FAULT_MUST_UNDERSTAND,
  WSM_FAULT_VERSION_MISMATCH,
} WsmFaultKind;

/**
 * WsmFault:
 *
 * One SOAP 1.2 fault with its WS-Management detail, composed or received. Immutable, reference
 * counted.
 */
typedef struct _WsmFault WsmFault;

#define WSM_TYPE_FAULT (wsm_fault_get_type ())
GType wsm_fault_get_type (void);

WsmFault *wsm_fault_new (WsmFaultKind kind, const char *reason_format, ...) G_GNUC_PRINTF (2, 3);
WsmFault *wsm_fault_new_with_code (WsmFaultKind kind, guint32 code, const char *reason_format, ...)
  G_GNUC_PRINTF (3, 4);
WsmFault *wsm_fault_new_for_code (guint32 code, const char *provider,
                                  const char *extended_information);
WsmFault *wsm_fault_new_for_wire_error (const GError *error);
WsmFault *wsm_fault_new_received (gboolean is_receiver, const char *subcode, const char *detail,
                                  guint32 code, const char *reason);
WsmFault *wsm_fault_ref (WsmFault *self);
void wsm_fault_unref (WsmFault *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmFault, wsm_fault_unref)

WsmFaultKind wsm_fault_get_kind (const WsmFault *self);
guint32 wsm_fault_get_code (const WsmFault *self);
const char *wsm_fault_get_subcode (const WsmFault *self);
const char *wsm_fault_get_detail (const WsmFault *self);
const char *wsm_fault_get_reason (const WsmFault *self);
gboolean wsm_fault_is_receiver (const WsmFault *self);

G_END_DECLS
