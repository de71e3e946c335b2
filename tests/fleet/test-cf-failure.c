/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet/cf-errand-state.h"
#include "fleet/cf-failure.h"
#include "request/cf-win32-code.h"
#include "wsman/client/wsm-client-error.h"

static void
test_codes (void)
{
  static const struct
  {
    guint32 code;
    CfFailure failure;
  } cases[] = {
    { 0, CF_FAILURE_NONE },          { 1, CF_FAILURE_REFUSED },       { 5, CF_FAILURE_PERMISSION },
    { 31, CF_FAILURE_OTHER },        { 50, CF_FAILURE_REFUSED },      { 53, CF_FAILURE_PERMISSION },
    { 87, CF_FAILURE_OTHER },        { 995, CF_FAILURE_REFUSED },     { 1115, CF_FAILURE_REFUSED },
    { 1116, CF_FAILURE_REFUSED },    { 1190, CF_FAILURE_REFUSED },    { 1191, CF_FAILURE_REFUSED },
    { 1314, CF_FAILURE_PERMISSION }, { 1326, CF_FAILURE_PERMISSION }, { 424242, CF_FAILURE_OTHER },
  };

  g_test_summary ("53 of a host that answered is a matter of permission, not of the network");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (cf_failure_from_code (cases[i].code), ==, cases[i].failure);
}

static void
test_errors (void)
{
  static const struct
  {
    WsmClientError code;
    CfFailure failure;
    gboolean is_lost;
  } cases[] = {
    { WSM_CLIENT_ERROR_NAME, CF_FAILURE_UNREACHABLE, FALSE },
    { WSM_CLIENT_ERROR_REFUSED, CF_FAILURE_UNREACHABLE, TRUE },
    { WSM_CLIENT_ERROR_UNREACHABLE, CF_FAILURE_UNREACHABLE, TRUE },
    { WSM_CLIENT_ERROR_TLS_UNTRUSTED, CF_FAILURE_PERMISSION, FALSE },
    { WSM_CLIENT_ERROR_TLS_PIN, CF_FAILURE_PERMISSION, FALSE },
    { WSM_CLIENT_ERROR_TLS, CF_FAILURE_OTHER, FALSE },
    { WSM_CLIENT_ERROR_CLEAR_PASSWORD, CF_FAILURE_PERMISSION, FALSE },
    { WSM_CLIENT_ERROR_UNAUTHORIZED, CF_FAILURE_PERMISSION, FALSE },
    { WSM_CLIENT_ERROR_NO_CREDENTIALS, CF_FAILURE_PERMISSION, FALSE },
    { WSM_CLIENT_ERROR_DISCONNECTED, CF_FAILURE_UNREACHABLE, TRUE },
    { WSM_CLIENT_ERROR_HTTP, CF_FAILURE_OTHER, FALSE },
    { WSM_CLIENT_ERROR_NOT_WSMAN, CF_FAILURE_OTHER, FALSE },
    { WSM_CLIENT_ERROR_TOO_LARGE, CF_FAILURE_OTHER, FALSE },
  };

  g_test_summary ("Each way of not being answered is of one kind");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (WSM_CLIENT_ERROR, (int) cases[i].code, "No.");

      g_assert_cmpint (cf_failure_from_error (error), ==, cases[i].failure);
      g_assert_cmpint (cf_failure_is_lost (error), ==, cases[i].is_lost);
      g_assert_false (cf_failure_lacks_resource (error));
    }
}

static void
test_faults (void)
{
  static const struct
  {
    const char *subcode;
    const char *detail;
    guint32 code;
    CfFailure failure;
    gboolean lacks_resource;
  } cases[] = {
    { "w:AccessDenied", NULL, 0, CF_FAILURE_PERMISSION, FALSE },
    { "w:InternalError", NULL, 5, CF_FAILURE_PERMISSION, FALSE },
    { "a:DestinationUnreachable", "InvalidResourceURI", 0, CF_FAILURE_OTHER, TRUE },
    { "a:DestinationUnreachable", NULL, 0, CF_FAILURE_OTHER, TRUE },
    { "a:ActionNotSupported", NULL, 0, CF_FAILURE_OTHER, FALSE },
    { "x:Owl", NULL, 0, CF_FAILURE_OTHER, FALSE },
  };

  g_test_summary ("A fault tells whether somebody may not, or the host has no such thing");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WsmFault) fault = wsm_fault_new_received (FALSE, cases[i].subcode, cases[i].detail,
                                                           cases[i].code, "No.");
      g_autoptr (GError) error = wsm_client_error_new_fault (fault);

      g_assert_cmpint (cf_failure_from_error (error), ==, cases[i].failure);
      g_assert_cmpint (cf_failure_lacks_resource (error), ==, cases[i].lacks_resource);
      g_assert_cmpint (cf_failure_next_step (error) != NULL, ==,
                       cases[i].failure == CF_FAILURE_PERMISSION);
    }
}

static void
test_state_nicks (void)
{
  g_test_summary ("Scripts rely on the words of the states");

  g_assert_cmpstr (cf_errand_state_get_nick (CF_ERRAND_ACCEPTED), ==, "accepted");
  g_assert_cmpstr (cf_errand_state_get_nick (CF_ERRAND_DID_NOT_RESTART), ==, "did-not-restart");
  g_assert_cmpstr (cf_errand_state_get_nick (CF_ERRAND_NOT_SENT), ==, "not-sent");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fleet/failure/codes", test_codes);
  g_test_add_func ("/fleet/failure/errors", test_errors);
  g_test_add_func ("/fleet/failure/faults", test_faults);
  g_test_add_func ("/fleet/failure/state-nicks", test_state_nicks);

  return g_test_run ();
}
