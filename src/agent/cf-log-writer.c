/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-log-writer.h"

#include "request/cf-display-text.h"

#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static gboolean to_journal;
static gboolean debug_wanted;

static const char *
get_field (const GLogField *fields, gsize n_fields, const char *key, gsize *length)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, key))
      {
        *length = fields[i].length < 0 ? strlen (fields[i].value) : (gsize) fields[i].length;
        return fields[i].value;
      }
  *length = 0;
  return NULL;
}

static const char *
get_prefix (GLogLevelFlags level)
{
  if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
    return "error: ";
  if (level & G_LOG_LEVEL_WARNING)
    return "warning: ";
  return "";
}

/* A file or a terminal knows no fields: what ends a line or moves a cursor there could pass for an
 * entry of its own. */
static gboolean
is_plain (const char *message, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      guchar octet = (guchar) message[i];

      if (octet < 0x20 || octet >= 0x7f)
        return FALSE;
    }
  return TRUE;
}

/* One line, one write: GLib's own writer looks up the time zone and the terminal for every line and
 * writes it in parts, which is a fifth of the cost of a request. Whoever collects the lines dates
 * them. */
static GLogWriterOutput
write_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields)
{
  gsize domain_length;
  gsize message_length;
  const char *domain = get_field (fields, n_fields, "GLIB_DOMAIN", &domain_length);
  const char *message = get_field (fields, n_fields, "MESSAGE", &message_length);
  const char *prefix = get_prefix (level);
  g_autofree char *cleaned = NULL;
  struct iovec parts[] = {
    { (void *) domain, domain_length },
    { (void *) ": ", domain != NULL ? 2 : 0 },
    { (void *) prefix, strlen (prefix) },
    { (void *) message, message_length },
    { (void *) "\n", 1 },
  };

  if (!is_plain (message, message_length))
    {
      g_autofree char *text = g_strndup (message, message_length);

      cleaned = cf_display_text_one_line (text);
      parts[3].iov_base = cleaned;
      parts[3].iov_len = strlen (cleaned);
    }
  return writev (STDERR_FILENO, parts, G_N_ELEMENTS (parts)) >= 0 ? G_LOG_WRITER_HANDLED
                                                                  : G_LOG_WRITER_UNHANDLED;
}

static GLogWriterOutput
writer (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if ((level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO)) && !debug_wanted)
    return G_LOG_WRITER_HANDLED;
  if (level & G_LOG_FLAG_FATAL) /* with its hint of what comes now */
    return g_log_writer_default (level, fields, n_fields, user_data);
  if (to_journal &&
      g_log_writer_journald (level, fields, n_fields, user_data) == G_LOG_WRITER_HANDLED)
    return G_LOG_WRITER_HANDLED;
  return write_line (level, fields, n_fields);
}

/**
 * cf_log_writer_install:
 *
 * Sends the log of this process to the journal, with all fields, if its standard error is connected
 * there; otherwise to standard error, one line a message. What only a developer wants to see comes
 * with G_MESSAGES_DEBUG=all. Call it once, before anything is logged.
 */
void
cf_log_writer_install (void)
{
  to_journal = g_log_writer_is_journald (STDERR_FILENO);
  debug_wanted = g_strcmp0 (g_getenv ("G_MESSAGES_DEBUG"), "all") == 0;
  g_log_set_writer_func (writer, NULL, NULL);
}
