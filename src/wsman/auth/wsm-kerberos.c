/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-kerberos.h"

#include <gio/gio.h>
#include <string.h>

#include "wsm-auth-error.h"
#include "wsm-kerberos-private.h"

#define SILENCE_USEC                                                                               \
  (30 * G_USEC_PER_SEC) /* how long a realm that does not answer is let alone                      \
                         */

static void
failure_free (WsmKerberosFailure *self)
{
  g_error_free (self->error);
  g_free (self);
}

static WsmKerberosFailure *
failure_new (const GError *error, gboolean may_detour, gint64 until_usec)
{
  WsmKerberosFailure *self = g_new0 (WsmKerberosFailure, 1);

  self->error = g_error_copy (error);
  self->may_detour = may_detour;
  self->until_usec = until_usec;

  return self;
}

static void
destroy_cache (gpointer data)
{
  g_autofree char *name = data;
  krb5_context context;
  krb5_ccache cache;

  if (krb5_init_context (&context) != 0)
    return;

  if (krb5_cc_resolve (context, name, &cache) == 0)
    krb5_cc_destroy (context, cache);
  krb5_free_context (context);
}

/**
 * wsm_kerberos_new:
 * @user: (nullable): `name@REALM`, or `name` in the default realm; %NULL for whoever the credential
 *   cache is of
 * @password: (nullable): of @user; %NULL for the tickets in the credential cache
 * @delegate: whether tickets have to be good for being passed on
 *
 * Returns: (transfer full): their tickets; nobody is asked yet
 */
WsmKerberos *
wsm_kerberos_new (const char *user, WsmSecret *password, gboolean delegate)
{
  WsmKerberos *self;

  g_return_val_if_fail (user != NULL || password == NULL, NULL);

  self = g_new0 (WsmKerberos, 1);
  self->user = g_strdup (user);
  self->password = password != NULL ? wsm_secret_ref (password) : NULL;
  self->delegate = delegate;
  self->silent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify) failure_free);
  self->copies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify) wsm_kerberos_copy_unref);
  self->caches = g_ptr_array_new_with_free_func (destroy_cache);
  g_mutex_init (&self->signing_in);
  g_mutex_init (&self->mutex);

  return self;
}

/**
 * wsm_kerberos_free:
 * @self: (transfer full): somebody's tickets
 *
 * Forgets those that were got by password; those in the credential cache stay.
 */
void
wsm_kerberos_free (WsmKerberos *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->copies);
  g_ptr_array_unref (self->caches);
  g_clear_pointer (&self->refusal, failure_free);
  g_clear_pointer (&self->password, wsm_secret_unref);
  g_hash_table_unref (self->silent);
  g_mutex_clear (&self->signing_in);
  g_mutex_clear (&self->mutex);
  g_free (self->user);
  g_free (self);
}

static void
request_clear (WsmKerberosRequest *self)
{
  if (self->context == NULL)
    return;

  krb5_free_principal (self->context, self->client);
  if (self->copy != NULL)
    krb5_cc_destroy (self->context, self->cache);
  else if (self->cache != NULL)
    krb5_cc_close (self->context, self->cache);
  g_clear_pointer (&self->copy, wsm_kerberos_copy_unref);
  if (self->original != NULL)
    krb5_cc_close (self->context, self->original);
  krb5_free_context (self->context);
  g_free (self->realm);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WsmKerberosRequest, request_clear)

/* What @realm did not answer to a moment ago, it is not asked again: each question takes long. */
static gboolean
is_silent (WsmKerberos *self, const char *realm, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  WsmKerberosFailure *failure = g_hash_table_lookup (self->silent, realm);

  if (failure == NULL || g_get_monotonic_time () >= failure->until_usec)
    return FALSE;

  g_propagate_error (error, g_error_copy (failure->error));

  return TRUE;
}

static void
note_silence (WsmKerberos *self, const char *realm, const GError *error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_hash_table_replace (self->silent, g_strdup (realm),
                        failure_new (error, TRUE, g_get_monotonic_time () + SILENCE_USEC));
}

static char *
dup_realm (krb5_principal principal)
{
  return g_strndup (principal->realm.data, principal->realm.length);
}

