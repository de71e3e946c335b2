/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-password-verifier.h"

G_DEFINE_INTERFACE (WsmPasswordVerifier, wsm_password_verifier, G_TYPE_OBJECT)

static void
wsm_password_verifier_default_init (WsmPasswordVerifierInterface *iface)
{
}

/**
 * wsm_password_verifier_verify_async:
 * @self: a verifier
 * @user: the name that somebody gives, UTF-8, 1 … %WSM_BASIC_MAX_PART octets
 * @password: the password that somebody gives
 * @remote_address: (nullable): the numeric address they come from
 * @cancellable: (nullable): gives up; the answer is then %G_IO_ERROR_CANCELLED
 * @callback: called in the thread-default main context of the caller
 * @user_data: for @callback
 *
 * Asks whether @user and @password belong together and the account may sign in. Answers as fast as
 * it can: making every refusal take the same time is the service's, which knows when it was asked.
 */
void
wsm_password_verifier_verify_async (WsmPasswordVerifier *self, const char *user,
                                    WsmSecret *password, const char *remote_address,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_return_if_fail (WSM_IS_PASSWORD_VERIFIER (self));
  g_return_if_fail (user != NULL);
  g_return_if_fail (password != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  WSM_PASSWORD_VERIFIER_GET_IFACE (self)->verify_async (self, user, password, remote_address,
                                                        cancellable, callback, user_data);
}

/**
 * wsm_password_verifier_verify_finish:
 * @self: a verifier
 * @result: what the callback got
 * @error: %WSM_AUTH_ERROR_REJECTED, with one text for every cause; %WSM_AUTH_ERROR_UNAVAILABLE if
 *   nobody could be asked; %G_IO_ERROR_CANCELLED
 *
 * Returns: %TRUE if they belong together; %FALSE with @error set otherwise
 */
gboolean
wsm_password_verifier_verify_finish (WsmPasswordVerifier *self, GAsyncResult *result,
                                     GError **error)
{
  g_return_val_if_fail (WSM_IS_PASSWORD_VERIFIER (self), FALSE);

  return WSM_PASSWORD_VERIFIER_GET_IFACE (self)->verify_finish (self, result, error);
}
