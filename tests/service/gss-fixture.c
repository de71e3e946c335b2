/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gss-fixture.h"

#include <string.h>

static WsmAcceptor *acceptors[WSM_BINDING_RELAXED + 1]; /* a process has one set of keys */

void
gss_fixture_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (acceptors); i++)
    acceptors[i] = test_gss_new_acceptor ((WsmBindingPolicy) i);
  test_catch_log ();
}

int
gss_fixture_run (void)
{
  int status = g_test_run ();

  for (gsize i = 0; i < G_N_ELEMENTS (acceptors); i++)
    g_clear_object (&acceptors[i]);

  return status;
}

void
gss_fixture_set_policy (Fixture *f, WsmBindingPolicy policy)
{
  f->acceptor = acceptors[policy];
}

void
gss_fixture_set_up (Fixture *f, gconstpointer data)
{
  fixture_set_up (f, data);
  gss_fixture_set_policy (f, WSM_BINDING_OFFERED);
}

void
gss_fixture_set_up_tls (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "support", "host.pem", NULL);
  g_autoptr (GError) error = NULL;

  gss_fixture_set_up (f, data);
  f->certificate = g_tls_certificate_new_from_file (path, &error);
  g_assert_no_error (error);
}

TestGss *
test_gss_new_mara (TestGssKind kind)
{
  gboolean is_ntlm = kind == TEST_GSS_NTLM || kind == TEST_GSS_SPNEGO_NTLM;

  return test_gss_new (kind, "mara", is_ntlm ? test_gss_get_password () : NULL);
}

/* RFC 5929, section 4.1: ours is signed with SHA-256. */
void
test_gss_bind_to (Fixture *f, TestGss *gss, gboolean is_right)
{
  g_autoptr (GByteArray) der = NULL;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 hash[32];
  gsize length = sizeof hash;

  g_object_get (f->certificate, "certificate", &der, NULL);
  g_checksum_update (checksum, der->data, (gssize) der->len);
  g_checksum_get_digest (checksum, hash, &length);
  if (!is_right)
    hash[31] ^= 1;
  test_gss_bind (gss, hash, length);
}

TestCaller *
test_caller_new (Fixture *f, TestGssKind kind, const char *scheme)
{
  TestCaller *caller = g_new0 (TestCaller, 1);

  caller->c = test_client_new (f);
  caller->gss = test_gss_new_mara (kind);
  caller->protocol = g_str_equal (scheme, "Kerberos") ? WSM_SEAL_KERBEROS : WSM_SEAL_SPNEGO;
  g_assert_cmpuint (test_gss_sign_in (caller->c, caller->gss, scheme, NULL), ==, 200);

  return caller;
}

void
test_caller_free (TestCaller *caller)
{
  g_clear_pointer (&caller->c, test_client_free);
  test_gss_free (caller->gss);
  g_free (caller);
}

GBytes *
test_caller_format (TestCaller *caller)
{
  g_autofree char *echo = test_invoke_new ("Echo");

  return test_gss_format (caller->gss, caller->protocol, echo);
}

char *
test_caller_ask (TestCaller *caller, const char *envelope, guint status)
{
  return test_gss_ask (caller->c, caller->gss, caller->protocol, envelope, status);
}

void
test_assert_refused (Fixture *f, TestClient *c, GBytes *octets, guint status)
{
  guint n_handled = test_n_handled (f);
  g_auto (TestAnswer) answer = { 0 };

  test_gss_send (c, octets);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, status);
  g_assert_cmpuint (answer.body_length, ==, 0);
  g_assert_true (test_answer_closes (&answer));
  test_client_wait_end (c);
  g_assert_cmpuint (test_n_handled (f), ==, n_handled);
  if (status == 401) /* what there was of a sign-in is over */
    g_assert_null (strstr (answer.head, "WWW-Authenticate: Negotiate "));
}

void
test_assert_tampered (Fixture *f, TestClient *c, GBytes *octets, guint status)
{
  guint n_tampered = test_n_logged (TEST_TAMPERED);

  test_assert_refused (f, c, octets, status);
  g_assert_cmpuint (test_n_logged (TEST_TAMPERED), ==, n_tampered + 1);
}
