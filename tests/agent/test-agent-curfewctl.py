#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""curfewctl and the agent of this computer, on a bus of their own.

usage: test-agent-curfewctl.py [TEST...] DRIVER CURFEWCTL SOURCE_ROOT
"""

import json
import os
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from agent_bus import (  # noqa: E402
    ALICE, BOB, CURFEWCTL, Case, Driver, Watcher, as_user, needs_root)

import dbus
from gi.repository import GLib


class Outcome:
    def __init__(self, completed):
        self.status = completed.returncode
        self.output = completed.stdout
        self.errors = completed.stderr

    @property
    def host(self):
        (host,) = json.loads(self.output)["hosts"]
        return host


class TestCurfewctl(Case):
    def curfewctl(self, *arguments, uid=None):
        program = CURFEWCTL
        if uid is not None:
            program = shutil.copy(CURFEWCTL, self.directory)  # others may not see the build folder
        return Outcome(subprocess.run([*as_user(uid), program, *arguments], capture_output=True,
                                      stdin=subprocess.DEVNULL, text=True, timeout=60,
                                      check=False))

    def test_no_agent(self):
        for verb in (["status"], ["abort"], ["postpone"], ["reschedule", "--in=1h"], ["ready"]):
            gone = self.curfewctl(*verb)
            self.assertEqual((gone.status, gone.output), (6, ""))
            self.assertIn("systemctl status curfew-agent", gone.errors)
            self.assertEqual(gone.errors.count("\n"), 1)
        gone = self.curfewctl("status", "-o", "json")
        self.assertEqual((gone.status, gone.host["state"], gone.errors), (6, "failed", ""))

    def test_no_bus(self):
        address = os.environ["DBUS_SYSTEM_BUS_ADDRESS"]
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/nonexistent"
        try:
            gone = self.curfewctl("status")
        finally:
            os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = address
        self.assertEqual(gone.status, 6)
        self.assertEqual(gone.errors.count("\n"), 1)

    def test_from_accepted_to_called_off(self):
        self.start_polkit("postpone", "abort", "schedule")
        with Driver() as driver:
            idle = self.curfewctl("status")
            self.assertEqual((idle.status, idle.errors), (0, ""))
            self.assertIn("Idle", idle.output)

            driver.tell(f"session {os.geteuid()} me active", "session")
            driver.submit(600, 2, 900)
            table = self.curfewctl("status").output
            for word in ("Will restart", "10 min", "K7M-2QX", "mara from 192.0.2.7", "“Grüße”",
                         "may be postponed 2 times, by 15 min at most each, until", "help: 4711"):
                self.assertIn(word, table)
            host = self.curfewctl("status", "-o", "json").host
            self.assertEqual((host["state"], host["action"], host["message"], host["method"]),
                             ("pending", "restart", "Grüße", "local"))
            self.assertEqual((host["requester"], host["request_code"]),
                             ("mara from 192.0.2.7", "K7M-2QX"))
            self.assertEqual(host["reason"]["code"], 0x80020012)
            self.assertTrue(500 < host["seconds_remaining"] <= 600)
            self.assertEqual((host["postpones_left"], host["postpone_seconds"]), (2, 900))
            self.assertRegex(host["deadline"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$")
            event = self.curfewctl("status", "-o", "jsonl").output
            self.assertEqual(event.count("\n"), 1)
            self.assertEqual(json.loads(event)["state"], "pending")

            postponed = self.curfewctl("postpone", "5m", "--note", "in a call")
            self.assertEqual((postponed.status, postponed.errors), (0, ""))
            self.assertRegex(postponed.output, r"^Request K7M-2QX: Will restart at .*, in 1. min")
            self.assertIn("1 more time.", postponed.output)
            (entry,) = self.curfewctl("status", "-o", "json").host["postponements"]
            self.assertEqual((entry["seconds"], entry["note"]), (300, "in a call"))
            self.assertIn("postponed by me: in a call · shown", self.curfewctl("status").output)
            postponed = self.curfewctl("postpone", "-o", "json")
            self.assertEqual((postponed.host["state"], postponed.host["postpones_left"]),
                             ("postponed", 0))
            spent = self.curfewctl("postpone")
            self.assertEqual((spent.status, spent.output), (7, ""))
            self.assertEqual(spent.errors.count("\n"), 1)

            moved = self.curfewctl("reschedule", "--in", "2h")
            self.assertEqual(moved.status, 0)
            self.assertRegex(moved.output, "in (2 h|1 h 59|119 min)")

            gone = self.curfewctl("abort")
            self.assertEqual((gone.status, gone.output), (0, "Request K7M-2QX was called off.\n"))
            again = self.curfewctl("abort", "-o", "json")
            self.assertEqual((again.status, again.host["state"]), (7, "refused"))
            self.assertIn("called off", self.curfewctl("status").output)

    @needs_root
    def test_ready(self):
        self.start_polkit("act-now")
        with Driver() as driver:
            nothing = self.curfewctl("ready")
            self.assertEqual((nothing.status, nothing.errors.count("\n")), (7, 1))
            driver.tell(f"session {ALICE} alice active", "session")
            driver.tell(f"session {BOB} bob remote", "session")
            driver.submit(600, 2, 900)
            self.assertIn("shown to 0 of 2, read by 0, ready 0 of 2",
                          self.curfewctl("status").output)
            ready = self.curfewctl("ready", uid=ALICE)
            self.assertEqual((ready.status, ready.errors), (0, ""))
            self.assertRegex(ready.output, r"^Request K7M-2QX: Will restart at .*")
            self.assertIn(" 1 of 2 people are ready.\n", ready.output)
            self.assertIn("shown to 1 of 2, read by 1, ready 1 of 2",
                          self.curfewctl("status").output)
            self.assertEqual(self.curfewctl("status", "-o", "json").host["people"], [
                {"uid": ALICE, "name": "alice", "where": "screen", "shown": True, "read": True,
                 "ready": True},
                {"uid": BOB, "name": "bob", "where": "remote", "shown": False, "read": False,
                 "ready": False}])
            back = self.curfewctl("ready", "--not", "-o", "json", uid=ALICE)
            self.assertEqual((back.status, back.host["state"]), (0, "not-ready"))
            self.assertEqual(self.curfewctl("ready", uid=BOB).status, 0)
            ready = self.curfewctl("ready", "-o", "json", uid=ALICE)
            self.assertEqual((ready.status, ready.host["state"]), (0, "ready"))
            driver.expect("ended")

    def test_blockers(self):
        self.start_polkit()
        with Driver() as driver:
            driver.submit()
            self.assertIn("nobody is signed in", self.curfewctl("status").output)
            host = self.curfewctl("status", "-o", "json").host
            self.assertEqual((host["people"], host["blockers"], host["held_up"]), ([], [], False))
            driver.tell("blockers 1 Backup", "blockers")
            self.assertIn("held up by Backup (half done)", self.curfewctl("status").output)
            host = self.curfewctl("status", "-o", "json").host
            self.assertEqual((host["blockers"], host["held_up"]),
                             ([{"who": "Backup", "why": "half done", "uid": 7}], True))
            driver.tell("blockers 0 Backup Player", "blockers")
            self.assertIn("will interrupt Backup (half done) and 1 more",
                          self.curfewctl("status").output)

    def test_denied(self):
        self.start_polkit()
        with Driver() as driver:
            driver.submit()
            for verb in (["abort"], ["postpone"], ["reschedule", "--in=1h"], ["ready"]):
                denied = self.curfewctl(*verb)
                self.assertEqual(denied.status, 5)
                self.assertIn("administrator", denied.errors)
            self.assertEqual(self.curfewctl("abort", "-o", "json").host["state"], "refused")

    @needs_root
    def test_another_user(self):
        self.start_polkit("postpone")
        with Driver() as driver:
            driver.tell(f"session {ALICE} alice active", "session")
            driver.submit()
            self.assertEqual(self.curfewctl("status", uid=BOB).status, 0)
            self.assertEqual(self.curfewctl("postpone", uid=BOB).status, 5)
            self.assertEqual(self.curfewctl("postpone", uid=ALICE).status, 0)

    def test_agent_dies_meanwhile(self):
        self.start_polkit()
        driver = Driver()
        driver.__enter__()
        driver.submit()
        self.mock.SimulateHangActions(dbus.Array(["org.curfew.agent.abort"], signature="s"))
        with subprocess.Popen([CURFEWCTL, "abort"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as waiting:
            self.wait_for_hanging_call()
            driver.process.kill()
            driver.process.wait()
            _, errors = waiting.communicate(timeout=60)
        driver.process.stdin.close()
        driver.process.stdout.close()
        self.assertEqual(waiting.returncode, 10)
        self.assertIn("curfewctl status", errors)

    def test_spoofed_signals(self):
        """Anybody on the bus can shout in the agent's words; nobody listens (t-bus-spoof)."""
        self.start_polkit()
        with Driver() as driver:
            driver.submit()
            with (Watcher(driver.unique) as watcher,
                  Liar(ALICE if os.geteuid() == 0 else None) as liar):
                for _ in range(20):
                    host = self.curfewctl("status", "-o", "json").host
                    self.assertEqual((host["state"], host["last_outcome"]), ("pending", None))
                with Watcher(None) as naive:
                    naive.expect("Ended ('K7M-2QX', 'called-off', '')")
                self.assertTrue(liar.is_shouting())
                while GLib.MainContext.default().iteration(False):
                    pass
                self.assertEqual(watcher.lines, [])


