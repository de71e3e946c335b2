/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

#include "wsm-admission.h"
#include "wsm-http-head.h"

G_BEGIN_DECLS

#define WSM_FRONT_MECHANISM "Front"

/* What all uids look like that have no counterpart in a user namespace (user_namespaces(7)). */
#define WSM_FRONT_OVERFLOW_UID 65534

/**
 * WsmFront:
 *
 * The web server in front of a service: which accounts it runs as, and whether it says who is
 * signed in. Connections of these accounts over a Unix socket are its, and what the fields of their
 * requests say of the client is believed; nowhere else is it.
 */
typedef struct _WsmFront WsmFront;

WsmFront *wsm_front_new (const uid_t *uids, gsize n_uids, const char *user_field, GError **error);
void wsm_front_free (WsmFront *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmFront, wsm_front_free)

gboolean wsm_front_knows (const WsmFront *self, int fd, uid_t *uid);
const char *wsm_front_get_user_field (const WsmFront *self);

/**
 * WsmFrontClient:
 * @address: (owned): numeric, or "unix" if it is not known
 * @source: what its requests are counted under
 * @is_tls: whether it came to the web server over TLS
 * @user: who is signed in, as the web server says; without start if it does not say so
 *
 * What a web server tells of its client with one request.
 */
typedef struct
{
  char *address;
  WsmSource source;
  gboolean is_tls;
  WsmSpan user;
} WsmFrontClient;

void wsm_front_client_init (WsmFrontClient *self, const WsmHttpHead *head);
void wsm_front_client_clear (WsmFrontClient *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WsmFrontClient, wsm_front_client_clear)

G_END_DECLS
