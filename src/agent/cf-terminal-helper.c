/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * curfew-terminal-helper: writes one text to the terminals of some sessions, and ends. The frame on
 * standard input, a socket, and the answer are described in cf-terminal-frame.h. It takes no
 * options and prints nothing. It uses no library but libc, because it may write to other people's
 * terminals and so believes nothing of what it reads: neither where to write, nor what.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "cf-terminal-frame.h"

/* Tests build a helper that looks below its working directory instead. */
#ifndef DEVICES
#define DEVICES "/dev"
#endif
#ifndef CGROUPS
#define CGROUPS "/sys/fs/cgroup"
#endif

#define MAX_TERMINALS 255
#define MAX_PROCESSES 1024 /* of one session; more are not looked at */
#define MAX_OUTPUT    (CF_TERMINAL_MAX_TEXT * 2 + 8)
#define PATIENCE_MSEC 500 /* for all terminals that are stopped or slow together */

#define NARROWEST 20
#define USUAL     80

#define MAJOR_TTY  4
#define MAJOR_HVC  229
#define MAJOR_PTS  136
#define FIRST_TTYS 64 /* the minor number of ttyS0 */

typedef struct
{
  int fd;
  dev_t device;
  char output[MAX_OUTPUT];
  size_t length;
  size_t done;
} Terminal;

static uint8_t frame[CF_TERMINAL_MAX_FRAME + 1];
static size_t frame_length;
static size_t frame_at;

static char text[CF_TERMINAL_MAX_TEXT + 1];
static bool rings;

static Terminal terminals[MAX_TERMINALS];
static size_t n_terminals;

/* --- the frame */

static bool
read_frame (void)
{
  while (frame_length < sizeof frame)
    {
      ssize_t n_read = read (STDIN_FILENO, frame + frame_length, sizeof frame - frame_length);

      if (n_read == 0)
        return true;
      if (n_read > 0)
        frame_length += (size_t) n_read;
      else if (errno != EINTR)
        return false;
    }

  return false;
}

static bool
take_number (size_t n_octets, uint32_t *number)
{
  if (frame_length - frame_at < n_octets)
    return false;

  *number = 0;
  for (size_t i = 0; i < n_octets; i++)
    *number |= (uint32_t) frame[frame_at + i] << (8 * i);
  frame_at += n_octets;
  return true;
}

/* Takes @length octets into @buffer, which has room for a NUL more. */
static bool
take_string (char *buffer, size_t length)
{
  if (frame_length - frame_at < length || memchr (frame + frame_at, '\0', length) != NULL)
    return false;

  memcpy (buffer, frame + frame_at, length);
  buffer[length] = '\0';
  frame_at += length;
  return true;
}

static bool
take_name (char *name)
{
  uint32_t length;

  return take_number (1, &length) && length <= CF_TERMINAL_MAX_NAME && take_string (name, length);
}

static bool
is_digits (const char *string)
{
  if (*string == '\0')
    return false;
  while (*string >= '0' && *string <= '9')
    string++;
  return *string == '\0';
}

static bool
is_session_id (const char *id)
{
  if (*id == '\0')
    return false;
  while (isascii (*id) && isalnum (*id))
    id++;
  return *id == '\0';
}

static bool
is_terminal_name (const char *name)
{
  static const char *const kinds[] = { "ttyS", "tty", "pts/", "hvc" };

  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    {
      size_t length = strlen (kinds[i]);

      if (strncmp (name, kinds[i], length) == 0 && is_digits (name + length))
        return true;
    }

  return false;
}

/* --- the text */

/* The length of the character at @at, or 0 if that is no character of UTF-8. */
static size_t
read_character (const char *at, uint32_t *character)
{
  static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
  const uint8_t *octets = (const uint8_t *) at;
  size_t length;

  if (octets[0] < 0x80)
    length = 1;
  else if (octets[0] >= 0xc2 && octets[0] < 0xe0)
    length = 2;
  else if (octets[0] >= 0xe0 && octets[0] < 0xf0)
    length = 3;
  else if (octets[0] >= 0xf0 && octets[0] < 0xf5)
    length = 4;
  else
    return 0;

  *character = length == 1 ? octets[0] : octets[0] & (0x7fu >> length);
  for (size_t i = 1; i < length; i++)
    {
      if ((octets[i] & 0xc0) != 0x80) /* the NUL at the end, too */
        return 0;
      *character = *character << 6 | (octets[i] & 0x3f);
    }

  if (*character < least[length] || *character > 0x10ffff ||
      (*character >= 0xd800 && *character <= 0xdfff))
    return 0;
  return length;
}

