/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-status.h"

#include "request/cf-display-text.h"
#include "request/cf-request-code.h"
#include "request/cf-windows-shutdown-names.h"
#include "wsman/wire/wsm-wire-error.h"

G_DEFINE_BOXED_TYPE (CfStatus, cf_status, cf_status_copy, cf_status_free)

/**
 * cf_status_copy:
 * @self: a status
 *
 * Returns: (transfer full): the same again
 */
CfStatus *
cf_status_copy (const CfStatus *self)
{
  CfStatus *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_new (CfStatus, 1);
  *copy = *self;
  copy->message = g_strdup (self->message);
  copy->requester = g_strdup (self->requester);
  copy->client_hint = g_strdup (self->client_hint);
  copy->request_code = g_strdup (self->request_code);
  copy->boot_id = g_strdup (self->boot_id);
  copy->boot_time = self->boot_time != NULL ? g_date_time_ref (self->boot_time) : NULL;
  copy->last_request_code = g_strdup (self->last_request_code);
  copy->last_detail = g_strdup (self->last_detail);
  copy->system = g_strdup (self->system);
  return copy;
}

/**
 * cf_status_free:
 * @self: (transfer full): a status
 */
void
cf_status_free (CfStatus *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->message);
  g_free (self->requester);
  g_free (self->client_hint);
  g_free (self->request_code);
  g_free (self->boot_id);
  g_clear_pointer (&self->boot_time, g_date_time_unref);
  g_free (self->last_request_code);
  g_free (self->last_detail);
  g_free (self->system);
  g_free (self);
}

static char *
dup_line (WsmObject *object, const char *name)
{
  const char *text = wsm_object_get_string (object, name);

  return text != NULL ? cf_display_text_one_line (text) : NULL;
}

static char *
dup_code (WsmObject *object, const char *name)
{
  const char *text = wsm_object_get_string (object, name);

  return text != NULL ? cf_request_code_normalize (text) : NULL;
}

/* A value that need not be there; what is no number counts as not there. */
static gboolean
get_number (WsmObject *object, const char *name, guint32 *value)
{
  return wsm_object_get_uint32 (object, name, value, NULL);
}

static gboolean
get_action (WsmObject *object, const char *name, CfShutdownAction *action)
{
  const char *text = wsm_object_get_string (object, name);

  return text != NULL && cf_shutdown_action_from_wire_name (text, action);
}

static CfShutdownFlags
read_flags (WsmObject *object, const char *element)
{
  g_auto (GStrv) told = wsm_object_dup_strings (object, element);
  CfShutdownFlags flags = CF_SHUTDOWN_NO_FLAGS;

  for (guint bit = 0; bit < 8; bit++)
    {
      const char *name = cf_shutdown_flag_get_name (1u << bit);

      if (name != NULL && g_strv_contains ((const char *const *) told, name))
        flags |= 1u << bit;
    }
  return flags;
}

static CfOutcome
read_outcome (WsmObject *object)
{
  static const char *const words[] = {
    [CF_OUTCOME_IS_WOULD_ACT] = CF_OUTCOME_WOULD_ACT,
    [CF_OUTCOME_IS_ACTED] = CF_OUTCOME_ACTED,
    [CF_OUTCOME_IS_CALLED_OFF] = CF_OUTCOME_CALLED_OFF,
    [CF_OUTCOME_IS_SUPERSEDED] = CF_OUTCOME_SUPERSEDED,
    [CF_OUTCOME_IS_VETOED] = CF_OUTCOME_VETOED,
    [CF_OUTCOME_IS_MISSED] = CF_OUTCOME_MISSED,
    [CF_OUTCOME_IS_FAILED] = CF_OUTCOME_FAILED,
  };
  const char *told = wsm_object_get_string (object, CF_STATUS_LAST_OUTCOME);

  for (guint i = CF_OUTCOME_IS_WOULD_ACT; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (told, words[i]) == 0)
      return i;
  return CF_OUTCOME_IS_NONE;
}

static gboolean
read_state (CfStatus *self, WsmObject *object, GError **error)
{
  const char *told = wsm_object_get_string (object, CF_STATUS_STATE);

  if (g_strcmp0 (told, CF_STATE_IDLE) == 0)
    self->state = CF_PENDING_IDLE;
  else if (g_strcmp0 (told, CF_STATE_PENDING) == 0)
    self->state = CF_PENDING_WAITING;
  else if (g_strcmp0 (told, CF_STATE_EXECUTING) == 0)
    self->state = CF_PENDING_EXECUTING;
  else
    {
      g_set_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_VALUE,
                   "The status has no %s that Curfew knows: the computer runs something newer, or "
                   "something else",
                   CF_STATUS_STATE);
      return FALSE;
    }
  return TRUE;
}

