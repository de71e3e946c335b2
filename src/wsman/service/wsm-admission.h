/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sys/socket.h>

#include "wsm-service-limits.h"

G_BEGIN_DECLS

/**
 * WsmSource:
 *
 * Where a connection comes from, as far as counting goes: an IPv4 address, or the /64 of an IPv6
 * one, since whoever has one address there has them all.
 */
typedef guint64 WsmSource;

/* Connections of a web server, and its clients whose address is not known: no peer can come from
 * there, as ff00::/8 is multicast. They count in all, but not per source. */
#define WSM_SOURCE_FRONT G_GUINT64_CONSTANT (0xfffffffe00000000)

WsmSource wsm_source_from_address (const struct sockaddr *address);

/**
 * WsmAdmission:
 *
 * Counts connections, and those among them that nobody has signed in on, in all and per source.
 */
typedef struct _WsmAdmission WsmAdmission;

WsmAdmission *wsm_admission_new (const WsmServiceLimits *limits);
void wsm_admission_free (WsmAdmission *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmAdmission, wsm_admission_free)

const char *wsm_admission_enter (WsmAdmission *self, WsmSource source);
void wsm_admission_set_signed_in (WsmAdmission *self, WsmSource source, gboolean signed_in);
void wsm_admission_leave (WsmAdmission *self, WsmSource source, gboolean signed_in);

/* behind a web server: its connections, and the requests that it passes on over them */
const char *wsm_admission_enter_front (WsmAdmission *self);
void wsm_admission_leave_front (WsmAdmission *self);
const char *wsm_admission_begin_request (WsmAdmission *self, WsmSource source);
void wsm_admission_end_request (WsmAdmission *self, WsmSource source, gboolean signed_in);

gboolean wsm_admission_begin_handshake (WsmAdmission *self);
void wsm_admission_end_handshake (WsmAdmission *self);

G_END_DECLS
