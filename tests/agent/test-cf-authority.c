/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-authority.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *directory;
  char *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->directory = g_dir_make_tmp ("curfew-XXXXXX", NULL);
  f->path = g_build_filename (f->directory, "access.conf", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_unlink (f->path);
  g_rmdir (f->directory);
  g_free (f->path);
  g_free (f->directory);
}

static CfAuthority *
load (Fixture *f, const char *contents, GError **error)
{
  g_unlink (f->path); /* a new file takes the mode, an old one may keep its own */
  g_assert_true (
    g_file_set_contents_full (f->path, contents, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  return cf_authority_new_from_file (f->path, error);
}

/* Monday to Sunday of a week, at 12:00 unless said otherwise */
static GDateTime *
at (int day, int hour)
{
  return g_date_time_new_utc (2026, 3, 1 + day, hour, 0, 0);
}

static CfVerbs
get_verbs_of (CfAuthority *authority, WsmPrincipal *principal, GDateTime *now)
{
  g_autoptr (GDateTime) time = now;

  return cf_authority_get_verbs (authority, principal, time);
}

static CfVerbs
get_verbs (CfAuthority *authority, const char *user, const char *realm)
{
  g_autoptr (WsmPrincipal) principal = wsm_principal_new (user, realm, "basic", "127.0.0.1");

  return get_verbs_of (authority, principal, at (1, 12));
}

/* @groups: (nullable): with commas */
static CfVerbs
get_verbs_in (CfAuthority *authority, const char *user, const char *groups, const char *address,
              GDateTime *now)
{
  g_auto (GStrv) names = g_strsplit (groups != NULL ? groups : "", ",", -1);
  g_autoptr (WsmPrincipal) principal = wsm_principal_new_full (
    &(const WsmPrincipalFacts){ .user = user,
                                .account = user,
                                .mechanism = "Basic",
                                .address = address,
                                .is_tls = TRUE,
                                .groups = (const char *const *) names });

  return get_verbs_of (authority, principal, now);
}

static void
test_reads_verbs (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CfAuthority) authority = load (f,
                                            "[user mara]\nallow=all\n"
                                            "[user kim]\nallow=status; restart ;abort\n",
                                            &error);

  g_test_summary ("A user may do the words of his group, a stranger nothing");

  g_assert_no_error (error);
  g_assert_cmpint (get_verbs (authority, "mara", NULL), ==, CF_VERB_ALL);
  g_assert_cmpint (get_verbs (authority, "kim", NULL), ==,
                   CF_VERB_STATUS | CF_VERB_RESTART | CF_VERB_ABORT);
  g_assert_cmpint (get_verbs (authority, "Kim", NULL), ==, CF_VERB_NONE);
  g_assert_cmpint (get_verbs (authority, "mallory", NULL), ==, CF_VERB_NONE);
  g_assert_cmpint (get_verbs (authority, "mara", "EVIL.EXAMPLE"), ==, CF_VERB_NONE);
}

static void
test_everyone (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CfAuthority)
    authority = load (f, "[user *]\nallow=status\n[user root]\nallow=\n", &error);

  g_test_summary ("[user *] stands for whoever is not named");

  g_assert_no_error (error);
  g_assert_cmpint (get_verbs (authority, "anybody", NULL), ==, CF_VERB_STATUS);
  g_assert_cmpint (get_verbs (authority, "root", NULL), ==, CF_VERB_NONE);
}

