/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "watch-fixture.h"

/* What the watch tells of its agent, and what it makes of trouble. */

/* ------------------------------------------------------------------ what is told */

static void
test_notice_has_all (WatchFixture *f, gconstpointer data)
{
  const CfNotice *notice;
  const CfNoticePerson *person;
  const CfNoticePostponement *postponement;
  const CfNoticeProgram *program;

  g_test_summary ("What the agent tells is all there, and a message that was not sent stays none");

  g_assert_null (watch_get_notice (f));
  watch_set_pending (f, CODE, 5000);
  cf_bus_agent1_set_announced (f->agent, 1000);
  cf_bus_agent1_set_deadline_real (f->agent, 6000);
  cf_bus_agent1_set_first_deadline (f->agent, 4000);
  cf_bus_agent1_set_postpones_left (f->agent, 2);
  cf_bus_agent1_set_postpone_seconds (f->agent, 900);
  cf_bus_agent1_set_postpone_until (f->agent, 9000);
  cf_bus_agent1_set_postpone_until_real (f->agent, G_MAXUINT64);
  cf_bus_agent1_set_changed_by (f->agent, "alice");
  cf_bus_agent1_set_postponements (
    f->agent, g_variant_new_parsed ("[('alice', uint64 7, uint32 60, 'call')]"));
  cf_bus_agent1_set_people (
    f->agent, g_variant_new_parsed ("[(uint32 1000, 'bob', 'other-screen', true, false, true)]"));
  cf_bus_agent1_set_blockers (f->agent, g_variant_new_parsed ("[('apt', 'upgrade', uint32 0)]"));
  cf_bus_agent1_set_blockers_hold (f->agent, TRUE);
  cf_bus_agent1_set_logo (f->agent, "/usr/share/logo.png");
  cf_bus_agent1_set_sound (f->agent, TRUE);
  watch_start_agent (f);
  WAIT_FOR (watch_get_notice (f) != NULL);

  notice = watch_get_notice (f);
  g_assert_cmpint (notice->state, ==, CF_NOTICE_PENDING);
  g_assert_cmpint (notice->action, ==, CF_SHUTDOWN_ACTION_RESTART);
  g_assert_cmpstr (notice->request_code, ==, CODE);
  g_assert_null (notice->message);
  g_assert_cmpstr (notice->requester, ==, "mara from 192.0.2.7");
  g_assert_cmpint (notice->announced_boot_usec, ==, 1000);
  g_assert_cmpint (notice->deadline_boot_usec, ==, 5000);
  g_assert_cmpint (notice->deadline_real_usec, ==, 6000);
  g_assert_cmpint (notice->first_deadline_boot_usec, ==, 4000);
  g_assert_cmpuint (notice->postpones_left, ==, 2);
  g_assert_cmpuint (notice->postpone_seconds, ==, 900);
  g_assert_cmpint (notice->latest_boot_usec, ==, 9000);
  g_assert_cmpint (notice->latest_real_usec, ==, G_MAXINT64);
  g_assert_cmpint (notice->change, ==, CF_NOTICE_ACCEPTED);
  g_assert_cmpstr (notice->changed_by, ==, "alice");
  g_assert_cmpuint (notice->postponements->len, ==, 1);
  postponement = g_ptr_array_index (notice->postponements, 0);
  g_assert_cmpstr (postponement->who, ==, "alice");
  g_assert_cmpuint (postponement->seconds, ==, 60);
  g_assert_cmpint (postponement->real_usec, ==, 7);
  g_assert_cmpstr (postponement->note, ==, "call");
  g_assert_cmpuint (notice->people->len, ==, 1);
  person = g_ptr_array_index (notice->people, 0);
  g_assert_cmpuint (person->uid, ==, 1000);
  g_assert_cmpint (person->place, ==, CF_NOTICE_OTHER_SCREEN);
  g_assert_true (person->is_shown && !person->has_read && person->is_ready);
  program = g_ptr_array_index (notice->blockers, 0);
  g_assert_cmpstr (program->who, ==, "apt");
  g_assert_cmpstr (program->why, ==, "upgrade");
  g_assert_true (notice->is_held && notice->is_rehearsal && notice->has_sound);
  g_assert_false (notice->is_adrift || notice->respects_meetings || notice->show_text_when_locked);
  g_assert_cmpstr (notice->organization, ==, "Contoso IT");
  g_assert_cmpstr (notice->logo_path, ==, "/usr/share/logo.png");

  cf_bus_agent1_set_has_message (f->agent, TRUE);
  watch_flush (f);
  WAIT_FOR (watch_get_notice (f)->message != NULL);
  g_assert_cmpstr (watch_get_notice (f)->message, ==, "");
}

