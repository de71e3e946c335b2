/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "plugin-host/cf-plugin-client.h"
#include "plugin-host/cf-plugin-runner.h"

G_BEGIN_DECLS

/* A client that writes down what it is told, one line each: "context 1", "output 3 stdout 12",
 * "object 4 Answer", "completed 3 0 what was said", "released 1". */
#define TEST_TYPE_HELPER_CLIENT (test_helper_client_get_type ())
G_DECLARE_FINAL_TYPE (TestHelperClient, test_helper_client, TEST, HELPER_CLIENT, GObject)

struct _TestHelperClient
{
  GObject parent_instance;

  GString *log;       /* (owned) */
  GByteArray *output; /* (owned): all of it, in its order */
  guint n_completed;
  guint n_questions;
  guint32 last_code;
  CfPluginRunner *acknowledges; /* (unowned) (nullable): output, at once */
};

TestHelperClient *test_helper_client_new (void);
void test_helper_client_expect (TestHelperClient *self, const char *log);
void test_helper_client_wait (TestHelperClient *self, guint n_completed);
void test_wait_for_state (CfPluginRunner *runner, CfPluginRunnerState state);

G_END_DECLS
