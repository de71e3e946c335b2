/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"

#include <string.h>

#include "wsman/wire/wsm-envelope.h"

static void
read_object (WsmObject *object)
{
  guint n;

  if (object == NULL)
    return;

  n = wsm_object_get_n_values (object);
  for (guint i = 0; i < n; i++)
    {
      const char *name = wsm_object_get_value_name (object, i);
      g_autoptr (GDateTime) time = wsm_object_dup_datetime (object, name, NULL);
      g_auto (GStrv) all = wsm_object_dup_strings (object, name);
      guint32 u;
      gint32 s;
      gboolean b;

      wsm_object_get_uint32 (object, name, &u, NULL);
      wsm_object_get_int32 (object, name, &s, NULL);
      wsm_object_get_boolean (object, name, &b, NULL);
      g_assert_true (wsm_object_has (object, name));
      g_assert_true (time == NULL || wsm_object_get_string (object, name) != NULL);
      g_assert_nonnull (all);
    }
}

/* Limits hold whatever was sent, and what goes on to a plug-in stands by itself. */
static void
read_shell (WsmShellMessage *message)
{
  g_autoptr (WsmShellMessage) copy = NULL;
  g_autoptr (GError) error = NULL;

  if (message == NULL)
    return;

  g_assert_true (message->streams == NULL || message->streams->len <= WSM_MAX_SHELL_STREAMS);
  g_assert_true (message->environment == NULL ||
                 message->environment->len <= WSM_MAX_SHELL_VARIABLES);
  g_assert_true (message->arguments == NULL ||
                 g_strv_length (message->arguments) <= WSM_MAX_SHELL_ARGUMENTS);
  g_assert_true (message->command_id == NULL || strlen (message->command_id) <= WSM_MAX_SHELL_NAME);
  copy = wsm_shell_message_new (message->kind);
  wsm_shell_message_set_open_content (copy, message->open_content, &error);
  g_assert_no_error (error);
}

static WsmEnvelope *
read_again (GBytes *bytes, WsmCharset charset)
{
  g_autoptr (GError) error = NULL;
  WsmEnvelope *envelope = wsm_envelope_parse (bytes, charset, &error);

  g_assert_no_error (error);

  return envelope;
}

/* The other side reads what we write, and once it was read, writing and reading change nothing. */
static void
check_written (WsmEnvelope *envelope)
{
  WsmCharset charset = wsm_envelope_get_charset (envelope);
  g_autoptr (GBytes) first = wsm_envelope_serialize (envelope);
  g_autoptr (GBytes) second = NULL;
  g_autoptr (GBytes) third = NULL;
  g_autoptr (WsmEnvelope) once = NULL;
  g_autoptr (WsmEnvelope) twice = NULL;

  /* Escapes and our own prefixes may make a message longer than what we would read. */
  if (g_bytes_get_size (first) > WSM_MAX_ENVELOPE_SIZE)
    return;

  once = read_again (first, charset);
  second = wsm_envelope_serialize (once);
  twice = read_again (second, charset);
  third = wsm_envelope_serialize (twice);
  g_assert_cmpmem (g_bytes_get_data (second, NULL), g_bytes_get_size (second),
                   g_bytes_get_data (third, NULL), g_bytes_get_size (third));
}

static void
try (GBytes *bytes, WsmCharset declared)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WsmEnvelope) envelope = wsm_envelope_parse (bytes, declared, &error);

  g_assert_true ((envelope == NULL) == (error != NULL));
  if (envelope == NULL)
    {
      g_autoptr (WsmFault) fault = wsm_fault_new_for_wire_error (error);

      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_true (fault == NULL || wsm_fault_get_kind (fault) != WSM_FAULT_OTHER);
    }
  else
    {
      g_autoptr (WsmFault) fault = wsm_envelope_check_request (envelope);
      g_autoptr (WsmEnvelope) reply = NULL;

      read_object (wsm_envelope_get_selectors (envelope));
      read_object (wsm_envelope_get_options (envelope));
      read_object (wsm_envelope_get_object (envelope));
      read_shell (wsm_envelope_get_shell_message (envelope));
      g_assert_cmpuint (wsm_envelope_get_max_stream_octets (envelope), <, WSM_MAX_ENVELOPE_SIZE);
      check_written (envelope);

      if (fault != NULL)
        reply = wsm_envelope_new_fault (envelope, declared, fault);
      else if (wsm_envelope_get_body_kind (envelope) != WSM_BODY_IDENTIFY)
        reply = wsm_envelope_new_reply (envelope, wsm_envelope_get_object (envelope));
      if (reply != NULL)
        check_written (reply);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);

  try (bytes, WSM_CHARSET_UTF_8);
  try (bytes, WSM_CHARSET_UTF_16);

  return 0;
}