static void
test_most_specific_wins (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *user;
    const char *groups;
    CfVerbs verbs;
  } cases[] = {
    { "mara", NULL, CF_VERB_STATUS },
    { "mara", "sudo", CF_VERB_STATUS | CF_VERB_RESTART },
    { "mara", "users,sudo", CF_VERB_STATUS | CF_VERB_RESTART },
    { "mara", "sudo,night shift", CF_VERB_STATUS | CF_VERB_RESTART | CF_VERB_POWEROFF },
    { "mara", "guests", CF_VERB_NONE },
    { "mara", "guests,sudo", CF_VERB_STATUS | CF_VERB_RESTART },
    { "kim", "sudo,night shift", CF_VERB_ABORT },
    { "sudo", NULL, CF_VERB_STATUS },
    { "mara", "kim", CF_VERB_STATUS },
    { "mara", "SUDO", CF_VERB_STATUS },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (CfAuthority) authority = load (f,
                                            "[user *]\nallow=status\n"
                                            "[group sudo]\nallow=status;restart\n"
                                            "[group night shift]\nallow=poweroff\n"
                                            "[group guests]\nallow=\n"
                                            "[user kim]\nallow=abort\n",
                                            &error);
  static const char *const sudo[] = { "sudo", NULL };
  g_autoptr (WsmPrincipal) foreign = wsm_principal_new_full (&(const WsmPrincipalFacts){
    .user = "kim", .realm = "EVIL.EXAMPLE", .mechanism = "Kerberos", .groups = sudo });

  g_test_summary ("A rule about the user decides alone, else all about the groups, else [user *]");

  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s in %s", cases[i].user, cases[i].groups);
      g_assert_cmpint (
        get_verbs_in (authority, cases[i].user, cases[i].groups, "192.0.2.7", at (1, 12)), ==,
        cases[i].verbs);
    }
  g_assert_cmpint (get_verbs_of (authority, foreign, at (1, 12)), ==, CF_VERB_STATUS);
}

static void
test_principals (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *user;
    const char *realm;
    const char *account;
    const char *group;
    CfVerbs verbs;
  } cases[] = {
    /* the principal itself, whatever its account may do */
    { "mara", "CORP.TEST", "mara", "sudo", CF_VERB_RESTART },
    { "mara", "CORP.TEST", NULL, NULL, CF_VERB_RESTART },
    { "kim/admin", "CORP.TEST", NULL, NULL, CF_VERB_HALT },
    /* its account, and the account's groups */
    { "mara", "LAB.TEST", "mara", NULL, CF_VERB_ABORT },
    { "m.kim", "LAB.TEST", "mara", "sudo", CF_VERB_ABORT },
    { "lee", "LAB.TEST", "lee", "sudo", CF_VERB_POWEROFF },
    { "lee", "CORP.TEST", "lee", "sudo", CF_VERB_POWEROFF },
    /* no account: no groups either, whatever the name is */
    { "lee", "LAB.TEST", NULL, "sudo", CF_VERB_STATUS },
    { "mara", "LAB.TEST", NULL, NULL, CF_VERB_STATUS },
    { "sudo", "LAB.TEST", NULL, "sudo", CF_VERB_STATUS },
    /* the realm, as it is spelled */
    { "lee", "CORP.TEST", NULL, "sudo", CF_VERB_FORCE },
    { "lee", "CORP.TEST", "lee", "users", CF_VERB_FORCE },
    { "lee", "corp.test", NULL, NULL, CF_VERB_STATUS },
    { "mara", "corp.test", NULL, NULL, CF_VERB_STATUS },
    { "lee", "SUB.CORP.TEST", NULL, NULL, CF_VERB_STATUS },
    /* a local name is in no realm, and an @ in it makes no principal of another account */
    { "mara", NULL, "mara", NULL, CF_VERB_ABORT },
    { "lee", NULL, "lee", NULL, CF_VERB_STATUS },
    { "CORP.TEST", NULL, "CORP.TEST", NULL, CF_VERB_STATUS },
    { "ada@corp", NULL, "ada@corp", NULL, CF_VERB_GRACE_OVERRIDE },
    /* what could be read in two ways is nobody */
    { "mara", "X@CORP.TEST", NULL, NULL, CF_VERB_STATUS },
    { "kim", "dept@CORP.TEST", NULL, NULL, CF_VERB_STATUS },
    { "kim@dept", "CORP.TEST", NULL, NULL, CF_VERB_ABORT | CF_VERB_STATUS },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (CfAuthority) authority = load (f,
                                            "[user mara@CORP.TEST]\nallow=restart\n"
                                            "[user kim/admin@CORP.TEST]\nallow=halt\n"
                                            "[user kim@dept@CORP.TEST]\nallow=abort;status\n"
                                            "[user ada@corp]\nallow=grace-override\n"
                                            "[user mara]\nallow=abort\n"
                                            "[group sudo]\nallow=poweroff\n"
                                            "[realm CORP.TEST]\nallow=force\n"
                                            "[user *]\nallow=status\n",
                                            &error);

  g_test_summary ("The principal decides, else its account, else the account's groups, else the "
                  "realm, else [user *]");

  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const groups[] = { cases[i].group, NULL };
      g_autoptr (WsmPrincipal)
        principal = wsm_principal_new_full (&(const WsmPrincipalFacts){ .user = cases[i].user,
                                                                        .realm = cases[i].realm,
                                                                        .account = cases[i].account,
                                                                        .mechanism = "Kerberos",
                                                                        .address = "192.0.2.7",
                                                                        .groups = groups });

      g_test_message ("%s of %s, account %s in %s", cases[i].user, cases[i].realm, cases[i].account,
                      cases[i].group);
      g_assert_cmpint (get_verbs_of (authority, principal, at (1, 12)), ==, cases[i].verbs);
    }
}

