/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-secret.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "wsm-auth-error.h"
#include "wsm-basic.h"

struct _WsmSecret
{
  gatomicrefcount references;
  char *octets; /* (owned), a NUL follows the last one */
  gsize length;
};

G_DEFINE_BOXED_TYPE (WsmSecret, wsm_secret, wsm_secret_ref, wsm_secret_unref)

/**
 * wsm_secret_new:
 * @text: (array length=length): the octets to copy
 * @length: how many; -1 up to the first NUL
 *
 * Copies @text. Wiping the original is the caller's: see wsm_secret_wipe().
 *
 * Returns: (transfer full): the secret
 */
WsmSecret *
wsm_secret_new (const char *text, gssize length)
{
  gsize n_octets;
  char *copy;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  n_octets = length < 0 ? strlen (text) : (gsize) length;
  copy = g_malloc (n_octets + 1);
  if (n_octets > 0)
    memcpy (copy, text, n_octets);
  copy[n_octets] = '\0';

  return wsm_secret_new_take (copy, n_octets);
}

/**
 * wsm_secret_new_take:
 * @text: (transfer full) (array length=length): memory of g_malloc() with a NUL after @length
 * octets
 * @length: how many octets are secret
 *
 * As wsm_secret_new(), but without a second copy.
 *
 * Returns: (transfer full): the secret, which wipes and frees @text at its end
 */
WsmSecret *
wsm_secret_new_take (char *text, gsize length)
{
  WsmSecret *self;

  g_return_val_if_fail (text != NULL, NULL);

  self = g_new0 (WsmSecret, 1);
  g_atomic_ref_count_init (&self->references);
  self->octets = text;
  self->length = length;

  return self;
}

/* Returns 1 with *octet set, 0 at the end of the input, -1 with @error set. */
static int
read_octet (int fd, char *octet, GError **error)
{
  gssize n_read;

  do
    n_read = read (fd, octet, 1);
  while (n_read < 0 && errno == EINTR);

  if (n_read < 0)
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                 "The password could not be read from descriptor %d: %s.", fd, g_strerror (errno));

  return (int) n_read;
}

static gboolean
read_line_into (int fd, char *line, gsize *length, GError **error)
{
  for (;;)
    {
      char octet;
      int outcome = read_octet (fd, &octet, error);

      if (outcome < 0)
        return FALSE;
      if (outcome == 0 || octet == '\n')
        return TRUE;

      /* One octet more than a password may have: the CR of a CRLF. */
      if (*length > WSM_BASIC_MAX_PART || octet == '\0')
        {
          g_set_error (
            error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
            "The password on descriptor %d is not one line of at most %u octets of text.", fd,
            WSM_BASIC_MAX_PART);
          return FALSE;
        }
      line[(*length)++] = octet;
    }
}

/**
 * wsm_secret_read_line:
 * @fd: a descriptor that is open for reading; it stays open
 * @error: %WSM_AUTH_ERROR_SYNTAX for a line that is empty, holds a NUL or is longer than
 *   %WSM_BASIC_MAX_PART octets; %WSM_AUTH_ERROR_UNAVAILABLE if @fd cannot be read
 *
 * Reads a password up to the first LF or the end of the input, without the line end (LF or CRLF).
 * Nothing behind the LF is consumed: octets are read one by one. Blocks; for programs that start.
 *
 * Returns: (transfer full): the password; %NULL with @error set otherwise
 */
WsmSecret *
wsm_secret_read_line (int fd, GError **error)
{
  char line[WSM_BASIC_MAX_PART + 2];
  gsize length = 0;
  WsmSecret *secret = NULL;

  if (read_line_into (fd, line, &length, error))
    {
      if (length > 0 && line[length - 1] == '\r')
        length--;

      if (length == 0)
        g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                     "There is no password on descriptor %d: its first line is empty.", fd);
      else if (length > WSM_BASIC_MAX_PART)
        g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                     "The password on descriptor %d is longer than %u octets.", fd,
                     WSM_BASIC_MAX_PART);
      else
        secret = wsm_secret_new (line, (gssize) length);
    }

  wsm_secret_wipe (line, sizeof line);

  return secret;
}

/**
 * wsm_secret_ref:
 * @self: a secret
 *
 * Returns: (transfer full): @self
 */
WsmSecret *
wsm_secret_ref (WsmSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

/**
 * wsm_secret_unref:
 * @self: (transfer full): a secret
 *
 * Gives back one reference; the last one wipes the octets.
 */
void
wsm_secret_unref (WsmSecret *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  wsm_secret_wipe (self->octets, self->length);
  g_free (self->octets);
  g_free (self);
}

/**
 * wsm_secret_peek:
 * @self: a secret
 * @length: (out) (optional): how many octets
 *
 * Returns: (transfer none): the octets, followed by a NUL; valid as long as @self
 */
const char *
wsm_secret_peek (WsmSecret *self, gsize *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (length != NULL)
    *length = self->length;

  return self->octets;
}

/**
 * wsm_secret_equal:
 * @a: a secret
 * @b: another
 *
 * Compares in a time that depends on the lengths only.
 *
 * Returns: %TRUE if both hold the same octets
 */
gboolean
wsm_secret_equal (WsmSecret *a, WsmSecret *b)
{
  guint8 difference = 0;

  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a->length != b->length)
    return FALSE;

  for (gsize i = 0; i < a->length; i++)
    difference |= (guint8) (a->octets[i] ^ b->octets[i]);

  return difference == 0;
}

/**
 * wsm_secret_wipe:
 * @memory: (nullable): where a secret was
 * @length: how many octets
 *
 * Overwrites memory in a way that the compiler may not leave out.
 */
void
wsm_secret_wipe (void *memory, gsize length)
{
  if (memory != NULL)
    explicit_bzero (memory, length);
}
