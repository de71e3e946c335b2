/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "fleet/cf-contact-book.h"
#include "wsman/auth/wsm-auth-error.h"

/* libsecret 0.20 forgets to free the entity tag of its file each time that it writes it. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#define ALLOW_LEAKS __lsan_disable ()
#define DENY_LEAKS  __lsan_enable ()
#else
#define ALLOW_LEAKS
#define DENY_LEAKS
#endif

static void
add (GPtrArray *saved, CfSavedScope scope, const char *name, const char *user, const char *password)
{
  g_autoptr (WsmSecret) secret = password != NULL ? wsm_secret_new (password, -1) : NULL;

  g_ptr_array_add (saved, cf_saved_password_new (scope, name, user, CF_SIGN_IN_BASIC, secret));
}

static GPtrArray *
new_list (void)
{
  GPtrArray *saved = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_saved_password_free);

  add (saved, CF_SAVED_FOR_REALM, "EXAMPLE.ORG", "mara@EXAMPLE.ORG", "a");
  add (saved, CF_SAVED_FOR_REALM, "LAB.EXAMPLE.ORG", "kim@LAB.EXAMPLE.ORG", "b");
  add (saved, CF_SAVED_FOR_GROUP, "Library", "lib", "c");
  add (saved, CF_SAVED_FOR_HOST, "pc.lab.example.org", "mara", "d");
  add (saved, CF_SAVED_FOR_HOST, "locked.example.org", "mara", NULL);
  return saved;
}

static void
test_find (void)
{
  static const char *const library[] = { "Other", "Library", NULL };
  static const struct
  {
    const char *host;
    const char *const *groups;
    const char *user;
    const char *realm;
    const char *found; /* its user; NULL: none */
  } cases[] = {
    { "pc.lab.example.org", NULL, NULL, NULL, "mara" },
    { "pc.lab.example.org", library, NULL, NULL, "mara" },
    { "PC.lab.example.org", NULL, NULL, NULL, "mara" },
    { "den.lab.example.org", NULL, NULL, NULL, "kim@LAB.EXAMPLE.ORG" },
    { "lab.example.org", NULL, NULL, NULL, "kim@LAB.EXAMPLE.ORG" },
    { "www.example.org", NULL, NULL, NULL, "mara@EXAMPLE.ORG" },
    { "www.example.org", library, NULL, NULL, "lib" },
    { "evilexample.org", NULL, NULL, NULL, NULL },
    { "example.org.evil", NULL, NULL, NULL, NULL },
    { "org", NULL, NULL, NULL, NULL },
    { "locked.example.org", NULL, NULL, NULL, "mara@EXAMPLE.ORG" },
    { "pc.lab.example.org", NULL, "kim@LAB.EXAMPLE.ORG", NULL, "kim@LAB.EXAMPLE.ORG" },
    { "pc.lab.example.org", NULL, "mara@EXAMPLE.ORG", NULL, "mara@EXAMPLE.ORG" },
    { "pc.lab.example.org", NULL, "nobody", NULL, NULL },
    { "short", NULL, "mara@EXAMPLE.ORG", "EXAMPLE.ORG", "mara@EXAMPLE.ORG" },
    { "short", NULL, "mara@EXAMPLE.ORG", NULL, NULL },
    { "short", NULL, "mara@EXAMPLE.ORG", "LAB.EXAMPLE.ORG", NULL },
    { "short", NULL, "mara", "EXAMPLE.ORG", NULL },
    { "pc.lab.example.org", NULL, "mara", "EXAMPLE.ORG", "mara" },
  };
  g_autoptr (GPtrArray) saved = new_list ();

  g_test_summary (
    "A host's own password comes first, then its groups', then the nearest realm's, then "
    "that of the user's own realm");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const CfSavedPassword *found = cf_keyring_find (saved, cases[i].host, cases[i].groups,
                                                      cases[i].user, cases[i].realm);

      g_test_message ("%zu", i);
      g_assert_cmpstr (found != NULL ? found->user : NULL, ==, cases[i].found);
    }
}

static const char *
find_password (GPtrArray *saved, const char *host)
{
  const CfSavedPassword *found = cf_keyring_find (saved, host, NULL, NULL, NULL);

  return found != NULL ? wsm_secret_peek (found->password, NULL) : NULL;
}

