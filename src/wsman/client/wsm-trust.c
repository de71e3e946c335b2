/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-trust.h"

#include <string.h>

#include "wsm-client-error.h"
#include "wsman/auth/wsm-refusing-database.h"

#define SHA256_LENGTH   32
/* What TLS 1.2 means to GnuTLS, and CBC suites, which older Windows hosts need. */
#define GNUTLS_PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct _WsmTrust
{
  GObject parent_instance;

  GTlsDatabase *database; /* (owned) (nullable): the authorities; NULL if there is a pin */
  char *pin;              /* (owned) (nullable): 64 lower-case hexadecimal digits */
};

G_DEFINE_FINAL_TYPE (WsmTrust, wsm_trust, G_TYPE_OBJECT)

static void
wsm_trust_finalize (GObject *object)
{
  WsmTrust *self = WSM_TRUST (object);

  g_clear_object (&self->database);
  g_clear_pointer (&self->pin, g_free);

  G_OBJECT_CLASS (wsm_trust_parent_class)->finalize (object);
}

static void
wsm_trust_class_init (WsmTrustClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wsm_trust_finalize;
}

static void
wsm_trust_init (WsmTrust *self)
{
}

/* 64 lower-case digits out of what people copy from elsewhere; NULL if it is no SHA-256. */
static char *
normalise_pin (const char *pin)
{
  GString *digits = g_string_new (NULL);

  for (const char *at = pin; *at != '\0' && digits->len <= 2 * SHA256_LENGTH; at++)
    {
      if (g_ascii_isxdigit (*at))
        g_string_append_c (digits, g_ascii_tolower (*at));
      else if (*at != ':' || at == pin || at[1] == '\0' || digits->len % 2 != 0 || at[-1] == ':')
        break;
      if (at[1] == '\0' && digits->len == 2 * SHA256_LENGTH)
        return g_string_free (digits, FALSE);
    }

  g_string_free (digits, TRUE);
  return NULL;
}

static GTlsDatabase *
load_file (const char *ca_file, GError **error)
{
  /* The database wants an absolute path, and takes a file without certificates for a good one. */
  g_autofree char *path = g_canonicalize_filename (ca_file, NULL);
  g_autolist (GTlsCertificate) certificates = NULL;
  g_autoptr (GError) local_error = NULL;
  GTlsDatabase *database = NULL;

  certificates = g_tls_certificate_list_new_from_file (path, &local_error);
  if (certificates != NULL)
    database = g_tls_file_database_new (path, &local_error);

  if (database == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "There is no certificate to trust in %s: %s.", ca_file,
                 local_error != NULL ? local_error->message : "the file holds none in PEM form");

  return database;
}

/* The authorities of this computer, also after wsm_trust_prepare_process(). */
static GTlsDatabase *
load_system (void)
{
  GTlsBackend *backend = g_tls_backend_get_default ();
  g_autoptr (GTlsDatabase) database = g_tls_backend_get_default_database (backend);

  if (WSM_IS_REFUSING_DATABASE (database))
    {
      GTlsDatabase *refusing = g_steal_pointer (&database);

      g_tls_backend_set_default_database (backend, NULL);
      database = g_tls_backend_get_default_database (backend);
      g_tls_backend_set_default_database (backend, refusing);
      g_object_unref (refusing);
    }

  return g_steal_pointer (&database);
}

/**
 * wsm_trust_new:
 * @ca_file: (nullable): a PEM file of authorities, or of self-signed certificates; %NULL for the
 *   authorities of this computer
 * @pin: (nullable): the SHA-256 of the one certificate that is right, in hexadecimal digits of any
 *   case, with or without colons; authorities, names and dates then mean nothing
 * @error: %G_IO_ERROR_INVALID_ARGUMENT for a file without certificates, for what is no SHA-256, and
 *   for both @ca_file and @pin
 *
 * Reads the authorities, which blocks for some 20 ms: make one object per program.
 *
 * Returns: (transfer full): the trust; %NULL with @error set otherwise
 */
WsmTrust *
wsm_trust_new (const char *ca_file, const char *pin, GError **error)
{
  g_autoptr (WsmTrust) self = g_object_new (WSM_TYPE_TRUST, NULL);

  if (pin != NULL && ca_file != NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "A pinned certificate needs no authorities: give one of the two.");
      return NULL;
    }

  if (pin != NULL)
    {
      self->pin = normalise_pin (pin);
      if (self->pin != NULL)
        return g_steal_pointer (&self);

      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "A pin is the SHA-256 of a certificate: 64 hexadecimal digits, with or "
                           "without colons.");
      return NULL;
    }

  self->database = ca_file != NULL ? load_file (ca_file, error) : load_system ();
  if (self->database == NULL)
    {
      if (ca_file == NULL)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                             "The authorities of this computer cannot be read: install "
                             "glib-networking and ca-certificates.");
      return NULL;
    }

  return g_steal_pointer (&self);
}

static char *
hex_sha256 (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
}

