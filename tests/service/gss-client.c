/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gss-client.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <string.h>

#include "../support/kept-credential.h"

/* gss-ntlmssp 1.2 leaks a library context of OpenSSL with each password that a *client* brings. */
const char *__lsan_default_suppressions (void);

const char *
__lsan_default_suppressions (void)
{
  return "leak:gssntlmssp.so\nleak:libcrypto.so\n";
}

static gss_OID_desc krb5 = { 9, (char *) "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02" };
static gss_OID_desc ntlm = { 10, (char *) "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a" };
static gss_OID_desc spnego = { 6, (char *) "\x2b\x06\x01\x05\x05\x02" };

#define FLAGS                                                                                      \
  (GSS_C_MUTUAL_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG)

struct _TestGss
{
  gboolean is_ntlm;
  gss_OID outer;
  gss_cred_id_t credential;
  gss_name_t target;
  gss_ctx_id_t context;
  gboolean is_complete;
  gboolean leaves_out_sealing;
  GByteArray *binding; /* (nullable) */
};

static void
check (OM_uint32 major, const OM_uint32 *minor)
{
  if (GSS_ERROR (major))
    g_error ("GSS-API: major 0x%08x, minor %u", major, *minor);
}

static gss_name_t
import (const char *text, gss_OID type)
{
  gss_buffer_desc buffer = { strlen (text), (char *) text };
  gss_name_t name;
  OM_uint32 minor;

  check (gss_import_name (&minor, &buffer, type, &name), &minor);

  return name;
}

static void
acquire (TestGss *gss, const char *user, const char *password)
{
  gss_OID_set_desc outer = { 1, gss->outer };
  gss_OID_set_desc inner = { 1, gss->is_ntlm ? &ntlm : &krb5 };
  gss_buffer_desc secret = { password != NULL ? strlen (password) : 0, (char *) password };
  gss_cred_id_t *kept = gss->outer == &ntlm ? kept_credential_find (user, password) : NULL;
  gss_name_t name = GSS_C_NO_NAME;
  OM_uint32 minor;

  if (kept != NULL && *kept != GSS_C_NO_CREDENTIAL)
    {
      gss->credential = *kept;
      return;
    }
  if (password == NULL)
    {
      check (gss_acquire_cred (&minor, GSS_C_NO_NAME, 0, &outer, GSS_C_INITIATE, &gss->credential,
                               NULL, NULL),
             &minor);
    }
  else
    {
      name = import (user, GSS_C_NT_USER_NAME);
      check (gss_acquire_cred_with_password (&minor, name, &secret, 0, &outer, GSS_C_INITIATE,
                                             &gss->credential, NULL, NULL),
             &minor);
      gss_release_name (&minor, &name);
    }
  if (kept != NULL)
    *kept = gss->credential;
  if (gss->outer == &spnego)
    check (gss_set_neg_mechs (&minor, gss->credential, &inner), &minor);
}

TestGss *
test_gss_new (TestGssKind kind, const char *user, const char *password)
{
  TestGss *gss = g_new0 (TestGss, 1);

  /* krb5 1.21 cannot take NTLM inside of SPNEGO; there it comes as it is */
  if (kind == TEST_GSS_SPNEGO_NTLM && g_getenv ("CURFEW_TEST_SPNEGO_NTLM") == NULL)
    kind = TEST_GSS_NTLM;
  gss->is_ntlm = kind == TEST_GSS_SPNEGO_NTLM || kind == TEST_GSS_NTLM;
  gss->outer = kind == TEST_GSS_KERBEROS ? &krb5 : kind == TEST_GSS_NTLM ? &ntlm : &spnego;
  gss->context = GSS_C_NO_CONTEXT;
  gss->target = import ("HTTP@localhost", GSS_C_NT_HOSTBASED_SERVICE);
  acquire (gss, user, password);

  return gss;
}

void
test_gss_free (TestGss *gss)
{
  OM_uint32 minor;

  gss_delete_sec_context (&minor, &gss->context, GSS_C_NO_BUFFER);
  if (gss->outer != &ntlm)
    gss_release_cred (&minor, &gss->credential);
  gss_release_name (&minor, &gss->target);
  g_clear_pointer (&gss->binding, g_byte_array_unref);
  g_free (gss);
}

const char *
test_gss_get_password (void)
{
  const char *password = g_getenv ("CURFEW_TEST_PASSWORD");

  g_assert_nonnull (password);

  return password;
}

void
test_gss_leave_out_sealing (TestGss *gss)
{
  gss->leaves_out_sealing = TRUE;
}

