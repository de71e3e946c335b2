/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-gatekeeper.h"

#include <unistd.h>

#include "cf-agent-bus-error.h"
#include "cf-call-rate.h"
#include "cf-people.h"
#include "cf-polkit.h"
#include "request/cf-display-text.h"

#define ACTION(name) "org.curfew.agent." name

/* All that is allowed; the rest is refused. */
static const struct
{
  CfPlace place;
  gboolean is_alone;      /* whether nobody else may be signed in */
  gboolean is_receipt;    /* counted apart: receipts must not use up the calls that act */
  const char *actions[3]; /* all of them have to be granted by polkit */
} rules[] = {
  [CF_LOCAL_POSTPONE] = { CF_PLACE_ACTIVE, FALSE, FALSE, { ACTION ("postpone"), NULL } },
  [CF_LOCAL_ACT_NOW] = { CF_PLACE_ANYWHERE, TRUE, FALSE, { ACTION ("act-now"), NULL } },
  [CF_LOCAL_ABORT] = { CF_PLACE_ANYWHERE, FALSE, FALSE, { ACTION ("abort"), NULL } },
  [CF_LOCAL_RESCHEDULE] = { CF_PLACE_ANYWHERE, FALSE, FALSE, { ACTION ("schedule"), NULL } },
  [CF_LOCAL_RESCHEDULE_NOW] = { CF_PLACE_ANYWHERE,
                                TRUE,
                                FALSE,
                                { ACTION ("schedule"), ACTION ("act-now"), NULL } },
  /* these say what the caller could have prevented by showing nothing; the time is extended or not
   * by those of active sessions alone (CfReceiver) */
  [CF_LOCAL_REPORT_SHOWN] = { CF_PLACE_LOCAL, FALSE, TRUE, { NULL } },
  [CF_LOCAL_REPORT_READ] = { CF_PLACE_LOCAL, FALSE, TRUE, { NULL } },
  /* gives two minutes, once */
  [CF_LOCAL_REPORT_RETURNED] = { CF_PLACE_ACTIVE, FALSE, TRUE, { NULL } },
  /* one among others: everybody is asked */
  [CF_LOCAL_SET_READY] = { CF_PLACE_SIGNED_IN, FALSE, FALSE, { ACTION ("act-now"), NULL } },
};

struct _CfGatekeeper
{
  GObject parent_instance;

  CfPower *power;           /* (owned), set once */
  CfPolkit *polkit;         /* (owned) (nullable), set once: %NULL in a rehearsal */
  CfCallRate *rate;         /* (owned) */
  CfCallRate *receipt_rate; /* (owned) */
};

G_DEFINE_FINAL_TYPE (CfGatekeeper, cf_gatekeeper, G_TYPE_OBJECT)

/* One caller while it is looked at. */
typedef struct
{
  char *sender;
  CfLocalCall call;
  gboolean is_interactive;
  GCancellable *cancellable; /* the caller has gone, or nobody wants to know any more */
  GCancellable *outer;       /* (nullable) */
  gulong outer_handler;
  guint watch_id;
  guint n_granted; /* how many of the rule's actions */
  gboolean is_counted;
  guint32 uid;
} Check;

static void
check_free (Check *check)
{
  g_clear_object (&check->cancellable);
  g_clear_object (&check->outer);
  g_free (check->sender);
  g_free (check);
}

static void
cf_gatekeeper_dispose (GObject *object)
{
  CfGatekeeper *self = CF_GATEKEEPER (object);

  g_clear_object (&self->power);
  g_clear_object (&self->polkit);

  G_OBJECT_CLASS (cf_gatekeeper_parent_class)->dispose (object);
}

static void
cf_gatekeeper_finalize (GObject *object)
{
  CfGatekeeper *self = CF_GATEKEEPER (object);

  g_clear_pointer (&self->rate, cf_call_rate_free);
  g_clear_pointer (&self->receipt_rate, cf_call_rate_free);

  G_OBJECT_CLASS (cf_gatekeeper_parent_class)->finalize (object);
}

static void
cf_gatekeeper_class_init (CfGatekeeperClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_gatekeeper_dispose;
  G_OBJECT_CLASS (class)->finalize = cf_gatekeeper_finalize;
}

