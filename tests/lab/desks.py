# SPDX-License-Identifier: GPL-3.0-or-later
"""What people in graphical sessions see of a request: the warning as it is installed, started by
their own systemd, on a display. That a person was shown something is the agent's word, which it has
from the warning itself."""

import hashlib
import os
import re
import time

import desktop
from desktop import HELPER, CallError, Desktop
from lab import journal
from machine import wait_for
from scenarios import FORCE_OTHERS, RESTART, Scenario

SHOWN, READY = 3, 5  # places in a person's entry of the property People
DROP_INS = "/etc/systemd/system/curfew-agent.service.d"
PENDING = "/run/curfew/pending"
SEAL = "[seal]\nsha256="


class Desks(Scenario):
    """Machines that people sit at."""

    DISPLAYS = {"alice": 5, "bob": 6}

    @classmethod
    def set_up_machine(cls, lab):
        cls.lab = lab
        cls.machine = lab.new_machine(cls.__name__.lower())
        cls.machine.append("/etc/curfew/agent.conf", cls.config)
        desktop.prepare(cls.machine)
        # so that what it kept can be changed while it is dead
        os.makedirs(cls.machine.path(DROP_INS))
        cls.machine.write(f"{DROP_INS}/lab.conf", "[Service]\nRestartSec=3s\n")
        cls.machine.start()
        cls.desks = {}

    def setUp(self):
        reason = desktop.reason_against()
        if reason is not None:
            self.skipTest(reason)
        super().setUp()

    def desk(self, user):
        """The person's, who signs in if need be."""
        if user not in self.desks:
            self.desks[user] = Desktop(self.machine, user, self.DISPLAYS[user])
        if self.desks[user].session is None:
            self.desks[user].sign_in()
        return self.desks[user]

    def restarts(self, act, **keywords):
        result = super().restarts(act, **keywords)
        for there in self.desks.values():
            there.session = None
        return result

    def pend(self, **fields):
        """A request over the network; returns its code."""
        asked = {"lpMessage": "Säve your work", "dwGracePeriod": 900,
                 "dwShutdownFlags": RESTART | FORCE_OTHERS, "dwReason": 0x80020012,
                 "PostponeLimit": 2, "PostponeSeconds": 300, **fields}
        self.assertEqual(self.lab.initiate(self.machine, **asked), 0)
        self.addCleanup(self.ask, "abort")
        return self.get("RequestCode")

    def pend_own(self, duration):
        """One of Curfew's own, which is extended where others are not."""
        self.must("restart", "--in", duration, "--force", "-m", "Säve your work")
        self.addCleanup(self.ask, "abort")

    def lock(self, who):
        """The person's screen, to the end of the test."""
        wait_for(who.unit_pid, "the helper was started")
        who.lock(True)
        self.addCleanup(who.lock, False)

    def person(self, user):
        """What the agent has about somebody; None if that person is not signed in."""
        return next((entry for entry in self.get("People") if entry[1] == user), None)

    def is_shown(self, user):
        entry = self.person(user)
        return entry is not None and entry[SHOWN]

    def wait_shown(self, user):
        wait_for(lambda: self.is_shown(user), f"{user} was shown the warning")

    def time_left(self):
        """In seconds."""
        return self.get("Deadline") / 1e6 - time.clock_gettime(time.CLOCK_BOOTTIME)

    def is_kept_as_shown(self):
        """Whether the agent holds, over its own death as well, that the present deadline was
        announced to somebody as it has to be."""
        return "\nshown=true\n" in self.machine.read(PENDING)

    def let_pass(self, left):
        """As if so much time had gone by that so many seconds were left: the agent dies, and finds
        all its times earlier when it is started again."""
        path = f"/proc/{self.machine.leader}/root{PENDING}"
        agent = self.agent_pid()
        seconds = int(self.time_left()) - left
        self.machine.run("kill", "-9", str(agent))
        text = self.machine.read(PENDING).partition(SEAL)[0]
        for key in ("accepted", "first-deadline", "deadline"):
            text, count = re.subn(
                rf"(?m)^{key}=(\d+)$",
                lambda match: f"{match[0].partition('=')[0]}={int(match[1]) - seconds * 1000000}",
                text)
            self.assertEqual(count, 1, key)
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"{text}{SEAL}{hashlib.sha256(text.encode()).hexdigest()}\n")
        wait_for(lambda: self.agent_pid() not in (0, agent), "systemd started the agent again")


