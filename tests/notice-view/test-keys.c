/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is really typed, by xdotool, at buttons that have the focus. */

#include "cf-test-view.h"

typedef struct
{
  CfNoticeView *view;
  GtkWidget *window;
  guint n_pressed;
  guint n_dismissed;
} Fixture;

static gboolean
pressed_cb (GtkEventControllerKey *controller, guint keyval, guint code, GdkModifierType state,
            Fixture *f)
{
  f->n_pressed++;
  return GDK_EVENT_PROPAGATE;
}

static void
dismiss_cb (CfNoticeView *view, Fixture *f)
{
  f->n_dismissed++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (CfNotice) notice = cf_test_sample (CF_NOTICE_SAMPLE_ANNOUNCED);
  CfNoticeMoment moment = cf_test_moment ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  f->view = CF_NOTICE_VIEW (cf_notice_view_new ());
  cf_notice_view_show (f->view, notice, &moment);
  g_signal_connect (f->view, "dismiss", G_CALLBACK (dismiss_cb), f);
  f->window = cf_test_window_new (f->view);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (pressed_cb), f);
  gtk_widget_add_controller (f->window, keys);
  while (!gtk_window_is_active (GTK_WINDOW (f->window)))
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  cf_test_window_free (f->window);
}

static void
type (const char *verb, const char *key)
{
  const char *const argv[] = { "xdotool", verb, key, NULL };
  g_autoptr (GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, NULL);

  g_assert_nonnull (process);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
}

static void
wait_for_presses (Fixture *f, guint n)
{
  while (f->n_pressed < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_stray_keys_are_lost (Fixture *f, gconstpointer key)
{
  GtkWidget *hide = cf_test_find_button (f->window, "Hide");

  g_test_summary ("A key that was down before the buttons were armed is lost until it is let go");

  gtk_widget_grab_focus (hide);
  cf_notice_view_set_armed (f->view, FALSE);
  type ("keydown", key);
  wait_for_presses (f, 1);
  cf_notice_view_set_armed (f->view, TRUE);
  /* held down, it repeats itself */
  wait_for_presses (f, 4);
  type ("keyup", key);
  cf_test_settle (f->window);
  g_assert_cmpuint (f->n_dismissed, ==, 0);
  g_assert_true (gtk_widget_has_focus (hide));

  type ("key", key);
  while (f->n_dismissed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (f->n_dismissed, ==, 1);
}

static void
test_keys_at_the_message_do_nothing (Fixture *f, gconstpointer data)
{
  g_test_summary ("Who types on when the window comes up changes nothing, Enter included");

  type ("key", "Return");
  type ("key", "space");
  type ("key", "h");
  wait_for_presses (f, 3);
  cf_test_settle (f->window);

  g_assert_cmpuint (f->n_dismissed, ==, 0);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (f->window)) ==
                 cf_test_get_child (f->view, "message"));
}

int
main (int argc, char *argv[])
{
  g_autofree char *xdotool = g_find_program_in_path ("xdotool");

  gtk_test_init (&argc, &argv);
  adw_init ();
  if (xdotool == NULL)
    {
      g_print ("1..0 # SKIP xdotool is not installed\n");
      return 0;
    }

  g_test_add ("/notice-view/keys/enter-held-is-lost", Fixture, "Return", set_up,
              test_stray_keys_are_lost, tear_down);
  g_test_add ("/notice-view/keys/space-held-is-lost", Fixture, "space", set_up,
              test_stray_keys_are_lost, tear_down);
  g_test_add ("/notice-view/keys/message-takes-all", Fixture, NULL, set_up,
              test_keys_at_the_message_do_nothing, tear_down);
  return g_test_run ();
}
