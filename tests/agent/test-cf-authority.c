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

static CfVerbs
get_verbs (CfAuthority *authority, const char *user, const char *realm)
{
  g_autoptr (WsmPrincipal) principal = wsm_principal_new (user, realm, "basic", "127.0.0.1");

  return cf_authority_get_verbs (authority, principal);
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
test_refuses_files (Fixture *f, gconstpointer data)
{
  const struct
  {
    const char *contents;
    const char *named;
  } cases[] = {
    { "[user mara]\nallow=status;reboot\n", "reboot" },
    { "[user mara]\nalow=status\n", "alow" },
    { "[group sudo]\nallow=status\n", "group sudo" },
    { "[user ]\nallow=status\n", "user" },
    { "[user mara]\n", "allow" },
    { "allow=status\n", "access.conf" },
    { "[user mara\nallow=status\n", "access.conf" },
  };

  g_test_summary ("What cannot be understood is refused, and named");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CfAuthority) authority = load (f, cases[i].contents, &error);

      g_assert_null (authority);
      g_assert_nonnull (error);
      g_test_message ("%s → %s", cases[i].contents, error->message);
      g_assert_nonnull (strstr (error->message, cases[i].named));
      g_assert_nonnull (strstr (error->message, f->path));
    }
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
      g_assert_cmpint (cf_authority_may_initiate (authority, mara, request), ==, cases[i].may);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add ("/agent/authority/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("reads-verbs", test_reads_verbs);
  ADD ("everyone", test_everyone);
  ADD ("refuses-what-it-cannot-read", test_refuses_files);
  ADD ("distrusts-writable-files", test_distrusts_files);
  ADD ("may-initiate", test_may_initiate);
  return g_test_run ();
}
