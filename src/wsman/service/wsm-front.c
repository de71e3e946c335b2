/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-front.h"

#include <string.h>
#include <sys/socket.h>

#define UNKNOWN_ADDRESS "unix"
#define MAX_ADDRESS     64 /* octets of a numeric address, with room to spare */
#define MAX_FIELD       64

/* What all uids look like that have no counterpart in a user namespace (user_namespaces(7)). */
#define OVERFLOW_UID 65534

struct _WsmFront
{
  uid_t *uids; /* (owned) */
  gsize n_uids;
  char *user_field; /* (owned) (nullable) */
};

static gboolean
check_uids (const uid_t *uids, gsize n_uids, GError **error)
{
  if (n_uids == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "Nobody could connect through the Unix socket, as no account of a web "
                           "server is known. Name the account that it runs as.");
      return FALSE;
    }
  for (gsize i = 0; i < n_uids; i++)
    if (uids[i] == WSM_FRONT_OVERFLOW_UID)
      {
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                             "A web server that runs as “nobody” cannot be told from others. Let "
                             "it run as an account of its own.");
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_field (const char *field, GError **error)
{
  const char *reason = NULL;

  if (field == NULL)
    return TRUE;

  if (!wsm_http_head_is_field (field) || strlen (field) > MAX_FIELD)
    reason = "is not the name of a field";
  else if (wsm_http_head_has_meaning (field))
    reason = "means something else already";
  if (reason == NULL)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "The web server cannot name users in “%s”: it %s. Use one such as X-Remote-User.",
               field, reason);
  return FALSE;
}

/**
 * wsm_front_new:
 * @uids: (array length=n_uids): the accounts that the web server runs as
 * @n_uids: how many, at least 1
 * @user_field: (nullable): the field of its requests that names who is signed in; %NULL if it signs
 *   nobody in
 * @error: %G_IO_ERROR_INVALID_ARGUMENT
 *
 * Returns: (transfer full): the web server; %NULL with @error set otherwise
 */
WsmFront *
wsm_front_new (const uid_t *uids, gsize n_uids, const char *user_field, GError **error)
{
  WsmFront *self;

  g_return_val_if_fail (uids != NULL || n_uids == 0, NULL);

  if (!check_uids (uids, n_uids, error) || !check_field (user_field, error))
    return NULL;

  self = g_new0 (WsmFront, 1);
  self->uids = g_memdup2 (uids, n_uids * sizeof *uids);
  self->n_uids = n_uids;
  self->user_field = g_strdup (user_field);

  return self;
}

/**
 * wsm_front_free:
 * @self: (transfer full): a web server
 */
void
wsm_front_free (WsmFront *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->uids);
  g_free (self->user_field);
  g_free (self);
}

/**
 * wsm_front_knows:
 * @self: a web server
 * @fd: an accepted connection of a Unix socket
 * @uid: (out): who connected, or -1
 *
 * Returns: whether it was the web server that connected
 */
gboolean
wsm_front_knows (const WsmFront *self, int fd, uid_t *uid)
{
  struct ucred peer;
  socklen_t length = sizeof peer;

  g_return_val_if_fail (self != NULL, FALSE);

  *uid = (uid_t) -1;
  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0)
    return FALSE;
  *uid = peer.uid;
  for (gsize i = 0; i < self->n_uids; i++)
    if (self->uids[i] == peer.uid)
      return TRUE;

  return FALSE;
}

/**
 * wsm_front_get_user_field:
 * @self: a web server
 *
 * Returns: (nullable): the name of the field in which it says who is signed in
 */
const char *
wsm_front_get_user_field (const WsmFront *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->user_field;
}

/* The entry that our web server added: all before it is what its client says. */
static WsmSpan
get_last_entry (WsmSpan list)
{
  const char *comma = list.start != NULL ? memrchr (list.start, ',', list.length) : NULL;

  if (comma != NULL)
    list = (WsmSpan){ comma + 1, (gsize) (list.start + list.length - comma) - 1 };
  while (list.length > 0 && (*list.start == ' ' || *list.start == '\t'))
    list = (WsmSpan){ list.start + 1, list.length - 1 };

  return list;
}

static GInetAddress *
parse_address (WsmSpan text)
{
  char copy[MAX_ADDRESS];

  if (text.length == 0 || text.length >= sizeof copy)
    return NULL;
  memcpy (copy, text.start, text.length);
  copy[text.length] = '\0';

  return g_inet_address_new_from_string (copy);
}

static void
read_address (WsmFrontClient *self, WsmSpan forwarded_for)
{
  g_autoptr (GInetAddress) address = parse_address (get_last_entry (forwarded_for));
  g_autoptr (GSocketAddress) made = NULL;
  struct sockaddr_storage native = { 0 };

  self->source = WSM_SOURCE_FRONT;
  if (address != NULL)
    made = g_inet_socket_address_new (address, 0);
  if (made == NULL || !g_socket_address_to_native (made, &native, sizeof native, NULL))
    {
      self->address = g_strdup (UNKNOWN_ADDRESS);
      return;
    }
  self->address = g_inet_address_to_string (address);
  self->source = wsm_source_from_address ((struct sockaddr *) &native);
}

/* Empty is what web servers write for nobody; Apache writes "(null)". */
static gboolean
is_nobody (const WsmSpan *user)
{
  return user->length == 0 ||
         (user->length == strlen ("(null)") && memcmp (user->start, "(null)", user->length) == 0);
}

/**
 * wsm_front_client_init:
 * @self: (out caller-allocates): the client
 * @head: a good head that came from the web server
 *
 * Takes what the web server says of its client: the last entry of `X-Forwarded-For`; unless
 * `X-Forwarded-Proto` is something else than "https", TLS; and who is signed in.
 */
void
wsm_front_client_init (WsmFrontClient *self, const WsmHttpHead *head)
{
  const WsmSpan *protocol = &head->forwarded_proto;

  *self = (WsmFrontClient){ 0 };
  read_address (self, head->forwarded_for);
  self->is_tls = protocol->start == NULL ||
                 (protocol->length == strlen ("https") &&
                  g_ascii_strncasecmp (protocol->start, "https", protocol->length) == 0);
  if (head->forwarded_user.start != NULL && !is_nobody (&head->forwarded_user))
    self->user = head->forwarded_user;
}

/**
 * wsm_front_client_clear:
 * @self: a client
 */
void
wsm_front_client_clear (WsmFrontClient *self)
{
  g_clear_pointer (&self->address, g_free);
  *self = (WsmFrontClient){ 0 };
}
