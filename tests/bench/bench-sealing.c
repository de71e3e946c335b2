/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-sealing.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <string.h>

#include "wsman/auth/wsm-auth-field.h"
#include "wsman/wire/wsm-sealed-body.h"

struct _BenchSealing
{
  gss_ctx_id_t context;
};

static void
check (OM_uint32 major, OM_uint32 minor, const char *what)
{
  if (major != GSS_S_COMPLETE)
    g_error ("%s: 0x%08x, %d", what, major, (int) minor);
}

static gss_cred_id_t
get_credential (void)
{
  static gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
  static gss_OID_desc spnego = { 6, (void *) "\x2b\x06\x01\x05\x05\x02" };
  gss_OID_set_desc mechanisms = { 1, &spnego };
  OM_uint32 major, minor;

  if (credential != GSS_C_NO_CREDENTIAL)
    return credential;
  major = gss_acquire_cred (&minor, GSS_C_NO_NAME, 0, &mechanisms, GSS_C_ACCEPT, &credential, NULL,
                            NULL);
  check (major, minor, "No keys");

  return credential;
}

BenchSealing *
bench_sealing_new (void)
{
  return g_new0 (BenchSealing, 1);
}

static void
forget_context (BenchSealing *self)
{
  OM_uint32 minor;

  gss_delete_sec_context (&minor, &self->context, GSS_C_NO_BUFFER);
}

void
bench_sealing_free (BenchSealing *self)
{
  forget_context (self);
  g_free (self);
}

/* The value of a field, whose length is *@length; NULL without it. */
static const char *
find_field (const char *request, const char *name, gsize *length)
{
  const char *at = strcasestr (request, name);

  if (at == NULL || at > strstr (request, "\r\n\r\n"))
    return NULL;
  at += strlen (name);
  at += strspn (at, " ");
  *length = strcspn (at, "\r");

  return at;
}

static GBytes *
sign_in (BenchSealing *self, const char *field, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) token = wsm_auth_field_dup_token (field, length, &error);
  g_autoptr (GBytes) reply = NULL;
  g_autofree char *value = NULL;
  gss_buffer_desc in, out = GSS_C_EMPTY_BUFFER;
  OM_uint32 major, minor, ignored;
  char *answer;

  if (token == NULL)
    g_error ("%s", error->message);
  forget_context (self);
  in.value = (void *) g_bytes_get_data (token, &in.length);
  major = gss_accept_sec_context (&minor, &self->context, get_credential (), &in,
                                  GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, &out, NULL, NULL, NULL);
  check (major, minor, "No sign-in");

  reply = g_bytes_new (out.value, out.length);
  gss_release_buffer (&ignored, &out);
  value = wsm_auth_field_format (WSM_AUTH_SCHEME_NEGOTIATE, reply);
  answer = g_strdup_printf ("HTTP/1.1 200 \r\nWWW-Authenticate: %s\r\nContent-Length: 0\r\n\r\n",
                            value);

  return g_bytes_new_take (answer, strlen (answer));
}

static void
unseal (BenchSealing *self, const char *type, gsize type_length, const char *body, gsize length)
{
  g_autoptr (GBytes) octets = g_bytes_new (body, length);
  g_autofree guint8 *copy = NULL;
  g_autoptr (GError) error = NULL;
  WsmSealedBody sealed;
  gss_buffer_desc in, out = GSS_C_EMPTY_BUFFER;
  OM_uint32 major, minor, ignored;

  if (!wsm_sealed_body_parse (&sealed, type, type_length, octets, &error))
    g_error ("%s", error->message);
  copy = g_memdup2 (sealed.token, sealed.token_length); /* Kerberos decrypts in place */
  in.value = copy;
  in.length = sealed.token_length;
  major = gss_unwrap (&minor, self->context, &in, &out, NULL, NULL);
  check (major, minor, "Not unsealed");
  gss_release_buffer (&ignored, &out);
}

static GBytes *
seal (BenchSealing *self, const char *text)
{
  g_autofree char *data = g_strdup (text);
  gss_iov_buffer_desc parts[] = {
    { GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE, GSS_C_EMPTY_BUFFER },
    { GSS_IOV_BUFFER_TYPE_DATA, { strlen (text), data } },
    { GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE, GSS_C_EMPTY_BUFFER },
  };
  g_autoptr (GByteArray) token = g_byte_array_new ();
  g_autoptr (GBytes) octets = NULL;
  OM_uint32 major, minor, ignored;
  gsize header_length;

  major = gss_wrap_iov (&minor, self->context, TRUE, GSS_C_QOP_DEFAULT, NULL, parts,
                        G_N_ELEMENTS (parts));
  check (major, minor, "Not sealed");
  header_length = parts[0].buffer.length;
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    g_byte_array_append (token, parts[i].buffer.value, (guint) parts[i].buffer.length);
  gss_release_iov_buffer (&ignored, parts, G_N_ELEMENTS (parts));
  octets = g_byte_array_free_to_bytes (g_steal_pointer (&token));

  return wsm_sealed_body_format (WSM_SEAL_SPNEGO, WSM_CHARSET_UTF_8, TRUE, octets, header_length);
}

GBytes *
bench_sealing_answer (BenchSealing *self, const char *request, gsize length, const char *text)
{
  const char *body = strstr (request, "\r\n\r\n") + 4;
  g_autoptr (GBytes) sealed = NULL;
  GString *answer;
  const char *field;
  gsize field_length;

  field = find_field (request, "\r\nauthorization:", &field_length);
  if (field != NULL)
    return sign_in (self, field, field_length);

  field = find_field (request, "\r\ncontent-type:", &field_length);
  if (field == NULL || self->context == GSS_C_NO_CONTEXT)
    g_error ("A message that is not sealed");
  unseal (self, field, field_length, body, length - (gsize) (body - request));
  sealed = seal (self, text);

  answer = g_string_new (NULL);
  g_string_printf (answer, "HTTP/1.1 200 \r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
                   wsm_sealed_body_get_content_type (WSM_SEAL_SPNEGO), g_bytes_get_size (sealed));
  g_string_append_len (answer, g_bytes_get_data (sealed, NULL), (gssize) g_bytes_get_size (sealed));

  return g_string_free_to_bytes (answer);
}
