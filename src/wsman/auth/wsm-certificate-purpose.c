/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-certificate-purpose.h"

#include <string.h>

/*
 * g_tls_database_verify_chain() takes a purpose, and glib-networking's GnuTLS takes no notice of it
 * [tried with 2.74]: a server's certificate would do for a client. So its extended key usage (RFC
 * 5280, 4.2.1.12) is read here, from a certificate that has been verified already.
 */

#define TAG_BOOLEAN      0x01
#define TAG_OCTET_STRING 0x04
#define TAG_OBJECT       0x06
#define TAG_SEQUENCE     0x30
#define TAG_EXTENSIONS   0xa3 /* [3] of TBSCertificate */

typedef struct
{
  const guint8 *octets;
  gsize length;
} Span;

static const guint8 extended_key_usage[] = { 0x55, 0x1d, 0x25 }; /* 2.5.29.37 */
static const guint8 any_purpose[] = { 0x55, 0x1d, 0x25, 0x00 };
static const guint8 client_authentication[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02 };

/* Takes the next value off @from. Lengths have up to three octets: a certificate is no larger. */
static gboolean
take (Span *from, guint8 *tag, Span *value)
{
  gsize header = 2;
  gsize length;

  if (from->length < header)
    return FALSE;
  *tag = from->octets[0];
  length = from->octets[1];
  if (length >= 0x80)
    {
      gsize n = length & 0x7f;

      if (n == 0 || n > 3 || from->length < header + n)
        return FALSE;
      length = 0;
      for (gsize i = 0; i < n; i++)
        length = length << 8 | from->octets[header + i];
      header += n;
    }
  if (length > from->length - header)
    return FALSE;

  value->octets = from->octets + header;
  value->length = length;
  from->octets += header + length;
  from->length -= header + length;
  return TRUE;
}

static gboolean
take_tagged (Span *from, guint8 wanted, Span *value)
{
  guint8 tag;

  return take (from, &tag, value) && tag == wanted;
}

static gboolean
is_object (const Span *span, const guint8 *object, gsize length)
{
  return span->length == length && memcmp (span->octets, object, length) == 0;
}

/* A sequence of purposes, one of which has to be right. */
static gboolean
names_client (Span octets)
{
  Span purposes;
  Span purpose;

  if (!take_tagged (&octets, TAG_SEQUENCE, &purposes))
    return FALSE;
  while (take_tagged (&purposes, TAG_OBJECT, &purpose))
    {
      if (is_object (&purpose, client_authentication, sizeof client_authentication) ||
          is_object (&purpose, any_purpose, sizeof any_purpose))
        return TRUE;
    }
  return FALSE;
}

/* FALSE also for what cannot be read. */
static gboolean
check_extensions (Span extensions)
{
  while (extensions.length > 0)
    {
      Span extension;
      Span object;
      Span value;
      guint8 tag;

      if (!take_tagged (&extensions, TAG_SEQUENCE, &extension) ||
          !take_tagged (&extension, TAG_OBJECT, &object) || !take (&extension, &tag, &value) ||
          (tag == TAG_BOOLEAN && !take (&extension, &tag, &value)) || tag != TAG_OCTET_STRING)
        return FALSE;
      if (is_object (&object, extended_key_usage, sizeof extended_key_usage))
        return names_client (value);
    }
  return TRUE;
}

/**
 * wsm_certificate_purpose_is_client:
 * @der: (array length=length): a certificate
 * @length: the octets of @der
 *
 * Returns: %TRUE if the certificate is for clients of TLS as well, or for anything; %FALSE if it is
 *   for something else, or cannot be read
 */
gboolean
wsm_certificate_purpose_is_client (const guint8 *der, gsize length)
{
  Span all = { der, length };
  Span certificate;
  Span to_be_signed;

  if (!take_tagged (&all, TAG_SEQUENCE, &certificate) ||
      !take_tagged (&certificate, TAG_SEQUENCE, &to_be_signed))
    return FALSE;

  while (to_be_signed.length > 0)
    {
      Span value;
      Span extensions;
      guint8 tag;

      if (!take (&to_be_signed, &tag, &value))
        return FALSE;
      if (tag == TAG_EXTENSIONS)
        return take_tagged (&value, TAG_SEQUENCE, &extensions) && check_extensions (extensions);
    }
  return TRUE; /* without extensions it is for anything */
}
