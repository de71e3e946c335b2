/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin-fixture.h"

#include "power/cf-rehearsal.h"

#include <string.h>

#define DOCUMENT                                                                                   \
  "<PlugInConfiguration xmlns=\"http://schemas.microsoft.com/wbem/wsman/1/config/"                 \
  "PluginConfiguration\" xmlns:curfew=\"" WSM_PLUGIN_ADDITIONS_URI "\" SDKVersion=\"1\" %s>\n"     \
  "%s\n"                                                                                           \
  "</PlugInConfiguration>\n"
#define RESOURCES                                                                                  \
  "<Resources>\n"                                                                                  \
  "<Resource ResourceUri=\"http://schemas.example.org/tea\">\n"                                    \
  "<Capability Type=\"Get\"/><Capability Type=\"Invoke\"/></Resource>\n"                           \
  "<Resource ResourceUri=\"http://schemas.example.org/cup\" SupportsOptions=\"true\">\n"           \
  "<Capability Type=\"Shell\"/></Resource>\n"                                                      \
  "</Resources>\n"

FakeRunners fake_runners;

G_DEFINE_FINAL_TYPE (FakeRunner, fake_runner, CF_TYPE_PLUGIN_RUNNER)

static void
fake_runner_start (CfPluginRunner *runner, guint32 flags)
{
  FakeRunner *self = FAKE_RUNNER (runner);

  self->start_flags = flags;
  self->started_usec = g_get_monotonic_time ();
  cf_plugin_runner_set_state (runner, CF_PLUGIN_STARTING, NULL);
  if (fake_runners.fails_at_start)
    cf_plugin_runner_set_state (runner, CF_PLUGIN_FAILED, "It does not want to start");
  else if (fake_runners.starts_at_once)
    cf_plugin_runner_set_state (runner, CF_PLUGIN_RUNNING, NULL);
}

static void
fake_runner_begin (CfPluginRunner *runner, const CfPluginCall *call)
{
  FakeRunner *self = FAKE_RUNNER (runner);
  FakeCall kept = { call->id, call->kind, call->shell, g_strdup (call->sender_name) };

  cf_plugin_runner_set_idle (runner, FALSE);
  g_array_append_val (self->calls, kept);
  if (fake_runners.answer != NULL)
    fake_runners.answer (self, call);
  if (cf_plugin_runner_get_state (runner) == CF_PLUGIN_FAILED)
    fake_runner_complete (self, call->id, 0x80338083);
  else if (fake_runners.completes_at_once)
    fake_runner_complete (self, call->id, 0);
}

static void
fake_runner_cancel (CfPluginRunner *runner, guint64 id)
{
  g_array_append_val (FAKE_RUNNER (runner)->cancelled, id);
  if (fake_runners.completes_when_cancelled)
    fake_runner_complete (FAKE_RUNNER (runner), id, 1223);
}

static void
fake_runner_acknowledge (CfPluginRunner *runner, guint64 id, gsize n_octets)
{
  FAKE_RUNNER (runner)->n_acknowledged += n_octets;
}

static void
fake_runner_stop (CfPluginRunner *runner, guint32 reason)
{
  g_array_append_val (FAKE_RUNNER (runner)->stops, reason);
  if (cf_plugin_runner_get_state (runner) < CF_PLUGIN_STOPPING)
    cf_plugin_runner_set_state (runner, CF_PLUGIN_STOPPING, NULL);
  if (fake_runners.stops_at_once)
    cf_plugin_runner_set_state (runner, CF_PLUGIN_STOPPED, NULL);
}

static void
clear_call (FakeCall *call)
{
  g_free (call->sender_name);
}

static void
fake_runner_finalize (GObject *object)
{
  FakeRunner *self = FAKE_RUNNER (object);

  g_array_unref (self->calls);
  g_array_unref (self->cancelled);
  g_array_unref (self->stops);

  G_OBJECT_CLASS (fake_runner_parent_class)->finalize (object);
}

static void
fake_runner_class_init (FakeRunnerClass *class)
{
  CfPluginRunnerClass *runner_class = CF_PLUGIN_RUNNER_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = fake_runner_finalize;
  runner_class->start = fake_runner_start;
  runner_class->begin = fake_runner_begin;
  runner_class->cancel = fake_runner_cancel;
  runner_class->acknowledge = fake_runner_acknowledge;
  runner_class->stop = fake_runner_stop;
}

static void
fake_runner_init (FakeRunner *self)
{
  self->calls = g_array_new (FALSE, FALSE, sizeof (FakeCall));
  g_array_set_clear_func (self->calls, (GDestroyNotify) clear_call);
  self->cancelled = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->stops = g_array_new (FALSE, FALSE, sizeof (guint32));
}

CfPluginRunner *
fake_runner_make (const WsmPluginConfiguration *configuration, const CfPluginPlaces *places)
{
  FakeRunner *self = g_object_new (FAKE_TYPE_RUNNER, NULL);

  g_ptr_array_add (fake_runners.made, g_object_ref (self));
  return CF_PLUGIN_RUNNER (self);
}

FakeRunner *
fake_runner_nth (guint index)
{
  g_assert_cmpuint (index, <, fake_runners.made->len);
  return g_ptr_array_index (fake_runners.made, index);
}

guint64
fake_runner_nth_call (FakeRunner *self, guint index)
{
  g_assert_cmpuint (index, <, self->calls->len);
  return g_array_index (self->calls, FakeCall, index).id;
}

