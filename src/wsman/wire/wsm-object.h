/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * WsmObject:
 *
 * One element and its named values, in order: the input and the output of a method, an instance
 * that Get returns, the selectors or the options of a request. A name may occur more than once (an
 * array). A value is text, a date or null (`xsi:nil`); text is UTF-8 without C0 characters but TAB,
 * LF and CR. Reference counted; whoever made it fills it, after that it is read-only.
 */
typedef struct _WsmObject WsmObject;

#define WSM_TYPE_OBJECT (wsm_object_get_type ())
GType wsm_object_get_type (void);

gboolean wsm_object_is_name (const char *text);
WsmObject *wsm_object_new (const char *namespace_uri, const char *name);
WsmObject *wsm_object_ref (WsmObject *self);
void wsm_object_unref (WsmObject *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmObject, wsm_object_unref)

void wsm_object_add_string (WsmObject *self, const char *name, const char *value);
void wsm_object_add_uint32 (WsmObject *self, const char *name, guint32 value);
void wsm_object_add_boolean (WsmObject *self, const char *name, gboolean value);
void wsm_object_add_datetime (WsmObject *self, const char *name, GDateTime *value);

const char *wsm_object_get_namespace_uri (const WsmObject *self);
const char *wsm_object_get_name (const WsmObject *self);
guint wsm_object_get_n_values (const WsmObject *self);
const char *wsm_object_get_value_name (const WsmObject *self, guint index);
const char *wsm_object_get_value (const WsmObject *self, guint index);
gboolean wsm_object_is_datetime (const WsmObject *self, guint index);
gboolean wsm_object_is_null (const WsmObject *self, guint index);

gboolean wsm_object_has (const WsmObject *self, const char *name);
gboolean wsm_object_is_nil (const WsmObject *self, const char *name);
const char *wsm_object_get_string (const WsmObject *self, const char *name);
char **wsm_object_dup_strings (const WsmObject *self, const char *name);
gboolean wsm_object_get_uint32 (const WsmObject *self, const char *name, guint32 *value,
                                GError **error);
gboolean wsm_object_get_int32 (const WsmObject *self, const char *name, gint32 *value,
                               GError **error);
gboolean wsm_object_get_boolean (const WsmObject *self, const char *name, gboolean *value,
                                 GError **error);
GDateTime *wsm_object_dup_datetime (const WsmObject *self, const char *name, GError **error);

G_END_DECLS
