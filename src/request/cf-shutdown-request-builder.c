/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-shutdown-request.h"

#include "cf-request-code.h"
#include "cf-shutdown-reason.h"
#include "cf-shutdown-request-private.h"
#include "cf-utf16.h"

struct _CfShutdownRequestBuilder
{
  guint32 flags;
  char *message;     /* (owned) (nullable) */
  char *client_hint; /* (owned) (nullable) */
  char *code;        /* (owned) (nullable) */
  guint64 grace_seconds;
  guint32 reason;
  guint32 postpone_limit;
  guint32 postpone_seconds;

  GPtrArray *problems; /* (owned) (element-type CfRequestProblem) */
};

/**
 * cf_request_problem_free:
 * @problem: (transfer full): a problem
 */
void
cf_request_problem_free (CfRequestProblem *problem)
{
  g_return_if_fail (problem != NULL);

  g_free (problem->message);
  g_free (problem);
}

/**
 * cf_shutdown_request_builder_new:
 *
 * Returns: (transfer full): a builder of a request that asks for nothing yet
 */
CfShutdownRequestBuilder *
cf_shutdown_request_builder_new (void)
{
  CfShutdownRequestBuilder *self = g_new0 (CfShutdownRequestBuilder, 1);

  self->reason = CF_SHUTDOWN_REASON_DEFAULT;
  self->problems = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_request_problem_free);
  return self;
}

/**
 * cf_shutdown_request_builder_free:
 * @self: (transfer full): a builder
 */
void
cf_shutdown_request_builder_free (CfShutdownRequestBuilder *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->message);
  g_free (self->client_hint);
  g_free (self->code);
  g_ptr_array_unref (self->problems);
  g_free (self);
}

/**
 * cf_shutdown_request_builder_add_flags:
 * @self: a builder
 * @flags: #CfShutdownFlags, or whatever arrived; added to those that are there
 */
void
cf_shutdown_request_builder_add_flags (CfShutdownRequestBuilder *self, guint32 flags)
{
  g_return_if_fail (self != NULL);

  self->flags |= flags;
}

/**
 * cf_shutdown_request_builder_set_message:
 * @self: a builder
 * @message: (nullable): the text; %NULL for none
 */
void
cf_shutdown_request_builder_set_message (CfShutdownRequestBuilder *self, const char *message)
{
  g_return_if_fail (self != NULL);

  g_free (self->message);
  self->message = g_strdup (message);
}

/**
 * cf_shutdown_request_builder_set_grace_seconds:
 * @self: a builder
 * @seconds: the grace period; its range is checked at the end
 */
void
cf_shutdown_request_builder_set_grace_seconds (CfShutdownRequestBuilder *self, guint64 seconds)
{
  g_return_if_fail (self != NULL);

  self->grace_seconds = seconds;
}

/**
 * cf_shutdown_request_builder_set_reason:
 * @self: a builder
 * @reason: dwReason
 */
void
cf_shutdown_request_builder_set_reason (CfShutdownRequestBuilder *self, guint32 reason)
{
  g_return_if_fail (self != NULL);

  self->reason = reason;
}

/**
 * cf_shutdown_request_builder_set_client_hint:
 * @self: a builder
 * @client_hint: (nullable): the initiating program
 */
void
cf_shutdown_request_builder_set_client_hint (CfShutdownRequestBuilder *self,
                                             const char *client_hint)
{
  g_return_if_fail (self != NULL);

  g_free (self->client_hint);
  self->client_hint = g_strdup (client_hint);
}

/**
 * cf_shutdown_request_builder_set_code:
 * @self: a builder
 * @code: (nullable): a request code in any form that cf_request_code_normalize() knows
 */
void
cf_shutdown_request_builder_set_code (CfShutdownRequestBuilder *self, const char *code)
{
  g_return_if_fail (self != NULL);

  g_free (self->code);
  self->code = g_strdup (code);
}

/**
 * cf_shutdown_request_builder_set_postponing:
 * @self: a builder
 * @limit: how often; 0 for never
 * @seconds: by how much each time
 */
void
cf_shutdown_request_builder_set_postponing (CfShutdownRequestBuilder *self, guint32 limit,
                                            guint32 seconds)
{
  g_return_if_fail (self != NULL);

  self->postpone_limit = limit;
  self->postpone_seconds = seconds;
}

G_GNUC_PRINTF (3, 4)
static void
add_problem (CfShutdownRequestBuilder *self, CfRequestField field, const char *format, ...)
{
  CfRequestProblem *problem = g_new0 (CfRequestProblem, 1);
  va_list arguments;

  va_start (arguments, format);
  problem->field = field;
  problem->message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (self->problems, problem);
}

