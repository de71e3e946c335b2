/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-service.h"

#include "wsm-connection.h"
#include "wsm-listener.h"
#include "wsman/auth/wsm-refusing-database.h"

struct _WsmService
{
  GObject parent_instance;

  WsmServiceCore *core; /* (owned) */
  GPtrArray *listeners; /* (element-type WsmListener) (owned) */
  gid_t front_group;    /* who may use Unix sockets; -1 for our own */
};

G_DEFINE_FINAL_TYPE (WsmService, wsm_service, G_TYPE_OBJECT)

static void
wsm_service_dispose (GObject *object)
{
  wsm_service_stop (WSM_SERVICE (object));

  G_OBJECT_CLASS (wsm_service_parent_class)->dispose (object);
}

static void
wsm_service_finalize (GObject *object)
{
  WsmService *self = WSM_SERVICE (object);

  g_ptr_array_unref (self->listeners);
  g_clear_pointer (&self->core, wsm_service_core_unref);

  G_OBJECT_CLASS (wsm_service_parent_class)->finalize (object);
}

static void
wsm_service_class_init (WsmServiceClass *class)
{
  G_OBJECT_CLASS (class)->dispose = wsm_service_dispose;
  G_OBJECT_CLASS (class)->finalize = wsm_service_finalize;
}

static void
wsm_service_init (WsmService *self)
{
  self->listeners = g_ptr_array_new_with_free_func ((GDestroyNotify) wsm_listener_free);
}

/**
 * wsm_service_new:
 * @handler: (transfer none): answers what passes
 * @verifier: (transfer none): says who may sign in
 * @limits: (transfer none): what foreign bytes may cost; copied
 *
 * All it does happens in the thread-default main context of the caller. Anonymous Identify is off,
 * and Basic is taken over TLS only, until something else is set.
 *
 * Returns: (transfer full): a service that listens nowhere yet
 */
WsmService *
wsm_service_new (WsmHandler *handler, WsmPasswordVerifier *verifier, const WsmServiceLimits *limits)
{
  WsmService *self;

  g_return_val_if_fail (WSM_IS_HANDLER (handler), NULL);
  g_return_val_if_fail (WSM_IS_PASSWORD_VERIFIER (verifier), NULL);
  g_return_val_if_fail (limits != NULL, NULL);

  self = g_object_new (WSM_TYPE_SERVICE, NULL);
  self->core = wsm_service_core_new (handler, verifier, limits, wsm_connection_call);

  return self;
}

/**
 * wsm_service_set_identify:
 * @self: a service that does not listen yet
 * @anonymous_allowed: whether those who have not signed in get an answer to Identify
 * @anonymous: (transfer none): what they get; should name neither system nor version
 * @signed_in: (transfer none): what the others get
 */
void
wsm_service_set_identify (WsmService *self, gboolean anonymous_allowed,
                          const WsmIdentifyResponse *anonymous,
                          const WsmIdentifyResponse *signed_in)
{
  g_return_if_fail (WSM_IS_SERVICE (self));
  g_return_if_fail (anonymous != NULL || !anonymous_allowed);
  g_return_if_fail (signed_in != NULL);

  wsm_dispatcher_set_identify (self->core->dispatcher, anonymous_allowed ? anonymous : NULL,
                               signed_in);
}

/**
 * wsm_service_set_acceptor:
 * @self: a service that does not listen yet
 * @acceptor: (transfer none): decides by GSS-API who callers are
 *
 * Offers Negotiate, and Kerberos and NTLM as far as @acceptor has them, on each address. These sign
 * in the connection, not a request: what comes over it afterwards is the caller's. So they are for
 * callers who connect themselves: not over the Unix socket of a web server, and a request that
 * tells of a proxy by `Via`, `Forwarded` or one of `X-Forwarded-For`, `-Proto` and `-Host` is
 * answered 403, as the proxy might pass on somebody else's over the same connection.
 *
 * Without TLS each message is sealed then, answers and faults as well; one that comes unsealed is
 * answered 500 without SOAP and ends the connection, and so does, with 400, one that was altered,
 * cut, repeated or reordered. Over TLS both forms are taken and answered in kind.
 */
void
wsm_service_set_acceptor (WsmService *self, WsmAcceptor *acceptor)
{
  g_return_if_fail (WSM_IS_SERVICE (self));

  wsm_sign_in_set_acceptor (self->core->sign_in, acceptor);
}

