/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fleet/cf-abort.h"
#include "fleet/cf-failure.h"
#include "fleet/cf-native-method.h"
#include "request/cf-win32-code.h"
#include "wsman/auth/wsm-auth-error.h"
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
    { WSM_CLIENT_ERROR_UNSEALED, CF_FAILURE_PERMISSION, FALSE },
    { WSM_CLIENT_ERROR_TAMPERED, CF_FAILURE_PERMISSION, FALSE },
    { WSM_CLIENT_ERROR_THROTTLED, CF_FAILURE_PERMISSION, FALSE },
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
test_sign_in_errors (void)
{
  static const struct
  {
    WsmAuthError code;
    CfFailure failure;
    gboolean is_of_password;
  } cases[] = {
    { WSM_AUTH_ERROR_REJECTED, CF_FAILURE_PERMISSION, TRUE },
    { WSM_AUTH_ERROR_UNAVAILABLE, CF_FAILURE_UNREACHABLE, FALSE },
    { WSM_AUTH_ERROR_SYNTAX, CF_FAILURE_OTHER, FALSE },
    { WSM_AUTH_ERROR_NO_TICKET, CF_FAILURE_PERMISSION, FALSE },
    { WSM_AUTH_ERROR_CLOCK_SKEW, CF_FAILURE_PERMISSION, FALSE },
    { WSM_AUTH_ERROR_UNKNOWN_SERVICE, CF_FAILURE_PERMISSION, FALSE },
    { WSM_AUTH_ERROR_LOCKED, CF_FAILURE_PERMISSION, FALSE },
    { WSM_AUTH_ERROR_PASSWORD_EXPIRED, CF_FAILURE_PERMISSION, TRUE },
    { WSM_AUTH_ERROR_MECHANISM, CF_FAILURE_PERMISSION, FALSE },
    { WSM_AUTH_ERROR_BINDING, CF_FAILURE_PERMISSION, FALSE },
    { WSM_AUTH_ERROR_INTEGRITY, CF_FAILURE_PERMISSION, FALSE },
  };

  g_test_summary ("No way to sign in is a matter of permission, unless nobody could be asked");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (WSM_AUTH_ERROR, (int) cases[i].code, "No.");

      g_assert_cmpint (cf_failure_from_error (error), ==, cases[i].failure);
      g_assert_cmpint (cf_failure_is_of_password (error), ==, cases[i].is_of_password);
      g_assert_false (cf_failure_is_lost (error));
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
      g_assert_cmpint (cf_failure_is_denied (error), ==, cases[i].failure == CF_FAILURE_PERMISSION);
    }
}

static CfErrandState
settle (CfErrandState before, GQuark domain, int code, gboolean is_saved, char **next_step)
{
  g_autofree char *pin = g_strnfill (64, 'a');
  const CfContactOptions options = { .pin = pin, .is_saved = is_saved };
  g_autoptr (CfContact) contact = cf_contact_new (&options, NULL);
  g_autoptr (WsmEndpoint) endpoint = wsm_endpoint_parse ("https://pc", NULL, NULL);
  g_autoptr (CfDeliveryMethod) method = cf_native_method_new ("test");
  g_autoptr (CfErrand) errand = cf_abort_new ("pc", endpoint, contact, method);
  g_autoptr (GError) error = g_error_new_literal (domain, code, "No.");

  cf_errand_set_state (errand, before);
  cf_errand_settle_error (errand, error);
  *next_step = g_strdup (cf_errand_get_next_step (errand));
  return cf_errand_get_state (errand);
}

static void
test_unbelievable_answers (void)
{
  static const int codes[] = { WSM_CLIENT_ERROR_UNSEALED, WSM_CLIENT_ERROR_TAMPERED };

  g_test_summary ("An answer that cannot be believed tells nothing about a request that left");

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autofree char *step = NULL;
      g_autofree char *other = NULL;

      g_assert_cmpint (settle (CF_ERRAND_SENT, WSM_CLIENT_ERROR, codes[i], FALSE, &step), ==,
                       CF_ERRAND_UNKNOWN);
      g_assert_cmpint (settle (CF_ERRAND_CONNECTING, WSM_CLIENT_ERROR, codes[i], FALSE, &other), ==,
                       CF_ERRAND_FAILED);
    }
}

static void
test_saved_password (void)
{
  g_autofree char *saved = NULL;
  g_autofree char *typed = NULL;

  g_test_summary ("Where a saved password is wrong, it is said that it was a saved one");

  settle (CF_ERRAND_CONNECTING, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED, TRUE, &saved);
  settle (CF_ERRAND_CONNECTING, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED, FALSE, &typed);
  g_assert_nonnull (strstr (saved, "saved"));
  g_assert_null (typed);
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
  g_test_add_func ("/fleet/failure/sign-in-errors", test_sign_in_errors);
  g_test_add_func ("/fleet/failure/faults", test_faults);
  g_test_add_func ("/fleet/failure/unbelievable-answers", test_unbelievable_answers);
  g_test_add_func ("/fleet/failure/saved-password", test_saved_password);
  g_test_add_func ("/fleet/failure/state-nicks", test_state_nicks);

  return g_test_run ();
}
