/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsman/service/wsm-admission.h"
#include "wsman/service/wsm-deadlines.h"
#include "wsman/service/wsm-rarely.h"
#include "wsman/service/wsm-replay-memory.h"
#include "wsman/service/wsm-request-rate.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <string.h>

#define SECOND (gint64) G_USEC_PER_SEC
#define MINUTE (60 * SECOND)

/* sources */

static WsmSource
source_of (const char *address)
{
  g_autoptr (GSocketAddress) made = g_inet_socket_address_new_from_string (address, 5985);
  struct sockaddr_storage native = { 0 };

  g_assert_true (g_socket_address_to_native (made, &native, sizeof native, NULL));
  return wsm_source_from_address ((struct sockaddr *) &native);
}

static void
test_source_is_an_address_or_a_64 (void)
{
  g_assert_true (source_of ("192.0.2.1") == source_of ("192.0.2.1"));
  g_assert_true (source_of ("192.0.2.1") != source_of ("192.0.2.2"));
  g_assert_true (source_of ("192.0.2.1") != source_of ("192.0.3.1"));
  g_assert_true (source_of ("2001:db8:1:2::1") == source_of ("2001:db8:1:2:ffff::9"));
  g_assert_true (source_of ("2001:db8:1:2::1") != source_of ("2001:db8:1:3::1"));
  g_assert_true (source_of ("::1") != source_of ("127.0.0.1"));
  g_assert_true (source_of ("::c000:201") != source_of ("192.0.2.1"));
}

static void
test_source_of_ipv4_on_a_socket_for_both (void)
{
  struct sockaddr_in6 mapped = { .sin6_family = AF_INET6 };

  g_test_summary (
    "An inherited socket may take IPv4 as ::ffff:0:0/96; callers do not share a count");

  g_assert_cmpint (inet_pton (AF_INET6, "::ffff:192.0.2.1", &mapped.sin6_addr), ==, 1);
  g_assert_true (wsm_source_from_address ((struct sockaddr *) &mapped) == source_of ("192.0.2.1"));
}

static void
test_admission_counts_back_to_nothing (void)
{
  WsmServiceLimits limits;
  g_autoptr (WsmAdmission) admission = NULL;

  wsm_service_limits_init (&limits);
  limits.connections = 4;
  limits.connections_not_signed_in = 3;
  limits.connections_per_address = 2;
  admission = wsm_admission_new (&limits);

  for (guint round = 0; round < 3; round++)
    {
      g_assert_null (wsm_admission_enter (admission, 1));
      g_assert_null (wsm_admission_enter (admission, 1));
      g_assert_nonnull (wsm_admission_enter (admission, 1)); /* per address */
      g_assert_null (wsm_admission_enter (admission, 2));
      g_assert_nonnull (wsm_admission_enter (admission, 3)); /* not signed in */
      wsm_admission_set_signed_in (admission, 1, TRUE);
      g_assert_null (wsm_admission_enter (admission, 3));
      wsm_admission_set_signed_in (admission, 2, TRUE);
      g_assert_nonnull (wsm_admission_enter (admission, 4)); /* in all */
      wsm_admission_set_signed_in (admission, 2, FALSE);

      wsm_admission_leave (admission, 1, TRUE);
      wsm_admission_leave (admission, 1, FALSE);
      wsm_admission_leave (admission, 2, FALSE);
      wsm_admission_leave (admission, 3, FALSE);
    }
}

/* journal lines */

static void
test_rarely_is_once_a_minute_for_each (void)
{
  WsmRarely *rarely = wsm_rarely_new ();

  g_assert_true (wsm_rarely_may (rarely, 1, SECOND));
  g_assert_false (wsm_rarely_may (rarely, 1, 2 * SECOND));
  g_assert_true (wsm_rarely_may (rarely, 2, 2 * SECOND));
  g_assert_false (wsm_rarely_may (rarely, 1, SECOND + MINUTE - 1));
  g_assert_true (wsm_rarely_may (rarely, 1, SECOND + MINUTE));

  wsm_rarely_free (rarely);
}

