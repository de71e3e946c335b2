/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-errand.h"

G_BEGIN_DECLS

#define CF_REPORT_SCHEMA 1

char *cf_report_to_document (const char *request_code, const char *action, GListModel *errands,
                             int exit_status);
char *cf_report_to_event (const char *request_code, CfErrand *errand, GDateTime *at);

G_END_DECLS
