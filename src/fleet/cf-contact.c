/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-contact.h"

struct _CfContact
{
  gatomicrefcount references;

  WsmTrust *trust;     /* (owned) */
  char *user;          /* (owned) (nullable) */
  WsmSecret *password; /* (owned) (nullable) */
  guint answer_msec;   /* 0 for the client's own */
};

/**
 * cf_contact_prepare_process:
 *
 * Settles what TLS takes from the whole process; see wsm_trust_prepare_process(). First thing in
 * main().
 */
void
cf_contact_prepare_process (void)
{
  wsm_trust_prepare_process ();
}

/**
 * cf_contact_new:
 * @ca_file: (nullable): a PEM file of the authorities to believe; %NULL for this computer's
 * @pin: (nullable): the SHA-256 of the one certificate to believe; not together with @ca_file
 * @user: (nullable): who signs in; %NULL asks without signing in
 * @password: (nullable): of @user; both are there or both are not
 * @answer_msec: how long a host may take for one answer, connecting included; 0 for what
 *   #WsmClient takes for right (45 s, 5 s of it for connecting), which is also the most
 * @error: %G_IO_ERROR_INVALID_ARGUMENT for what is no file of authorities, or no pin
 *
 * Returns: (transfer full): a new contact; %NULL with @error set otherwise
 */
CfContact *
cf_contact_new (const char *ca_file, const char *pin, const char *user, WsmSecret *password,
                guint answer_msec, GError **error)
{
  g_autoptr (WsmTrust) trust = NULL;
  CfContact *self;

  g_return_val_if_fail ((user == NULL) == (password == NULL), NULL);

  trust = wsm_trust_new (ca_file, pin, error);
  if (trust == NULL)
    return NULL;

  self = g_new0 (CfContact, 1);
  g_atomic_ref_count_init (&self->references);
  self->trust = g_steal_pointer (&trust);
  self->user = g_strdup (user);
  self->password = password != NULL ? wsm_secret_ref (password) : NULL;
  self->answer_msec = answer_msec;
  return self;
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
  g_free (self->user);
  g_clear_pointer (&self->password, wsm_secret_unref);
  g_free (self);
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
  WsmCredentialOptions sign_in = { .method = WSM_AUTH_BASIC };
  g_autoptr (WsmCredential) credential = NULL;
  WsmClientOptions options = { 0 };

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (endpoint != NULL, NULL);

  options.trust = self->trust;
  if (self->user != NULL)
    {
      sign_in.user = self->user;
      sign_in.password = self->password;
      credential = wsm_credential_new (&sign_in, NULL);
      g_return_val_if_fail (credential != NULL, NULL);
      options.credential = credential;
    }
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