static void
test_rehearsal (WatchFixture *f, gconstpointer data)
{
  g_test_summary (
    "On the session bus anybody may play the agent; on the system bus it is believed");

  watch_start_pending (f);
  g_assert_false (cf_bus_agent1_get_rehearsal (f->agent));
  g_assert_true (watch_get_notice (f)->is_rehearsal);

  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_getenv ("DBUS_SESSION_BUS_ADDRESS"), TRUE);
  g_clear_object (&f->watch);
  f->watch = cf_agent_watch_new (G_BUS_TYPE_SYSTEM);
  WAIT_FOR (watch_is_in_state (f, CF_NOTICE_PENDING));
  g_assert_false (watch_get_notice (f)->is_rehearsal);
  cf_bus_agent1_set_rehearsal (f->agent, TRUE);
  watch_flush (f);
  WAIT_FOR (watch_get_notice (f)->is_rehearsal);
}

static void
test_spares_people (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("A request that does not force spares those who are signed in");

  cf_bus_agent1_set_flags (f->agent, 0x1f & ~0x01u);
  watch_start_pending (f);
  g_assert_true (watch_get_notice (f)->spares_people);
  cf_bus_agent1_set_flags (f->agent, 0x01);
  watch_flush (f);
  WAIT_FOR (!watch_get_notice (f)->spares_people);
}

static void
test_signals_after_properties (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("Whoever hears a signal finds the notice up to date");

  watch_start_pending (f);
  g_string_truncate (f->story, 0);
  cf_bus_agent1_set_deadline (f->agent, 7000);
  cf_bus_agent1_set_change (f->agent, "postponed");
  watch_flush (f);
  cf_bus_agent1_emit_changed (f->agent, "postponed", "alice");
  cf_bus_agent1_set_deadline (f->agent, 8000);
  watch_flush (f);
  cf_bus_agent1_emit_reminder (f->agent, 10, TRUE);
  cf_bus_agent1_emit_changed (f->agent, "unheard-of", "");
  watch_wait_until_heard (f);

  g_assert_cmpstr (f->story->str, ==, "changed 3 to 7000;reminder 10! at 8000;");
}

static void
test_said_while_appearing (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("What an agent says before its properties were asked for is not lost");

  watch_start_agent (f);
  WAIT_FOR (watch_is_in_state (f, CF_NOTICE_IDLE));
  watch_stop_agent (f);
  watch_set_pending (f, CODE, 5000);
  watch_start_agent (f);
  cf_bus_agent1_emit_reminder (f->agent, 5, TRUE);
  WAIT_FOR (watch_is_in_state (f, CF_NOTICE_PENDING));
  watch_wait_until_heard (f);
  g_assert_cmpstr (f->story->str, ==, "reminder 5! at 5000;");
}

static void
test_unknown_words (WatchFixture *f, gconstpointer data)
{
  GVariantBuilder people;

  g_test_summary ("An agent of another version crashes nobody, and lists end somewhere");

  g_variant_builder_init (&people, G_VARIANT_TYPE ("a(ussbbb)"));
  for (guint i = 0; i < 300; i++)
    g_variant_builder_add (&people, "(ussbbb)", i, "somebody", "in-a-dream", FALSE, FALSE, FALSE);
  watch_set_pending (f, CODE, 5000);
  cf_bus_agent1_set_action (f->agent, "evaporate");
  cf_bus_agent1_set_change (f->agent, "dreamt");
  cf_bus_agent1_set_people (f->agent, g_variant_builder_end (&people));
  watch_start_agent (f);
  WAIT_FOR (watch_get_notice (f) != NULL);
  g_assert_cmpint (watch_get_notice (f)->state, ==, CF_NOTICE_PENDING);
  g_assert_cmpint (watch_get_notice (f)->action, ==, CF_SHUTDOWN_ACTION_POWER_OFF);
  g_assert_cmpint (watch_get_notice (f)->change, ==, CF_NOTICE_NO_CHANGE);
  g_assert_cmpuint (watch_get_notice (f)->people->len, ==, 200);

  cf_bus_agent1_set_state (f->agent, "snoozing");
  cf_bus_agent1_set_request_code (f->agent, "");
  watch_set_last (f, CODE, "forgotten", "");
  watch_flush (f);
  WAIT_FOR (f->n_ended == 1);
  g_assert_cmpint (watch_get_notice (f)->state, ==, CF_NOTICE_IDLE);
  g_assert_cmpint (f->ended->outcome, ==, CF_NOTICE_FAILED);
}

