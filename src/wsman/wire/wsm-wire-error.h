/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WsmWireError:
 * @WSM_WIRE_ERROR_TOO_LARGE: more octets than %WSM_MAX_ENVELOPE_SIZE
 * @WSM_WIRE_ERROR_TOO_DEEP: elements nested deeper than %WSM_XML_MAX_DEPTH
 * @WSM_WIRE_ERROR_TOO_MANY_ELEMENTS: more than %WSM_XML_MAX_ELEMENTS
 * @WSM_WIRE_ERROR_TOO_MANY_ATTRIBUTES: more than %WSM_XML_MAX_ATTRIBUTES in one tag
 * @WSM_WIRE_ERROR_TAG_TOO_LONG: one tag longer than %WSM_XML_MAX_TAG octets
 * @WSM_WIRE_ERROR_ENCODING: neither UTF-8 nor UTF-16, or broken, or with a NUL
 * @WSM_WIRE_ERROR_FORBIDDEN: a document type, an entity or a processing instruction
 * @WSM_WIRE_ERROR_MALFORMED: not well-formed XML
 * @WSM_WIRE_ERROR_NOT_SOAP: well-formed, but not a SOAP envelope
 * @WSM_WIRE_ERROR_SOAP_VERSION: an envelope of another SOAP version
 * @WSM_WIRE_ERROR_SCHEMA: an envelope whose parts are not where WS-Management wants them
 * @WSM_WIRE_ERROR_VALUE: a value that does not fit its type (number, duration, date)
 * @WSM_WIRE_ERROR_ABSENT: a value that the caller needs is not there
 *
 * Why foreign bytes could not become a value.
 */
typedef enum
{
  WSM_WIRE_ERROR_TOO_LARGE,
  WSM_WIRE_ERROR_TOO_DEEP,
  WSM_WIRE_ERROR_TOO_MANY_ELEMENTS,
  WSM_WIRE_ERROR_TOO_MANY_ATTRIBUTES,
  WSM_WIRE_ERROR_TAG_TOO_LONG,
  WSM_WIRE_ERROR_ENCODING,
  WSM_WIRE_ERROR_FORBIDDEN,
  WSM_WIRE_ERROR_MALFORMED,
  WSM_WIRE_ERROR_NOT_SOAP,
  WSM_WIRE_ERROR_SOAP_VERSION,
  WSM_WIRE_ERROR_SCHEMA,
  WSM_WIRE_ERROR_VALUE,
  WSM_WIRE_ERROR_ABSENT,
} WsmWireError;

#define WSM_WIRE_ERROR (wsm_wire_error_quark ())
GQuark wsm_wire_error_quark (void);

G_END_DECLS