static void
test_when (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CfAuthority) authority = load (f,
                                            "[user mara]\nallow=all\n"
                                            "when=Mon-Fri 18:00-06:00; Sat,Sun ;\n"
                                            "[group day]\nallow=restart;status\n"
                                            "when=08:00-18:00\n"
                                            "[group night]\nallow=force\nwhen=18:00-08:00\n",
                                            &error);

  g_test_summary ("Outside of the times only looking and calling off remain");

  g_assert_true (cf_authority_has_times (authority));
  g_assert_no_error (error);
  g_assert_cmpint (get_verbs_in (authority, "mara", NULL, NULL, at (1, 12)), ==,
                   CF_VERB_STATUS | CF_VERB_ABORT);
  g_assert_cmpint (get_verbs_in (authority, "mara", NULL, NULL, at (1, 18)), ==, CF_VERB_ALL);
  g_assert_cmpint (get_verbs_in (authority, "mara", NULL, NULL, at (2, 5)), ==, CF_VERB_ALL);
  g_assert_cmpint (get_verbs_in (authority, "mara", NULL, NULL, at (6, 12)), ==, CF_VERB_ALL);
  /* each rule has its own times */
  g_assert_cmpint (get_verbs_in (authority, "kim", "day,night", NULL, at (1, 12)), ==,
                   CF_VERB_RESTART | CF_VERB_STATUS);
  g_assert_cmpint (get_verbs_in (authority, "kim", "day,night", NULL, at (1, 20)), ==,
                   CF_VERB_FORCE | CF_VERB_STATUS);
}

static void
test_from (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *address;
    gboolean is_let_in;
  } cases[] = {
    { "192.0.2.7", TRUE },
    { "192.0.3.7", FALSE },
    { "::ffff:192.0.2.7", TRUE },
    { "::ffff:192.0.3.7", FALSE },
    { "::192.0.2.7", FALSE },
    { "2001:db8::1", TRUE },
    { "2001:db9::1", FALSE },
    { "198.51.100.21", TRUE },
    { "198.51.100.22", FALSE },
    { "fe80::1%1", FALSE },
    { "", FALSE },
    { "nonsense", FALSE },
    { NULL, FALSE },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (CfAuthority) authority = load (f,
                                            "[user mara]\nallow=all\n"
                                            "from=192.0.2.0/24; 2001:db8::/32; 198.51.100.21\n"
                                            "[user *]\nallow=status\n",
                                            &error);

  g_test_summary ("Who comes from elsewhere may do nothing, not even what everyone may");

  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].address != NULL ? cases[i].address : "(no address)");
      g_assert_cmpint (get_verbs_in (authority, "mara", NULL, cases[i].address, at (1, 12)), ==,
                       cases[i].is_let_in ? CF_VERB_ALL : CF_VERB_NONE);
    }
}

