/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-service-limits.h"

#include "wsman/wire/wsm-envelope.h"

#define GROUP "limits"

#define KIBIBYTE 1024
#define SECOND   1000
#define MINUTE   (60 * SECOND)
#define HOUR     (60 * MINUTE)
#define DAY      (24 * HOUR)

typedef struct
{
  const char *key;
  gsize offset;
  gboolean is_size; /* a gsize; else a guint */
  guint usual;
  guint min;
  guint max;
} Limit;

#define COUNT(key, field, usual, min, max)                                                         \
  {                                                                                                \
    key, G_STRUCT_OFFSET (WsmServiceLimits, field), FALSE, usual, min, max                         \
  }
#define SIZE(key, field, usual, min, max)                                                          \
  {                                                                                                \
    key, G_STRUCT_OFFSET (WsmServiceLimits, field), TRUE, usual, min, max                          \
  }

/* The lower bounds keep a service usable; the upper ones keep a slip of the pen from opening it. */
static const Limit all_limits[] = {
  COUNT ("connections", connections, 128, 1, 100000),
  COUNT ("connections-not-signed-in", connections_not_signed_in, 32, 1, 100000),
  COUNT ("connections-per-address", connections_per_address, 16, 1, 100000),
  COUNT ("connections-per-address-not-signed-in", connections_per_address_not_signed_in, 8, 1,
         100000),
  COUNT ("handshakes", handshakes, 16, 1, 1000),
  COUNT ("requests-per-connection", requests_per_connection, 1000, 1, 1000000000),
  COUNT ("requests-per-minute-per-user", requests_per_minute_per_user, 300, 1, 1000000000),
  SIZE ("head-size", head_size, 64 * KIBIBYTE, KIBIBYTE, KIBIBYTE *KIBIBYTE),
  SIZE ("line-size", line_size, 8 * KIBIBYTE, 256, KIBIBYTE *KIBIBYTE),
  COUNT ("lines", lines, 64, 8, 1000),
  SIZE ("body-size", body_size, 153600, WSM_MIN_ENVELOPE_SIZE, WSM_MAX_ENVELOPE_SIZE),
  COUNT ("handshake-msec", handshake_msec, 10 * SECOND, 10, HOUR),
  COUNT ("head-msec", head_msec, 10 * SECOND, 10, HOUR),
  COUNT ("sign-in-msec", sign_in_msec, 30 * SECOND, 10, HOUR),
  COUNT ("body-msec", body_msec, 30 * SECOND, 10, HOUR),
  COUNT ("idle-not-signed-in-msec", idle_not_signed_in_msec, 10 * SECOND, 10, HOUR),
  COUNT ("idle-signed-in-msec", idle_signed_in_msec, 180 * SECOND, 10, DAY),
  COUNT ("write-msec", write_msec, 30 * SECOND, 10, HOUR),
  COUNT ("life-msec", life_msec, HOUR, 10, 7 * DAY),
  COUNT ("failed-sign-in-msec", failed_sign_in_msec, 2500, 0, MINUTE),
  COUNT ("throttle-seconds", throttle_seconds, 15, 1, 600),
  COUNT ("password-checks-per-minute", password_checks_per_minute, 60, 1, 6000),
};

static void
set_limit (WsmServiceLimits *limits, const Limit *limit, guint value)
{
  gpointer field = (char *) limits + limit->offset;

  if (limit->is_size)
    *(gsize *) field = value;
  else
    *(guint *) field = value;
}

/**
 * wsm_service_limits_init:
 * @limits: (out caller-allocates): the limits
 *
 * Sets every limit to its default (threat-model, section 5.3).
 */
void
wsm_service_limits_init (WsmServiceLimits *limits)
{
  g_return_if_fail (limits != NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (all_limits); i++)
    set_limit (limits, &all_limits[i], all_limits[i].usual);
}

static const Limit *
find_limit (const char *key, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (all_limits); i++)
    if (g_str_equal (all_limits[i].key, key))
      return &all_limits[i];

  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
               "There is no limit \"%s\"; correct its name in the group [" GROUP "].", key);
  return NULL;
}

static gboolean
load_limit (WsmServiceLimits *limits, GKeyFile *key_file, const char *key, GError **error)
{
  const Limit *limit = find_limit (key, error);
  g_autofree char *text = NULL;
  guint64 value;

  if (limit == NULL)
    return FALSE;
  text = g_key_file_get_value (key_file, GROUP, key, error);
  if (text == NULL)
    return FALSE;

  if (!g_ascii_string_to_unsigned (g_strstrip (text), 10, limit->min, limit->max, &value, NULL))
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                   "The limit \"%s\" in the group [" GROUP "] is \"%s\"; use a number from %u to "
                   "%u.",
                   key, text, limit->min, limit->max);
      return FALSE;
    }
  set_limit (limits, limit, (guint) value);

  return TRUE;
}

/**
 * wsm_service_limits_load:
 * @limits: (inout): the limits; unchanged on error
 * @key_file: a configuration
 * @error: a #GKeyFileError that names the key and its range
 *
 * Replaces limits by the keys of the group `[limits]`: the names of the struct's fields with
 * hyphens, whole numbers in octets, milliseconds (or what the key says) or pieces. A configuration
 * without the group changes nothing; a key that is not known is an error, as a misspelt limit is no
 * limit.
 *
 * Returns: %TRUE; %FALSE with @error set otherwise
 */
gboolean
wsm_service_limits_load (WsmServiceLimits *limits, GKeyFile *key_file, GError **error)
{
  WsmServiceLimits loaded;
  g_auto (GStrv) keys = NULL;

  g_return_val_if_fail (limits != NULL, FALSE);
  g_return_val_if_fail (key_file != NULL, FALSE);

  keys = g_key_file_get_keys (key_file, GROUP, NULL, NULL);
  if (keys == NULL)
    return TRUE;

  loaded = *limits;
  for (gsize i = 0; keys[i] != NULL; i++)
    if (!load_limit (&loaded, key_file, keys[i], error))
      return FALSE;
  *limits = loaded;

  return TRUE;
}
