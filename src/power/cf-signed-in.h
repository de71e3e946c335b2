/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *cf_signed_in_describe (GListModel *sessions);

G_END_DECLS
