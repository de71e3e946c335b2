/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-listener.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wsm-connection.h"
#include "wsm-listening-socket.h"
#include "wsm-service-audit.h"

#define MAX_ACCEPTS 32 /* per wake-up, so that connections are served meanwhile */
#define PAUSE_MSEC  100
#define QUIET_USEC  (60 * (gint64) G_USEC_PER_SEC)

struct _WsmListener
{
  WsmServiceCore *core;         /* (owned) */
  int fd;                       /* (owned) */
  GSocketAddress *address;      /* (owned): with the port that was given, or a path */
  GTlsCertificate *certificate; /* (owned) (nullable) */
  GSource *source;              /* (owned): of @fd, or the pause */
  gint64 complained_usec;       /* 0 for never */

  gboolean is_unix; /* a web server connects, and nobody else */

  /* a Unix socket that we made, to be removed again */
  gboolean is_own_file;
  dev_t device;
  ino_t inode;
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
  g_autoptr (GSocketAddress) made = NULL;

  if (address != NULL)
    made = g_socket_address_new_from_native ((gpointer) address, length);

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
  wsm_service_audit (
    WSM_AUDIT_REFUSED,
    &(const WsmAuditWho){ .peer = peer, .tls = self->certificate != NULL ? "yes" : "no" }, summary);
}

static void
refuse_stranger (WsmListener *self, uid_t uid)
{
  g_autofree char *summary = NULL;

  if (!wsm_rarely_may (self->core->refusals, WSM_SOURCE_FRONT | uid, g_get_monotonic_time ()))
    return;
  summary = g_strdup_printf (
    "Refused a connection of the account %u, which is not the web server%s", (guint) uid,
    uid == WSM_FRONT_OVERFLOW_UID ? " or is hidden from this process (PrivateUsers=)" : "");
  wsm_service_audit (WSM_AUDIT_REFUSED, &(const WsmAuditWho){ 0 }, summary);
}

/* Takes @fd. What comes over a Unix socket is believed to know who is signed in: only the web
 * server is let in. */
static void
begin_front (WsmListener *self, int fd)
{
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;
  const char *reason;
  uid_t uid;

  if (!wsm_front_knows (self->core->front, fd, &uid))
    {
      refuse_stranger (self, uid);
      g_close (fd, NULL);
      return;
    }
  reason = wsm_admission_enter_front (self->core->admission);
  if (reason != NULL)
    {
      g_close (fd, NULL);
      refuse (self, NULL, 0, WSM_SOURCE_FRONT, reason);
      return;
    }

  socket = g_socket_new_from_fd (fd, &error);
  if (socket == NULL)
    {
      g_debug ("A connection of the web server is of no use: %s", error->message);
      g_close (fd, NULL);
      wsm_admission_leave_front (self->core->admission);
      return;
    }
  wsm_connection_start_front (self->core, socket);
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
          if (self->is_unix)
            begin_front (self, accepted);
          else
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

/* Takes @fd. */
static WsmListener *
listener_new (WsmServiceCore *core, int fd, GSocketAddress *address, GTlsCertificate *certificate)
{
  WsmListener *self = g_new0 (WsmListener, 1);

  self->core = wsm_service_core_ref (core);
  self->fd = fd;
  self->address = g_object_ref (address);
  self->is_unix = wsm_listening_socket_is_unix (address);
  g_set_object (&self->certificate, certificate);
  listen_again (self);

  return self;
}

/* TLS ends at the web server, and nobody but it is let in. */
static gboolean
check_front (WsmServiceCore *core, GTlsCertificate *certificate, GError **error)
{
  const char *problem = core->front == NULL ? "no web server is known that could connect"
                        : certificate != NULL
                          ? "the web server speaks TLS with its clients, not with the service"
                          : NULL;

  if (problem == NULL)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "The service cannot listen on a Unix socket so, as %s. Correct the settings.",
               problem);
  return FALSE;
}

