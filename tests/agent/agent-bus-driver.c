/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/cf-agent-bus.h"
#include "clock/cf-boot-clock.h"

/* The agent's half of D-Bus without its network half, for tests that need sessions of their own
 * choice. Reads a command a line, and says what happens, a line each:
 *   submit SECONDS LIMIT EACH   a request that may be postponed so often, by so many seconds
 *   own SECONDS                 one of Curfew's own, which is extended
 *   session UID USER PLACE      somebody signs in; PLACE is active, background or remote
 *   sign-out UID                somebody signs out
 *   nobody                      everybody does
 *   blockers HOLD WHO...        these hold it up; HOLD is 0 or 1, whether it will not happen then
 *   going-down                  the machine goes down on somebody else's word */

/* A machine that never acts, and whose people come and go as they are told. */
#define CF_TYPE_STAGE (cf_stage_get_type ())
G_DECLARE_FINAL_TYPE (CfStage, cf_stage, CF, STAGE, GObject)

struct _CfStage
{
  GObject parent_instance;

  GListStore *sessions;
  GPtrArray *blockers;
  gboolean hold;
  gboolean is_vague; /* somebody is just signing in */
  gboolean is_attended;
  CfPowerState state;
};

enum
{
  PROP_STATE = 1,
  PROP_CAPABILITIES
};

static gboolean
cf_stage_is_rehearsal (CfPower *power)
{
  return TRUE;
}

static CfPowerState
cf_stage_get_state (CfPower *power)
{
  return CF_STAGE (power)->state;
}

static CfShutdownFlags
cf_stage_get_capabilities (CfPower *power)
{
  return CF_SHUTDOWN_FLAGS_MASK;
}

static GListModel *
cf_stage_get_sessions (CfPower *power)
{
  return G_LIST_MODEL (CF_STAGE (power)->sessions);
}

static void
cf_stage_attend (CfPower *power, CfShutdownRequest *request)
{
  CfStage *self = CF_STAGE (power);
  gboolean is_attended = request != NULL;

  if (is_attended == self->is_attended)
    return;
  self->is_attended = is_attended;
  cf_power_tell_blockers_changed (power);
}

static const GPtrArray *
cf_stage_get_blockers (CfPower *power)
{
  return CF_STAGE (power)->is_attended ? CF_STAGE (power)->blockers : NULL;
}

static gboolean
cf_stage_do_blockers_hold (CfPower *power)
{
  return CF_STAGE (power)->is_attended && CF_STAGE (power)->hold;
}

static gboolean
cf_stage_knows_people (CfPower *power)
{
  return !CF_STAGE (power)->is_vague;
}

static void
cf_stage_power_init (CfPowerInterface *iface)
{
  iface->is_rehearsal = cf_stage_is_rehearsal;
  iface->get_state = cf_stage_get_state;
  iface->get_capabilities = cf_stage_get_capabilities;
  iface->get_sessions = cf_stage_get_sessions;
  iface->attend = cf_stage_attend;
  iface->get_blockers = cf_stage_get_blockers;
  iface->do_blockers_hold = cf_stage_do_blockers_hold;
  iface->knows_people = cf_stage_knows_people;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (CfStage, cf_stage, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CF_TYPE_POWER, cf_stage_power_init))

static void
cf_stage_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_STATE)
    g_value_set_enum (value, CF_STAGE (object)->state);
  else
    g_value_set_uint (value, CF_SHUTDOWN_FLAGS_MASK);
}

static void
cf_stage_finalize (GObject *object)
{
  g_clear_object (&CF_STAGE (object)->sessions);
  g_clear_pointer (&CF_STAGE (object)->blockers, g_ptr_array_unref);
  G_OBJECT_CLASS (cf_stage_parent_class)->finalize (object);
}

static void
cf_stage_class_init (CfStageClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = cf_stage_get_property;
  object_class->finalize = cf_stage_finalize;
  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_CAPABILITIES, "capabilities");
}

static void
cf_stage_init (CfStage *self)
{
  self->sessions = g_list_store_new (CF_TYPE_SESSION);
  self->blockers = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_blocker_free);
}

typedef struct
{
  GMainLoop *loop;
  GDBusConnection *connection;
  CfClock *clock;
  CfStage *stage;
  CfSchedule *schedule;
  CfReceiver *receiver;
  CfAgentBus *bus;
} Driver;

static void G_GNUC_PRINTF (1, 2) say (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  putchar ('\n');
  fflush (stdout);
}

