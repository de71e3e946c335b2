/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-rehearsal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

struct _CfRehearsal
{
  GObject parent_instance;

  GListStore *sessions; /* (owned), of CfSession, filled once */
  gboolean allow_halt;
  char *record_path;   /* (owned) (nullable), set once */
  GPtrArray *blockers; /* (owned) (element-type CfBlocker) */
  GPtrArray *nothing;  /* (owned): what is told of them while nothing waits */
  gboolean is_waiting; /* something waits, */
  gboolean is_forced;  /* and nothing holds it up */
};

static void cf_rehearsal_power_init (CfPowerInterface *iface);

/* Uids of the played people: not those of accounts, and not nobody's 65534. */
#define FIRST_UID 60001

typedef enum
{
  PROP_STATE = 1,
  PROP_CAPABILITIES
} CfRehearsalProperty;

G_DEFINE_FINAL_TYPE_WITH_CODE (CfRehearsal, cf_rehearsal, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CF_TYPE_POWER, cf_rehearsal_power_init))

static gboolean
cf_rehearsal_is_rehearsal (CfPower *power)
{
  return TRUE;
}

static CfPowerState
cf_rehearsal_get_state (CfPower *power)
{
  return CF_POWER_READY;
}

static CfShutdownFlags
cf_rehearsal_get_capabilities (CfPower *power)
{
  CfRehearsal *self = CF_REHEARSAL (power);
  CfShutdownFlags all = CF_SHUTDOWN_FLAGS_MASK;

  return self->allow_halt ? all : all & ~CF_SHUTDOWN_NOREBOOT;
}

static GListModel *
cf_rehearsal_get_sessions (CfPower *power)
{
  CfRehearsal *self = CF_REHEARSAL (power);

  return G_LIST_MODEL (self->sessions);
}

static void
cf_rehearsal_attend (CfPower *power, CfShutdownRequest *request)
{
  CfRehearsal *self = CF_REHEARSAL (power);
  gboolean was_waiting = self->is_waiting;
  gboolean was_forced = self->is_forced;

  self->is_waiting = request != NULL;
  self->is_forced = request != NULL &&
                    (cf_shutdown_request_get_flags (request) & CF_SHUTDOWN_FORCE_OTHERS) != 0;
  if (self->blockers->len > 0 && (self->is_waiting != was_waiting || self->is_forced != was_forced))
    cf_power_tell_blockers_changed (power);
}

static const GPtrArray *
cf_rehearsal_get_blockers (CfPower *power)
{
  CfRehearsal *self = CF_REHEARSAL (power);

  return self->is_waiting ? self->blockers : self->nothing;
}

static gboolean
cf_rehearsal_do_blockers_hold (CfPower *power)
{
  CfRehearsal *self = CF_REHEARSAL (power);

  return self->is_waiting && !self->is_forced && self->blockers->len > 0;
}

/* One line and one write, so that lines of several writers never mix. */
static gboolean
append_record (const char *path, const char *line, GError **error)
{
  gsize length = strlen (line);
  gssize written;
  int saved_errno;
  int fd = g_open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd >= 0)
    {
      written = write (fd, line, length);
      saved_errno = written < 0 ? errno : ENOSPC;
      close (fd);
      if (written == (gssize) length)
        return TRUE;
    }
  else
    saved_errno = errno;

  g_set_error (error, CF_POWER_ERROR, CF_POWER_ERROR_FAILED, "Could not write to %s: %s", path,
               g_strerror (saved_errno));
  return FALSE;
}

