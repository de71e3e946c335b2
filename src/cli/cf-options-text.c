/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include <glib/gi18n.h>

#include "cf-options.h"

/**
 * cf_options_get_summary:
 * @verb: a verb
 *
 * Returns: what it does, in a sentence or two
 */
const char *
cf_options_get_summary (CfVerb verb)
{
  static const char *const summaries[] = {
    [CF_VERB_RESTART] = N_ ("Restart computers."),
    [CF_VERB_POWEROFF] = N_ ("Power computers off. Somebody has to switch them on again."),
    [CF_VERB_HALT] = N_ ("Stop computers, power stays on. Nothing remote brings them back."),
    [CF_VERB_ABORT] = N_ ("Call off the request that is waiting at computers, or this one."),
    [CF_VERB_STATUS] = N_ ("Ask what is pending, and how the last request ended."),
    [CF_VERB_POSTPONE] = N_ ("Have what is waiting at this computer happen later."),
    [CF_VERB_RESCHEDULE] = N_ ("Move what is waiting at this computer to another time."),
    [CF_VERB_READY] = N_ ("Say that what is waiting at this computer may happen now."),
    [CF_VERB_EXPLAIN] = N_ ("Print what a Win32 code means, and what to do about it."),
    [CF_VERB_HOST_TRUST] = N_ ("Look at the certificates of computers, and remember them."),
    [CF_VERB_HOST_LIST] = N_ ("Print the certificates that are remembered."),
    [CF_VERB_HOST_RM] = N_ ("Forget computers and their certificates."),
    [CF_VERB_KEYRING_LIST] = N_ ("Print for what passwords are saved; never a password."),
    [CF_VERB_KEYRING_RM] = N_ ("Remove a saved password."),
  };

  g_return_val_if_fail (verb < G_N_ELEMENTS (summaries), NULL);

  return _ (summaries[verb]);
}

/**
 * cf_options_get_words:
 * @verb: a verb
 *
 * Returns: (nullable): what follows the options
 */
const char *
cf_options_get_words (CfVerb verb)
{
  static const char *const words[] = {
    [CF_VERB_ABORT] = N_ ("[TARGET…]"),       [CF_VERB_STATUS] = N_ ("[TARGET…]"),
    [CF_VERB_POSTPONE] = N_ ("[DURATION]"),   [CF_VERB_EXPLAIN] = N_ ("CODE"),
    [CF_VERB_KEYRING_RM] = N_ ("SCOPE:NAME"),
  };

  if (verb == CF_VERB_RESCHEDULE || verb == CF_VERB_READY || verb == CF_VERB_HOST_LIST ||
      verb == CF_VERB_KEYRING_LIST)
    return NULL;
  return verb < G_N_ELEMENTS (words) && words[verb] != NULL ? _ (words[verb]) : _ ("TARGET…");
}

/**
 * cf_options_get_description:
 * @verb: a verb
 *
 * Returns: (nullable): what its words mean
 */
const char *
cf_options_get_description (CfVerb verb)
{
  switch (verb)
    {
    case CF_VERB_ABORT:
    case CF_VERB_STATUS:
      return _ ("TARGET is [http://|https://]NAME[:PORT]; lab-[01-24] stands for a range. Without\n"
                "one it is about this computer, by way of its own agent.\n"
                "In parentheses: what holds without the option. curfewctl(1) tells more.");
    case CF_VERB_POSTPONE:
      return _ ("DURATION is 90s, 15m or 2h; without one it is as long as the request allows.");
    case CF_VERB_READY:
      return _ ("It happens at once when everybody who is signed in has said so.");
    case CF_VERB_RESTART:
    case CF_VERB_POWEROFF:
    case CF_VERB_HALT:
      return _ ("TARGET is [http://|https://]NAME[:PORT]; lab-[01-24] stands for a range.\n"
                "In parentheses: what holds without the option. curfewctl(1) tells more.");
    case CF_VERB_HOST_TRUST:
      return _ ("TARGET is NAME[:PORT], over https. What is shown is to be compared with what the\n"
                "computer itself says; where an authority vouches for it, nothing is remembered.");
    case CF_VERB_HOST_RM:
      return _ ("TARGET is NAME[:PORT], as “curfewctl host list” prints it.");
    case CF_VERB_KEYRING_RM:
      return _ ("SCOPE:NAME is host:NAME, group:NAME or realm:NAME.");
    case CF_VERB_NONE:
    case CF_VERB_RESCHEDULE:
    case CF_VERB_EXPLAIN:
    case CF_VERB_HOST_LIST:
    case CF_VERB_KEYRING_LIST:
    default:
      return NULL;
    }
}
