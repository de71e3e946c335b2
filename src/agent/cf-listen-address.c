/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-listen-address.h"

#include <string.h>

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

/**
 * cf_listen_address_parse:
 * @text: `[http://|https://]ADDRESS:PORT`, an IPv6 address in brackets; http if nothing is said
 * @error: a #GOptionError that says what is expected
 *
 * Only numeric addresses: where a service listens must not depend on a name server.
 *
 * Returns: (transfer full): the address; %NULL with @error set otherwise
 */
CfListenAddress *
cf_listen_address_parse (const char *text, GError **error)
{
  g_autoptr (GInetAddress) address = NULL;
  g_autofree char *host = NULL;
  const char *rest = text;
  const char *port = NULL;
  gboolean tls = FALSE;
  CfListenAddress *self;
  guint64 number = 0;

  g_return_val_if_fail (text != NULL, NULL);

  if (g_str_has_prefix (text, "https://"))
    {
      tls = TRUE;
      rest = text + strlen ("https://");
    }
  else if (g_str_has_prefix (text, "http://"))
    rest = text + strlen ("http://");

  if (split (rest, &host, &port) && g_ascii_string_to_unsigned (port, 10, 0, 65535, &number, NULL))
    address = g_inet_address_new_from_string (host);
  if (address == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "“%s” is no address to listen on. Write ADDRESS:PORT with a numeric address and "
                   "a port from 0 to 65535, such as 127.0.0.1:5985 or https://[::1]:5986",
                   text);
      return NULL;
    }

  self = g_new0 (CfListenAddress, 1);
  self->tls = tls;
  self->socket_address = G_INET_SOCKET_ADDRESS (g_inet_socket_address_new (address, number));
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
