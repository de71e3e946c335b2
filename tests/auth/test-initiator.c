/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <krb5.h>

#include "initiating.h"

static void
test_signs_in (void)
{
  static const struct
  {
    WsmAuthMethod method;
    const char *user;
    const char *password;
    WsmAuthScheme scheme;
    const char *mechanism;
    guint n_tokens;
  } cases[] = {
    { WSM_AUTH_NEGOTIATE, NULL, NULL, WSM_AUTH_SCHEME_NEGOTIATE, WSM_MECHANISM_KERBEROS, 1 },
    { WSM_AUTH_KERBEROS, NULL, NULL, WSM_AUTH_SCHEME_KERBEROS, WSM_MECHANISM_KERBEROS, 1 },
    { WSM_AUTH_KERBEROS, "mara@CURFEW.TEST", "", WSM_AUTH_SCHEME_KERBEROS, WSM_MECHANISM_KERBEROS,
      1 },
    { WSM_AUTH_NEGOTIATE, "kim@CURFEW.TEST", NULL, WSM_AUTH_SCHEME_NEGOTIATE,
      WSM_MECHANISM_KERBEROS, 1 },
    { WSM_AUTH_NEGOTIATE, "admin/helpdesk", NULL, WSM_AUTH_SCHEME_NEGOTIATE, WSM_MECHANISM_KERBEROS,
      1 },
    { WSM_AUTH_NTLM, "kim", NULL, WSM_AUTH_SCHEME_NEGOTIATE, WSM_MECHANISM_NTLM, 2 },
  };

  g_test_summary (
    "Each way to sign in works, by the mechanism that was asked for, in so many legs");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WsmCredential) credential = initiating_credential (cases[i].method, cases[i].user,
                                                                    cases[i].password, FALSE);
      g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, HOST);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) nothing = NULL;
      g_auto (GssPeer) peer;

      gss_peer_init (&peer, TRUE, TRUE);
      g_assert_cmpuint (initiating_sign_in (initiator, &peer, NULL, &error), ==, cases[i].n_tokens);
      g_assert_no_error (error);
      g_assert_cmphex (peer.major, ==, GSS_S_COMPLETE);
      g_assert_cmpuint (wsm_initiator_get_scheme (initiator), ==, cases[i].scheme);
      g_assert_cmpstr (wsm_initiator_get_mechanism (initiator), ==, cases[i].mechanism);
      g_assert_cmpstr (wsm_gss_context_get_mechanism (wsm_initiator_get_context (initiator)), ==,
                       cases[i].mechanism);
      g_assert_cmphex (peer.flags & GSS_C_DELEG_FLAG, ==, 0);
      g_assert_null (wsm_initiator_get_detour (initiator));

      /* an answer of success without a token, which is one too many, and then nothing was lost */
      g_assert_true (initiating_step (initiator, NULL, &nothing, &error));
      g_assert_null (nothing);
      g_assert_false (wsm_initiator_next_mechanism (initiator));
      g_assert_nonnull (wsm_initiator_get_context (initiator));
    }
}

static void
test_signs_in_again (void)
{
  g_autoptr (WsmCredential)
    credential = initiating_credential (WSM_AUTH_NEGOTIATE, NULL, NULL, FALSE);
  g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, HOST);
  WsmGssContext *first = NULL;

  g_test_summary ("After a connection was closed, the same object signs in on the next one");

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (GssPeer) peer;

      gss_peer_init (&peer, TRUE, FALSE);
      initiating_sign_in (initiator, &peer, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (wsm_initiator_get_context (initiator) != first);
      if (i == 0)
        first = wsm_gss_context_ref (wsm_initiator_get_context (initiator));
    }
  wsm_gss_context_unref (first);
}

