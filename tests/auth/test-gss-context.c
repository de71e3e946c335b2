/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "gss-peer.h"
#include "wsman/auth/wsm-initiator-private.h"

/* The header of a sealed message, by mechanism: winrm-wire-protocol, section 2.2. */
typedef struct
{
  const char *name;
  WsmAuthMethod method;
  gsize header;
} Case;

static const Case cases[] = {
  { "negotiate-kerberos", WSM_AUTH_NEGOTIATE, 60 },
  { "kerberos", WSM_AUTH_KERBEROS, 60 },
  { "negotiate-ntlm", WSM_AUTH_NTLM, 16 },
};

typedef struct
{
  WsmGssContext *client;
  WsmGssContext *server;
} Fixture;

/* Leaves the service's context in @peer. */
static void
sign_in_at (Fixture *f, GssPeer *peer, WsmAuthMethod method, GBytes *client_binding,
            GBytes *server_binding)
{
  g_autoptr (WsmSecret) password = wsm_secret_new (g_getenv ("CURFEW_TEST_PASSWORD"), -1);
  gboolean is_ntlm = method == WSM_AUTH_NTLM;
  WsmCredentialOptions options = { .method = method,
                                   .user = is_ntlm ? "kim" : NULL,
                                   .password = is_ntlm ? password : NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmCredential) credential = wsm_credential_new (&options, &error);
  g_autoptr (WsmAttempt) attempt = NULL;
  g_autoptr (GBytes) answer = NULL;

  g_assert_no_error (error);
  gss_peer_init (peer, TRUE, TRUE);
  attempt = wsm_attempt_new (credential, "localhost", client_binding, is_ntlm);

  while (f->client == NULL)
    {
      WsmLeg leg = { .attempt = attempt, .received = answer };

      wsm_attempt_step (attempt, &leg, &error);
      g_assert_no_error (error);
      f->client = leg.context;
      g_clear_pointer (&answer, g_bytes_unref);
      if (leg.to_send != NULL)
        answer = gss_peer_answer (peer, leg.to_send, server_binding);
      g_clear_pointer (&leg.to_send, g_bytes_unref);
    }
}

static void
sign_in (Fixture *f, WsmAuthMethod method, GBytes *client_binding, GBytes *server_binding)
{
  g_auto (GssPeer) peer;

  sign_in_at (f, &peer, method, client_binding, server_binding);
  f->server = gss_peer_take_context (&peer);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const Case *c = data;

  sign_in (f, c->method, NULL, NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->client, wsm_gss_context_unref);
  g_clear_pointer (&f->server, wsm_gss_context_unref);
}

static GBytes *
seal (WsmGssContext *from, const char *text, gsize *header)
{
  g_autoptr (GBytes) plain = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;
  GBytes *token = wsm_gss_context_seal (from, plain, header, &error);

  g_assert_no_error (error);
  g_assert_nonnull (token);

  return token;
}

static void
assert_text (WsmGssContext *to, GBytes *token, const char *text)
{
  gsize length;
  const guint8 *octets = g_bytes_get_data (token, &length);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) plain = wsm_gss_context_unseal (to, octets, length, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), text, strlen (text));
}

/* The next one is refused with a sentence that has @word in it, and the context with it. */
static void
assert_refused (WsmGssContext *to, const guint8 *octets, gsize length, const char *word)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (wsm_gss_context_unseal (to, octets, length, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_INTEGRITY);
  g_assert_nonnull (strstr (error->message, word));
}

static void
assert_dead (WsmGssContext *context)
{
  g_autoptr (GBytes) plain = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;
  gsize header;

  g_assert_null (wsm_gss_context_seal (context, plain, &header, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_INTEGRITY);
  g_assert_nonnull (strstr (error->message, "earlier message"));
}

static void
test_round_trip (Fixture *f, gconstpointer data)
{
  const Case *c = data;

  g_test_summary ("Messages pass in both directions, in their order");

  g_assert_cmpstr (wsm_gss_context_get_mechanism (f->client), ==,
                   c->method == WSM_AUTH_NTLM ? WSM_MECHANISM_NTLM : WSM_MECHANISM_KERBEROS);
  g_assert_cmpstr (wsm_gss_context_get_mechanism (f->server), ==,
                   wsm_gss_context_get_mechanism (f->client));

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *text = g_strdup_printf ("<a n='%u'/>", i);
      gsize header;
      g_autoptr (GBytes) question = seal (f->client, text, &header);
      g_autoptr (GBytes) answer = seal (f->server, text, &header);

      /* all of it: what is sealed looks random, and two octets would turn up in it now and then */
      g_assert_null (memmem (g_bytes_get_data (question, NULL), g_bytes_get_size (question), text,
                             strlen (text)));
      assert_text (f->server, question, text);
      assert_text (f->client, answer, text);
    }
}