static void
test_refuses_files (Fixture *f, gconstpointer data)
{
  const struct
  {
    const char *contents;
    const char *named;
  } cases[] = {
    { "[user mara]\nallow=status;reboot\n", "reboot" },
    { "[user mara]\nalow=status\n", "alow" },
    { "[group *]\nallow=status\n", "group *" },
    { "[group]\nallow=status\n", "[group]" },
    { "[groups sudo]\nallow=status\n", "groups sudo" },
    { "[user  mara]\nallow=status\n", "user  mara" },
    { "[user mara ]\nallow=status\n", "user mara " },
    { "[user ]\nallow=status\n", "user" },
    { "[realm ]\nallow=status\n", "realm" },
    { "[realm *]\nallow=status\n", "realm *" },
    { "[group *]\nallow=status\n", "group *" },
    { "[user *@CORP.TEST]\nallow=status\n", "[realm CORP.TEST]" },
    { "[user @CORP.TEST]\nallow=status\n", "user @CORP.TEST" },
    { "[user mara@]\nallow=status\n", "user mara@" },
    { "[user mara]\n", "allow" },
    { "allow=status\n", "access.conf" },
    { "[user mara\nallow=status\n", "access.conf" },
    { "[user mara]\nallow=status\\x\n", "allow" },
    { "[user mara]\nallow=status,restart\n", "status,restart" },
    { "[user mara]\nallow=status;;restart\n", "“”" },
    { "[user mara]\nallow=status\nwhen=\n", "when" },
    { "[user mara]\nallow=status\nwhen=Mon;Tuesday\n", "Tuesday" },
    { "[user mara]\nallow=status\nwhen=8:00-12:00\n", "8:00-12:00" },
    { "[user mara]\nallow=status\nfrom=\n", "from" },
    { "[user mara]\nallow=status\nfrom=192.0.2.1/24\n", "192.0.2.1/24" },
    { "[user mara]\nallow=status\nfrom=192.0.2.0/33\n", "192.0.2.0/33" },
    { "[user mara]\nallow=status\nfrom=0.0.0.0/\n", "0.0.0.0/" },
    { "[user mara]\nallow=status\nfrom=::/ 0\n", "::/ 0" },
    { "[user mara]\nallow=status\nfrom=0.0.0.0/+0\n", "0.0.0.0/+0" },
    { "[user mara]\nallow=status\nfrom=0.0.0.0/00\n", "0.0.0.0/00" },
    { "[user mara]\nallow=status\nfrom=0.0.0.0/-1\n", "0.0.0.0/-1" },
    { "[user mara]\nallow=status\nfrom=0.0.0.0/4294967296\n", "0.0.0.0/4294967296" },
    { "[user mara]\nallow=status\nfrom=::/312\n", "::/312" },
    { "[user mara]\nallow=status\nfrom=::/129\n", "::/129" },
    { "[user mara]\nallow=status\nfrom=::/0/0\n", "::/0/0" },
    { "[user mara]\nallow=status\nfrom=/0\n", "/0" },
    { "[user mara]\nallow=status\nfrom=fe80::%lo/64\n", "fe80::%lo/64" },
    { "[user mara]\nallow=status\nfrom=console.example\n", "console.example" },
    { "[user mara]\nallow=status\nfrom=192.0.2\n", "192.0.2" },
    { "[user mara]\nallow=status\n[user kim]\nallow=\n[user mara]\nallow=all\n", "line 5" },
    { "[user mara]\nallow=status\n allow = all\n", "line 3" },
    { "[user mara]\nallow=status\nallow[de]=all\n", "allow[de]" },
    { "[user m\xff]\nallow=status\n", "UTF-8" },
  };

  g_test_summary ("What cannot be understood is refused, and named");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CfAuthority) authority = load (f, cases[i].contents, &error);

      g_assert_null (authority);
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].named));
      g_assert_nonnull (strstr (error->message, f->path));
    }
}

static void
test_hides_nothing (Fixture *f, gconstpointer data)
{
  static const char contents[] = "[user mara]\nallow=status\0;restart\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (CfAuthority)
    authority = cf_authority_new_from_data ("access.conf", contents, sizeof contents - 1, &error);

  g_test_summary ("What an editor shows is what counts");

  g_assert_null (authority);
  g_assert_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_UNKNOWN_ENCODING);
}

static void
test_distrusts_files (Fixture *f, gconstpointer data)
{
  const int modes[] = { 0620, 0602, 0666 };
  g_autoptr (CfAuthority) missing = NULL;
  g_autoptr (CfAuthority) directory = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("A file that others may write, or that is none, decides nothing");

  missing = cf_authority_new_from_file (f->path, &error);
  g_assert_null (missing);
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);

  directory = cf_authority_new_from_file (f->directory, &error);
  g_assert_null (directory);
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM);

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr (CfAuthority) authority = load (f, "[user *]\nallow=all\n", NULL);
      g_autoptr (CfAuthority) writable = NULL;
      g_autoptr (GError) mode_error = NULL;

      g_assert_nonnull (authority);
      g_assert_cmpint (g_chmod (f->path, modes[i]), ==, 0);
      writable = cf_authority_new_from_file (f->path, &mode_error);
      g_assert_null (writable);
      g_assert_error (mode_error, G_FILE_ERROR, G_FILE_ERROR_PERM);
    }
}

