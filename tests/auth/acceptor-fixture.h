/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gss-caller.h"
#include "wsman/auth/wsm-auth-error.h"

G_BEGIN_DECLS

#define NEGOTIATE WSM_AUTH_SCHEME_NEGOTIATE
#define KERBEROS  WSM_AUTH_SCHEME_KERBEROS
#define NTLM      WSM_AUTH_SCHEME_NTLM

/* What the tests of the acceptor have in common: files, bindings and people of the realm. */
typedef struct
{
  char *replay_cache; /* (owned) */
  char *ntlm_users;   /* (owned): ours to write */
  char *realm_users;  /* (owned): what the realm's file says */
  GBytes *binding;    /* (owned) */
  GBytes *other;      /* (owned): a binding of another connection */
  Caller mara_by_ticket;
  Caller mara_by_password; /* NTLM */
} Fixture;

void acceptor_fixture_set_up (Fixture *f, gconstpointer data);
void acceptor_fixture_tear_down (Fixture *f, gconstpointer data);
#define ADD_TEST(path, function)                                                                   \
  g_test_add (path, Fixture, NULL, acceptor_fixture_set_up, function, acceptor_fixture_tear_down)

void write_users (Fixture *f, const char *text);
WsmAcceptor *new_acceptor (Fixture *f, gboolean has_kerberos, gboolean has_ntlm,
                           WsmBindingPolicy policy);
void assert_refused (WsmAcceptor *acceptor, WsmAuthScheme scheme, GBytes *binding,
                     const Caller *caller, WsmAuthError code);
void assert_signs_in (WsmAcceptor *acceptor, WsmAuthScheme scheme, GBytes *binding,
                      const Caller *caller, const char *user, gboolean is_bound);
void assert_seals (CallerState *state, WsmGssContext *context);

G_END_DECLS