/* ------------------------------------------------------------------ how it ends */

static void
test_end_is_told_once (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("Properties and signal both tell the end; people are told once");

  watch_start_pending (f);
  watch_set_idle (f);
  watch_set_last (f, CODE, "called-off", "Mara Lind");
  watch_flush (f);
  cf_bus_agent1_emit_ended (f->agent, CODE, "called-off", "Mara Lind");
  watch_wait_until_heard (f);

  g_assert_cmpstr (f->story->str, ==, CODE " ended 3 (Mara Lind);");
  g_assert_cmpint (f->ended->state, ==, CF_NOTICE_ENDED);
  g_assert_cmpstr (f->ended->requester, ==, "mara from 192.0.2.7");
  g_assert_cmpint (watch_get_notice (f)->state, ==, CF_NOTICE_IDLE);
  g_assert_cmpstr (watch_get_notice (f)->request_code, ==, "");
}

static void
test_end_by_signal_alone (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("As long as only the signal tells how it ended, it is waited for");

  watch_be_patient (f);
  watch_start_pending (f);
  watch_set_idle (f);
  watch_flush (f);
  watch_wait_until_heard (f);
  g_assert_cmpuint (f->n_ended, ==, 0);
  cf_bus_agent1_emit_ended (f->agent, CODE, "vetoed", "backup");
  WAIT_FOR (f->n_ended == 1);
  g_assert_cmpint (f->ended->outcome, ==, CF_NOTICE_VETOED);
  watch_let_grace_pass (f);
  g_assert_cmpuint (f->n_ended, ==, 1);
}

static void
test_another_takes_its_place (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("A request that takes another one's place ends that one, and is followed");

  watch_start_pending (f);
  watch_set_pending (f, NEXT, 9000);
  watch_set_last (f, CODE, "superseded", "kim");
  watch_flush (f);
  cf_bus_agent1_emit_ended (f->agent, CODE, "superseded", "kim");
  cf_bus_agent1_emit_changed (f->agent, "accepted", "");
  watch_wait_until_heard (f);
  g_assert_cmpstr (f->story->str, ==, CODE " ended 4 (kim);changed 1 to 9000;");
  g_assert_cmpstr (watch_get_notice (f)->request_code, ==, NEXT);

  watch_set_idle (f);
  watch_set_last (f, NEXT, "would-act", "");
  watch_flush (f);
  WAIT_FOR (f->n_ended == 2);
  g_assert_cmpint (f->ended->outcome, ==, CF_NOTICE_WOULD_ACT);
}

static void
test_going_down_stays (WatchFixture *f, gconstpointer data)
{
  g_test_summary (
    "The countdown is over and the computer goes down: the notice keeps telling of it");

  watch_start_pending (f);
  cf_bus_agent1_set_state (f->agent, "executing");
  watch_flush (f);
  WAIT_FOR (watch_is_in_state (f, CF_NOTICE_EXECUTING));
  watch_set_idle (f);
  cf_bus_agent1_set_state (f->agent, "executing"); /* the machine does, the request is done */
  watch_set_last (f, CODE, "acted", "");
  watch_flush (f);
  cf_bus_agent1_emit_ended (f->agent, CODE, "acted", "");
  WAIT_FOR (f->n_ended == 1);

  g_assert_cmpstr (f->story->str, ==, CODE " ended 1 ();");
  g_assert_cmpint (watch_get_notice (f)->state, ==, CF_NOTICE_EXECUTING);
  g_assert_cmpstr (watch_get_notice (f)->request_code, ==, CODE);

  watch_stop_agent (f); /* the computer goes down: the agent as well */
  watch_let_grace_pass (f);
  g_assert_false (watch_get_notice (f)->is_adrift);
  g_assert_cmpuint (f->n_ended, ==, 1);
}

