# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs curfewctl for tests: with a terminal of its own, or without any."""

import os
import pty
import subprocess
import tempfile
import termios

# Nothing of whoever runs the tests: no keyring, no list of hosts, no ticket.
NOBODY = {
    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    "XDG_DATA_HOME": os.path.join(tempfile.gettempdir(), "curfew-nonexistent"),
    "KRB5CCNAME": "FILE:/nonexistent/curfew",
}


class Terminal:
    """A program with a terminal of its own; waits for what it prints, never for a time."""

    def __init__(self, program, *arguments, environment=None):
        self.text = ""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.environ.update({"TERM": "xterm", **(environment or {})})
            os.execv(program, [program, *arguments])

    def read(self):
        try:
            octets = os.read(self.master, 4096)
        except OSError:
            return False
        self.text += octets.decode(errors="replace")
        return len(octets) > 0

    def expect(self, text):
        while text not in self.text:
            if not self.read():
                raise AssertionError(f"{text!r} did not come in {self.text!r}")

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self):
        while self.read():
            pass
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.master)
        return status

    @property
    def echoes(self):
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)


def run(program, *arguments, password=None, environment=None):
    """Runs it without a terminal; a password goes by a pipe, never in the arguments."""
    command = [program, *arguments]
    reader = None
    if password is not None:
        reader, writer = os.pipe()
        os.write(writer, password.encode() + b"\n")
        os.close(writer)
        command += ["--password-fd", str(reader)]
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                              check=False, text=True, start_new_session=True,
                              env={**os.environ, **(environment or {})},
                              pass_fds=[reader] if reader is not None else [])
    finally:
        if reader is not None:
            os.close(reader)
