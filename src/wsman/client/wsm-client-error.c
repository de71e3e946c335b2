/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-client-error.h"

typedef struct
{
  WsmFault *fault; /* (owned) (nullable): set for WSM_CLIENT_ERROR_FAULT */
} WsmClientErrorPrivate;

static void
wsm_client_error_private_init (WsmClientErrorPrivate *priv)
{
  /* GLib hands out zeroed memory, and there is no fault yet. */
}

static void
wsm_client_error_private_copy (const WsmClientErrorPrivate *source, WsmClientErrorPrivate *copy)
{
  copy->fault = source->fault != NULL ? wsm_fault_ref (source->fault) : NULL;
}

static void
wsm_client_error_private_clear (WsmClientErrorPrivate *priv)
{
  /* The compiler sees that GLib's accessor may return NULL: for an error of another domain only. */
  if (priv != NULL)
    g_clear_pointer (&priv->fault, wsm_fault_unref);
}

/* GLib puts the private data in front of the error, aligned; clang cannot see that. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-align"
G_DEFINE_EXTENDED_ERROR (WsmClientError, wsm_client_error)
#pragma GCC diagnostic pop

/* The words of a host are foreign: one line of them is shown, and no control characters. */
static char *
tame (const char *reason)
{
  g_autofree char *valid = NULL;
  GString *tamed;
  glong n_letters = 0;

  if (reason == NULL)
    return NULL;

  valid = g_utf8_make_valid (reason, -1);
  g_strstrip (valid);
  if (*valid == '\0')
    return NULL;

  tamed = g_string_new (NULL);
  for (const char *at = valid; *at != '\0' && n_letters < 300; at = g_utf8_next_char (at))
    {
      gunichar letter = g_utf8_get_char (at);

      g_string_append_unichar (tamed, g_unichar_isprint (letter) ? letter : ' ');
      n_letters++;
    }

  return g_string_free (tamed, FALSE);
}

/**
 * wsm_client_error_new_fault:
 * @fault: what the host answered
 *
 * Returns: (transfer full): a %WSM_CLIENT_ERROR_FAULT that holds @fault
 */
GError *
wsm_client_error_new_fault (WsmFault *fault)
{
  WsmClientErrorPrivate *priv;
  g_autofree char *reason = NULL;
  GError *error;
  guint32 code;

  g_return_val_if_fail (fault != NULL, NULL);

  reason = tame (wsm_fault_get_reason (fault));
  code = wsm_fault_get_code (fault);
  if (reason == NULL)
    reason = g_strdup (wsm_fault_get_subcode (fault));
  if (reason == NULL)
    reason = g_strdup ("no reason was given");

  if (code != 0)
    error = g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_FAULT,
                         "The computer refused the request: %s (code %u)", reason, code);
  else
    error = g_error_new (WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_FAULT,
                         "The computer refused the request: %s", reason);

  priv = wsm_client_error_get_private (error);
  if (priv != NULL)
    priv->fault = wsm_fault_ref (fault);

  return error;
}

/**
 * wsm_client_error_get_fault:
 * @error: (nullable): any error
 *
 * Returns: (transfer none) (nullable): the fault of a %WSM_CLIENT_ERROR_FAULT, valid as long as
 *   @error; %NULL for every other error
 */
WsmFault *
wsm_client_error_get_fault (const GError *error)
{
  WsmClientErrorPrivate *priv;

  if (!g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_FAULT))
    return NULL;

  priv = wsm_client_error_get_private (error);
  return priv != NULL ? priv->fault : NULL;
}

/**
 * wsm_client_error_is_unknown:
 * @error: (nullable): what an Invoke ended in
 *
 * Returns: whether the host may have carried the Invoke out, or may do so still: the answer was
 *   lost, or cannot be believed. Whoever asked finds out, and does not send it again blindly
 */
gboolean
wsm_client_error_is_unknown (const GError *error)
{
  return g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN) ||
         g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNSEALED) ||
         g_error_matches (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TAMPERED);
}
