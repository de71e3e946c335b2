/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gss-client.h"

G_BEGIN_DECLS

/* what the journal is told */
#define TEST_TAMPERED  "f2e977cfe26d472dae9a713033ec2aeb"
#define TEST_REFUSED   "220e67553c61406fa9ff34913cdc2164"
#define TEST_FAILED    "606956fad7f542c4bab5fd30f53d4394"
#define TEST_THROTTLED "5b87a9e11d924f44b12d7de01aadf57d"

#define g_assert_contains(text, part) g_assert_nonnull (strstr (text, part))

/* A fixture whose service signs in the realm's users. Before g_test_add() and instead of
 * g_test_run(). */
void gss_fixture_init (int *argc, char ***argv);
int gss_fixture_run (void);
void gss_fixture_set_up (Fixture *f, gconstpointer data);
void gss_fixture_set_up_tls (Fixture *f, gconstpointer data);
/* %WSM_BINDING_OFFERED is what they begin with */
void gss_fixture_set_policy (Fixture *f, WsmBindingPolicy policy);

#define GSS_FIXTURE_ADD(name, set_up, function, data)                                              \
  g_test_add ("/service/" name, Fixture, data, set_up, function, fixture_tear_down)

/* with a ticket, or by the password */
TestGss *test_gss_new_mara (TestGssKind kind);
/* to the TLS connections of @f's service, or to others */
void test_gss_bind_to (Fixture *f, TestGss *gss, gboolean is_right);

/* Somebody who has signed in. */
typedef struct
{
  TestClient *c;
  TestGss *gss;
  WsmSealProtocol protocol;
} TestCaller;

TestCaller *test_caller_new (Fixture *f, TestGssKind kind, const char *scheme);
void test_caller_free (TestCaller *caller);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestCaller, test_caller_free)
/* a new Echo, sealed */
GBytes *test_caller_format (TestCaller *caller);
char *test_caller_ask (TestCaller *caller, const char *envelope, guint status);

/* Sends @octets, of which nothing is done, and which end the connection. */
void test_assert_refused (Fixture *f, TestClient *c, GBytes *octets, guint status);
/* and which the journal calls tampered with */
void test_assert_tampered (Fixture *f, TestClient *c, GBytes *octets, guint status);

G_END_DECLS
