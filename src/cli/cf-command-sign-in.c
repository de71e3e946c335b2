/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "curfew-config.h"

#include "cf-command-sign-in.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cf-problem.h"

#define MAX_USER_LENGTH 256u

/* What no way of signing in has a place for would fail at each computer: it is told once, before.
 */
static gboolean
can_be_sent (const char *user)
{
  if (strlen (user) > MAX_USER_LENGTH)
    return FALSE;
  for (const char *at = user; *at != '\0'; at = g_utf8_next_char (at))
    if (*at == ':' || g_unichar_iscntrl (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

static gboolean
check_user (const char *user, GPtrArray *problems)
{
  if (user == NULL)
    return TRUE;
  if (*user == '\0')
    cf_problem_add (problems, _ ("--user: the name is empty."));
  else if (!g_utf8_validate (user, -1, NULL))
    cf_problem_add (problems, _ ("--user: the name is not UTF-8."));
  else if (!can_be_sent (user))
    cf_problem_add (problems, _ ("--user: the name cannot be sent: it has at most 256 octets, no "
                                 "colon and no control characters."));
  else
    return TRUE;
  return FALSE;
}

static void
check_password (const CfOptions *options, GPtrArray *problems)
{
  if (options->password_fd < 0 && options->password_fd != CF_OPTIONS_NOT_GIVEN)
    cf_problem_add (problems, _ ("--password-fd: %d is no file descriptor."), options->password_fd);
  else if (options->password_fd >= 0 && options->user == NULL)
    cf_problem_add (problems, _ ("--password-fd is of no use without --user."));
  if (options->save_password && options->user == NULL)
    cf_problem_add (problems, _ ("--save-password is of no use without --user."));
}

static CfSignInMethod
read_auth (const CfOptions *options, GPtrArray *problems)
{
  static const char *const words[] = {
    "negotiate", "kerberos", "ntlm", "basic", "certificate", NULL
  };
  CfSignInMethod method = CF_SIGN_IN_AUTOMATIC;

  if (options->auth != NULL)
    cf_sign_in_method_from_name (
      words[cf_command_read_word ("--auth", options->auth, words, problems)], &method);
  return method;
}

/**
 * cf_command_read_sign_in:
 * @self: gets what was read
 * @options: as they were typed
 * @problems: (element-type utf8): gets one sentence for each thing that is wrong
 *
 * Reads who signs in, how, and whose certificates are believed.
 */
void
cf_command_read_sign_in (CfCommand *self, const CfOptions *options, GPtrArray *problems)
{
  CfSignInOptions sign_in = { 0 };
  g_autoptr (GError) error = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (options != NULL);
  g_return_if_fail (problems != NULL);

  check_password (options, problems);
  if (options->pin != NULL && options->ca_file != NULL)
    cf_problem_add (problems, _ ("--pin and --ca-file exclude each other: a pinned certificate "
                                 "needs no authorities."));

  self->password_fd = MAX (options->password_fd, -1);
  self->save_password = options->save_password;
  self->ca_file = g_strdup (options->ca_file);
  self->pin = g_strdup (options->pin);
  sign_in.method = read_auth (options, problems);
  if (!check_user (options->user, problems))
    return;
  sign_in.user = options->user;
  sign_in.has_password = options->password_fd >= 0;
  sign_in.certificate_file = options->certificate;
  sign_in.key_file = options->key;
  sign_in.delegate = options->delegate;
  self->sign_in = cf_sign_in_new (&sign_in, &error);
  if (self->sign_in == NULL)
    cf_problem_add (problems, "%s", error->message);
}