void
fake_runner_set_state (FakeRunner *self, CfPluginRunnerState state)
{
  cf_plugin_runner_set_state (CF_PLUGIN_RUNNER (self), state,
                              state == CF_PLUGIN_FAILED ? "It fell over" : NULL);
}

void
fake_runner_complete (FakeRunner *self, guint64 id, guint32 code)
{
  cf_plugin_client_completed (cf_plugin_runner_get_client (CF_PLUGIN_RUNNER (self)), id, code,
                              NULL);
}

/* As a helper process that ends: each call is answered, then the state says so. */
void
fake_runner_crash (FakeRunner *self)
{
  for (guint i = 0; i < self->calls->len; i++)
    fake_runner_complete (self, fake_runner_nth_call (self, i), 0x80338083);
  fake_runner_set_state (self, CF_PLUGIN_FAILED);
}

/* @access: (nullable): the text of an access.conf; %NULL lets everyone do everything */
void
desk_set_up (Desk *self, const char *access)
{
  g_autoptr (CfPower) power = CF_POWER (cf_rehearsal_new (NULL, TRUE, NULL));
  g_autoptr (GError) error = NULL;
  g_autoptr (CfAuthority)
    authority = access == NULL
                  ? cf_authority_new_for_rehearsal ()
                  : cf_authority_new_from_data ("access.conf", access, strlen (access), &error);

  g_assert_no_error (error);
  *self = (Desk){ 0 };
  self->clock = cf_test_clock_new ();
  self->schedule = cf_schedule_new (CF_CLOCK (self->clock), NULL);
  self->receiver = cf_receiver_new (self->schedule, power, authority, CF_CLOCK (self->clock));
  self->facts = cf_machine_facts_new (NULL);
  g_assert_nonnull (self->facts);
  self->desk = cf_plugin_desk_new (self->receiver, CF_CLOCK (self->clock), self->facts);

  g_clear_pointer (&fake_runners.made, g_ptr_array_unref);
  fake_runners = (FakeRunners){ .starts_at_once = TRUE, .stops_at_once = TRUE };
  fake_runners.made = g_ptr_array_new_with_free_func (g_object_unref);
}

void
desk_tear_down (Desk *self)
{
  g_clear_pointer (&fake_runners.made, g_ptr_array_unref);
  g_assert_finalize_object (self->desk);
  g_assert_finalize_object (self->receiver);
  g_assert_finalize_object (self->schedule);
  g_assert_finalize_object (self->clock);
  cf_machine_facts_free (self->facts);
}

/* @content: (nullable): of the root; %NULL for two resources */
WsmPluginConfiguration *
parse_configuration (const char *attributes, const char *content)
{
  g_autofree char *text = g_strdup_printf (DOCUMENT, attributes,
                                           content != NULL ? content : RESOURCES);
  g_autoptr (GError) error = NULL;
  WsmPluginConfiguration *configuration = wsm_plugin_configuration_parse ("tea.xml", text,
                                                                          strlen (text), &error);

  g_assert_no_error (error);
  return configuration;
}

/* A plug-in with fake runners, for which a second takes 20 ms. @quotas: attributes */
CfPlugin *
make_plugin (Desk *desk, const char *attributes, const char *quotas)
{
  g_autofree char *root = g_strconcat ("Name=\"Tea\" Filename=\"/nonexistent/tea.so\" ", attributes,
                                       NULL);
  g_autofree char *content = g_strconcat (RESOURCES, "<Quotas ", quotas, "/>", NULL);
  const CfPluginPlaces places = { NULL, NULL, TRUE };
  CfPlugin *plugin = cf_plugin_new (parse_configuration (root, content), &places, desk->desk);

  cf_plugin_set_runners (plugin, fake_runner_make);
  cf_plugin_set_second (plugin, 20);
  return plugin;
}

static void
reported_cb (gpointer user_data)
{
  ((Outcome *) user_data)->n_reported++;
}

static void
output_cb (const CfPluginOutput *output, gpointer user_data)
{
  ((Outcome *) user_data)->n_output++;
}

static void
object_cb (const CfPluginObject *object, gpointer user_data)
{
  ((Outcome *) user_data)->n_objects++;
}

static void
completed_cb (guint32 code, const char *extended_information, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->n_completed++;
  outcome->code = code;
}

static void
released_cb (gpointer user_data)
{
  ((Outcome *) user_data)->n_released++;
}

void
outcome_clear (Outcome *self)
{
  g_free (self->reason);
}

/* Returns: whether it was begun; otherwise the fault's code is in @outcome */
gboolean
begin_call (CfPlugin *plugin, WsmPrincipal *caller, CfPluginCallKind kind, guint64 shell,
            Outcome *outcome)
{
  static const CfPluginCallEvents events = { reported_cb, output_cb, object_cb, completed_cb,
                                             released_cb };
  g_autofree char *name = wsm_principal_to_string (caller);
  g_autoptr (WsmFault) fault = NULL;
  CfPluginCall call = { .kind = kind, .shell = shell, .sender_name = name, .mechanism = "Basic" };

  outcome_clear (outcome);
  *outcome = (Outcome){ 0 };
  outcome->id = cf_plugin_begin (plugin, caller, &call, &events, outcome, &fault);
  g_assert_true ((outcome->id == 0) == (fault != NULL));
  if (fault == NULL)
    return TRUE;
  outcome->fault_code = wsm_fault_get_code (fault);
  outcome->reason = g_strdup (wsm_fault_get_reason (fault));
  return FALSE;
}

static gboolean
over_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Gives what must not happen the time to happen. */
void
iterate_for (guint msec)
{
  gboolean is_over = FALSE;

  g_timeout_add (msec, over_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}
