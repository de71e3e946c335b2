/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What WsmPam writes to the standard input of curfew-pam-helper: these parts in this order, each as
 * its length in octets (unsigned, 16 bits, little endian) and the octets, without NUL. Then comes
 * the end of the input. The exit status is the answer. Where standard input is a socket, the same
 * number is written to it as one octet before, a configuration directory is refused, and the helper
 * ends as soon as the other side hangs up.
 */
enum
{
  WSM_PAM_SERVICE,          /* the PAM service */
  WSM_PAM_CONFIG_DIRECTORY, /* where its file is; empty for PAM's own places */
  WSM_PAM_USER,
  WSM_PAM_PASSWORD,
  WSM_PAM_REMOTE_HOST, /* empty if unknown */
  WSM_PAM_N_PARTS
};

#define WSM_PAM_MAX_PART             256
#define WSM_PAM_MAX_CONFIG_DIRECTORY 2048

/* Less than a page: a pipe of the smallest kind takes the whole of it without a reader. */
#define WSM_PAM_MAX_FRAME                                                                          \
  (WSM_PAM_N_PARTS * 2 + (WSM_PAM_N_PARTS - 1) * WSM_PAM_MAX_PART + WSM_PAM_MAX_CONFIG_DIRECTORY)

enum
{
  WSM_PAM_ACCEPTED = 0,
  WSM_PAM_REJECTED = 1,
  WSM_PAM_UNAVAILABLE = 2
};
