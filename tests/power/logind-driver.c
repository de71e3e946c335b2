/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "power/cf-logind-private.h"

#include <gio/gunixinputstream.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Drives a CfLogind on the bus of DBUS_SYSTEM_BUS_ADDRESS for test-logind.py: one JSON object per
 * line on standard output for all that happens, commands on standard input:
 *
 *     execute FLAGS    a request with these flags, in hexadecimal
 *     attend FLAGS     such a request waits; cf_power_attend ()
 *     attend           nothing does
 *     clear            cf_power_clear_others_async ()
 *     let-go           cf_power_let_go ()
 *
 * The end of standard input ends it; then nothing of the power may be left.
 */

static gboolean allow_halt;
static int told_seconds;
static char *run_directory; /* (owned) */

static const GOptionEntry options[] = {
  { "halt", 0, 0, G_OPTION_ARG_NONE, &allow_halt, "Allow halting", NULL },
  { "told-seconds", 0, 0, G_OPTION_ARG_INT, &told_seconds, "Believe systemd for so long", "N" },
  { "run-directory", 0, 0, G_OPTION_ARG_FILENAME, &run_directory, "Instead of /run/systemd",
    "DIR" },
  { NULL },
};

static void
say (const char *event, GVariantDict *facts)
{
  g_autoptr (GVariant) line = NULL;
  g_autofree char *json = NULL;

  g_variant_dict_insert (facts, "event", "s", event);
  line = g_variant_ref_sink (g_variant_dict_end (facts));
  json = json_gvariant_serialize_data (line, NULL);
  puts (json);
  fflush (stdout);
}

static void
state_cb (CfPower *power)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (CF_TYPE_POWER_STATE);
  CfPowerState state;
  GVariantDict facts;

  g_object_get (power, "state", &state, NULL);
  g_assert_cmpint (state, ==, cf_power_get_state (power));
  g_variant_dict_init (&facts, NULL);
  g_variant_dict_insert (&facts, "state", "s", g_enum_get_value (class, (int) state)->value_nick);
  say ("state", &facts);
}

static void
capabilities_cb (CfPower *power)
{
  GVariantDict facts;
  guint flags;

  g_object_get (power, "capabilities", &flags, NULL);
  g_assert_cmpuint (flags, ==, cf_power_get_capabilities (power));
  g_variant_dict_init (&facts, NULL);
  g_variant_dict_insert (&facts, "capabilities", "u", flags);
  say ("capabilities", &facts);
}

static void
sessions_cb (CfPower *power)
{
  GListModel *model = cf_power_get_sessions (power);
  GVariantBuilder sessions;
  GVariantDict facts;

  g_variant_builder_init (&sessions, G_VARIANT_TYPE ("a(susssbbb)"));
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (CfSession) session = g_list_model_get_item (model, i);

      g_variant_builder_add (&sessions, "(susssbbb)", cf_session_get_id (session),
                             cf_session_get_uid (session), cf_session_get_user (session),
                             cf_session_get_seat (session), cf_session_get_tty (session),
                             cf_session_is_graphical (session), cf_session_is_remote (session),
                             cf_session_is_active (session));
    }
  g_variant_dict_init (&facts, NULL);
  g_variant_dict_insert_value (&facts, "sessions", g_variant_builder_end (&sessions));
  g_variant_dict_insert (&facts, "people", "u", cf_power_count_people (power));
  say ("sessions", &facts);
}

static void
known_cb (CfPower *power)
{
  GVariantDict facts;

  g_variant_dict_init (&facts, NULL);
  g_variant_dict_insert (&facts, "known", "b", cf_power_knows_people (power));
  say ("known", &facts);
}

static void
say_result (const char *event, gboolean success, const GError *error)
{
  static const char *const codes[] = {
    [CF_POWER_ERROR_UNSUPPORTED] = "unsupported",
    [CF_POWER_ERROR_VETOED] = "vetoed",
    [CF_POWER_ERROR_FAILED] = "failed",
  };
  GVariantDict facts;

  g_variant_dict_init (&facts, NULL);
  g_variant_dict_insert (&facts, "success", "b", success);
  if (error != NULL)
    {
      g_variant_dict_insert (&facts, "message", "s", error->message);
      g_variant_dict_insert (&facts, "code", "s",
                             error->domain == CF_POWER_ERROR ? codes[error->code]
                                                             : g_quark_to_string (error->domain));
    }
  say (event, &facts);
}

