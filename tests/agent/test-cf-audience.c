/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-audience.h"
#include "tests/support/cf-test-clock.h"
#include "tests/support/cf-test-power.h"

#define ALICE 1000u
#define BOB   1001u

typedef struct
{
  CfTestClock *clock;
  CfTestPower *power;
  CfSchedule *schedule;
  CfAudience *audience;
  guint n_changed;
  char *agreed; /* (owned) (nullable): who was the last to be ready */
} Fixture;

static void
changed_cb (Fixture *f)
{
  f->n_changed++;
}

static void
agreed_cb (Fixture *f, const char *who)
{
  g_assert_null (f->agreed);
  f->agreed = g_strdup (who);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->clock = cf_test_clock_new ();
  f->power = cf_test_power_new ();
  f->schedule = cf_schedule_new (CF_CLOCK (f->clock), NULL);
  f->audience = cf_audience_new (f->schedule, CF_POWER (f->power));
  g_signal_connect_swapped (f->audience, "changed", G_CALLBACK (changed_cb), f);
  g_signal_connect_swapped (f->audience, "agreed", G_CALLBACK (agreed_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->audience);
  g_assert_finalize_object (f->schedule);
  g_assert_finalize_object (f->power);
  g_assert_finalize_object (f->clock);
  g_free (f->agreed);
}

static GListStore *
get_sessions (Fixture *f)
{
  return G_LIST_STORE (cf_power_get_sessions (CF_POWER (f->power)));
}

static void
sign_in (Fixture *f, guint32 uid, const char *seat, const char *type, gboolean is_remote,
         gboolean is_active)
{
  g_autofree char *id = g_strdup_printf (
    "c%u", g_list_model_get_n_items (G_LIST_MODEL (get_sessions (f))));
  g_autoptr (CfSession) session = cf_session_new (id, uid, uid == ALICE ? "alice" : "bob", seat, "",
                                                  type, is_remote, is_active);

  g_list_store_append (get_sessions (f), session);
}

static void
sign_in_both (Fixture *f)
{
  sign_in (f, ALICE, "seat0", "wayland", FALSE, TRUE);
  sign_in (f, BOB, "seat0", "x11", FALSE, FALSE);
}

static void
submit (Fixture *f, guint32 flags)
{
  const CfReceiverFacts facts = { .caller_may = TRUE, .action_supported = TRUE };
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  g_autoptr (CfShutdownRequest) request = NULL;

  cf_shutdown_request_builder_add_flags (builder, CF_SHUTDOWN_RESTART | flags);
  cf_shutdown_request_builder_set_grace_seconds (builder, 600);
  cf_shutdown_request_builder_set_postponing (builder, 2, 60);
  request = cf_shutdown_request_builder_end_received (builder, NULL);
  g_assert_cmpuint (
    cf_schedule_submit (f->schedule, request, "mara", CF_SCHEDULE_ORIGIN_CURFEW, &facts), ==, 0);
}

static const CfOnlooker *
find (Fixture *f, guint32 uid)
{
  const GPtrArray *people = cf_audience_get_people (f->audience);

  for (guint i = 0; i < people->len; i++)
    if (((const CfOnlooker *) people->pdata[i])->uid == uid)
      return people->pdata[i];
  return NULL;
}

/* "s" shown, "r" read, "R" ready; "-" for none of them */
static void
assert_knows (Fixture *f, guint32 uid, const char *expected)
{
  const CfOnlooker *onlooker = find (f, uid);
  g_autofree char *text = NULL;

  g_assert_nonnull (onlooker);
  text = g_strconcat (onlooker->is_shown ? "s" : "", onlooker->has_read ? "r" : "",
                      onlooker->is_ready ? "R" : "", NULL);
  g_assert_cmpstr (*text != '\0' ? text : "-", ==, expected);
}

static void
run_idle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_places (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *seat;
    const char *type;
    gboolean is_remote;
    gboolean is_active;
    CfWhere place;
  } cases[] = {
    { "", "tty", TRUE, TRUE, CF_WHERE_REMOTE },
    { "", "wayland", TRUE, TRUE, CF_WHERE_REMOTE },
    { "", "tty", FALSE, TRUE, CF_WHERE_TERMINAL },
    { "seat0", "tty", FALSE, FALSE, CF_WHERE_TERMINAL },
    { "seat0", "x11", FALSE, FALSE, CF_WHERE_OTHER_SCREEN },
    { "seat0", "tty", FALSE, TRUE, CF_WHERE_SCREEN },
    { "seat1", "wayland", FALSE, TRUE, CF_WHERE_SCREEN },
  };

  g_test_summary ("Everybody is there once, at the best of their places");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      sign_in (f, ALICE, cases[i].seat, cases[i].type, cases[i].is_remote, cases[i].is_active);
      g_assert_cmpuint (cf_audience_get_people (f->audience)->len, ==, 1);
      g_assert_cmpint (find (f, ALICE)->place, ==, cases[i].place);
    }
  sign_in (f, ALICE, "", "tty", TRUE, TRUE);
  g_assert_cmpint (find (f, ALICE)->place, ==, CF_WHERE_SCREEN);
  g_assert_cmpstr (find (f, ALICE)->name, ==, "alice");
  g_list_store_remove_all (get_sessions (f));
  g_assert_cmpuint (cf_audience_get_people (f->audience)->len, ==, 0);
}

