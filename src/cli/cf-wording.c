/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-wording.h"

#include <glib/gi18n.h>

#include "cf-duration.h"
#include "fleet/cf-abort.h"
#include "request/cf-display-text.h"
#include "request/cf-shutdown-reason.h"

static const struct
{
  const char *word;
  CfTone tone;
} states[] = {
  [CF_ERRAND_WAITING] = { N_ ("Waiting"), CF_TONE_WAITING },
  [CF_ERRAND_CONNECTING] = { N_ ("Connecting"), CF_TONE_WAITING },
  [CF_ERRAND_SENT] = { N_ ("Sent"), CF_TONE_WAITING },
  [CF_ERRAND_ANSWERED] = { N_ ("Answers"), CF_TONE_GOOD },
  [CF_ERRAND_ACCEPTED] = { N_ ("Accepted"), CF_TONE_GOOD },
  [CF_ERRAND_GOING_DOWN] = { N_ ("Going down"), CF_TONE_WAITING },
  [CF_ERRAND_DOWN] = { N_ ("Down"), CF_TONE_GOOD },
  [CF_ERRAND_STARTING] = { N_ ("Starting"), CF_TONE_WAITING },
  [CF_ERRAND_BACK] = { N_ ("Back"), CF_TONE_GOOD },
  [CF_ERRAND_OFF] = { N_ ("Off"), CF_TONE_GOOD },
  [CF_ERRAND_REHEARSED] = { N_ ("Rehearsed"), CF_TONE_WAITING },
  [CF_ERRAND_CALLED_OFF] = { N_ ("Called off"), CF_TONE_WAITING },
  [CF_ERRAND_DID_NOT_RESTART] = { N_ ("Did not restart"), CF_TONE_BAD },
  [CF_ERRAND_DID_NOT_GO_DOWN] = { N_ ("Did not go down"), CF_TONE_BAD },
  [CF_ERRAND_LATE] = { N_ ("Late"), CF_TONE_BAD },
  [CF_ERRAND_REFUSED] = { N_ ("Refused"), CF_TONE_BAD },
  [CF_ERRAND_FAILED] = { N_ ("Failed"), CF_TONE_BAD },
  [CF_ERRAND_UNKNOWN] = { N_ ("Unknown"), CF_TONE_BAD },
  [CF_ERRAND_NOT_SENT] = { N_ ("Not sent"), CF_TONE_WAITING },
};

/* "Would restart" says more than "Rehearsed" */
static const char *
get_rehearsed_word (CfErrand *errand)
{
  CfDeliveryPlan *plan = cf_delivery_get_plan (CF_DELIVERY (errand));

  switch (cf_shutdown_request_get_action (cf_delivery_plan_get_request (plan)))
    {
    case CF_SHUTDOWN_ACTION_RESTART:
      return _ ("Would restart");
    case CF_SHUTDOWN_ACTION_POWER_OFF:
      return _ ("Would power off");
    case CF_SHUTDOWN_ACTION_HALT:
    default:
      return _ ("Would halt");
    }
}

/**
 * cf_wording_dup_state:
 * @errand: an errand
 *
 * Returns: (transfer full): its state in a word or two, with the code of a refusal
 */
char *
cf_wording_dup_state (CfErrand *errand)
{
  CfErrandState state = cf_errand_get_state (errand);
  guint32 code;

  if (state == CF_ERRAND_REHEARSED && CF_IS_DELIVERY (errand))
    return g_strdup (get_rehearsed_word (errand));
  if (state == CF_ERRAND_REFUSED && cf_errand_get_code (errand, &code))
    return g_strdup_printf (_ ("Refused (%u)"), code);
  return g_strdup (_ (states[state].word));
}

/**
 * cf_wording_get_tone:
 * @state: a state
 *
 * Returns: what it says at a glance
 */
CfTone
cf_wording_get_tone (CfErrandState state)
{
  return states[state].tone;
}

/**
 * cf_wording_dup_note:
 * @errand: an errand
 *
 * Returns: (transfer full): what happened and what to do now, on one line; "" if there is nothing
 *   to say. Options are named as they are typed
 */
