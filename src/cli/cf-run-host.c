/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-run-host.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#include "cf-host-list.h"
#include "cf-run-contacts.h"
#include "fleet/cf-host-certificate.h"

/* One certificate on its way into the list. */
typedef struct
{
  const CfCommand *command;             /* (unowned) */
  const char *path;                     /* (unowned) (type filename) */
  const char *name;                     /* (unowned): as it was typed */
  WsmEndpoint *endpoint;                /* (unowned) */
  const CfHostCertificate *certificate; /* (unowned) */
  const char *known;                    /* (unowned) (nullable): SHA-256 that is in the list */
  gboolean is_late;                     /* somebody else was faster */
} Trust;

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static CfHostCertificate *
fetch (const CfCommand *command, CfContact *contact, WsmEndpoint *endpoint, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  cf_host_certificate_fetch_async (contact, endpoint, command->timeout_seconds * 1000, NULL,
                                   fetched_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return cf_host_certificate_fetch_finish (result, error);
}

/* Y or yes in the first place, nothing else; a key that is hit by habit trusts nobody. */
static gboolean
ask (void)
{
  char line[16];

  g_printerr (_ ("Is that the computer's own? Trust it [y/N]: "));
  return fgets (line, sizeof line, stdin) != NULL &&
         (g_ascii_strncasecmp (line, "y\n", 2) == 0 || g_ascii_strncasecmp (line, "yes\n", 4) == 0);
}

static gboolean
note_cb (CfKnownHosts *hosts, gpointer user_data)
{
  Trust *trust = user_data;
  const char *name = wsm_endpoint_get_host (trust->endpoint);
  guint16 port = wsm_endpoint_get_port (trust->endpoint);
  const CfKnownHost *known = cf_known_hosts_find (hosts, name, port);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *trusted = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  const CfKnownHost host = {
    .name = (char *) name,
    .port = port,
    .sha256 = trust->certificate->sha256,
    .subject = trust->certificate->subject,
    .trusted = trusted,
  };

  /* The question was asked about what was known then. */
  trust->is_late = g_strcmp0 (known != NULL ? known->sha256 : NULL, trust->known) != 0;
  if (!trust->is_late)
    cf_known_hosts_set_certificate (hosts, &host);
  return !trust->is_late;
}

static CfExitStatus
store (Trust *trust)
{
  g_autoptr (GError) error = NULL;

  if (!cf_known_hosts_edit (trust->path, note_cb, trust, &error))
    {
      cf_run_complain (error->message);
      return CF_EXIT_MIXED;
    }
  if (trust->is_late)
    {
      g_printerr (_ ("curfewctl: %s was changed in the list of hosts meanwhile. Nothing was "
                     "remembered; look again.\n"),
                  trust->name);
      return CF_EXIT_MIXED;
    }
  g_print (_ ("%s is trusted from now on.\n"), trust->name);
  return CF_EXIT_REACHED;
}

static CfExitStatus
refuse_changed (const Trust *trust)
{
  g_autofree char *known = cf_fingerprint_format (trust->known);

  g_printerr (_ ("curfewctl: %s shows another certificate than the one that is trusted.\n"
                 "  trusted: %s\n"
                 "  shown:   %s\n"
                 "If the computer was set up anew, accept it: curfewctl host trust --replace %s\n"),
              trust->name, known, trust->certificate->fingerprint, trust->name);
  return CF_EXIT_PERMISSION;
}

static CfExitStatus
refuse_pin (const Trust *trust)
{
  g_autofree char *wanted = cf_fingerprint_format (trust->command->pin);

  g_printerr (_ ("curfewctl: %s does not have the certificate of --pin. Another computer may have "
                 "answered; nothing was remembered.\n"
                 "  wanted: %s\n"
                 "  shown:  %s\n"),
              trust->name, wanted, trust->certificate->fingerprint);
  return CF_EXIT_PERMISSION;
}

static CfExitStatus
confirm (Trust *trust)
{
  if (trust->command->yes || trust->command->pin != NULL)
    return store (trust);
  if (!isatty (STDIN_FILENO))
    {
      g_printerr (_ ("curfewctl: %s was not trusted: there is no terminal to ask on. Compare the "
                     "SHA-256 and give it by --pin.\n"),
                  trust->name);
      return CF_EXIT_NOT_CONFIRMED;
    }
  if (ask ())
    return store (trust);
  g_printerr (_ ("Not trusted. Nothing was remembered.\n"));
  return CF_EXIT_NOT_CONFIRMED;
}

static CfExitStatus
decide (Trust *trust)
{
  gboolean is_known = g_strcmp0 (trust->known, trust->certificate->sha256) == 0;
  g_autofree char *shown = cf_host_list_describe (trust->name, trust->certificate);

  if (trust->command->pin != NULL && !g_str_equal (trust->command->pin, trust->certificate->sha256))
    return refuse_pin (trust);
  if (is_known)
    {
      g_print (_ ("%s is trusted already, with this certificate.\n"), trust->name);
      return CF_EXIT_REACHED;
    }
  if (trust->known != NULL && !trust->command->replace)
    return refuse_changed (trust);

  g_print ("%s", shown);
  if (trust->certificate->is_vouched && trust->known == NULL && trust->command->pin == NULL)
    {
      g_print (_ ("An authority vouches for it, so nothing has to be remembered. To insist on this "
                  "certificate all the same, give it by --pin.\n"));
      return CF_EXIT_REACHED;
    }
  return confirm (trust);
}

static CfExitStatus
trust_target (const CfCommand *command, const char *path, CfContact *contact, guint index)
{
  WsmEndpoint *endpoint = cf_target_list_get_endpoint (command->targets, index);
  g_autoptr (CfKnownHosts) hosts = NULL;
  g_autoptr (CfHostCertificate) certificate = NULL;
  g_autoptr (GError) error = NULL;
  const CfKnownHost *known;
  Trust trust = { .command = command, .path = path, .endpoint = endpoint };

  hosts = cf_known_hosts_load (path, &error);
  if (hosts == NULL)
    {
      cf_run_complain (error->message);
      return CF_EXIT_MIXED;
    }
  certificate = fetch (command, contact, endpoint, &error);
  if (certificate == NULL)
    {
      cf_run_complain (error->message);
      return cf_failure_from_error (error) == CF_FAILURE_UNREACHABLE ? CF_EXIT_UNREACHABLE
                                                                     : CF_EXIT_MIXED;
    }
  known = cf_known_hosts_find (hosts, wsm_endpoint_get_host (endpoint),
                               wsm_endpoint_get_port (endpoint));
  trust.name = cf_target_list_get_name (command->targets, index);
  trust.certificate = certificate;
  trust.known = known != NULL ? known->sha256 : NULL;
  return decide (&trust);
}

/**
 * cf_run_host_trust:
 * @command: a command of that verb
 *
 * Shows the certificates of computers, and remembers those that somebody finds right.
 *
 * Returns: what to end with
 */
CfExitStatus
cf_run_host_trust (const CfCommand *command)
{
  guint n_targets = cf_target_list_get_n_targets (command->targets);
  g_autofree CfExitStatus *statuses = g_new0 (CfExitStatus, n_targets);
  g_autofree char *path = cf_known_hosts_dup_path ();
  CfContactOptions options = { .ca_file = command->ca_file };
  g_autoptr (GError) error = NULL;
  g_autoptr (CfContact) contact = cf_contact_new (&options, &error);

  if (contact == NULL)
    {
      g_prefix_error (&error, "--ca-file: ");
      cf_run_complain (error->message);
      return CF_EXIT_USAGE;
    }
  for (guint i = 0; i < n_targets; i++)
    statuses[i] = trust_target (command, path, contact, i);
  return cf_exit_status_combine (statuses, n_targets);
}

/**
 * cf_run_host_list:
 * @command: a command of that verb
 *
 * Prints the computers that are known.
 *
 * Returns: what to end with
 */
CfExitStatus
cf_run_host_list (const CfCommand *command)
{
  g_autofree char *path = cf_known_hosts_dup_path ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CfKnownHosts) hosts = cf_known_hosts_load (path, &error);
  CfScreen screen = cf_screen_detect (STDOUT_FILENO);
  g_autofree char *text = NULL;

  if (hosts == NULL)
    {
      cf_run_complain (error->message);
      return CF_EXIT_MIXED;
    }
  text = cf_host_list_to_text (hosts, command->output, &screen);
  fputs (text, stdout);
  return CF_EXIT_REACHED;
}

