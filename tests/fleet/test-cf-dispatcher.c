/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet/cf-dispatcher.h"

/* An errand that does what a test tells it, without a network. */
#define TEST_TYPE_ERRAND (test_errand_get_type ())
G_DECLARE_FINAL_TYPE (TestErrand, test_errand, TEST, ERRAND, CfErrand)

struct _TestErrand
{
  CfErrand parent_instance;

  guint n_rests;  /* steps that end in a rest before the last one */
  gboolean hangs; /* its step ends only when it is told, or cancelled */
  guint n_steps;
  gulong cancelled_id;
};

G_DEFINE_FINAL_TYPE (TestErrand, test_errand, CF_TYPE_ERRAND)

static guint n_in_step;
static guint most_in_step;

static void
end_step (TestErrand *self)
{
  n_in_step--;
  if (self->n_steps <= self->n_rests)
    cf_errand_rest (CF_ERRAND (self), 1);
  else
    cf_errand_settle (CF_ERRAND (self), CF_ERRAND_ACCEPTED);
}

static gboolean
later_cb (gpointer user_data)
{
  end_step (user_data);
  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  CfErrand *errand = user_data;

  n_in_step--;
  cf_errand_settle (errand, CF_ERRAND_UNKNOWN);
}

static void
test_errand_step (CfErrand *errand, WsmClient *client)
{
  TestErrand *self = TEST_ERRAND (errand);

  g_assert_true (WSM_IS_CLIENT (client));
  self->n_steps++;
  n_in_step++;
  most_in_step = MAX (most_in_step, n_in_step);
  cf_errand_set_state (errand, CF_ERRAND_SENT);
  if (self->hangs)
    self->cancelled_id = g_signal_connect (cf_errand_get_cancellable (errand), "cancelled",
                                           G_CALLBACK (cancelled_cb), self);
  else
    g_idle_add (later_cb, self);
}

static void
test_errand_class_init (TestErrandClass *class)
{
  CF_ERRAND_CLASS (class)->step = test_errand_step;
}

static void
test_errand_init (TestErrand *self)
{
}

typedef struct
{
  CfContact *contact;
  WsmEndpoint *endpoint;
  CfDispatcher *dispatcher;
  guint n_finished;
} Fixture;

static void
finished_cb (Fixture *f)
{
  f->n_finished++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pin = g_strnfill (64, 'a');
  CfContactOptions options = { .pin = pin };

  f->contact = cf_contact_new (&options, &error);
  g_assert_no_error (error);
  f->endpoint = wsm_endpoint_parse ("http://127.0.0.1:9", NULL, NULL);
  f->dispatcher = cf_dispatcher_new (3);
  g_signal_connect_swapped (f->dispatcher, "finished", G_CALLBACK (finished_cb), f);
  n_in_step = most_in_step = 0;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->dispatcher);
  wsm_endpoint_unref (f->endpoint);
  cf_contact_unref (f->contact);
}

static TestErrand *
add (Fixture *f, guint n_rests, gboolean hangs)
{
  g_autoptr (TestErrand) errand = g_object_new (TEST_TYPE_ERRAND, NULL);

  errand->n_rests = n_rests;
  errand->hangs = hangs;
  cf_errand_init_target (CF_ERRAND (errand), "pc", f->endpoint, f->contact);
  cf_dispatcher_add (f->dispatcher, CF_ERRAND (errand));
  return errand; /* the dispatcher's */
}

static void
run (Fixture *f)
{
  while (f->n_finished == 0)
    g_main_context_iteration (NULL, TRUE);
  /* whatever else may come */
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
test_bounded (Fixture *f, gconstpointer data)
{
  g_test_summary ("No more errands are in a step than allowed, and all get their turn");

  for (guint i = 0; i < 20; i++)
    add (f, 0, FALSE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->dispatcher)), ==, 20);
  cf_dispatcher_start (f->dispatcher);
  g_assert_cmpuint (cf_dispatcher_get_n_running (f->dispatcher), ==, 3);
  g_assert_cmpuint (f->n_finished, ==, 0);
  run (f);

  g_assert_cmpuint (f->n_finished, ==, 1);
  g_assert_cmpuint (most_in_step, ==, 3);
  g_assert_cmpuint (cf_dispatcher_get_n_settled (f->dispatcher), ==, 20);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (CfErrand) errand = g_list_model_get_item (G_LIST_MODEL (f->dispatcher), i);

      g_assert_cmpint (cf_errand_get_state (errand), ==, CF_ERRAND_ACCEPTED);
    }
}

