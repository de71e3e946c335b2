/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shutdown-reason.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cf-display-text.h"

#define MAJOR_SHIFT 16
#define MAJOR_MAX   0xFFu
#define MINOR_MAX   0xFFFFu
#define EXAMPLES    "; write one like planned:os:security-fix, p:2:18 or 0x80020012"

G_DEFINE_QUARK (cf_reason_error, cf_reason_error)

typedef struct
{
  const char *word;
  guint32 value;
} Word;

/* shutdown-semantics.md section 3. The first word of a value is the one that is written; dashes may
 * be left out (same_word()), so that "securityfix" needs no row of its own. */
static const Word majors[] = {
  { "other", 0 },
  { "none", 0 },
  { "hardware", 1 },
  { "os", 2 },
  { "operating-system", 2 },
  { "software", 3 },
  { "application", 4 },
  { "app", 4 },
  { "system", 5 },
  { "power", 6 },
  { "legacy-api", 7 },
  { "legacy", 7 },
};

static const Word minors[] = {
  { "other", 0x00 },
  { "maintenance", 0x01 },
  { "installation", 0x02 },
  { "upgrade", 0x03 },
  { "reconfig", 0x04 },
  { "reconfiguration", 0x04 },
  { "hung", 0x05 },
  { "unresponsive", 0x05 },
  { "unstable", 0x06 },
  { "disk", 0x07 },
  { "processor", 0x08 },
  { "network-card", 0x09 },
  { "power-supply", 0x0A },
  { "cord-unplugged", 0x0B },
  { "environment", 0x0C },
  { "hardware-driver", 0x0D },
  { "other-driver", 0x0E },
  { "blue-screen", 0x0F },
  { "service-pack", 0x10 },
  { "hot-fix", 0x11 },
  { "security-fix", 0x12 },
  { "security", 0x13 },
  { "network-connectivity", 0x14 },
  { "wmi", 0x15 },
  { "service-pack-uninstall", 0x16 },
  { "hot-fix-uninstall", 0x17 },
  { "security-fix-uninstall", 0x18 },
  { "mmc", 0x19 },
  { "system-restore", 0x1A },
  { "terminal-services", 0x20 },
  { "termsrv", 0x20 },
  { "dc-promotion", 0x21 },
  { "dc-demotion", 0x22 },
  { "none", 0xFF },
};

static const Word kinds[] = {
  { "planned", CF_SHUTDOWN_REASON_PLANNED },
  { "unplanned", 0 },
  { "planned-user-defined", CF_SHUTDOWN_REASON_PLANNED | CF_SHUTDOWN_REASON_USER_DEFINED },
  { "user-defined", CF_SHUTDOWN_REASON_USER_DEFINED },
  { "p", CF_SHUTDOWN_REASON_PLANNED },
  /* as in shutdown.exe, where "u" is not "unplanned" */
  { "u", CF_SHUTDOWN_REASON_USER_DEFINED },
};

#define PLANNED(code) (CF_SHUTDOWN_REASON_PLANNED | (code))

/* Never offered, besides what documents an unexpected shutdown: 0, which is never sent; XP's
 * unplanned upgrade; and the reason that Windows itself gives to programs that name none. */
