/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-directory.h"

#include "cf-audit.h"
#include "cf-plugin-folder.h"
#include "plugin-host/cf-plugin-file.h"

#include <string.h>

/* One resource of one plug-in. */
typedef struct
{
  CfPlugin *plugin; /* (unowned), outlives this */
  const WsmPluginResource *resource;
  gsize length;           /* of its URI */
  GPtrArray *descriptors; /* (owned) (element-type CfSecurityDescriptor): one for each Security */
} Place;

struct _CfPluginDirectory
{
  GObject parent_instance;

  CfPluginDesk *desk; /* (owned), set once */
  CfPluginPlaces plugin_places;
  char *helper_program; /* (owned) (nullable), of plugin_places */
  char *helper_socket;  /* (owned) (nullable), of plugin_places */
  GPtrArray *plugins;   /* (owned) (element-type CfPlugin) */
  GArray *places;       /* (owned) (element-type Place) */
  gboolean is_stopping;
};

typedef enum
{
  SIGNAL_STOPPED
} CfPluginDirectorySignal;
static guint signals[SIGNAL_STOPPED + 1];

G_DEFINE_FINAL_TYPE (CfPluginDirectory, cf_plugin_directory, G_TYPE_OBJECT)
G_DEFINE_QUARK (cf_plugin_directory_error, cf_plugin_directory_error)

static void
place_clear (Place *place)
{
  g_clear_pointer (&place->descriptors, g_ptr_array_unref);
}

static void
cf_plugin_directory_dispose (GObject *object)
{
  CfPluginDirectory *self = CF_PLUGIN_DIRECTORY (object);

  g_array_set_size (self->places, 0);
  for (guint i = 0; i < self->plugins->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->plugins, i), self);
  g_ptr_array_set_size (self->plugins, 0);
  g_clear_object (&self->desk);

  G_OBJECT_CLASS (cf_plugin_directory_parent_class)->dispose (object);
}

static void
cf_plugin_directory_finalize (GObject *object)
{
  CfPluginDirectory *self = CF_PLUGIN_DIRECTORY (object);

  g_array_unref (self->places);
  g_ptr_array_unref (self->plugins);
  g_free (self->helper_program);
  g_free (self->helper_socket);

  G_OBJECT_CLASS (cf_plugin_directory_parent_class)->finalize (object);
}

