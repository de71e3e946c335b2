/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-fault-private.h"

#include <string.h>

#include "wsm-wire-error.h"

#define CODE_SERVICE_ENVELOPE_LIMIT 0x80338049u
#define CODE_INVALID_XML            0x80338043u

struct _WsmFault
{
  gatomicrefcount ref_count;

  WsmFaultKind kind;
  gboolean is_receiver;
  guint32 code;
  char *subcode;           /* (owned) (nullable): local name */
  char *detail;            /* (owned) (nullable): what follows faultDetail/ */
  char *reason;            /* (owned) */
  char *not_understood;    /* (owned) (nullable): local name of a header */
  char *not_understood_ns; /* (owned) (nullable) */
  char *provider;          /* (owned) (nullable): name of the plug-in that refused */
  char *provider_content;  /* (owned) (nullable): XML of its own, checked */
};

G_DEFINE_BOXED_TYPE (WsmFault, wsm_fault, wsm_fault_ref, wsm_fault_unref)

typedef struct
{
  WsmNs ns;
  const char *subcode;
  const char *detail;
  guint32 code; /* WSManFault@Code; 0 sends none */
  gboolean is_receiver;
} Row;

/* winrm-wire-protocol.md, section 4.2, by kind. Where a fault comes with a subcode alone, the first
 * row of that subcode says what it is. MustUnderstand and VersionMismatch are codes of SOAP itself
 * and have no subcode on the wire. */
static const Row rows[] = {
  [WSM_FAULT_ACCESS_DENIED] = { WSM_NS_WSMAN, "AccessDenied", NULL, 5 },
  [WSM_FAULT_INVALID_RESOURCE_URI] = { WSM_NS_ADDRESSING, "DestinationUnreachable",
                                       "InvalidResourceURI", 0x8033803b },
  [WSM_FAULT_DESTINATION_UNREACHABLE] = { WSM_NS_ADDRESSING, "DestinationUnreachable", NULL,
                                          0x80338000 },
  [WSM_FAULT_ACTION_NOT_SUPPORTED] = { WSM_NS_ADDRESSING, "ActionNotSupported", NULL, 0x80338013 },
  [WSM_FAULT_ACTION_MISMATCH] = { WSM_NS_ADDRESSING, "ActionNotSupported", "ActionMismatch",
                                  0x80338031 },
  [WSM_FAULT_UNEXPECTED_SELECTORS] = { WSM_NS_WSMAN, "InvalidSelectors", "UnexpectedSelectors",
                                       0x8033805b },
  [WSM_FAULT_INSUFFICIENT_SELECTORS] = { WSM_NS_WSMAN, "InvalidSelectors", "InsufficientSelectors",
                                         0x8033805a },
  [WSM_FAULT_INVALID_OPTIONS] = { WSM_NS_WSMAN, "InvalidOptions", "NotSupported", 0x80338051 },
  [WSM_FAULT_INVALID_PARAMETER] = { WSM_NS_WSMAN, "InvalidParameter", NULL, 0x8033803a },
  [WSM_FAULT_ENVELOPE_TOO_SMALL_FOR_ANSWER] = { WSM_NS_WSMAN, "EncodingLimit", "MaxEnvelopeSize",
                                                0x80338047 },
  [WSM_FAULT_ENVELOPE_TOO_LARGE] = { WSM_NS_WSMAN, "EncodingLimit", "MaxEnvelopeSizeExceeded",
                                     0x80338048 },
  [WSM_FAULT_MINIMUM_ENVELOPE_LIMIT] = { WSM_NS_WSMAN, "EncodingLimit", "MinimumEnvelopeLimit",
                                         0x8033807e },
  [WSM_FAULT_SELECTOR_LIMIT] = { WSM_NS_WSMAN, "EncodingLimit", "SelectorLimit", 0x8033804a },
  [WSM_FAULT_OPTION_LIMIT] = { WSM_NS_WSMAN, "EncodingLimit", "OptionLimit", 0x8033804b },
  [WSM_FAULT_URI_LIMIT] = { WSM_NS_WSMAN, "EncodingLimit", "URILimitExceeded", 0x8033802d },
  [WSM_FAULT_CHARACTER_SET] = { WSM_NS_WSMAN, "EncodingLimit", "CharacterSet", 0x8033802c },
  [WSM_FAULT_TIMED_OUT] = { WSM_NS_WSMAN, "TimedOut", NULL, 0x80338029, TRUE },
  [WSM_FAULT_INTERNAL_ERROR] = { WSM_NS_WSMAN, "InternalError", NULL, 1359, TRUE },
  [WSM_FAULT_SCHEMA_VALIDATION_ERROR] = { WSM_NS_WSMAN, "SchemaValidationError", NULL, 0x80338041 },
  [WSM_FAULT_UNSUPPORTED_LOCALE] = { WSM_NS_WSMAN, "UnsupportedFeature", "Locale", 0x80338087 },
  [WSM_FAULT_UNSUPPORTED_ADDRESSING_MODE] = { WSM_NS_WSMAN, "UnsupportedFeature", "AddressingMode",
                                              0x80338042 },
  [WSM_FAULT_UNSUPPORTED_FEATURE] = { WSM_NS_WSMAN, "UnsupportedFeature", NULL, 0x80338042 },
  [WSM_FAULT_QUOTA_LIMIT] = { WSM_NS_WSMAN, "QuotaLimit", NULL, 0x8033803f },
  [WSM_FAULT_CONCURRENCY] = { WSM_NS_WSMAN, "Concurrency", NULL, 0x80338032 },
  [WSM_FAULT_MESSAGE_INFORMATION_HEADER_REQUIRED] = { WSM_NS_ADDRESSING,
                                                      "MessageInformationHeaderRequired", NULL,
                                                      0x80338011 },
  [WSM_FAULT_INVALID_MESSAGE_INFORMATION_HEADER] = { WSM_NS_ADDRESSING,
                                                     "InvalidMessageInformationHeader", NULL,
                                                     0x8033800f },
  [WSM_FAULT_INVALID_TIMEOUT] = { WSM_NS_WSMAN, "InvalidTimeout", NULL, 0x80338081 },
  [WSM_FAULT_ENDPOINT_UNAVAILABLE] = { WSM_NS_ADDRESSING, "EndpointUnavailable", NULL, 0, TRUE },
  [WSM_FAULT_MUST_UNDERSTAND] = { WSM_NS_SOAP, "MustUnderstand", NULL, 0x80338010 },
  [WSM_FAULT_VERSION_MISMATCH] = { WSM_NS_SOAP, "VersionMismatch", NULL, 0x8033800d },
};
G_STATIC_ASSERT (G_N_ELEMENTS (rows) == WSM_FAULT_VERSION_MISMATCH + 1);

