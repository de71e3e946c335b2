/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gss-caller.h"

#include <string.h>

#include "../support/kept-credential.h"

static gss_OID_desc krb5 = { 9, (void *) "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02" };
static gss_OID_desc ntlm = { 10, (void *) "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a" };
static gss_OID_desc spnego = { 6, (void *) "\x2b\x06\x01\x05\x05\x02" };

static gss_name_t
import (const char *text, gss_OID type)
{
  gss_buffer_desc buffer = { strlen (text), (void *) text };
  gss_name_t name = GSS_C_NO_NAME;
  OM_uint32 minor;

  g_assert_cmphex (gss_import_name (&minor, &buffer, type, &name), ==, GSS_S_COMPLETE);
  return name;
}

gboolean
caller_can_spnego_ntlm (void)
{
  return g_getenv ("CURFEW_TEST_SPNEGO_NTLM") != NULL;
}

/* The ticket in the cache, or a user and a password. */
static void
acquire (CallerState *state, const Caller *caller, gss_OID_set mechanisms)
{
  gss_cred_id_t *kept = caller->is_ntlm && !caller->is_spnego
                          ? kept_credential_find (caller->user, caller->password)
                          : NULL;
  OM_uint32 minor;
  OM_uint32 major;

  if (kept != NULL && *kept != GSS_C_NO_CREDENTIAL)
    {
      state->credential = *kept;
      state->is_kept = TRUE;
      return;
    }
  if (caller->password != NULL)
    {
      gss_buffer_desc password = { strlen (caller->password), (void *) caller->password };
      gss_name_t name = import (caller->user, GSS_C_NT_USER_NAME);

      major = gss_acquire_cred_with_password (&minor, name, &password, 0, mechanisms,
                                              GSS_C_INITIATE, &state->credential, NULL, NULL);
      gss_release_name (&minor, &name);
    }
  else
    major = gss_acquire_cred (&minor, GSS_C_NO_NAME, 0, mechanisms, GSS_C_INITIATE,
                              &state->credential, NULL, NULL);
  g_assert_cmphex (major, ==, GSS_S_COMPLETE);
  state->is_kept = kept != NULL;
  if (kept != NULL)
    *kept = state->credential;
}

void
caller_begin (CallerState *state, const Caller *caller)
{
  gss_OID_desc inner[2] = { krb5, ntlm };
  gss_OID_set_desc negotiable = { 1, caller->is_ntlm ? &inner[1] : &inner[0] };
  gss_OID_set_desc mechanisms = { 1, caller->is_spnego ? &spnego : negotiable.elements };
  OM_uint32 minor;

  if (caller->offers_kerberos_first)
    {
      negotiable.elements = inner;
      negotiable.count = 2;
    }
  memset (state, 0, sizeof *state);
  acquire (state, caller, &mechanisms);
  if (caller->is_spnego)
    g_assert_cmphex (gss_set_neg_mechs (&minor, state->credential, &negotiable), ==,
                     GSS_S_COMPLETE);
  state->target = import ("HTTP@localhost", GSS_C_NT_HOSTBASED_SERVICE);
}

static void
fill_bindings (struct gss_channel_bindings_struct *bindings, GString *data, GBytes *hash)
{
  gsize length;
  const char *octets = g_bytes_get_data (hash, &length);

  g_string_append_len (data, octets, (gssize) length);
  memset (bindings, 0, sizeof *bindings);
  bindings->application_data.value = data->str;
  bindings->application_data.length = data->len;
}

/* The flags of NTLM's first token follow the signature and the type, also inside of SPNEGO. */
static GBytes *
take_flags_out (GBytes *token, guint32 flags)
{
  gsize length;
  const void *octets = g_bytes_get_data (token, &length);
  g_autofree guint8 *changed = g_memdup2 (octets, length);
  guint8 *found = memmem (changed, length, "NTLMSSP\0\1\0\0\0", 12);
  guint32 number;

  g_assert_nonnull (found);
  memcpy (&number, found + 12, sizeof number);
  number &= ~GUINT32_TO_LE (flags);
  memcpy (found + 12, &number, sizeof number);

  return g_bytes_new_take (g_steal_pointer (&changed), length);
}