static void
test_others_shutdown_is_not_ours (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("Of a shutdown that others began nothing is known, so nothing is told");

  cf_bus_agent1_set_state (f->agent, "executing");
  watch_start_agent (f);
  WAIT_FOR (watch_get_notice (f) != NULL);
  g_assert_cmpint (watch_get_notice (f)->state, ==, CF_NOTICE_IDLE);
}

/* ------------------------------------------------------------------ trouble */

static void
test_restart_is_not_noticed (WatchFixture *f, gconstpointer data)
{
  guint n_notified;

  g_test_summary ("An agent that is killed and comes back goes on; nobody is told");

  watch_be_patient (f);
  watch_start_pending (f);
  watch_stop_agent (f);
  n_notified = f->n_notified;
  cf_bus_agent1_set_change (f->agent, "restored");
  watch_start_agent (f);
  WAIT_FOR (watch_get_notice (f)->change == CF_NOTICE_RESTORED);
  g_assert_cmpuint (f->n_notified, >, n_notified);
  watch_let_grace_pass (f);
  g_assert_false (watch_get_notice (f)->is_adrift);
  g_assert_cmpuint (f->n_ended, ==, 0);
}

static void
test_adrift_and_back (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("An agent that stays away leaves its last word, and is believed when it is back");

  watch_start_pending (f);
  watch_stop_agent (f);
  WAIT_FOR (watch_get_notice (f)->is_adrift);
  g_assert_cmpint (watch_get_notice (f)->state, ==, CF_NOTICE_PENDING);
  g_assert_cmpint (watch_get_notice (f)->deadline_boot_usec, ==, 5000);
  g_assert_cmpstr (watch_get_notice (f)->organization, ==, "Contoso IT");

  watch_start_agent (f);
  WAIT_FOR (!watch_get_notice (f)->is_adrift);
  g_assert_cmpuint (f->n_ended, ==, 0);
}

static void
test_end_out_of_sight (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("What ended while the agent was not seen is told when it is back");

  watch_start_pending (f);
  watch_stop_agent (f);
  watch_set_idle (f);
  watch_set_last (f, CODE, "called-off", "kim");
  watch_start_agent (f);
  WAIT_FOR (f->n_ended == 1);
  g_assert_cmpint (f->ended->outcome, ==, CF_NOTICE_CALLED_OFF);
  g_assert_cmpstr (f->ended->detail, ==, "kim");
  watch_let_grace_pass (f);
  g_assert_cmpuint (f->n_ended, ==, 1);
}

static void
test_end_nobody_knows (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("An agent that has lost everything: the request did not happen, and nobody knows "
                  "why");

  watch_start_pending (f);
  watch_stop_agent (f);
  watch_forget_all (f);
  watch_start_agent (f);
  WAIT_FOR (f->n_ended == 1);
  g_assert_cmpint (f->ended->outcome, ==, CF_NOTICE_FAILED);
  g_assert_cmpstr (f->ended->detail, ==, "");
}

static void
test_silent_agent_is_asked_again (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("An agent that did not tell its properties when it was asked is asked again");

  watch_set_pending (f, CODE, 5000);
  f->connection = watch_connect_to_bus ();
  watch_own_name (f);
  watch_let_grace_pass (f);
  g_assert_null (watch_get_notice (f));
  watch_export_agent (f);
  WAIT_FOR (watch_is_in_state (f, CF_NOTICE_PENDING));
}

static void
test_lost_and_found (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("A request that is there again after a moment has not ended");

  watch_be_patient (f);
  watch_start_pending (f);
  watch_set_idle (f);
  watch_flush (f);
  WAIT_FOR (watch_is_in_state (f, CF_NOTICE_IDLE));
  watch_set_pending (f, CODE, 5000);
  watch_flush (f);
  WAIT_FOR (watch_is_in_state (f, CF_NOTICE_PENDING));
  watch_let_grace_pass (f);
  g_assert_cmpuint (f->n_ended, ==, 0);
}

