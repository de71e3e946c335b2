/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-helper-talk.h"

#include <errno.h>
#include <glib-unix.h>
#include <unistd.h>

#include "warning/cf-window-talk.h"

#define MAX_LINE 64 /* octets; no word is nearly as long */

struct _CfHelperTalk
{
  GObject parent_instance;

  int output; /* not owned */
  guint input_id;
  GString *line; /* what came since the last end of line */
};

G_DEFINE_FINAL_TYPE (CfHelperTalk, cf_helper_talk, G_TYPE_OBJECT)

enum
{
  PRESENT,
  CLOSED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
take_line (CfHelperTalk *self)
{
  if (g_str_equal (self->line->str, CF_WINDOW_PRESENT))
    g_signal_emit (self, signals[PRESENT], 0);
  else
    g_debug ("The helper says something else");
  g_string_truncate (self->line, 0);
}

static void
take (CfHelperTalk *self, const char *octets, gsize n_octets)
{
  for (gsize i = 0; i < n_octets; i++)
    {
      if (octets[i] == '\n')
        take_line (self);
      else if (self->line->len < MAX_LINE)
        g_string_append_c (self->line, octets[i]);
    }
}

static gboolean
input_cb (int input, GIOCondition condition, gpointer user_data)
{
  g_autoptr (CfHelperTalk) self = g_object_ref (user_data);
  char octets[256];
  gssize n_octets = read (input, octets, sizeof octets);

  if (n_octets > 0)
    {
      take (self, octets, (gsize) n_octets);
      return G_SOURCE_CONTINUE;
    }
  if (n_octets < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  self->input_id = 0;
  g_signal_emit (self, signals[CLOSED], 0);
  return G_SOURCE_REMOVE;
}

static void
cf_helper_talk_finalize (GObject *object)
{
  CfHelperTalk *self = CF_HELPER_TALK (object);

  g_clear_handle_id (&self->input_id, g_source_remove);
  g_string_free (self->line, TRUE);

  G_OBJECT_CLASS (cf_helper_talk_parent_class)->finalize (object);
}

static void
cf_helper_talk_class_init (CfHelperTalkClass *class)
{
  G_OBJECT_CLASS (class)->finalize = cf_helper_talk_finalize;

  signals[PRESENT] = g_signal_new ("present", CF_TYPE_HELPER_TALK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[CLOSED] = g_signal_new ("closed", CF_TYPE_HELPER_TALK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void
cf_helper_talk_init (CfHelperTalk *self)
{
  self->line = g_string_new (NULL);
}

/**
 * cf_helper_talk_new:
 * @input: what the helper says comes from here; open as long as the object lives
 * @output: what is told to it goes here; likewise
 *
 * Returns: (transfer full): a conversation, which is listened to from the main context on
 */
CfHelperTalk *
cf_helper_talk_new (int input, int output)
{
  CfHelperTalk *self = g_object_new (CF_TYPE_HELPER_TALK, NULL);

  self->output = output;
  self->input_id = g_unix_fd_add (input, G_IO_IN | G_IO_HUP | G_IO_ERR, input_cb, self);
  return self;
}

/**
 * cf_helper_talk_say:
 * @self: a conversation
 * @word: a line of warning/cf-window-talk.h, without its end
 *
 * Tells the helper something. That it cannot be told is no error here: a helper that is gone is
 * noticed by `closed`.
 */
void
cf_helper_talk_say (CfHelperTalk *self, const char *word)
{
  g_autofree char *line = NULL;

  g_return_if_fail (CF_IS_HELPER_TALK (self));
  g_return_if_fail (word != NULL);

  line = g_strconcat (word, "\n", NULL);
  /* so short a write to a pipe is done as a whole or not at all */
  if (write (self->output, line, strlen (line)) < 0)
    g_debug ("The helper does not listen: %s", g_strerror (errno));
}