/* Codes that are not the first of a row but mean the same to a client. */
static const struct
{
  guint32 first;
  guint32 last;
  WsmFaultKind kind;
} more_codes[] = {
  { 87, 87, WSM_FAULT_INVALID_PARAMETER },
  { 0x8033818b, 0x8033818d, WSM_FAULT_INVALID_PARAMETER },
  { 0x80338026, 0x80338026, WSM_FAULT_ENVELOPE_TOO_LARGE },
  { 0x80338027, 0x80338027, WSM_FAULT_SCHEMA_VALIDATION_ERROR },
  { 0x80338039, 0x80338039, WSM_FAULT_INVALID_OPTIONS },
  { 0x8033803d, 0x8033803d, WSM_FAULT_UNEXPECTED_SELECTORS },
  { CODE_INVALID_XML, CODE_INVALID_XML, WSM_FAULT_SCHEMA_VALIDATION_ERROR },
  { CODE_SERVICE_ENVELOPE_LIMIT, CODE_SERVICE_ENVELOPE_LIMIT, WSM_FAULT_ENVELOPE_TOO_LARGE },
  { 0x80338052, 0x80338053, WSM_FAULT_INVALID_OPTIONS },
  { 0x8033805c, 0x8033805d, WSM_FAULT_UNEXPECTED_SELECTORS },
  { 0x803380fa, 0x803380fa, WSM_FAULT_INSUFFICIENT_SELECTORS },
  { 0x80338104, 0x80338106, WSM_FAULT_ACCESS_DENIED },
  { 0x803381a5, 0x803381a8, WSM_FAULT_QUOTA_LIMIT },
  { 0x803381ab, 0x803381ac, WSM_FAULT_QUOTA_LIMIT },
  { 0x803381e4, 0x803381e9, WSM_FAULT_QUOTA_LIMIT },
  { 0x80041003, 0x80041003, WSM_FAULT_ACCESS_DENIED },
  { 0x80041008, 0x80041008, WSM_FAULT_INVALID_PARAMETER },
  { 0x8004102f, 0x8004102f, WSM_FAULT_INVALID_PARAMETER },
  { 0x80070005, 0x80070005, WSM_FAULT_ACCESS_DENIED },
  { 0x80070057, 0x80070057, WSM_FAULT_INVALID_PARAMETER },
};

