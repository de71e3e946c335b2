/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-schedule-text.h"

#include "cf-schedule-entry-private.h"

#include <string.h>

#define GROUP        "pending"
#define GROUP_LEDGER "postponement %u"
#define VERSION      1u /* of what must not be misread: keys that an older agent may ignore */
#define SEAL_START   "[seal]\nsha256="
#define SEAL_LENGTH  (strlen (SEAL_START) + 64 + 1) /* hexadecimal digits, a line feed */
#define MAX_USEC     (G_MAXINT64 / 4)

static const char *const phase_names[] = {
  [CF_SCHEDULE_PHASE_COUNTING] = "counting",
  [CF_SCHEDULE_PHASE_EXECUTING] = "executing",
};

static const char *const change_names[] = {
  [CF_SCHEDULE_ACCEPTED] = "accepted",   [CF_SCHEDULE_RESTORED] = "restored",
  [CF_SCHEDULE_POSTPONED] = "postponed", [CF_SCHEDULE_MOVED] = "moved",
  [CF_SCHEDULE_EXTENDED] = "extended",   [CF_SCHEDULE_OVERDUE] = "overdue",
};

/**
 * cf_schedule_record_free:
 * @self: (transfer full): a record
 */
void
cf_schedule_record_free (CfScheduleRecord *self)
{
  g_return_if_fail (self != NULL);

  cf_schedule_entry_unref (self->entry);
  g_free (self);
}

/* %NULL and "" are two things: a key that is not there, and one without a value. */
static void
set_text (GKeyFile *file, const char *group, const char *key, const char *text)
{
  if (text != NULL)
    g_key_file_set_string (file, group, key, text);
}

static void
write_request (GKeyFile *file, CfShutdownRequest *request)
{
  set_text (file, GROUP, "request-code", cf_shutdown_request_get_code (request));
  g_key_file_set_uint64 (file, GROUP, "flags", cf_shutdown_request_get_flags (request));
  set_text (file, GROUP, "message", cf_shutdown_request_get_message (request));
  g_key_file_set_uint64 (file, GROUP, "grace-seconds",
                         cf_shutdown_request_get_grace_seconds (request));
  g_key_file_set_uint64 (file, GROUP, "reason", cf_shutdown_request_get_reason (request));
  set_text (file, GROUP, "client-hint", cf_shutdown_request_get_client_hint (request));
  g_key_file_set_uint64 (file, GROUP, "postpone-limit",
                         cf_shutdown_request_get_postpone_limit (request));
  g_key_file_set_uint64 (file, GROUP, "postpone-seconds",
                         cf_shutdown_request_get_postpone_seconds (request));
}

/* One key for all, since who is ready is a set. */
static void
write_ready (GKeyFile *file, const GArray *ready)
{
  g_autoptr (GString) uids = g_string_new (NULL);

  for (guint i = 0; i < ready->len; i++)
    g_string_append_printf (uids, "%s%u", i > 0 ? " " : "", g_array_index (ready, guint32, i));
  g_key_file_set_string (file, GROUP, "ready", uids->str);
}

static void
write_entry (GKeyFile *file, const CfScheduleEntry *entry)
{
  g_key_file_set_string (file, GROUP, "requester", entry->requester);
  g_key_file_set_boolean (file, GROUP, "curfew-client", entry->origin == CF_SCHEDULE_ORIGIN_CURFEW);
  g_key_file_set_int64 (file, GROUP, "accepted", entry->accepted_boot_usec);
  g_key_file_set_int64 (file, GROUP, "first-deadline", entry->first_deadline_boot_usec);
  g_key_file_set_int64 (file, GROUP, "deadline", entry->deadline_boot_usec);
  g_key_file_set_int64 (file, GROUP, "announced-for", entry->announced_for_usec);
  g_key_file_set_boolean (file, GROUP, "shown", entry->is_shown);
  g_key_file_set_boolean (file, GROUP, "extended", entry->is_extended);
  g_key_file_set_boolean (file, GROUP, "returned", entry->has_returned);
  g_key_file_set_string (file, GROUP, "change", change_names[entry->change]);
  set_text (file, GROUP, "changed-by", entry->changed_by);
  write_ready (file, entry->ready);
  for (guint i = 0; i < entry->postponements->len; i++)
    {
      const CfPostponement *postponement = cf_schedule_entry_get_postponement (entry, i);
      g_autofree char *group = g_strdup_printf (GROUP_LEDGER, i + 1);

      g_key_file_set_string (file, group, "who", postponement->who);
      g_key_file_set_int64 (file, group, "at", postponement->real_usec);
      g_key_file_set_uint64 (file, group, "seconds", postponement->seconds);
      g_key_file_set_string (file, group, "note", postponement->note);
    }
}