WsmAcceptor *
test_gss_new_acceptor (WsmBindingPolicy policy)
{
  g_autofree char *cache = g_build_filename (g_getenv ("CURFEW_TEST_DIRECTORY"), "replay", NULL);
  g_autoptr (GError) error = NULL;
  WsmAcceptor *made = wsm_acceptor_new (
    &(const WsmAcceptorOptions){ .keytab = g_getenv ("CURFEW_TEST_KEYTAB"),
                                 .replay_cache = cache,
                                 .ntlm_users = g_getenv ("CURFEW_TEST_NTLM_USERS"),
                                 .kerberos_binding = policy,
                                 .ntlm_binding = policy },
    &error);

  g_assert_no_error (error);

  return made;
}

/* RFC 5929, section 4 */
void
test_gss_bind (TestGss *gss, const guint8 *hash, gsize length)
{
  gss->binding = g_byte_array_new ();
  g_byte_array_append (gss->binding, (const guint8 *) "tls-server-end-point:", 21);
  g_byte_array_append (gss->binding, hash, (guint) length);
}

char *
test_gss_step (TestGss *gss, const char *token)
{
  gsize length = 0;
  g_autofree guchar *octets = token != NULL ? g_base64_decode (token, &length) : NULL;
  gss_buffer_desc input = { length, octets };
  gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
  struct gss_channel_bindings_struct binding = { 0 };
  OM_uint32 major, minor;
  char *text;

  if (gss->binding != NULL)
    binding.application_data = (gss_buffer_desc){ gss->binding->len, gss->binding->data };
  major = gss_init_sec_context (&minor, gss->credential, &gss->context, gss->target, gss->outer,
                                gss->leaves_out_sealing ? 0 : FLAGS, 0,
                                gss->binding != NULL ? &binding : GSS_C_NO_CHANNEL_BINDINGS, &input,
                                NULL, &output, NULL, NULL);
  check (major, &minor);
  gss->is_complete = major == GSS_S_COMPLETE;
  text = output.length > 0 ? g_base64_encode (output.value, output.length) : NULL;
  gss_release_buffer (&minor, &output);

  return text;
}

gboolean
test_gss_is_complete (TestGss *gss)
{
  return gss->is_complete;
}

static GByteArray *
seal_ntlm (TestGss *gss, GBytes *plain, gsize *header_length)
{
  GByteArray *token = g_byte_array_new ();
  gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
  gss_buffer_desc input;
  OM_uint32 minor;
  int is_sealed;

  input.value = (gpointer) g_bytes_get_data (plain, &input.length);
  check (gss_wrap (&minor, gss->context, 1, GSS_C_QOP_DEFAULT, &input, &is_sealed, &output),
         &minor);
  g_assert_true (is_sealed);
  *header_length = 16;
  g_byte_array_append (token, output.value, (guint) output.length);
  gss_release_buffer (&minor, &output);

  return token;
}

static GByteArray *
seal_kerberos (TestGss *gss, GBytes *plain, gsize *header_length)
{
  gsize length;
  gconstpointer octets = g_bytes_get_data (plain, &length);
  g_autofree guint8 *data = g_memdup2 (octets, length);
  GByteArray *token = g_byte_array_new ();
  gss_iov_buffer_desc iov[] = {
    { GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE, GSS_C_EMPTY_BUFFER },
    { GSS_IOV_BUFFER_TYPE_DATA, { length, data } },
    { GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE, GSS_C_EMPTY_BUFFER },
  };
  OM_uint32 minor;
  int is_sealed;

  check (gss_wrap_iov (&minor, gss->context, 1, GSS_C_QOP_DEFAULT, &is_sealed, iov, 3), &minor);
  g_assert_true (is_sealed);
  *header_length = iov[0].buffer.length;
  for (gsize i = 0; i < G_N_ELEMENTS (iov); i++)
    g_byte_array_append (token, iov[i].buffer.value, (guint) iov[i].buffer.length);
  gss_release_iov_buffer (&minor, iov, 3);

  return token;
}

/* winrm-wire-protocol, section 2.3 */
GBytes *
test_gss_seal (TestGss *gss, GBytes *plain, gsize *header_length)
{
  return g_byte_array_free_to_bytes (gss->is_ntlm ? seal_ntlm (gss, plain, header_length)
                                                  : seal_kerberos (gss, plain, header_length));
}

char *
test_gss_unseal (TestGss *gss, const char *octets, gsize length, const char *content_type)
{
  g_autoptr (GBytes) body = g_bytes_new (octets, length);
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *copy = NULL;
  gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
  gss_buffer_desc input;
  WsmSealedBody sealed;
  OM_uint32 minor;
  char *text;

  wsm_sealed_body_parse (&sealed, content_type, strlen (content_type), body, &error);
  g_assert_no_error (error);
  copy = g_memdup2 (sealed.token, sealed.token_length);
  input = (gss_buffer_desc){ sealed.token_length, copy };
  g_assert_cmpuint (gss_unwrap (&minor, gss->context, &input, &output, NULL, NULL), ==,
                    GSS_S_COMPLETE);
  text = g_strndup (output.value, output.length);
  if (sealed.charset == WSM_CHARSET_UTF_16) /* with the octets between */
    {
      g_free (text);
      text = g_convert (output.value, (gssize) output.length, "UTF-8", "UTF-16", NULL, NULL, NULL);
    }
  gss_release_buffer (&minor, &output);

  return text;
}

