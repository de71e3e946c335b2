/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "power/cf-own-session.h"

/* One bus is both: logind and screen savers are played here. */

#define LOGIND  "org.freedesktop.login1"
#define SESSION "org.freedesktop.login1.Session"
#define OUR     "/org/freedesktop/login1/session/_37"
#define SAVER   "org.gnome.ScreenSaver"

static const char xml[] =
  "<node><interface name='org.freedesktop.login1.Manager'>"
  "<method name='GetSession'><arg type='s' direction='in'/><arg type='o' direction='out'/></method>"
  "</interface><interface name='org.freedesktop.login1.Session'>"
  "<property name='Id' type='s' access='read'/>"
  "<property name='Active' type='b' access='read'/>"
  "<property name='LockedHint' type='b' access='read'/></interface>"
  "<interface name='org.gnome.ScreenSaver'>"
  "<method name='GetActive'><arg type='b' direction='out'/></method></interface></node>";

typedef struct
{
  GTestDBus *test_bus;
  GDBusConnection *bus; /* of those who are played */
  GDBusConnection *own; /* of the session's programs */
  GDBusNodeInfo *info;
  guint name_ids[2];
  gboolean is_active;
  gboolean is_locked;
  gboolean is_covering;
  gboolean is_slow;               /* leaves GetActive unanswered */
  GDBusMethodInvocation *waiting; /* (owned) (nullable): then */
  guint n_changes;
  char *asked; /* which session */
} Fixture;

static void
call_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
         const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
         gpointer user_data)
{
  Fixture *f = user_data;

  if (g_str_equal (method, "GetActive"))
    {
      if (f->is_slow)
        {
          f->waiting = invocation;
          return;
        }
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(b)", f->is_covering));
      return;
    }
  g_free (f->asked);
  g_variant_get (parameters, "(s)", &f->asked);
  if (g_str_equal (f->asked, "7"))
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", OUR));
  else
    g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.login1.NoSuchSession",
                                                "No session");
}

static GVariant *
get_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
        const char *property, GError **error, gpointer user_data)
{
  Fixture *f = user_data;

  if (g_str_equal (property, "Id"))
    return g_variant_new_string ("7");
  return g_variant_new_boolean (g_str_equal (property, "Active") ? f->is_active : f->is_locked);
}

static const GDBusInterfaceVTable vtable = { call_cb, get_cb, NULL, { NULL } };

static GDBusConnection *
connect_to (const char *address)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_dbus_connection_new_for_address_sync (
    address,
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);

  g_assert_no_error (error);
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  return bus;
}

static void
play (Fixture *f, const char *path, guint interface)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_register_object (f->bus, path, f->info->interfaces[interface], &vtable, f, NULL,
                                     &error);
  g_assert_no_error (error);
}

static void
acquired_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  guint *n_owned = user_data;

  (*n_owned)++;
}

/* with_logind: whether anybody answers for it */
static void
set_up (Fixture *f, gconstpointer with_logind)
{
  static guint n_owned;
  const char *address;

  f->test_bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (f->test_bus);
  address = g_test_dbus_get_bus_address (f->test_bus);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", address, TRUE);
  g_unsetenv ("XDG_SESSION_ID");
  f->bus = connect_to (address);
  f->own = connect_to (address);
  f->info = g_dbus_node_info_new_for_xml (xml, NULL);
  f->is_active = TRUE;
  play (f, "/org/freedesktop/login1", 0);
  play (f, "/org/freedesktop/login1/session/auto", 1);
  play (f, OUR, 1);
  play (f, "/org/gnome/ScreenSaver", 2);
  n_owned = 0;
  f->name_ids[0] = g_bus_own_name_on_connection (f->bus, SAVER, 0, acquired_cb, NULL, &n_owned,
                                                 NULL);
  if (with_logind != NULL)
    f->name_ids[1] = g_bus_own_name_on_connection (f->bus, LOGIND, 0, acquired_cb, NULL, &n_owned,
                                                   NULL);
  while (n_owned < (with_logind != NULL ? 2u : 1u))
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Fixture *f, gconstpointer with_logind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (f->name_ids); i++)
    if (f->name_ids[i] != 0)
      g_bus_unown_name (f->name_ids[i]);
  g_clear_pointer (&f->info, g_dbus_node_info_unref);
  g_clear_object (&f->bus);
  g_clear_object (&f->own);
  g_clear_pointer (&f->asked, g_free);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_test_dbus_stop (f->test_bus);
  g_clear_object (&f->test_bus);
}

static void
changed_cb (Fixture *f)
{
  f->n_changes++;
}

