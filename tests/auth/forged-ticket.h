/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Makes the cache @cache of one ticket for HTTP/localhost, as the KDC would give it to @client; by
 * the service's own key. For clients whom the KDC of the tests does not know. */
void forge_ticket (const char *client, const char *cache);

G_END_DECLS
