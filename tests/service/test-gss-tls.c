/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gss-fixture.h"

#include <string.h>

/* Negotiate and client certificates over TLS (winrm-wire-protocol, sections 1.2, 2.6 and 7). */

#define PROFILE WSM_AUTH_CERTIFICATE_PROFILE

static WsmCertificateUsers *users;
static GTlsCertificate *of_mara, *of_kim, *of_nobody, *of_stranger, *of_server;

typedef enum
{
  BINDING_SAME,
  BINDING_OTHER,
  BINDING_NONE,
} Binding;

/* What is not sealed is taken if the sign-in is bound, or nobody minds. */
static void
check_forms (Fixture *f, TestClient *c, TestGss *gss, gboolean is_bound, gboolean may_speak_plain)
{
  const char *bound = is_bound ? "Bound>yes<" : "Bound>no<";
  g_autofree char *one = test_invoke_new ("Echo");
  g_autofree char *two = test_invoke_new ("Echo");
  g_autofree char *http = test_http (NULL, two);
  g_autoptr (GBytes) plain = g_bytes_new (http, strlen (http));
  g_autofree char *sealed = test_gss_ask (c, gss, WSM_SEAL_SPNEGO, one, 200);
  g_autofree char *body = NULL;

  g_assert_contains (sealed, bound);
  g_assert_contains (sealed, "Tls>yes<");
  if (!may_speak_plain)
    {
      test_assert_refused (f, c, plain, 401);
      return;
    }
  body = test_ask (c, NULL, two, 200);
  g_assert_contains (body, bound);
  g_assert_contains (body, "Tls>yes<");
}

/* case 60 */
static void
test_bindings_are_checked (Fixture *f, gconstpointer data)
{
  static const TestGssKind kinds[] = { TEST_GSS_SPNEGO_KERBEROS, TEST_GSS_KERBEROS,
                                       TEST_GSS_SPNEGO_NTLM, TEST_GSS_NTLM };
  WsmBindingPolicy policy = (WsmBindingPolicy) GPOINTER_TO_INT (data);

  gss_fixture_set_policy (f, policy);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (Binding binding = BINDING_SAME; binding <= BINDING_NONE; binding++)
      {
        g_autoptr (TestClient) c = test_client_new (f);
        g_autoptr (TestGss) gss = test_gss_new_mara (kinds[i]);
        gboolean is_bound = binding == BINDING_SAME;
        gboolean is_good = is_bound || (binding == BINDING_NONE && policy != WSM_BINDING_REQUIRED);

        g_test_message ("kind %u, binding %d", kinds[i], binding);
        if (binding != BINDING_NONE)
          test_gss_bind_to (f, gss, is_bound);
        g_assert_cmpuint (test_gss_sign_in (c, gss, "Negotiate", NULL), ==, is_good ? 200 : 401);
        if (is_good)
          check_forms (f, c, gss, is_bound, is_bound || policy == WSM_BINDING_RELAXED);
        else
          test_client_wait_end (c);
      }
}

/* Somebody signs in over http to who sits in between, who passes that on over TLS, and has no key.
 */
static void
test_relayed_sign_in_is_of_no_use (Fixture *f, gconstpointer data)
{
  guint n_refused = test_n_logged (TEST_REFUSED);
  g_autoptr (TestCaller) relayed = test_caller_new (f, TEST_GSS_SPNEGO_KERBEROS, "Negotiate");
  g_autoptr (TestClient) at_once = test_client_new (f);
  g_autoptr (TestGss) other = test_gss_new_mara (TEST_GSS_SPNEGO_KERBEROS);
  g_autofree char *token = test_gss_step (other, NULL);
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *http = test_http (NULL, echo);
  g_autoptr (GBytes) plain = g_bytes_new (http, strlen (http));
  g_autoptr (GBytes) leg = test_gss_format_leg ("Negotiate", token, echo);

  test_assert_refused (f, relayed->c, plain, 401);
  test_assert_refused (f, at_once, leg, 401);
  g_assert_cmpuint (test_n_handled (f), ==, 0);
  g_assert_cmpuint (test_n_logged (TEST_REFUSED), ==, n_refused + 1); /* once a minute */
}

