#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""curfew-warning, the session's helper, between an agent, a desktop, logind and a window.

usage: test-helper.py CURFEW_WARNING CURFEW_AGENT [TEST…]   (on a display of its own)
"""

import contextlib
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from warning_session import AGENT, AGENT_PATH, PlayedAgent, RehearsingAgent, wait_for  # noqa: E402
from played_session import (  # noqa: E402
    Bus, Installation, Logind, Notifications, SessionManager, SlowSaver)
from gi.repository import Gio, GLib  # noqa: E402

PROGRAM, REAL_AGENT = sys.argv[1:3]
HOUR, MINUTE = 3600, 60
NORMAL, CRITICAL = 1, 2
HOSTILE = "<b>Save</b> & <a href='http://x.example'>quit</a> \u202eevil\u202c\nsecond line"


class Helper:
    """One curfew-warning and what it logs."""

    def __init__(self, program, environment):
        self.process = subprocess.Popen([program, "--bus", "session"], stderr=subprocess.PIPE,
                                        env=environment)
        self.log = ""

    def read(self, seconds):
        if not select.select([self.process.stderr], [], [], seconds)[0]:
            return False
        octets = os.read(self.process.stderr.fileno(), 65536)
        self.log += octets.decode()
        return bool(octets)

    def expect(self, pattern, timeout=20):
        deadline = time.monotonic() + timeout
        while not (match := re.search(pattern, self.log)):
            left = deadline - time.monotonic()
            if left <= 0 or not self.read(left):
                raise AssertionError(f"“{pattern}” does not come: {self.log}")
        return match

    def end(self, number=signal.SIGTERM):
        if number is not None and self.process.poll() is None:
            self.process.send_signal(number)
        deadline = time.monotonic() + 20
        while self.read(max(0, deadline - time.monotonic())):
            pass
        self.process.wait(20)
        return self.process.returncode


class TestCase(unittest.TestCase):
    """A bus of its own for each test is session and system at once, but for the display."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="curfew-helper-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.bus = Bus(self.folder)
        self.addCleanup(self.bus.end)
        kept = dict(os.environ)
        self.addCleanup(lambda: (os.environ.clear(), os.environ.update(kept)))
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = self.bus.address
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = self.bus.address
        for name in "XDG_SESSION_ID", "JOURNAL_STREAM", "G_MESSAGES_DEBUG":
            os.environ.pop(name, None)
        self.installation = Installation(PROGRAM, self.folder)
        self.logind = self.play(Logind)
        self.server = self.play(Notifications)
        self.helpers = []
        self.addCleanup(self.end_helpers)

    def play(self, kind, *arguments, **options):
        played = kind(self.bus.address, *arguments, **options)
        self.addCleanup(lambda: played.loop.is_running() and played.end())
        return played

    def start(self, **environment):
        helper = Helper(self.installation.program, {**os.environ, **environment})
        self.helpers.append(helper)
        return helper

    def end_helpers(self):
        for helper in self.helpers:
            if helper.process.poll() is None:
                helper.end(signal.SIGKILL)
            helper.process.stderr.close()

    def end_well(self, helper):
        status = helper.end()
        self.assertEqual(status, 0, helper.log)
        for word in "WARNING", "CRITICAL", "ERROR", "runtime error":
            self.assertNotIn(word, helper.log)

    def agent(self, **properties):
        context = contextlib.ExitStack()
        agent = context.enter_context(PlayedAgent(**properties))

        def close():
            with contextlib.suppress(GLib.Error):  # the bus may have ended before it
                context.close()
        self.addCleanup(close)
        return agent

    def remind(self, agent, minutes):
        agent.bus.emit_signal(None, AGENT_PATH, AGENT, "Reminder", GLib.Variant(
            "(ub)", (minutes, minutes in (60, 10, 5))))

    def finish(self, agent, outcome, detail=""):
        code = agent.values["RequestCode"]
        agent.change(State="idle", RequestCode="", Deadline=0, LastRequestCode=code,
                     LastOutcome=outcome, LastDetail=detail)
        agent.bus.emit_signal(None, AGENT_PATH, AGENT, "Ended",
                              GLib.Variant("(sss)", (code, outcome, detail)))

    def move(self, agent, left, change="moved", **values):
        now = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000
        agent.change(Deadline=now + left * 1000000,
                     DeadlineReal=time.time_ns() // 1000 + left * 1000000, Change=change, **values)

    def receipts(self, agent, method="ReportShown"):
        return [arguments for name, arguments in agent.calls if name == method]

    def heard(self):
        return self.installation.heard()

    def wait_heard(self, *words):
        wait_for(f"{words} at the window, which heard {self.heard()}",
                 lambda: self.heard() == list(words))

    def wait_told(self, count):
        wait_for(f"notification {count}", lambda: len(self.server.told) >= count)
        return self.server.told[count - 1]

    def pass_by(self, agent, minutes=15):
        """What the agent said before has been dealt with when this reminder is told."""
        count = len(self.server.told)
        self.remind(agent, minutes)
        return self.wait_told(count + 1)

    def owner(self, name):
        bus = Gio.DBusConnection.new_for_address_sync(
            self.bus.address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
            Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        try:
            return bus.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus",
                                 "GetNameOwner", GLib.Variant("(s)", (name,)), None, 0, -1).unpack()[0]
        except GLib.Error:
            return None
        finally:
            bus.close_sync()


class TestLadder(TestCase):
    def test_story(self):
        """Announced, reminded, postponed, moved, called off: as loudly as it should be."""
        agent = self.agent(left=90 * MINUTE, Sound=True, Message=HOSTILE)
        helper = self.start()
        note = self.wait_told(1)
        self.assertEqual((note["hints"]["urgency"], note["replaced"]), (NORMAL, 0))
        self.assertIn("&lt;b&gt;Save&lt;/b&gt; &amp; &lt;a href=", note["body"])
        self.assertNotIn("\u202e", note["body"])
        self.assertEqual(set(note["actions"]), {"default", "postpone", "show"})
        self.assertEqual(note["hints"]["desktop-entry"], "org.curfew.Warning")
        self.assertTrue(note["hints"]["resident"])
        self.assertNotIn("sound-name", note["hints"])
        self.assertIn("rehearsal", note["body"])  # like all that is on this bus
        self.wait_heard("start --bus session", "present")
        wait_for("a receipt", lambda: self.receipts(agent) == [("K7M-2QX", 0)])
        number = note["id"]

        # hidden: the rungs far away do not bring it back, and count as seen by their notification
        self.installation.tell("hidden")
        self.move(agent, HOUR - 1, "restored", Announced=agent.values["Announced"] - 10 ** 9)
        self.wait_told(2)
        self.remind(agent, 60)
        self.assertEqual(self.wait_told(3)["id"], number)
        wait_for("a receipt", lambda: ("K7M-2QX", 60) in self.receipts(agent))
        agent.calls.clear()
        self.installation.forget()

        for minutes, sound in ((10, None), (5, "alarm-clock-elapsed"), (1, "alarm-clock-elapsed")):
            with self.subTest(minutes=minutes):
                count = len(self.server.told)
                self.move(agent, minutes * MINUTE - 1, "restored")
                self.wait_told(count + 1)  # the same urgency, other words
                self.assertEqual(len(self.server.shown), 1)
                self.remind(agent, minutes)
                note = self.wait_told(count + 2)
                self.assertEqual((note["hints"]["urgency"], note["id"], note["expires"]),
                                 (CRITICAL, number, 0))
                self.assertEqual(note["hints"].get("sound-name"), sound)
                if minutes > 1:
                    wait_for("a receipt",
                             lambda minutes=minutes: ("K7M-2QX", minutes) in self.receipts(agent))
        self.wait_heard("present", "present", "present")
        self.assertEqual(len(self.receipts(agent)), len(set(self.receipts(agent))))

        # postponed: quiet
        self.installation.forget()
        count = len(self.server.told)
        self.move(agent, 20 * MINUTE, "postponed", ChangedBy="alice")
        note = self.wait_told(count + 1)
        self.assertEqual((note["hints"]["urgency"], note["id"]), (NORMAL, number))
        self.assertNotIn("sound-name", note["hints"])
        self.move(agent, 30 * MINUTE, "moved", ChangedBy="mara")
        self.wait_told(count + 2)
        self.wait_heard("present")
        self.finish(agent, "called-off", "mara")
        note = self.wait_told(count + 3)
        self.assertTrue(note["hints"]["transient"])
        self.assertEqual((note["actions"], note["id"]), ({}, number))
        self.assertEqual(self.heard(), ["present"])
        self.end_well(helper)
        self.wait_heard("present", "eof")

    def test_actions(self):
        agent = self.agent(left=HOUR, Sound=True)
        helper = self.start(G_MESSAGES_DEBUG="curfew-warning")
        self.wait_told(1)
        self.wait_heard("start --bus session", "present")
        self.installation.tell("hidden")
        self.server.use("default")
        self.wait_heard("start --bus session", "present", "present")
        wait_for("a receipt", lambda: self.receipts(agent, "ReportRead") == [("K7M-2QX",)])
        self.server.use("postpone")
        wait_for("postponing", lambda: self.receipts(agent, "Postpone") == [(900, "")])

        # closed by its person: what changes is no reason to come back, a rung is
        self.server.close()
        self.server.cover(True)
        helper.expect("The person has left: notification refreshed")
        self.server.cover(False)
        helper.expect("The person has returned: notification refreshed")
        note = self.pass_by(agent)
        self.assertEqual(note["replaced"], 0)
        self.assertEqual(len(self.server.told), 2)
        self.installation.forget()
        self.server.use("show")
        self.wait_heard("present")
        self.end_well(helper)
        wait_for("its end", lambda: self.server.shown == {})

    def test_settings(self):
        """Without sound the desktop is asked for silence, and without postponing there is no action."""
        agent = self.agent(left=5 * MINUTE - 1, Sound=False, PostponesLeft=0)
        helper = self.start()
        self.wait_told(1)
        self.remind(agent, 5)
        note = self.wait_told(2)
        self.assertTrue(note["hints"]["suppress-sound"])
        self.assertNotIn("sound-name", note["hints"])
        self.assertEqual(set(note["actions"]), {"default", "show"})
        self.end_well(helper)

    def test_plain_server(self):
        self.server.end()
        self.server = self.play(Notifications, capabilities=("body",))
        self.agent(left=HOUR, Message=HOSTILE)
        helper = self.start()
        note = self.wait_told(1)
        self.assertIn("<b>Save</b> & ", note["body"])
        self.assertEqual(note["actions"], {})
        self.end_well(helper)

    def test_going_down(self):
        agent = self.agent(left=30)
        helper = self.start()
        self.assertEqual(self.wait_told(1)["hints"]["urgency"], CRITICAL)
        self.wait_heard("start --bus session", "present")
        agent.change(State="executing")
        self.assertEqual(self.wait_told(2)["hints"]["urgency"], CRITICAL)
        self.wait_heard("start --bus session", "present", "present")
        # the agent has done its part, and says now and then that the computer goes down
        agent.change(RequestCode="", LastRequestCode="K7M-2QX", LastOutcome="acted")
        agent.bus.emit_signal(None, AGENT_PATH, AGENT, "Ended",
                              GLib.Variant("(sss)", ("K7M-2QX", "acted", "")))
        agent.change(Blockers=[("backup", "", 0)])
        self.move(agent, HOUR, "accepted", State="pending", RequestCode="B22-B22")
        self.assertEqual(self.wait_told(3)["hints"]["urgency"], NORMAL)
        self.end_well(helper)

    def test_next_request(self):
        agent = self.agent(left=HOUR)
        helper = self.start()
        self.wait_told(1)
        self.wait_heard("start --bus session", "present")
        now = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000
        self.move(agent, 2 * HOUR - 5, "accepted", RequestCode="B22-B22",
                  LastRequestCode="K7M-2QX", LastOutcome="superseded", Announced=now)
        self.wait_heard("start --bus session", "present", "present")
        wait_for("a receipt", lambda: ("B22-B22", 0) in self.receipts(agent))
        self.pass_by(agent)
        self.assertFalse([note for note in self.server.told if "transient" in note["hints"]])
        self.end_well(helper)


class TestPerson(TestCase):
    def test_locked(self):
        """No word of the requester on a locked screen, and more time for who comes back late."""
        self.logind.values["LockedHint"] = True
        agent = self.agent(left=100, Message="Secret project", Requester="mara")
        helper = self.start()
        note = self.wait_told(1)
        self.assertNotIn("Secret", note["body"] + note["summary"])
        self.assertNotIn("mara", note["body"] + note["summary"])
        self.assertNotIn("postpone", note["actions"])
        self.remind(agent, 1)
        self.wait_told(2)
        self.assertEqual((self.heard(), agent.calls), ([], []))
        self.logind.change(LockedHint=False)
        self.wait_heard("start --bus session", "present")
        wait_for("a receipt", lambda: len(agent.calls) == 2)
        self.assertEqual(agent.calls[0], ("ReportReturned", ("K7M-2QX",)))
        self.assertEqual(agent.calls[1][0], "ReportShown")
        note = self.wait_told(3)
        self.assertIn("Secret project", note["body"])
        self.logind.change(LockedHint=True)
        self.assertNotIn("Secret", self.wait_told(4)["body"])
        self.logind.change(LockedHint=False)  # seen by now
        self.wait_told(5)
        self.pass_by(agent, 1)
        self.assertEqual(len(self.receipts(agent, "ReportReturned")), 1)
        self.end_well(helper)

    def test_read_when_locked(self):
        """A window that has the focus behind the lock is read by nobody; it is asked again."""
        agent = self.agent(left=HOUR)
        helper = self.start(G_MESSAGES_DEBUG="curfew-warning")
        self.wait_heard("start --bus session", "present")
        wait_for("a receipt", lambda: len(self.receipts(agent)) == 1)
        self.logind.change(LockedHint=True)
        helper.expect("The person has left")
        self.installation.tell("read")
        self.pass_by(agent)
        self.installation.tell("shown")
        self.pass_by(agent, 14)
        self.assertEqual([method for method, _ in agent.calls], ["ReportShown"])
        self.logind.change(LockedHint=False)
        self.wait_heard("start --bus session", "present", "present")
        self.installation.tell("read")
        wait_for("a receipt", lambda: self.receipts(agent, "ReportRead") == [("K7M-2QX",)])
        self.end_well(helper)

    def test_saver_that_answers_late(self):
        """Nothing is told before it is known that the screen is not covered."""
        saver = self.play(SlowSaver)
        agent = self.agent(left=100, Message="Secret project")
        helper = self.start()
        self.assertTrue(saver.asked.wait(20))
        self.assertEqual(self.server.told, [])
        saver.answer_now()
        self.assertNotIn("Secret", self.wait_told(1)["body"])
        self.pass_by(agent, 1)
        self.assertEqual((self.heard(), agent.calls), ([], []))
        saver.end()  # it crashes, and covers nothing any more
        self.wait_heard("start --bus session", "present")
        wait_for("a receipt", lambda: len(self.receipts(agent)) == 1)
        self.end_well(helper)

    def test_text_when_locked(self):
        self.logind.values["LockedHint"] = True
        self.agent(left=HOUR, Message="No secret", ShowTextWhenLocked=True)
        helper = self.start()
        self.assertIn("No secret", self.wait_told(1)["body"])
        self.end_well(helper)

    def test_background(self):
        """Another session has the screen: told by notification, shown in the window later."""
        self.logind.values["Active"] = False
        agent = self.agent(left=HOUR)
        helper = self.start()
        self.wait_told(1)
        self.pass_by(agent)
        self.assertEqual((self.heard(), agent.calls), ([], []))
        self.logind.change(Active=True)
        self.wait_heard("start --bus session", "present")
        wait_for("a receipt", lambda: len(agent.calls) == 1)
        self.end_well(helper)

    def test_meeting_gnome(self):
        manager = self.play(SessionManager, True)
        agent = self.agent(left=HOUR)
        helper = self.start()
        self.wait_told(1)
        wait_for("the question", lambda: manager.asked == [8])
        wait_for("a receipt", lambda: len(agent.calls) == 1)  # the notification was seen
        self.assertEqual(self.heard(), [])
        manager.release()
        self.wait_heard("start --bus session", "present")
        self.end_well(helper)

    def test_meeting_logind(self):
        self.logind.hold_idle(True)
        agent = self.agent(left=HOUR)
        helper = self.start()
        self.wait_told(1)
        wait_for("a receipt", lambda: len(agent.calls) == 1)
        self.pass_by(agent)
        self.assertEqual(self.heard(), [])
        self.move(agent, 10 * MINUTE - 1, "restored")
        self.remind(agent, 10)  # it has waited long enough
        self.wait_heard("start --bus session", "present")
        self.end_well(helper)

    def test_meeting_is_not_respected(self):
        self.logind.hold_idle(True)
        self.agent(left=HOUR, RespectMeetings=False)
        helper = self.start()
        self.wait_heard("start --bus session", "present")
        self.end_well(helper)


class TestTrouble(TestCase):
    def test_crash_loop(self):
        self.installation.behave("crashes")
        agent = self.agent(left=20 * MINUTE)
        helper = self.start()
        helper.expect("cannot be shown in a window.*signal 9")
        self.assertEqual(self.heard(), ["start --bus session", "present"] * 3)
        self.assertEqual(helper.log.count("is started again"), 2)
        wait_for("a receipt", lambda: len(agent.calls) == 1)  # by the notification
        self.installation.behave("shows")
        self.installation.forget()
        self.remind(agent, 10)
        self.wait_heard("start --bus session", "present")
        self.installation.tell("crash")
        self.end_well(helper)

    def test_crash_of_a_hidden_window(self):
        agent = self.agent(left=20 * MINUTE)
        helper = self.start()
        self.wait_heard("start --bus session", "present")
        self.installation.tell("hidden")
        self.installation.tell("crash")
        pid = int((self.installation.folder / "pid").read_text())
        wait_for("its end", lambda: not os.path.exists(f"/proc/{pid}"))
        self.pass_by(agent)
        self.assertEqual(self.heard(), ["start --bus session", "present"])
        self.remind(agent, 5)
        self.wait_heard(*["start --bus session", "present"] * 2)
        self.end_well(helper)

    def test_window_that_cannot_start(self):
        self.installation.behave("refuses")
        agent = self.agent(left=20 * MINUTE)
        helper = self.start()
        wait_for("a receipt", lambda: len(agent.calls) == 1)
        helper.expect("cannot be shown in a window")
        self.remind(agent, 10)
        self.wait_heard("start --bus session", "start --bus session")
        self.wait_told(2)
        self.end_well(helper)
        self.assertEqual(helper.log.count("cannot be shown in a window"), 1)

    def test_no_display(self):
        agent = self.agent(left=20 * MINUTE)
        os.environ.pop("DISPLAY", None)
        helper = self.start()
        wait_for("a receipt", lambda: len(agent.calls) == 1)
        self.assertEqual(self.heard(), [])
        self.end_well(helper)

    def test_server_comes_back(self):
        agent = self.agent(left=20 * MINUTE)
        helper = self.start()
        self.wait_told(1)
        self.server.end()
        self.server = self.play(Notifications, capabilities=("body",))
        self.assertEqual(self.wait_told(1)["replaced"], 0)
        self.assertEqual(self.server.n_asked, 1)
        self.server.end()
        self.remind(agent, 15)
        self.server = self.play(Notifications)
        self.wait_told(1)
        self.server.end()
        self.finish(agent, "called-off")
        self.end_well(helper)

    def test_only_one(self):
        agent = self.agent(left=20 * MINUTE)
        first = self.start()
        self.wait_told(1)
        self.wait_heard("start --bus session", "present")
        self.installation.tell("hidden")
        self.assertIn("was asked to show its window", self.start_another())
        self.wait_heard("start --bus session", "present", "present")
        self.pass_by(agent)
        self.assertEqual(len(self.server.told), 2)
        self.finish(agent, "called-off", "mara")
        self.wait_told(3)
        self.assertIn("nothing is waiting", self.start_another())
        self.assertEqual(len(self.heard()), 3)
        self.end_well(first)

    def start_another(self):
        done = subprocess.run([self.installation.program, "--bus", "session"], timeout=20,
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(len(done.stdout.splitlines()), 1)
        return done.stdout

    def test_end_of_the_session(self):
        self.agent(left=20 * MINUTE)
        helper = self.start()
        self.wait_heard("start --bus session", "present")
        self.bus.daemon.kill()
        self.assertEqual(helper.process.wait(20), 0)
        self.wait_heard("start --bus session", "present", "eof")

    def test_killed(self):
        self.agent(left=20 * MINUTE)
        helper = self.start()
        self.wait_heard("start --bus session", "present")
        helper.end(signal.SIGKILL)
        self.wait_heard("start --bus session", "present", "eof")
        helper = self.start()
        self.wait_heard("start --bus session", "present", "eof", "start --bus session", "present")
        self.end_well(helper)

    def test_no_session_bus(self):
        agent = self.agent(left=20 * MINUTE)
        helper = Helper(self.installation.program, {
            **os.environ, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"})
        self.helpers.append(helper)
        helper.expect("there are no notifications")
        self.end_well(helper)
        self.assertEqual(agent.calls, [])


class TestAgent(TestCase):
    def test_real_agent(self):
        """The last minute of a rehearsal, and its end; the agent is killed in between."""
        run = Path(self.folder) / "run"
        arguments = ("--run-dir", str(run))
        with RehearsingAgent(REAL_AGENT, ("alice",), arguments=arguments) as agent:
            helper = self.start()
            wait_for("the helper", lambda: self.owner("org.curfew.Warning"))
            agent.request(grace=62)
            self.wait_heard("start --bus session", "present")
            self.assertEqual(self.wait_told(1)["hints"]["urgency"], CRITICAL)
            note = self.wait_told(2)  # 1 minute
            self.assertIn("sound-name", note["hints"])
            agent.process.send_signal(signal.SIGKILL)
            agent.process.wait()
            agent.process.returncode = 0
        with RehearsingAgent(REAL_AGENT, ("alice",), arguments=arguments) as agent:
            wait_for("the agent", lambda: agent.on_bus.get("State") == "pending")
            self.assertEqual(agent.on_bus.get("Change"), "restored")
            heard = self.heard()
            agent.call_off()
            note = self.wait_told(3)
            while "transient" not in note["hints"]:
                note = self.wait_told(len(self.server.told) + 1)
            self.assertEqual(self.heard(), heard)
        self.end_well(helper)


@unittest.skipUnless(all(map(shutil.which, ("dunst", "dunstctl", "dbus-send", "busctl"))),
                     "dunst is not installed")
class TestDunst(TestCase):
    """A server of notifications that people have."""

    def ask(self, *words):
        return subprocess.run(["dunstctl", *words], capture_output=True, text=True, timeout=20,
                              check=True).stdout

    def test_markup_and_replacing(self):
        self.server.end()
        environment = dict(os.environ)
        environment.pop("G_DEBUG", None)  # its warnings are not ours
        dunst = subprocess.Popen(["dunst"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 env=environment)
        self.addCleanup(dunst.wait)
        self.addCleanup(dunst.kill)
        wait_for("dunst", lambda: self.owner("org.freedesktop.Notifications"))
        agent = self.agent(left=HOUR, Message=HOSTILE)
        helper = self.start()
        wait_for("a receipt", lambda: len(self.receipts(agent)) == 1)
        self.assertEqual(self.ask("count", "displayed"), "1\n")
        self.move(agent, 10 * MINUTE - 1, "restored")
        self.remind(agent, 10)

        def find_critical():
            self.ask("close-all")
            (notes,) = json.loads(self.ask("history"))["data"]
            return [note for note in notes if note["timeout"]["data"] == 0]
        (note,) = wait_for("the reminder", find_critical)
        fields = {name: field["data"] for name, field in note.items()}
        self.assertEqual((fields["appname"], fields["category"]),
                         ("Curfew", "x-curfew.countdown"))
        self.assertIn("dialog-warning-symbolic", fields["icon_path"])
        self.assertIn("&lt;b&gt;Save&lt;/b&gt; &amp; &lt;a href=", fields["body"])
        self.end_well(helper)


class TestOptions(unittest.TestCase):
    def run_with(self, *arguments, program=PROGRAM):
        return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60,
                              check=False)

    def test_usage(self):
        self.assertRegex(self.run_with("--version").stdout, r"^curfew-warning [0-9.]+\n$")
        for arguments in (("--bus", "user"), ("extra",), ("--frobnicate",),
                          ("--preview=x", "y")):
            with self.subTest(arguments=arguments):
                done = self.run_with(*arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertEqual(len(done.stderr.splitlines()), 1)

    def test_preview(self):
        """It is the window's."""
        with tempfile.TemporaryDirectory() as folder:
            installation = Installation(PROGRAM, folder)
            installation.behave("refuses")
            for arguments in ((), ("moved",)):
                self.assertEqual(self.run_with("--preview", *arguments,
                                               program=installation.program).returncode, 3)
            self.run_with("--preview=held", program=installation.program)
            self.assertEqual(installation.heard(), [
                "start --preview", "start --preview=moved", "start --preview=held"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2, warnings="ignore")