static void
cf_rehearsal_execute_async (CfPower *power, CfShutdownRequest *request, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  CfRehearsal *self = CF_REHEARSAL (power);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *when = g_date_time_format_iso8601 (now);
  g_autofree char *flags = cf_shutdown_flags_to_string (cf_shutdown_request_get_flags (request));
  g_autofree char *line = NULL;
  const char *verb = cf_shutdown_action_get_verb (cf_shutdown_request_get_action (request));
  const char *code = cf_shutdown_request_get_code (request);
  GError *error = NULL;

  g_task_set_source_tag (task, cf_rehearsal_execute_async);

  if (self->blockers->len > 0 &&
      !(cf_shutdown_request_get_flags (request) & CF_SHUTDOWN_FORCE_OTHERS))
    {
      g_autofree char *blocker = cf_blocker_describe (self->blockers->pdata[0]);

      g_task_return_new_error (task, CF_POWER_ERROR, CF_POWER_ERROR_VETOED, "%s", blocker);
      return;
    }
  line = g_strdup_printf ("%s would %s, request %s, flags %s, reason 0x%08x\n", when, verb,
                          code != NULL ? code : "without a code", flags,
                          cf_shutdown_request_get_reason (request));
  if (self->record_path != NULL && !append_record (self->record_path, line, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
cf_rehearsal_execute_finish (CfPower *power, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, power), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Whoever else schedules a shutdown on this machine is not part of the rehearsal. */
static void
cf_rehearsal_clear_others_async (CfPower *power, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (power, cancellable, callback, user_data);

  g_task_set_source_tag (task, cf_rehearsal_clear_others_async);
  g_task_return_boolean (task, TRUE);
}

static gboolean
cf_rehearsal_clear_others_finish (CfPower *power, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, power), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
cf_rehearsal_let_go (CfPower *power)
{
}

static void
cf_rehearsal_power_init (CfPowerInterface *iface)
{
  iface->is_rehearsal = cf_rehearsal_is_rehearsal;
  iface->get_state = cf_rehearsal_get_state;
  iface->get_capabilities = cf_rehearsal_get_capabilities;
  iface->get_sessions = cf_rehearsal_get_sessions;
  iface->execute_async = cf_rehearsal_execute_async;
  iface->execute_finish = cf_rehearsal_execute_finish;
  iface->clear_others_async = cf_rehearsal_clear_others_async;
  iface->clear_others_finish = cf_rehearsal_clear_others_finish;
  iface->let_go = cf_rehearsal_let_go;
  iface->attend = cf_rehearsal_attend;
  iface->get_blockers = cf_rehearsal_get_blockers;
  iface->do_blockers_hold = cf_rehearsal_do_blockers_hold;
}

static void
cf_rehearsal_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CfPower *power = CF_POWER (object);

  switch ((CfRehearsalProperty) id)
    {
    case PROP_STATE:
      g_value_set_enum (value, cf_rehearsal_get_state (power));
      break;
    case PROP_CAPABILITIES:
      g_value_set_uint (value, cf_rehearsal_get_capabilities (power));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cf_rehearsal_finalize (GObject *object)
{
  CfRehearsal *self = CF_REHEARSAL (object);

  g_clear_object (&self->sessions);
  g_clear_pointer (&self->record_path, g_free);
  g_clear_pointer (&self->blockers, g_ptr_array_unref);
  g_clear_pointer (&self->nothing, g_ptr_array_unref);

  G_OBJECT_CLASS (cf_rehearsal_parent_class)->finalize (object);
}

static void
cf_rehearsal_class_init (CfRehearsalClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = cf_rehearsal_get_property;
  object_class->finalize = cf_rehearsal_finalize;

  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_CAPABILITIES, "capabilities");
}

static void
cf_rehearsal_init (CfRehearsal *self)
{
  self->sessions = g_list_store_new (CF_TYPE_SESSION);
  self->blockers = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_blocker_free);
  self->nothing = g_ptr_array_new ();
}

/* A name that comes twice is one person with two sessions. */
static guint32
uid_of (const char *const *users, guint i)
{
  guint first = 0;

  while (!g_str_equal (users[first], users[i]))
    first++;
  return FIRST_UID + first;
}

/**
 * cf_rehearsal_new:
 * @users: (array zero-terminated=1) (nullable): who plays being signed in; %NULL for nobody
 * @allow_halt: whether a halt is among the capabilities
 * @record_path: (nullable) (type filename): a file that gets one line per rehearsed action
 *
 * The played sessions are graphical, in the background of "seat0", and have no terminal, so that
 * nothing is written to anybody's: who rehearses has the screen.
 *
 * Returns: (transfer full): a power that never acts
 */
CfRehearsal *
cf_rehearsal_new (const char *const *users, gboolean allow_halt, const char *record_path)
{
  CfRehearsal *self = g_object_new (CF_TYPE_REHEARSAL, NULL);

  self->allow_halt = allow_halt;
  self->record_path = g_strdup (record_path);
  for (guint i = 0; users != NULL && users[i] != NULL; i++)
    {
      g_autofree char *id = g_strdup_printf ("rehearsal-%u", i + 1);
      g_autoptr (CfSession) session = cf_session_new (id, uid_of (users, i), users[i], "seat0", "",
                                                      "wayland", FALSE, FALSE);

      g_list_store_append (self->sessions, session);
    }
  return self;
}

/**
 * cf_rehearsal_play_blockers:
 * @self: a rehearsal that is not used yet
 * @texts: (array zero-terminated=1): "WHO: WHY" each, or only "WHO"
 *
 * Plays that programs of the user who rehearses hold up whatever is asked for and does not force.
 */
void
cf_rehearsal_play_blockers (CfRehearsal *self, const char *const *texts)
{
  g_return_if_fail (CF_IS_REHEARSAL (self));
  g_return_if_fail (texts != NULL);

  for (guint i = 0; texts[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (texts[i], ": ", 2);

      g_ptr_array_add (self->blockers,
                       cf_blocker_new (parts[0] != NULL ? parts[0] : "",
                                       parts[0] != NULL && parts[1] != NULL ? parts[1] : "",
                                       geteuid (), FALSE));
    }
}
