/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libxml/tree.h>

#include "wsm-arena.h"

G_BEGIN_DECLS

#define WSM_SOAP_URI         "http://www.w3.org/2003/05/soap-envelope"
#define WSM_ADDRESSING_URI   "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define WSM_WSMAN_URI        "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define WSM_MICROSOFT_URI    "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
#define WSM_IDENTITY_URI     "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
#define WSM_WSMAN_FAULT_URI  "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
#define WSM_FAULT_DETAIL_URI "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"
#define WSM_CIM_URI          "http://schemas.dmtf.org/wbem/wscim/1/common"
#define WSM_XSI_URI          "http://www.w3.org/2001/XMLSchema-instance"
#define WSM_TRANSFER_URI     "http://schemas.xmlsoap.org/ws/2004/09/transfer"

/* The namespaces that mean something to us. The URI is compared once for each declaration. */
typedef enum
{
  WSM_NS_NONE,
  WSM_NS_OTHER,
  WSM_NS_SOAP,
  WSM_NS_SOAP_1_1,
  WSM_NS_ADDRESSING,
  WSM_NS_WSMAN,
  WSM_NS_MICROSOFT,
  WSM_NS_MACHINE_ID,
  WSM_NS_IDENTITY,
  WSM_NS_WSMAN_FAULT,
  WSM_NS_XSI,
  WSM_NS_XML,
  WSM_NS_SHELL,
  WSM_NS_TRANSFER,
} WsmNs;

gboolean wsm_xml_gate_scan (const char *utf8, gsize length, GError **error);
gboolean wsm_xml_gate_scan_at (const char *utf8, gsize length, guint *line, GError **error);
xmlDoc *wsm_xml_read (const char *utf8, gsize length, GError **error);
xmlDoc *wsm_xml_read_at (const char *utf8, gsize length, guint *line, GError **error);

char *wsm_xml_dup_content (const char *xml, GError **error);
char *wsm_xml_dup_element (const xmlNode *node);

WsmNs wsm_xml_get_ns (const xmlNode *node);
gboolean wsm_xml_is (const xmlNode *node, WsmNs ns, const char *name);
const xmlNode *wsm_xml_first_element (const xmlNode *parent);
const xmlNode *wsm_xml_next_element (const xmlNode *node);
const xmlNode *wsm_xml_find (const xmlNode *parent, const char *name);
gboolean wsm_xml_has_text (const xmlNode *parent);

const char *wsm_xml_dup_namespace (const xmlNode *node, WsmArena *arena);
const char *wsm_xml_peek_text (const xmlNode *node, WsmArena *arena);
const char *wsm_xml_dup_text (const xmlNode *node, WsmArena *arena);
const char *wsm_xml_dup_stripped (const xmlNode *node, WsmArena *arena);
const char *wsm_xml_dup_attribute (const xmlNode *node, WsmNs ns, const char *name,
                                   WsmArena *arena);
gboolean wsm_xml_is_true (const xmlNode *node, WsmNs ns, const char *name);

G_END_DECLS
