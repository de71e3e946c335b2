/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfMachineFacts:
 * @boot_id: of this boot; another one proves a restart
 * @host_name: as the kernel knows it
 * @system_name: "Debian GNU/Linux 12 (bookworm)"
 * @kernel_release: "6.1.0-18-amd64"
 *
 * What a machine says about itself; read once, it does not change while it runs.
 */
typedef struct
{
  char *boot_id;
  char *host_name;
  char *system_name;
  char *kernel_release;
} CfMachineFacts;

CfMachineFacts *cf_machine_facts_new (GError **error);
void cf_machine_facts_free (CfMachineFacts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfMachineFacts, cf_machine_facts_free)

G_END_DECLS
