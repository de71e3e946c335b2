/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a client makes of answers to what it has sealed. Runs in the realm of with-realm.py; the
 * numbers are those of the protocol reference, section 7. */
#include <string.h>

#include "asking.h"
#include "wsman/auth/wsm-auth-error.h"

#define HTTP                 "http://localhost"
#define SOAP_TYPE            "Content-Type: application/soap+xml;charset=UTF-8\r\n"
#define HEAD(status, fields) "HTTP/1.1 " status "\r\n" fields "Content-Length: @LENGTH@\r\n\r\n"
#define SEALED_TYPE                                                                                \
  "Content-Type: multipart/encrypted;protocol=\"application/HTTP-@WORD@-session-encrypted\";"      \
  "boundary=\"Encrypted Boundary\"\r\n"

static void
assert_log (ScriptedServer *server, const char *expected)
{
  g_autofree char *log = scripted_server_dup_log (server);

  g_assert_cmpstr (log, ==, expected);
}

/* After an Invoke people have to be told that it may have been carried out. */
static void
assert_tells (Asking asking, const GError *error, WsmClientError code)
{
  g_assert_error (error, WSM_CLIENT_ERROR, (int) code);
  g_assert_true (wsm_client_error_is_unknown (error));
  g_assert_nonnull (strstr (error->message, "localhost"));
  if (asking == ASK_INVOKE)
    g_assert_nonnull (strstr (error->message, "not known: check before sending again"));
  else
    g_assert_nonnull (strstr (error->message, "Nothing was changed"));
}

static void
test_reads_every_form (void)
{
  WsmCredential *credentials[] = { new_ticket (WSM_AUTH_NEGOTIATE), new_ticket (WSM_AUTH_KERBEROS),
                                   new_user (WSM_AUTH_NTLM, "mara", FALSE) };
  static const ScriptedSeal forms[] = { SCRIPTED_SEAL_TAB, SCRIPTED_SEAL_BARE,
                                        SCRIPTED_SEAL_LOOSE };

  g_test_summary ("Case 15: with tabs, without, with spaces, and an end of line too many");

  for (gsize i = 0; i < G_N_ELEMENTS (credentials); i++)
    {
      g_autoptr (WsmCredential) credential = credentials[i];

      for (gsize j = 0; j < G_N_ELEMENTS (forms); j++)
        {
          const Script scripts[] = {
            SIGN_IN,
            { .body = GOOD_GET, .seal = forms[j] },
            { .body = GOOD_INVOKE, .seal = forms[j] },
          };
          g_autoptr (ScriptedServer)
            server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
          g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);

          ask_well (client, ASK_GET);
          ask_well (client, ASK_INVOKE);
        }
    }
}

static void
test_writes_without_tabs (void)
{
  static const Script scripts[] = { SIGN_IN, SEALED_ANSWER (GOOD_GET) };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, 2);
  g_autoptr (WsmCredential) credential = new_ticket (WSM_AUTH_KERBEROS);
  g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
  g_autofree char *requests = NULL;

  g_test_summary ("OMI refuses tabs, all others can do without");

  ask_well (client, ASK_GET);
  requests = scripted_server_dup_requests (server);
  g_assert_nonnull (
    strstr (requests, "\r\nContent-Type: multipart/encrypted;protocol=\"application/"
                      "HTTP-Kerberos-session-encrypted\";boundary=\"Encrypted Boundary\"\r\n"));
  g_assert_nonnull (strstr (requests, "\r\n\r\n--Encrypted Boundary\r\nContent-Type: application/"
                                      "HTTP-Kerberos-session-encrypted\r\nOriginalContent: type="));
  g_assert_null (strchr (requests, '\t'));
}

