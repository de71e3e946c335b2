/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-frame.h"

#include <string.h>

/* What an array element takes at least: a text its length and its end. */
#define TEXT_LEAST   5
#define PAIR_LEAST   (2 * TEXT_LEAST)
#define OPTION_LEAST (TEXT_LEAST + 4 + 1)
#define VALUE_LEAST  (TEXT_LEAST + 4 + 1)

/* The state of a command is a URI, which the agent keeps until somebody fetches it. */
#define MAX_STATE 256

/* An element in memory is never more than this many times its octets; the constant is for the ends
 * of lists, the alignment of arrays, and the one structure that is no element. */
#define MEMORY_FACTOR 3
#define MEMORY_MORE   256
G_STATIC_ASSERT (sizeof (CfPluginPair) <= MEMORY_FACTOR * PAIR_LEAST);
G_STATIC_ASSERT (sizeof (CfPluginOption) <= MEMORY_FACTOR * OPTION_LEAST);
G_STATIC_ASSERT (sizeof (CfPluginValue) <= MEMORY_FACTOR * VALUE_LEAST);
G_STATIC_ASSERT (sizeof (char *) <= MEMORY_FACTOR * TEXT_LEAST);
G_STATIC_ASSERT (sizeof (CfPluginObject) + 10 * sizeof (char *) <= MEMORY_MORE);

#define text(cursor, field)     cf_plugin_frame_cursor_text (cursor, field)
#define nullable(cursor, field) cf_plugin_frame_cursor_nullable (cursor, field)
#define owned(cursor, field)    cf_plugin_frame_cursor_owned (cursor, field)
#define flag(cursor, field)     cf_plugin_frame_cursor_flag (cursor, field)
#define u8(cursor, field)       cf_plugin_frame_cursor_u8 (cursor, field)
#define u32(cursor, field)      cf_plugin_frame_cursor_u32 (cursor, field)
#define u64(cursor, field)      cf_plugin_frame_cursor_u64 (cursor, field)

static void
need (CfPluginFrameCursor *cursor, gboolean is_so, const char *problem)
{
  if (cursor->reads && !is_so)
    cf_plugin_frame_cursor_fail (cursor, problem);
}

/* What is for people, who would not read more. */
static void
short_text (CfPluginFrameCursor *cursor, const char **field)
{
  nullable (cursor, field);
  need (cursor, *field == NULL || strlen (*field) <= CF_PLUGIN_FRAME_MAX_TEXT,
        "has a text that is too long");
}

static void
pairs (CfPluginFrameCursor *cursor, const CfPluginPair **array, gsize *count)
{
  CfPluginPair *pair = (CfPluginPair *) *array;

  if (cf_plugin_frame_cursor_count (cursor, TRUE, count, PAIR_LEAST) && cursor->reads)
    *array = pair = cf_plugin_frame_cursor_allocate (cursor, *count, sizeof *pair);
  for (gsize i = 0; i < *count && cursor->problem == NULL; i++)
    {
      text (cursor, &pair[i].name);
      text (cursor, &pair[i].value);
    }
}

static void
options (CfPluginFrameCursor *cursor, const CfPluginOption **array, gsize *count)
{
  CfPluginOption *option = (CfPluginOption *) *array;

  if (cf_plugin_frame_cursor_count (cursor, TRUE, count, OPTION_LEAST) && cursor->reads)
    *array = option = cf_plugin_frame_cursor_allocate (cursor, *count, sizeof *option);
  for (gsize i = 0; i < *count && cursor->problem == NULL; i++)
    {
      text (cursor, &option[i].name);
      nullable (cursor, &option[i].value);
      flag (cursor, &option[i].must_comply);
    }
}

/* A list that ends with %NULL, or none at all. */
static void
texts (CfPluginFrameCursor *cursor, const char *const **list)
{
  const char **string = (const char **) *list;
  gsize count = 0;

  if (!cursor->reads)
    while (string != NULL && string[count] != NULL)
      count++;

  if (!cf_plugin_frame_cursor_count (cursor, string != NULL, &count, TEXT_LEAST))
    return;
  if (cursor->reads)
    {
      string = cf_plugin_frame_cursor_allocate (cursor, count + 1, sizeof *string);
      *list = (const char *const *) string;
    }
  for (gsize i = 0; i < count && cursor->problem == NULL; i++)
    text (cursor, &string[i]);
}