static void
test_resting_takes_no_place (Fixture *f, gconstpointer data)
{
  TestErrand *patient[6];
  TestErrand *quick;

  g_test_summary ("Errands that rest, or go round for long, do not keep others from their turn");

  for (gsize i = 0; i < G_N_ELEMENTS (patient); i++)
    patient[i] = add (f, 3, FALSE);
  quick = add (f, 0, FALSE);
  cf_dispatcher_start (f->dispatcher);
  while (!cf_errand_is_settled (CF_ERRAND (quick)))
    g_main_context_iteration (NULL, TRUE);

  g_assert_false (cf_errand_is_settled (CF_ERRAND (patient[5])));
  run (f);
  for (gsize i = 0; i < G_N_ELEMENTS (patient); i++)
    g_assert_cmpuint (patient[i]->n_steps, ==, 4);
}

static void
test_hanging_delays_nobody (Fixture *f, gconstpointer data)
{
  TestErrand *last;

  g_test_summary ("With a place left, hosts that hang delay no other");

  add (f, 0, TRUE);
  add (f, 0, TRUE);
  for (guint i = 0; i < 9; i++)
    add (f, 0, FALSE);
  last = add (f, 0, FALSE);
  cf_dispatcher_start (f->dispatcher);
  while (!cf_errand_is_settled (CF_ERRAND (last)))
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpuint (f->n_finished, ==, 0);
  cf_dispatcher_cancel (f->dispatcher);
  run (f);
  g_assert_cmpuint (f->n_finished, ==, 1);
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  TestErrand *resting;
  TestErrand *hanging;
  TestErrand *unsent[4];

  g_test_summary ("Cancelling sends nothing more, and leaves what is known of the rest");

  resting = add (f, 1, FALSE);
  hanging = add (f, 0, TRUE);
  add (f, 0, TRUE);
  cf_dispatcher_start (f->dispatcher);
  while (cf_dispatcher_get_n_running (f->dispatcher) == 3)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (resting->n_steps, ==, 1);
  cf_dispatcher_cancel (f->dispatcher);
  cf_dispatcher_cancel (f->dispatcher);
  run (f);

  g_assert_true (cf_dispatcher_is_cancelled (f->dispatcher));
  g_assert_cmpuint (f->n_finished, ==, 1);
  g_assert_cmpuint (resting->n_steps, ==, 1);
  g_assert_cmpint (cf_errand_get_state (CF_ERRAND (resting)), ==, CF_ERRAND_SENT);
  g_assert_cmpint (cf_errand_get_state (CF_ERRAND (hanging)), ==, CF_ERRAND_UNKNOWN);

  g_object_unref (f->dispatcher);
  f->dispatcher = cf_dispatcher_new (1);
  f->n_finished = 0;
  g_signal_connect_swapped (f->dispatcher, "finished", G_CALLBACK (finished_cb), f);
  add (f, 0, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (unsent); i++)
    unsent[i] = add (f, 0, FALSE);
  cf_dispatcher_start (f->dispatcher);
  cf_dispatcher_cancel (f->dispatcher);
  run (f);
  for (gsize i = 0; i < G_N_ELEMENTS (unsent); i++)
    {
      g_assert_cmpint (cf_errand_get_state (CF_ERRAND (unsent[i])), ==, CF_ERRAND_NOT_SENT);
      g_assert_cmpuint (unsent[i]->n_steps, ==, 0);
    }
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_notifies (Fixture *f, gconstpointer data)
{
  TestErrand *errand = add (f, 2, FALSE);
  guint n_states = 0;
  guint n_settled = 0;

  g_test_summary ("A view is told of each state once, and once that it is the last");

  g_signal_connect_swapped (errand, "notify::state", G_CALLBACK (count_cb), &n_states);
  g_signal_connect_swapped (errand, "notify::settled", G_CALLBACK (count_cb), &n_settled);
  cf_dispatcher_start (f->dispatcher);
  run (f);
  g_assert_cmpuint (n_states, ==, 2);
  g_assert_cmpuint (n_settled, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/fleet/dispatcher/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("bounded", test_bounded);
  ADD ("resting-takes-no-place", test_resting_takes_no_place);
  ADD ("hanging-delays-nobody", test_hanging_delays_nobody);
  ADD ("cancel", test_cancel);
  ADD ("notifies", test_notifies);

  return g_test_run ();
}
