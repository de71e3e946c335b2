/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wsm-arena.h"
#include "wsm-shell-message.h"
#include "wsm-xml.h"

G_BEGIN_DECLS

/* What is gathered while one body is read. */
typedef struct
{
  WsmShellMessage *message;
  WsmArena *arena;
  guint64 seen;          /* of parts */
  GPtrArray *arguments;  /* (owned) (nullable) */
  gsize command_octets;  /* of the command and its arguments */
  GString *open_content; /* (owned) (nullable) */
} WsmShellReader;

gboolean wsm_shell_reader_refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
gboolean wsm_shell_reader_read_text (WsmShellReader *self, const xmlNode *node, gsize limit,
                                     gboolean strip, char **text, GError **error);
gboolean wsm_shell_reader_read_attribute (WsmShellReader *self, const xmlNode *node,
                                          const char *name, char **text, GError **error);
gboolean wsm_shell_reader_count_command (WsmShellReader *self, const char *text, GError **error);
gboolean wsm_shell_reader_read_part (WsmShellReader *self, const xmlNode *node, GError **error);

G_END_DECLS
