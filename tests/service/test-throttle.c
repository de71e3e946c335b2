/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsman/service/wsm-throttle.h"
#include "wsman/service/wsm-until-table.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define MINUTE (60 * SECOND)
#define DAY    (24 * 60 * MINUTE)
#define START  (1000 * SECOND)

#define HERE  0xffffffff00000001u
#define THERE 0xffffffff00000002u

typedef struct
{
  WsmServiceLimits limits;
  WsmThrottle *throttle;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  wsm_service_limits_init (&f->limits);
  f->throttle = wsm_throttle_new (&f->limits);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  wsm_throttle_free (f->throttle);
}

static void
fail_times (Fixture *f, guint times, WsmSource source, const char *user, gint64 now_usec)
{
  for (guint i = 0; i < times; i++)
    wsm_throttle_note (f->throttle, WSM_THROTTLE_FAILED, source, user, now_usec);
}

static guint
get_wait (Fixture *f, WsmSource source, const char *user, gint64 now_usec)
{
  return wsm_throttle_get_wait_seconds (f->throttle, source, user, now_usec);
}

static void
test_failures_add_up (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (get_wait (f, HERE, NULL, START), ==, 0);
  fail_times (f, 3, HERE, NULL, START);
  g_assert_cmpuint (get_wait (f, HERE, NULL, START), ==, 0);
  fail_times (f, 1, HERE, NULL, START);
  g_assert_cmpuint (get_wait (f, HERE, NULL, START), ==, 5);
  g_assert_cmpuint (get_wait (f, THERE, NULL, START), ==, 0);
}

static void
test_penalties_pass (Fixture *f, gconstpointer data)
{
  fail_times (f, 4, HERE, NULL, START);

  g_assert_cmpuint (get_wait (f, HERE, NULL, START + 1), ==, 5);
  g_assert_cmpuint (get_wait (f, HERE, NULL, START + SECOND), ==, 4);
  g_assert_cmpuint (get_wait (f, HERE, NULL, START + 5 * SECOND - 1), ==, 1);
  g_assert_cmpuint (get_wait (f, HERE, NULL, START + 5 * SECOND), ==, 0);

  /* 15 s are left of the four, 5 of which are gone by then */
  fail_times (f, 1, HERE, NULL, START + 10 * SECOND);
  g_assert_cmpuint (get_wait (f, HERE, NULL, START + 10 * SECOND), ==, 0);
  fail_times (f, 1, HERE, NULL, START + 10 * SECOND);
  g_assert_cmpuint (get_wait (f, HERE, NULL, START + 10 * SECOND), ==, 5);

  /* nothing is saved up */
  fail_times (f, 4, HERE, NULL, START + DAY);
  g_assert_cmpuint (get_wait (f, HERE, NULL, START + DAY), ==, 5);
}

static void
test_abandoned_costs_more (Fixture *f, gconstpointer data)
{
  wsm_throttle_note (f->throttle, WSM_THROTTLE_ABANDONED, HERE, NULL, START);
  g_assert_cmpuint (get_wait (f, HERE, NULL, START), ==, 0);
  wsm_throttle_note (f->throttle, WSM_THROTTLE_ABANDONED, HERE, NULL, START);
  g_assert_cmpuint (get_wait (f, HERE, NULL, START), ==, 5);
}

static void
test_penalties_have_a_limit (Fixture *f, gconstpointer data)
{
  fail_times (f, 1000, HERE, "mara", START);

  g_assert_cmpuint (get_wait (f, HERE, NULL, START), ==, 600 - 15);
  g_assert_cmpuint (get_wait (f, THERE, "mara", START), ==, 600 - 15);
  g_assert_cmpuint (get_wait (f, HERE, "mara", START + (600 - 15) * SECOND), ==, 0);
}

static void
test_guessing_has_a_rate (Fixture *f, gconstpointer data)
{
  guint attempts = 0;

  g_test_summary ("Who tries whenever it is allowed has 12 attempts a minute");

  for (gint64 now = START; now < START + 60 * MINUTE; now += SECOND / 2)
    if (get_wait (f, HERE, NULL, now) == 0)
      {
        fail_times (f, 1, HERE, NULL, now);
        attempts++;
      }

  g_assert_cmpuint (attempts, >=, 12 * 60);
  g_assert_cmpuint (attempts, <=, 12 * 60 + 4);
}

