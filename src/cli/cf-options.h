/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-command.h"

G_BEGIN_DECLS

/* In a number that was not typed: no number that somebody would type. */
#define CF_OPTIONS_NOT_GIVEN G_MININT

/**
 * CfOptions:
 *
 * The options of one verb as they were typed: texts are not checked yet, and need not be UTF-8.
 */
typedef struct
{
  gboolean help;
  char **rest;

  char **files;
  char *method;
  char *user;
  int password_fd;
  char *auth;
  gboolean delegate;
  char *certificate;
  char *key;
  gboolean save_password;
  char *ca_file;
  char *pin;
  int timeout;
  int parallel;
  char *output;

  char *note;
  gboolean is_not;
  char *postpone;

  char *in;
  char *message;
  gboolean no_message;
  gboolean force;
  char *if_users;
  gboolean grace_override;
  gboolean install_updates;
  gboolean restart_apps;
  char *reason;
  char *client_hint;
  char *wait;
  gboolean dry_run;
  gboolean yes;
  gboolean replace;
} CfOptions;

gboolean cf_options_parse (CfOptions *self, CfVerb verb, const char *const *arguments, char **help,
                           GError **error);
void cf_options_clear (CfOptions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CfOptions, cf_options_clear)

char *cf_options_dup_overview (void);
char *cf_options_dup_help (CfVerb first, CfVerb last);

/* what --help says beside the options */
const char *cf_options_get_summary (CfVerb verb);
const char *cf_options_get_words (CfVerb verb);
const char *cf_options_get_description (CfVerb verb);

G_END_DECLS