static void
test_rarely_has_a_bound (void)
{
  WsmRarely *rarely = wsm_rarely_new ();
  guint n = 0;

  for (guint64 whom = 1; whom <= 5000; whom++)
    n += wsm_rarely_may (rarely, whom, SECOND);
  g_assert_cmpuint (n, ==, 1024);
  g_assert_true (wsm_rarely_may (rarely, 5000, SECOND + MINUTE));

  wsm_rarely_free (rarely);
}

/* requests a minute */

static void
test_rate_refills_evenly (void)
{
  g_autoptr (WsmRequestRate) rate = wsm_request_rate_new (60);
  gint64 now = 5 * MINUTE;

  for (guint i = 0; i < 60; i++)
    g_assert_true (wsm_request_rate_take (rate, "mara", now));
  g_assert_false (wsm_request_rate_take (rate, "mara", now));
  g_assert_true (wsm_request_rate_take (rate, "otto", now));

  g_assert_false (wsm_request_rate_take (rate, "mara", now + SECOND - 1));
  g_assert_true (wsm_request_rate_take (rate, "mara", now + SECOND));
  g_assert_false (wsm_request_rate_take (rate, "mara", now + SECOND));

  now += 60 * MINUTE; /* however long: a minute's worth */
  for (guint i = 0; i < 60; i++)
    g_assert_true (wsm_request_rate_take (rate, "mara", now));
  g_assert_false (wsm_request_rate_take (rate, "mara", now));
}

static void
test_rate_forgets_only_who_has_all (void)
{
  g_autoptr (WsmRequestRate) rate = wsm_request_rate_new (1);

  g_assert_true (wsm_request_rate_take (rate, "mara", MINUTE));
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *user = g_strdup_printf ("user%u", i);

      g_assert_true (wsm_request_rate_take (rate, user, MINUTE));
    }
  g_assert_false (wsm_request_rate_take (rate, "mara", 2 * MINUTE - 1));
  g_assert_true (wsm_request_rate_take (rate, "mara", 2 * MINUTE));
}

/* repeated messages */

typedef struct
{
  WsmReplayMemory *memory;
  WsmReplayTicket *ticket;
  guint status;
  GBytes *answer;
} Replays;

static WsmReplay
begin (Replays *r, const char *user, const char *id, const char *message, gint64 now)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (message, strlen (message));

  g_clear_pointer (&r->answer, g_bytes_unref);
  return wsm_replay_memory_begin (r->memory, user, id, bytes, now, &r->ticket, &r->status,
                                  &r->answer);
}

static void
end (Replays *r, WsmReplayTicket *ticket, const char *answer)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (answer, strlen (answer));

  wsm_replay_memory_end (r->memory, ticket, 200, bytes);
}

static void
set_up (Replays *r, gconstpointer data)
{
  r->memory = wsm_replay_memory_new (256, G_MAXSIZE);
}

static void
tear_down (Replays *r, gconstpointer data)
{
  g_clear_pointer (&r->answer, g_bytes_unref);
  wsm_replay_memory_free (r->memory);
}

static void
test_replay_tells_what_is_known (Replays *r, gconstpointer data)
{
  WsmReplayTicket *ticket;

  g_assert_cmpint (begin (r, "mara", "uuid:1", "a", 0), ==, WSM_REPLAY_NEW);
  ticket = r->ticket;
  g_assert_cmpint (begin (r, "mara", "uuid:1", "a", 1), ==, WSM_REPLAY_PENDING);
  g_assert_cmpint (begin (r, "mara", "uuid:1", "b", 1), ==, WSM_REPLAY_OTHER_MESSAGE);
  g_assert_cmpint (begin (r, "mara", "UUID:1", "a", 1), ==, WSM_REPLAY_NEW);
  g_assert_cmpint (begin (r, "otto", "uuid:1", "a", 1), ==, WSM_REPLAY_NEW);

  end (r, ticket, "done");
  g_assert_cmpint (begin (r, "mara", "uuid:1", "a", 2), ==, WSM_REPLAY_ANSWERED);
  g_assert_cmpuint (r->status, ==, 200);
  g_assert_cmpstr (g_bytes_get_data (r->answer, NULL), ==, "done");
  g_assert_cmpint (begin (r, "mara", "uuid:1", "b", 2), ==, WSM_REPLAY_OTHER_MESSAGE);
}

