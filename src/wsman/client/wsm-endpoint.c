/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-endpoint.h"

#include <string.h>

#include "wsm-client-error.h"

#define MAX_TEXT  512u
#define MAX_HOST  253u
#define MAX_LABEL 63u
#define MAX_ZONE  15u
#define PATH      "/wsman"

struct _WsmEndpoint
{
  gatomicrefcount references;
  char *host; /* (owned), ASCII, an IPv6 address without brackets */
  guint16 port;
  gboolean is_tls;
  gboolean is_loopback;
  GUri *uri; /* (owned) */
  char *url; /* (owned) */
};

G_DEFINE_BOXED_TYPE (WsmEndpoint, wsm_endpoint, wsm_endpoint_ref, wsm_endpoint_unref)

/* The text in an error: what somebody typed, without what could fool a terminal, and not all of it
 * if it is long. */
static char *
quote (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) MIN (strlen (text), 80));
  GString *quoted = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar letter = g_utf8_get_char (at);

      g_string_append_unichar (quoted, g_unichar_isprint (letter) ? letter : 0xfffd);
    }

  return g_string_free (quoted, FALSE);
}

static gboolean
refuse (const char *text, const char *why, GError **error)
{
  g_autofree char *quoted = quote (text);

  g_set_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_INVALID_ENDPOINT,
               "“%s” is not an address of a computer: %s.", quoted, why);
  return FALSE;
}

/* What is wrong with @host as a DNS name of ASCII letters; NULL if nothing is. */
static const char *
find_fault_in_name (const char *host)
{
  g_auto (GStrv) labels = g_strsplit (host, ".", -1);
  const char *last = NULL;

  if (strlen (host) > MAX_HOST)
    return "a name has at most 253 letters";

  for (gsize i = 0; labels[i] != NULL; i++)
    {
      gsize length = strlen (labels[i]);

      if (length == 0)
        return "a part of the name is empty";
      if (length > MAX_LABEL)
        return "a part of a name has at most 63 letters";
      if (labels[i][0] == '-' || labels[i][length - 1] == '-')
        return "a part of a name neither starts nor ends with a hyphen";
      for (gsize j = 0; j < length; j++)
        {
          if (!g_ascii_isalnum (labels[i][j]) && labels[i][j] != '-')
            return "a name consists of letters, digits, hyphens and dots";
        }
      last = labels[i];
    }

  /* Resolvers read "127.1", "2130706433" and "0x7f.1" as addresses: not the ones people see. */
  if (last == NULL || strspn (last, "0123456789") == strlen (last) ||
      g_ascii_strncasecmp (last, "0x", 2) == 0)
    return "a name does not end in a number, and an address has four of them";

  return NULL;
}

static gboolean
parse_ipv6 (const char *text, WsmEndpoint *self, GError **error)
{
  const char *zone = strchr (self->host, '%');
  g_autofree char *digits = NULL;
  g_autofree char *canonical = NULL;
  g_autoptr (GInetAddress) address = NULL;
  char *host;

  digits = g_strndup (self->host, zone != NULL ? (gsize) (zone - self->host) : MAX_TEXT);
  address = g_inet_address_new_from_string (digits);
  if (address == NULL || g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6)
    return refuse (text, "there is no IPv6 address in the brackets", error);

  if (zone != NULL)
    {
      gsize length;

      /* In a URL the percent sign is written so (RFC 6874). */
      if (g_str_has_prefix (zone, "%25"))
        zone += 2;
      length = strlen (zone + 1);
      if (!g_inet_address_get_is_link_local (address))
        return refuse (text, "only a link-local address has a zone", error);
      if (length == 0 || length > MAX_ZONE)
        return refuse (text, "the zone is no name of an interface", error);
      for (gsize i = 1; i <= length; i++)
        {
          if (!g_ascii_isalnum (zone[i]) && strchr ("-._", zone[i]) == NULL)
            return refuse (text, "the zone is no name of an interface", error);
        }
    }

  canonical = g_inet_address_to_string (address);
  self->is_loopback = g_inet_address_get_is_loopback (address);
  host = zone != NULL ? g_strconcat (canonical, "%", zone + 1, NULL) : g_steal_pointer (&canonical);
  g_free (self->host);
  self->host = host;

  return TRUE;
}

