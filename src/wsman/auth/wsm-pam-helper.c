/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * curfew-pam-helper: asks PAM about one name and one password, and ends. The frame on standard
 * input and the answer are described in wsm-pam-frame.h. It takes no options, reads nothing else
 * and prints nothing. It uses no library but libc and PAM, because it runs with the right to
 * read the shadow file.
 *
 * Root and system accounts are refused whatever PAM says: a name that getpwnam() knows with the
 * uid of one (wsm-system-account.h). A name that it does not know is left to PAM, since a stack may
 * know people who are no accounts of this host.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wsm-pam-frame.h"
#include "wsm-system-account.h"

static char parts[WSM_PAM_N_PARTS][WSM_PAM_MAX_CONFIG_DIRECTORY + 1];

/* No handler of a library that PAM loaded needs to run in a process that is over. */
static void __attribute__ ((noreturn)) leave (int status)
{
  explicit_bzero (parts, sizeof parts);
  _exit (status);
}

static bool
read_exactly (void *buffer, size_t length)
{
  size_t done = 0;

  while (done < length)
    {
      ssize_t n_read = read (STDIN_FILENO, (char *) buffer + done, length - done);

      if (n_read > 0)
        done += (size_t) n_read;
      else if (n_read == 0 || errno != EINTR)
        return false;
    }

  return true;
}

static bool
read_part (int which)
{
  size_t max = which == WSM_PAM_CONFIG_DIRECTORY ? WSM_PAM_MAX_CONFIG_DIRECTORY : WSM_PAM_MAX_PART;
  uint8_t prefix[2];
  size_t length;

  if (!read_exactly (prefix, sizeof prefix))
    return false;

  length = (size_t) (prefix[0] | prefix[1] << 8);
  if (length > max || !read_exactly (parts[which], length))
    return false;

  parts[which][length] = '\0';
  return memchr (parts[which], '\0', length) == NULL;
}

static bool
read_frame (void)
{
  char more;

  for (int which = 0; which < WSM_PAM_N_PARTS; which++)
    {
      if (!read_part (which))
        return false;
    }

  return parts[WSM_PAM_SERVICE][0] != '\0' && parts[WSM_PAM_USER][0] != '\0' &&
         parts[WSM_PAM_PASSWORD][0] != '\0' && !read_exactly (&more, 1);
}

static void
free_responses (struct pam_response *responses, int n_responses)
{
  for (int i = 0; i < n_responses; i++)
    {
      if (responses[i].resp != NULL)
        explicit_bzero (responses[i].resp, strlen (responses[i].resp));
      free (responses[i].resp);
    }
  free (responses);
}

/* Hidden prompts get the password, a visible one ends the attempt: there is nobody to ask. */
static int
converse (int n_messages, const struct pam_message **messages, struct pam_response **responses,
          void *data)
{
  struct pam_response *answers;

  if (n_messages <= 0 || n_messages > PAM_MAX_NUM_MSG)
    return PAM_CONV_ERR;

  answers = calloc ((size_t) n_messages, sizeof *answers);
  if (answers == NULL)
    return PAM_BUF_ERR;

  for (int i = 0; i < n_messages; i++)
    {
      if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF)
        answers[i].resp = strdup (parts[WSM_PAM_PASSWORD]);

      if (messages[i]->msg_style == PAM_PROMPT_ECHO_ON ||
          (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF && answers[i].resp == NULL))
        {
          free_responses (answers, n_messages);
          return PAM_CONV_ERR;
        }
    }

  *responses = answers;
  return PAM_SUCCESS;
}

static int
status_of (int outcome)
{
  switch (outcome)
    {
    case PAM_SUCCESS:
      return WSM_PAM_ACCEPTED;
    case PAM_AUTH_ERR:
    case PAM_USER_UNKNOWN:
    case PAM_PERM_DENIED:
    case PAM_MAXTRIES:
    case PAM_ACCT_EXPIRED:
    case PAM_CRED_EXPIRED:
    case PAM_CRED_INSUFFICIENT:
    case PAM_AUTHTOK_EXPIRED:
    case PAM_NEW_AUTHTOK_REQD:
      return WSM_PAM_REJECTED;
    default:
      return WSM_PAM_UNAVAILABLE;
    }
}