/* What is to be forgotten, and whether any of it was known. */
typedef struct
{
  CfTargetList *targets; /* (unowned) */
  guint n_forgotten;
} Forgetting;

static gboolean
forget_cb (CfKnownHosts *hosts, gpointer user_data)
{
  Forgetting *forgetting = user_data;

  for (guint i = 0; i < cf_target_list_get_n_targets (forgetting->targets); i++)
    {
      WsmEndpoint *endpoint = cf_target_list_get_endpoint (forgetting->targets, i);

      if (cf_known_hosts_forget (hosts, wsm_endpoint_get_host (endpoint),
                                 wsm_endpoint_get_port (endpoint)))
        forgetting->n_forgotten++;
      else
        g_printerr (_ ("curfewctl: %s is not in the list of hosts.\n"),
                    cf_target_list_get_name (forgetting->targets, i));
    }
  return forgetting->n_forgotten > 0;
}

/**
 * cf_run_host_rm:
 * @command: a command of that verb
 *
 * Takes computers off the list.
 *
 * Returns: what to end with; %CF_EXIT_NO_MATCH if none of them was known
 */
CfExitStatus
cf_run_host_rm (const CfCommand *command)
{
  g_autofree char *path = cf_known_hosts_dup_path ();
  Forgetting forgetting = { .targets = command->targets };
  g_autoptr (GError) error = NULL;

  if (!cf_known_hosts_edit (path, forget_cb, &forgetting, &error))
    {
      cf_run_complain (error->message);
      return CF_EXIT_MIXED;
    }
  return forgetting.n_forgotten > 0 ? CF_EXIT_REACHED : CF_EXIT_NO_MATCH;
}