static void
test_reads_faults (void)
{
  static const Script scripts[] = {
    SIGN_IN,
    { .head = HEAD ("500 ", SEALED_TYPE),
      .body = FAULT ("<a:RelatesTo>@ID@</a:RelatesTo>", "No owls."),
      .seal = SCRIPTED_SEAL_TAB },
    { .head = HEAD ("404 ", SEALED_TYPE), .body = GOOD_INVOKE, .seal = SCRIPTED_SEAL_TAB },
  };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
  g_autoptr (WsmCredential) credential = new_ticket (WSM_AUTH_NEGOTIATE);
  g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
  g_autoptr (GError) error = NULL;

  g_test_summary (
    "What is sealed counts, not the status that anybody could have written around it");

  g_assert_false (ask (client, ASK_INVOKE, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_FAULT);
  g_assert_nonnull (strstr (error->message, "No owls."));
  g_clear_error (&error);

  ask_well (client, ASK_INVOKE);
  assert_log (server, "1 " LEG "1 " SEALED "1 " SEALED);
}

static void
test_believes_nothing_in_the_open (void)
{
  static const struct
  {
    const char *head;
    const char *body; /* NULL: the good one */
  } cases[] = {
    { NULL, NULL },
    { HEAD ("200 ", ""), NULL },
    { HEAD ("200 ", SOAP_TYPE), "" },
    { HEAD ("500 ", SOAP_TYPE), FAULT ("", "No owls.") },
    { HEAD ("400 ", SOAP_TYPE), FAULT ("", "No owls.") },
    { HEAD ("403 ", SOAP_TYPE), FAULT ("", "No owls.") },
  };

  g_test_summary ("Case 12: an unsealed answer to a sealed message is refused");

  for (gsize i = 0; i < G_N_ELEMENTS (cases) * N_ASKINGS; i++)
    {
      Asking asking = i % N_ASKINGS;
      const char *body = cases[i / N_ASKINGS].body;
      const Script scripts[] = {
        SIGN_IN,
        { .head = cases[i / N_ASKINGS].head, .body = body != NULL ? body : good_answers[asking] },
        SIGN_IN,
        { .body = good_answers[asking], .seal = SCRIPTED_SEAL_TAB },
      };
      g_autoptr (ScriptedServer)
        server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
      g_autoptr (WsmCredential) credential = new_ticket (WSM_AUTH_NEGOTIATE);
      g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
      g_autoptr (GError) error = NULL;

      g_assert_false (ask (client, asking, &error));
      assert_tells (asking, error, WSM_CLIENT_ERROR_UNSEALED);
      assert_log (server, "1 " LEG "1 " SEALED);
      g_clear_error (&error);

      /* The next question begins anew. */
      ask_well (client, asking);
      assert_log (server, "1 " LEG "1 " SEALED "2 " LEG "2 " SEALED);
    }
}

static void
test_a_bare_status (void)
{
  static const struct
  {
    const char *head;
    WsmClientError repeatable;
    WsmClientError invoke;
  } cases[] = {
    { HEAD ("403 ", ""), WSM_CLIENT_ERROR_HTTP, WSM_CLIENT_ERROR_UNSEALED },
    { HEAD ("503 ", ""), WSM_CLIENT_ERROR_HTTP, WSM_CLIENT_ERROR_UNSEALED },
    { HEAD ("302 ", "Location: /\r\n"), WSM_CLIENT_ERROR_HTTP, WSM_CLIENT_ERROR_UNSEALED },
    { HEAD ("429 ", ""), WSM_CLIENT_ERROR_THROTTLED, WSM_CLIENT_ERROR_UNSEALED },
  };

  g_test_summary ("It says why there is no answer, but not that an Invoke was not carried out");

  for (gsize i = 0; i < G_N_ELEMENTS (cases) * N_ASKINGS; i++)
    {
      Asking asking = i % N_ASKINGS;
      const Script scripts[] = { SIGN_IN, { .head = cases[i / N_ASKINGS].head } };
      g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, 2);
      g_autoptr (WsmCredential) credential = new_ticket (WSM_AUTH_NEGOTIATE);
      g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
      g_autoptr (GError) error = NULL;

      g_assert_false (ask (client, asking, &error));
      if (asking == ASK_INVOKE)
        assert_tells (asking, error, cases[i / N_ASKINGS].invoke);
      else
        g_assert_error (error, WSM_CLIENT_ERROR, (int) cases[i / N_ASKINGS].repeatable);
      assert_log (server, "1 " LEG "1 " SEALED);
    }
}

static void
test_a_host_that_has_forgotten (void)
{
  static const char *const heads[] = {
    HEAD ("401 ", ""),
    HEAD ("401 ", "WWW-Authenticate: Negotiate\r\n"),
    HEAD ("401 ", "WWW-Authenticate: Negotiate YWJj\r\nConnection: close\r\n"),
  };

  g_test_summary ("401 in the open is no proof that an Invoke was not carried out: it is neither "
                  "sent again nor called refused");

  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      const Script scripts[] = {
        SIGN_IN, { .head = heads[i] }, SIGN_IN, SEALED_ANSWER (GOOD_INVOKE), { .head = heads[i] }
      };
      g_autoptr (ScriptedServer)
        server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
      g_autoptr (WsmCredential) credential = new_ticket (WSM_AUTH_NEGOTIATE);
      g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
      g_autoptr (GError) error = NULL;

      g_assert_false (ask (client, ASK_INVOKE, &error));
      assert_tells (ASK_INVOKE, error, WSM_CLIENT_ERROR_UNSEALED);
      assert_log (server, "1 " LEG "1 " SEALED);
      g_clear_error (&error);

      ask_well (client, ASK_INVOKE);
      g_assert_false (ask (client, ASK_INVOKE, &error));
      assert_tells (ASK_INVOKE, error, WSM_CLIENT_ERROR_UNSEALED);
      assert_log (server, "1 " LEG "1 " SEALED "2 " LEG "2 " SEALED "2 " SEALED);
    }
}

