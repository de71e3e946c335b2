/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-output.h"
#include "fleet/cf-host-certificate.h"
#include "fleet/cf-keyring.h"

G_BEGIN_DECLS

char *cf_host_list_describe (const char *name, const CfHostCertificate *certificate);
char *cf_host_list_to_text (const CfKnownHosts *hosts, CfOutputFormat format,
                            const CfScreen *screen);
char *cf_host_list_saved_to_text (const GPtrArray *saved, CfOutputFormat format,
                                  const CfScreen *screen);

G_END_DECLS