static void
test_replay_forgets_after_a_quarter_of_an_hour (Replays *r, gconstpointer data)
{
  g_assert_cmpint (begin (r, "mara", "uuid:1", "a", 0), ==, WSM_REPLAY_NEW);
  end (r, r->ticket, "done");
  g_assert_cmpint (begin (r, "mara", "uuid:2", "a", 0), ==, WSM_REPLAY_NEW); /* pending */

  g_assert_cmpint (begin (r, "mara", "uuid:1", "a", 15 * MINUTE - 1), ==, WSM_REPLAY_ANSWERED);
  g_assert_cmpint (begin (r, "mara", "uuid:1", "a", 15 * MINUTE), ==, WSM_REPLAY_NEW);
  g_assert_cmpint (begin (r, "mara", "uuid:2", "a", 99 * MINUTE), ==, WSM_REPLAY_PENDING);
}

static void
test_replay_keeps_the_last_256 (Replays *r, gconstpointer data)
{
  /* room for more is for what is pending */
  wsm_replay_memory_free (r->memory);
  r->memory = wsm_replay_memory_new (2000, G_MAXSIZE);
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *id = g_strdup_printf ("uuid:%u", i);

      g_assert_cmpint (begin (r, "mara", id, "a", i), ==, WSM_REPLAY_NEW);
      end (r, r->ticket, id);
    }
  g_assert_cmpint (begin (r, "mara", "uuid:999", "a", 1000), ==, WSM_REPLAY_ANSWERED);
  g_assert_cmpint (begin (r, "mara", "uuid:745", "a", 1000), ==, WSM_REPLAY_ANSWERED);
  g_assert_cmpint (begin (r, "mara", "uuid:700", "a", 1000), ==, WSM_REPLAY_NEW);
}

static void
test_replay_never_forgets_what_is_pending (Replays *r, gconstpointer data)
{
  WsmReplayTicket *first = NULL;

  for (guint i = 0; i < 256; i++)
    {
      g_autofree char *id = g_strdup_printf ("uuid:%u", i);

      g_assert_cmpint (begin (r, "mara", id, "a", i), ==, WSM_REPLAY_NEW);
      if (i == 0)
        first = r->ticket;
    }
  g_assert_cmpint (begin (r, "mara", "uuid:x", "a", 1000), ==, WSM_REPLAY_FULL);
  g_assert_cmpint (begin (r, "mara", "uuid:0", "a", 1000), ==, WSM_REPLAY_PENDING);
  end (r, first, "done");
  g_assert_cmpint (begin (r, "mara", "uuid:x", "a", 1000), ==, WSM_REPLAY_NEW);
}

static void
test_replay_keeps_some_octets (Replays *r, gconstpointer data)
{
  WsmReplayTicket *waiting;
  g_autofree char *long_answer = g_strnfill (100, 'x');

  g_test_summary (
    "Long answers push older ones out, but not that they were given, nor the last one");

  wsm_replay_memory_free (r->memory);
  r->memory = wsm_replay_memory_new (256, 10);
  g_assert_cmpint (begin (r, "mara", "uuid:0", "a", 0), ==, WSM_REPLAY_NEW);
  waiting = r->ticket;
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *id = g_strdup_printf ("uuid:%u", i);

      g_assert_cmpint (begin (r, "mara", id, "a", i), ==, WSM_REPLAY_NEW);
      end (r, r->ticket, "12345");
    }
  g_assert_cmpint (begin (r, "mara", "uuid:3", "a", 9), ==, WSM_REPLAY_ANSWERED);
  g_assert_cmpint (begin (r, "mara", "uuid:2", "a", 9), ==, WSM_REPLAY_ANSWERED);
  g_assert_cmpint (begin (r, "mara", "uuid:1", "a", 9), ==, WSM_REPLAY_OVER);
  g_assert_cmpint (begin (r, "mara", "uuid:1", "b", 9), ==, WSM_REPLAY_OTHER_MESSAGE);
  end (r, waiting, long_answer);
  g_assert_cmpint (begin (r, "mara", "uuid:0", "a", 9), ==, WSM_REPLAY_ANSWERED);
  g_assert_cmpint (begin (r, "mara", "uuid:3", "a", 9), ==, WSM_REPLAY_OVER);
}

