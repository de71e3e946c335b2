/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-ntlm-challenge.h"

#include <string.h>

/* [MS-NLMP], sections 2.2.1.2 and 2.2.2.5: the signature, the type, a field of eight octets, flags
 */
#define SIGNATURE     "NTLMSSP"
#define TYPE_OFFSET   sizeof SIGNATURE
#define FLAGS_OFFSET  20u
#define SHORTEST      (FLAGS_OFFSET + sizeof (guint32))
#define TYPE          2u
#define SESSION_RULES 0x00080000u /* EXTENDED_SESSIONSECURITY */
#define KEYS_OF_128   0x20000000u
#define KEY_EXCHANGE  0x40000000u
#define NEEDED        (SESSION_RULES | KEYS_OF_128 | KEY_EXCHANGE)

static const guint8 *
find (GBytes *token, gsize *length)
{
  gsize size;
  const guint8 *octets = g_bytes_get_data (token, &size);
  const guint8 *found = size > 0 ? memmem (octets, size, SIGNATURE, sizeof SIGNATURE) : NULL;

  *length = found != NULL ? size - (gsize) (found - octets) : 0;
  return found;
}

static guint32
read_number (const guint8 *octets)
{
  guint32 number;

  memcpy (&number, octets, sizeof number);
  return GUINT32_FROM_LE (number);
}

/**
 * wsm_ntlm_is_token:
 * @token: a token of GSS-API
 *
 * Returns: whether it is of NTLM: raw, or inside of SPNEGO, which leaves it in one piece
 */
gboolean
wsm_ntlm_is_token (GBytes *token)
{
  gsize length;

  return find (token, &length) != NULL;
}

/**
 * wsm_ntlm_find_challenge:
 * @token: what a service sends to a caller
 *
 * The flags in the challenge are what both sides then go by. Nothing vouches for them when the
 * caller asks for them: who can change the caller's first token can have the extended rules of a
 * session left out, without which a CRC stands in for a signature, and with it messages can be
 * changed at will.
 *
 * Returns: whether there is a whole challenge in @token, and whether its session has the extended
 *   rules, keys of 128 bits, and a key that is made for it
 */
WsmNtlmChallenge
wsm_ntlm_find_challenge (GBytes *token)
{
  gsize length;
  const guint8 *octets = find (token, &length);

  if (octets == NULL || length < SHORTEST || read_number (octets + TYPE_OFFSET) != TYPE)
    return WSM_NTLM_CHALLENGE_NONE;
  if ((read_number (octets + FLAGS_OFFSET) & NEEDED) != NEEDED)
    return WSM_NTLM_CHALLENGE_WEAK;

  return WSM_NTLM_CHALLENGE_STRONG;
}
