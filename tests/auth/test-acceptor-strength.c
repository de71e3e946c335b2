/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "acceptor-fixture.h"
#include "forged-ticket.h"

/* Signs in, and may go without sealing then, or may not. */
static void
assert_form (WsmAcceptor *acceptor, GBytes *binding, const Caller *caller, gboolean is_bound,
             gboolean may_speak_plain)
{
  CallerState state;
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmAcceptance)
    acceptance = sign_in (acceptor, NEGOTIATE, binding, caller, &state, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (wsm_acceptance_get_identity (acceptance)->is_bound, ==, is_bound);
  g_assert_cmpint (wsm_acceptance_get_identity (acceptance)->may_speak_plain, ==, may_speak_plain);
  assert_seals (&state, wsm_acceptance_get_context (acceptance));
  caller_end (&state);
}

static void
test_bindings (Fixture *f, gconstpointer data)
{
  static const WsmBindingPolicy policies[] = { WSM_BINDING_OFFERED, WSM_BINDING_REQUIRED,
                                               WSM_BINDING_RELAXED };

  g_test_summary ("Right bindings bind, wrong ones never pass, missing ones where they may, and "
                  "only a relaxed policy lets their sender speak plain");

  for (guint way = 0; way < 4 * G_N_ELEMENTS (policies); way++)
    {
      WsmBindingPolicy policy = policies[way / 4];
      g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, TRUE, TRUE, policy);
      Caller caller = (way & 1) != 0 ? f->mara_by_password : f->mara_by_ticket;

      caller.is_spnego = (way & 2) != 0 && ((way & 1) == 0 || caller_can_spnego_ntlm ());
      if (policy == WSM_BINDING_REQUIRED)
        assert_refused (acceptor, NEGOTIATE, f->binding, &caller, WSM_AUTH_ERROR_BINDING);
      else
        assert_form (acceptor, f->binding, &caller, FALSE, policy == WSM_BINDING_RELAXED);
      assert_form (acceptor, NULL, &caller, FALSE, FALSE);

      caller.binding = f->binding;
      assert_form (acceptor, f->binding, &caller, TRUE, TRUE);
      assert_form (acceptor, NULL, &caller, FALSE, FALSE);

      caller.binding = f->other;
      assert_refused (acceptor, NEGOTIATE, f->binding, &caller, WSM_AUTH_ERROR_BINDING);
    }
}

static void
test_policy_of_each_mechanism (Fixture *f, gconstpointer data)
{
  const WsmAcceptorOptions options = { .keytab = g_getenv ("CURFEW_TEST_KEYTAB"),
                                       .replay_cache = f->replay_cache,
                                       .ntlm_users = f->ntlm_users,
                                       .kerberos_binding = WSM_BINDING_OFFERED,
                                       .ntlm_binding = WSM_BINDING_REQUIRED };
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmAcceptor) acceptor = wsm_acceptor_new (&options, &error);
  Caller ntlm = f->mara_by_password;

  g_assert_no_error (error);
  assert_signs_in (acceptor, NEGOTIATE, f->binding, &f->mara_by_ticket, "mara", FALSE);
  assert_refused (acceptor, NEGOTIATE, f->binding, &ntlm, WSM_AUTH_ERROR_BINDING);
  ntlm.is_spnego = TRUE;
  assert_refused (acceptor, NEGOTIATE, f->binding, &ntlm, WSM_AUTH_ERROR_BINDING);
}

static void
test_who_cannot_seal (Fixture *f, gconstpointer data)
{
  static const OM_uint32 flags[] = { GSS_C_INTEG_FLAG, GSS_C_REPLAY_FLAG };
  g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, TRUE, TRUE, WSM_BINDING_OFFERED);

  g_test_summary ("Who cannot seal does not sign in: NTLM like that is anybody's to relay");

  for (guint i = 0; i < 2 * G_N_ELEMENTS (flags); i++)
    {
      Caller caller = f->mara_by_password;

      caller.flags = flags[i / 2];
      assert_refused (acceptor, NTLM, i % 2 == 1 ? f->binding : NULL, &caller,
                      WSM_AUTH_ERROR_MECHANISM);
    }
}

/* At once, and without a token: it would say that all is well, or be something to answer. */
static void
assert_refused_silently (WsmAcceptor *acceptor, GBytes *binding, const Caller *caller,
                         const char *why)
{
  g_autoptr (WsmAcceptance) acceptance = wsm_acceptance_new (acceptor, NEGOTIATE, binding);
  CallerState state;
  g_autoptr (GBytes) token = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;

  caller_begin (&state, caller);
  token = caller_step (&state, caller, NULL);
  g_assert_false (step (acceptance, token, NULL, &answer, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM);
  g_assert_nonnull (strstr (error->message, why));
  g_assert_null (answer);
  caller_end (&state);
}

static void
test_weak_ntlm (Fixture *f, gconstpointer data)
{
  static const guint32 flags[] = { 0x00080000, 0x20000000, 0x40000000, 0x600a0000 };
  g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, TRUE, TRUE, WSM_BINDING_RELAXED);

  g_test_summary ("Whoever changes what a caller asks of NTLM gets nobody signed in weakly");

  for (guint i = 0; i < 4 * G_N_ELEMENTS (flags); i++)
    {
      Caller caller = f->mara_by_password;

      caller.is_spnego = (i & 2) != 0;
      caller.ntlm_loses = flags[i / 4];
      assert_refused_silently (acceptor, (i & 1) != 0 ? f->binding : NULL, &caller,
                               "asks NTLM for less");
    }
}

