/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-options.h"

#include <glib/gi18n.h>
#include <string.h>

#include "fleet/cf-dispatcher.h"

/* Texts are taken as octets ("filenames"): GLib would convert them from the encoding of the locale,
 * and in the C locale refuse every umlaut. Whether they are UTF-8 is checked with the request. */
#define TEXT G_OPTION_ARG_FILENAME

static void
add_request_options (GArray *entries, CfOptions *self, CfVerb verb)
{
  const GOptionEntry request[] = {
    { "in", 0, 0, TEXT, &self->in, N_ ("When: now, 90s, 15m, 2h (15m)"), N_ ("DURATION") },
    { "message", 'm', 0, TEXT, &self->message, N_ ("What people there are told"), N_ ("TEXT") },
    { "no-message", 0, 0, G_OPTION_ARG_NONE, &self->no_message,
      N_ ("Tell them nothing; the default"), NULL },
    { "if-users", 0, 0, TEXT, &self->if_users, N_ ("Where somebody is signed in (refuse)"),
      "signout|refuse" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &self->force, N_ ("The same as --if-users=signout"), NULL },
    { "grace-override", 0, 0, G_OPTION_ARG_NONE, &self->grace_override,
      N_ ("Replace a request that waits, at once"), NULL },
    { "install-updates", 0, 0, G_OPTION_ARG_NONE, &self->install_updates,
      N_ ("Install pending updates first"), NULL },
    { "postpone", 0, 0, TEXT, &self->postpone, N_ ("How people may postpone it: 2x15m"),
      N_ ("NxDURATION") },
    { "reason", 0, 0, TEXT, &self->reason, N_ ("Why: planned:os:security-fix or p:2:18"),
      N_ ("REASON") },
    { "client-hint", 0, 0, TEXT, &self->client_hint, N_ ("Name of the program that asks"),
      N_ ("TEXT") },
  };
  const GOptionEntry restart = { "restart-apps",
                                 0,
                                 0,
                                 G_OPTION_ARG_NONE,
                                 &self->restart_apps,
                                 N_ ("Start applications again that asked for it"),
                                 NULL };
  const GOptionEntry manner[] = {
    { "wait", 0, 0, TEXT, &self->wait, N_ ("When to be satisfied (sent)"), "sent|down|back" },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &self->dry_run,
      N_ ("Say what would happen, and send nothing"), NULL },
    { "yes", 0, 0, G_OPTION_ARG_NONE, &self->yes, N_ ("Do not ask back"), NULL },
  };

  g_array_append_vals (entries, request, G_N_ELEMENTS (request));
  if (verb == CF_VERB_RESTART)
    g_array_append_val (entries, restart);
  g_array_append_vals (entries, manner, G_N_ELEMENTS (manner));
}

static void
add_asking_options (GArray *entries, CfOptions *self)
{
  const GOptionEntry asking[] = {
    { "file", 'f', 0, G_OPTION_ARG_FILENAME_ARRAY, &self->files,
      N_ ("Read targets from this file, one a line"), N_ ("FILE") },
    { "method", 0, 0, TEXT, &self->method, N_ ("How to ask (auto)"), "auto|native|wmi|shell" },
    { "user", 'u', 0, TEXT, &self->user, N_ ("Sign in as this user"), N_ ("USER") },
    { "password-fd", 0, 0, G_OPTION_ARG_INT, &self->password_fd,
      N_ ("Read the password from this descriptor"), "N" },
    { "save-password", 0, 0, G_OPTION_ARG_NONE, &self->save_password,
      N_ ("Keep it in the keyring once it was right"), NULL },
    { "auth", 0, 0, TEXT, &self->auth, N_ ("How to sign in; see curfewctl(1)"), N_ ("HOW") },
    { "delegate", 0, 0, G_OPTION_ARG_NONE, &self->delegate,
      N_ ("Give computers your Kerberos ticket"), NULL },
    { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &self->certificate,
      N_ ("Sign in with this certificate"), N_ ("FILE") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &self->key, N_ ("The private key of the certificate"),
      N_ ("FILE") },
    { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &self->ca_file,
      N_ ("Trust these authorities, not the system's"), N_ ("FILE") },
    { "pin", 0, 0, TEXT, &self->pin, N_ ("Trust only the certificate of this SHA-256"), "SHA256" },
    { "timeout", 0, 0, G_OPTION_ARG_INT, &self->timeout,
      N_ ("Give up after this time; see curfewctl(1)"), N_ ("SECONDS") },
    { "parallel", 0, 0, G_OPTION_ARG_INT, &self->parallel, N_ ("Ask this many at once (64)"), "N" },
    { "output", 'o', 0, TEXT, &self->output, N_ ("How to tell (table)"), "table|json|jsonl" },
  };

  g_array_append_vals (entries, asking, G_N_ELEMENTS (asking));
}

