/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-replay-memory.h"

#include <string.h>

/* A message up to here is kept as it is: comparing is cheaper than hashing. */
#define MAX_KEPT_MESSAGE 4096

typedef struct _WsmReplayTicket Entry;
struct _WsmReplayTicket
{
  char *key;           /* (owned): user, LF, MessageID */
  GBytes *fingerprint; /* (owned) */
  gint64 since_usec;
  guint status;   /* 0 while pending */
  GBytes *answer; /* (owned) (nullable): %NULL while pending, and if it took too much room */
  GList link;     /* in @answered, once it is */
};

struct _WsmReplayMemory
{
  guint max_messages;
  gsize max_octets;
  GHashTable *entries; /* (element-type utf8 Entry): key within */
  GQueue answered;     /* of Entry, the oldest answer first */
  gsize octets;        /* of the answers in it */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->key);
  g_bytes_unref (entry->fingerprint);
  g_clear_pointer (&entry->answer, g_bytes_unref);
  g_free (entry);
}

/**
 * wsm_replay_memory_new:
 * @max_messages: how many messages it holds, those that are pending among them; above 0
 * @max_octets: how long the answers may be that it keeps, all together; the last one is kept
 *   however long it is. Of others it knows that they were given
 *
 * Returns: (transfer full): an empty memory
 */
WsmReplayMemory *
wsm_replay_memory_new (guint max_messages, gsize max_octets)
{
  WsmReplayMemory *self = g_new0 (WsmReplayMemory, 1);

  self->max_messages = max_messages;
  self->max_octets = max_octets;
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  g_queue_init (&self->answered);

  return self;
}

/**
 * wsm_replay_memory_free:
 * @self: (transfer full): a memory
 */
void
wsm_replay_memory_free (WsmReplayMemory *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->entries);
  g_free (self);
}

/* Equal for equal messages only, and never larger than MAX_KEPT_MESSAGE. A digest has no chance to
 * be taken for a message, which is longer than 32 octets. */
static GBytes *
make_fingerprint (GBytes *message)
{
  gsize length;
  const guint8 *octets = g_bytes_get_data (message, &length);
  g_autoptr (GChecksum) checksum = NULL;
  guint8 digest[32];
  gsize digest_length = sizeof digest;

  if (length <= MAX_KEPT_MESSAGE)
    return g_bytes_new (octets, length);

  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, octets, (gssize) length);
  g_checksum_get_digest (checksum, digest, &digest_length);

  return g_bytes_new (digest, digest_length);
}

static void
drop_answer (WsmReplayMemory *self, Entry *entry)
{
  if (entry->answer == NULL)
    return;
  self->octets -= g_bytes_get_size (entry->answer);
  g_clear_pointer (&entry->answer, g_bytes_unref);
}

static void
drop_oldest (WsmReplayMemory *self)
{
  Entry *entry = g_queue_peek_head (&self->answered);

  g_queue_unlink (&self->answered, &entry->link);
  drop_answer (self, entry);
  g_hash_table_remove (self->entries, entry->key);
}

/* What is pending stays, however old: only its end makes it safe to forget. */
static void
make_room (WsmReplayMemory *self, gint64 now_usec)
{
  const Entry *oldest;

  while ((oldest = g_queue_peek_head (&self->answered)) != NULL &&
         (now_usec - oldest->since_usec >= WSM_REPLAY_USEC ||
          self->answered.length >= WSM_REPLAY_MAX_ANSWERED ||
          g_hash_table_size (self->entries) >= self->max_messages))
    drop_oldest (self);
}

static WsmReplay
recall (Entry *entry, GBytes *message, guint *status, GBytes **answer)
{
  g_autoptr (GBytes) fingerprint = make_fingerprint (message);

  if (!g_bytes_equal (fingerprint, entry->fingerprint))
    return WSM_REPLAY_OTHER_MESSAGE;
  if (entry->status == 0)
    return WSM_REPLAY_PENDING;

  if (entry->answer == NULL)
    return WSM_REPLAY_OVER;

  *status = entry->status;
  *answer = g_bytes_ref (entry->answer);

  return WSM_REPLAY_ANSWERED;
}

/**
 * wsm_replay_memory_begin:
 * @self: a memory
 * @user: who asks, having signed in; a name without LF
 * @message_id: the MessageID, compared octet by octet
 * @message: the body of the request as it came
 * @now_usec: monotonic time
 * @ticket: (out): with %WSM_REPLAY_NEW what wsm_replay_memory_end() takes
 * @status: (out): with %WSM_REPLAY_ANSWERED the HTTP status
 * @answer: (out) (transfer full): with %WSM_REPLAY_ANSWERED the body of the answer
 *
 * Asks whether a request is a repeat, and remembers it if not. An answered request is remembered
 * for %WSM_REPLAY_USEC, the last %WSM_REPLAY_MAX_ANSWERED of them, as long as there is room
 * (threat-model, section 8, "Never resend").
 *
 * Returns: what is known
 */
WsmReplay
wsm_replay_memory_begin (WsmReplayMemory *self, const char *user, const char *message_id,
                         GBytes *message, gint64 now_usec, WsmReplayTicket **ticket, guint *status,
                         GBytes **answer)
{
  g_autofree char *key = NULL;
  Entry *entry;

  g_return_val_if_fail (self != NULL, WSM_REPLAY_FULL);
  g_return_val_if_fail (user != NULL && message_id != NULL && message != NULL, WSM_REPLAY_FULL);

  make_room (self, now_usec);
  key = g_strconcat (user, "\n", message_id, NULL);
  entry = g_hash_table_lookup (self->entries, key);
  if (entry != NULL)
    return recall (entry, message, status, answer);
  if (g_hash_table_size (self->entries) >= self->max_messages)
    return WSM_REPLAY_FULL;

  entry = g_new0 (Entry, 1);
  entry->key = g_steal_pointer (&key);
  entry->fingerprint = make_fingerprint (message);
  entry->since_usec = now_usec;
  entry->link.data = entry;
  g_hash_table_insert (self->entries, entry->key, entry);
  *ticket = entry;

  return WSM_REPLAY_NEW;
}

/**
 * wsm_replay_memory_end:
 * @self: a memory
 * @ticket: (transfer full): from wsm_replay_memory_begin()
 * @status: the HTTP status of the answer
 * @answer: the body of the answer
 *
 * Remembers the answer to a pending request, whether or not anybody still waited for it.
 */
void
wsm_replay_memory_end (WsmReplayMemory *self, WsmReplayTicket *ticket, guint status, GBytes *answer)
{
  g_return_if_fail (self != NULL && ticket != NULL);
  g_return_if_fail (status != 0 && answer != NULL);
  g_return_if_fail (ticket->status == 0);

  ticket->status = status;
  ticket->answer = g_bytes_ref (answer);
  self->octets += g_bytes_get_size (answer);
  g_queue_push_tail_link (&self->answered, &ticket->link);
  for (GList *link = self->answered.head; self->octets > self->max_octets && link != &ticket->link;
       link = link->next)
    drop_answer (self, link->data);
}

/**
 * wsm_replay_memory_forget:
 * @self: a memory
 * @ticket: (transfer full): from wsm_replay_memory_begin()
 *
 * Forgets a pending request: if it comes again, it is a new one.
 */
void
wsm_replay_memory_forget (WsmReplayMemory *self, WsmReplayTicket *ticket)
{
  g_return_if_fail (self != NULL && ticket != NULL);
  g_return_if_fail (ticket->status == 0);

  g_hash_table_remove (self->entries, ticket->key);
}
