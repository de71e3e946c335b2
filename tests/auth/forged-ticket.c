/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "forged-ticket.h"

#include <time.h>

#include <krb5.h>

#define LIFETIME 3600

/* In the library, and in none of its headers: what a KDC needs. */
krb5_error_code krb5_encrypt_tkt_part (krb5_context context, const krb5_keyblock *key,
                                       krb5_ticket *ticket);
krb5_error_code encode_krb5_ticket (const krb5_ticket *ticket, krb5_data **code);

static krb5_data *
make_ticket (krb5_context context, krb5_creds *creds)
{
  krb5_enc_tkt_part part = { .flags = TKT_FLG_INITIAL | TKT_FLG_PRE_AUTH,
                             .session = &creds->keyblock,
                             .client = creds->client,
                             .transited.tr_type = KRB5_DOMAIN_X500_COMPRESS,
                             .times = creds->times };
  krb5_ticket ticket = { .server = creds->server, .enc_part2 = &part };
  krb5_keytab keytab;
  krb5_keytab_entry entry;
  krb5_data *encoded = NULL;

  g_assert_cmpint (krb5_kt_resolve (context, g_getenv ("CURFEW_TEST_KEYTAB"), &keytab), ==, 0);
  g_assert_cmpint (krb5_kt_get_entry (context, keytab, creds->server, 0, 0, &entry), ==, 0);
  g_assert_cmpint (krb5_encrypt_tkt_part (context, &entry.key, &ticket), ==, 0);
  ticket.enc_part.kvno = entry.vno;
  g_assert_cmpint (encode_krb5_ticket (&ticket, &encoded), ==, 0);

  krb5_free_data_contents (context, &ticket.enc_part.ciphertext);
  krb5_free_keytab_entry_contents (context, &entry);
  krb5_kt_close (context, keytab);
  return encoded;
}

void
forge_ticket (const char *client, const char *cache)
{
  g_autofree char *server = g_strdup_printf ("HTTP/localhost@%s", g_getenv ("CURFEW_TEST_REALM"));
  krb5_creds creds = { 0 };
  krb5_context context;
  krb5_ccache ccache;
  krb5_data *ticket;
  krb5_timestamp now = (krb5_timestamp) time (NULL);

  g_assert_cmpint (krb5_init_context (&context), ==, 0);
  g_assert_cmpint (krb5_parse_name (context, client, &creds.client), ==, 0);
  g_assert_cmpint (krb5_parse_name (context, server, &creds.server), ==, 0);
  g_assert_cmpint (
    krb5_c_make_random_key (context, ENCTYPE_AES256_CTS_HMAC_SHA1_96, &creds.keyblock), ==, 0);
  creds.times = (krb5_ticket_times){ now, now, now + LIFETIME, 0 };
  ticket = make_ticket (context, &creds);
  creds.ticket = *ticket;

  g_assert_cmpint (krb5_cc_resolve (context, cache, &ccache), ==, 0);
  g_assert_cmpint (krb5_cc_initialize (context, ccache, creds.client), ==, 0);
  g_assert_cmpint (krb5_cc_store_cred (context, ccache, &creds), ==, 0);

  krb5_cc_close (context, ccache);
  creds.ticket = (krb5_data){ 0 };
  krb5_free_data (context, ticket);
  krb5_free_cred_contents (context, &creds);
  krb5_free_context (context);
}