char *
cf_wording_dup_note (CfErrand *errand)
{
  const char *note = cf_errand_get_note (errand);
  const char *next_step = cf_errand_get_next_step (errand);
  CfRequestFeature missing = CF_IS_DELIVERY (errand)
                               ? cf_delivery_get_missing (CF_DELIVERY (errand))
                               : CF_FEATURE_NONE;

  if (missing != CF_FEATURE_NONE)
    {
      g_autofree char *names = cf_request_features_to_string (missing, "--");

      return g_strdup_printf (
        _ ("%s cannot do %s (method %s), so nothing was sent. Leave that "
           "out, or leave this computer out."),
        cf_errand_get_name (errand), names,
        cf_delivery_method_get_name (cf_delivery_get_method (CF_DELIVERY (errand))));
    }
  if (note == NULL)
    return g_strdup ("");
  return next_step != NULL ? g_strdup_printf ("%s %s", _ (note), _ (next_step))
                           : g_strdup (_ (note));
}

/**
 * cf_wording_dup_elapsed:
 * @msec: a time
 *
 * Returns: (transfer full): "0.3 s", "12 s", "1:48"
 */
char *
cf_wording_dup_elapsed (gint64 msec)
{
  if (msec < 10 * 1000)
    return g_strdup_printf (_ ("%.1f s"), (double) msec / 1000);
  if (msec < 60 * 1000)
    return g_strdup_printf (_ ("%d s"), (int) (msec / 1000));
  return g_strdup_printf ("%d:%02d", (int) (msec / 1000 / 60), (int) (msec / 1000 % 60));
}

static char *
dup_who (CfShutdownAction action, guint n)
{
  switch (action)
    {
    case CF_SHUTDOWN_ACTION_RESTART:
      return g_strdup_printf (ngettext ("Restart %u computer", "Restart %u computers", n), n);
    case CF_SHUTDOWN_ACTION_POWER_OFF:
      return g_strdup_printf (ngettext ("Power off %u computer", "Power off %u computers", n), n);
    case CF_SHUTDOWN_ACTION_HALT:
    default:
      return g_strdup_printf (ngettext ("Halt %u computer", "Halt %u computers", n), n);
    }
}

/**
 * cf_wording_dup_intent:
 * @request: a request
 * @n_targets: to how many
 *
 * Returns: (transfer full): what is going to happen, in two or three sentences, the hard parts too:
 *   "Restart 12 computers in 15 min. Where somebody is signed in, nothing happens."
 */
char *
cf_wording_dup_intent (const CfShutdownRequest *request, guint n_targets)
{
  CfShutdownFlags flags = cf_shutdown_request_get_flags (request);
  CfShutdownAction action = cf_shutdown_request_get_action (request);
  guint32 grace = cf_shutdown_request_get_grace_seconds (request);
  g_autofree char *who = dup_who (action, n_targets);
  g_autofree char *period = cf_duration_to_words (grace);
  GString *text = g_string_new (who);

  if (grace > 0)
    g_string_append_printf (text, _ (" in %s."), period);
  else
    g_string_append (text, _ (" now."));
  if (flags & CF_SHUTDOWN_FORCE_OTHERS)
    g_string_append (text, _ (" People who are signed in are signed out; unsaved work is lost."));
  else
    g_string_append (text, _ (" Where somebody is signed in, nothing happens."));
  if (flags & CF_SHUTDOWN_GRACE_OVERRIDE)
    g_string_append (text, _ (" A request that is waiting there gives way."));
  if (action == CF_SHUTDOWN_ACTION_POWER_OFF)
    g_string_append (text, _ (" Somebody has to switch them on again."));
  if (action == CF_SHUTDOWN_ACTION_HALT)
    g_string_append (text, _ (" Nothing remote brings them back."));
  return g_string_free (text, FALSE);
}

static void
append_message (GString *text, const CfShutdownRequest *request)
{
  const char *message = cf_shutdown_request_get_message (request);
  g_autofree char *line = message != NULL ? cf_display_text_one_line (message) : NULL;

  if (line == NULL)
    g_string_append (text, _ ("shows no message, "));
  else if (*line == '\0')
    g_string_append (text, _ ("shows a countdown without text, "));
  else
    g_string_append_printf (text, _ ("shows “%s”, "), line);
}

