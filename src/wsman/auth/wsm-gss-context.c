/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-gss-context.h"

#include <string.h>

#include "wsm-gss-private.h"

#define SIGNATURE_LENGTH 16u /* of NTLM; no mechanism's token is shorter */
#define NEEDED_FLAGS     (GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG)

struct _WsmGssContext
{
  gatomicrefcount references;
  gss_ctx_id_t context; /* (owned); GSS_C_NO_CONTEXT after the first failure */
  gboolean is_ntlm;
  gboolean is_ordered; /* NTLM knows no other way; Kerberos has to be asked */
};

/**
 * wsm_gss_context_new_take:
 * @context: (inout) (transfer full): complete; left as GSS_C_NO_CONTEXT, also on failure
 * @mechanism: the one that has won, not SPNEGO
 * @flags: what it gives. Kerberos without %GSS_C_SEQUENCE_FLAG says who is there and seals nothing
 * @error: %WSM_AUTH_ERROR_MECHANISM if it is neither Kerberos nor NTLM, or cannot seal
 *
 * Returns: (transfer full): the context; %NULL with @error set otherwise
 */
WsmGssContext *
wsm_gss_context_new_take (gss_ctx_id_t *context, gss_const_OID mechanism, OM_uint32 flags,
                          GError **error)
{
  gboolean is_ntlm = wsm_gss_is_mechanism (mechanism, &wsm_gss_ntlm);
  WsmGssContext *self;
  OM_uint32 minor;

  g_return_val_if_fail (context != NULL && *context != GSS_C_NO_CONTEXT, NULL);

  if (!is_ntlm && !wsm_gss_is_mechanism (mechanism, &wsm_gss_krb5))
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM,
                 "The two sides have agreed on a mechanism that is neither Kerberos nor NTLM; "
                 "nothing else is accepted here.");
  else if ((flags & NEEDED_FLAGS) != NEEDED_FLAGS)
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM,
                 "The other side cannot seal messages with %s, and without that nothing is sent: "
                 "its client or service has to allow encryption.",
                 is_ntlm ? WSM_MECHANISM_NTLM : WSM_MECHANISM_KERBEROS);
  else
    {
      self = g_new0 (WsmGssContext, 1);
      g_atomic_ref_count_init (&self->references);
      self->context = g_steal_pointer (context);
      self->is_ntlm = is_ntlm;
      self->is_ordered = is_ntlm || (flags & GSS_C_SEQUENCE_FLAG) != 0;
      return self;
    }

  gss_delete_sec_context (&minor, context, GSS_C_NO_BUFFER);
  return NULL;
}

/**
 * wsm_gss_context_ref:
 * @self: a context
 *
 * Returns: (transfer full): @self
 */
WsmGssContext *
wsm_gss_context_ref (WsmGssContext *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

static void
destroy (WsmGssContext *self)
{
  OM_uint32 minor;

  if (self->context != GSS_C_NO_CONTEXT)
    gss_delete_sec_context (&minor, &self->context, GSS_C_NO_BUFFER);
}

/**
 * wsm_gss_context_unref:
 * @self: (transfer full): a context
 *
 * Gives back one reference; the last one destroys the keys.
 */
void
wsm_gss_context_unref (WsmGssContext *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  destroy (self);
  g_free (self);
}

/**
 * wsm_gss_context_get_mechanism:
 * @self: a context
 *
 * Returns: (transfer none): %WSM_MECHANISM_KERBEROS or %WSM_MECHANISM_NTLM
 */
const char *
wsm_gss_context_get_mechanism (WsmGssContext *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->is_ntlm ? WSM_MECHANISM_NTLM : WSM_MECHANISM_KERBEROS;
}

/* After a failure nothing is known of the state of either side: no second try. */
static gpointer
fail (WsmGssContext *self, GError **error, const char *what)
{
  destroy (self);
  g_set_error_literal (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_INTEGRITY, what);

  return NULL;
}

/* Whether messages can be sealed and unsealed with it, and still can. */
static gboolean
check_use (WsmGssContext *self, GError **error)
{
  if (self->context == GSS_C_NO_CONTEXT)
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_INTEGRITY,
                 "An earlier message on this connection was not as it was sent, so nothing more is "
                 "read or written on it. Sign in again on a new connection.");
  else if (!self->is_ordered)
    fail (self, error,
          "The client has asked Kerberos for no sequence of messages, so sealed ones could be "
          "repeated, and none are read or written; the client has to ask for one as it signs in.");

  return self->context != GSS_C_NO_CONTEXT;
}

