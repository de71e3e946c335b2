/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>
#include <krb5.h>

#include "wsman/auth/wsm-acceptor.h"
#include "wsman/auth/wsm-auth-error.h"

typedef struct
{
  char *directory; /* (owned) */
  char *path;      /* (owned) */
  char *users;     /* (owned) */
  krb5_context krb5;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->directory = g_dir_make_tmp ("curfew-keytab-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->directory, "keytab", NULL);
  f->users = g_build_filename (f->directory, "users", NULL);
  g_assert_cmpint (krb5_init_context (&f->krb5), ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  krb5_free_context (f->krb5);
  g_unlink (f->path);
  g_unlink (f->users);
  g_rmdir (f->directory);
  g_free (f->directory);
  g_free (f->path);
  g_free (f->users);
}

static void
add_key (Fixture *f, const char *principal, krb5_enctype type)
{
  g_autofree char *name = g_strconcat ("WRFILE:", f->path, NULL);
  krb5_keytab keytab = NULL;
  krb5_keytab_entry entry = { 0 };

  g_assert_cmpint (krb5_kt_resolve (f->krb5, name, &keytab), ==, 0);
  g_assert_cmpint (krb5_parse_name (f->krb5, principal, &entry.principal), ==, 0);
  g_assert_cmpint (krb5_c_make_random_key (f->krb5, type, &entry.key), ==, 0);
  entry.vno = 1;
  g_assert_cmpint (krb5_kt_add_entry (f->krb5, keytab, &entry), ==, 0);
  krb5_free_keytab_entry_contents (f->krb5, &entry);
  krb5_kt_close (f->krb5, keytab);
  g_assert_cmpint (g_chmod (f->path, 0600), ==, 0);
}

static WsmAcceptor *
new_acceptor (Fixture *f, GError **error)
{
  const WsmAcceptorOptions options = { .keytab = f->path };

  return wsm_acceptor_new (&options, error);
}

static void
assert_refused (Fixture *f, GQuark domain, gint code, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (new_acceptor (f, &error));
  g_assert_error (error, domain, code);
  g_assert_nonnull (strstr (error->message, part));
  g_assert_nonnull (strstr (error->message, f->path));
}

static void
test_principals (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmAcceptor) acceptor = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) principals = NULL;
  static const char *const wanted[] = { "HTTP/den.example.org@EXAMPLE.ORG", "http/den@EXAMPLE.ORG",
                                        "WSMAN/den.example.org@EXAMPLE.ORG", NULL };

  g_test_summary ("The principals of this service are told, each once, whatever their keys");

  for (gsize i = 0; wanted[i] != NULL; i++)
    {
      add_key (f, wanted[i], ENCTYPE_AES256_CTS_HMAC_SHA1_96);
      add_key (f, wanted[i], ENCTYPE_AES128_CTS_HMAC_SHA1_96);
    }
  acceptor = new_acceptor (f, &error);
  g_assert_no_error (error);
  principals = wsm_acceptor_dup_principals (acceptor);
  g_assert_cmpstrv (principals, wanted);
  g_assert_cmphex (wsm_acceptor_get_schemes (acceptor), ==,
                   WSM_AUTH_SCHEME_NEGOTIATE | WSM_AUTH_SCHEME_KERBEROS);
}

static void
test_keys_of_others (Fixture *f, gconstpointer data)
{
  static const char *const foreign[] = {
    "host/den.example.org@EXAMPLE.ORG",
    "DEN$@EXAMPLE.ORG",
    "HTTP@EXAMPLE.ORG",
    "HTTP/den/admin@EXAMPLE.ORG",
    "krbtgt/A.B@EXAMPLE.ORG",
    "HTTPS/den@EXAMPLE.ORG",
    "HTT/den@EXAMPLE.ORG",
  };

  g_test_summary ("A keytab with keys of another service is refused, and they are named");

  for (gsize i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      add_key (f, "HTTP/den.example.org@EXAMPLE.ORG", ENCTYPE_AES256_CTS_HMAC_SHA1_96);
      add_key (f, foreign[i], ENCTYPE_AES256_CTS_HMAC_SHA1_96);
      assert_refused (f, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE, foreign[i]);
      g_assert_cmpint (g_unlink (f->path), ==, 0);
    }
}

static void
write_file (const char *path, const char *contents, gsize length)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, contents, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                            &error);
  g_assert_no_error (error);
}

