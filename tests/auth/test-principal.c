/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsman/auth/wsm-principal.h"

static void
test_keeps_what_it_was_given (void)
{
  g_autoptr (WsmPrincipal) self = wsm_principal_new ("mara", NULL, "Basic", "192.0.2.7");
  g_autoptr (WsmPrincipal) same = wsm_principal_ref (self);
  g_autofree char *text = wsm_principal_to_string (same);

  g_assert_cmpstr (wsm_principal_get_user (self), ==, "mara");
  g_assert_null (wsm_principal_get_realm (self));
  g_assert_cmpstr (wsm_principal_get_mechanism (self), ==, "Basic");
  g_assert_cmpstr (wsm_principal_get_address (self), ==, "192.0.2.7");
  g_assert_cmpstr (text, ==, "mara");
}

static void
test_shows_its_realm (void)
{
  g_autoptr (WsmPrincipal) self = wsm_principal_new ("mara", "EXAMPLE.NET", "Kerberos", NULL);
  g_autofree char *text = wsm_principal_to_string (self);

  g_assert_cmpstr (wsm_principal_get_realm (self), ==, "EXAMPLE.NET");
  g_assert_null (wsm_principal_get_address (self));
  g_assert_cmpstr (text, ==, "mara@EXAMPLE.NET");
}

static void
test_has_groups (void)
{
  char **groups = g_strsplit ("mara,sudo", ",", -1);
  g_autoptr (WsmPrincipal) self = wsm_principal_new_full (
    &(const WsmPrincipalFacts){ .user = "mara",
                                .account = "mara",
                                .mechanism = "Basic",
                                .is_tls = TRUE,
                                .groups = (const char *const *) groups });
  g_autoptr (WsmPrincipal) lonely = wsm_principal_new ("mara", NULL, "Basic", NULL);

  g_strfreev (groups);
  g_assert_true (wsm_principal_is_tls (self));
  g_assert_cmpstr (wsm_principal_get_groups (self)[1], ==, "sudo");
  g_assert_null (wsm_principal_get_groups (self)[2]);
  g_assert_false (wsm_principal_is_tls (lonely));
  g_assert_null (wsm_principal_get_groups (lonely)[0]);
}

static void
test_key (void)
{
  static const struct
  {
    const char *user;
    const char *realm;
  } rows[] = {
    { "mara", NULL },       { "mara", "A.TEST" }, { "mara", "B.TEST" }, { "mara@A.TEST", NULL },
    { "mara@A", "TEST" },   { "mara", "A@TEST" }, { "Mara", "A.TEST" }, { "4:mara@A.TEST", NULL },
    { "4:mara", "A.TEST" }, { "0:mara", NULL },
  };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_test_summary ("Different identities have different keys, however they are spelled");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (WsmPrincipal)
        self = wsm_principal_new (rows[i].user, rows[i].realm, "Kerberos", NULL);
      g_autoptr (WsmPrincipal)
        same = wsm_principal_new (rows[i].user, rows[i].realm, "NTLM", "192.0.2.7");
      char *key = wsm_principal_dup_key (self);
      g_autofree char *other = wsm_principal_dup_key (same);

      g_test_message ("%s", key);
      g_assert_cmpstr (key, ==, other);
      g_assert_true (g_hash_table_add (seen, key));
    }
}

static void
test_is_a_boxed_value (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (WsmPrincipal) self = wsm_principal_new ("mara", NULL, "Basic", NULL);

  g_value_init (&value, WSM_TYPE_PRINCIPAL);
  g_value_set_boxed (&value, self);
  g_assert_true (g_value_get_boxed (&value) == self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/auth/principal/keeps-what-it-was-given", test_keeps_what_it_was_given);
  g_test_add_func ("/auth/principal/shows-its-realm", test_shows_its_realm);
  g_test_add_func ("/auth/principal/has-groups", test_has_groups);
  g_test_add_func ("/auth/principal/has-a-key-of-its-own", test_key);
  g_test_add_func ("/auth/principal/is-a-boxed-value", test_is_a_boxed_value);

  return g_test_run ();
}
