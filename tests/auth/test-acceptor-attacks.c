/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <glib/gstdio.h>

#include "acceptor-fixture.h"

static void
test_replay (Fixture *f, gconstpointer data)
{
  g_test_summary ("A Kerberos token is good for once, also after a restart of the service");

  for (guint i = 0; i < 2; i++)
    {
      Caller caller = f->mara_by_ticket;
      CallerState state;
      g_autoptr (GBytes) token = NULL;

      caller.is_spnego = i == 1;
      caller_begin (&state, &caller);
      token = caller_step (&state, &caller, NULL);
      for (guint n = 0; n < 3; n++)
        {
          g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, TRUE, FALSE, WSM_BINDING_OFFERED);
          g_autoptr (WsmAcceptance) acceptance = wsm_acceptance_new (acceptor, NEGOTIATE, NULL);
          g_autoptr (GBytes) answer = NULL;
          g_autoptr (GError) error = NULL;

          g_assert_cmpint (step (acceptance, token, NULL, &answer, &error), ==, n == 0);
          if (n > 0)
            {
              g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
              g_assert_nonnull (strstr (error->message, "used before"));
              g_assert_nonnull (answer); /* it says to the caller what is wrong */
            }
        }
      caller_end (&state);
    }
}

/* Writes the cache of @path once more as if it came from a KDC whose clock is @offset seconds
 * ahead: libkrb5 then adds that to the time of what it sends (the header of version 4: two octets
 * of version, two of length, then a tag, a length and two numbers). */
static char *
make_skewed_cache (Fixture *f, gint32 offset)
{
  g_autofree char *path = g_build_filename (g_getenv ("CURFEW_TEST_DIRECTORY"), "skewed", NULL);
  const char *name = g_getenv ("KRB5CCNAME");
  g_autofree char *contents = NULL;
  g_autoptr (GByteArray) skewed = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  guint32 number = GUINT32_TO_BE ((guint32) offset);
  gsize length = 0;
  gsize header;

  g_file_get_contents (g_str_has_prefix (name, "FILE:") ? name + 5 : name, &contents, &length,
                       &error);
  g_assert_no_error (error);
  g_assert_cmpmem (contents, 2, "\5\4", 2);
  header = ((gsize) (guint8) contents[2] << 8) + (guint8) contents[3];

  g_byte_array_append (skewed, (const guint8 *) "\5\4\0\14\0\1\0\10", 8);
  g_byte_array_append (skewed, (const guint8 *) &number, 4);
  g_byte_array_append (skewed, (const guint8 *) "\0\0\0\0", 4);
  g_byte_array_append (skewed, (const guint8 *) contents + 4 + header, length - 4 - header);
  g_file_set_contents_full (path, (const char *) skewed->data, skewed->len,
                            G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);

  return g_strconcat ("FILE:", path, NULL);
}

/* The configuration of the realm, but that the clocks of caches are heeded. */
static char *
make_syncing_config (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("CURFEW_TEST_DIRECTORY"), "syncing", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  char *value;

  g_file_get_contents (g_getenv ("KRB5_CONFIG"), &contents, NULL, &error);
  g_assert_no_error (error);
  value = strstr (contents, "kdc_timesync = 0");
  g_assert_nonnull (value);
  value[strlen ("kdc_timesync = ")] = '1';
  g_file_set_contents (path, contents, -1, &error);
  g_assert_no_error (error);

  return g_steal_pointer (&path);
}

static void
test_clock_skew (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, TRUE, TRUE, WSM_BINDING_OFFERED);
  g_autofree char *own_cache = g_strdup (g_getenv ("KRB5CCNAME"));
  g_autofree char *own_config = g_strdup (g_getenv ("KRB5_CONFIG"));
  g_autofree char *skewed = NULL;
  g_autofree char *config = make_syncing_config ();
  Caller caller = f->mara_by_ticket;

  g_test_summary ("A caller whose clock is wrong is told from one who is nobody");

  /* the ticket for this service has to be in the cache, or the KDC sees the wrong time first */
  assert_signs_in (acceptor, KERBEROS, NULL, &caller, "mara", FALSE);
  skewed = make_skewed_cache (f, 1200);
  g_setenv ("KRB5CCNAME", skewed, TRUE);
  g_setenv ("KRB5_CONFIG", config, TRUE);
  assert_refused (acceptor, KERBEROS, NULL, &caller, WSM_AUTH_ERROR_CLOCK_SKEW);
  caller.is_spnego = TRUE;
  assert_refused (acceptor, NEGOTIATE, NULL, &caller, WSM_AUTH_ERROR_CLOCK_SKEW);
  g_setenv ("KRB5CCNAME", own_cache, TRUE);
  g_setenv ("KRB5_CONFIG", own_config, TRUE);
  g_unlink (skewed + strlen ("FILE:"));
  g_unlink (config);
}

