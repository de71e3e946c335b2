/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-startup.h"

#include "curfew-config.h"

#include "cf-service-manager.h"
#include "clock/cf-boot-clock.h"
#include "power/cf-logind.h"
#include "power/cf-rehearsal.h"
#include "wsman/auth/wsm-pam.h"
#include "wsman/auth/wsm-user-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAM_SOCKET      "/run/curfew-pam.sock"
#define TERMINAL_SOCKET "/run/curfew-terminal.sock"
#define PAM_HELPER      CF_LIBEXEC_DIR "/curfew-pam-helper"

static void
take_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* Only here: nothing is served yet that could be kept waiting. */
static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static gboolean
connect_bus (CfStartup *self, const CfAgentOptions *options, GError **error)
{
  if (options->bus == CF_BUS_NONE)
    return TRUE;

  self->bus = g_bus_get_sync (
    options->bus == CF_BUS_SYSTEM ? G_BUS_TYPE_SYSTEM : G_BUS_TYPE_SESSION, NULL, error);
  if (self->bus == NULL)
    {
      g_prefix_error (error, "There is no message bus: ");
      return FALSE;
    }
  /* A lost bus must not look like being told to stop: that would call off what is pending. */
  g_dbus_connection_set_exit_on_close (self->bus, FALSE);
  return TRUE;
}

static CfPower *
make_rehearsal (const CfAgentOptions *options, const CfAgentConfig *config)
{
  g_autofree char *record = NULL;
  CfRehearsal *rehearsal;

  if (options->state_directory != NULL)
    record = g_build_filename (options->state_directory, "rehearsed.log", NULL);
  rehearsal = cf_rehearsal_new ((const char *const *) options->signed_in, config->allow_halt,
                                record);
  if (options->blockers != NULL)
    cf_rehearsal_play_blockers (rehearsal, (const char *const *) options->blockers);
  return CF_POWER (rehearsal);
}

static CfPower *
make_power (CfStartup *self, const CfAgentOptions *options, const CfAgentConfig *config,
            GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (options->rehearse)
    return make_rehearsal (options, config);
  cf_logind_new_async (self->bus, config->allow_halt, NULL, take_result_cb, &result);
  return (CfPower *) cf_logind_new_finish (wait_for (&result), error);
}

static WsmPasswordVerifier *
make_verifier (const CfAgentOptions *options, const CfAgentConfig *config, GError **error)
{
  if (options->users != NULL)
    return (WsmPasswordVerifier *) wsm_user_file_new (options->users, error);
  if (options->rehearse)
    return WSM_PASSWORD_VERIFIER (wsm_pam_new (PAM_HELPER, config->pam_service, NULL));
  return WSM_PASSWORD_VERIFIER (wsm_pam_new_for_socket (PAM_SOCKET, config->pam_service));
}

static CfGatekeeper *
make_gatekeeper (const CfAgentOptions *options, CfPower *power, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (options->bus == CF_BUS_SESSION)
    return cf_gatekeeper_new_for_rehearsal (power);
  cf_gatekeeper_new_async (power, NULL, take_result_cb, &result);
  return cf_gatekeeper_new_finish (wait_for (&result), error);
}

