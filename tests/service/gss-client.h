/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "service-fixture.h"
#include "wsman/wire/wsm-sealed-body.h"

G_BEGIN_DECLS

/**
 * TestGssKind:
 *
 * What the tokens are, whichever scheme they are sent under.
 */
typedef enum
{
  TEST_GSS_SPNEGO_KERBEROS,
  TEST_GSS_SPNEGO_NTLM,
  TEST_GSS_KERBEROS,
  TEST_GSS_NTLM,
} TestGssKind;

/* The other end of an acceptor: GSS-API as it is, so that what it does wrongly shows. */
typedef struct _TestGss TestGss;

/* @password: (nullable): NULL takes the ticket of the realm's mara */
TestGss *test_gss_new (TestGssKind kind, const char *user, const char *password);
void test_gss_free (TestGss *gss);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestGss, test_gss_free)

/* of the realm's keytab and users; a process has one, or several that differ in the policy only */
WsmAcceptor *test_gss_new_acceptor (WsmBindingPolicy policy);
void test_gss_bind (TestGss *gss, const guint8 *hash, gsize length);
const char *test_gss_get_password (void);
/* as curl does it by NTLM */
void test_gss_leave_out_sealing (TestGss *gss);

/* (nullable): the next token, in base64; NULL if there is none */
char *test_gss_step (TestGss *gss, const char *token);
gboolean test_gss_is_complete (TestGss *gss);
GBytes *test_gss_seal (TestGss *gss, GBytes *plain, gsize *header_length);
char *test_gss_unseal (TestGss *gss, const char *octets, gsize length, const char *content_type);

/* All legs on @c, as empty requests; returns the status of the last answer. @fields: (nullable):
 * more lines of each head */
guint test_gss_sign_in (TestClient *c, TestGss *gss, const char *scheme, const char *fields);
void test_gss_send_leg (TestClient *c, const char *scheme, const char *token, const char *body);
GBytes *test_gss_format_leg (const char *scheme, const char *token, const char *body);
char *test_gss_dup_token (const TestAnswer *answer, const char *scheme);

/* @body, which is sealed, as a whole request */
GBytes *test_gss_new_request (WsmSealProtocol protocol, gconstpointer body, gsize length);
/* @envelope in its sealed form, as a whole request */
GBytes *test_gss_format (TestGss *gss, WsmSealProtocol protocol, const char *envelope);
void test_gss_send (TestClient *c, GBytes *request);
/* the answer's text, which has to be sealed and of this status */
char *test_gss_ask (TestClient *c, TestGss *gss, WsmSealProtocol protocol, const char *envelope,
                    guint status);

G_END_DECLS
