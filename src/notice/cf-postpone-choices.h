/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-notice.h"

G_BEGIN_DECLS

#define CF_POSTPONE_CHOICES_MAX 6

gboolean cf_postpone_choices_exist (const CfNotice *notice, gint64 now_boot_usec);
gsize cf_postpone_choices_list (const CfNotice *notice, gint64 now_boot_usec,
                                guint32 seconds[CF_POSTPONE_CHOICES_MAX]);

G_END_DECLS