/**
 * wsm_service_set_certificate_users:
 * @self: a service that does not listen yet
 * @users: (transfer none): says whose client certificates are
 *
 * Over TLS asks clients for a certificate, without insisting on one. Whoever has one signs in with
 * it by %WSM_AUTH_CERTIFICATE_PROFILE in the field Authorization of each request; one that is
 * nobody's is answered 403.
 */
void
wsm_service_set_certificate_users (WsmService *self, WsmCertificateUsers *users)
{
  g_return_if_fail (WSM_IS_SERVICE (self));

  wsm_sign_in_set_certificate_users (self->core->sign_in, users);
  self->core->wants_certificates = TRUE;
}

/**
 * wsm_service_set_allow_clear_basic_on_loopback:
 * @self: a service that does not listen yet
 * @allow: whether Basic is taken over clear HTTP if both ends are loopback addresses
 *
 * For rehearsals and tests. Elsewhere a clear connection never offers Basic; without an acceptor it
 * offers no way to sign in at all, and is answered 403 instead of 401, so that no client is led to
 * send a password over it.
 */
void
wsm_service_set_allow_clear_basic_on_loopback (WsmService *self, gboolean allow)
{
  g_return_if_fail (WSM_IS_SERVICE (self));

  self->core->clear_basic_on_loopback = allow;
}

/**
 * wsm_service_set_front:
 * @self: a service that does not listen on a Unix socket yet
 * @uids: (array length=n_uids): the accounts that the web server runs as
 * @n_uids: how many, at least 1
 * @group: whose group a Unix socket is made accessible to; -1 for that of this process
 * @user_header: (nullable): the field in which the web server says who is signed in, such as
 *   "X-Remote-User"; %NULL if it does not
 * @error: %G_IO_ERROR_INVALID_ARGUMENT, one sentence
 *
 * Lets a web server pass on requests of its clients over Unix sockets; connections of other
 * accounts are closed. It ended TLS, unless it says so by `X-Forwarded-Proto`. Each request brings
 * its own identity: @user_header, once and not empty, for a principal with the mechanism "Front";
 * else Basic, checked as over TLS. The client's address is the last entry of `X-Forwarded-For`, or
 * "unix". The web server has to write these fields itself: what its clients send in them must not
 * get through. On other listeners they mean nothing.
 *
 * Returns: %TRUE; %FALSE with @error set otherwise
 */
gboolean
wsm_service_set_front (WsmService *self, const uid_t *uids, gsize n_uids, gid_t group,
                       const char *user_header, GError **error)
{
  WsmFront *front;

  g_return_val_if_fail (WSM_IS_SERVICE (self), FALSE);
  g_return_val_if_fail (self->core->front == NULL, FALSE);

  front = wsm_front_new (uids, n_uids, user_header, error);
  if (front == NULL)
    return FALSE;
  self->core->front = front;
  self->front_group = group;

  return TRUE;
}

static gboolean
add_listener (WsmService *self, WsmListener *listener)
{
  if (listener == NULL)
    return FALSE;
  g_ptr_array_add (self->listeners, listener);

  return TRUE;
}

/* GIO reads the process's default trust store for each TLS connection, whatever that is told: 9 ms
 * and 3 MB for nothing, and a gift to whoever opens many. A service vouches for nobody by it. */
static void
drop_default_trust_store (void)
{
  static gsize dropped = 0;

  if (g_once_init_enter (&dropped))
    {
      g_autoptr (GTlsDatabase) refusing = wsm_refusing_database_new ();

      g_tls_backend_set_default_database (g_tls_backend_get_default (), refusing);
      g_once_init_leave (&dropped, 1);
    }
}

/**
 * wsm_service_listen:
 * @self: a service
 * @address: where: a numeric address, where port 0 takes one that is free, see
 *   wsm_service_dup_endpoints(); or the absolute path of a Unix socket for a web server, see
 *   wsm_service_set_front(): what nobody listens on any more is replaced, and the file goes with
 * the service
 * @certificate: (transfer none) (nullable): certificate and key for https; %NULL for http. The
 * first one takes the default trust store from the whole process: no TLS connection of it is
 * trusted but by a database of its own
 * @error: a #GIOErrorEnum
 *
 * Adds an address. An IPv6 one takes no IPv4 connections.
 *
 * Returns: %TRUE if callers can connect now; %FALSE with @error set otherwise
 */
