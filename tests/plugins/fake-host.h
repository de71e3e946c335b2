/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "plugin-api/curfew-agent-services.h"
#include "plugin-api/curfew-plugin.h"

/* A host and an agent in which a test looks at what a plug-in does with one request. The test calls
 * entry points by itself; texts are UTF-8 here. */

typedef struct
{
  WSMAN_PLUGIN_REQUEST request; /* what the plug-in gets */
  WSMAN_SENDER_DETAILS sender;
  WSMAN_OPERATION_INFO info;
  WSMAN_OPTION options[4];
  WSMAN_KEY selector;
  PCWSTR uri;

  /* what the plug-in did with it */
  guint n_completed;
  DWORD code;
  char *sentence;    /* (nullable) */
  char *element;     /* (nullable): "{namespace}name" of the object */
  GPtrArray *values; /* (element-type utf8): "name=text", "name:date", "name is null" */
  PVOID context;     /* (nullable): reported */
  GString *output;   /* stdout */
  GString *errors;   /* stderr */
  gboolean is_done;  /* state Done was reported */
  DWORD exit_code;
  gint64 done_before; /* order: how many requests had been completed before this one; -1 if open */
  WSMAN_PLUGIN_SHUTDOWN_CALLBACK callback;
  PVOID callback_context;
} FakeRequest;

/* What the agent answers, and what it was asked for last. */
typedef struct
{
  DWORD code; /* of submit and abort */
  CURFEW_AGENT_STATUS status;
  DWORD status_code;

  guint n_submitted;
  guint n_aborted;
  guint n_refused;
  char *message; /* (nullable) */
  char *client_hint;
  char *request_code;
  char *problem;
  CURFEW_SHUTDOWN_REQUEST shutdown; /* its texts are NULL */
} FakeAgent;

extern FakeAgent fake_agent;

void fake_host_set_up (void);
void fake_host_tear_down (void);

FakeRequest *fake_request_new (const char *uri);
void fake_request_free (FakeRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeRequest, fake_request_free)
void fake_request_add_option (FakeRequest *request, PCWSTR name, PCWSTR value,
                              gboolean must_comply);
void fake_request_cancel (FakeRequest *request);
void fake_request_fail_reports (gboolean fail);
const char *fake_request_get_value (FakeRequest *request, const char *name);