class Desk(Desks):
    """Alice at her screen."""

    def test_helper_starts_by_itself(self):
        alice = self.desk("alice")
        pid = wait_for(alice.unit_pid, "the helper was started")
        self.assertEqual(alice.must("systemctl", "--user", "is-active", HELPER).strip(), "active")
        self.assertEqual(alice.windows(), [])
        wait_for(lambda: f"PID={pid}" in alice.run(
            "busctl", "--user", "status", "org.curfew.Warning", check=False).stdout.splitlines(),
                 "the helper has its name")

    def test_idle_helper_costs_little(self):
        pid = wait_for(self.desk("alice").unit_pid, "the helper was started")
        maps = self.machine.run("cat", f"/proc/{pid}/smaps_rollup").stdout
        kib = int(re.search(r"^Pss:\s+(\d+)", maps, re.MULTILINE)[1])
        print(f"# idle helper: {kib / 1024:.1f} MiB PSS", flush=True)
        self.assertLessEqual(kib, 6 * 1024)
        self.assertNotIn("libgtk", self.machine.run("cat", f"/proc/{pid}/maps").stdout)

    def test_announcement_is_shown(self):
        alice = self.desk("alice")
        self.pend()
        self.wait_shown("alice")
        uid, name, place, *_ = self.person("alice")
        self.assertEqual((uid, name, place), (alice.uid, "alice", "screen"))
        (window,) = alice.windows()
        self.assertIn("libgtk-4", self.machine.run("cat", f"/proc/{window}/maps").stdout)
        # it is not of those that somebody has to have seen
        self.assertFalse(self.is_kept_as_shown())
        self.must("abort")
        self.assertFalse(self.is_shown("alice"))

    def test_alice_postpones(self):
        alice = self.desk("alice")
        self.pend()
        before = self.get("Deadline")
        (deadline,) = alice.call("Postpone", "us", "300", "in a call")
        self.assertEqual(deadline - before, 300 * 1000000)
        self.assertEqual((self.get("Change"), self.get("Deadline")), ("postponed", deadline))
        self.assertIn("alice", self.get("ChangedBy"))

    def test_session_from_afar_has_no_say(self):
        """Mara may sign in from elsewhere and be told, but she does not sit here."""
        session = self.machine.sign_in_from("192.0.2.9", "mara", unit="mara-from-afar")
        self.addCleanup(self.machine.sign_out, "mara-from-afar")
        code = self.pend()
        before = self.get("Deadline")
        self.assertEqual(self.person("mara")[2], "remote")
        for call in (("Postpone", "us", "300", ""), ("ReportShown", "su", code, "0"),
                     ("ReportReturned", "s", code), ("ActNow",)):
            refused = self.machine.run_as("mara", "busctl", "call", *desktop.BUS, *call,
                                          session=session, check=False)
            self.assertNotEqual(refused.returncode, 0, call)
        self.assertEqual(self.get("Deadline"), before)
        self.assertFalse(self.is_shown("mara"))

    def test_killed_helper_comes_back(self):
        alice = self.desk("alice")
        code = self.pend()
        self.wait_shown("alice")
        pid, before = alice.unit_pid(), self.get("Deadline")
        (window,) = alice.windows()
        self.machine.run("kill", "-9", str(pid))
        wait_for(lambda: alice.unit_pid() not in (0, pid), "systemd started the helper again")
        wait_for(lambda: len(alice.windows()) == 1 and alice.windows() != [window],
                 "the new helper has a window of its own, the old one has gone")
        self.assertEqual((self.get("RequestCode"), self.get("Deadline")), (code, before))

    def test_killed_window_comes_back(self):
        alice = self.desk("alice")
        self.pend()
        self.wait_shown("alice")
        pid = alice.unit_pid()
        (window,) = alice.windows()
        self.machine.run("kill", "-SEGV", str(window))
        wait_for(lambda: len(alice.windows()) == 1 and alice.windows() != [window],
                 "there is another window")
        self.assertEqual(alice.unit_pid(), pid)

    def test_killed_agent_is_followed_further(self):
        alice = self.desk("alice")
        code = self.pend()
        self.wait_shown("alice")
        helper, agent = alice.unit_pid(), self.agent_pid()
        self.machine.run("kill", "-9", str(agent))
        wait_for(lambda: self.agent_pid() not in (0, agent) and self.agent_state() == "pending",
                 "systemd started the agent again")
        self.assertEqual((self.get("RequestCode"), self.get("Change")), (code, "restored"))
        self.wait_shown("alice")
        self.assertEqual(alice.unit_pid(), helper)

    def test_new_login_is_told_at_once(self):
        alice = self.desk("alice")
        alice.sign_out()
        self.pend()
        self.assertIsNone(self.person("alice"))
        alice.sign_in()
        self.wait_shown("alice")

    def test_who_comes_is_spared(self):
        """Whoever asked would not have people thrown out, so nobody at the screen can either."""
        alice = self.desk("alice")
        alice.sign_out()
        self.pend(dwShutdownFlags=RESTART)
        before = self.get("Deadline")
        alice.sign_in()
        wait_for(lambda: self.person("alice"), "the agent knows of alice")
        for call in (("ActNow",), ("SetReady", "b", "true")):
            with self.assertRaisesRegex(CallError, "(?i)signed in"):
                alice.call(*call)
        self.assertEqual((self.get("State"), self.get("Deadline")), ("pending", before))
        self.assertFalse(self.person("alice")[READY])

    def test_sign_in_screen_is_left_alone(self):
        """That is a session as well, of a user of the system's own."""
        self.machine.run("useradd", "--system", "--create-home", "--shell", "/bin/sh", "greeter")
        greeter = Desktop(self.machine, "greeter", 7)
        greeter.sign_in()
        self.addCleanup(greeter.sign_out)
        shown = greeter.must("systemctl", "--user", "show", "-pActiveState", "-pConditionResult",
                             HELPER).split()
        self.assertEqual(sorted(shown), ["ActiveState=inactive", "ConditionResult=no"])
        self.pend()
        self.assertEqual(greeter.windows(), [])