static gboolean
finish_cb (gpointer user_data)
{
  cf_schedule_finish (user_data, CF_SCHEDULE_WOULD_ACT, NULL);
  return G_SOURCE_REMOVE;
}

static void
due_cb (Driver *driver, CfScheduleEntry *entry)
{
  say ("due");
  g_idle_add (finish_cb, driver->schedule);
}

static void
ended_cb (Driver *driver, CfScheduleEntry *entry, CfScheduleOutcome outcome, const char *detail)
{
  say ("ended %d", (int) outcome);
}

static void
changed_cb (Driver *driver, CfScheduleChange change, const char *who)
{
  say ("changed %d %s", (int) change, who != NULL ? who : "");
}

static void
submit (Driver *driver, CfScheduleOrigin origin, guint seconds, guint limit, guint each)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  g_autoptr (WsmPrincipal) mara = wsm_principal_new ("mara", NULL, "basic", "192.0.2.7");
  guint32 code;

  cf_shutdown_request_builder_add_flags (builder, CF_SHUTDOWN_RESTART | CF_SHUTDOWN_FORCE_OTHERS |
                                                    CF_SHUTDOWN_RESTARTAPPS);
  cf_shutdown_request_builder_set_message (builder, "Gr\303\274\303\237e");
  cf_shutdown_request_builder_set_grace_seconds (builder, seconds);
  cf_shutdown_request_builder_set_reason (builder, 0x80020012);
  cf_shutdown_request_builder_set_code (builder, "K7M-2QX");
  cf_shutdown_request_builder_set_postponing (builder, limit, each);
  code = cf_receiver_initiate (driver->receiver, mara, origin, builder);
  say ("code %u", code);
}

static void
sign_in (Driver *driver, guint uid, const char *user, const char *place)
{
  g_autofree char *id = g_strdup_printf ("c%u", uid);
  g_autoptr (CfSession)
    session = cf_session_new (id, uid, user, "seat0", "tty2", "wayland",
                              g_str_equal (place, "remote"), g_str_equal (place, "active"));

  g_list_store_append (driver->stage->sessions, session);
  say ("session %s", id);
}

static void
sign_out (Driver *driver, guint uid)
{
  GListModel *sessions = G_LIST_MODEL (driver->stage->sessions);

  for (guint i = g_list_model_get_n_items (sessions); i-- > 0;)
    {
      g_autoptr (CfSession) session = g_list_model_get_item (sessions, i);

      if (cf_session_get_uid (session) == uid)
        g_list_store_remove (driver->stage->sessions, i);
    }
  say ("signed-out %u", uid);
}

static void
hold_up (Driver *driver, gboolean hold, char **who)
{
  g_ptr_array_set_size (driver->stage->blockers, 0);
  for (guint i = 0; who[i] != NULL; i++)
    g_ptr_array_add (driver->stage->blockers, cf_blocker_new (who[i], "half done", 7, FALSE));
  driver->stage->hold = hold;
  cf_power_tell_blockers_changed (CF_POWER (driver->stage));
  say ("blockers %u", driver->stage->blockers->len);
}

static void
obey (Driver *driver, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  guint n_words = g_strv_length (words);

  if (n_words == 4 && g_str_equal (words[0], "submit"))
    submit (driver, CF_SCHEDULE_ORIGIN_FOREIGN, atoi (words[1]), atoi (words[2]), atoi (words[3]));
  else if (n_words == 2 && g_str_equal (words[0], "own"))
    submit (driver, CF_SCHEDULE_ORIGIN_CURFEW, atoi (words[1]), 2, 60);
  else if (n_words >= 2 && g_str_equal (words[0], "blockers"))
    hold_up (driver, atoi (words[1]) != 0, words + 2);
  else if (n_words == 2 && g_str_equal (words[0], "sign-out"))
    sign_out (driver, atoi (words[1]));
  else if (n_words == 4 && g_str_equal (words[0], "session"))
    sign_in (driver, atoi (words[1]), words[2], words[3]);
  else if (n_words == 2 && g_str_equal (words[0], "vague"))
    {
      driver->stage->is_vague = atoi (words[1]) != 0;
      say ("vague");
    }
  else if (g_str_equal (line, "nobody"))
    {
      g_list_store_remove_all (driver->stage->sessions);
      say ("nobody");
    }
  else if (g_str_equal (line, "going-down"))
    {
      driver->stage->state = CF_POWER_GOING_DOWN;
      g_object_notify (G_OBJECT (driver->stage), "state");
      say ("going-down");
    }
  else
    g_error ("what is “%s”?", line);
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDataInputStream *input = G_DATA_INPUT_STREAM (source);
  Driver *driver = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (input, result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (driver->loop);
      return;
    }
  obey (driver, line);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, line_cb, driver);
}

