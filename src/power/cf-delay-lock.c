/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-delay-lock.h"

#include <gio/gunixfdlist.h>
#include <glib/gstdio.h>

#include "cf-bus-problem.h"

struct _CfDelayLock
{
  GObject parent_instance;

  GDBusConnection *system_bus; /* (owned), set once */
  char *why;                   /* (owned), set once */
  char *or_else;               /* (owned), set once */
  GCancellable *asking;        /* (owned) (nullable): while logind is asked for the lock */
  int fd;                      /* (owned): the lock itself; -1 if we have none */
};

G_DEFINE_FINAL_TYPE (CfDelayLock, cf_delay_lock, G_TYPE_OBJECT)

static void
cf_delay_lock_dispose (GObject *object)
{
  CfDelayLock *self = CF_DELAY_LOCK (object);

  cf_delay_lock_release (self);
  g_clear_object (&self->system_bus);
  g_clear_pointer (&self->why, g_free);
  g_clear_pointer (&self->or_else, g_free);

  G_OBJECT_CLASS (cf_delay_lock_parent_class)->dispose (object);
}

static void
cf_delay_lock_class_init (CfDelayLockClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_delay_lock_dispose;
}

static void
cf_delay_lock_init (CfDelayLock *self)
{
  self->fd = -1;
}

/**
 * cf_delay_lock_new:
 * @system_bus: where logind is
 * @why: what we need the time for, for people who ask logind
 * @or_else: what may happen without the lock, one sentence for the log
 *
 * Returns: (transfer full): a lock that is not taken yet
 */
CfDelayLock *
cf_delay_lock_new (GDBusConnection *system_bus, const char *why, const char *or_else)
{
  CfDelayLock *self;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (system_bus), NULL);
  g_return_val_if_fail (why != NULL, NULL);
  g_return_val_if_fail (or_else != NULL, NULL);

  self = g_object_new (CF_TYPE_DELAY_LOCK, NULL);
  self->system_bus = g_object_ref (system_bus);
  self->why = g_strdup (why);
  self->or_else = g_strdup (or_else);
  return self;
}

static void
say_why_not (CfDelayLock *self, const GError *error)
{
  g_autofree char *text = cf_bus_problem_dup_text (error);

  if (cf_bus_problem_of (error) == CF_BUS_PROBLEM_REFUSED)
    g_message ("logind does not let Curfew delay a shutdown: %s. %s", text, self->or_else);
  else
    g_info ("Could not get a lock that delays a shutdown: %s", text);
}

/* The answer to a question that is not asked any more may still hold a lock: it ends with fds. */
static void
inhibited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CfDelayLock) self = user_data;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  gint32 handle;

  reply = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), &fds, result,
                                                           &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->asking);
  if (reply != NULL && fds == NULL)
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "The answer brings no lock");
  else if (reply != NULL)
    {
      g_variant_get (reply, "(h)", &handle);
      self->fd = g_unix_fd_list_get (fds, handle, &error);
    }
  if (error != NULL)
    say_why_not (self, error);
}

/**
 * cf_delay_lock_take:
 * @self: a lock
 *
 * Takes the lock, soon. Nothing changes if it is taken already.
 */
void
cf_delay_lock_take (CfDelayLock *self)
{
  g_return_if_fail (CF_IS_DELAY_LOCK (self));

  if (self->fd >= 0 || self->asking != NULL)
    return;

  self->asking = g_cancellable_new ();
  g_dbus_connection_call_with_unix_fd_list (
    self->system_bus, "org.freedesktop.login1", "/org/freedesktop/login1",
    "org.freedesktop.login1.Manager", "Inhibit",
    g_variant_new ("(ssss)", "shutdown", "Curfew", self->why, "delay"), G_VARIANT_TYPE ("(h)"),
    G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, self->asking, inhibited_cb, g_object_ref (self));
}

/**
 * cf_delay_lock_release:
 * @self: a lock
 *
 * Gives the lock back. Nothing changes if it is not taken.
 */
void
cf_delay_lock_release (CfDelayLock *self)
{
  g_return_if_fail (CF_IS_DELAY_LOCK (self));

  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  if (self->fd >= 0)
    g_close (self->fd, NULL);
  self->fd = -1;
}
