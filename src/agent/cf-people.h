/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "power/cf-session.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfPlace:
 * @CF_PLACE_ANYWHERE: wherever they are
 * @CF_PLACE_LOCAL: a session at this computer, also one in the background
 * @CF_PLACE_ACTIVE: the session that has the screen and the keyboard
 *
 * Where somebody has to be.
 */
typedef enum
{
  CF_PLACE_ANYWHERE,
  CF_PLACE_LOCAL,
  CF_PLACE_ACTIVE,
} CfPlace;

gboolean cf_people_include (GListModel *sessions, guint32 uid, CfPlace place);
char *cf_people_dup_other (GListModel *sessions, guint32 uid);
void cf_people_describe_async (GListModel *sessions, guint32 uid, GAsyncReadyCallback callback,
                               gpointer user_data);
char *cf_people_describe_finish (GAsyncResult *result);

G_END_DECLS