/* A module may rename the one who signs in; what WsmPam attests is the name it was asked about. */
static bool
is_same_person (pam_handle_t *handle)
{
  const void *name = NULL;

  return pam_get_item (handle, PAM_USER, &name) == PAM_SUCCESS && name != NULL &&
         strcmp (name, parts[WSM_PAM_USER]) == 0;
}

static bool
is_system_account (const char *name)
{
  const struct passwd *entry = getpwnam (name);

  return entry != NULL && wsm_is_system_uid (entry->pw_uid);
}

static int
start (const struct pam_conv *conversation, pam_handle_t **handle)
{
  if (parts[WSM_PAM_CONFIG_DIRECTORY][0] != '\0')
    return pam_start_confdir (parts[WSM_PAM_SERVICE], parts[WSM_PAM_USER], conversation,
                              parts[WSM_PAM_CONFIG_DIRECTORY], handle);

  return pam_start (parts[WSM_PAM_SERVICE], parts[WSM_PAM_USER], conversation, handle);
}

static int
ask_pam (void)
{
  const struct pam_conv conversation = { converse, NULL };
  pam_handle_t *handle = NULL;
  int outcome = start (&conversation, &handle);
  int status;

  if (outcome != PAM_SUCCESS)
    return WSM_PAM_UNAVAILABLE;

  if (parts[WSM_PAM_REMOTE_HOST][0] != '\0')
    outcome = pam_set_item (handle, PAM_RHOST, parts[WSM_PAM_REMOTE_HOST]);
  if (outcome == PAM_SUCCESS)
    outcome = pam_authenticate (handle, PAM_DISALLOW_NULL_AUTHTOK | PAM_SILENT);
  if (outcome == PAM_SUCCESS)
    outcome = pam_acct_mgmt (handle, PAM_DISALLOW_NULL_AUTHTOK | PAM_SILENT);

  status = status_of (outcome);
  if (status == WSM_PAM_ACCEPTED &&
      (!is_same_person (handle) || is_system_account (parts[WSM_PAM_USER])))
    status = WSM_PAM_REJECTED;

  pam_end (handle, outcome);
  return status;
}

static bool
is_socket (void)
{
  int type;
  socklen_t length = sizeof type;

  return getsockopt (STDIN_FILENO, SOL_SOCKET, SO_TYPE, &type, &length) == 0;
}

/* Nobody can end this process for an asker that hung up, so it ends itself: the signal that the
 * kernel sends then is not handled. Whoever hung up before is found by looking. */
static bool
end_with_asker (void)
{
  struct pollfd asker = { .fd = STDIN_FILENO };
  int flags = fcntl (STDIN_FILENO, F_GETFL);

  return flags >= 0 && fcntl (STDIN_FILENO, F_SETOWN, getpid ()) == 0 &&
         fcntl (STDIN_FILENO, F_SETFL, flags | O_ASYNC) == 0 && poll (&asker, 1, 0) == 0;
}

static int
answer_socket (void)
{
  uint8_t status = WSM_PAM_UNAVAILABLE;

  /* Whoever sits at the other end may choose a service, but not where its modules come from. */
  if (read_frame () && parts[WSM_PAM_CONFIG_DIRECTORY][0] == '\0' && end_with_asker ())
    status = (uint8_t) ask_pam ();

  if (send (STDIN_FILENO, &status, sizeof status, MSG_NOSIGNAL) != sizeof status)
    status = WSM_PAM_UNAVAILABLE;
  return status;
}

int
main (void)
{
  const struct rlimit no_core = { 0, 0 };

  if (prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || setrlimit (RLIMIT_CORE, &no_core) != 0)
    leave (WSM_PAM_UNAVAILABLE);

  if (is_socket ())
    leave (answer_socket ());
  leave (read_frame () ? ask_pam () : WSM_PAM_UNAVAILABLE);
}
