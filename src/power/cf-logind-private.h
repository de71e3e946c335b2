/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bus/cf-bus-login1-manager.h"
#include "bus/cf-bus-packagekit-offline.h"
#include "bus/cf-bus-systemd1-manager.h"
#include "cf-delay-lock.h"
#include "cf-logind-sessions.h"
#include "cf-logind.h"
#include "cf-run-watch.h"

G_BEGIN_DECLS

/* Where systemd keeps what CfRunWatch looks at. */
#define CF_LOGIND_RUN_DIRECTORY "/run/systemd"

struct _CfLogind
{
  GObject parent_instance;

  /* set once, before anybody else sees the object */
  gboolean allow_halt;
  char *run_directory;           /* (owned) */
  GDBusConnection *bus;          /* (owned) */
  CfBusLogin1Manager *manager;   /* (owned) */
  CfBusSystemd1Manager *systemd; /* (owned) */
  CfLogindSessions *sessions;    /* (owned) */
  CfRunWatch *run_watch;         /* (owned) */
  CfDelayLock *lock;             /* (owned) */
  guint name_watch;
  guint subscription;

  GTask *starting;        /* (owned) (nullable): until it is known whether logind answers */
  GCancellable *reading;  /* (owned) (nullable): the last reading of everything */
  gboolean lacks_answers; /* logind was there, but could not say what is possible */
  guint retry_source;     /* a reading that failed is tried again, */
  guint retry_seconds;    /* after so long */

  /* what is known of the machine */
  gboolean is_present;   /* logind is there and was read */
  gboolean is_preparing; /* logind says that the machine goes down */
  gboolean is_scheduled; /* somebody has scheduled something with logind */
  gboolean is_told;      /* systemd was told past logind, which says nothing about it */
  guint told_source;     /* for so long it is believed, */
  guint told_seconds;    /* since nobody would say that it was called off */
  guint version;         /* of systemd; 0 if unknown */

  /* what follows from it */
  CfPowerState state;
  CfShutdownFlags capabilities;

  CfShutdownRequest *attended; /* (owned) (nullable): what waits, */
  GPtrArray *blockers;         /* (owned) (element-type CfBlocker): who holds it up */
  gboolean blockers_hold;      /* and whether it will not happen for that */
  GCancellable *listing;       /* (owned) (nullable): while that is being found out */

  gboolean has_let_go; /* and not taken the lock again since */
  gboolean is_executing;
  CfBusPackagekitOffline *triggered; /* (owned) (nullable): updates that wait for the restart */
};

void cf_logind_new_watching_async (GDBusConnection *bus, gboolean allow_halt,
                                   const char *run_directory, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);

/* cf-logind.c */
void cf_logind_update (CfLogind *self);
void cf_logind_believe_told (CfLogind *self);

/* cf-logind-reading.c */
guint cf_logind_parse_version (const char *version);
void cf_logind_look_async (CfLogind *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean cf_logind_look_finish (CfLogind *self, GAsyncResult *result, GError **error);
void cf_logind_read_async (CfLogind *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean cf_logind_read_finish (CfLogind *self, GAsyncResult *result, GError **error);

/* cf-logind-blockers.c */
void cf_logind_attend (CfPower *power, CfShutdownRequest *request);
void cf_logind_list_blockers (CfLogind *self);
void cf_logind_stop_listing (CfLogind *self);

/* cf-logind-execute.c */
void cf_logind_execute_async (CfPower *power, CfShutdownRequest *request, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
gboolean cf_logind_execute_finish (CfPower *power, GAsyncResult *result, GError **error);

G_END_DECLS