gboolean
wsm_service_listen (WsmService *self, GSocketAddress *address, GTlsCertificate *certificate,
                    GError **error)
{
  g_return_val_if_fail (WSM_IS_SERVICE (self), FALSE);
  g_return_val_if_fail (G_IS_SOCKET_ADDRESS (address), FALSE);
  g_return_val_if_fail (certificate == NULL || G_IS_TLS_CERTIFICATE (certificate), FALSE);

  if (certificate != NULL)
    drop_default_trust_store ();
  return add_listener (
    self, wsm_listener_new (self->core, address, self->front_group, certificate, error));
}

/**
 * wsm_service_listen_fd:
 * @self: a service
 * @fd: (transfer full): a listening socket of TCP, or a Unix one with a path, from whoever started
 *   this process; closed on error as well
 * @certificate: (transfer none) (nullable): certificate and key for https; %NULL for http
 * @error: a #GIOErrorEnum
 *
 * Returns: %TRUE if callers are accepted now; %FALSE with @error set otherwise
 */
gboolean
wsm_service_listen_fd (WsmService *self, int fd, GTlsCertificate *certificate, GError **error)
{
  g_return_val_if_fail (WSM_IS_SERVICE (self), FALSE);
  g_return_val_if_fail (fd >= 0, FALSE);
  g_return_val_if_fail (certificate == NULL || G_IS_TLS_CERTIFICATE (certificate), FALSE);

  if (certificate != NULL)
    drop_default_trust_store ();
  return add_listener (self, wsm_listener_new_from_fd (self->core, fd, certificate, error));
}

/**
 * wsm_service_dup_endpoints:
 * @self: a service
 *
 * Returns: (transfer full) (array zero-terminated=1): the URLs it answers on, in the order in which
 *   they were added, like `http://127.0.0.1:5985/wsman`; of a Unix socket `unix:/run/front.sock`
 */
char **
wsm_service_dup_endpoints (WsmService *self)
{
  g_autoptr (GPtrArray) endpoints = NULL;

  g_return_val_if_fail (WSM_IS_SERVICE (self), NULL);

  endpoints = g_ptr_array_new ();
  for (guint i = 0; i < self->listeners->len; i++)
    g_ptr_array_add (endpoints, wsm_listener_dup_endpoint (self->listeners->pdata[i]));
  g_ptr_array_add (endpoints, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&endpoints), FALSE);
}

/**
 * wsm_service_get_n_connections:
 * @self: a service
 *
 * Returns: connections that are open, those that are about to end among them
 */
guint
wsm_service_get_n_connections (WsmService *self)
{
  g_return_val_if_fail (WSM_IS_SERVICE (self), 0);

  return g_queue_get_length (&self->core->connections);
}

/**
 * wsm_service_get_n_parked:
 * @self: a service
 *
 * Returns: connections among them that wait for a handler for so long that the main loop does not
 *   look at each any more
 */
guint
wsm_service_get_n_parked (WsmService *self)
{
  g_return_val_if_fail (WSM_IS_SERVICE (self), 0);

  return wsm_parking_count (self->core->parking);
}

/**
 * wsm_service_is_answering:
 * @self: a service
 *
 * Returns: whether somebody waits for an answer: his request is with the handler, or the answer is
 *   not all written. wsm_service_stop() would cut it off
 */
gboolean
wsm_service_is_answering (WsmService *self)
{
  g_return_val_if_fail (WSM_IS_SERVICE (self), FALSE);

  if (self->core == NULL)
    return FALSE;
  for (const GList *link = self->core->connections.head; link != NULL; link = link->next)
    if (wsm_connection_is_answering (link->data))
      return TRUE;
  return FALSE;
}

/**
 * wsm_service_stop:
 * @self: a service
 *
 * Stops listening and closes all connections at once; what handlers still work on is cancelled. May
 * be called again, and from within a handler.
 */
void
wsm_service_stop (WsmService *self)
{
  g_return_if_fail (WSM_IS_SERVICE (self));

  g_ptr_array_set_size (self->listeners, 0);
  while (self->core != NULL && !g_queue_is_empty (&self->core->connections))
    wsm_connection_close (g_queue_peek_head (&self->core->connections));
}