static WsmFault *
fault_new (WsmFaultKind kind, guint32 code, const char *reason)
{
  WsmFault *self = g_new0 (WsmFault, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  self->is_receiver = rows[kind].is_receiver;
  self->code = code;
  self->subcode = g_strdup (rows[kind].subcode);
  self->detail = g_strdup (rows[kind].detail);
  self->reason = wsm_text_dup_clean (reason);

  return self;
}

/**
 * wsm_fault_new:
 * @kind: what is wrong, not %WSM_FAULT_OTHER
 * @reason_format: a printf format for one English sentence that a person can act on
 * @...: its arguments
 *
 * Returns: (transfer full): a fault with subcode, FaultDetail and code of its kind
 */
WsmFault *
wsm_fault_new (WsmFaultKind kind, const char *reason_format, ...)
{
  g_autofree char *reason = NULL;
  va_list args;

  g_return_val_if_fail (kind > WSM_FAULT_OTHER && kind < G_N_ELEMENTS (rows), NULL);
  g_return_val_if_fail (reason_format != NULL, NULL);

  va_start (args, reason_format);
  reason = g_strdup_vprintf (reason_format, args);
  va_end (args);

  return fault_new (kind, rows[kind].code, reason);
}

/**
 * wsm_fault_new_with_code:
 * @kind: what is wrong, not %WSM_FAULT_OTHER
 * @code: the WSManFault code to send instead of the usual one of @kind: a Win32 code, an HRESULT,
 *   or 0 to send none
 * @reason_format: a printf format for one English sentence that a person can act on
 * @...: its arguments
 *
 * Returns: (transfer full): a fault
 */
WsmFault *
wsm_fault_new_with_code (WsmFaultKind kind, guint32 code, const char *reason_format, ...)
{
  g_autofree char *reason = NULL;
  va_list args;

  g_return_val_if_fail (kind > WSM_FAULT_OTHER && kind < G_N_ELEMENTS (rows), NULL);
  g_return_val_if_fail (reason_format != NULL, NULL);

  va_start (args, reason_format);
  reason = g_strdup_vprintf (reason_format, args);
  va_end (args);

  return fault_new (kind, code, reason);
}

/*
 * wsm_fault_new_from_provider: a fault of a plug-in. The detail takes the place of the usual one of
 * its kind; content is NULL or XML that was checked.
 */
WsmFault *
wsm_fault_new_from_provider (WsmFaultKind kind, guint32 code, const char *detail,
                             const char *reason, const char *provider, const char *content)
{
  WsmFault *self = fault_new (kind, code, reason);

  g_free (self->detail);
  self->detail = g_strdup (detail);
  if (content != NULL)
    {
      self->provider = wsm_text_dup_clean (provider != NULL ? provider : "");
      self->provider_content = g_strdup (content);
    }

  return self;
}

/* wsm_fault_get_default_detail: the FaultDetail that faults of a kind have; NULL if they have none.
 */
const char *
wsm_fault_get_default_detail (WsmFaultKind kind)
{
  return rows[kind].detail;
}

/* wsm_fault_get_provider_content: XML of the plug-in that refused, and its name; mostly NULL. */
const char *
wsm_fault_get_provider_content (const WsmFault *self, const char **provider)
{
  *provider = self->provider;

  return self->provider_content;
}

/*
 * wsm_fault_new_not_understood: MustUnderstand that names the header (SOAP 1.2 Part 1, section
 * 5.4.8).
 */
WsmFault *
wsm_fault_new_not_understood (const char *namespace_uri, const char *name)
{
  WsmFault *self = wsm_fault_new (
    WSM_FAULT_MUST_UNDERSTAND,
    "The header %s has to be understood, but this service does not know it; leave "
    "it out or send it with mustUnderstand false.",
    name);

  self->not_understood = g_strdup (name);
  self->not_understood_ns = g_strdup (namespace_uri);

  return self;
}

/**
 * wsm_fault_new_for_wire_error:
 * @error: why a message could not be read, or a value of it
 *
 * Translates a #WsmWireError into what a service answers. A document type or a processing
 * instruction is answered as a fault, since the rest of the message may well be SOAP; what is not
 * XML or not SOAP at all gets no SOAP back. An error of another domain is an internal one.
 *
 * Returns: (transfer full) (nullable): the fault; %NULL where HTTP 400 is the answer
 */
WsmFault *
wsm_fault_new_for_wire_error (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain != WSM_WIRE_ERROR)
    return wsm_fault_new (WSM_FAULT_INTERNAL_ERROR, "%s", error->message);

  switch ((WsmWireError) error->code)
    {
    case WSM_WIRE_ERROR_MALFORMED:
    case WSM_WIRE_ERROR_NOT_SOAP:
      return NULL;
    case WSM_WIRE_ERROR_TOO_LARGE:
      return wsm_fault_new (WSM_FAULT_ENVELOPE_TOO_LARGE, "%s", error->message);
    case WSM_WIRE_ERROR_TOO_DEEP:
    case WSM_WIRE_ERROR_TOO_MANY_ELEMENTS:
    case WSM_WIRE_ERROR_TOO_MANY_ATTRIBUTES:
    case WSM_WIRE_ERROR_TAG_TOO_LONG:
      return wsm_fault_new_with_code (WSM_FAULT_ENVELOPE_TOO_LARGE, CODE_SERVICE_ENVELOPE_LIMIT,
                                      "%s", error->message);
    case WSM_WIRE_ERROR_ENCODING:
      return wsm_fault_new (WSM_FAULT_CHARACTER_SET, "%s", error->message);
    case WSM_WIRE_ERROR_FORBIDDEN:
      return wsm_fault_new_with_code (WSM_FAULT_SCHEMA_VALIDATION_ERROR, CODE_INVALID_XML, "%s",
                                      error->message);
    case WSM_WIRE_ERROR_SOAP_VERSION:
      return wsm_fault_new (WSM_FAULT_VERSION_MISMATCH, "%s", error->message);
    case WSM_WIRE_ERROR_SCHEMA:
    case WSM_WIRE_ERROR_VALUE:
    case WSM_WIRE_ERROR_ABSENT:
    default:
      return wsm_fault_new (WSM_FAULT_SCHEMA_VALIDATION_ERROR, "%s", error->message);
    }
}

