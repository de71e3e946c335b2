/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-wmi-method.h"

#include "request/cf-windows-shutdown-names.h"

/* the Flags of Win32ShutdownTracker (shutdown-semantics.md section 4.2) */
#define FLAG_SHUT_DOWN 1u
#define FLAG_REBOOT    2u
#define FLAG_FORCE     4u
#define FLAG_POWER_OFF 8u

struct _CfWmiMethod
{
  GObject parent_instance;
};

static void cf_wmi_method_iface_init (CfDeliveryMethodInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CfWmiMethod, cf_wmi_method, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CF_TYPE_DELIVERY_METHOD,
                                                      cf_wmi_method_iface_init))

static CfRequestFeature
find_inexpressible (CfDeliveryMethod *method, const CfShutdownRequest *request)
{
  CfShutdownFlags flags = cf_shutdown_request_get_flags (request);
  CfRequestFeature missing = cf_request_features_from_flags (
    flags & (CF_SHUTDOWN_GRACE_OVERRIDE | CF_SHUTDOWN_INSTALL_UPDATES | CF_SHUTDOWN_RESTARTAPPS));

  if (cf_shutdown_request_get_client_hint (request) != NULL)
    missing |= CF_FEATURE_CLIENT_HINT;
  if (cf_shutdown_request_get_postpone_limit (request) > 0)
    missing |= CF_FEATURE_POSTPONING;
  return missing;
}

static const char *
get_caveat (CfDeliveryMethod *method, const CfShutdownRequest *request)
{
  if (cf_shutdown_request_get_action (request) == CF_SHUTDOWN_ACTION_HALT)
    return "Windows may turn the power off all the same.";
  if (cf_shutdown_request_get_message (request) == NULL &&
      cf_shutdown_request_get_grace_seconds (request) > 0)
    return "Windows shows a notice of its own all the same.";
  return NULL;
}

static guint32
get_flags (const CfShutdownRequest *request)
{
  static const guint32 of_action[] = {
    [CF_SHUTDOWN_ACTION_RESTART] = FLAG_REBOOT,
    [CF_SHUTDOWN_ACTION_POWER_OFF] = FLAG_POWER_OFF,
    [CF_SHUTDOWN_ACTION_HALT] = FLAG_SHUT_DOWN,
  };
  guint32 flags = of_action[cf_shutdown_request_get_action (request)];

  if (cf_shutdown_request_get_flags (request) & CF_SHUTDOWN_FORCE_OTHERS)
    flags |= FLAG_FORCE;
  return flags;
}

/* In the order of the class definition; Comment is left out for NULL. */
static WsmObject *
encode (CfDeliveryMethod *method, const CfShutdownRequest *request)
{
  WsmObject *input = wsm_object_new (CF_OPERATING_SYSTEM_URI, "Win32ShutdownTracker_INPUT");
  const char *message = cf_shutdown_request_get_message (request);

  wsm_object_add_uint32 (input, "Timeout", cf_shutdown_request_get_grace_seconds (request));
  if (message != NULL)
    wsm_object_add_string (input, "Comment", message);
  wsm_object_add_uint32 (input, "ReasonCode", cf_shutdown_request_get_reason (request));
  wsm_object_add_uint32 (input, "Flags", get_flags (request));
  return input;
}

static CfStatus *
read_status (CfDeliveryMethod *method, WsmObject *object, GError **error)
{
  return cf_status_new_from_operating_system (object, error);
}

static void
cf_wmi_method_iface_init (CfDeliveryMethodInterface *iface)
{
  iface->name = "wmi";
  iface->resource_uri = CF_OPERATING_SYSTEM_URI;
  iface->initiate_method = "Win32ShutdownTracker";
  iface->find_inexpressible = find_inexpressible;
  iface->get_caveat = get_caveat;
  iface->encode = encode;
  iface->read_status = read_status;
}

static void
cf_wmi_method_class_init (CfWmiMethodClass *class)
{
}

static void
cf_wmi_method_init (CfWmiMethod *self)
{
}

/**
 * cf_wmi_method_new:
 *
 * Win32_OperatingSystem.Win32ShutdownTracker, which every Windows has (shutdown-semantics.md
 * sections 4.2 and 4.4): delay, text, reason, action and force can be said, nothing else; nothing
 * calls it off.
 *
 * Returns: (transfer full): the method
 */
CfDeliveryMethod *
cf_wmi_method_new (void)
{
  return g_object_new (CF_TYPE_WMI_METHOD, NULL);
}
