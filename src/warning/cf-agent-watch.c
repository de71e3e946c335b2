/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-agent-watch.h"

#include "bus/cf-bus-agent1.h"
#include "cf-agent-call.h"
#include "cf-agent-reading.h"
#include "cf-bus-link.h"
#include "cf-receipts.h"

#define AGENT_NAME "org.curfew.Agent1"
#define AGENT_PATH "/org/curfew/Agent1"

#define PATIENCE_MSEC 2000 /* an agent that is started anew is back by then */
#define MAX_EARLY     16   /* signals that are kept until it is known who owns the name */

struct _CfAgentWatch
{
  GObject parent_instance;

  GBusType bus_type;
  guint patience_msec;
  CfBusLink *link;      /* (owned) */
  CfReceipts *receipts; /* (owned) */
  CfBusAgent1 *agent;   /* (owned) (nullable): proxy of whoever owns the name */
  GCancellable *making; /* (owned) (nullable): while the proxy is made */
  GQueue early;         /* (element-type EarlySignal) */

  CfNotice *notice;   /* (owned) (nullable) */
  CfNotice *followed; /* (owned) (nullable): the request whose end will be told */
  CfNotice *lost;     /* (owned) (nullable): one that is over, and nobody knows how */
  char *told_code;    /* (owned) (nullable): of the request whose end was told last */

  guint update_id;
  guint adrift_id;
  guint lost_id;
  guint again_id;
};

G_DEFINE_FINAL_TYPE (CfAgentWatch, cf_agent_watch, G_TYPE_OBJECT)
G_DEFINE_QUARK (cf_agent_watch_error, cf_agent_watch_error)

typedef enum
{
  PROP_NOTICE = 1
} CfAgentWatchProperty;
static GParamSpec *props[PROP_NOTICE + 1];

enum
{
  REMINDER,
  CHANGED,
  ENDED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

typedef struct
{
  char *sender;
  char *name;
  GVariant *arguments;
} EarlySignal;

static void
early_signal_free (EarlySignal *early)
{
  g_free (early->sender);
  g_free (early->name);
  g_variant_unref (early->arguments);
  g_free (early);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EarlySignal, early_signal_free)

/* ------------------------------------------------------------------ what is told */

static void
set_notice (CfAgentWatch *self, CfNotice *notice)
{
  CfNotice *before = self->notice;

  self->notice = cf_notice_ref (notice);
  g_clear_pointer (&before, cf_notice_unref);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NOTICE]);
}

static gboolean
is_code_of (const char *request_code, const CfNotice *notice)
{
  return notice != NULL && *notice->request_code != '\0' &&
         g_strcmp0 (request_code, notice->request_code) == 0;
}

/* Takes @over, which may be what is followed or what is lost. */
static void
tell_end (CfAgentWatch *self, CfNotice *over, CfNoticeOutcome outcome, const char *detail)
{
  g_autoptr (CfNotice) ended = cf_agent_reading_copy_notice (over);

  ended->state = CF_NOTICE_ENDED;
  ended->outcome = outcome;
  ended->is_adrift = FALSE;
  g_free (ended->detail);
  ended->detail = g_strdup (detail != NULL ? detail : "");
  g_free (self->told_code);
  self->told_code = g_strdup (over->request_code);
  cf_notice_unref (over);
  g_signal_emit (self, signals[ENDED], 0, ended);
}

static void
tell_lost (CfAgentWatch *self)
{
  g_clear_handle_id (&self->lost_id, g_source_remove);
  if (self->lost == NULL)
    return;
  tell_end (self, g_steal_pointer (&self->lost), CF_NOTICE_FAILED, NULL);
  /* if it is there again after all, it is followed again */
  g_clear_pointer (&self->told_code, g_free);
}

static gboolean
lost_cb (gpointer user_data)
{
  g_autoptr (CfAgentWatch) self = g_object_ref (user_data);

  self->lost_id = 0;
  tell_lost (self);
  return G_SOURCE_REMOVE;
}

/* @over is not what the agent has any more. If it does not tell how that came, the signal may still
 * be on its way. */
