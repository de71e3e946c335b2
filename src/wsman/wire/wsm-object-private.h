/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-object.h"
#include "wsm-xml.h"

G_BEGIN_DECLS

/* What one named value is. A complex one has elements of its own, which Curfew does not read. */
typedef enum
{
  WSM_VALUE_TEXT,
  WSM_VALUE_DATETIME,
  WSM_VALUE_NIL,
  WSM_VALUE_COMPLEX,
} WsmValueKind;

WsmObject *wsm_object_new_from_element (const xmlNode *element);
void wsm_object_add_element (WsmObject *self, const char *name, const xmlNode *element);

WsmValueKind wsm_object_get_value_kind (const WsmObject *self, guint index);
gboolean wsm_object_has_kind (const WsmObject *self, WsmValueKind kind);

G_END_DECLS
