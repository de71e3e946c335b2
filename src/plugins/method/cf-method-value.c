/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-method.h"

/**
 * cf_method_find:
 * @input: the input of a method
 * @parameter: a name
 *
 * Returns: (transfer none) (nullable): the first value of that name
 */
const CURFEW_VALUE *
cf_method_find (const CURFEW_OBJECT *input, PCWSTR parameter)
{
  g_return_val_if_fail (input != NULL, NULL);

  for (DWORD i = 0; i < input->valuesCount; i++)
    if (CurfewUtf16Equal (input->values[i].name, parameter))
      return &input->values[i];
  return NULL;
}

/**
 * cf_method_get_text:
 * @input: the input of a method
 * @parameter: a name
 *
 * Returns: (transfer none) (nullable): its text; %NULL if it is absent or null
 */
PCWSTR
cf_method_get_text (const CURFEW_OBJECT *input, PCWSTR parameter)
{
  const CURFEW_VALUE *value = cf_method_find (input, parameter);

  return value != NULL ? value->value : NULL;
}

static gboolean
is_space (char16_t c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Decimal digits with one optional sign, white space around, nothing else. */
static gboolean
parse_integer (PCWSTR text, gint64 min, gint64 max, gint64 *value)
{
  gboolean negative;
  gint64 number = 0;

  while (is_space (*text))
    text++;
  negative = *text == '-';
  if (*text == '-' || *text == '+')
    text++;
  if (*text < '0' || *text > '9')
    return FALSE;
  for (; *text >= '0' && *text <= '9'; text++)
    {
      number = number * 10 + (*text - '0');
      if (number > G_MAXUINT32)
        return FALSE;
    }
  while (is_space (*text))
    text++;
  *value = negative ? -number : number;
  return *text == 0 && *value >= min && *value <= max;
}

static void
set_unreadable (CfMethodFault *fault, const CURFEW_OBJECT *input, PCWSTR parameter, gboolean absent,
                gint64 min, gint64 max)
{
  g_autofree char *name = CurfewUtf8Dup (parameter);
  g_autofree char *element = CurfewUtf8Dup (input->name);

  if (absent)
    cf_method_fault_set (fault, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR,
                         "The parameter %s cannot be read: %s has no value %s, which is needed "
                         "here; send it",
                         name, element, name);
  else
    cf_method_fault_set (fault, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR,
                         "The parameter %s cannot be read: The value %s of %s is not a whole "
                         "number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT "; correct it",
                         name, name, element, min, max);
}

static gboolean
get_integer (const CURFEW_OBJECT *input, PCWSTR parameter, gint64 min, gint64 max, gint64 *value,
             CfMethodFault *fault)
{
  PCWSTR text = cf_method_get_text (input, parameter);

  if (text != NULL && parse_integer (text, min, max, value))
    return TRUE;
  set_unreadable (fault, input, parameter, text == NULL, min, max);
  return FALSE;
}

/**
 * cf_method_get_uint32:
 * @input: the input of a method
 * @parameter: which one
 * @required: whether it has to be there; if not, an absent one leaves @value as it is
 * @value: (inout): where it goes
 * @fault: set if this fails
 *
 * Returns: %FALSE with @fault set if there is no such number
 */
gboolean
cf_method_get_uint32 (const CURFEW_OBJECT *input, PCWSTR parameter, gboolean required, DWORD *value,
                      CfMethodFault *fault)
{
  gint64 number = 0;

  if (!required && cf_method_get_text (input, parameter) == NULL)
    return TRUE;
  if (!get_integer (input, parameter, 0, G_MAXUINT32, &number, fault))
    return FALSE;
  *value = (DWORD) number;
  return TRUE;
}

/**
 * cf_method_get_int32:
 * @input: the input of a method
 * @parameter: which one; it has to be there
 * @value: (out): where it goes
 * @fault: set if this fails
 *
 * Returns: %FALSE with @fault set if there is no such number
 */
gboolean
cf_method_get_int32 (const CURFEW_OBJECT *input, PCWSTR parameter, gint32 *value,
                     CfMethodFault *fault)
{
  gint64 number = 0;

  if (!get_integer (input, parameter, G_MININT32, G_MAXINT32, &number, fault))
    return FALSE;
  *value = (gint32) number;
  return TRUE;
}

/**
 * cf_method_format_uint32:
 * @value: a number
 * @buffer: room for it
 *
 * Returns: (transfer none): @value in unsigned decimal, somewhere in @buffer
 */
PCWSTR
cf_method_format_uint32 (DWORD value, char16_t buffer[CF_METHOD_NUMBER_UNITS])
{
  char16_t *start = buffer + CF_METHOD_NUMBER_UNITS - 1;

  *start = 0;
  do
    *--start = (char16_t) (u'0' + value % 10);
  while ((value /= 10) > 0);
  return start;
}