static void
test_bus_restarts (WatchFixture *f, gconstpointer data)
{
  g_test_summary ("A bus that is started anew is found again, and what happened meanwhile is told");

  watch_start_pending (f);
  watch_stop_agent (f);
  watch_stop_bus (f);
  WAIT_FOR (watch_get_notice (f)->is_adrift);
  watch_start_bus (f);
  watch_set_pending (f, NEXT, 9000);
  watch_set_last (f, CODE, "would-act", "");
  watch_start_agent (f);
  WAIT_FOR (f->n_ended == 1 && watch_is_in_state (f, CF_NOTICE_PENDING));
  g_assert_cmpint (f->ended->outcome, ==, CF_NOTICE_WOULD_ACT);
  g_assert_cmpstr (watch_get_notice (f)->request_code, ==, NEXT);
}

static char *
find_watcher (GDBusConnection *stranger)
{
  g_autoptr (GVariant) answer = NULL;
  g_autofree const char **names = NULL;
  const char *own = g_dbus_connection_get_unique_name (stranger);

  answer = g_dbus_connection_call_sync (stranger, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                        "org.freedesktop.DBus", "ListNames", NULL, NULL,
                                        G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  g_assert_nonnull (answer);
  g_variant_get (answer, "(^a&s)", &names);
  for (gsize i = 0; names[i] != NULL; i++)
    if (names[i][0] == ':' && !g_str_equal (names[i], own))
      return g_strdup (names[i]);
  return NULL;
}

static void
test_strangers_are_not_believed (WatchFixture *f, gconstpointer data)
{
  g_autoptr (GDBusConnection) stranger = NULL;
  g_autofree char *watcher = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("Anybody can send signals that look like the agent's");

  stranger = watch_connect_to_bus ();
  while (watcher == NULL)
    {
      g_main_context_iteration (NULL, FALSE);
      watcher = find_watcher (stranger);
    }
  for (guint round = 0; round < 2; round++)
    {
      const char *to[] = { NULL, watcher };

      for (gsize i = 0; i < G_N_ELEMENTS (to); i++)
        {
          g_dbus_connection_emit_signal (stranger, to[i], PATH, NAME, "Ended",
                                         g_variant_new ("(sss)", CODE, "called-off", "nobody"),
                                         &error);
          g_assert_no_error (error);
          g_dbus_connection_emit_signal (stranger, to[i], PATH, NAME, "Reminder",
                                         g_variant_new ("(ub)", 1, TRUE), &error);
          g_assert_no_error (error);
        }
      if (round == 0)
        watch_start_pending (f);
    }
  g_assert_true (g_dbus_connection_flush_sync (stranger, NULL, NULL));
  watch_wait_until_heard (f);
  g_assert_cmpstr (f->story->str, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, test)                                                                            \
  g_test_add ("/warning/agent-watch/" path, WatchFixture, NULL, watch_set_up, test, watch_tear_down)
  ADD ("notice-has-all", test_notice_has_all);
  ADD ("rehearsal", test_rehearsal);
  ADD ("spares-people", test_spares_people);
  ADD ("signals-come-after-properties", test_signals_after_properties);
  ADD ("said-while-appearing", test_said_while_appearing);
  ADD ("unknown-words-are-survived", test_unknown_words);
  ADD ("end/told-once", test_end_is_told_once);
  ADD ("end/by-signal-alone", test_end_by_signal_alone);
  ADD ("end/another-takes-its-place", test_another_takes_its_place);
  ADD ("end/going-down-stays", test_going_down_stays);
  ADD ("end/others-shutdown-is-not-ours", test_others_shutdown_is_not_ours);
  ADD ("trouble/restart-is-not-noticed", test_restart_is_not_noticed);
  ADD ("trouble/adrift-and-back", test_adrift_and_back);
  ADD ("trouble/end-out-of-sight", test_end_out_of_sight);
  ADD ("trouble/end-nobody-knows", test_end_nobody_knows);
  ADD ("trouble/silent-agent-is-asked-again", test_silent_agent_is_asked_again);
  ADD ("trouble/lost-and-found", test_lost_and_found);
  ADD ("trouble/bus-restarts", test_bus_restarts);
  ADD ("trouble/strangers-are-not-believed", test_strangers_are_not_believed);

  return watch_fixture_run ();
}
