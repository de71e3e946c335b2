/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "wsman/wire/wsm-sealed-body.h"
#include "wsman/wire/wsm-wire-error.h"

#define FIELD                                                                                      \
  "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";"                    \
  "boundary=\"Encrypted Boundary\""
#define BOUNDARY_LINE "--Encrypted Boundary\r\n"
#define SPNEGO_LINE   "\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
#define ORIGINAL(n)   "\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=" n "\r\n"
#define OCTETS_LINE   "\tContent-Type: application/octet-stream\r\n"
#define HEAD(n)                                                                                    \
  BOUNDARY_LINE SPNEGO_LINE ORIGINAL (n)                                                           \
  BOUNDARY_LINE OCTETS_LINE
#define SIZE_16   "\x10\0\0\0"
#define HEADER_16 "\1\0\0\0\xd9\xfd\xe2\xa0\x2d\xca\x8f\x50\0\0\0\0"
#define DATA_4    "\xa7\x3f\x69\xec"
#define END       "--Encrypted Boundary--\r\n"

/* Octets written with their number, as they may hold NUL. */
#define OCTETS(text) text, sizeof (text) - 1

/* the example of winrm-wire-protocol, section 2.1 */
static const char example[] = HEAD ("4") SIZE_16 HEADER_16 DATA_4 END;
static const gsize example_size = sizeof example - 1;

/* Of copies without anything behind them, so that a sanitizer sees over-reads. */
static gboolean
parse (WsmSealedBody *sealed, const char *field, const char *octets, gsize size, GBytes **body,
       GError **error)
{
  gsize length = strlen (field);
  g_autofree char *exact_field = g_memdup2 (field, length);

  *body = g_bytes_new (octets, size);

  return wsm_sealed_body_parse (sealed, exact_field, length, *body, error);
}

static void
assert_example (const char *field, const char *octets, gsize size, WsmSealProtocol protocol,
                WsmCharset charset)
{
  WsmSealedBody sealed;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;

  parse (&sealed, field, octets, size, &body, &error);

  g_assert_no_error (error);
  g_assert_cmpint (sealed.protocol, ==, protocol);
  g_assert_cmpint (sealed.charset, ==, charset);
  g_assert_cmpuint (sealed.header_length, ==, 16);
  g_assert_cmpmem (sealed.token, sealed.token_length, HEADER_16 DATA_4, 20);
}

static void
test_example_of_the_protocol (void)
{
  g_assert_cmpuint (example_size, ==, 259);
  g_assert_cmpuint (strstr (example, SIZE_16) - example, ==, 0xd3);
  assert_example (FIELD, example, example_size, WSM_SEAL_SPNEGO, WSM_CHARSET_UTF_8);
}