static void
test_replay_forgets_what_it_is_told_to (Replays *r, gconstpointer data)
{
  g_assert_cmpint (begin (r, "mara", "uuid:1", "a", 0), ==, WSM_REPLAY_NEW);
  wsm_replay_memory_forget (r->memory, r->ticket);
  g_assert_cmpint (begin (r, "mara", "uuid:1", "b", 0), ==, WSM_REPLAY_NEW);
}

static void
test_replay_compares_long_messages (Replays *r, gconstpointer data)
{
  g_autofree char *message = g_strnfill (100000, 'x');

  g_assert_cmpint (begin (r, "mara", "uuid:1", message, 0), ==, WSM_REPLAY_NEW);
  g_assert_cmpint (begin (r, "mara", "uuid:1", message, 0), ==, WSM_REPLAY_PENDING);
  message[99999] = 'y';
  g_assert_cmpint (begin (r, "mara", "uuid:1", message, 0), ==, WSM_REPLAY_OTHER_MESSAGE);
}

/* deadlines */

typedef struct
{
  WsmDeadline deadline;
  WsmDeadline *to_remove;
  guint n_missed;
} Owner;

static void
missed_cb (gpointer user_data)
{
  Owner *owner = user_data;

  owner->n_missed++;
  if (owner->to_remove != NULL)
    wsm_deadline_remove (owner->to_remove);
}

static void
add (Owner *owner, WsmDeadlines *deadlines)
{
  *owner = (Owner){ .deadline = { .missed = missed_cb } };
  owner->deadline.owner = owner;
  wsm_deadline_add (&owner->deadline, deadlines);
}

static void
test_deadlines_come_when_set (void)
{
  WsmDeadlines *deadlines = wsm_deadlines_new (g_main_context_default ());
  gint64 now = g_get_monotonic_time ();
  Owner owners[5];

  for (gsize i = 0; i < G_N_ELEMENTS (owners); i++)
    add (&owners[i], deadlines);
  wsm_deadline_set (&owners[0].deadline, now + 10000);
  wsm_deadline_set (&owners[1].deadline, now + 5000);
  wsm_deadline_set (&owners[1].deadline, now + 20000); /* moved */
  wsm_deadline_set (&owners[2].deadline, now + 3600 * SECOND);
  wsm_deadline_set (&owners[3].deadline, now + 10000);
  wsm_deadline_set (&owners[3].deadline, G_MAXINT64); /* called off */
  wsm_deadline_set (&owners[4].deadline, now + 10000);
  owners[0].to_remove = &owners[4].deadline; /* before or after its own time */

  while (owners[1].n_missed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (g_get_monotonic_time () - now, >=, 20000);
  g_assert_cmpuint (owners[0].n_missed, ==, 1);
  g_assert_cmpuint (owners[1].n_missed, ==, 1);
  g_assert_cmpuint (owners[2].n_missed, ==, 0);
  g_assert_cmpuint (owners[3].n_missed, ==, 0);
  g_assert_cmpuint (owners[4].n_missed, ==, 0);

  for (gsize i = 0; i < G_N_ELEMENTS (owners); i++)
    wsm_deadline_remove (&owners[i].deadline);
  wsm_deadlines_free (deadlines);
}

/* limits */

static void
load (const char *text, WsmServiceLimits *limits, GError **error)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();

  g_assert_true (g_key_file_load_from_data (key_file, text, strlen (text), G_KEY_FILE_NONE, NULL));
  wsm_service_limits_init (limits);
  g_assert_cmpint (wsm_service_limits_load (limits, key_file, error), ==, *error == NULL);
}

