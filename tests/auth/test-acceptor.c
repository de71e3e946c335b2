/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "acceptor-fixture.h"

static void
test_schemes_and_mechanisms (Fixture *f, gconstpointer data)
{
  static const struct
  {
    WsmAuthScheme scheme;
    gboolean is_spnego;
    gboolean is_ntlm;
    guint n_legs;
  } ways[] = {
    { NEGOTIATE, TRUE, FALSE, 1 }, { NEGOTIATE, FALSE, FALSE, 1 }, { KERBEROS, FALSE, FALSE, 1 },
    { NEGOTIATE, TRUE, TRUE, 2 },  { NEGOTIATE, FALSE, TRUE, 2 },  { NTLM, FALSE, TRUE, 2 },
  };
  g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, TRUE, TRUE, WSM_BINDING_OFFERED);

  g_test_summary ("Each way in, with and without TLS, says who called, and seals both ways");
  g_assert_cmphex (wsm_acceptor_get_schemes (acceptor), ==, NEGOTIATE | KERBEROS | NTLM);

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (ways); i++)
    {
      gboolean is_ntlm = ways[i / 2].is_ntlm;
      Caller caller = is_ntlm ? f->mara_by_password : f->mara_by_ticket;
      GBytes *binding = i % 2 == 1 ? f->binding : NULL;
      g_autoptr (WsmAcceptance) acceptance = NULL;
      g_autoptr (GError) error = NULL;
      const WsmGssIdentity *identity;
      CallerState state;
      guint n_legs = 0;

      if (ways[i / 2].is_spnego && is_ntlm && !caller_can_spnego_ntlm ())
        {
          g_test_message ("libgssapi-krb5 cannot do NTLM inside of SPNEGO");
          continue;
        }
      caller.is_spnego = ways[i / 2].is_spnego;
      acceptance = sign_in (acceptor, ways[i / 2].scheme, binding, &caller, &state, &n_legs,
                            &error);
      g_assert_no_error (error);
      g_assert_cmpuint (n_legs, ==, ways[i / 2].n_legs);
      g_assert_cmpint (wsm_acceptance_get_scheme (acceptance), ==, ways[i / 2].scheme);

      identity = wsm_acceptance_get_identity (acceptance);
      g_assert_cmpstr (identity->user, ==, "mara");
      g_assert_cmpstr (identity->realm, ==, is_ntlm ? NULL : g_getenv ("CURFEW_TEST_REALM"));
      g_assert_cmpstr (identity->account, ==, "mara");
      g_assert_cmpstr (identity->mechanism, ==,
                       is_ntlm ? WSM_MECHANISM_NTLM : WSM_MECHANISM_KERBEROS);
      g_assert_false (identity->is_bound);
      assert_seals (&state, wsm_acceptance_get_context (acceptance));
      caller_end (&state);
    }
}

static void
test_scheme_is_kept (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, TRUE, TRUE, WSM_BINDING_OFFERED);
  Caller kerberos = f->mara_by_ticket;
  Caller ntlm = f->mara_by_password;

  g_test_summary ("By the schemes Kerberos and NTLM raw tokens of that mechanism come, no others");

  assert_refused (acceptor, KERBEROS, NULL, &ntlm, WSM_AUTH_ERROR_MECHANISM);
  assert_refused (acceptor, NTLM, NULL, &kerberos, WSM_AUTH_ERROR_MECHANISM);
  kerberos.is_spnego = TRUE;
  ntlm.is_spnego = TRUE;
  assert_refused (acceptor, KERBEROS, NULL, &kerberos, WSM_AUTH_ERROR_MECHANISM);
  assert_refused (acceptor, KERBEROS, NULL, &ntlm, WSM_AUTH_ERROR_MECHANISM);
  assert_refused (acceptor, NTLM, NULL, &kerberos, WSM_AUTH_ERROR_MECHANISM);
  assert_refused (acceptor, NTLM, NULL, &ntlm, WSM_AUTH_ERROR_MECHANISM);
}