static const CfKnownReason known[] = {
  { 0x00000000, N_ ("Other (Unplanned)"), CF_REASON_OFFER_NEVER },
  { PLANNED (0x00000000), N_ ("Other (Planned)"), CF_REASON_OFFER_ALWAYS },
  { 0x00000005, N_ ("Other Failure: System Unresponsive"), CF_REASON_OFFER_NEVER },
  { 0x00010001, N_ ("Hardware: Maintenance (Unplanned)"), CF_REASON_OFFER_ALWAYS },
  { PLANNED (0x00010001), N_ ("Hardware: Maintenance (Planned)"), CF_REASON_OFFER_ALWAYS },
  { 0x00010002, N_ ("Hardware: Installation (Unplanned)"), CF_REASON_OFFER_ALWAYS },
  { PLANNED (0x00010002), N_ ("Hardware: Installation (Planned)"), CF_REASON_OFFER_ALWAYS },
  { 0x00020002, N_ ("Operating System: Recovery (Unplanned)"), CF_REASON_OFFER_ALWAYS },
  { PLANNED (0x00020002), N_ ("Operating System: Recovery (Planned)"), CF_REASON_OFFER_ALWAYS },
  { 0x00020003, N_ ("Operating System: Upgrade (Unplanned)"), CF_REASON_OFFER_NEVER },
  { PLANNED (0x00020003), N_ ("Operating System: Upgrade (Planned)"), CF_REASON_OFFER_ALWAYS },
  { 0x00020004, N_ ("Operating System: Reconfiguration (Unplanned)"), CF_REASON_OFFER_ALWAYS },
  { PLANNED (0x00020004), N_ ("Operating System: Reconfiguration (Planned)"),
    CF_REASON_OFFER_ALWAYS },
  { PLANNED (0x00020010), N_ ("Operating System: Service pack (Planned)"), CF_REASON_OFFER_ALWAYS },
  { 0x00020011, N_ ("Operating System: Hot fix (Unplanned)"), CF_REASON_OFFER_ALWAYS },
  { PLANNED (0x00020011), N_ ("Operating System: Hot fix (Planned)"), CF_REASON_OFFER_ALWAYS },
  { 0x00020012, N_ ("Operating System: Security fix (Unplanned)"), CF_REASON_OFFER_ALWAYS },
  { PLANNED (0x00020012), N_ ("Operating System: Security fix (Planned)"), CF_REASON_OFFER_ALWAYS },
  { 0x00040001, N_ ("Application: Maintenance (Unplanned)"), CF_REASON_OFFER_ALWAYS },
  { PLANNED (0x00040001), N_ ("Application: Maintenance (Planned)"), CF_REASON_OFFER_ALWAYS },
  { PLANNED (0x00040002), N_ ("Application: Installation (Planned)"), CF_REASON_OFFER_ALWAYS },
  { 0x00040005, N_ ("Application: Unresponsive"), CF_REASON_OFFER_EXPECTED },
  { 0x00040006, N_ ("Application: Unstable"), CF_REASON_OFFER_EXPECTED },
  { 0x0005000F, N_ ("System Failure: Stop error"), CF_REASON_OFFER_NEVER },
  { 0x00050013, N_ ("Security issue (Unplanned)"), CF_REASON_OFFER_ALWAYS },
  { PLANNED (0x00050013), N_ ("Security issue (Planned)"), CF_REASON_OFFER_ALWAYS },
  { 0x00050014, N_ ("Loss of network connectivity (Unplanned)"), CF_REASON_OFFER_EXPECTED },
  { 0x0006000B, N_ ("Power Failure: Cord Unplugged"), CF_REASON_OFFER_NEVER },
  { 0x0006000C, N_ ("Power Failure: Environment"), CF_REASON_OFFER_NEVER },
  { PLANNED (0x00070000), N_ ("Legacy API shutdown"), CF_REASON_OFFER_NEVER },
};

/* The same letters in any case, with or without dashes and underscores. */
static gboolean
same_word (const char *word, const char *text)
{
  for (;;)
    {
      while (*word == '-')
        word++;
      while (*text == '-' || *text == '_')
        text++;
      if (g_ascii_tolower (*text) != *word)
        return FALSE;
      if (*word == '\0')
        return TRUE;
      word++;
      text++;
    }
}

static gboolean
find_word (const Word *words, gsize n_words, const char *text, guint32 *value)
{
  for (gsize i = 0; i < n_words; i++)
    if (same_word (words[i].word, text))
      {
        *value = words[i].value;
        return TRUE;
      }
  return FALSE;
}

static const char *
find_value (const Word *words, gsize n_words, guint32 value)
{
  for (gsize i = 0; i < n_words; i++)
    if (words[i].value == value)
      return words[i].word;
  return NULL;
}

static gboolean
parse_part (const char *what, const Word *words, gsize n_words, const char *text, guint32 max,
            guint32 *value, GError **error)
{
  g_autofree char *shown = cf_display_text_one_line (text);
  guint64 number = 0;

  if (find_word (words, n_words, text, value))
    return TRUE;
  if (text[0] == '\0' || strspn (text, "0123456789") != strlen (text))
    {
      g_set_error (error, CF_REASON_ERROR, CF_REASON_ERROR_UNKNOWN_NAME,
                   "“%s” is no %s reason" EXAMPLES, shown, what);
      return FALSE;
    }
  if (!g_ascii_string_to_unsigned (text, 10, 0, max, &number, NULL))
    {
      g_set_error (error, CF_REASON_ERROR, CF_REASON_ERROR_OUT_OF_RANGE,
                   "The %s reason %s is too high, the most is %u" EXAMPLES, what, shown, max);
      return FALSE;
    }
  *value = number;
  return TRUE;
}

static gboolean
parse_number (const char *text, guint32 *reason, GError **error)
{
  gboolean hexadecimal = g_ascii_strncasecmp (text, "0x", 2) == 0;
  g_autofree char *shown = cf_display_text_one_line (text);
  g_autoptr (GError) local_error = NULL;
  guint64 number = 0;

  if (!g_ascii_string_to_unsigned (hexadecimal ? text + 2 : text, hexadecimal ? 16 : 10, 0,
                                   G_MAXUINT32, &number, &local_error))
    {
      if (g_error_matches (local_error, G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS))
        g_set_error (error, CF_REASON_ERROR, CF_REASON_ERROR_OUT_OF_RANGE,
                     "The reason %s does not fit into 32 bits" EXAMPLES, shown);
      else
        g_set_error (error, CF_REASON_ERROR, CF_REASON_ERROR_SYNTAX, "“%s” is no reason" EXAMPLES,
                     shown);
      return FALSE;
    }
  if (number & ~(guint64) CF_SHUTDOWN_REASON_VALID_MASK)
    {
      g_set_error (error, CF_REASON_ERROR, CF_REASON_ERROR_OUT_OF_RANGE,
                   "The reason %s has bits without a meaning, only those of 0x%08X count" EXAMPLES,
                   shown, CF_SHUTDOWN_REASON_VALID_MASK);
      return FALSE;
    }
  *reason = number;
  return TRUE;
}

