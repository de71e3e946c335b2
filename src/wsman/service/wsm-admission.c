/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-admission.h"

#include <netinet/in.h>
#include <string.h>

/* No /64 of an address that can connect begins so: ff00::/8 is multicast. */
#define IPV4_PREFIX G_GUINT64_CONSTANT (0xffffffff00000000)

typedef struct
{
  WsmSource source;
  guint connections;
  guint not_signed_in;
} Count;

struct _WsmAdmission
{
  const WsmServiceLimits *limits;
  GHashTable *counts; /* (element-type guint64 Count): sources with a connection, key within */
  guint connections;
  guint not_signed_in;
  guint handshakes;
};

/**
 * wsm_source_from_address:
 * @address: the other end of an IPv4 or IPv6 connection
 *
 * Returns: what its connections are counted under
 */
WsmSource
wsm_source_from_address (const struct sockaddr *address)
{
  g_return_val_if_fail (address != NULL, 0);

  if (address->sa_family == AF_INET6)
    {
      const struct sockaddr_in6 *in6 = (const void *) address;
      guint64 prefix;

      /* an IPv4 caller, on an inherited socket that takes both */
      if (IN6_IS_ADDR_V4MAPPED (&in6->sin6_addr))
        {
          guint32 ipv4;

          memcpy (&ipv4, in6->sin6_addr.s6_addr + 12, sizeof ipv4);
          return IPV4_PREFIX | g_ntohl (ipv4);
        }

      memcpy (&prefix, &in6->sin6_addr, sizeof prefix);
      return GUINT64_FROM_BE (prefix);
    }

  return IPV4_PREFIX |
         g_ntohl (((const struct sockaddr_in *) (const void *) address)->sin_addr.s_addr);
}

/**
 * wsm_admission_new:
 * @limits: (transfer none): has to live as long
 *
 * Returns: (transfer full): counts of zero
 */
WsmAdmission *
wsm_admission_new (const WsmServiceLimits *limits)
{
  WsmAdmission *self = g_new0 (WsmAdmission, 1);

  self->limits = limits;
  self->counts = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);

  return self;
}

/**
 * wsm_admission_free:
 * @self: (transfer full): the counts
 */
void
wsm_admission_free (WsmAdmission *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->counts);
  g_free (self);
}

static const char *
find_full_cap (const WsmAdmission *self, const Count *count)
{
  const WsmServiceLimits *limits = self->limits;

  if (self->not_signed_in >= limits->connections_not_signed_in)
    return "there are too many connections on which nobody has signed in";
  if (count != NULL && count->connections >= limits->connections_per_address)
    return "there are too many connections from this address";
  if (count != NULL && count->not_signed_in >= limits->connections_per_address_not_signed_in)
    return "there are too many connections from this address on which nobody has signed in";

  return NULL;
}

/**
 * wsm_admission_begin_request:
 * @self: the counts
 * @source: the client of a web server that passes on a request
 *
 * Counts a request as a connection of its client, on which nobody has signed in: a web server sends
 * those of all its clients over the same few.
 *
 * Returns: (nullable): %NULL if it may be served; else it is not counted and this is the reason
 */
const char *
wsm_admission_begin_request (WsmAdmission *self, WsmSource source)
{
  Count *count;
  const char *reason;

  g_return_val_if_fail (self != NULL, NULL);

  count = g_hash_table_lookup (self->counts, &source);
  reason = find_full_cap (self, count);
  if (reason != NULL)
    return reason;

  self->not_signed_in++;
  if (source == WSM_SOURCE_FRONT)
    return NULL;

  if (count == NULL)
    {
      count = g_new0 (Count, 1);
      count->source = source;
      g_hash_table_insert (self->counts, &count->source, count);
    }
  count->connections++;
  count->not_signed_in++;

  return NULL;
}

/**
 * wsm_admission_enter:
 * @self: the counts
 * @source: where a new connection comes from
 *
 * Counts a connection, as one on which nobody has signed in.
 *
 * Returns: (nullable): %NULL if it may stay; else it is not counted and this is the reason
 */
const char *
wsm_admission_enter (WsmAdmission *self, WsmSource source)
{
  const char *reason = wsm_admission_enter_front (self);

  if (reason != NULL)
    return reason;
  reason = wsm_admission_begin_request (self, source);
  if (reason != NULL)
    wsm_admission_leave_front (self);

  return reason;
}

/**
 * wsm_admission_enter_front:
 * @self: the counts
 *
 * Counts a connection of the web server in front of the service. It is known who that is, so only
 * the cap of all connections applies.
 *
 * Returns: (nullable): %NULL if it may stay; else it is not counted and this is the reason
 */
const char *
wsm_admission_enter_front (WsmAdmission *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->connections >= self->limits->connections)
    return "there are too many connections";
  self->connections++;

  return NULL;
}

/**
 * wsm_admission_set_signed_in:
 * @self: the counts
 * @source: where a counted connection or request comes from
 * @signed_in: whether somebody is signed in on it now; before, it was the contrary
 */
void
wsm_admission_set_signed_in (WsmAdmission *self, WsmSource source, gboolean signed_in)
{
  Count *count;

  g_return_if_fail (self != NULL);

  self->not_signed_in += signed_in ? -1u : 1u;
  if (source == WSM_SOURCE_FRONT)
    return;

  count = g_hash_table_lookup (self->counts, &source);
  g_return_if_fail (count != NULL);
  count->not_signed_in += signed_in ? -1u : 1u;
}

/**
 * wsm_admission_end_request:
 * @self: the counts
 * @source: the client of a counted request
 * @signed_in: whether somebody was signed in
 */
void
wsm_admission_end_request (WsmAdmission *self, WsmSource source, gboolean signed_in)
{
  Count *count;

  g_return_if_fail (self != NULL);

  if (!signed_in)
    wsm_admission_set_signed_in (self, source, TRUE);
  if (source == WSM_SOURCE_FRONT)
    return;

  count = g_hash_table_lookup (self->counts, &source);
  g_return_if_fail (count != NULL);
  if (--count->connections == 0)
    g_hash_table_remove (self->counts, &source);
}

/**
 * wsm_admission_leave:
 * @self: the counts
 * @source: where a counted connection came from
 * @signed_in: whether somebody was signed in on it
 */
void
wsm_admission_leave (WsmAdmission *self, WsmSource source, gboolean signed_in)
{
  wsm_admission_end_request (self, source, signed_in);
  wsm_admission_leave_front (self);
}

/**
 * wsm_admission_leave_front:
 * @self: the counts
 *
 * A connection that was counted by wsm_admission_enter_front() has ended.
 */
void
wsm_admission_leave_front (WsmAdmission *self)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->connections > 0);

  self->connections--;
}

/**
 * wsm_admission_begin_handshake:
 * @self: the counts
 *
 * Returns: whether one more TLS handshake may run; wsm_admission_end_handshake() ends it
 */
gboolean
wsm_admission_begin_handshake (WsmAdmission *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->handshakes >= self->limits->handshakes)
    return FALSE;
  self->handshakes++;

  return TRUE;
}

/**
 * wsm_admission_end_handshake:
 * @self: the counts
 */
void
wsm_admission_end_handshake (WsmAdmission *self)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->handshakes > 0);

  self->handshakes--;
}
