/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cf-plugin-check-host.h"

G_BEGIN_DECLS

/* What a case takes for granted, and what it has shown when it is passed. */
typedef enum
{
  CF_CHECK_LOADS = 1 << 0,
  CF_CHECK_STARTS = 1 << 1,
  CF_CHECK_ENDS = 1 << 2,
  CF_CHECK_DRAINS = 1 << 3,   /* what is cancelled ends */
  CF_CHECK_RELEASES = 1 << 4, /* contexts can be released */
  CF_CHECK_JOINS = 1 << 5,    /* its threads end */
} CfCheckFacts;

/**
 * CfCheckCase:
 * @name: for the command line
 * @number: of wsman-plugin-api.md, section 11; 0 for a rule that has none
 * @title: what is true if it is passed
 * @advice: what to do if it is not
 * @needs: without these facts the case says nothing
 * @shows: the facts that are known if it is passed
 *
 * One rule of the contract, and how a module is held against it. The function ends the process.
 */
typedef struct
{
  const char *name;
  guint number;
  const char *title;
  const char *advice;
  CfCheckFacts needs;
  CfCheckFacts shows;
  void (*run) (void);
} CfCheckCase;

const CfCheckCase *cf_check_get_cases (gsize *n_cases);

/* cf-plugin-check-life.c */
void cf_check_case_exports (void);
void cf_check_case_layout (void);
void cf_check_case_starts (void);
void cf_check_case_ends (void);
void cf_check_case_startup_flags (void);
void cf_check_case_two_applications (void);
void cf_check_case_fewer_shutdowns (void);
void cf_check_case_texts (void);
void cf_check_case_threads (void);
void cf_check_case_reload (void);

/* cf-plugin-check-work.c */
void cf_check_case_stays_open (void);
void cf_check_case_unknown_command (void);
void cf_check_case_cancelled (void);
void cf_check_case_drains (void);
void cf_check_case_completes_once (void);
void cf_check_case_contexts (void);
void cf_check_case_parameters_die (void);
void cf_check_case_early (void);
void cf_check_case_release (void);
void cf_check_case_event (void);
void cf_check_case_race (void);
void cf_check_case_send (void);
void cf_check_case_done (void);
void cf_check_case_parallel (void);
void cf_check_case_all_streams (void);
void cf_check_case_unknown_signal (void);

/* cf-plugin-check-exercise.c */
typedef struct
{
  DWORD get;
  DWORD invoke;
  DWORD shell;
  DWORD command;
} CfCheckOutcome;

CfCheckOutcome cf_check_exercise (CfCheckModule *module, PVOID context);
CfCheckModule *cf_check_start (PVOID *context);
CfCheckRequest *cf_check_open_shell (CfCheckModule *module, PVOID context);
CfCheckRequest *cf_check_open_command (CfCheckModule *module, CfCheckRequest *shell);
void cf_check_end (CfCheckRequest *request);
void cf_check_close_shell (CfCheckModule *module, CfCheckRequest *shell, CfCheckRequest *command);

G_END_DECLS
