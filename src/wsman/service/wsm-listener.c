/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-listener.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "wsm-connection.h"
#include "wsm-service-audit.h"

#define BACKLOG     512
#define MAX_ACCEPTS 32 /* per wake-up, so that connections are served meanwhile */
#define PAUSE_MSEC  100
#define QUIET_USEC  (60 * (gint64) G_USEC_PER_SEC)

struct _WsmListener
{
  WsmServiceCore *core;         /* (owned) */
  int fd;                       /* (owned) */
  GInetSocketAddress *address;  /* (owned): with the port that was given */
  GTlsCertificate *certificate; /* (owned) (nullable) */
  GSource *source;              /* (owned): of @fd, or the pause */
  gint64 complained_usec;       /* 0 for never */
};

static gboolean accept_cb (int fd, GIOCondition condition, gpointer user_data);

static void
set_source (WsmListener *self, GSource *source, GSourceFunc callback)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  self->source = source;
  g_source_set_callback (source, callback, self, NULL);
  g_source_attach (source, self->core->context);
}

static void
listen_again (WsmListener *self)
{
  set_source (self, g_unix_fd_source_new (self->fd, G_IO_IN), G_SOURCE_FUNC (accept_cb));
}

static gboolean
paused_cb (gpointer user_data)
{
  listen_again (user_data);

  return G_SOURCE_REMOVE;
}

/* No descriptor, no memory: the socket stays readable, so looking at once would be all we do. */
static void
pause_after (WsmListener *self, int cause)
{
  gint64 now_usec = g_get_monotonic_time ();

  if (self->complained_usec == 0 || now_usec - self->complained_usec >= QUIET_USEC)
    {
      g_warning ("Connections cannot be accepted: %s; trying again every %d ms", g_strerror (cause),
                 PAUSE_MSEC);
      self->complained_usec = now_usec;
    }
  set_source (self, g_timeout_source_new (PAUSE_MSEC), paused_cb);
}

static char *
dup_text (const struct sockaddr_storage *address, socklen_t length)
{
  g_autoptr (GSocketAddress) made = g_socket_address_new_from_native ((gpointer) address, length);

  return G_IS_INET_SOCKET_ADDRESS (made)
           ? g_inet_address_to_string (
               g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (made)))
           : NULL;
}

static void
refuse (WsmListener *self, const struct sockaddr_storage *address, socklen_t length,
        WsmSource source, const char *reason)
{
  g_autofree char *peer = NULL;
  g_autofree char *summary = NULL;

  if (!wsm_rarely_may (self->core->refusals, source, g_get_monotonic_time ()))
    return;

  peer = dup_text (address, length);
  summary = g_strdup_printf ("Refused a connection, as %s", reason);
  wsm_service_audit (WSM_AUDIT_REFUSED, NULL, NULL, peer, self->certificate != NULL ? "yes" : "no",
                     summary);
}

/* Takes @fd. */
static void
begin (WsmListener *self, int fd, const struct sockaddr_storage *address, socklen_t length)
{
  WsmSource source = wsm_source_from_address ((const struct sockaddr *) address);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;
  const char *reason;

  reason = wsm_admission_enter (self->core->admission, source);
  if (reason != NULL)
    {
      g_close (fd, NULL);
      refuse (self, address, length, source, reason);
      return;
    }

  socket = g_socket_new_from_fd (fd, &error);
  if (socket == NULL) /* the peer has gone already */
    {
      g_debug ("An accepted connection is of no use: %s", error->message);
      g_close (fd, NULL);
      wsm_admission_leave (self->core->admission, source, FALSE);
      return;
    }
  wsm_connection_start (self->core, socket, source, self->certificate);
}

static gboolean
accept_cb (int fd, GIOCondition condition, gpointer user_data)
{
  WsmListener *self = user_data;

  for (guint i = 0; i < MAX_ACCEPTS; i++)
    {
      struct sockaddr_storage address = { 0 };
      socklen_t length = sizeof address;
      int accepted = accept4 (fd, (struct sockaddr *) &address, &length,
                              SOCK_NONBLOCK | SOCK_CLOEXEC);

      if (accepted >= 0)
        {
          begin (self, accepted, &address, length);
          continue;
        }
      if (errno == EAGAIN || errno == EWOULDBLOCK)
        break;
      if (errno == EINTR || errno == ECONNABORTED)
        continue;

      pause_after (self, errno);
      return G_SOURCE_REMOVE;
    }

  return G_SOURCE_CONTINUE;
}

static gboolean
fail (int cause, const char *what, GInetSocketAddress *address, GError **error)
{
  g_autofree char *text = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (cause),
               "The service cannot %s %s: %s. Choose another address or port, or end the program "
               "that uses this one.",
               what, text, g_strerror (cause));

  return FALSE;
}