/* For this computer there is nobody to connect to and nothing to sign in with. */
static void
add_local_options (GArray *entries, CfOptions *self, CfVerb verb)
{
  const GOptionEntry note = { "note",     0,           0,
                              TEXT,       &self->note, N_ ("Why, for the administrator"),
                              N_ ("TEXT") };
  const GOptionEntry is_not = {
    "not", 0, 0, G_OPTION_ARG_NONE, &self->is_not, N_ ("Not ready, or not any more"), NULL
  };
  const GOptionEntry in = { "in",           0, 0, TEXT, &self->in, N_ ("When: now, 90s, 15m, 2h"),
                            N_ ("DURATION") };
  const GOptionEntry output = {
    "output", 'o', 0, TEXT, &self->output, N_ ("How to tell (table)"), "table|json|jsonl"
  };

  if (verb == CF_VERB_POSTPONE)
    g_array_append_val (entries, note);
  else if (verb == CF_VERB_READY)
    g_array_append_val (entries, is_not);
  else
    g_array_append_val (entries, in);
  g_array_append_val (entries, output);
}

static void
add_trusting_options (GArray *entries, CfOptions *self)
{
  const GOptionEntry trusting[] = {
    { "file", 'f', 0, G_OPTION_ARG_FILENAME_ARRAY, &self->files,
      N_ ("Read targets from this file, one a line"), N_ ("FILE") },
    { "pin", 0, 0, TEXT, &self->pin, N_ ("Trust it if this is its SHA-256, without asking"),
      "SHA256" },
    { "replace", 0, 0, G_OPTION_ARG_NONE, &self->replace,
      N_ ("Also where another certificate was trusted before"), NULL },
    { "yes", 0, 0, G_OPTION_ARG_NONE, &self->yes, N_ ("Trust whatever is shown, without asking"),
      NULL },
    { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &self->ca_file,
      N_ ("Trust these authorities, not the system's"), N_ ("FILE") },
    { "timeout", 0, 0, G_OPTION_ARG_INT, &self->timeout,
      N_ ("Give up after this time; see curfewctl(1)"), N_ ("SECONDS") },
  };

  g_array_append_vals (entries, trusting, G_N_ELEMENTS (trusting));
}

static void
add_listing_options (GArray *entries, CfOptions *self)
{
  const GOptionEntry output = {
    "output", 'o', 0, TEXT, &self->output, N_ ("How to tell (table)"), "table|json|jsonl"
  };

  g_array_append_val (entries, output);
}

static void
add_common_options (GArray *entries, CfOptions *self)
{
  const GOptionEntry common[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &self->help, N_ ("Print these options"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->rest, NULL, NULL },
  };

  g_array_append_vals (entries, common, G_N_ELEMENTS (common));
}

static gboolean
is_local_only (CfVerb verb)
{
  return verb == CF_VERB_POSTPONE || verb == CF_VERB_RESCHEDULE || verb == CF_VERB_READY;
}

static GArray *
make_entries (CfOptions *self, CfVerb verb)
{
  GArray *entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));

  if (cf_verb_sends_request (verb))
    add_request_options (entries, self, verb);
  if (is_local_only (verb))
    add_local_options (entries, self, verb);
  else if (verb == CF_VERB_HOST_TRUST)
    add_trusting_options (entries, self);
  else if (verb == CF_VERB_HOST_LIST || verb == CF_VERB_KEYRING_LIST)
    add_listing_options (entries, self);
  else if (verb < CF_VERB_EXPLAIN)
    add_asking_options (entries, self);
  add_common_options (entries, self);
  return entries;
}

static GOptionContext *
make_context (GArray *entries, CfVerb verb)
{
  GOptionContext *context = g_option_context_new (cf_options_get_words (verb));

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (context, cf_options_get_summary (verb));
  g_option_context_set_description (context, cf_options_get_description (verb));
  g_option_context_add_main_entries (context, (const GOptionEntry *) entries->data,
                                     CF_GETTEXT_DOMAIN);
  return context;
}

/* The entry of a word such as --force, --in=5m or -m; NULL if it is none of an option. */
static const GOptionEntry *
find_entry (GArray *entries, const char *word)
{
  gsize length = strcspn (word, "=");

  for (guint i = 0; i < entries->len; i++)
    {
      const GOptionEntry *entry = &g_array_index (entries, GOptionEntry, i);
      g_autofree char *name = g_strconcat ("--", entry->long_name, NULL);

      if (entry->long_name[0] != '\0' && strlen (name) == length &&
          strncmp (word, name, length) == 0)
        return entry;
      if (word[0] == '-' && word[1] == entry->short_name && word[1] != '\0' && word[2] == '\0')
        return entry;
    }
  return NULL;
}