/* Sockets of whoever started us; those whose name (FileDescriptorName=) is "https" speak it. */
static gboolean
listen_inherited (CfAgent *agent, guint *n_sockets, GError **error)
{
  g_autoptr (GArray) sockets = cf_service_manager_take_sockets ();

  *n_sockets = sockets->len;
  for (guint i = 0; i < sockets->len; i++)
    {
      const CfPassedSocket *passed = &g_array_index (sockets, CfPassedSocket, i);

      if (!cf_agent_listen_fd (agent, passed->fd, g_str_equal (passed->name, "https"), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
listen_all (CfAgent *agent, const CfAgentOptions *options, GError **error)
{
  guint n_inherited = 0;

  if (!listen_inherited (agent, &n_inherited, error))
    return FALSE;
  if (n_inherited == 0 && options->listen == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   "There is nothing to listen on. Try --listen 127.0.0.1:0");
      return FALSE;
    }
  for (gsize i = 0; options->listen != NULL && options->listen[i] != NULL; i++)
    {
      g_autoptr (CfListenAddress) address = cf_listen_address_parse (options->listen[i], error);

      if (address == NULL || !cf_agent_listen (agent, address, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
make_agent (CfStartup *self, const CfAgentOptions *options, const CfAgentConfig *config,
            const CfVouchers *vouchers, CfPower *power, GError **error)
{
  g_autoptr (CfClock) clock = cf_boot_clock_new ();
  g_autoptr (WsmPasswordVerifier) verifier = make_verifier (options, config, error);
  g_autoptr (CfTerminals) terminals = NULL;
  g_auto (CfAgentPlaces) places = { NULL };
  CfAgentParts parts;

  if (verifier == NULL)
    return FALSE;
  if (!options->rehearse)
    terminals = cf_terminals_new (TERMINAL_SOCKET);
  cf_agent_places_init (&places, (const char *const *) options->plugins, options->rehearse);
  parts = (CfAgentParts){
    .clock = clock,
    .power = power,
    .verifier = verifier,
    .vouchers = vouchers,
    .terminals = terminals,
    .places = &places,
    .run_directory = options->run_directory,
    .state_directory = options->state_directory,
  };
  self->agent = cf_agent_new (config, &parts, error);
  return self->agent != NULL;
}

static gboolean
watch_front (CfStartup *self, const CfAgentConfig *config, GError **error)
{
  if (config->front_pid_file == NULL)
    return TRUE;
  self->front_watch = cf_front_watch_new (config->front_pid_file);
  return cf_front_watch_start (self->front_watch, error);
}

/* Nobody is heard between these two: whoever came before what is pending is known would be told
 * that nothing is, and put theirs in its place. */
static gboolean
open_up (CfAgent *agent, const CfAgentOptions *options, GError **error)
{
  if (!listen_all (agent, options, error))
    return FALSE;
  cf_agent_resume (agent);
  return TRUE;
}

typedef struct
{
  CfAgent *agent;
  const CfAgentOptions *options;
  gboolean is_settled;
  GError *error; /* (owned) (nullable): why it cannot be */
} Name;

/* At once: calls that waited for the name come right behind it. */
static void
acquired_cb (Name *name)
{
  if (!name->is_settled)
    open_up (name->agent, name->options, &name->error);
  name->is_settled = TRUE;
}

static void
lost_cb (Name *name, const char *reason)
{
  if (name->error == NULL)
    g_set_error_literal (&name->error, G_IO_ERROR, G_IO_ERROR_EXISTS, reason);
  name->is_settled = TRUE;
}

static gboolean
appear_on_bus (CfStartup *self, CfGatekeeper *gatekeeper, const CfAgentOptions *options,
               const CfAgentConfig *config, GError **error)
{
  Name name = { self->agent, options, FALSE, NULL };
  CfReceiver *receiver = cf_agent_get_receiver (self->agent);

  /* whoever rehearses on their own bus is at the screen */
  if (options->bus == CF_BUS_SESSION)
    cf_audience_add_host (cf_receiver_get_audience (receiver), geteuid (), g_get_user_name ());
  self->agent_bus = cf_agent_bus_new (receiver, gatekeeper, config);
  if (!cf_agent_bus_export (self->agent_bus, self->bus, error))
    return FALSE;
  g_signal_connect_swapped (self->agent_bus, "name-acquired", G_CALLBACK (acquired_cb), &name);
  g_signal_connect_swapped (self->agent_bus, "name-lost", G_CALLBACK (lost_cb), &name);
  cf_agent_bus_own (self->agent_bus);
  while (!name.is_settled)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handlers_disconnect_by_data (self->agent_bus, &name);
  if (name.error == NULL)
    return TRUE;
  g_propagate_error (error, name.error);
  return FALSE;
}

/* The helper of each session reads it, as the user whose session it is. */
static void
check_logo (const CfAgentConfig *config)
{
  GStatBuf status;

  if (config->logo == NULL)
    return;
  if (g_stat (config->logo, &status) != 0)
    g_warning ("The logo %s is not shown: %s. Correct [organization] logo in agent.conf",
               config->logo, g_strerror (errno));
  else if (!S_ISREG (status.st_mode) || !(status.st_mode & S_IROTH))
    g_warning ("The logo %s is not shown: it has to be a file that everybody may read (chmod a+r)",
               config->logo);
}

/**
 * cf_startup_run:
 * @self: (out caller-allocates): all zero
 * @options: the command line
 * @error: what is missing or wrong, one sentence
 *
 * Puts an agent together and takes up what an earlier one left. Iterates the default main context
 * until all is there.
 *
 * Returns: %FALSE with @error set if it cannot run
 */
gboolean
cf_startup_run (CfStartup *self, const CfAgentOptions *options, GError **error)
{
  g_autoptr (CfAgentConfig) config = NULL;
  g_autoptr (CfGatekeeper) gatekeeper = NULL;
  g_autoptr (CfPower) power = NULL;
  g_auto (CfVouchers) vouchers = { NULL };

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (options != NULL, FALSE);

  config = cf_agent_config_new (options->rehearse);
  if (options->config != NULL && !cf_agent_config_load (config, options->config, error))
    return FALSE;
  check_logo (config);
  /* first of all, as the bus comes with threads */
  if (!cf_vouchers_load (&vouchers, config, options->run_directory, error) ||
      !connect_bus (self, options, error))
    return FALSE;
  power = make_power (self, options, config, error);
  if (power == NULL || !make_agent (self, options, config, &vouchers, power, error) ||
      !watch_front (self, config, error))
    return FALSE;
  if (self->bus == NULL)
    return open_up (self->agent, options, error);
  gatekeeper = make_gatekeeper (options, power, error);
  return gatekeeper != NULL && appear_on_bus (self, gatekeeper, options, config, error);
}

/**
 * cf_startup_clear:
 * @self: what was started
 */
void
cf_startup_clear (CfStartup *self)
{
  g_return_if_fail (self != NULL);

  if (self->agent_bus != NULL)
    cf_agent_bus_stop (self->agent_bus);
  if (self->bus != NULL)
    g_dbus_connection_flush_sync (self->bus, NULL, NULL);
  g_clear_object (&self->front_watch);
  g_clear_object (&self->agent_bus);
  g_clear_object (&self->agent);
  g_clear_object (&self->bus);
}
