#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""curfew-terminal-helper writes to terminals and to nothing else, and only what is fit for them.

Usage: test-terminal-helper.py HELPER HELPER_HERE

HELPER_HERE is the same program, looking below its working directory instead of /dev and
/sys/fs/cgroup."""

import ctypes
import fcntl
import os
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time
import tty
import unittest
from pathlib import Path

HELPER, HELPER_HERE = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
BELL = 1
PR_SET_NAME = 15


def name_part(name):
    return bytes([len(name)]) + name.encode()


def make_frame(text, sessions, flags=0):
    text = text.encode() if isinstance(text, str) else text
    frame = struct.pack("<BH", flags, len(text)) + text + struct.pack("<H", len(sessions))
    for uid, session, terminal in sessions:
        frame += struct.pack("<I", uid) + name_part(session) + name_part(terminal)
    return frame


class Terminal:
    """A pseudo terminal, and what arrives on it."""

    def __init__(self, columns=80):
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.name = os.ttyname(self.slave).removeprefix("/dev/")

    def read(self):
        arrived = b""
        while select.select([self.master], [], [], 0)[0]:
            arrived += os.read(self.master, 65536)
        return arrived

    def close(self):
        os.close(self.master)
        os.close(self.slave)


class TestHelper(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.place = Path(folder.name)
        (self.place / "dev").mkdir()

    def terminal(self, columns=80):
        terminal = Terminal(columns)
        self.addCleanup(terminal.close)
        return terminal

    def ask(self, frame, helper=HELPER):
        """The octets of the answer, and the exit status."""
        ours, theirs = socket.socketpair()
        with ours, subprocess.Popen([helper], stdin=theirs, cwd=self.place) as process:
            theirs.close()
            try:
                ours.sendall(frame)
                ours.shutdown(socket.SHUT_WR)
                answer = ours.recv(16)
            except (BrokenPipeError, ConnectionResetError):  # it left before all was read
                answer = b""
            status = process.wait(20)
        return answer, status

    def test_writes_once(self):
        terminal = self.terminal()
        sessions = [(1000, "4", terminal.name), (1000, "c5", terminal.name)]
        self.assertEqual(self.ask(make_frame("It will restart.", sessions)), (b"\1", 0))
        self.assertEqual(terminal.read(), b"\r\nIt will restart.\r\n")

    def test_two_terminals(self):
        first, second = self.terminal(), self.terminal()
        sessions = [(1000, "4", first.name), (1001, "5", second.name)]
        self.assertEqual(self.ask(make_frame("Now", sessions)), (b"\2", 0))
        self.assertEqual(first.read(), b"\r\nNow\r\n")
        self.assertEqual(second.read(), b"\r\nNow\r\n")

    def test_bell_only_if_asked(self):
        terminal = self.terminal()
        self.ask(make_frame("Now", [(0, "4", terminal.name)], BELL))
        self.assertEqual(terminal.read(), b"\a\r\nNow\r\n")

    def test_control_characters_are_gone(self):
        terminal = self.terminal()
        evil = "a\x1b[31mb\ac\rd\u009bm\x7fe\u0085\tf\ng\u00e9\U0001f989"
        self.ask(make_frame(evil, [(0, "4", terminal.name)]))
        self.assertEqual(terminal.read().decode(), "\r\na[31mbcdmef\r\ng\u00e9\U0001f989\r\n")

    def test_wraps_at_words(self):
        terminal = self.terminal(24)
        text = "Pl\u00e9ase s\u00e4ve your work \u2013 the computer will restart at 14:45."
        self.ask(make_frame(text, [(0, "4", terminal.name)]))
        lines = terminal.read().decode().split("\r\n")[1:-1]
        self.assertEqual(" ".join(lines), text)
        self.assertGreater(len(lines), 2)
        for line in lines:
            self.assertLessEqual(len(line), 24)

    def test_longest_text(self):
        terminal = self.terminal(20)
        text = ("x " * 500).strip()
        self.ask(make_frame(text, [(0, "4", terminal.name)]))
        self.assertEqual(terminal.read().decode().split(), text.split())
        self.assertEqual(self.ask(make_frame("x" * 1001, [(0, "4", terminal.name)])), (b"", 1))

    def test_broken_frames_write_nothing(self):
        terminal = self.terminal()
        good = (0, "4", terminal.name)
        frames = {
            "path": make_frame("Now", [good, (0, "4", "../../etc/passwd")]),
            "null": make_frame("Now", [good, (0, "4", "null")]),
            "pts": make_frame("Now", [good, (0, "4", "pts/")]),
            "pts path": make_frame("Now", [good, (0, "4", "pts/../tty1")]),
            "end": make_frame("Now", [good, (0, "4", "tty1 ")]),
            "current": make_frame("Now", [good, (0, "4", "tty")]),
            "id": make_frame("Now", [good, (0, "../4", "")]),
            "no id": make_frame("Now", [good, (0, "", "tty1")]),
            "long": make_frame("Now", [good, (0, "4" * 33, "")]),
            "flags": make_frame("Now", [good], 2),
            "no text": make_frame("", [good]),
            "only controls": make_frame("\a\x1b", [good]),
            "Latin-1": make_frame(b"caf\xe9", [good]),
            "overlong": make_frame(b"caf\xc0\x9b", [good]),
            "surrogate": make_frame(b"\xed\xa0\x80", [good]),
            "beyond": make_frame(b"\xf4\x90\x80\x80", [good]),
            "cut": make_frame(b"caf\xc3", [good]),
            "NUL": make_frame("No\0w", [good]),
            "more": make_frame("Now", [good]) + b"!",
            "sessions": make_frame("Now", [good] * 257),
        }
        for what, frame in frames.items():
            with self.subTest(what):
                self.assertEqual(self.ask(frame), (b"", 1))
        whole = make_frame("Now", [good])
        for length in range(len(whole)):
            self.assertEqual(self.ask(whole[:length]), (b"", 1))
        self.assertEqual(terminal.read(), b"")

    def test_only_terminals(self):
        terminal = self.terminal()
        dev = self.place / "dev"
        (dev / "tty1").write_text("mine\n", encoding="utf-8")
        (dev / "tty2").symlink_to("/dev/" + terminal.name)
        (dev / "tty3").mkdir()
        os.mkfifo(dev / "tty4")
        (dev / "ttyS5").symlink_to(dev / "tty1")
        sessions = [(0, "4", name) for name in ("tty1", "tty2", "tty3", "tty4", "ttyS5", "hvc0")]
        if os.geteuid() == 0:
            os.mknod(dev / "tty6", 0o666 | 0o020000, os.makedev(1, 3))  # as /dev/null
            sessions.append((0, "4", "tty6"))
        self.assertEqual(self.ask(make_frame("Now", sessions), HELPER_HERE), (b"\0", 0))
        self.assertEqual((dev / "tty1").read_text(encoding="utf-8"), "mine\n")
        self.assertEqual(terminal.read(), b"")

    def start_on(self, terminal):
        """A process whose controlling terminal that is, with a name that is hard to parse."""
        ready, told = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.setsid()
            fcntl.ioctl(terminal.slave, termios.TIOCSCTTY, 0)
            ctypes.CDLL(None).prctl(PR_SET_NAME, b"a) S 1 1 (b)", 0, 0, 0)
            os.write(told, b".")
            signal.pause()
            os._exit(0)

        def end():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

        self.addCleanup(end)
        os.read(ready, 1)
        os.close(ready)
        os.close(told)
        return pid

    def test_terminals_of_processes(self):
        first, second = self.terminal(), self.terminal()
        scope = self.place / "cgroup/user.slice/user-1000.slice/session-c4.scope"
        scope.mkdir(parents=True)
        pids = [self.start_on(first), self.start_on(second), os.getpid(), 999999999]
        (scope / "cgroup.procs").write_text("".join(f"{pid}\n" for pid in pids), encoding="utf-8")
        (self.place / "dev/pts").symlink_to("/dev/pts")

        frame = make_frame("Now", [(1000, "c4", ""), (1000, "c5", ""), (1001, "c4", "")])
        answer, status = self.ask(frame, HELPER_HERE)
        self.assertEqual(status, 0)
        self.assertEqual(first.read(), b"\r\nNow\r\n")
        self.assertEqual(second.read(), b"\r\nNow\r\n")
        # the test's own terminal may be a third
        self.assertIn(answer, (b"\2", b"\3"))

    def test_unknown_session(self):
        self.assertEqual(self.ask(make_frame("Now", [(1000, "c4", "")]), HELPER_HERE), (b"\0", 0))
        self.assertEqual(self.ask(make_frame("Now", []), HELPER_HERE), (b"\0", 0))

    def test_stopped_terminal_holds_nobody_up(self):
        stopped, free = self.terminal(), self.terminal()
        termios.tcflow(stopped.slave, termios.TCOOFF)
        self.addCleanup(termios.tcflow, stopped.slave, termios.TCOON)
        sessions = [(0, "4", stopped.name), (0, "5", free.name)]
        begin = time.monotonic()
        self.assertEqual(self.ask(make_frame("Now", sessions)), (b"\1", 0))
        self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(free.read(), b"\r\nNow\r\n")
        self.assertEqual(stopped.read(), b"")

    def test_random_frames(self):
        chance = random.Random(4711)
        sessions = [(1000, "c4", "tty7"), (1000, "17", ""), (0, "2", "pts/3")]
        good = make_frame("Bitte sp\u00e4ter \U0001f989", sessions, BELL)
        for _ in range(1000):
            frame = bytearray(good)
            for _ in range(chance.randrange(1, 9)):
                at = chance.randrange(len(frame))
                chance.choice((
                    lambda at=at: frame.__setitem__(at, chance.randrange(256)),
                    lambda at=at: frame.insert(at, chance.randrange(256)),
                    lambda at=at: frame.__delitem__(slice(at, at + chance.randrange(1, 4))),
                ))()
                if not frame:
                    break
            if chance.randrange(10) == 0:
                frame = chance.randbytes(chance.randrange(40000))
            answer, status = self.ask(bytes(frame), HELPER_HERE)
            self.assertIn((answer, status), ((b"", 1), (b"\0", 0)), bytes(frame))


if __name__ == "__main__":
    unittest.main()
