/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *wsm_key_file_find_repetition (const char *text);

G_END_DECLS