static void
test_a_host_that_cannot_read_it (void)
{
  static const char *const heads[] = { HEAD ("400 ", ""), HEAD ("500 ", "") };

  g_test_summary ("Asked again once where that does no harm; an Invoke is not");

  for (gsize i = 0; i < G_N_ELEMENTS (heads) * N_ASKINGS; i++)
    {
      Asking asking = i % N_ASKINGS;
      const Script scripts[] = {
        SIGN_IN,
        { .head = heads[i / N_ASKINGS] },
        SIGN_IN,
        { .body = good_answers[asking], .seal = SCRIPTED_SEAL_TAB },
        { .head = heads[i / N_ASKINGS] },
        SIGN_IN,
        { .head = heads[i / N_ASKINGS] },
      };
      g_autoptr (ScriptedServer)
        server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
      g_autoptr (WsmCredential) credential = new_ticket (WSM_AUTH_NEGOTIATE);
      g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
      g_autoptr (GError) error = NULL;

      if (asking == ASK_INVOKE)
        {
          g_assert_false (ask (client, asking, &error));
          assert_tells (asking, error, WSM_CLIENT_ERROR_TAMPERED);
          assert_log (server, "1 " LEG "1 " SEALED);
          continue;
        }

      ask_well (client, asking);
      g_assert_false (ask (client, asking, &error));
      assert_tells (asking, error, WSM_CLIENT_ERROR_TAMPERED);
      assert_log (server,
                  "1 " LEG "1 " SEALED "2 " LEG "2 " SEALED "2 " SEALED "3 " LEG "3 " SEALED);
    }
}

/* Where the sealed octets begin: behind the part headers. */
static gsize
find_token (GString *body)
{
  static const char mark[] = "application/octet-stream\r\n";
  const char *at = g_strstr_len (body->str, (gssize) body->len, mark);

  g_assert_nonnull (at);
  return (gsize) (at - body->str) + sizeof mark - 1 + 4;
}

static void
flip (GString *body, gsize at)
{
  gsize start = find_token (body);
  gsize length = body->len - start - strlen ("--Encrypted Boundary--\r\n");

  body->str[start + MIN (at, length - 1)] ^= (char) (1 << (at % 8));
}

static void
cut (GString *body, gsize at)
{
  g_string_truncate (body, body->len - MIN (at, body->len));
}

static void
set_header_length (GString *body, gsize value)
{
  guint32 prefix = GUINT32_TO_LE ((guint32) value);

  memcpy (body->str + find_token (body) - 4, &prefix, sizeof prefix);
}

static void
set_length (GString *body, gsize at)
{
  static const char *const lengths[] = { "",      "0",          "1",
                                         "99999", "4294967296", "184467440737095516150000000000" };
  char *start = strstr (body->str, "Length=") + strlen ("Length=");
  gsize position = (gsize) (start - body->str);

  g_string_erase (body, (gssize) position, strstr (start, "\r\n") - start);
  g_string_insert (body, (gssize) position, lengths[at]);
}

static void
assert_refused (WsmCredential *credential, Asking asking, void (*spoil) (GString *, gsize),
                gsize at)
{
  const Script scripts[] = {
    SIGN_IN,
    { .body = good_answers[asking], .seal = SCRIPTED_SEAL_TAB, .spoil = spoil, .spoil_at = at },
  };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
  g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
  g_autoptr (GError) error = NULL;

  g_assert_false (ask (client, asking, &error));
  assert_tells (asking, error, WSM_CLIENT_ERROR_TAMPERED);
  g_assert_cmpuint (scripted_server_get_n_connections (server), ==, 1);
}

