/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-bus-problem.h"
#include "cf-inhibitors.h"
#include "cf-logind-private.h"

/* Who would hold up what waits. logind is asked when somebody looks, and when it has said, or a
 * file has shown, that something changed. */

#define POLKIT_NAME      "org.freedesktop.PolicyKit1"
#define POLKIT_PATH      "/org/freedesktop/PolicyKit1/Authority"
#define POLKIT_INTERFACE "org.freedesktop.PolicyKit1.Authority"

/* Whoever may do these may also tell systemd itself (curfew-overrule.rules), which polkit does not
 * tell an ordinary user. */
static const char *const overrule_actions[] = {
  [CF_SHUTDOWN_ACTION_RESTART] = "org.freedesktop.login1.reboot-ignore-inhibit",
  [CF_SHUTDOWN_ACTION_POWER_OFF] = "org.freedesktop.login1.power-off-ignore-inhibit",
  [CF_SHUTDOWN_ACTION_HALT] = "org.freedesktop.login1.halt-ignore-inhibit",
};

typedef struct
{
  CfLogind *self;      /* (owned) */
  GPtrArray *blockers; /* (owned) (nullable) */
} Listing;

static void
listing_free (Listing *listing)
{
  g_clear_object (&listing->self);
  g_clear_pointer (&listing->blockers, g_ptr_array_unref);
  g_free (listing);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Listing, listing_free)

static gboolean
are_same (const GPtrArray *a, const GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!cf_blocker_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}

static void
take (CfLogind *self, GPtrArray *blockers, gboolean hold)
{
  gboolean is_same = are_same (self->blockers, blockers) && self->blockers_hold == hold;

  g_ptr_array_ref (blockers);
  g_ptr_array_unref (self->blockers);
  self->blockers = blockers;
  self->blockers_hold = hold;
  if (!is_same)
    cf_power_tell_blockers_changed (CF_POWER (self));
}

static gboolean
is_forced (CfLogind *self)
{
  return (cf_shutdown_request_get_flags (self->attended) & CF_SHUTDOWN_FORCE_OTHERS) != 0;
}

static gboolean
has_strong (const GPtrArray *blockers)
{
  for (guint i = 0; i < blockers->len; i++)
    if (!((const CfBlocker *) blockers->pdata[i])->is_weak)
      return TRUE;
  return FALSE;
}

/* No answer is no permission. */
static void
permission_known_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Listing) listing = user_data;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  gboolean may_overrule = FALSE;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply != NULL)
    g_variant_get (reply, "((bb@a{ss}))", &may_overrule, NULL, NULL);
  take (listing->self, listing->blockers, !may_overrule);
}

static void
ask_permission (Listing *listing)
{
  CfLogind *self = listing->self;
  const char *action = overrule_actions[cf_shutdown_request_get_action (self->attended)];
  GVariantDict who;

  g_variant_dict_init (&who, NULL);
  g_variant_dict_insert (&who, "name", "s", g_dbus_connection_get_unique_name (self->bus));
  g_dbus_connection_call (
    self->bus, POLKIT_NAME, POLKIT_PATH, POLKIT_INTERFACE, "CheckAuthorization",
    g_variant_new ("((s@a{sv})s@a{ss}us)", "system-bus-name", g_variant_dict_end (&who), action,
                   g_variant_new ("a{ss}", NULL), 0, ""),
    G_VARIANT_TYPE ("((bba{ss}))"), G_DBUS_CALL_FLAGS_NONE, -1, self->listing, permission_known_cb,
    listing);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Listing) listing = user_data;
  CfLogind *self = listing->self;
  g_autoptr (GVariant) inhibitors = NULL;
  g_autoptr (GError) error = NULL;

  if (!cf_bus_login1_manager_call_list_inhibitors_finish (CF_BUS_LOGIN1_MANAGER (source),
                                                          &inhibitors, result, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_info ("Could not look what holds a shutdown up: %s", error->message);
      return;
    }

  listing->blockers = cf_inhibitors_list_blockers (inhibitors);
  /* without force anything holds it up; with it logind minds those that are not weak */
  if (is_forced (self) && has_strong (listing->blockers))
    ask_permission (g_steal_pointer (&listing));
  else
    take (self, listing->blockers, !is_forced (self) && listing->blockers->len > 0);
}

/**
 * cf_logind_stop_listing:
 * @self: a power
 *
 * Nobody wants to know any more what logind was asked.
 */
void
cf_logind_stop_listing (CfLogind *self)
{
  g_cancellable_cancel (self->listing);
  g_clear_object (&self->listing);
}

/**
 * cf_logind_list_blockers:
 * @self: a power
 *
 * Asks anew who holds a shutdown up, if somebody looks (cf_logind_attend()).
 */
void
cf_logind_list_blockers (CfLogind *self)
{
  Listing *listing;

  if (self->attended == NULL || !self->is_present)
    return;

  cf_logind_stop_listing (self);
  self->listing = g_cancellable_new ();
  listing = g_new0 (Listing, 1);
  listing->self = g_object_ref (self);
  cf_bus_login1_manager_call_list_inhibitors (self->manager, self->listing, listed_cb, listing);
}

/**
 * cf_logind_attend:
 * @power: a #CfLogind
 * @request: (nullable): what waits; %NULL if nothing does
 *
 * Follows who would hold @request up.
 */
void
cf_logind_attend (CfPower *power, CfShutdownRequest *request)
{
  CfLogind *self = CF_LOGIND (power);
  g_autoptr (GPtrArray) none = NULL;

  if (request == self->attended)
    return;

  g_clear_pointer (&self->attended, cf_shutdown_request_unref);
  if (request != NULL)
    {
      self->attended = cf_shutdown_request_ref (request);
      cf_logind_list_blockers (self);
      return;
    }
  cf_logind_stop_listing (self);
  none = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_blocker_free);
  take (self, none, FALSE);
}