static gboolean
parse_words (char **parts, guint n_parts, guint32 *reason, GError **error)
{
  guint32 kind = 0;
  guint32 major = 0;
  guint32 minor = 0;

  if (n_parts == 3 && !find_word (kinds, G_N_ELEMENTS (kinds), parts[0], &kind))
    {
      g_autofree char *shown = cf_display_text_one_line (parts[0]);

      g_set_error (error, CF_REASON_ERROR, CF_REASON_ERROR_UNKNOWN_NAME,
                   "“%s” is no kind of reason, those are planned (p), unplanned and user-defined "
                   "(u)" EXAMPLES,
                   shown);
      return FALSE;
    }
  if (!parse_part ("major", majors, G_N_ELEMENTS (majors), parts[n_parts - 2], MAJOR_MAX, &major,
                   error) ||
      !parse_part ("minor", minors, G_N_ELEMENTS (minors), parts[n_parts - 1], MINOR_MAX, &minor,
                   error))
    return FALSE;

  *reason = kind | major << MAJOR_SHIFT | minor;
  return TRUE;
}

/**
 * cf_shutdown_reason_parse:
 * @text: a reason in words or numbers
 * @reason: (out): dwReason; untouched on error
 * @error: a #CfReasonError whose message says what is wrong and shows what is right
 *
 * Reads `KIND:MAJOR:MINOR`, each part by name, the latter two also by number: KIND is `planned`
 * (`p`), `unplanned`, `user-defined` (`u`, as in shutdown.exe, where it is not "unplanned") or
 * `planned-user-defined`; `MAJOR:MINOR`, which is unplanned; or the whole number, decimal or
 * hexadecimal. Neither case nor dashes in names matter. MAJOR goes to 255, MINOR to 65535
 * (shutdown-semantics.md section 3).
 *
 * Returns: %FALSE with @error set if @text is no reason
 */
gboolean
cf_shutdown_reason_parse (const char *text, guint32 *reason, GError **error)
{
  g_auto (GStrv) parts = NULL;
  guint n_parts;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (reason != NULL, FALSE);

  parts = g_strsplit (text, ":", 4);
  n_parts = g_strv_length (parts);
  if (n_parts < 2)
    return parse_number (text, reason, error);
  if (n_parts > 3)
    {
      g_autofree char *shown = cf_display_text_one_line (text);

      g_set_error (error, CF_REASON_ERROR, CF_REASON_ERROR_SYNTAX,
                   "“%s” has more than three parts" EXAMPLES, shown);
      return FALSE;
    }
  return parse_words (parts, n_parts, reason, error);
}

/**
 * cf_shutdown_reason_format:
 * @reason: dwReason
 *
 * Returns: (transfer full): words that cf_shutdown_reason_parse() reads back as @reason, with
 *   numbers where there is no word: "planned:os:security-fix". A reason with bits that have no
 *   meaning, which a receiver may get, is written in hexadecimal; that is not read back
 */
char *
cf_shutdown_reason_format (guint32 reason)
{
  guint32 major = reason >> MAJOR_SHIFT & MAJOR_MAX;
  guint32 minor = reason & MINOR_MAX;
  guint32 kind = reason & (CF_SHUTDOWN_REASON_PLANNED | CF_SHUTDOWN_REASON_USER_DEFINED);
  const char *major_word = find_value (majors, G_N_ELEMENTS (majors), major);
  const char *minor_word = find_value (minors, G_N_ELEMENTS (minors), minor);
  g_autofree char *major_number = g_strdup_printf ("%u", major);
  g_autofree char *minor_number = g_strdup_printf ("%u", minor);

  if (reason & ~CF_SHUTDOWN_REASON_VALID_MASK)
    return g_strdup_printf ("0x%08x", reason);
  return g_strdup_printf ("%s:%s:%s", find_value (kinds, G_N_ELEMENTS (kinds), kind),
                          major_word != NULL ? major_word : major_number,
                          minor_word != NULL ? minor_word : minor_number);
}

/**
 * cf_shutdown_reason_dup_title:
 * @reason: dwReason
 *
 * Returns: (transfer full): (translatable): the title under which Windows shows @reason; pass it to
 *   gettext before showing it
 */
char *
cf_shutdown_reason_dup_title (guint32 reason)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (known[i].code == reason)
      return g_strdup (known[i].title);
  return g_strdup (N_ ("No title for this reason could be found"));
}

/**
 * cf_shutdown_reason_get_known:
 * @n_reasons: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_reasons): the reasons that Windows predefines
 */
const CfKnownReason *
cf_shutdown_reason_get_known (gsize *n_reasons)
{
  g_return_val_if_fail (n_reasons != NULL, NULL);

  *n_reasons = G_N_ELEMENTS (known);
  return known;
}