static char *
with_colons (const char *digits)
{
  GString *text = g_string_sized_new (SHA256_LENGTH * 3);

  for (gsize i = 0; digits[i] != '\0' && digits[i + 1] != '\0'; i += 2)
    g_string_append_printf (text, "%s%c%c", i > 0 ? ":" : "", g_ascii_toupper (digits[i]),
                            g_ascii_toupper (digits[i + 1]));

  return g_string_free (text, FALSE);
}

static char *
describe_flags (GTlsCertificateFlags flags)
{
  static const struct
  {
    GTlsCertificateFlags flag;
    const char *text;
  } meanings[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA, "nobody whom this computer trusts has signed it" },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, "it is for another name" },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, "it is not valid yet" },
    { G_TLS_CERTIFICATE_EXPIRED, "it has expired" },
    { G_TLS_CERTIFICATE_REVOKED, "it was revoked" },
    { G_TLS_CERTIFICATE_INSECURE, "its signature is insecure" },
  };
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (meanings); i++)
    {
      if ((flags & meanings[i].flag) != 0)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", meanings[i].text);
    }
  if (text->len == 0)
    g_string_append (text, "it could not be checked");

  return g_string_free (text, FALSE);
}

static gboolean
equal_digits (const char *a, const char *b)
{
  guint8 difference = 0;

  for (gsize i = 0; i < 2 * SHA256_LENGTH; i++)
    difference |= (guint8) (a[i] ^ b[i]);

  return difference == 0;
}

static char *
dup_name (GSocketConnectable *identity)
{
  if (G_IS_NETWORK_ADDRESS (identity))
    return g_strdup (g_network_address_get_hostname (G_NETWORK_ADDRESS (identity)));

  return g_socket_connectable_to_string (identity);
}

/**
 * wsm_trust_verify:
 * @self: a trust
 * @certificate: what the other end showed, with the chain it sent
 * @identity: the host that was asked for
 * @error: %WSM_CLIENT_ERROR_TLS_UNTRUSTED, or %WSM_CLIENT_ERROR_TLS_PIN if there is a pin; the
 *   message shows the SHA-256 of @certificate, so that people can compare it
 *
 * Whether @certificate is that of @identity. Takes about a tenth of a millisecond and does not go
 * to the network.
 *
 * Returns: %TRUE if it is; %FALSE with @error set otherwise
 */
gboolean
wsm_trust_verify (WsmTrust *self, GTlsCertificate *certificate, GSocketConnectable *identity,
                  GError **error)
{
  g_autofree char *digits = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *name = NULL;
  g_autofree char *why = NULL;
  GTlsCertificateFlags flags;

  g_return_val_if_fail (WSM_IS_TRUST (self), FALSE);
  g_return_val_if_fail (G_IS_TLS_CERTIFICATE (certificate), FALSE);
  g_return_val_if_fail (G_IS_SOCKET_CONNECTABLE (identity), FALSE);

  digits = hex_sha256 (certificate);
  shown = with_colons (digits);
  name = dup_name (identity);

  if (self->pin != NULL)
    {
      g_autofree char *pinned = with_colons (self->pin);

      if (equal_digits (self->pin, digits))
        return TRUE;

      g_set_error (
        error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS_PIN,
        "A different machine answered as %s. Nothing was sent. Its certificate is %s, the "
        "known one is %s.",
        name, shown, pinned);
      return FALSE;
    }

  flags = g_tls_database_verify_chain (self->database, certificate,
                                       G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER, identity, NULL,
                                       G_TLS_DATABASE_VERIFY_NONE, NULL, NULL);
  if (flags == 0)
    return TRUE;

  why = describe_flags (flags);
  g_set_error (
    error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS_UNTRUSTED,
    "The certificate of %s is not trusted: %s. Nothing was sent. Compare its SHA-256 with "
    "the computer's own, then pin it: %s",
    name, why, shown);

  return FALSE;
}

/**
 * wsm_trust_fingerprint:
 * @certificate: a certificate
 *
 * Returns: (transfer full): the SHA-256 of its DER form, 32 pairs of upper-case digits with colons
 */
char *
wsm_trust_fingerprint (GTlsCertificate *certificate)
{
  g_autofree char *digits = NULL;

  g_return_val_if_fail (G_IS_TLS_CERTIFICATE (certificate), NULL);

  digits = hex_sha256 (certificate);

  return with_colons (digits);
}

/**
 * wsm_trust_prepare_process:
 *
 * Sets what libsoup and GnuTLS take from the whole process: TLS 1.2 at least, HTTP/1.1 only, and a
 * default database that holds nothing, because each TLS connection reads the default one whatever
 * it is told, which takes nine tenths of the time of asking many hosts. Afterwards no TLS
 * connection of this process is trusted but by a #WsmTrust.
 *
 * Call it first thing in main(), before there are threads: it changes the environment.
 */
void
wsm_trust_prepare_process (void)
{
  g_autoptr (GTlsDatabase) refusing = wsm_refusing_database_new ();

  g_setenv ("G_TLS_GNUTLS_PRIORITY", GNUTLS_PRIORITY, TRUE);
  g_setenv ("SOUP_FORCE_HTTP1", "1", TRUE);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), refusing);
}
