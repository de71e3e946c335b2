/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "receiving-fixture.h"

/* A receiver in rehearsal, asked through the plug-ins as they are built: what goes in and comes out
 * is what goes over the wire. */
WsmHandler *serving_set_up (Receiving *r, const char *const *signed_in, const char *access,
                            const char *uri);
void serving_tear_down (Receiving *r);
