/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gssapi/gssapi_krb5.h>
#include <string.h>

#include "wsm-initiator-private.h"
#include "wsm-ntlm-challenge.h"

#define FLAGS                                                                                      \
  (GSS_C_MUTUAL_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG)
#define NOTHING                                                                                    \
  "MEMORY:curfew-has-none" /* neither a cache nor a keytab of that name is ever made */

struct _WsmAttempt
{
  gatomicrefcount references;
  WsmCredential *credential; /* (owned) */
  char *host;                /* (owned) */
  GBytes *binding;           /* (owned) (nullable) */
  gboolean is_ntlm;
  gss_OID mechanism; /* of the tokens: SPNEGO, Kerberos for the scheme of that name, or NTLM */

  WsmKerberosTicket ticket;
  gss_cred_id_t gss_credential; /* (owned), but for NTLM: @credential's */
  gss_name_t target;            /* (owned) */
  gss_ctx_id_t context;         /* (owned) */
};

/* 1.3.6.1.4.1.7165.655.1.2: has gss-ntlmssp protect the whole exchange, as it does within SPNEGO */
static gss_OID_desc want_mic = { 11, (void *) "\x2b\x06\x01\x04\x01\xb7\x7d\x85\x0f\x01\x02" };

/* NTLM goes as it is, which [MS-SPNG] allows: the checksum that SPNEGO wants around it is lost to
 * libgssapi_krb5 1.21. */
static gss_OID
choose_mechanism (WsmCredential *credential, gboolean is_ntlm)
{
  if (is_ntlm)
    return &wsm_gss_ntlm;

  return wsm_credential_get_method (credential) == WSM_AUTH_KERBEROS ? &wsm_gss_krb5
                                                                     : &wsm_gss_spnego;
}

/**
 * wsm_attempt_new:
 * @credential: who signs in
 * @host: where
 * @binding: (nullable): the hash of tls-server-end-point
 * @is_ntlm: by NTLM, not by Kerberos
 *
 * Returns: (transfer full): an attempt; nothing has been tried yet
 */
WsmAttempt *
wsm_attempt_new (WsmCredential *credential, const char *host, GBytes *binding, gboolean is_ntlm)
{
  WsmAttempt *self = g_new0 (WsmAttempt, 1);

  g_atomic_ref_count_init (&self->references);
  self->credential = wsm_credential_ref (credential);
  self->host = g_strdup (host);
  self->binding = binding != NULL ? g_bytes_ref (binding) : NULL;
  self->is_ntlm = is_ntlm;
  self->mechanism = choose_mechanism (credential, is_ntlm);

  return self;
}

