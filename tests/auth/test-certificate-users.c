/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <glib/gstdio.h>

#include "wsman/auth/wsm-auth-error.h"
#include "wsman/auth/wsm-certificate-rules.h"
#include "wsman/auth/wsm-certificate-users.h"
#include "wsman/auth/wsm-distinguished-name.h"

#define FINGERPRINT "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

typedef struct
{
  char *directory;   /* (owned) */
  char *authorities; /* (owned) */
  char *users;       /* (owned) */
} Fixture;

/* Makes certificates by openssl, once: an authority, another one, and clients of the first. */
static const char script[] =
  "set -e; cd \"$1\"\n"
  "key () { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $1.key; }\n"
  "authority () { key $1; openssl req -new -x509 -key $1.key -subj \"/CN=$1\" -days 30 \\\n"
  "  -addext keyUsage=critical,keyCertSign -out $1.pem; }\n"
  "sign () { key $1; openssl req -new -utf8 -key $1.key -subj \"$2\" -multivalue-rdn -out $1.csr\n"
  "  printf \"basicConstraints=CA:$5\\n$3\" > $1.ext\n"
  "  openssl x509 -req -in $1.csr -CA ${6:-authority}.pem -CAkey ${6:-authority}.key \\\n"
  "    -set_serial 0x$(openssl rand -hex 8) $4 -extfile $1.ext -out $1.pem; }\n"
  "client=extendedKeyUsage=clientAuth; server=extendedKeyUsage=serverAuth\n"
  "authority authority; authority other\n"
  "past='-days -1'\n" /* which OpenSSL 3.5 refuses; 3.0 does not know the other way */
  "if openssl x509 -help 2>&1 | grep -q -e -not_after; then\n"
  "  past='-not_before 20200101000000Z -not_after 20200102000000Z'; fi\n"
  "sign mara '/C=DE/O=Example, Inc/CN=mara' $client '-days 30' FALSE\n"
  "sign kim '/O=Example/CN=kim+UID=77/emailAddress=kim@example.org' '' '-days 30' FALSE\n"
  "sign both '/O=Example/CN=both' extendedKeyUsage=serverAuth,clientAuth '-days 30' FALSE\n"
  "sign any '/O=Example/CN=any' extendedKeyUsage=anyExtendedKeyUsage '-days 30' FALSE\n"
  "sign server '/O=Example/CN=mara' $server '-days 30' FALSE\n"
  "sign signing '/O=Example/CN=mara' extendedKeyUsage=critical,codeSigning '-days 30' FALSE\n"
  "sign expired '/O=Example/CN=mara' $client \"$past\" FALSE\n"
  "sign foreign '/C=DE/O=Example, Inc/CN=mara' $client '-days 30' FALSE other\n"
  "sign between '/CN=between' $server '-days 30' TRUE\n"
  "sign below '/O=Example/CN=mara' $client '-days 30' FALSE between\n"
  "cat between.pem >> below.pem\n";

static char *shared_directory; /* (owned): where the certificates are */

static void
make_certificates (void)
{
  const char *const argv[] = { "sh", "-c", script, "sh", NULL, NULL };
  const char *arguments[G_N_ELEMENTS (argv)];
  g_autofree char *errors = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;

  shared_directory = g_dir_make_tmp ("curfew-certificates-XXXXXX", &error);
  g_assert_no_error (error);
  memcpy (arguments, argv, sizeof argv);
  arguments[4] = shared_directory;
  g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &errors,
                &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s", error->message, errors);
}

static void
remove_certificates (void)
{
  g_autoptr (GDir) directory = g_dir_open (shared_directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (shared_directory, name, NULL);

      g_unlink (path);
    }
  g_rmdir (shared_directory);
  g_free (shared_directory);
}

static GTlsCertificate *
load (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".pem", NULL);
  g_autofree char *path = g_build_filename (shared_directory, file, NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return certificate;
}