static const char *
get_end (CfShutdownAction action)
{
  switch (action)
    {
    case CF_SHUTDOWN_ACTION_RESTART:
      return _ ("restarts");
    case CF_SHUTDOWN_ACTION_POWER_OFF:
      return _ ("powers off");
    case CF_SHUTDOWN_ACTION_HALT:
    default:
      return _ ("halts");
    }
}

static void
append_meaning (GString *text, const CfShutdownRequest *request)
{
  guint32 grace = cf_shutdown_request_get_grace_seconds (request);

  append_message (text, request);
  if (grace > 0)
    {
      g_autofree char *period = cf_duration_to_words (grace);

      g_string_append_printf (text, _ ("waits %s, "), period);
    }
  g_string_append_printf (text, "%s.", get_end (cf_shutdown_request_get_action (request)));
}

/* The number that is really sent: each method has flags of its own. */
static const char *
find_flags (WsmObject *input)
{
  guint n_values = wsm_object_get_n_values (input);

  for (guint i = 0; i < n_values; i++)
    if (g_str_has_suffix (wsm_object_get_value_name (input, i), "Flags"))
      return wsm_object_get_value (input, i);
  return "–";
}

static void
append_call (GString *text, const CfShutdownRequest *request, CfDeliveryMethod *method)
{
  CfRequestFeature missing = cf_delivery_method_find_inexpressible (method, request);
  const char *name = cf_delivery_method_get_initiate_method (method);
  guint32 reason = cf_shutdown_request_get_reason (request);
  g_autofree char *title = cf_shutdown_reason_dup_title (reason);
  g_autofree char *missing_names = cf_request_features_to_string (missing, "--");
  g_autofree char *flags = cf_shutdown_flags_to_string (cf_shutdown_request_get_flags (request));
  g_autoptr (WsmObject) input = NULL;

  if (missing != CF_FEATURE_NONE)
    {
      g_string_append_printf (text, _ ("nothing, for %s has no place for %s."), name,
                              missing_names);
      return;
    }
  input = cf_delivery_method_encode (method, request);
  g_string_append_printf (text, _ ("%s with flags %s (%s) and reason 0x%08x (%s)."), name,
                          find_flags (input), flags, reason, title);
  if (cf_delivery_method_get_caveat (method, request) != NULL)
    g_string_append_printf (text, " %s", _ (cf_delivery_method_get_caveat (method, request)));
}

/**
 * cf_wording_dup_effect:
 * @request: a request
 * @method: how it would be sent
 * @fallback: (nullable): how it would be sent where that is not possible
 *
 * Returns: (transfer full): what a computer would do, and what it would be sent
 */
char *
cf_wording_dup_effect (const CfShutdownRequest *request, CfDeliveryMethod *method,
                       CfDeliveryMethod *fallback)
{
  GString *text = g_string_new (_ ("It "));

  append_meaning (text, request);
  g_string_append (text, _ (" Sent: "));
  append_call (text, request, method);
  if (fallback != NULL)
    {
      g_string_append (text, _ (" Where there is no curfew-agent: "));
      append_call (text, request, fallback);
    }
  return g_string_free (text, FALSE);
}

/**
 * cf_wording_dup_summary:
 * @errands: (element-type CfErrand): settled ones
 * @status: what the program ends with
 *
 * Returns: (transfer full): "11 of 12 accepted, 1 failed. Exit 1."
 */
char *
cf_wording_dup_summary (GListModel *errands, CfExitStatus status)
{
  guint counts[G_N_ELEMENTS (states)] = { 0 };
  guint n_errands = g_list_model_get_n_items (errands);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_errands; i++)
    {
      g_autoptr (CfErrand) errand = g_list_model_get_item (errands, i);

      counts[cf_errand_get_state (errand)]++;
    }
  for (guint state = 0; state < G_N_ELEMENTS (states); state++)
    if (counts[state] > 0)
      {
        g_autofree char *word = g_utf8_strdown (_ (states[state].word), -1);

        if (text->len == 0)
          g_string_append_printf (text, _ ("%u of %u %s"), counts[state], n_errands, word);
        else
          g_string_append_printf (text, ", %u %s", counts[state], word);
      }
  g_string_append_printf (text, _ (". Exit %d."), (int) status);
  return g_string_free (text, FALSE);
}