/* case 26 */
static void
test_both_forms_are_answered_in_kind (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (TestGss) gss = test_gss_new_mara (TEST_GSS_KERBEROS);

  test_gss_bind_to (f, gss, TRUE);
  g_assert_cmpuint (test_gss_sign_in (c, gss, "Kerberos", NULL), ==, 200);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *plain = test_invoke_new ("Echo");
      g_autofree char *sealed = test_invoke_new ("Echo");
      g_autofree char *deny = test_invoke_new ("Deny");
      g_autofree char *first = test_ask (c, NULL, plain, 200);
      g_autofree char *second = test_gss_ask (c, gss, WSM_SEAL_KERBEROS, sealed, 200);
      g_autofree char *fault = test_ask (c, NULL, deny, 500);

      g_assert_contains (first, "Mechanism>Kerberos<");
      g_assert_contains (second, "Mechanism>Kerberos<");
      g_assert_contains (fault, "AccessDenied");
    }
}

/* Who was bound is so for that sign-in only. */
static void
test_next_sign_in_has_to_be_bound_itself (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (TestGss) bound = test_gss_new_mara (TEST_GSS_NTLM);
  g_autoptr (TestGss) unbound = test_gss_new_mara (TEST_GSS_NTLM);

  test_gss_bind_to (f, bound, TRUE);
  g_assert_cmpuint (test_gss_sign_in (c, bound, "Negotiate", NULL), ==, 200);
  g_assert_cmpuint (test_gss_sign_in (c, unbound, "Negotiate", NULL), ==, 200);
  check_forms (f, c, unbound, FALSE, FALSE);
}

/* As curl does it; who is not bound may not, see above. */
static void
test_last_leg_may_have_a_body (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (TestClient) other = test_client_new (f);
  g_autoptr (TestGss) gss = test_gss_new_mara (TEST_GSS_SPNEGO_KERBEROS);
  g_autofree char *token = NULL;
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *again = test_invoke_new ("Echo");
  g_autofree char *answered = NULL, *rest = NULL, *body = NULL, *refused = NULL;
  g_auto (TestAnswer) answer = { 0 };

  test_gss_bind_to (f, gss, TRUE);
  token = test_gss_step (gss, NULL);
  test_gss_send_leg (c, "Negotiate", token, echo);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_contains (answer.body, "User>mara<");
  answered = test_gss_dup_token (&answer, "Negotiate");
  g_assert_nonnull (answered);
  rest = test_gss_step (gss, answered); /* the service has proved who it is */
  g_assert_true (test_gss_is_complete (gss));

  body = test_ask (c, NULL, again, 200);
  refused = test_ask (other, NULL, again, 401); /* case 27 */
}

/* NTLM that neither signs nor seals is anybody's to relay, over TLS as well. */
static void
test_who_cannot_seal_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autoptr (TestGss) gss = test_gss_new_mara (TEST_GSS_NTLM);

  test_gss_leave_out_sealing (gss);
  g_assert_cmpuint (test_gss_sign_in (c, gss, "NTLM", NULL), ==, 401);
  test_client_wait_end (c);
}

static void
test_challenges_come_in_order (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (f);
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *http = test_http (NULL, echo);
  g_auto (TestAnswer) answer = { 0 };

  test_client_send (c, http, -1);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, 401);
  g_assert_contains (answer.head,
                     "\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: Kerberos\r\n"
                     "WWW-Authenticate: NTLM\r\nWWW-Authenticate: Basic realm=\"WSMAN\"\r\n");
}

static void
test_sealed_message_is_checked (Fixture *f, gconstpointer data)
{
  g_autoptr (TestCaller) caller = test_caller_new (f, TEST_GSS_SPNEGO_KERBEROS, "Negotiate");
  g_autoptr (GBytes) first = test_caller_format (caller);
  g_autoptr (GBytes) second = test_caller_format (caller);

  test_assert_tampered (f, caller->c, second, 400); /* out of order */
  g_assert_cmpuint (test_n_handled (f), ==, 0);
}

/* client certificates */

