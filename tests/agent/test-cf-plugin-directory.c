/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-plugin-directory.h"
#include "agent/cf-plugin-folder.h"
#include "plugin-api/wsman-plugin.h"
#include "plugin-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define REJECTED "007fbf813fa04cfcbfb0b0cb61057478"
#define ROOT                                                                                       \
  "<PlugInConfiguration xmlns=\"http://schemas.microsoft.com/wbem/wsman/1/config/"                 \
  "PluginConfiguration\" SDKVersion=\"1\" Filename=\"%s\" Name=\"%s\" %s>\n"
#define TEA "http://schemas.example.org/tea"
#define GET "<Capability Type=\"Get\"/>"

typedef struct
{
  Desk desk;
  char *directory;
  char *vendor; /* the earlier folder */
  char *admin;  /* the later one */
  char *module;
  CfPluginDirectory *plugins;
} Fixture;

/* what the journal was told about documents, one line each */
static GString *rejected;

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const char *message = "";
  gboolean is_rejected = FALSE;

  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      message = fields[i].value;
    else if (g_str_equal (fields[i].key, "MESSAGE_ID"))
      is_rejected = g_str_equal (fields[i].value, REJECTED);
  if (is_rejected)
    g_string_append_printf (rejected, "%s\n", message);
  return g_log_writer_standard_streams (level, fields, n_fields, user_data);
}

static guint
count_rejected (void)
{
  guint n = 0;

  for (gsize i = 0; i < rejected->len; i++)
    n += rejected->str[i] == '\n';
  return n;
}

static void
write_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
}

/* @resource: (nullable): the URI of the one resource */
static char *
format_document (Fixture *f, const char *name, const char *attributes, const char *uri)
{
  return g_strdup_printf (ROOT "<Resources><Resource ResourceUri=\"%s\">" GET
                               "</Resource></Resources></PlugInConfiguration>\n",
                          f->module, name, attributes, uri);
}

static void
write_document (Fixture *f, const char *folder, const char *file, const char *name,
                const char *attributes, const char *uri)
{
  g_autofree char *text = format_document (f, name, attributes, uri);

  write_file (folder, file, text);
}

static char *
make_folder (const char *directory, const char *name)
{
  char *folder = g_build_filename (directory, name, NULL);

  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  return folder;
}

static void
set_up_directory (Fixture *f)
{
  const CfPluginPlaces places = { NULL, NULL, TRUE };

  desk_set_up (&f->desk, NULL);
  f->directory = g_dir_make_tmp ("curfew-XXXXXX", NULL);
  g_assert_nonnull (f->directory);
  f->vendor = make_folder (f->directory, "vendor");
  f->admin = make_folder (f->directory, "admin");
  f->module = g_build_filename (f->directory, "tea.so", NULL);
  write_file (f->directory, "tea.so", "");
  f->plugins = cf_plugin_directory_new (f->desk.desk, &places);
  g_string_truncate (rejected, 0);
}

