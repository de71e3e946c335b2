/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acceptor-fixture.h"

#include <glib/gstdio.h>

void
write_users (Fixture *f, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (f->ntlm_users, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
}

void
acceptor_fixture_set_up (Fixture *f, gconstpointer data)
{
  const char *directory = g_getenv ("CURFEW_TEST_DIRECTORY");
  g_autoptr (GError) error = NULL;

  f->replay_cache = g_build_filename (directory, "replay-cache", NULL);
  f->ntlm_users = g_build_filename (directory, "our-ntlm-users", NULL);
  g_file_get_contents (g_getenv ("CURFEW_TEST_NTLM_USERS"), &f->realm_users, NULL, &error);
  g_assert_no_error (error);
  write_users (f, f->realm_users);

  f->binding = g_bytes_new ("01234567890123456789012345678901", 32);
  f->other = g_bytes_new ("01234567890123456789012345678902", 32);
  f->mara_by_password.is_ntlm = TRUE;
  f->mara_by_password.user = "mara";
  f->mara_by_password.password = g_getenv ("CURFEW_TEST_PASSWORD");
}

void
acceptor_fixture_tear_down (Fixture *f, gconstpointer data)
{
  g_unlink (f->ntlm_users);
  g_free (f->replay_cache);
  g_free (f->ntlm_users);
  g_free (f->realm_users);
  g_bytes_unref (f->binding);
  g_bytes_unref (f->other);
}

WsmAcceptor *
new_acceptor (Fixture *f, gboolean has_kerberos, gboolean has_ntlm, WsmBindingPolicy policy)
{
  const WsmAcceptorOptions options = {
    .keytab = has_kerberos ? g_getenv ("CURFEW_TEST_KEYTAB") : NULL,
    .replay_cache = f->replay_cache,
    .ntlm_users = has_ntlm ? f->ntlm_users : NULL,
    .kerberos_binding = policy,
    .ntlm_binding = policy,
  };
  g_autoptr (GError) error = NULL;
  WsmAcceptor *acceptor = wsm_acceptor_new (&options, &error);

  g_assert_no_error (error);
  return acceptor;
}

void
assert_refused (WsmAcceptor *acceptor, WsmAuthScheme scheme, GBytes *binding, const Caller *caller,
                WsmAuthError code)
{
  CallerState state;
  g_autoptr (GError) error = NULL;

  g_assert_null (sign_in (acceptor, scheme, binding, caller, &state, NULL, &error));
  g_assert_error (error, WSM_AUTH_ERROR, (gint) code);
  g_test_message ("%s", error->message);
  caller_end (&state);
}

void
assert_signs_in (WsmAcceptor *acceptor, WsmAuthScheme scheme, GBytes *binding, const Caller *caller,
                 const char *user, gboolean is_bound)
{
  CallerState state;
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmAcceptance)
    acceptance = sign_in (acceptor, scheme, binding, caller, &state, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (wsm_acceptance_get_identity (acceptance)->user, ==, user);
  g_assert_cmpint (wsm_acceptance_get_identity (acceptance)->is_bound, ==, is_bound);
  caller_end (&state);
}

void
assert_seals (CallerState *state, WsmGssContext *context)
{
  gss_buffer_desc plain = { 5, (void *) "hello" };
  gss_buffer_desc sealed = GSS_C_EMPTY_BUFFER;
  gss_buffer_desc opened = GSS_C_EMPTY_BUFFER;
  g_autoptr (GBytes) answer = g_bytes_new_static ("hello too", 9);
  g_autoptr (GBytes) ours = NULL;
  g_autoptr (GBytes) theirs = NULL;
  g_autoptr (GError) error = NULL;
  gsize header_length = 0;
  OM_uint32 minor;
  int is_sealed = 0;

  g_assert_cmphex (
    gss_wrap (&minor, state->context, 1, GSS_C_QOP_DEFAULT, &plain, &is_sealed, &sealed), ==, 0);
  g_assert_true (is_sealed);
  theirs = wsm_gss_context_unseal (context, sealed.value, sealed.length, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (theirs, NULL), g_bytes_get_size (theirs), "hello", 5);
  gss_release_buffer (&minor, &sealed);

  ours = wsm_gss_context_seal (context, answer, &header_length, &error);
  g_assert_no_error (error);
  sealed.length = g_bytes_get_size (ours);
  sealed.value = (void *) g_bytes_get_data (ours, NULL);
  g_assert_cmphex (gss_unwrap (&minor, state->context, &sealed, &opened, &is_sealed, NULL), ==, 0);
  g_assert_cmpmem (opened.value, opened.length, "hello too", 9);
  g_assert_true (is_sealed);
  gss_release_buffer (&minor, &opened);
}
