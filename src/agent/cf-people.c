/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-people.h"

#include <pwd.h>
#include <string.h>

#include "request/cf-display-text.h"

#define MAX_PASSWD_OCTETS (64 * 1024)

/**
 * cf_people_get_where:
 * @session: of somebody
 *
 * Returns: where that session is
 */
CfWhere
cf_people_get_where (CfSession *session)
{
  g_return_val_if_fail (CF_IS_SESSION (session), CF_WHERE_REMOTE);

  if (cf_session_is_remote (session))
    return CF_WHERE_REMOTE;
  /* one without a seat is active always: it is not in the background of anything */
  if (cf_session_is_active (session) && *cf_session_get_seat (session) != '\0')
    return CF_WHERE_SCREEN;
  return cf_session_is_graphical (session) ? CF_WHERE_OTHER_SCREEN : CF_WHERE_TERMINAL;
}

static gboolean
is_at (CfSession *session, CfPlace place)
{
  switch (place)
    {
    case CF_PLACE_LOCAL:
      return !cf_session_is_remote (session);
    case CF_PLACE_ACTIVE:
      return !cf_session_is_remote (session) && cf_session_is_active (session);
    case CF_PLACE_ANYWHERE:
    case CF_PLACE_SIGNED_IN:
    default:
      return TRUE;
    }
}

/**
 * cf_people_include:
 * @sessions: (element-type CfSession): who is signed in
 * @uid: a user
 * @place: where
 *
 * Returns: whether @uid is there
 */
gboolean
cf_people_include (GListModel *sessions, guint32 uid, CfPlace place)
{
  guint n_sessions;

  g_return_val_if_fail (G_IS_LIST_MODEL (sessions), FALSE);

  if (place == CF_PLACE_ANYWHERE)
    return TRUE;
  n_sessions = g_list_model_get_n_items (sessions);
  for (guint i = 0; i < n_sessions; i++)
    {
      g_autoptr (CfSession) session = g_list_model_get_item (sessions, i);

      if (cf_session_get_uid (session) == uid && is_at (session, place))
        return TRUE;
    }
  return FALSE;
}

/**
 * cf_people_dup_other:
 * @sessions: (element-type CfSession): who is signed in
 * @uid: a user
 *
 * Returns: (transfer full) (nullable): the name of somebody else who is signed in
 */
char *
cf_people_dup_other (GListModel *sessions, guint32 uid)
{
  guint n_sessions;

  g_return_val_if_fail (G_IS_LIST_MODEL (sessions), NULL);

  n_sessions = g_list_model_get_n_items (sessions);
  for (guint i = 0; i < n_sessions; i++)
    {
      g_autoptr (CfSession) session = g_list_model_get_item (sessions, i);

      if (cf_session_get_uid (session) != uid)
        return cf_display_text_one_line (cf_session_get_user (session));
    }
  return NULL;
}

static char *
describe (const char *name, guint32 uid)
{
  g_autofree char *line = NULL;

  if (name == NULL || *name == '\0')
    return g_strdup_printf ("uid %u", uid);
  line = cf_display_text_one_line (name);
  return g_strdup_printf ("%s (uid %u)", line, uid);
}

/* Runs in a thread: names of users may come over a network. */
static void
look_up (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  guint32 uid = GPOINTER_TO_UINT (task_data);
  g_autofree char *buffer = g_malloc (MAX_PASSWD_OCTETS);
  struct passwd *found = NULL;
  struct passwd entry;

  if (getpwuid_r (uid, &entry, buffer, MAX_PASSWD_OCTETS, &found) != 0)
    found = NULL;
  g_task_return_pointer (task, describe (found != NULL ? found->pw_name : NULL, uid), g_free);
}

/**
 * cf_people_describe_async:
 * @sessions: (element-type CfSession): who is signed in
 * @uid: a user
 * @callback: called when done
 * @user_data: for @callback
 *
 * Finds a user's name: that of a session, or what the system knows.
 */
void
cf_people_describe_async (GListModel *sessions, guint32 uid, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  guint n_sessions;

  g_return_if_fail (G_IS_LIST_MODEL (sessions));

  task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (task, cf_people_describe_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (uid), NULL);
  n_sessions = g_list_model_get_n_items (sessions);
  for (guint i = 0; i < n_sessions; i++)
    {
      g_autoptr (CfSession) session = g_list_model_get_item (sessions, i);

      if (cf_session_get_uid (session) == uid)
        {
          g_task_return_pointer (task, describe (cf_session_get_user (session), uid), g_free);
          return;
        }
    }
  g_task_run_in_thread (task, look_up);
}

/**
 * cf_people_describe_finish:
 * @result: what the callback got
 *
 * Returns: (transfer full): the user for people and logs: "alice (uid 1000)"; "uid 1000" if nobody
 *   knows a name
 */
char *
cf_people_describe_finish (GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/**
 * cf_people_dup_name:
 * @who: (nullable): somebody for logs: "alice (uid 1000)", "mara from 192.0.2.7"
 *
 * Returns: (transfer full): the same for people, who do not know each other's numbers: "alice"; ""
 *   for %NULL
 */
char *
cf_people_dup_name (const char *who)
{
  g_autofree char *line = cf_display_text_one_line (who != NULL ? who : "");
  char *mark = g_strrstr (line, " (uid ");
  gsize n_digits = mark != NULL ? strspn (mark + strlen (" (uid "), "0123456789") : 0;

  if (n_digits > 0 && mark != line && g_str_equal (mark + strlen (" (uid ") + n_digits, ")"))
    *mark = '\0';
  return g_steal_pointer (&line);
}
