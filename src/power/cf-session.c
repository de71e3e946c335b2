/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-session.h"

struct _CfSession
{
  GObject parent_instance;

  /* all of it set once */
  char *id;   /* (owned) */
  char *user; /* (owned) */
  char *seat; /* (owned) */
  char *tty;  /* (owned) */
  char *type; /* (owned) */
  guint32 uid;
  gboolean is_remote;
  gboolean is_active;
};

G_DEFINE_FINAL_TYPE (CfSession, cf_session, G_TYPE_OBJECT)

static void
cf_session_finalize (GObject *object)
{
  CfSession *self = CF_SESSION (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->seat, g_free);
  g_clear_pointer (&self->tty, g_free);
  g_clear_pointer (&self->type, g_free);

  G_OBJECT_CLASS (cf_session_parent_class)->finalize (object);
}

static void
cf_session_class_init (CfSessionClass *class)
{
  G_OBJECT_CLASS (class)->finalize = cf_session_finalize;
}

static void
cf_session_init (CfSession *self)
{
}

static char *
dup_or_empty (const char *text)
{
  return g_strdup (text != NULL ? text : "");
}

/**
 * cf_session_new:
 * @id: what logind calls it; unique until the machine starts again
 * @uid: whose it is
 * @user: the name that belongs to @uid
 * @seat: (nullable): the seat it is at; empty or %NULL for none
 * @tty: (nullable): its terminal without "/dev/": "tty2", "pts/1"; empty or %NULL for none
 * @type: (nullable): "tty", "x11", "wayland", "mir", "web"; what else is given is not graphical
 * @is_remote: whether the person sits elsewhere
 * @is_active: whether it is the one that its seat shows
 *
 * Returns: (transfer full): a session
 */
CfSession *
cf_session_new (const char *id, guint32 uid, const char *user, const char *seat, const char *tty,
                const char *type, gboolean is_remote, gboolean is_active)
{
  CfSession *self;

  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (user != NULL, NULL);

  self = g_object_new (CF_TYPE_SESSION, NULL);
  self->id = g_strdup (id);
  self->uid = uid;
  self->user = g_strdup (user);
  self->seat = dup_or_empty (seat);
  self->tty = dup_or_empty (tty);
  self->type = dup_or_empty (type);
  self->is_remote = !!is_remote;
  self->is_active = !!is_active;
  return self;
}

/**
 * cf_session_get_id:
 * @self: a session
 *
 * Returns: (transfer none): what logind calls it
 */
const char *
cf_session_get_id (CfSession *self)
{
  g_return_val_if_fail (CF_IS_SESSION (self), NULL);

  return self->id;
}

/**
 * cf_session_get_uid:
 * @self: a session
 *
 * Returns: whose it is
 */
guint32
cf_session_get_uid (CfSession *self)
{
  g_return_val_if_fail (CF_IS_SESSION (self), G_MAXUINT32);

  return self->uid;
}

/**
 * cf_session_get_user:
 * @self: a session
 *
 * Returns: (transfer none): the name of whose it is, as logind has it
 */
const char *
cf_session_get_user (CfSession *self)
{
  g_return_val_if_fail (CF_IS_SESSION (self), NULL);

  return self->user;
}

/**
 * cf_session_get_seat:
 * @self: a session
 *
 * Returns: (transfer none): the seat, such as "seat0"; empty if it is at none
 */
const char *
cf_session_get_seat (CfSession *self)
{
  g_return_val_if_fail (CF_IS_SESSION (self), NULL);

  return self->seat;
}

/**
 * cf_session_get_tty:
 * @self: a session
 *
 * Returns: (transfer none): the terminal without "/dev/"; empty if there is none
 */
const char *
cf_session_get_tty (CfSession *self)
{
  g_return_val_if_fail (CF_IS_SESSION (self), NULL);

  return self->tty;
}

/**
 * cf_session_is_graphical:
 * @self: a session
 *
 * Returns: %TRUE if windows can be shown in it
 */
gboolean
cf_session_is_graphical (CfSession *self)
{
  static const char *const graphical[] = { "x11", "wayland", "mir", NULL };

  g_return_val_if_fail (CF_IS_SESSION (self), FALSE);

  return g_strv_contains (graphical, self->type);
}

/**
 * cf_session_is_remote:
 * @self: a session
 *
 * Returns: %TRUE if the person sits elsewhere
 */
gboolean
cf_session_is_remote (CfSession *self)
{
  g_return_val_if_fail (CF_IS_SESSION (self), FALSE);

  return self->is_remote;
}

/**
 * cf_session_is_active:
 * @self: a session
 *
 * Returns: %TRUE if it is the one that its seat shows
 */
gboolean
cf_session_is_active (CfSession *self)
{
  g_return_val_if_fail (CF_IS_SESSION (self), FALSE);

  return self->is_active;
}

/**
 * cf_session_equal:
 * @a: a session
 * @b: another one
 *
 * Returns: %TRUE if nothing that can be asked of them differs
 */
gboolean
cf_session_equal (CfSession *a, CfSession *b)
{
  g_return_val_if_fail (CF_IS_SESSION (a), FALSE);
  g_return_val_if_fail (CF_IS_SESSION (b), FALSE);

  return g_str_equal (a->id, b->id) && a->uid == b->uid && g_str_equal (a->user, b->user) &&
         g_str_equal (a->seat, b->seat) && g_str_equal (a->tty, b->tty) &&
         g_str_equal (a->type, b->type) && a->is_remote == b->is_remote &&
         a->is_active == b->is_active;
}
