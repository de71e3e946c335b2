/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-audience.h"

#include "request/cf-display-text.h"

/* What one user was told and did about the present request. */
typedef struct
{
  gboolean is_shown; /* for the present deadline, */
  gboolean was_seen; /* for any */
  gboolean has_read;
} Receipt;

struct _CfAudience
{
  GObject parent_instance;

  CfSchedule *schedule; /* (owned), set once */
  CfPower *power;       /* (owned), set once */
  CfOnlooker *host;     /* (owned) (nullable): who plays that the others are here */

  GPtrArray *people;    /* (owned) (element-type CfOnlooker) */
  GHashTable *receipts; /* (owned) (element-type guint32 Receipt) */
  gint64 last_ready;    /* the uid of who became ready last; -1 for nobody */
  gboolean
    has_to_look; /* whether those who are left are all ready, once it is known who they are */
  guint look_source;
};

G_DEFINE_FINAL_TYPE (CfAudience, cf_audience, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_AGREED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
onlooker_free (CfOnlooker *onlooker)
{
  g_free (onlooker->name);
  g_free (onlooker);
}

static CfOnlooker *
onlooker_new (guint32 uid, const char *name, CfWhere place)
{
  CfOnlooker *onlooker = g_new0 (CfOnlooker, 1);

  onlooker->uid = uid;
  onlooker->name = cf_display_text_one_line (name);
  onlooker->place = place;
  return onlooker;
}

static CfOnlooker *
find (const GPtrArray *people, guint32 uid)
{
  for (guint i = 0; i < people->len; i++)
    {
      CfOnlooker *onlooker = people->pdata[i];

      if (onlooker->uid == uid)
        return onlooker;
    }
  return NULL;
}

static gboolean
is_same (const CfOnlooker *a, const CfOnlooker *b)
{
  return a->uid == b->uid && g_str_equal (a->name, b->name) && a->place == b->place &&
         a->is_shown == b->is_shown && a->has_read == b->has_read && a->is_ready == b->is_ready;
}

static gboolean
are_same (const GPtrArray *a, const GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!is_same (a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}

static GPtrArray *
list_people (CfAudience *self)
{
  GPtrArray *people = g_ptr_array_new_with_free_func ((GDestroyNotify) onlooker_free);
  GListModel *sessions = cf_power_get_sessions (self->power);
  guint n_sessions = g_list_model_get_n_items (sessions);

  if (self->host != NULL)
    g_ptr_array_add (people, onlooker_new (self->host->uid, self->host->name, self->host->place));
  for (guint i = 0; i < n_sessions; i++)
    {
      g_autoptr (CfSession) session = g_list_model_get_item (sessions, i);
      CfWhere place = cf_people_get_where (session);
      CfOnlooker *known = find (people, cf_session_get_uid (session));

      if (known == NULL)
        g_ptr_array_add (people, onlooker_new (cf_session_get_uid (session),
                                               cf_session_get_user (session), place));
      else
        known->place = MIN (known->place, place);
    }
  return people;
}

static void
fill_in (CfAudience *self, CfOnlooker *onlooker)
{
  CfScheduleEntry *entry = cf_schedule_get_entry (self->schedule);
  const Receipt *receipt = g_hash_table_lookup (self->receipts, GUINT_TO_POINTER (onlooker->uid));

  if (entry == NULL)
    return;
  onlooker->is_ready = cf_schedule_entry_is_ready (entry, onlooker->uid);
  if (receipt != NULL)
    {
      onlooker->is_shown = receipt->is_shown;
      onlooker->has_read = receipt->has_read;
    }
}

static void
refresh (CfAudience *self)
{
  g_autoptr (GPtrArray) people = list_people (self);

  for (guint i = 0; i < people->len; i++)
    fill_in (self, people->pdata[i]);
  if (are_same (people, self->people))
    return;

  g_ptr_array_unref (self->people);
  self->people = g_steal_pointer (&people);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* Who has gone has to be asked anew when they come back. */
static void
forget_gone (CfAudience *self)
{
  CfScheduleEntry *entry = cf_schedule_get_entry (self->schedule);
  g_autofree guint32 *ready = NULL;
  guint n_ready = 0;

  if (entry == NULL || cf_schedule_get_state (self->schedule) != CF_RECEIVER_PENDING)
    return;
  ready = cf_schedule_entry_dup_ready (entry, &n_ready);
  for (guint i = 0; i < n_ready; i++)
    if (find (self->people, ready[i]) == NULL)
      cf_schedule_set_ready (self->schedule, ready[i], FALSE, NULL);
}

static gboolean
look_cb (gpointer user_data)
{
  g_autoptr (CfAudience) self = g_object_ref (user_data);
  const CfOnlooker *last = NULL;
  g_autofree char *who = NULL;

  self->look_source = 0;
  forget_gone (self);
  /* somebody may have come of whom nothing is known yet: they are asked, too */
  if (!cf_power_knows_people (self->power))
    return G_SOURCE_REMOVE;
  self->has_to_look = FALSE;
  if (!cf_audience_is_agreed (self))
    return G_SOURCE_REMOVE;

  if (self->last_ready >= 0)
    last = find (self->people, (guint32) self->last_ready);
  if (last == NULL)
    last = self->people->pdata[0];
  who = g_strdup_printf ("%s (uid %u)", last->name, last->uid);
  g_signal_emit (self, signals[SIGNAL_AGREED], 0, who);
  return G_SOURCE_REMOVE;
}

/* Later, when all who listen have heard what has changed. */
static void
look_whether_agreed (CfAudience *self)
{
  self->has_to_look = TRUE;
  if (self->look_source == 0)
    self->look_source = g_idle_add (look_cb, self);
}

static void
people_known_cb (CfAudience *self)
{
  if (self->has_to_look)
    look_whether_agreed (self);
}

static gboolean
has_somebody_left (CfAudience *self, const GPtrArray *before)
{
  for (guint i = 0; i < before->len; i++)
    if (find (self->people, ((const CfOnlooker *) before->pdata[i])->uid) == NULL)
      return TRUE;
  return FALSE;
}

static void
sessions_changed_cb (CfAudience *self)
{
  g_autoptr (GPtrArray) before = g_ptr_array_ref (self->people);

  refresh (self);
  if (!has_somebody_left (self, before))
    return;
  forget_gone (self);
  look_whether_agreed (self);
}

static void
forget_shown (CfAudience *self)
{
  GHashTableIter iter;
  Receipt *receipt;

  g_hash_table_iter_init (&iter, self->receipts);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &receipt))
    receipt->is_shown = FALSE;
}

static void
changed_cb (CfAudience *self, CfScheduleChange change)
{
  switch (change)
    {
    case CF_SCHEDULE_ACCEPTED:
      g_hash_table_remove_all (self->receipts);
      self->has_to_look = FALSE;
      break;
    case CF_SCHEDULE_POSTPONED:
    case CF_SCHEDULE_MOVED:
    case CF_SCHEDULE_EXTENDED:
    case CF_SCHEDULE_OVERDUE:
      forget_shown (self);
      break;
    case CF_SCHEDULE_RESTORED: /* somebody may have signed out while no agent looked */
    case CF_SCHEDULE_CLOCK_SET:
    default:
      break;
    }
  refresh (self);
  if (change == CF_SCHEDULE_RESTORED)
    look_whether_agreed (self);
}

static void
ended_cb (CfAudience *self)
{
  g_hash_table_remove_all (self->receipts);
  self->last_ready = -1;
  self->has_to_look = FALSE;
  refresh (self);
}

static void
cf_audience_dispose (GObject *object)
{
  CfAudience *self = CF_AUDIENCE (object);

  g_clear_handle_id (&self->look_source, g_source_remove);
  g_clear_object (&self->schedule);
  g_clear_object (&self->power);

  G_OBJECT_CLASS (cf_audience_parent_class)->dispose (object);
}

static void
cf_audience_finalize (GObject *object)
{
  CfAudience *self = CF_AUDIENCE (object);

  g_clear_pointer (&self->host, onlooker_free);
  g_clear_pointer (&self->people, g_ptr_array_unref);
  g_clear_pointer (&self->receipts, g_hash_table_unref);

  G_OBJECT_CLASS (cf_audience_parent_class)->finalize (object);
}

static void
cf_audience_class_init (CfAudienceClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = cf_audience_dispose;
  object_class->finalize = cf_audience_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", CF_TYPE_AUDIENCE, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_AGREED] = g_signal_new ("agreed", CF_TYPE_AUDIENCE, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cf_audience_init (CfAudience *self)
{
  self->people = g_ptr_array_new_with_free_func ((GDestroyNotify) onlooker_free);
  self->receipts = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->last_ready = -1;
}

/**
 * cf_audience_new:
 * @schedule: what is waiting
 * @power: knows who is signed in
 *
 * Returns: (transfer full): the people at this machine
 */
CfAudience *
cf_audience_new (CfSchedule *schedule, CfPower *power)
{
  CfAudience *self;

  g_return_val_if_fail (CF_IS_SCHEDULE (schedule), NULL);
  g_return_val_if_fail (CF_IS_POWER (power), NULL);

  self = g_object_new (CF_TYPE_AUDIENCE, NULL);
  self->schedule = g_object_ref (schedule);
  self->power = g_object_ref (power);
  g_signal_connect_object (schedule, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (schedule, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cf_power_get_sessions (power), "items-changed",
                           G_CALLBACK (sessions_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (power, "people-known", G_CALLBACK (people_known_cb), self,
                           G_CONNECT_SWAPPED);
  refresh (self);
  return self;
}

/**
 * cf_audience_add_host:
 * @self: an audience
 * @uid: who runs this agent
 * @name: their name
 *
 * In a rehearsal, whoever runs the agent is at the screen, and no session says so.
 */
void
cf_audience_add_host (CfAudience *self, guint32 uid, const char *name)
{
  g_return_if_fail (CF_IS_AUDIENCE (self));
  g_return_if_fail (name != NULL);

  g_clear_pointer (&self->host, onlooker_free);
  self->host = onlooker_new (uid, name, CF_WHERE_SCREEN);
  refresh (self);
}

/**
 * cf_audience_get_people:
 * @self: an audience
 *
 * Returns: (transfer none) (element-type CfOnlooker): who is signed in; while nothing waits nothing
 *   is known of them but where they are
 */
const GPtrArray *
cf_audience_get_people (CfAudience *self)
{
  g_return_val_if_fail (CF_IS_AUDIENCE (self), NULL);

  return self->people;
}

/* Whether all are ready, or would be if @uid were as well; -1 for nobody. */
static gboolean
are_ready_with (CfAudience *self, gint64 uid)
{
  if (cf_schedule_get_state (self->schedule) != CF_RECEIVER_PENDING ||
      !cf_power_knows_people (self->power))
    return FALSE;
  for (guint i = 0; i < self->people->len; i++)
    {
      const CfOnlooker *onlooker = self->people->pdata[i];

      if (!onlooker->is_ready && onlooker->uid != uid)
        return FALSE;
    }
  return self->people->len > 0;
}

/**
 * cf_audience_is_agreed:
 * @self: an audience
 *
 * Returns: whether everybody who is signed in is ready; %FALSE in an empty room, where nobody has
 *   said so, and while somebody may have come of whom nothing is known yet
 */
gboolean
cf_audience_is_agreed (CfAudience *self)
{
  g_return_val_if_fail (CF_IS_AUDIENCE (self), FALSE);

  return are_ready_with (self, -1);
}

/**
 * cf_audience_would_agree:
 * @self: an audience
 * @uid: somebody who is signed in
 *
 * Returns: whether cf_audience_is_agreed() holds once @uid is ready
 */
gboolean
cf_audience_would_agree (CfAudience *self, guint32 uid)
{
  g_return_val_if_fail (CF_IS_AUDIENCE (self), FALSE);

  return are_ready_with (self, uid);
}

static Receipt *
get_receipt (CfAudience *self, guint32 uid)
{
  Receipt *receipt = g_hash_table_lookup (self->receipts, GUINT_TO_POINTER (uid));

  if (receipt == NULL)
    {
      receipt = g_new0 (Receipt, 1);
      g_hash_table_insert (self->receipts, GUINT_TO_POINTER (uid), receipt);
    }
  return receipt;
}

/**
 * cf_audience_note_shown:
 * @self: an audience of something that waits
 * @uid: who could see the warning, for the present deadline
 *
 * Returns: whether that is the first time for the present request
 */
gboolean
cf_audience_note_shown (CfAudience *self, guint32 uid)
{
  gboolean is_first;
  Receipt *receipt;

  g_return_val_if_fail (CF_IS_AUDIENCE (self), FALSE);

  receipt = get_receipt (self, uid);
  is_first = !receipt->was_seen;
  receipt->is_shown = TRUE;
  receipt->was_seen = TRUE;
  refresh (self);
  return is_first;
}

/**
 * cf_audience_note_read:
 * @self: an audience of something that waits
 * @uid: who took notice of it, and so was shown it as well
 *
 * Returns: whether that is the first time for the present request
 */
gboolean
cf_audience_note_read (CfAudience *self, guint32 uid)
{
  gboolean is_first;
  Receipt *receipt;

  g_return_val_if_fail (CF_IS_AUDIENCE (self), FALSE);

  receipt = get_receipt (self, uid);
  is_first = !receipt->has_read;
  receipt->is_shown = TRUE;
  receipt->was_seen = TRUE;
  receipt->has_read = TRUE;
  refresh (self);
  return is_first;
}

/**
 * cf_audience_set_ready:
 * @self: an audience
 * @uid: who is ready, or is not any more
 * @is_ready: which of them
 * @error: a #CfScheduleError
 *
 * Whether that makes it unanimous is for the caller to ask (cf_audience_is_agreed()): `agreed` is
 * not emitted for it, unless it is not known yet who is signed in.
 *
 * Returns: %FALSE with @error set if nothing is waiting
 */
gboolean
cf_audience_set_ready (CfAudience *self, guint32 uid, gboolean is_ready, GError **error)
{
  g_return_val_if_fail (CF_IS_AUDIENCE (self), FALSE);

  if (!cf_schedule_set_ready (self->schedule, uid, is_ready, error))
    return FALSE;
  if (is_ready)
    self->last_ready = uid;
  refresh (self);
  if (is_ready && !cf_power_knows_people (self->power))
    self->has_to_look = TRUE;
  return TRUE;
}
