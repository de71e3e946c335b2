/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <krb5.h>
#include <string.h>

#include "wsm-acceptor-private.h"
#include "wsm-ntlm-challenge.h"
#include "wsm-ntlm-users.h"

#define MAX_NAME 256

/* What one call of GSS-API says, as far as the caller's name goes, and who can be meant. */
typedef struct
{
  gss_name_t source;
  gss_OID mechanism;
  OM_uint32 flags;
  WsmNtlmUsers *users; /* (owned) (nullable): for NTLM */
} Result;

void
wsm_gss_identity_clear (WsmGssIdentity *self)
{
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->realm, g_free);
  g_clear_pointer (&self->account, g_free);
}

void
wsm_acceptance_step_free (WsmAcceptanceStep *self)
{
  OM_uint32 minor;

  if (self->gss != GSS_C_NO_CONTEXT)
    gss_delete_sec_context (&minor, &self->gss, GSS_C_NO_BUFFER);
  g_clear_object (&self->acceptor);
  g_clear_pointer (&self->binding, g_bytes_unref);
  g_clear_pointer (&self->input, g_bytes_unref);
  g_clear_pointer (&self->output, g_bytes_unref);
  g_clear_pointer (&self->context, wsm_gss_context_unref);
  wsm_gss_identity_clear (&self->identity);
  g_clear_error (&self->error);
  g_free (self);
}

/* A name that can stand in a log and in access.conf. */
static gboolean
check_name (const char *name, GError **error)
{
  gboolean is_good = *name != '\0' && strlen (name) <= MAX_NAME && g_utf8_validate (name, -1, NULL);

  for (const char *c = name; is_good && *c != '\0'; c = g_utf8_next_char (c))
    is_good = g_unichar_isprint (g_utf8_get_char (c));
  if (!is_good)
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                 "The caller's name is empty, longer than %d octets, or no text.", MAX_NAME);

  return is_good;
}

static char *
dup_displayed (gss_name_t name, GError **error)
{
  gss_buffer_desc buffer = GSS_C_EMPTY_BUFFER;
  g_autofree char *text = NULL;
  OM_uint32 minor;

  if (gss_display_name (&minor, name, &buffer, NULL) == GSS_S_COMPLETE)
    /* gss-ntlmssp counts the NUL at the end */
    text = g_strndup (buffer.value, buffer.length);
  if (text != NULL && buffer.length > strlen (text) + 1)
    g_clear_pointer (&text, g_free);
  gss_release_buffer (&minor, &buffer);

  if (text == NULL)
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED, "The caller's name is no text.");
      return NULL;
    }
  return g_steal_pointer (&text);
}

static char *
dup_account (gss_name_t name, gss_OID mechanism)
{
  gss_buffer_desc buffer = GSS_C_EMPTY_BUFFER;
  g_autofree char *account = NULL;
  OM_uint32 minor;

  if (gss_localname (&minor, name, mechanism, &buffer) == GSS_S_COMPLETE)
    account = g_strndup (buffer.value, buffer.length);
  gss_release_buffer (&minor, &buffer);

  return account != NULL && check_name (account, NULL) ? g_steal_pointer (&account) : NULL;
}

/* gss-ntlmssp has looked the caller up in the same file, but there it finds people whom a flag
 * excludes, and it asks winbind, if there is one, about those whom the file does not know. */
static gboolean
identify_ntlm (WsmGssIdentity *identity, WsmNtlmUsers *users, const char *text, GError **error)
{
  /* No name in the file has a backslash, so the last one ends what the caller calls its domain,
   * whatever is in there. */
  const char *backslash = strrchr (text, '\\');
  const char *name = backslash != NULL ? backslash + 1 : text;
  const char *own_name = users != NULL ? wsm_ntlm_users_find (users, name) : NULL;

  if (own_name == NULL)
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                   "The caller knows the password of a user who is disabled in the file of NTLM "
                   "users, or is not in it.");
      return FALSE;
    }
  identity->mechanism = WSM_MECHANISM_NTLM;
  identity->user = g_strdup (own_name);
  identity->account = g_strdup (own_name);
  return TRUE;
}

