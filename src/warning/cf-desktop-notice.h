/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfDesktopUrgency:
 * @CF_DESKTOP_NORMAL: as other notifications
 * @CF_DESKTOP_CRITICAL: also through do-not-disturb and full screen, until it is dismissed
 * @CF_DESKTOP_FINAL: as other notifications; nobody needs it later
 */
typedef enum
{
  CF_DESKTOP_NORMAL,
  CF_DESKTOP_CRITICAL,
  CF_DESKTOP_FINAL,
} CfDesktopUrgency;

/* What is told. All texts are plain. */
typedef struct
{
  char *summary;        /* (owned) */
  char *body;           /* (owned): may be "" */
  char *postpone_label; /* (owned) (nullable): %NULL if that cannot be offered */
  CfDesktopUrgency urgency;
  gboolean makes_sound; /* an alarm; without it the server may still have sounds of its own */
  gboolean is_silent;   /* the server is asked for no sound at all */
} CfDesktopWords;

void cf_desktop_words_clear (CfDesktopWords *words);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CfDesktopWords, cf_desktop_words_clear)

/**
 * CfDesktopNotice:
 *
 * One notification of the desktop (Desktop Notifications Specification 1.2): each that follows
 * takes the place of the one before. A desktop that has none, or loses them for a while, does not
 * matter.
 *
 * Signals: `accepted` (the server has taken what was told last), `used` (gboolean: the person
 * wants to postpone; otherwise, to see more).
 */
#define CF_TYPE_DESKTOP_NOTICE (cf_desktop_notice_get_type ())
G_DECLARE_FINAL_TYPE (CfDesktopNotice, cf_desktop_notice, CF, DESKTOP_NOTICE, GObject)

CfDesktopNotice *cf_desktop_notice_new (GDBusConnection *session_bus);

void cf_desktop_notice_show (CfDesktopNotice *self, const CfDesktopWords *words);
void cf_desktop_notice_withdraw (CfDesktopNotice *self);

gboolean cf_desktop_notice_is_shown (CfDesktopNotice *self);
CfDesktopUrgency cf_desktop_notice_get_urgency (CfDesktopNotice *self);

G_END_DECLS
