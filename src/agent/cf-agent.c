/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-agent.h"

#include "curfew-config.h"

#include "cf-announcer.h"
#include "cf-audit.h"
#include "cf-authority.h"
#include "cf-credential.h"
#include "cf-executor.h"
#include "cf-front.h"
#include "cf-machine-facts.h"
#include "cf-plugin-directory.h"
#include "cf-router.h"
#include "cf-shells.h"
#include "plugin-api/wsman-plugin.h"
#include "wsman/service/wsm-service.h"

#define VENDOR            "Curfew"
#define CONCEALED_VERSION "OS: 0.0.0 SP: 0.0 Stack: 3.0"
#define PROFILE           "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/"

struct _CfAgent
{
  GObject parent_instance;

  CfOnStop on_stop;
  CfMachineFacts *facts;        /* (owned) */
  CfPower *power;               /* (owned) */
  CfSchedule *schedule;         /* (owned) */
  CfReceiver *receiver;         /* (owned) */
  CfExecutor *executor;         /* (owned) */
  CfAnnouncer *announcer;       /* (owned) (nullable): %NULL without terminals */
  CfPluginDirectory *plugins;   /* (owned) */
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
  g_clear_object (&self->plugins);
  g_clear_object (&self->announcer);
  g_clear_object (&self->executor);
  g_clear_object (&self->receiver);
  g_clear_object (&self->schedule);
  g_clear_object (&self->power);
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
  if (config->access_file == NULL && cf_power_is_rehearsal (power))
    return cf_authority_new_for_rehearsal ();
  return cf_authority_new_from_file (
    config->access_file != NULL ? config->access_file : CF_SYSCONF_DIR "/access.conf", error);
}

static gboolean
load_certificate (CfAgent *self, const CfAgentConfig *config, GError **error)
{
  g_autofree char *handed_over = cf_credential_find (&cf_credential_certificate);
  const char *path = config->certificate_file != NULL ? config->certificate_file : handed_over;

  if (path == NULL)
    return TRUE;

  self->certificate = g_tls_certificate_new_from_files (
    path, config->private_key_file != NULL ? config->private_key_file : path, error);
  if (self->certificate == NULL)
    {
      g_prefix_error (error, "The certificate %s cannot be used: ", path);
      return FALSE;
    }
  return TRUE;
}

/* What signing in is possible, in the words of DSP0226. */
static char **
dup_security_profiles (const CfVouchers *vouchers)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  WsmAuthScheme schemes = WSM_AUTH_SCHEME_NONE;

  g_strv_builder_add (builder, PROFILE "https/basic");
  if (vouchers != NULL && vouchers->certificate_users != NULL)
    g_strv_builder_add (builder, PROFILE "https/mutual");
  if (vouchers != NULL && vouchers->acceptor != NULL)
    schemes = wsm_acceptor_get_schemes (vouchers->acceptor);
  if (schemes & WSM_AUTH_SCHEME_KERBEROS)
    g_strv_builder_add_many (builder, PROFILE "http/spnego-kerberos",
                             PROFILE "https/spnego-kerberos", NULL);
  return g_strv_builder_end (builder);
}

static void
set_identify (CfAgent *self, const CfAgentConfig *config, const CfVouchers *vouchers)
{
  g_auto (GStrv) profiles = dup_security_profiles (vouchers);
  g_autofree char *version = g_strdup_printf ("OS: %s SP: 0.0 Stack: 3.0, Curfew " CF_VERSION,
                                              self->facts->kernel_release);
  g_autoptr (WsmIdentifyResponse)
    anonymous = wsm_identify_response_new (VENDOR, CONCEALED_VERSION, NULL);
  g_autoptr (WsmIdentifyResponse)
    signed_in = wsm_identify_response_new (VENDOR, version, (const char *const *) profiles);

  wsm_service_set_identify (self->service, config->identify, anonymous, signed_in);
}