static void
test_receipts (Fixture *f, gconstpointer data)
{
  g_test_summary ("Receipts are those of the present request, and what was shown of its deadline");

  sign_in_both (f);
  submit (f, CF_SHUTDOWN_NO_FLAGS);
  assert_knows (f, ALICE, "-");
  f->n_changed = 0;
  g_assert_true (cf_audience_note_shown (f->audience, ALICE));
  g_assert_false (cf_audience_note_shown (f->audience, ALICE));
  g_assert_cmpuint (f->n_changed, ==, 1);
  g_assert_true (cf_audience_note_read (f->audience, BOB));
  g_assert_false (cf_audience_note_read (f->audience, BOB));
  g_assert_false (cf_audience_note_shown (f->audience, BOB));
  assert_knows (f, ALICE, "s");
  assert_knows (f, BOB, "sr");

  g_assert_true (cf_schedule_postpone (f->schedule, "alice", 0, NULL, NULL));
  assert_knows (f, ALICE, "-");
  assert_knows (f, BOB, "r");
  g_assert_false (cf_audience_note_shown (f->audience, ALICE));
  assert_knows (f, ALICE, "s");

  submit (f, CF_SHUTDOWN_GRACE_OVERRIDE);
  assert_knows (f, ALICE, "-");
  assert_knows (f, BOB, "-");
  g_assert_true (cf_audience_note_shown (f->audience, ALICE));
}

static void
test_idle (Fixture *f, gconstpointer data)
{
  const CfReceiverFacts facts = { .caller_may = TRUE };
  g_autoptr (GError) error = NULL;

  g_test_summary ("When nothing waits nobody has been shown anything");

  sign_in_both (f);
  submit (f, CF_SHUTDOWN_NO_FLAGS);
  cf_audience_note_read (f->audience, ALICE);
  g_assert_true (cf_audience_set_ready (f->audience, ALICE, TRUE, NULL));
  assert_knows (f, ALICE, "srR");
  cf_schedule_abort (f->schedule, "mara", &facts);
  assert_knows (f, ALICE, "-");
  g_assert_false (cf_audience_set_ready (f->audience, ALICE, TRUE, &error));
  g_assert_error (error, CF_SCHEDULE_ERROR, CF_SCHEDULE_ERROR_NOT_PENDING);
  g_assert_false (cf_audience_is_agreed (f->audience));
}