/* MIT's library gives no flag for what RFC 8062 calls anonymous, whether with the realm or without
 * it; other principals with a name or a realm of this kind (RFC 6111) are of nobody either. */
static gboolean
check_is_somebody (const WsmGssIdentity *identity, OM_uint32 flags, GError **error)
{
  if ((flags & GSS_C_ANON_FLAG) == 0 &&
      !g_str_has_prefix (identity->user, KRB5_WELLKNOWN_NAMESTR "/") &&
      !g_str_has_prefix (identity->realm, KRB5_WELLKNOWN_NAMESTR ":"))
    return TRUE;

  g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
               "The caller has a ticket of nobody in particular: anonymous ones are not accepted "
               "here.");
  return FALSE;
}

static gboolean
identify (WsmAcceptanceStep *self, const Result *result, GError **error)
{
  WsmGssIdentity *identity = &self->identity;
  g_autofree char *text = dup_displayed (result->source, error);

  if (text == NULL)
    return FALSE;

  identity->is_bound = (result->flags & GSS_C_CHANNEL_BOUND_FLAG) != 0;
  identity->may_speak_plain = self->binding != NULL &&
                              (identity->is_bound ||
                               wsm_acceptor_get_policy (self->acceptor, result->mechanism) ==
                                 WSM_BINDING_RELAXED);
  if (wsm_gss_is_mechanism (result->mechanism, &wsm_gss_ntlm))
    return identify_ntlm (identity, result->users, text, error);

  identity->mechanism = WSM_MECHANISM_KERBEROS;
  if (!wsm_acceptor_split_principal (self->acceptor, text, &identity->user, &identity->realm,
                                     error) ||
      !check_name (identity->user, error) || !check_name (identity->realm, error) ||
      !check_is_somebody (identity, result->flags, error))
    return FALSE;
  identity->account = dup_account (result->source, result->mechanism);
  return TRUE;
}

static gboolean
check_binding (WsmAcceptanceStep *self, const Result *result, const char *mechanism, GError **error)
{
  if (self->binding == NULL || (result->flags & GSS_C_CHANNEL_BOUND_FLAG) != 0 ||
      wsm_acceptor_get_policy (self->acceptor, result->mechanism) != WSM_BINDING_REQUIRED)
    return TRUE;

  g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_BINDING,
               "The caller has signed in by %s without channel bindings, which are required here: "
               "its client is too old, or somebody passes a sign-in on.",
               mechanism);
  return FALSE;
}

/* Whether what is sealed on this connection will be worth it. That it can be sealed at all
 * wsm_gss_context_new_take() demands: NTLM that neither seals nor signs is anybody's to relay. */
static gboolean
check_strength (WsmAcceptanceStep *self, const Result *result, gboolean is_ntlm, GError **error)
{
  if (is_ntlm && !self->is_challenged)
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM,
                   "The caller has signed in by NTLM without having been asked anything.");
      return FALSE;
    }
  if (!is_ntlm && self->binding == NULL && (result->flags & GSS_C_SEQUENCE_FLAG) == 0)
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM,
                   "The caller's client asks Kerberos for no sequence of messages, so that sealed "
                   "ones could be repeated; it has to ask for one, or to come over TLS.");
      return FALSE;
    }
  return TRUE;
}

