/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gss-fixture.h"

#include <string.h>

/* Sealed requests that are not what was sealed, or not when: nothing of them may be done, whatever
 * is changed where (winrm-wire-protocol, sections 2.1 and 7, cases 16 to 19). */

typedef struct
{
  TestGssKind kind;
  const char *scheme;
} Way;

static const Way kerberos = { TEST_GSS_KERBEROS, "Kerberos" };
static const Way ntlm = { TEST_GSS_SPNEGO_NTLM, "Negotiate" };

static TestCaller *
caller_new (Fixture *f, gconstpointer data)
{
  const Way *way = data;

  return test_caller_new (f, way->kind, way->scheme);
}

/* Where the body begins. */
static gsize
find_body (GBytes *request)
{
  const char *octets = g_bytes_get_data (request, NULL);

  return (gsize) (g_strstr_len (octets, (gssize) g_bytes_get_size (request), "\r\n\r\n") - octets) +
         4;
}

/* Where what is sealed begins: the length of its header. */
static gsize
find_sealed (GBytes *request)
{
  static const char last[] = "octet-stream\r\n";
  gsize length;
  const char *octets = g_bytes_get_data (request, &length);

  return (gsize) ((const char *) memmem (octets, length, last, strlen (last)) - octets) +
         strlen (last);
}

static GBytes *
flip (GBytes *request, gsize at, guint8 mask)
{
  gsize length;
  gconstpointer octets = g_bytes_get_data (request, &length);
  guint8 *copy = g_memdup2 (octets, length);

  copy[at] ^= mask;

  return g_bytes_new_take (copy, length);
}

/* case 18 */
static void
test_each_octet_that_is_sealed_counts (Fixture *f, gconstpointer data)
{
  gsize n_flipped = 0;
  gsize length;
  gsize at = 0;

  do
    {
      g_autoptr (TestCaller) caller = caller_new (f, data);
      g_autoptr (GBytes) request = test_caller_format (caller);
      gsize end = g_bytes_get_size (request) - strlen ("--Encrypted Boundary--\r\n");
      g_autoptr (GBytes) flipped = NULL;

      length = end - find_sealed (request);
      if (at >= length)
        break;
      flipped = flip (request, find_sealed (request) + at, (guint8) (1u << (at % 8)));
      test_assert_tampered (f, caller->c, flipped, 400);
      n_flipped++;
      /* all of the header; of what it seals, which is all the same, enough */
      at += at < 96 || at + 24 > length ? 1 : 13;
    }
  while (TRUE);
  g_assert_cmpuint (n_flipped, >, 150);
  g_assert_cmpuint (test_n_handled (f), ==, 0);
}

/* Around it some octets may be otherwise, but what is done is what was sealed, or nothing. */
static void
test_octets_around_change_nothing (Fixture *f, gconstpointer data)
{
  guint n_refused = 0;
  gsize end = 1;

  for (gsize at = 0; at < end; at++)
    {
      g_autoptr (TestCaller) caller = caller_new (f, data);
      g_autoptr (GBytes) request = test_caller_format (caller);
      g_autoptr (GBytes)
        flipped = flip (request, find_body (request) + at, (guint8) (1u << (at % 8)));
      g_auto (TestAnswer) answer = { 0 };

      end = find_sealed (request) - find_body (request);
      test_gss_send (caller->c, flipped);
      test_client_receive (caller->c, &answer);
      g_assert_true (answer.status == 200 || answer.status == 400);
      g_assert_cmpint (answer.body_length > 0, ==, answer.status == 200);
      n_refused += answer.status == 400;
      if (answer.status == 200)
        {
          g_autofree char *body = test_gss_unseal (
            caller->gss, answer.body, answer.body_length,
            wsm_sealed_body_get_content_type (caller->protocol));

          g_assert_nonnull (strstr (body, "User>mara<"));
        }
    }
  g_assert_cmpuint (n_refused, >, 100);
}

/* case 19 */
static void
test_repeated_message_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (TestCaller) caller = caller_new (f, data);
  g_autoptr (GBytes) request = test_caller_format (caller);
  g_auto (TestAnswer) answer = { 0 };

  test_gss_send (caller->c, request);
  test_client_receive (caller->c, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  test_assert_tampered (f, caller->c, request, 400);
  g_assert_cmpuint (test_n_handled (f), ==, 1);
}

static void
test_later_message_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (TestCaller) caller = caller_new (f, data);
  g_autoptr (GBytes) first = test_caller_format (caller);
  g_autoptr (GBytes) second = test_caller_format (caller);

  test_assert_tampered (f, caller->c, second, 400);
}

/* Of the same user, on another connection. */
static void
test_message_of_another_connection_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (TestCaller) one = caller_new (f, data);
  g_autoptr (TestCaller) other = caller_new (f, data);
  g_autoptr (GBytes) request = test_caller_format (one);

  test_assert_tampered (f, other->c, request, 400);
}

static void
test_own_answer_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (TestCaller) caller = caller_new (f, data);
  g_autoptr (GBytes) request = test_caller_format (caller);
  g_autoptr (GBytes) reflected = NULL;
  g_auto (TestAnswer) answer = { 0 };

  test_gss_send (caller->c, request);
  test_client_receive (caller->c, &answer);
  g_assert_cmpuint (answer.status, ==, 200);

  reflected = test_gss_new_request (caller->protocol, answer.body, answer.body_length);
  test_assert_tampered (f, caller->c, reflected, 400);
}

