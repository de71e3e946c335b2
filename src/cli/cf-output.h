/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-command.h"

G_BEGIN_DECLS

/**
 * CfScreen:
 * @width: of the terminal in cells; 0 where the output is no terminal
 * @is_colored: whether colors may be used
 *
 * Where results are read.
 */
typedef struct
{
  guint width;
  gboolean is_colored;
} CfScreen;

CfScreen cf_screen_detect (int fd);

char *cf_output_headline (const CfCommand *command, const CfScreen *screen);
char *cf_output_results (const CfCommand *command, GListModel *errands, CfExitStatus status,
                         const CfScreen *screen);
char *cf_output_plan (const CfCommand *command, GListModel *errands, CfDeliveryMethod *method,
                      CfDeliveryMethod *fallback, const CfScreen *screen);
char *cf_output_event (const CfCommand *command, CfErrand *errand, GDateTime *at);

G_END_DECLS