static void
test_layout (Fixture *f, gconstpointer data)
{
  const Case *c = data;
  gsize header;
  g_autoptr (GBytes) question = NULL;
  g_autoptr (GBytes) answer = NULL;
  const guint8 *octets;

  g_test_summary ("The header is as long, and as made, as Windows and other clients have it");

  question = seal (f->client, "0123456789", &header);
  g_assert_cmpuint (header, ==, c->header);
  g_assert_cmpuint (g_bytes_get_size (question), ==, c->header + 10);
  answer = seal (f->server, "0123456789", &header);
  g_assert_cmpuint (header, ==, c->header);
  g_assert_cmpuint (g_bytes_get_size (answer), ==, c->header + 10);

  octets = g_bytes_get_data (question, NULL);
  if (c->method == WSM_AUTH_NTLM)
    {
      /* version 1; the first message has number 0: nothing was signed before it */
      g_assert_cmpmem (octets, 4, "\1\0\0\0", 4);
      g_assert_cmpmem (octets + 12, 4, "\0\0\0\0", 4);
    }
  else
    {
      const guint8 from_client[] = { 0x05, 0x04, 0x06, 0xff, 0, 0, 0, 28 };
      const guint8 from_server[] = { 0x05, 0x04, 0x07, 0xff, 0, 0, 0, 28 };

      g_assert_cmpmem (octets, 8, from_client, 8);
      g_assert_cmpmem (g_bytes_get_data (answer, NULL), 8, from_server, 8);
    }
}

static void
test_large (Fixture *f, gconstpointer data)
{
  g_autofree char *text = g_strnfill (500 * 1024, 'x');
  gsize header;
  g_autoptr (GBytes) token = NULL;

  g_test_summary ("A message of 500 KiB is one part");

  token = seal (f->client, text, &header);
  assert_text (f->server, token, text);
}