static gboolean
parse_ipv4 (const char *text, WsmEndpoint *self, GError **error)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (self->host);

  if (address == NULL || g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV4)
    return refuse (text, "an address has four numbers from 0 to 255, as in 192.0.2.7", error);

  self->is_loopback = g_inet_address_get_is_loopback (address);
  return TRUE;
}

static gboolean
parse_name (const char *text, WsmEndpoint *self, GError **error)
{
  g_autofree char *ascii = NULL;
  const char *fault;

  for (const char *at = self->host; *at != '\0'; at = g_utf8_next_char (at))
    {
      if (!g_unichar_isgraph (g_utf8_get_char (at)))
        return refuse (text, "a name has no spaces and no invisible letters", error);
    }

  /* The conversion also folds look-alikes of '.', '/' and digits, so the checks come after it. */
  ascii = g_hostname_to_ascii (self->host);
  if (ascii == NULL)
    return refuse (text, "the name cannot be written as a host name", error);

  fault = find_fault_in_name (ascii);
  if (fault != NULL)
    return refuse (text, fault, error);

  g_free (self->host);
  self->host = g_ascii_strdown (ascii, -1);
  self->is_loopback = strcmp (self->host, "localhost") == 0;

  return TRUE;
}

static gboolean
parse_host (const char *text, gboolean is_bracketed, WsmEndpoint *self, GError **error)
{
  if (is_bracketed)
    return parse_ipv6 (text, self, error);
  if (*self->host == '\0')
    return refuse (text, "there is no name", error);
  if (strspn (self->host, "0123456789.") == strlen (self->host))
    return parse_ipv4 (text, self, error);

  return parse_name (text, self, error);
}

static gboolean
parse_port (const char *text, const char *port, WsmEndpoint *self, GError **error)
{
  guint64 number;

  if (port == NULL)
    {
      self->port = self->is_tls ? WSM_PORT_HTTPS : WSM_PORT_HTTP;
      return TRUE;
    }

  if (strlen (port) > 5 || !g_ascii_string_to_unsigned (port, 10, 1, 65535, &number, NULL))
    return refuse (text, "a port is a number from 1 to 65535", error);

  self->port = (guint16) number;
  return TRUE;
}

static const char *
skip_scheme (const char *text, const char *default_scheme, gboolean *is_tls)
{
  *is_tls = g_strcmp0 (default_scheme, "http") != 0;

  if (g_ascii_strncasecmp (text, "http://", 7) == 0)
    {
      *is_tls = FALSE;
      return text + 7;
    }
  if (g_ascii_strncasecmp (text, "https://", 8) == 0)
    {
      *is_tls = TRUE;
      return text + 8;
    }

  return text;
}

/* Cuts @authority, which is a copy, at its end: behind the host there may be a port and our path.
 */
static gboolean
parse_authority (const char *text, char *authority, WsmEndpoint *self, GError **error)
{
  gboolean is_bracketed = *authority == '[';
  char *slash = strchr (authority, '/');
  char *end;
  const char *port = NULL;

  if (slash != NULL)
    {
      if (strcmp (slash, "/") != 0 && strcmp (slash, PATH) != 0)
        return refuse (text, "the only path is " PATH, error);
      *slash = '\0';
    }

  end = strchr (authority, is_bracketed ? ']' : ':');
  if (is_bracketed)
    {
      if (end == NULL)
        return refuse (text, "the bracket is not closed", error);
      *end++ = '\0';
      authority++;
    }

  if (end != NULL && *end == ':')
    {
      *end = '\0';
      port = end + 1;
      if (!is_bracketed && strchr (port, ':') != NULL)
        return refuse (text, "an IPv6 address stands in brackets, as in [2001:db8::7]", error);
    }
  else if (end != NULL && *end != '\0')
    return refuse (text, "there is something behind the bracket", error);

  self->host = g_strdup (authority);

  return parse_host (text, is_bracketed, self, error) && parse_port (text, port, self, error);
}

/* All parts are checked. g_uri_to_string() takes the percent sign of a zone such as "%10" for a
 * part of an escape. */
