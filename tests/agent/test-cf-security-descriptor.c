/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-security-descriptor.h"

#include <string.h>

static WsmPrincipal *
make_caller (const char *user, const char *realm, const char *account, const char *group)
{
  const char *const groups[] = { group, NULL };

  return wsm_principal_new_full (&(const WsmPrincipalFacts){ .user = user,
                                                             .realm = realm,
                                                             .account = account,
                                                             .mechanism = "Basic",
                                                             .address = "192.0.2.7",
                                                             .is_tls = TRUE,
                                                             .groups = groups });
}

static void
test_rights (void)
{
  static const struct
  {
    const char *sddl;
    guint32 right;
    gboolean anybody;
    gboolean administrator;
  } rows[] = {
    /* the usual one: administrators only, audited */
    { "O:NSG:BAD:P(A;;GA;;;BA)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)", CF_SECURITY_EXECUTE, FALSE,
      TRUE },
    { "D:(A;;GX;;;WD)", CF_SECURITY_EXECUTE, TRUE, TRUE },
    { "D:(A;;GX;;;WD)", CF_SECURITY_READ, FALSE, FALSE },
    { "D:(A;;GXGR;;;AU)", CF_SECURITY_READ, TRUE, TRUE },
    { "D:(A;;0x20000000;;;S-1-1-0)", CF_SECURITY_EXECUTE, TRUE, TRUE },
    { "D:(A;;0xA0000000;;;S-1-5-11)", CF_SECURITY_READ, TRUE, TRUE },
    { "D:(A;;GA;;;S-1-5-32-544)", CF_SECURITY_WRITE, FALSE, TRUE },
    /* the first entry that fits decides */
    { "D:(D;;GX;;;BA)(A;;GA;;;WD)", CF_SECURITY_EXECUTE, TRUE, FALSE },
    { "D:(D;;GX;;;BA)(A;;GA;;;WD)", CF_SECURITY_READ, TRUE, TRUE },
    { "D:(A;;GA;;;WD)(D;;GA;;;BA)", CF_SECURITY_EXECUTE, TRUE, TRUE },
    { "D:(D;;GA;;;WD)(A;;GA;;;BA)", CF_SECURITY_EXECUTE, FALSE, FALSE },
    /* others are nobody here */
    { "D:(A;;GA;;;RM)(A;;GA;;;S-1-5-21-1-2-3-500)", CF_SECURITY_EXECUTE, FALSE, FALSE },
    /* an empty list allows nobody; one that says so allows everybody */
    { "D:", CF_SECURITY_READ, FALSE, FALSE },
    { "D:PAI", CF_SECURITY_READ, FALSE, FALSE },
    { "D:NO_ACCESS_CONTROL", CF_SECURITY_READ, TRUE, TRUE },
    { "D:PARAI(A;CIOI;GR;;;WD)", CF_SECURITY_READ, TRUE, TRUE },
    /* what is only for those that inherit */
    { "D:(A;CIIO;GA;;;WD)", CF_SECURITY_READ, FALSE, FALSE },
    { "D:(D;IO;GA;;;WD)(A;;GA;;;WD)", CF_SECURITY_READ, TRUE, TRUE },
    /* rights of other kinds of objects are none here */
    { "D:(A;;0x1F01FF;;;WD)", CF_SECURITY_READ, FALSE, FALSE },
  };
  g_autoptr (WsmPrincipal) mara = make_caller ("mara", NULL, "mara", "users");
  g_autoptr (WsmPrincipal) root = make_caller ("root", NULL, "root", NULL);

  g_test_summary ("Entries allow and deny as [MS-DTYP] has it");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CfSecurityDescriptor)
        descriptor = cf_security_descriptor_parse (rows[i].sddl, &error);

      g_test_message ("%s", rows[i].sddl);
      g_assert_no_error (error);
      g_assert_cmpint (cf_security_descriptor_allows (descriptor, mara, rows[i].right), ==,
                       rows[i].anybody);
      g_assert_cmpint (cf_security_descriptor_allows (descriptor, root, rows[i].right), ==,
                       rows[i].administrator);
    }
}

static void
test_administrators (void)
{
  static const struct
  {
    const char *user;
    const char *realm;
    const char *account;
    const char *group;
    gboolean is_administrator;
  } rows[] = {
    { "root", NULL, "root", NULL, TRUE },
    { "mara", NULL, "mara", "sudo", TRUE },
    { "mara", NULL, "mara", "wheel", TRUE },
    { "mara", NULL, "mara", "users", FALSE },
    { "mara", NULL, "mara", "sudoers", FALSE },
    { "root", "EXAMPLE.ORG", NULL, NULL, FALSE },
    { "mara", "EXAMPLE.ORG", NULL, "sudo", FALSE },
    { "mara", "EXAMPLE.ORG", "mara", "sudo", TRUE },
    { "mara", "EXAMPLE.ORG", "mara", "users", FALSE },
  };
  g_autoptr (CfSecurityDescriptor)
    descriptor = cf_security_descriptor_parse ("D:(A;;GA;;;BA)", NULL);

  g_test_summary ("BA is root, and the groups that may become root, of this host alone");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (WsmPrincipal)
        caller = make_caller (rows[i].user, rows[i].realm, rows[i].account, rows[i].group);

      g_assert_cmpint (cf_security_descriptor_allows (descriptor, caller, CF_SECURITY_EXECUTE), ==,
                       rows[i].is_administrator);
    }
}