static void
test_agreed (Fixture *f, gconstpointer data)
{
  g_test_summary ("It is agreed when everybody is ready, and only then");

  submit (f, CF_SHUTDOWN_NO_FLAGS);
  g_assert_false (cf_audience_is_agreed (f->audience));
  sign_in_both (f);
  g_assert_true (cf_audience_set_ready (f->audience, ALICE, TRUE, NULL));
  g_assert_false (cf_audience_is_agreed (f->audience));
  g_assert_true (cf_audience_set_ready (f->audience, ALICE, FALSE, NULL));
  g_assert_true (cf_audience_set_ready (f->audience, BOB, TRUE, NULL));
  g_assert_false (cf_audience_is_agreed (f->audience));
  g_assert_true (cf_audience_set_ready (f->audience, ALICE, TRUE, NULL));
  g_assert_true (cf_audience_is_agreed (f->audience));
  /* whoever asked for it is told by is_agreed */
  run_idle ();
  g_assert_null (f->agreed);

  g_assert_true (cf_schedule_move (f->schedule, "mara", 600, NULL));
  g_assert_false (cf_audience_is_agreed (f->audience));
  assert_knows (f, ALICE, "-");
}

static void
test_sign_out (Fixture *f, gconstpointer data)
{
  g_test_summary ("Who signs out needs not be asked any more; who signs in does");

  sign_in_both (f);
  submit (f, CF_SHUTDOWN_NO_FLAGS);
  g_assert_true (cf_audience_set_ready (f->audience, ALICE, TRUE, NULL));
  g_list_store_remove (get_sessions (f), 0);
  sign_in (f, ALICE, "seat0", "wayland", FALSE, TRUE);
  run_idle ();
  g_assert_null (f->agreed);
  assert_knows (f, ALICE, "-");

  g_list_store_remove (get_sessions (f), 0);
  run_idle ();
  g_assert_null (f->agreed);

  sign_in (f, BOB, "seat0", "x11", FALSE, FALSE);
  g_assert_true (cf_audience_set_ready (f->audience, ALICE, TRUE, NULL));
  g_list_store_remove (get_sessions (f), 1);
  run_idle ();
  g_assert_cmpstr (f->agreed, ==, "alice (uid 1000)");
}

static void
test_comes_back_later (Fixture *f, gconstpointer data)
{
  g_test_summary ("Who was ready, left an empty room and comes back is not ready any more");

  sign_in_both (f);
  submit (f, CF_SHUTDOWN_NO_FLAGS);
  g_assert_true (cf_audience_set_ready (f->audience, ALICE, TRUE, NULL));
  g_list_store_remove (get_sessions (f), 0);
  run_idle ();
  g_list_store_remove (get_sessions (f), 0);
  run_idle ();
  g_assert_null (f->agreed);
  sign_in (f, ALICE, "", "tty", TRUE, TRUE);
  run_idle ();
  g_assert_null (f->agreed);
  g_assert_false (cf_audience_is_agreed (f->audience));
  assert_knows (f, ALICE, "-");
}

static void
test_another_place (Fixture *f, gconstpointer data)
{
  g_autoptr (CfSession)
    behind = cf_session_new ("c0", ALICE, "alice", "seat0", "", "wayland", FALSE, FALSE);
  CfSession *replacement = behind;

  g_test_summary ("A session that goes to the background settles nothing, and takes nothing back");

  sign_in (f, ALICE, "seat0", "wayland", FALSE, TRUE);
  submit (f, CF_SHUTDOWN_NO_FLAGS);
  g_assert_true (cf_audience_set_ready (f->audience, ALICE, TRUE, NULL));
  g_list_store_splice (get_sessions (f), 0, 1, (gpointer *) &replacement, 1);
  run_idle ();
  g_assert_null (f->agreed);
  assert_knows (f, ALICE, "R");
}

