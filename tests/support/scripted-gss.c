/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scripted-gss.h"

#include <string.h>

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#define CHANNEL_BOUND 0x800u

struct _ScriptedGss
{
  gss_ctx_id_t context;
  GByteArray *binding; /* (owned) (nullable) */
  char *scheme;        /* (owned) (nullable) */
  OM_uint32 flags;
  gboolean is_complete;
  gboolean is_ntlm;
};

static gss_OID_desc krb5 = { 9, (void *) "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02" };
static gss_OID_desc ntlm = { 10, (void *) "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a" };
static gss_OID_desc spnego = { 6, (void *) "\x2b\x06\x01\x05\x05\x02" };

static gss_cred_id_t credential;

/**
 * scripted_gss_prepare:
 * @keytab: (nullable) (type filename): for Kerberos; %NULL for no Kerberos
 * @ntlm_users: (nullable) (type filename): for NTLM; %NULL for no NTLM
 *
 * Says how servers of this process accept sign-ins from now on. While no server runs, since it
 * changes the environment.
 */
void
scripted_gss_prepare (const char *keytab, const char *ntlm_users)
{
  gss_OID_desc mechanisms[3];
  gss_OID_set_desc all = { 0, mechanisms };
  gss_OID_set_desc inner = { 0, mechanisms + 1 };
  OM_uint32 minor;

  gss_release_cred (&minor, &credential);
  mechanisms[all.count++] = spnego;
  if (keytab != NULL)
    {
      g_setenv ("KRB5_KTNAME", keytab, TRUE);
      mechanisms[all.count++] = krb5;
    }
  if (ntlm_users != NULL)
    {
      g_setenv ("NTLM_USER_FILE", ntlm_users, TRUE);
      mechanisms[all.count++] = ntlm;
    }
  inner.count = all.count - 1;

  g_assert_cmpuint (
    gss_acquire_cred (&minor, GSS_C_NO_NAME, 0, &all, GSS_C_ACCEPT, &credential, NULL, NULL), ==,
    GSS_S_COMPLETE);
  g_assert_cmpuint (gss_set_neg_mechs (&minor, credential, &inner), ==, GSS_S_COMPLETE);
}

/**
 * scripted_gss_new:
 * @binding: (nullable): the hash of tls-server-end-point
 *
 * Returns: (transfer full): the end of one connection
 */
ScriptedGss *
scripted_gss_new (GBytes *binding)
{
  static const char prefix[] = "tls-server-end-point:";
  ScriptedGss *self = g_new0 (ScriptedGss, 1);

  self->context = GSS_C_NO_CONTEXT;
  if (binding != NULL)
    {
      self->binding = g_byte_array_new ();
      g_byte_array_append (self->binding, (const guint8 *) prefix, sizeof prefix - 1);
      g_byte_array_append (self->binding, g_bytes_get_data (binding, NULL),
                           (guint) g_bytes_get_size (binding));
    }

  return self;
}

/**
 * scripted_gss_free:
 * @self: (transfer full): an end
 */
void
scripted_gss_free (ScriptedGss *self)
{
  OM_uint32 minor;

  gss_delete_sec_context (&minor, &self->context, GSS_C_NO_BUFFER);
  g_clear_pointer (&self->binding, g_byte_array_unref);
  g_free (self->scheme);
  g_free (self);
}

static void
start_anew (ScriptedGss *self)
{
  OM_uint32 minor;

  gss_delete_sec_context (&minor, &self->context, GSS_C_NO_BUFFER);
  self->context = GSS_C_NO_CONTEXT;
  self->is_complete = FALSE;
  self->flags = 0;
}

static gboolean
is_oid (gss_OID oid, const gss_OID_desc *other)
{
  return oid != GSS_C_NO_OID && oid->length == other->length &&
         memcmp (oid->elements, other->elements, other->length) == 0;
}

/**
 * scripted_gss_accept:
 * @self: an end
 * @authorization: the value of the header
 * @token: (out) (nullable): what goes back, in base64; %NULL for nothing
 *
 * Takes one leg. One on a connection that is signed in begins anew.
 *
 * Returns: how it stands
 */
ScriptedGssState
scripted_gss_accept (ScriptedGss *self, const char *authorization, char **token)
{
  const char *space = strchr (authorization, ' ');
  struct gss_channel_bindings_struct bindings = { 0 };
  gss_buffer_desc in = GSS_C_EMPTY_BUFFER;
  gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
  g_autofree guchar *octets = NULL;
  gss_OID mechanism = GSS_C_NO_OID;
  OM_uint32 major, minor;

  *token = NULL;
  g_assert_nonnull (space);
  if (self->is_complete)
    start_anew (self);
  g_free (self->scheme);
  self->scheme = g_strndup (authorization, (gsize) (space - authorization));
  octets = g_base64_decode (space + 1, &in.length);
  in.value = octets;
  if (self->binding != NULL)
    {
      bindings.application_data.length = self->binding->len;
      bindings.application_data.value = self->binding->data;
    }

  major = gss_accept_sec_context (&minor, &self->context, credential, &in,
                                  self->binding != NULL ? &bindings : GSS_C_NO_CHANNEL_BINDINGS,
                                  NULL, &mechanism, &out, &self->flags, NULL, NULL);
  if (out.length > 0)
    *token = g_base64_encode (out.value, out.length);
  gss_release_buffer (&minor, &out);
  if (GSS_ERROR (major))
    {
      start_anew (self);
      return SCRIPTED_GSS_FAILED;
    }

  self->is_complete = major == GSS_S_COMPLETE;
  self->is_ntlm = is_oid (mechanism, &ntlm);
  return self->is_complete ? SCRIPTED_GSS_COMPLETE : SCRIPTED_GSS_GOES_ON;
}

