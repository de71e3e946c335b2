/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-logind-capabilities.h"

#include "cf-inhibitors.h"
#include "cf-offline-updates.h"

typedef struct
{
  CfShutdownFlags flags;    /* found so far */
  CfShutdownFlags in_doubt; /* "challenge": because of an inhibitor, or always? */
  gboolean allow_halt;
  gboolean lacks_answers;
  guint n_asked;
} Reading;

static const struct
{
  const char *method;
  CfShutdownFlags flags;
} questions[] = {
  /* what is to be started again needs a restart */
  { "CanReboot", CF_SHUTDOWN_RESTART | CF_SHUTDOWN_RESTARTAPPS },
  { "CanPowerOff", CF_SHUTDOWN_POWEROFF },
  { "CanHalt", CF_SHUTDOWN_NOREBOOT },
};

/**
 * cf_logind_answer_means_capable:
 * @answer: what CanReboot, CanPowerOff or CanHalt said
 *
 * Whether we could do it. logind tells since systemd 258 whether something inhibits it just now:
 * that is for when the time has come, not for when a request is accepted. "challenge" and its kin
 * ask for somebody's password, and there is nobody to ask.
 *
 * Returns: %TRUE if it is possible
 */
gboolean
cf_logind_answer_means_capable (const char *answer)
{
  static const char *const capable[] = { "yes", "inhibited", "inhibitor-blocked", NULL };

  g_return_val_if_fail (answer != NULL, FALSE);

  return g_strv_contains (capable, answer);
}

/* Up to systemd 257 logind says "challenge" also where only an inhibitor is in the way. */
static gboolean
is_in_doubt (const char *answer)
{
  return g_str_equal (answer, "challenge") || g_str_equal (answer, "challenge-inhibitor-blocked");
}

static void ask_next (GTask *task);

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Reading *reading = g_task_get_task_data (task);
  guint which = reading->n_asked++;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  const char *answer;

  reply = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);
  if (reply == NULL)
    {
      reading->lacks_answers = TRUE;
      g_info ("%s has no answer: %s", questions[which].method, error->message);
    }
  else if (!g_variant_is_of_type (reply, G_VARIANT_TYPE ("(s)")))
    g_info ("%s has an answer of another type", questions[which].method);
  else
    {
      g_variant_get (reply, "(&s)", &answer);
      g_debug ("%s says “%s”", questions[which].method, answer);
      if (cf_logind_answer_means_capable (answer))
        reading->flags |= questions[which].flags;
      else if (is_in_doubt (answer))
        reading->in_doubt |= questions[which].flags;
    }
  ask_next (g_steal_pointer (&task));
}

static void
updates_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Reading *reading = g_task_get_task_data (task);

  if (cf_offline_updates_find_finish (G_DBUS_CONNECTION (source), result))
    reading->flags |= CF_SHUTDOWN_INSTALL_UPDATES;
  g_task_return_int (task, (gssize) reading->flags);
}

/* Whoever is in the way now may be gone by then: the veto is for when the time has come. */
static void
inhibitors_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Reading *reading = g_task_get_task_data (task);
  g_autoptr (GVariant) inhibitors = NULL;
  g_autofree char *blocker = NULL;

  if (cf_bus_login1_manager_call_list_inhibitors_finish (CF_BUS_LOGIN1_MANAGER (source),
                                                         &inhibitors, result, NULL))
    blocker = cf_inhibitors_describe_blockers (inhibitors);
  /* Not a halt: where it is not allowed, nothing but polkit's word would say so. */
  if (blocker != NULL)
    reading->flags |= reading->in_doubt & ~CF_SHUTDOWN_NOREBOOT;
  reading->in_doubt = CF_SHUTDOWN_NO_FLAGS;
  ask_next (g_steal_pointer (&task));
}

static void
ask_next (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);
  GDBusProxy *manager = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  guint which = reading->n_asked;

  if (which < G_N_ELEMENTS (questions) && questions[which].flags == CF_SHUTDOWN_NOREBOOT &&
      !reading->allow_halt)
    which = ++reading->n_asked;

  if (which < G_N_ELEMENTS (questions))
    g_dbus_proxy_call (manager, questions[which].method, NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                       cancellable, answered_cb, task);
  else if (reading->in_doubt != CF_SHUTDOWN_NO_FLAGS)
    cf_bus_login1_manager_call_list_inhibitors (CF_BUS_LOGIN1_MANAGER (manager), cancellable,
                                                inhibitors_listed_cb, task);
  else
    cf_offline_updates_find_async (g_dbus_proxy_get_connection (manager), cancellable,
                                   updates_found_cb, task);
}

/**
 * cf_logind_capabilities_read_async:
 * @manager: logind
 * @allow_halt: whether a halt is wanted among the capabilities
 * @cancellable: (nullable): ends the waiting
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Asks what this machine can do. What has no answer counts as impossible.
 */
void
cf_logind_capabilities_read_async (CfBusLogin1Manager *manager, gboolean allow_halt,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  Reading *reading;
  GTask *task;

  g_return_if_fail (CF_BUS_IS_LOGIN1_MANAGER (manager));

  reading = g_new0 (Reading, 1);
  /* forcing and overriding are matters of ours alone */
  reading->flags = CF_SHUTDOWN_FORCE_OTHERS | CF_SHUTDOWN_GRACE_OVERRIDE;
  reading->allow_halt = allow_halt;
  task = g_task_new (manager, cancellable, callback, user_data);
  g_task_set_source_tag (task, cf_logind_capabilities_read_async);
  g_task_set_task_data (task, reading, g_free);
  ask_next (task);
}

/**
 * cf_logind_capabilities_read_finish:
 * @manager: logind
 * @result: the result given to the callback
 * @is_complete: (out): %FALSE if logind could not answer everything just now
 *
 * Returns: the flags that can be honoured; %CF_SHUTDOWN_NO_FLAGS if the reading was cancelled
 */
CfShutdownFlags
cf_logind_capabilities_read_finish (CfBusLogin1Manager *manager, GAsyncResult *result,
                                    gboolean *is_complete)
{
  Reading *reading;
  gssize flags;

  g_return_val_if_fail (g_task_is_valid (result, manager), CF_SHUTDOWN_NO_FLAGS);
  g_return_val_if_fail (is_complete != NULL, CF_SHUTDOWN_NO_FLAGS);

  reading = g_task_get_task_data (G_TASK (result));
  *is_complete = !reading->lacks_answers;
  flags = g_task_propagate_int (G_TASK (result), NULL);
  return flags > 0 ? (CfShutdownFlags) flags : CF_SHUTDOWN_NO_FLAGS;
}