static void
test_may_initiate (Fixture *f, gconstpointer data)
{
  const struct
  {
    const char *allow;
    guint32 flags;
    gboolean may;
  } cases[] = {
    { "restart", CF_SHUTDOWN_RESTART, TRUE },
    { "status", CF_SHUTDOWN_RESTART, FALSE },
    { "restart", CF_SHUTDOWN_POWEROFF, FALSE },
    { "poweroff", CF_SHUTDOWN_POWEROFF, TRUE },
    { "halt", CF_SHUTDOWN_NOREBOOT, TRUE },
    { "restart;poweroff", CF_SHUTDOWN_NOREBOOT, FALSE },
    /* what the flags come to counts, not what they say */
    { "restart", CF_SHUTDOWN_RESTART | CF_SHUTDOWN_NOREBOOT, FALSE },
    { "restart", CF_SHUTDOWN_NO_FLAGS, FALSE },
    { "poweroff", CF_SHUTDOWN_NO_FLAGS, TRUE },
    { "restart", CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS, FALSE },
    { "restart;force", CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS, TRUE },
    { "restart", CF_SHUTDOWN_RESTART | CF_SHUTDOWN_GRACE_OVERRIDE, FALSE },
    { "restart;grace-override", CF_SHUTDOWN_RESTART | CF_SHUTDOWN_GRACE_OVERRIDE, TRUE },
    { "all", CF_SHUTDOWN_FLAGS_MASK, TRUE },
  };
  g_autoptr (WsmPrincipal) mara = wsm_principal_new ("mara", NULL, "basic", "127.0.0.1");
  g_autoptr (GDateTime) now = at (1, 12);

  g_test_summary ("Each action, forcing and overriding need their own word");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *contents = g_strdup_printf ("[user mara]\nallow=%s\n", cases[i].allow);
      g_autoptr (CfAuthority) authority = load (f, contents, NULL);
      g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
      g_autoptr (CfShutdownRequest) request = NULL;

      cf_shutdown_request_builder_add_flags (builder, cases[i].flags);
      request = cf_shutdown_request_builder_end_received (builder, NULL);
      g_test_message ("%s, flags 0x%02x", cases[i].allow, cases[i].flags);
      g_assert_cmpint (cf_authority_may_initiate (authority, mara, request, now), ==, cases[i].may);
    }
}

static void
test_may_initiate_at_times (Fixture *f, gconstpointer data)
{
  g_autoptr (CfAuthority) authority = load (f, "[user mara]\nallow=all\nwhen=18:00-06:00\n", NULL);
  g_autoptr (WsmPrincipal) mara = wsm_principal_new ("mara", NULL, "Basic", NULL);
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  g_autoptr (CfShutdownRequest) request = NULL;
  g_autoptr (GDateTime) noon = at (1, 12);
  g_autoptr (GDateTime) evening = at (1, 20);

  cf_shutdown_request_builder_add_flags (builder, CF_SHUTDOWN_RESTART);
  request = cf_shutdown_request_builder_end_received (builder, NULL);
  g_assert_false (cf_authority_may_initiate (authority, mara, request, noon));
  g_assert_true (cf_authority_may_initiate (authority, mara, request, evening));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add ("/agent/authority/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("reads-verbs", test_reads_verbs);
  ADD ("everyone", test_everyone);
  ADD ("most-specific-wins", test_most_specific_wins);
  ADD ("principals", test_principals);
  ADD ("when", test_when);
  ADD ("from", test_from);
  ADD ("hides-nothing", test_hides_nothing);
  ADD ("refuses-what-it-cannot-read", test_refuses_files);
  ADD ("distrusts-writable-files", test_distrusts_files);
  ADD ("may-initiate", test_may_initiate);
  ADD ("may-initiate-at-times", test_may_initiate_at_times);
  return g_test_run ();
}