/* What becomes the name of an XML element must not be able to become more than that. */
static gboolean
is_name (const char *name)
{
  if (name == NULL || *name == '\0' || g_ascii_isdigit (*name) || *name == '-' || *name == '.')
    return FALSE;
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("_-.", *c) == NULL && (guint8) *c < 0x80)
      return FALSE;
  return TRUE;
}

static void
value_field (CfPluginFrameCursor *cursor, CfPluginValue *value)
{
  guint8 type = (guint8) value->type;

  text (cursor, &value->name);
  nullable (cursor, &value->value);
  u8 (cursor, &type);
  if (cursor->reads)
    value->type = (CfPluginValueType) type;

  need (cursor, is_name (value->name), "has a name that is none");
  need (cursor, type <= CF_PLUGIN_VALUE_COMPLEX, "has an unknown type of value");
  need (cursor, (value->value != NULL) == (type <= CF_PLUGIN_VALUE_DATETIME),
        "has a value that does not fit its type");
}

static void
object_fields (CfPluginFrameCursor *cursor, CfPluginObject *object)
{
  CfPluginValue *values = (CfPluginValue *) object->values;

  nullable (cursor, &object->namespace_uri);
  text (cursor, &object->name);
  need (cursor, is_name (object->name), "has a name that is none");

  if (cf_plugin_frame_cursor_count (cursor, TRUE, &object->n_values, VALUE_LEAST) && cursor->reads)
    object->values = values = cf_plugin_frame_cursor_allocate (cursor, object->n_values,
                                                               sizeof *values);
  for (gsize i = 0; i < object->n_values && cursor->problem == NULL; i++)
    value_field (cursor, &values[i]);
}

static void
input_fields (CfPluginFrameCursor *cursor, const CfPluginObject **input)
{
  CfPluginObject *object = (CfPluginObject *) *input;
  gboolean is_there = object != NULL;

  flag (cursor, &is_there);
  if (!is_there)
    return;
  if (cursor->reads)
    *input = object = cf_plugin_frame_cursor_allocate (cursor, 1, sizeof *object);
  if (object != NULL)
    object_fields (cursor, object);
}

/* What the entry point of its kind cannot do without. */
static void
check_call (CfPluginFrameCursor *cursor, const CfPluginCall *call)
{
  gboolean has_shell = call->kind >= CF_PLUGIN_COMMAND;
  gboolean may_have_command = call->kind >= CF_PLUGIN_SEND;

  need (cursor, call->id != 0, "has the call number 0");
  need (cursor, (call->shell != 0) == has_shell, "has a shell where there is none, or lacks one");
  need (cursor, call->command == 0 || may_have_command, "has a command where there is none");
  need (cursor, call->kind != CF_PLUGIN_INVOKE || call->action != NULL, "lacks the action");
  need (cursor, call->kind != CF_PLUGIN_COMMAND || call->command_line != NULL,
        "lacks the command line");
  need (cursor, call->kind != CF_PLUGIN_SEND || call->stream != NULL, "lacks the stream");
  need (cursor, call->kind != CF_PLUGIN_SIGNAL || call->code != NULL, "lacks the code");
}

static void
sender_fields (CfPluginFrameCursor *cursor, CfPluginCall *call)
{
  text (cursor, &call->sender_name);
  text (cursor, &call->mechanism);
  nullable (cursor, &call->certificate_subject);
  nullable (cursor, &call->certificate_issuer);
  nullable (cursor, &call->certificate_thumbprint);
  nullable (cursor, &call->url);
  nullable (cursor, &call->locale);
  nullable (cursor, &call->data_locale);
  text (cursor, &call->resource_uri);
  pairs (cursor, &call->selectors, &call->n_selectors);
  options (cursor, &call->options, &call->n_options);
  flag (cursor, &call->options_must_understand);
  u32 (cursor, &call->max_envelope_size);
  u32 (cursor, &call->timeout_msec);
}

static void
shell_fields (CfPluginFrameCursor *cursor, CfPluginCall *call)
{
  texts (cursor, &call->input_streams);
  texts (cursor, &call->output_streams);
  u32 (cursor, &call->idle_timeout_msec);
  nullable (cursor, &call->working_directory);
  pairs (cursor, &call->environment, &call->n_environment);
  nullable (cursor, &call->shell_name);
  nullable (cursor, &call->inbound_xml);
}

