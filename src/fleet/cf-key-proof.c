/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-key-proof.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* A handshake of this program with itself. */
typedef struct
{
  GCancellable *cancellable; /* (owned): of both ends */
  GError *error;             /* (owned) (nullable): of the end that failed first */
  guint n_ends;              /* that have not ended */
} Proof;

static void
proof_clear (Proof *proof)
{
  g_clear_object (&proof->cancellable);
  g_clear_error (&proof->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Proof, proof_clear)

/* Whose certificate it is does not matter here, only whether the key is its own. */
static gboolean
accept_cb (GTlsConnection *connection, GTlsCertificate *peer, GTlsCertificateFlags errors,
           gpointer user_data)
{
  return TRUE;
}

static void
shook_hands_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Proof *proof = user_data;
  g_autoptr (GError) error = NULL;

  proof->n_ends--;
  if (g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, &error))
    return;
  if (proof->error == NULL)
    proof->error = g_steal_pointer (&error);
  g_cancellable_cancel (proof->cancellable);
}

/* Takes the descriptor. */
static GIOStream *
open_end (int fd, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, error);

  if (socket != NULL)
    return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
  close (fd);
  return NULL;
}

static gboolean
open_pair (GIOStream **one, GIOStream **other, GError **error)
{
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return FALSE;
    }
  *one = open_end (fds[0], error);
  *other = open_end (fds[1], *one != NULL ? error : NULL);
  return *one != NULL && *other != NULL;
}

static void
shake_hands (Proof *proof, GTlsConnection *connection)
{
  proof->n_ends++;
  g_tls_connection_handshake_async (connection, G_PRIORITY_DEFAULT, proof->cancellable,
                                    shook_hands_cb, proof);
}

/**
 * cf_key_proof_check:
 * @certificate: a certificate with a private key
 * @error: what went wrong with the handshake
 *
 * GIO compares no keys. So the certificate answers for itself in a handshake that does not leave
 * this program: what is signed with another key does not pass, nor does a certificate whose
 * keyUsage is not digitalSignature, which TLS wants of clients as well (RFC 5246, section 7.4.6).
 * Blocks for a moment.
 *
 * Returns: %FALSE with @error set if nobody can sign in with the two
 */
gboolean
cf_key_proof_check (GTlsCertificate *certificate, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_auto (Proof) proof = { g_cancellable_new (), NULL, 0 };
  g_autoptr (GIOStream) near_end = NULL;
  g_autoptr (GIOStream) far_end = NULL;
  g_autoptr (GIOStream) server = NULL;
  g_autoptr (GIOStream) client = NULL;

  g_return_val_if_fail (G_IS_TLS_CERTIFICATE (certificate), FALSE);

  if (!open_pair (&near_end, &far_end, error))
    return FALSE;
  server = g_tls_server_connection_new (near_end, certificate, error);
  client = server != NULL ? g_tls_client_connection_new (far_end, NULL, error) : NULL;
  if (client == NULL)
    return FALSE;

  g_signal_connect (client, "accept-certificate", G_CALLBACK (accept_cb), NULL);
  g_main_context_push_thread_default (context);
  shake_hands (&proof, G_TLS_CONNECTION (server));
  shake_hands (&proof, G_TLS_CONNECTION (client));
  while (proof.n_ends > 0)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);

  if (proof.error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&proof.error));
  return FALSE;
}
