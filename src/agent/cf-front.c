/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-front.h"

#include <errno.h>
#include <pwd.h>

#define BUFFER_SIZE (64 * 1024)

static gboolean
find_account (const char *name, uid_t *uid, gid_t *gid, GError **error)
{
  g_autofree char *buffer = g_malloc (BUFFER_SIZE);
  struct passwd entry;
  struct passwd *found = NULL;
  int cause;

  do
    cause = getpwnam_r (name, &entry, buffer, BUFFER_SIZE, &found);
  while (cause == EINTR);
  if (found == NULL)
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                   "[front] user is “%s”, but %s. Write the account that the web server runs as, "
                   "such as www-data",
                   name, cause != 0 ? g_strerror (cause) : "there is no such account");
      return FALSE;
    }
  *uid = found->pw_uid;
  *gid = found->pw_gid;
  return TRUE;
}

/**
 * cf_front_set_up:
 * @service: a service that does not listen on a Unix socket yet
 * @account: `user` of the group `[front]`: what the web server runs as
 * @user_header: (nullable): `user-header` of it
 * @error: what is wrong with them
 *
 * Lets the web server in through Unix sockets, which are made accessible to its group. Asks the
 * name services, and waits for them: for the start of the agent.
 *
 * Returns: %FALSE with @error set if that cannot be
 */
gboolean
cf_front_set_up (WsmService *service, const char *account, const char *user_header, GError **error)
{
  uid_t uid;
  gid_t gid;

  g_return_val_if_fail (WSM_IS_SERVICE (service), FALSE);
  g_return_val_if_fail (account != NULL, FALSE);

  return find_account (account, &uid, &gid, error) &&
         wsm_service_set_front (service, &uid, 1, gid, user_header, error);
}
