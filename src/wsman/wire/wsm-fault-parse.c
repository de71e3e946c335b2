/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-fault-private.h"

#include <string.h>

/* The namespaces of a fault vary with the product that sent it, its local names do not. */
static const char *
find_text (const xmlNode *parent, const char *name, WsmArena *arena)
{
  const xmlNode *node = parent != NULL ? wsm_xml_find (parent, name) : NULL;

  return node != NULL ? wsm_xml_dup_stripped (node, arena) : NULL;
}

static guint32
parse_code (const char *text)
{
  guint64 value = 0;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &value, NULL))
    return 0;

  return value;
}

/* Text of an element and of all below it: f:Message may hold a ProviderFault with the real words.
 */
static void
collect_text (const xmlNode *node, GString *text, WsmArena *arena)
{
  const xmlNode *child;
  const char *own = wsm_xml_dup_stripped (node, arena);

  if (*own != '\0')
    {
      if (text->len > 0)
        g_string_append_c (text, ' ');
      g_string_append (text, own);
    }
  for (child = wsm_xml_first_element (node); child != NULL; child = wsm_xml_next_element (child))
    collect_text (child, text, arena);
}

/* The depth of the tree is bounded by the gate, so these recursions are, too. */
static const xmlNode *
find_deep (const xmlNode *parent, const char *name)
{
  const xmlNode *child, *found = wsm_xml_find (parent, name);

  for (child = wsm_xml_first_element (parent); found == NULL && child != NULL;
       child = wsm_xml_next_element (child))
    found = find_deep (child, name);

  return found;
}

static guint32
get_wsman_fault_code (const xmlNode *wsman_fault, WsmArena *arena)
{
  guint32 outer = parse_code (wsm_xml_dup_attribute (wsman_fault, WSM_NS_NONE, "Code", arena));
  WsmFaultKind kind = wsm_fault_kind_from_code (outer);
  const xmlNode *inner;

  /* A provider's own fault is inside. It says more than "internal error" and than a code nobody
   * knows; otherwise the outer one is the judgement of the service. */
  if (kind != WSM_FAULT_OTHER && kind != WSM_FAULT_INTERNAL_ERROR)
    return outer;

  inner = find_deep (wsman_fault, "WSManFault");
  if (inner != NULL)
    {
      guint32 code = get_wsman_fault_code (inner, arena);

      if (code != 0)
        return code;
    }

  return outer;
}

static guint32
get_code (const xmlNode *detail, WsmArena *arena)
{
  const xmlNode *node = wsm_xml_find (detail, "WSManFault");
  guint32 code = 0;

  if (node != NULL)
    code = get_wsman_fault_code (node, arena);
  if (wsm_fault_kind_from_code (code) == WSM_FAULT_OTHER &&
      (node = wsm_xml_find (detail, "MSFT_WmiError")) != NULL)
    {
      guint32 wmi = parse_code (find_text (node, "error_Code", arena));

      if (code == 0 || wsm_fault_kind_from_code (wmi) != WSM_FAULT_OTHER)
        code = wmi;
    }

  return code;
}

static char *
get_reason (const xmlNode *fault, const xmlNode *detail, WsmArena *arena)
{
  const char *text = find_text (wsm_xml_find (fault, "Reason"), "Text", arena);
  const xmlNode *message;
  GString *collected;

  if (text != NULL && *text != '\0')
    return g_strdup (text);

  collected = g_string_new (NULL);
  message = detail != NULL ? find_deep (detail, "Message") : NULL;
  if (message != NULL)
    collect_text (message, collected, arena);

  return g_string_free (collected, FALSE);
}

static const char *
local_part (const char *qname)
{
  const char *colon = qname != NULL ? strrchr (qname, ':') : NULL;

  return colon != NULL ? colon + 1 : qname;
}

/*
 * wsm_fault_new_from_element: s:Fault of a foreign message (SOAP 1.2 Part 1, section 5.4), in every
 * variant of winrm-wire-protocol.md, section 4.1. Never fails: what is missing is left empty.
 */
WsmFault *
wsm_fault_new_from_element (const xmlNode *element)
{
  char room[1024];
  WsmArena arena;
  const xmlNode *code = wsm_xml_find (element, "Code");
  const xmlNode *detail = wsm_xml_find (element, "Detail");
  const char *value, *subcode, *fault_detail = NULL;
  g_autofree char *reason = NULL;
  guint32 number = 0;
  WsmFault *self;

  wsm_arena_init (&arena, room, sizeof room);

  value = local_part (find_text (code, "Value", &arena));
  subcode = find_text (code != NULL ? wsm_xml_find (code, "Subcode") : NULL, "Value", &arena);
  if (subcode == NULL &&
      (g_strcmp0 (value, "MustUnderstand") == 0 || g_strcmp0 (value, "VersionMismatch") == 0))
    subcode = value;

  if (detail != NULL)
    {
      fault_detail = find_text (detail, "FaultDetail", &arena);
      number = get_code (detail, &arena);
    }
  reason = get_reason (element, detail, &arena);

  self = wsm_fault_new_received (g_strcmp0 (value, "Receiver") == 0, subcode, fault_detail, number,
                                 reason);
  wsm_arena_clear (&arena);

  return self;
}
