/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include <string.h>

#include "wsman/auth/wsm-auth-field.h"

static WsmAuthScheme
try_for (char *const *lines, WsmAuthScheme wanted)
{
  g_auto (WsmChallenges) challenges = { 0 };

  for (gsize i = 0; lines[i] != NULL; i++)
    wsm_challenges_add (&challenges, lines[i], wanted);

  if (challenges.token != NULL || challenges.is_broken)
    {
      g_assert_true ((challenges.offered & wanted) != 0);
      g_assert_true ((wanted & WSM_AUTH_SCHEMES_OF_CONNECTION) != 0);
      g_assert_true ((challenges.token != NULL) != challenges.is_broken);
    }
  if (challenges.token != NULL)
    {
      g_assert_cmpuint (g_bytes_get_size (challenges.token), >, 0);
      g_assert_cmpuint (g_bytes_get_size (challenges.token), <=, WSM_AUTH_MAX_TOKEN);
    }

  return challenges.offered;
}

/* One field a line. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 8);
  WsmAuthScheme offered = try_for (lines, WSM_AUTH_SCHEME_BASIC);

  /* What is offered does not depend on what is wanted. */
  g_assert_cmpint (try_for (lines, WSM_AUTH_SCHEME_NEGOTIATE), ==, offered);
  g_assert_cmpint (try_for (lines, WSM_AUTH_SCHEME_KERBEROS), ==, offered);
  g_assert_cmpint (try_for (lines, WSM_AUTH_SCHEME_NTLM), ==, offered);

  return 0;
}