static void
test_certificate_signs_in (Fixture *f, gconstpointer data)
{
  const struct
  {
    GTlsCertificate *certificate;
    guint status;
    const char *user;
  } rows[] = {
    { of_mara, 200, "User>mara<" }, /* by its subject */
    { of_kim, 200, "User>kim<" },   /* by its fingerprint */
    { of_nobody, 403, NULL },       /* of our authority, but in no list */
    { of_stranger, 403, NULL },     /* of another authority, with mara's name */
    { of_server, 403, NULL },       /* not for clients, with mara's name */
    { NULL, 403, NULL },
  };

  f->certificate_users = users;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TestClient) c = NULL;
      g_autofree char *one = test_invoke_new ("Echo");
      g_autofree char *two = test_invoke_new ("Echo");
      g_autofree char *first = NULL, *second = NULL, *third = NULL;

      g_test_message ("%" G_GSIZE_FORMAT, i);
      f->client_certificate = rows[i].certificate;
      c = test_client_new (f);
      first = test_ask (c, PROFILE, one, rows[i].status);
      if (rows[i].status != 200)
        {
          test_client_wait_end (c);
          continue;
        }
      g_assert_contains (first, rows[i].user);
      g_assert_contains (first, "Mechanism>Certificate<");
      g_assert_contains (first, "Bound>yes<");
      second = test_ask (c, PROFILE, two, 200);
      g_assert_contains (second, rows[i].user);
      third = test_ask (c, NULL, two, 401); /* each request says it */
    }
}

static void
test_certificate_needs_a_list (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *body = NULL;

  f->client_certificate = of_mara;
  c = test_client_new (f);
  body = test_ask (c, PROFILE, echo, 401);
}

static void
test_certificate_needs_tls (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *body = NULL;

  f->certificate_users = users;
  g_clear_object (&f->certificate);
  c = test_client_new (f);
  body = test_ask (c, PROFILE, echo, 401);
}

static void
test_certificate_and_others_do_not_mix (Fixture *f, gconstpointer data)
{
  g_autoptr (TestClient) c = NULL;
  g_autoptr (TestGss) kim = test_gss_new (TEST_GSS_NTLM, "kim", test_gss_get_password ());
  g_autofree char *one = test_invoke_new ("Echo");
  g_autofree char *two = test_invoke_new ("Echo");
  g_autofree char *three = test_invoke_new ("Echo");
  g_autofree char *four = test_invoke_new ("Echo");
  g_autofree char *certificate = NULL, *basic = NULL, *ntlm = NULL, *again = NULL, *left = NULL;

  f->certificate_users = users;
  f->client_certificate = of_mara;
  c = test_client_new (f);
  certificate = test_ask (c, PROFILE, one, 200);
  g_assert_contains (certificate, "User>mara<");
  basic = test_ask (c, OTHER_USER, two, 200);
  g_assert_contains (basic, "User>otto<");
  test_gss_bind_to (f, kim, TRUE);
  g_assert_cmpuint (test_gss_sign_in (c, kim, "Negotiate", NULL), ==, 200);
  ntlm = test_ask (c, NULL, three, 200);
  g_assert_contains (ntlm, "User>kim<");
  again = test_ask (c, PROFILE, four, 200);
  g_assert_contains (again, "User>mara<");
  left = test_ask (c, NULL, four, 401); /* kim is not there any more */
}

/* keys and certificates of this run */

