/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "initiating.h"

/* @user: (nullable); @password: (nullable): the realm's; empty for none */
WsmCredential *
initiating_credential (WsmAuthMethod method, const char *user, const char *password,
                       gboolean may_use_ntlm)
{
  g_autoptr (WsmSecret) secret = NULL;
  WsmCredentialOptions options = { .method = method, .user = user, .may_use_ntlm = may_use_ntlm };
  g_autoptr (GError) error = NULL;
  WsmCredential *credential;

  if (user != NULL && password == NULL)
    password = g_getenv ("CURFEW_TEST_PASSWORD");
  if (user != NULL && *password != '\0')
    options.password = secret = wsm_secret_new (password, -1);
  credential = wsm_credential_new (&options, &error);
  g_assert_no_error (error);

  return credential;
}

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **place = user_data;

  g_assert_null (*place);
  *place = g_object_ref (result);
}

/* One step, to its end. */
gboolean
initiating_step (WsmInitiator *initiator, GBytes *received, GBytes **to_send, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  wsm_initiator_step_async (initiator, received, NULL, keep_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return wsm_initiator_step_finish (initiator, result, to_send, error);
}

/* All legs against @peer; how many tokens went to it. */
guint
initiating_sign_in (WsmInitiator *initiator, GssPeer *peer, GBytes *binding, GError **error)
{
  g_autoptr (GBytes) answer = NULL;
  guint n_sent = 0;

  wsm_initiator_begin (initiator, binding);
  while (wsm_initiator_get_context (initiator) == NULL)
    {
      g_autoptr (GBytes) to_send = NULL;

      if (!initiating_step (initiator, answer, &to_send, error))
        break;
      g_clear_pointer (&answer, g_bytes_unref);
      if (to_send != NULL)
        {
          answer = gss_peer_answer (peer, to_send, binding);
          n_sent++;
        }
    }

  return n_sent;
}
