/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-object-private.h"

#include <libxml/tree.h>
#include <string.h>

#include "wsm-datetime.h"
#include "wsm-wire-error.h"

/* Room for a request or its answer without a second allocation. */
#define FIRST_VALUES 8
#define FIRST_TEXT   512

typedef struct
{
  const char *name;
  const char *text; /* NULL unless text or date */
  WsmValueKind kind;
} WsmValue;

struct _WsmObject
{
  gatomicrefcount ref_count;

  const char *namespace_uri;
  const char *name;
  WsmValue *values; /* (owned) unless first_values */
  guint n_values;
  guint n_allocated;

  WsmArena arena; /* all text of the object */
  WsmValue first_values[FIRST_VALUES];
  char first_text[FIRST_TEXT];
};

G_DEFINE_BOXED_TYPE (WsmObject, wsm_object, wsm_object_ref, wsm_object_unref)

/* Not g_new0(): most of the object is room that is written before it is read. */
static WsmObject *
object_alloc (void)
{
  WsmObject *self = g_new (WsmObject, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->namespace_uri = NULL;
  self->name = "";
  self->values = self->first_values;
  self->n_values = 0;
  self->n_allocated = FIRST_VALUES;
  wsm_arena_init (&self->arena, self->first_text, sizeof self->first_text);

  return self;
}

/* A name that XML can carry as an element's. What we meet comes from XML or from our own source. */
static gboolean
is_name (const char *name)
{
  const char *at = name;

  if (name == NULL)
    return FALSE;
  /* nearly all of them are plain ASCII, which is quickly told */
  if (g_ascii_isalpha (*at) || *at == '_')
    while (g_ascii_isalnum (*at) || *at == '_' || *at == '-' || *at == '.')
      at++;
  return (at != name && *at == '\0') || xmlValidateNCName ((const xmlChar *) name, 0) == 0;
}

/**
 * wsm_object_is_name:
 * @text: (nullable): what is to become the name of an object or a value
 *
 * Returns: whether @text can be the local name of an XML element
 */
gboolean
wsm_object_is_name (const char *text)
{
  return text != NULL && g_utf8_validate (text, -1, NULL) && is_name (text);
}

/**
 * wsm_object_new:
 * @namespace_uri: (nullable): the namespace of the element
 * @name: its local name
 *
 * Returns: (transfer full): an object without values
 */
WsmObject *
wsm_object_new (const char *namespace_uri, const char *name)
{
  WsmObject *self;

  g_return_val_if_fail (is_name (name), NULL);

  self = object_alloc ();
  if (namespace_uri != NULL)
    self->namespace_uri = wsm_arena_add_clean (&self->arena, namespace_uri);
  self->name = wsm_arena_add (&self->arena, name, strlen (name));

  return self;
}

/**
 * wsm_object_ref:
 * @self: an object
 *
 * Returns: (transfer full): @self
 */
WsmObject *
wsm_object_ref (WsmObject *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * wsm_object_unref:
 * @self: (transfer full): an object
 */
void
wsm_object_unref (WsmObject *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  wsm_arena_clear (&self->arena);
  if (self->values != self->first_values)
    g_free (self->values);
  g_free (self);
}

static void
add_value (WsmObject *self, const char *name, WsmValueKind kind, const char *text)
{
  if (self->n_values == self->n_allocated)
    {
      gboolean first = self->values == self->first_values;

      self->n_allocated *= 2;
      self->values = g_renew (WsmValue, first ? NULL : self->values, self->n_allocated);
      if (first)
        memcpy (self->values, self->first_values, sizeof self->first_values);
    }

  self->values[self->n_values++] = (WsmValue){ .name = name, .text = text, .kind = kind };
}

static const char *
add_text (WsmObject *self, const char *text)
{
  return wsm_arena_add (&self->arena, text, strlen (text));
}

/**
 * wsm_object_add_string:
 * @self: an object that nobody else has yet
 * @name: local name of the value
 * @value: (nullable): text; %NULL writes null (`xsi:nil`)
 *
 * What XML cannot carry is left out of @value: C0 characters but TAB, LF and CR, U+FFFE and U+FFFF.
 * Broken UTF-8 becomes U+FFFD.
 */
void
wsm_object_add_string (WsmObject *self, const char *name, const char *value)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (is_name (name));

  add_value (self, add_text (self, name), value != NULL ? WSM_VALUE_TEXT : WSM_VALUE_NIL,
             value != NULL ? wsm_arena_add_clean (&self->arena, value) : NULL);
}

/**
 * wsm_object_add_uint32:
 * @self: an object that nobody else has yet
 * @name: local name of the value
 * @value: a number, written in unsigned decimal also with bit 31
 */
void
wsm_object_add_uint32 (WsmObject *self, const char *name, guint32 value)
{
  char text[16];

  g_return_if_fail (self != NULL);
  g_return_if_fail (is_name (name));

  g_snprintf (text, sizeof text, "%" G_GUINT32_FORMAT, value);
  add_value (self, add_text (self, name), WSM_VALUE_TEXT, add_text (self, text));
}

/**
 * wsm_object_add_boolean:
 * @self: an object that nobody else has yet
 * @name: local name of the value
 * @value: written as `true` or `false`
 */
void
wsm_object_add_boolean (WsmObject *self, const char *name, gboolean value)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (is_name (name));

  add_value (self, add_text (self, name), WSM_VALUE_TEXT, value ? "true" : "false");
}