/* The exchange by password. Its ticket goes into a cache of @self's own. */
static krb5_error_code
exchange (WsmKerberos *self, WsmKerberosRequest *request)
{
  krb5_get_init_creds_opt *options = NULL;
  krb5_creds creds = { 0 };
  char *name = NULL;
  krb5_error_code code = krb5_cc_new_unique (request->context, "MEMORY", NULL, &request->cache);

  if (code == 0)
    code = krb5_get_init_creds_opt_alloc (request->context, &options);
  if (code == 0)
    {
      krb5_get_init_creds_opt_set_change_password_prompt (options, 0);
      krb5_get_init_creds_opt_set_forwardable (options, self->delegate);
      code = krb5_get_init_creds_opt_set_out_ccache (request->context, options, request->cache);
    }
  if (code == 0)
    code = krb5_get_init_creds_password (request->context, &creds, request->client,
                                         wsm_secret_peek (self->password, NULL), NULL, NULL, 0,
                                         NULL, options);
  if (code == 0)
    code = krb5_cc_get_full_name (request->context, request->cache, &name);
  if (code == 0)
    {
      self->end_seconds = (guint32) creds.times.endtime;
      g_ptr_array_add (self->caches, g_strdup (name));
    }

  krb5_free_string (request->context, name);
  krb5_free_cred_contents (request->context, &creds);
  krb5_get_init_creds_opt_free (request->context, options);

  return code;
}

/* Others of this password's hosts ask in the next moments. What is wrong with the password stays
 * so; an account may be unlocked by and by. */
static void
note_refusal (WsmKerberos *self, const GError *error, gboolean may_detour)
{
  gboolean is_final = g_error_matches (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);

  g_clear_pointer (&self->refusal, failure_free);
  self->refusal = failure_new (error, may_detour,
                               is_final ? G_MAXINT64 : g_get_monotonic_time () + SILENCE_USEC);
}

