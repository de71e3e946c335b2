/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-shutdown-options.h"

G_BEGIN_DECLS

char *cf_shutdown_text_dup_help (void);
char *cf_shutdown_text_dup_accepted (const CfShutdownOrder *order, GDateTime *now);
char *cf_shutdown_text_dup_refused (const CfShutdownOrder *order, guint32 code);

G_END_DECLS
