/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-run-contacts.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "cf-password.h"
#include "request/cf-display-text.h"

#define MAX_DETOURS 5u

struct _CfRunContacts
{
  const CfCommand *command; /* (unowned) */
  GPtrArray *saved;         /* (owned) (nullable) (element-type CfSavedPassword) */
  CfContactBook *book;      /* (owned) (nullable) */
  GPtrArray *contacts;      /* (owned) (element-type CfContact): of each target */
};

/**
 * cf_run_complain:
 * @message: a sentence, from wherever it came
 *
 * Prints it on the standard error, with the name of the program.
 */
void
cf_run_complain (const char *message)
{
  g_autofree char *line = cf_display_text_one_line (message);

  g_printerr ("curfewctl: %s%s\n", line, g_str_has_suffix (line, ".") ? "" : ".");
}

/**
 * cf_run_contacts_free:
 * @self: (transfer full): contacts
 */
void
cf_run_contacts_free (CfRunContacts *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->contacts);
  g_clear_pointer (&self->book, cf_contact_book_free);
  g_clear_pointer (&self->saved, g_ptr_array_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfRunContacts, cf_run_contacts_free)

static WsmSecret *
ask_cb (const char *user, gpointer user_data, GError **error)
{
  const CfCommand *command = user_data;
  WsmSecret *password = cf_password_get (user, command->password_fd, error);

  if (password == NULL)
    g_prefix_error (error, command->password_fd >= 0 ? "--password-fd: " : "--user: ");
  return password;
}

/* Without somebody who signs in; the certificates that are known count unless others are named. */
static CfContact *
make_nobody (const CfCommand *command, GError **error)
{
  g_autofree char *path = cf_known_hosts_dup_path ();
  g_autoptr (CfKnownHosts) known = NULL;
  CfContactOptions options = {
    .ca_file = command->ca_file,
    .pin = command->pin,
    .answer_msec = command->timeout_seconds * 1000,
  };
  CfContact *contact;

  if (command->ca_file == NULL && command->pin == NULL)
    {
      known = cf_known_hosts_load (path, error);
      if (known == NULL)
        return NULL;
    }
  options.known_hosts = known;
  contact = cf_contact_new (&options, error);
  if (contact == NULL && command->pin != NULL)
    g_prefix_error (error, "--pin: ");
  else if (contact == NULL && command->ca_file != NULL)
    g_prefix_error (error, "--ca-file: ");
  return contact;
}

/* Whether a window can come up, and somebody has just typed a command: then a locked keyring may
 * ask. Scripts find what is not locked. */
static gboolean
may_prompt (void)
{
  return isatty (STDERR_FILENO) &&
         (g_getenv ("WAYLAND_DISPLAY") != NULL || g_getenv ("DISPLAY") != NULL);
}

static GPtrArray *
load_saved (const CfCommand *command)
{
  CfSignInProof proof = cf_sign_in_get_proof (command->sign_in);
  g_autoptr (GError) error = NULL;
  GPtrArray *saved = NULL;

  if (command->password_fd < 0 && !command->save_password && !command->dry_run &&
      (proof == CF_SIGN_IN_BY_NOTHING || proof == CF_SIGN_IN_BY_PASSWORD))
    {
      saved = cf_keyring_load (TRUE, may_prompt (), &error);
      if (saved == NULL)
        cf_run_complain (error->message);
    }
  return saved != NULL ? saved : g_ptr_array_new ();
}

static gboolean
prepare (CfRunContacts *self, GError **error)
{
  const CfCommand *command = self->command;
  guint n_targets = cf_target_list_get_n_targets (command->targets);
  g_autoptr (CfContact) nobody = make_nobody (command, error);

  /* what can be wrong without a password is told before somebody types one */
  if (nobody == NULL)
    return FALSE;
  if (!command->dry_run && !cf_sign_in_resolve (command->sign_in, NULL, error))
    return FALSE;
  self->saved = load_saved (command);
  self->book = cf_contact_book_new (nobody, command->sign_in, self->saved, ask_cb,
                                    (gpointer) command);
  for (guint i = 0; i < n_targets; i++)
    {
      WsmEndpoint *endpoint = cf_target_list_get_endpoint (command->targets, i);
      CfContact *contact = command->dry_run ? cf_contact_ref (nobody)
                                            : cf_contact_book_look_up (self->book, endpoint, error);

      if (contact == NULL)
        return FALSE;
      g_ptr_array_add (self->contacts, contact);
    }
  return TRUE;
}

/**
 * cf_run_contacts_new:
 * @command: what asks other computers
 * @status: (out): what to end with if there is no way to sign in
 *
 * Looks for tickets and saved passwords, and asks for the password if one is needed. Blocks.
 *
 * Returns: (transfer full) (nullable): the contacts; %NULL if that was told to be impossible
 */