static void
test_without_keytab (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmAcceptor) acceptor = NULL;
  g_autoptr (WsmAcceptance) acceptance = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) principals = NULL;
  Caller both = f->mara_by_password;
  CallerState state;
  guint n_legs = 0;

  g_test_summary ("Without a keytab of its own the service takes no other one, and NTLM works");

  g_setenv ("KRB5_KTNAME", g_getenv ("CURFEW_TEST_KEYTAB"), TRUE);
  acceptor = new_acceptor (f, FALSE, TRUE, WSM_BINDING_OFFERED);
  g_assert_cmphex (wsm_acceptor_get_schemes (acceptor), ==, NEGOTIATE | NTLM);
  g_assert_true (g_str_has_prefix (g_getenv ("KRB5_KTNAME"), "MEMORY:"));
  principals = wsm_acceptor_dup_principals (acceptor);
  g_assert_cmpuint (g_strv_length (principals), ==, 0);

  both.is_spnego = caller_can_spnego_ntlm ();
  both.offers_kerberos_first = both.is_spnego;
  acceptance = sign_in (acceptor, NEGOTIATE, NULL, &both, &state, &n_legs, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_legs, ==, both.is_spnego ? 3 : 2);
  g_assert_cmpstr (wsm_acceptance_get_identity (acceptance)->mechanism, ==, WSM_MECHANISM_NTLM);
  assert_seals (&state, wsm_acceptance_get_context (acceptance));
  caller_end (&state);

  assert_refused (acceptor, NEGOTIATE, NULL, &f->mara_by_ticket, WSM_AUTH_ERROR_MECHANISM);
  assert_refused (acceptor, KERBEROS, NULL, &f->mara_by_ticket, WSM_AUTH_ERROR_MECHANISM);
}

static void
test_without_ntlm (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmAcceptor) acceptor = NULL;
  Caller ntlm = f->mara_by_password;

  g_test_summary ("NTLM is refused in every form while it is off, whatever the environment says");

  g_setenv ("NTLM_USER_FILE", f->ntlm_users, TRUE);
  acceptor = new_acceptor (f, TRUE, FALSE, WSM_BINDING_OFFERED);
  g_assert_null (g_getenv ("NTLM_USER_FILE"));
  g_assert_cmphex (wsm_acceptor_get_schemes (acceptor), ==, NEGOTIATE | KERBEROS);

  assert_refused (acceptor, NTLM, NULL, &ntlm, WSM_AUTH_ERROR_MECHANISM);
  assert_refused (acceptor, NEGOTIATE, NULL, &ntlm, WSM_AUTH_ERROR_MECHANISM);
  ntlm.is_spnego = TRUE;
  assert_refused (acceptor, NEGOTIATE, NULL, &ntlm, WSM_AUTH_ERROR_MECHANISM);
  assert_signs_in (acceptor, NEGOTIATE, NULL, &f->mara_by_ticket, "mara", FALSE);
}

static void
test_names (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, TRUE, TRUE, WSM_BINDING_OFFERED);
  g_autofree char *principal = g_strdup_printf ("admin/helpdesk@%s",
                                                g_getenv ("CURFEW_TEST_REALM"));
  Caller caller = f->mara_by_password;
  g_autoptr (WsmAcceptance) acceptance = NULL;
  g_autoptr (GError) error = NULL;
  CallerState state;

  g_test_summary ("A name is whole without its realm, or as the users file spells it");

  caller.user = "MaRa";
  assert_signs_in (acceptor, NTLM, NULL, &caller, "mara", FALSE);

  caller.is_ntlm = FALSE;
  caller.user = principal;
  acceptance = sign_in (acceptor, KERBEROS, NULL, &caller, &state, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (wsm_acceptance_get_identity (acceptance)->user, ==, "admin/helpdesk");
  g_assert_cmpstr (wsm_acceptance_get_identity (acceptance)->realm, ==,
                   g_getenv ("CURFEW_TEST_REALM"));
  g_assert_null (wsm_acceptance_get_identity (acceptance)->account);
  caller_end (&state);
}

static void
test_wrong_passwords (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, TRUE, TRUE, WSM_BINDING_OFFERED);
  Caller caller = f->mara_by_password;

  for (guint i = 0; i < 2; i++)
    {
      caller.is_spnego = i == 1;
      caller.user = "mara";
      caller.password = "not this one";
      assert_refused (acceptor, NEGOTIATE, NULL, &caller, WSM_AUTH_ERROR_REJECTED);
      caller.password = f->mara_by_password.password;
      caller.user = "nobody-there";
      assert_refused (acceptor, NEGOTIATE, NULL, &caller, WSM_AUTH_ERROR_REJECTED);
    }
}

