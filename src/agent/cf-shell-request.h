/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-shell.h"

G_BEGIN_DECLS

/**
 * CfShellRequest:
 *
 * An operation of a client on a shell, until it is answered. It keeps the shell alive, and from
 * being idle.
 */
typedef struct _CfShellRequest CfShellRequest;

typedef void (*CfShellRequestCancelled) (CfShellRequest *self, gpointer user_data);

CfShellRequest *cf_shell_request_new (CfShell *shell, WsmOperation *operation,
                                      CfShellRequestCancelled cancelled, gpointer user_data);

CfShell *cf_shell_request_get_shell (CfShellRequest *self);
WsmOperation *cf_shell_request_get_operation (CfShellRequest *self);
WsmShellMessage *cf_shell_request_get_message (CfShellRequest *self);
gboolean cf_shell_request_is_cancelled (CfShellRequest *self);

/* each of them answers, and frees */
void cf_shell_request_return_message (CfShellRequest *self, WsmShellMessage *message);
void cf_shell_request_return_nothing (CfShellRequest *self);
void cf_shell_request_return_fault (CfShellRequest *self, WsmFault *fault);
void cf_shell_request_return_code (CfShellRequest *self, guint32 code,
                                   const char *extended_information);
void cf_shell_request_return_cancelled (CfShellRequest *self);

/* a call of the plug-in that is over with its completion: Signal, Connect */
typedef void (*CfShellRequestAnswered) (CfShellRequest *self, guint32 code,
                                        const char *extended_information, gpointer user_data);
gboolean cf_shell_request_ask (CfShell *shell, WsmOperation *operation, CfPluginCall *call,
                               CfShellRequestAnswered answered, gpointer user_data);

G_END_DECLS
