#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agent, helper and window, each of them killed, stopped or cut off while a request counts down:
the others are right afterwards, and the request comes to its end, once.

usage: with-display.py --a11y test-resilience.py CURFEW_AGENT CURFEW_WARNING
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock
from pathlib import Path

from helper_process import Helper, SeenWindow, is_alive, read_seconds
from warning_session import AgentOnBus, Gio, GLib, RehearsingAgent, boot_usec, wait_for

HELPER_PROGRAM = sys.argv.pop() if len(sys.argv) > 2 else None
AGENT_PROGRAM = sys.argv.pop() if len(sys.argv) > 1 else None
SEED = int(os.environ.get("CURFEW_SEED", "6"))  # which moments
SECOND = 1000000
SLACK = SECOND // 5  # how far what is shown may be from the truth
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={path}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class MortalAgent(RehearsingAgent):
    """One that can be killed, and begins again with what it has kept."""

    def __init__(self):
        self.run = tempfile.mkdtemp(prefix="curfew-run-")
        super().__init__(AGENT_PROGRAM, arguments=["--run-dir", self.run])

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def start_again(self):
        with open(os.path.join(self.directory, "log"), "ab") as log:
            # what it needs is in the arguments
            self.process = subprocess.Popen(self.process.args, stdout=subprocess.PIPE, stderr=log)
        if not self.process.stdout.readline():
            raise AssertionError(self.read_log())

    def count_restarts(self):
        return self.read_record().count("would restart")

    def __exit__(self, *arguments):
        try:
            super().__exit__(*arguments)
        finally:
            shutil.rmtree(self.run)


