/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-contact.h"
#include "cf-errand-state.h"
#include "cf-failure.h"

G_BEGIN_DECLS

#define CF_ERRAND_OVER -1 /* instead of milliseconds: there is no further step */

/**
 * CfErrand:
 *
 * Something to be done at one host, in steps: each opens a connection, asks what it has to ask,
 * and closes it; in between the errand rests and costs nothing. A #CfDispatcher runs many.
 *
 * Properties that notify: `state`, `note`, `settled`.
 */
#define CF_TYPE_ERRAND (cf_errand_get_type ())
G_DECLARE_DERIVABLE_TYPE (CfErrand, cf_errand, CF, ERRAND, GObject)

/**
 * CfErrandClass:
 * @step: go one step: ask with @client, and end it with cf_errand_rest() or cf_errand_settle(), at
 *   once or later. The errand lives as long as its step
 */
struct _CfErrandClass
{
  GObjectClass parent_class;

  void (*step) (CfErrand *self, WsmClient *client);
};

const char *cf_errand_get_name (CfErrand *self);
CfErrandState cf_errand_get_state (CfErrand *self);
gboolean cf_errand_is_settled (CfErrand *self);
CfFailure cf_errand_get_failure (CfErrand *self);
gboolean cf_errand_get_code (CfErrand *self, guint32 *code);
const char *cf_errand_get_note (CfErrand *self);
const char *cf_errand_get_next_step (CfErrand *self);
const char *cf_errand_get_sign_in (CfErrand *self);
const char *cf_errand_get_detour (CfErrand *self);
gint64 cf_errand_get_elapsed_msec (CfErrand *self);

void cf_errand_step_async (CfErrand *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data);
int cf_errand_step_finish (CfErrand *self, GAsyncResult *result);
void cf_errand_give_up (CfErrand *self);

/* for errands themselves */
void cf_errand_init_target (CfErrand *self, const char *name, WsmEndpoint *endpoint,
                            CfContact *contact);
GCancellable *cf_errand_get_cancellable (CfErrand *self);
void cf_errand_set_state (CfErrand *self, CfErrandState state);
void cf_errand_set_note (CfErrand *self, const char *note, const char *next_step);
void cf_errand_set_code (CfErrand *self, guint32 code);
void cf_errand_rest (CfErrand *self, guint msec);
void cf_errand_settle (CfErrand *self, CfErrandState state);
void cf_errand_settle_code (CfErrand *self, CfErrandState accepted, guint32 code);
void cf_errand_settle_refusal (CfErrand *self, const char *note, const char *next_step);
void cf_errand_settle_error (CfErrand *self, const GError *error);

G_END_DECLS
