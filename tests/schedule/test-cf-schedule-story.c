/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "request/cf-win32-code.h"
#include "schedule-fixture.h"

#define N_STORIES 2000
#define N_STEPS   40

/* What has to be true of every schedule, whatever happens to it: held against a model that knows
 * what was promised, and nothing of how the schedule keeps it. */
typedef struct
{
  Fixture *f;
  GRand *random;
  GString *steps; /* for people, if something is not true */

  CfReceiverState state;
  gboolean is_own;
  gboolean was_extended;
  gint64 deadline;      /* as it was told last */
  gint64 told_for_usec; /* what was left then */
  gint64 asleep_usec;   /* before this step */
  guint32 postpones_left;
  GHashTable *reminded; /* minutes, for this deadline */
  gboolean is_timely;   /* the agent runs when its alarms ring */
  gboolean is_starting;

  guint n_accepted;
  guint n_due;
  guint n_ended;
} Story;

static void
check (Story *s, gboolean is_true, const char *what)
{
  if (is_true)
    return;
  g_test_message ("%s", s->steps->str);
  g_error ("not true after these steps: %s", what);
}

#define CHECK(expression) check (s, expression, #expression)

static void
tell (Story *s, gint64 deadline)
{
  s->deadline = deadline;
  s->told_for_usec = deadline - get_now (s->f);
  g_hash_table_remove_all (s->reminded);
}

static void
check_later (Story *s, CfScheduleChange what)
{
  gint64 now = get_now (s->f);
  gint64 left = s->deadline - now;

  CHECK (s->state == CF_RECEIVER_PENDING);
  if (what == CF_SCHEDULE_EXTENDED)
    {
      CHECK (s->is_own && !s->was_extended && left <= 0);
      CHECK (get_deadline (s->f) == now + 5 * MINUTE);
      s->was_extended = TRUE;
    }
  else
    {
      CHECK (cf_clock_get_asleep_usec (CF_CLOCK (s->f->clock)) > s->asleep_usec);
      CHECK (left < MINUTE && left >= -10 * MINUTE);
      CHECK (get_deadline (s->f) == now + (left > 0 ? MINUTE : 5 * MINUTE));
    }
  tell (s, get_deadline (s->f));
}

/* What the test did itself it models where it does it. */
static void
story_changed_cb (Story *s, CfScheduleChange what)
{
  g_string_append_printf (s->steps, " <changed %d>", what);
  switch (what)
    {
    case CF_SCHEDULE_RESTORED:
      CHECK (s->is_starting && s->state != CF_RECEIVER_IDLE);
      CHECK (cf_schedule_get_state (s->f->schedule) == s->state);
      CHECK (get_deadline (s->f) == s->deadline);
      break;
    case CF_SCHEDULE_EXTENDED:
    case CF_SCHEDULE_OVERDUE:
      check_later (s, what);
      break;
    case CF_SCHEDULE_CLOCK_SET:
      CHECK (get_deadline (s->f) == s->deadline);
      break;
    case CF_SCHEDULE_ACCEPTED:
    case CF_SCHEDULE_POSTPONED:
    case CF_SCHEDULE_MOVED:
    default:
      break;
    }
}

static void
story_reminder_cb (Story *s, guint minutes, gboolean mandatory)
{
  gint64 left = s->deadline - get_now (s->f);

  g_string_append_printf (s->steps, " <reminder %u>", minutes);
  CHECK (s->state == CF_RECEIVER_PENDING && left > 0);
  CHECK (minutes * MINUTE >= left && minutes * MINUTE < s->told_for_usec);
  CHECK (g_hash_table_add (s->reminded, GUINT_TO_POINTER (minutes)));
  if (s->is_timely)
    CHECK (minutes * MINUTE == left);
}

static void
story_due_cb (Story *s)
{
  gint64 late_usec = get_now (s->f) - s->deadline;

  g_string_append (s->steps, " <due>");
  CHECK (s->state == CF_RECEIVER_PENDING);
  CHECK (late_usec >= 0 && late_usec <= 10 * MINUTE);
  CHECK (cf_clock_get_asleep_usec (CF_CLOCK (s->f->clock)) - s->asleep_usec < SECOND);
  if (s->is_timely)
    CHECK (late_usec == 0);
  s->state = CF_RECEIVER_EXECUTING;
  s->n_due++;
}