/**
 * cf_schedule_text_seal:
 * @text: (transfer full): the lines of a key file
 *
 * Returns: (transfer full): the same with a last group that tells if one of them is cut off or
 *   another one
 */
char *
cf_schedule_text_seal (char *text)
{
  g_autofree char *unsealed = text;
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, unsealed, -1);

  return g_strconcat (unsealed, SEAL_START, sum, "\n", NULL);
}

/**
 * cf_schedule_text_write:
 * @entry: what was accepted
 * @phase: how far it has come
 * @asleep_usec: how long the machine has slept on this boot
 * @boot_id: of this boot
 * @length: (out): bytes of the text
 *
 * Returns: (transfer full): a key file with all of it
 */
char *
cf_schedule_text_write (const CfScheduleEntry *entry, CfSchedulePhase phase, gint64 asleep_usec,
                        const char *boot_id, gsize *length)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  char *text;

  g_key_file_set_uint64 (file, GROUP, "version", VERSION);
  g_key_file_set_string (file, GROUP, "boot-id", boot_id);
  g_key_file_set_string (file, GROUP, "phase", phase_names[phase]);
  g_key_file_set_int64 (file, GROUP, "asleep", asleep_usec);
  write_request (file, entry->request);
  write_entry (file, entry);
  text = cf_schedule_text_seal (g_key_file_to_data (file, NULL, NULL));
  *length = strlen (text);
  return text;
}

static gboolean
get_uint32 (GKeyFile *file, const char *group, const char *key, guint32 *value, GError **error)
{
  GError *local_error = NULL;
  guint64 wide = g_key_file_get_uint64 (file, group, key, &local_error);

  if (local_error == NULL && wide > G_MAXUINT32)
    g_set_error (&local_error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                 "%s is out of range", key);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  *value = (guint32) wide;
  return TRUE;
}

