/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-account.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>

#include "wsm-auth-error.h"
#include "wsm-system-account.h"

#define FIRST_BUFFER 4096
#define MAX_BUFFER   (16 * 1024 * 1024) /* a directory's group may list many thousand members */
#define MAX_GROUPS   65536              /* as many as the kernel lets a process have */

typedef struct
{
  char *name; /* (owned) */
  gboolean people_only;
} Question;

typedef struct
{
  char *own_name; /* (owned) */
  char **groups;  /* (owned) (array zero-terminated=1) */
} Account;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->name);
  g_free (question);
}

static void
account_free (gpointer data)
{
  Account *account = data;

  g_free (account->own_name);
  g_strfreev (account->groups);
  g_free (account);
}

/* What getpwnam_r(3) and getgrgid_r(3) answer for “there is none”, by their manual pages. */
static gboolean
means_unknown (int cause)
{
  return cause == ENOENT || cause == ESRCH || cause == EBADF || cause == EPERM;
}

static gboolean
fail (const char *name, int cause, GError **error)
{
  g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
               "The account of “%s” cannot be looked up: %s. Try: getent initgroups NAME", name,
               g_strerror (cause));
  return FALSE;
}

static gboolean
reject (GError **error)
{
  g_set_error_literal (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                       "Root and system accounts do not sign in.");
  return FALSE;
}

/* Finds @name. TRUE without @own_name: there is no such account here. */
static gboolean
look_up_user (const char *name, gboolean people_only, char **own_name, gid_t *gid, GError **error)
{
  struct passwd entry;
  struct passwd *found = NULL;
  gsize size = FIRST_BUFFER;
  g_autofree char *buffer = g_malloc (size);
  int cause;

  while ((cause = getpwnam_r (name, &entry, buffer, size, &found)) == EINTR ||
         (cause == ERANGE && size < MAX_BUFFER))
    if (cause == ERANGE)
      {
        size *= 2;
        g_free (buffer);
        buffer = g_malloc (size);
      }

  if (found == NULL && cause != 0 && !means_unknown (cause))
    return fail (name, cause, error);
  if (found != NULL && people_only && wsm_is_system_uid (found->pw_uid))
    return reject (error);
  if (found != NULL)
    {
      *own_name = g_strdup (found->pw_name);
      *gid = found->pw_gid;
    }
  return TRUE;
}

/* Adds the name of @gid; one that has none is left out, it cannot be named anywhere either. */
static gboolean
add_group (const char *name, gid_t gid, GPtrArray *groups, GError **error)
{
  struct group entry;
  struct group *found = NULL;
  gsize size = FIRST_BUFFER;
  g_autofree char *buffer = g_malloc (size);
  int cause;

  while ((cause = getgrgid_r (gid, &entry, buffer, size, &found)) == EINTR ||
         (cause == ERANGE && size < MAX_BUFFER))
    if (cause == ERANGE)
      {
        size *= 2;
        g_free (buffer);
        buffer = g_malloc (size);
      }

  if (found != NULL)
    g_ptr_array_add (groups, g_strdup (found->gr_name));
  else if (cause != 0 && !means_unknown (cause))
    return fail (name, cause, error);
  return TRUE;
}

static char **
look_up_groups (const char *own_name, gid_t gid, GError **error)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new_null_terminated (8, g_free, TRUE);
  int n_gids = 64;
  g_autofree gid_t *gids = g_new (gid_t, n_gids);

  while (getgrouplist (own_name, gid, gids, &n_gids) < 0)
    {
      if (n_gids >= MAX_GROUPS)
        {
          fail (own_name, E2BIG, error);
          return NULL;
        }
      n_gids = MIN (n_gids * 2, MAX_GROUPS);
      g_free (gids);
      gids = g_new (gid_t, n_gids);
    }
  for (int i = 0; i < n_gids; i++)
    if (!add_group (own_name, gids[i], groups, error))
      return NULL;
  return (char **) g_ptr_array_steal (groups, NULL);
}

static void
look_up_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Question *question = data;
  Account *account = g_new0 (Account, 1);
  GError *error = NULL;
  gid_t gid = 0;

  if (look_up_user (question->name, question->people_only, &account->own_name, &gid, &error))
    {
      if (account->own_name != NULL)
        {
          account->groups = look_up_groups (account->own_name, gid, &error);
        }
      else
        {
          account->own_name = g_strdup (question->name);
          account->groups = g_new0 (char *, 1);
        }
    }

  if (error == NULL)
    {
      g_task_return_pointer (task, account, account_free);
      return;
    }
  account_free (account);
  g_task_return_error (task, error);
}

static void
ask (const char *name, gboolean people_only, GTask *task)
{
  Question *question = g_new0 (Question, 1);

  question->name = g_strdup (name);
  question->people_only = people_only;
  g_task_set_source_tag (task, wsm_account_look_up_async);
  g_task_set_task_data (task, question, question_free);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, look_up_in_thread);
}

/**
 * wsm_account_look_up_async:
 * @name: the name under which somebody signed in, not empty
 * @cancellable: (nullable): gives up, also while a directory service does not answer
 * @callback: called from the main context
 * @user_data: for @callback
 *
 * Looks up an account by the host's name services (nsswitch.conf(5)). These may ask a network, so
 * they are asked in a thread.
 */
void
wsm_account_look_up_async (const char *name, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (name != NULL && *name != '\0');

  ask (name, FALSE, task);
}

/**
 * wsm_account_look_up_person_async:
 * @name: the name of somebody for whom another program vouches, not empty
 * @cancellable: (nullable): gives up
 * @callback: called from the main context; ends with wsm_account_look_up_finish()
 * @user_data: for @callback
 *
 * As wsm_account_look_up_async(), but root and system accounts are %WSM_AUTH_ERROR_REJECTED: a
 * verifier looks for that itself.
 */
void
wsm_account_look_up_person_async (const char *name, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (name != NULL && *name != '\0');

  ask (name, TRUE, task);
}

/**
 * wsm_account_look_up_finish:
 * @result: what the callback got
 * @own_name: (out) (transfer full): the account's name as this host spells it: a directory may take
 *   "MARA" for "mara", and permissions are written for one of them; the given name if there is no
 *   such account
 * @error: %WSM_AUTH_ERROR_UNAVAILABLE if the name services do not work, %WSM_AUTH_ERROR_REJECTED if
 *   a person was asked for and this is none, or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (array zero-terminated=1): the names of its Unix groups, the primary one
 *   among them; none for a name without account; %NULL with @error set otherwise
 */
char **
wsm_account_look_up_finish (GAsyncResult *result, char **own_name, GError **error)
{
  Account *account;
  char **groups;

  g_return_val_if_fail (g_async_result_is_tagged (result, wsm_account_look_up_async), NULL);
  g_return_val_if_fail (own_name != NULL, NULL);

  account = g_task_propagate_pointer (G_TASK (result), error);
  if (account == NULL)
    return NULL;

  *own_name = g_steal_pointer (&account->own_name);
  groups = g_steal_pointer (&account->groups);
  account_free (account);
  return groups;
}
