/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "wsm-auth-error.h"
#include "wsm-secret.h"

G_BEGIN_DECLS

/**
 * WsmPasswordVerifier:
 *
 * Whoever can say whether a name and a password belong together. Asking may take long, so it is
 * asynchronous; a verifier answers several questions side by side.
 */
#define WSM_TYPE_PASSWORD_VERIFIER (wsm_password_verifier_get_type ())
G_DECLARE_INTERFACE (WsmPasswordVerifier, wsm_password_verifier, WSM, PASSWORD_VERIFIER, GObject)

struct _WsmPasswordVerifierInterface
{
  GTypeInterface parent_iface;

  void (*verify_async) (WsmPasswordVerifier *self, const char *user, WsmSecret *password,
                        const char *remote_address, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*verify_finish) (WsmPasswordVerifier *self, GAsyncResult *result, GError **error);
};

void wsm_password_verifier_verify_async (WsmPasswordVerifier *self, const char *user,
                                         WsmSecret *password, const char *remote_address,
                                         GCancellable *cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data);
gboolean wsm_password_verifier_verify_finish (WsmPasswordVerifier *self, GAsyncResult *result,
                                              GError **error);

G_END_DECLS
