/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-agent.h"

#include "curfew-config.h"

#include "cf-audit.h"
#include "cf-authority.h"
#include "cf-machine-facts.h"
#include "cf-operating-system.h"
#include "cf-receiver.h"
#include "cf-router.h"
#include "cf-windows-shutdown.h"
#include "request/cf-windows-shutdown-names.h"
#include "wsman/service/wsm-service.h"

#define VENDOR            "Curfew"
#define CONCEALED_VERSION "OS: 0.0.0 SP: 0.0 Stack: 3.0"

struct _CfAgent
{
  GObject parent_instance;

  CfMachineFacts *facts;        /* (owned) */
  CfSchedule *schedule;         /* (owned) */
  WsmService *service;          /* (owned) */
  GTlsCertificate *certificate; /* (owned) (nullable): %NULL if none is configured */
};

G_DEFINE_FINAL_TYPE (CfAgent, cf_agent, G_TYPE_OBJECT)

static void
cf_agent_dispose (GObject *object)
{
  CfAgent *self = CF_AGENT (object);

  if (self->service != NULL)
    wsm_service_stop (self->service);
  g_clear_object (&self->service);
  g_clear_object (&self->schedule);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->facts, cf_machine_facts_free);

  G_OBJECT_CLASS (cf_agent_parent_class)->dispose (object);
}

static void
cf_agent_class_init (CfAgentClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_agent_dispose;
}

static void
cf_agent_init (CfAgent *self)
{
}

static CfAuthority *
make_authority (const CfAgentConfig *config, CfPower *power, GError **error)
{
  if (config->access_file != NULL)
    return cf_authority_new_from_file (config->access_file, error);
  if (cf_power_is_rehearsal (power))
    return cf_authority_new_for_rehearsal ();

  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
               "No access file is configured, so nobody could use this agent. Set [access] file in "
               "agent.conf");
  return NULL;
}

static gboolean
load_certificate (CfAgent *self, const CfAgentConfig *config, GError **error)
{
  if (config->certificate_file == NULL)
    return TRUE;

  self->certificate = g_tls_certificate_new_from_files (
    config->certificate_file,
    config->private_key_file != NULL ? config->private_key_file : config->certificate_file, error);
  if (self->certificate == NULL)
    {
      g_prefix_error (error, "The certificate %s cannot be used: ", config->certificate_file);
      return FALSE;
    }
  return TRUE;
}

static void
set_identify (CfAgent *self, const CfAgentConfig *config)
{
  static const char *const profiles[] = {
    "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/basic",
    NULL,
  };
  g_autofree char *version = g_strdup_printf ("OS: %s SP: 0.0 Stack: 3.0, Curfew " CF_VERSION,
                                              self->facts->kernel_release);
  g_autoptr (WsmIdentifyResponse)
    anonymous = wsm_identify_response_new (VENDOR, CONCEALED_VERSION, NULL);
  g_autoptr (WsmIdentifyResponse) signed_in = wsm_identify_response_new (VENDOR, version, profiles);

  wsm_service_set_identify (self->service, config->identify, anonymous, signed_in);
}

/**
 * cf_agent_new:
 * @config: settings; not kept
 * @clock: what time it is
 * @power: acts when the time has come
 * @verifier: says whether a name and a password belong together
 * @error: what in @config, or in the files it names, cannot be
 *
 * Returns: (transfer full): an agent that listens nowhere yet; %NULL with @error set otherwise
 */
