/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsman/auth/wsm-ntlm-challenge.h"

#define NONE   WSM_NTLM_CHALLENGE_NONE
#define WEAK   WSM_NTLM_CHALLENGE_WEAK
#define STRONG WSM_NTLM_CHALLENGE_STRONG

#define START     "NTLMSSP\0"
#define CHALLENGE START "\2\0\0\0\0\0\0\0\x30\0\0\0"
#define SPNEGO    "\xa1\x30\x30\x2e\xa0\x03\x0a\x01\x01\xa2\x27\x04\x25"

static void
test_strength (void)
{
#define TOKEN(text) text, sizeof (text) - 1
  static const struct
  {
    const char *token;
    gsize length;
    WsmNtlmChallenge challenge;
    gboolean is_ntlm;
  } cases[] = {
    { TOKEN (""), NONE, FALSE },
    { TOKEN ("x"), NONE, FALSE },
    { TOKEN ("NTLMSSP"), NONE, FALSE },
    { TOKEN ("NTLMSSPx\2\0\0\0\0\0\0\0\x30\0\0\0\x35\x82\x8a\xe2"), NONE, FALSE },
    { TOKEN ("\xa1\x07\x30\x05\xa0\x03\x0a\x01\x01"), NONE, FALSE },
    { TOKEN (START), NONE, TRUE },
    { TOKEN (START "\2\0\0\0"), NONE, TRUE },
    { TOKEN (CHALLENGE), NONE, TRUE },
    { TOKEN (CHALLENGE "\x35\x82\x8a"), NONE, TRUE },
    /* as gss-ntlmssp makes it, then one flag after the other cleared */
    { TOKEN (CHALLENGE "\x35\x82\x8a\xe2"), STRONG, TRUE },
    { TOKEN (CHALLENGE "\x35\x82\x8a\xe2 and more"), STRONG, TRUE },
    { TOKEN (CHALLENGE "\x35\x82\x82\xe2"), WEAK, TRUE },
    { TOKEN (CHALLENGE "\x35\x82\x8a\xc2"), WEAK, TRUE },
    { TOKEN (CHALLENGE "\x35\x82\x8a\xa2"), WEAK, TRUE },
    { TOKEN (CHALLENGE "\0\0\x08\x60"), STRONG, TRUE },
    /* the octets the other way round */
    { TOKEN (CHALLENGE "\x60\x08\0\0"), WEAK, TRUE },
    /* not a challenge */
    { TOKEN (START "\1\0\0\0\0\0\0\0\x30\0\0\0\x35\x82\x8a\xe2"), NONE, TRUE },
    { TOKEN (START "\3\0\0\0\0\0\0\0\x30\0\0\0\x35\x82\x8a\xe2"), NONE, TRUE },
    { TOKEN (START "\2\0\0\1\0\0\0\0\x30\0\0\0\x35\x82\x8a\xe2"), NONE, TRUE },
    { TOKEN (SPNEGO CHALLENGE "\x35\x82\x8a\xe2"), STRONG, TRUE },
    { TOKEN (SPNEGO CHALLENGE "\x35\x82\x82\xe2"), WEAK, TRUE },
    { TOKEN (SPNEGO CHALLENGE), NONE, TRUE },
  };

  g_test_summary ("A challenge is strong if it asks for all that makes sealing worth it");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) token = g_bytes_new (cases[i].token, cases[i].length);

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (wsm_ntlm_find_challenge (token), ==, cases[i].challenge);
      g_assert_cmpint (wsm_ntlm_is_token (token), ==, cases[i].is_ntlm);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/auth/ntlm-challenge/strength", test_strength);

  return g_test_run ();
}