static CfOwnSession *
start (Fixture *f)
{
  CfOwnSession *session = cf_own_session_new (f->own);

  g_signal_connect_swapped (session, "changed", G_CALLBACK (changed_cb), f);
  g_assert_false (cf_own_session_is_known (session));
  while (!cf_own_session_is_known (session))
    g_main_context_iteration (NULL, TRUE);
  return session;
}

static void
end (CfOwnSession *session)
{
  g_object_run_dispose (G_OBJECT (session));
  /* what was cancelled still answers */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (session);
}

static void
tell (Fixture *f, const char *path, const char *property, gboolean value)
{
  GVariantDict changed;

  g_variant_dict_init (&changed, NULL);
  g_variant_dict_insert (&changed, property, "b", value);
  g_dbus_connection_emit_signal (
    f->bus, NULL, path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
    g_variant_new ("(s@a{sv}as)", SESSION, g_variant_dict_end (&changed), NULL), NULL);
}

static void
wait_for_change (Fixture *f)
{
  f->n_changes = 0;
  while (f->n_changes == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_follows (Fixture *f, gconstpointer data)
{
  CfOwnSession *session = start (f);

  g_test_summary ("Locking, unlocking and switching are signalled by logind under the real name");

  g_assert_cmpstr (f->asked, ==, "7");
  g_assert_true (cf_own_session_is_active (session));
  g_assert_false (cf_own_session_is_locked (session));
  tell (f, OUR, "LockedHint", TRUE);
  wait_for_change (f);
  g_assert_true (cf_own_session_is_locked (session));
  g_assert_true (cf_own_session_is_active (session));
  tell (f, OUR, "Active", FALSE);
  wait_for_change (f);
  g_assert_false (cf_own_session_is_active (session));
  tell (f, OUR, "LockedHint", TRUE);                               /* nothing new */
  tell (f, "/org/freedesktop/login1/session/_38", "Active", TRUE); /* another session */
  tell (f, OUR, "LockedHint", FALSE);
  wait_for_change (f);
  g_assert_cmpuint (f->n_changes, ==, 1);
  g_assert_false (cf_own_session_is_locked (session));
  g_assert_false (cf_own_session_is_active (session));
  end (session);
}

static void
test_first_reading (Fixture *f, gconstpointer data)
{
  CfOwnSession *session;

  g_test_summary ("A helper may start when the screen is locked already; an id may be outdated");

  f->is_locked = TRUE;
  f->is_active = FALSE;
  g_setenv ("XDG_SESSION_ID", "3", TRUE);
  session = start (f);
  g_assert_true (cf_own_session_is_locked (session));
  g_assert_false (cf_own_session_is_active (session));
  g_assert_cmpuint (f->n_changes, ==, 1);
  end (session);

  g_setenv ("XDG_SESSION_ID", "7", TRUE);
  session = start (f);
  g_assert_true (cf_own_session_is_locked (session));
  end (session);
}

static void
emit_covering (Fixture *f, gboolean is_covering)
{
  g_dbus_connection_emit_signal (f->bus, NULL, "/org/gnome/ScreenSaver", SAVER, "ActiveChanged",
                                 g_variant_new ("(b)", is_covering), NULL);
}

static void
test_screen_saver (Fixture *f, gconstpointer data)
{
  CfOwnSession *session;

  g_test_summary ("A screen saver that tells logind nothing covers the screen as well");

  f->is_covering = TRUE;
  session = start (f);
  g_assert_true (cf_own_session_is_locked (session));
  emit_covering (f, FALSE);
  wait_for_change (f);
  g_assert_false (cf_own_session_is_locked (session));
  emit_covering (f, TRUE);
  wait_for_change (f);
  g_assert_true (cf_own_session_is_locked (session));
  tell (f, OUR, "LockedHint", TRUE);
  wait_for_change (f);
  emit_covering (f, FALSE);
  tell (f, OUR, "Active", FALSE); /* comes after it */
  wait_for_change (f);
  g_assert_true (cf_own_session_is_locked (session));
  end (session);
}

static void
test_slow_screen_saver (Fixture *f, gconstpointer data)
{
  CfOwnSession *session;

  g_test_summary ("As long as a screen saver has not answered, nothing is known: not that logind "
                  "knows of no lock either");

  f->is_slow = TRUE;
  session = cf_own_session_new (f->own);
  g_signal_connect_swapped (session, "changed", G_CALLBACK (changed_cb), f);
  while (!cf_own_session_is_active (session) || f->waiting == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (cf_own_session_is_known (session));
  g_assert_cmpuint (f->n_changes, ==, 0);
  g_dbus_method_invocation_return_value (f->waiting, g_variant_new ("(b)", TRUE));
  while (!cf_own_session_is_known (session))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (cf_own_session_is_locked (session));
  g_assert_cmpuint (f->n_changes, ==, 1);
  end (session);
}

static void
unown (Fixture *f)
{
  g_bus_unown_name (f->name_ids[0]);
  f->name_ids[0] = 0;
}

static void
test_crashed_screen_saver (Fixture *f, gconstpointer data)
{
  CfOwnSession *session;

  g_test_summary ("A screen saver that is gone covers nothing, and the next one is asked");

  f->is_covering = TRUE;
  session = start (f);
  g_assert_true (cf_own_session_is_locked (session));
  unown (f);
  wait_for_change (f);
  g_assert_false (cf_own_session_is_locked (session));
  g_assert_true (cf_own_session_is_known (session));
  f->name_ids[0] = g_bus_own_name_on_connection (f->bus, SAVER, 0, NULL, NULL, NULL, NULL);
  wait_for_change (f);
  g_assert_true (cf_own_session_is_locked (session));
  end (session);
}

static void
test_replaced_screen_saver (Fixture *f, gconstpointer data)
{
  g_autoptr (GDBusConnection) next = connect_to (g_test_dbus_get_bus_address (f->test_bus));
  CfOwnSession *session;
  guint name_id;

  g_test_summary ("One that takes another one's place says itself what it covers; until then the "
                  "screen counts as covered");

  f->is_covering = TRUE;
  session = start (f);
  f->n_changes = 0;
  g_dbus_connection_register_object (next, "/org/gnome/ScreenSaver", f->info->interfaces[2],
                                     &vtable, f, NULL, NULL);
  name_id = g_bus_own_name_on_connection (next, SAVER, 0, NULL, NULL, NULL, NULL); /* queued */
  g_dbus_connection_flush_sync (next, NULL, NULL);
  f->is_slow = TRUE;
  unown (f);
  while (f->waiting == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (cf_own_session_is_locked (session));
  g_assert_cmpuint (f->n_changes, ==, 0);
  g_dbus_method_invocation_return_value (f->waiting, g_variant_new ("(b)", FALSE));
  wait_for_change (f);
  g_assert_false (cf_own_session_is_locked (session));
  end (session);
  g_bus_unown_name (name_id);
}

static void
test_without_logind (Fixture *f, gconstpointer data)
{
  CfOwnSession *session = start (f);

  g_test_summary ("Without logind whoever is there sits at the screen");

  g_assert_true (cf_own_session_is_active (session));
  g_assert_false (cf_own_session_is_locked (session));
  end (session);

  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere", TRUE);
  session = start (f);
  g_assert_true (cf_own_session_is_active (session));
  g_assert_null (cf_own_session_get_system_bus (session));
  end (session);
}

static void
test_lost_bus (Fixture *f, gconstpointer data)
{
  CfOwnSession *session = start (f);
  g_autoptr (GDBusConnection) lost = NULL;

  g_test_summary ("A lost bus unlocks nothing, and is found again");

  tell (f, OUR, "LockedHint", TRUE);
  wait_for_change (f);
  lost = g_object_ref (cf_own_session_get_system_bus (session));
  g_dbus_connection_close (lost, NULL, NULL, NULL);
  while (cf_own_session_get_system_bus (session) == lost)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (cf_own_session_is_locked (session));
  f->is_locked = FALSE;
  wait_for_change (f);
  g_assert_false (cf_own_session_is_locked (session));
  g_assert_nonnull (cf_own_session_get_system_bus (session));
  end (session);
}

int
main (int argc, char **argv)
{
  static const gboolean yes = TRUE;

  g_test_init (&argc, &argv, NULL);

  g_test_add ("/own-session/follows-logind", Fixture, &yes, set_up, test_follows, tear_down);
  g_test_add ("/own-session/is-read-first", Fixture, &yes, set_up, test_first_reading, tear_down);
  g_test_add ("/own-session/screen-saver-covers-it", Fixture, &yes, set_up, test_screen_saver,
              tear_down);
  g_test_add ("/own-session/slow-screen-saver-is-waited-for", Fixture, &yes, set_up,
              test_slow_screen_saver, tear_down);
  g_test_add ("/own-session/crashed-screen-saver-covers-nothing", Fixture, &yes, set_up,
              test_crashed_screen_saver, tear_down);
  g_test_add ("/own-session/replaced-screen-saver-is-asked", Fixture, &yes, set_up,
              test_replaced_screen_saver, tear_down);
  g_test_add ("/own-session/counts-as-there-without-logind", Fixture, NULL, set_up,
              test_without_logind, tear_down);
  g_test_add ("/own-session/lost-bus-changes-nothing", Fixture, &yes, set_up, test_lost_bus,
              tear_down);

  return g_test_run ();
}
