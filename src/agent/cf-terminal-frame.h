/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What CfTerminals writes to the socket of curfew-terminal-helper, numbers unsigned and little
 * endian:
 *
 *   1 octet    flags: CF_TERMINAL_FLAG_BELL or 0
 *   2 octets   length of the text, 1 to CF_TERMINAL_MAX_TEXT, and the text in UTF-8, without NUL
 *   2 octets   number of sessions, at most CF_TERMINAL_MAX_SESSIONS, and for each of them
 *     4 octets   the uid of its user
 *     1 octet    length of its id, 1 to CF_TERMINAL_MAX_NAME, and the id: letters and digits
 *     1 octet    length of its terminal's name, up to CF_TERMINAL_MAX_NAME, and the name as below
 *                /dev: tty2, pts/3, ttyS0, hvc0. Empty: the terminals of the session's processes
 *
 * Then comes the end of the input. The answer is one octet: how many terminals got the text, 255
 * standing for all higher numbers. There is no answer to anything that breaks these rules.
 */
#define CF_TERMINAL_FLAG_BELL    1
#define CF_TERMINAL_MAX_TEXT     1000
#define CF_TERMINAL_MAX_SESSIONS 256
#define CF_TERMINAL_MAX_NAME     32
#define CF_TERMINAL_MAX_FRAME                                                                      \
  (1 + 2 + CF_TERMINAL_MAX_TEXT + 2 + CF_TERMINAL_MAX_SESSIONS * (4 + 2 + 2 * CF_TERMINAL_MAX_NAME))
