/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a service does about one caller who signs in by Negotiate with Kerberos and seals messages,
 * and nothing besides: keys come from KRB5_KTNAME, and any principal of it will do. */
typedef struct _BenchSealing BenchSealing;

BenchSealing *bench_sealing_new (void);
void bench_sealing_free (BenchSealing *self);

/* @request: a whole one with a NUL behind it; @text: what an answer to a sealed message says.
 * Returns a whole answer. */
GBytes *bench_sealing_answer (BenchSealing *self, const char *request, gsize length,
                              const char *text);

G_END_DECLS
