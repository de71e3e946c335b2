/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-host-certificate.h"

#include "request/cf-display-text.h"
#include "wsman/client/wsm-certificate-probe.h"

#define SHA256_DIGITS 64u

/* What is asked, for the time of the asking. */
typedef struct
{
  CfContact *contact;    /* (owned) */
  WsmEndpoint *endpoint; /* (owned) */
} Question;

static void
question_free (Question *question)
{
  cf_contact_unref (question->contact);
  wsm_endpoint_unref (question->endpoint);
  g_free (question);
}

/**
 * cf_fingerprint_normalise:
 * @text: (nullable): what somebody typed: digits of either case, with colons or blanks between
 *   pairs or without
 *
 * Returns: (transfer full) (nullable): 64 lower-case digits; %NULL if it is no SHA-256
 */
char *
cf_fingerprint_normalise (const char *text)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (const char *at = text; at != NULL && *at != '\0'; at++)
    {
      if (g_ascii_isxdigit (*at) && digits->len < SHA256_DIGITS)
        g_string_append_c (digits, g_ascii_tolower (*at));
      else if ((*at != ':' && *at != ' ') || digits->len % 2 != 0 || digits->len == 0)
        return NULL;
    }
  return digits->len == SHA256_DIGITS ? g_strdup (digits->str) : NULL;
}

/**
 * cf_fingerprint_format:
 * @sha256: 64 digits
 *
 * Returns: (transfer full): as people compare it
 */
char *
cf_fingerprint_format (const char *sha256)
{
  GString *text = g_string_new (NULL);

  g_return_val_if_fail (sha256 != NULL, NULL);

  for (gsize i = 0; sha256[i] != '\0' && sha256[i + 1] != '\0'; i += 2)
    g_string_append_printf (text, "%s%c%c", i > 0 ? ":" : "", g_ascii_toupper (sha256[i]),
                            g_ascii_toupper (sha256[i + 1]));
  return g_string_free (text, FALSE);
}

static char *
dup_shown (const char *name)
{
  return name != NULL && *name != '\0' ? cf_display_text_one_line (name) : g_strdup ("–");
}

/**
 * cf_host_certificate_new:
 * @certificate: what a host showed
 * @is_vouched: whether an authority vouches for it
 *
 * Returns: (transfer full): it, for people
 */
CfHostCertificate *
cf_host_certificate_new (GTlsCertificate *certificate, gboolean is_vouched)
{
  g_autofree char *subject = NULL;
  g_autofree char *issuer = NULL;
  CfHostCertificate *self;

  g_return_val_if_fail (G_IS_TLS_CERTIFICATE (certificate), NULL);

  subject = g_tls_certificate_get_subject_name (certificate);
  issuer = g_tls_certificate_get_issuer_name (certificate);
  self = g_new0 (CfHostCertificate, 1);
  self->subject = dup_shown (subject);
  self->issuer = dup_shown (issuer);
  self->not_before = g_tls_certificate_get_not_valid_before (certificate);
  self->not_after = g_tls_certificate_get_not_valid_after (certificate);
  self->fingerprint = wsm_trust_fingerprint (certificate);
  self->sha256 = cf_fingerprint_normalise (self->fingerprint);
  self->is_vouched = is_vouched;
  return self;
}

/**
 * cf_host_certificate_free:
 * @self: (transfer full): a certificate
 */
void
cf_host_certificate_free (CfHostCertificate *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->subject);
  g_free (self->issuer);
  g_clear_pointer (&self->not_before, g_date_time_unref);
  g_clear_pointer (&self->not_after, g_date_time_unref);
  g_free (self->fingerprint);
  g_free (self->sha256);
  g_free (self);
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Question *question = g_task_get_task_data (task);
  g_autoptr (GTlsCertificate) certificate = NULL;
  GError *error = NULL;
  gboolean is_vouched;

  certificate = wsm_certificate_probe_finish (result, &error);
  if (certificate == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  is_vouched = cf_contact_vouches (question->contact, question->endpoint, certificate);
  g_task_return_pointer (task, cf_host_certificate_new (certificate, is_vouched),
                         (GDestroyNotify) cf_host_certificate_free);
}

/**
 * cf_host_certificate_fetch_async:
 * @contact: whose authorities are believed; without known hosts
 * @endpoint: a host, over TLS
 * @connect_msec: how long it may take; 0 for what #WsmClient takes for right
 * @cancellable: (nullable): gives up
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Asks which certificate a host shows. Nothing is sent to it, no name and no password.
 */
void
cf_host_certificate_fetch_async (CfContact *contact, WsmEndpoint *endpoint, guint connect_msec,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task;
  Question *question;

  g_return_if_fail (contact != NULL);
  g_return_if_fail (endpoint != NULL && wsm_endpoint_is_tls (endpoint));

  question = g_new0 (Question, 1);
  question->contact = cf_contact_ref (contact);
  question->endpoint = wsm_endpoint_ref (endpoint);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, cf_host_certificate_fetch_async);
  g_task_set_task_data (task, question, (GDestroyNotify) question_free);
  wsm_certificate_probe_async (endpoint, connect_msec > 0 ? connect_msec : WSM_CLIENT_CONNECT_MSEC,
                               cancellable, probed_cb, task);
}

/**
 * cf_host_certificate_fetch_finish:
 * @result: what the callback got
 * @error: a #WsmClientError
 *
 * Returns: (transfer full): the certificate; %NULL with @error set otherwise
 */
CfHostCertificate *
cf_host_certificate_fetch_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