static bool
is_control (uint32_t character)
{
  return (character < 0x20 && character != '\n') || (character >= 0x7f && character < 0xa0);
}

/* Leaves the control characters out of the text. False if it is not UTF-8. */
static bool
clean_text (void)
{
  const char *from = text;
  char *to = text;

  while (*from != '\0')
    {
      uint32_t character;
      size_t length = read_character (from, &character);

      if (length == 0)
        return false;
      if (!is_control (character))
        {
          memmove (to, from, length);
          to += length;
        }
      from += length;
    }

  *to = '\0';
  return true;
}

static bool
take_text (void)
{
  uint32_t flags;
  uint32_t length;

  if (!take_number (1, &flags) || (flags & ~(uint32_t) CF_TERMINAL_FLAG_BELL) != 0)
    return false;

  rings = flags == CF_TERMINAL_FLAG_BELL;
  return take_number (2, &length) && length > 0 && length <= CF_TERMINAL_MAX_TEXT &&
         take_string (text, length) && clean_text () && text[0] != '\0';
}

static size_t
count_characters (const char *from, size_t length)
{
  size_t n = 0;

  for (size_t i = 0; i < length; i++)
    n += ((uint8_t) from[i] & 0xc0) != 0x80;
  return n;
}

static void
append (Terminal *terminal, const char *octets, size_t length)
{
  if (length <= sizeof terminal->output - terminal->length)
    {
      memcpy (terminal->output + terminal->length, octets, length);
      terminal->length += length;
    }
}

/* Word by word; one that is wider than the terminal is left to the terminal. */
static void
compose (Terminal *terminal, size_t width)
{
  size_t column = 0;
  const char *at = text;

  append (terminal, "\a\r\n" + !rings, 2 + rings);
  while (*at != '\0')
    {
      size_t length = strcspn (at, " \n");
      size_t n = count_characters (at, length);

      if (column > 0 && length > 0 && column + 1 + n > width)
        {
          append (terminal, "\r\n", 2);
          column = 0;
        }
      else if (column > 0 && length > 0)
        {
          append (terminal, " ", 1);
          column++;
        }
      append (terminal, at, length);
      column += n;

      at += length;
      if (*at == '\n')
        {
          append (terminal, "\r\n", 2);
          column = 0;
        }
      at += *at != '\0';
    }
  append (terminal, "\r\n", 2);
}

/* --- the terminals */

static bool
is_known (dev_t device)
{
  for (size_t i = 0; i < n_terminals; i++)
    {
      if (terminals[i].device == device)
        return true;
    }

  return false;
}

static bool
is_terminal_device (const struct stat *status)
{
  unsigned int kind = major (status->st_rdev);

  return S_ISCHR (status->st_mode) && (kind == MAJOR_TTY || kind == MAJOR_HVC || kind == MAJOR_PTS);
}