/* The file that a sandbox has: the same calls, with another store behind them. */
static void
test_file_backend (void)
{
  g_autoptr (WsmSecret) first = wsm_secret_new ("K\303\244se", -1);
  g_autoptr (WsmSecret) second = wsm_secret_new ("Br\303\266tchen", -1);
  g_autoptr (CfSavedPassword)
    before = cf_saved_password_new (CF_SAVED_FOR_HOST, "pc", "mara", CF_SIGN_IN_BASIC, first);
  g_autoptr (CfSavedPassword)
    after = cf_saved_password_new (CF_SAVED_FOR_HOST, "pc", "mara", CF_SIGN_IN_NTLM, second);
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) saved = NULL;
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GPtrArray) left = NULL;
  g_autoptr (GError) error = NULL;
  gboolean was_there;

  g_test_summary ("What is saved is found again, once, until it is forgotten");

  none = cf_keyring_load (TRUE, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  ALLOW_LEAKS;
  g_assert_true (cf_keyring_save (before, &error));
  g_assert_true (cf_keyring_save (after, &error));
  DENY_LEAKS;
  g_assert_no_error (error);

  saved = cf_keyring_load (TRUE, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (saved->len, ==, 1);
  g_assert_cmpstr (find_password (saved, "pc"), ==, "Br\303\266tchen");
  g_assert_cmpint (((CfSavedPassword *) saved->pdata[0])->method, ==, CF_SIGN_IN_NTLM);
  names = cf_keyring_load (FALSE, FALSE, &error);
  g_assert_cmpuint (names->len, ==, 1);
  g_assert_null (((CfSavedPassword *) names->pdata[0])->password);

  ALLOW_LEAKS;
  g_assert_true (cf_keyring_forget (CF_SAVED_FOR_REALM, "pc", &was_there, &error));
  g_assert_false (was_there);
  g_assert_true (cf_keyring_forget (CF_SAVED_FOR_HOST, "pc", &was_there, &error));
  g_assert_true (was_there);
  DENY_LEAKS;
  left = cf_keyring_load (TRUE, FALSE, &error);
  g_assert_cmpuint (left->len, ==, 0);
}

static guint n_asked;

static WsmSecret *
ask_cb (const char *user, gpointer user_data, GError **error)
{
  n_asked++;
  g_assert_cmpstr (user, ==, "mara");
  return wsm_secret_new ("typed", -1);
}

static WsmSecret *
ask_realm_cb (const char *user, gpointer user_data, GError **error)
{
  g_assert_cmpstr (user, ==, "mara@EXAMPLE.ORG");
  return wsm_secret_new ("typed", -1);
}

static CfContact *
look_up (CfContactBook *book, const char *target)
{
  g_autoptr (WsmEndpoint) endpoint = wsm_endpoint_parse (target, "https", NULL);
  g_autoptr (GError) error = NULL;
  CfContact *contact = cf_contact_book_look_up (book, endpoint, &error);

  g_assert_no_error (error);
  return contact;
}

static void
test_book (void)
{
  g_autofree char *pin = g_strnfill (64, 'a');
  const CfContactOptions options = { .pin = pin };
  const CfSignInOptions who = { .method = CF_SIGN_IN_BASIC, .user = "mara" };
  g_autoptr (CfContact) nobody = cf_contact_new (&options, NULL);
  g_autoptr (CfSignIn) sign_in = cf_sign_in_new (&who, NULL);
  g_autoptr (GPtrArray) saved = new_list ();
  g_autoptr (CfContactBook) book = NULL;
  g_autoptr (CfContact) known = NULL;
  g_autoptr (CfContact) first = NULL;
  g_autoptr (CfContact) second = NULL;

  g_test_summary ("A password is asked for once, and not for hosts where it is saved");

  g_assert_true (cf_sign_in_resolve (sign_in, NULL, NULL));
  book = cf_contact_book_new (nobody, sign_in, saved, ask_cb, NULL);
  n_asked = 0;
  known = look_up (book, "pc.lab.example.org");
  g_assert_true (cf_contact_is_saved (known));
  g_assert_cmpuint (n_asked, ==, 0);
  g_assert_null (cf_contact_book_get_password (book));

  first = look_up (book, "elsewhere");
  second = look_up (book, "den");
  g_assert_cmpuint (n_asked, ==, 1);
  g_assert_true (first == second);
  g_assert_false (cf_contact_is_saved (first));
  g_assert_cmpstr (wsm_secret_peek (cf_contact_book_get_password (book), NULL), ==, "typed");
}

static void
test_book_of_realm (void)
{
  static const struct
  {
    CfSignInMethod method;
    gboolean is_saved;
  } cases[] = {
    { CF_SIGN_IN_AUTOMATIC, TRUE }, { CF_SIGN_IN_NEGOTIATE, TRUE }, { CF_SIGN_IN_KERBEROS, TRUE },
    { CF_SIGN_IN_NTLM, FALSE },     { CF_SIGN_IN_BASIC, FALSE },
  };
  g_autofree char *pin = g_strnfill (64, 'a');
  const CfContactOptions options = { .pin = pin };
  g_autoptr (CfContact) nobody = cf_contact_new (&options, NULL);
  g_autoptr (GPtrArray) saved = new_list ();

  g_test_summary ("A realm's password fits any name of a host, but no host gets it itself");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const CfSignInOptions who = { .method = cases[i].method, .user = "mara@EXAMPLE.ORG" };
      g_autoptr (CfSignIn) sign_in = cf_sign_in_new (&who, NULL);
      g_autoptr (CfContactBook) book = NULL;
      g_autoptr (CfContact) contact = NULL;

      g_assert_true (cf_sign_in_resolve (sign_in, NULL, NULL));
      book = cf_contact_book_new (nobody, sign_in, saved, ask_realm_cb, NULL);
      contact = look_up (book, "den");
      g_test_message ("%zu", i);
      g_assert_cmpint (cf_contact_is_saved (contact), ==, cases[i].is_saved);
      g_assert_cmpint (cf_contact_book_get_password (book) == NULL, ==, cases[i].is_saved);
    }
}

