/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-certificate-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cf-key-proof.h"
#include "wsman/auth/wsm-secret.h"

#define MAX_SIZE (256u * 1024u)

/* What is read of files; wiped, for there is a private key in it. */
typedef struct
{
  char text[2 * MAX_SIZE + 2];
  gsize length;
} Pem;

static void
pem_free (Pem *pem)
{
  wsm_secret_wipe (pem, sizeof *pem);
  g_free (pem);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pem, pem_free)

static gboolean
refuse (GError **error, const char *option, const char *path, const char *why)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s: %s %s.", option, path, why);
  return FALSE;
}

static gboolean
append_file (Pem *pem, const char *option, const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  gsize limit = pem->length + MAX_SIZE;
  struct stat info;
  gssize n_read = 1;
  int code = fd < 0 || fstat (fd, &info) != 0 ? errno : 0;

  if (code == 0 && !S_ISREG (info.st_mode))
    code = EINVAL;
  while (code == 0 && n_read != 0 && pem->length < limit)
    {
      n_read = read (fd, pem->text + pem->length, limit - pem->length);
      if (n_read > 0)
        pem->length += (gsize) n_read;
      else if (n_read < 0 && errno != EINTR)
        code = errno;
    }
  if (fd >= 0)
    close (fd);
  if (code != 0)
    {
      g_autofree char *why = g_strdup_printf ("cannot be read: %s", g_strerror (code));

      return refuse (error, option, path, why);
    }
  if (pem->length == limit)
    return refuse (error, option, path, "is too large for a certificate");
  pem->text[pem->length++] = '\n';
  return TRUE;
}

static gboolean
has (const Pem *pem, const char *words)
{
  return memmem (pem->text, pem->length, words, strlen (words)) != NULL;
}

/* A key of another certificate would show at the host only, which then just hangs up. */
static gboolean
check_key (GTlsCertificate *certificate, const char *option, const char *path,
           const char *certificate_path, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (cf_key_proof_check (certificate, &local_error))
    return TRUE;
  g_debug ("%s and %s: %s", certificate_path, path, local_error->message);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "%s: %s has not the private key of %s, or that certificate is not made for signing "
               "(digitalSignature). Name the key that it was made for.",
               option, path, certificate_path);
  return FALSE;
}

/**
 * cf_certificate_file_read:
 * @certificate_file: (type filename): a PEM file with a certificate
 * @key_file: (nullable) (type filename): a PEM file with its private key; %NULL if that is in
 *   @certificate_file
 * @error: %G_IO_ERROR_INVALID_ARGUMENT with a sentence that names the option of curfewctl
 *
 * Returns: (transfer full): the certificate, with its key; %NULL with @error set otherwise
 */
GTlsCertificate *
cf_certificate_file_read (const char *certificate_file, const char *key_file, GError **error)
{
  g_autoptr (Pem) pem = g_new0 (Pem, 1);
  g_autoptr (GError) local_error = NULL;
  g_autofree char *why = NULL;
  const char *key_option = key_file != NULL ? "--key" : "--certificate";
  const char *key_path = key_file != NULL ? key_file : certificate_file;
  g_autoptr (GTlsCertificate) certificate = NULL;

  g_return_val_if_fail (certificate_file != NULL, NULL);

  if (!append_file (pem, "--certificate", certificate_file, error))
    return NULL;
  if (!has (pem, "-----BEGIN CERTIFICATE-----"))
    {
      refuse (error, "--certificate", certificate_file, "holds no certificate in PEM form");
      return NULL;
    }
  if (key_file != NULL && !append_file (pem, "--key", key_file, error))
    return NULL;
  if (has (pem, "ENCRYPTED"))
    {
      refuse (error, key_option, key_path,
              "has a private key that is protected by a passphrase, which cannot be asked for "
              "here. Write an unprotected copy that only you can read: openssl pkey -in KEY -out "
              "COPY");
      return NULL;
    }
  if (!has (pem, " PRIVATE KEY-----"))
    {
      refuse (error, key_option, key_path,
              key_file != NULL ? "holds no private key in PEM form"
                               : "holds no private key; name the file that does by --key");
      return NULL;
    }
  certificate = g_tls_certificate_new_from_pem (pem->text, (gssize) pem->length, &local_error);
  if (certificate == NULL)
    {
      why = g_strdup_printf ("and its private key cannot be used: %s", local_error->message);
      refuse (error, "--certificate", certificate_file, why);
      return NULL;
    }
  return check_key (certificate, key_option, key_path, certificate_file, error)
           ? g_steal_pointer (&certificate)
           : NULL;
}