static gpointer
fail_sealing (WsmGssContext *self, OM_uint32 major, OM_uint32 minor, GError **error)
{
  g_autofree char *status = wsm_gss_dup_status (major, minor,
                                                self->is_ntlm ? &wsm_gss_ntlm : &wsm_gss_krb5);
  g_autofree char *what = g_strdup_printf (
    "A message could not be sealed (%s). Sign in again on a new connection.", status);

  return fail (self, error, what);
}

static void
free_buffer (gpointer data)
{
  gss_buffer_t buffer = data;
  OM_uint32 minor;

  gss_release_buffer (&minor, buffer);
  g_free (buffer);
}

/* Makes the octets of @buffer (transfer full) a GBytes, without a copy. */
static GBytes *
bytes_new_take (gss_buffer_t buffer)
{
  return g_bytes_new_with_free_func (buffer->value, buffer->length, free_buffer,
                                     g_memdup2 (buffer, sizeof *buffer));
}

/* NTLM knows no gss_wrap_iov(); its signature stands in front of as many octets as there were. */
static GBytes *
seal_ntlm (WsmGssContext *self, gss_buffer_t plain, gsize *header_length, GError **error)
{
  gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
  int is_sealed = 0;
  OM_uint32 minor;
  OM_uint32 major = gss_wrap (&minor, self->context, 1, GSS_C_QOP_DEFAULT, plain, &is_sealed,
                              &token);

  if (major != GSS_S_COMPLETE || !is_sealed || token.length != plain->length + SIGNATURE_LENGTH)
    {
      OM_uint32 ignored;

      gss_release_buffer (&ignored, &token);
      return fail_sealing (self, major, minor, error);
    }

  *header_length = SIGNATURE_LENGTH;

  return bytes_new_take (&token);
}

/* Header, data and padding one after the other in one piece of memory: what has no place in the
 * form of [MS-WSMV], a trailer, is not asked for, and Kerberos puts it into the header. */
static GBytes *
seal_krb5 (WsmGssContext *self, gss_buffer_t plain, gsize *header_length, GError **error)
{
  gss_iov_buffer_desc parts[] = {
    { GSS_IOV_BUFFER_TYPE_HEADER, GSS_C_EMPTY_BUFFER },
    { GSS_IOV_BUFFER_TYPE_DATA, { plain->length, plain->value } },
    { GSS_IOV_BUFFER_TYPE_PADDING, GSS_C_EMPTY_BUFFER },
  };
  g_autofree guint8 *token = NULL;
  gsize length = 0;
  int is_sealed = 0;
  OM_uint32 minor;
  OM_uint32 major = gss_wrap_iov_length (&minor, self->context, 1, GSS_C_QOP_DEFAULT, &is_sealed,
                                         parts, G_N_ELEMENTS (parts));

  if (major != GSS_S_COMPLETE || !is_sealed)
    return fail_sealing (self, major, minor, error);

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    length += parts[i].buffer.length;
  token = g_malloc (length);
  parts[0].buffer.value = token;
  parts[1].buffer.value = memcpy (token + parts[0].buffer.length, plain->value, plain->length);
  parts[2].buffer.value = token + parts[0].buffer.length + plain->length;
  *header_length = parts[0].buffer.length;

  major = gss_wrap_iov (&minor, self->context, 1, GSS_C_QOP_DEFAULT, &is_sealed, parts,
                        G_N_ELEMENTS (parts));
  if (major != GSS_S_COMPLETE || !is_sealed)
    return fail_sealing (self, major, minor, error);

  return g_bytes_new_take (g_steal_pointer (&token), length);
}

