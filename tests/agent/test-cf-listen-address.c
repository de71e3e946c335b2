/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-listen-address.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

static void
test_accepts (void)
{
  const struct
  {
    const char *text;
    const char *address;
    guint16 port;
    gboolean tls;
  } cases[] = {
    { "127.0.0.1:5985", "127.0.0.1", 5985, FALSE },
    { "http://127.0.0.1:0", "127.0.0.1", 0, FALSE },
    { "https://127.8.9.1:65535", "127.8.9.1", 65535, TRUE },
    { "[::1]:5985", "::1", 5985, FALSE },
    { "https://[::]:5986", "::", 5986, TRUE },
    { "0.0.0.0:1", "0.0.0.0", 1, FALSE },
  };

  g_test_summary ("Addresses of both families, with and without a scheme");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CfListenAddress) address = cf_listen_address_parse (cases[i].text, &error);
      GInetSocketAddress *inet;
      g_autofree char *text = NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_no_error (error);
      inet = G_INET_SOCKET_ADDRESS (address->socket_address);
      text = g_inet_address_to_string (g_inet_socket_address_get_address (inet));
      g_assert_cmpstr (text, ==, cases[i].address);
      g_assert_cmpuint (g_inet_socket_address_get_port (inet), ==, cases[i].port);
      g_assert_cmpint (address->tls, ==, cases[i].tls);
    }
}

static void
test_refuses (void)
{
  const char *const cases[] = {
    "",
    "127.0.0.1",
    "127.0.0.1:",
    "127.0.0.1:65536",
    "127.0.0.1:-1",
    "127.0.0.1: 1",
    "localhost:5985",
    "::1:5985",
    "[::1]",
    "[::1]5985",
    "[::1",
    "ftp://127.0.0.1:1",
    "127.0.0.1:1/x",
    ":5985",
    "127.1:5985",
  };

  g_test_summary ("Anything else is refused with what is expected");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CfListenAddress) address = cf_listen_address_parse (cases[i], &error);

      g_test_message ("%s", cases[i]);
      g_assert_null (address);
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
      g_assert_nonnull (strstr (error->message, "ADDRESS:PORT"));
    }
}

static void
test_takes_paths (void)
{
  g_autofree char *longest = g_strnfill (107, 'x');
  const char *paths[] = { "/run/curfew/front.sock", "/", longest };

  g_test_summary ("A path is absolute and fits into the address of a Unix socket");

  longest[0] = '/';
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *text = g_strconcat ("unix:", paths[i], NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (CfListenAddress) address = cf_listen_address_parse (text, &error);

      g_assert_no_error (error);
      g_assert_true (G_IS_UNIX_SOCKET_ADDRESS (address->socket_address));
      g_assert_cmpstr (
        g_unix_socket_address_get_path (G_UNIX_SOCKET_ADDRESS (address->socket_address)), ==,
        paths[i]);
      g_assert_false (address->tls);
    }
}

static void
test_refuses_paths (void)
{
  g_autofree char *too_long = g_strnfill (strlen ("unix:") + 108, 'x');
  const char *const cases[] = { "unix:", "unix:front.sock", "unix:@front", too_long };

  memcpy (too_long, "unix:/", strlen ("unix:/"));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i]);
      g_assert_null (cf_listen_address_parse (cases[i], &error));
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
      g_assert_nonnull (strstr (error->message, "absolute path"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/agent/listen-address/accepts", test_accepts);
  g_test_add_func ("/agent/listen-address/refuses", test_refuses);
  g_test_add_func ("/agent/listen-address/takes-paths", test_takes_paths);
  g_test_add_func ("/agent/listen-address/refuses-paths", test_refuses_paths);
  return g_test_run ();
}