/* what peers do differently, and which is no matter */
static void
test_bodies_are_read (void)
{
  static const struct
  {
    const char *octets;
    gsize size;
  } cases[] = {
    /* no tab, as a client of ours, OMI and WinRb; spaces */
    { OCTETS (BOUNDARY_LINE
              "Content-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
              "OriginalContent: type=application/soap+xml;charset=UTF-8;Length=4\r\n" BOUNDARY_LINE
              "Content-Type: application/octet-stream\r\n" SIZE_16 HEADER_16 DATA_4 END) },
    { OCTETS (BOUNDARY_LINE "  Content-Type:application/HTTP-SPNEGO-session-encrypted  \r\n"
                            " OriginalContent:   type=application/soap+xml; charset=UTF-8; "
                            "Length=4 \r\n" BOUNDARY_LINE " \t Content-Type: "
                            "application/octet-stream\r\n" SIZE_16 HEADER_16 DATA_4 END) },
    /* case */
    { OCTETS (BOUNDARY_LINE "\tcontent-type: APPLICATION/http-spnego-SESSION-encrypted\r\n"
                            "\toriginalcontent: TYPE=application/SOAP+xml;CHARSET=utf-8;"
                            "LENGTH=4\r\n" BOUNDARY_LINE "\tCONTENT-TYPE: "
                            "APPLICATION/OCTET-STREAM\r\n" SIZE_16 HEADER_16 DATA_4 END) },
    /* more parameters, another order, quotes */
    { OCTETS (
      BOUNDARY_LINE
      "\tContent-Type: application/HTTP-SPNEGO-session-encrypted; x=y\r\n"
      "\tOriginalContent: type=application/soap+xml;Length=\"4\";action=\"a;b\";"
      "charset=\"UTF-8\"\r\n" BOUNDARY_LINE
      "\tContent-Type: application/octet-stream; x=\"y\"\r\n" SIZE_16 HEADER_16 DATA_4 END) },
    { OCTETS (BOUNDARY_LINE SPNEGO_LINE
              "\tOriginalContent: type=application/soap+xml;Length=0000000004\r\n" BOUNDARY_LINE
                OCTETS_LINE SIZE_16 HEADER_16 DATA_4 END) },
    /* Exchange */
    { OCTETS ("-- Encrypted Boundary\r\n" SPNEGO_LINE ORIGINAL (
      "4") "-- Encrypted Boundary\r\n" OCTETS_LINE SIZE_16 HEADER_16 DATA_4
           "-- Encrypted Boundary--\r\n") },
    /* OMI, and nothing at all */
    { OCTETS (HEAD ("4") SIZE_16 HEADER_16 DATA_4 END "\r\n") },
    { OCTETS (HEAD ("4") SIZE_16 HEADER_16 DATA_4 "--Encrypted Boundary--") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%" G_GSIZE_FORMAT, i);
      assert_example (FIELD, cases[i].octets, cases[i].size, WSM_SEAL_SPNEGO, WSM_CHARSET_UTF_8);
    }
}

static void
test_charset_and_protocol_are_told (void)
{
  static const char kerberos[] =
    "multipart/encrypted;protocol=\"application/HTTP-Kerberos-session-encrypted\";"
    "boundary=\"Encrypted Boundary\"";
  static const char kerberos_body[] = BOUNDARY_LINE
    "\tContent-Type: application/HTTP-Kerberos-session-encrypted\r\n" ORIGINAL ("4")
      BOUNDARY_LINE OCTETS_LINE SIZE_16 HEADER_16 DATA_4 END;
  static const char utf16_body[] = BOUNDARY_LINE SPNEGO_LINE
    "\tOriginalContent: type=application/soap+xml;charset=UTF-16;Length=4\r\n" BOUNDARY_LINE
      OCTETS_LINE SIZE_16 HEADER_16 DATA_4 END;

  assert_example (kerberos, OCTETS (kerberos_body), WSM_SEAL_KERBEROS, WSM_CHARSET_UTF_8);
  assert_example (FIELD, OCTETS (utf16_body), WSM_SEAL_SPNEGO, WSM_CHARSET_UTF_16);
}

static void
test_fields_are_read (void)
{
  static const char *const fields[] = {
    "multipart/encrypted; protocol=\"application/HTTP-SPNEGO-session-encrypted\"; "
    "boundary=\"Encrypted Boundary\"",
    "Multipart/Encrypted ;PROTOCOL=application/http-spnego-session-encrypted;"
    "Boundary=Encrypted Boundary",
    "multipart/encrypted;boundary=\"Encrypted Boundary\" ; x=\"a;b\" ;"
    "protocol=application/HTTP-SPNEGO-session-encrypted;",
    "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\"",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_test_message ("%s", fields[i]);
      assert_example (fields[i], example, example_size, WSM_SEAL_SPNEGO, WSM_CHARSET_UTF_8);
    }
}

static void
test_other_boundary (void)
{
  static const char field[] =
    "multipart/encrypted;protocol=application/HTTP-SPNEGO-session-encrypted;boundary=\"x:y\"";
  static const char octets[] = "--x:y\r\n" SPNEGO_LINE ORIGINAL (
    "4") "--x:y\r\n" OCTETS_LINE SIZE_16 HEADER_16 DATA_4 "--x:y--\r\n";

  assert_example (field, OCTETS (octets), WSM_SEAL_SPNEGO, WSM_CHARSET_UTF_8);
}

static void
test_sealed_octets_may_hold_anything (void)
{
  static const char octets[] = HEAD ("46") SIZE_16 HEADER_16 END "\r\n--Encrypted Boundary" END;
  WsmSealedBody sealed;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("What looks like an end inside of the sealed octets is none");

  parse (&sealed, FIELD, OCTETS (octets), &body, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (sealed.token, sealed.token_length, HEADER_16 END "\r\n--Encrypted Boundary",
                   16 + 46);
}

static void
test_fields_are_refused (void)
{
  static const struct
  {
    const char *field;
    WsmWireError code;
    const char *says;
  } cases[] = {
    { "", WSM_WIRE_ERROR_MALFORMED, "its type is not" },
    { "application/soap+xml;charset=UTF-8", WSM_WIRE_ERROR_MALFORMED, "its type is not" },
    { "multipart/encryptedly" FIELD, WSM_WIRE_ERROR_MALFORMED, "its type is not" },
    { "multipart/x-multi-encrypted;protocol=\"application/HTTP-CredSSP-session-encrypted\";"
      "boundary=\"Encrypted Boundary\"",
      WSM_WIRE_ERROR_FORBIDDEN, "several parts" },
    { "multipart/encrypted;protocol=\"application/HTTP-CredSSP-session-encrypted\";"
      "boundary=\"Encrypted Boundary\"",
      WSM_WIRE_ERROR_FORBIDDEN, "CredSSP" },
    { "multipart/encrypted;protocol=\"application/HTTP-Kerberos-session-encrypted\"",
      WSM_WIRE_ERROR_MALFORMED, "two protocols" },
    { "multipart/encrypted", WSM_WIRE_ERROR_MALFORMED, "by what protocol" },
    { "multipart/encrypted;protocol=\"application/pgp-encrypted\"", WSM_WIRE_ERROR_MALFORMED,
      "by what protocol" },
    { FIELD ";boundary=x", WSM_WIRE_ERROR_MALFORMED, "twice" },
    { FIELD ";protocol=\"\"", WSM_WIRE_ERROR_MALFORMED, "twice" },
    { FIELD " x", WSM_WIRE_ERROR_MALFORMED, "cannot be read" },
    { FIELD ";x", WSM_WIRE_ERROR_MALFORMED, "cannot be read" },
    { FIELD ";x;y=z", WSM_WIRE_ERROR_MALFORMED, "cannot be read" },
    { FIELD ";=x", WSM_WIRE_ERROR_MALFORMED, "cannot be read" },
    { FIELD ";x=\"y", WSM_WIRE_ERROR_MALFORMED, "cannot be read" },
    { FIELD ";x=\"y\\\"\"", WSM_WIRE_ERROR_MALFORMED, "cannot be read" },
    { FIELD ";x=y\"z\"", WSM_WIRE_ERROR_MALFORMED, "cannot be read" },
    { FIELD ";;", WSM_WIRE_ERROR_MALFORMED, "cannot be read" },
    { "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";boundary=\"\"",
      WSM_WIRE_ERROR_MALFORMED, "boundary" },
    { "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";boundary=\"x \"",
      WSM_WIRE_ERROR_MALFORMED, "boundary" },
    { "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";boundary=\" x\"",
      WSM_WIRE_ERROR_MALFORMED, "boundary" },
    { "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";boundary=x@y",
      WSM_WIRE_ERROR_MALFORMED, "boundary" },
    { "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";boundary="
      "12345678901234567890123456789012345678901234567890123456789012345678901",
      WSM_WIRE_ERROR_MALFORMED, "boundary" },
    { "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";boundary="
      "1234567890123456789012345678901234567890123456789012345678901234567890",
      WSM_WIRE_ERROR_MALFORMED, "begin with a part" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WsmSealedBody sealed;
      g_autoptr (GBytes) body = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].field);
      g_assert_false (parse (&sealed, cases[i].field, example, example_size, &body, &error));
      g_assert_error (error, WSM_WIRE_ERROR, (int) cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].says));
    }
}

