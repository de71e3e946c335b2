/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin-fixture.h"
#include "request/cf-win32-code.h"

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

static void
test_refused_abort_is_no_abort (void)
{
  const CfPluginShutdown shutdown = { .grace_period = 60, .shutdown_flags = 4, .reason = 1 };
  g_autoptr (WsmPrincipal) caller = wsm_principal_new ("mara", NULL, "Basic", "192.0.2.7");
  Desk d;

  g_test_summary ("Who looks for what was called off does not find what was not");

  desk_set_up (&d, NULL);
  g_assert_cmpuint (cf_plugin_desk_abort (d.desk, caller, NULL), ==,
                    CF_WIN32_NO_SHUTDOWN_IN_PROGRESS);
  g_assert_cmpstr (logged_id, ==, REFUSED);
  g_assert_cmpstr (logged_result, ==, "1116");

  g_assert_cmpuint (cf_plugin_desk_submit (d.desk, caller, &shutdown), ==, 0);
  g_assert_cmpuint (cf_plugin_desk_abort (d.desk, caller, NULL), ==, 0);
  g_assert_cmpstr (logged_id, ==, ABORTED);
  g_assert_cmpstr (logged_result, ==, "0");
  desk_tear_down (&d);
}

static void
test_what_a_plugin_refuses_is_noted (void)
{
  static const guint32 codes[] = { CF_WIN32_NOT_SUPPORTED, CF_WIN32_INVALID_PARAMETER };
  g_autoptr (WsmPrincipal) caller = wsm_principal_new ("mara", NULL, "Basic", "192.0.2.7");
  Desk d;

  g_test_summary ("Every attempt leaves an entry, also one that never becomes a request");

  desk_set_up (&d, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autofree char *result = g_strdup_printf ("%u", codes[i]);
      guint before = n_logged;

      g_assert_cmpuint (cf_plugin_desk_refuse (d.desk, caller, "It cannot be", codes[i]), ==,
                        codes[i]);
      g_assert_cmpuint (n_logged, ==, before + 1);
      g_assert_cmpstr (logged_id, ==, REFUSED);
      g_assert_cmpstr (logged_result, ==, result);
    }
  desk_tear_down (&d);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (write_log, NULL, NULL);
  g_test_add_func ("/agent/audit/refused-abort-is-no-abort", test_refused_abort_is_no_abort);
  g_test_add_func ("/agent/audit/what-a-plug-in-refuses-is-noted",
                   test_what_a_plugin_refuses_is_noted);
  return g_test_run ();
}
