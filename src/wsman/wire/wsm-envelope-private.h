/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-arena.h"
#include "wsm-envelope.h"

G_BEGIN_DECLS

#define WSM_MAX_SELECTORS 32u
#define WSM_MAX_OPTIONS   64u
#define WSM_MAX_URI       2048u

/* Headers whose value is one text. */
typedef enum
{
  WSM_HEADER_TO,
  WSM_HEADER_RESOURCE_URI,
  WSM_HEADER_REPLY_TO,
  WSM_HEADER_FAULT_TO,
  WSM_HEADER_ACTION,
  WSM_HEADER_MAX_ENVELOPE_SIZE,
  WSM_HEADER_MESSAGE_ID,
  WSM_HEADER_RELATES_TO,
  WSM_HEADER_SESSION_ID,
  WSM_HEADER_OPERATION_ID,
  WSM_HEADER_SEQUENCE_ID,
  WSM_HEADER_OPERATION_TIMEOUT,
  WSM_HEADER_LOCALE,
  WSM_HEADER_DATA_LOCALE,
} WsmHeader;
#define WSM_N_HEADERS (WSM_HEADER_DATA_LOCALE + 1)

struct _WsmEnvelope
{
  gatomicrefcount ref_count;

  WsmCharset charset;
  gboolean is_reply; /* headers of an answer, in their order */
  gboolean must_understand_locale;
  gboolean must_understand_options;
  guint64 must_comply;                /* a bit for each of the options */
  const char *headers[WSM_N_HEADERS]; /* NULL or in the arena */

  WsmObject *selectors;   /* (owned) (nullable) */
  WsmObject *options;     /* (owned) (nullable) */
  WsmFault *refusal;      /* (owned) (nullable): what was wrong with the headers already */
  WsmFault *body_refusal; /* (owned) (nullable): and with the body, which comes after them */

  WsmBodyKind body_kind;
  WsmObject *object;             /* (owned), of WSM_BODY_OBJECT */
  WsmShellMessage *shell;        /* (owned), of WSM_BODY_SHELL */
  WsmFault *fault;               /* (owned), of WSM_BODY_FAULT */
  WsmIdentifyResponse *identify; /* (owned), of WSM_BODY_IDENTIFY_RESPONSE */

  WsmArena arena;
  char first_text[1024];
};

WsmEnvelope *wsm_envelope_alloc (WsmCharset charset, WsmBodyKind body_kind);

G_STATIC_ASSERT (WSM_MAX_OPTIONS <= 64); /* must_comply has room */

G_END_DECLS
