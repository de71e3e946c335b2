/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-throttle.h"

#include <string.h>

#include "wsm-keyed-hmac.h"
#include "wsm-until-table.h"
#include "wsman/auth/wsm-secret.h"

#define SECOND         ((gint64) G_USEC_PER_SEC)
#define FAILED_COST    (5 * SECOND)
#define ABANDONED_COST (10 * SECOND)
#define MAX_PENALTY    (600 * SECOND)
#define KNOWN_USEC     (24 * 60 * 60 * SECOND)
#define MAX_ENTRIES    65536u

/* One more than a minute has, since a check is noted in whole seconds: so there are never more than
 * allowed within 60 s, wherever they begin. */
#define N_SLOTS 61

typedef struct
{
  gint64 second;
  guint checks;
  guint strangers; /* of them */
} Slot;

/* A penalty of some seconds that passes by itself is the time at which it is over; so all that is
 * remembered is until when something is true. */
struct _WsmThrottle
{
  GHmac *keyed;     /* (owned): has taken the key and nothing else */
  gint64 tolerated; /* penalty up to which callers are served, in microseconds */
  guint checks_per_minute;
  guint checks_of_strangers;

  WsmUntilTable *sources;       /* penalties */
  WsmUntilTable *users;         /* penalties */
  WsmUntilTable *known_sources; /* somebody signed in from there */
  WsmUntilTable *known_pairs;   /* this name signed in from there */
  Slot slots[N_SLOTS];
};

/**
 * wsm_throttle_new:
 * @limits: how much is tolerated: `throttle_seconds` and `password_checks_per_minute`. The penalty
 *   of a source or a user never exceeds 600 s, so that 600 seconds tolerate everything
 *
 * Returns: (transfer full): a throttle that has seen nothing
 */
WsmThrottle *
wsm_throttle_new (const WsmServiceLimits *limits)
{
  WsmThrottle *self;

  g_return_val_if_fail (limits != NULL, NULL);

  self = g_new0 (WsmThrottle, 1);
  self->keyed = wsm_keyed_hmac_new ();
  self->tolerated = limits->throttle_seconds * SECOND;
  self->checks_per_minute = limits->password_checks_per_minute;
  self->checks_of_strangers = self->checks_per_minute - self->checks_per_minute / 3;
  self->sources = wsm_until_table_new (MAX_ENTRIES);
  self->users = wsm_until_table_new (MAX_ENTRIES);
  self->known_sources = wsm_until_table_new (MAX_ENTRIES);
  self->known_pairs = wsm_until_table_new (MAX_ENTRIES);

  return self;
}

/**
 * wsm_throttle_free:
 * @self: (transfer full): a throttle
 */
void
wsm_throttle_free (WsmThrottle *self)
{
  g_return_if_fail (self != NULL);

  g_hmac_unref (self->keyed);
  wsm_until_table_free (self->sources);
  wsm_until_table_free (self->users);
  wsm_until_table_free (self->known_sources);
  wsm_until_table_free (self->known_pairs);
  g_free (self);
}

static guint64
make_key (WsmThrottle *self, WsmSource source, const char *user)
{
  GHmac *hmac = g_hmac_copy (self->keyed);
  guint8 digest[32];
  gsize length = sizeof digest;
  guint64 key;

  g_hmac_update (hmac, (const guchar *) &source, sizeof source);
  if (user != NULL)
    {
      /* mechanisms that do not look at case would give each name many spellings */
      g_autofree char *valid = g_utf8_make_valid (user, -1);
      g_autofree char *folded = g_utf8_casefold (valid, -1);

      g_hmac_update (hmac, (const guchar *) folded, -1);
    }
  g_hmac_get_digest (hmac, digest, &length);
  g_hmac_unref (hmac);
  memcpy (&key, digest, sizeof key);

  return key;
}

/* A user apart from any source; pairs have a table of their own, so that nothing falls together. */
static guint64
make_user_key (WsmThrottle *self, const char *user)
{
  return make_key (self, 0, user);
}

/* Of the clients of a web server whose address is not known nobody can be told from another, so
 * that nothing is noted of them. */
static gboolean
is_one_source (WsmSource source)
{
  return source != WSM_SOURCE_FRONT;
}

static gboolean
is_known_pair (WsmThrottle *self, WsmSource source, const char *user, gint64 now_usec)
{
  return wsm_until_table_get (self->known_pairs, make_key (self, source, user)) > now_usec;
}

static gint64
get_excess (WsmThrottle *self, WsmUntilTable *penalties, guint64 key, gint64 now_usec)
{
  return wsm_until_table_get (penalties, key) - now_usec - self->tolerated;
}

