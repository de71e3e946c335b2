/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-agent-call.h"

#include "cf-agent-watch.h"
#include "request/cf-display-text.h"

#include <glib/gi18n.h>
#include <string.h>

static GError *
make_no_agent (void)
{
  return g_error_new_literal (CF_AGENT_WATCH_ERROR, CF_AGENT_WATCH_ERROR_NO_AGENT,
                              _ ("The service that counts down does not answer. Nothing was "
                                 "changed."));
}

static gboolean
is_answer_lost (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_TIMEOUT) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_TIMED_OUT) ||
         (error->domain == G_IO_ERROR && !g_dbus_error_is_remote_error (error));
}

/* What an agent refuses with, in the language of whoever asked; its own sentence is for journals
 * and terminals. */
static const struct
{
  const char *name;
  const char *sentence;
} refusals[] = {
  { "Denied", N_ ("You may not do that on this computer. Nothing was changed.") },
  { "NotPending", N_ ("Nothing is waiting any more. Nothing was changed.") },
  { "InProgress", N_ ("It is too late for that: the computer is going down already.") },
  { "BudgetSpent", N_ ("It can no longer be postponed, or not by that much.") },
  { "OthersSignedIn",
    N_ ("Somebody else is signed in, too, and could lose work. Nothing was changed.") },
  { "Busy", N_ ("That was asked for too often. Try again in a minute.") },
};

/* Returns: %NULL for a name that is not one of these */
static const char *
find_sentence (const char *error_name)
{
  static const char prefix[] = "org.curfew.Agent1.Error.";

  if (error_name == NULL || !g_str_has_prefix (error_name, prefix))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    if (g_str_equal (error_name + strlen (prefix), refusals[i].name))
      return _ (refusals[i].sentence);
  return NULL;
}

static GError *
translate_refusal (GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);
  g_autofree char *own_words = NULL;
  const char *sentence = find_sentence (name);

  if (sentence == NULL)
    {
      g_dbus_error_strip_remote_error (error);
      own_words = cf_display_text_one_line (error->message);
      sentence = own_words;
    }
  return g_error_new_literal (CF_AGENT_WATCH_ERROR, CF_AGENT_WATCH_ERROR_REFUSED, sentence);
}

static GError *
translate (GError *bus_error)
{
  g_autoptr (GError) error = bus_error;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_steal_pointer (&error);
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    return make_no_agent ();
  if (is_answer_lost (error))
    return g_error_new_literal (CF_AGENT_WATCH_ERROR, CF_AGENT_WATCH_ERROR_UNKNOWN,
                                _ ("It is not known whether that was done: the answer was lost. "
                                   "The time shown here will tell."));

  return translate_refusal (error);
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) answer = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);

  if (answer != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, translate (error));
}

/**
 * cf_agent_call:
 * @agent: (nullable): a proxy that has an owner; %NULL if there is none
 * @method: a method of org.curfew.Agent1
 * @arguments: (transfer floating): its arguments
 * @task: (transfer full): returns %TRUE, or a #CfAgentWatchError with a sentence for people; its
 *   cancellable stops the waiting, not what was asked for
 *
 * Calls the agent. Not interactively: nobody who asks for more time should be asked for a password.
 */
void
cf_agent_call (CfBusAgent1 *agent, const char *method, GVariant *arguments, GTask *task)
{
  g_return_if_fail (agent == NULL || CF_BUS_IS_AGENT1 (agent));
  g_return_if_fail (G_IS_TASK (task));

  if (agent != NULL)
    {
      g_dbus_proxy_call (G_DBUS_PROXY (agent), method, arguments, G_DBUS_CALL_FLAGS_NONE, -1,
                         g_task_get_cancellable (task), called_cb, task);
      return;
    }

  g_variant_unref (g_variant_ref_sink (arguments));
  g_task_return_error (task, make_no_agent ());
  g_object_unref (task);
}
