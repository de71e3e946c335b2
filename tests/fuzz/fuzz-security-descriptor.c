/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include "agent/cf-security-descriptor.h"

#include <string.h>

/* What is read is read whole, and a list without entries lets nobody in. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const char *const groups[] = { "users", NULL };
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (WsmPrincipal) root = wsm_principal_new ("root", NULL, "Basic", "192.0.2.7");
  g_autoptr (WsmPrincipal)
    mara = wsm_principal_new_full (&(const WsmPrincipalFacts){ .user = "mara",
                                                               .account = "mara",
                                                               .mechanism = "Basic",
                                                               .address = "192.0.2.7",
                                                               .is_tls = TRUE,
                                                               .groups = groups });
  g_autoptr (CfSecurityDescriptor) descriptor = NULL;
  g_autoptr (GError) error = NULL;
  const char *const *strangers;

  descriptor = cf_security_descriptor_parse (text, &error);
  g_assert_true ((descriptor == NULL) == (error != NULL));
  if (descriptor == NULL)
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }

  strangers = cf_security_descriptor_get_strangers (descriptor);
  for (gsize i = 0; strangers[i] != NULL; i++)
    g_assert_nonnull (strstr (text, strangers[i]));
  if (strstr (text, "D:") != NULL && strchr (text, '(') == NULL &&
      strstr (text, "NO_ACCESS_CONTROL") == NULL)
    g_assert_false (cf_security_descriptor_allows (descriptor, root, CF_SECURITY_EXECUTE));
  cf_security_descriptor_allows (descriptor, mara, CF_SECURITY_READ);
  return 0;
}
