/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-contact.h"

struct _CfContact
{
  gatomicrefcount references;

  WsmTrust *trust;           /* (owned) */
  WsmCredential *credential; /* (owned) (nullable) */
  gboolean is_saved;
  guint answer_msec; /* 0 for the client's own */
};

/**
 * cf_contact_prepare_process:
 *
 * Settles what TLS and NTLM take from the whole process; see wsm_trust_prepare_process() and
 * wsm_credential_prepare_process(). First thing in main().
 */
void
cf_contact_prepare_process (void)
{
  wsm_trust_prepare_process ();
  wsm_credential_prepare_process ();
}

static gboolean
add_pins (WsmTrust *trust, const CfKnownHosts *hosts, GError **error)
{
  guint n_hosts = cf_known_hosts_get_n_hosts (hosts);

  for (guint i = 0; i < n_hosts; i++)
    {
      const CfKnownHost *host = cf_known_hosts_get (hosts, i);

      if (host->sha256 != NULL &&
          !wsm_trust_add_pin (trust, host->name, host->port, host->sha256, error))
        return FALSE;
    }
  return TRUE;
}

static CfContact *
contact_new (WsmTrust *trust, WsmCredential *credential, gboolean is_saved, guint answer_msec)
{
  CfContact *self = g_new0 (CfContact, 1);

  g_atomic_ref_count_init (&self->references);
  self->trust = g_object_ref (trust);
  self->credential = credential != NULL ? wsm_credential_ref (credential) : NULL;
  self->is_saved = is_saved;
  self->answer_msec = answer_msec;
  return self;
}

/**
 * cf_contact_new:
 * @options: how
 * @error: %G_IO_ERROR_INVALID_ARGUMENT for what is no file of authorities, or no pin
 *
 * Returns: (transfer full): a new contact; %NULL with @error set otherwise
 */
CfContact *
cf_contact_new (const CfContactOptions *options, GError **error)
{
  g_autoptr (WsmTrust) trust = NULL;

  g_return_val_if_fail (options != NULL, NULL);

  trust = wsm_trust_new (options->ca_file, options->pin, error);
  if (trust == NULL)
    return NULL;
  if (options->known_hosts != NULL && options->ca_file == NULL && options->pin == NULL &&
      !add_pins (trust, options->known_hosts, error))
    return NULL;
  return contact_new (trust, options->credential, options->is_saved, options->answer_msec);
}

/**
 * cf_contact_new_as:
 * @self: a contact
 * @credential: (nullable): who signs in instead
 * @is_saved: whether the password of @credential was a saved one
 *
 * Shares what is expensive: the authorities are read once.
 *
 * Returns: (transfer full): a contact like @self for somebody else
 */
CfContact *
cf_contact_new_as (CfContact *self, WsmCredential *credential, gboolean is_saved)
{
  g_return_val_if_fail (self != NULL, NULL);

  return contact_new (self->trust, credential, is_saved, self->answer_msec);
}

/**
 * cf_contact_ref:
 * @self: a contact
 *
 * Returns: (transfer full): @self
 */
CfContact *
cf_contact_ref (CfContact *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

/**
 * cf_contact_unref:
 * @self: (transfer full): a contact
 */
void
cf_contact_unref (CfContact *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_object_unref (self->trust);
  g_clear_pointer (&self->credential, wsm_credential_unref);
  g_free (self);
}

/**
 * cf_contact_is_saved:
 * @self: a contact
 *
 * Returns: whether it signs in with a password that was saved earlier
 */
gboolean
cf_contact_is_saved (const CfContact *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_saved;
}

/**
 * cf_contact_vouches:
 * @self: a contact
 * @endpoint: a host
 * @certificate: what it showed
 *
 * Returns: whether @certificate is believed to be that of @endpoint
 */
gboolean
cf_contact_vouches (const CfContact *self, WsmEndpoint *endpoint, GTlsCertificate *certificate)
{
  g_autoptr (GSocketConnectable) identity = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (endpoint != NULL, FALSE);

  identity = g_network_address_new (wsm_endpoint_get_host (endpoint),
                                    wsm_endpoint_get_port (endpoint));
  return wsm_trust_verify (self->trust, certificate, identity, NULL);
}

/**
 * cf_contact_open:
 * @self: a contact
 * @endpoint: a host
 *
 * Returns: (transfer full): a client that asks @endpoint this way; it connects when it is asked
 *   something. Drop it as soon as there is nothing more to ask: it holds the connection
 */
WsmClient *
cf_contact_open (const CfContact *self, WsmEndpoint *endpoint)
{
  WsmClientOptions options = { 0 };

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (endpoint != NULL, NULL);

  options.trust = self->trust;
  options.credential = self->credential;
  if (self->answer_msec > 0)
    {
      guint whole = MAX (self->answer_msec, 2);

      /* The host is told a little less than we wait, so that its own "timed out" comes first. */
      options.connect_timeout_msec = MIN (whole, WSM_CLIENT_CONNECT_MSEC);
      options.margin_msec = MIN (WSM_CLIENT_MARGIN_MSEC, (whole + 2) / 3);
      options.operation_timeout_msec = MIN (whole - options.margin_msec, WSM_CLIENT_OPERATION_MSEC);
    }
  return wsm_client_new (endpoint, &options);
}
