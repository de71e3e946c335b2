/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-vouchers.h"

#include "cf-credential.h"

#define REPLAY_CACHE "replay-cache"

/* What is read may be a copy; people know the original. */
static const char *
get_known_name (const char *configured, const CfCredential *credential)
{
  return configured != NULL ? configured : credential->original;
}

static void
log_acceptor (WsmAcceptor *acceptor, const CfAgentConfig *config)
{
  g_auto (GStrv) principals = wsm_acceptor_dup_principals (acceptor);
  g_autofree char *joined = g_strjoinv (", ", principals);

  if (wsm_acceptor_get_schemes (acceptor) & WSM_AUTH_SCHEME_KERBEROS)
    g_message ("Kerberos is on: tickets are accepted for %s (%s)", joined,
               get_known_name (config->keytab, &cf_credential_keytab));
  if (wsm_acceptor_get_schemes (acceptor) & WSM_AUTH_SCHEME_NTLM)
    g_message ("NTLM is on, for the users in %s", config->ntlm_users);
}

static gboolean
load_acceptor (CfVouchers *self, const CfAgentConfig *config, const char *run_directory,
               GError **error)
{
  g_autofree char *keytab = NULL;
  g_autofree char *ntlm_users = NULL;
  g_autofree char *replay_cache = NULL;
  WsmAcceptorOptions options;

  if (!cf_credential_choose_secret (&cf_credential_keytab, config->keytab, &keytab, error))
    return FALSE;
  /* without the setting there is no NTLM, whatever systemd hands over */
  if (config->ntlm_users != NULL &&
      !cf_credential_choose_secret (&cf_credential_ntlm_users, config->ntlm_users, &ntlm_users,
                                    error))
    return FALSE;
  if (keytab == NULL && ntlm_users == NULL)
    return TRUE;

  /* a ticket that was used stays used, over a new start of the agent */
  if (run_directory != NULL)
    replay_cache = g_build_filename (run_directory, REPLAY_CACHE, NULL);
  options = (WsmAcceptorOptions){
    .keytab = keytab,
    .replay_cache = replay_cache,
    .ntlm_users = ntlm_users,
    .kerberos_binding = config->kerberos_binding,
    .ntlm_binding = config->ntlm_binding,
  };
  self->acceptor = wsm_acceptor_new (&options, error);
  if (self->acceptor == NULL)
    return FALSE;
  log_acceptor (self->acceptor, config);
  return TRUE;
}

static gboolean
load_certificate_users (CfVouchers *self, const CfAgentConfig *config, GError **error)
{
  if (config->client_authorities == NULL)
    return TRUE;

  self->certificate_users = wsm_certificate_users_new (config->client_authorities,
                                                       config->certificate_users, error);
  if (self->certificate_users == NULL)
    return FALSE;
  g_message ("Client certificates are on: those of the authorities in %s, for the users in %s",
             config->client_authorities, config->certificate_users);
  return TRUE;
}

/**
 * cf_vouchers_load:
 * @self: (out caller-allocates): all zero
 * @config: what is switched on
 * @run_directory: (nullable) (type filename): where it is noted which tickets were seen
 * @error: what in the files that @config names cannot be
 *
 * Sets the environment, from which GSS-API takes its files: call it before there are threads.
 *
 * Returns: %FALSE with @error set if something that is switched on cannot be
 */
gboolean
cf_vouchers_load (CfVouchers *self, const CfAgentConfig *config, const char *run_directory,
                  GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (config != NULL, FALSE);

  return load_acceptor (self, config, run_directory, error) &&
         load_certificate_users (self, config, error);
}

/**
 * cf_vouchers_clear:
 * @self: vouchers
 */
void
cf_vouchers_clear (CfVouchers *self)
{
  g_return_if_fail (self != NULL);

  g_clear_object (&self->acceptor);
  g_clear_object (&self->certificate_users);
}