/* HTTP */

char *
test_gss_dup_token (const TestAnswer *answer, const char *scheme)
{
  g_autofree char *start = g_strdup_printf ("\r\nWWW-Authenticate: %s ", scheme);
  const char *at = strstr (answer->head, start);

  if (at == NULL)
    return NULL;
  at += strlen (start);

  return g_strndup (at, strcspn (at, "\r"));
}

static char *
format_leg (const char *scheme, const char *token, const char *fields, const char *body)
{
  return g_strdup_printf ("POST /wsman HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s %s\r\n%s%s"
                          "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                          scheme, token, fields != NULL ? fields : "",
                          *body != '\0' ? "Content-Type: application/soap+xml;charset=UTF-8\r\n"
                                        : "",
                          strlen (body), body);
}

GBytes *
test_gss_format_leg (const char *scheme, const char *token, const char *body)
{
  char *http = format_leg (scheme, token, NULL, body);

  return g_bytes_new_take (http, strlen (http));
}

void
test_gss_send_leg (TestClient *c, const char *scheme, const char *token, const char *body)
{
  g_autofree char *http = format_leg (scheme, token, NULL, body);

  test_client_send (c, http, -1);
}

guint
test_gss_sign_in (TestClient *c, TestGss *gss, const char *scheme, const char *fields)
{
  g_autofree char *token = NULL;
  guint status = 401;

  for (guint i = 0; i < 5 && status == 401 && (i == 0 || token != NULL); i++)
    {
      g_autofree char *sent = test_gss_step (gss, token);
      g_autofree char *http = NULL;
      g_auto (TestAnswer) answer = { 0 };

      if (sent == NULL)
        break;
      http = format_leg (scheme, sent, fields, "");
      test_client_send (c, http, -1);
      test_client_receive (c, &answer);
      status = answer.status;
      if (status != 200 && (status != 401 || test_answer_closes (&answer)))
        break;
      g_assert_cmpuint (answer.body_length, ==, 0);
      g_free (token);
      token = test_gss_dup_token (&answer, scheme);
    }
  if (status == 200 && token != NULL && !gss->is_complete)
    g_free (test_gss_step (gss, token));
  g_assert_cmpint (status == 200, ==, status == 200 && gss->is_complete);

  return status;
}

GBytes *
test_gss_new_request (WsmSealProtocol protocol, gconstpointer body, gsize length)
{
  GByteArray *octets = g_byte_array_new ();
  g_autofree char *head = g_strdup_printf (
    "POST /wsman HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n"
    "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
    wsm_sealed_body_get_content_type (protocol), length);

  g_byte_array_append (octets, (const guint8 *) head, (guint) strlen (head));
  g_byte_array_append (octets, body, (guint) length);

  return g_byte_array_free_to_bytes (octets);
}

GBytes *
test_gss_format (TestGss *gss, WsmSealProtocol protocol, const char *envelope)
{
  gsize header_length;
  g_autoptr (GBytes) plain = g_bytes_new_static (envelope, strlen (envelope));
  g_autoptr (GBytes) token = test_gss_seal (gss, plain, &header_length);
  g_autoptr (GBytes)
    body = wsm_sealed_body_format (protocol, WSM_CHARSET_UTF_8, FALSE, token, header_length);

  return test_gss_new_request (protocol, g_bytes_get_data (body, NULL), g_bytes_get_size (body));
}

void
test_gss_send (TestClient *c, GBytes *request)
{
  test_client_send (c, g_bytes_get_data (request, NULL), (gssize) g_bytes_get_size (request));
}

char *
test_gss_ask (TestClient *c, TestGss *gss, WsmSealProtocol protocol, const char *envelope,
              guint status)
{
  g_autoptr (GBytes) request = test_gss_format (gss, protocol, envelope);
  g_autofree char *type = g_strdup_printf ("\r\nContent-Type: %s\r\n",
                                           wsm_sealed_body_get_content_type (protocol));
  g_auto (TestAnswer) answer = { 0 };

  test_gss_send (c, request);
  test_client_receive (c, &answer);
  g_assert_cmpuint (answer.status, ==, status);
  g_assert_nonnull (strstr (answer.head, type));
  /* the readers that we know insist on the tab */
  g_assert_nonnull (strstr (answer.body, "\r\n\tContent-Type: application/octet-stream\r\n"));

  return test_gss_unseal (gss, answer.body, answer.body_length,
                          wsm_sealed_body_get_content_type (protocol));
}
