/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-trust.h"

#include <string.h>

#include "wsm-client-error.h"
#include "wsm-endpoint.h"
#include "wsm-fingerprint.h"
#include "wsman/auth/wsm-refusing-database.h"

/* What TLS 1.2 means to GnuTLS, and CBC suites, which older Windows hosts need. */
#define GNUTLS_PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct _WsmTrust
{
  GObject parent_instance;

  GTlsDatabase *database; /* (owned) (nullable): the authorities; NULL if there is a pin */
  char *pin;              /* (owned) (nullable): 64 lower-case hexadecimal digits */
  GHashTable *known;      /* (owned): "host port" → digits: hosts that were seen before */
};

G_DEFINE_FINAL_TYPE (WsmTrust, wsm_trust, G_TYPE_OBJECT)

static void
wsm_trust_finalize (GObject *object)
{
  WsmTrust *self = WSM_TRUST (object);

  g_clear_object (&self->database);
  g_clear_pointer (&self->pin, g_free);
  g_clear_pointer (&self->known, g_hash_table_unref);

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
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
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
      self->pin = wsm_fingerprint_parse (pin);
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

/* What a host is known by: names differ by case, addresses in how they are written. */
static char *
make_key (const char *host, guint16 port)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  g_autofree char *name = address != NULL ? g_inet_address_to_string (address)
                                          : g_ascii_strdown (host, -1);

  return g_strdup_printf ("%s %u", name, port);
}

/**
 * wsm_trust_add_pin:
 * @self: a trust
 * @host: a host that somebody has decided to trust, as wsm_endpoint_get_host() has it
 * @port: and its port
 * @fingerprint: the SHA-256 of its certificate, in the forms of wsm_trust_new()
 * @error: %G_IO_ERROR_INVALID_ARGUMENT for what is no SHA-256
 *
 * Has @host judged by its certificate alone; authorities, names and dates then mean nothing for it.
 * Comes before anybody asks; a second pin of a host takes the place of the first.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean
wsm_trust_add_pin (WsmTrust *self, const char *host, guint16 port, const char *fingerprint,
                   GError **error)
{
  char *digits;

  g_return_val_if_fail (WSM_IS_TRUST (self), FALSE);
  g_return_val_if_fail (host != NULL && fingerprint != NULL, FALSE);

  digits = wsm_fingerprint_parse (fingerprint);
  if (digits == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "What is known of %s is no SHA-256 of a certificate: that has 64 hexadecimal "
                   "digits, with or without colons.",
                   host);
      return FALSE;
    }

  g_hash_table_replace (self->known, make_key (host, port), digits);
  return TRUE;
}

/* The digits for this host alone; NULL if it was not seen before. */
static const char *
look_up_known (WsmTrust *self, GSocketConnectable *identity)
{
  g_autofree char *key = NULL;

  if (!G_IS_NETWORK_ADDRESS (identity))
    return NULL;

  key = make_key (g_network_address_get_hostname (G_NETWORK_ADDRESS (identity)),
                  g_network_address_get_port (G_NETWORK_ADDRESS (identity)));
  return g_hash_table_lookup (self->known, key);
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

static char *
dup_name (GSocketConnectable *identity)
{
  if (G_IS_NETWORK_ADDRESS (identity))
    return g_strdup (g_network_address_get_hostname (G_NETWORK_ADDRESS (identity)));

  return g_socket_connectable_to_string (identity);
}

/* As one types it: the port only where it is not the usual one. */
static char *
dup_target (GSocketConnectable *identity)
{
  g_autofree char *name = dup_name (identity);
  guint16 port = WSM_PORT_HTTPS;

  if (G_IS_NETWORK_ADDRESS (identity))
    port = g_network_address_get_port (G_NETWORK_ADDRESS (identity));
  if (port == WSM_PORT_HTTPS)
    return g_steal_pointer (&name);
  if (strchr (name, ':') != NULL)
    return g_strdup_printf ("[%s]:%u", name, port);

  return g_strdup_printf ("%s:%u", name, port);
}

static GError *
new_changed (GSocketConnectable *identity, const char *shown, const char *known)
{
  g_autofree char *name = dup_name (identity);
  g_autofree char *target = dup_target (identity);

  return g_error_new (
    WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS_PIN,
    "The certificate of %s has changed since it was trusted. Nothing was sent. It is now %s, it "
    "was "
    "%s. Somebody may be in between. If the change is right, accept it: curfewctl host trust "
    "--replace %s",
    name, shown, known, target);
}

static GError *
new_other (GSocketConnectable *identity, const char *shown, const char *pinned)
{
  g_autofree char *name = dup_name (identity);

  return g_error_new (
    WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS_PIN,
    "A different machine answered as %s. Nothing was sent. Its certificate is %s, the "
    "known one is %s.",
    name, shown, pinned);
}

static gboolean
verify_by_authorities (WsmTrust *self, GTlsCertificate *certificate, GSocketConnectable *identity,
                       const char *shown, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *why = NULL;
  GTlsCertificateFlags flags;

  flags = g_tls_database_verify_chain (self->database, certificate,
                                       G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER, identity, NULL,
                                       G_TLS_DATABASE_VERIFY_NONE, NULL, NULL);
  if (flags == 0)
    return TRUE;

  name = dup_name (identity);
  why = describe_flags (flags);
  g_set_error (
    error, WSM_CLIENT_ERROR, WSM_CLIENT_ERROR_TLS_UNTRUSTED,
    "The certificate of %s is not trusted: %s. Nothing was sent. Compare its SHA-256 with "
    "the computer's own, then pin it: %s",
    name, why, shown);

  return FALSE;
}

/**
 * wsm_trust_verify:
 * @self: a trust
 * @certificate: what the other end showed, with the chain it sent
 * @identity: the host that was asked for
 * @error: %WSM_CLIENT_ERROR_TLS_UNTRUSTED, or %WSM_CLIENT_ERROR_TLS_PIN if there is a pin; the
 *   message shows the SHA-256 of @certificate, so that people can compare it
 *
 * Whether @certificate is that of @identity: by the pin of that host if there is one, else by the
 * one pin, else by the authorities. Takes about a tenth of a millisecond and does not go to the
 * network.
 *
 * Returns: %TRUE if it is; %FALSE with @error set otherwise
 */
gboolean
wsm_trust_verify (WsmTrust *self, GTlsCertificate *certificate, GSocketConnectable *identity,
                  GError **error)
{
  g_autofree char *digits = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *expected = NULL;
  const char *known;

  g_return_val_if_fail (WSM_IS_TRUST (self), FALSE);
  g_return_val_if_fail (G_IS_TLS_CERTIFICATE (certificate), FALSE);
  g_return_val_if_fail (G_IS_SOCKET_CONNECTABLE (identity), FALSE);

  digits = wsm_fingerprint_of (certificate);
  shown = wsm_fingerprint_format (digits);
  known = look_up_known (self, identity);
  if (known == NULL && self->pin == NULL)
    return verify_by_authorities (self, certificate, identity, shown, error);
  if (wsm_fingerprint_equal (known != NULL ? known : self->pin, digits))
    return TRUE;

  expected = wsm_fingerprint_format (known != NULL ? known : self->pin);
  g_propagate_error (error, known != NULL ? new_changed (identity, shown, expected)
                                          : new_other (identity, shown, expected));
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

  digits = wsm_fingerprint_of (certificate);

  return wsm_fingerprint_format (digits);
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