/**
 * scripted_gss_get_scheme:
 * @self: an end
 *
 * Returns: (transfer none) (nullable): the scheme of the last leg
 */
const char *
scripted_gss_get_scheme (ScriptedGss *self)
{
  return self->scheme;
}

/**
 * scripted_gss_is_complete:
 * @self: an end
 *
 * Returns: whether somebody has signed in
 */
gboolean
scripted_gss_is_complete (ScriptedGss *self)
{
  return self->is_complete;
}

/**
 * scripted_gss_is_bound:
 * @self: an end
 *
 * Returns: whether the channel bindings came, and were right
 */
gboolean
scripted_gss_is_bound (ScriptedGss *self)
{
  return self->is_complete && (self->flags & CHANNEL_BOUND) != 0;
}

/**
 * scripted_gss_unseal:
 * @self: an end
 * @body: (array length=length): a sealed body
 * @length: of @body
 *
 * Returns: (transfer full) (nullable): the envelope; %NULL for what is not sealed, or not next
 */
char *
scripted_gss_unseal (ScriptedGss *self, const char *body, gsize length)
{
  static const char mark[] = "Content-Type: application/octet-stream\r\n";
  static const char end[] = "--Encrypted Boundary--\r\n";
  const char *at = g_strstr_len (body, (gssize) length, mark);
  gss_buffer_desc sealed, plain = GSS_C_EMPTY_BUFFER;
  OM_uint32 major, minor;
  int is_confidential = 0;
  char *text = NULL;

  if (!self->is_complete || at == NULL || !g_str_has_suffix (body + length - (sizeof end - 1), end))
    return NULL;

  at += sizeof mark - 1 + 4;
  sealed.length = length - (gsize) (at - body) - (sizeof end - 1);
  sealed.value = g_memdup2 (at, sealed.length);
  major = gss_unwrap (&minor, self->context, &sealed, &plain, &is_confidential, NULL);
  if (major == GSS_S_COMPLETE && is_confidential)
    text = g_strndup (plain.value, plain.length);
  gss_release_buffer (&minor, &plain);
  g_free (sealed.value);

  return text;
}

/* Header and sealed octets of @plain in @token; returns the length of the header. */
static gsize
wrap (ScriptedGss *self, const char *plain, gsize length, GString *token)
{
  g_autofree char *data = g_memdup2 (plain, length);
  gss_buffer_desc in = { length, data };
  gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
  gss_iov_buffer_desc parts[] = {
    { GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE, GSS_C_EMPTY_BUFFER },
    { GSS_IOV_BUFFER_TYPE_DATA, { length, data } },
    { GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE, GSS_C_EMPTY_BUFFER },
  };
  gsize header_length;
  OM_uint32 minor;
  int is_sealed = 0;

  if (self->is_ntlm)
    {
      g_assert_cmpuint (
        gss_wrap (&minor, self->context, 1, GSS_C_QOP_DEFAULT, &in, &is_sealed, &out), ==,
        GSS_S_COMPLETE);
      g_string_append_len (token, out.value, (gssize) out.length);
      gss_release_buffer (&minor, &out);
      return 16;
    }

  g_assert_cmpuint (gss_wrap_iov (&minor, self->context, 1, GSS_C_QOP_DEFAULT, &is_sealed, parts,
                                  G_N_ELEMENTS (parts)),
                    ==, GSS_S_COMPLETE);
  header_length = parts[0].buffer.length;
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    g_string_append_len (token, parts[i].buffer.value, (gssize) parts[i].buffer.length);
  gss_release_iov_buffer (&minor, parts, G_N_ELEMENTS (parts));

  return header_length;
}

/**
 * scripted_gss_seal:
 * @self: an end that is signed in
 * @plain: (array length=length): an envelope
 * @length: of @plain
 * @form: how to write it
 *
 * Returns: (transfer full): the body
 */
GString *
scripted_gss_seal (ScriptedGss *self, const char *plain, gsize length, ScriptedSeal form)
{
  const char *word = g_str_equal (self->scheme, "Kerberos") ? "Kerberos" : "SPNEGO";
  const char *before = form == SCRIPTED_SEAL_TAB ? "\t" : form == SCRIPTED_SEAL_LOOSE ? "  " : "";
  const char *dash = form == SCRIPTED_SEAL_LOOSE ? "-- " : "--";
  const char *name = form == SCRIPTED_SEAL_LOOSE ? "content-type" : "Content-Type";
  GString *token = g_string_new (NULL);
  GString *body = g_string_new (NULL);
  gsize header_length = wrap (self, plain, length, token);
  guint32 prefix = GUINT32_TO_LE ((guint32) header_length);

  g_string_append_printf (
    body,
    "%sEncrypted Boundary\r\n"
    "%s%s: application/HTTP-%s-session-encrypted\r\n"
    "%sOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%" G_GSIZE_FORMAT "\r\n"
    "%sEncrypted Boundary\r\n"
    "%s%s: application/octet-stream\r\n",
    dash, before, name, word, before, token->len - header_length, dash, before, name);
  g_string_append_len (body, (const char *) &prefix, sizeof prefix);
  g_string_append_len (body, token->str, (gssize) token->len);
  g_string_append_printf (body, "%sEncrypted Boundary--\r\n%s", dash,
                          form == SCRIPTED_SEAL_LOOSE ? "\r\n" : "");
  g_string_free (token, TRUE);

  return body;
}