/*
 * wsm_fault_kind_from_code: what a WSManFault code says by itself; WSM_FAULT_OTHER for 0 and for
 * codes that need the rest of the fault.
 */
WsmFaultKind
wsm_fault_kind_from_code (guint32 code)
{
  if (code == 0)
    return WSM_FAULT_OTHER;

  for (gsize i = WSM_FAULT_OTHER + 1; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].code == code && i != WSM_FAULT_UNSUPPORTED_ADDRESSING_MODE)
      return i;
  for (gsize i = 0; i < G_N_ELEMENTS (more_codes); i++)
    if (code >= more_codes[i].first && code <= more_codes[i].last)
      return more_codes[i].kind;

  return WSM_FAULT_OTHER;
}

static WsmFaultKind
kind_from_detail (const char *subcode, const char *detail)
{
  if (detail == NULL)
    return WSM_FAULT_OTHER;

  for (gsize i = WSM_FAULT_OTHER + 1; i < G_N_ELEMENTS (rows); i++)
    if (g_strcmp0 (rows[i].detail, detail) == 0 &&
        (subcode == NULL || strcmp (rows[i].subcode, subcode) == 0))
      return i;

  return WSM_FAULT_OTHER;
}

/* An EncodingLimit that does not say which is most likely about our request. */
static WsmFaultKind
kind_from_subcode (const char *subcode)
{
  WsmFaultKind first = WSM_FAULT_OTHER;

  if (subcode == NULL)
    return WSM_FAULT_OTHER;
  if (strcmp (subcode, "EncodingLimit") == 0)
    return WSM_FAULT_ENVELOPE_TOO_LARGE;

  for (gsize i = WSM_FAULT_OTHER + 1; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].subcode, subcode) == 0)
      {
        if (rows[i].detail == NULL)
          return i;
        if (first == WSM_FAULT_OTHER)
          first = i;
      }

  return first;
}

/* Code first, FaultDetail second, subcode third; never the text, which is translated. One code is
 * shared by every feature that is not supported, so there the detail is asked first. */
static WsmFaultKind
find_kind (const char *subcode, const char *detail, guint32 code)
{
  WsmFaultKind kind = wsm_fault_kind_from_code (code);

  if (kind == WSM_FAULT_UNSUPPORTED_FEATURE)
    kind = WSM_FAULT_OTHER;
  if (kind == WSM_FAULT_OTHER)
    kind = kind_from_detail (subcode, detail);
  if (kind == WSM_FAULT_OTHER)
    kind = kind_from_subcode (subcode);
  if (kind == WSM_FAULT_OTHER)
    kind = wsm_fault_kind_from_code (code);

  return kind;
}