/* Neither direction, and not the second time either. */
static void
assert_seals_nothing (CallerState *state, WsmGssContext *context)
{
  gss_buffer_desc plain = { 5, (void *) "hello" };
  gss_buffer_desc sealed = GSS_C_EMPTY_BUFFER;
  g_autoptr (GBytes) answer = g_bytes_new_static ("hello too", 9);
  g_autoptr (GError) error = NULL;
  gsize header_length = 0;
  OM_uint32 minor;

  g_assert_cmphex (gss_wrap (&minor, state->context, 1, GSS_C_QOP_DEFAULT, &plain, NULL, &sealed),
                   ==, 0);
  g_assert_null (wsm_gss_context_unseal (context, sealed.value, sealed.length, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_INTEGRITY);
  g_assert_nonnull (strstr (error->message, "no sequence"));
  gss_release_buffer (&minor, &sealed);

  g_clear_error (&error);
  g_assert_null (wsm_gss_context_seal (context, answer, &header_length, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_INTEGRITY);
}

static void
test_without_sequence (Fixture *f, gconstpointer data)
{
  static const OM_uint32 asked[] = { SEALING_FLAGS & ~(OM_uint32) GSS_C_SEQUENCE_FLAG,
                                     GSS_C_MUTUAL_FLAG, GSS_C_MUTUAL_FLAG | GSS_C_REPLAY_FLAG };
  g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, TRUE, TRUE, WSM_BINDING_OFFERED);

  g_test_summary ("Kerberos whose messages could be repeated seals none, so over clear HTTP it "
                  "signs nobody in");

  for (guint i = 0; i < 2 * G_N_ELEMENTS (asked); i++)
    {
      Caller caller = f->mara_by_ticket;
      CallerState state;
      g_autoptr (WsmAcceptance) acceptance = NULL;
      g_autoptr (GError) error = NULL;

      caller.is_spnego = i % 2 == 1;
      caller.flags = asked[i / 2];
      assert_refused (acceptor, NEGOTIATE, NULL, &caller, WSM_AUTH_ERROR_MECHANISM);
      assert_refused_silently (acceptor, NULL, &caller, "no sequence");

      caller.binding = f->binding;
      acceptance = sign_in (acceptor, NEGOTIATE, f->binding, &caller, &state, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (wsm_acceptance_get_identity (acceptance)->may_speak_plain);
      assert_seals_nothing (&state, wsm_acceptance_get_context (acceptance));
      caller_end (&state);
    }
}

static void
test_anonymous (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, TRUE, FALSE, WSM_BINDING_RELAXED);
  g_autofree char *own_cache = g_strdup (g_getenv ("KRB5CCNAME"));
  g_autofree char *robin = g_strdup_printf ("robin@%s", g_getenv ("CURFEW_TEST_REALM"));
  g_autofree char *of_realm = g_strdup_printf ("WELLKNOWN/ANONYMOUS@%s",
                                               g_getenv ("CURFEW_TEST_REALM"));
  const char *const nobodies[] = { "WELLKNOWN/ANONYMOUS@WELLKNOWN:ANONYMOUS", of_realm };

  g_test_summary ("Tickets of nobody in particular sign nobody in");

  g_setenv ("KRB5CCNAME", "MEMORY:forged", TRUE);
  forge_ticket (robin, "MEMORY:forged");
  assert_signs_in (acceptor, NEGOTIATE, NULL, &f->mara_by_ticket, "robin", FALSE);
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (nobodies); i++)
    {
      Caller caller = f->mara_by_ticket;

      caller.is_spnego = i % 2 == 1;
      forge_ticket (nobodies[i / 2], "MEMORY:forged");
      assert_refused (acceptor, NEGOTIATE, i % 2 == 1 ? f->binding : NULL, &caller,
                      WSM_AUTH_ERROR_REJECTED);
    }
  g_setenv ("KRB5CCNAME", own_cache, TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("/auth/acceptor-strength/bindings", test_bindings);
  ADD_TEST ("/auth/acceptor-strength/policy-of-each-mechanism", test_policy_of_each_mechanism);
  ADD_TEST ("/auth/acceptor-strength/who-cannot-seal", test_who_cannot_seal);
  ADD_TEST ("/auth/acceptor-strength/weak-ntlm", test_weak_ntlm);
  ADD_TEST ("/auth/acceptor-strength/without-sequence", test_without_sequence);
  ADD_TEST ("/auth/acceptor-strength/anonymous", test_anonymous);

  return g_test_run ();
}