static void
test_other_name_of_service (void)
{
  g_autoptr (WsmCredential)
    credential = initiating_credential (WSM_AUTH_NEGOTIATE, NULL, NULL, FALSE);
  g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, "WSMan-Only.Curfew.Test");
  g_autoptr (GError) error = NULL;
  g_auto (GssPeer) peer;

  g_test_summary ("A host that is registered as WSMAN alone is found, however its name is written");

  gss_peer_init (&peer, TRUE, FALSE);
  initiating_sign_in (initiator, &peer, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmphex (peer.major, ==, GSS_S_COMPLETE);
}

typedef struct
{
  WsmAuthMethod method;
  const char *user;
  const char *password;
  const char *host;
  int code;
  const char *word; /* of the message */
} Failing;

static void
test_failures (void)
{
  static const Failing cases[] = {
    { WSM_AUTH_NEGOTIATE, "mara", "wrong", HOST, WSM_AUTH_ERROR_REJECTED, "password of mara" },
    { WSM_AUTH_NEGOTIATE, "locked", NULL, HOST, WSM_AUTH_ERROR_LOCKED, "locked" },
    { WSM_AUTH_NEGOTIATE, "expired", NULL, HOST, WSM_AUTH_ERROR_PASSWORD_EXPIRED, "kpasswd" },
    { WSM_AUTH_NEGOTIATE, "nobody@CURFEW.TEST", NULL, HOST, WSM_AUTH_ERROR_REJECTED,
      "knows nobody named nobody@CURFEW.TEST" },
    { WSM_AUTH_NEGOTIATE, "mara@NOWHERE.TEST", NULL, HOST, WSM_AUTH_ERROR_UNAVAILABLE,
      "krb5.conf" },
    { WSM_AUTH_NEGOTIATE, NULL, NULL, "unknown.curfew.test", WSM_AUTH_ERROR_UNKNOWN_SERVICE,
      "HTTP/unknown.curfew.test" },
    { WSM_AUTH_KERBEROS, NULL, NULL, "elsewhere.example", WSM_AUTH_ERROR_UNKNOWN_SERVICE,
      "HTTP/elsewhere.example" },
    { WSM_AUTH_KERBEROS, NULL, NULL, "127.0.0.1", WSM_AUTH_ERROR_UNKNOWN_SERVICE, "address" },
    { WSM_AUTH_KERBEROS, NULL, NULL, "::1", WSM_AUTH_ERROR_UNKNOWN_SERVICE, "address" },
    { WSM_AUTH_KERBEROS, "kim@CURFEW.TEST", "", HOST, WSM_AUTH_ERROR_NO_TICKET, "kinit" },
  };

  g_test_summary ("Each way to fail before anything is sent has its own code and its next step");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Failing *c = &cases[i];
      g_autoptr (WsmCredential)
        credential = initiating_credential (c->method, c->user, c->password, FALSE);
      g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, c->host);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) token = NULL;

      wsm_initiator_begin (initiator, NULL);
      g_assert_false (initiating_step (initiator, NULL, &token, &error));
      g_assert_error (error, WSM_AUTH_ERROR, c->code);
      g_assert_nonnull (strstr (error->message, c->word));
      g_assert_null (strstr (error->message, "{"));
      g_assert_null (token);
      g_assert_false (wsm_initiator_next_mechanism (initiator));
    }
}

static void
test_ntlm_refused (void)
{
  g_autoptr (WsmCredential)
    credential = initiating_credential (WSM_AUTH_NTLM, "kim", "wrong", FALSE);
  g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, HOST);
  g_autoptr (GError) error = NULL;
  g_auto (GssPeer) peer;

  g_test_summary ("With a wrong password NTLM comes to its end here, and the host refuses the last "
                  "token; nothing else is tried then");

  gss_peer_init (&peer, TRUE, TRUE);
  g_assert_cmpuint (initiating_sign_in (initiator, &peer, NULL, &error), ==, 2);
  g_assert_no_error (error);
  g_assert_cmphex (GSS_ERROR (peer.major), !=, 0);
  g_assert_false (wsm_initiator_next_mechanism (initiator));
}

