/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-helper-client.h"

static void client_iface_init (CfPluginClientInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestHelperClient, test_helper_client, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CF_TYPE_PLUGIN_CLIENT, client_iface_init))

static void
context_reported (CfPluginClient *client, guint64 id)
{
  g_string_append_printf (TEST_HELPER_CLIENT (client)->log, "context %" G_GUINT64_FORMAT "\n", id);
}

static void
output (CfPluginClient *client, guint64 id, const CfPluginOutput *said)
{
  TestHelperClient *self = TEST_HELPER_CLIENT (client);
  gsize size = 0;
  gconstpointer octets = said->data != NULL ? g_bytes_get_data (said->data, &size) : NULL;

  if (size > 0)
    g_byte_array_append (self->output, octets, (guint) size);
  g_string_append_printf (self->log, "output %" G_GUINT64_FORMAT " %s %" G_GSIZE_FORMAT "\n", id,
                          said->stream != NULL ? said->stream : "-", size);
  if (said->state != NULL)
    g_string_append_printf (self->log, "state %" G_GUINT64_FORMAT " %s %u\n", id, said->state,
                            said->exit_code);
  if (self->acknowledges != NULL && size > 0)
    cf_plugin_runner_acknowledge (self->acknowledges, id, size);
}

static void
object (CfPluginClient *client, guint64 id, const CfPluginObject *said)
{
  g_string_append_printf (TEST_HELPER_CLIENT (client)->log, "object %" G_GUINT64_FORMAT " %s\n", id,
                          said->name);
}

static void
completed (CfPluginClient *client, guint64 id, guint32 code, const char *extended_information)
{
  TestHelperClient *self = TEST_HELPER_CLIENT (client);

  self->n_completed++;
  self->last_code = code;
  g_string_append_printf (self->log, "completed %" G_GUINT64_FORMAT " %u%s%s\n", id, code,
                          extended_information != NULL ? " " : "",
                          extended_information != NULL ? extended_information : "");
}

static void
released (CfPluginClient *client, guint64 id)
{
  g_string_append_printf (TEST_HELPER_CLIENT (client)->log, "released %" G_GUINT64_FORMAT "\n", id);
}

static guint32
submit (CfPluginClient *client, guint64 id, const CfPluginShutdown *shutdown)
{
  TestHelperClient *self = TEST_HELPER_CLIENT (client);

  self->n_questions++;
  g_string_append_printf (self->log, "submit %" G_GUINT64_FORMAT " %u %s\n", id,
                          shutdown->grace_period,
                          shutdown->message != NULL ? shutdown->message : "-");
  return 1190;
}

static guint32
refuse (CfPluginClient *client, guint64 id, const char *problem, guint32 code)
{
  TEST_HELPER_CLIENT (client)->n_questions++;
  g_string_append_printf (TEST_HELPER_CLIENT (client)->log, "refuse %" G_GUINT64_FORMAT " %s %u\n",
                          id, problem, code);
  return code;
}

static guint32
abort_shutdown (CfPluginClient *client, guint64 id, const char *client_hint)
{
  TEST_HELPER_CLIENT (client)->n_questions++;
  g_string_append_printf (TEST_HELPER_CLIENT (client)->log, "abort %" G_GUINT64_FORMAT "\n", id);
  return 1116;
}

static guint32
describe (CfPluginClient *client, guint64 id, CfPluginStatus *status)
{
  TEST_HELPER_CLIENT (client)->n_questions++;
  status->host_name = g_strdup ("example");
  status->users_logged_on = 3;
  return 0;
}

static void
client_iface_init (CfPluginClientInterface *iface)
{
  iface->context_reported = context_reported;
  iface->output = output;
  iface->object = object;
  iface->completed = completed;
  iface->released = released;
  iface->submit = submit;
  iface->refuse = refuse;
  iface->abort_shutdown = abort_shutdown;
  iface->describe = describe;
}

static void
test_helper_client_finalize (GObject *gobject)
{
  TestHelperClient *self = TEST_HELPER_CLIENT (gobject);

  g_string_free (self->log, TRUE);
  g_byte_array_unref (self->output);

  G_OBJECT_CLASS (test_helper_client_parent_class)->finalize (gobject);
}

static void
test_helper_client_class_init (TestHelperClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_helper_client_finalize;
}

static void
test_helper_client_init (TestHelperClient *self)
{
  self->log = g_string_new (NULL);
  self->output = g_byte_array_new ();
}

TestHelperClient *
test_helper_client_new (void)
{
  return g_object_new (TEST_TYPE_HELPER_CLIENT, NULL);
}

/* What was written down since the last time is exactly this. */
void
test_helper_client_expect (TestHelperClient *self, const char *log)
{
  g_assert_cmpstr (self->log->str, ==, log);
  g_string_truncate (self->log, 0);
}

/* So many calls have completed in all. */
void
test_helper_client_wait (TestHelperClient *self, guint n_completed)
{
  while (self->n_completed < n_completed)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->n_completed, ==, n_completed);
}

void
test_wait_for_state (CfPluginRunner *runner, CfPluginRunnerState state)
{
  while (cf_plugin_runner_get_state (runner) < state)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (cf_plugin_runner_get_state (runner), ==, state);
}
