/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-announcer.h"

#include "cf-audit.h"
#include "cf-people.h"
#include "cf-terminal-text.h"

#define MINUTE_USEC (60 * (gint64) G_USEC_PER_SEC)

/* Who has just signed in has no shell yet that could be written to. */
#define NEWCOMER_SECONDS 2

struct _CfAnnouncer
{
  GObject parent_instance;

  CfSchedule *schedule;   /* (owned), set once */
  CfPower *power;         /* (owned), set once */
  CfAudience *audience;   /* (owned), set once */
  CfTerminals *terminals; /* (owned), set once */
  char *organization;     /* (owned) (nullable), set once */
  char *host_name;        /* (owned), set once */

  GHashTable *known;     /* (owned) (element-type utf8): ids of the sessions that there are */
  GListStore *newcomers; /* (owned) (element-type CfSession) */
  guint newcomer_source;
  guint n_writing;
};

G_DEFINE_FINAL_TYPE (CfAnnouncer, cf_announcer, G_TYPE_OBJECT)

typedef struct
{
  CfAnnouncer *announcer; /* (owned) */
  char *request_code;     /* (owned) (nullable) */
  guint minutes;          /* of a reminder; 0 for anything else */
  CfSession *reader; /* (owned) (nullable): whom alone it can reach, of something that waits, */
  gint64 deadline;   /* and when that is due */
} Writing;

static void
writing_free (Writing *writing)
{
  g_object_unref (writing->announcer);
  g_clear_object (&writing->reader);
  g_free (writing->request_code);
  g_free (writing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Writing, writing_free)

/* The machine waits for us, for some seconds, before it goes down. */
static void
let_go_when_quiet (CfAnnouncer *self)
{
  if (self->n_writing == 0 && cf_power_get_state (self->power) == CF_POWER_GOING_DOWN)
    cf_power_let_go (self->power);
}

/* The first of them, if all that are told at terminals are one person's. */
static CfSession *
find_reader (GListModel *sessions)
{
  guint n_sessions = g_list_model_get_n_items (sessions);
  g_autoptr (CfSession) reader = NULL;

  for (guint i = 0; i < n_sessions; i++)
    {
      g_autoptr (CfSession) session = g_list_model_get_item (sessions, i);

      if (cf_session_is_graphical (session))
        continue;
      if (reader != NULL && cf_session_get_uid (reader) != cf_session_get_uid (session))
        return NULL;
      if (reader == NULL)
        reader = g_object_ref (session);
    }
  return g_steal_pointer (&reader);
}

/* Whoever has windows in front of them looks at those, not at a terminal somewhere; their helper
 * says whether they could see it. */
static gboolean
has_windows_in_front (CfAnnouncer *self)
{
  GListModel *sessions = cf_power_get_sessions (self->power);
  guint n_sessions = g_list_model_get_n_items (sessions);

  for (guint i = 0; i < n_sessions; i++)
    {
      g_autoptr (CfSession) session = g_list_model_get_item (sessions, i);

      if (cf_session_is_graphical (session) && cf_people_get_where (session) == CF_WHERE_SCREEN)
        return TRUE;
    }
  return FALSE;
}

static void
note_shown (CfAnnouncer *self, const Writing *writing)
{
  CfScheduleEntry *entry;
  guint32 uid;
  g_autofree char *who = NULL;

  if (writing->minutes > 0 && !has_windows_in_front (self))
    cf_schedule_note_shown (self->schedule, writing->request_code, writing->minutes, NULL);
  if (writing->reader == NULL ||
      !cf_schedule_check_code (self->schedule, writing->request_code, NULL))
    return;
  entry = cf_schedule_get_entry (self->schedule);
  if (cf_schedule_entry_get_deadline_boot_usec (entry) != writing->deadline)
    return; /* another time has come to be told since */

  uid = cf_session_get_uid (writing->reader);
  who = g_strdup_printf ("%s (uid %u)", cf_session_get_user (writing->reader), uid);
  if (cf_audience_note_shown (self->audience, uid))
    cf_audit_shown (entry, who, writing->minutes);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Writing) writing = user_data;
  CfAnnouncer *self = writing->announcer;
  g_autoptr (GError) error = NULL;
  gint n_reached = cf_terminals_write_finish (CF_TERMINALS (source), result, &error);

  self->n_writing--;
  if (n_reached < 0)
    g_warning ("People at terminals could not be told: %s", error->message);
  else if (n_reached > 0)
    note_shown (self, writing);
  let_go_when_quiet (self);
}

