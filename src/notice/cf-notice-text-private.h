/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-notice.h"

G_BEGIN_DECLS

/* A whole sentence for each action: languages differ in more than the verb. Each is a string
 * literal within _(), so that the compiler checks what it is filled with. */
#define BY_ACTION(action, restart, power_off, halt)                                                \
  ((action) == CF_SHUTDOWN_ACTION_RESTART     ? (restart)                                          \
   : (action) == CF_SHUTDOWN_ACTION_POWER_OFF ? (power_off)                                        \
                                              : (halt))

char *cf_notice_text_isolate (const char *text);
char *cf_notice_text_isolate_lines (const char *text);
char *cf_notice_text_dup_requester (const char *text);
char *cf_notice_text_dup_program (const CfNoticeProgram *program, gboolean is_quoted);
char *cf_notice_text_join (GPtrArray *items);

G_END_DECLS
