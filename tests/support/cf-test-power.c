/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-test-power.h"

struct _CfTestPower
{
  GObject parent_instance;

  CfPowerState state;
  GListStore *sessions; /* (owned) */
  GError *error;        /* (owned) (nullable): of the next execution */
  guint n_executed;
  guint n_cleared;
  guint n_let_go;
  gboolean is_vague;   /* somebody may be signed in who is not in the list yet */
  GPtrArray *blockers; /* (owned) (element-type CfBlocker) */
};

static void cf_test_power_power_init (CfPowerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CfTestPower, cf_test_power, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CF_TYPE_POWER, cf_test_power_power_init))

typedef enum
{
  PROP_STATE = 1,
  PROP_CAPABILITIES,
} CfTestPowerProperty;

static gboolean
is_rehearsal (CfPower *power)
{
  return FALSE;
}

static CfPowerState
get_state (CfPower *power)
{
  return CF_TEST_POWER (power)->state;
}

static CfShutdownFlags
get_capabilities (CfPower *power)
{
  return CF_SHUTDOWN_FLAGS_MASK;
}

static GListModel *
get_sessions (CfPower *power)
{
  return G_LIST_MODEL (CF_TEST_POWER (power)->sessions);
}

static void
execute_async (CfPower *power, CfShutdownRequest *request, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer user_data)
{
  CfTestPower *self = CF_TEST_POWER (power);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  self->n_executed++;
  if (self->error != NULL)
    g_task_return_error (task, g_steal_pointer (&self->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
clear_others_async (CfPower *power, GCancellable *cancellable, GAsyncReadyCallback callback,
                    gpointer user_data)
{
  CfTestPower *self = CF_TEST_POWER (power);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  self->n_cleared++;
  cf_test_power_set_state (self, CF_POWER_READY);
  g_task_return_boolean (task, TRUE);
}

static gboolean
propagate (CfPower *power, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
let_go (CfPower *power)
{
  CF_TEST_POWER (power)->n_let_go++;
}

static gboolean
knows_people (CfPower *power)
{
  return !CF_TEST_POWER (power)->is_vague;
}

static const GPtrArray *
get_blockers (CfPower *power)
{
  return CF_TEST_POWER (power)->blockers;
}

static gboolean
do_blockers_hold (CfPower *power)
{
  return CF_TEST_POWER (power)->blockers->len > 0;
}

static void
cf_test_power_power_init (CfPowerInterface *iface)
{
  iface->is_rehearsal = is_rehearsal;
  iface->get_state = get_state;
  iface->get_capabilities = get_capabilities;
  iface->get_sessions = get_sessions;
  iface->execute_async = execute_async;
  iface->execute_finish = propagate;
  iface->clear_others_async = clear_others_async;
  iface->clear_others_finish = propagate;
  iface->let_go = let_go;
  iface->knows_people = knows_people;
  iface->get_blockers = get_blockers;
  iface->do_blockers_hold = do_blockers_hold;
}

static void
cf_test_power_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CfPower *power = CF_POWER (object);

  switch ((CfTestPowerProperty) id)
    {
    case PROP_STATE:
      g_value_set_enum (value, get_state (power));
      break;
    case PROP_CAPABILITIES:
      g_value_set_uint (value, get_capabilities (power));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cf_test_power_finalize (GObject *object)
{
  CfTestPower *self = CF_TEST_POWER (object);

  g_clear_object (&self->sessions);
  g_clear_error (&self->error);
  g_clear_pointer (&self->blockers, g_ptr_array_unref);

  G_OBJECT_CLASS (cf_test_power_parent_class)->finalize (object);
}

static void
cf_test_power_class_init (CfTestPowerClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = cf_test_power_get_property;
  object_class->finalize = cf_test_power_finalize;
  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_CAPABILITIES, "capabilities");
}

static void
cf_test_power_init (CfTestPower *self)
{
  self->sessions = g_list_store_new (CF_TYPE_SESSION);
  self->blockers = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_blocker_free);
}

CfTestPower *
cf_test_power_new (void)
{
  return g_object_new (CF_TYPE_TEST_POWER, NULL);
}

void
cf_test_power_set_state (CfTestPower *self, CfPowerState state)
{
  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

/* (transfer full): what the next execution fails with */
void
cf_test_power_fail_next (CfTestPower *self, GError *error)
{
  g_clear_error (&self->error);
  self->error = error;
}

/* Somebody signs in at a text terminal. */
void
cf_test_power_add_session (CfTestPower *self, const char *id, const char *user)
{
  g_autoptr (CfSession)
    session = cf_session_new (id, 1000 + g_list_model_get_n_items (G_LIST_MODEL (self->sessions)),
                              user, "seat0", "tty2", "tty", FALSE, TRUE);

  g_list_store_append (self->sessions, session);
}

/* Whether it is known who is signed in. */
void
cf_test_power_set_knows_people (CfTestPower *self, gboolean knows)
{
  self->is_vague = !knows;
  if (knows)
    cf_power_tell_people_known (CF_POWER (self));
}

/* @who holds up whatever waits; %NULL for nobody any more. */
void
cf_test_power_hold_up (CfTestPower *self, const char *who)
{
  g_ptr_array_set_size (self->blockers, 0);
  if (who != NULL)
    g_ptr_array_add (self->blockers, cf_blocker_new (who, "half done", 7, FALSE));
  cf_power_tell_blockers_changed (CF_POWER (self));
}

guint
cf_test_power_get_n_executed (CfTestPower *self)
{
  return self->n_executed;
}

guint
cf_test_power_get_n_cleared (CfTestPower *self)
{
  return self->n_cleared;
}

guint
cf_test_power_get_n_let_go (CfTestPower *self)
{
  return self->n_let_go;
}