static char *
dup_after (const char *text, char separator)
{
  const char *last = text != NULL ? strrchr (text, separator) : NULL;

  return wsm_text_dup_clean (last != NULL ? last + 1 : text);
}

/**
 * wsm_fault_new_received:
 * @is_receiver: whether the code is s:Receiver; any other counts as the sender's
 * @subcode: (nullable): the subcode, with or without prefix; MustUnderstand and VersionMismatch,
 *   which are codes of SOAP, are given here too
 * @detail: (nullable): FaultDetail, the URI or what follows its last slash
 * @code: the WSManFault code; 0 if there was none
 * @reason: (nullable): text for people
 *
 * Makes a fault of the parts that came from a service, and finds out what it is.
 *
 * Returns: (transfer full): the fault; its kind is %WSM_FAULT_OTHER if nothing in it is known
 */
WsmFault *
wsm_fault_new_received (gboolean is_receiver, const char *subcode, const char *detail, guint32 code,
                        const char *reason)
{
  WsmFault *self = g_new0 (WsmFault, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->is_receiver = is_receiver;
  self->code = code;
  self->subcode = dup_after (subcode, ':');
  self->detail = dup_after (detail, '/');
  self->reason = g_strstrip (wsm_text_dup_clean (reason != NULL ? reason : ""));
  self->kind = find_kind (self->subcode, self->detail, code);

  return self;
}

/**
 * wsm_fault_ref:
 * @self: a fault
 *
 * Returns: (transfer full): @self
 */
WsmFault *
wsm_fault_ref (WsmFault *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * wsm_fault_unref:
 * @self: (transfer full): a fault
 */
void
wsm_fault_unref (WsmFault *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->subcode);
  g_free (self->detail);
  g_free (self->reason);
  g_free (self->not_understood);
  g_free (self->not_understood_ns);
  g_free (self->provider);
  g_free (self->provider_content);
  g_free (self);
}

/**
 * wsm_fault_get_kind:
 * @self: a fault
 *
 * Returns: what it is to Curfew
 */
WsmFaultKind
wsm_fault_get_kind (const WsmFault *self)
{
  g_return_val_if_fail (self != NULL, WSM_FAULT_OTHER);

  return self->kind;
}

/**
 * wsm_fault_get_code:
 * @self: a fault
 *
 * Returns: the WSManFault code: small numbers are Win32 codes, others HRESULTs; 0 if there is none
 */
guint32
wsm_fault_get_code (const WsmFault *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->code;
}

/**
 * wsm_fault_get_subcode:
 * @self: a fault
 *
 * Returns: (nullable): the local name of its subcode (`InvalidSelectors`), or `MustUnderstand` or
 *   `VersionMismatch`; %NULL for a fault with neither
 */
const char *
wsm_fault_get_subcode (const WsmFault *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->subcode;
}

/**
 * wsm_fault_get_detail:
 * @self: a fault
 *
 * Returns: (nullable): the last part of its FaultDetail URI (`UnexpectedSelectors`)
 */
const char *
wsm_fault_get_detail (const WsmFault *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->detail;
}

/**
 * wsm_fault_get_reason:
 * @self: a fault
 *
 * Returns: its text for people, in the language of who sent it; empty if a service sent none
 */
const char *
wsm_fault_get_reason (const WsmFault *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->reason;
}

/**
 * wsm_fault_is_receiver:
 * @self: a fault
 *
 * Returns: whether the service is at fault (s:Receiver) and not the request
 */
gboolean
wsm_fault_is_receiver (const WsmFault *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_receiver;
}

/* wsm_fault_get_subcode_ns: SOAP, WSMAN or ADDRESSING; says which prefix the subcode takes. */
WsmNs
wsm_fault_get_subcode_ns (const WsmFault *self)
{
  return self->kind == WSM_FAULT_OTHER ? WSM_NS_WSMAN : rows[self->kind].ns;
}

/* wsm_fault_get_action: the a:Action of a message that carries it (DSP0226, section 14.3). */
const char *
wsm_fault_get_action (const WsmFault *self)
{
  if (wsm_fault_get_subcode_ns (self) == WSM_NS_ADDRESSING)
    return WSM_ADDRESSING_URI "/fault";

  return "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault";
}

/* wsm_fault_get_not_understood: the header that was not understood; NULL if it is not about one. */
const char *
wsm_fault_get_not_understood (const WsmFault *self, const char **namespace_uri)
{
  *namespace_uri = self->not_understood_ns;

  return self->not_understood;
}