static void
executed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean success = cf_power_execute_finish (CF_POWER (source), result, &error);

  say_result ("executed", success, error);
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean success = cf_power_clear_others_finish (CF_POWER (source), result, &error);

  say_result ("cleared", success, error);
}

static void
blockers_cb (CfPower *power)
{
  const GPtrArray *blockers = cf_power_get_blockers (power);
  GVariantBuilder list;
  GVariantDict facts;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < blockers->len; i++)
    {
      g_autofree char *text = cf_blocker_describe (blockers->pdata[i]);

      g_variant_builder_add (&list, "s", text);
    }
  g_variant_dict_init (&facts, NULL);
  g_variant_dict_insert_value (&facts, "blockers", g_variant_builder_end (&list));
  g_variant_dict_insert (&facts, "hold", "b", cf_power_do_blockers_hold (power));
  say ("blockers", &facts);
}

static CfShutdownRequest *
make_request (const char *flags)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  CfShutdownRequest *request;

  cf_shutdown_request_builder_add_flags (builder, (guint32) g_ascii_strtoull (flags, NULL, 16));
  request = cf_shutdown_request_builder_end_received (builder, NULL);
  g_assert_nonnull (request);
  return request;
}

static void
execute (CfPower *power, const char *flags)
{
  g_autoptr (CfShutdownRequest) request = make_request (flags);

  cf_power_execute_async (power, request, NULL, executed_cb, NULL);
}

static void
attend (CfPower *power, const char *flags)
{
  g_autoptr (CfShutdownRequest) request = make_request (flags);

  cf_power_attend (power, request);
}

static void
obey (CfPower *power, const char *command)
{
  if (g_str_has_prefix (command, "execute "))
    execute (power, command + strlen ("execute "));
  else if (g_str_has_prefix (command, "attend "))
    attend (power, command + strlen ("attend "));
  else if (g_str_equal (command, "attend"))
    cf_power_attend (power, NULL);
  else if (g_str_equal (command, "clear"))
    cf_power_clear_others_async (power, NULL, cleared_cb, NULL);
  else if (g_str_equal (command, "known"))
    known_cb (power);
  else if (g_str_equal (command, "let-go"))
    cf_power_let_go (power);
  else
    g_error ("“%s” is not known", command);
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *line = NULL;
  gboolean *is_at_end = g_object_get_data (source, "is-at-end");

  line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL,
                                                    NULL);
  if (line == NULL)
    {
      *is_at_end = TRUE;
      return;
    }
  obey (CF_POWER (user_data), line);
  g_data_input_stream_read_line_async (G_DATA_INPUT_STREAM (source), G_PRIORITY_DEFAULT, NULL,
                                       line_cb, user_data);
}

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
drive (CfPower *power)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (input);
  gboolean is_at_end = FALSE;

  g_signal_connect (power, "notify::state", G_CALLBACK (state_cb), NULL);
  g_signal_connect (power, "notify::capabilities", G_CALLBACK (capabilities_cb), NULL);
  g_signal_connect (power, "blockers-changed", G_CALLBACK (blockers_cb), NULL);
  g_signal_connect (power, "people-known", G_CALLBACK (known_cb), NULL);
  g_signal_connect_object (cf_power_get_sessions (power), "items-changed", G_CALLBACK (sessions_cb),
                           power, G_CONNECT_SWAPPED);
  capabilities_cb (power);
  sessions_cb (power);
  state_cb (power);

  g_object_set_data (G_OBJECT (lines), "is-at-end", &is_at_end);
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, line_cb, power);
  while (!is_at_end)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  CfLogind *logind;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);

  bus = g_dbus_connection_new_for_address_sync (g_getenv ("DBUS_SYSTEM_BUS_ADDRESS"),
                                                G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                NULL, NULL, &error);
  g_assert_no_error (error);

  cf_logind_new_watching_async (bus, allow_halt, run_directory, NULL, result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  logind = cf_logind_new_finish (result, &error);
  g_clear_object (&result);
  if (logind == NULL)
    {
      say_result ("failed", FALSE, error);
      return EXIT_FAILURE;
    }

  if (told_seconds > 0)
    logind->told_seconds = (guint) told_seconds;
  drive (CF_POWER (logind));

  /* what was asked and not answered yet still holds it */
  while (G_OBJECT (logind)->ref_count > 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (logind);
  g_clear_pointer (&run_directory, g_free);
  return EXIT_SUCCESS;
}
