/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CF_NOTE_MAX_UNITS 512 /* UTF-16, as Postpone of org.curfew.Agent1 takes them */

/**
 * CfNoteDialog:
 *
 * Asks for the note that goes with postponing.
 *
 * Signal: `noted` (note) when the person wants to postpone with it.
 */
#define CF_TYPE_NOTE_DIALOG (cf_note_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CfNoteDialog, cf_note_dialog, CF, NOTE_DIALOG, AdwMessageDialog)

GtkWindow *cf_note_dialog_new (GtkWindow *parent, const char *answer);

G_END_DECLS