static GDateTime *
dup_local_deadline (CfAnnouncer *self, const CfScheduleEntry *entry)
{
  gint64 real_usec = cf_schedule_get_real_usec (self->schedule,
                                                cf_schedule_entry_get_deadline_boot_usec (entry));
  /* to the nearest second, or 14:45 reads 14:44 now and then */
  g_autoptr (GDateTime)
    utc = g_date_time_new_from_unix_utc ((real_usec + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC);

  return g_date_time_to_local (utc);
}

static void
write_text (CfAnnouncer *self, GListModel *sessions, CfTerminalOccasion occasion,
            const CfScheduleEntry *entry, const char *detail, guint reminder)
{
  gint64 left_usec = cf_schedule_get_remaining_usec (self->schedule);
  gboolean is_waiting = occasion == CF_TERMINAL_WAITING || occasion == CF_TERMINAL_POSTPONED ||
                        occasion == CF_TERMINAL_MOVED;
  g_autoptr (GDateTime) deadline = is_waiting ? dup_local_deadline (self, entry) : NULL;
  g_autofree char *text = NULL;
  Writing *writing;

  if (g_list_model_get_n_items (sessions) == 0)
    return;

  text = cf_terminal_text_compose (occasion, self->organization, self->host_name, entry, deadline,
                                   (guint) ((left_usec + MINUTE_USEC / 2) / MINUTE_USEC), detail);
  writing = g_new0 (Writing, 1);
  writing->announcer = g_object_ref (self);
  writing->request_code = g_strdup (
    cf_shutdown_request_get_code (cf_schedule_entry_get_request (entry)));
  writing->minutes = reminder;
  writing->reader = is_waiting ? find_reader (sessions) : NULL;
  writing->deadline = cf_schedule_entry_get_deadline_boot_usec (entry);
  self->n_writing++;
  cf_terminals_write_async (self->terminals, sessions, text, reminder == 5 || reminder == 1, NULL,
                            written_cb, writing);
}

static void
tell_all (CfAnnouncer *self, CfTerminalOccasion occasion, const CfScheduleEntry *entry,
          const char *detail, guint reminder)
{
  write_text (self, cf_power_get_sessions (self->power), occasion, entry, detail, reminder);
}

static void
changed_cb (CfAnnouncer *self, CfScheduleChange change, const char *who)
{
  CfScheduleEntry *entry = cf_schedule_get_entry (self->schedule);

  switch (change)
    {
    case CF_SCHEDULE_ACCEPTED:
      /* What happens at once is told as that, and only once. */
      if (cf_schedule_get_remaining_usec (self->schedule) > 0)
        tell_all (self, CF_TERMINAL_WAITING, entry, NULL, 0);
      break;
    case CF_SCHEDULE_POSTPONED:
      tell_all (self, CF_TERMINAL_POSTPONED, entry, who, 0);
      break;
    case CF_SCHEDULE_MOVED:
      if (cf_schedule_get_remaining_usec (self->schedule) > 0)
        tell_all (self, CF_TERMINAL_MOVED, entry, who, 0);
      break;
    case CF_SCHEDULE_EXTENDED:
    case CF_SCHEDULE_OVERDUE:
      tell_all (self, CF_TERMINAL_MOVED, entry, NULL, 0);
      break;
    case CF_SCHEDULE_RESTORED:
    case CF_SCHEDULE_CLOCK_SET:
    default:
      break; /* nothing that people have to know */
    }
}

static void
reminder_cb (CfAnnouncer *self, guint minutes)
{
  tell_all (self, CF_TERMINAL_WAITING, cf_schedule_get_entry (self->schedule), NULL, minutes);
}

static void
due_cb (CfAnnouncer *self, CfScheduleEntry *entry)
{
  tell_all (self, CF_TERMINAL_GOING_DOWN, entry, NULL, 0);
}

static void
ended_cb (CfAnnouncer *self, CfScheduleEntry *entry, CfScheduleOutcome outcome, const char *detail)
{
  switch (outcome)
    {
    case CF_SCHEDULE_CALLED_OFF:
      tell_all (self, CF_TERMINAL_CALLED_OFF, entry, detail, 0);
      break;
    case CF_SCHEDULE_VETOED:
    case CF_SCHEDULE_MISSED:
    case CF_SCHEDULE_FAILED:
      tell_all (self, CF_TERMINAL_VETOED, entry, detail, 0);
      break;
    case CF_SCHEDULE_SUPERSEDED: /* what took its place is told */
    case CF_SCHEDULE_ACTED:
    case CF_SCHEDULE_WOULD_ACT:
    case CF_SCHEDULE_NO_OUTCOME:
    default:
      break;
    }
}

static GHashTable *
new_known (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static gboolean
newcomers_cb (gpointer user_data)
{
  CfAnnouncer *self = user_data;

  self->newcomer_source = 0;
  if (cf_schedule_get_state (self->schedule) == CF_RECEIVER_PENDING)
    write_text (self, G_LIST_MODEL (self->newcomers), CF_TERMINAL_WAITING,
                cf_schedule_get_entry (self->schedule), NULL, 0);
  g_list_store_remove_all (self->newcomers);
  return G_SOURCE_REMOVE;
}

/* Whoever has gone is not known any more: the ids of sessions come again. */
static void
sessions_changed_cb (CfAnnouncer *self, guint position, guint n_removed, guint n_added,
                     GListModel *sessions)
{
  g_autoptr (GHashTable) known = g_steal_pointer (&self->known);
  guint n = g_list_model_get_n_items (sessions);

  self->known = new_known ();
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CfSession) session = g_list_model_get_item (sessions, i);
      const char *id = cf_session_get_id (session);

      g_hash_table_add (self->known, g_strdup (id));
      /* one that only changed is not new */
      if (i < position || i >= position + n_added || g_hash_table_contains (known, id))
        continue;
      if (cf_schedule_get_state (self->schedule) != CF_RECEIVER_PENDING)
        continue;
      g_list_store_append (self->newcomers, session);
      if (self->newcomer_source == 0)
        self->newcomer_source = g_timeout_add_seconds (NEWCOMER_SECONDS, newcomers_cb, self);
    }
}

