#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""org.curfew.Agent1 on a bus: what it tells, who may do what, and what comes of it.

usage: test-agent-bus.py [TEST...] DRIVER CURFEWCTL SOURCE_ROOT
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from agent_bus import (  # noqa: E402
    ALICE, Answer, BOB, Case, Driver, MINUTE, NAME, PATH, ROOT, Watcher, as_user, call,
    needs_root, now_boot, people, properties, property_of, start_call)

import dbus
import dbusmock
from gi.repository import Gio, GLib


class TestAgentBus(Case):
    def test_introspection_is_the_description(self):
        self.start_polkit()
        with Driver():
            told = Answer(start_call("org.freedesktop.DBus.Introspectable.Introspect"))
        text = told.output[told.output.index("<"):told.output.rindex(">") + 1]
        text = text.replace("\\n", "\n").replace('\\"', '"').replace("\\'", "'")
        real = ElementTree.fromstring(text)
        written = ElementTree.parse(os.path.join(ROOT, "data/dbus/org.curfew.Agent1.xml"))

        def members(tree):
            interface = tree.find(f"interface[@name='{NAME}']")
            return sorted(
                (member.tag, member.get("name"), member.get("type"), member.get("access"),
                 tuple((part.get("name"), part.get("type"), part.get("direction") or "")
                       for part in member.findall("arg")))
                for member in interface)

        self.assertEqual(members(real), members(written))

    def test_properties_follow(self):
        self.start_polkit("postpone", "abort")
        with Driver() as driver:
            idle = properties()
            self.assertEqual((idle["State"], idle["Action"], idle["Deadline"], idle["LastOutcome"]),
                             ("idle", "", 0, ""))
            self.assertEqual((idle["OrganizationName"], idle["HelpContact"], idle["Rehearsal"]),
                             ("Example School", "help: 4711", True))
            self.assertEqual((idle["Logo"], idle["Sound"], idle["ShowTextWhenLocked"],
                              idle["RespectMeetings"]), ("/usr/share/logo.png", 0, 0, 1))
            self.assertEqual((idle["Announced"], idle["Change"], idle["ChangedBy"]), (0, "", ""))

            driver.tell(f"session {os.geteuid()} me active", "session")
            before = now_boot()
            driver.submit(600, 2, 900)
            pending = properties()
            self.assertEqual((pending["State"], pending["Action"], pending["RequestCode"]),
                             ("pending", "restart", "K7M-2QX"))
            self.assertEqual((pending["HasMessage"], pending["Message"]), (True, "Grüße"))
            self.assertEqual(pending["Requester"], "mara from 192.0.2.7")
            self.assertTrue(before <= pending["Announced"] <= now_boot())
            self.assertEqual((pending["Change"], pending["ChangedBy"]),
                             ("accepted", "mara from 192.0.2.7"))
            self.assertEqual((pending["Reason"], pending["PostponesLeft"]), (0x80020012, 2))
            self.assertIn("(Planned)", pending["ReasonTitle"])
            self.assertTrue(before + 590 * 1000000 < pending["Deadline"] < now_boot() + 10 * MINUTE)
            self.assertEqual(pending["Deadline"], pending["FirstDeadline"])
            self.assertAlmostEqual(pending["DeadlineReal"] / 1e6, time.time() + 600, delta=20)
            self.assertGreater(pending["PostponeUntil"], pending["Deadline"])

            answer = call("Postpone", "300", "in a call")
            self.assertEqual((answer.error, answer.number), (None, pending["Deadline"] + 5 * MINUTE))
            later = properties()
            self.assertEqual(later["Deadline"], answer.number)
            self.assertEqual(later["FirstDeadline"], pending["FirstDeadline"])
            self.assertEqual(later["PostponesLeft"], 1)
            self.assertEqual(later["Change"], "postponed")
            # people know each other by name
            self.assertEqual(later["ChangedBy"], "me")
            self.assertEqual(later["Announced"], pending["Announced"])
            ((who, at, seconds, note),) = later["Postponements"]
            self.assertEqual((seconds, note), (300, "in a call"))
            self.assertEqual(who, "me")
            self.assertAlmostEqual(at / 1e6, time.time(), delta=20)

            self.assertIsNone(call("Abort", "mistake").error)
            ended = properties()
            self.assertEqual((ended["State"], ended["Action"], ended["Deadline"]), ("idle", "", 0))
            self.assertEqual(len(ended["Postponements"]), 0)
            self.assertEqual((ended["LastOutcome"], ended["LastRequestCode"]),
                             ("called-off", "K7M-2QX"))
            self.assertEqual(ended["LastDetail"], "me")

            driver.tell("going-down", "going-down")
            self.assertEqual(property_of("State"), "executing")
            self.assertEqual(call("Abort", "").error, "InProgress")

    def test_signals(self):
        self.start_polkit("abort", "act-now")
        with Driver() as driver, Watcher(driver.unique) as watcher:
            driver.submit(3600)
            watcher.expect("PropertiesChanged", "'State': <'pending'>")
            watcher.expect("Changed ('accepted', 'mara from 192.0.2.7')")
            self.assertIsNone(call("ActNow").error)
            driver.expect("ended")
            watcher.expect("GoingDown ('restart', true)")
            watcher.expect("Ended ('K7M-2QX', 'would-act', '')")
            # one for each: accepted, moved to now, due, ended
            self.assertLessEqual(watcher.count("PropertiesChanged"), 4)
            # what a signal is about is told before it
            names = [line.split()[0] for line in watcher.lines]
            self.assertEqual(names[-2:], ["PropertiesChanged", "Ended"])

    def test_who_may(self):
        me = os.geteuid()
        self.start_polkit()
        with Driver() as driver:
            for method, arguments in (("Postpone", ["0", ""]), ("Abort", [""]), ("ActNow", []),
                                      ("Reschedule", ["60"]), ("ReportShown", ["K7M-2QX", "0"]),
                                      ("ReportRead", ["K7M-2QX"]), ("SetReady", ["true"]),
                                      ("ReportReturned", ["K7M-2QX"])):
                self.assertEqual(call(method, *arguments).error, "NotPending", method)
            driver.submit()
            deadline = property_of("Deadline")

            # no session: root is not exempt
            self.allow("postpone")
            self.assertEqual(call("Postpone", "0", "").error, "Denied")
            for report in ("ReportShown", "K7M-2QX", "0"), ("ReportRead", "K7M-2QX"):
                self.assertEqual(call(*report).error, "Denied")
            self.assertEqual(call("ReportReturned", "K7M-2QX").error, "Denied")
            self.assertEqual(call("SetReady", "true").error, "Denied")
            for place in ("remote", "background"):
                driver.tell("nobody", "nobody")
                driver.tell(f"session {me} me {place}", "session")
                self.assertEqual(call("Postpone", "0", "").error, "Denied", place)
                self.assertEqual(call("ReportReturned", "K7M-2QX").error, "Denied", place)
            self.assertIsNone(call("ReportShown", "K7M-2QX", "0").error)
            driver.tell("nobody", "nobody")
            driver.tell(f"session {me} me active", "session")

            # polkit has the last word
            self.allow()
            self.assertEqual(call("Postpone", "0", "").error, "Denied")
            self.assertEqual(call("Abort", "").error, "Denied")
            self.assertEqual(call("SetReady", "true").error, "Denied")
            self.assertEqual(property_of("Deadline"), deadline)
            self.assertEqual(people()[me][3], 0)

    def test_values(self):
        self.start_polkit("postpone", "abort", "schedule", "act-now")
        with Driver() as driver:
            driver.tell(f"session {os.geteuid()} me active", "session")
            driver.submit(3600, 1, 900)
            self.assertEqual(call("Postpone", "0", "🦉" * 257).error, "InvalidArgument")
            self.assertEqual(call("Reschedule", "315360001").error, "InvalidArgument")
            for report in ("ReportShown", "nonsense", "0"), ("ReportRead", "nonsense"), \
                    ("ReportReturned", ""):
                self.assertEqual(call(*report).error, "InvalidArgument")
            self.assertEqual(call("ReportRead", "M9G-ZBF").error, "NotPending")
            self.assertIn(call("Postpone", "901", "").error, ("BudgetSpent", "InvalidArgument"))
            before = property_of("Deadline")
            self.assertEqual(call("Postpone", "0", "").number, before + 15 * MINUTE)
            self.assertEqual(call("Postpone", "0", "").error, "BudgetSpent")
            moved = call("Reschedule", "7200").number
            self.assertAlmostEqual(moved / 1e6, now_boot() / 1e6 + 7200, delta=20)
            self.assertEqual(property_of("Deadline"), moved)

    def test_acting_now_needs_to_be_alone(self):
        self.start_polkit("act-now", "schedule")
        with Driver() as driver:
            driver.submit()
            driver.tell(f"session {os.geteuid()} me active", "session")
            driver.tell(f"session {BOB} bob background", "session")
            refused = call("ActNow")
            self.assertEqual(refused.error, "OthersSignedIn")
            self.assertIn("bob", refused.errors)
            self.assertEqual(call("Reschedule", "0").error, "OthersSignedIn")
            self.assertEqual(property_of("State"), "pending")
            driver.tell("nobody", "nobody")
            driver.tell(f"session {os.geteuid()} me active", "session")
            # who is just signing in is somebody else
            driver.tell("vague 1", "vague")
            self.assertEqual(call("ActNow").error, "Failed")
            self.assertEqual(call("Reschedule", "0").error, "Failed")
            self.assertEqual(property_of("State"), "pending")
            driver.tell("vague 0", "vague")
            # the one does not stand for the other
            self.allow("schedule")
            self.assertEqual(call("Reschedule", "0").error, "Denied")
            self.allow("schedule", "act-now")
            self.assertIsNone(call("Reschedule", "0").error)
            driver.expect("ended")

    def test_people_and_their_receipts(self):
        me = os.geteuid()
        self.start_polkit("postpone")
        with tempfile.TemporaryFile("w+") as log, Driver(log=log) as driver, \
                Watcher(driver.unique) as watcher:
            driver.tell(f"session {me} me background", "session")
            self.assertEqual(people(), {me: ("other-screen", 0, 0, 0)})
            driver.tell(f"session {me} me active", "session")
            driver.tell(f"session {BOB} bob remote", "session")
            watcher.expect("PropertiesChanged", "'People'", "'remote'")
            driver.submit()
            self.assertEqual(people(), {me: ("screen", 0, 0, 0), BOB: ("remote", 0, 0, 0)})
            self.assertEqual([str(name) for _, name, *_ in property_of("People")], ["me", "bob"])
            self.assertIsNone(call("ReportShown", "K7M-2QX", "0").error)
            watcher.expect("PropertiesChanged", "'People'", "true, false, false")
            self.assertEqual(people()[me], ("screen", 1, 0, 0))
            for _ in range(3):
                self.assertIsNone(call("ReportShown", "K7M-2QX", "0").error)
                self.assertIsNone(call("ReportRead", "k7m2qx").error)
            self.assertEqual(people()[me], ("screen", 1, 1, 0))
            # who chose a new deadline knows it
            self.assertIsNone(call("Postpone", "60", "").error)
            self.assertEqual(people(), {me: ("screen", 1, 1, 0), BOB: ("remote", 0, 0, 0)})
            # receipts are too many after a while, and stand in nobody's way
            errors = [call("ReportRead", "K7M-2QX").error for _ in range(5)]
            self.assertEqual(errors, [None] * 3 + ["Busy"] * 2)
            self.assertIsNone(call("Postpone", "60", "").error)
            # the journal has each once
            log.seek(0)
            text = log.read()
            self.assertEqual((text.count("Shown to "), text.count("Read by ")), (1, 1), text)

    def test_blockers(self):
        self.start_polkit("abort")
        with Driver() as driver, Watcher(driver.unique) as watcher:
            driver.tell("blockers 1 Backup", "blockers")
            self.assertEqual((len(property_of("Blockers")), property_of("BlockersHold")), (0, 0))
            driver.submit()
            self.assertEqual(property_of("Blockers")[0], ("Backup", "half done", 7))
            self.assertEqual(property_of("BlockersHold"), 1)
            driver.tell("blockers 0 Backup Player", "blockers")
            watcher.expect("PropertiesChanged", "'Player'", "'BlockersHold': <false>")
            self.assertEqual(len(property_of("Blockers")), 2)
            self.assertIsNone(call("Abort", "").error)
            self.assertEqual((len(property_of("Blockers")), property_of("BlockersHold")), (0, 0))

    def test_returned(self):
        self.start_polkit("schedule")
        with Driver() as driver, Watcher(driver.unique) as watcher:
            driver.tell(f"session {os.geteuid()} me active", "session")
            self.assertEqual(driver.tell("own 600", "code"), "code 0")
            first = property_of("Deadline")
            self.assertEqual(call("ReportReturned", "K7M-2QX").number, first)
            self.assertIsNone(call("Reschedule", "60").error)
            before = now_boot()
            later = call("ReportReturned", "K7M-2QX").number
            self.assertTrue(before + 2 * MINUTE <= later <= now_boot() + 2 * MINUTE)
            watcher.expect("Changed ('extended', '')")
            self.assertEqual((property_of("Deadline"), property_of("Change")), (later, "extended"))
            self.assertEqual(people()[os.geteuid()][1], 1)
            # once
            self.assertEqual(call("ReportReturned", "K7M-2QX").number, later)

    def test_foreign_requests_are_not_extended_for_who_returns(self):
        self.start_polkit()
        with Driver() as driver:
            driver.tell(f"session {os.geteuid()} me active", "session")
            driver.submit(60)
            self.assertEqual(call("ReportReturned", "K7M-2QX").number, property_of("Deadline"))
            self.assertEqual(property_of("Change"), "accepted")

    def test_alone_and_ready(self):
        me = os.geteuid()
        self.start_polkit("act-now")
        with Driver() as driver, Watcher(driver.unique) as watcher:
            driver.tell(f"session {me} me remote", "session")
            driver.submit()
            self.assertIsNone(call("SetReady", "false").error)
            self.assertEqual(property_of("State"), "pending")
            self.assertIsNone(call("SetReady", "true").error)
            driver.expect("ended")
            watcher.expect("Changed ('moved', 'me')")
            watcher.expect("GoingDown")

    @needs_root
    def test_two_people_and_ready(self):
        self.start_polkit("act-now", "schedule", "postpone")
        with tempfile.TemporaryFile("w+") as log, Driver(log=log) as driver:
            driver.tell(f"session {ALICE} alice active", "session")
            driver.tell(f"session {BOB} bob background", "session")
            driver.submit()
            # somebody who is not signed in has no say
            self.assertEqual(call("SetReady", "true").error, "Denied")
            self.assertIsNone(call("SetReady", "true", uid=ALICE).error)
            self.assertEqual(people(), {ALICE: ("screen", 1, 1, 1),
                                        BOB: ("other-screen", 0, 0, 0)})
            # nobody is ready for another time yet
            self.assertIsNone(call("Postpone", "60", "", uid=ALICE).error)
            self.assertEqual(people()[ALICE][3], 0)
            self.assertIsNone(call("SetReady", "true", uid=ALICE).error)
            self.assertIsNone(call("Reschedule", "3600").error)
            self.assertEqual(people()[ALICE][3], 0)
            self.assertIsNone(call("SetReady", "true", uid=BOB).error)
            self.assertIsNone(call("SetReady", "true", uid=ALICE).error)
            driver.expect("ended")
            log.seek(0)
            text = log.read()
            self.assertIn(f"By consent: everybody who is signed in is ready, alice (uid {ALICE}) "
                          "was the last", text)
            self.assertIn(f"bob (uid {BOB}) is ready", text)

    @needs_root
    def test_who_signs_out_is_not_asked(self):
        self.start_polkit("act-now")
        with Driver() as driver, Watcher(driver.unique) as watcher:
            driver.tell(f"session {ALICE} alice active", "session")
            driver.submit()
            driver.tell(f"session {BOB} bob background", "session")
            self.assertIsNone(call("SetReady", "true", uid=ALICE).error)
            self.assertEqual(property_of("State"), "pending")
            driver.tell(f"sign-out {BOB}", "signed-out")
            # not in that second: who stays sees it coming
            watcher.expect("Changed ('moved', '')")
            self.assertEqual((property_of("State"), property_of("ChangedBy")), ("pending", ""))
            left = property_of("Deadline") - now_boot()
            self.assertTrue(40 * 1000000 < left <= MINUTE, left)
            self.assertEqual(people()[ALICE][3], 0)

    @needs_root
    def test_who_comes_back_is_asked(self):
        self.start_polkit("act-now")
        with Driver() as driver:
            driver.tell(f"session {ALICE} alice active", "session")
            driver.tell(f"session {BOB} bob background", "session")
            driver.submit()
            deadline = property_of("Deadline")
            self.assertIsNone(call("SetReady", "true", uid=ALICE).error)
            for uid in ALICE, BOB:
                driver.tell(f"sign-out {uid}", "signed-out")
            driver.tell(f"session {ALICE} alice remote", "session")
            self.assertEqual(people(), {ALICE: ("remote", 1, 1, 0)})
            self.assertEqual((property_of("State"), property_of("Deadline")), ("pending", deadline))

    def test_what_is_held_up_is_not_brought_forward(self):
        self.start_polkit("act-now", "schedule")
        with Driver() as driver:
            driver.tell(f"session {os.geteuid()} me active", "session")
            driver.submit()
            deadline = property_of("Deadline")
            driver.tell("blockers 1 Backup", "blockers")
            for method in ("ActNow",), ("SetReady", "true"), ("Reschedule", "0"):
                refused = call(*method)
                self.assertEqual(refused.error, "Failed", method)
                self.assertIn("Backup holds it up", refused.errors)
            self.assertEqual((property_of("State"), property_of("Deadline")), ("pending", deadline))
            self.assertEqual(people()[os.geteuid()][3], 0)
            driver.tell("blockers 0", "blockers")
            self.assertIsNone(call("ActNow").error)
            driver.expect("ended")

    def test_rate(self):
        self.start_polkit()
        with Driver() as driver:
            driver.submit()
            errors = [call("Abort", "").error for _ in range(12)]
            self.assertEqual(errors, ["Denied"] * 10 + ["Busy"] * 2)

    def test_who_hangs_up_does_not_fill_the_journal(self):
        self.start_polkit()
        with tempfile.TemporaryFile("w+") as log, Driver(log=log) as driver:
            driver.submit()
            # the agent sleeps until they all have gone: it cannot find out any more who asked
            os.kill(driver.process.pid, signal.SIGSTOP)
            bus = Gio.DBusConnection.new_for_address_sync(
                os.environ["DBUS_SYSTEM_BUS_ADDRESS"],
                Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
                | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
            for _ in range(50):
                message = Gio.DBusMessage.new_method_call(NAME, PATH, NAME, "Abort")
                message.set_body(GLib.Variant("(s)", ("",)))
                bus.send_message(message, Gio.DBusSendMessageFlags.NONE)
            unique = bus.get_unique_name()
            bus.flush_sync(None)
            bus.close_sync(None)
            other = dbusmock.DBusTestCase.get_dbus(True)
            while other.name_has_owner(unique):
                time.sleep(0.01)
            other.close()
            os.kill(driver.process.pid, signal.SIGCONT)
            # answered after all of them
            self.assertEqual(call("Abort", "").error, "Denied")
            log.seek(0)
            denied = [line for line in log if "Denied: Abort" in line]
            self.assertEqual(sum("(by somebody)" in line for line in denied), 10, denied)
            self.assertEqual(len(denied), 11)

    @needs_root
    def test_two_users(self):
        self.start_polkit("postpone")
        with Driver() as driver:
            driver.tell(f"session {ALICE} alice active", "session")
            driver.submit()
            self.assertEqual(call("Postpone", "60", "", uid=BOB).error, "Denied")
            self.assertIsNone(call("Postpone", "60", "", uid=ALICE).error)
            self.assertEqual(property_of("Postponements")[0][0], "alice")
            # alice's calls are not bob's
            for _ in range(9):
                self.assertEqual(call("Abort", "", uid=ALICE).error, "Denied")
            self.assertEqual(call("Abort", "", uid=ALICE).error, "Busy")
            self.assertEqual(call("Abort", "", uid=BOB).error, "Denied")
            # everybody may look
            seen = Answer(start_call("org.freedesktop.DBus.Properties.Get", NAME, "State",
                                     uid=BOB))
            self.assertIn("pending", seen.output)

    @needs_root
    def test_policy_of_the_bus(self):
        self.start_polkit()
        with Driver():
            setting = Answer(start_call("org.freedesktop.DBus.Properties.Set", NAME, "State",
                                        "<'idle'>", uid=BOB))
            self.assertEqual(setting.full_error, "org.freedesktop.DBus.Error.AccessDenied")
        stolen = subprocess.run(
            [*as_user(BOB), "gdbus", "call", "--address", os.environ["DBUS_SYSTEM_BUS_ADDRESS"],
             "--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus",
             "--method", "org.freedesktop.DBus.RequestName", NAME, "0"],
            capture_output=True, text=True, timeout=60, check=False)
        self.assertIn("AccessDenied", stolen.stderr)

    def test_hanging_polkit_holds_nobody_up(self):
        self.start_polkit("postpone", "abort")
        with Driver() as driver:
            driver.tell(f"session {os.geteuid()} me active", "session")
            driver.submit(5, 1, 1)
            self.mock.SimulateHangActions(dbus.Array(["org.curfew.agent.abort"], signature="s"))
            waiting = start_call(f"{NAME}.Abort", "")
            self.wait_for_hanging_call()
            self.assertIsNone(call("Postpone", "1", "").error)
            driver.expect("due")
            self.assertEqual(driver.expect("ended"), "ended 2")
            self.mock.ReleaseHangingCalls()
            self.assertEqual(Answer(waiting).error, "NotPending")

    def test_vanished_caller_is_refused(self):
        self.start_polkit("abort", "postpone")
        with Driver() as driver:
            driver.tell(f"session {os.geteuid()} me active", "session")
            driver.submit()
            self.mock.SimulateHangActions(dbus.Array(["org.curfew.agent.abort"], signature="s"))
            waiting = start_call(f"{NAME}.Abort", "")
            self.wait_for_hanging_call()
            waiting.kill()
            waiting.communicate()
            self.mock.ReleaseHangingCalls()
            # a whole call later the agent has seen both
            self.assertIsNone(call("Postpone", "60", "").error)
            self.assertEqual(property_of("State"), "pending")

    def test_who_leaves_while_polkit_asks_is_refused(self):
        self.start_polkit("postpone")
        with Driver() as driver:
            driver.tell(f"session {os.geteuid()} me active", "session")
            driver.submit()
            self.mock.SimulateHangActions(dbus.Array(["org.curfew.agent.postpone"], signature="s"))
            waiting = start_call(f"{NAME}.Postpone", "60", "")
            self.wait_for_hanging_call()
            driver.tell("nobody", "nobody")
            self.mock.ReleaseHangingCalls()
            self.assertEqual(Answer(waiting).error, "Denied")
            self.assertEqual(property_of("PostponesLeft"), 3)

    def test_what_took_its_place_meanwhile_is_another_request(self):
        self.start_polkit("abort", "schedule")
        with Driver() as driver:
            driver.submit(7200)
            self.mock.SimulateHangActions(dbus.Array(["org.curfew.agent.schedule"], signature="s"))
            waiting = start_call(f"{NAME}.Reschedule", "60")
            self.wait_for_hanging_call()
            self.assertIsNone(call("Abort", "").error)
            driver.submit(3600)
            deadline = property_of("Deadline")
            self.mock.ReleaseHangingCalls()
            refused = Answer(waiting)
            self.assertEqual(refused.error, "NotPending")
            self.assertIn("another one", refused.errors)
            self.assertEqual(property_of("Deadline"), deadline)

    def test_polkit_dies(self):
        self.start_polkit("abort")
        with Driver() as driver:
            driver.submit()
            self.stop_polkit()
            refused = call("Abort", "")
            self.assertEqual(refused.error, "Denied")
            self.assertIn("polkit could not say", refused.errors)

    def test_no_polkit_no_agent(self):
        driver = Driver()
        with self.assertRaisesRegex(RuntimeError, "ended with 0"):
            driver.__enter__()
        self.assertRegex(driver.said, "refused polkit does not answer")
        driver.process.communicate()

    def test_name_is_taken(self):
        self.start_polkit()
        with Driver():
            second = Driver("--rehearse")
            with self.assertRaisesRegex(RuntimeError, "ended with 0"):
                second.__enter__()
            self.assertRegex(second.said, "lost The name org.curfew.Agent1 cannot be had")
            second.process.communicate()

    @needs_root
    def test_rehearsal_is_for_one_user(self):
        with Driver("--rehearse") as driver:
            driver.submit()
            self.assertIsNone(call("Postpone", "60", "").error)
            self.assertEqual(call("Postpone", "60", "", uid=BOB).error, "Denied")
            # without a session of its own, but not against those who play that they are here
            driver.tell("session 60001 bob background", "session")
            self.assertEqual(call("ActNow").error, "OthersSignedIn")
            self.assertIsNone(call("ReportRead", "K7M-2QX").error)
            self.assertIsNone(call("SetReady", "true").error)
            self.assertEqual(property_of("State"), "pending")
            self.assertIsNone(call("Abort", "").error)


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