static void
cf_gatekeeper_init (CfGatekeeper *self)
{
  self->rate = cf_call_rate_new ();
  self->receipt_rate = cf_call_rate_new ();
}

static CfGatekeeper *
new_for (CfPower *power, CfPolkit *polkit)
{
  CfGatekeeper *self = g_object_new (CF_TYPE_GATEKEEPER, NULL);

  self->power = g_object_ref (power);
  self->polkit = polkit;
  return self;
}

static void
polkit_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  CfPolkit *polkit = cf_polkit_new_finish (result, &error);

  if (polkit == NULL)
    g_task_return_new_error (task, CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_FAILED,
                             "polkit does not answer, so nobody could say who may do what on this "
                             "computer (%s). Install and start polkit, then start curfew-agent "
                             "again",
                             error->message);
  else
    g_task_return_pointer (task, new_for (g_task_get_task_data (task), polkit), g_object_unref);
}

/**
 * cf_gatekeeper_new_async:
 * @power: knows who is signed in
 * @cancellable: (nullable): ends the waiting
 * @callback: called when done
 * @user_data: for @callback
 *
 * Makes a gatekeeper that asks polkit on the system bus. Without polkit there is none, and an agent
 * that acts must not start (threat-model.md section 11).
 */
void
cf_gatekeeper_new_async (CfPower *power, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CF_IS_POWER (power));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, cf_gatekeeper_new_async);
  g_task_set_task_data (task, g_object_ref (power), g_object_unref);
  cf_polkit_new_async (cancellable, polkit_found_cb, g_steal_pointer (&task));
}

/**
 * cf_gatekeeper_new_finish:
 * @result: what the callback got
 * @error: %CF_AGENT_BUS_ERROR_FAILED: there is no polkit
 *
 * Returns: (transfer full): a gatekeeper; %NULL with @error set otherwise
 */
CfGatekeeper *
cf_gatekeeper_new_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * cf_gatekeeper_new_for_rehearsal:
 * @power: knows who plays being signed in
 *
 * Makes a gatekeeper that lets the user who runs this agent do everything and nobody else anything,
 * without polkit and without a session. The number of calls is limited as ever, and nothing happens
 * at once while somebody plays being signed in.
 *
 * Returns: (transfer full): a gatekeeper
 */
CfGatekeeper *
cf_gatekeeper_new_for_rehearsal (CfPower *power)
{
  g_return_val_if_fail (CF_IS_POWER (power), NULL);

  return new_for (power, NULL);
}

static CfCallRate *
get_rate (CfGatekeeper *self, CfLocalCall call)
{
  return rules[call].is_receipt ? self->receipt_rate : self->rate;
}

/* Each check ends here or in named_cb(), once. */
static void
clean_up (GTask *task)
{
  CfGatekeeper *self = g_task_get_source_object (task);
  Check *check = g_task_get_task_data (task);

  if (check->outer != NULL)
    g_cancellable_disconnect (check->outer, check->outer_handler);
  if (check->watch_id > 0)
    g_bus_unwatch_name (check->watch_id);
  if (check->is_counted)
    cf_call_rate_end (get_rate (self, check->call), check->uid);
}

static void
refuse (GTask *task, GError *error)
{
  clean_up (task);
  g_task_return_error (task, error);
}

/* Refusals are noted in the journal. Whoever hangs up before it is known who they are could fill
 * it: all of them together count as one caller. */
static void
refuse_unknown (GTask *task, const char *problem)
{
  CfGatekeeper *self = g_task_get_source_object (task);
  gboolean is_counted = cf_call_rate_begin (self->rate, G_MAXUINT32, g_get_monotonic_time ());

  if (is_counted)
    cf_call_rate_end (self->rate, G_MAXUINT32);
  refuse (task, g_error_new (CF_AGENT_BUS_ERROR,
                             is_counted ? CF_AGENT_BUS_ERROR_DENIED : CF_AGENT_BUS_ERROR_BUSY,
                             "It cannot be found out who asked, so nothing was done: %s", problem));
}

