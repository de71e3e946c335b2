# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody's graphical session on a machine of the lab: a session of logind's, the person's own
systemd and message bus, a display, and graphical-session.target, which starts whatever is installed
to be started there. The display is a server outside of the machine that shares its network, so that
machines need none."""

import atexit
import json
import shutil
import subprocess

from machine import PATH, wait_for

BUS = ("org.curfew.Agent1", "/org/curfew/Agent1", "org.curfew.Agent1")
TARGET = "lab-desktop.target"
HELPER = "curfew-warning.service"
WINDOW = "curfew-warning-window"

# graphical-session.target cannot be started by hand: a desktop binds it
TARGET_UNIT = """[Unit]
Description=A desktop
BindsTo=graphical-session.target
Before=graphical-session.target
"""


def reason_against():
    """Why there can be no displays here; None if there can."""
    return None if shutil.which("Xvfb", path=PATH) else "Xvfb is not installed"


def prepare(machine):
    """Before the machine is started."""
    machine.write(f"/etc/systemd/user/{TARGET}", TARGET_UNIT)


class Desktop:
    """From signing in to signing out."""

    def __init__(self, machine, user, display):
        self.machine = machine
        self.user = user
        self.session = None
        self.uid = int(machine.run("id", "-u", user).stdout)
        self._display = f":{display}"
        self._leader = f"desk-{user}"
        self._server = None

    def sign_in(self):
        self._start_server()
        self.session = self.machine.sign_in(
            self.user, "sleep", "infinity", unit=self._leader, XDG_SESSION_TYPE="x11",
            XDG_SEAT="seat0")
        self.wait_manager()
        self.must("systemctl", "--user", "set-environment", f"DISPLAY={self._display}",
                  "XDG_SESSION_TYPE=x11", "XDG_CURRENT_DESKTOP=Lab", "GSK_RENDERER=cairo")
        self.must("systemctl", "--user", "start", TARGET)

    def wait_manager(self):
        wait_for(lambda: self.run("systemctl", "--user", "is-system-running",
                                  check=False).stdout.strip() in ("running", "degraded"),
                 f"{self.user}'s own systemd is up")

    def sign_out(self):
        self.must("systemctl", "--user", "stop", "graphical-session.target")
        self.machine.sign_out(self._leader)
        wait_for(lambda: self.session not in self.machine.sessions(), f"{self.user} has gone")
        self.session = None

    def _start_server(self):
        """On a socket without a file, which is seen from within the machine's network only. It
        stays when its person has gone, and when the machine restarts."""
        if self._server is not None:
            return
        script = f"mount -t tmpfs display /tmp && exec Xvfb {self._display} -ac -noreset"
        command = ["ip", "netns", "exec", self.machine.name, "sh", "-c",
                   f"{script} -screen 0 1280x800x24 -nolisten tcp -displayfd 1"]
        self._server = subprocess.Popen(command, env={"PATH": PATH}, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        atexit.register(self._server.kill)
        if not self._server.stdout.readline():
            raise AssertionError("Xvfb does not start")

    # --- programs of the person's

    def run(self, *command, **keywords):
        """One that belongs to the session, with the person's systemd and bus."""
        directory = f"/run/user/{self.uid}"
        return self.machine.run_as(
            self.user, "env", f"XDG_RUNTIME_DIR={directory}",
            f"DBUS_SESSION_BUS_ADDRESS=unix:path={directory}/bus", *command,
            session=self.session, **keywords)

    def must(self, *command):
        return self.run(*command).stdout

    def call(self, method, *arguments):
        """Calls the agent; returns its answer, or what it said against it."""
        done = self.run("busctl", "--json=short", "call", *BUS, method, *arguments, check=False)
        if done.returncode != 0:
            raise CallError(done.stderr.strip())
        return json.loads(done.stdout)["data"] if done.stdout.strip() else None

    def call_last(self, method, *arguments):
        """One after which the machine goes down: it may end the person's programs before they have
        the answer, so that it does go down is all there is to see."""
        self.run("busctl", "call", *BUS, method, *arguments, check=False)

    def unit_pid(self, unit=HELPER):
        return int(self.must("systemctl", "--user", "show", "--value", "-pMainPID", unit))

    def lock(self, is_locked):
        """As a screen locker does; only the session's own processes may."""
        self.must("busctl", "call", "org.freedesktop.login1",
                  "/org/freedesktop/login1/session/auto", "org.freedesktop.login1.Session",
                  "SetLockedHint", "b", "yes" if is_locked else "no")

    def windows(self):
        """The process ids of this person's windows of the warning."""
        asked = self.machine.run("pgrep", "-u", str(self.uid), "-f", f"/{WINDOW}", check=False)
        return [int(word) for word in asked.stdout.split()]


class CallError(Exception):
    """The agent refused, or is not there."""