static void
test_empty (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr (GError) error = NULL;
  gsize header;

  g_test_summary ("Nothing is not sealed, and no token is not unsealed");

  g_assert_null (wsm_gss_context_seal (f->client, nothing, &header, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_INTEGRITY);
  assert_dead (f->client);

  assert_refused (f->server, NULL, 0, "altered or cut");
  assert_dead (f->server);
}

static void
test_replay (Fixture *f, gconstpointer data)
{
  gsize header;
  g_autoptr (GBytes) token = NULL;
  const Case *c = data;

  g_test_summary ("A message that comes a second time is refused, and ends the context");

  token = seal (f->client, "once", &header);
  assert_text (f->server, token, "once");
  assert_refused (f->server, g_bytes_get_data (token, NULL), g_bytes_get_size (token),
                  c->method == WSM_AUTH_NTLM ? "altered or cut" : "second time");
  assert_dead (f->server);
}

static void
test_reordered (Fixture *f, gconstpointer data)
{
  gsize header;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;

  g_test_summary ("A message before its turn is refused, and so is the one whose turn it was");

  first = seal (f->client, "first", &header);
  second = seal (f->client, "second", &header);
  assert_refused (f->server, g_bytes_get_data (second, NULL), g_bytes_get_size (second),
                  "out of order");
  assert_refused (f->server, g_bytes_get_data (first, NULL), g_bytes_get_size (first),
                  "earlier message");
}

/* The other direction's keys: what a service has said cannot be said to it. */
static void
test_reflected (Fixture *f, gconstpointer data)
{
  gsize header;
  g_autoptr (GBytes) token = NULL;

  g_test_summary ("A message that is sent back to its sender is refused");

  token = seal (f->client, "echo", &header);
  assert_refused (f->client, g_bytes_get_data (token, NULL), g_bytes_get_size (token),
                  "altered or cut");
}

static void
test_cut (Fixture *f, gconstpointer data)
{
  const Case *c = data;
  gsize header;
  g_autoptr (GBytes) whole = NULL;

  g_test_summary ("A message that was cut anywhere is refused");

  whole = seal (f->client, "text", &header);
  for (gsize length = 0; length < g_bytes_get_size (whole); length += 5)
    {
      Fixture other = { 0 };
      g_autoptr (GBytes) token = NULL;

      sign_in (&other, c->method, NULL, NULL);
      token = seal (other.client, "text", &header);
      assert_refused (other.server, g_bytes_get_data (token, NULL), length, "altered or cut");
      tear_down (&other, NULL);
    }
}

/* One bit in each octet; each wants contexts of its own, since a refusal ends them. */
static void
test_altered (Fixture *f, gconstpointer data)
{
  const Case *c = data;
  gsize n_octets = c->header + 4;

  g_test_summary ("A message with one bit changed, in whichever octet, is refused");

  for (gsize i = 0; i < n_octets; i++)
    {
      Fixture other = { 0 };
      gsize header;
      g_autoptr (GBytes) token = NULL;
      g_autofree guint8 *octets = NULL;

      sign_in (&other, c->method, NULL, NULL);
      token = seal (other.client, "text", &header);
      g_assert_cmpuint (g_bytes_get_size (token), ==, n_octets);
      octets = g_memdup2 (g_bytes_get_data (token, NULL), n_octets);
      octets[i] ^= (guint8) (1u << (i % 8));
      assert_refused (other.server, octets, n_octets, "connection");
      assert_dead (other.server);
      tear_down (&other, NULL);
    }
}

/* GSS-API unwraps what is signed and not encrypted, and says so only if it is asked. */
static void
test_only_signed (void)
{
  Fixture f = { 0 };
  g_auto (GssPeer) peer;
  gss_buffer_desc plain = { 4, (gpointer) "text" }, token = GSS_C_EMPTY_BUFFER;
  OM_uint32 minor;
  int is_sealed = 1;

  g_test_summary ("A message that is signed but not encrypted is refused");

  sign_in_at (&f, &peer, WSM_AUTH_NEGOTIATE, NULL, NULL);
  g_assert_cmphex (
    gss_wrap (&minor, peer.context, 0, GSS_C_QOP_DEFAULT, &plain, &is_sealed, &token), ==,
    GSS_S_COMPLETE);
  g_assert_false (is_sealed);
  assert_refused (f.client, token.value, token.length, "not encrypted");
  assert_dead (f.client);

  gss_release_buffer (&minor, &token);
  tear_down (&f, NULL);
}

static void
test_bound (void)
{
  g_autoptr (GBytes) hash = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);

  g_test_summary ("A client over TLS sends the proof that it is that connection");

  for (gsize i = 0; i < 3 * G_N_ELEMENTS (cases); i++)
    {
      GBytes *of_client = i % 3 != 0 ? hash : NULL;
      GBytes *of_server = i % 3 != 1 ? hash : NULL;
      Fixture f = { 0 };
      g_auto (GssPeer) peer;

      sign_in_at (&f, &peer, cases[i / 3].method, of_client, of_server);
      g_assert_cmpint ((peer.flags & GSS_C_CHANNEL_BOUND_FLAG) != 0, ==, i % 3 == 2);
      tear_down (&f, NULL);
    }
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "round-trip", test_round_trip }, { "layout", test_layout }, { "large", test_large },
    { "empty", test_empty },           { "replay", test_replay }, { "reordered", test_reordered },
    { "reflected", test_reflected },   { "cut", test_cut },       { "altered", test_altered },
  };

  gss_peer_prepare (NULL);
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (tests); j++)
      {
        g_autofree char *path = g_strdup_printf ("/auth/gss-context/%s/%s", cases[i].name,
                                                 tests[j].name);

        g_test_add (path, Fixture, &cases[i], set_up, tests[j].test, tear_down);
      }
  g_test_add_func ("/auth/gss-context/bound", test_bound);

  g_test_add_func ("/auth/gss-context/only-signed", test_only_signed);

  return g_test_run ();
}