static void
story_ended_cb (Story *s, CfScheduleEntry *entry, CfScheduleOutcome outcome)
{
  g_string_append_printf (s->steps, " <ended %d>", outcome);
  CHECK (s->state != CF_RECEIVER_IDLE);
  if (outcome == CF_SCHEDULE_MISSED)
    CHECK (s->state == CF_RECEIVER_PENDING && get_now (s->f) > s->deadline + 10 * MINUTE);
  else if (outcome == CF_SCHEDULE_ACTED)
    CHECK (s->state == CF_RECEIVER_EXECUTING);
  else
    CHECK (s->state == CF_RECEIVER_PENDING);
  CHECK (outcome != CF_SCHEDULE_FAILED);
  s->state = CF_RECEIVER_IDLE;
  s->n_ended++;
}

static void
connect_story (Fixture *f, gpointer story)
{
  g_signal_connect_swapped (f->schedule, "changed", G_CALLBACK (story_changed_cb), story);
  g_signal_connect_swapped (f->schedule, "reminder", G_CALLBACK (story_reminder_cb), story);
  g_signal_connect_swapped (f->schedule, "due", G_CALLBACK (story_due_cb), story);
  g_signal_connect_swapped (f->schedule, "ended", G_CALLBACK (story_ended_cb), story);
}

static gint64
draw_seconds (Story *s)
{
  static const gint64 usual[] = { 0, 1, 5, 59, 60, 61, 240, 300, 301, 600, 601, 3600 };

  if (g_rand_boolean (s->random))
    return usual[g_rand_int_range (s->random, 0, G_N_ELEMENTS (usual))];
  return g_rand_int_range (s->random, 0, g_rand_boolean (s->random) ? 900 : 3 * 3600);
}

static void
step_submit (Story *s)
{
  gboolean overrides = g_rand_int_range (s->random, 0, 5) == 0;
  gboolean is_own = !overrides && g_rand_boolean (s->random);
  guint32 grace = overrides ? 0 : (guint32) draw_seconds (s);
  guint32 limit = is_own ? (guint32) g_rand_int_range (s->random, 0, 4) : 0;
  gboolean fits = s->state == CF_RECEIVER_IDLE || (s->state == CF_RECEIVER_PENDING && overrides);
  guint32 code;

  g_string_append_printf (s->steps, "\nsubmit %u override %d own %d", grace, overrides, is_own);
  code = is_own ? submit_own (s->f, grace, limit, limit > 0 ? 900 : 0)
                : submit (s->f, CF_SHUTDOWN_RESTART | (overrides ? CF_SHUTDOWN_GRACE_OVERRIDE : 0),
                          grace);
  CHECK ((code == CF_WIN32_SUCCESS) == fits);
  if (!fits)
    return;
  s->n_accepted++;
  s->state = CF_RECEIVER_PENDING;
  s->is_own = is_own;
  s->was_extended = FALSE;
  s->postpones_left = limit;
  s->asleep_usec = cf_clock_get_asleep_usec (CF_CLOCK (s->f->clock));
  tell (s, get_now (s->f) + grace * SECOND);
}

static void
step_postpone (Story *s)
{
  guint32 seconds = (guint32) draw_seconds (s);
  gboolean fits = s->state == CF_RECEIVER_PENDING && s->postpones_left > 0 && seconds <= 900;

  g_string_append_printf (s->steps, "\npostpone %u", seconds);
  CHECK (cf_schedule_postpone (s->f->schedule, "alice", seconds, "later", NULL) == fits);
  if (!fits)
    return;
  s->postpones_left--;
  tell (s, s->deadline + (seconds > 0 ? seconds : 900) * SECOND);
}

static void
step_move (Story *s)
{
  guint32 seconds = (guint32) draw_seconds (s);
  gboolean fits = s->state == CF_RECEIVER_PENDING;

  g_string_append_printf (s->steps, "\nmove %u", seconds);
  CHECK (cf_schedule_move (s->f->schedule, "mara", seconds, NULL) == fits);
  if (fits)
    tell (s, get_now (s->f) + seconds * SECOND);
}

static void
step_end (Story *s)
{
  gboolean supersedes = g_rand_boolean (s->random);
  guint n_ended = s->n_ended;

  g_string_append_printf (s->steps, "\nend %d", supersedes);
  if (s->state == CF_RECEIVER_EXECUTING)
    cf_schedule_finish (s->f->schedule, CF_SCHEDULE_ACTED, NULL);
  else if (g_rand_int_range (s->random, 0, 3) > 0)
    return;
  else if (supersedes)
    cf_schedule_supersede (s->f->schedule, NULL);
  else
    CHECK ((call_off (s->f) == CF_WIN32_SUCCESS) == (s->n_ended > n_ended));
  CHECK (s->state == CF_RECEIVER_IDLE);
}

