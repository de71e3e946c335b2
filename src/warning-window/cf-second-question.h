/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * CfSecondQuestion:
 *
 * Asks once more before something that costs work. The answer that does it can be given only after
 * a moment, so that a double click on what led here is no answer; Enter and Escape cancel.
 *
 * Signal: `confirmed` when the person still wants it.
 */
#define CF_TYPE_SECOND_QUESTION (cf_second_question_get_type ())
G_DECLARE_FINAL_TYPE (CfSecondQuestion, cf_second_question, CF, SECOND_QUESTION, AdwMessageDialog)

GtkWindow *cf_second_question_new (GtkWindow *parent, const char *question, const char *body,
                                   const char *answer);

G_END_DECLS