static gboolean
is_gone (GTask *task)
{
  Check *check = g_task_get_task_data (task);

  if (!g_cancellable_is_cancelled (check->cancellable))
    return FALSE;
  refuse (task, g_error_new_literal (CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_DENIED,
                                     "The program that asked is no longer there, so nothing was "
                                     "done"));
  return TRUE;
}

static GError *
make_place_error (const Check *check)
{
  CfPlace place = rules[check->call].place;

  if (place == CF_PLACE_SIGNED_IN)
    return g_error_new (
      CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_DENIED,
      "Only somebody who is signed in to this computer can do that, and uid %u is "
      "not",
      check->uid);
  return g_error_new (CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_DENIED,
                      "Only somebody who sits at this computer can do that, and uid %u has no "
                      "%ssession at it",
                      check->uid, place == CF_PLACE_ACTIVE ? "active " : "");
}

/* Checked before polkit, so that nobody types a password for nothing, and after it, for in the time
 * that this takes people come and go. */
static gboolean
check_place (GTask *task)
{
  CfGatekeeper *self = g_task_get_source_object (task);
  Check *check = g_task_get_task_data (task);
  GListModel *sessions = cf_power_get_sessions (self->power);
  g_autofree char *other = NULL;

  /* who rehearses sits here */
  if (self->polkit != NULL && !cf_people_include (sessions, check->uid, rules[check->call].place))
    {
      refuse (task, make_place_error (check));
      return FALSE;
    }
  if (rules[check->call].is_alone && !cf_power_knows_people (self->power))
    {
      refuse (task, g_error_new_literal (CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_FAILED,
                                         "Somebody is just signing in, so nothing was done. Try "
                                         "again in a moment"));
      return FALSE;
    }
  if (rules[check->call].is_alone)
    other = cf_people_dup_other (sessions, check->uid);
  if (other != NULL)
    {
      refuse (task, g_error_new (CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_OTHERS_SIGNED_IN,
                                 "%s is signed in at this computer, too, and would lose unsaved "
                                 "work. Ask %s to sign out first, or wait for the countdown",
                                 other, other));
      return FALSE;
    }
  return TRUE;
}

static void
named_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *who = cf_people_describe_finish (result);

  if (is_gone (task) || !check_place (task))
    return;

  clean_up (task);
  g_task_return_pointer (task, g_steal_pointer (&who), g_free);
}

static void ask_polkit (GTask *task);

static void
polkit_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Check *check = g_task_get_task_data (task);
  const char *action = rules[check->call].actions[check->n_granted];
  g_autoptr (GError) error = NULL;
  gboolean is_authorized;

  cf_polkit_check_finish (CF_POLKIT (source), result, &is_authorized, &error);
  if (is_gone (task))
    return;

  if (error != NULL)
    refuse (task, g_error_new (CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_DENIED,
                               "polkit could not say whether that is allowed (%s), so it is not: "
                               "%s",
                               action, error->message));
  else if (!is_authorized)
    refuse (task,
            g_error_new (CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_DENIED,
                         "uid %u may not do that: polkit did not grant %s", check->uid, action));
  else
    {
      check->n_granted++;
      ask_polkit (task);
    }
}

/* As long as it takes: somebody may be typing a password. The countdown does not wait for it. */
static void
ask_polkit (GTask *task)
{
  CfGatekeeper *self = g_task_get_source_object (task);
  Check *check = g_task_get_task_data (task);
  const char *action = rules[check->call].actions[check->n_granted];

  if (self->polkit == NULL || action == NULL)
    {
      cf_people_describe_async (cf_power_get_sessions (self->power), check->uid, named_cb,
                                g_object_ref (task));
      return;
    }

  cf_polkit_check_async (self->polkit, check->sender, action, check->is_interactive,
                         check->cancellable, polkit_cb, g_object_ref (task));
}

static void
sender_vanished_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  Check *check = g_task_get_task_data (user_data);

  g_cancellable_cancel (check->cancellable);
}