class LockedDesk(Desks):
    """What counts as seen; Alice locks her screen after the first of these."""

    def test_shown_reminder_lets_it_happen_in_time(self):
        """One of five minutes before counts as seen: when the time comes nothing is added to it."""
        self.desk("alice")
        self.pend_own("303s")
        wait_for(self.is_kept_as_shown, "the reminder of five minutes before was shown")
        self.restarts(lambda: self.let_pass(left=12))

    def test_no_receipt_while_locked(self):
        alice = self.desk("alice")
        self.lock(alice)
        self.pend_own("303s")
        # that nothing happens has no other sign: three seconds later is the first reminder
        wait_for(lambda: self.time_left() < 299, "the reminder was given")
        self.assertEqual(self.person("alice")[SHOWN:], [False] * 3)
        self.assertFalse(self.is_kept_as_shown())
        before = self.get("Deadline")
        alice.lock(False)
        self.wait_shown("alice")
        wait_for(self.is_kept_as_shown, "the reminder counts")
        self.assertEqual(self.get("Deadline"), before)  # there is time enough

    def test_unlocking_late_gives_two_minutes(self):
        alice = self.desk("alice")
        self.lock(alice)
        self.pend_own("60s")
        before = self.get("Deadline")
        wait_for(lambda: self.time_left() < 58, "the announcement was given")
        self.assertEqual(self.person("alice")[SHOWN:], [False] * 3)
        alice.lock(False)
        wait_for(lambda: self.get("Deadline") != before, "there is more time")
        self.assertTrue(110 < self.time_left() <= 120, self.time_left())
        self.assertEqual(self.get("Change"), "extended")
        self.wait_shown("alice")

    def test_nobody_saw_it(self):
        """Then there are five more minutes, once."""
        self.lock(self.desk("alice"))
        self.pend_own("303s")
        wait_for(lambda: self.time_left() < 299, "the reminder was given")
        self.let_pass(left=12)
        wait_for(lambda: self.get("Change") == "extended", "there is more time")
        self.assertTrue(290 < self.time_left() <= 300, self.time_left())
        self.assertEqual(self.get("State"), "pending")


