/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <krb5.h>

#include "wsm-secret.h"

G_BEGIN_DECLS

/* What signing in by Kerberos asks of libkrb5 itself: that has a code for each way to fail, of
 * which GSS-API keeps a text at best. Nobody outside this folder includes this. */

/**
 * WsmKerberos:
 *
 * The tickets of one person: those in the credential cache, or of a password, which is turned into
 * a ticket once, however many threads ask at the same time. A password that was refused is not
 * tried again: some refusals later the account would be locked.
 */
typedef struct _WsmKerberos WsmKerberos;

WsmKerberos *wsm_kerberos_new (const char *user, WsmSecret *password, gboolean delegate);
void wsm_kerberos_free (WsmKerberos *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmKerberos, wsm_kerberos_free)

/**
 * WsmKerberosTicket:
 * @cache: a credential cache in memory with the ticket for one service, for GSS-API
 * @service: that service's principal
 */
typedef struct
{
  char *cache;
  char *service;
} WsmKerberosTicket;

gboolean wsm_kerberos_get_ticket (WsmKerberos *self, const char *host, WsmKerberosTicket *ticket,
                                  gboolean *may_detour, GError **error);
void wsm_kerberos_ticket_clear (WsmKerberosTicket *self);

char *wsm_kerberos_find_ticket (const char *user, GError **error);
gboolean wsm_kerberos_check_user (const char *user, GError **error);

/**
 * WsmKerberosStage:
 * @WSM_KERBEROS_PASSWORD: a password is turned into a ticket
 * @WSM_KERBEROS_SERVICE: a ticket for the host's service is asked for
 * @WSM_KERBEROS_HOST: the host looks at that
 *
 * Who says something: the same code means something else to do at each of these.
 */
typedef enum
{
  WSM_KERBEROS_PASSWORD,
  WSM_KERBEROS_SERVICE,
  WSM_KERBEROS_HOST,
} WsmKerberosStage;

/* wsm-gss-error.c. @user, @host: (nullable) */
GError *wsm_kerberos_error_new (krb5_error_code code, const char *text, WsmKerberosStage stage,
                                const char *user, const char *host);
krb5_error_code wsm_kerberos_read_error (GBytes *token);
gboolean wsm_kerberos_error_is_silence (krb5_error_code code);
gboolean wsm_kerberos_error_may_detour (krb5_error_code code);

G_END_DECLS
