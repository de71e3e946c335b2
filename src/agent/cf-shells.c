/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shells.h"

#include "cf-shell-private.h"
#include "cf-shell.h"
#include "plugin-api/wsman-plugin.h"

struct _CfShells
{
  GObject parent_instance;

  GHashTable *shells; /* (owned) (element-type utf8 CfShell): by id, in any case */
};

G_DEFINE_FINAL_TYPE (CfShells, cf_shells, G_TYPE_OBJECT)

static guint
id_hash (gconstpointer key)
{
  guint hash = 5381;

  for (const char *id = key; *id != '\0'; id++)
    hash = hash * 33 + (guchar) g_ascii_tolower (*id);
  return hash;
}

static gboolean
id_equal (gconstpointer a, gconstpointer b)
{
  return g_ascii_strcasecmp (a, b) == 0;
}

/* What is open goes on to its end; it only has nobody to tell here. */
static void
let_go (CfShell *shell)
{
  cf_shell_set_gone (shell, NULL, NULL);
  cf_shell_close (shell);
  cf_shell_unref (shell);
}

static void
cf_shells_dispose (GObject *object)
{
  CfShells *self = CF_SHELLS (object);

  if (self->shells != NULL)
    {
      GList *shells = g_hash_table_get_values (self->shells);

      g_hash_table_steal_all (self->shells);
      g_list_free_full (shells, (GDestroyNotify) let_go);
    }
  g_clear_pointer (&self->shells, g_hash_table_unref);

  G_OBJECT_CLASS (cf_shells_parent_class)->dispose (object);
}

static void
cf_shells_class_init (CfShellsClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_shells_dispose;
}

static void
cf_shells_init (CfShells *self)
{
  self->shells = g_hash_table_new_full (id_hash, id_equal, NULL, (GDestroyNotify) cf_shell_unref);
}

/**
 * cf_shells_new:
 *
 * Returns: (transfer full): no shells
 */
CfShells *
cf_shells_new (void)
{
  return g_object_new (CF_TYPE_SHELLS, NULL);
}

static void
shell_gone_cb (CfShell *shell, gpointer user_data)
{
  CfShells *self = user_data;

  g_debug ("The shell %s of %s has ended", cf_shell_get_id (shell), cf_shell_get_owner (shell));
  g_hash_table_remove (self->shells, cf_shell_get_id (shell));
}

/* Returns why there may not be one more, or NULL. */
static WsmFault *
check_quotas (CfShells *self, CfPlugin *plugin, const char *owner_key)
{
  const WsmPluginQuotas *quotas = &cf_plugin_get_configuration (plugin)->quotas;
  guint n_all = 0;
  guint n_own = 0;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->shells);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (cf_shell_get_plugin (value) == plugin)
      {
        n_all++;
        if (g_str_equal (cf_shell_get_owner_key (value), owner_key))
          n_own++;
      }

  if (n_own >= quotas->max_shells_per_user)
    return wsm_fault_new_with_code (WSM_FAULT_QUOTA_LIMIT, ERROR_WSMAN_QUOTA_MAX_SHELLS,
                                    "This user has %u shells already, which is as many as are "
                                    "allowed; delete one.",
                                    n_own);
  if (n_all >= quotas->max_shells)
    return wsm_fault_new_with_code (WSM_FAULT_QUOTA_LIMIT, ERROR_WSMAN_QUOTA_SYSTEM,
                                    "There are %u shells already, which is as many as are allowed; "
                                    "try again later.",
                                    n_all);
  return NULL;
}

static void
create (CfShells *self, const CfPluginRoute *route, WsmOperation *operation)
{
  const WsmShellMessage *message = wsm_envelope_get_shell_message (
    wsm_operation_get_request (operation));
  g_autofree char *owner_key = wsm_principal_dup_key (wsm_operation_get_principal (operation));
  g_autofree char *id = NULL;
  g_autoptr (WsmFault) fault = NULL;
  CfShell *shell;

  if (message == NULL || message->kind != WSM_SHELL_CREATE)
    {
      cf_shell_refuse (operation, WSM_FAULT_ACTION_MISMATCH,
                       "The body of Create has to be a rsp:Shell.");
      return;
    }
  fault = check_quotas (self, route->plugin, owner_key);
  if (fault != NULL)
    {
      wsm_operation_return_fault (operation, fault);
      return;
    }

  id = cf_shell_choose_id (message->shell_id,
                           message->shell_id != NULL &&
                             !g_hash_table_contains (self->shells, message->shell_id));
  shell = cf_shell_new (route, id, operation);
  cf_shell_set_gone (shell, shell_gone_cb, self);
  g_hash_table_insert (self->shells, (gpointer) cf_shell_get_id (shell), shell);
  g_debug ("%s asks for a shell, %s", cf_shell_get_owner (shell), id);
  cf_shell_create (shell, operation);
}

/* The shell that is meant, if its owner asks. Of others' shells nobody learns that they exist. */
static CfShell *
find_shell (CfShells *self, CfPlugin *plugin, const char *id, WsmPrincipal *caller)
{
  CfShell *shell = g_hash_table_lookup (self->shells, id);
  g_autofree char *key = NULL;

  if (shell == NULL || !cf_shell_is_live (shell) || cf_shell_get_plugin (shell) != plugin)
    return NULL;
  key = wsm_principal_dup_key (caller);
  return g_str_equal (key, cf_shell_get_owner_key (shell)) ? shell : NULL;
}

/**
 * cf_shells_handle:
 * @self: the shells
 * @route: the plug-in that the request goes to, and its resource
 * @operation: Create, or an operation on a shell; whether the caller may do that is decided
 *
 * Answers, now or later. A shell belongs to who created it: for anybody else it is not there.
 */
void
cf_shells_handle (CfShells *self, const CfPluginRoute *route, WsmOperation *operation)
{
  WsmEnvelope *request;
  WsmObject *selectors;
  const char *id;
  CfShell *shell;

  g_return_if_fail (CF_IS_SHELLS (self));
  g_return_if_fail (route != NULL);
  g_return_if_fail (operation != NULL);

  request = wsm_operation_get_request (operation);
  if (g_str_equal (wsm_envelope_get_action (request), WSM_ACTION_CREATE))
    {
      create (self, route, operation);
      return;
    }

  selectors = wsm_envelope_get_selectors (request);
  id = selectors != NULL ? wsm_object_get_string (selectors, WSM_SELECTOR_SHELL_ID) : NULL;
  if (id == NULL)
    {
      cf_shell_refuse (operation, WSM_FAULT_INSUFFICIENT_SELECTORS,
                       "The selector ShellId has to say which shell is meant.");
      return;
    }
  shell = find_shell (self, route->plugin, id, wsm_operation_get_principal (operation));
  if (shell == NULL)
    cf_shell_refuse (operation, WSM_FAULT_UNEXPECTED_SELECTORS,
                     "There is no such shell; it may have ended. Create a new one.");
  else
    cf_shell_handle (shell, operation);
}

/**
 * cf_shells_count:
 * @self: the shells
 *
 * Returns: how many shells there are, those included that are about to begin or to end
 */
guint
cf_shells_count (CfShells *self)
{
  g_return_val_if_fail (CF_IS_SHELLS (self), 0);

  return g_hash_table_size (self->shells);
}
