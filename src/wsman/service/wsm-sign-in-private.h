/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-rarely.h"
#include "wsm-service-audit.h"
#include "wsm-sign-in.h"

G_BEGIN_DECLS

struct _WsmSignIn
{
  WsmPasswordVerifier *verifier;          /* (owned) */
  WsmAcceptor *acceptor;                  /* (owned) (nullable) */
  WsmCertificateUsers *certificate_users; /* (owned) (nullable) */
  WsmThrottle *throttle;                  /* (owned) */
  GHmac *keyed;                           /* (owned): has taken the key and nothing else */
  WsmRarely *said;      /* (owned): whose sign-in the journal was told of, and from where */
  WsmRarely *throttled; /* (owned): which source it was told to be held up */
};

/**
 * WsmAttempt:
 *
 * One attempt to sign in, the data of its #GTask. The sign-in lives longer: whoever waits for the
 * task holds it.
 */
typedef struct
{
  WsmSignIn *sign_in;
  char *user;  /* (owned) (nullable): as it was given, or proved */
  char *realm; /* (owned) (nullable) */
  const char *mechanism;
  char *address; /* (owned) (nullable) */
  WsmSource source;
  gboolean tls;
  gboolean is_bound;
  gboolean is_said; /* the journal was told lately */
  /* not the account makes the user, but something that this host's accounts need not know of */
  gboolean may_lack_account;
  guint8 proof[32];
  gint64 until_usec;

  WsmAcceptance *acceptance; /* (owned) (nullable) */

  /* what comes of it */
  WsmPrincipal *principal; /* (owned) (nullable): once it is known */
  char *authenticate;      /* (owned) (nullable): goes back to the client */
  guint wait_seconds;
} WsmAttempt;

GTask *wsm_attempt_new (WsmSignIn *sign_in, const char *mechanism, const WsmOrigin *origin,
                        GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data);
gboolean wsm_attempt_is_throttled (WsmAttempt *self);
gboolean wsm_attempt_may_check_password (const WsmAttempt *self);
void wsm_attempt_find_principal (GTask *task, const char *account);
void wsm_attempt_return (GTask *task, WsmVerdict verdict);
void wsm_attempt_return_error (GTask *task, const GError *error);

void wsm_sign_in_make_proof (WsmSignIn *self, const char *text, gsize length, guint8 proof[32]);

G_END_DECLS