static void
call_fields (CfPluginFrameCursor *cursor, CfPluginCall *call, GBytes **data)
{
  guint8 kind = (guint8) call->kind;

  u64 (cursor, &call->id);
  u8 (cursor, &kind);
  if (cursor->reads)
    call->kind = (CfPluginCallKind) kind;
  need (cursor, kind <= CF_PLUGIN_CONNECT, "has an unknown kind of call");
  u64 (cursor, &call->shell);
  u64 (cursor, &call->command);
  sender_fields (cursor, call);

  nullable (cursor, &call->action);
  input_fields (cursor, &call->input);
  if (kind >= CF_PLUGIN_SHELL)
    {
      shell_fields (cursor, call);
      nullable (cursor, &call->command_line);
      texts (cursor, &call->arguments);
      nullable (cursor, &call->stream);
      cf_plugin_frame_cursor_data (cursor, data);
      flag (cursor, &call->no_more_data);
      nullable (cursor, &call->code);
    }
  if (cursor->reads)
    {
      call->data = *data;
      check_call (cursor, call);
    }
}

static void
output_fields (CfPluginFrameCursor *cursor, CfPluginOutput *output, GBytes **data)
{
  nullable (cursor, &output->stream);
  cf_plugin_frame_cursor_data (cursor, data);
  flag (cursor, &output->is_text);
  flag (cursor, &output->no_more_data);
  flag (cursor, &output->flush);
  nullable (cursor, &output->state);
  need (cursor, output->state == NULL || strlen (output->state) <= MAX_STATE,
        "has a state that is too long");
  u32 (cursor, &output->exit_code);

  if (cursor->reads && *data != NULL)
    {
      output->data = *data;
      need (cursor, output->stream != NULL, "has output without a stream");
      need (cursor, g_bytes_get_size (*data) <= CF_PLUGIN_FRAME_PIECE, "has too much output");
      need (cursor,
            !output->is_text ||
              g_utf8_validate_len (g_bytes_get_data (*data, NULL), g_bytes_get_size (*data), NULL),
            "has a text that is not UTF-8");
    }
}

static void
settings_fields (CfPluginFrameCursor *cursor, CfPluginSettings *settings)
{
  guint32 version = CF_PLUGIN_FRAME_VERSION;
  guint32 needs = (guint32) settings->needs;
  const guint32 all_needs = CF_PLUGIN_NEEDS_SHELL | CF_PLUGIN_NEEDS_GET | CF_PLUGIN_NEEDS_INVOKE;

  u32 (cursor, &version);
  need (cursor, version == CF_PLUGIN_FRAME_VERSION, "is of another version of Curfew");
  text (cursor, &settings->name);
  text (cursor, &settings->file);
  text (cursor, &settings->application);
  nullable (cursor, &settings->extra_info);
  flag (cursor, &settings->shared_host);
  nullable (cursor, &settings->run_as_user);
  flag (cursor, &settings->auto_restart);
  u32 (cursor, &settings->idle_seconds);
  u32 (cursor, &needs);
  if (cursor->reads)
    settings->needs = (CfPluginNeeds) needs;
  need (cursor, (needs & ~all_needs) == 0, "has unknown needs");
  u32 (cursor, &settings->start_msec);
  u32 (cursor, &settings->cancel_msec);
  u32 (cursor, &settings->shutdown_msec);
  u32 (cursor, &settings->system_shutdown_msec);
  need (cursor, settings->file == NULL || g_path_is_absolute (settings->file),
        "names a file without its folder");
}

static void
shutdown_fields (CfPluginFrameCursor *cursor, CfPluginShutdown *shutdown)
{
  nullable (cursor, &shutdown->message);
  u32 (cursor, &shutdown->grace_period);
  u32 (cursor, &shutdown->shutdown_flags);
  u32 (cursor, &shutdown->reason);
  nullable (cursor, &shutdown->client_hint);
  nullable (cursor, &shutdown->request_code);
  u32 (cursor, &shutdown->postpone_limit);
  u32 (cursor, &shutdown->postpone_seconds);
}

static void
status_fields (CfPluginFrameCursor *cursor, CfPluginStatus *status)
{
  u32 (cursor, &status->state);
  owned (cursor, &status->action);
  u32 (cursor, &status->seconds_remaining);
  owned (cursor, &status->message);
  u32 (cursor, &status->reason);
  owned (cursor, &status->requester);
  owned (cursor, &status->client_hint);
  owned (cursor, &status->request_code);
  u32 (cursor, &status->postpones_left);
  owned (cursor, &status->boot_id);
  owned (cursor, &status->boot_time);
  owned (cursor, &status->local_time);
  u32 (cursor, &status->users_logged_on);
  u32 (cursor, &status->capabilities);
  u32 (cursor, &status->best_effort);
  flag (cursor, &status->rehearsal);
  owned (cursor, &status->host_name);
  owned (cursor, &status->system_name);
  owned (cursor, &status->kernel_release);
  owned (cursor, &status->last_outcome);
  owned (cursor, &status->last_request_code);
  owned (cursor, &status->last_action);
  owned (cursor, &status->last_detail);
}

