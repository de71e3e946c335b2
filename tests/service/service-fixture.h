/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsman/service/wsm-service.h"

G_BEGIN_DECLS

#define TEST_URI   "http://schemas.curfew.org/wsman/1/Test"
#define TEST_BASIC "Basic bWFyYTpzZWNyZXQ="     /* mara:secret */
#define OTHER_USER "Basic b3R0bzpzZWNyZXQ="     /* otto:secret */
#define ROOT       "Basic cm9vdDpzZWNyZXQ="     /* root:secret, the one account that is anywhere */
#define WRONG      "Basic bWFyYTp3cm9uZw=="     /* mara:wrong */
#define UNASKED    "Basic bm9ib2R5OmJyb2tlbg==" /* nobody:broken */
#define PATIENT    "Basic c2xvdzpzZWNyZXQ="     /* slow:secret */

/*
 * A handler whose methods tell how they answer: Echo at once, with ReturnValue 0, the caller's name
 * and groups; Hold when test_release() is called; Drop never; Long with much text; Deny with
 * AccessDenied; Stop after it has stopped the service. A Receive it holds as Hold does.
 */
#define TEST_TYPE_HANDLER (test_handler_get_type ())
G_DECLARE_FINAL_TYPE (TestHandler, test_handler, TEST, HANDLER, GObject)

/* A verifier that knows "secret" to be right, and nothing about "broken"; "slow" it lets wait. */
#define TEST_TYPE_VERIFIER (test_verifier_get_type ())
G_DECLARE_FINAL_TYPE (TestVerifier, test_verifier, TEST, VERIFIER, GObject)

typedef struct
{
  WsmServiceLimits limits; /* change before the first connection */
  TestHandler *handler;
  TestVerifier *verifier;
  WsmService *service; /* made by test_start() or by the first client */
  GTlsCertificate *certificate;
  WsmAcceptor *acceptor;                  /* (unowned) (nullable) */
  WsmCertificateUsers *certificate_users; /* (unowned) (nullable) */
  GTlsCertificate *client_certificate;    /* (unowned) (nullable) */
  guint16 port;
  char *directory; /* of test_start_front() */
  char *path;      /* of its socket there */
} Fixture;

void fixture_set_up (Fixture *f, gconstpointer data);
void fixture_tear_down (Fixture *f, gconstpointer data);

void test_start (Fixture *f);
void test_start_front (Fixture *f, uid_t uid, const char *user_header);
guint test_n_handled (Fixture *f);
guint test_n_held (Fixture *f);
guint test_n_verified (Fixture *f);
gboolean test_is_held_cancelled (Fixture *f);
void test_release (Fixture *f);
void test_release_long (Fixture *f);
void test_release_output (Fixture *f, const char *output);
void test_release_fault (Fixture *f, WsmFaultKind kind);
void test_wait_connections (Fixture *f, guint n);

/* journal entries so far with a MESSAGE_ID, from test_catch_log() on */
void test_catch_log (void);
guint test_n_logged (const char *message_id);

typedef struct
{
  Fixture *fixture;
  GIOStream *stream;
  GSource *source;
  GString *received;
  gboolean has_ended;
  gboolean was_reset; /* it ended otherwise than properly */
} TestClient;

typedef struct
{
  guint status;
  char *head;
  char *body; /* a NUL follows */
  gsize body_length;
} TestAnswer;

TestClient *test_client_new (Fixture *f);
TestClient *test_client_new_from (Fixture *f, const char *address);
TestClient *test_client_new_front (Fixture *f);
void test_client_free (TestClient *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestClient, test_client_free)
void test_client_reset (TestClient *c);
void test_client_send (TestClient *c, const char *octets, gssize length);
void test_client_receive (TestClient *c, TestAnswer *answer);
void test_client_wait_end (TestClient *c);
gboolean test_client_has_all (TestClient *c);

void test_answer_clear (TestAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestAnswer, test_answer_clear)
gboolean test_answer_closes (const TestAnswer *answer);

/* text of messages */
char *test_invoke (const char *method, const char *message_id);
char *test_invoke_new (const char *method);
char *test_receive (const char *message_id);
char *test_http (const char *authorization, const char *body);
char *test_replace (const char *text, const char *from, const char *to);

/* send, receive, compare the status, give the answer's text */
char *test_ask (TestClient *c, const char *authorization, const char *body, guint status);

G_END_DECLS