static void
test_boundary_of_nul_is_refused (void)
{
  static const char field[] =
    "multipart/encrypted;protocol=application/HTTP-SPNEGO-session-encrypted;boundary=\0x";
  g_autoptr (GBytes) body = g_bytes_new_static (example, example_size);
  g_autoptr (GError) error = NULL;
  WsmSealedBody sealed;

  g_assert_false (wsm_sealed_body_parse (&sealed, OCTETS (field), body, &error));
  g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_MALFORMED);
  g_assert_nonnull (strstr (error->message, "boundary"));
}

#define LONG_VALUE                                                                                 \
  "12345678901234567890123456789012345678901234567890123456789012345678901234567890"               \
  "12345678901234567890123456789012345678901234567890123456789012345678901234567890"

static void
test_bodies_are_refused (void)
{
  static const struct
  {
    const char *octets;
    gsize size;
    WsmWireError code;
    const char *says;
  } cases[] = {
    { OCTETS (""), WSM_WIRE_ERROR_MALFORMED, "begin with a part" },
    { OCTETS ("<s:Envelope/>"), WSM_WIRE_ERROR_MALFORMED, "begin with a part" },
    { OCTETS ("\r\n" HEAD ("4") SIZE_16 HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED,
      "begin with a part" },
    { OCTETS ("--encrypted boundary\r\n" SPNEGO_LINE), WSM_WIRE_ERROR_MALFORMED,
      "begin with a part" },
    { OCTETS ("\n"), WSM_WIRE_ERROR_MALFORMED, "begin with a part" },
    { OCTETS ("--Encrypted Boundary \n" SPNEGO_LINE ORIGINAL ("4")
                BOUNDARY_LINE OCTETS_LINE SIZE_16 HEADER_16 DATA_4 END),
      WSM_WIRE_ERROR_MALFORMED, "begin with a part" },
    { OCTETS ("--Encrypted Boundary\n" SPNEGO_LINE), WSM_WIRE_ERROR_MALFORMED,
      "begin with a part" },
    { OCTETS ("--Encrypted Boundary--\r\n" SPNEGO_LINE), WSM_WIRE_ERROR_MALFORMED,
      "begin with a part" },
    { OCTETS (BOUNDARY_LINE "\r\n" SPNEGO_LINE), WSM_WIRE_ERROR_MALFORMED, "begin with a part" },
    { OCTETS (BOUNDARY_LINE "\tContent-Type : application/HTTP-SPNEGO-session-encrypted\r\n"),
      WSM_WIRE_ERROR_MALFORMED, "begin with a part" },
    { OCTETS (BOUNDARY_LINE "\tContent-Type: application/HTTP-SPNEGO-session-encrypted\0\r\n"),
      WSM_WIRE_ERROR_MALFORMED, "begin with a part" },
    { OCTETS (BOUNDARY_LINE
              "\tContent-Type: application/HTTP-Kerberos-session-encrypted\r\n" ORIGINAL ("4")
                BOUNDARY_LINE OCTETS_LINE SIZE_16 HEADER_16 DATA_4 END),
      WSM_WIRE_ERROR_MALFORMED, "two protocols" },
    { OCTETS (BOUNDARY_LINE
              "\tContent-Type: application/HTTP-CredSSP-session-encrypted\r\n" ORIGINAL ("4")
                BOUNDARY_LINE OCTETS_LINE SIZE_16 HEADER_16 DATA_4 END),
      WSM_WIRE_ERROR_FORBIDDEN, "CredSSP" },
    /* what it was before */
    { OCTETS (BOUNDARY_LINE SPNEGO_LINE BOUNDARY_LINE OCTETS_LINE SIZE_16 HEADER_16 DATA_4 END),
      WSM_WIRE_ERROR_MALFORMED, "what it was before" },
    { OCTETS (BOUNDARY_LINE SPNEGO_LINE "\tOriginalContent: application/soap+xml;Length=4\r\n"),
      WSM_WIRE_ERROR_MALFORMED, "what it was before" },
    { OCTETS (BOUNDARY_LINE SPNEGO_LINE "\tOriginalContent: type=text/xml;Length=4\r\n"),
      WSM_WIRE_ERROR_ENCODING, "UTF-8 or UTF-16" },
    { OCTETS (BOUNDARY_LINE SPNEGO_LINE
              "\tOriginalContent: type=application/soap+xml;charset=UTF-7;Length=4\r\n"),
      WSM_WIRE_ERROR_ENCODING, "UTF-8 or UTF-16" },
    { OCTETS (BOUNDARY_LINE SPNEGO_LINE
              "\tOriginalContent: type=application/soap+xml;charset=UTF-8\r\n"),
      WSM_WIRE_ERROR_MALFORMED, "length is missing" },
    { OCTETS (BOUNDARY_LINE SPNEGO_LINE "\tOriginalContent: type=application/soap+xml;x=" LONG_VALUE
                                        ";Length=4\r\n"),
      WSM_WIRE_ERROR_MALFORMED, "what it was before" },
    { OCTETS (HEAD ("4;Length=4") SIZE_16 HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED,
      "one number" },
    { OCTETS (HEAD ("") SIZE_16 HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED, "one number" },
    { OCTETS (HEAD ("-4") SIZE_16 HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED, "one number" },
    { OCTETS (HEAD ("+4") SIZE_16 HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED, "one number" },
    { OCTETS (HEAD ("0x4") SIZE_16 HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED, "one number" },
    { OCTETS (HEAD ("00000000004") SIZE_16 HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED,
      "one number" },
    { OCTETS (HEAD ("184467440737095516200000000004") SIZE_16 HEADER_16 DATA_4 END),
      WSM_WIRE_ERROR_MALFORMED, "one number" },
    /* the second part */
    { OCTETS (BOUNDARY_LINE SPNEGO_LINE ORIGINAL ("4") OCTETS_LINE SIZE_16 HEADER_16 DATA_4 END),
      WSM_WIRE_ERROR_MALFORMED, "part of sealed octets" },
    { OCTETS (BOUNDARY_LINE SPNEGO_LINE ORIGINAL ("4") BOUNDARY_LINE SIZE_16 HEADER_16 DATA_4 END),
      WSM_WIRE_ERROR_MALFORMED, "part of sealed octets" },
    { OCTETS (BOUNDARY_LINE SPNEGO_LINE ORIGINAL ("4") BOUNDARY_LINE
              "\tContent-Type: text/plain\r\n" SIZE_16 HEADER_16 DATA_4 END),
      WSM_WIRE_ERROR_MALFORMED, "part of sealed octets" },
    /* lengths */
    { OCTETS (HEAD ("4")), WSM_WIRE_ERROR_MALFORMED, "ends too early" },
    { OCTETS (HEAD ("4") "\x10\0\0"), WSM_WIRE_ERROR_MALFORMED, "ends too early" },
    { OCTETS (HEAD ("4") "\xff\xff\xff\xff" HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED,
      "header is longer" },
    { OCTETS (HEAD ("4") "\x01\x04\0\0" HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED,
      "header is longer" },
    { OCTETS (HEAD ("4") "\0\x04\0\0" HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED,
      "ends too early" },
    { OCTETS (HEAD ("9999999999") SIZE_16 HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED,
      "ends too early" },
    { OCTETS (HEAD ("4294967284") SIZE_16 HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED,
      "ends too early" },
    { OCTETS (HEAD ("29") SIZE_16 HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED,
      "ends too early" },
    { OCTETS (HEAD ("4") "\x0b\0\0\0"
                         "12345678901" DATA_4 END),
      WSM_WIRE_ERROR_MALFORMED, "too short" },
    /* the end */
    { OCTETS (HEAD ("28") SIZE_16 HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED, "its end" },
    { OCTETS (HEAD ("3") SIZE_16 HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED, "its end" },
    { OCTETS (HEAD ("5") SIZE_16 HEADER_16 DATA_4 END), WSM_WIRE_ERROR_MALFORMED, "its end" },
    { OCTETS (HEAD ("4") SIZE_16 HEADER_16 DATA_4 "\r\n" END), WSM_WIRE_ERROR_MALFORMED,
      "its end" },
    { OCTETS (HEAD ("4") SIZE_16 HEADER_16 DATA_4 HEAD ("4") SIZE_16 HEADER_16 DATA_4 END),
      WSM_WIRE_ERROR_MALFORMED, "its end" },
    { OCTETS (HEAD ("4") SIZE_16 HEADER_16 DATA_4 "--Encrypted Boundary-"),
      WSM_WIRE_ERROR_MALFORMED, "its end" },
    { OCTETS (HEAD ("4") SIZE_16 HEADER_16 DATA_4 END "x"), WSM_WIRE_ERROR_MALFORMED, "follows" },
    { OCTETS (HEAD ("4") SIZE_16 HEADER_16 DATA_4 END "\r\n\r\n"), WSM_WIRE_ERROR_MALFORMED,
      "follows" },
    { OCTETS (HEAD ("4") SIZE_16 HEADER_16 DATA_4 END HEAD ("4") SIZE_16 HEADER_16 DATA_4 END),
      WSM_WIRE_ERROR_MALFORMED, "follows" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WsmSealedBody sealed;
      g_autoptr (GBytes) body = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_false (parse (&sealed, FIELD, cases[i].octets, cases[i].size, &body, &error));
      g_assert_error (error, WSM_WIRE_ERROR, (int) cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].says));
    }
}

static void
test_cut_bodies_are_refused (void)
{
  g_test_summary ("However much is missing at the end, it is noticed; but for the last line end");

  for (gsize size = 0; size < example_size - 2; size++)
    {
      WsmSealedBody sealed;
      g_autoptr (GBytes) body = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_false (parse (&sealed, FIELD, example, size, &body, &error));
      g_assert_error (error, WSM_WIRE_ERROR, WSM_WIRE_ERROR_MALFORMED);
    }
}

static void
test_writes_the_form_of_windows (void)
{
  g_autoptr (GBytes) token = g_bytes_new_static (HEADER_16 DATA_4, 20);
  g_autoptr (GBytes)
    indented = wsm_sealed_body_format (WSM_SEAL_SPNEGO, WSM_CHARSET_UTF_8, TRUE, token, 16);
  g_autoptr (GBytes)
    plain = wsm_sealed_body_format (WSM_SEAL_SPNEGO, WSM_CHARSET_UTF_8, FALSE, token, 16);

  g_assert_cmpmem (g_bytes_get_data (indented, NULL), g_bytes_get_size (indented), example,
                   example_size);
  g_assert_cmpuint (g_bytes_get_size (plain), ==, example_size - 3);
  g_assert_null (memchr (g_bytes_get_data (plain, NULL), '\t', g_bytes_get_size (plain)));
  g_assert_cmpstr (wsm_sealed_body_get_content_type (WSM_SEAL_SPNEGO), ==, FIELD);
}

/* octets that look random, as sealed ones do */
static GBytes *
make_token (gsize length)
{
  guint8 *octets = g_malloc (length);
  guint32 state = 1;

  for (gsize i = 0; i < length; i++)
    {
      state = state * 1664525u + 1013904223u;
      octets[i] = state >> 24;
    }

  return g_bytes_new_take (octets, length);
}

static void
test_reads_what_it_writes (void)
{
  static const struct
  {
    gsize header;
    gsize length;
    WsmSealProtocol protocol;
    gsize size; /* winrm-wire-protocol, section 2.1 */
  } cases[] = {
    { 16, 4, WSM_SEAL_SPNEGO, 259 },
    { 60, 10, WSM_SEAL_SPNEGO, 310 },
    { 60, 10, WSM_SEAL_KERBEROS, 312 },
    { 45, 0, WSM_SEAL_SPNEGO, 238 + 1 + 45 },
    { 1024, 512000, WSM_SEAL_KERBEROS, 240 + 6 + 1024 + 512000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (WsmCharset charset = WSM_CHARSET_UTF_8; charset <= WSM_CHARSET_UTF_16; charset++)
      {
        g_autoptr (GBytes) token = make_token (cases[i].header + cases[i].length);
        g_autoptr (GBytes)
          body = wsm_sealed_body_format (cases[i].protocol, charset, TRUE, token, cases[i].header);
        const char *field = wsm_sealed_body_get_content_type (cases[i].protocol);
        g_autoptr (GError) error = NULL;
        WsmSealedBody sealed;

        g_assert_cmpuint (g_bytes_get_size (body), ==, cases[i].size + charset);
        g_assert_cmpuint (g_bytes_get_size (body), <=, cases[i].length + WSM_SEALED_MAX_EXTRA);
        g_assert_true (wsm_sealed_body_is_type (field, strlen (field)));
        wsm_sealed_body_parse (&sealed, field, strlen (field), body, &error);
        g_assert_no_error (error);
        g_assert_cmpint (sealed.protocol, ==, cases[i].protocol);
        g_assert_cmpint (sealed.charset, ==, charset);
        g_assert_cmpuint (sealed.header_length, ==, cases[i].header);
        g_assert_cmpmem (sealed.token, sealed.token_length, g_bytes_get_data (token, NULL),
                         g_bytes_get_size (token));
      }
}

static void
test_types_are_told_apart (void)
{
  static const struct
  {
    const char *field;
    gboolean expected;
  } cases[] = {
    { FIELD, TRUE },
    { "multipart/encrypted", TRUE },
    { "MULTIPART/Encrypted ; x", TRUE },
    { " multipart/x-multi-encrypted;protocol=\"application/HTTP-CredSSP-session-encrypted\"",
      TRUE },
    { "", FALSE },
    { "multipart/", FALSE },
    { "multipart/encrypt", FALSE },
    { "multipart/encryptedx", FALSE },
    { "multipart/encrypted x", FALSE },
    { "application/soap+xml;charset=UTF-8", FALSE },
    { "application/soap+xml;x=multipart/encrypted", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = strlen (cases[i].field);
      g_autofree char *exact = g_memdup2 (cases[i].field, length);

      g_test_message ("%s", cases[i].field);
      g_assert_cmpint (wsm_sealed_body_is_type (exact, length), ==, cases[i].expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/sealed-body/example-of-the-protocol", test_example_of_the_protocol);
  g_test_add_func ("/wire/sealed-body/bodies-are-read", test_bodies_are_read);
  g_test_add_func ("/wire/sealed-body/charset-and-protocol-are-told",
                   test_charset_and_protocol_are_told);
  g_test_add_func ("/wire/sealed-body/fields-are-read", test_fields_are_read);
  g_test_add_func ("/wire/sealed-body/other-boundary", test_other_boundary);
  g_test_add_func ("/wire/sealed-body/sealed-octets-may-hold-anything",
                   test_sealed_octets_may_hold_anything);
  g_test_add_func ("/wire/sealed-body/fields-are-refused", test_fields_are_refused);
  g_test_add_func ("/wire/sealed-body/boundary-of-nul-is-refused", test_boundary_of_nul_is_refused);
  g_test_add_func ("/wire/sealed-body/bodies-are-refused", test_bodies_are_refused);
  g_test_add_func ("/wire/sealed-body/cut-bodies-are-refused", test_cut_bodies_are_refused);
  g_test_add_func ("/wire/sealed-body/writes-the-form-of-windows", test_writes_the_form_of_windows);
  g_test_add_func ("/wire/sealed-body/reads-what-it-writes", test_reads_what_it_writes);
  g_test_add_func ("/wire/sealed-body/types-are-told-apart", test_types_are_told_apart);

  return g_test_run ();
}
