/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-bus-link.h"

#define FIRST_DELAY_SECONDS 1
#define LAST_DELAY_SECONDS  30

struct _CfBusLink
{
  GObject parent_instance;

  GBusType bus_type; /* set once */
  GCancellable *stopping;
  GDBusConnection *connection; /* (owned) (nullable) */
  gint64 connected_usec;       /* monotonic time of that */
  guint delay_seconds;         /* before the attempt that was made last */
  guint retry_id;
  gboolean has_told; /* that it cannot be had */
};

G_DEFINE_FINAL_TYPE (CfBusLink, cf_bus_link, G_TYPE_OBJECT)

typedef enum
{
  PROP_CONNECTION = 1
} CfBusLinkProperty;
static GParamSpec *props[PROP_CONNECTION + 1];

static void retry_later (CfBusLink *self);

static void
closed_cb (CfBusLink *self)
{
  gint64 lived_usec = g_get_monotonic_time () - self->connected_usec;

  g_message ("The connection to the message bus is lost; it will be made again");
  if (lived_usec > LAST_DELAY_SECONDS * G_USEC_PER_SEC)
    self->delay_seconds = 0;
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  retry_later (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONNECTION]);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection)
    connection = g_dbus_connection_new_for_address_finish (result, &error);
  CfBusLink *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* it is gone */
  if (connection == NULL || g_dbus_connection_is_closed (connection))
    {
      if (!self->has_told)
        g_message ("The message bus cannot be reached, and will be tried again: %s",
                   error != NULL ? error->message : "it hung up");
      self->has_told = TRUE;
      retry_later (self);
      return;
    }

  self->has_told = FALSE;
  self->connected_usec = g_get_monotonic_time ();
  self->connection = g_steal_pointer (&connection);
  g_dbus_connection_set_exit_on_close (self->connection, FALSE);
  g_signal_connect_swapped (self->connection, "closed", G_CALLBACK (closed_cb), self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONNECTION]);
}

/* Not g_bus_get(): what that returns is shared, and may be closed already. */
static void
connect_now (CfBusLink *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address = g_dbus_address_get_for_bus_sync (self->bus_type, NULL, &error);

  if (address == NULL)
    {
      if (!self->has_told)
        g_message ("There is no message bus, and it will be tried again: %s", error->message);
      self->has_told = TRUE;
      retry_later (self);
      return;
    }
  g_dbus_connection_new_for_address (address,
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                       G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                     NULL, self->stopping, connected_cb, self);
}

static gboolean
retry_cb (gpointer user_data)
{
  CfBusLink *self = user_data;

  self->retry_id = 0;
  connect_now (self);
  return G_SOURCE_REMOVE;
}

static void
retry_later (CfBusLink *self)
{
  if (self->retry_id != 0)
    return;

  self->delay_seconds = CLAMP (self->delay_seconds * 2, FIRST_DELAY_SECONDS, LAST_DELAY_SECONDS);
  self->retry_id = g_timeout_add_seconds (self->delay_seconds, retry_cb, self);
}

static void
cf_bus_link_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CfBusLink *self = CF_BUS_LINK (object);

  switch ((CfBusLinkProperty) id)
    {
    case PROP_CONNECTION:
      g_value_set_object (value, self->connection);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cf_bus_link_dispose (GObject *object)
{
  CfBusLink *self = CF_BUS_LINK (object);

  g_cancellable_cancel (self->stopping);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (cf_bus_link_parent_class)->dispose (object);
}

static void
cf_bus_link_finalize (GObject *object)
{
  g_object_unref (CF_BUS_LINK (object)->stopping);

  G_OBJECT_CLASS (cf_bus_link_parent_class)->finalize (object);
}

static void
cf_bus_link_class_init (CfBusLinkClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = cf_bus_link_get_property;
  object_class->dispose = cf_bus_link_dispose;
  object_class->finalize = cf_bus_link_finalize;

  props[PROP_CONNECTION] = g_param_spec_object ("connection", NULL, NULL, G_TYPE_DBUS_CONNECTION,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
cf_bus_link_init (CfBusLink *self)
{
  self->stopping = g_cancellable_new ();
}

/**
 * cf_bus_link_new:
 * @bus_type: the system bus or the session bus
 *
 * Returns: (transfer full): a link that connects from the main loop, for as long as it lives
 */
CfBusLink *
cf_bus_link_new (GBusType bus_type)
{
  CfBusLink *self;

  g_return_val_if_fail (bus_type == G_BUS_TYPE_SYSTEM || bus_type == G_BUS_TYPE_SESSION, NULL);

  self = g_object_new (CF_TYPE_BUS_LINK, NULL);
  self->bus_type = bus_type;
  connect_now (self);
  return self;
}

/**
 * cf_bus_link_get_connection:
 * @self: a link
 *
 * Returns: (transfer none) (nullable): the connection, of ours alone; %NULL as long as there is
 * none
 */
GDBusConnection *
cf_bus_link_get_connection (CfBusLink *self)
{
  g_return_val_if_fail (CF_IS_BUS_LINK (self), NULL);

  return self->connection;
}
