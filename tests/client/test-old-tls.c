/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A process that has not called wsm_trust_prepare_process(): slower, but no less strict. */
#include <string.h>

#include "asking.h"

static WsmClient *
new_trusting_client (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmEndpoint) endpoint = wsm_endpoint_parse (text, NULL, &error);
  g_autofree char *path = test_certificate_path ("authority");
  g_autoptr (WsmTrust) trust = wsm_trust_new (path, NULL, NULL);
  const WsmClientOptions options = { .trust = trust };

  g_assert_no_error (error);
  return wsm_client_new (endpoint, &options);
}

static void
test_new_tls_is_spoken (void)
{
  static const Script script = { .body = GOOD_INVOKE };
  g_autoptr (GTlsCertificate) certificate = test_certificate_load ("host");
  g_autoptr (ScriptedServer) server = scripted_server_new (certificate, &script, 1);
  g_autofree char *text = g_strdup_printf ("https://127.0.0.1:%u",
                                           scripted_server_get_port (server));
  g_autoptr (WsmClient) client = new_trusting_client (text);
  g_autoptr (GError) error = NULL;

  g_assert_true (ask (client, ASK_INVOKE, &error));
  g_assert_no_error (error);
}

/* The port out of "ACCEPT 127.0.0.1:43211". */
static char *
read_port (GSubprocess *process)
{
  g_autoptr (GDataInputStream)
    lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);

      g_assert_nonnull (line);
      if (g_str_has_prefix (line, "ACCEPT "))
        return g_strdup (strrchr (line, ':') + 1);
    }
}

static void
test_old_tls_is_refused (void)
{
  g_autofree char *path = test_certificate_path ("host");
  g_autofree char *port = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (WsmClient) client = NULL;
  g_autoptr (GError) error = NULL;

  /* The right certificate: only the version is wrong. */
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE |
                                G_SUBPROCESS_FLAGS_STDIN_PIPE,
                              &error, "openssl", "s_server", "-accept", "127.0.0.1:0", "-tls1_1",
                              "-cipher", "ALL:@SECLEVEL=0", "-cert", path, "-key", path, NULL);
  g_assert_no_error (error);
  port = read_port (process);
  text = g_strdup_printf ("https://127.0.0.1:%s", port);
  client = new_trusting_client (text);

  g_assert_false (ask (client, ASK_INVOKE, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS);

  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/client/old-tls/new-tls-is-spoken", test_new_tls_is_spoken);
  g_test_add_func ("/client/old-tls/old-tls-is-refused", test_old_tls_is_refused);

  return g_test_run ();
}
