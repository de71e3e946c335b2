/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include "agent/cf-access-window.h"
#include "agent/cf-authority.h"

/* Whoever is asked about: what nobody allows they may not do, whatever the file says. */
static CfVerbs
get_verbs (CfAuthority *authority, const char *user, const char *group, const char *address,
           GDateTime *now)
{
  const char *const groups[] = { group, NULL };
  g_autoptr (WsmPrincipal) principal = wsm_principal_new_full (&(const WsmPrincipalFacts){
    .user = user, .account = user, .mechanism = "Basic", .address = address, .groups = groups });

  return cf_authority_get_verbs (authority, principal, now);
}

static void
get_verbs_of_realm (CfAuthority *authority, const char *user, const char *realm,
                    const char *account, GDateTime *now)
{
  g_autoptr (WsmPrincipal) principal = wsm_principal_new_full (&(const WsmPrincipalFacts){
    .user = user, .realm = realm, .account = account, .mechanism = "Kerberos" });

  g_assert_cmpint (cf_authority_get_verbs (authority, principal, now) & ~CF_VERB_ALL, ==, 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *whole = g_malloc0 (size + 1);
  g_autoptr (CfAccessWindow) window = cf_access_window_new ();
  g_autoptr (CfAuthority) authority = NULL;
  g_autoptr (GError) error = NULL;

  for (size_t i = 0; i < size; i++)
    whole[i] = (char) data[i];
  authority = cf_authority_new_from_data ("access.conf", whole, size, &error);
  g_assert_true ((authority == NULL) == (error != NULL));

  for (int day = 1; day <= 7; day++)
    {
      g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 3, 1 + day, 3 * day, 30, 0);

      if (authority == NULL)
        continue;
      g_assert_cmpint (get_verbs (authority, "mara", "sudo", "192.0.2.7", now) & ~CF_VERB_ALL, ==,
                       0);
      get_verbs (authority, "kim", "sudo", "2001:db8::1", now);
      get_verbs (authority, "nobody", "nogroup", NULL, now);
      get_verbs_of_realm (authority, "mara", "CURFEW.TEST", "mara", now);
      get_verbs_of_realm (authority, "kim/admin", "CURFEW.TEST", NULL, now);
    }
  cf_access_window_add (window, text, NULL);

  return 0;
}
