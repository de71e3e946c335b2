/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-application.h"

#include "cf-application-unit.h"

#define SUFFIX       ".desktop"
#define OWN_PREFIX   "org.curfew."
#define GNOME_SWITCH "X-GNOME-Autostart-enabled"

/**
 * cf_application_find:
 * @id: a desktop-file id without ".desktop"
 *
 * Looks for an application that is installed, for everybody or for this person.
 *
 * Returns: (transfer full) (nullable): the application; %NULL if there is none of that name
 */
GDesktopAppInfo *
cf_application_find (const char *id)
{
  g_autofree char *name = NULL;

  g_return_val_if_fail (id != NULL, NULL);

  if (!cf_application_id_is_valid (id))
    return NULL;
  name = g_strconcat (id, SUFFIX, NULL);
  return g_desktop_app_info_new (name);
}

/**
 * cf_application_may_start:
 * @application: an application
 *
 * Returns: whether it is one that people start: it is shown in menus, on this desktop, and is not
 *   Curfew itself
 */
gboolean
cf_application_may_start (GDesktopAppInfo *application)
{
  const char *name;

  g_return_val_if_fail (G_IS_DESKTOP_APP_INFO (application), FALSE);

  name = g_app_info_get_id (G_APP_INFO (application));
  return g_app_info_should_show (G_APP_INFO (application)) &&
         (name == NULL || !g_str_has_prefix (name, OWN_PREFIX));
}

static char *
find_autostart_file (const char *id)
{
  g_autofree char *name = g_strconcat (id, SUFFIX, NULL);
  g_autofree char *own = g_build_filename (g_get_user_config_dir (), "autostart", name, NULL);
  const char *const *folders = g_get_system_config_dirs ();

  /* what somebody put into their own folder, be it only to switch it off, hides the others */
  if (g_file_test (own, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&own);

  for (gsize i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folders[i], "autostart", name, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
  return NULL;
}

/**
 * cf_application_starts_by_itself:
 * @id: a valid desktop-file id without ".desktop"
 *
 * Returns: whether the desktop starts it in each session anyway (XDG autostart)
 */
gboolean
cf_application_starts_by_itself (const char *id)
{
  g_autofree char *path = NULL;
  g_autoptr (GDesktopAppInfo) entry = NULL;

  g_return_val_if_fail (id != NULL && cf_application_id_is_valid (id), FALSE);

  path = find_autostart_file (id);
  entry = path != NULL ? g_desktop_app_info_new_from_filename (path) : NULL;
  if (entry == NULL || g_desktop_app_info_get_is_hidden (entry))
    return FALSE;
  if (g_desktop_app_info_has_key (entry, GNOME_SWITCH) &&
      !g_desktop_app_info_get_boolean (entry, GNOME_SWITCH))
    return FALSE;
  return g_desktop_app_info_get_show_in (entry, NULL);
}
