/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-request-code.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

/* Digits and letters that nobody mistakes for others, read out or written by hand: no 0 O, 1 I L,
 * S beside 5, and no A E U that would spell words. */
#define ALPHABET      "23456789BCDFGHJKMNPQRTVWXYZ"
#define ALPHABET_SIZE (sizeof (ALPHABET) - 1)
#define HALF          3

static guint8
random_octet (void)
{
  guint8 octet = 0;

  /* Waits only where the system has not gathered randomness yet, right after booting. */
  while (getrandom (&octet, sizeof octet, 0) != sizeof octet)
    if (errno != EINTR)
      g_error ("The system gives no random numbers: %s", g_strerror (errno));
  return octet;
}

static char
random_character (void)
{
  const guint bound = 256 - 256 % ALPHABET_SIZE;
  guint8 octet;

  /* Octets at or above the bound are thrown away: otherwise some characters would come more often.
   */
  do
    octet = random_octet ();
  while (octet >= bound);
  return ALPHABET[octet % ALPHABET_SIZE];
}

/**
 * cf_request_code_new:
 *
 * Draws one of 27⁶ codes from the system's generator, so that nobody guesses the next one.
 *
 * Returns: (transfer full): a request code, six characters in two halves: "K7M-2QX"
 */
char *
cf_request_code_new (void)
{
  char *code = g_new0 (char, CF_REQUEST_CODE_LENGTH + 1);

  for (gsize i = 0; i < CF_REQUEST_CODE_LENGTH; i++)
    code[i] = i == HALF ? '-' : random_character ();
  return code;
}

/**
 * cf_request_code_normalize:
 * @text: a code as a person writes it: in any case, with or without the dash, with spaces
 *
 * Returns: (transfer full) (nullable): the code in its one form; %NULL if @text is none
 */
char *
cf_request_code_normalize (const char *text)
{
  g_autofree char *code = g_new0 (char, CF_REQUEST_CODE_LENGTH + 1);
  gsize length = 0;

  g_return_val_if_fail (text != NULL, NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      char character = g_ascii_toupper (*p);

      if (character == '-' || character == ' ')
        continue;
      if (length == CF_REQUEST_CODE_LENGTH || strchr (ALPHABET, character) == NULL)
        return NULL;
      if (length == HALF)
        code[length++] = '-';
      code[length++] = character;
    }
  return length == CF_REQUEST_CODE_LENGTH ? g_steal_pointer (&code) : NULL;
}