static void
test_book_of_nobody (void)
{
  g_autofree char *pin = g_strnfill (64, 'a');
  const CfContactOptions options = { .pin = pin };
  const CfSignInOptions who = { .method = CF_SIGN_IN_AUTOMATIC };
  g_autoptr (CfContact) nobody = cf_contact_new (&options, NULL);
  g_autoptr (CfSignIn) sign_in = cf_sign_in_new (&who, NULL);
  g_autoptr (GPtrArray) saved = new_list ();
  g_autoptr (CfContactBook) book = NULL;
  g_autoptr (CfContact) own = NULL;
  g_autoptr (CfContact) again = NULL;
  g_autoptr (CfContact) none = NULL;

  g_test_summary ("Without a name, saved passwords say who signs in; hosts share what is shared");

  g_assert_true (cf_sign_in_resolve (sign_in, NULL, NULL));
  g_assert_cmpint (cf_sign_in_get_proof (sign_in), ==, CF_SIGN_IN_BY_NOTHING);
  book = cf_contact_book_new (nobody, sign_in, saved, ask_cb, NULL);
  n_asked = 0;
  own = look_up (book, "pc.lab.example.org");
  again = look_up (book, "https://pc.lab.example.org:1");
  none = look_up (book, "elsewhere");
  g_assert_true (own == again && cf_contact_is_saved (own));
  g_assert_true (none == nobody);
  g_assert_cmpuint (n_asked, ==, 0);
}

static void
test_book_keeps_from_ntlm (void)
{
  g_autofree char *pin = g_strnfill (64, 'a');
  const CfContactOptions options = { .pin = pin };
  static const CfSignInOptions who[] = {
    { .method = CF_SIGN_IN_AUTOMATIC },
    { .method = CF_SIGN_IN_NEGOTIATE, .user = "LAB\\mara" },
  };
  g_autoptr (CfContact) nobody = cf_contact_new (&options, NULL);
  g_autoptr (GPtrArray)
    saved = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_saved_password_free);
  g_autoptr (WsmEndpoint) endpoint = wsm_endpoint_parse ("pc", "http", NULL);
  g_autoptr (WsmSecret) password = wsm_secret_new ("a", -1);

  g_test_summary ("What was saved for negotiate is no password for NTLM, whoever is named");

  g_ptr_array_add (saved, cf_saved_password_new (CF_SAVED_FOR_HOST, "pc", "LAB\\mara",
                                                 CF_SIGN_IN_NEGOTIATE, password));
  for (gsize i = 0; i < G_N_ELEMENTS (who); i++)
    {
      g_autoptr (CfSignIn) sign_in = cf_sign_in_new (&who[i], NULL);
      g_autoptr (CfContactBook) book = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (cf_sign_in_resolve (sign_in, NULL, NULL));
      book = cf_contact_book_new (nobody, sign_in, saved, ask_cb, NULL);
      g_assert_null (cf_contact_book_look_up (book, endpoint, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX);
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("curfew-keyring-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "keyring", NULL);
  int status;

  /* before libsecret looks; a ticket of whoever runs the tests is none of theirs */
  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", file, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
  g_setenv ("KRB5CCNAME", "FILE:/nonexistent/curfew", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fleet/keyring/find", test_find);
  g_test_add_func ("/fleet/keyring/file-backend", test_file_backend);
  g_test_add_func ("/fleet/contact-book/asks-once", test_book);
  g_test_add_func ("/fleet/contact-book/of-realm", test_book_of_realm);
  g_test_add_func ("/fleet/contact-book/of-nobody", test_book_of_nobody);
  g_test_add_func ("/fleet/contact-book/keeps-from-ntlm", test_book_keeps_from_ntlm);

  status = g_test_run ();
  g_unlink (file);
  g_rmdir (folder);
  return status;
}