static void
test_limits_are_loaded (void)
{
  WsmServiceLimits limits, usual;
  g_autoptr (GError) error = NULL;

  wsm_service_limits_init (&usual);
  g_assert_cmpuint (usual.connections, ==, 128);
  g_assert_cmpuint (usual.body_size, ==, 153600);
  g_assert_cmpuint (usual.failed_sign_in_msec, ==, 2500);

  load ("[other]\nx=y\n", &limits, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (&limits, sizeof limits, &usual, sizeof usual);

  load ("[limits]\nconnections=64\nbody-size = 512000 \nfailed-sign-in-msec=0\n", &limits, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (limits.connections, ==, 64);
  g_assert_cmpuint (limits.body_size, ==, 512000);
  g_assert_cmpuint (limits.failed_sign_in_msec, ==, 0);
  g_assert_cmpuint (limits.handshakes, ==, usual.handshakes);
}

static void
test_wrong_limits_are_named (void)
{
  static const struct
  {
    const char *text, *part;
  } rows[] = {
    { "[limits]\nconections=5\n", "\"conections\"" },
    { "[limits]\nconnections=0\n", "from 1 to 100000" },
    { "[limits]\nconnections=-5\n", "\"connections\"" },
    { "[limits]\nconnections=many\n", "\"many\"" },
    { "[limits]\nconnections=\n", "\"connections\"" },
    { "[limits]\nconnections=5;6\n", "\"connections\"" },
    { "[limits]\nconnections=99999999999999999999\n", "\"connections\"" },
    { "[limits]\nbody-size=512001\n", "to 512000" },
    { "[limits]\nhead-msec=10s\n", "\"head-msec\"" },
    { "[limits]\nhead-msec=0\n", "\"head-msec\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      WsmServiceLimits limits, usual;
      g_autoptr (GError) error = NULL;

      wsm_service_limits_init (&usual);
      load (rows[i].text, &limits, &error);
      g_assert_nonnull (error);
      g_assert_true (error->domain == G_KEY_FILE_ERROR);
      g_assert_nonnull (strstr (error->message, rows[i].part));
      g_assert_cmpmem (&limits, sizeof limits, &usual, sizeof usual);
    }
}

#define ADD_REPLAY(name, function)                                                                 \
  g_test_add ("/service/replay-memory/" name, Replays, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/service/admission/source-is-an-address-or-a-64",
                   test_source_is_an_address_or_a_64);
  g_test_add_func ("/service/admission/source-of-ipv4-on-a-socket-for-both",
                   test_source_of_ipv4_on_a_socket_for_both);
  g_test_add_func ("/service/admission/counts-back-to-nothing",
                   test_admission_counts_back_to_nothing);
  g_test_add_func ("/service/rarely/once-a-minute-for-each", test_rarely_is_once_a_minute_for_each);
  g_test_add_func ("/service/rarely/has-a-bound", test_rarely_has_a_bound);
  g_test_add_func ("/service/request-rate/refills-evenly", test_rate_refills_evenly);
  g_test_add_func ("/service/request-rate/forgets-only-who-has-all",
                   test_rate_forgets_only_who_has_all);
  ADD_REPLAY ("tells-what-is-known", test_replay_tells_what_is_known);
  ADD_REPLAY ("forgets-after-a-quarter-of-an-hour", test_replay_forgets_after_a_quarter_of_an_hour);
  ADD_REPLAY ("keeps-the-last-256", test_replay_keeps_the_last_256);
  ADD_REPLAY ("never-forgets-what-is-pending", test_replay_never_forgets_what_is_pending);
  ADD_REPLAY ("keeps-some-octets", test_replay_keeps_some_octets);
  ADD_REPLAY ("forgets-what-it-is-told-to", test_replay_forgets_what_it_is_told_to);
  ADD_REPLAY ("compares-long-messages", test_replay_compares_long_messages);
  g_test_add_func ("/service/deadlines/come-when-set", test_deadlines_come_when_set);
  g_test_add_func ("/service/service-limits/are-loaded", test_limits_are_loaded);
  g_test_add_func ("/service/service-limits/wrong-ones-are-named", test_wrong_limits_are_named);
  return g_test_run ();
}
