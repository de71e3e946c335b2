/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-refusing-database.h"

struct _WsmRefusingDatabase
{
  GTlsDatabase parent_instance;
};

G_DEFINE_FINAL_TYPE (WsmRefusingDatabase, wsm_refusing_database, G_TYPE_TLS_DATABASE)

static GTlsCertificateFlags
wsm_refusing_database_verify_chain (GTlsDatabase *database, GTlsCertificate *chain,
                                    const char *purpose, GSocketConnectable *identity,
                                    GTlsInteraction *interaction, GTlsDatabaseVerifyFlags flags,
                                    GCancellable *cancellable, GError **error)
{
  return G_TLS_CERTIFICATE_UNKNOWN_CA;
}

static void
wsm_refusing_database_class_init (WsmRefusingDatabaseClass *klass)
{
  G_TLS_DATABASE_CLASS (klass)->verify_chain = wsm_refusing_database_verify_chain;
}

static void
wsm_refusing_database_init (WsmRefusingDatabase *self)
{
}

/**
 * wsm_refusing_database_new:
 *
 * Returns: (transfer full): a database
 */
GTlsDatabase *
wsm_refusing_database_new (void)
{
  return g_object_new (WSM_TYPE_REFUSING_DATABASE, NULL);
}
