/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "power/cf-session.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfPlace:
 * @CF_PLACE_ANYWHERE: wherever they are
 * @CF_PLACE_SIGNED_IN: any session, one over the network too
 * @CF_PLACE_LOCAL: a session at this computer, also one in the background
 * @CF_PLACE_ACTIVE: the session that has the screen and the keyboard
 *
 * Where somebody has to be.
 */
typedef enum
{
  CF_PLACE_ANYWHERE,
  CF_PLACE_SIGNED_IN,
  CF_PLACE_LOCAL,
  CF_PLACE_ACTIVE,
} CfPlace;

/**
 * CfWhere:
 * @CF_WHERE_SCREEN: has a screen and keyboard of this computer now
 * @CF_WHERE_OTHER_SCREEN: has windows, in the background
 * @CF_WHERE_TERMINAL: a text login at this computer
 * @CF_WHERE_REMOTE: over the network
 *
 * Where somebody is who is signed in, the best first.
 */
typedef enum
{
  CF_WHERE_SCREEN,
  CF_WHERE_OTHER_SCREEN,
  CF_WHERE_TERMINAL,
  CF_WHERE_REMOTE,
} CfWhere;

CfWhere cf_people_get_where (CfSession *session);
gboolean cf_people_include (GListModel *sessions, guint32 uid, CfPlace place);
char *cf_people_dup_other (GListModel *sessions, guint32 uid);
void cf_people_describe_async (GListModel *sessions, guint32 uid, GAsyncReadyCallback callback,
                               gpointer user_data);
char *cf_people_describe_finish (GAsyncResult *result);
char *cf_people_dup_name (const char *who);

G_END_DECLS