/**
 * wsm_object_add_datetime:
 * @self: an object that nobody else has yet
 * @name: local name of the value
 * @value: a point in time, written as `cim:Datetime` (DSP0230, section 7.2)
 */
void
wsm_object_add_datetime (WsmObject *self, const char *name, GDateTime *value)
{
  g_autofree char *text = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (is_name (name));
  g_return_if_fail (value != NULL);

  text = wsm_datetime_format (value);
  add_value (self, add_text (self, name), WSM_VALUE_DATETIME, add_text (self, text));
}

/* The child that makes a value a date: cim:Datetime, or without a namespace in a fragment. */
static const xmlNode *
find_datetime (const xmlNode *child)
{
  const char *name = (const char *) child->name;

  if (wsm_xml_next_element (child) != NULL || wsm_xml_first_element (child) != NULL)
    return NULL;

  return strcmp (name, "Datetime") == 0 || strcmp (name, "Interval") == 0 ? child : NULL;
}

/*
 * wsm_object_add_element: the value that an element of a foreign message holds, under a name.
 */
void
wsm_object_add_element (WsmObject *self, const char *name, const xmlNode *element)
{
  const xmlNode *child = wsm_xml_first_element (element);
  const xmlNode *date = child != NULL ? find_datetime (child) : NULL;

  name = add_text (self, name);
  if (wsm_xml_is_true (element, WSM_NS_XSI, "nil"))
    add_value (self, name, WSM_VALUE_NIL, NULL);
  else if (child == NULL)
    add_value (self, name, WSM_VALUE_TEXT, wsm_xml_dup_text (element, &self->arena));
  else if (date != NULL)
    add_value (self, name, WSM_VALUE_DATETIME, wsm_xml_dup_stripped (date, &self->arena));
  else
    add_value (self, name, WSM_VALUE_COMPLEX, NULL);
}

/*
 * wsm_object_new_from_element: an element of a foreign message with its children as values, each
 * under its local name whatever its namespace.
 */
WsmObject *
wsm_object_new_from_element (const xmlNode *element)
{
  WsmObject *self = object_alloc ();
  const xmlNode *child;

  self->namespace_uri = wsm_xml_dup_namespace (element, &self->arena);
  self->name = add_text (self, (const char *) element->name);

  for (child = wsm_xml_first_element (element); child != NULL; child = wsm_xml_next_element (child))
    wsm_object_add_element (self, (const char *) child->name, child);

  return self;
}

/**
 * wsm_object_get_namespace_uri:
 * @self: an object
 *
 * Returns: (nullable): the namespace of its element
 */
const char *
wsm_object_get_namespace_uri (const WsmObject *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->namespace_uri;
}

/**
 * wsm_object_get_name:
 * @self: an object
 *
 * Returns: the local name of its element
 */
const char *
wsm_object_get_name (const WsmObject *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

/**
 * wsm_object_get_n_values:
 * @self: an object
 *
 * Returns: how many values it has; repeated names count each time
 */
guint
wsm_object_get_n_values (const WsmObject *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_values;
}

/**
 * wsm_object_get_value_name:
 * @self: an object
 * @index: less than wsm_object_get_n_values()
 *
 * Returns: the name of a value, in document order
 */
const char *
wsm_object_get_value_name (const WsmObject *self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->n_values, NULL);

  return self->values[index].name;
}

/**
 * wsm_object_get_value:
 * @self: an object
 * @index: less than wsm_object_get_n_values()
 *
 * Returns: (nullable): the text of a value; %NULL if it is null or has elements of its own
 */
const char *
wsm_object_get_value (const WsmObject *self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->n_values, NULL);

  return self->values[index].text;
}

/**
 * wsm_object_is_datetime:
 * @self: an object
 * @index: less than wsm_object_get_n_values()
 *
 * Returns: whether the value came as a date or interval element
 */
gboolean
wsm_object_is_datetime (const WsmObject *self, guint index)
{
  return wsm_object_get_value_kind (self, index) == WSM_VALUE_DATETIME;
}

/**
 * wsm_object_is_null:
 * @self: an object
 * @index: less than wsm_object_get_n_values()
 *
 * Returns: whether the value is null (`xsi:nil`)
 */
gboolean
wsm_object_is_null (const WsmObject *self, guint index)
{
  return wsm_object_get_value_kind (self, index) == WSM_VALUE_NIL;
}

/* wsm_object_get_value_kind: what one value is. */
WsmValueKind
wsm_object_get_value_kind (const WsmObject *self, guint index)
{
  g_return_val_if_fail (self != NULL, WSM_VALUE_NIL);
  g_return_val_if_fail (index < self->n_values, WSM_VALUE_NIL);

  return self->values[index].kind;
}

/* wsm_object_has_kind: whether any value is of a kind; says which namespaces a writer needs. */
gboolean
wsm_object_has_kind (const WsmObject *self, WsmValueKind kind)
{
  for (guint i = 0; i < self->n_values; i++)
    if (self->values[i].kind == kind)
      return TRUE;

  return FALSE;
}
