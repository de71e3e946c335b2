/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include "wsman/client/wsm-endpoint.h"

/* What is read leads where it says: its URL is made of the characters of a host name, and means the
 * same when it is read again. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmEndpoint) endpoint = wsm_endpoint_parse (text, "http", &error);
  g_autoptr (WsmEndpoint) again = NULL;
  const char *host;
  const char *zone;

  g_assert_true ((endpoint == NULL) == (error != NULL));
  if (endpoint == NULL)
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }

  host = wsm_endpoint_get_host (endpoint);
  zone = strchr (host, '%');
  g_assert_true (*host != '\0' && strlen (host) <= 253);
  g_assert_true (strspn (host, "abcdefghijklmnopqrstuvwxyz0123456789-.:") ==
                 (zone != NULL ? (gsize) (zone - host) : strlen (host)));
  g_assert_cmpstr (g_uri_get_host (wsm_endpoint_get_uri (endpoint)), ==, host);
  g_assert_null (g_uri_get_userinfo (wsm_endpoint_get_uri (endpoint)));

  again = wsm_endpoint_parse (wsm_endpoint_get_url (endpoint), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (wsm_endpoint_get_url (again), ==, wsm_endpoint_get_url (endpoint));
  g_assert_true (wsm_endpoint_is_loopback (again) == wsm_endpoint_is_loopback (endpoint));

  return 0;
}