static void
ask_fields (CfPluginFrameCursor *cursor, CfPluginFrame *frame)
{
  u32 (cursor, &frame->serial);
  u64 (cursor, &frame->id);
  if (frame->type == CF_PLUGIN_FRAME_SUBMIT)
    shutdown_fields (cursor, &frame->shutdown);
  else if (frame->type != CF_PLUGIN_FRAME_DESCRIBE)
    short_text (cursor, &frame->text);
  if (frame->type == CF_PLUGIN_FRAME_REFUSE)
    u32 (cursor, &frame->code);
}

static void
agent_fields (CfPluginFrameCursor *cursor, CfPluginFrame *frame)
{
  if (frame->type == CF_PLUGIN_FRAME_START)
    {
      settings_fields (cursor, &frame->settings);
      u32 (cursor, &frame->code);
    }
  else if (frame->type == CF_PLUGIN_FRAME_CALL)
    call_fields (cursor, &frame->call, cursor->reads ? &frame->data : &frame->call.data);
  else if (frame->type == CF_PLUGIN_FRAME_STOP)
    u32 (cursor, &frame->code);
  else if (frame->type == CF_PLUGIN_FRAME_ANSWER)
    {
      u32 (cursor, &frame->serial);
      u32 (cursor, &frame->code);
      flag (cursor, &frame->has_status);
      if (frame->has_status)
        status_fields (cursor, &frame->status);
    }
  else
    {
      u64 (cursor, &frame->id);
      if (frame->type == CF_PLUGIN_FRAME_ACK)
        u64 (cursor, &frame->number);
      else if (frame->type == CF_PLUGIN_FRAME_DATA)
        cf_plugin_frame_cursor_data (cursor, &frame->data);
    }
}

static void
helper_fields (CfPluginFrameCursor *cursor, CfPluginFrame *frame)
{
  switch ((int) frame->type)
    {
    case CF_PLUGIN_FRAME_STARTED:
      u32 (cursor, &frame->code);
      short_text (cursor, &frame->text);
      break;
    case CF_PLUGIN_FRAME_FAILED:
      short_text (cursor, &frame->text);
      need (cursor, frame->text != NULL, "lacks a text");
      break;
    case CF_PLUGIN_FRAME_IDLE:
      u64 (cursor, &frame->number);
      break;
    case CF_PLUGIN_FRAME_CONTEXT:
    case CF_PLUGIN_FRAME_RELEASED:
      u64 (cursor, &frame->id);
      break;
    case CF_PLUGIN_FRAME_OUTPUT:
      u64 (cursor, &frame->id);
      output_fields (cursor, &frame->output, cursor->reads ? &frame->data : &frame->output.data);
      break;
    case CF_PLUGIN_FRAME_OBJECT:
      u64 (cursor, &frame->id);
      object_fields (cursor, &frame->object);
      break;
    case CF_PLUGIN_FRAME_COMPLETED:
      u64 (cursor, &frame->id);
      u32 (cursor, &frame->code);
      short_text (cursor, &frame->text);
      break;
    case CF_PLUGIN_FRAME_SUBMIT:
    case CF_PLUGIN_FRAME_REFUSE:
    case CF_PLUGIN_FRAME_ABORT:
    case CF_PLUGIN_FRAME_DESCRIBE:
      ask_fields (cursor, frame);
      break;
    case CF_PLUGIN_FRAME_STOPPED:
    default:
      break;
    }
}

static void
all_fields (CfPluginFrameCursor *cursor, CfPluginFrame *frame)
{
  if (frame->type < CF_PLUGIN_FRAME_FIRST_OF_HELPER)
    agent_fields (cursor, frame);
  else
    helper_fields (cursor, frame);
}

/**
 * cf_plugin_frame_measure:
 * @octets: where a frame begins
 * @n_octets: how many there are
 * @size: (out): of the frame, header and body; 0 as long as it is not whole
 * @error: a #GIOErrorEnum: %G_IO_ERROR_INVALID_DATA for more than %CF_PLUGIN_FRAME_MAX_BODY or an
 *   unknown type
 *
 * Returns: whether there can be a frame
 */