/* Microseconds; what lies farther away than any clock goes would overflow when it is added to. */
static gboolean
get_usec (GKeyFile *file, const char *group, const char *key, gint64 *value, GError **error)
{
  GError *local_error = NULL;

  *value = g_key_file_get_int64 (file, group, key, &local_error);
  if (local_error == NULL && (*value < -MAX_USEC || *value > MAX_USEC))
    g_set_error (&local_error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                 "%s is out of range", key);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

static gboolean
get_boolean (GKeyFile *file, const char *key, gboolean *value, GError **error)
{
  GError *local_error = NULL;

  *value = g_key_file_get_boolean (file, GROUP, key, &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

/* An absent key is %NULL, and no error. */
static gboolean
get_text (GKeyFile *file, const char *key, char **value, GError **error)
{
  *value = NULL;
  if (!g_key_file_has_key (file, GROUP, key, NULL))
    return TRUE;
  *value = g_key_file_get_string (file, GROUP, key, error);
  return *value != NULL;
}

static CfShutdownRequest *
read_request (GKeyFile *file, GError **error)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();
  g_autofree char *code = NULL;
  g_autofree char *message = NULL;
  g_autofree char *client_hint = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  CfShutdownRequest *request;
  guint32 flags;
  guint32 grace;
  guint32 reason;
  guint32 limit;
  guint32 seconds;

  if (!get_text (file, "request-code", &code, error) ||
      !get_text (file, "message", &message, error) ||
      !get_text (file, "client-hint", &client_hint, error) ||
      !get_uint32 (file, GROUP, "flags", &flags, error) ||
      !get_uint32 (file, GROUP, "grace-seconds", &grace, error) ||
      !get_uint32 (file, GROUP, "reason", &reason, error) ||
      !get_uint32 (file, GROUP, "postpone-limit", &limit, error) ||
      !get_uint32 (file, GROUP, "postpone-seconds", &seconds, error))
    return NULL;

  cf_shutdown_request_builder_add_flags (builder, flags);
  cf_shutdown_request_builder_set_message (builder, message);
  cf_shutdown_request_builder_set_grace_seconds (builder, grace);
  cf_shutdown_request_builder_set_reason (builder, reason);
  cf_shutdown_request_builder_set_client_hint (builder, client_hint);
  cf_shutdown_request_builder_set_code (builder, code);
  cf_shutdown_request_builder_set_postponing (builder, limit, seconds);
  request = cf_shutdown_request_builder_end_received (builder, &problems);
  if (request == NULL)
    {
      const CfRequestProblem *first = g_ptr_array_index (problems, 0);

      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "%s: %s",
                   cf_request_field_get_name (first->field), first->message);
    }
  return request;
}

static gboolean
read_postponement (GKeyFile *file, const char *group, CfScheduleEntry *entry, GError **error)
{
  g_autofree char *who = g_key_file_get_string (file, group, "who", error);
  g_autofree char *note = NULL;
  gint64 real_usec;
  guint32 seconds;

  if (who == NULL)
    return FALSE;
  note = g_key_file_get_string (file, group, "note", error);
  if (note == NULL || !get_usec (file, group, "at", &real_usec, error) ||
      !get_uint32 (file, group, "seconds", &seconds, error))
    return FALSE;
  cf_schedule_entry_add_postponement (entry, who, real_usec, seconds, note);
  return TRUE;
}

static gboolean
read_ledger (GKeyFile *file, CfScheduleEntry *entry, GError **error)
{
  for (guint i = 1; i <= CF_SCHEDULE_MAX_POSTPONEMENTS + 1; i++)
    {
      g_autofree char *group = g_strdup_printf (GROUP_LEDGER, i);

      if (!g_key_file_has_group (file, group))
        return TRUE;
      if (!read_postponement (file, group, entry, error))
        return FALSE;
    }
  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
               "the ledger has more than %u lines", CF_SCHEDULE_MAX_POSTPONEMENTS);
  return FALSE;
}

static gboolean
read_times (GKeyFile *file, CfScheduleEntry *entry, GError **error)
{
  if (!get_usec (file, GROUP, "accepted", &entry->accepted_boot_usec, error) ||
      !get_usec (file, GROUP, "first-deadline", &entry->first_deadline_boot_usec, error) ||
      !get_usec (file, GROUP, "deadline", &entry->deadline_boot_usec, error) ||
      !get_usec (file, GROUP, "announced-for", &entry->announced_for_usec, error))
    return FALSE;
  if (entry->accepted_boot_usec < 0 ||
      entry->first_deadline_boot_usec < entry->accepted_boot_usec ||
      entry->deadline_boot_usec < entry->accepted_boot_usec)
    {
      g_set_error_literal (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                           "it was due before it was accepted");
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_change (GKeyFile *file, CfScheduleEntry *entry, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *who = NULL;

  if (!get_text (file, "change", &name, error) || !get_text (file, "changed-by", &who, error))
    return FALSE;
  if (name == NULL)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (change_names); i++)
    if (g_str_equal (name, change_names[i]))
      {
        cf_schedule_entry_set_change (entry, (CfScheduleChange) i, who);
        return TRUE;
      }
  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
               "the change “%s” is not understood", name);
  return FALSE;
}

static gboolean
read_ready (GKeyFile *file, CfScheduleEntry *entry, GError **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  if (!get_text (file, "ready", &text, error))
    return FALSE;
  words = g_strsplit (text != NULL ? text : "", " ", CF_SCHEDULE_MAX_READY + 1);
  for (gsize i = 0; words[i] != NULL; i++)
    {
      guint64 uid;

      if (!g_ascii_string_to_unsigned (words[i], 10, 0, G_MAXUINT32, &uid, NULL))
        {
          g_set_error_literal (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                               "ready is no list of uids");
          return FALSE;
        }
      cf_schedule_entry_set_ready (entry, (guint32) uid, TRUE);
    }
  return TRUE;
}

