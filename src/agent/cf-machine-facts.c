/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-machine-facts.h"

#include <sys/utsname.h>

#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"

/* A hardened service does not see /proc/sys; systemd hands the boot id over as a credential. */
static char *
find_boot_id (void)
{
  const char *credentials = g_getenv ("CREDENTIALS_DIRECTORY");
  g_autofree char *path = NULL;

  if (credentials != NULL)
    path = g_build_filename (credentials, "boot-id", NULL);
  if (path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&path);
  return g_strdup (BOOT_ID_PATH);
}

/**
 * cf_machine_facts_new:
 * @error: a #GFileError if the kernel does not tell the boot id
 *
 * Returns: (transfer full): the facts of this machine; %NULL with @error set otherwise
 */
CfMachineFacts *
cf_machine_facts_new (GError **error)
{
  g_autoptr (CfMachineFacts) self = g_new0 (CfMachineFacts, 1);
  g_autofree char *boot_id_path = find_boot_id ();
  struct utsname names;

  if (!g_file_get_contents (boot_id_path, &self->boot_id, NULL, error))
    return NULL;
  g_strstrip (self->boot_id);

  self->system_name = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  if (self->system_name == NULL)
    self->system_name = g_strdup ("Linux");
  uname (&names); /* fails only for a bad pointer */
  self->host_name = g_utf8_make_valid (names.nodename, -1);
  self->kernel_release = g_utf8_make_valid (names.release, -1);
  return g_steal_pointer (&self);
}

/**
 * cf_machine_facts_free:
 * @self: (transfer full): facts
 */
void
cf_machine_facts_free (CfMachineFacts *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->boot_id);
  g_free (self->host_name);
  g_free (self->system_name);
  g_free (self->kernel_release);
  g_free (self);
}