static void
run (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (g_getenv ("CURFEW_TEST_DIRECTORY"), (char **) arguments, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

static char *
in_directory (const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);

  return g_build_filename (g_getenv ("CURFEW_TEST_DIRECTORY"), file, NULL);
}

static void
make_authority (const char *name)
{
  g_autofree char *key = in_directory (name, ".key");
  g_autofree char *certificate = in_directory (name, ".crt");
  const char *const request[] = { "openssl",
                                  "req",
                                  "-x509",
                                  "-newkey",
                                  "ec",
                                  "-pkeyopt",
                                  "ec_paramgen_curve:P-256",
                                  "-nodes",
                                  "-subj",
                                  "/CN=Authority",
                                  "-keyout",
                                  key,
                                  "-out",
                                  certificate,
                                  "-days",
                                  "2",
                                  NULL };

  run (request);
}

static GTlsCertificate *
make_certificate (const char *name, const char *authority, const char *subject, const char *usage)
{
  g_autofree char *key = in_directory (name, ".key");
  g_autofree char *wish = in_directory (name, ".csr");
  g_autofree char *extensions = in_directory (name, ".ext");
  g_autofree char *certificate = in_directory (name, ".crt");
  g_autofree char *authority_key = in_directory (authority, ".key");
  g_autofree char *authority_certificate = in_directory (authority, ".crt");
  g_autofree char *text = g_strdup_printf ("extendedKeyUsage=%s\n", usage);
  const char *const request[] = {
    "openssl", "req",   "-new",  "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
    "-nodes",  "-subj", subject, "-keyout", key,  "-out",     wish,
    NULL
  };
  const char *const sign[] = { "openssl",
                               "x509",
                               "-req",
                               "-in",
                               wish,
                               "-CA",
                               authority_certificate,
                               "-CAkey",
                               authority_key,
                               "-CAcreateserial",
                               "-days",
                               "2",
                               "-extfile",
                               extensions,
                               "-out",
                               certificate,
                               NULL };
  g_autoptr (GError) error = NULL;
  GTlsCertificate *made;

  g_file_set_contents (extensions, text, -1, &error);
  g_assert_no_error (error);
  run (request);
  run (sign);
  made = g_tls_certificate_new_from_files (certificate, key, &error);
  g_assert_no_error (error);

  return made;
}

static void
make_users (void)
{
  g_autofree char *authority = in_directory ("ours", ".crt");
  g_autofree char *list = in_directory ("certificate-users", "");
  g_autofree char *fingerprint = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GByteArray) der = NULL;
  g_autoptr (GError) error = NULL;

  make_authority ("ours");
  make_authority ("theirs");
  of_mara = make_certificate ("mara", "ours", "/CN=mara", "clientAuth");
  of_kim = make_certificate ("kim", "ours", "/CN=whoever", "clientAuth");
  of_nobody = make_certificate ("nobody", "ours", "/CN=nobody", "clientAuth");
  of_stranger = make_certificate ("stranger", "theirs", "/CN=mara", "clientAuth");
  of_server = make_certificate ("server", "ours", "/CN=mara", "serverAuth");

  g_object_get (of_kim, "certificate", &der, NULL);
  fingerprint = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
  text = g_strdup_printf ("[user mara]\nsubject=CN=mara\n[user kim]\nsha256=%s\n", fingerprint);
  g_file_set_contents_full (list, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
  users = wsm_certificate_users_new (authority, list, &error);
  g_assert_no_error (error);
}

#define ADD(name, function, data)                                                                  \
  GSS_FIXTURE_ADD ("gss-tls/" name, gss_fixture_set_up_tls, function, data)

int
main (int argc, char **argv)
{
  int status;

  gss_fixture_init (&argc, &argv);
  make_users ();
  ADD ("bindings-are-checked/offered", test_bindings_are_checked,
       GINT_TO_POINTER (WSM_BINDING_OFFERED));
  ADD ("bindings-are-checked/required", test_bindings_are_checked,
       GINT_TO_POINTER (WSM_BINDING_REQUIRED));
  ADD ("bindings-are-checked/relaxed", test_bindings_are_checked,
       GINT_TO_POINTER (WSM_BINDING_RELAXED));
  ADD ("relayed-sign-in-is-of-no-use", test_relayed_sign_in_is_of_no_use, NULL);
  ADD ("next-sign-in-has-to-be-bound-itself", test_next_sign_in_has_to_be_bound_itself, NULL);
  ADD ("both-forms-are-answered-in-kind", test_both_forms_are_answered_in_kind, NULL);
  ADD ("last-leg-may-have-a-body", test_last_leg_may_have_a_body, NULL);
  ADD ("who-cannot-seal-is-refused", test_who_cannot_seal_is_refused, NULL);
  ADD ("challenges-come-in-order", test_challenges_come_in_order, NULL);
  ADD ("sealed-message-is-checked", test_sealed_message_is_checked, NULL);
  ADD ("certificate-signs-in", test_certificate_signs_in, NULL);
  ADD ("certificate-needs-a-list", test_certificate_needs_a_list, NULL);
  ADD ("certificate-needs-tls", test_certificate_needs_tls, NULL);
  ADD ("certificate-and-others-do-not-mix", test_certificate_and_others_do_not_mix, NULL);
  status = gss_fixture_run ();
  g_object_unref (users);
  g_object_unref (of_mara);
  g_object_unref (of_kim);
  g_object_unref (of_nobody);
  g_object_unref (of_stranger);
  g_object_unref (of_server);
  return status;
}