static void
read_request (CfStatus *self, WsmObject *object)
{
  const char *message = wsm_object_get_string (object, CF_STATUS_MESSAGE);

  self->has_request = get_action (object, CF_STATUS_ACTION, &self->action);
  if (!self->has_request)
    return;

  get_number (object, CF_STATUS_SECONDS_REMAINING, &self->seconds_remaining);
  get_number (object, CF_STATUS_REASON, &self->reason);
  get_number (object, CF_STATUS_POSTPONES_LEFT, &self->postpones_left);
  self->message = message != NULL ? cf_display_text_clean (message) : NULL;
  self->requester = dup_line (object, CF_STATUS_REQUESTER);
  self->client_hint = dup_line (object, CF_STATUS_CLIENT_HINT);
  self->request_code = dup_code (object, CF_STATUS_REQUEST_CODE);
}

/**
 * cf_status_new_from_native:
 * @object: what Get on %CF_WINDOWS_SHUTDOWN_URI returned (design.md section 6)
 * @error: %WSM_WIRE_ERROR_VALUE
 *
 * Reads the status of a host with curfew-agent. What is missing or no value is left out; only
 * without a state there is no status.
 *
 * Returns: (transfer full): the status; %NULL with @error set otherwise
 */
CfStatus *
cf_status_new_from_native (WsmObject *object, GError **error)
{
  g_autoptr (CfStatus) self = NULL;

  g_return_val_if_fail (object != NULL, NULL);

  self = g_new0 (CfStatus, 1);
  if (!read_state (self, object, error))
    return NULL;

  read_request (self, object);
  self->boot_id = dup_line (object, CF_STATUS_BOOT_ID);
  self->boot_time = wsm_object_dup_datetime (object, CF_STATUS_BOOT_TIME, NULL);
  self->has_users = get_number (object, CF_STATUS_USERS_LOGGED_ON, &self->users_logged_on);
  self->capabilities = read_flags (object, CF_STATUS_CAPABILITY);
  self->best_effort = read_flags (object, CF_STATUS_BEST_EFFORT);
  wsm_object_get_boolean (object, CF_STATUS_REHEARSAL, &self->is_rehearsal, NULL);
  self->last_outcome = read_outcome (object);
  self->last_request_code = dup_code (object, CF_STATUS_LAST_REQUEST_CODE);
  self->last_detail = dup_line (object, CF_STATUS_LAST_DETAIL);
  self->has_last_action = get_action (object, CF_STATUS_LAST_ACTION, &self->last_action);
  return g_steal_pointer (&self);
}

/**
 * cf_status_new_from_operating_system:
 * @object: what Get on %CF_OPERATING_SYSTEM_URI returned (shutdown-semantics.md section 4.3)
 * @error: a #WsmWireError, if there is no LastBootUpTime
 *
 * Reads what a Windows host tells: when it started, who it is; not what is pending.
 *
 * Returns: (transfer full): the status; %NULL with @error set otherwise
 */
CfStatus *
cf_status_new_from_operating_system (WsmObject *object, GError **error)
{
  g_autoptr (CfStatus) self = NULL;

  g_return_val_if_fail (object != NULL, NULL);

  self = g_new0 (CfStatus, 1);
  self->state = CF_PENDING_UNTOLD;
  self->boot_time = wsm_object_dup_datetime (object, "LastBootUpTime", error);
  if (self->boot_time == NULL)
    return NULL;

  self->has_users = get_number (object, "NumberOfUsers", &self->users_logged_on);
  self->system = dup_line (object, "Caption");
  return g_steal_pointer (&self);
}

/**
 * cf_status_dup_last_words:
 * @self: a status
 *
 * Returns: (transfer full) (nullable): how the last request ended, in the words that scripts may
 *   rely on: "would restart", "would power off", "would halt", "acted", "called off",
 *   "superseded", "vetoed", "missed", "failed"; %NULL if there was none
 */
char *
cf_status_dup_last_words (const CfStatus *self)
{
  static const char *const would[] = {
    [CF_SHUTDOWN_ACTION_RESTART] = "would restart",
    [CF_SHUTDOWN_ACTION_POWER_OFF] = "would power off",
    [CF_SHUTDOWN_ACTION_HALT] = "would halt",
  };

  g_return_val_if_fail (self != NULL, NULL);

  switch (self->last_outcome)
    {
    case CF_OUTCOME_IS_WOULD_ACT:
      return g_strdup (self->has_last_action ? would[self->last_action] : "would act");
    case CF_OUTCOME_IS_ACTED:
      return g_strdup ("acted");
    case CF_OUTCOME_IS_CALLED_OFF:
      return g_strdup ("called off");
    case CF_OUTCOME_IS_SUPERSEDED:
      return g_strdup ("superseded");
    case CF_OUTCOME_IS_VETOED:
      return g_strdup ("vetoed");
    case CF_OUTCOME_IS_MISSED:
      return g_strdup ("missed");
    case CF_OUTCOME_IS_FAILED:
      return g_strdup ("failed");
    case CF_OUTCOME_IS_NONE:
    default:
      return NULL;
    }
}