gboolean
cf_plugin_frame_measure (const guint8 *octets, gsize n_octets, gsize *size, GError **error)
{
  guint32 length;

  *size = 0;
  if (n_octets < CF_PLUGIN_FRAME_HEADER)
    return TRUE;

  memcpy (&length, octets, sizeof length);
  length = GUINT32_FROM_LE (length);
  if (length > CF_PLUGIN_FRAME_MAX_BODY || octets[4] == 0 || octets[4] > CF_PLUGIN_FRAME_LAST)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "What came is no frame (type %u, %u octets).", octets[4], length);
      return FALSE;
    }
  if (n_octets - CF_PLUGIN_FRAME_HEADER >= length)
    *size = CF_PLUGIN_FRAME_HEADER + (gsize) length;
  return TRUE;
}

/**
 * cf_plugin_frame_read:
 * @octets: one frame, as measured
 * @size: its octets
 * @scratch: (nullable): where arrays are made; they are valid until it is used again. An ANSWER
 *   needs none
 * @frame: (out caller-allocates): what it says; texts are within @octets. To be cleared
 * @error: a #GIOErrorEnum: %G_IO_ERROR_INVALID_DATA: what is wrong with it
 *
 * Returns: whether it is a frame, with nothing missing and nothing left over
 */
gboolean
cf_plugin_frame_read (const guint8 *octets, gsize size, CfPluginFrameBuffer *scratch,
                      CfPluginFrame *frame, GError **error)
{
  CfPluginFrameCursor cursor = { .reads = TRUE, .buffer = scratch };

  g_return_val_if_fail (size >= CF_PLUGIN_FRAME_HEADER, FALSE);

  memset (frame, 0, sizeof *frame);
  frame->type = (CfPluginFrameType) octets[4];
  cursor.octets = octets + CF_PLUGIN_FRAME_HEADER;
  cursor.n_left = size - CF_PLUGIN_FRAME_HEADER;
  if (scratch != NULL)
    {
      scratch->start = scratch->end = 0;
      cf_plugin_frame_buffer_reserve (scratch, MEMORY_FACTOR * size + MEMORY_MORE);
    }

  all_fields (&cursor, frame);
  if (cursor.problem == NULL && cursor.n_left > 0)
    cf_plugin_frame_cursor_fail (&cursor, "is longer than what it says");
  if (cursor.problem == NULL)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "A frame (type %u) %s.", octets[4],
               cursor.problem);
  cf_plugin_frame_clear (frame);
  return FALSE;
}

/**
 * cf_plugin_frame_write:
 * @frame: what to say; all texts are UTF-8
 * @out: where it is appended
 *
 * Returns: whether it fits into a frame; @out is as before otherwise
 */
gboolean
cf_plugin_frame_write (const CfPluginFrame *frame, CfPluginFrameBuffer *out)
{
  CfPluginFrameCursor cursor = { .reads = FALSE, .buffer = out };
  gsize before = out->end - out->start;
  gsize length;
  guint32 little;
  guint8 *header = cf_plugin_frame_buffer_reserve (out, CF_PLUGIN_FRAME_HEADER);

  header[4] = (guint8) frame->type;
  out->end += CF_PLUGIN_FRAME_HEADER;
  all_fields (&cursor, (CfPluginFrame *) frame); /* a writing cursor changes nothing in it */

  /* A buffer that grew may have moved what was in it to its front. */
  length = out->end - out->start - before - CF_PLUGIN_FRAME_HEADER;
  if (length > CF_PLUGIN_FRAME_MAX_BODY)
    {
      out->end = out->start + before;
      return FALSE;
    }
  little = GUINT32_TO_LE ((guint32) length);
  memcpy (out->data + out->start + before, &little, sizeof little);
  return TRUE;
}

/* Frees what cf_plugin_frame_read() made. */
void
cf_plugin_frame_clear (CfPluginFrame *frame)
{
  g_clear_pointer (&frame->data, g_bytes_unref);
  if (frame->type == CF_PLUGIN_FRAME_ANSWER)
    cf_plugin_status_clear (&frame->status);
}

/**
 * cf_plugin_frame_cut_text:
 * @text: (nullable): UTF-8
 * @cut: (out): to be freed
 *
 * Returns: (nullable) (transfer none): @text, or as much of it as may be sent
 */
const char *
cf_plugin_frame_cut_text (const char *text, char **cut)
{
  const char *end = NULL;

  *cut = NULL;
  if (text == NULL || strlen (text) <= CF_PLUGIN_FRAME_MAX_TEXT)
    return text;
  g_utf8_validate_len (text, CF_PLUGIN_FRAME_MAX_TEXT, &end);
  return *cut = g_strndup (text, (gsize) (end - text));
}
