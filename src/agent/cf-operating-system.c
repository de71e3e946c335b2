/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-operating-system.h"

#include "cf-method.h"
#include "request/cf-request-code.h"
#include "request/cf-win32-code.h"
#include "request/cf-windows-shutdown-names.h"

/* the Flags of Win32Shutdown and Win32ShutdownTracker */
#define FLAG_LOG_OFF   0
#define FLAG_SHUT_DOWN 1
#define FLAG_REBOOT    2
#define FLAG_FORCE     4
#define FLAG_POWER_OFF 8

struct _CfOperatingSystem
{
  GObject parent_instance;

  CfReceiver *receiver;        /* (owned), set once */
  CfClock *clock;              /* (owned), set once */
  const CfMachineFacts *facts; /* (unowned), outlives this */
};

static void cf_operating_system_handler_init (WsmHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CfOperatingSystem, cf_operating_system, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WSM_TYPE_HANDLER,
                                                      cf_operating_system_handler_init))

/**
 * cf_operating_system_flags_to_wire:
 * @flags: the Flags of Win32Shutdown or Win32ShutdownTracker
 * @wire: (out): the flags of WsdrInitiateShutdown that mean the same
 * @code: (out): the Win32 code to answer if there are none: %CF_WIN32_NOT_SUPPORTED for logging
 *   off, %CF_WIN32_INVALID_PARAMETER for a number without a meaning
 *
 * "Shut down" without "power off" leaves the power on, so that is a halt
 * (shutdown-semantics.md section 4.2).
 *
 * Returns: %FALSE with @code set if the request cannot be
 */
gboolean
cf_operating_system_flags_to_wire (gint32 flags, guint32 *wire, guint32 *code)
{
  switch (flags & ~FLAG_FORCE)
    {
    case FLAG_LOG_OFF:
      *code = CF_WIN32_NOT_SUPPORTED;
      return FALSE;
    case FLAG_SHUT_DOWN:
      *wire = CF_SHUTDOWN_NOREBOOT;
      break;
    case FLAG_REBOOT:
      *wire = CF_SHUTDOWN_RESTART;
      break;
    case FLAG_POWER_OFF:
      *wire = CF_SHUTDOWN_POWEROFF;
      break;
    default:
      *code = CF_WIN32_INVALID_PARAMETER;
      return FALSE;
    }
  if (flags & FLAG_FORCE)
    *wire |= CF_SHUTDOWN_FORCE_OTHERS;
  return TRUE;
}

static guint32
submit (CfReceiver *receiver, WsmPrincipal *caller, const char *method, guint32 wire_flags,
        guint32 grace_seconds, const char *message, guint32 reason)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  g_autofree char *code = cf_request_code_new ();

  cf_shutdown_request_builder_add_flags (builder, wire_flags);
  cf_shutdown_request_builder_set_grace_seconds (builder, grace_seconds);
  cf_shutdown_request_builder_set_message (builder, message);
  cf_shutdown_request_builder_set_reason (builder, reason);
  cf_shutdown_request_builder_set_client_hint (builder, method);
  cf_shutdown_request_builder_set_code (builder, code);
  return cf_receiver_initiate (receiver, caller, CF_SCHEDULE_ORIGIN_FOREIGN, builder);
}

/* Submits what @flags of Win32Shutdown or Win32ShutdownTracker ask for. */
static guint32
submit_flags (CfReceiver *receiver, WsmPrincipal *caller, const char *method, gint32 flags,
              guint32 grace_seconds, const char *message, guint32 reason)
{
  g_autofree char *problem = NULL;
  guint32 wire = 0;
  guint32 code = 0;

  if (cf_operating_system_flags_to_wire (flags, &wire, &code))
    return submit (receiver, caller, method, wire, grace_seconds, message, reason);

  problem = g_strdup_printf ("%s with Flags %d asks for nothing that this agent does", method,
                             flags);
  return cf_receiver_refuse (receiver, caller, problem, code);
}

static gboolean
get_flags (WsmObject *input, gint32 *flags, WsmFault **fault)
{
  g_autoptr (GError) error = NULL;

  if (wsm_object_get_int32 (input, "Flags", flags, &error))
    return TRUE;
  *fault = cf_method_fault_for_value ("Flags", error);
  return FALSE;
}

static WsmFault *
shutdown_tracker (gpointer receiver, WsmPrincipal *caller, WsmObject *input, guint32 *code)
{
  WsmFault *fault = NULL;
  guint32 timeout = 0;
  guint32 reason = 0;
  gint32 flags = 0;

  if (!cf_method_get_uint32 (input, "Timeout", FALSE, &timeout, &fault) ||
      !cf_method_get_uint32 (input, "ReasonCode", FALSE, &reason, &fault) ||
      !get_flags (input, &flags, &fault))
    return fault;

  *code = submit_flags (receiver, caller, "Win32ShutdownTracker", flags, timeout,
                        wsm_object_get_string (input, "Comment"), reason);
  return NULL;
}