static void
test_ntlm_strange_answer (void)
{
  static const struct
  {
    const char *text;
    int code;
  } answers[] = {
    { "x", WSM_AUTH_ERROR_REJECTED },
    { "NTLMSSP", WSM_AUTH_ERROR_REJECTED },
    { "\xa1\x07\x30\x05\xa0\x03\x0a\x01\x02", WSM_AUTH_ERROR_REJECTED },
  };

  g_test_summary ("An answer to NTLM that is no challenge ends the sign-in, with a reason");

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (WsmCredential)
        credential = initiating_credential (WSM_AUTH_NTLM, "kim", NULL, FALSE);
      g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, HOST);
      g_autoptr (GBytes)
        answer = g_bytes_new_static (answers[i].text, strlen (answers[i].text) + 1);
      g_autoptr (GBytes) token = NULL;
      g_autoptr (GError) error = NULL;

      wsm_initiator_begin (initiator, NULL);
      g_assert_true (initiating_step (initiator, NULL, &token, &error));
      g_clear_pointer (&token, g_bytes_unref);
      g_assert_false (initiating_step (initiator, answer, &token, &error));
      g_assert_error (error, WSM_AUTH_ERROR, answers[i].code);
      g_assert_null (wsm_initiator_get_context (initiator));
    }
}

/* [MS-NLMP], section 2.2.1.2 */
#define CHALLENGE_FLAGS_OFFSET 20

static void
test_ntlm_weak_challenge (void)
{
  static const guint32 needed[] = { 0x00080000, 0x20000000, 0x40000000, 0 };

  g_test_summary ("A challenge out of which somebody has taken a protection gets no answer");

  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      g_autoptr (WsmCredential)
        credential = initiating_credential (WSM_AUTH_NTLM, "kim", NULL, FALSE);
      g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, HOST);
      g_autoptr (GBytes) negotiate = NULL;
      g_autoptr (GBytes) challenge = NULL;
      g_autoptr (GBytes) weaker = NULL;
      g_autoptr (GBytes) authenticate = NULL;
      g_autoptr (GError) error = NULL;
      g_auto (GssPeer) peer;
      guint8 *octets;
      guint32 flags;
      gsize length;

      gss_peer_init (&peer, FALSE, TRUE);
      wsm_initiator_begin (initiator, NULL);
      g_assert_true (initiating_step (initiator, NULL, &negotiate, &error));
      challenge = gss_peer_answer (&peer, negotiate, NULL);
      octets = g_bytes_unref_to_data (g_steal_pointer (&challenge), &length);
      memcpy (&flags, octets + CHALLENGE_FLAGS_OFFSET, sizeof flags);
      g_assert_cmphex (GUINT32_FROM_LE (flags) & needed[i], ==, needed[i]);
      flags &= ~GUINT32_TO_LE (needed[i]);
      memcpy (octets + CHALLENGE_FLAGS_OFFSET, &flags, sizeof flags);
      weaker = g_bytes_new_take (octets, length);

      g_assert_cmpint (initiating_step (initiator, weaker, &authenticate, &error), ==,
                       needed[i] == 0);
      if (needed[i] == 0)
        continue;
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM);
      g_assert_nonnull (strstr (error->message, "too weak"));
      g_assert_null (authenticate);
      g_assert_null (wsm_initiator_get_context (initiator));
    }
}

/* [MS-NLMP], section 2.2.1.1: the version, which is for debugging: nobody acts on it */
#define VERSION_OFFSET 32