static void
check_text (CfShutdownRequestBuilder *self, CfRequestField field, const char *what,
            const char *text, gsize max_units)
{
  gsize units;

  if (text == NULL)
    return;
  if (!g_utf8_validate (text, -1, NULL))
    {
      add_problem (self, field, "%s is not valid UTF-8 text; write it again", what);
      return;
    }
  units = cf_utf16_length (text);
  if (units > max_units)
    add_problem (self, field,
                 "%s has %" G_GSIZE_FORMAT " UTF-16 units, the most is %" G_GSIZE_FORMAT
                 "; shorten it by %" G_GSIZE_FORMAT,
                 what, units, max_units, units - max_units);
}

/* A receiver leaves them out where the text is shown (cf_display_text_clean()); a sender is told,
 * so that nobody wonders where they went. */
static void
check_no_controls (CfShutdownRequestBuilder *self, CfRequestField field, const char *what,
                   const char *text, const char *allowed)
{
  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);

      if (g_unichar_iscntrl (character) && g_utf8_strchr (allowed, -1, character) == NULL)
        {
          add_problem (self, field, "%s holds the control character U+%04X; take it out", what,
                       character);
          return;
        }
    }
}

static void
check_postponing (CfShutdownRequestBuilder *self)
{
  guint64 total = (guint64) self->postpone_limit * self->postpone_seconds;

  if ((self->postpone_limit == 0) != (self->postpone_seconds == 0))
    add_problem (self, CF_REQUEST_FIELD_POSTPONE,
                 "Postponing %u times by %u s postpones nothing; give both numbers or neither",
                 self->postpone_limit, self->postpone_seconds);
  else if (total > CF_SHUTDOWN_GRACE_MAX_SECONDS)
    add_problem (self, CF_REQUEST_FIELD_POSTPONE,
                 "Postponing %u times by %u s comes to %" G_GUINT64_FORMAT
                 " s, the most is %u s; lower one of them",
                 self->postpone_limit, self->postpone_seconds, total,
                 CF_SHUTDOWN_GRACE_MAX_SECONDS);
}

/* What holds for a request of whatever origin. */
static void
check_values (CfShutdownRequestBuilder *self)
{
  check_text (self, CF_REQUEST_FIELD_MESSAGE, "The message", self->message,
              CF_SHUTDOWN_MESSAGE_MAX_UNITS);
  if (self->grace_seconds > CF_SHUTDOWN_GRACE_MAX_SECONDS)
    add_problem (self, CF_REQUEST_FIELD_GRACE,
                 "A grace period of %" G_GUINT64_FORMAT " s is too long, the most is %u s",
                 self->grace_seconds, CF_SHUTDOWN_GRACE_MAX_SECONDS);
  check_text (self, CF_REQUEST_FIELD_CLIENT_HINT, "The client hint", self->client_hint,
              CF_SHUTDOWN_CLIENT_HINT_MAX_UNITS);
  if (self->code != NULL)
    {
      char *code = cf_request_code_normalize (self->code);

      if (code == NULL)
        add_problem (self, CF_REQUEST_FIELD_CODE,
                     "This is no request code; one looks like K7M-2QX");
      else
        {
          g_free (self->code);
          self->code = code;
        }
    }
  check_postponing (self);
}

/* What a sender refuses, because the receiver's reading would surprise the person who sent it. */
static void
check_flags_as_sender (CfShutdownRequestBuilder *self)
{
  guint32 action_flags = self->flags & CF_SHUTDOWN_ACTION_FLAGS;
  guint32 unknown_flags = self->flags & ~CF_SHUTDOWN_FLAGS_MASK;

  if (action_flags == 0)
    add_problem (self, CF_REQUEST_FIELD_ACTION,
                 "No action is chosen; choose one of restart, power off and no reboot");
  else if (cf_shutdown_flags_are_ambiguous (self->flags))
    {
      g_autofree char *chosen = cf_shutdown_flags_to_string (action_flags);

      add_problem (self, CF_REQUEST_FIELD_ACTION, "%s exclude each other; choose one action",
                   chosen);
    }
  if ((self->flags & CF_SHUTDOWN_RESTARTAPPS) && action_flags != CF_SHUTDOWN_RESTART)
    add_problem (
      self, CF_REQUEST_FIELD_FLAGS,
      "Restarting applications goes with a restart only; leave it out or choose restart");
  if (unknown_flags != 0)
    add_problem (self, CF_REQUEST_FIELD_FLAGS,
                 "The flags 0x%x have no meaning, those of 0x%02x have; leave them out",
                 unknown_flags, CF_SHUTDOWN_FLAGS_MASK);
}

