/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "asking.h"

const char *const good_answers[N_ASKINGS] = { GOOD_IDENTIFY, GOOD_GET, GOOD_INVOKE };

/* Of no meaning where there is no TLS. */
WsmTrust *
new_any_trust (void)
{
  g_autofree char *pin = g_strnfill (64, '0');
  WsmTrust *trust = wsm_trust_new (NULL, pin, NULL);

  g_assert_nonnull (trust);
  return trust;
}

WsmCredential *
new_basic (const char *user, const char *password)
{
  g_autoptr (WsmSecret) secret = wsm_secret_new (password, -1);
  const WsmCredentialOptions options = { .method = WSM_AUTH_BASIC,
                                         .user = user,
                                         .password = secret };
  g_autoptr (GError) error = NULL;
  WsmCredential *credential = wsm_credential_new (&options, &error);

  g_assert_no_error (error);
  return credential;
}

/* @host with its scheme, the port is the server's. */
WsmClient *
new_client (ScriptedServer *server, const char *host, const WsmClientOptions *options)
{
  g_autofree char *text = g_strdup_printf ("%s:%u", host, scripted_server_get_port (server));
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmEndpoint) endpoint = wsm_endpoint_parse (text, NULL, &error);

  g_assert_no_error (error);
  return wsm_client_new (endpoint, options);
}

WsmClient *
new_plain_client (ScriptedServer *server)
{
  g_autoptr (WsmTrust) trust = new_any_trust ();
  g_autoptr (WsmCredential) credential = new_basic ("mara", "owl");
  const WsmClientOptions options = { .trust = trust, .credential = credential };

  return new_client (server, "http://127.0.0.1", &options);
}

/* First thing in main(): it changes the environment. */
void
prepare_realm (void)
{
  wsm_trust_prepare_process ();
  /* The servers are as many processes would be: one replay cache for all is in the way. */
  g_setenv ("KRB5RCACHENAME", "none:", TRUE);
  scripted_gss_prepare (g_getenv ("CURFEW_TEST_KEYTAB"), g_getenv ("CURFEW_TEST_NTLM_USERS"));
}

WsmCredential *
new_ticket (WsmAuthMethod method)
{
  const WsmCredentialOptions options = { .method = method };
  g_autoptr (GError) error = NULL;
  WsmCredential *credential = wsm_credential_new (&options, &error);

  g_assert_no_error (error);
  return credential;
}

WsmCredential *
new_user (WsmAuthMethod method, const char *user, gboolean may_use_ntlm)
{
  g_autoptr (WsmSecret) password = wsm_secret_new (g_getenv ("CURFEW_TEST_PASSWORD"), -1);
  const WsmCredentialOptions options = {
    .method = method, .user = user, .password = password, .may_use_ntlm = may_use_ntlm
  };
  g_autoptr (GError) error = NULL;
  WsmCredential *credential = wsm_credential_new (&options, &error);

  g_assert_no_error (error);
  return credential;
}

WsmClient *
new_signing_client (ScriptedServer *server, const char *host, WsmCredential *credential)
{
  g_autofree char *path = test_certificate_path ("authority");
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmTrust) trust = wsm_trust_new (path, NULL, &error);
  const WsmClientOptions options = { .trust = trust, .credential = credential };

  g_assert_no_error (error);
  return new_client (server, host, &options);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

void
ask_start (WsmClient *client, Asking asking, GCancellable *cancellable, GAsyncResult **result)
{
  g_autoptr (WsmObject) input = NULL;

  switch (asking)
    {
    case ASK_IDENTIFY:
      wsm_client_identify_async (client, cancellable, asked_cb, result);
      return;
    case ASK_GET:
      wsm_client_get_async (client, N, cancellable, asked_cb, result);
      return;
    case ASK_INVOKE:
    default:
      input = wsm_object_new (N, "WsdrInitiateShutdown_INPUT");
      wsm_object_add_uint32 (input, "dwGracePeriod", 60);
      wsm_client_invoke_async (client, N, "WsdrInitiateShutdown", input, cancellable, asked_cb,
                               result);
    }
}

/* Waits for the answer, and looks whether it is the good one. */
gboolean
ask_end (WsmClient *client, Asking asking, GAsyncResult **result, GError **error)
{
  g_autoptr (GAsyncResult) taken = NULL;
  g_autoptr (WsmObject) object = NULL;
  g_autoptr (WsmIdentifyResponse) identity = NULL;

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  taken = g_steal_pointer (result);

  switch (asking)
    {
    case ASK_IDENTIFY:
      identity = wsm_client_identify_finish (client, taken, error);
      if (identity != NULL)
        g_assert_cmpstr (identity->product_vendor, ==, "Owls");
      return identity != NULL;
    case ASK_GET:
      object = wsm_client_get_finish (client, taken, error);
      if (object != NULL)
        g_assert_cmpstr (wsm_object_get_string (object, "State"), ==, "Idle");
      return object != NULL;
    case ASK_INVOKE:
    default:
      object = wsm_client_invoke_finish (client, taken, error);
      if (object != NULL)
        g_assert_cmpstr (wsm_object_get_string (object, "ReturnValue"), ==, "0");
      return object != NULL;
    }
}

gboolean
ask (WsmClient *client, Asking asking, GError **error)
{
  GAsyncResult *result = NULL;

  ask_start (client, asking, NULL, &result);
  return ask_end (client, asking, &result, error);
}

void
ask_well (WsmClient *client, Asking asking)
{
  g_autoptr (GError) error = NULL;

  ask (client, asking, &error);
  g_assert_no_error (error);
}