static void
test_strangers (void)
{
  g_autoptr (CfSecurityDescriptor) descriptor = cf_security_descriptor_parse (
    "O:NSD:(A;;GA;;;RM)(A;;GX;;;S-1-5-21-1-2-3-500)(A;;GR;;;RM)(A;;GR;;;WD)", NULL);
  const char *const expected[] = { "RM", "S-1-5-21-1-2-3-500", NULL };

  g_test_summary ("Whom nobody is here is told once each, owners not");

  g_assert_cmpstrv (cf_security_descriptor_get_strangers (descriptor), expected);
}

static void
test_mistakes (void)
{
  static const struct
  {
    const char *sddl;
    const char *where;
  } rows[] = {
    { "", "empty" },
    { "x", "character 1," },
    { "D", "character 1," },
    { "D:(A;;GA;;;WD", "character 14," },
    { "D:(A;;GA;;;W)", "character 12," },
    { "D:(A;;GA;;;ZZ)", "character 12," },
    { "D:(A;;GA;;;S-1-)", "character 12," },
    { "D:(A;;GA;;;S-1-5)", "character 12," },
    { "D:(A;;GA;;;S-1-5--7)", "character 12," },
    { "D:(A;;GA;;;S-1-5-0x7)", "character 12," },
    { "D:(A;;GQ;;;WD)", "character 7," },
    { "D:(A;;GAG;;;WD)", "character 9," },
    { "D:(A;;0x;;;WD)", "character 7," },
    { "D:(A;;0x123456789;;;WD)", "character 7," },
    { "D:(A;;GA;12345678-1234-1234-1234-123456789012;;WD)", "character 10," },
    { "D:(OA;;GA;;;WD)", "character 4," },
    { "D:(XA;;GX;;;WD;(@User.clearance >= 3))", "character 4," },
    { "D:(A;;GA;;;WD)x", "character 15," },
    { "D:(A;;GA;;;WD)D:(D;;GA;;;WD)", "character 15," },
    { "D:(A;;GA;;;WD)O:BA", "character 15," },
    { "S:(AU;FA;GA;;;WD", "character 3," },
    { "O:", "character 3," },
    { "D:(A;;GA;;;WD) ", "character 15," },
    { "D:(A;;GA;;;\xc3\xa4)", "character 12," },
    { "D:(D;;GA;;;NU)(A;;GA;;;AU)", "character 14," },
    { "D:(D;;GA;;;S-1-5-21-1-2-3-500)(A;;GA;;;AU)", "keep out nobody" },
    { "D:(D;;0x1F01FF;;;WD)(A;;GA;;;WD)", "denies none" },
    { "D:(D;;;;;WD)(A;;GA;;;WD)", "denies none" },
    { "O:BAG:BA", "there is no D:" },
  };
  g_autoptr (GString) many = g_string_new ("D:");

  g_test_summary ("What cannot be read is refused, with the place");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", rows[i].sddl);
      g_assert_null (cf_security_descriptor_parse (rows[i].sddl, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, rows[i].where));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }

  for (guint i = 0; i <= CF_SECURITY_MAX_ENTRIES; i++)
    g_string_append (many, "(A;;GA;;;WD)");
  g_assert_null (cf_security_descriptor_parse (many->str, NULL));
  for (gsize i = many->len; i <= CF_SECURITY_MAX_LENGTH; i++)
    g_string_append_c (many, 'P');
  g_assert_null (cf_security_descriptor_parse (many->str, NULL));
}

static void
test_every_prefix (void)
{
  static const char sddl[] = "O:NSG:S-1-5-20D:PAI(A;CI;GAGX;;;BA)(A;;0xE0000000;;;S-1-5-21-1-2)"
                             "S:P(AU;FA;GA;;;WD)";

  g_test_summary ("No prefix of a text, and no text with another octet in it, is read wrongly");

  for (gsize length = 1; length <= strlen (sddl); length++)
    for (guint octet = 0; octet < 256; octet++)
      {
        g_autofree char *text = g_strndup (sddl, length);
        g_autoptr (CfSecurityDescriptor) descriptor = NULL;
        g_autoptr (GError) error = NULL;

        text[length - 1] = octet == 0 ? sddl[length - 1] : (char) octet;
        descriptor = cf_security_descriptor_parse (text, &error);
        g_assert_true ((descriptor == NULL) == (error != NULL));
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/agent/security-descriptor/rights", test_rights);
  g_test_add_func ("/agent/security-descriptor/administrators", test_administrators);
  g_test_add_func ("/agent/security-descriptor/strangers", test_strangers);
  g_test_add_func ("/agent/security-descriptor/mistakes", test_mistakes);
  g_test_add_func ("/agent/security-descriptor/every-prefix", test_every_prefix);
  return g_test_run ();
}