static void
test_cut_message_is_refused (Fixture *f, gconstpointer data)
{
  gsize length = 1;
  gsize step;

  for (gsize at = 1; at < length; at += step)
    {
      g_autoptr (TestCaller) caller = caller_new (f, data);
      g_autoptr (GBytes) request = test_caller_format (caller);
      g_autoptr (GBytes) part = NULL;

      /* the last CR LF may be missing: all that is sealed is there, and its end */
      length = g_bytes_get_size (request) - find_body (request) - 2;
      part = test_gss_new_request (
        caller->protocol, (const char *) g_bytes_get_data (request, NULL) + find_body (request),
        at);
      test_assert_tampered (f, caller->c, part, 400);
      step = at < 400 || at + 50 > length ? 1 : 29;
    }
  g_assert_cmpuint (test_n_handled (f), ==, 0);
}

/* The word has to be that of the scheme: case 23. */
static void
test_word_of_another_scheme_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (TestCaller) caller = caller_new (f, data);
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autoptr (GBytes) request = test_gss_format (
    caller->gss, caller->protocol == WSM_SEAL_SPNEGO ? WSM_SEAL_KERBEROS : WSM_SEAL_SPNEGO, echo);

  test_assert_tampered (f, caller->c, request, 400);
}

/* case 17; how the form is read is tested elsewhere in full */
static void
test_impossible_lengths_are_refused (Fixture *f, gconstpointer data)
{
  static const guint8 headers[][4] = {
    { 0xff, 0xff, 0xff, 0xff },
    { 0, 0, 0, 0x80 },
    { 0, 4, 0, 0 },
    { 0, 0, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (TestCaller) caller = caller_new (f, data);
      g_autoptr (GBytes) request = test_caller_format (caller);
      gsize length;
      gconstpointer octets = g_bytes_get_data (request, &length);
      guint8 *copy = g_memdup2 (octets, length);
      g_autoptr (GBytes) changed = NULL;

      memcpy (copy + find_sealed (request), headers[i], 4);
      changed = g_bytes_new_take (copy, length);
      test_assert_tampered (f, caller->c, changed, 400);
    }
}

/* case 16 */
static void
test_boundary_within_is_text (Fixture *f, gconstpointer data)
{
  g_autoptr (TestCaller) caller = caller_new (f, data);
  g_autofree char *echo = test_invoke_new ("Echo");
  g_autofree char *text = test_replace (echo, ">x</p:Text>",
                                        ">--Encrypted Boundary--\r\n</p:Text>");
  g_autofree char *body = test_caller_ask (caller, text, 200);
}

/* What comes behind a request is not answered, and not believed. */
static void
test_message_sent_ahead_is_not_read (Fixture *f, gconstpointer data)
{
  g_autoptr (TestCaller) caller = caller_new (f, data);
  g_autoptr (GBytes) first = test_caller_format (caller);
  g_autoptr (GBytes) second = test_caller_format (caller);
  g_autoptr (GByteArray) both = g_byte_array_new ();
  g_autoptr (GBytes) sent = NULL;
  g_auto (TestAnswer) answer = { 0 };

  g_byte_array_append (both, g_bytes_get_data (first, NULL), (guint) g_bytes_get_size (first));
  g_byte_array_append (both, g_bytes_get_data (second, NULL), (guint) g_bytes_get_size (second));
  sent = g_byte_array_free_to_bytes (g_steal_pointer (&both));
  test_gss_send (caller->c, sent);
  test_client_receive (caller->c, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_true (test_answer_closes (&answer));
  test_client_wait_end (caller->c);
  g_assert_cmpuint (test_n_handled (f), ==, 1);
}

#define ADD(name, function)                                                                        \
  GSS_FIXTURE_ADD ("gss-tampering/" name "/kerberos", gss_fixture_set_up, function, &kerberos);    \
  GSS_FIXTURE_ADD ("gss-tampering/" name "/ntlm", gss_fixture_set_up, function, &ntlm)

int
main (int argc, char **argv)
{
  gss_fixture_init (&argc, &argv);
  ADD ("each-octet-that-is-sealed-counts", test_each_octet_that_is_sealed_counts);
  ADD ("octets-around-change-nothing", test_octets_around_change_nothing);
  ADD ("repeated-message-is-refused", test_repeated_message_is_refused);
  ADD ("later-message-is-refused", test_later_message_is_refused);
  ADD ("message-of-another-connection-is-refused", test_message_of_another_connection_is_refused);
  ADD ("own-answer-is-refused", test_own_answer_is_refused);
  ADD ("cut-message-is-refused", test_cut_message_is_refused);
  ADD ("word-of-another-scheme-is-refused", test_word_of_another_scheme_is_refused);
  ADD ("impossible-lengths-are-refused", test_impossible_lengths_are_refused);
  ADD ("boundary-within-is-text", test_boundary_within_is_text);
  ADD ("message-sent-ahead-is-not-read", test_message_sent_ahead_is_not_read);
  return gss_fixture_run ();
}