LIAR = """
import sys
from gi.repository import Gio, GLib
bus = Gio.DBusConnection.new_for_address_sync(
    sys.argv[1], Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
    Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
own = int(bus.get_unique_name().split(".")[1])
changed = {"State": GLib.Variant("s", "idle"), "LastOutcome": GLib.Variant("s", "called-off")}
PATH = "/org/curfew/Agent1"
print("shouting", flush=True)
while True:
    # to everybody, and to each of those who may have come since
    for listener in [None, *(f":1.{n}" for n in range(own + 1, own + 100))]:
        bus.emit_signal(listener, PATH, "org.curfew.Agent1", "Ended",
                        GLib.Variant("(sss)", ("K7M-2QX", "called-off", "")))
        bus.emit_signal(listener, PATH, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                        GLib.Variant("(sa{sv}as)", ("org.curfew.Agent1", changed, [])))
    bus.flush_sync(None)
"""


class Liar:
    """Another user who sends signals in the agent's name, for as long as it lasts."""

    def __init__(self, uid):
        self.uid = uid

    def __enter__(self):
        self.process = subprocess.Popen(
            [*as_user(self.uid), "/usr/bin/python3", "-c", LIAR,
             os.environ["DBUS_SYSTEM_BUS_ADDRESS"]], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "shouting\n"
        return self

    def is_shouting(self):
        return self.process.poll() is None

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
