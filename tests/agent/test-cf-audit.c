/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/cf-operating-system.h"
#include "agent/cf-windows-shutdown.h"
#include "receiving-fixture.h"
#include "request/cf-win32-code.h"
#include "request/cf-windows-shutdown-names.h"

#define REFUSED "a76d1fd5a4064ab68f05f73de6e53c4d"
#define ABORTED "d00f7f880a474e83a53d687b3c57c1c8"

/* the last entry that has an id */
static char *logged_id;
static char *logged_result;
static guint n_logged;

static void
keep (const GLogField *field, char **text)
{
  g_free (*text);
  *text = field->length < 0 ? g_strdup (field->value)
                            : g_strndup (field->value, (gsize) field->length);
}

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    {
      if (g_str_equal (fields[i].key, "MESSAGE_ID"))
        {
          keep (&fields[i], &logged_id);
          n_logged++;
        }
      else if (g_str_equal (fields[i].key, "CURFEW_RESULT"))
        {
          keep (&fields[i], &logged_result);
        }
    }

  return G_LOG_WRITER_HANDLED;
}

static guint32
call_off (Receiving *r, WsmHandler *handler)
{
  g_autoptr (WsmObject) input = wsm_object_new (CF_WINDOWS_SHUTDOWN_URI, CF_ABORT_METHOD "_INPUT");

  return receiving_invoke (r, handler, CF_WINDOWS_SHUTDOWN_URI, CF_ABORT_METHOD, input);
}

static void
test_refused_abort_is_no_abort (void)
{
  g_autoptr (WsmObject)
    input = wsm_object_new (CF_WINDOWS_SHUTDOWN_URI, CF_INITIATE_METHOD "_INPUT");
  g_autoptr (WsmHandler) handler = NULL;
  Receiving r;

  g_test_summary ("Who looks for what was called off does not find what was not");

  receiving_set_up (&r, NULL, NULL);
  handler = cf_windows_shutdown_new (r.receiver, CF_CLOCK (r.clock), r.facts);

  g_assert_cmpuint (call_off (&r, handler), ==, CF_WIN32_NO_SHUTDOWN_IN_PROGRESS);
  g_assert_cmpstr (logged_id, ==, REFUSED);
  g_assert_cmpstr (logged_result, ==, "1116");

  wsm_object_add_uint32 (input, CF_FIELD_GRACE_PERIOD, 60);
  wsm_object_add_uint32 (input, CF_FIELD_FLAGS, CF_SHUTDOWN_RESTART);
  wsm_object_add_uint32 (input, CF_FIELD_REASON, 1);
  g_assert_cmpuint (
    receiving_invoke (&r, handler, CF_WINDOWS_SHUTDOWN_URI, CF_INITIATE_METHOD, input), ==, 0);
  g_assert_cmpuint (call_off (&r, handler), ==, 0);
  g_assert_cmpstr (logged_id, ==, ABORTED);
  g_assert_cmpstr (logged_result, ==, "0");
  receiving_tear_down (&r);
}

static void
test_flags_that_are_no_request_are_noted (void)
{
  static const struct
  {
    const char *flags;
    guint32 code;
    const char *result;
  } rows[] = {
    { "0", CF_WIN32_NOT_SUPPORTED, "50" }, /* log off */
    { "64", CF_WIN32_INVALID_PARAMETER, "87" },
  };
  static const char *const called[] = { "Win32Shutdown", "Win32ShutdownTracker" };
  g_autoptr (WsmHandler) handler = NULL;
  Receiving r;

  g_test_summary ("Every attempt leaves an entry, also one that never becomes a request");

  receiving_set_up (&r, NULL, NULL);
  handler = cf_operating_system_new (r.receiver, CF_CLOCK (r.clock), r.facts);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (gsize m = 0; m < G_N_ELEMENTS (called); m++)
      {
        g_autofree char *name = g_strconcat (called[m], "_INPUT", NULL);
        g_autoptr (WsmObject) input = wsm_object_new (CF_OPERATING_SYSTEM_URI, name);
        guint before = n_logged;

        wsm_object_add_string (input, "Flags", rows[i].flags);
        g_assert_cmpuint (receiving_invoke (&r, handler, CF_OPERATING_SYSTEM_URI, called[m], input),
                          ==, rows[i].code);
        g_assert_cmpuint (n_logged, ==, before + 1);
        g_assert_cmpstr (logged_id, ==, REFUSED);
        g_assert_cmpstr (logged_result, ==, rows[i].result);
      }
  receiving_tear_down (&r);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (write_log, NULL, NULL);
  g_test_add_func ("/agent/audit/refused-abort-is-no-abort", test_refused_abort_is_no_abort);
  g_test_add_func ("/agent/audit/flags-that-are-no-request-are-noted",
                   test_flags_that_are_no_request_are_noted);
  return g_test_run ();
}