/**
 * wsm_throttle_get_wait_seconds:
 * @self: a throttle
 * @source: where the caller comes from
 * @user: (nullable): the name that is to be tried, if it is known yet
 * @now_usec: monotonic time
 *
 * What others did to a name does not matter to a source from which it signed in within the last
 * day.
 *
 * Returns: seconds after which an attempt would be looked at; 0 if it may be looked at now
 */
guint
wsm_throttle_get_wait_seconds (WsmThrottle *self, WsmSource source, const char *user,
                               gint64 now_usec)
{
  gint64 excess;

  g_return_val_if_fail (self != NULL, 0);

  excess = get_excess (self, self->sources, make_key (self, source, NULL), now_usec);
  if (user != NULL && !is_known_pair (self, source, user, now_usec))
    excess = MAX (excess, get_excess (self, self->users, make_user_key (self, user), now_usec));

  return excess > 0 ? (guint) ((excess + SECOND - 1) / SECOND) : 0;
}

static void
count_checks (const WsmThrottle *self, gint64 second, guint *checks, guint *strangers)
{
  *checks = 0;
  *strangers = 0;
  for (gsize i = 0; i < N_SLOTS; i++)
    {
      const Slot *slot = &self->slots[i];

      if (second - slot->second >= N_SLOTS)
        continue;
      *checks += slot->checks;
      *strangers += slot->strangers;
    }
}

/**
 * wsm_throttle_take_password_check:
 * @self: a throttle
 * @source: where the caller comes from
 * @now_usec: monotonic time
 *
 * Takes one of the checks of a password that there may be within a minute, in all. A third of them
 * is kept for sources from which somebody signed in within the last day.
 *
 * Returns: %FALSE if there were too many
 */
gboolean
wsm_throttle_take_password_check (WsmThrottle *self, WsmSource source, gint64 now_usec)
{
  gint64 second = now_usec / SECOND;
  gboolean is_known;
  guint checks, strangers;
  Slot *slot;

  g_return_val_if_fail (self != NULL, FALSE);

  is_known = wsm_until_table_get (self->known_sources, make_key (self, source, NULL)) > now_usec;
  count_checks (self, second, &checks, &strangers);
  if (checks >= self->checks_per_minute || (!is_known && strangers >= self->checks_of_strangers))
    return FALSE;

  slot = &self->slots[second % N_SLOTS];
  if (slot->second != second)
    *slot = (Slot){ second, 0, 0 };
  slot->checks++;
  if (!is_known)
    slot->strangers++;

  return TRUE;
}

static void
add_penalty (WsmUntilTable *penalties, guint64 key, gint64 cost, gint64 now_usec)
{
  gint64 until = MAX (wsm_until_table_get (penalties, key), now_usec) + cost;

  wsm_until_table_set (penalties, key, MIN (until, now_usec + MAX_PENALTY), now_usec);
}

static void
note_success (WsmThrottle *self, WsmSource source, const char *user, gint64 now_usec)
{
  if (!is_one_source (source))
    return;

  wsm_until_table_set (self->known_sources, make_key (self, source, NULL), now_usec + KNOWN_USEC,
                       now_usec);
  if (user != NULL)
    wsm_until_table_set (self->known_pairs, make_key (self, source, user), now_usec + KNOWN_USEC,
                         now_usec);
}

/**
 * wsm_throttle_note:
 * @self: a throttle
 * @event: what happened
 * @source: where the caller comes from
 * @user: (nullable): the name that was tried, as far as it is known
 * @now_usec: monotonic time
 *
 * Notes how an attempt ended. A success takes no penalty away: who has one account would otherwise
 * guess others' passwords in between.
 */
void
wsm_throttle_note (WsmThrottle *self, WsmThrottleEvent event, WsmSource source, const char *user,
                   gint64 now_usec)
{
  gint64 cost = event == WSM_THROTTLE_ABANDONED ? ABANDONED_COST : FAILED_COST;

  g_return_if_fail (self != NULL);

  if (event == WSM_THROTTLE_SUCCEEDED)
    {
      note_success (self, source, user, now_usec);
      return;
    }

  if (is_one_source (source))
    add_penalty (self->sources, make_key (self, source, NULL), cost, now_usec);
  /* a slip of somebody who is known here does not hold up the same person elsewhere */
  if (user != NULL && !is_known_pair (self, source, user, now_usec))
    add_penalty (self->users, make_user_key (self, user), cost, now_usec);
}