def is_right(node, deadline):
    """Whether the time it shows was true at some time while it was read."""
    before = boot_usec() - SLACK
    seconds = read_seconds(node)
    after = boot_usec() + SLACK
    if seconds is None:
        return False
    return -(-(deadline - after) // SECOND) <= seconds <= -(-(deadline - before) // SECOND)


class TestResilience(unittest.TestCase):

    def setUp(self):
        self.helper = None
        self.daemons = []

    def tearDown(self):
        if self.helper is not None:
            self.helper.kill()
        for daemon in self.daemons:
            daemon.kill()
            daemon.wait()

    def start_helper(self, bus="session"):
        self.helper = Helper(HELPER_PROGRAM, bus)
        return self.helper

    def end_helper(self):
        self.assertEqual(self.helper.end(), 0, self.helper.read_log())

    def wait_until_right(self, deadline):
        """A window is on the screen, and tells the time as the agent has it: in the last minute, in
        which it goes by seconds."""
        def look():
            pid = self.helper.find_window()
            node = SeenWindow(pid).find_left() if pid is not None else None
            return node if node is not None and is_right(node, deadline) else None
        return wait_for("a window with the right time", look)

    def act_now(self, agent):
        """The end of a request that there is no time to wait for."""
        agent.on_bus.call("ActNow")
        self.wait_for_the_end(agent)

    def wait_for_the_end(self, agent):
        wait_for("the end", lambda: agent.count_restarts() > 0, 60)
        wait_for("rest", lambda: agent.on_bus.get("State") == "idle")
        self.assertEqual(agent.count_restarts(), 1, agent.read_record())
        self.assertEqual(agent.on_bus.get("LastOutcome"), "would-act")

    # ------------------------------------------------------------------ killed

    def kill_one(self, agent, moments, crashes):
        victim = moments.choice(["agent", "helper", "window"])
        if victim == "agent":
            agent.kill()
            time.sleep(moments.uniform(0, 0.3))
            agent.start_again()
        elif victim == "helper":
            self.helper.kill()
            time.sleep(moments.uniform(0, 0.3))
            self.start_helper()
            crashes.clear()
        elif len(crashes) < 2:  # the helper leaves one alone that crashes again and again
            pid = self.helper.find_window()
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
                crashes.append(pid)

    def test_killed_at_any_moment(self):
        """The request goes on as it was, and in the end it is told once."""
        moments = random.Random(SEED)
        crashes = []
        with MortalAgent() as agent:
            self.start_helper()
            deadline = agent.request(grace=17)
            self.helper.wait_for_window()
            while boot_usec() < deadline - 8 * SECOND:
                time.sleep(moments.uniform(0.1, 0.9))
                self.kill_one(agent, moments, crashes)
                self.assertEqual(agent.on_bus.get("State"), "pending")
                self.assertEqual(agent.on_bus.get("Deadline"), deadline)
            self.wait_until_right(deadline)
            self.wait_for_the_end(agent)
            self.end_helper()

    def test_window_comes_back(self):
        """A window that is killed is there again, with the right time; the helper stays."""
        with MortalAgent() as agent:
            self.start_helper()
            deadline = agent.request(grace=55)
            self.wait_until_right(deadline)
            os.kill(self.helper.find_window(), signal.SIGKILL)
            self.wait_until_right(deadline)
            self.assertIsNone(self.helper.process.poll())
            self.end_helper()

    def test_window_goes_with_its_helper(self):
        """Nobody is left behind who would show a second window."""
        with MortalAgent() as agent:
            self.start_helper()
            deadline = agent.request(grace=55)
            self.wait_until_right(deadline)
            window = self.helper.find_window()
            self.helper.kill()
            wait_for("the end of the window", lambda: not is_alive(window))
            self.assertEqual(agent.on_bus.get("State"), "pending")
            self.start_helper()
            self.wait_until_right(deadline)
            self.end_helper()

    # ------------------------------------------------------------------ stopped

    def test_stopped_and_continued(self):
        """A window, or an agent, that stood still for a while: the time that is shown is right."""
        with MortalAgent() as agent:
            self.start_helper()
            deadline = agent.request(grace=55)
            self.wait_until_right(deadline)
            window = self.helper.find_window()
            os.kill(window, signal.SIGSTOP)
            time.sleep(1.5)
            os.kill(window, signal.SIGCONT)
            self.wait_until_right(deadline)

            node = SeenWindow(window).find_left()
            agent.process.send_signal(signal.SIGSTOP)
            try:
                for _ in range(20):
                    wait_for("the right time", lambda: is_right(node, deadline))
                    time.sleep(0.1)
            finally:
                agent.process.send_signal(signal.SIGCONT)
            self.wait_until_right(deadline)
            self.assertEqual(agent.on_bus.get("Deadline"), deadline)
            self.act_now(agent)
            self.end_helper()

    def test_agent_stands_still_at_the_deadline(self):
        """It is late, and acts once; helper and window bear with it."""
        with MortalAgent() as agent:
            self.start_helper()
            deadline = agent.request(grace=4)
            self.helper.wait_for_window()
            agent.process.send_signal(signal.SIGSTOP)
            wait_for("the deadline", lambda: boot_usec() > deadline + SECOND)
            self.assertEqual(agent.count_restarts(), 0)
            agent.process.send_signal(signal.SIGCONT)
            self.wait_for_the_end(agent)
            self.end_helper()

    # ------------------------------------------------------------------ cut off

    def start_bus(self, path):
        configuration = Path(f"{path}.conf")
        configuration.write_text(BUS.format(path=path), encoding="ascii")
        daemon = subprocess.Popen(
            ["dbus-daemon", "--nofork", "--print-address", f"--config-file={configuration}"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.daemons.append(daemon)
        with daemon.stdout:
            self.assertTrue(daemon.stdout.readline())
        return daemon

    def stop_bus(self, daemon):
        self.daemons.remove(daemon)
        daemon.kill()
        daemon.wait()

    def test_session_bus_ends(self):
        """The session is over: helper and window end, and the request does not mind."""
        with tempfile.TemporaryDirectory() as directory, \
                unittest.mock.patch.dict(os.environ):
            own = os.environ["DBUS_SESSION_BUS_ADDRESS"]
            os.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={directory}/bus"
            daemon = self.start_bus(f"{directory}/bus")
            helper = self.start_helper("system")
            os.environ["DBUS_SESSION_BUS_ADDRESS"] = own
            bus = connect(f"unix:path={directory}/bus")
            wait_for("the helper on its bus", lambda: bus.call_sync(
                "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                "NameHasOwner", GLib.Variant("(s)", ("org.curfew.Warning",)), None, 0, -1).unpack(
                )[0])
            self.stop_bus(daemon)
            self.assertEqual(helper.process.wait(20), 0, helper.read_log())

    def test_agents_bus_is_started_anew(self):
        """A new bus at the same place, and a new agent on it: found again, and right."""
        with tempfile.TemporaryDirectory() as directory, \
                unittest.mock.patch.dict(os.environ):
            os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={directory}/bus"
            daemon = self.start_bus(f"{directory}/bus")
            with SystemAgent() as agent:
                self.start_helper("system")
                deadline = agent.request(grace=55)
                self.wait_until_right(deadline)
                window = self.helper.find_window()
                self.stop_bus(daemon)
                agent.leave()
                daemon = self.start_bus(f"{directory}/bus")
                agent.start_again()
                agent.on_bus = SystemBus()
                self.assertEqual(agent.on_bus.get("Deadline"), deadline)
                # what is new is heard of
                agent.on_bus.call("Postpone", GLib.Variant("(us)", (7, "")))
                deadline = agent.on_bus.get("Deadline")
                self.wait_until_right(deadline)
                self.assertEqual(self.helper.find_window(), window)
                self.act_now(agent)
                self.end_helper()


def connect(address):
    return Gio.DBusConnection.new_for_address_sync(
        address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
        Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)


class SystemBus(AgentOnBus):
    """The same on what stands for the system bus."""

    def __init__(self):  # pylint: disable=super-init-not-called
        self.bus = connect(os.environ["DBUS_SYSTEM_BUS_ADDRESS"])


class SystemAgent(MortalAgent):
    """A rehearsal, on what it takes for its session bus and the helper for the system bus."""

    def __enter__(self):
        with unittest.mock.patch.dict(
                os.environ, DBUS_SESSION_BUS_ADDRESS=os.environ["DBUS_SYSTEM_BUS_ADDRESS"]):
            super().__enter__()
        self.on_bus = SystemBus()
        return self

    def leave(self):
        """Whether it went with its bus or not."""
        self.kill()

    def start_again(self):
        with unittest.mock.patch.dict(
                os.environ, DBUS_SESSION_BUS_ADDRESS=os.environ["DBUS_SYSTEM_BUS_ADDRESS"]):
            super().start_again()


if __name__ == "__main__":
    unittest.main(verbosity=2)