static void
check_as_sender (CfShutdownRequestBuilder *self)
{
  guint32 unknown_reason = self->reason & ~CF_SHUTDOWN_REASON_VALID_MASK;

  check_flags_as_sender (self);
  check_no_controls (self, CF_REQUEST_FIELD_MESSAGE, "The message", self->message, "\n\t");
  if ((self->flags & CF_SHUTDOWN_GRACE_OVERRIDE) && self->grace_seconds > 0)
    add_problem (self, CF_REQUEST_FIELD_GRACE,
                 "A grace override goes at once, but the grace period is %" G_GUINT64_FORMAT
                 " s; set it to 0 or leave the override out",
                 self->grace_seconds);
  if (self->reason == 0)
    add_problem (self, CF_REQUEST_FIELD_REASON,
                 "The reason 0 is logged as untitled and unplanned; choose another, such as "
                 "planned:other:other");
  else if (unknown_reason != 0)
    add_problem (self, CF_REQUEST_FIELD_REASON,
                 "The reason 0x%08x has the bits 0x%08x, which have no meaning; choose one like "
                 "planned:os:security-fix",
                 self->reason, unknown_reason);
  check_no_controls (self, CF_REQUEST_FIELD_CLIENT_HINT, "The client hint", self->client_hint, "");
}

/* The ways to end a line differ between the places that a text comes from, and mean the same. */
static void
normalize_line_ends (char *text)
{
  char *to = text;

  for (const char *from = text; *from != '\0'; from++)
    if (*from != '\r')
      *to++ = *from;
    else if (from[1] != '\n')
      *to++ = '\n';
  *to = '\0';
}

static CfShutdownRequest *
end (CfShutdownRequestBuilder *self, GPtrArray **problems)
{
  CfShutdownRequest *request;

  if (problems != NULL)
    *problems = self->problems->len > 0 ? g_ptr_array_ref (self->problems) : NULL;
  if (self->problems->len > 0)
    return NULL;

  request = g_new0 (CfShutdownRequest, 1);
  g_atomic_ref_count_init (&request->ref_count);
  request->flags = cf_shutdown_flags_from_wire (self->flags);
  request->action = cf_shutdown_flags_resolve_action (request->flags);
  request->message = g_steal_pointer (&self->message);
  request->grace_seconds = self->grace_seconds;
  request->reason = self->reason;
  request->client_hint = g_steal_pointer (&self->client_hint);
  request->code = g_steal_pointer (&self->code);
  request->postpone_limit = self->postpone_limit;
  request->postpone_seconds = self->postpone_seconds;
  return request;
}

/**
 * cf_shutdown_request_builder_end:
 * @self: a builder; only cf_shutdown_request_builder_free() may follow
 * @problems: (out) (optional) (nullable) (transfer full) (element-type CfRequestProblem): all that
 * is wrong, each with its field; %NULL if nothing is
 *
 * Makes a request that may be sent (design.md section 5): exactly one action, RESTARTAPPS only with
 * RESTART, no unknown flags, no grace period besides a grace override, a reason other than 0 and
 * without unknown bits, texts without control characters, and the limits of each value. The message
 * may hold line feeds and tabs; CR LF and CR in it become line feeds, before it is measured.
 *
 * Returns: (transfer full): the request; %NULL with @problems set otherwise
 */
CfShutdownRequest *
cf_shutdown_request_builder_end (CfShutdownRequestBuilder *self, GPtrArray **problems)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->message != NULL)
    normalize_line_ends (self->message);
  check_as_sender (self);
  check_values (self);
  return end (self, problems);
}

/**
 * cf_shutdown_request_builder_end_received:
 * @self: a builder; only cf_shutdown_request_builder_free() may follow
 * @problems: (out) (optional) (nullable) (transfer full) (element-type CfRequestProblem): all that
 * is wrong, each with its field; %NULL if nothing is
 *
 * Makes a request out of what arrived: bits without a meaning are masked, any combination of
 * actions is resolved (cf_shutdown_flags_resolve_action()), a grace override makes the grace period
 * 0 (shutdown-semantics.md 1.4), the reason may be anything and the texts stay as they are, to be
 * cleaned where they are shown (cf_display_text_clean()). Only values beyond their limits, texts
 * that are no UTF-8 and a request code that is none are refused; the answer to those is
 * %CF_WIN32_INVALID_PARAMETER (shutdown-semantics.md 1.5).
 *
 * Returns: (transfer full): the request; %NULL with @problems set otherwise
 */
CfShutdownRequest *
cf_shutdown_request_builder_end_received (CfShutdownRequestBuilder *self, GPtrArray **problems)
{
  g_return_val_if_fail (self != NULL, NULL);

  check_values (self);
  if (self->flags & CF_SHUTDOWN_GRACE_OVERRIDE)
    self->grace_seconds = 0;
  return end (self, problems);
}