CfRunContacts *
cf_run_contacts_new (const CfCommand *command, CfExitStatus *status)
{
  g_autoptr (CfRunContacts) self = g_new0 (CfRunContacts, 1);
  g_autoptr (GError) error = NULL;

  self->command = command;
  self->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_contact_unref);
  if (prepare (self, &error))
    return g_steal_pointer (&self);

  cf_run_complain (error->message);
  switch (cf_failure_from_error (error))
    {
    case CF_FAILURE_PERMISSION:
      *status = CF_EXIT_PERMISSION;
      break;
    case CF_FAILURE_UNREACHABLE:
      *status = CF_EXIT_UNREACHABLE;
      break;
    case CF_FAILURE_NONE:
    case CF_FAILURE_REFUSED:
    case CF_FAILURE_OTHER:
    default:
      *status = CF_EXIT_USAGE;
      break;
    }
  return NULL;
}

/**
 * cf_run_contacts_get:
 * @self: contacts
 * @index: of a target
 *
 * Returns: (transfer none): how that target is contacted
 */
CfContact *
cf_run_contacts_get (const CfRunContacts *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->contacts->len, NULL);

  return g_ptr_array_index (self->contacts, index);
}

static gboolean
save_for (const CfRunContacts *self, CfSavedScope scope, const char *name)
{
  const CfSignIn *sign_in = self->command->sign_in;
  g_autoptr (CfSavedPassword) saved = cf_saved_password_new (
    scope, name, cf_sign_in_get_user (sign_in), cf_sign_in_get_method (sign_in),
    cf_contact_book_get_password (self->book));
  g_autoptr (GError) error = NULL;

  if (cf_keyring_save (saved, &error))
    return TRUE;
  g_printerr (_ ("The password was not saved: %s\n"), error->message);
  return FALSE;
}

static void
tell_saved (CfSavedScope scope, const char *name, guint n, guint n_detours)
{
  if (n == 0 && n_detours > 0)
    g_printerr (_ ("The password was not saved: a saved one is not used for NTLM in the place of "
                   "Kerberos. To save it for NTLM, add --auth ntlm.\n"));
  else if (n == 0)
    g_printerr (_ ("The password was not saved: nobody was signed in with it.\n"));
  else if (n == 1)
    g_printerr (_ ("The password was saved for %s:%s.\n"), cf_saved_scope_get_name (scope), name);
  else
    g_printerr (_ ("The password was saved for %u computers.\n"), n);
}

/**
 * cf_run_contacts_save:
 * @self: contacts
 * @errands: (element-type CfErrand): what was done, target by target
 *
 * Saves the password that somebody typed where it was right: for a realm once, else for each
 * computer. Tells on the standard error what became of it.
 */
void
cf_run_contacts_save (const CfRunContacts *self, GListModel *errands)
{
  g_autofree char *realm = cf_sign_in_dup_realm (self->command->sign_in);
  const char *name = realm;
  guint n_detours = 0;
  guint n_saved = 0;

  if (cf_contact_book_get_password (self->book) == NULL)
    {
      g_printerr (_ ("No password was saved: a ticket was there, so none was asked for.\n"));
      return;
    }
  for (guint i = 0; i < g_list_model_get_n_items (errands); i++)
    {
      g_autoptr (CfErrand) errand = g_list_model_get_item (errands, i);
      WsmEndpoint *endpoint = cf_target_list_get_endpoint (self->command->targets, i);

      if (cf_errand_get_sign_in (errand) == NULL)
        continue;
      if (cf_errand_get_detour (errand) != NULL)
        n_detours++;
      if (cf_errand_get_detour (errand) != NULL || (realm != NULL && n_saved > 0))
        continue;
      if (realm == NULL)
        name = wsm_endpoint_get_host (endpoint);
      if (!save_for (self, realm != NULL ? CF_SAVED_FOR_REALM : CF_SAVED_FOR_HOST, name))
        return;
      n_saved++;
    }
  tell_saved (realm != NULL ? CF_SAVED_FOR_REALM : CF_SAVED_FOR_HOST, name, n_saved, n_detours);
}

/**
 * cf_run_contacts_tell_detours:
 * @errands: (element-type CfErrand): what was done
 *
 * Tells on the standard error where somebody has not signed in in the better way, or has failed in
 * the other one, too, once for each reason.
 */
void
cf_run_contacts_tell_detours (GListModel *errands)
{
  g_autoptr (GPtrArray) told = g_ptr_array_new_with_free_func (g_free);
  guint n_errands = g_list_model_get_n_items (errands);
  guint n_more = 0;

  for (guint i = 0; i < n_errands; i++)
    {
      g_autoptr (CfErrand) errand = g_list_model_get_item (errands, i);
      const char *detour = cf_errand_get_detour (errand);
      g_autofree char *line = NULL;

      if (detour == NULL)
        continue;
      if (told->len == MAX_DETOURS ||
          g_ptr_array_find_with_equal_func (told, detour, g_str_equal, NULL))
        {
          n_more++;
          continue;
        }
      g_ptr_array_add (told, g_strdup (detour));
      line = cf_display_text_one_line (detour);
      if (cf_errand_get_sign_in (errand) != NULL)
        g_printerr (_ ("%s: signed in by %s. %s\n"), cf_errand_get_name (errand),
                    cf_errand_get_sign_in (errand), line);
      else
        g_printerr (_ ("%s: NTLM was tried as well. %s\n"), cf_errand_get_name (errand), line);
    }
  if (n_more > 0)
    g_printerr (
      ngettext ("So it was at %u more computer.\n", "So it was at %u more computers.\n", n_more),
      n_more);
}