static void
test_users_file_is_read_anew (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, FALSE, TRUE, WSM_BINDING_OFFERED);
  g_autofree char *disabled = NULL;
  g_autofree char *unreadable = NULL;
  g_autofree char *kim_alone = g_strdup (strstr (f->realm_users, "kim:"));
  g_auto (GStrv) parts = g_strsplit (f->realm_users, "[U ", -1);
  Caller wrong = f->mara_by_password;
  Caller caller;

  g_test_summary ("What is written to the users file counts at the next sign-in");

  assert_signs_in (acceptor, NTLM, NULL, &f->mara_by_password, "mara", FALSE);

  /* gss-ntlmssp itself takes no heed of the flags */
  disabled = g_strjoinv ("[UD", parts);
  write_users (f, disabled);
  assert_refused (acceptor, NTLM, NULL, &f->mara_by_password, WSM_AUTH_ERROR_REJECTED);

  g_assert_nonnull (kim_alone);
  if (strchr (kim_alone, '\n') != NULL)
    *strchr (kim_alone, '\n') = '\0';
  write_users (f, kim_alone);
  assert_refused (acceptor, NTLM, NULL, &f->mara_by_password, WSM_AUTH_ERROR_REJECTED);

  unreadable = g_strconcat (f->realm_users, "nonsense\n", NULL);
  write_users (f, unreadable);
  assert_refused (acceptor, NTLM, NULL, &f->mara_by_password, WSM_AUTH_ERROR_UNAVAILABLE);

  /* who guesses wrongly hears the same of it */
  write_users (f, f->realm_users);
  g_assert_cmpint (g_chmod (f->ntlm_users, 0644), ==, 0);
  wrong.password = "not this one";
  for (guint i = 0; i < 4; i++)
    {
      caller = i % 2 == 0 ? f->mara_by_password : wrong;
      caller.is_spnego = i >= 2;
      assert_refused (acceptor, NEGOTIATE, NULL, &caller, WSM_AUTH_ERROR_UNAVAILABLE);
    }

  g_assert_cmpint (g_chmod (f->ntlm_users, 0600), ==, 0);
  assert_signs_in (acceptor, NTLM, NULL, &f->mara_by_password, "mara", FALSE);
}

static void
stepped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, TRUE, FALSE, WSM_BINDING_OFFERED);
  CallerState state;
  g_autoptr (GBytes) token = NULL;

  g_test_summary ("A step that is cancelled ends at once, and the sign-in with it");

  caller_begin (&state, &f->mara_by_ticket);
  token = caller_step (&state, &f->mara_by_ticket, NULL);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (WsmAcceptance) acceptance = wsm_acceptance_new (acceptor, NEGOTIATE, NULL);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      if (i == 0)
        g_cancellable_cancel (cancellable);
      wsm_acceptance_step_async (acceptance, token, cancellable, stepped_cb, &result);
      if (i == 2)
        g_usleep (20000); /* most likely it is done by now, and nobody has been told */
      g_cancellable_cancel (cancellable);
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      g_assert_false (wsm_acceptance_step_finish (acceptance, result, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

      g_clear_error (&error);
      g_assert_false (step (acceptance, token, NULL, NULL, &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
      g_assert_null (wsm_acceptance_get_identity (acceptance));
    }
  caller_end (&state);
}

static guint
count_descriptors (void)
{
  DIR *directory = opendir ("/proc/self/fd");
  guint n = 0;

  g_assert_nonnull (directory);
  while (readdir (directory) != NULL)
    n++;
  closedir (directory);

  return n;
}

static void
test_many (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, TRUE, TRUE, WSM_BINDING_OFFERED);
  guint n_descriptors = 0;

  g_test_summary ("A thousand sign-ins, every second abandoned, leave nothing behind");

  for (guint i = 0; i < 1000; i++)
    {
      Caller caller = i % 4 < 2 ? f->mara_by_password : f->mara_by_ticket;
      g_autoptr (WsmAcceptance) acceptance = wsm_acceptance_new (acceptor, NEGOTIATE, NULL);
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GBytes) token = NULL;
      CallerState state;

      caller.is_spnego = i % 8 < 4 && (i % 4 >= 2 || caller_can_spnego_ntlm ());
      if (i == 10)
        n_descriptors = count_descriptors ();
      if (i % 2 == 0)
        {
          assert_signs_in (acceptor, NEGOTIATE, NULL, &caller, "mara", FALSE);
          continue;
        }
      caller_begin (&state, &caller);
      token = caller_step (&state, &caller, NULL);
      wsm_acceptance_step_async (acceptance, token, NULL, stepped_cb, &result);
      g_clear_object (&acceptance);
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      caller_end (&state);
    }
  g_assert_cmpuint (count_descriptors (), <=, n_descriptors);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("/auth/acceptor/schemes-and-mechanisms", test_schemes_and_mechanisms);
  ADD_TEST ("/auth/acceptor/scheme-is-kept", test_scheme_is_kept);
  ADD_TEST ("/auth/acceptor/without-keytab", test_without_keytab);
  ADD_TEST ("/auth/acceptor/without-ntlm", test_without_ntlm);
  ADD_TEST ("/auth/acceptor/names", test_names);
  ADD_TEST ("/auth/acceptor/wrong-passwords", test_wrong_passwords);
  ADD_TEST ("/auth/acceptor/users-file-is-read-anew", test_users_file_is_read_anew);
  ADD_TEST ("/auth/acceptor/cancelled", test_cancelled);
  ADD_TEST ("/auth/acceptor/many", test_many);

  return g_test_run ();
}
