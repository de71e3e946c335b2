/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-connection.h"
#include "wsm-http-head.h"
#include "wsm-service-audit.h"

G_BEGIN_DECLS

/**
 * WsmConnectionState:
 * @WSM_CONNECTION_HANDSHAKE: TLS begins
 * @WSM_CONNECTION_HEAD: waiting for a request, or in the middle of its head
 * @WSM_CONNECTION_SIGN_IN: the verifier is asked, or a failure waits for its time; the body is not
 *   read
 * @WSM_CONNECTION_BODY: in the middle of a body
 * @WSM_CONNECTION_BUSY: the handler works
 * @WSM_CONNECTION_WRITE: an answer waits for the peer to read
 * @WSM_CONNECTION_DRAIN: our side is closed, the peer may still read the last answer
 * @WSM_CONNECTION_CLOSED: nothing is left but references
 *
 * Each but the last has one absolute deadline, set when it begins and never by received octets.
 */
typedef enum
{
  WSM_CONNECTION_HANDSHAKE,
  WSM_CONNECTION_HEAD,
  WSM_CONNECTION_SIGN_IN,
  WSM_CONNECTION_BODY,
  WSM_CONNECTION_BUSY,
  WSM_CONNECTION_WRITE,
  WSM_CONNECTION_DRAIN,
  WSM_CONNECTION_CLOSED,
} WsmConnectionState;

struct _WsmConnection
{
  grefcount references;
  WsmServiceCore *core; /* (owned) */
  GList link;           /* in core->connections */

  WsmConnectionState state;
  WsmDeadline deadline;
  gint64 born_usec;

  GSocket *socket;               /* (owned) */
  GIOStream *stream;             /* (owned): the socket's or TLS */
  GPollableInputStream *input;   /* of @stream */
  GPollableOutputStream *output; /* of @stream */
  GSource *read_source;          /* (owned) (nullable) */
  GSource *write_source;         /* (owned) (nullable) */
  gboolean is_parked;            /* then it has no @read_source */
  GCancellable *cancellable;     /* (owned) (nullable): of a handshake, a sign-in, an ending */
  gboolean tls;
  gboolean is_shut;      /* both ways, to wake what still waits for it */
  gboolean is_in_thread; /* a handshake or an ending uses the socket elsewhere */

  WsmSource source;
  char *address;         /* (owned) (nullable): of the peer */
  WsmAuthScheme schemes; /* by which somebody can sign in here */
  WsmSignedIn signed_in;

  /* a sign-in of several legs: between the first one and the last */
  WsmAcceptance *acceptance; /* (owned) (nullable) */
  gint64 exchange_until_usec;

  /* of the web server in front: @source, @address, @schemes and @signed_in are those of the client
   * whose request it passes on, and of nobody between requests */
  gboolean is_front;
  gboolean is_client_tls;
  gboolean is_request_counted;

  /* the request that comes in */
  WsmHttpHead head;
  gint64 begun_usec;    /* when its first octet came; 0 between requests */
  GByteArray *in;       /* (owned) (nullable): a head in pieces, or what came of a body too early */
  gsize in_room;        /* of a head in pieces */
  WsmAuthScheme scheme; /* of its Authorization field */
  char *sealed_type;    /* (owned) (nullable): the Content-Type of a sealed body */
  gboolean is_sealed;   /* it was, and so will be the answer */
  guint8 *body;         /* (owned) (nullable): room for the whole body */
  gsize body_length;    /* octets of the body that have come */
  gsize to_discard;     /* octets of the body of a refused request that are still to come */
  gboolean has_sign_in_failed;
  gboolean is_pipelined; /* more than the request has come */
  WsmPending *pending;   /* (nullable) */
  gint64 pending_until_usec;
  guint n_requests;

  /* what goes out */
  GBytes *out;        /* (owned) (nullable): what is left to write */
  char *authenticate; /* (owned) (nullable): a token that goes along with the next answer */
  gboolean closes;
  gsize drained;
};

WsmConnection *wsm_connection_ref (WsmConnection *self);
void wsm_connection_unref (WsmConnection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmConnection, wsm_connection_unref)

/* wsm-connection.c: its life */
void wsm_connection_enter (WsmConnection *self, WsmConnectionState state, guint msec);
void wsm_connection_await_request (WsmConnection *self);
void wsm_connection_set_reading (WsmConnection *self, gboolean reading);
void wsm_connection_park (WsmConnection *self);
void wsm_connection_drop_request (WsmConnection *self);
void wsm_connection_linger (WsmConnection *self);
void wsm_connection_audit (WsmConnection *self, WsmAuditEvent event, const char *summary);

/* wsm-connection-read.c: what comes in */
void wsm_connection_read (WsmConnection *self);

/* wsm-connection-request.c: what a request leads to */
void wsm_connection_take_head (WsmConnection *self, const guint8 *rest, gsize length);
void wsm_connection_take_body (WsmConnection *self, const guint8 *octets, gsize length);
void wsm_connection_refuse_head (WsmConnection *self);
void wsm_connection_end_waiting (WsmConnection *self);

gboolean wsm_connection_is_secure (WsmConnection *self);
void wsm_connection_begin_body (WsmConnection *self, const guint8 *first, gsize length);
void wsm_connection_skip_body (WsmConnection *self);
void wsm_connection_answer_unread (WsmConnection *self, guint status);

/* wsm-connection-sign-in.c: who asks */
WsmAuthScheme wsm_connection_get_schemes (WsmConnection *self);
void wsm_connection_take_direct_head (WsmConnection *self, const guint8 *first, gsize length);
void wsm_connection_begin_sign_in (WsmConnection *self, const WsmSpan *trusted_user,
                                   const guint8 *first, gsize length);
void wsm_connection_end_sign_in (WsmConnection *self);
void wsm_connection_forget_signed_in (WsmConnection *self);
void wsm_connection_end_exchange (WsmConnection *self, gboolean is_abandoned);

/* wsm-connection-seal.c: bodies that nobody on the way can read or change */
gboolean wsm_connection_check_form (WsmConnection *self);
GBytes *wsm_connection_unseal (WsmConnection *self, GBytes *body, WsmCharset *charset);
void wsm_connection_seal (WsmConnection *self, WsmAnswer *answer);

/* wsm-connection-front.c: requests of a web server's clients */
void wsm_connection_take_front_head (WsmConnection *self, const guint8 *first, gsize length);
void wsm_connection_end_front_request (WsmConnection *self);

/* wsm-connection-write.c: what goes out */
void wsm_connection_answer (WsmConnection *self, WsmAnswer *answer);
void wsm_connection_answer_status (WsmConnection *self, guint status);
void wsm_connection_refuse (WsmConnection *self, guint status);
void wsm_connection_continue (WsmConnection *self);

G_END_DECLS
