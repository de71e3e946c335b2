/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-errand-state.h"

GType
cf_errand_state_get_type (void)
{
  static gsize type = 0;
#define STATE(name, nick)                                                                          \
  {                                                                                                \
    CF_ERRAND_##name, "CF_ERRAND_" #name, nick                                                     \
  }
  static const GEnumValue values[] = {
    STATE (WAITING, "waiting"),
    STATE (CONNECTING, "connecting"),
    STATE (SENT, "sent"),
    STATE (ANSWERED, "answered"),
    STATE (ACCEPTED, "accepted"),
    STATE (GOING_DOWN, "going-down"),
    STATE (DOWN, "down"),
    STATE (STARTING, "starting"),
    STATE (BACK, "back"),
    STATE (OFF, "off"),
    STATE (REHEARSED, "rehearsed"),
    STATE (CALLED_OFF, "called-off"),
    STATE (DID_NOT_RESTART, "did-not-restart"),
    STATE (DID_NOT_GO_DOWN, "did-not-go-down"),
    STATE (LATE, "late"),
    STATE (REFUSED, "refused"),
    STATE (FAILED, "failed"),
    STATE (UNKNOWN, "unknown"),
    STATE (NOT_SENT, "not-sent"),
    { 0, NULL, NULL },
  };
#undef STATE

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("CfErrandState", values));
  return type;
}

/**
 * cf_errand_state_get_nick:
 * @state: a state
 *
 * Returns: its word in machine formats: "accepted", "going-down"
 */
const char *
cf_errand_state_get_nick (CfErrandState state)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (CF_TYPE_ERRAND_STATE);
  const GEnumValue *value = g_enum_get_value (class, (int) state);

  g_return_val_if_fail (value != NULL, NULL);

  return value->value_nick;
}