static void
test_a_limit_is_taken (Fixture *f, gconstpointer data)
{
  g_autoptr (WsmThrottle) strict = NULL;
  g_autoptr (WsmThrottle) none = NULL;

  f->limits.throttle_seconds = 1;
  strict = wsm_throttle_new (&f->limits);
  wsm_throttle_note (strict, WSM_THROTTLE_FAILED, HERE, NULL, START);
  g_assert_cmpuint (wsm_throttle_get_wait_seconds (strict, HERE, NULL, START), ==, 4);

  f->limits.throttle_seconds = 600;
  none = wsm_throttle_new (&f->limits);
  for (guint i = 0; i < 1000; i++)
    wsm_throttle_note (none, WSM_THROTTLE_FAILED, HERE, "mara", START);
  g_assert_cmpuint (wsm_throttle_get_wait_seconds (none, HERE, "mara", START), ==, 0);
}

static void
test_a_name_is_throttled_everywhere (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 4; i++)
    fail_times (f, 1, HERE + i, "mara", START);

  g_assert_cmpuint (get_wait (f, HERE, NULL, START), ==, 0);
  g_assert_cmpuint (get_wait (f, HERE, "mara", START), ==, 5);
  g_assert_cmpuint (get_wait (f, HERE + 10, "mara", START), ==, 5);
  g_assert_cmpuint (get_wait (f, HERE + 10, "MARA", START), ==, 5);
  g_assert_cmpuint (get_wait (f, HERE + 10, "kim", START), ==, 0);
  g_assert_cmpuint (get_wait (f, HERE + 10, "", START), ==, 0);
  g_assert_cmpuint (get_wait (f, HERE + 10, NULL, START), ==, 0);
}

static void
test_names_need_not_be_utf8 (Fixture *f, gconstpointer data)
{
  fail_times (f, 4, HERE, "\xff\xc3", START);
  g_assert_cmpuint (get_wait (f, THERE, "\xff\xc3", START), ==, 5);
  g_assert_cmpuint (get_wait (f, THERE, "\xc3", START), ==, 0);
}

static void
test_nobody_locks_out_who_is_known (Fixture *f, gconstpointer data)
{
  wsm_throttle_note (f->throttle, WSM_THROTTLE_SUCCEEDED, HERE, "mara", START);
  fail_times (f, 100, THERE, "mara", START + 1);

  g_assert_cmpuint (get_wait (f, HERE, "mara", START + 1), ==, 0);
  g_assert_cmpuint (get_wait (f, HERE + 10, "mara", START + 1), >, 0);
  /* another who is known there is not mara */
  fail_times (f, 100, THERE, "kim", START + 1);
  g_assert_cmpuint (get_wait (f, HERE, "kim", START + 1), >, 0);

  /* for a day */
  fail_times (f, 100, THERE, "mara", START + DAY - SECOND);
  g_assert_cmpuint (get_wait (f, HERE, "mara", START + DAY - SECOND), ==, 0);
  g_assert_cmpuint (get_wait (f, HERE, "mara", START + DAY), >, 0);
}

static void
test_slips_of_who_is_known_stay_there (Fixture *f, gconstpointer data)
{
  wsm_throttle_note (f->throttle, WSM_THROTTLE_SUCCEEDED, HERE, "mara", START);
  fail_times (f, 4, HERE, "mara", START);

  g_assert_cmpuint (get_wait (f, HERE, "mara", START), ==, 5);
  g_assert_cmpuint (get_wait (f, THERE, "mara", START), ==, 0);
}

static void
test_a_success_takes_nothing_away (Fixture *f, gconstpointer data)
{
  fail_times (f, 4, HERE, "kim", START);
  wsm_throttle_note (f->throttle, WSM_THROTTLE_SUCCEEDED, HERE, "mara", START);

  g_assert_cmpuint (get_wait (f, HERE, NULL, START), ==, 5);
  g_assert_cmpuint (get_wait (f, HERE, "mara", START), ==, 5);
  g_assert_cmpuint (get_wait (f, THERE, "kim", START), ==, 5);
}

