# SPDX-License-Identifier: GPL-3.0-or-later
"""curfew-warning as a test has it, and the time that its window shows."""

import re
import subprocess
import tempfile
import types
from pathlib import Path

from warning_session import GLib, Window, text_of, wait_for

WINDOW_COMM = "curfew-warning-window"[:15]  # the kernel keeps no more of a name


def is_alive(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


class Helper:
    """curfew-warning, and the window it has started."""

    def __init__(self, program, bus="session"):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([program, "--bus", bus], stdin=subprocess.DEVNULL,
                                        stderr=self.log)

    def list_children(self):
        pids = []
        for path in Path(f"/proc/{self.process.pid}/task").glob("*/children"):
            try:
                pids += [int(word) for word in path.read_text(encoding="ascii").split()]
            except OSError:
                pass
        return pids

    def find_window(self):
        """Its pid; None if there is none now."""
        for pid in self.list_children():
            try:
                comm = Path(f"/proc/{pid}/comm").read_text(encoding="ascii").strip()
            except OSError:
                continue
            if comm == WINDOW_COMM and is_alive(pid):
                return pid
        return None

    def wait_for_window(self):
        return wait_for("a window", self.find_window)

    def kill(self):
        if self.process.returncode is None:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def read_log(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def end(self):
        """Its exit status; sanitizers and fatal warnings make one that is not 0."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


class SeenWindow(Window):
    """What a screen reader has of a window that somebody else has started."""

    def __init__(self, pid):  # pylint: disable=super-init-not-called
        self.process = types.SimpleNamespace(pid=pid)

    def find_left(self):
        """The node with the time left; None if there is none on the screen."""
        for node in self.nodes():
            if read_seconds(node) is not None:
                return node
        return None


def read_seconds(node):
    """“0:45 left” as seconds; None for anything else."""
    try:
        match = re.fullmatch(r"(\d+):(\d\d) left", text_of(node) or "")
    except GLib.Error:  # it is gone
        return None
    return int(match[1]) * 60 + int(match[2]) if match else None
