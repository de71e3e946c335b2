/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-certificate-users.h"

#include "wsm-auth-error.h"
#include "wsm-certificate-purpose.h"
#include "wsm-certificate-rules.h"
#include "wsm-distinguished-name.h"
#include "wsm-trusted-file.h"

#define MAX_FILE_SIZE (1024 * 1024)
#define MAX_CHAIN     16

struct _WsmCertificateUsers
{
  GObject parent_instance;

  GTlsDatabase *authorities;  /* (owned) */
  WsmCertificateRules *rules; /* (owned) */
};

G_DEFINE_FINAL_TYPE (WsmCertificateUsers, wsm_certificate_users, G_TYPE_OBJECT)

static void
wsm_certificate_users_finalize (GObject *object)
{
  WsmCertificateUsers *self = WSM_CERTIFICATE_USERS (object);

  g_clear_object (&self->authorities);
  g_clear_pointer (&self->rules, wsm_certificate_rules_free);

  G_OBJECT_CLASS (wsm_certificate_users_parent_class)->finalize (object);
}

static void
wsm_certificate_users_class_init (WsmCertificateUsersClass *class)
{
  G_OBJECT_CLASS (class)->finalize = wsm_certificate_users_finalize;
}

static void
wsm_certificate_users_init (WsmCertificateUsers *self)
{
}

static void
free_list (GList *list)
{
  g_list_free_full (list, g_object_unref);
}

static GTlsDatabase *
open_authorities (const char *path, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GError) fault = NULL;
  GList *list;
  gsize length = 0;

  contents = wsm_trusted_file_read (path, "file of certificate authorities", MAX_FILE_SIZE,
                                    WSM_TRUSTED_FILE_PUBLIC, &length, error);
  if (contents == NULL)
    return NULL;

  list = g_tls_certificate_list_new_from_file (absolute, &fault);
  if (list != NULL)
    database = g_tls_file_database_new (absolute, &fault);
  free_list (list);
  if (database == NULL)
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                 "The file of certificate authorities %s has no certificates that can be read, in "
                 "the form PEM: %s.",
                 path, fault != NULL ? fault->message : "there are none");

  return g_steal_pointer (&database);
}

/**
 * wsm_certificate_users_new:
 * @authorities_file: (type filename): certificates of the authorities whose word counts for
 * clients, in the form PEM
 * @users_file: (type filename): whose certificates are whose; see wsm_certificate_rules_parse().
 *   Both files are root's or this process's own, and nobody else may write them
 * @error: a #GFileError for a file that cannot be read or is not to be trusted;
 *   %WSM_AUTH_ERROR_SYNTAX, with the file and what is wrong in it
 *
 * Reads both files; later changes of them mean nothing. Blocks; for programs that start.
 *
 * Returns: (transfer full): the users; %NULL with @error set otherwise
 */
WsmCertificateUsers *
wsm_certificate_users_new (const char *authorities_file, const char *users_file, GError **error)
{
  g_autoptr (WsmCertificateUsers) self = g_object_new (WSM_TYPE_CERTIFICATE_USERS, NULL);
  g_autofree char *text = NULL;
  gsize length = 0;

  g_return_val_if_fail (authorities_file != NULL && users_file != NULL, NULL);

  self->authorities = open_authorities (authorities_file, error);
  if (self->authorities == NULL)
    return NULL;

  text = wsm_trusted_file_read (users_file, "file of certificate users", MAX_FILE_SIZE,
                                WSM_TRUSTED_FILE_PUBLIC, &length, error);
  if (text == NULL)
    return NULL;
  self->rules = wsm_certificate_rules_parse (users_file, text, length, error);
  if (self->rules == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

/* What is wrong with a certificate, for people. */
static char *
describe_flags (GTlsCertificateFlags flags)
{
  static const struct
  {
    GTlsCertificateFlags flag;
    const char *text;
  } texts[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA, "no authority of ours has signed it" },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, "it is not valid yet" },
    { G_TLS_CERTIFICATE_EXPIRED, "it has expired" },
    { G_TLS_CERTIFICATE_REVOKED, "it has been revoked" },
    { G_TLS_CERTIFICATE_INSECURE, "its algorithm is insecure" },
  };
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if ((flags & texts[i].flag) != 0)
        g_ptr_array_add (found, (gpointer) texts[i].text);
    }
  if (found->len == 0)
    g_ptr_array_add (found, (gpointer) "it cannot be verified");
  g_ptr_array_add (found, NULL);

  return g_strjoinv (", and ", (char **) found->pdata);
}

/* What an authority was allowed to sign for counts as well as what the certificate itself says. */
static gboolean
is_for_clients (GTlsCertificate *certificate)
{
  guint n = 0;

  for (GTlsCertificate *c = certificate; c != NULL; c = g_tls_certificate_get_issuer (c))
    {
      g_autoptr (GByteArray) der = NULL;

      g_object_get (c, "certificate", &der, NULL);
      if (++n > MAX_CHAIN || der == NULL ||
          !wsm_certificate_purpose_is_client (der->data, der->len))
        return FALSE;
    }
  return TRUE;
}

static gboolean
verify (WsmCertificateUsers *self, GTlsCertificate *certificate, GError **error)
{
  g_autoptr (GError) fault = NULL;
  GTlsCertificateFlags flags;

  flags = g_tls_database_verify_chain (self->authorities, certificate,
                                       G_TLS_DATABASE_PURPOSE_AUTHENTICATE_CLIENT, NULL, NULL,
                                       G_TLS_DATABASE_VERIFY_NONE, NULL, &fault);
  if (fault != NULL)
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                 "The caller's certificate cannot be verified: %s.", fault->message);
  else if (flags != 0)
    {
      g_autofree char *text = describe_flags (flags);

      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                   "The caller's certificate is not accepted: %s.", text);
    }
  else if (!is_for_clients (certificate))
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                 "The caller's certificate is not accepted: it is not for clients of TLS (extended "
                 "key usage).");
  else
    return TRUE;

  return FALSE;
}

/**
 * wsm_certificate_users_match:
 * @self: the users
 * @certificate: what a client has shown, and of which TLS has proved that it has the key
 * @error: %WSM_AUTH_ERROR_REJECTED: it is expired, of no authority of ours, not for clients, or
 *   nobody's. For the log
 *
 * Whose certificate that is. Of no two authorities may the same name be somebody else's: who signs
 * for one user can sign for any.
 *
 * Returns: (transfer full): the name of the user; %NULL with @error set otherwise
 */
char *
wsm_certificate_users_match (WsmCertificateUsers *self, GTlsCertificate *certificate,
                             GError **error)
{
  g_autoptr (GByteArray) der = NULL;
  g_autofree char *name = NULL;
  g_autofree char *subject = NULL;
  g_autofree char *fingerprint = NULL;

  g_return_val_if_fail (WSM_IS_CERTIFICATE_USERS (self), NULL);
  g_return_val_if_fail (G_IS_TLS_CERTIFICATE (certificate), NULL);

  if (!verify (self, certificate, error))
    return NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  fingerprint = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
  name = g_tls_certificate_get_subject_name (certificate);
  if (name != NULL)
    subject = wsm_distinguished_name_normalize (name, NULL);

  return g_strdup (wsm_certificate_rules_find (self->rules, subject, fingerprint, error));
}