WsmAttempt *
wsm_attempt_ref (WsmAttempt *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
wsm_attempt_unref (WsmAttempt *self)
{
  OM_uint32 minor;

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  gss_delete_sec_context (&minor, &self->context, GSS_C_NO_BUFFER);
  if (!self->is_ntlm)
    gss_release_cred (&minor, &self->gss_credential);
  gss_release_name (&minor, &self->target);
  wsm_kerberos_ticket_clear (&self->ticket);
  g_clear_pointer (&self->binding, g_bytes_unref);
  wsm_credential_unref (self->credential);
  g_free (self->host);
  g_free (self);
}

static gboolean
fail (WsmAttempt *self, OM_uint32 major, OM_uint32 minor, GBytes *received, GError **error)
{
  g_propagate_error (error,
                     wsm_gss_error_new (major, minor, self->mechanism, self->is_ntlm, received,
                                        wsm_credential_get_user (self->credential), self->host));
  return FALSE;
}

/* One mechanism, never a choice: what a host could choose from, somebody in between could too. */
static gboolean
acquire (WsmAttempt *self, gss_name_t user, gss_key_value_element_desc *elements,
         OM_uint32 n_elements, GError **error)
{
  gss_key_value_set_desc store = { n_elements, elements };
  gss_OID_set_desc wanted = { 1, self->mechanism };
  gss_OID_set_desc inner = { 1, &wsm_gss_krb5 };
  OM_uint32 minor;
  OM_uint32 major = gss_acquire_cred_from (&minor, user, GSS_C_INDEFINITE, &wanted, GSS_C_INITIATE,
                                           &store, &self->gss_credential, NULL, NULL);

  if (major == GSS_S_COMPLETE && wsm_gss_is_mechanism (self->mechanism, &wsm_gss_spnego))
    major = gss_set_neg_mechs (&minor, self->gss_credential, &inner);

  return major == GSS_S_COMPLETE || fail (self, major, minor, NULL, error);
}

static gboolean
import (WsmAttempt *self, const char *text, gss_OID type, gss_name_t *name, GError **error)
{
  /* gss-ntlmssp reads on to a NUL, and takes one as the end; Kerberos would take it as a letter. */
  gss_buffer_desc buffer = { strlen (text) + (self->is_ntlm ? 1 : 0), (gpointer) text };
  OM_uint32 minor;
  OM_uint32 major = gss_import_name (&minor, &buffer, type, name);

  return major == GSS_S_COMPLETE || fail (self, major, minor, NULL, error);
}

/* The ticket is there before GSS-API is asked, so GSS-API asks nobody, DNS neither. */
static gboolean
prepare_kerberos (WsmAttempt *self, gboolean *may_detour, GError **error)
{
  WsmKerberos *kerberos = wsm_credential_get_kerberos (self->credential);

  if (!wsm_kerberos_get_ticket (kerberos, self->host, &self->ticket, may_detour, error))
    return FALSE;

  gss_key_value_element_desc elements[] = {
    { "ccache", self->ticket.cache },
    { "client_keytab", NOTHING },
  };

  return import (self, self->ticket.service, GSS_KRB5_NT_PRINCIPAL_NAME, &self->target, error) &&
         acquire (self, GSS_C_NO_NAME, elements, G_N_ELEMENTS (elements), error);
}

static gboolean
prepare_ntlm (WsmAttempt *self, gss_cred_id_t *shared, GError **error)
{
  WsmSecret *password = wsm_credential_get_password (self->credential);
  g_autofree char *target = g_strconcat ("HTTP@", self->host, NULL);
  gss_name_t user = GSS_C_NO_NAME;
  OM_uint32 minor;
  gboolean is_ready;
  gss_key_value_element_desc elements[] = {
    { "ntlmssp_password", wsm_secret_peek (password, NULL) },
  };

  if (!wsm_gss_check_ntlm (error))
    return FALSE;
  if (*shared != GSS_C_NO_CREDENTIAL)
    {
      self->gss_credential = *shared;
      return import (self, target, GSS_C_NT_HOSTBASED_SERVICE, &self->target, error);
    }

  is_ready = import (self, target, GSS_C_NT_HOSTBASED_SERVICE, &self->target, error) &&
             import (self, wsm_credential_get_user (self->credential), GSS_C_NT_USER_NAME, &user,
                     error) &&
             acquire (self, user, elements, G_N_ELEMENTS (elements), error);
  gss_release_name (&minor, &user);
  *shared = self->gss_credential;

  return is_ready;
}

/* What both sides have agreed on is what was offered, and all of it. */
static gboolean
finish (WsmAttempt *self, WsmLeg *leg, OM_uint32 flags, GError **error)
{
  gss_OID inner = GSS_C_NO_OID;
  OM_uint32 minor;

  if (gss_inquire_context (&minor, self->context, NULL, NULL, NULL, &inner, NULL, NULL, NULL) !=
        GSS_S_COMPLETE ||
      !wsm_gss_is_mechanism (inner, self->is_ntlm ? &wsm_gss_ntlm : &wsm_gss_krb5) ||
      (!self->is_ntlm && !(flags & GSS_C_MUTUAL_FLAG)) ||
      ((flags & GSS_C_DELEG_FLAG) && !wsm_credential_delegates (self->credential)))
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM,
                   "%s has answered by something else than was offered to it, so nothing is sent "
                   "there.",
                   self->host);
      return FALSE;
    }

  /* GSS-API tells the other side only. */
  if (self->binding != NULL)
    flags |= GSS_C_CHANNEL_BOUND_FLAG;
  leg->context = wsm_gss_context_new_take (&self->context, inner, flags, error);

  return leg->context != NULL;
}

/* Without it, somebody in between could have both sides agree on less than they can do. */
static OM_uint32
ask_for_mic (WsmAttempt *self, OM_uint32 *minor)
{
  gss_buffer_set_t answer = GSS_C_NO_BUFFER_SET;
  OM_uint32 major = gss_inquire_sec_context_by_oid (minor, self->context, &want_mic, &answer);
  OM_uint32 ignored;

  gss_release_buffer_set (&ignored, &answer);

  return major == GSS_S_COMPLETE ? GSS_S_CONTINUE_NEEDED : major;
}

