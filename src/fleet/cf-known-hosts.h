/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CfKnownHostsError:
 * @CF_KNOWN_HOSTS_ERROR_FILE: the file cannot be read, locked or written
 * @CF_KNOWN_HOSTS_ERROR_CONTENT: the file is no list of hosts, or one of a newer version
 */
typedef enum
{
  CF_KNOWN_HOSTS_ERROR_FILE,
  CF_KNOWN_HOSTS_ERROR_CONTENT,
} CfKnownHostsError;

#define CF_KNOWN_HOSTS_ERROR (cf_known_hosts_error_quark ())
GQuark cf_known_hosts_error_quark (void);

#define CF_KNOWN_HOSTS_MAX       100000u
#define CF_KNOWN_HOSTS_MAX_SIZE  (32u * 1024u * 1024u)
#define CF_KNOWN_HOSTS_MAX_DEPTH 16u

/**
 * CfKnownHost:
 * @name: the host, as #WsmEndpoint spells it
 * @port: where its service is
 * @sha256: (nullable): of its certificate, 64 lower-case hexadecimal digits; %NULL if none was
 *   looked at
 * @subject: (nullable): whose certificate that is, as it says itself; for people
 * @trusted: (nullable): when somebody looked at it, ISO 8601
 *
 * One computer of the list.
 */
typedef struct
{
  char *name;
  guint16 port;
  char *sha256;
  char *subject;
  char *trusted;
} CfKnownHost;

/**
 * CfKnownHosts:
 *
 * The computers that a person knows, with the certificates that were found right: the file
 * hosts.json. What other versions of Curfew have written there is kept.
 */
typedef struct _CfKnownHosts CfKnownHosts;

CfKnownHosts *cf_known_hosts_new (void);
void cf_known_hosts_free (CfKnownHosts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfKnownHosts, cf_known_hosts_free)

CfKnownHosts *cf_known_hosts_parse (const char *text, gsize length, GError **error);
char *cf_known_hosts_to_text (const CfKnownHosts *self);

guint cf_known_hosts_get_n_hosts (const CfKnownHosts *self);
const CfKnownHost *cf_known_hosts_get (const CfKnownHosts *self, guint index);
const CfKnownHost *cf_known_hosts_find (const CfKnownHosts *self, const char *name, guint16 port);
void cf_known_hosts_set_certificate (CfKnownHosts *self, const CfKnownHost *host);
gboolean cf_known_hosts_forget (CfKnownHosts *self, const char *name, guint16 port);

/* the file */
char *cf_known_hosts_dup_path (void);
CfKnownHosts *cf_known_hosts_load (const char *path, GError **error);

typedef gboolean (*CfKnownHostsChange) (CfKnownHosts *hosts, gpointer user_data);
gboolean cf_known_hosts_edit (const char *path, CfKnownHostsChange change, gpointer user_data,
                              GError **error);

G_END_DECLS
