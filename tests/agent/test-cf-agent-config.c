/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-agent-config.h"

#include <glib/gstdio.h>
#include <string.h>

static gboolean
load (CfAgentConfig *config, const char *contents, GError **error)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("curfew-XXXXXX", &path, NULL);
  gboolean loaded;

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, contents, -1, NULL));
  loaded = cf_agent_config_load (config, path, error);
  g_unlink (path);
  return loaded;
}

static void
test_defaults (void)
{
  g_autoptr (CfAgentConfig) real = cf_agent_config_new (FALSE);
  g_autoptr (CfAgentConfig) rehearsal = cf_agent_config_new (TRUE);

  g_test_summary ("Without a file: identify, no halt but in a rehearsal, no https, nobody");

  g_assert_true (real->identify);
  g_assert_false (real->allow_halt);
  g_assert_true (rehearsal->allow_halt);
  g_assert_cmpstr (real->pam_service, ==, "curfew");
  g_assert_null (real->certificate_file);
  g_assert_null (real->access_file);
  g_assert_cmpuint (real->limits.body_size, ==, 153600);
  g_assert_cmpuint (real->settle_seconds, ==, 120);
  g_assert_cmpint (real->on_stop, ==, CF_ON_STOP_CANCEL);
  g_assert_true (real->may_postpone);
  g_assert_cmpint (real->extend, ==, CF_EXTEND_OWN);
  g_assert_null (real->logo);
  g_assert_false (real->text_when_locked);
  g_assert_true (real->sound);
  g_assert_true (real->respect_meetings);
  g_assert_null (real->keytab);
  g_assert_null (real->ntlm_users);
  g_assert_null (real->client_authorities);
  g_assert_null (real->certificate_users);
  g_assert_cmpint (real->kerberos_binding, ==, WSM_BINDING_OFFERED);
  g_assert_cmpint (real->ntlm_binding, ==, WSM_BINDING_REQUIRED);
}

static void
test_reads_all (void)
{
  g_autoptr (CfAgentConfig) config = cf_agent_config_new (FALSE);
  g_autoptr (GError) error = NULL;

  g_test_summary ("Every setting is read");

  g_assert_true (load (config,
                       "[agent]\nidentify=no\nallow-halt = yes\npam-service=login\n"
                       "settle-seconds=0\non-stop=keep\n[people]\npostpone=no\nextend=none\n"
                       "[organization]\nname=Contoso IT\nhelp=4711\nlogo=/l.png\n"
                       "[warning]\ntext-when-locked=yes\nsound=no\nrespect-meetings=no\n"
                       "[tls]\ncertificate-file=/a.pem\nprivate-key-file=/b.pem\n"
                       "[kerberos]\nkeytab=/k\nchannel-binding=required\n"
                       "[ntlm]\nusers=/n\nchannel-binding=offered\n"
                       "[certificates]\nauthorities=/ca.pem\nusers=/cu\n"
                       "[access]\nfile=/c.conf\n[limits]\nconnections=500\nthrottle-seconds=60\n"
                       "password-checks-per-minute=7\n",
                       &error));
  g_assert_no_error (error);
  g_assert_false (config->identify);
  g_assert_true (config->allow_halt);
  g_assert_cmpstr (config->pam_service, ==, "login");
  g_assert_cmpuint (config->settle_seconds, ==, 0);
  g_assert_cmpint (config->on_stop, ==, CF_ON_STOP_KEEP);
  g_assert_false (config->may_postpone);
  g_assert_cmpint (config->extend, ==, CF_EXTEND_NONE);
  g_assert_cmpstr (config->organization, ==, "Contoso IT");
  g_assert_cmpstr (config->help_contact, ==, "4711");
  g_assert_cmpstr (config->logo, ==, "/l.png");
  g_assert_true (config->text_when_locked);
  g_assert_false (config->sound);
  g_assert_false (config->respect_meetings);
  g_assert_cmpstr (config->certificate_file, ==, "/a.pem");
  g_assert_cmpstr (config->private_key_file, ==, "/b.pem");
  g_assert_cmpstr (config->access_file, ==, "/c.conf");
  g_assert_cmpstr (config->keytab, ==, "/k");
  g_assert_cmpint (config->kerberos_binding, ==, WSM_BINDING_REQUIRED);
  g_assert_cmpstr (config->ntlm_users, ==, "/n");
  g_assert_cmpint (config->ntlm_binding, ==, WSM_BINDING_OFFERED);
  g_assert_cmpstr (config->client_authorities, ==, "/ca.pem");
  g_assert_cmpstr (config->certificate_users, ==, "/cu");
  g_assert_cmpuint (config->limits.connections, ==, 500);
  g_assert_cmpuint (config->limits.throttle_seconds, ==, 60);
  g_assert_cmpuint (config->limits.password_checks_per_minute, ==, 7);
}

static void
test_refuses (void)
{
  const struct
  {
    const char *contents;
    const char *named;
  } cases[] = {
    { "[agent]\nidentfy=no\n", "identfy" },
    { "[agent]\nidentify=maybe\n", "maybe" },
    { "[agent]\npam-service=\n", "pam-service" },
    { "[agnet]\nidentify=no\n", "agnet" },
    { "[organization]\nlogo=logo.png\n", "an absolute path" },
    { "[warning]\nsound=loud\n", "yes or no" },
    { "[kerberos]\nkeytab=\n", "keytab" },
    { "[kerberos]\nchannel-binding=maybe\n", "offered, required or relaxed" },
    { "[ntlm]\nenabled=yes\n", "enabled" },
    { "[ntlm]\nchannel-binding=\n", "offered, required or relaxed" },
    { "[certificates]\nauthorities=/ca.pem\n", "needs users" },
    { "[certificates]\nusers=/cu\n", "needs authorities" },
    { "[limits]\nconections=5\n", "conections" },
    { "[limits]\nconnections=-5\n", "connections" },
    { "identify=no\n", "curfew-" },
  };

  g_test_summary ("A misspelt setting is an error that names it, not the same as none");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CfAgentConfig) config = cf_agent_config_new (FALSE);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].contents);
      g_assert_false (load (config, cases[i].contents, &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, cases[i].named));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/agent/agent-config/defaults", test_defaults);
  g_test_add_func ("/agent/agent-config/reads-every-setting", test_reads_all);
  g_test_add_func ("/agent/agent-config/refuses-and-names", test_refuses);
  return g_test_run ();
}