static void
test_files (Fixture *f, gconstpointer data)
{
  g_autofree char *much = g_malloc0 (1024 * 1024 + 1);

  assert_refused (f, G_FILE_ERROR, G_FILE_ERROR_NOENT, "cannot be read");
  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  assert_refused (f, G_FILE_ERROR, G_FILE_ERROR_PERM, "not trusted");
  g_assert_cmpint (g_unlink (f->path), ==, 0);
  g_assert_cmpint (g_mkdir (f->path, 0700), ==, 0);
  assert_refused (f, G_FILE_ERROR, G_FILE_ERROR_PERM, "not trusted");
  g_assert_cmpint (g_rmdir (f->path), ==, 0);

  write_file (f->path, "", 0);
  assert_refused (f, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE, "has no keys");
  write_file (f->path, "\5\2", 2);
  assert_refused (f, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE, "has no keys");
  write_file (f->path, "nonsense", 8);
  assert_refused (f, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE, "cannot be used");
  write_file (f->path, "\5\2\0\0\0\4abcd", 10);
  assert_refused (f, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE, "keytab");
  write_file (f->path, much, 1024 * 1024 + 1);
  assert_refused (f, G_FILE_ERROR, G_FILE_ERROR_PERM, "not trusted");

  g_assert_cmpint (g_unlink (f->path), ==, 0);
  add_key (f, "HTTP/den.example.org@EXAMPLE.ORG", ENCTYPE_AES256_CTS_HMAC_SHA1_96);
  g_assert_cmpint (g_chmod (f->path, 0644), ==, 0);
  assert_refused (f, G_FILE_ERROR, G_FILE_ERROR_PERM, "chmod 600");
  g_assert_cmpint (g_chmod (f->path, 0620), ==, 0);
  assert_refused (f, G_FILE_ERROR, G_FILE_ERROR_PERM, "chmod 600");
}

static void
test_environment (Fixture *f, gconstpointer data)
{
  const WsmAcceptorOptions options = { .keytab = f->path, .replay_cache = "/run/cache" };
  g_autofree char *keytab = g_strconcat ("FILE:", f->path, NULL);
  g_autoptr (WsmAcceptor) acceptor = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("What the environment said before means nothing");

  add_key (f, "HTTP/den.example.org@EXAMPLE.ORG", ENCTYPE_AES256_CTS_HMAC_SHA1_96);
  g_setenv ("KRB5_KTNAME", "FILE:/etc/krb5.keytab", TRUE);
  g_setenv ("KRB5RCACHENAME", "none:", TRUE);
  g_setenv ("NTLM_USER_FILE", "/etc/ntlm", TRUE);
  g_setenv ("LM_COMPAT_LEVEL", "0", TRUE);
  acceptor = new_acceptor (f, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_getenv ("KRB5_KTNAME"), ==, keytab);
  g_assert_null (g_getenv ("KRB5RCACHENAME"));
  g_assert_null (g_getenv ("NTLM_USER_FILE"));
  g_assert_null (g_getenv ("LM_COMPAT_LEVEL"));

  g_clear_object (&acceptor);
  acceptor = wsm_acceptor_new (&options, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_getenv ("KRB5RCACHENAME"), ==, "file2:/run/cache");
}

static void
test_without_gss_ntlmssp (Fixture *f, gconstpointer data)
{
  const WsmAcceptorOptions options = { .ntlm_users = f->users };
  g_autoptr (GError) error = NULL;

  g_test_summary ("Where gss-ntlmssp is not installed, NTLM is refused by name");

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
      return;
    }
  write_file (f->users, "", 0);
  g_setenv ("GSS_MECH_CONFIG", "/dev/null", TRUE); /* before anything calls GSS-API */
  g_assert_null (wsm_acceptor_new (&options, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM);
  g_assert_nonnull (strstr (error->message, "Install gss-ntlmssp"));
}

int
main (int argc, char *argv[])
{
  g_setenv ("KRB5_CONFIG", "/dev/null", TRUE); /* nothing of this computer */
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/auth/keytab/principals", test_principals);
  ADD ("/auth/keytab/keys-of-others", test_keys_of_others);
  ADD ("/auth/keytab/files", test_files);
  ADD ("/auth/keytab/environment", test_environment);
  ADD ("/auth/keytab/without-gss-ntlmssp", test_without_gss_ntlmssp);
#undef ADD

  return g_test_run ();
}