CfAgent *
cf_agent_new (const CfAgentConfig *config, CfClock *clock, CfPower *power,
              WsmPasswordVerifier *verifier, GError **error)
{
  g_autoptr (CfAgent) self = g_object_new (CF_TYPE_AGENT, NULL);
  g_autoptr (CfAuthority) authority = NULL;
  g_autoptr (CfReceiver) receiver = NULL;
  g_autoptr (CfRouter) router = NULL;
  g_autoptr (WsmHandler) shutdown = NULL;
  g_autoptr (WsmHandler) system = NULL;

  g_return_val_if_fail (config != NULL, NULL);
  g_return_val_if_fail (CF_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (CF_IS_POWER (power), NULL);
  g_return_val_if_fail (WSM_IS_PASSWORD_VERIFIER (verifier), NULL);

  self->facts = cf_machine_facts_new (error);
  if (self->facts == NULL || !load_certificate (self, config, error))
    return NULL;
  authority = make_authority (config, power, error);
  if (authority == NULL)
    return NULL;

  self->schedule = cf_schedule_new (clock, NULL);
  receiver = cf_receiver_new (self->schedule, power, authority);
  shutdown = cf_windows_shutdown_new (receiver, clock, self->facts);
  system = cf_operating_system_new (receiver, clock, self->facts);
  router = cf_router_new (authority);
  cf_router_add (router, CF_WINDOWS_SHUTDOWN_URI, shutdown);
  cf_router_add (router, CF_OPERATING_SYSTEM_URI, system);

  self->service = wsm_service_new (WSM_HANDLER (router), verifier, &config->limits);
  wsm_service_set_allow_clear_basic_on_loopback (self->service, cf_power_is_rehearsal (power));
  set_identify (self, config);
  return g_steal_pointer (&self);
}

static gboolean
need_certificate (CfAgent *self, gboolean tls, GError **error)
{
  if (!tls || self->certificate != NULL)
    return TRUE;

  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
               "https needs a certificate. Set [tls] certificate-file and private-key-file in "
               "agent.conf");
  return FALSE;
}

/**
 * cf_agent_listen:
 * @self: an agent
 * @address: where to listen
 * @error: why that cannot be
 *
 * Returns: whether callers can connect there now
 */
gboolean
cf_agent_listen (CfAgent *self, const CfListenAddress *address, GError **error)
{
  g_return_val_if_fail (CF_IS_AGENT (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  return need_certificate (self, address->tls, error) &&
         wsm_service_listen (self->service, address->socket_address,
                             address->tls ? self->certificate : NULL, error);
}

/**
 * cf_agent_listen_fd:
 * @self: an agent
 * @fd: (transfer full): a listening socket, from whoever started this process
 * @tls: whether it speaks https
 * @error: why that cannot be
 *
 * Returns: whether callers are accepted there now
 */
gboolean
cf_agent_listen_fd (CfAgent *self, int fd, gboolean tls, GError **error)
{
  g_return_val_if_fail (CF_IS_AGENT (self), FALSE);
  g_return_val_if_fail (fd >= 0, FALSE);

  return need_certificate (self, tls, error) &&
         wsm_service_listen_fd (self->service, fd, tls ? self->certificate : NULL, error);
}

/**
 * cf_agent_dup_endpoints:
 * @self: an agent
 *
 * Returns: (transfer full) (array zero-terminated=1): the URLs it answers on
 */
char **
cf_agent_dup_endpoints (CfAgent *self)
{
  g_return_val_if_fail (CF_IS_AGENT (self), NULL);

  return wsm_service_dup_endpoints (self->service);
}

/**
 * cf_agent_dup_ready_line:
 * @self: an agent that listens
 *
 * Tells a program that started the agent where it is: a JSON object with `ready` and `endpoints`.
 *
 * Returns: (transfer full): one line without its line end
 */
char *
cf_agent_dup_ready_line (CfAgent *self)
{
  g_auto (GStrv) endpoints = NULL;
  g_autofree char *joined = NULL;

  g_return_val_if_fail (CF_IS_AGENT (self), NULL);

  /* URLs of numeric addresses hold nothing that JSON would want escaped */
  endpoints = cf_agent_dup_endpoints (self);
  joined = g_strjoinv ("\",\"", endpoints);
  return g_strdup_printf ("{\"ready\":true,\"endpoints\":[\"%s\"]}", joined);
}

/**
 * cf_agent_stop:
 * @self: an agent
 *
 * Stops listening and closes all connections. A pending request is called off: what nobody counts
 * down any more must not be promised.
 */
void
cf_agent_stop (CfAgent *self)
{
  const CfReceiverFacts stopping = { .caller_may = TRUE };

  g_return_if_fail (CF_IS_AGENT (self));

  wsm_service_stop (self->service);
  if (cf_schedule_get_state (self->schedule) == CF_RECEIVER_PENDING)
    cf_schedule_abort (self->schedule, "whoever stopped the agent", &stopping);
  cf_audit_stopped ();
}