/* Everything that has to be right once the library is content. */
static gboolean
complete (WsmAcceptanceStep *self, const Result *result, GError **error)
{
  gboolean is_ntlm = wsm_gss_is_mechanism (result->mechanism, &wsm_gss_ntlm);

  if (!is_ntlm && !wsm_gss_is_mechanism (result->mechanism, &wsm_gss_krb5))
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM,
                   "The caller has signed in by a mechanism that is neither Kerberos nor NTLM.");
      return FALSE;
    }
  if (!check_binding (self, result, is_ntlm ? WSM_MECHANISM_NTLM : WSM_MECHANISM_KERBEROS, error) ||
      !check_strength (self, result, is_ntlm, error) || !identify (self, result, error))
    return FALSE;

  self->context = wsm_gss_context_new_take (&self->gss, result->mechanism, result->flags, error);
  return self->context != NULL;
}

/* Before the caller answers it. */
static void
check_challenge (WsmAcceptanceStep *self, GError **error)
{
  WsmNtlmChallenge challenge = self->output != NULL ? wsm_ntlm_find_challenge (self->output)
                                                    : WSM_NTLM_CHALLENGE_NONE;

  if (challenge == WSM_NTLM_CHALLENGE_STRONG)
    self->is_challenged = TRUE;
  else if (challenge == WSM_NTLM_CHALLENGE_WEAK)
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_MECHANISM,
                 "The caller asks NTLM for less than extended session security, keys of 128 bits "
                 "and key exchange: its client is too old, or somebody changes what it sends.");
}

static OM_uint32
accept_token (WsmAcceptanceStep *self, OM_uint32 *minor, Result *result)
{
  struct gss_channel_bindings_struct bindings;
  g_autoptr (GByteArray) data = NULL;
  gss_buffer_desc input = GSS_C_EMPTY_BUFFER;
  gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
  OM_uint32 major;
  OM_uint32 ignored;

  if (self->binding != NULL)
    wsm_gss_fill_bindings (&bindings, &data, self->binding);
  input.value = (void *) g_bytes_get_data (self->input, &input.length);

  /* Whoever delegates a ticket to us gets it back unread: none is asked for, so none is kept. */
  major = gss_accept_sec_context (
    minor, &self->gss, wsm_acceptor_get_credential (self->acceptor, self->scheme), &input,
    self->binding != NULL ? &bindings : GSS_C_NO_CHANNEL_BINDINGS, &result->source,
    &result->mechanism, &output, &result->flags, NULL, NULL);
  if (output.length > 0)
    self->output = g_bytes_new (output.value, output.length);
  gss_release_buffer (&ignored, &output);

  return major;
}

/* One leg, in a thread of the lane: it may wait for a disk, and gss_localname() for a directory. */
void
wsm_acceptance_step_run (WsmAcceptanceStep *self)
{
  Result result = { GSS_C_NO_NAME, GSS_C_NO_OID, 0, NULL };
  OM_uint32 minor = 0;
  OM_uint32 major;

  /* Before the library: it minds neither what the file says nor who may write it, and who knows a
   * password and who does not shall hear the same of a file that is not in order. */
  if (wsm_ntlm_is_token (self->input) && wsm_acceptor_has_ntlm (self->acceptor))
    {
      result.users = wsm_acceptor_load_ntlm_users (self->acceptor, &self->error);
      if (result.users == NULL)
        return;
    }

  major = accept_token (self, &minor, &result);
  if (GSS_ERROR (major))
    self->error = wsm_acceptance_error_new (self, major, minor, result.mechanism);
  else if ((major & GSS_S_CONTINUE_NEEDED) != 0)
    check_challenge (self, &self->error);
  else
    self->is_complete = complete (self, &result, &self->error);
  gss_release_name (&minor, &result.source);
  g_clear_pointer (&result.users, wsm_ntlm_users_free);

  /* The library is content, so its token says that all is well, and clients try again for ever; or
   * it is a challenge the answer to which is of use to whoever has weakened it. */
  if (self->error != NULL && !GSS_ERROR (major))
    g_clear_pointer (&self->output, g_bytes_unref);

  if ((self->error != NULL || self->is_complete) && self->gss != GSS_C_NO_CONTEXT)
    gss_delete_sec_context (&minor, &self->gss, GSS_C_NO_BUFFER);
}