static OM_uint32
init_context (WsmAttempt *self, GBytes *received, gss_buffer_t to_send, OM_uint32 *flags,
              OM_uint32 *minor)
{
  struct gss_channel_bindings_struct bindings;
  g_autoptr (GByteArray) data = NULL;
  gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
  OM_uint32 wanted = FLAGS;
  OM_uint32 major;

  if (wsm_credential_delegates (self->credential) && !self->is_ntlm)
    wanted |= GSS_C_DELEG_FLAG;
  if (self->binding != NULL)
    wsm_gss_fill_bindings (&bindings, &data, self->binding);
  if (received != NULL)
    token.value = (gpointer) g_bytes_get_data (received, &token.length);

  major = gss_init_sec_context (minor, self->gss_credential, &self->context, self->target,
                                self->mechanism, wanted, 0,
                                self->binding != NULL ? &bindings : GSS_C_NO_CHANNEL_BINDINGS,
                                &token, NULL, to_send, flags, NULL);

  return self->is_ntlm && major == GSS_S_CONTINUE_NEEDED ? ask_for_mic (self, minor) : major;
}

/* The same rules are ours to hold the host to: nothing vouches for a challenge, and with less both
 * directions share one key, so that whoever knows what was asked can forge the answer. */
static gboolean
check_challenge (WsmAttempt *self, GBytes *received, GError **error)
{
  if (!self->is_ntlm || received == NULL ||
      wsm_ntlm_find_challenge (received) != WSM_NTLM_CHALLENGE_WEAK)
    return TRUE;

  g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM,
               "%s offers NTLM with keys that are too weak: it is too old, or somebody in between "
               "changes what it sends. Use Kerberos.",
               self->host);
  return FALSE;
}

/* @ntlm: (nullable): what all sign-ins by NTLM share; NULL for Kerberos */
static gboolean
go (WsmAttempt *self, gss_cred_id_t *ntlm, WsmLeg *leg, GError **error)
{
  gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
  OM_uint32 flags = 0;
  OM_uint32 major, minor;
  gboolean is_good;

  leg->may_detour = TRUE;
  if (self->target == GSS_C_NO_NAME &&
      !(ntlm != NULL ? prepare_ntlm (self, ntlm, error)
                     : prepare_kerberos (self, &leg->may_detour, error)))
    return FALSE;
  if (!check_challenge (self, leg->received, error))
    return FALSE;

  major = init_context (self, leg->received, &token, &flags, &minor);
  if (GSS_ERROR (major))
    {
      /* What a clock has to be set for is not to be got around by NTLM. */
      if (leg->received != NULL)
        leg->may_detour = wsm_kerberos_read_error (leg->received) != KRB5KRB_AP_ERR_SKEW;
      fail (self, major, minor, leg->received, error);
      gss_release_buffer (&minor, &token);
      return FALSE;
    }

  if (token.length > 0)
    leg->to_send = g_bytes_new (token.value, token.length);
  gss_release_buffer (&minor, &token);

  is_good = major == GSS_S_COMPLETE ? finish (self, leg, flags, error)
                                    : major == GSS_S_CONTINUE_NEEDED && leg->to_send != NULL;
  if (!is_good && error != NULL && *error == NULL)
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                 "%s left the sign-in before it was complete. Its log may say why.", self->host);

  return is_good;
}

/**
 * wsm_attempt_step:
 * @self: an attempt
 * @leg: (inout): the leg to go
 * @error: a #WsmAuthError
 *
 * Goes one leg. May block: for as long as KDCs take, the first time.
 *
 * Returns: %TRUE if there is something to send, or a context
 */
gboolean
wsm_attempt_step (WsmAttempt *self, WsmLeg *leg, GError **error)
{
  gboolean is_good;

  if (!self->is_ntlm)
    return go (self, NULL, leg, error);

  /* NTLM asks nobody, so nobody waits long */
  is_good = go (self, wsm_credential_lock_ntlm (self->credential), leg, error);
  wsm_credential_unlock_ntlm (self->credential);

  return is_good;
}
