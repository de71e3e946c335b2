/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-admission.h"

G_BEGIN_DECLS

/**
 * WsmThrottleEvent:
 * @WSM_THROTTLE_FAILED: somebody proved nothing: a wrong password, a bad token
 * @WSM_THROTTLE_ABANDONED: an exchange of several legs that the caller left unfinished
 * @WSM_THROTTLE_SUCCEEDED: somebody signed in
 */
typedef enum
{
  WSM_THROTTLE_FAILED,
  WSM_THROTTLE_ABANDONED,
  WSM_THROTTLE_SUCCEEDED,
} WsmThrottleEvent;

/**
 * WsmThrottle:
 *
 * Slows guessing down (threat-model, section 7): each failure costs its source, and the name that
 * was tried, some seconds, which pass by themselves; over a limit nobody is asked for a while. A
 * source from which a name signed in within the last day is not held up by what others did to that
 * name: nobody can lock somebody else out. Pure: times come in.
 */
typedef struct _WsmThrottle WsmThrottle;

WsmThrottle *wsm_throttle_new (const WsmServiceLimits *limits);
void wsm_throttle_free (WsmThrottle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmThrottle, wsm_throttle_free)

/* seconds to wait before an attempt is looked at; 0 for none. @user: (nullable): if it is known yet
 */
guint wsm_throttle_get_wait_seconds (WsmThrottle *self, WsmSource source, const char *user,
                                     gint64 now_usec);
/* one check of a password by PAM; FALSE: there were too many within a minute, in all. Some are kept
 * for sources that signed in within the last day */
gboolean wsm_throttle_take_password_check (WsmThrottle *self, WsmSource source, gint64 now_usec);
void wsm_throttle_note (WsmThrottle *self, WsmThrottleEvent event, WsmSource source,
                        const char *user, gint64 now_usec);

G_END_DECLS