static void
cf_announcer_dispose (GObject *object)
{
  CfAnnouncer *self = CF_ANNOUNCER (object);

  g_clear_handle_id (&self->newcomer_source, g_source_remove);
  g_clear_object (&self->newcomers);
  g_clear_pointer (&self->known, g_hash_table_unref);
  g_clear_pointer (&self->organization, g_free);
  g_clear_pointer (&self->host_name, g_free);
  g_clear_object (&self->schedule);
  g_clear_object (&self->power);
  g_clear_object (&self->audience);
  g_clear_object (&self->terminals);

  G_OBJECT_CLASS (cf_announcer_parent_class)->dispose (object);
}

static void
cf_announcer_class_init (CfAnnouncerClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_announcer_dispose;
}

static void
cf_announcer_init (CfAnnouncer *self)
{
  self->known = new_known ();
  self->newcomers = g_list_store_new (CF_TYPE_SESSION);
}

/**
 * cf_announcer_new:
 * @schedule: what is going to happen
 * @power: knows who is signed in, and is let go when everybody has been told
 * @audience: gets the receipts
 * @terminals: writes
 * @organization: (nullable): who runs this computer
 * @host_name: what the computer is called
 *
 * Returns: (transfer full): an announcer; it speaks at the first change
 */
CfAnnouncer *
cf_announcer_new (CfSchedule *schedule, CfPower *power, CfAudience *audience,
                  CfTerminals *terminals, const char *organization, const char *host_name)
{
  CfAnnouncer *self;
  GListModel *sessions;

  g_return_val_if_fail (CF_IS_SCHEDULE (schedule), NULL);
  g_return_val_if_fail (CF_IS_POWER (power), NULL);
  g_return_val_if_fail (CF_IS_AUDIENCE (audience), NULL);
  g_return_val_if_fail (CF_IS_TERMINALS (terminals), NULL);
  g_return_val_if_fail (host_name != NULL, NULL);

  self = g_object_new (CF_TYPE_ANNOUNCER, NULL);
  self->schedule = g_object_ref (schedule);
  self->power = g_object_ref (power);
  self->audience = g_object_ref (audience);
  self->terminals = g_object_ref (terminals);
  self->organization = g_strdup (organization);
  self->host_name = g_strdup (host_name);

  sessions = cf_power_get_sessions (power);
  sessions_changed_cb (self, 0, 0, g_list_model_get_n_items (sessions), sessions);
  g_signal_connect_object (sessions, "items-changed", G_CALLBACK (sessions_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (power, "notify::state", G_CALLBACK (let_go_when_quiet), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (schedule, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (schedule, "reminder", G_CALLBACK (reminder_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (schedule, "due", G_CALLBACK (due_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (schedule, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * cf_announcer_is_quiet:
 * @self: an announcer
 *
 * Returns: whether everybody has been told
 */
gboolean
cf_announcer_is_quiet (CfAnnouncer *self)
{
  g_return_val_if_fail (CF_IS_ANNOUNCER (self), TRUE);

  return self->n_writing == 0;
}