static void
test_clients_of_a_web_server_are_not_one (Fixture *f, gconstpointer data)
{
  wsm_throttle_note (f->throttle, WSM_THROTTLE_SUCCEEDED, WSM_SOURCE_FRONT, "mara", START);
  fail_times (f, 100, WSM_SOURCE_FRONT, "mara", START);

  g_assert_cmpuint (get_wait (f, WSM_SOURCE_FRONT, NULL, START), ==, 0);
  g_assert_cmpuint (get_wait (f, WSM_SOURCE_FRONT, "mara", START), >, 0);
}

static guint
take_checks (Fixture *f, guint wanted, WsmSource source, gint64 now_usec)
{
  guint taken = 0;

  for (guint i = 0; i < wanted; i++)
    if (wsm_throttle_take_password_check (f->throttle, source, now_usec))
      taken++;

  return taken;
}

static void
test_password_checks_are_kept_for_who_is_known (Fixture *f, gconstpointer data)
{
  wsm_throttle_note (f->throttle, WSM_THROTTLE_SUCCEEDED, THERE, "mara", START);

  g_assert_cmpuint (take_checks (f, 100, HERE, START), ==, 40);
  g_assert_cmpuint (take_checks (f, 100, THERE, START), ==, 20);
  g_assert_cmpuint (take_checks (f, 1, WSM_SOURCE_FRONT, START), ==, 0);

  /* a day later it is not known any more */
  g_assert_cmpuint (take_checks (f, 100, HERE, START + DAY), ==, 40);
  g_assert_cmpuint (take_checks (f, 100, THERE, START + DAY), ==, 0);
}

static void
test_who_is_known_leaves_the_rest (Fixture *f, gconstpointer data)
{
  wsm_throttle_note (f->throttle, WSM_THROTTLE_SUCCEEDED, THERE, NULL, START);

  g_assert_cmpuint (take_checks (f, 15, THERE, START), ==, 15);
  g_assert_cmpuint (take_checks (f, 100, HERE, START), ==, 40);
  g_assert_cmpuint (take_checks (f, 100, THERE, START), ==, 5);
}

static void
test_password_checks_never_exceed_a_minute (Fixture *f, gconstpointer data)
{
  const gint64 step = SECOND / 7;
  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_test_summary ("60 of them at most in any 60 s, wherever these begin, and no fewer for long");

  wsm_throttle_note (f->throttle, WSM_THROTTLE_SUCCEEDED, THERE, "mara", START);
  for (gint64 now = START + 600 * 1000; now < START + 10 * MINUTE; now += step)
    if (wsm_throttle_take_password_check (f->throttle, THERE, now))
      g_array_append_val (taken, now);

  for (guint i = 60; i < taken->len; i++)
    g_assert_cmpint (g_array_index (taken, gint64, i) - g_array_index (taken, gint64, i - 60), >=,
                     MINUTE);
  g_assert_cmpuint (taken->len, >=, 9 * 60);
}

static void
test_checks_have_a_limit (Fixture *f, gconstpointer data)
{
  f->limits.password_checks_per_minute = 1;
  wsm_throttle_free (f->throttle);
  f->throttle = wsm_throttle_new (&f->limits);

  g_assert_cmpuint (take_checks (f, 10, HERE, START), ==, 1);
  g_assert_cmpuint (take_checks (f, 10, HERE, START + MINUTE), ==, 0);
  g_assert_cmpuint (take_checks (f, 10, HERE, START + MINUTE + SECOND), ==, 1);
}

/* what it all is kept in */

static void
test_table_forgets_the_first_to_end (void)
{
  g_autoptr (WsmUntilTable) table = wsm_until_table_new (3);

  wsm_until_table_set (table, 1, 30, 1);
  wsm_until_table_set (table, 2, 10, 1);
  wsm_until_table_set (table, 3, 20, 1);
  wsm_until_table_set (table, 2, 40, 1);
  wsm_until_table_set (table, 4, 5, 1);

  g_assert_cmpint (wsm_until_table_get (table, 1), ==, 30);
  g_assert_cmpint (wsm_until_table_get (table, 2), ==, 40);
  g_assert_cmpint (wsm_until_table_get (table, 3), ==, 0);
  g_assert_cmpint (wsm_until_table_get (table, 4), ==, 5);
  g_assert_cmpuint (wsm_until_table_get_size (table), ==, 3);

  /* nobody is kept whose time is over */
  wsm_until_table_set (table, 5, 50, 35);
  g_assert_cmpuint (wsm_until_table_get_size (table), ==, 2);
  g_assert_cmpint (wsm_until_table_get (table, 2), ==, 40);
  g_assert_cmpint (wsm_until_table_get (table, 5), ==, 50);
}