static CfSchedule *
make_schedule (CfAgent *self, const CfAgentParts *parts)
{
  g_autoptr (CfScheduleStore) store = NULL;
  g_autofree char *path = NULL;

  if (parts->run_directory != NULL)
    {
      /* an agent that acts must not take up what was accepted by the rules of a rehearsal */
      path = g_build_filename (
        parts->run_directory,
        cf_power_is_rehearsal (parts->power) ? "pending-rehearsal" : "pending", NULL);
      store = cf_schedule_store_new (path, self->facts->boot_id);
    }
  return cf_schedule_new (parts->clock, store);
}

static void
make_desk (CfAgent *self, const CfAgentConfig *config, const CfAgentParts *parts,
           CfAuthority *authority)
{
  const CfManners manners = {
    .may_postpone = config->may_postpone,
    .extend_own = config->extend != CF_EXTEND_NONE,
    .extend_foreign = config->extend == CF_EXTEND_ALL,
  };
  g_autoptr (CfActionHistory) history = NULL;

  history = cf_action_history_new (parts->state_directory, self->facts->boot_id,
                                   config->settle_seconds);
  self->schedule = make_schedule (self, parts);
  self->receiver = cf_receiver_new (self->schedule, parts->power, authority, parts->clock);
  cf_receiver_set_manners (self->receiver, &manners);
  cf_receiver_set_history (self->receiver, history);
  self->executor = cf_executor_new (self->schedule, parts->power, parts->clock, history);
  if (parts->terminals != NULL)
    self->announcer = cf_announcer_new (self->schedule, parts->power,
                                        cf_receiver_get_audience (self->receiver), parts->terminals,
                                        config->organization, self->facts->host_name);
}

static gboolean
load_plugins (CfAgent *self, const CfAgentParts *parts, GError **error)
{
  const CfPluginPlaces places = {
    .helper_program = parts->places->plugin_host,
    .helper_socket = parts->places->plugin_socket,
    .owner_may_own = parts->places->owner_may_own,
  };
  const char *const *folders = (const char *const *) parts->places->plugin_folders;
  g_autoptr (CfPluginDesk) desk = NULL;
  g_autofree char *names = NULL;

  desk = cf_plugin_desk_new (self->receiver, parts->clock, self->facts);
  self->plugins = cf_plugin_directory_new (desk, &places);
  if (cf_plugin_directory_load (self->plugins, folders) > 0)
    return TRUE;

  names = g_strjoinv (" and ", parts->places->plugin_folders);
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
               "No plug-in can be used, so there is nothing that anybody could ask for. They are "
               "described in %s",
               names);
  return FALSE;
}

static gboolean
make_service (CfAgent *self, const CfAgentConfig *config, const CfAgentParts *parts, GError **error)
{
  g_autoptr (CfShells) shells = cf_shells_new ();
  g_autoptr (CfRouter) router = cf_router_new (self->receiver, self->plugins, shells);

  self->service = wsm_service_new (WSM_HANDLER (router), parts->verifier, &config->limits);
  wsm_service_set_allow_clear_basic_on_loopback (self->service,
                                                 cf_power_is_rehearsal (parts->power));
  if (parts->vouchers != NULL && parts->vouchers->acceptor != NULL)
    wsm_service_set_acceptor (self->service, parts->vouchers->acceptor);
  if (parts->vouchers != NULL && parts->vouchers->certificate_users != NULL)
    wsm_service_set_certificate_users (self->service, parts->vouchers->certificate_users);
  set_identify (self, config, parts->vouchers);
  return config->front_user == NULL ||
         cf_front_set_up (self->service, config->front_user, config->front_user_header, error);
}

/**
 * cf_agent_new:
 * @config: settings; not kept
 * @parts: what it works with
 * @error: what in @config, or in the files it names, cannot be
 *
 * Returns: (transfer full): an agent that listens nowhere yet; %NULL with @error set otherwise
 */