static void
add_terminal (const char *name)
{
  char path[sizeof DEVICES + 1 + CF_TERMINAL_MAX_NAME];
  struct stat status;
  struct winsize size = { 0 };
  Terminal *terminal = &terminals[n_terminals];
  size_t width;
  int fd;

  if (n_terminals == MAX_TERMINALS || !is_terminal_name (name))
    return;

  snprintf (path, sizeof path, DEVICES "/%s", name);
  fd = open (path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0)
    return;
  if (fstat (fd, &status) != 0 || !is_terminal_device (&status) || is_known (status.st_rdev) ||
      !isatty (fd))
    {
      close (fd);
      return;
    }

  width = ioctl (fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : USUAL;
  terminal->fd = fd;
  terminal->device = status.st_rdev;
  compose (terminal, width < NARROWEST ? NARROWEST : width);
  n_terminals++;
}

/* As the kernel puts it into /proc/PID/stat: the minor number around the major one. */
static void
add_terminal_of (uint32_t number)
{
  char name[CF_TERMINAL_MAX_NAME + 1];
  uint32_t kind = number >> 8 & 0xfff;
  uint32_t which = (number & 0xff) | (number >> 12 & 0xfff00);

  if (kind == MAJOR_PTS)
    snprintf (name, sizeof name, "pts/%u", which);
  else if (kind == MAJOR_TTY && which > 0 && which < FIRST_TTYS)
    snprintf (name, sizeof name, "tty%u", which);
  else if (kind == MAJOR_TTY && which >= FIRST_TTYS)
    snprintf (name, sizeof name, "ttyS%u", which - FIRST_TTYS);
  else if (kind == MAJOR_HVC)
    snprintf (name, sizeof name, "hvc%u", which);
  else
    return;

  add_terminal (name);
}

/* The program's name in parentheses comes before and may hold anything, parentheses as well. */
static void
add_terminal_of_process (unsigned int pid)
{
  char path[32];
  char status[512];
  const char *end;
  FILE *file;
  size_t length;
  int number;

  snprintf (path, sizeof path, "/proc/%u/stat", pid);
  file = fopen (path, "re");
  if (file == NULL)
    return;
  length = fread (status, 1, sizeof status - 1, file);
  fclose (file);

  status[length] = '\0';
  end = strrchr (status, ')');
  /* state, parent, process group, session, terminal */
  if (end != NULL && sscanf (end + 1, " %*c %*d %*d %*d %d", &number) == 1 && number != 0)
    add_terminal_of ((uint32_t) number);
}

/* logind does not know the terminal of a session of SSH. */
static void
add_terminals_of_session (uint32_t uid, const char *id)
{
  char path[sizeof CGROUPS + 80 + CF_TERMINAL_MAX_NAME];
  unsigned int pid;
  FILE *file;

  snprintf (path, sizeof path, CGROUPS "/user.slice/user-%u.slice/session-%s.scope/cgroup.procs",
            uid, id);
  file = fopen (path, "re");
  if (file == NULL)
    return;

  for (int i = 0; i < MAX_PROCESSES && fscanf (file, "%9u", &pid) == 1; i++)
    add_terminal_of_process (pid);
  fclose (file);
}

/* Opens terminals, but writes nothing yet: the rest of the frame may be bad. */
static bool
take_sessions (uint32_t n_sessions)
{
  char id[CF_TERMINAL_MAX_NAME + 1];
  char name[CF_TERMINAL_MAX_NAME + 1];

  for (uint32_t i = 0; i < n_sessions; i++)
    {
      uint32_t uid;

      if (!take_number (4, &uid) || !take_name (id) || !is_session_id (id) || !take_name (name) ||
          (name[0] != '\0' && !is_terminal_name (name)))
        return false;

      if (name[0] != '\0')
        add_terminal (name);
      else
        add_terminals_of_session (uid, id);
    }

  return frame_at == frame_length;
}

static bool
take_frame (void)
{
  uint32_t n_sessions;

  return read_frame () && take_text () && take_number (2, &n_sessions) &&
         n_sessions <= CF_TERMINAL_MAX_SESSIONS && take_sessions (n_sessions);
}

/* --- writing */

static int64_t
now_msec (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Returns whether there is more to write, and so to wait for. */
static bool
write_some (Terminal *terminal)
{
  while (terminal->done < terminal->length)
    {
      ssize_t n_written = write (terminal->fd, terminal->output + terminal->done,
                                 terminal->length - terminal->done);

      if (n_written > 0)
        terminal->done += (size_t) n_written;
      else if (n_written == 0 || (errno != EINTR && errno != EAGAIN))
        return false;
      else if (errno == EAGAIN)
        return true;
    }

  return false;
}

/* All terminals at once: those that somebody stopped cost the others no time. */
static size_t
write_all (void)
{
  static struct pollfd waiting[MAX_TERMINALS];
  int64_t end = now_msec () + PATIENCE_MSEC;
  size_t n_complete = 0;

  for (size_t i = 0; i < n_terminals; i++)
    waiting[i] = (struct pollfd){ .fd = terminals[i].fd, .events = POLLOUT, .revents = POLLOUT };

  for (;;)
    {
      bool waits = false;
      int64_t left;

      for (size_t i = 0; i < n_terminals; i++)
        {
          if (waiting[i].fd >= 0 && waiting[i].revents != 0 && !write_some (&terminals[i]))
            waiting[i].fd = -1;
          waits = waits || waiting[i].fd >= 0;
        }

      left = end - now_msec ();
      if (!waits || left <= 0 || poll (waiting, n_terminals, (int) left) <= 0)
        break;
    }

  for (size_t i = 0; i < n_terminals; i++)
    n_complete += terminals[i].done == terminals[i].length;
  return n_complete;
}

int
main (void)
{
  uint8_t answer;

  if (!take_frame ())
    return EXIT_FAILURE;

  answer = (uint8_t) write_all ();
  return send (STDIN_FILENO, &answer, sizeof answer, MSG_NOSIGNAL) == sizeof answer ? EXIT_SUCCESS
                                                                                    : EXIT_FAILURE;
}