static void
look_for_end (CfAgentWatch *self, CfNotice *over)
{
  if (is_code_of (cf_bus_agent1_get_last_request_code (self->agent), over))
    {
      const char *word = cf_bus_agent1_get_last_outcome (self->agent);
      g_autofree char *detail = g_strdup (cf_bus_agent1_get_last_detail (self->agent));

      tell_end (self, over, cf_agent_reading_parse_outcome (word), detail);
      return;
    }

  tell_lost (self);
  self->lost = over;
  self->lost_id = g_timeout_add (self->patience_msec, lost_cb, self);
}

static gboolean
adrift_cb (gpointer user_data)
{
  g_autoptr (CfAgentWatch) self = g_object_ref (user_data);
  g_autoptr (CfNotice) adrift = cf_agent_reading_copy_notice (self->notice);

  self->adrift_id = 0;
  adrift->is_adrift = TRUE;
  g_message ("The agent does not answer in the middle of a countdown");
  set_notice (self, adrift);
  return G_SOURCE_REMOVE;
}

/* There is no agent. While the computer goes down, that is as it should be. */
static void
lose (CfAgentWatch *self)
{
  cf_receipts_follow (self->receipts, NULL, NULL);
  if (self->notice != NULL && self->notice->state == CF_NOTICE_PENDING &&
      !self->notice->is_adrift && self->adrift_id == 0)
    self->adrift_id = g_timeout_add (self->patience_msec, adrift_cb, self);
}

/* The agent tells that the computer goes down, and not for which request: for the one it has just
 * acted on, or for a shutdown by others, of which it knows no more. */
static CfNotice *
dup_going_down (CfAgentWatch *self, CfNotice *now)
{
  CfNotice *going = self->followed;

  if (going == NULL && self->notice != NULL && self->notice->state == CF_NOTICE_EXECUTING)
    going = self->notice;
  if (going == NULL || !is_code_of (cf_bus_agent1_get_last_request_code (self->agent), going) ||
      g_strcmp0 (cf_bus_agent1_get_last_outcome (self->agent), "acted") != 0)
    {
      now->state = CF_NOTICE_IDLE;
      return cf_notice_ref (now);
    }
  going = cf_agent_reading_copy_notice (going);
  going->state = CF_NOTICE_EXECUTING;
  going->is_adrift = FALSE;
  return going;
}

static void
take (CfAgentWatch *self, CfNotice *now)
{
  gboolean is_going_down = now->state == CF_NOTICE_EXECUTING && *now->request_code == '\0';
  g_autoptr (CfNotice) shown = is_going_down ? dup_going_down (self, now) : cf_notice_ref (now);
  CfNotice *before = g_steal_pointer (&self->followed);

  if (*now->request_code != '\0' && !is_code_of (self->told_code, now))
    self->followed = cf_notice_ref (now);
  if (is_code_of (now->request_code, self->lost))
    {
      g_clear_handle_id (&self->lost_id, g_source_remove);
      g_clear_pointer (&self->lost, cf_notice_unref);
    }
  cf_receipts_follow (self->receipts, self->agent, now);
  set_notice (self, shown);
  if (before != NULL && is_code_of (now->request_code, before))
    cf_notice_unref (before);
  else if (before != NULL)
    look_for_end (self, before);
}

static gboolean
has_owner (CfAgentWatch *self)
{
  g_autofree char *owner = NULL;

  if (self->agent == NULL)
    return FALSE;
  owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (self->agent));
  return owner != NULL;
}

/* ------------------------------------------------------------------ what the agent says */

static void
handle_ended (CfAgentWatch *self, const char *request_code, const char *outcome, const char *detail)
{
  CfNotice *over = NULL;

  if (is_code_of (request_code, self->lost))
    {
      g_clear_handle_id (&self->lost_id, g_source_remove);
      over = g_steal_pointer (&self->lost);
    }
  else if (is_code_of (request_code, self->followed))
    over = g_steal_pointer (&self->followed);
  if (over != NULL)
    tell_end (self, over, cf_agent_reading_parse_outcome (outcome), detail);
}