static void
assert_token_refused (WsmAcceptor *acceptor, WsmAuthScheme scheme, const void *token, gsize length,
                      gint code)
{
  g_autoptr (WsmAcceptance) acceptance = wsm_acceptance_new (acceptor, scheme, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (token, length);
  g_autoptr (GError) error = NULL;

  g_assert_false (step (acceptance, bytes, NULL, NULL, &error));
  if (code >= 0)
    g_assert_error (error, WSM_AUTH_ERROR, code);
  else
    g_assert_cmpuint (error->domain, ==, WSM_AUTH_ERROR);
  g_assert_null (wsm_acceptance_get_identity (acceptance));

  /* it is over: nothing can follow */
  g_clear_error (&error);
  g_assert_false (step (acceptance, bytes, NULL, NULL, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
  g_assert_nonnull (strstr (error->message, "is over"));
}

static void
test_garbage (Fixture *f, gconstpointer data)
{
  static const char *const texts[] = {
    "x",
    "NTLMSSP",
    "\x60",
    "\x60\x82\xff\xff",
    "\x60\x06\x06\x04\x2b\x06\x01\x05",
    "\xa1\x00",
    "\x60\x84\xff\xff\xff\xff\x06\x06\x2b\x06\x01\x05\x05\x02",
    "\x6e\x82\x01\x01\x30",
  };
  static const WsmAuthScheme schemes[] = { NEGOTIATE, KERBEROS, NTLM };
  g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, TRUE, TRUE, WSM_BINDING_OFFERED);
  g_autofree guint8 *much = g_malloc0 (WSM_AUTH_MAX_TOKEN + 1);

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      for (gsize k = 0; k < G_N_ELEMENTS (texts); k++)
        assert_token_refused (acceptor, schemes[i], texts[k], strlen (texts[k]), -1);
      assert_token_refused (acceptor, schemes[i], "NTLMSSP\0\3\0\0\0", 12, -1);
      assert_token_refused (acceptor, schemes[i], "", 0, WSM_AUTH_ERROR_SYNTAX);
      assert_token_refused (acceptor, schemes[i], much, WSM_AUTH_MAX_TOKEN, -1);
      assert_token_refused (acceptor, schemes[i], much, WSM_AUTH_MAX_TOKEN + 1,
                            WSM_AUTH_ERROR_SYNTAX);
    }
}

static void
test_too_large (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, FALSE, TRUE, WSM_BINDING_OFFERED);

  g_test_summary ("The library sees no token of more than 48 KiB");

  for (gsize i = 0; i < 2; i++)
    {
      gsize length = WSM_AUTH_MAX_TOKEN + i;
      g_autoptr (WsmAcceptance) acceptance = wsm_acceptance_new (acceptor, NTLM, NULL);
      g_autofree guint8 *octets = g_malloc0 (length);
      g_autoptr (GBytes) token = g_bytes_new_static (octets, length);
      g_autoptr (GError) error = NULL;

      g_assert_false (step (acceptance, token, NULL, NULL, &error));
      g_assert_cmpint (strstr (error->message, "larger than 49152") != NULL, ==, i == 1);
    }
}

/* One token, as it is but for one octet; whoever it is taken for, it is not somebody else. */
static void
try_altered (WsmAcceptor *acceptor, WsmAcceptance *acceptance, GBytes *token, gsize position)
{
  g_autofree guint8 *octets = g_memdup2 (g_bytes_get_data (token, NULL), g_bytes_get_size (token));
  g_autoptr (GBytes) altered = NULL;
  g_autoptr (GError) error = NULL;
  const WsmGssIdentity *identity;

  octets[position] ^= (guint8) (1u << (position % 8));
  altered = g_bytes_new (octets, g_bytes_get_size (token));
  if (!step (acceptance, altered, NULL, NULL, &error))
    g_assert_nonnull (error);
  identity = wsm_acceptance_get_identity (acceptance);
  if (identity != NULL)
    g_assert_cmpstr (identity->user, ==, "mara");
}

static void
test_altered_tokens (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmAcceptor) acceptor = new_acceptor (f, TRUE, TRUE, WSM_BINDING_OFFERED);

  g_test_summary ("A token with any octet changed, or cut short, makes nobody of its sender");

  for (guint way = 0; way < 4; way++)
    {
      Caller caller = (way & 1) != 0 ? f->mara_by_password : f->mara_by_ticket;
      gsize length = 1;

      caller.is_spnego = (way & 2) != 0;
      for (gsize i = 0; i < length; i += 5)
        {
          g_autoptr (WsmAcceptance) acceptance = wsm_acceptance_new (acceptor, NEGOTIATE, NULL);
          g_autoptr (GBytes) first = NULL;
          g_autoptr (GBytes) answer = NULL;
          g_autoptr (GBytes) last = NULL;
          g_autoptr (GError) error = NULL;
          CallerState state;

          caller_begin (&state, &caller);
          first = caller_step (&state, &caller, NULL);
          if (caller.is_ntlm)
            {
              g_assert_true (step (acceptance, first, NULL, &answer, &error));
              last = caller_step (&state, &caller, answer);
            }
          else
            {
              assert_token_refused (acceptor, NEGOTIATE, g_bytes_get_data (first, NULL),
                                    i % g_bytes_get_size (first), -1);
              last = g_bytes_ref (first);
            }
          length = g_bytes_get_size (last);
          try_altered (acceptor, acceptance, last, MIN (i, length - 1));
          caller_end (&state);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("/auth/acceptor-attacks/replay", test_replay);
  ADD_TEST ("/auth/acceptor-attacks/clock-skew", test_clock_skew);
  ADD_TEST ("/auth/acceptor-attacks/garbage", test_garbage);
  ADD_TEST ("/auth/acceptor-attacks/too-large", test_too_large);
  ADD_TEST ("/auth/acceptor-attacks/altered-tokens", test_altered_tokens);

  return g_test_run ();
}
