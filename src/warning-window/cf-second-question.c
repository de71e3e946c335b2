/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-second-question.h"

#include <glib/gi18n.h>

#include "cf-dialog-names.h"

#define CANCEL   "cancel"
#define CONFIRM  "confirm"
#define INERT_MS 1500

struct _CfSecondQuestion
{
  AdwMessageDialog parent_instance;

  guint inert_id;
};

G_DEFINE_FINAL_TYPE (CfSecondQuestion, cf_second_question, ADW_TYPE_MESSAGE_DIALOG)

enum
{
  CONFIRMED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static gboolean
inert_over_cb (gpointer user_data)
{
  CfSecondQuestion *self = user_data;

  self->inert_id = 0;
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), CONFIRM, TRUE);
  return G_SOURCE_REMOVE;
}

static void
cf_second_question_response (AdwMessageDialog *dialog, const char *response)
{
  if (g_str_equal (response, CONFIRM))
    g_signal_emit (dialog, signals[CONFIRMED], 0);
}

static void
cf_second_question_map (GtkWidget *widget)
{
  CfSecondQuestion *self = CF_SECOND_QUESTION (widget);

  GTK_WIDGET_CLASS (cf_second_question_parent_class)->map (widget);

  g_clear_handle_id (&self->inert_id, g_source_remove);
  self->inert_id = g_timeout_add (INERT_MS, inert_over_cb, self);
}

static void
cf_second_question_dispose (GObject *object)
{
  g_clear_handle_id (&CF_SECOND_QUESTION (object)->inert_id, g_source_remove);

  G_OBJECT_CLASS (cf_second_question_parent_class)->dispose (object);
}

static void
cf_second_question_class_init (CfSecondQuestionClass *class)
{
  G_OBJECT_CLASS (class)->dispose = cf_second_question_dispose;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_ALERT_DIALOG);
  GTK_WIDGET_CLASS (class)->map = cf_second_question_map;
  ADW_MESSAGE_DIALOG_CLASS (class)->response = cf_second_question_response;

  signals[CONFIRMED] = g_signal_new ("confirmed", CF_TYPE_SECOND_QUESTION, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cf_second_question_init (CfSecondQuestion *self)
{
}

/**
 * cf_second_question_new:
 * @parent: the window that it belongs to, and is modal for
 * @question: the heading: "Restart now?"
 * @body: what it would cost; plain text
 * @answer: the label of the button that does it: "Restart Now"
 *
 * Makes the question; it destroys itself with its answer.
 *
 * Returns: (transfer none): a dialog that is not shown yet, owned by GTK
 */
GtkWindow *
cf_second_question_new (GtkWindow *parent, const char *question, const char *body,
                        const char *answer)
{
  AdwMessageDialog *dialog;

  g_return_val_if_fail (GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (question != NULL && body != NULL && answer != NULL, NULL);

  dialog = g_object_new (CF_TYPE_SECOND_QUESTION, "transient-for", parent, "modal", TRUE, "heading",
                         question, "body", body, NULL);
  adw_message_dialog_add_response (dialog, CANCEL, _ ("_Cancel"));
  adw_message_dialog_add_response (dialog, CONFIRM, answer);
  adw_message_dialog_set_response_appearance (dialog, CONFIRM, ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_enabled (dialog, CONFIRM, FALSE);
  adw_message_dialog_set_default_response (dialog, CANCEL);
  adw_message_dialog_set_close_response (dialog, CANCEL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (dialog), GTK_ACCESSIBLE_PROPERTY_LABEL, question,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, body, -1);
  cf_dialog_names_put_right (GTK_WIDGET (dialog));
  return GTK_WINDOW (dialog);
}