CfAgent *
cf_agent_new (const CfAgentConfig *config, const CfAgentParts *parts, GError **error)
{
  g_autoptr (CfAgent) self = g_object_new (CF_TYPE_AGENT, NULL);
  g_autoptr (CfAuthority) authority = NULL;

  g_return_val_if_fail (config != NULL, NULL);
  g_return_val_if_fail (parts != NULL, NULL);

  self->on_stop = config->on_stop;
  self->power = g_object_ref (parts->power);
  self->facts = cf_machine_facts_new (error);
  if (self->facts == NULL || !load_certificate (self, config, error))
    return NULL;
  authority = make_authority (config, parts->power, error);
  if (authority == NULL)
    return NULL;

  make_desk (self, config, parts, authority);
  if (!load_plugins (self, parts, error) || !make_service (self, config, parts, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * cf_agent_get_receiver:
 * @self: an agent
 *
 * Returns: (transfer none): its desk, where requests arrive
 */
CfReceiver *
cf_agent_get_receiver (CfAgent *self)
{
  g_return_val_if_fail (CF_IS_AGENT (self), NULL);

  return self->receiver;
}

/**
 * cf_agent_resume:
 * @self: an agent
 *
 * Takes up what an agent before this one accepted on this boot, and starts those plug-ins that are
 * to be there from the start. Only one agent may do that: call it once it is known that there is no
 * other.
 */
void
cf_agent_resume (CfAgent *self)
{
  g_return_if_fail (CF_IS_AGENT (self));

  cf_executor_resume (self->executor);
  cf_plugin_directory_auto_start (self->plugins);
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
 * cf_agent_drain:
 * @self: an agent
 * @web_server_is_gone: whether it ends because the web server does that stood before it
 *
 * Ends all plug-ins: cancels what is open, which is answered, and has each of them shut down. New
 * requests are answered 995 from now on. cf_agent_is_drained() says when it is done, or was given
 * up, and cf_agent_has_answered() when the answers are out; then comes cf_agent_stop().
 */
void
cf_agent_drain (CfAgent *self, gboolean web_server_is_gone)
{
  guint32 reason = WSMAN_PLUGIN_SHUTDOWN_SERVICE;

  g_return_if_fail (CF_IS_AGENT (self));

  if (cf_power_get_state (self->power) == CF_POWER_GOING_DOWN)
    reason = WSMAN_PLUGIN_SHUTDOWN_SYSTEM;
  else if (web_server_is_gone)
    reason = WSMAN_PLUGIN_SHUTDOWN_IISHOST;
  cf_plugin_directory_stop (self->plugins, reason);
}

/**
 * cf_agent_is_drained:
 * @self: an agent
 *
 * Returns: whether no plug-in runs any more, or will ever answer
 */
gboolean
cf_agent_is_drained (CfAgent *self)
{
  g_return_val_if_fail (CF_IS_AGENT (self), TRUE);

  return cf_plugin_directory_is_stopped (self->plugins);
}

/**
 * cf_agent_has_answered:
 * @self: an agent
 *
 * Returns: whether nobody who has asked waits for an answer that is not written yet
 */
gboolean
cf_agent_has_answered (CfAgent *self)
{
  g_return_val_if_fail (CF_IS_AGENT (self), TRUE);

  return !wsm_service_is_answering (self->service);
}

/**
 * cf_agent_stop:
 * @self: an agent
 *
 * Stops listening and closes all connections. What is pending is called off, or kept for the next
 * agent of this boot, as the configuration says; while the machine goes down there is nothing to
 * call off. Something may still have to be brought to its end: cf_agent_is_quiet() says when it
 * was.
 */
void
cf_agent_stop (CfAgent *self)
{
  g_return_if_fail (CF_IS_AGENT (self));

  wsm_service_stop (self->service);
  if (self->on_stop == CF_ON_STOP_CANCEL && cf_power_get_state (self->power) != CF_POWER_GOING_DOWN)
    {
      const CfReceiverFacts stopping = { .caller_may = TRUE };

      cf_schedule_abort (self->schedule, "whoever stopped the agent", &stopping);
    }
  cf_audit_stopped ();
}

/**
 * cf_agent_is_quiet:
 * @self: an agent
 *
 * Returns: %FALSE while somebody is being told something on a terminal, or the machine that it is
 * to go down: what has begun is not left half done
 */
gboolean
cf_agent_is_quiet (CfAgent *self)
{
  g_return_val_if_fail (CF_IS_AGENT (self), TRUE);

  return cf_schedule_get_state (self->schedule) != CF_RECEIVER_EXECUTING &&
         (self->announcer == NULL || cf_announcer_is_quiet (self->announcer));
}
