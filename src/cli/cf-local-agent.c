/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-local-agent.h"

#include <glib/gi18n.h>

#define AGENT_NAME        "org.curfew.Agent1"
#define AGENT_PATH        "/org/curfew/Agent1"
#define AGENT_ERROR(name) "org.curfew.Agent1.Error." name
#define CALL_TIMEOUT_MSEC (5 * 60 * 1000) /* somebody may be typing a password meanwhile */

G_DEFINE_QUARK (cf_local_error, cf_local_error)

static const struct
{
  const char *name;
  CfLocalError code;
} agent_errors[] = {
  { AGENT_ERROR ("Denied"), CF_LOCAL_ERROR_DENIED },
  { AGENT_ERROR ("NotPending"), CF_LOCAL_ERROR_REFUSED },
  { AGENT_ERROR ("InProgress"), CF_LOCAL_ERROR_REFUSED },
  { AGENT_ERROR ("BudgetSpent"), CF_LOCAL_ERROR_REFUSED },
  { AGENT_ERROR ("OthersSignedIn"), CF_LOCAL_ERROR_REFUSED },
  { AGENT_ERROR ("InvalidArgument"), CF_LOCAL_ERROR_REFUSED },
  { AGENT_ERROR ("Busy"), CF_LOCAL_ERROR_REFUSED },
  { AGENT_ERROR ("Failed"), CF_LOCAL_ERROR_FAILED },
  { "org.freedesktop.DBus.Error.AccessDenied", CF_LOCAL_ERROR_DENIED },
  /* the agent has gone since its name was looked up: the call did not reach it */
  { "org.freedesktop.DBus.Error.ServiceUnknown", CF_LOCAL_ERROR_NO_AGENT },
  { "org.freedesktop.DBus.Error.NameHasNoOwner", CF_LOCAL_ERROR_NO_AGENT },
  { "org.freedesktop.DBus.Error.NoReply", CF_LOCAL_ERROR_UNKNOWN },
  { "org.freedesktop.DBus.Error.Timeout", CF_LOCAL_ERROR_UNKNOWN },
  { "org.freedesktop.DBus.Error.TimedOut", CF_LOCAL_ERROR_UNKNOWN },
  { "org.freedesktop.DBus.Error.Disconnected", CF_LOCAL_ERROR_UNKNOWN },
};

static CfLocalError
get_code (const GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (agent_errors); i++)
    if (g_str_equal (name, agent_errors[i].name))
      return agent_errors[i].code;
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
             g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) ||
             g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE)
           ? CF_LOCAL_ERROR_UNKNOWN
           : CF_LOCAL_ERROR_FAILED;
}

static void
take_error (GError **error, GError *bus_error)
{
  CfLocalError code = get_code (bus_error);

  g_dbus_error_strip_remote_error (bus_error);
  if (code == CF_LOCAL_ERROR_UNKNOWN)
    g_set_error (error, CF_LOCAL_ERROR, code,
                 _ ("The agent was asked, but its answer was lost: %s"), bus_error->message);
  else
    g_set_error_literal (error, CF_LOCAL_ERROR, code, bus_error->message);
  g_error_free (bus_error);
}

/* Returns: (transfer full) (nullable): the unique name behind the agent's. The agent is not started
 * for this: one that does not run counts nothing down. */
static char *
find_owner (GDBusConnection *connection, GError **error)
{
  g_autoptr (GVariant) answer = NULL;
  GError *bus_error = NULL;
  char *owner;

  answer = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                        "org.freedesktop.DBus", "GetNameOwner",
                                        g_variant_new ("(s)", AGENT_NAME), G_VARIANT_TYPE ("(s)"),
                                        G_DBUS_CALL_FLAGS_NONE, -1, NULL, &bus_error);
  if (answer == NULL)
    {
      if (get_code (bus_error) != CF_LOCAL_ERROR_NO_AGENT)
        take_error (error, bus_error);
      else
        {
          g_set_error (error, CF_LOCAL_ERROR, CF_LOCAL_ERROR_NO_AGENT,
                       _ ("No curfew-agent runs on this computer."));
          g_error_free (bus_error);
        }
      return NULL;
    }
  g_variant_get (answer, "(s)", &owner);
  return owner;
}

/**
 * cf_local_agent_find:
 * @error: a #CfLocalError
 *
 * Finds the agent of this computer on the system bus. What is returned is bound to the connection
 * that had the agent's name: nobody else's answer is ever taken for the agent's. Its properties are
 * those of now; no signal changes them.
 *
 * Returns: (transfer full): the agent; %NULL with @error set if there is none
 */
CfBusAgent1 *
cf_local_agent_find (GError **error)
{
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (CfBusAgent1) agent = NULL;
  g_autofree char *owner = NULL;
  GError *bus_error = NULL;

  connection = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &bus_error);
  if (connection == NULL)
    {
      g_set_error (error, CF_LOCAL_ERROR, CF_LOCAL_ERROR_NO_AGENT,
                   _ ("The system bus of this computer cannot be reached: %s."),
                   bus_error->message);
      g_error_free (bus_error);
      return NULL;
    }
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  owner = find_owner (connection, error);
  if (owner == NULL)
    return NULL;

  agent = cf_bus_agent1_proxy_new_sync (
    connection, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START | G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
    owner, AGENT_PATH, NULL, &bus_error);
  if (agent == NULL)
    {
      take_error (error, bus_error);
      return NULL;
    }
  if (cf_bus_agent1_get_state (agent) == NULL)
    {
      g_set_error (error, CF_LOCAL_ERROR, CF_LOCAL_ERROR_FAILED,
                   _ ("The agent of this computer does not tell what is pending."));
      return NULL;
    }
  return g_steal_pointer (&agent);
}

/**
 * cf_local_agent_call:
 * @agent: what cf_local_agent_find() found
 * @method: a method of org.curfew.Agent1
 * @arguments: (transfer floating): its arguments
 * @error: a #CfLocalError with the agent's own sentence
 *
 * Calls the agent, and waits while somebody types a password for polkit.
 *
 * Returns: %FALSE with @error set if it was not done, or if that is not known
 */
gboolean
cf_local_agent_call (CfBusAgent1 *agent, const char *method, GVariant *arguments, GError **error)
{
  g_autoptr (GVariant) answer = NULL;
  GError *bus_error = NULL;

  g_return_val_if_fail (CF_BUS_IS_AGENT1 (agent), FALSE);
  g_return_val_if_fail (method != NULL, FALSE);

  answer = g_dbus_proxy_call_sync (G_DBUS_PROXY (agent), method, arguments,
                                   G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION,
                                   CALL_TIMEOUT_MSEC, NULL, &bus_error);
  if (answer == NULL)
    take_error (error, bus_error);
  return answer != NULL;
}
