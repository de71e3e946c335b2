/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CF_REQUEST_CODE_LENGTH 7 /* K7M-2QX */

char *cf_request_code_new (void);
char *cf_request_code_normalize (const char *text);

G_END_DECLS