static gboolean
is_known (GTask *task, guint32 uid)
{
  CfGatekeeper *self = g_task_get_source_object (task);
  Check *check = g_task_get_task_data (task);

  check->uid = uid;
  if (self->polkit == NULL && uid != geteuid ())
    {
      refuse (task, g_error_new (CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_DENIED,
                                 "This agent rehearses for uid %u alone", (guint) geteuid ()));
      return FALSE;
    }
  check->is_counted = cf_call_rate_begin (get_rate (self, check->call), uid,
                                          g_get_monotonic_time ());
  if (!check->is_counted)
    {
      refuse (task, g_error_new (CF_AGENT_BUS_ERROR, CF_AGENT_BUS_ERROR_BUSY,
                                 "uid %u called too often: at most %u times a minute. Try again in "
                                 "a minute",
                                 uid, CF_CALL_RATE_MAX_A_MINUTE));
      return FALSE;
    }
  return TRUE;
}

static void
identified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GDBusConnection *connection = G_DBUS_CONNECTION (source);
  Check *check = g_task_get_task_data (task);
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  guint32 uid;

  answer = g_dbus_connection_call_finish (connection, result, &error);
  if (answer == NULL)
    {
      refuse_unknown (task, error->message);
      return;
    }
  if (is_gone (task))
    return;

  g_variant_get (answer, "(u)", &uid);
  if (!is_known (task, uid))
    return;
  check->watch_id = g_bus_watch_name_on_connection (
    connection, check->sender, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, sender_vanished_cb,
    g_object_ref (task), g_object_unref);
  if (check_place (task))
    ask_polkit (task);
}

static void
outer_cancelled_cb (GCancellable *outer, GCancellable *inner)
{
  g_cancellable_cancel (inner);
}

/**
 * cf_gatekeeper_check_async:
 * @self: a gatekeeper
 * @connection: the bus that the call came by; the system bus, but in a rehearsal
 * @sender: the caller's unique name there
 * @call: what it wants
 * @is_interactive: whether the caller waits while polkit asks somebody for a password
 * @cancellable: (nullable): ends the waiting, and refuses
 * @callback: called when done
 * @user_data: for @callback
 *
 * Finds out whether a caller may. No countdown waits for it, nor other callers.
 */
void
cf_gatekeeper_check_async (CfGatekeeper *self, GDBusConnection *connection, const char *sender,
                           CfLocalCall call, gboolean is_interactive, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Check *check;

  g_return_if_fail (CF_IS_GATEKEEPER (self));
  g_return_if_fail (G_IS_DBUS_CONNECTION (connection));
  g_return_if_fail (sender != NULL);
  g_return_if_fail (call < G_N_ELEMENTS (rules));

  /* The task itself has no cancellable: refusals keep their reason. */
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, cf_gatekeeper_check_async);
  check = g_new0 (Check, 1);
  check->uid = G_MAXUINT32;
  check->sender = g_strdup (sender);
  check->call = call;
  check->is_interactive = is_interactive;
  check->cancellable = g_cancellable_new ();
  g_task_set_task_data (task, check, (GDestroyNotify) check_free);
  if (cancellable != NULL)
    {
      check->outer = g_object_ref (cancellable);
      check->outer_handler = g_cancellable_connect (cancellable, G_CALLBACK (outer_cancelled_cb),
                                                    g_object_ref (check->cancellable),
                                                    g_object_unref);
    }
  g_dbus_connection_call (
    connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
    "GetConnectionUnixUser", g_variant_new ("(s)", sender), G_VARIANT_TYPE ("(u)"),
    G_DBUS_CALL_FLAGS_NONE, -1, check->cancellable, identified_cb, g_steal_pointer (&task));
}

/**
 * cf_gatekeeper_check_finish:
 * @self: a gatekeeper
 * @result: what the callback got
 * @error: a #CfAgentBusError: denied, busy, others signed in
 *
 * Returns: (transfer full): who the caller is, for people and logs: "alice (uid 1000)"; %NULL with
 *   @error set if the caller may not
 */
char *
cf_gatekeeper_check_finish (CfGatekeeper *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * cf_gatekeeper_check_get_uid:
 * @result: of a check, whatever came of it
 *
 * Returns: who the caller is; %G_MAXUINT32 if that was not found out
 */
guint32
cf_gatekeeper_check_get_uid (GAsyncResult *result)
{
  const Check *check = g_task_get_task_data (G_TASK (result));

  return check->uid;
}