static void
test_ntlm_tokens (gconstpointer data)
{
  gboolean is_altered = GPOINTER_TO_INT (data);
  g_autoptr (WsmCredential) credential = initiating_credential (WSM_AUTH_NTLM, "kim", NULL, FALSE);
  g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, HOST);
  g_autoptr (GBytes) negotiate = NULL;
  g_autoptr (GBytes) sent = NULL;
  g_autoptr (GBytes) challenge = NULL;
  g_autoptr (GBytes) authenticate = NULL;
  g_autoptr (GBytes) last = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GssPeer) peer;
  guint8 *octets;
  gsize length;

  g_test_summary ("NTLM goes without SPNEGO, and its last message vouches for the first ones");

  gss_peer_init (&peer, TRUE, TRUE);
  wsm_initiator_begin (initiator, NULL);
  g_assert_true (initiating_step (initiator, NULL, &negotiate, &error));
  g_assert_cmpmem (g_bytes_get_data (negotiate, NULL), 12, "NTLMSSP\0\1\0\0\0", 12);
  octets = g_bytes_unref_to_data (g_steal_pointer (&negotiate), &length);
  g_assert_cmpuint (length, >, VERSION_OFFSET);
  octets[VERSION_OFFSET] ^= is_altered;
  sent = g_bytes_new_take (octets, length);

  challenge = gss_peer_answer (&peer, sent, NULL);
  g_assert_true (initiating_step (initiator, challenge, &authenticate, &error));
  g_assert_cmpmem (g_bytes_get_data (authenticate, NULL), 12, "NTLMSSP\0\3\0\0\0", 12);
  g_assert_nonnull (wsm_initiator_get_context (initiator));
  last = gss_peer_answer (&peer, authenticate, NULL);
  g_assert_null (last);
  g_assert_cmpint (peer.major == GSS_S_COMPLETE, ==, !is_altered);
}

static void
test_detour (void)
{
  static const struct
  {
    const char *user;
    const char *host;
    const char *word;
  } cases[] = {
    { "kim", "unknown.curfew.test", "HTTP/unknown.curfew.test" },
    { "kim", "127.0.0.1", "address" },
    { "kim@NOWHERE.TEST", HOST, "realm" },
    { "WORK\\kim", HOST, "no name for Kerberos" },
  };

  g_test_summary ("Where Kerberos is not possible NTLM follows, if it may, and says why");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WsmCredential)
        credential = initiating_credential (WSM_AUTH_NEGOTIATE, cases[i].user, NULL, TRUE);
      g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, cases[i].host);
      g_autoptr (GBytes) token = NULL;
      g_autoptr (GError) error = NULL;

      wsm_initiator_begin (initiator, NULL);
      g_assert_true (initiating_step (initiator, NULL, &token, &error));
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (token, NULL), 8, "NTLMSSP", 8);
      g_assert_cmpstr (wsm_initiator_get_mechanism (initiator), ==, WSM_MECHANISM_NTLM);
      g_assert_nonnull (wsm_initiator_get_detour (initiator));
      g_assert_nonnull (strstr (wsm_initiator_get_detour (initiator), cases[i].word));
    }
}