static void
test_bad_frames (void)
{
  g_autoptr (WsmCredential) credential = new_ticket (WSM_AUTH_NEGOTIATE);
  static const gsize header_lengths[] = { 0xFFFFFFFF, 0x7FFFFFFF, 65536, 1025, 1024 };

  g_test_summary ("Case 17: lengths that lie");

  for (gsize i = 0; i < G_N_ELEMENTS (header_lengths); i++)
    assert_refused (credential, ASK_INVOKE, set_header_length, header_lengths[i]);
  for (gsize i = 0; i < 6; i++)
    assert_refused (credential, ASK_INVOKE, set_length, i);
  for (gsize i = 1; i < 400; i += 13)
    assert_refused (credential, i % 2 == 0 ? ASK_INVOKE : ASK_GET, cut, i);
}

static void
test_flipped_bits (void)
{
  WsmCredential *credentials[] = { new_ticket (WSM_AUTH_NEGOTIATE),
                                   new_user (WSM_AUTH_NTLM, "mara", FALSE) };

  g_test_summary ("Case 18: one bit of header or data is another");

  for (gsize i = 0; i < G_N_ELEMENTS (credentials); i++)
    {
      g_autoptr (WsmCredential) credential = credentials[i];

      for (gsize at = 0; at < 60; at += 3)
        assert_refused (credential, ASK_INVOKE, flip, at);
      for (gsize at = 60; at < 700; at += 61)
        assert_refused (credential, ASK_GET, flip, at);
    }
}

static GString *recorded;

static void
record (GString *body, gsize at)
{
  recorded = g_string_new_len (body->str, (gssize) body->len);
}

static void
play (GString *body, gsize at)
{
  g_string_truncate (body, 0);
  g_string_append_len (body, recorded->str, (gssize) recorded->len);
}

static void
test_an_answer_counts_once (void)
{
  static const Script scripts[] = {
    SIGN_IN,
    { .body = GOOD_GET, .seal = SCRIPTED_SEAL_TAB, .spoil = record },
    { .body = GOOD_GET, .seal = SCRIPTED_SEAL_TAB, .spoil = play },
    SIGN_IN,
    { .body = GOOD_GET, .seal = SCRIPTED_SEAL_TAB, .spoil = play },
  };
  WsmCredential *credentials[] = { new_ticket (WSM_AUTH_NEGOTIATE),
                                   new_user (WSM_AUTH_NTLM, "mara", FALSE) };

  g_test_summary ("An answer from before is none, on the same connection or on the next");

  for (gsize i = 0; i < G_N_ELEMENTS (credentials); i++)
    {
      g_autoptr (ScriptedServer)
        server = scripted_server_new (NULL, scripts, G_N_ELEMENTS (scripts));
      g_autoptr (WsmCredential) credential = credentials[i];
      g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
      g_autoptr (GError) error = NULL;

      ask_well (client, ASK_GET);
      for (int turn = 0; turn < 2; turn++)
        {
          g_assert_false (ask (client, ASK_GET, &error));
          assert_tells (ASK_GET, error, WSM_CLIENT_ERROR_TAMPERED);
          g_clear_error (&error);
        }
      g_string_free (g_steal_pointer (&recorded), TRUE);
    }
}

static void
test_cut_off_is_unknown (void)
{
  static const Script scripts[] = {
    SIGN_IN,
    { .body = GOOD_INVOKE, .seal = SCRIPTED_SEAL_TAB, .n_octets = 400 },
  };
  g_autoptr (ScriptedServer) server = scripted_server_new (NULL, scripts, 2);
  g_autoptr (WsmCredential) credential = new_ticket (WSM_AUTH_NEGOTIATE);
  g_autoptr (WsmClient) client = new_signing_client (server, HTTP, credential);
  g_autoptr (GError) error = NULL;

  g_assert_false (ask (client, ASK_INVOKE, &error));
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_UNKNOWN);
  assert_log (server, "1 " LEG "1 " SEALED);
}

#define ADD(path, function) g_test_add_func ("/client/sealing/" path, function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  prepare_realm ();

  ADD ("reads-every-form", test_reads_every_form);
  ADD ("writes-without-tabs", test_writes_without_tabs);
  ADD ("reads-faults", test_reads_faults);
  ADD ("believes-nothing-in-the-open", test_believes_nothing_in_the_open);
  ADD ("a-bare-status", test_a_bare_status);
  ADD ("a-host-that-has-forgotten", test_a_host_that_has_forgotten);
  ADD ("a-host-that-cannot-read-it", test_a_host_that_cannot_read_it);
  ADD ("bad-frames", test_bad_frames);
  ADD ("flipped-bits", test_flipped_bits);
  ADD ("an-answer-counts-once", test_an_answer_counts_once);
  ADD ("cut-off-is-unknown", test_cut_off_is_unknown);

  return g_test_run ();
}
