#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program curfew-plugin-host, as systemd and the agent start it.

Usage: test-helper-process.py PROGRAM MODULE [unittest argument...]"""

import os
import signal
import socket
import struct
import subprocess
import sys
import unittest

PROGRAM = MODULE = None
START, CALL, STOP, ANSWER = 1, 2, 6, 7
STARTED, STOPPED, COMPLETED, ABORT = 8, 9, 15, 19
WAIT = 30  # seconds: something is wrong then


def text(value):
    if value is None:
        return struct.pack("<I", 0xFFFFFFFF)
    data = value.encode()
    return struct.pack("<I", len(data)) + data + b"\0"


def frame(number, body=b""):
    return struct.pack("<IB", len(body), number) + body


def start_frame(version=1, extra=None):
    return frame(START, struct.pack("<I", version) + text("Example") + text(MODULE)
                 + text("wsman") + text(extra) + b"\0" + text(None) + b"\0"
                 + struct.pack("<IIIIII", 0, 4, 30000, 10000, 10000, 3000)
                 + struct.pack("<I", 0))


def hold_frame(number):
    """An Invoke that the plug-in holds until it is cancelled."""
    nothing = text(None)
    return frame(CALL, struct.pack("<QBQQ", number, 1, 0, 0) + text("mara") + text("Basic")
                 + nothing * 6 + text("urn:example") + struct.pack("<II", 0, 0) + b"\0"
                 + struct.pack("<II", 153600, 60000) + text("urn:example/Hold") + b"\0")


def answer_frame():
    return frame(ANSWER, struct.pack("<II", 1, 0) + b"\0")


class Helper:
    def __init__(self, *arguments, is_passed=False):
        self.socket, theirs = socket.socketpair()
        self.socket.settimeout(WAIT)

        def in_child():
            os.dup2(theirs.fileno(), 3)
            os.set_inheritable(3, True)

        # systemd's way needs the process id in the environment, which a shell knows
        command = [PROGRAM, *arguments]
        environment = dict(os.environ)
        if is_passed:
            environment["LISTEN_FDS"] = "1"
            command = ["/bin/sh", "-c", 'LISTEN_PID=$$ exec "$0" "$@"', *command]
        self.process = subprocess.Popen(command, preexec_fn=in_child, close_fds=False,
                                        env=environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                        text=True)
        theirs.close()

    def read(self):
        head = self.read_exactly(5)
        if not head:
            return None, b""
        length, number = struct.unpack("<IB", head)
        return number, self.read_exactly(length)

    def read_exactly(self, length):
        data = b""
        while len(data) < length:
            more = self.socket.recv(length - len(data))
            if not more:
                break
            data += more
        return data

    def end(self):
        try:
            _, errors = self.process.communicate(timeout=WAIT)
        finally:
            self.process.kill()
            self.socket.close()
        return self.process.returncode, errors


class TestProcess(unittest.TestCase):
    def start(self, **kwargs):
        helper = Helper(**kwargs) if kwargs else Helper("--socket-fd=3")
        self.addCleanup(helper.process.stderr.close)
        self.addCleanup(helper.socket.close)
        self.addCleanup(helper.process.wait)
        self.addCleanup(helper.process.kill)
        return helper

    def test_serves_a_passed_connection(self):
        helper = self.start(is_passed=True)
        helper.socket.sendall(start_frame())
        self.assertEqual(helper.read(), (STARTED, struct.pack("<II", 0, 0xFFFFFFFF)))
        helper.socket.sendall(frame(STOP, struct.pack("<I", 2)))
        self.assertEqual(helper.read()[0], STOPPED)
        self.assertEqual(helper.end()[0], 0)

    def test_answers_and_shuts_down_when_the_agent_stops_it(self):
        helper = self.start()
        helper.socket.sendall(start_frame() + hold_frame(7))
        self.assertEqual(helper.read()[0], STARTED)
        helper.socket.sendall(frame(STOP, struct.pack("<I", 2)))
        seen = []
        while not seen or seen[-1][0] not in (STOPPED, None):
            seen.append(helper.read())
            if seen[-1][0] == ABORT:  # the plug-in asks before it holds the request
                helper.socket.sendall(answer_frame())
        self.assertIn(COMPLETED, [number for number, _ in seen])
        self.assertEqual(seen[-1][0], STOPPED)
        self.assertEqual(helper.end()[0], 0)

    def test_ends_when_the_agent_hangs_up(self):
        helper = self.start()
        helper.socket.sendall(start_frame())
        self.assertEqual(helper.read()[0], STARTED)
        helper.socket.shutdown(socket.SHUT_RDWR)
        self.assertEqual(helper.end()[0], 0)

    def test_ends_when_it_is_terminated(self):
        helper = self.start(is_passed=True)
        helper.socket.sendall(start_frame())
        self.assertEqual(helper.read()[0], STARTED)
        helper.process.send_signal(signal.SIGTERM)
        self.assertEqual(helper.read()[0], STOPPED)
        self.assertEqual(helper.end()[0], 0)

    def test_terminated_with_the_agent_it_waits_for_the_reason(self):
        helper = self.start()
        helper.socket.sendall(start_frame() + hold_frame(7))
        self.assertEqual(helper.read()[0], STARTED)
        self.assertEqual(helper.read()[0], ABORT)
        helper.process.send_signal(signal.SIGTERM)
        helper.socket.sendall(answer_frame())
        with self.assertRaises(TimeoutError):
            helper.socket.settimeout(0.3)
            helper.read()
        helper.socket.settimeout(WAIT)
        helper.socket.sendall(frame(STOP, struct.pack("<I", 1)))
        self.assertEqual(helper.read()[0], COMPLETED)
        self.assertEqual(helper.read()[0], STOPPED)
        self.assertEqual(helper.end()[0], 0)

    def test_ends_when_nobody_ever_speaks(self):
        helper = self.start()
        helper.socket.shutdown(socket.SHUT_WR)
        self.assertEqual(helper.read(), (None, b""))
        self.assertEqual(helper.end()[0], 0)

    def test_hangs_up_on_what_is_no_agent(self):
        for said in (b"GET / HTTP/1.1\r\n\r\n", frame(STOP, struct.pack("<I", 2)),
                     start_frame(version=2), start_frame()[:-1] + b"\0" * 9, frame(STARTED),
                     frame(0), frame(255)):
            with self.subTest(said=said[:12]):
                helper = self.start()
                helper.socket.sendall(said)
                self.assertEqual(helper.read(), (None, b""))
                status, errors = helper.end()
                self.assertEqual(status, 0)
                self.assertIn("The connection to the agent was ended", errors)

    def test_has_no_privileges_to_gain_and_inherits_nothing(self):
        with open("/dev/null", "rb") as other:
            os.set_inheritable(other.fileno(), True)
            helper = self.start()
            helper.socket.sendall(start_frame())
            self.assertEqual(helper.read()[0], STARTED)
            with open(f"/proc/{helper.process.pid}/status", encoding="ascii") as status:
                self.assertIn("NoNewPrivs:\t1\n", status.readlines())
            with open(f"/proc/{helper.process.pid}/limits", encoding="ascii") as limits:
                line = next(line for line in limits if line.startswith("Max core file size"))
                self.assertEqual(line.split()[4:6], ["0", "0"])
            try:
                names = os.listdir(f"/proc/{helper.process.pid}/fd")
                places = {os.readlink(f"/proc/{helper.process.pid}/fd/{name}") for name in names
                          if int(name) > 3}
            except PermissionError:
                places = set()  # its memory and all that is nobody's business but root's
            self.assertNotIn("/dev/null", places)
        helper.socket.close()
        self.assertEqual(helper.end()[0], 0)

    def test_says_who_starts_it(self):
        done = subprocess.run([PROGRAM], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=WAIT, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("curfew-agent, which starts this program itself", done.stderr)

    def test_wrong_options(self):
        for options in (["--socket-fd=4"], ["--json"], ["what"], ["--nonsense"]):
            with self.subTest(options=options):
                done = subprocess.run([PROGRAM, *options], capture_output=True, text=True,
                                      timeout=WAIT, check=False)
                self.assertEqual(done.returncode, 2)
                self.assertEqual(len(done.stderr.splitlines()), 2)

    def test_version(self):
        done = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, timeout=WAIT,
                              check=True)
        self.assertRegex(done.stdout, r"^curfew-plugin-host \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    PROGRAM, MODULE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
