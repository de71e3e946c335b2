/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-receipts.h"

#define RETRY_SECONDS 60
#define MAX_RECEIPTS  32 /* there are 12 reminders */
#define BUSY          "org.curfew.Agent1.Error.Busy"

typedef enum
{
  RECEIPT_DUE,  /* for want of an agent */
  RECEIPT_SENT, /* and not answered yet */
  RECEIPT_LATER,
  RECEIPT_DONE, /* taken or refused */
} ReceiptState;

typedef struct
{
  CfReceiptKind kind;
  guint minutes;
  ReceiptState state;
  gboolean was_late; /* it was put off once */
} Receipt;

struct _CfReceipts
{
  GObject parent_instance;

  CfBusAgent1 *agent; /* (owned) (nullable) */
  char *owner;        /* (owned) (nullable): who that was when it was followed */
  char *request_code; /* (owned) (nullable): %NULL if nothing is pending */
  gint64 deadline_boot_usec;
  guint era;       /* of that deadline and owner: answers of earlier ones do not count */
  GArray *entries; /* (element-type Receipt): for that deadline */
  GCancellable *stopping;
  guint retry_id;
};

G_DEFINE_FINAL_TYPE (CfReceipts, cf_receipts, G_TYPE_OBJECT)

typedef struct
{
  CfReceipts *receipts; /* not owned: cancelled before it goes */
  guint era;
  guint index;
} Call;

static gboolean
is_lost (const GError *error)
{
  static const GDBusError lost[] = {
    G_DBUS_ERROR_SERVICE_UNKNOWN, G_DBUS_ERROR_NAME_HAS_NO_OWNER, G_DBUS_ERROR_NO_REPLY,
    G_DBUS_ERROR_DISCONNECTED,    G_DBUS_ERROR_TIMEOUT,           G_DBUS_ERROR_TIMED_OUT,
    G_DBUS_ERROR_UNKNOWN_OBJECT, /* an agent that goes has taken it away already */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lost); i++)
    if (g_error_matches (error, G_DBUS_ERROR, lost[i]))
      return TRUE;
  return error->domain == G_IO_ERROR && !g_dbus_error_is_remote_error (error);
}

static void send_those (CfReceipts *self, ReceiptState state);

static gboolean
retry_cb (gpointer user_data)
{
  CfReceipts *self = user_data;

  self->retry_id = 0;
  send_those (self, RECEIPT_LATER);
  return G_SOURCE_REMOVE;
}

static void
fail (CfReceipts *self, Receipt *receipt, const GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  if (g_strcmp0 (name, BUSY) == 0 && !receipt->was_late)
    {
      receipt->state = RECEIPT_LATER;
      receipt->was_late = TRUE;
      if (self->retry_id == 0)
        self->retry_id = g_timeout_add_seconds (RETRY_SECONDS, retry_cb, self);
    }
  else if (is_lost (error))
    receipt->state = RECEIPT_DUE;
  else
    {
      receipt->state = RECEIPT_DONE;
      g_info ("The agent did not take a receipt: %s", error->message);
    }
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Call *call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);
  Receipt *receipt;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || call->era != call->receipts->era)
    return;

  receipt = &g_array_index (call->receipts->entries, Receipt, call->index);
  if (answer != NULL)
    receipt->state = RECEIPT_DONE;
  else
    fail (call->receipts, receipt, error);
}

static void
send (CfReceipts *self, guint index)
{
  Receipt *receipt = &g_array_index (self->entries, Receipt, index);
  Call *call = g_new (Call, 1);
  const char *method = "ReportShown";
  GVariant *arguments;

  if (receipt->kind == CF_RECEIPT_SHOWN)
    arguments = g_variant_new ("(su)", self->request_code, receipt->minutes);
  else
    {
      method = receipt->kind == CF_RECEIPT_READ ? "ReportRead" : "ReportReturned";
      arguments = g_variant_new ("(s)", self->request_code);
    }
  *call = (Call){ .receipts = self, .era = self->era, .index = index };
  receipt->state = RECEIPT_SENT;
  g_dbus_proxy_call (G_DBUS_PROXY (self->agent), method, arguments, G_DBUS_CALL_FLAGS_NONE, -1,
                     self->stopping, answered_cb, call);
}

static void
send_those (CfReceipts *self, ReceiptState state)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Receipt *receipt = &g_array_index (self->entries, Receipt, i);

      if (receipt->state != state)
        continue;
      if (self->agent != NULL)
        send (self, i);
      else
        receipt->state = RECEIPT_DUE;
    }
}