static void
test_somebody_is_just_coming (Fixture *f, gconstpointer data)
{
  g_test_summary ("While somebody comes of whom nothing is known yet, nothing is agreed");

  sign_in_both (f);
  submit (f, CF_SHUTDOWN_NO_FLAGS);
  g_assert_true (cf_audience_set_ready (f->audience, ALICE, TRUE, NULL));
  cf_test_power_set_knows_people (f->power, FALSE);
  g_list_store_remove (get_sessions (f), 1);
  run_idle ();
  g_assert_null (f->agreed);
  g_assert_false (cf_audience_is_agreed (f->audience));

  /* it is a greeter, or somebody who is ready already */
  cf_test_power_set_knows_people (f->power, TRUE);
  run_idle ();
  g_assert_cmpstr (f->agreed, ==, "alice (uid 1000)");
}

static void
test_somebody_has_come (Fixture *f, gconstpointer data)
{
  g_test_summary ("Whoever has come in the moment the last one left is asked, too");

  sign_in (f, ALICE, "seat0", "wayland", FALSE, TRUE);
  submit (f, CF_SHUTDOWN_NO_FLAGS);
  cf_test_power_set_knows_people (f->power, FALSE);
  g_assert_true (cf_audience_set_ready (f->audience, ALICE, TRUE, NULL));
  sign_in (f, BOB, "seat0", "x11", FALSE, FALSE);
  cf_test_power_set_knows_people (f->power, TRUE);
  run_idle ();
  g_assert_null (f->agreed);
  g_assert_false (cf_audience_is_agreed (f->audience));
}

static void
test_empty_room (Fixture *f, gconstpointer data)
{
  g_test_summary ("An empty room has agreed to nothing");

  sign_in (f, ALICE, "seat0", "wayland", FALSE, TRUE);
  submit (f, CF_SHUTDOWN_NO_FLAGS);
  g_list_store_remove_all (get_sessions (f));
  run_idle ();
  g_assert_null (f->agreed);
}

static void
test_comes_back_in_time (Fixture *f, gconstpointer data)
{
  g_test_summary ("A session that is replaced by another one leaves nobody out");

  sign_in_both (f);
  submit (f, CF_SHUTDOWN_NO_FLAGS);
  g_assert_true (cf_audience_set_ready (f->audience, ALICE, TRUE, NULL));
  g_list_store_remove (get_sessions (f), 1);
  sign_in (f, BOB, "seat0", "x11", FALSE, FALSE);
  run_idle ();
  g_assert_null (f->agreed);
}

static void
test_host (Fixture *f, gconstpointer data)
{
  g_test_summary ("Who rehearses is at the screen, in front of those who only play being here");

  sign_in (f, BOB, "seat0", "wayland", FALSE, FALSE);
  cf_audience_add_host (f->audience, ALICE, "alice");
  g_assert_cmpuint (cf_audience_get_people (f->audience)->len, ==, 2);
  g_assert_cmpint (find (f, ALICE)->place, ==, CF_WHERE_SCREEN);
  g_assert_cmpint (find (f, BOB)->place, ==, CF_WHERE_OTHER_SCREEN);
  submit (f, CF_SHUTDOWN_NO_FLAGS);
  g_assert_true (cf_audience_set_ready (f->audience, ALICE, TRUE, NULL));
  g_assert_false (cf_audience_is_agreed (f->audience));
}

#define ADD(path, func) g_test_add ("/agent/audience/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("each-once-at-the-best-place", test_places);
  ADD ("receipts-of-the-present-request", test_receipts);
  ADD ("nothing-waits-nothing-is-known", test_idle);
  ADD ("agreed-when-all-are-ready", test_agreed);
  ADD ("sign-out-may-settle-it", test_sign_out);
  ADD ("comes-back-later-and-is-asked", test_comes_back_later);
  ADD ("another-place-settles-nothing", test_another_place);
  ADD ("somebody-is-just-coming", test_somebody_is_just_coming);
  ADD ("somebody-has-come", test_somebody_has_come);
  ADD ("empty-room-agrees-to-nothing", test_empty_room);
  ADD ("replaced-session-leaves-nobody-out", test_comes_back_in_time);
  ADD ("who-rehearses-is-at-the-screen", test_host);
  return g_test_run ();
}
