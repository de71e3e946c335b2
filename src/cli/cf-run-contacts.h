/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-command.h"
#include "fleet/cf-contact-book.h"

G_BEGIN_DECLS

/**
 * CfRunContacts:
 *
 * How the targets of one command are contacted: known certificates, tickets, saved passwords, and
 * a password that somebody types.
 */
typedef struct _CfRunContacts CfRunContacts;

CfRunContacts *cf_run_contacts_new (const CfCommand *command, CfExitStatus *status);
void cf_run_contacts_free (CfRunContacts *self);

CfContact *cf_run_contacts_get (const CfRunContacts *self, guint index);
void cf_run_contacts_save (const CfRunContacts *self, GListModel *errands);
void cf_run_contacts_tell_detours (GListModel *errands);

void cf_run_complain (const char *message);

G_END_DECLS