static void
remove_all (const char *folder)
{
  g_autoptr (GDir) listing = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        remove_all (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

static void
tear_down_directory (Fixture *f)
{
  g_assert_finalize_object (f->plugins);
  desk_tear_down (&f->desk);
  remove_all (f->directory);
  g_free (f->directory);
  g_free (f->vendor);
  g_free (f->admin);
  g_free (f->module);
}

static guint
load (Fixture *f)
{
  g_autofree char *absent = g_build_filename (f->directory, "absent", NULL);
  const char *const folders[] = { f->vendor, absent, f->admin, NULL };

  return cf_plugin_directory_load (f->plugins, folders);
}

/* The name of the plug-in for @uri. */
static const char *
find_name (Fixture *f, const char *uri)
{
  CfPluginRoute route;

  if (!cf_plugin_directory_find (f->plugins, uri, &route))
    return NULL;
  g_assert_nonnull (route.resource);
  return cf_plugin_get_configuration (route.plugin)->name;
}

static gboolean
add (Fixture *f, const char *name, const char *attributes, const char *resources, GError **error)
{
  g_autofree char *text = g_strdup_printf (ROOT "<Resources>%s</Resources></PlugInConfiguration>",
                                           f->module, name, attributes, resources);
  g_autoptr (GError) problem = NULL;
  WsmPluginConfiguration *configuration = wsm_plugin_configuration_parse ("x.xml", text,
                                                                          strlen (text), &problem);

  g_assert_no_error (problem);
  return cf_plugin_directory_add (f->plugins, configuration, error);
}

static void
test_prefix_and_exact (void)
{
  Fixture f;

  g_test_summary ("An exact match before a prefix, a longer prefix before a shorter one");

  set_up_directory (&f);
  g_assert_true (
    add (&f, "Long", "", "<Resource ResourceUri=\"" TEA "/green\">" GET "</Resource>", NULL));
  g_assert_true (add (
    &f, "Exact", "",
    "<Resource ResourceUri=\"" TEA "/green/sencha\" ExactMatch=\"true\">" GET "</Resource>", NULL));
  g_assert_true (
    add (&f, "Short", "", "<Resource ResourceUri=\"" TEA "\">" GET "</Resource>", NULL));
  g_assert_cmpstr (find_name (&f, TEA), ==, "Short");
  g_assert_cmpstr (find_name (&f, TEA "/black"), ==, "Short");
  g_assert_cmpstr (find_name (&f, TEA "/gree"), ==, "Short");
  g_assert_cmpstr (find_name (&f, TEA "/green"), ==, "Long");
  g_assert_cmpstr (find_name (&f, TEA "/green/gyokuro"), ==, "Long");
  g_assert_cmpstr (find_name (&f, TEA "/green/sencha"), ==, "Exact");
  g_assert_cmpstr (find_name (&f, TEA "/green/sencha2"), ==, "Long");
  g_assert_cmpstr (find_name (&f, "http://schemas.example.org/te"), ==, NULL);
  g_assert_cmpstr (find_name (&f, "http://schemas.example.org/TEA"), ==, NULL);
  g_assert_cmpstr (find_name (&f, ""), ==, NULL);
  tear_down_directory (&f);
}

static const char *
find_sddl (Fixture *f, const char *uri)
{
  CfPluginRoute route;

  g_assert_true (cf_plugin_directory_find (f->plugins, uri, &route));
  g_assert_true ((route.security == NULL) == (route.descriptor == NULL));
  return route.security != NULL ? route.security->sddl : NULL;
}

static void
test_security (void)
{
  Fixture f;

  g_test_summary ("The longest prefix of Security wins, and an exact one beats a prefix");

  set_up_directory (&f);
  g_assert_true (add (&f, "Tea", "",
                      "<Resource ResourceUri=\"" TEA "\">"
                      "<Security Uri=\"" TEA "/green\" Sddl=\"D:(A;;GR;;;WD)\"/>"
                      "<Security Uri=\"" TEA "/green/sencha\" Sddl=\"D:(A;;GX;;;WD)\"/>"
                      "<Security Uri=\"" TEA
                      "/green/sencha\" Sddl=\"D:(A;;GW;;;WD)\" ExactMatch=\"true\"/>"
                      "<Security Uri=\"" TEA "/gr\" Sddl=\"D:(A;;GRGX;;;WD)\"/>"
                      "<Security Uri=\"" TEA
                      "/black\" Sddl=\"D:(A;;GA;;;BA)\" ExactMatch=\"true\"/>" GET "</Resource>",
                      NULL));
  g_assert_cmpstr (find_sddl (&f, TEA), ==, NULL);
  g_assert_cmpstr (find_sddl (&f, TEA "/white"), ==, NULL);
  g_assert_cmpstr (find_sddl (&f, TEA "/grey"), ==, "D:(A;;GRGX;;;WD)");
  g_assert_cmpstr (find_sddl (&f, TEA "/green/x"), ==, "D:(A;;GR;;;WD)");
  g_assert_cmpstr (find_sddl (&f, TEA "/green/sencha/x"), ==, "D:(A;;GX;;;WD)");
  g_assert_cmpstr (find_sddl (&f, TEA "/green/sencha"), ==, "D:(A;;GW;;;WD)");
  g_assert_cmpstr (find_sddl (&f, TEA "/black"), ==, "D:(A;;GA;;;BA)");
  g_assert_cmpstr (find_sddl (&f, TEA "/black/x"), ==, NULL);
  tear_down_directory (&f);
}

static void
test_mixed_shell (void)
{
  g_autofree char *text = NULL;
  Fixture f;

  g_test_summary (
    "A document with a shell resource that can do more is left out, others are taken");

  set_up_directory (&f);
  text = g_strdup_printf (ROOT "<Resources><Resource ResourceUri=\"" TEA "\">"
                               "<Capability Type=\"Shell\"/>" GET "</Resource></Resources>"
                               "</PlugInConfiguration>",
                          f.module, "Mixed", "");
  write_file (f.admin, "a.xml", text);
  write_document (&f, f.admin, "b.xml", "Cup", "", "http://schemas.example.org/cup");
  g_assert_cmpuint (load (&f), ==, 1);
  g_assert_cmpstr (find_name (&f, TEA), ==, NULL);
  g_assert_cmpstr (find_name (&f, "http://schemas.example.org/cup"), ==, "Cup");
  g_assert_cmpuint (count_rejected (), ==, 1);
  g_assert_nonnull (strstr (rejected->str, "a.xml:2"));
  tear_down_directory (&f);
}

static void
test_same_uri (void)
{
  Fixture f;

  g_test_summary ("Of two plug-ins with the same resource or name the second is left out");

  set_up_directory (&f);
  write_document (&f, f.admin, "10.xml", "First", "", TEA);
  write_document (&f, f.vendor, "20.xml", "Second", "", TEA);
  write_document (&f, f.vendor, "30.xml", "First", "", "http://schemas.example.org/cup");
  g_assert_cmpuint (load (&f), ==, 1);
  g_assert_cmpstr (find_name (&f, TEA), ==, "First");
  g_assert_cmpstr (find_name (&f, "http://schemas.example.org/cup"), ==, NULL);
  g_assert_cmpuint (count_rejected (), ==, 2);
  g_assert_nonnull (strstr (rejected->str, "20.xml:2: The resource " TEA " belongs to"));
  g_assert_nonnull (strstr (rejected->str, "30.xml: There is a plug-in of the name First"));
  tear_down_directory (&f);
}

static void
test_disabled (void)
{
  Fixture f;

  g_test_summary ("Enabled=false: nothing of it is looked at, and its names are free");

  set_up_directory (&f);
  write_document (&f, f.admin, "10.xml", "Tea",
                  "Enabled=\"false\" UseSharedProcess=\"true\" AutoRestart=\"true\"", TEA);
  write_document (&f, f.admin, "20.xml", "Tea", "", TEA);
  g_assert_cmpuint (load (&f), ==, 1);
  g_assert_cmpstr (find_name (&f, TEA), ==, "Tea");
  g_assert_cmpuint (count_rejected (), ==, 0);
  tear_down_directory (&f);
}

static void
test_masks (void)
{
  Fixture f;

  g_test_summary ("A file in the later folder takes the place of one of the same name");

  set_up_directory (&f);
  write_document (&f, f.vendor, "a.xml", "A", "", TEA "/a");
  write_document (&f, f.vendor, "b.xml", "B", "", TEA "/b");
  write_document (&f, f.vendor, "c.xml", "C", "", TEA "/c");
  write_document (&f, f.vendor, "d.xml", "D", "", TEA "/d");
  write_file (f.vendor, "readme.txt", "not a document");
  write_file (f.vendor, ".hidden.xml", "not a document");
  write_document (&f, f.admin, "a.xml", "Changed", "", TEA "/a");
  write_file (f.admin, "b.xml", "");
  write_document (&f, f.admin, "c.xml", "C", "Enabled=\"false\"", TEA "/c");
  g_assert_cmpuint (load (&f), ==, 2);
  g_assert_cmpstr (find_name (&f, TEA "/a"), ==, "Changed");
  g_assert_cmpstr (find_name (&f, TEA "/b"), ==, NULL);
  g_assert_cmpstr (find_name (&f, TEA "/c"), ==, NULL);
  g_assert_cmpstr (find_name (&f, TEA "/d"), ==, "D");
  g_assert_cmpuint (count_rejected (), ==, 0);
  tear_down_directory (&f);
}

static void
test_untrusted_files (void)
{
  g_autofree char *loose = NULL;
  g_autofree char *link = NULL;
  g_autofree char *target = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *text = NULL;
  g_autofree char *padding = g_strnfill (CF_PLUGIN_DOCUMENT_MAX, ' ');
  g_autofree char *long_text = NULL;
  Fixture f;

  g_test_summary ("What somebody else could have written is not read");

  set_up_directory (&f);
  write_document (&f, f.admin, "a.xml", "A", "", TEA "/a");
  loose = g_build_filename (f.admin, "a.xml", NULL);
  g_assert_cmpint (g_chmod (loose, 0664), ==, 0);
  write_document (&f, f.directory, "target.xml", "B", "", TEA "/b");
  link = g_build_filename (f.admin, "b.xml", NULL);
  target = g_build_filename (f.directory, "target.xml", NULL);
  g_assert_cmpint (symlink (target, link), ==, 0);
  folder = make_folder (f.admin, "c.xml");
  text = format_document (&f, "D", "", TEA "/d");
  long_text = g_strconcat (text, padding, NULL);
  write_file (f.admin, "d.xml", long_text);
  write_file (f.admin, "e.xml", "<PlugInConfiguration");
  write_document (&f, f.admin, "f.xml", "F", "", TEA "/f");
  g_assert_cmpuint (load (&f), ==, 1);
  g_assert_cmpstr (find_name (&f, TEA "/f"), ==, "F");
  g_assert_cmpuint (count_rejected (), ==, 5);
  tear_down_directory (&f);
}

static void
test_untrusted_folder (void)
{
  Fixture f;

  g_test_summary ("A folder that others may write holds nothing that is used");

  set_up_directory (&f);
  write_document (&f, f.admin, "a.xml", "A", "", TEA "/a");
  write_document (&f, f.vendor, "b.xml", "B", "", TEA "/b");
  g_assert_cmpint (g_chmod (f.admin, 0777), ==, 0);
  g_assert_cmpuint (load (&f), ==, 1);
  g_assert_cmpstr (find_name (&f, TEA "/a"), ==, NULL);
  g_assert_cmpuint (count_rejected (), ==, 1);
  tear_down_directory (&f);
}

static void
test_modules (void)
{
  g_autoptr (GError) error = NULL;
  Fixture f;

  g_test_summary ("A module that others may write, or that is not there, is never loaded");

  set_up_directory (&f);
  g_assert_cmpint (g_chmod (f.module, 0666), ==, 0);
  g_assert_false (
    add (&f, "A", "", "<Resource ResourceUri=\"" TEA "\">" GET "</Resource>", &error));
  g_assert_error (error, CF_PLUGIN_DIRECTORY_ERROR, CF_PLUGIN_DIRECTORY_ERROR_MODULE);
  g_clear_error (&error);
  g_unlink (f.module);
  g_assert_false (
    add (&f, "A", "", "<Resource ResourceUri=\"" TEA "\">" GET "</Resource>", &error));
  g_assert_error (error, CF_PLUGIN_DIRECTORY_ERROR, CF_PLUGIN_DIRECTORY_ERROR_MODULE);
  g_clear_error (&error);
  g_assert_true (add (&f, "A", "Enabled=\"false\"",
                      "<Resource ResourceUri=\"" TEA "\">" GET "</Resource>", &error));
  tear_down_directory (&f);
}

static void
test_refused_documents (void)
{
  g_autoptr (GError) error = NULL;
  Fixture f;

  g_test_summary ("An Sddl that cannot be read, and an account that nobody can become");

  set_up_directory (&f);
  g_assert_false (add (&f, "A", "",
                       "<Resource ResourceUri=\"" TEA "\">\n"
                       "<Security Uri=\"" TEA "\" Sddl=\"D:(A;;GQ;;;WD)\"/>" GET "</Resource>",
                       &error));
  g_assert_error (error, CF_PLUGIN_DIRECTORY_ERROR, CF_PLUGIN_DIRECTORY_ERROR_SECURITY);
  g_assert_true (g_str_has_prefix (error->message, "x.xml:3: "));
  g_clear_error (&error);
  g_assert_false (add (&f, "A", "RunAsUser=\"nobody-of-that-name\"",
                       "<Resource ResourceUri=\"" TEA "\">" GET "</Resource>", &error));
  g_assert_error (error, CF_PLUGIN_DIRECTORY_ERROR, CF_PLUGIN_DIRECTORY_ERROR_UNSUPPORTED);
  g_assert_cmpstr (find_name (&f, TEA), ==, NULL);
  tear_down_directory (&f);
}

/* Whether a plug-in that names @account is taken, given a helper of @places; if not, the sentence
 * has @advice. */
static void
assert_account (const CfPluginPlaces *places, const char *attributes, const char *account,
                const char *advice)
{
  g_autofree char *all = g_strdup_printf ("RunAsUser=\"%s\" %s", account, attributes);
  g_autoptr (GError) error = NULL;
  gboolean is_taken;
  Fixture f;

  set_up_directory (&f);
  g_assert_finalize_object (f.plugins);
  f.plugins = cf_plugin_directory_new (f.desk.desk, places);
  is_taken = add (&f, "A", all, "<Resource ResourceUri=\"" TEA "\">" GET "</Resource>", &error);
  if (advice == NULL)
    g_assert_no_error (error);
  else
    g_assert_error (error, CF_PLUGIN_DIRECTORY_ERROR, CF_PLUGIN_DIRECTORY_ERROR_UNSUPPORTED);
  g_assert_true (is_taken == (advice == NULL));
  if (advice != NULL)
    g_assert_nonnull (strstr (error->message, advice));
  tear_down_directory (&f);
}

static void
test_accounts (void)
{
  static const CfPluginPlaces spawned = { "/nonexistent/host", NULL, TRUE };
  static const CfPluginPlaces sandboxed = { "/nonexistent/host", "/nonexistent/socket", TRUE };
  static const char in_agent[] = "xmlns:c=\"" WSM_PLUGIN_ADDITIONS_URI "\" c:Host=\"agent\"";
  const char *ours = g_get_user_name ();

  g_test_summary ("RunAsUser is who the plug-in runs as anyhow, or refused");

  assert_account (&spawned, "", ours, NULL);
  assert_account (&spawned, "", "nobody-of-that-name", ours);
  assert_account (&sandboxed, in_agent, ours, NULL);
  assert_account (&sandboxed, in_agent, "nobody-of-that-name", ours);
  assert_account (&sandboxed, "", ours, "User= in a drop-in of curfew-plugin-host@.service");
}

static void
test_stop (void)
{
  Fixture f;

  g_test_summary ("Plug-ins that never ran are stopped at once");

  set_up_directory (&f);
  write_document (&f, f.admin, "a.xml", "A", "", TEA "/a");
  g_assert_cmpuint (load (&f), ==, 1);
  cf_plugin_directory_auto_start (f.plugins);
  g_assert_false (cf_plugin_directory_is_stopped (f.plugins));
  cf_plugin_directory_stop (f.plugins, WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  g_assert_true (cf_plugin_directory_is_stopped (f.plugins));
  tear_down_directory (&f);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  rejected = g_string_new (NULL);
  g_log_set_writer_func (write_log, NULL, NULL);

  g_test_add_func ("/conformance/41/prefix-and-exact", test_prefix_and_exact);
  g_test_add_func ("/conformance/41/security", test_security);
  g_test_add_func ("/conformance/42/mixed-shell", test_mixed_shell);
  g_test_add_func ("/conformance/43/same-uri", test_same_uri);
  g_test_add_func ("/conformance/44/disabled", test_disabled);
  g_test_add_func ("/agent/plugin-directory/later-folders-win", test_masks);
  g_test_add_func ("/agent/plugin-directory/untrusted-files", test_untrusted_files);
  g_test_add_func ("/agent/plugin-directory/untrusted-folder", test_untrusted_folder);
  g_test_add_func ("/agent/plugin-directory/modules", test_modules);
  g_test_add_func ("/agent/plugin-directory/refused-documents", test_refused_documents);
  g_test_add_func ("/agent/plugin-directory/accounts", test_accounts);
  g_test_add_func ("/agent/plugin-directory/stop", test_stop);
  status = g_test_run ();
  g_clear_pointer (&fake_runners.made, g_ptr_array_unref);
  g_string_free (rejected, TRUE);
  return status;
}
