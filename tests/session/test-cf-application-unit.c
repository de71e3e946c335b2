/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/cf-application-unit.h"

#include <string.h>

static void
test_names (void)
{
  static const struct
  {
    const char *unit;
    const char *id;
  } cases[] = {
    /* services: [-LAUNCHER]-ID[@RANDOM] */
    { "app-org.kde.amarok.service", "org.kde.amarok" },
    { "app-gnome-org.gnome.Evince@12345.service", "org.gnome.Evince" },
    { "app-org.kde.kate@0f6d4c1b2a.service", "org.kde.kate" },
    { "app-org.mozilla.firefox@autostart.service", "org.mozilla.firefox" },
    { "app-KDE-org.kde.okular.service", "org.kde.okular" },
    { "app-a@.service", "a" },
    { "app-a@b-c@d.service", "a" },
    /* scopes: [-LAUNCHER]-ID-RANDOM */
    { "app-org.gnome.Nautilus-4711.scope", "org.gnome.Nautilus" },
    { "app-gnome-org.gnome.Nautilus-4711.scope", "org.gnome.Nautilus" },
    { "app-flatpak-org.telegram.desktop-12345.scope", "org.telegram.desktop" },
    { "app-gnome-firefox\\x2desr-77.scope", "firefox-esr" },
    { "app-my\\x2ddesktop-gnome\\x2dterminal-7.scope", "gnome-terminal" },
    { "app-x-org.e\\x2dx.a\\x2db\\x2dc-7.scope", "org.e-x.a-b-c" },
    { "app-wine\\x20Notes-7.scope", "wine Notes" },
    { "app-caf\\xc3\\xa9-7.scope", "caf\xc3\xa9" },
    { "app-x.service.service", "x.service" },
    /* neither */
    { "", NULL },
    { "app-", NULL },
    { "app-.service", NULL },
    { "app-.scope", NULL },
    { "app-7.scope", NULL },
    { "app--7.scope", NULL },
    { "app-a-.scope", NULL },
    { "app--a.service", NULL },
    { "app-a--7.scope", NULL },
    { "app-@7.service", NULL },
    { "app-a-b-c.service", NULL },
    { "app-a-b-c-7.scope", NULL },
    { "app-a-b-c-d-e-7.scope", NULL },
    { "app-a.slice", NULL },
    { "app-a-7.scope.d", NULL },
    { "apps-a-7.scope", NULL },
    { "session-2.scope", NULL },
    { "pipewire.service", NULL },
    /* escapes that are none, and ids that could lead astray */
    { "app-a\\-7.scope", NULL },
    { "app-a\\x-7.scope", NULL },
    { "app-a\\x2-7.scope", NULL },
    { "app-a\\x2g-7.scope", NULL },
    { "app-a\\X2d-7.scope", NULL },
    { "app-a\\x00b-7.scope", NULL },
    { "app-a\\x0ab-7.scope", NULL },
    { "app-a\\xff-7.scope", NULL },
    { "app-..\\x2fevil-7.scope", NULL },
    { "app-a\\x2fb-7.scope", NULL },
    { "app-a/b-7.scope", NULL },
    { "app-\\x2ehidden-7.scope", NULL },
  };

  g_test_summary ("The application is found in the name of its unit, and in no other name");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = cf_application_unit_dup_id (cases[i].unit);

      if (g_strcmp0 (id, cases[i].id) != 0)
        g_test_message ("%s", cases[i].unit);
      g_assert_cmpstr (id, ==, cases[i].id);
    }
}

static void
test_length (void)
{
  g_autofree char *longest = g_strnfill (200, 'a');
  g_autofree char *longer = g_strnfill (201, 'a');
  g_autofree char *unit = g_strconcat ("app-", longest, "-7.scope", NULL);
  g_autofree char *longer_unit = g_strconcat ("app-", longer, "-7.scope", NULL);
  g_autofree char *endless = g_strnfill (100000, '-');
  g_autofree char *endless_unit = g_strconcat ("app-", endless, ".scope", NULL);
  g_autofree char *id = cf_application_unit_dup_id (unit);

  g_test_summary ("What is too long for a file name is no application");

  g_assert_cmpstr (id, ==, longest);
  g_assert_null (cf_application_unit_dup_id (longer_unit));
  g_assert_null (cf_application_unit_dup_id (endless_unit));
  g_assert_false (cf_application_id_is_valid (longer));
  g_assert_false (cf_application_id_is_valid (""));
}

static void
test_scope (void)
{
  static const char *const ids[] = { "org.gnome.Nautilus", "firefox-esr", "wine Notes",
                                     "caf\xc3\xa9",        "a\\b@c%d",    "x.scope" };
  g_autofree char *scope = cf_application_unit_dup_scope ("firefox-esr", 42);

  g_test_summary ("The scope that an application gets here leads back to it");

  g_assert_cmpstr (scope, ==, "app-curfew-firefox\\x2desr-42.scope");
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *unit = cf_application_unit_dup_scope (ids[i], G_MAXINT);
      g_autofree char *id = cf_application_unit_dup_id (unit);

      g_assert_cmpstr (id, ==, ids[i]);
      for (const char *p = unit; *p != '\0'; p++)
        g_assert_true (g_ascii_isalnum (*p) || strchr (":_.\\-", *p) != NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/application-unit/names", test_names);
  g_test_add_func ("/session/application-unit/length", test_length);
  g_test_add_func ("/session/application-unit/scope", test_scope);
  return g_test_run ();
}
