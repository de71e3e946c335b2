/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-listen-address.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <sys/un.h>

#define UNIX_PREFIX "unix:"
#define MAX_PATH    (sizeof ((struct sockaddr_un *) NULL)->sun_path - 1)

static void
fail (const char *text, GError **error)
{
  if (g_str_has_prefix (text, UNIX_PREFIX))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "“%s” is no socket to listen on. Write unix: and an absolute path of at most %u "
                 "octets, such as unix:/run/curfew/front.sock",
                 text, (guint) MAX_PATH);
  else
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "“%s” is no address to listen on. Write ADDRESS:PORT with a numeric address and "
                 "a port from 0 to 65535, such as 127.0.0.1:5985 or https://[::1]:5986; or "
                 "unix:PATH",
                 text);
}

/* `1.2.3.4:5985` or `[::1]:5985`, split at the colon of the port */
static gboolean
split (const char *text, char **host, const char **port)
{
  const char *end;

  if (text[0] == '[')
    {
      end = strchr (text, ']');
      if (end == NULL || end[1] != ':')
        return FALSE;
      *host = g_strndup (text + 1, end - text - 1);
      *port = end + 2;
      return TRUE;
    }
  end = strrchr (text, ':');
  if (end == NULL || memchr (text, ':', end - text) != NULL)
    return FALSE;
  *host = g_strndup (text, end - text);
  *port = end + 1;
  return TRUE;
}

static GSocketAddress *
parse_inet (const char *text, gboolean *tls)
{
  g_autoptr (GInetAddress) address = NULL;
  g_autofree char *host = NULL;
  const char *port = NULL;
  guint64 number = 0;

  if (g_str_has_prefix (text, "https://"))
    {
      *tls = TRUE;
      text += strlen ("https://");
    }
  else if (g_str_has_prefix (text, "http://"))
    text += strlen ("http://");

  if (split (text, &host, &port) && g_ascii_string_to_unsigned (port, 10, 0, 65535, &number, NULL))
    address = g_inet_address_new_from_string (host);
  return address != NULL ? g_inet_socket_address_new (address, number) : NULL;
}

static GSocketAddress *
parse_path (const char *path)
{
  return path[0] == '/' && strlen (path) <= MAX_PATH ? g_unix_socket_address_new (path) : NULL;
}

/**
 * cf_listen_address_parse:
 * @text: `[http://|https://]ADDRESS:PORT`, an IPv6 address in brackets; http if nothing is said. Or
 *   `unix:PATH`, absolute and at most 107 octets
 * @error: a #GOptionError that says what is expected
 *
 * Only numeric addresses: where a service listens must not depend on a name server. What is at a
 * path is looked at when somebody listens there.
 *
 * Returns: (transfer full): the address; %NULL with @error set otherwise
 */
CfListenAddress *
cf_listen_address_parse (const char *text, GError **error)
{
  g_autoptr (GSocketAddress) address = NULL;
  CfListenAddress *self;
  gboolean tls = FALSE;

  g_return_val_if_fail (text != NULL, NULL);

  address = g_str_has_prefix (text, UNIX_PREFIX) ? parse_path (text + strlen (UNIX_PREFIX))
                                                 : parse_inet (text, &tls);
  if (address == NULL)
    {
      fail (text, error);
      return NULL;
    }

  self = g_new0 (CfListenAddress, 1);
  self->tls = tls;
  self->socket_address = g_steal_pointer (&address);
  return self;
}

/**
 * cf_listen_address_free:
 * @self: (transfer full): an address
 */
void
cf_listen_address_free (CfListenAddress *self)
{
  g_return_if_fail (self != NULL);

  g_clear_object (&self->socket_address);
  g_free (self);
}