/* The next token; NULL for none. */
GBytes *
caller_step (CallerState *state, const Caller *caller, GBytes *token)
{
  struct gss_channel_bindings_struct bindings;
  g_autoptr (GString) data = g_string_new ("tls-server-end-point:");
  gss_buffer_desc input = GSS_C_EMPTY_BUFFER;
  gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
  GBytes *next = NULL;
  gss_OID mechanism = caller->is_spnego ? &spnego : caller->is_ntlm ? &ntlm : &krb5;
  OM_uint32 minor;
  OM_uint32 major;

  if (caller->binding != NULL)
    fill_bindings (&bindings, data, caller->binding);
  if (token != NULL)
    input.value = (void *) g_bytes_get_data (token, &input.length);

  major = gss_init_sec_context (&minor, state->credential, &state->context, state->target,
                                mechanism, caller->flags != 0 ? caller->flags : SEALING_FLAGS, 0,
                                caller->binding != NULL ? &bindings : GSS_C_NO_CHANNEL_BINDINGS,
                                &input, NULL, &output, NULL, NULL);
  g_assert_false (GSS_ERROR (major));
  state->is_complete = major == GSS_S_COMPLETE;
  if (output.length > 0)
    next = g_bytes_new (output.value, output.length);
  gss_release_buffer (&minor, &output);

  if (caller->ntlm_loses != 0 && token == NULL)
    {
      g_autoptr (GBytes) whole = g_steal_pointer (&next);

      next = take_flags_out (whole, caller->ntlm_loses);
    }
  return next;
}

void
caller_end (CallerState *state)
{
  OM_uint32 minor;

  gss_delete_sec_context (&minor, &state->context, GSS_C_NO_BUFFER);
  if (!state->is_kept)
    gss_release_cred (&minor, &state->credential);
  gss_release_name (&minor, &state->target);
}

static void
stepped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

gboolean
step (WsmAcceptance *acceptance, GBytes *token, GCancellable *cancellable, GBytes **answer,
      GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  wsm_acceptance_step_async (acceptance, token, cancellable, stepped_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return wsm_acceptance_step_finish (acceptance, result, answer, error);
}

/* All legs of @caller at @acceptor; NULL with @error set if it was refused. @state stays to be
 * ended by the caller. */
WsmAcceptance *
sign_in (WsmAcceptor *acceptor, WsmAuthScheme scheme, GBytes *binding, const Caller *caller,
         CallerState *state, guint *n_legs, GError **error)
{
  g_autoptr (WsmAcceptance) acceptance = wsm_acceptance_new (acceptor, scheme, binding);
  g_autoptr (GBytes) token = NULL;
  guint n = 0;

  caller_begin (state, caller);
  token = caller_step (state, caller, NULL);
  while (token != NULL)
    {
      g_autoptr (GBytes) answer = NULL;

      g_assert_null (wsm_acceptance_get_identity (acceptance));
      g_assert_null (wsm_acceptance_get_context (acceptance));
      g_assert_cmpuint (++n, <=, WSM_ACCEPTANCE_MAX_LEGS);
      if (!step (acceptance, token, NULL, &answer, error))
        {
          g_assert_null (wsm_acceptance_get_identity (acceptance));
          g_assert_null (wsm_acceptance_get_context (acceptance));
          return NULL;
        }
      g_clear_pointer (&token, g_bytes_unref);
      if (answer != NULL)
        token = caller_step (state, caller, answer);
    }
  g_assert_true (state->is_complete);
  g_assert_nonnull (wsm_acceptance_get_identity (acceptance));
  if (n_legs != NULL)
    *n_legs = n;

  return g_steal_pointer (&acceptance);
}
