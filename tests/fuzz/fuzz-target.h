/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One input, of libFuzzer or of the corpus. A target aborts where a promise is broken; whether the
 * input makes sense is no concern of it. */
int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

G_END_DECLS