/* What an older agent does not write, and does not miss. */
static gboolean
read_additions (GKeyFile *file, CfScheduleEntry *entry, GError **error)
{
  if (g_key_file_has_key (file, GROUP, "returned", NULL) &&
      !get_boolean (file, "returned", &entry->has_returned, error))
    return FALSE;
  return read_change (file, entry, error) && read_ready (file, entry, error);
}

static CfScheduleEntry *
read_entry (GKeyFile *file, GError **error)
{
  g_autoptr (CfShutdownRequest) request = read_request (file, error);
  g_autoptr (CfScheduleEntry) entry = NULL;
  g_autofree char *requester = NULL;
  gboolean is_curfew;

  if (request == NULL)
    return NULL;
  requester = g_key_file_get_string (file, GROUP, "requester", error);
  if (requester == NULL || !get_boolean (file, "curfew-client", &is_curfew, error))
    return NULL;

  entry = cf_schedule_entry_new (
    request, requester, is_curfew ? CF_SCHEDULE_ORIGIN_CURFEW : CF_SCHEDULE_ORIGIN_FOREIGN, 0, 0);
  if (!read_times (file, entry, error) || !get_boolean (file, "shown", &entry->is_shown, error) ||
      !get_boolean (file, "extended", &entry->is_extended, error) ||
      !read_ledger (file, entry, error) || !read_additions (file, entry, error))
    return NULL;
  return g_steal_pointer (&entry);
}

static gboolean
read_phase (GKeyFile *file, CfSchedulePhase *phase, GError **error)
{
  g_autofree char *name = g_key_file_get_string (file, GROUP, "phase", error);

  if (name == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (phase_names); i++)
    if (g_str_equal (name, phase_names[i]))
      {
        *phase = (CfSchedulePhase) i;
        return TRUE;
      }
  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
               "the phase “%s” is not understood", name);
  return FALSE;
}

static CfScheduleRecord *
read_record (GKeyFile *file, GError **error)
{
  g_autoptr (CfScheduleEntry) entry = NULL;
  CfScheduleRecord *record;
  CfSchedulePhase phase;
  gint64 asleep_usec;
  guint32 version;

  if (!get_uint32 (file, GROUP, "version", &version, error))
    return NULL;
  if (version != VERSION)
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                   "its version is %u, and only %u is understood", version, VERSION);
      return NULL;
    }
  if (!read_phase (file, &phase, error) || !get_usec (file, GROUP, "asleep", &asleep_usec, error) ||
      (entry = read_entry (file, error)) == NULL)
    return NULL;

  record = g_new0 (CfScheduleRecord, 1);
  record->entry = g_steal_pointer (&entry);
  record->phase = phase;
  record->asleep_usec = asleep_usec;
  return record;
}

static gboolean
check_seal (const char *text, gsize length, GError **error)
{
  if (length > SEAL_LENGTH)
    {
      g_autofree char *sealed = cf_schedule_text_seal (g_strndup (text, length - SEAL_LENGTH));

      if (strlen (sealed) == length && memcmp (sealed, text, length) == 0)
        return TRUE;
    }
  g_set_error_literal (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE,
                       "it is not as the agent wrote it");
  return FALSE;
}

/**
 * cf_schedule_text_read:
 * @text: what cf_schedule_text_write() gave, or anything else
 * @length: bytes of @text
 * @boot_id: of this boot
 * @error: a #GKeyFileError that says what is wrong
 *
 * Takes all of it or nothing: one octet less, or another one, is an error.
 *
 * Returns: (transfer full) (nullable): what was kept; %NULL without @error if another boot wrote it
 */
CfScheduleRecord *
cf_schedule_text_read (const char *text, gsize length, const char *boot_id, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *written_by = NULL;

  if (!check_seal (text, length, error) ||
      !g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, error))
    return NULL;
  written_by = g_key_file_get_string (file, GROUP, "boot-id", error);
  if (written_by == NULL || !g_str_equal (written_by, boot_id))
    return NULL;
  return read_record (file, error);
}