static char *
format_url (WsmEndpoint *self)
{
  const char *scheme = self->is_tls ? "https" : "http";
  g_auto (GStrv) address = NULL;

  if (strchr (self->host, ':') == NULL)
    return g_strdup_printf ("%s://%s:%u" PATH, scheme, self->host, self->port);

  address = g_strsplit (self->host, "%", 2);
  if (address[1] == NULL)
    return g_strdup_printf ("%s://[%s]:%u" PATH, scheme, self->host, self->port);

  return g_strdup_printf ("%s://[%s%%25%s]:%u" PATH, scheme, address[0], address[1], self->port);
}

/**
 * wsm_endpoint_parse:
 * @text: `[http://|https://]NAME[:PORT]`, also with `/` or `/wsman` behind it; NAME is a host name,
 *   an IPv4 address or an IPv6 address in brackets
 * @default_scheme: (nullable): "http" or "https" where @text names none; %NULL for "https"
 * @error: %WSM_CLIENT_ERROR_INVALID_ENDPOINT
 *
 * Reads what people type. A host name is one by RFC 1123, written in ASCII (IDNA) or not, at most
 * 253 letters, and never a short form of an address; an IPv6 address has a zone only if it is
 * link-local. Everything else that a URL may have (a user, a query) is refused, so that no text
 * leads to another host than the one that people read in it.
 *
 * Returns: (transfer full): the endpoint; %NULL with @error set otherwise
 */
WsmEndpoint *
wsm_endpoint_parse (const char *text, const char *default_scheme, GError **error)
{
  g_autoptr (WsmEndpoint) self = NULL;
  g_autofree char *authority = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (default_scheme == NULL || strcmp (default_scheme, "http") == 0 ||
                          strcmp (default_scheme, "https") == 0,
                        NULL);

  if (strlen (text) > MAX_TEXT)
    {
      refuse (text, "it is too long", error);
      return NULL;
    }
  if (!g_utf8_validate (text, -1, NULL))
    {
      refuse (text, "it is not UTF-8", error);
      return NULL;
    }

  self = g_new0 (WsmEndpoint, 1);
  g_atomic_ref_count_init (&self->references);
  authority = g_strdup (skip_scheme (text, default_scheme, &self->is_tls));
  if (!parse_authority (text, authority, self, error))
    return NULL;

  self->uri = g_uri_build (G_URI_FLAGS_NONE, self->is_tls ? "https" : "http", NULL, self->host,
                           self->port, PATH, NULL, NULL);
  self->url = format_url (self);

  return g_steal_pointer (&self);
}

/**
 * wsm_endpoint_ref:
 * @self: an endpoint
 *
 * Returns: (transfer full): @self
 */
WsmEndpoint *
wsm_endpoint_ref (WsmEndpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

/**
 * wsm_endpoint_unref:
 * @self: (transfer full): an endpoint
 */
void
wsm_endpoint_unref (WsmEndpoint *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_free (self->host);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_free (self->url);
  g_free (self);
}

/**
 * wsm_endpoint_is_tls:
 * @self: an endpoint
 *
 * Returns: %TRUE for https
 */
gboolean
wsm_endpoint_is_tls (const WsmEndpoint *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_tls;
}

/**
 * wsm_endpoint_is_loopback:
 * @self: an endpoint
 *
 * Returns: %TRUE for 127.0.0.0/8, ::1 and the name `localhost`: what is sent there stays on this
 *   computer
 */
gboolean
wsm_endpoint_is_loopback (const WsmEndpoint *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_loopback;
}

/**
 * wsm_endpoint_get_host:
 * @self: an endpoint
 *
 * Returns: (transfer none): the host in lower-case ASCII; an IPv6 address without brackets
 */
const char *
wsm_endpoint_get_host (const WsmEndpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->host;
}

/**
 * wsm_endpoint_get_port:
 * @self: an endpoint
 *
 * Returns: the port, 1 … 65535
 */
guint16
wsm_endpoint_get_port (const WsmEndpoint *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->port;
}

/**
 * wsm_endpoint_get_uri:
 * @self: an endpoint
 *
 * Returns: (transfer none): scheme, host, port and the path `/wsman`
 */
GUri *
wsm_endpoint_get_uri (const WsmEndpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->uri;
}

/**
 * wsm_endpoint_get_url:
 * @self: an endpoint
 *
 * Returns: (transfer none): the same as text, which is what `wsa:To` holds; always with a port
 */
const char *
wsm_endpoint_get_url (const WsmEndpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->url;
}