static char *
dup_fingerprint (const char *name)
{
  g_autoptr (GTlsCertificate) certificate = load (name);
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->directory = g_dir_make_tmp ("curfew-users-XXXXXX", &error);
  g_assert_no_error (error);
  f->authorities = g_build_filename (shared_directory, "authority.pem", NULL);
  f->users = g_build_filename (f->directory, "users", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_unlink (f->users);
  g_rmdir (f->directory);
  g_free (f->directory);
  g_free (f->authorities);
  g_free (f->users);
}

static WsmCertificateUsers *
new_users (Fixture *f, const char *text)
{
  g_autoptr (GError) error = NULL;
  WsmCertificateUsers *users;

  g_file_set_contents_full (f->users, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, &error);
  g_assert_no_error (error);
  users = wsm_certificate_users_new (f->authorities, f->users, &error);
  g_assert_no_error (error);

  return users;
}

static void
assert_is (WsmCertificateUsers *users, const char *name, const char *user)
{
  g_autoptr (GTlsCertificate) certificate = load (name);
  g_autoptr (GError) error = NULL;
  g_autofree char *found = wsm_certificate_users_match (users, certificate, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, user);
}

static void
assert_refused (WsmCertificateUsers *users, const char *name, const char *part)
{
  g_autoptr (GTlsCertificate) certificate = load (name);
  g_autoptr (GError) error = NULL;

  g_assert_null (wsm_certificate_users_match (users, certificate, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED);
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_matches (Fixture *f, gconstpointer data)
{
  g_autofree char *fingerprint = dup_fingerprint ("any");
  g_autofree char *capitals = g_ascii_strup (fingerprint, -1);
  g_autofree char *text = g_strdup_printf (
    "# people\n[user mara]\nsubject = CN=mara,O=Example\\, Inc,C=DE\n"
    "[user kim]\nsubject=O=Example,UID=77+cn=kim,emailAddress=kim@example.org;CN=both,O=Example\n"
    "[user ann of the house]\nsha256=" FINGERPRINT " ; %.2s:%s\n",
    capitals, capitals + 2);
  g_autoptr (WsmCertificateUsers) users = new_users (f, text);

  g_test_summary ("A subject in either order, or a fingerprint, says whose a certificate is");

  assert_is (users, "mara", "mara");
  assert_is (users, "kim", "kim");
  assert_is (users, "both", "kim");
  assert_is (users, "any", "ann of the house");
}

static void
test_refuses (Fixture *f, gconstpointer data)
{
  g_autofree char *fingerprint = dup_fingerprint ("both");
  g_autofree char *text = g_strdup_printf (
    "[user mara]\nsubject=CN=mara,O=Example\\, Inc,C=DE;CN=mara,O=Example;CN=both,O=Example\n"
    "[user kim]\nsha256=%s\n",
    fingerprint);
  g_autoptr (WsmCertificateUsers) users = new_users (f, text);

  g_test_summary ("Each reason not to believe a certificate, though the table has its subject");

  assert_is (users, "mara", "mara");
  assert_refused (users, "server", "extended key usage");
  assert_refused (users, "signing", "extended key usage");
  assert_refused (users, "below", "extended key usage");
  assert_refused (users, "expired", "expired");
  assert_refused (users, "foreign", "no authority of ours");
  assert_refused (users, "any", "No user has");
  assert_refused (users, "both", "is of mara by its subject and of kim");
}

static void
test_rules (void)
{
  static const struct
  {
    const char *text;
    const char *part;
  } wrong[] = {
    { "[user mara]\n", "neither a subject" },
    { "[user *]\nsubject=CN=x\n", "no meaning" },
    { "[user ma*]\nsubject=CN=x\n", "no meaning" },
    { "[user ]\nsubject=CN=x\n", "no meaning" },
    { "[user  mara]\nsubject=CN=x\n", "no meaning" },
    { "[group x]\nsubject=CN=x\n", "no meaning" },
    { "[user mara]\nissuer=CN=x\n", "no meaning" },
    { "[user mara]\nsubject[de]=CN=x\n", "no meaning" },
    { "[user mara]\nsubject=\n", "not a distinguished name" },
    { "[user mara]\nsubject=*\n", "not a distinguished name" },
    { "[user mara]\nsubject=CN=x;;CN=y\n", "not a distinguished name" },
    { "[user mara]\nsha256=00:11\n", "64 hexadecimal" },
    { "[user mara]\nsha256=" FINGERPRINT "00\n", "64 hexadecimal" },
    { "[user mara]\nsha256=*\n", "64 hexadecimal" },
    { "[user mara]\nsubject=CN=x\nsubject=CN=y\n", "second time" },
    { "[user mara]\nsubject=CN=x\n[user mara]\nsha256=" FINGERPRINT "\n", "second time" },
    { "[user mara]\nsubject=CN=x,O=y\n[user kim]\nsubject=O=y , cn=x\n", "one user only" },
    { "[user mara]\nsha256=" FINGERPRINT "\n[user kim]\nsha256=" FINGERPRINT "\n",
      "one user only" },
    { "subject=CN=x\n", "not a key file" },
    { "[user m\377]\nsubject=CN=x\n", "UTF-8" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (
        wsm_certificate_rules_parse ("users", wrong[i].text, strlen (wrong[i].text), &error));
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
      g_assert_nonnull (strstr (error->message, wrong[i].part));
      g_assert_nonnull (strstr (error->message, "users"));
    }
}

static void
test_distinguished_names (void)
{
  static const struct
  {
    const char *text;
    const char *normal; /* NULL for what is no name */
  } cases[] = {
    { "CN=mara", "CN=mara" },
    { "cn = mara ", "CN=mara" },
    { "CN=mara,O=Example", "CN=mara,O=Example" },
    { "O=Example, CN=mara", "CN=mara,O=Example" },
    { "UID=7+CN=a", "CN=a+UID=7" },
    { "O=z,UID=7+CN=a,C=DE", "C=DE,CN=a+UID=7,O=z" },
    { "EMAIL=a@b", "EMAIL=a@b" },
    { "emailAddress=a@b", "EMAIL=a@b" },
    { "1.2.840.113549.1.9.1=a@b", "EMAIL=a@b" },
    { "CN=a\\,b", "CN=a\\,b" },
    { "CN=a\\2Cb", "CN=a\\,b" },
    { "CN=a=b#c", "CN=a\\=b\\#c" },
    { "CN=a\\=b\\#c", "CN=a\\=b\\#c" },
    { "CN=\\ a\\ ", "CN=\\ a\\ " },
    { "CN=\\20a\\20", "CN=\\ a\\ " },
    { "CN=two words", "CN=two words" },
    { "CN=m\\C3\\A4ra", "CN=m\303\244ra" },
    { "CN=#0C01AB", "CN=#0c01ab" },
    { "CN=\\#0C01AB", "CN=\\#0C01AB" },
    { "CN=Mara", "CN=Mara" },
    { "", NULL },
    { "mara", NULL },
    { "CN=", NULL },
    { "=mara", NULL },
    { "CN=mara,", NULL },
    { "CN=mara,,O=x", NULL },
    { "CN=mara+", NULL },
    { ",CN=mara", NULL },
    { "CN=\"mara\"", NULL },
    { "CN=a;O=b", NULL },
    { "CN=a<b", NULL },
    { "CN=a\\", NULL },
    { "CN=a\\00b", NULL },
    { "CN=\\ff", NULL },
    { "CN=#0g", NULL },
    { "C N=mara", NULL },
  };
  g_autofree char *long_name = g_strnfill (5000, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *normal = wsm_distinguished_name_normalize (cases[i].text, &error);

      g_assert_cmpstr (normal, ==, cases[i].normal);
      if (cases[i].normal == NULL)
        g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
    }
  memcpy (long_name, "CN=", 3);
  g_assert_null (wsm_distinguished_name_normalize (long_name, NULL));
  long_name[4096] = '\0';
  g_free (wsm_distinguished_name_normalize (long_name, NULL));
}

static void
test_files (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *missing = g_build_filename (f->directory, "missing", NULL);
  g_autofree char *key = g_build_filename (shared_directory, "mara.key", NULL);
  g_autoptr (WsmCertificateUsers) users = new_users (f, "[user mara]\nsubject=CN=mara\n");

  g_test_summary ("Files that are missing, empty, or others' to write, are refused by name");

  g_assert_null (wsm_certificate_users_new (missing, f->users, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);
  g_assert_null (wsm_certificate_users_new (f->authorities, missing, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);

  /* no certificates in it */
  g_assert_null (wsm_certificate_users_new (f->users, f->users, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
  g_clear_error (&error);
  g_assert_null (wsm_certificate_users_new (key, f->users, &error));
  g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
  g_clear_error (&error);

  g_assert_cmpint (g_chmod (f->users, 0664), ==, 0);
  g_assert_null (wsm_certificate_users_new (f->authorities, f->users, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM);
  g_assert_nonnull (strstr (error->message, "chmod 644"));
  g_clear_error (&error);
  g_assert_cmpint (g_chmod (f->users, 0644), ==, 0);

  g_assert_cmpint (g_chmod (f->authorities, 0646), ==, 0);
  g_assert_null (wsm_certificate_users_new (f->authorities, f->users, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM);
  g_clear_error (&error);
  g_assert_cmpint (g_chmod (f->authorities, 0644), ==, 0);

  /* GTlsFileDatabase takes absolute paths only */
  g_assert_cmpint (g_chdir (shared_directory), ==, 0);
  g_clear_object (&users);
  users = wsm_certificate_users_new ("authority.pem", f->users, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chdir ("/"), ==, 0);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  make_certificates ();

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/auth/certificate-users/matches", test_matches);
  ADD ("/auth/certificate-users/refuses", test_refuses);
  ADD ("/auth/certificate-users/files", test_files);
#undef ADD
  g_test_add_func ("/auth/certificate-users/rules", test_rules);
  g_test_add_func ("/auth/certificate-users/distinguished-names", test_distinguished_names);

  status = g_test_run ();
  remove_certificates ();
  return status;
}