class TwoDesks(Desks):
    """Alice and bob; who is not at the screen is in the background."""

    def bring_to_front(self, user):
        self.machine.run("loginctl", "activate", self.desk(user).session)
        wait_for(lambda: (self.person(user) or ("",) * 3)[2] == "screen", f"{user} is in front")

    def test_who_comes_to_the_front_is_told(self):
        self.desk("alice")
        bob = self.desk("bob")
        self.bring_to_front("alice")
        self.pend()
        self.wait_shown("alice")
        self.assertEqual(self.person("bob")[2], "other-screen")
        self.assertFalse(self.is_shown("bob"))
        with self.assertRaises(CallError):
            bob.call("Postpone", "us", "300", "")
        self.bring_to_front("bob")
        self.wait_shown("bob")

    def test_background_sees_nothing_for_others(self):
        """What bob was shown behind her locked screen does not stand in for alice."""
        alice, bob = self.desk("alice"), self.desk("bob")
        self.bring_to_front("alice")
        self.lock(alice)
        self.pend_own("303s")
        wait_for(lambda: self.time_left() < 299, "the reminder was given")
        bob.call("ReportShown", "su", self.get("RequestCode"), "5")
        self.assertTrue(self.is_shown("bob"))
        self.assertFalse(self.is_kept_as_shown())

    def test_leaving_gives_a_minute(self):
        """Everybody who stays was ready before; that is no reason to do it in the same second."""
        alice, bob = self.desk("alice"), self.desk("bob")
        self.bring_to_front("alice")
        self.pend()
        alice.call("SetReady", "b", "true")
        self.assertEqual(self.get("Change"), "accepted")
        bob.sign_out()
        wait_for(lambda: self.get("Change") == "moved", "it happens soon")
        self.assertTrue(40 < self.time_left() <= 60, self.time_left())
        self.assertEqual((self.get("State"), self.get("ChangedBy")), ("pending", ""))

    def test_all_are_ready(self):
        alice, bob = self.desk("alice"), self.desk("bob")
        self.bring_to_front("alice")
        code = self.pend()
        with self.assertRaisesRegex(CallError, "(?i)signed in"):
            alice.call("ActNow")
        alice.call("SetReady", "b", "true")
        self.assertTrue(self.person("alice")[READY])
        alice.call("SetReady", "b", "false")
        self.assertFalse(self.person("alice")[READY])
        alice.call("SetReady", "b", "true")
        alice.call("Postpone", "us", "300", "")
        self.assertFalse(self.person("alice")[READY])  # it was for another time
        alice.call("SetReady", "b", "true")
        self.bring_to_front("bob")
        self.assertEqual(self.get("State"), "pending")
        self.assertFalse(self.person("bob")[READY])
        self.restarts(lambda: bob.call_last("SetReady", "b", "true"))
        said = [entry["MESSAGE"] for entry in journal(self.machine, f"CURFEW_REQUEST_ID={code}")]
        self.assertTrue(any("consent" in text and "bob" in text for text in said), said)


MACHINES = [Desk, LockedDesk, TwoDesks]