static void
step_shown (Story *s)
{
  static const guint minutes[] = { 0, 1, 5, 10, 60, 240 };
  guint i = (guint) g_rand_int_range (s->random, 0, G_N_ELEMENTS (minutes));

  g_string_append_printf (s->steps, "\nshown %u", minutes[i]);
  CHECK (cf_schedule_note_shown (s->f->schedule, "K7M-2QX", minutes[i], NULL) ==
         (s->state == CF_RECEIVER_PENDING));
}

static void
step_time (Story *s)
{
  gint64 usec = draw_seconds (s) * SECOND + g_rand_int_range (s->random, -1, 2);
  gint32 how = g_rand_int_range (s->random, 0, 8);

  usec = MAX (usec, 0);
  g_string_append_printf (s->steps, "\ntime %d: %" G_GINT64_FORMAT, how, usec);
  switch (how)
    {
    case 0:
      cf_test_clock_sleep (s->f->clock, usec);
      break;
    case 1:
      cf_test_clock_advance (s->f->clock, usec);
      break;
    case 2:
      cf_test_clock_set_by (s->f->clock, (usec % 2 ? -24 : 24) * HOUR + usec);
      break;
    case 3:
      cf_test_clock_ring_early (s->f->clock);
      break;
    default:
      s->is_timely = TRUE;
      cf_test_clock_run (s->f->clock, usec);
      s->is_timely = FALSE;
    }
  if (s->f->schedule != NULL)
    s->asleep_usec = cf_clock_get_asleep_usec (CF_CLOCK (s->f->clock));
}

static void
step_crash (Story *s)
{
  g_string_append (s->steps, "\ncrash");
  kill_agent (s->f);
  while (g_rand_boolean (s->random))
    step_time (s);
  g_string_append (s->steps, "\nstart");
  s->is_starting = TRUE;
  start_agent (s->f);
  s->is_starting = FALSE;
  s->asleep_usec = cf_clock_get_asleep_usec (CF_CLOCK (s->f->clock));
}

static void
take_step (Story *s)
{
  static void (*const steps[]) (Story * s) = {
    step_submit,   step_submit, step_time, step_time,  step_time,  step_time,
    step_postpone, step_move,   step_end,  step_shown, step_crash,
  };

  steps[g_rand_int_range (s->random, 0, G_N_ELEMENTS (steps))](s);
  CHECK (cf_schedule_get_state (s->f->schedule) == s->state);
  CHECK (s->n_accepted == s->n_ended + (s->state != CF_RECEIVER_IDLE));
  CHECK (s->n_due <= s->n_accepted);
  CHECK (g_file_test (s->f->path, G_FILE_TEST_EXISTS) == (s->state != CF_RECEIVER_IDLE));
  if (s->state == CF_RECEIVER_PENDING)
    {
      CHECK (get_deadline (s->f) == s->deadline);
      CHECK (cf_schedule_entry_get_postpones_left (cf_schedule_get_entry (s->f->schedule)) ==
             s->postpones_left);
    }
}

static void
tell_story (guint32 seed, guint *n_due, guint *n_accepted)
{
  Fixture f = { 0 };
  Story story = { .f = &f };

  story.random = g_rand_new_with_seed (seed);
  story.steps = g_string_new (NULL);
  story.reminded = g_hash_table_new (NULL, NULL);
  g_string_printf (story.steps, "story %u:", seed);
  f.connect = connect_story;
  f.story = &story;
  set_up (&f, NULL);
  for (guint i = 0; i < N_STEPS; i++)
    take_step (&story);
  *n_due += story.n_due;
  *n_accepted += story.n_accepted;
  tear_down (&f, NULL);
  g_hash_table_unref (story.reminded);
  g_string_free (story.steps, TRUE);
  g_rand_free (story.random);
}

static void
test_stories (void)
{
  guint n_due = 0;
  guint n_accepted = 0;

  g_test_summary ("Never early, at most once, each accepted request ends once, crashes or not");

  for (guint i = 0; i < N_STORIES; i++)
    tell_story ((guint32) g_test_rand_int (), &n_due, &n_accepted);
  g_test_message ("%u stories: %u accepted, %u due", N_STORIES, n_accepted, n_due);
  g_assert_cmpuint (n_due, >, N_STORIES); /* or they would prove little */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/story/promises-are-kept", test_stories);
  return g_test_run ();
}