static void
test_no_detour_after_refusal (void)
{
  g_autoptr (WsmCredential)
    credential = initiating_credential (WSM_AUTH_NEGOTIATE, "mara", "wrong", TRUE);
  g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, HOST);
  g_autoptr (GBytes) token = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("A wrong password is not tried a second time by NTLM");

  wsm_initiator_begin (initiator, NULL);
  g_assert_false (initiating_step (initiator, NULL, &token, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
  g_assert_cmpstr (wsm_initiator_get_mechanism (initiator), ==, WSM_MECHANISM_KERBEROS);
  g_assert_false (wsm_initiator_next_mechanism (initiator));
}

/* A service without keytab: it says no to Kerberos, with a token of SPNEGO or without. */
static void
test_next_mechanism (gconstpointer data)
{
  gboolean with_token = GPOINTER_TO_INT (data);
  g_autoptr (WsmCredential)
    credential = initiating_credential (WSM_AUTH_NEGOTIATE, "kim", NULL, TRUE);
  g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, HOST);
  g_autoptr (GBytes) token = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GssPeer) peer;
  g_auto (GssPeer) second;

  g_test_summary ("NTLM follows, on a new connection, where the host refuses Kerberos");

  gss_peer_init (&peer, FALSE, TRUE);
  wsm_initiator_begin (initiator, NULL);
  g_assert_true (initiating_step (initiator, NULL, &token, &error));
  answer = gss_peer_answer (&peer, token, NULL);
  g_clear_pointer (&token, g_bytes_unref);
  if (with_token)
    {
      g_assert_nonnull (answer);
      g_assert_false (initiating_step (initiator, answer, &token, &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
      g_clear_error (&error);
    }

  g_assert_true (wsm_initiator_next_mechanism (initiator));
  g_assert_nonnull (strstr (wsm_initiator_get_detour (initiator), "did not accept Kerberos"));
  gss_peer_init (&second, FALSE, TRUE);
  initiating_sign_in (initiator, &second, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (wsm_gss_context_get_mechanism (wsm_initiator_get_context (initiator)), ==,
                   WSM_MECHANISM_NTLM);
  g_assert_false (wsm_initiator_next_mechanism (initiator));
}

static void
test_next_mechanism_not_allowed (void)
{
  g_autoptr (WsmCredential)
    credential = initiating_credential (WSM_AUTH_NEGOTIATE, "kim", NULL, FALSE);
  g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, HOST);
  g_autoptr (GBytes) token = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("Whoever did not allow NTLM does not get it, whatever the host says");

  wsm_initiator_begin (initiator, NULL);
  g_assert_true (initiating_step (initiator, NULL, &token, &error));
  g_assert_null (memmem (g_bytes_get_data (token, NULL), g_bytes_get_size (token),
                         wsm_gss_ntlm.elements, wsm_gss_ntlm.length));
  g_assert_false (wsm_initiator_next_mechanism (initiator));
  g_assert_null (wsm_initiator_get_detour (initiator));
}

/* winrm-wire-protocol, section 7, case 4 */
static void
test_last_token (void)
{
  static const char *const broken[] = { NULL, "", "x", "\xa1\x07\x30\x05\xa0\x03\x0a\x01" };

  g_test_summary ("A host that lets us in without proof of its own is left");

  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (WsmCredential)
        credential = initiating_credential (WSM_AUTH_NEGOTIATE, NULL, NULL, FALSE);
      g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, HOST);
      g_autoptr (GBytes) token = NULL;
      g_autoptr (GBytes)
        answer = broken[i] != NULL ? g_bytes_new_static (broken[i], strlen (broken[i])) : NULL;
      g_autoptr (GError) error = NULL;

      wsm_initiator_begin (initiator, NULL);
      g_assert_true (initiating_step (initiator, NULL, &token, &error));
      g_clear_pointer (&token, g_bytes_unref);
      g_assert_false (initiating_step (initiator, answer, &token, &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
      g_assert_null (wsm_initiator_get_context (initiator));
      g_clear_error (&error);
      g_assert_false (initiating_step (initiator, NULL, &token, &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
    }
}

/* The octets at the end are those of the ciphertext. */
static void
test_altered_answer (void)
{
  g_autoptr (WsmCredential)
    credential = initiating_credential (WSM_AUTH_KERBEROS, NULL, NULL, FALSE);

  g_test_summary ("An answer with one bit changed in the proof does not sign anybody in");

  for (gsize i = 1; i <= 60; i++)
    {
      g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, HOST);
      g_autoptr (GBytes) token = NULL;
      g_autoptr (GBytes) nothing = NULL;
      g_autoptr (GBytes) altered = NULL;
      g_autoptr (GError) error = NULL;
      g_auto (GssPeer) peer;
      guint8 *octets;
      gsize length;

      gss_peer_init (&peer, TRUE, FALSE);
      wsm_initiator_begin (initiator, NULL);
      g_assert_true (initiating_step (initiator, NULL, &token, &error));
      octets = g_bytes_unref_to_data (gss_peer_answer (&peer, token, NULL), &length);
      octets[length - i] ^= 1;
      altered = g_bytes_new_take (octets, length);
      g_assert_false (initiating_step (initiator, altered, &nothing, &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
      g_assert_null (wsm_initiator_get_context (initiator));
    }
}

/* What a service says whose clock is wrong: RFC 4120, section 5.9.1, as GSS-API frames it. */
static GBytes *
make_error_token (krb5_error_code code, gboolean in_spnego)
{
  static const guint8 mark[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7,
                                 0x12, 0x01, 0x02, 0x02, 0x03, 0x00 };
  g_autoptr (GByteArray) token = g_byte_array_new ();
  krb5_error fields = { .error = (krb5_ui_4) (code - ERROR_TABLE_BASE_krb5) };
  krb5_context context;
  krb5_data data;
  guint8 length;

  g_assert_cmpint (krb5_init_context (&context), ==, 0);
  g_assert_cmpint (krb5_parse_name (context, "HTTP/localhost@CURFEW.TEST", &fields.server), ==, 0);
  g_assert_cmpint (krb5_mk_error (context, &fields, &data), ==, 0);
  length = (guint8) (data.length + sizeof mark);
  g_assert_cmpuint (length, <, 0x80 - 13); /* the short form of a length */

  if (in_spnego)
    {
      const guint8 head[] = {
        0xa1, (guint8) (length + 13), 0x30, (guint8) (length + 11), 0xa0, 0x03, 0x0a, 0x01, 0x02,
        0xa2, (guint8) (length + 4),  0x04, (guint8) (length + 2)
      };

      g_byte_array_append (token, head, sizeof head);
    }
  g_byte_array_append (token, (const guint8[]){ 0x60, length }, 2);
  g_byte_array_append (token, mark, sizeof mark);
  g_byte_array_append (token, (const guint8 *) data.data, data.length);

  krb5_free_data_contents (context, &data);
  krb5_free_principal (context, fields.server);
  krb5_free_context (context);

  return g_byte_array_free_to_bytes (g_steal_pointer (&token));
}

static void
test_error_of_host (void)
{
  static const struct
  {
    krb5_error_code code;
    int kind;
    const char *word;
    gboolean may_detour;
  } cases[] = {
    { KRB5KRB_AP_ERR_SKEW, WSM_AUTH_ERROR_CLOCK_SKEW, "Set both clocks", FALSE },
    { KRB5KRB_AP_ERR_MODIFIED, WSM_AUTH_ERROR_REJECTED, "keytab", TRUE },
    { KRB5KRB_AP_ERR_REPEAT, WSM_AUTH_ERROR_REJECTED, "did not accept the Kerberos ticket", TRUE },
  };

  g_test_summary ("What a service complains about comes through, within SPNEGO too");

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      gboolean in_spnego = i % 2;
      g_autoptr (WsmCredential) credential = initiating_credential (
        in_spnego ? WSM_AUTH_NEGOTIATE : WSM_AUTH_KERBEROS, "kim", NULL, TRUE);
      g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, HOST);
      g_autoptr (GBytes) answer = make_error_token (cases[i / 2].code, in_spnego);
      g_autoptr (GBytes) token = NULL;
      g_autoptr (GError) error = NULL;

      wsm_initiator_begin (initiator, NULL);
      g_assert_true (initiating_step (initiator, NULL, &token, &error));
      g_clear_pointer (&token, g_bytes_unref);
      g_assert_false (initiating_step (initiator, answer, &token, &error));
      g_assert_error (error, WSM_AUTH_ERROR, cases[i / 2].kind);
      g_assert_nonnull (strstr (error->message, cases[i / 2].word));
      g_assert_cmpint (wsm_initiator_next_mechanism (initiator), ==,
                       in_spnego && cases[i / 2].may_detour);
    }
}

static void
test_bindings (void)
{
  g_autoptr (GBytes) ours = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
  g_autoptr (GBytes) theirs = g_bytes_new_static ("0123456789abcdef0123456789abcdeF", 32);

  g_test_summary ("A token for one TLS connection is not taken on another");

  for (gsize i = 0; i < 2; i++)
    {
      g_autoptr (WsmCredential) credential = initiating_credential (
        i == 0 ? WSM_AUTH_NEGOTIATE : WSM_AUTH_NTLM, i == 0 ? NULL : "kim", NULL, FALSE);
      g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, HOST);
      g_autoptr (GBytes) token = NULL;
      g_autoptr (GBytes) answer = NULL;
      g_autoptr (GError) error = NULL;
      g_auto (GssPeer) peer;

      gss_peer_init (&peer, TRUE, TRUE);
      wsm_initiator_begin (initiator, ours);
      do
        {
          g_clear_pointer (&token, g_bytes_unref);
          g_assert_true (initiating_step (initiator, answer, &token, &error));
          g_clear_pointer (&answer, g_bytes_unref);
          answer = gss_peer_answer (&peer, token, theirs);
        }
      while (peer.major == GSS_S_CONTINUE_NEEDED);
      g_assert_cmphex (GSS_ERROR (peer.major), !=, 0);
      g_assert_false (wsm_initiator_next_mechanism (initiator));
    }
}

static void
test_delegation (void)
{
  g_autoptr (WsmSecret) password = wsm_secret_new (g_getenv ("CURFEW_TEST_PASSWORD"), -1);
  WsmCredentialOptions options = {
    .method = WSM_AUTH_NEGOTIATE, .user = "kim", .password = password, .delegate = TRUE
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmCredential) credential = wsm_credential_new (&options, &error);
  g_autoptr (WsmInitiator) initiator = wsm_initiator_new (credential, HOST);
  g_auto (GssPeer) peer;

  g_test_summary ("A host gets the user's ticket if, and only if, it is meant to");

  gss_peer_init (&peer, TRUE, FALSE);
  initiating_sign_in (initiator, &peer, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmphex (peer.flags & GSS_C_DELEG_FLAG, ==, GSS_C_DELEG_FLAG);
}

int
main (int argc, char **argv)
{
  gss_peer_prepare (NULL);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/auth/initiator/signs-in", test_signs_in);
  g_test_add_func ("/auth/initiator/signs-in-again", test_signs_in_again);
  g_test_add_func ("/auth/initiator/other-name-of-service", test_other_name_of_service);
  g_test_add_func ("/auth/initiator/failures", test_failures);
  g_test_add_func ("/auth/initiator/ntlm-refused", test_ntlm_refused);
  g_test_add_func ("/auth/initiator/ntlm-strange-answer", test_ntlm_strange_answer);
  g_test_add_func ("/auth/initiator/ntlm-weak-challenge", test_ntlm_weak_challenge);
  g_test_add_data_func ("/auth/initiator/ntlm-tokens/good", GINT_TO_POINTER (FALSE),
                        test_ntlm_tokens);
  g_test_add_data_func ("/auth/initiator/ntlm-tokens/altered", GINT_TO_POINTER (TRUE),
                        test_ntlm_tokens);
  g_test_add_func ("/auth/initiator/detour", test_detour);
  g_test_add_func ("/auth/initiator/no-detour-after-refusal", test_no_detour_after_refusal);
  g_test_add_data_func ("/auth/initiator/next-mechanism/token", GINT_TO_POINTER (TRUE),
                        test_next_mechanism);
  g_test_add_data_func ("/auth/initiator/next-mechanism/no-token", GINT_TO_POINTER (FALSE),
                        test_next_mechanism);
  g_test_add_func ("/auth/initiator/next-mechanism/not-allowed", test_next_mechanism_not_allowed);
  g_test_add_func ("/auth/initiator/last-token", test_last_token);
  g_test_add_func ("/auth/initiator/altered-answer", test_altered_answer);
  g_test_add_func ("/auth/initiator/error-of-host", test_error_of_host);
  g_test_add_func ("/auth/initiator/bindings", test_bindings);
  g_test_add_func ("/auth/initiator/delegation", test_delegation);

  return g_test_run ();
}
