/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-shutdown-flags.h"

G_BEGIN_DECLS

#define CF_SHUTDOWN_MESSAGE_MAX_UNITS     512u       /* UTF-16 code units */
#define CF_SHUTDOWN_CLIENT_HINT_MAX_UNITS 512u       /* UTF-16 code units */
#define CF_SHUTDOWN_GRACE_MAX_SECONDS     315360000u /* ten years of 365 days */

/**
 * CfShutdownRequest:
 *
 * One shutdown request: the parameters of WsdrInitiateShutdown ([MS-RSP] 3.3.4.1) and Curfew's
 * additions. Immutable and reference counted (atomically, so it may cross threads).
 */
typedef struct _CfShutdownRequest CfShutdownRequest;

#define CF_TYPE_SHUTDOWN_REQUEST (cf_shutdown_request_get_type ())
GType cf_shutdown_request_get_type (void);

CfShutdownRequest *cf_shutdown_request_ref (CfShutdownRequest *self);
void cf_shutdown_request_unref (CfShutdownRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfShutdownRequest, cf_shutdown_request_unref)

CfShutdownAction cf_shutdown_request_get_action (const CfShutdownRequest *self);
CfShutdownFlags cf_shutdown_request_get_flags (const CfShutdownRequest *self);
const char *cf_shutdown_request_get_message (const CfShutdownRequest *self);
guint32 cf_shutdown_request_get_grace_seconds (const CfShutdownRequest *self);
guint32 cf_shutdown_request_get_reason (const CfShutdownRequest *self);
const char *cf_shutdown_request_get_client_hint (const CfShutdownRequest *self);
const char *cf_shutdown_request_get_code (const CfShutdownRequest *self);
guint32 cf_shutdown_request_get_postpone_limit (const CfShutdownRequest *self);
guint32 cf_shutdown_request_get_postpone_seconds (const CfShutdownRequest *self);
gboolean cf_shutdown_request_equal (const CfShutdownRequest *a, const CfShutdownRequest *b);

/**
 * CfRequestField:
 *
 * The part of a request that a problem is about; each surface names it in its own words (a command
 * line option, a form row, an element on the wire).
 */
typedef enum
{
  CF_REQUEST_FIELD_ACTION,
  CF_REQUEST_FIELD_FLAGS,
  CF_REQUEST_FIELD_MESSAGE,
  CF_REQUEST_FIELD_GRACE,
  CF_REQUEST_FIELD_REASON,
  CF_REQUEST_FIELD_CLIENT_HINT,
  CF_REQUEST_FIELD_CODE,
  CF_REQUEST_FIELD_POSTPONE,
} CfRequestField;

typedef struct
{
  CfRequestField field;
  char *message; /* (owned): one sentence for people, without the field's name in front */
} CfRequestProblem;

const char *cf_request_field_get_name (CfRequestField field);
void cf_request_problem_free (CfRequestProblem *problem);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfRequestProblem, cf_request_problem_free)

/**
 * CfShutdownRequestBuilder:
 *
 * Collects the values of one request and checks them all together at its end. A fresh builder
 * stands for: no action chosen, no message (%NULL), grace 0, %CF_SHUTDOWN_REASON_DEFAULT, no client
 * hint, no request code, no postponing.
 */
typedef struct _CfShutdownRequestBuilder CfShutdownRequestBuilder;

CfShutdownRequestBuilder *cf_shutdown_request_builder_new (void);
void cf_shutdown_request_builder_free (CfShutdownRequestBuilder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CfShutdownRequestBuilder, cf_shutdown_request_builder_free)

void cf_shutdown_request_builder_add_flags (CfShutdownRequestBuilder *self, guint32 flags);
void cf_shutdown_request_builder_set_message (CfShutdownRequestBuilder *self, const char *message);
void cf_shutdown_request_builder_set_grace_seconds (CfShutdownRequestBuilder *self,
                                                    guint64 seconds);
void cf_shutdown_request_builder_set_reason (CfShutdownRequestBuilder *self, guint32 reason);
void cf_shutdown_request_builder_set_client_hint (CfShutdownRequestBuilder *self,
                                                  const char *client_hint);
void cf_shutdown_request_builder_set_code (CfShutdownRequestBuilder *self, const char *code);
void cf_shutdown_request_builder_set_postponing (CfShutdownRequestBuilder *self, guint32 limit,
                                                 guint32 seconds);

CfShutdownRequest *cf_shutdown_request_builder_end (CfShutdownRequestBuilder *self,
                                                    GPtrArray **problems);
CfShutdownRequest *cf_shutdown_request_builder_end_received (CfShutdownRequestBuilder *self,
                                                             GPtrArray **problems);

G_END_DECLS