static void
handle_signal (CfAgentWatch *self, const char *name, GVariant *arguments)
{
  if (g_str_equal (name, "Reminder") && g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(ub)")))
    {
      guint minutes;
      gboolean is_mandatory;

      g_variant_get (arguments, "(ub)", &minutes, &is_mandatory);
      g_signal_emit (self, signals[REMINDER], 0, minutes, is_mandatory);
    }
  else if (g_str_equal (name, "Changed") &&
           g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(ss)")))
    {
      const char *word;
      CfNoticeChange change;

      g_variant_get_child (arguments, 0, "&s", &word);
      change = cf_agent_reading_parse_change (word);
      if (change != CF_NOTICE_NO_CHANGE)
        g_signal_emit (self, signals[CHANGED], 0, change);
    }
  else if (g_str_equal (name, "Ended") &&
           g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(sss)")))
    {
      const char *request_code;
      const char *outcome;
      const char *detail;

      g_variant_get (arguments, "(&s&s&s)", &request_code, &outcome, &detail);
      handle_ended (self, request_code, outcome, detail);
    }
}

static void
handle_early_signals (CfAgentWatch *self)
{
  EarlySignal *next;

  while ((next = g_queue_pop_head (&self->early)) != NULL)
    {
      g_autoptr (EarlySignal) early = next;
      g_autofree char *owner = self->agent != NULL
                                 ? g_dbus_proxy_get_name_owner (G_DBUS_PROXY (self->agent))
                                 : NULL;

      if (g_strcmp0 (owner, early->sender) == 0)
        handle_signal (self, early->name, early->arguments);
    }
}

static void follow_connection (CfAgentWatch *self);

static gboolean
again_cb (gpointer user_data)
{
  CfAgentWatch *self = user_data;

  self->again_id = 0;
  follow_connection (self);
  return G_SOURCE_REMOVE;
}

static void
update (CfAgentWatch *self)
{
  g_clear_handle_id (&self->update_id, g_source_remove);
  if (!has_owner (self))
    {
      lose (self);
      return;
    }
  if (cf_bus_agent1_get_state (self->agent) == NULL)
    {
      /* It was asked for its properties, and did not answer in time: it would tell only what
       * changes from now on. */
      lose (self);
      if (self->again_id == 0)
        self->again_id = g_timeout_add (2 * self->patience_msec, again_cb, self);
      return;
    }

  g_clear_handle_id (&self->adrift_id, g_source_remove);
  {
    g_autoptr (CfNotice) now = cf_agent_reading_dup_notice (self->agent);

    if (self->bus_type == G_BUS_TYPE_SESSION)
      now->is_rehearsal = TRUE; /* whatever it says: anybody may own the name there */
    take (self, now);
  }
  handle_early_signals (self);
}

static gboolean
update_cb (gpointer user_data)
{
  g_autoptr (CfAgentWatch) self = g_object_ref (user_data);

  self->update_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

/* What changes in one turn of the main loop is told once. */
static void
update_soon (CfAgentWatch *self)
{
  if (self->update_id == 0)
    self->update_id = g_idle_add_full (G_PRIORITY_DEFAULT, update_cb, self, NULL);
}

static void
update_at_once (CfAgentWatch *self)
{
  if (self->update_id != 0)
    update (self);
}

/* While an agent appears, its properties are asked for, and who it is is told after that. What it
 * says meanwhile waits, and so does what somebody else says in its name. */
static void
signal_cb (CfAgentWatch *watch, const char *sender, const char *name, GVariant *arguments)
{
  g_autoptr (CfAgentWatch) self = g_object_ref (watch);

  if (has_owner (self))
    {
      update_at_once (self);
      handle_signal (self, name, arguments);
    }
  else if (sender != NULL && g_queue_get_length (&self->early) < MAX_EARLY)
    {
      EarlySignal *early = g_new (EarlySignal, 1);

      early->sender = g_strdup (sender);
      early->name = g_strdup (name);
      early->arguments = g_variant_ref (arguments);
      g_queue_push_tail (&self->early, early);
    }
}

static void
owner_changed_cb (CfAgentWatch *self)
{
  if (!has_owner (self))
    g_queue_clear_full (&self->early, (GDestroyNotify) early_signal_free);
  update_soon (self);
}

/* ------------------------------------------------------------------ the bus */

static void
stop_following (CfAgentWatch *self)
{
  if (self->making != NULL)
    g_cancellable_cancel (self->making);
  g_clear_object (&self->making);
  g_clear_handle_id (&self->again_id, g_source_remove);
  if (self->agent != NULL)
    g_signal_handlers_disconnect_by_data (self->agent, self);
  g_clear_object (&self->agent);
  g_queue_clear_full (&self->early, (GDestroyNotify) early_signal_free);
}

static void
agent_made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  CfBusAgent1 *agent = cf_bus_agent1_proxy_new_finish (result, &error);
  CfAgentWatch *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* it is gone, or the connection is */

  g_clear_object (&self->making);
  if (agent == NULL)
    {
      g_message ("The agent cannot be followed: %s", error->message);
      return;
    }
  self->agent = agent;
  g_signal_connect_swapped (agent, "g-signal", G_CALLBACK (signal_cb), self);
  g_signal_connect_swapped (agent, "g-properties-changed", G_CALLBACK (update_soon), self);
  g_signal_connect_swapped (agent, "notify::g-name-owner", G_CALLBACK (owner_changed_cb), self);
  update_soon (self);
}

static void
follow_connection (CfAgentWatch *self)
{
  GDBusConnection *connection = cf_bus_link_get_connection (self->link);

  stop_following (self);
  if (connection == NULL)
    {
      update_soon (self);
      return;
    }
  self->making = g_cancellable_new ();
  cf_bus_agent1_proxy_new (connection, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, AGENT_NAME, AGENT_PATH,
                           self->making, agent_made_cb, self);
}

/* ------------------------------------------------------------------ the object */

static void
cf_agent_watch_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CfAgentWatch *self = CF_AGENT_WATCH (object);

  switch ((CfAgentWatchProperty) id)
    {
    case PROP_NOTICE:
      g_value_set_boxed (value, self->notice);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cf_agent_watch_dispose (GObject *object)
{
  CfAgentWatch *self = CF_AGENT_WATCH (object);

  stop_following (self);
  g_clear_handle_id (&self->update_id, g_source_remove);
  g_clear_handle_id (&self->adrift_id, g_source_remove);
  g_clear_handle_id (&self->lost_id, g_source_remove);
  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  g_clear_object (&self->link);
  g_clear_object (&self->receipts);
  g_clear_pointer (&self->notice, cf_notice_unref);
  g_clear_pointer (&self->followed, cf_notice_unref);
  g_clear_pointer (&self->lost, cf_notice_unref);
  g_clear_pointer (&self->told_code, g_free);

  G_OBJECT_CLASS (cf_agent_watch_parent_class)->dispose (object);
}

static void
cf_agent_watch_class_init (CfAgentWatchClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = cf_agent_watch_get_property;
  object_class->dispose = cf_agent_watch_dispose;

  props[PROP_NOTICE] = g_param_spec_boxed ("notice", NULL, NULL, CF_TYPE_NOTICE,
                                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  signals[REMINDER] = g_signal_new ("reminder", CF_TYPE_AGENT_WATCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_BOOLEAN);
  signals[CHANGED] = g_signal_new ("changed", CF_TYPE_AGENT_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[ENDED] = g_signal_new ("ended", CF_TYPE_AGENT_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, CF_TYPE_NOTICE);
}

static void
cf_agent_watch_init (CfAgentWatch *self)
{
  g_queue_init (&self->early);
  self->patience_msec = PATIENCE_MSEC;
  self->receipts = cf_receipts_new ();
}

/**
 * cf_agent_watch_new:
 * @bus_type: the system bus, or the session bus, where an agent that rehearses is
 *
 * Whatever is on the session bus counts as a rehearsal: no agent acts from there, and every program
 * of the session may say that it is one.
 *
 * Returns: (transfer full): a watch that follows from the main loop, for as long as it lives
 */
CfAgentWatch *
cf_agent_watch_new (GBusType bus_type)
{
  CfAgentWatch *self = g_object_new (CF_TYPE_AGENT_WATCH, NULL);

  self->bus_type = bus_type;
  self->link = cf_bus_link_new (bus_type);
  g_signal_connect_swapped (self->link, "notify::connection", G_CALLBACK (follow_connection), self);
  return self;
}

/**
 * cf_agent_watch_set_patience:
 * @self: a watch
 * @msec: for how long an agent may be away, or may owe the end of a request; 2000 at first
 *
 * For what begins to be waited for from now on. An agent that told nothing when it was asked is
 * asked again after twice that time.
 */
void
cf_agent_watch_set_patience (CfAgentWatch *self, guint msec)
{
  g_return_if_fail (CF_IS_AGENT_WATCH (self));

  self->patience_msec = msec;
}

/**
 * cf_agent_watch_get_notice:
 * @self: a watch
 *
 * Returns: (transfer none) (nullable): what the agent told last; %NULL if none was ever seen
 */
CfNotice *
cf_agent_watch_get_notice (CfAgentWatch *self)
{
  g_return_val_if_fail (CF_IS_AGENT_WATCH (self), NULL);

  return self->notice;
}

/* ------------------------------------------------------------------ calls */

static void
call (CfAgentWatch *self, const char *method, GVariant *arguments, GTask *task)
{
  cf_agent_call (has_owner (self) ? self->agent : NULL, method, arguments, task);
}

/**
 * cf_agent_watch_postpone_async:
 * @self: a watch
 * @seconds: by how much; 0 stands for as much as is allowed at a time
 * @note: (nullable): why; at most 512 UTF-16 units
 * @cancellable: (nullable): stops the waiting, not what was asked for
 * @callback: calls cf_agent_watch_call_finish()
 * @user_data: for @callback
 *
 * Asks the agent for more time. The new deadline comes by `notice`.
 */
void
cf_agent_watch_postpone_async (CfAgentWatch *self, guint32 seconds, const char *note,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task;

  g_return_if_fail (CF_IS_AGENT_WATCH (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cf_agent_watch_postpone_async);
  call (self, "Postpone", g_variant_new ("(us)", seconds, note != NULL ? note : ""), task);
}

/**
 * cf_agent_watch_act_now_async:
 * @self: a watch
 * @cancellable: (nullable): stops the waiting, not what was asked for
 * @callback: calls cf_agent_watch_call_finish()
 * @user_data: for @callback
 *
 * Asks the agent to do at once what is waiting.
 */
void
cf_agent_watch_act_now_async (CfAgentWatch *self, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (CF_IS_AGENT_WATCH (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cf_agent_watch_act_now_async);
  call (self, "ActNow", g_variant_new ("()"), task);
}

/**
 * cf_agent_watch_set_ready_async:
 * @self: a watch
 * @is_ready: whether the person here needs the computer no more
 * @cancellable: (nullable): stops the waiting, not what was asked for
 * @callback: calls cf_agent_watch_call_finish()
 * @user_data: for @callback
 *
 * Tells the agent that its person is ready, or not any more.
 */
void
cf_agent_watch_set_ready_async (CfAgentWatch *self, gboolean is_ready, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (CF_IS_AGENT_WATCH (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cf_agent_watch_set_ready_async);
  call (self, "SetReady", g_variant_new ("(b)", is_ready), task);
}

/**
 * cf_agent_watch_call_finish:
 * @self: a watch
 * @result: what the callback got
 * @error: a #CfAgentWatchError with a sentence for people, or %G_IO_ERROR_CANCELLED
 *
 * Returns: %FALSE with @error set if it was not done, or if that is not known
 */
gboolean
cf_agent_watch_call_finish (CfAgentWatch *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
report (CfAgentWatch *self, CfReceiptKind kind, guint minutes)
{
  g_autoptr (CfAgentWatch) held = g_object_ref (self);

  update_at_once (held);
  cf_receipts_add (held->receipts, kind, minutes);
}

/**
 * cf_agent_watch_report_shown:
 * @self: a watch
 * @minutes: the reminder that was shown; 0 for the announcement
 *
 * Tells the agent that the person here could see the warning; once for each deadline and reminder.
 * Does nothing if nothing is pending.
 */
void
cf_agent_watch_report_shown (CfAgentWatch *self, guint minutes)
{
  g_return_if_fail (CF_IS_AGENT_WATCH (self));

  report (self, CF_RECEIPT_SHOWN, minutes);
}

/**
 * cf_agent_watch_report_read:
 * @self: a watch
 *
 * Tells the agent that the person here has taken notice; once for each deadline.
 */
void
cf_agent_watch_report_read (CfAgentWatch *self)
{
  g_return_if_fail (CF_IS_AGENT_WATCH (self));

  report (self, CF_RECEIPT_READ, 0);
}

/**
 * cf_agent_watch_report_returned:
 * @self: a watch
 *
 * Tells the agent that the person here has come back to the screen and sees the warning only now;
 * once for each deadline. The agent may give more time for that.
 */
void
cf_agent_watch_report_returned (CfAgentWatch *self)
{
  g_return_if_fail (CF_IS_AGENT_WATCH (self));

  report (self, CF_RECEIPT_RETURNED, 0);
}
