/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "wsm-kerberos-private.h"

/* With @self->signing_in held. NULL if what is there does not last. */
static WsmKerberosCopy *
make_copy (WsmKerberos *self, WsmKerberosRequest *request, const char *key)
{
  gint64 end = wsm_kerberos_get_end (request->context, request->cache, request->client);
  WsmKerberosCopy *copy = NULL;

  if (end >= g_get_real_time () / G_USEC_PER_SEC + WSM_KERBEROS_LEAST_SECONDS)
    copy = wsm_kerberos_copy_new (request->context, request->cache, end);
  if (copy != NULL)
    g_hash_table_replace (self->copies, g_strdup (key), copy);

  return copy;
}

static WsmKerberosCopy *
find_copy (WsmKerberos *self, WsmKerberosRequest *request)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->signing_in);
  g_autofree char *key = NULL;
  char *name = NULL;
  char *owner = NULL;
  WsmKerberosCopy *copy = NULL;

  if (krb5_cc_get_full_name (request->context, request->cache, &name) == 0 &&
      krb5_unparse_name (request->context, request->client, &owner) == 0)
    {
      key = g_strdup_printf ("%s %s", owner, name);
      copy = g_hash_table_lookup (self->copies, key);
      if (copy == NULL || !wsm_kerberos_copy_lasts (copy))
        copy = make_copy (self, request, key);
    }
  krb5_free_string (request->context, name);
  krb5_free_unparsed_name (request->context, owner);

  return copy != NULL ? wsm_kerberos_copy_ref (copy) : NULL;
}

/* Names as libkrb5 writes them: under what ask() looks for. */
static char *
dup_name (krb5_context context, const char *service, const char *host, const char *realm,
          gsize length)
{
  krb5_principal principal;
  char *text = NULL;
  char *name = NULL;

  if (krb5_build_principal (context, &principal, (unsigned int) length, realm, service, host,
                            NULL) != 0)
    return NULL;

  if (krb5_unparse_name (context, principal, &text) == 0)
    name = g_strdup (text);
  krb5_free_unparsed_name (context, text);
  krb5_free_principal (context, principal);

  return name;
}

static krb5_error_code
pick (WsmKerberosRequest *request, WsmKerberosCopy *copy, const char *host, krb5_ccache cache)
{
  static const char *const services[] = { "HTTP", "WSMAN" };
  const krb5_data *own = &request->client->realm;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  krb5_error_code code = krb5_cc_initialize (request->context, cache, request->client);

  for (gsize i = 0; i < G_N_ELEMENTS (services); i++)
    {
      g_ptr_array_add (names, dup_name (request->context, services[i], host, request->realm,
                                        strlen (request->realm)));
      if (*request->realm == '\0')
        g_ptr_array_add (names,
                         dup_name (request->context, services[i], host, own->data, own->length));
    }
  g_ptr_array_add (names, NULL);

  return code != 0 ? code
                   : wsm_kerberos_copy_pick (copy, request->context,
                                             (const char *const *) names->pdata, cache);
}

/**
 * wsm_kerberos_use_copy:
 * @self: somebody's tickets
 * @request: with a credential cache that is open
 * @host: a host, in small letters
 *
 * Has @request look into a cache with the tickets for @host alone. libkrb5 looks through a cache
 * from its beginning for each of them: with those of two thousand hosts, that takes more time than
 * all the rest. So it is read once, as long as it is the same person's.
 */
void
wsm_kerberos_use_copy (WsmKerberos *self, WsmKerberosRequest *request, const char *host)
{
  WsmKerberosCopy *copy = find_copy (self, request);
  krb5_ccache cache = NULL;

  if (copy == NULL)
    return;

  if (krb5_cc_new_unique (request->context, "MEMORY", NULL, &cache) == 0 &&
      pick (request, copy, host, cache) == 0)
    {
      /* What a password gave is for nobody else. */
      if (self->password == NULL)
        request->original = g_steal_pointer (&request->cache);
      else
        krb5_cc_close (request->context, request->cache);
      request->cache = cache;
      request->copy = copy;
      return;
    }

  if (cache != NULL)
    krb5_cc_destroy (request->context, cache);
  wsm_kerberos_copy_unref (copy);
}