/* GLib takes --force=no for --force: people would be signed out whom somebody meant to spare. */
static gboolean
check_switches (GArray *entries, const char *const *arguments, GError **error)
{
  for (guint i = 0; arguments[i] != NULL && !g_str_equal (arguments[i], "--"); i++)
    {
      const GOptionEntry *entry = find_entry (entries, arguments[i]);
      gboolean has_value = strchr (arguments[i], '=') != NULL;

      if (entry == NULL)
        continue;
      if (entry->arg == G_OPTION_ARG_NONE && has_value)
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       _ ("--%s takes no value: write --%s, or leave it out"), entry->long_name,
                       entry->long_name);
          return FALSE;
        }
      if (entry->arg != G_OPTION_ARG_NONE && !has_value && arguments[i + 1] != NULL)
        i++;
    }
  return TRUE;
}

/* GLib names the program in the usage line, and that is all it does with the name here. */
static char *
make_help (GOptionContext *context, CfVerb verb)
{
  g_autofree char *saved = g_strdup (g_get_prgname ());
  g_autofree char *name = g_strdup_printf ("curfewctl %s", cf_verb_get_name (verb));
  char *help;

  g_set_prgname (name);
  help = g_option_context_get_help (context, TRUE, NULL);
  g_set_prgname (saved != NULL ? saved : "curfewctl");
  return help;
}

/**
 * cf_options_parse:
 * @self: zeroed options; clear them with cf_options_clear() in any case
 * @verb: whose options
 * @arguments: (array zero-terminated=1): what follows the verb
 * @help: (out) (nullable): the text for --help, if that was asked for
 * @error: a #GOptionError that names the option
 *
 * Returns: %FALSE with @error set for an option that @verb does not have, or not so
 */
gboolean
cf_options_parse (CfOptions *self, CfVerb verb, const char *const *arguments, char **help,
                  GError **error)
{
  g_autoptr (GArray) entries = make_entries (self, verb);
  g_autoptr (GOptionContext) context = make_context (entries, verb);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;

  self->password_fd = CF_OPTIONS_NOT_GIVEN;
  self->timeout = CF_OPTIONS_NOT_GIVEN;
  self->parallel = CF_DISPATCHER_PARALLEL;
  *help = NULL;
  if (!check_switches (entries, arguments, error))
    return FALSE;
  /* GLib skips the first word: it takes it for the program */
  g_strv_builder_add (builder, "curfewctl");
  g_strv_builder_addv (builder, (const char **) arguments);
  words = g_strv_builder_end (builder);
  if (!g_option_context_parse_strv (context, &words, error))
    return FALSE;
  if (self->help)
    *help = make_help (context, verb);
  return TRUE;
}

/**
 * cf_options_clear:
 * @self: options
 */
void
cf_options_clear (CfOptions *self)
{
  g_strfreev (self->rest);
  g_strfreev (self->files);
  g_free (self->method);
  g_free (self->user);
  g_free (self->auth);
  g_free (self->certificate);
  g_free (self->key);
  g_free (self->ca_file);
  g_free (self->pin);
  g_free (self->output);
  g_free (self->note);
  g_free (self->postpone);
  g_free (self->in);
  g_free (self->message);
  g_free (self->if_users);
  g_free (self->reason);
  g_free (self->client_hint);
  g_free (self->wait);
}

/**
 * cf_options_dup_overview:
 *
 * Returns: (transfer full): the text for `curfewctl --help`
 */
char *
cf_options_dup_overview (void)
{
  GString *text = g_string_new (_ ("Usage:\n"
                                   "  curfewctl VERB [OPTION…] [TARGET…]\n"
                                   "\n"
                                   "Restart, power off or halt computers, kindly and truthfully.\n"
                                   "\n"
                                   "Verbs:\n"));

  for (CfVerb verb = CF_VERB_RESTART; verb <= CF_VERB_KEYRING_RM; verb++)
    g_string_append_printf (text, "  %-12s %s\n", cf_verb_get_name (verb),
                            cf_options_get_summary (verb));
  g_string_append (text, _ ("\n"
                            "Options:\n"
                            "  -h, --help     Print this, or after a verb its options\n"
                            "  --version      Print the version\n"
                            "\n"
                            "curfewctl VERB --help tells the options of a verb, curfewctl(1) "
                            "tells all.\n"));
  return g_string_free (text, FALSE);
}

/**
 * cf_options_dup_help:
 * @first: the first of some verbs
 * @last: the last of them
 *
 * Returns: (transfer full): what --help says after each of them, one below the other
 */
char *
cf_options_dup_help (CfVerb first, CfVerb last)
{
  GString *text = g_string_new (NULL);

  for (CfVerb verb = first; verb <= last; verb++)
    {
      CfOptions none = { 0 };
      g_autoptr (GArray) entries = make_entries (&none, verb);
      g_autoptr (GOptionContext) context = make_context (entries, verb);
      g_autofree char *help = make_help (context, verb);

      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", help);
    }
  return g_string_free (text, FALSE);
}