static gboolean
bind_and_listen (int fd, GInetSocketAddress *address, GError **error)
{
  struct sockaddr_storage native = { 0 };
  gssize length = g_socket_address_get_native_size (G_SOCKET_ADDRESS (address));
  int one = 1;

  if (!g_socket_address_to_native (G_SOCKET_ADDRESS (address), &native, sizeof native, error))
    return FALSE;
  if (setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
      (native.ss_family == AF_INET6 &&
       setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) != 0))
    return fail (errno, "prepare a socket for", address, error);
  if (bind (fd, (struct sockaddr *) &native, (socklen_t) length) != 0)
    return fail (errno, "use the address", address, error);
  if (listen (fd, BACKLOG) != 0)
    return fail (errno, "listen on", address, error);

  return TRUE;
}

/* Takes @fd. */
static WsmListener *
listener_new (WsmServiceCore *core, int fd, GInetSocketAddress *address,
              GTlsCertificate *certificate)
{
  WsmListener *self = g_new0 (WsmListener, 1);

  self->core = wsm_service_core_ref (core);
  self->fd = fd;
  self->address = g_object_ref (address);
  g_set_object (&self->certificate, certificate);
  listen_again (self);

  return self;
}

static GInetSocketAddress *
get_own_address (int fd, GError **error)
{
  struct sockaddr_storage native = { 0 };
  socklen_t length = sizeof native;
  GSocketAddress *address = NULL;

  if (getsockname (fd, (struct sockaddr *) &native, &length) == 0)
    address = g_socket_address_new_from_native (&native, length);
  if (G_IS_INET_SOCKET_ADDRESS (address))
    return G_INET_SOCKET_ADDRESS (address);

  g_clear_object (&address);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "Descriptor %d is not a socket of IPv4 or IPv6. Hand over one that listens on TCP.",
               fd);

  return NULL;
}

/**
 * wsm_listener_new:
 * @core: (transfer none): of the service
 * @address: where to listen; port 0 takes one that is free
 * @certificate: (transfer none) (nullable): speak TLS, with it
 * @error: a #GIOErrorEnum
 *
 * Returns: (transfer full): a listener that accepts; %NULL with @error set otherwise
 */
WsmListener *
wsm_listener_new (WsmServiceCore *core, GInetSocketAddress *address, GTlsCertificate *certificate,
                  GError **error)
{
  g_autoptr (GInetSocketAddress) own = NULL;
  GSocketFamily family = g_socket_address_get_family (G_SOCKET_ADDRESS (address));
  int fd = socket (family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd < 0)
    {
      fail (errno, "make a socket for", address, error);
      return NULL;
    }
  if (bind_and_listen (fd, address, error))
    own = get_own_address (fd, error);
  if (own == NULL)
    {
      g_close (fd, NULL);
      return NULL;
    }

  return listener_new (core, fd, own, certificate);
}

static gboolean
is_listening (int fd)
{
  int type = 0;
  int listens = 0;
  socklen_t length = sizeof type;

  return getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_STREAM &&
         getsockopt (fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) == 0 && listens;
}

/**
 * wsm_listener_new_from_fd:
 * @core: (transfer none): of the service
 * @fd: (transfer full): a listening TCP socket; closed on error as well
 * @certificate: (transfer none) (nullable): speak TLS, with it
 * @error: a #GIOErrorEnum
 *
 * Returns: (transfer full): a listener that accepts; %NULL with @error set otherwise
 */
WsmListener *
wsm_listener_new_from_fd (WsmServiceCore *core, int fd, GTlsCertificate *certificate,
                          GError **error)
{
  g_autoptr (GInetSocketAddress) own = get_own_address (fd, error);

  if (own != NULL && !is_listening (fd))
    {
      g_clear_object (&own);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "The socket on descriptor %d does not listen. Hand over one that does.", fd);
    }
  if (own != NULL && !g_unix_set_fd_nonblocking (fd, TRUE, error))
    g_clear_object (&own);
  if (own == NULL)
    {
      g_close (fd, NULL);
      return NULL;
    }

  return listener_new (core, fd, own, certificate);
}

/**
 * wsm_listener_free:
 * @self: (transfer full): a listener
 *
 * Stops accepting; what was accepted stays.
 */
void
wsm_listener_free (WsmListener *self)
{
  g_return_if_fail (self != NULL);

  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_close (self->fd, NULL);
  g_object_unref (self->address);
  g_clear_object (&self->certificate);
  wsm_service_core_unref (self->core);
  g_free (self);
}

/**
 * wsm_listener_dup_endpoint:
 * @self: a listener
 *
 * Returns: (transfer full): its URL, like `https://[::1]:5986/wsman`
 */
char *
wsm_listener_dup_endpoint (WsmListener *self)
{
  GInetAddress *address;
  g_autofree char *host = NULL;
  gboolean is_ipv6;

  g_return_val_if_fail (self != NULL, NULL);

  address = g_inet_socket_address_get_address (self->address);
  host = g_inet_address_to_string (address);
  is_ipv6 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;

  return g_strdup_printf ("%s://%s%s%s:%u/wsman", self->certificate != NULL ? "https" : "http",
                          is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "",
                          g_inet_socket_address_get_port (self->address));
}