static void
acquired_cb (Driver *driver)
{
  say ("acquired %s", g_dbus_connection_get_unique_name (driver->connection));
}

static void
lost_cb (Driver *driver, const char *reason)
{
  say ("lost %s", reason);
  g_main_loop_quit (driver->loop);
}

static void
go_on_bus (Driver *driver, CfGatekeeper *gatekeeper)
{
  g_autoptr (GError) error = NULL;

  g_autoptr (CfAgentConfig) config = cf_agent_config_new (TRUE);

  config->organization = g_strdup ("Example School");
  config->help_contact = g_strdup ("help: 4711");
  config->logo = g_strdup ("/usr/share/logo.png");
  config->sound = FALSE;
  driver->bus = cf_agent_bus_new (driver->receiver, gatekeeper, config);
  g_signal_connect_swapped (driver->bus, "name-acquired", G_CALLBACK (acquired_cb), driver);
  g_signal_connect_swapped (driver->bus, "name-lost", G_CALLBACK (lost_cb), driver);
  if (!cf_agent_bus_export (driver->bus, driver->connection, &error))
    g_error ("%s", error->message);
  cf_agent_bus_own (driver->bus);
}

static void
gatekeeper_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Driver *driver = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CfGatekeeper) gatekeeper = cf_gatekeeper_new_finish (result, &error);

  if (gatekeeper == NULL)
    {
      say ("refused %s", error->message);
      g_main_loop_quit (driver->loop);
      return;
    }
  go_on_bus (driver, gatekeeper);
}

static void
set_up (Driver *driver)
{
  g_autoptr (CfAuthority) authority = cf_authority_new_for_rehearsal ();
  const CfManners manners = { .may_postpone = TRUE, .extend_own = TRUE };

  driver->loop = g_main_loop_new (NULL, FALSE);
  driver->clock = cf_boot_clock_new ();
  driver->stage = g_object_new (CF_TYPE_STAGE, NULL);
  driver->schedule = cf_schedule_new (driver->clock, NULL);
  driver->receiver = cf_receiver_new (driver->schedule, CF_POWER (driver->stage), authority,
                                      driver->clock);
  cf_receiver_set_manners (driver->receiver, &manners);
  g_signal_connect_swapped (driver->schedule, "due", G_CALLBACK (due_cb), driver);
  g_signal_connect_swapped (driver->schedule, "ended", G_CALLBACK (ended_cb), driver);
  g_signal_connect_swapped (driver->schedule, "changed", G_CALLBACK (changed_cb), driver);
}

static void
tear_down (Driver *driver)
{
  if (driver->bus != NULL)
    cf_agent_bus_stop (driver->bus);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&driver->bus);
  g_clear_object (&driver->receiver);
  g_clear_object (&driver->schedule);
  g_clear_object (&driver->stage);
  g_clear_object (&driver->clock);
  g_clear_object (&driver->connection);
  g_main_loop_unref (driver->loop);
}

/* With "--rehearse" the gatekeeper of a rehearsal: the same user may everything. */
int
main (int argc, char **argv)
{
  Driver driver = { NULL };
  g_autoptr (GInputStream) standard_input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (standard_input);
  g_autoptr (GError) error = NULL;

  g_log_writer_default_set_use_stderr (TRUE);
  driver.connection = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &error);
  if (driver.connection == NULL)
    g_error ("%s", error->message);
  g_dbus_connection_set_exit_on_close (driver.connection, FALSE);
  set_up (&driver);
  if (argc > 1 && g_str_equal (argv[1], "--rehearse"))
    {
      g_autoptr (CfGatekeeper)
        gatekeeper = cf_gatekeeper_new_for_rehearsal (CF_POWER (driver.stage));

      go_on_bus (&driver, gatekeeper);
    }
  else
    cf_gatekeeper_new_async (CF_POWER (driver.stage), NULL, gatekeeper_cb, &driver);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, line_cb, &driver);
  g_main_loop_run (driver.loop);
  tear_down (&driver);
  return 0;
}
