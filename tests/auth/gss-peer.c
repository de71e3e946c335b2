/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gss-peer.h"

void
gss_peer_prepare (const char *keytab)
{
  g_setenv ("KRB5_KTNAME", keytab != NULL ? keytab : g_getenv ("CURFEW_TEST_KEYTAB"), TRUE);
  g_setenv ("NTLM_USER_FILE", g_getenv ("CURFEW_TEST_NTLM_USERS"), TRUE);
}

void
gss_peer_init (GssPeer *self, gboolean with_kerberos, gboolean with_ntlm)
{
  gss_OID_desc mechanisms[3] = { wsm_gss_spnego };
  gss_OID_set_desc set = { 1, mechanisms };
  gss_OID_set_desc inner = { 0, mechanisms + 1 };
  OM_uint32 minor;

  if (with_kerberos)
    mechanisms[set.count++] = wsm_gss_krb5;
  if (with_ntlm)
    mechanisms[set.count++] = wsm_gss_ntlm;
  inner.count = set.count - 1;

  *self = (GssPeer){ 0 };
  g_assert_cmphex (
    gss_acquire_cred (&minor, GSS_C_NO_NAME, 0, &set, GSS_C_ACCEPT, &self->credential, NULL, NULL),
    ==, GSS_S_COMPLETE);
  g_assert_cmphex (gss_set_neg_mechs (&minor, self->credential, &inner), ==, GSS_S_COMPLETE);
}

void
gss_peer_clear (GssPeer *self)
{
  OM_uint32 minor;

  gss_delete_sec_context (&minor, &self->context, GSS_C_NO_BUFFER);
  gss_release_cred (&minor, &self->credential);
}

/* What the service says to @token: NULL for nothing. */
GBytes *
gss_peer_answer (GssPeer *self, GBytes *token, GBytes *binding)
{
  struct gss_channel_bindings_struct bindings;
  g_autoptr (GByteArray) data = NULL;
  gss_buffer_desc in = GSS_C_EMPTY_BUFFER, out = GSS_C_EMPTY_BUFFER;
  GBytes *answer = NULL;
  OM_uint32 minor;

  in.value = (gpointer) g_bytes_get_data (token, &in.length);
  if (binding != NULL)
    wsm_gss_fill_bindings (&bindings, &data, binding);

  self->major = gss_accept_sec_context (&minor, &self->context, self->credential, &in,
                                        binding != NULL ? &bindings : GSS_C_NO_CHANNEL_BINDINGS,
                                        NULL, &self->mechanism, &out, &self->flags, NULL, NULL);
  if (out.length > 0)
    answer = g_bytes_new (out.value, out.length);
  gss_release_buffer (&minor, &out);

  return answer;
}

WsmGssContext *
gss_peer_take_context (GssPeer *self)
{
  g_autoptr (GError) error = NULL;
  WsmGssContext *context;

  g_assert_cmphex (self->major, ==, GSS_S_COMPLETE);
  context = wsm_gss_context_new_take (&self->context, self->mechanism, self->flags, &error);
  g_assert_no_error (error);

  return context;
}
