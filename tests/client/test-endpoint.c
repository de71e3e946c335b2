/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "wsman/client/wsm-client-error.h"
#include "wsman/client/wsm-endpoint.h"

#define LABEL_63 "a23456789-123456789-123456789-123456789-123456789-123456789-123"
#define NAME_253                                                                                   \
  LABEL_63 "." LABEL_63 "." LABEL_63 "."                                                           \
           "a23456789-123456789-123456789-123456789-123456789-12345678901"

static void
test_reads (void)
{
  static const struct
  {
    const char *text;
    const char *scheme;
    const char *host;
    guint16 port;
    gboolean is_loopback;
    const char *url;
  } cases[] = {
    { "pc7", NULL, "pc7", 5986, FALSE, "https://pc7:5986/wsman" },
    { "pc7", "https", "pc7", 5986, FALSE, "https://pc7:5986/wsman" },
    { "pc7", "http", "pc7", 5985, FALSE, "http://pc7:5985/wsman" },
    { "http://pc7", "https", "pc7", 5985, FALSE, "http://pc7:5985/wsman" },
    { "HTTPS://pc7", "http", "pc7", 5986, FALSE, "https://pc7:5986/wsman" },
    { "PC7.Example.Net:80", "http", "pc7.example.net", 80, FALSE,
      "http://pc7.example.net:80/wsman" },
    { "https://pc7:443", NULL, "pc7", 443, FALSE, "https://pc7:443/wsman" },
    { "pc7/", NULL, "pc7", 5986, FALSE, "https://pc7:5986/wsman" },
    { "http://pc7:8080/wsman", NULL, "pc7", 8080, FALSE, "http://pc7:8080/wsman" },
    { "pc7:1", NULL, "pc7", 1, FALSE, "https://pc7:1/wsman" },
    { "pc7:65535", NULL, "pc7", 65535, FALSE, "https://pc7:65535/wsman" },
    { "7pc", NULL, "7pc", 5986, FALSE, "https://7pc:5986/wsman" },
    { "10.lab", NULL, "10.lab", 5986, FALSE, "https://10.lab:5986/wsman" },
    { "xn--mnchen-3ya.example", NULL, "xn--mnchen-3ya.example", 5986, FALSE,
      "https://xn--mnchen-3ya.example:5986/wsman" },
    { "m\303\274nchen.example", NULL, "xn--mnchen-3ya.example", 5986, FALSE,
      "https://xn--mnchen-3ya.example:5986/wsman" },
    { LABEL_63, NULL, LABEL_63, 5986, FALSE, "https://" LABEL_63 ":5986/wsman" },
    { NAME_253, NULL, NAME_253, 5986, FALSE, "https://" NAME_253 ":5986/wsman" },
    { "192.0.2.7", NULL, "192.0.2.7", 5986, FALSE, "https://192.0.2.7:5986/wsman" },
    { "localhost", "http", "localhost", 5985, TRUE, "http://localhost:5985/wsman" },
    { "LOCALHOST", "http", "localhost", 5985, TRUE, "http://localhost:5985/wsman" },
    { "localhost.example", "http", "localhost.example", 5985, FALSE,
      "http://localhost.example:5985/wsman" },
    { "127.0.0.1:8", "http", "127.0.0.1", 8, TRUE, "http://127.0.0.1:8/wsman" },
    { "127.255.3.4", "http", "127.255.3.4", 5985, TRUE, "http://127.255.3.4:5985/wsman" },
    { "128.0.0.1", "http", "128.0.0.1", 5985, FALSE, "http://128.0.0.1:5985/wsman" },
    { "[::1]", "http", "::1", 5985, TRUE, "http://[::1]:5985/wsman" },
    { "[0:0:0:0:0:0:0:1]:80/wsman", "http", "::1", 80, TRUE, "http://[::1]:80/wsman" },
    { "https://[2001:DB8::7]:99", NULL, "2001:db8::7", 99, FALSE,
      "https://[2001:db8::7]:99/wsman" },
    { "[::ffff:127.0.0.1]", "http", "::ffff:127.0.0.1", 5985, FALSE,
      "http://[::ffff:127.0.0.1]:5985/wsman" },
    { "[fe80::7%eth0]", "http", "fe80::7%eth0", 5985, FALSE, "http://[fe80::7%25eth0]:5985/wsman" },
    { "[fe80::7%10]", "http", "fe80::7%10", 5985, FALSE, "http://[fe80::7%2510]:5985/wsman" },
    { "[fe80::7%25eth0]", "http", "fe80::7%eth0", 5985, FALSE,
      "http://[fe80::7%25eth0]:5985/wsman" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WsmEndpoint)
        endpoint = wsm_endpoint_parse (cases[i].text, cases[i].scheme, &error);

      g_autoptr (WsmEndpoint) again = NULL;

      g_assert_no_error (error);
      g_assert_cmpstr (wsm_endpoint_get_host (endpoint), ==, cases[i].host);
      g_assert_cmpuint (wsm_endpoint_get_port (endpoint), ==, cases[i].port);
      g_assert_cmpint (wsm_endpoint_is_loopback (endpoint), ==, cases[i].is_loopback);
      g_assert_cmpstr (wsm_endpoint_get_url (endpoint), ==, cases[i].url);
      g_assert_cmpint (wsm_endpoint_is_tls (endpoint), ==,
                       g_str_has_prefix (cases[i].url, "https:"));

      again = wsm_endpoint_parse (wsm_endpoint_get_url (endpoint), NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (wsm_endpoint_get_url (again), ==, cases[i].url);

      g_assert_cmpstr (g_uri_get_host (wsm_endpoint_get_uri (endpoint)), ==, cases[i].host);
      g_assert_cmpint (g_uri_get_port (wsm_endpoint_get_uri (endpoint)), ==, cases[i].port);
      g_assert_cmpstr (g_uri_get_path (wsm_endpoint_get_uri (endpoint)), ==, "/wsman");
      g_assert_null (g_uri_get_userinfo (wsm_endpoint_get_uri (endpoint)));
    }
}

static void
test_refuses (void)
{
  static const char *const texts[] = {
    "",
    " ",
    "http://",
    "https:///wsman",
    ":80",
    "[]",
    "/wsman",
    "ftp://pc7",
    "http:/pc7",
    "http:pc7",
    "http://http://pc7",
    "//pc7",
    /* another host than the one that people read */
    "pc7@evil.example",
    "pc7:80@evil.example",
    "http://mara:owl@pc7",
    "pc7\\@evil.example",
    "pc7#evil.example",
    "pc7?evil.example",
    "pc7/evil",
    "pc7/wsman/",
    "pc7/wsman?PSVersion=5.1",
    "pc7/WSMAN",
    "pc7//wsman",
    "pc7%2eexample",
    "pc7%00",
    /* white space, controls, other letters */
    " pc7",
    "pc7 ",
    "pc 7",
    "pc7\n",
    "pc7\r\nX: y",
    "pc7\t",
    "pc\0017",
    "pc\1777",
    "pc_7",
    "pc7!",
    "pc7,pc8",
    "pc*",
    "<pc7>",
    "\"pc7\"",
    "pc\302\2407",                 /* no-break space */
    "pc\342\200\2137",             /* zero width space */
    "pc7\342\200\256example",      /* right-to-left override */
    "pc7\357\274\217evil.example", /* FULLWIDTH SOLIDUS becomes a slash */
    "pc7\357\274\240evil.example", /* FULLWIDTH COMMERCIAL AT */
    "pc\377",
    /* labels */
    ".",
    "..",
    ".pc7",
    "pc7.",
    "pc7..example",
    "-pc7",
    "pc7-",
    "pc7.-example",
    "pc7-.example",
    "a" LABEL_63,
    "a" NAME_253,
    /* numbers that resolvers take for addresses */
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "pc.0x7f",
    "pc.0X7F",
    "pc.7",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "1.2.3.04",
    "01.2.3.4",
    "1.2.3.4.",
    "1..3.4",
    "\357\274\221\357\274\222\357\274\227.1",                           /* fullwidth digits */
    "\357\274\221\357\274\222\357\274\227.0.0.\357\274\221",            /* … of an address */
    "\342\221\240\342\221\241\342\221\246.\342\223\252.\342\223\252.1", /* circled digits */
    /* IPv6 */
    "::1",
    "2001:db8::7",
    "[::1",
    "::1]",
    "[::1]x",
    "[::1]80",
    "[127.0.0.1]",
    "[pc7]",
    "[::g]",
    "[2001:db8::7%eth0]",
    "[::1%lo]",
    "[fe80::7%]",
    "[fe80::7%eth0 ]",
    "[fe80::7%a/b]",
    "[fe80::7%0123456789abcdef]",
    "[fe80::7%eth0%eth1]",
    "[v1.x]",
    /* ports */
    "pc7:",
    "pc7:0",
    "pc7:65536",
    "pc7:99999",
    "pc7:100000",
    "pc7:4294967377",
    "pc7:-1",
    "pc7:+80",
    "pc7: 80",
    "pc7:80 ",
    "pc7:0x50",
    "pc7:http",
    "pc7:80:80",
    "[::1]:",
    "[::1]:x",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WsmEndpoint) endpoint = wsm_endpoint_parse (texts[i], NULL, &error);

      if (endpoint != NULL)
        g_test_message ("\"%s\" was read as %s", texts[i], wsm_endpoint_get_url (endpoint));
      g_assert_null (endpoint);
      g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_INVALID_ENDPOINT);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_null (strchr (error->message, '\n'));
    }
}

static void
test_refuses_long_texts (void)
{
  g_autofree char *text = g_strnfill (1024 * 1024, 'a');
  g_autoptr (GError) error = NULL;

  g_assert_null (wsm_endpoint_parse (text, NULL, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_INVALID_ENDPOINT);
  g_assert_cmpuint (strlen (error->message), <, 300);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/client/endpoint/reads", test_reads);
  g_test_add_func ("/client/endpoint/refuses", test_refuses);
  g_test_add_func ("/client/endpoint/refuses-long-texts", test_refuses_long_texts);

  return g_test_run ();
}