/**
 * wsm_gss_context_seal:
 * @self: a context
 * @plain: at least one octet: NTLM does not seal nothing
 * @header_length: (out): how many octets of what is returned are the header
 * @error: %WSM_AUTH_ERROR_INTEGRITY if it cannot be sealed, or the messages of @self have no
 *   sequence; @self is of no use then
 *
 * Seals one message. Messages have to arrive in the order in which they were sealed.
 *
 * Returns: (transfer full): header and sealed octets, one after the other; %NULL with @error set
 *   otherwise
 */
GBytes *
wsm_gss_context_seal (WsmGssContext *self, GBytes *plain, gsize *header_length, GError **error)
{
  gss_buffer_desc octets;

  g_return_val_if_fail (self != NULL && plain != NULL && header_length != NULL, NULL);

  if (!check_use (self, error))
    return NULL;

  octets.value = (gpointer) g_bytes_get_data (plain, &octets.length);
  if (octets.length == 0)
    return fail (self, error, "There is nothing in the message that was to be sealed.");

  return self->is_ntlm ? seal_ntlm (self, &octets, header_length, error)
                       : seal_krb5 (self, &octets, header_length, error);
}

/* Replayed, late and early messages are no errors to GSS-API: it says so, and gives their text. */
static const char *
describe_unsealing (OM_uint32 major, gboolean is_sealed)
{
  if (GSS_ERROR (major))
    return "A sealed message was altered or cut on its way, or came out of order. Somebody may be "
           "interfering with the connection; it is closed.";
  if (major & (GSS_S_DUPLICATE_TOKEN | GSS_S_OLD_TOKEN))
    return "A sealed message came a second time. Somebody may be repeating what was sent earlier; "
           "the connection is closed.";
  if (major != GSS_S_COMPLETE)
    return "A sealed message came out of order. Somebody may be holding messages back; the "
           "connection is closed.";
  if (!is_sealed)
    return "A message came signed but not encrypted, which is not accepted; the connection is "
           "closed.";

  return NULL;
}

/**
 * wsm_gss_context_unseal:
 * @self: a context
 * @token: (array length=length): header and sealed octets, one after the other
 * @length: how many octets
 * @error: %WSM_AUTH_ERROR_INTEGRITY if @token is not the next message of the other side, unaltered
 *   and encrypted, or the messages of @self have no sequence; @self is of no use then
 *
 * Unseals one message.
 *
 * Returns: (transfer full): what was sealed; %NULL with @error set otherwise
 */
GBytes *
wsm_gss_context_unseal (WsmGssContext *self, const guint8 *token, gsize length, GError **error)
{
  g_autofree guint8 *copy = NULL;
  gss_buffer_desc sealed = GSS_C_EMPTY_BUFFER, plain = GSS_C_EMPTY_BUFFER;
  const char *complaint;
  int is_sealed = 0;
  OM_uint32 major, minor;

  g_return_val_if_fail (self != NULL && (token != NULL || length == 0), NULL);

  if (!check_use (self, error))
    return NULL;
  if (length < SIGNATURE_LENGTH)
    return fail (self, error, describe_unsealing (GSS_S_DEFECTIVE_TOKEN, FALSE));

  /* Kerberos decrypts in place. */
  copy = g_memdup2 (token, length);
  sealed.length = length;
  sealed.value = copy;
  major = gss_unwrap (&minor, self->context, &sealed, &plain, &is_sealed, NULL);

  complaint = describe_unsealing (major, is_sealed);
  if (complaint == NULL)
    return bytes_new_take (&plain);

  gss_release_buffer (&minor, &plain);

  return fail (self, error, complaint);
}
