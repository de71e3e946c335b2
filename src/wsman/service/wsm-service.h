/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

#include "wsm-handler.h"
#include "wsm-service-limits.h"
#include "wsman/auth/wsm-acceptor.h"
#include "wsman/auth/wsm-certificate-users.h"
#include "wsman/auth/wsm-password-verifier.h"
#include "wsman/wire/wsm-identify-response.h"

G_BEGIN_DECLS

/**
 * WsmService:
 *
 * A WS-Management service: listens, reads HTTP strictly, signs callers in, parses and checks
 * envelopes, hands operations to one handler and sends what it returns.
 */
#define WSM_TYPE_SERVICE (wsm_service_get_type ())
G_DECLARE_FINAL_TYPE (WsmService, wsm_service, WSM, SERVICE, GObject)

WsmService *wsm_service_new (WsmHandler *handler, WsmPasswordVerifier *verifier,
                             const WsmServiceLimits *limits);

/* before the first listen call */
void wsm_service_set_identify (WsmService *self, gboolean anonymous_allowed,
                               const WsmIdentifyResponse *anonymous,
                               const WsmIdentifyResponse *signed_in);
void wsm_service_set_acceptor (WsmService *self, WsmAcceptor *acceptor);
void wsm_service_set_certificate_users (WsmService *self, WsmCertificateUsers *users);
void wsm_service_set_allow_clear_basic_on_loopback (WsmService *self, gboolean allow);
gboolean wsm_service_set_front (WsmService *self, const uid_t *uids, gsize n_uids, gid_t group,
                                const char *user_header, GError **error);

gboolean wsm_service_listen (WsmService *self, GSocketAddress *address,
                             GTlsCertificate *certificate, GError **error);
gboolean wsm_service_listen_fd (WsmService *self, int fd, GTlsCertificate *certificate,
                                GError **error);
char **wsm_service_dup_endpoints (WsmService *self);
guint wsm_service_get_n_connections (WsmService *self);
guint wsm_service_get_n_parked (WsmService *self);
gboolean wsm_service_is_answering (WsmService *self);
void wsm_service_stop (WsmService *self);

G_END_DECLS