/* The same by a list that is searched each time. */
typedef struct
{
  guint64 key;
  gint64 until;
} Item;

static void
model_set (GArray *items, guint max, guint64 key, gint64 until, gint64 now)
{
  Item item = { key, until };

  for (guint i = 0; i < items->len; i++)
    if (g_array_index (items, Item, i).key == key)
      {
        g_array_index (items, Item, i).until = until;
        return;
      }

  for (;;)
    {
      guint first = 0;

      for (guint i = 1; i < items->len; i++)
        if (g_array_index (items, Item, i).until < g_array_index (items, Item, first).until)
          first = i;
      if (items->len == 0 || (items->len < max && g_array_index (items, Item, first).until > now))
        break;
      g_array_remove_index (items, first);
    }
  g_array_append_val (items, item);
}

static void
test_table_is_right_by_chance (void)
{
  const guint max = 40;
  g_autoptr (WsmUntilTable) table = wsm_until_table_new (max);
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (Item));
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  guint most = 0;

  for (gint64 now = 1; now < 20000; now++)
    {
      guint64 key = (guint64) g_rand_int_range (rand, 1, 100);
      /* no two end at once, or either could give way */
      gint64 until = (now + g_rand_int_range (rand, -5, 80)) * 100000 + now;

      wsm_until_table_set (table, key, until, now * 100000);
      model_set (items, max, key, until, now * 100000);

      most = MAX (most, items->len);
      g_assert_cmpuint (wsm_until_table_get_size (table), ==, items->len);
      for (guint i = 0; i < items->len; i++)
        g_assert_cmpint (wsm_until_table_get (table, g_array_index (items, Item, i).key), ==,
                         g_array_index (items, Item, i).until);
    }

  g_assert_cmpuint (most, ==, max);
}

static void
test_table_takes_many (void)
{
  const guint max = 65536;
  g_autoptr (WsmUntilTable) table = wsm_until_table_new (max);

  for (guint i = 1; i <= 4 * max; i++)
    wsm_until_table_set (table, i, START + i * 7919LL % 65521, START);

  g_assert_cmpuint (wsm_until_table_get_size (table), <=, max);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/service/throttle/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("failures-add-up", test_failures_add_up);
  ADD ("penalties-pass", test_penalties_pass);
  ADD ("abandoned-costs-more", test_abandoned_costs_more);
  ADD ("penalties-have-a-limit", test_penalties_have_a_limit);
  ADD ("guessing-has-a-rate", test_guessing_has_a_rate);
  ADD ("a-limit-is-taken", test_a_limit_is_taken);
  ADD ("a-name-is-throttled-everywhere", test_a_name_is_throttled_everywhere);
  ADD ("names-need-not-be-utf8", test_names_need_not_be_utf8);
  ADD ("nobody-locks-out-who-is-known", test_nobody_locks_out_who_is_known);
  ADD ("slips-of-who-is-known-stay-there", test_slips_of_who_is_known_stay_there);
  ADD ("a-success-takes-nothing-away", test_a_success_takes_nothing_away);
  ADD ("clients-of-a-web-server-are-not-one", test_clients_of_a_web_server_are_not_one);
  ADD ("password-checks-are-kept-for-who-is-known", test_password_checks_are_kept_for_who_is_known);
  ADD ("who-is-known-leaves-the-rest", test_who_is_known_leaves_the_rest);
  ADD ("password-checks-never-exceed-a-minute", test_password_checks_never_exceed_a_minute);
  ADD ("checks-have-a-limit", test_checks_have_a_limit);
  g_test_add_func ("/service/until-table/forgets-the-first-to-end",
                   test_table_forgets_the_first_to_end);
  g_test_add_func ("/service/until-table/is-right-by-chance", test_table_is_right_by_chance);
  g_test_add_func ("/service/until-table/takes-many", test_table_takes_many);

  return g_test_run ();
}