static void
begin (CfReceipts *self, const char *request_code, gint64 deadline_boot_usec)
{
  if (g_strcmp0 (request_code, self->request_code) == 0 &&
      deadline_boot_usec == self->deadline_boot_usec)
    return;

  g_free (self->request_code);
  self->request_code = g_strdup (request_code);
  self->deadline_boot_usec = deadline_boot_usec;
  self->era++;
  g_array_set_size (self->entries, 0);
  g_clear_handle_id (&self->retry_id, g_source_remove);
}

/* Another agent knows nothing of what the one before it was told, but for the time that it gave to
 * somebody who came back; and it may be less busy. */
static void
begin_with_another_owner (CfReceipts *self)
{
  g_clear_handle_id (&self->retry_id, g_source_remove);
  self->era++;
  for (guint i = 0; i < self->entries->len; i++)
    {
      Receipt *receipt = &g_array_index (self->entries, Receipt, i);

      receipt->was_late = FALSE;
      if (receipt->kind != CF_RECEIPT_RETURNED || receipt->state != RECEIPT_DONE)
        receipt->state = RECEIPT_DUE;
    }
  send_those (self, RECEIPT_DUE);
}

static void
cf_receipts_dispose (GObject *object)
{
  CfReceipts *self = CF_RECEIPTS (object);

  g_cancellable_cancel (self->stopping);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_object (&self->agent);

  G_OBJECT_CLASS (cf_receipts_parent_class)->dispose (object);
}

static void
cf_receipts_finalize (GObject *object)
{
  CfReceipts *self = CF_RECEIPTS (object);

  g_free (self->owner);
  g_free (self->request_code);
  g_array_unref (self->entries);
  g_object_unref (self->stopping);

  G_OBJECT_CLASS (cf_receipts_parent_class)->finalize (object);
}

static void
cf_receipts_class_init (CfReceiptsClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_receipts_dispose;
  G_OBJECT_CLASS (class)->finalize = cf_receipts_finalize;
}

static void
cf_receipts_init (CfReceipts *self)
{
  self->entries = g_array_new (FALSE, TRUE, sizeof (Receipt));
  self->stopping = g_cancellable_new ();
}

/**
 * cf_receipts_new:
 *
 * Returns: (transfer full): receipts for nobody yet
 */
CfReceipts *
cf_receipts_new (void)
{
  return g_object_new (CF_TYPE_RECEIPTS, NULL);
}

/**
 * cf_receipts_follow:
 * @self: receipts
 * @agent: (nullable): a proxy that has an owner; %NULL while there is no agent
 * @notice: (nullable): what it tells; %NULL, as long as there is no agent, for what it told last
 *
 * Begins anew if another deadline is pending, and sends another agent what the one before it was
 * told.
 */
void
cf_receipts_follow (CfReceipts *self, CfBusAgent1 *agent, const CfNotice *notice)
{
  g_autofree char *owner = NULL;
  gboolean is_same;

  g_return_if_fail (CF_IS_RECEIPTS (self));
  g_return_if_fail (agent == NULL || CF_BUS_IS_AGENT1 (agent));

  g_set_object (&self->agent, agent);
  if (notice != NULL && notice->state == CF_NOTICE_PENDING)
    begin (self, notice->request_code, notice->deadline_boot_usec);
  else if (notice != NULL)
    begin (self, NULL, 0);
  if (agent == NULL)
    return;

  owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (agent));
  is_same = g_strcmp0 (owner, self->owner) == 0;
  g_free (self->owner);
  self->owner = g_steal_pointer (&owner);
  if (!is_same)
    begin_with_another_owner (self);
}

/**
 * cf_receipts_add:
 * @self: receipts
 * @kind: what happened
 * @minutes: the reminder that was shown, 0 for the announcement; 0 for the other kinds
 *
 * Tells the agent; does nothing if it was told, or if nothing is pending.
 */
void
cf_receipts_add (CfReceipts *self, CfReceiptKind kind, guint minutes)
{
  Receipt receipt = { .kind = kind, .minutes = minutes, .state = RECEIPT_DUE };

  g_return_if_fail (CF_IS_RECEIPTS (self));

  if (self->request_code == NULL || self->entries->len >= MAX_RECEIPTS)
    return;
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Receipt *other = &g_array_index (self->entries, Receipt, i);

      if (other->kind == kind && other->minutes == minutes)
        return;
    }
  g_array_append_val (self->entries, receipt);
  if (self->agent != NULL)
    send (self, self->entries->len - 1);
}