static WsmFault *
win32_shutdown (gpointer receiver, WsmPrincipal *caller, WsmObject *input, guint32 *code)
{
  WsmFault *fault = NULL;
  gint32 flags = 0;

  if (!get_flags (input, &flags, &fault))
    return fault;

  *code = submit_flags (receiver, caller, "Win32Shutdown", flags, 0, NULL, 0);
  return NULL;
}

static WsmFault *
reboot (gpointer receiver, WsmPrincipal *caller, WsmObject *input, guint32 *code)
{
  *code = submit (receiver, caller, "Reboot", CF_SHUTDOWN_RESTART, 0, NULL, 0);
  return NULL;
}

static WsmFault *
power_off (gpointer receiver, WsmPrincipal *caller, WsmObject *input, guint32 *code)
{
  *code = submit (receiver, caller, "Shutdown", CF_SHUTDOWN_POWEROFF, 0, NULL, 0);
  return NULL;
}

static const char *const tracker_parameters[] = { "Timeout", "Comment", "ReasonCode", "Flags",
                                                  NULL };
static const char *const shutdown_parameters[] = { "Flags", "Reserved", NULL };
static const char *const no_parameters[] = { NULL };

static const CfMethod methods[] = {
  { "Win32ShutdownTracker", tracker_parameters, shutdown_tracker },
  { "Win32Shutdown", shutdown_parameters, win32_shutdown },
  { "Reboot", no_parameters, reboot },
  { "Shutdown", no_parameters, power_off },
};

static WsmObject *
describe (CfOperatingSystem *self)
{
  WsmObject *system = wsm_object_new (CF_OPERATING_SYSTEM_URI, CF_OPERATING_SYSTEM_CLASS);
  CfPower *power = cf_receiver_get_power (self->receiver);
  g_autoptr (GDateTime) booted = cf_clock_dup_boot_time (self->clock);
  g_autoptr (GDateTime) now_utc = cf_clock_dup_real_time (self->clock);
  g_autoptr (GDateTime) now = g_date_time_to_local (now_utc);

  wsm_object_add_string (system, "CSName", self->facts->host_name);
  wsm_object_add_string (system, "Caption", self->facts->system_name);
  wsm_object_add_datetime (system, "LastBootUpTime", booted);
  wsm_object_add_datetime (system, "LocalDateTime", now);
  wsm_object_add_uint32 (system, "NumberOfUsers", cf_power_count_people (power));
  wsm_object_add_boolean (system, "Primary", TRUE);
  wsm_object_add_string (system, "Status", "OK");
  wsm_object_add_string (system, "Version", self->facts->kernel_release);
  return system;
}

static void
cf_operating_system_handle (WsmHandler *handler, WsmOperation *operation)
{
  CfOperatingSystem *self = CF_OPERATING_SYSTEM (handler);
  const char *action = wsm_envelope_get_action (wsm_operation_get_request (operation));
  g_autoptr (WsmObject) system = NULL;

  if (!g_str_equal (action, WSM_ACTION_GET))
    {
      cf_method_dispatch (operation, CF_OPERATING_SYSTEM_URI, methods, G_N_ELEMENTS (methods),
                          self->receiver);
      return;
    }
  system = describe (self);
  wsm_operation_return_object (operation, system);
}

static void
cf_operating_system_handler_init (WsmHandlerInterface *iface)
{
  iface->handle = cf_operating_system_handle;
}

static void
cf_operating_system_dispose (GObject *object)
{
  CfOperatingSystem *self = CF_OPERATING_SYSTEM (object);

  g_clear_object (&self->receiver);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (cf_operating_system_parent_class)->dispose (object);
}

static void
cf_operating_system_class_init (CfOperatingSystemClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_operating_system_dispose;
}

static void
cf_operating_system_init (CfOperatingSystem *self)
{
}

/**
 * cf_operating_system_new:
 * @receiver: where requests go
 * @clock: tells the times
 * @facts: (transfer none): of this machine; has to outlive the handler
 *
 * Returns: (transfer full): the handler of %CF_OPERATING_SYSTEM_URI
 */
WsmHandler *
cf_operating_system_new (CfReceiver *receiver, CfClock *clock, const CfMachineFacts *facts)
{
  CfOperatingSystem *self;

  g_return_val_if_fail (CF_IS_RECEIVER (receiver), NULL);
  g_return_val_if_fail (CF_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (facts != NULL, NULL);

  self = g_object_new (CF_TYPE_OPERATING_SYSTEM, NULL);
  self->receiver = g_object_ref (receiver);
  self->clock = g_object_ref (clock);
  self->facts = facts;
  return WSM_HANDLER (self);
}