static void
remember_file (WsmListener *self)
{
  struct stat status;

  if (!self->is_unix || lstat (wsm_listening_socket_get_path (self->address), &status) != 0)
    return;
  self->is_own_file = TRUE;
  self->device = status.st_dev;
  self->inode = status.st_ino;
}

/**
 * wsm_listener_new:
 * @core: (transfer none): of the service
 * @address: where, see wsm_listening_socket_new()
 * @group: to whom a Unix socket belongs; -1 for the group of this process
 * @certificate: (transfer none) (nullable): speak TLS, with it
 * @error: a #GIOErrorEnum
 *
 * Returns: (transfer full): a listener that accepts; %NULL with @error set otherwise
 */
WsmListener *
wsm_listener_new (WsmServiceCore *core, GSocketAddress *address, gid_t group,
                  GTlsCertificate *certificate, GError **error)
{
  g_autoptr (GSocketAddress) own = NULL;
  WsmListener *self;
  int fd;

  if (wsm_listening_socket_is_unix (address) && !check_front (core, certificate, error))
    return NULL;
  fd = wsm_listening_socket_new (address, group, error);
  if (fd < 0)
    return NULL;
  own = wsm_listening_socket_get_address (fd, error);
  if (own == NULL)
    {
      g_close (fd, NULL);
      return NULL;
    }

  self = listener_new (core, fd, own, certificate);
  remember_file (self);
  return self;
}

/**
 * wsm_listener_new_from_fd:
 * @core: (transfer none): of the service
 * @fd: (transfer full): a listening socket of TCP, or a Unix one with a path; closed on error as
 *   well
 * @certificate: (transfer none) (nullable): speak TLS, with it
 * @error: a #GIOErrorEnum
 *
 * Returns: (transfer full): a listener that accepts; %NULL with @error set otherwise
 */
WsmListener *
wsm_listener_new_from_fd (WsmServiceCore *core, int fd, GTlsCertificate *certificate,
                          GError **error)
{
  g_autoptr (GSocketAddress) own = wsm_listening_socket_get_address (fd, error);

  if (own != NULL &&
      (!wsm_listening_socket_is_unix (own) || check_front (core, certificate, error)) &&
      wsm_listening_socket_adopt (fd, error))
    return listener_new (core, fd, own, certificate);

  g_close (fd, NULL);
  return NULL;
}

/* Whoever took the path meanwhile keeps it. */
static void
remove_file (WsmListener *self)
{
  const char *path = wsm_listening_socket_get_path (self->address);
  struct stat status;

  if (lstat (path, &status) == 0 && status.st_dev == self->device && status.st_ino == self->inode)
    unlink (path);
}

/**
 * wsm_listener_free:
 * @self: (transfer full): a listener
 *
 * Stops accepting; what was accepted stays. A Unix socket that it made is removed.
 */
void
wsm_listener_free (WsmListener *self)
{
  g_return_if_fail (self != NULL);

  g_source_destroy (self->source);
  g_source_unref (self->source);
  if (self->is_own_file)
    remove_file (self);
  g_close (self->fd, NULL);
  g_object_unref (self->address);
  g_clear_object (&self->certificate);
  wsm_service_core_unref (self->core);
  g_free (self);
}

static char *
dup_url (WsmListener *self, GInetSocketAddress *socket_address)
{
  GInetAddress *address = g_inet_socket_address_get_address (socket_address);
  g_autofree char *host = g_inet_address_to_string (address);
  gboolean is_ipv6 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;

  return g_strdup_printf ("%s://%s%s%s:%u/wsman", self->certificate != NULL ? "https" : "http",
                          is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "",
                          g_inet_socket_address_get_port (socket_address));
}

/**
 * wsm_listener_dup_endpoint:
 * @self: a listener
 *
 * Returns: (transfer full): its URL, like `https://[::1]:5986/wsman`, or `unix:` and a path
 */
char *
wsm_listener_dup_endpoint (WsmListener *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->is_unix ? g_strconcat ("unix:", wsm_listening_socket_get_path (self->address), NULL)
                       : dup_url (self, G_INET_SOCKET_ADDRESS (self->address));
}
