/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-kerberos.h"

G_BEGIN_DECLS

/* What the files of WsmKerberos share. */

#define WSM_KERBEROS_LEAST_SECONDS 120 /* a ticket that lasts for less is as good as none */

/* Why something failed, for those who ask next. */
typedef struct
{
  GError *error;
  gboolean may_detour;
  gint64 until_usec; /* monotonic */
} WsmKerberosFailure;

/**
 * WsmKerberosCopy:
 *
 * The tickets of a credential cache, as they were read, by the names of their services. Reference
 * counted, may be shared by threads.
 */
typedef struct _WsmKerberosCopy WsmKerberosCopy;

struct _WsmKerberos
{
  char *user;          /* (owned) (nullable) */
  WsmSecret *password; /* (owned) (nullable) */
  gboolean delegate;

  GHashTable *copies; /* (owned): name and owner of a credential cache → WsmKerberosCopy */
  GMutex signing_in;  /* held during an exchange by password, and while a copy is made */
  GPtrArray *caches;  /* (owned): names of caches in memory, of the tickets that the password gave:
                       * the last one is in use; others may still be */
  gint64 end_seconds; /* of the last one, since 1970 */
  WsmKerberosFailure *refusal; /* (owned) (nullable): of the password */

  GMutex mutex;
  GHashTable *silent; /* (owned): realm → WsmKerberosFailure */
};

/* One request, in one thread. */
typedef struct
{
  krb5_context context;  /* (owned) */
  krb5_ccache cache;     /* (owned): with @copy, in memory, and nobody else's */
  krb5_ccache original;  /* (owned) (nullable): what new tickets are for as well */
  WsmKerberosCopy *copy; /* (owned) (nullable): what @cache was filled from */
  krb5_principal client; /* (owned) */
  char *realm;           /* (owned): of the host; empty if the KDC is to say */
} WsmKerberosRequest;

gboolean wsm_kerberos_open (krb5_context *context, GError **error);
gboolean wsm_kerberos_set_error (krb5_context context, krb5_error_code code, WsmKerberosStage stage,
                                 const char *user, const char *host, GError **error);

gboolean wsm_kerberos_find_tgt (krb5_context context, krb5_ccache cache, krb5_principal client,
                                krb5_creds *creds);
gint64 wsm_kerberos_get_end (krb5_context context, krb5_ccache cache, krb5_principal client);

/* wsm-kerberos-copy.c */
WsmKerberosCopy *wsm_kerberos_copy_new (krb5_context context, krb5_ccache cache,
                                        gint64 end_seconds);
WsmKerberosCopy *wsm_kerberos_copy_ref (WsmKerberosCopy *self);
void wsm_kerberos_copy_unref (WsmKerberosCopy *self);
gboolean wsm_kerberos_copy_lasts (WsmKerberosCopy *self);
gboolean wsm_kerberos_copy_learn (WsmKerberosCopy *self, krb5_context context, krb5_ccache cache);
krb5_error_code wsm_kerberos_copy_pick (WsmKerberosCopy *self, krb5_context context,
                                        const char *const *services, krb5_ccache cache);

/* wsm-kerberos-ticket.c */
void wsm_kerberos_use_copy (WsmKerberos *self, WsmKerberosRequest *request, const char *host);
krb5_error_code wsm_kerberos_ask (WsmKerberosRequest *request, const char *host,
                                  krb5_creds **creds);
krb5_error_code wsm_kerberos_fill_ticket (WsmKerberos *self, WsmKerberosRequest *request,
                                          krb5_creds *creds, WsmKerberosTicket *ticket);

G_END_DECLS