/* With @self->signing_in held. */
static gboolean
sign_in_now (WsmKerberos *self, WsmKerberosRequest *request, gboolean *may_detour, GError **error)
{
  g_autofree char *realm = dup_realm (request->client);
  g_autoptr (GError) local_error = NULL;
  krb5_error_code code;

  if (is_silent (self, realm, error))
    return FALSE;

  code = exchange (self, request);
  if (code == 0)
    return TRUE;

  wsm_kerberos_set_error (request->context, code, WSM_KERBEROS_PASSWORD, self->user, NULL,
                          &local_error);
  *may_detour = wsm_kerberos_error_may_detour (code);
  if (wsm_kerberos_error_is_silence (code))
    note_silence (self, realm, local_error);
  else
    note_refusal (self, local_error, *may_detour);
  if (request->cache != NULL)
    krb5_cc_destroy (request->context, g_steal_pointer (&request->cache));
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

static gboolean
open_by_password (WsmKerberos *self, WsmKerberosRequest *request, gboolean *may_detour,
                  GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  krb5_error_code code = krb5_parse_name (request->context, self->user, &request->client);

  if (code == 0)
    {
      locker = g_mutex_locker_new (&self->signing_in);
      if (self->refusal != NULL && g_get_monotonic_time () < self->refusal->until_usec)
        {
          *may_detour = self->refusal->may_detour;
          g_propagate_error (error, g_error_copy (self->refusal->error));
          return FALSE;
        }

      if (self->end_seconds < g_get_real_time () / G_USEC_PER_SEC + WSM_KERBEROS_LEAST_SECONDS)
        return sign_in_now (self, request, may_detour, error);

      code = krb5_cc_resolve (
        request->context, g_ptr_array_index (self->caches, self->caches->len - 1), &request->cache);
    }

  return code == 0 || wsm_kerberos_set_error (request->context, code, WSM_KERBEROS_PASSWORD,
                                              self->user, NULL, error);
}

/* Where there are tickets of several people, krb5.conf and ~/.k5identity say which are for @host.
 */
static krb5_error_code
select_cache (WsmKerberosRequest *request, const char *host)
{
  krb5_principal server = NULL;
  krb5_principal client = NULL;
  krb5_error_code code = krb5_build_principal (request->context, &server,
                                               (unsigned int) strlen (request->realm),
                                               request->realm, "HTTP", host, NULL);

  if (code != 0)
    return code;

  code = krb5_cc_select (request->context, server, &request->cache, &client);
  krb5_free_principal (request->context, client);
  krb5_free_principal (request->context, server);
  if (code == 0)
    return 0;

  request->cache = NULL;

  return krb5_cc_default (request->context, &request->cache);
}

static gboolean
open_by_ticket (WsmKerberos *self, WsmKerberosRequest *request, const char *host, GError **error)
{
  krb5_error_code code;

  if (self->user == NULL)
    code = select_cache (request, host);
  else
    {
      krb5_principal client = NULL;

      code = krb5_parse_name (request->context, self->user, &client);
      if (code == 0)
        code = krb5_cc_cache_match (request->context, client, &request->cache);
      krb5_free_principal (request->context, client);
    }

  if (code == 0)
    code = krb5_cc_get_principal (request->context, request->cache, &request->client);

  return code == 0 || wsm_kerberos_set_error (request->context, code, WSM_KERBEROS_SERVICE,
                                              self->user, host, error);
}

/* The realm that krb5.conf says for @host. No DNS: an answer of somebody else's would choose whom
 * we trust. */
static void
find_realm (WsmKerberosRequest *request, const char *host)
{
  char **realms = NULL;

  if (krb5_get_host_realm (request->context, host, &realms) == 0 && realms[0] != NULL)
    request->realm = g_strdup (realms[0]);
  else
    request->realm = g_strdup (KRB5_REFERRAL_REALM);

  if (realms != NULL)
    krb5_free_host_realm (request->context, realms);
}

/* A cache without a ticket, and one with a ticket that is over, are the same to the library. */
static krb5_error_code
explain_failure (WsmKerberos *self, WsmKerberosRequest *request, krb5_error_code code)
{
  gint64 end;

  if (self->password != NULL || code != KRB5_CC_NOTFOUND)
    return code;

  end = wsm_kerberos_get_end (request->context, request->cache, request->client);

  return end > 0 && end <= g_get_real_time () / G_USEC_PER_SEC ? KRB5KRB_AP_ERR_TKT_EXPIRED : code;
}

static gboolean
get_service_ticket (WsmKerberos *self, WsmKerberosRequest *request, const char *host,
                    WsmKerberosTicket *ticket, gboolean *may_detour, GError **error)
{
  g_autofree char *own_realm = dup_realm (request->client);
  const char *realm = *request->realm != '\0' ? request->realm : own_realm;
  krb5_creds *creds = NULL;
  GError *local_error = NULL;
  krb5_error_code code;

  if (is_silent (self, realm, error))
    return FALSE;

  code = wsm_kerberos_ask (request, host, &creds);
  if (code == 0)
    code = wsm_kerberos_fill_ticket (self, request, creds, ticket);
  krb5_free_creds (request->context, creds);
  if (code == 0)
    return TRUE;

  code = explain_failure (self, request, code);
  wsm_kerberos_set_error (request->context, code, WSM_KERBEROS_SERVICE, self->user, host,
                          &local_error);
  *may_detour = wsm_kerberos_error_may_detour (code);
  if (wsm_kerberos_error_is_silence (code))
    note_silence (self, realm, local_error);
  g_propagate_error (error, local_error);

  return FALSE;
}

/**
 * wsm_kerberos_get_ticket:
 * @self: somebody's tickets
 * @host: a host by its name, as its realm knows it
 * @ticket: (out caller-allocates): for wsm_kerberos_ticket_clear()
 * @may_detour: (out): on failure, whether another mechanism might work, and may be tried: not after
 *   a wrong password, for example, which would be a second wrong password
 * @error: a #WsmAuthError
 *
 * Gets the ticket by which to sign in at @host. May block for as long as KDCs take. May be called
 * in several threads at once.
 *
 * Returns: %TRUE if @ticket was set
 */
gboolean
wsm_kerberos_get_ticket (WsmKerberos *self, const char *host, WsmKerberosTicket *ticket,
                         gboolean *may_detour, GError **error)
{
  g_auto (WsmKerberosRequest) request = { 0 };
  g_autofree char *name = g_ascii_strdown (host, -1); /* as KDCs that are not Windows have them */

  *may_detour = TRUE;

  if (g_hostname_is_ip_address (host))
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNKNOWN_SERVICE,
                   "Kerberos knows hosts by name, and “%s” is an address. Use the host's name.",
                   host);
      return FALSE;
    }

  if (!wsm_kerberos_open (&request.context, error))
    return FALSE;

  find_realm (&request, name);
  if (self->password != NULL ? !open_by_password (self, &request, may_detour, error)
                             : !open_by_ticket (self, &request, name, error))
    return FALSE;

  wsm_kerberos_use_copy (self, &request, name);

  return get_service_ticket (self, &request, name, ticket, may_detour, error);
}

/**
 * wsm_kerberos_ticket_clear:
 * @self: a ticket, or zeros
 *
 * Forgets the ticket.
 */
void
wsm_kerberos_ticket_clear (WsmKerberosTicket *self)
{
  if (self->cache != NULL)
    destroy_cache (g_steal_pointer (&self->cache));
  g_clear_pointer (&self->service, g_free);
}
