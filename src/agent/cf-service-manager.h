/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What systemd and the services it starts tell each other, in environment variables and one kind of
 * datagram: the protocols of sd_listen_fds(3), sd_notify(3) and sd_watchdog_enabled(3), which are
 * documented there to be spoken without libsystemd as well. Without systemd all of it does nothing.
 */

/**
 * CfPassedSocket:
 * @fd: a socket that listens; whoever takes it closes it
 * @name: (owned): its FileDescriptorName=, or ""
 */
typedef struct
{
  int fd;
  char *name;
} CfPassedSocket;

GArray *cf_service_manager_take_sockets (void);
void cf_service_manager_notify (const char *state);
guint64 cf_service_manager_get_watchdog_usec (void);

G_END_DECLS
