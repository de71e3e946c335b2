/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-launcher.h"

#include "cf-application-list.h"
#include "cf-application.h"
#include "cf-running-applications.h"
#include "request/cf-display-text.h"

#include <string.h>

typedef struct
{
  GDBusConnection *session_bus; /* (owned) */
  char **ids;                   /* (owned) */
} Launch;

static void
launch_free (Launch *launch)
{
  g_object_unref (launch->session_bus);
  g_strfreev (launch->ids);
  g_free (launch);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Launch, launch_free)

static void
launched_cb (GAppLaunchContext *context, GAppInfo *application, GVariant *platform_data,
             GDBusConnection *session_bus)
{
  const char *name = g_app_info_get_id (application);
  g_autofree char *id = NULL;
  gint32 pid;

  /* what is activated by D-Bus is no process of ours */
  if (name == NULL || !g_variant_lookup (platform_data, "pid", "i", &pid) || pid <= 0)
    return;
  id = g_strndup (name, strlen (name) - strlen (".desktop"));
  cf_running_applications_add (session_bus, id, pid);
}

static GAppLaunchContext *
make_context (GDBusConnection *session_bus)
{
  /* told by systemd to us alone */
  static const char *const ours[] = { "INVOCATION_ID",   "JOURNAL_STREAM", "LISTEN_FDS",
                                      "LISTEN_PID",      "MANAGERPID",     "NOTIFY_SOCKET",
                                      "SYSTEMD_EXEC_PID" };
  GAppLaunchContext *context = g_app_launch_context_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (ours); i++)
    g_app_launch_context_unsetenv (context, ours[i]);
  g_signal_connect_object (context, "launched", G_CALLBACK (launched_cb), session_bus, 0);
  return context;
}

static void
launch_one (const char *id, const char *const *running, GAppLaunchContext *context)
{
  g_autoptr (GDesktopAppInfo) application = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = cf_display_text_one_line (id);

  if (running != NULL && g_strv_contains (running, id))
    g_message ("%s is not started again: it runs already", line);
  else if ((application = cf_application_find (id)) == NULL)
    g_message ("%s is not started again: it is not installed any more", line);
  else if (!cf_application_may_start (application))
    g_message ("%s is not started again: it is none that people start", line);
  else if (cf_application_starts_by_itself (id))
    g_message ("%s is not started again: the desktop starts it anyway", line);
  else if (!g_app_info_launch (G_APP_INFO (application), NULL, context, &error))
    g_message ("%s could not be started again: %s", line, error->message);
  else
    g_message ("%s was started again", line);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Launch) launch = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) running = cf_running_applications_list_finish (result, &error);
  g_autoptr (GAppLaunchContext) context = make_context (launch->session_bus);

  if (running == NULL)
    g_info ("It is not known which applications run already: %s", error->message);
  for (gsize i = 0; launch->ids[i] != NULL; i++)
    launch_one (launch->ids[i], (const char *const *) running, context);
}

/**
 * cf_launcher_start:
 * @session_bus: of the session that the applications are to appear in
 * @path: (type filename): the list
 * @boot_id: of this boot
 *
 * Starts what ran before the computer was restarted, if an earlier boot left a list: each
 * application once, none that runs already, and only what is installed. What goes wrong is logged.
 */
void
cf_launcher_start (GDBusConnection *session_bus, const char *path, const char *boot_id)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ids = NULL;
  Launch *launch;

  g_return_if_fail (G_IS_DBUS_CONNECTION (session_bus));

  ids = cf_application_list_take (path, boot_id, g_get_real_time () / G_USEC_PER_SEC, &error);
  if (g_error_matches (error, CF_APPLICATION_LIST_ERROR, CF_APPLICATION_LIST_ERROR_OLD))
    g_message ("%s", error->message);
  else if (error != NULL)
    g_warning ("%s", error->message);
  if (ids == NULL)
    return;

  launch = g_new0 (Launch, 1);
  launch->session_bus = g_object_ref (session_bus);
  launch->ids = g_steal_pointer (&ids);
  cf_running_applications_list_async (session_bus, NULL, listed_cb, launch);
}