static void
cf_plugin_directory_class_init (CfPluginDirectoryClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = cf_plugin_directory_dispose;
  object_class->finalize = cf_plugin_directory_finalize;

  /**
   * CfPluginDirectory::stopped:
   *
   * After cf_plugin_directory_stop(): nothing runs any more.
   */
  signals[SIGNAL_STOPPED] = g_signal_new ("stopped", CF_TYPE_PLUGIN_DIRECTORY, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cf_plugin_directory_init (CfPluginDirectory *self)
{
  self->plugins = g_ptr_array_new_with_free_func (g_object_unref);
  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
  g_array_set_clear_func (self->places, (GDestroyNotify) place_clear);
}

/**
 * cf_plugin_directory_new:
 * @desk: answers what plug-ins ask
 * @places: where helper processes come from, and whose files are taken; copied
 *
 * Returns: (transfer full): a directory without plug-ins
 */
CfPluginDirectory *
cf_plugin_directory_new (CfPluginDesk *desk, const CfPluginPlaces *places)
{
  CfPluginDirectory *self;

  g_return_val_if_fail (CF_IS_PLUGIN_DESK (desk), NULL);
  g_return_val_if_fail (places != NULL, NULL);

  self = g_object_new (CF_TYPE_PLUGIN_DIRECTORY, NULL);
  self->desk = g_object_ref (desk);
  self->helper_program = g_strdup (places->helper_program);
  self->helper_socket = g_strdup (places->helper_socket);
  self->plugin_places = (CfPluginPlaces){ self->helper_program, self->helper_socket,
                                          places->owner_may_own };
  return self;
}

/* --- what a document may say, among others and on this machine */

static gboolean
check_name (CfPluginDirectory *self, const WsmPluginConfiguration *configuration, GError **error)
{
  for (guint i = 0; i < self->plugins->len; i++)
    {
      const WsmPluginConfiguration *other = cf_plugin_get_configuration (
        g_ptr_array_index (self->plugins, i));

      if (!g_str_equal (other->name, configuration->name))
        continue;
      g_set_error (error, CF_PLUGIN_DIRECTORY_ERROR, CF_PLUGIN_DIRECTORY_ERROR_TAKEN,
                   "%s: There is a plug-in of the name %s already, in %s. Give one of them another "
                   "name",
                   configuration->file_name, configuration->name, other->file_name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_resources (CfPluginDirectory *self, const WsmPluginConfiguration *configuration,
                 GError **error)
{
  for (guint i = 0; i < configuration->resources->len; i++)
    {
      const WsmPluginResource *resource = g_ptr_array_index (configuration->resources, i);

      for (guint j = 0; j < self->places->len; j++)
        {
          const Place *place = &g_array_index (self->places, Place, j);

          if (!g_str_equal (place->resource->uri, resource->uri))
            continue;
          g_set_error (error, CF_PLUGIN_DIRECTORY_ERROR, CF_PLUGIN_DIRECTORY_ERROR_TAKEN,
                       "%s:%u: The resource %s belongs to the plug-in %s already, by %s. Take it "
                       "out of one of the files, or disable one (Enabled=\"false\")",
                       configuration->file_name, resource->line, resource->uri,
                       cf_plugin_get_configuration (place->plugin)->name,
                       cf_plugin_get_configuration (place->plugin)->file_name);
          return FALSE;
        }
    }
  return TRUE;
}

/* Nobody here can become somebody else: what this process loads or starts runs as itself. systemd
 * makes up a user for each helper process at the socket, whose name nobody can say beforehand. */
static gboolean
check_account (CfPluginDirectory *self, const WsmPluginConfiguration *configuration, GError **error)
{
  gboolean is_ours = configuration->in_agent || self->helper_socket == NULL;
  const char *account = is_ours ? g_get_user_name () : "a user of its own, whom systemd makes up";

  if (configuration->run_as_user == NULL ||
      (is_ours && g_str_equal (configuration->run_as_user, account)))
    return TRUE;
  g_set_error (error, CF_PLUGIN_DIRECTORY_ERROR, CF_PLUGIN_DIRECTORY_ERROR_UNSUPPORTED,
               "%s: RunAsUser is %s, but this plug-in runs as %s. Leave RunAsUser out%s",
               configuration->file_name, configuration->run_as_user, account,
               is_ours ? ""
                       : ", or choose the user of all such plug-ins by User= in a drop-in of "
                         "curfew-plugin-host@.service");
  return FALSE;
}

static gboolean
check_module (CfPluginDirectory *self, const WsmPluginConfiguration *configuration, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (cf_plugin_file_check (configuration->module, self->plugin_places.owner_may_own, &problem))
    return TRUE;
  g_set_error (error, CF_PLUGIN_DIRECTORY_ERROR, CF_PLUGIN_DIRECTORY_ERROR_MODULE,
               "%s: The module of the plug-in %s cannot be used: %s", configuration->file_name,
               configuration->name, problem->message);
  return FALSE;
}

static void
note_strangers (const WsmPluginConfiguration *configuration, const WsmPluginSecurity *security,
                const CfSecurityDescriptor *descriptor)
{
  const char *const *strangers = cf_security_descriptor_get_strangers (descriptor);
  g_autofree char *names = NULL;

  if (strangers[0] == NULL)
    return;
  names = g_strjoinv (", ", (char **) strangers);
  g_message ("%s:%u: The Sddl names %s; nobody is that on this computer", configuration->file_name,
             security->line, names);
}

/* @resources: (element-type GPtrArray): the descriptors of each resource */
static gboolean
parse_securities (const WsmPluginConfiguration *configuration, GPtrArray *resources, GError **error)
{
  for (guint i = 0; i < configuration->resources->len; i++)
    {
      const WsmPluginResource *resource = g_ptr_array_index (configuration->resources, i);
      GPtrArray *descriptors = g_ptr_array_new_with_free_func (
        (GDestroyNotify) cf_security_descriptor_free);

      g_ptr_array_add (resources, descriptors);
      for (guint j = 0; resource->securities != NULL && j < resource->securities->len; j++)
        {
          const WsmPluginSecurity *security = g_ptr_array_index (resource->securities, j);
          g_autoptr (GError) problem = NULL;
          CfSecurityDescriptor *descriptor = cf_security_descriptor_parse (security->sddl,
                                                                           &problem);

          if (descriptor == NULL)
            {
              g_set_error (error, CF_PLUGIN_DIRECTORY_ERROR, CF_PLUGIN_DIRECTORY_ERROR_SECURITY,
                           "%s:%u: %s", configuration->file_name, security->line, problem->message);
              return FALSE;
            }
          g_ptr_array_add (descriptors, descriptor);
          note_strangers (configuration, security, descriptor);
        }
    }
  return TRUE;
}

static void
plugin_stopped_cb (CfPluginDirectory *self)
{
  if (cf_plugin_directory_is_stopped (self))
    g_signal_emit (self, signals[SIGNAL_STOPPED], 0);
}

/**
 * cf_plugin_directory_add:
 * @self: a directory
 * @configuration: (transfer full): the document of a plug-in
 * @error: a #CfPluginDirectoryError, with the file and, where there is one, the line
 *
 * Adds a plug-in. One that is not enabled is left out, which is no error; nothing of it is looked
 * at, and its names are free for others.
 *
 * Returns: %FALSE with @error set if it cannot be used here
 */
gboolean
cf_plugin_directory_add (CfPluginDirectory *self, WsmPluginConfiguration *configuration,
                         GError **error)
{
  g_autoptr (WsmPluginConfiguration) owned = configuration;
  g_autoptr (GPtrArray) descriptors = NULL;
  CfPlugin *plugin;

  g_return_val_if_fail (CF_IS_PLUGIN_DIRECTORY (self), FALSE);
  g_return_val_if_fail (configuration != NULL, FALSE);

  if (!configuration->enabled)
    return TRUE;
  descriptors = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  if (!check_name (self, configuration, error) || !check_resources (self, configuration, error) ||
      !check_account (self, configuration, error) || !check_module (self, configuration, error) ||
      !parse_securities (configuration, descriptors, error))
    return FALSE;

  plugin = cf_plugin_new (g_steal_pointer (&owned), &self->plugin_places, self->desk);
  g_ptr_array_add (self->plugins, plugin);
  g_signal_connect_swapped (plugin, "stopped", G_CALLBACK (plugin_stopped_cb), self);
  for (guint i = 0; i < configuration->resources->len; i++)
    {
      const WsmPluginResource *resource = g_ptr_array_index (configuration->resources, i);
      Place place = { plugin, resource, strlen (resource->uri),
                      g_ptr_array_ref (g_ptr_array_index (descriptors, i)) };

      g_array_append_val (self->places, place);
    }
  return TRUE;
}

/**
 * cf_plugin_directory_load:
 * @self: a directory
 * @folders: (array zero-terminated=1) (element-type filename): of documents, see
 *   cf_plugin_folder_read_all()
 *
 * Adds the plug-ins of all documents, by the names of the files. A document that cannot be used is
 * noted in the journal, and the others are taken nevertheless.
 *
 * Returns: how many plug-ins there are
 */
guint
cf_plugin_directory_load (CfPluginDirectory *self, const char *const *folders)
{
  g_autoptr (GPtrArray) documents = NULL;

  g_return_val_if_fail (CF_IS_PLUGIN_DIRECTORY (self), 0);
  g_return_val_if_fail (folders != NULL, 0);

  documents = cf_plugin_folder_read_all (folders, self->plugin_places.owner_may_own);
  for (guint i = 0; i < documents->len; i++)
    {
      const CfPluginDocument *document = g_ptr_array_index (documents, i);
      g_autoptr (GError) error = NULL;
      WsmPluginConfiguration *configuration = wsm_plugin_configuration_parse (
        document->path, document->text, document->length, &error);

      if (configuration == NULL || !cf_plugin_directory_add (self, configuration, &error))
        cf_audit_plugin_rejected (error->message);
    }
  return self->plugins->len;
}

/* Whether @candidate is closer to @uri than what has been found: an exact match before a prefix, a
 * longer prefix before a shorter one. */
static gboolean
is_closer (const char *uri, const char *candidate, gsize length, gboolean exact_match,
           gsize best_length)
{
  if (length <= best_length && best_length != 0)
    return FALSE;
  return strncmp (uri, candidate, length) == 0 && (!exact_match || uri[length] == '\0');
}

static void
find_security (const Place *place, const char *uri, CfPluginRoute *route)
{
  gsize best_length = 0;
  gboolean is_exact = FALSE;

  route->security = NULL;
  route->descriptor = NULL;
  for (guint i = 0; i < place->descriptors->len; i++)
    {
      const WsmPluginSecurity *security = g_ptr_array_index (place->resource->securities, i);
      gsize length = strlen (security->uri);

      /* of the same length only an exact match can beat a prefix */
      if (security->exact_match && !is_exact && g_str_equal (uri, security->uri))
        is_exact = TRUE;
      else if (is_exact ||
               !is_closer (uri, security->uri, length, security->exact_match, best_length))
        continue;
      best_length = length;
      route->security = security;
      route->descriptor = g_ptr_array_index (place->descriptors, i);
    }
}

/**
 * cf_plugin_directory_find:
 * @self: a directory
 * @resource_uri: compared octet by octet
 * @route: (out caller-allocates): filled if this succeeds; valid as long as @self
 *
 * Returns: whether there is a plug-in for @resource_uri
 */
gboolean
cf_plugin_directory_find (CfPluginDirectory *self, const char *resource_uri, CfPluginRoute *route)
{
  const Place *best = NULL;

  g_return_val_if_fail (CF_IS_PLUGIN_DIRECTORY (self), FALSE);
  g_return_val_if_fail (resource_uri != NULL, FALSE);
  g_return_val_if_fail (route != NULL, FALSE);

  /* no two have the same URI, so the longest that fits is the exact one, if there is one */
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);

      if (is_closer (resource_uri, place->resource->uri, place->length,
                     place->resource->exact_match, best != NULL ? best->length : 0))
        best = place;
    }
  if (best == NULL)
    return FALSE;

  route->plugin = best->plugin;
  route->resource = best->resource;
  find_security (best, resource_uri, route);
  return TRUE;
}

/**
 * cf_plugin_directory_auto_start:
 * @self: a directory
 *
 * Starts the plug-ins that are to be started with the agent.
 */
void
cf_plugin_directory_auto_start (CfPluginDirectory *self)
{
  g_return_if_fail (CF_IS_PLUGIN_DIRECTORY (self));

  for (guint i = 0; i < self->plugins->len; i++)
    cf_plugin_auto_start (g_ptr_array_index (self->plugins, i));
}

/**
 * cf_plugin_directory_stop:
 * @self: a directory
 * @reason: WSMAN_PLUGIN_SHUTDOWN_…
 *
 * Ends all plug-ins (cf_plugin_stop()). `stopped` is emitted when that is done, unless nothing
 * runs.
 */
void
cf_plugin_directory_stop (CfPluginDirectory *self, guint32 reason)
{
  g_return_if_fail (CF_IS_PLUGIN_DIRECTORY (self));

  self->is_stopping = TRUE;
  for (guint i = 0; i < self->plugins->len; i++)
    cf_plugin_stop (g_ptr_array_index (self->plugins, i), reason);
}

/**
 * cf_plugin_directory_is_stopped:
 * @self: a directory
 *
 * Returns: whether it was told to stop and nothing runs any more
 */
gboolean
cf_plugin_directory_is_stopped (CfPluginDirectory *self)
{
  g_return_val_if_fail (CF_IS_PLUGIN_DIRECTORY (self), TRUE);

  for (guint i = 0; i < self->plugins->len; i++)
    if (!cf_plugin_is_stopped (g_ptr_array_index (self->plugins, i)))
      return FALSE;
  return self->is_stopping;
}
