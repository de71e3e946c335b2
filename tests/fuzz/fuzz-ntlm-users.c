/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include <string.h>

#include "wsman/auth/wsm-ntlm-users.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = NULL; /* no NUL: a sanitizer sees over-reads */
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmNtlmUsers) users = NULL;
  const char *found;

  if (size == 0)
    return 0;

  text = g_memdup2 (data, size);
  name = g_strndup (text, size);
  users = wsm_ntlm_users_parse ("users", text, size, &error);
  g_assert_true ((users == NULL) == (error != NULL));
  if (users == NULL)
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }

  /* What the first line calls somebody is nobody, or somebody whom the file has. */
  name[strcspn (name, ":")] = '\0';
  found = wsm_ntlm_users_find (users, name);
  g_assert_true (found == NULL || g_ascii_strcasecmp (found, name) == 0);
  g_assert_null (wsm_ntlm_users_find (users, ""));

  return 0;
}
