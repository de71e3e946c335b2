/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-polkit.h"

#include "bus/cf-bus-policykit1-authority.h"

#define NAME             "org.freedesktop.PolicyKit1"
#define PATH             "/org/freedesktop/PolicyKit1/Authority"
#define FLAG_INTERACTIVE 1u
#define NO_TIMEOUT_MSEC  G_MAXINT /* somebody may be typing a password */

struct _CfPolkit
{
  GObject parent_instance;

  CfBusPolicykit1Authority *authority; /* (owned), set once */
  guint n_asked;
};

G_DEFINE_FINAL_TYPE (CfPolkit, cf_polkit, G_TYPE_OBJECT)

static void
cf_polkit_dispose (GObject *object)
{
  g_clear_object (&CF_POLKIT (object)->authority);

  G_OBJECT_CLASS (cf_polkit_parent_class)->dispose (object);
}

static void
cf_polkit_class_init (CfPolkitClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_polkit_dispose;
}

static void
cf_polkit_init (CfPolkit *self)
{
}

/* Proxies of names that nobody owns come to be all the same: what counts is the owner. */
static void
proxy_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (CfBusPolicykit1Authority) authority = NULL;
  g_autofree char *owner = NULL;
  g_autoptr (GError) error = NULL;
  CfPolkit *self;

  authority = cf_bus_policykit1_authority_proxy_new_for_bus_finish (result, &error);
  if (authority != NULL)
    owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (authority));
  if (owner == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s",
                               error != NULL ? error->message : "it is not on the system bus");
      return;
    }
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (authority), NO_TIMEOUT_MSEC);
  self = g_object_new (CF_TYPE_POLKIT, NULL);
  self->authority = g_steal_pointer (&authority);
  g_task_return_pointer (task, self, g_object_unref);
}

/**
 * cf_polkit_new_async:
 * @cancellable: (nullable): ends the waiting
 * @callback: called when done
 * @user_data: for @callback
 *
 * Finds polkit on the system bus, or has the bus start it.
 */
void
cf_polkit_new_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, cf_polkit_new_async);
  cf_bus_policykit1_authority_proxy_new_for_bus (
    G_BUS_TYPE_SYSTEM,
    G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES | G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS, NAME,
    PATH, cancellable, proxy_cb, g_steal_pointer (&task));
}

/**
 * cf_polkit_new_finish:
 * @result: what the callback got
 * @error: a #GIOErrorEnum: there is no polkit
 *
 * Returns: (transfer full): polkit; %NULL with @error set otherwise
 */
CfPolkit *
cf_polkit_new_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Whoever asked has gone: polkit shall not go on asking somebody for a password. */
static void
take_back (CfPolkit *self, const char *cancellation_id)
{
  cf_bus_policykit1_authority_call_cancel_check_authorization (self->authority, cancellation_id,
                                                               NULL, NULL, NULL);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) answer = NULL;
  GError *error = NULL;
  gboolean is_authorized;

  if (!cf_bus_policykit1_authority_call_check_authorization_finish (
        CF_BUS_POLICYKIT1_AUTHORITY (source), &answer, result, &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        take_back (g_task_get_source_object (task), g_task_get_task_data (task));
      g_task_return_error (task, error);
      return;
    }
  g_variant_get_child (answer, 0, "b", &is_authorized);
  g_task_return_boolean (task, is_authorized);
}

/**
 * cf_polkit_check_async:
 * @self: polkit
 * @sender: unique name, on the system bus, of whoever asks
 * @action: what for
 * @is_interactive: whether polkit may ask somebody for a password
 * @cancellable: (nullable): takes the question back
 * @callback: called when there is an answer, however long that takes
 * @user_data: for @callback
 *
 * Asks whether @sender may do @action.
 */
void
cf_polkit_check_async (CfPolkit *self, const char *sender, const char *action,
                       gboolean is_interactive, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *cancellation_id = NULL;
  GVariantDict details;
  GVariant *subject;

  g_return_if_fail (CF_IS_POLKIT (self));
  g_return_if_fail (sender != NULL);
  g_return_if_fail (action != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cf_polkit_check_async);
  cancellation_id = g_strdup_printf ("curfew-agent-%u", ++self->n_asked);
  g_task_set_task_data (task, g_strdup (cancellation_id), g_free);

  g_variant_dict_init (&details, NULL);
  g_variant_dict_insert (&details, "name", "s", sender);
  subject = g_variant_new ("(s@a{sv})", "system-bus-name", g_variant_dict_end (&details));
  cf_bus_policykit1_authority_call_check_authorization (
    self->authority, subject, action, g_variant_new ("a{ss}", NULL),
    is_interactive ? FLAG_INTERACTIVE : 0, cancellation_id, cancellable, checked_cb,
    g_steal_pointer (&task));
}

/**
 * cf_polkit_check_finish:
 * @self: polkit
 * @result: what the callback got
 * @is_authorized: (out): the answer; %FALSE if there is none
 * @error: why there is none
 *
 * Returns: %FALSE with @error set if polkit could not say
 */
gboolean
cf_polkit_check_finish (CfPolkit *self, GAsyncResult *result, gboolean *is_authorized,
                        GError **error)
{
  GError *local_error = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (is_authorized != NULL, FALSE);

  *is_authorized = g_task_propagate_boolean (G_TASK (result), &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}