/* One question, or a look at what is there already. An empty realm has the KDC say which it is. */
static krb5_error_code
look_up (WsmKerberosRequest *request, const char *service, const char *host, const krb5_data *realm,
         krb5_flags flags, krb5_creds **creds)
{
  krb5_creds wanted = { .client = request->client };
  krb5_error_code code = krb5_build_principal (request->context, &wanted.server, realm->length,
                                               realm->length > 0 ? realm->data : "", service, host,
                                               NULL);

  if (code != 0)
    return code;

  wanted.server->type = KRB5_NT_SRV_INST;
  code = krb5_get_credentials (request->context, flags, request->cache, &wanted, creds);
  krb5_free_principal (request->context, wanted.server);

  return code;
}

static krb5_error_code
ask (WsmKerberosRequest *request, const char *service, const char *host, krb5_creds **creds)
{
  krb5_data said = { .data = request->realm, .length = (unsigned int) strlen (request->realm) };
  const krb5_data *likely = said.length > 0 ? &said : &request->client->realm;
  krb5_error_code code = look_up (request, service, host, likely, KRB5_GC_CACHED, creds);

  if (code == 0)
    return 0;

  code = look_up (request, service, host, &said, 0, creds);

  /* Also after a failure: on the way there may be tickets of other realms. */
  if (request->copy != NULL)
    wsm_kerberos_copy_learn (request->copy, request->context, request->cache);

  /* What is new is good for the next program too; what would not be found above may not be new. */
  if (code == 0 && request->original != NULL &&
      (said.length > 0 || krb5_realm_compare (request->context, (*creds)->server, request->client)))
    krb5_cc_store_cred (request->context, request->original, *creds);

  return code;
}

/**
 * wsm_kerberos_ask:
 * @request: with a credential cache that is open
 * @host: a host, in small letters
 * @creds: (out): for krb5_free_creds()
 *
 * Finds, or asks for, the ticket for the service of @host. Windows knows that by two names;
 * elsewhere there may be but one of them. May block for as long as KDCs take.
 *
 * Returns: 0, or a code of libkrb5
 */
krb5_error_code
wsm_kerberos_ask (WsmKerberosRequest *request, const char *host, krb5_creds **creds)
{
  krb5_error_code code = ask (request, "HTTP", host, creds);

  if (code == KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN || code == KRB5_ERR_HOST_REALM_UNKNOWN)
    {
      krb5_error_code other = ask (request, "WSMAN", host, creds);

      if (other == 0 || wsm_kerberos_error_is_silence (other))
        code = other;
    }

  return code;
}

/**
 * wsm_kerberos_fill_ticket:
 * @self: somebody's tickets
 * @request: what @creds came by
 * @creds: for one service
 * @ticket: (out caller-allocates): for wsm_kerberos_ticket_clear()
 *
 * Puts @creds into a cache of its own: GSS-API reads all of the cache that it is given, which for
 * the tickets of two thousand hosts takes longer than the rest.
 *
 * Returns: 0, or a code of libkrb5
 */
krb5_error_code
wsm_kerberos_fill_ticket (WsmKerberos *self, WsmKerberosRequest *request, krb5_creds *creds,
                          WsmKerberosTicket *ticket)
{
  krb5_context context = request->context;
  krb5_ccache cache = NULL;
  char *name = NULL;
  char *service = NULL;
  krb5_creds tgt;
  krb5_error_code code = krb5_cc_new_unique (context, "MEMORY", NULL, &cache);

  if (code == 0)
    code = krb5_cc_initialize (context, cache, request->client);
  if (code == 0 && self->delegate &&
      wsm_kerberos_find_tgt (context, request->cache, request->client, &tgt))
    {
      code = krb5_cc_store_cred (context, cache, &tgt);
      krb5_free_cred_contents (context, &tgt);
    }
  if (code == 0)
    code = krb5_cc_store_cred (context, cache, creds);
  if (code == 0)
    code = krb5_cc_get_full_name (context, cache, &name);
  if (code == 0)
    code = krb5_unparse_name (context, creds->server, &service);
  if (code == 0)
    {
      ticket->cache = g_strdup (name);
      ticket->service = g_strdup (service);
      krb5_cc_close (context, cache);
    }
  else if (cache != NULL)
    krb5_cc_destroy (context, cache);

  krb5_free_string (context, name);
  krb5_free_unparsed_name (context, service);

  return code;
}
