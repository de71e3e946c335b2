#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""CfLogind against mocks of logind, systemd and PackageKit, each version as it behaves.

usage: test-logind.py [TESTCLASS…] LOGIND_DRIVER
"""

import os
import subprocess
import sys
import unittest
from pathlib import Path

import dbus

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from logind_mock import (  # noqa: E402
    DENIED, IN_PROGRESS, INTERACTIVE, MANAGER, NO_REPLY, PACKAGEKIT, PATH, TIMEOUT, Driver,
    TestCase, fail_with, take_program)

FORCE, RESTART, POWER_OFF, HALT, OVERRIDE, UPDATES, APPS = 1, 4, 8, 0x10, 0x20, 0x40, 0x80
INHIBITED = "PackageKit holds it up: installing updates"


class TestTelling(TestCase):
    """Each action is one call, the right one."""

    def test_each_action_is_one_call(self):
        for flags, call in ((RESTART, ("RebootWithFlags", "1")),
                            (POWER_OFF, ("PowerOffWithFlags", "1")),
                            (HALT, ("HaltWithFlags", "1")),
                            (0, ("PowerOffWithFlags", "1")),
                            (RESTART | HALT, ("PowerOffWithFlags", "1")),
                            (RESTART | FORCE, ("RebootWithFlags", "0")),
                            (POWER_OFF | FORCE, ("PowerOffWithFlags", "0")),
                            (HALT | FORCE, ("HaltWithFlags", "0")),
                            (RESTART | APPS | OVERRIDE, ("RebootWithFlags", "1"))):
            with self.subTest(flags=flags):
                driver = self.start("--halt")
                before = len(self.told())
                self.assertTrue(driver.execute(flags)["success"])
                self.assertEqual(self.told()[before:], [call])

    def test_older_systemd_gets_no_flag_that_it_does_not_know(self):
        self.start_systemd("251.4")
        self.assertTrue(self.start().execute(RESTART)["success"])
        self.assertEqual(self.told(), [("RebootWithFlags", "0")])

    def test_halt_needs_permission_and_no_updates(self):
        refused = self.start().execute(HALT)
        self.assertEqual((refused["success"], refused["code"]), (False, "unsupported"))
        refused = self.start("--halt").execute(HALT | UPDATES)
        self.assertEqual((refused["success"], refused["code"]), (False, "unsupported"))
        self.assertEqual(self.told(), [])

    def test_logind_that_gets_no_answer_itself_has_failed(self):
        """When polkit does not answer, logind passes on the error as its own reply."""
        driver = self.start()
        for name in NO_REPLY, TIMEOUT:
            with self.subTest(name=name):
                before = len(self.told())
                self.answer("RebootWithFlags", fail_with(name, "Method call timed out"))
                failed = driver.execute(RESTART)
                self.assertEqual((failed["success"], failed.get("code")), (False, "failed"))
                self.assertIn("Method call timed out", failed["message"])
                self.assertEqual(len(self.told()), before + 1)

    def test_logind_that_goes_down_with_the_machine(self):
        driver = self.start()
        self.answer("RebootWithFlags", "os._exit(0)")
        self.assertTrue(driver.execute(RESTART)["success"])
        self.assertEqual(len(self.told()), 1)

    def test_operation_in_progress_counts_as_accepted(self):
        driver = self.start()
        self.answer("PowerOffWithFlags", fail_with(IN_PROGRESS))
        self.assertTrue(driver.execute(POWER_OFF)["success"])
        self.assertEqual(len(self.told()), 1)

    def test_machine_that_goes_down_is_not_told(self):
        driver = self.start()
        self.set_quietly("PreparingForShutdown", True)
        self.assertTrue(driver.execute(RESTART)["success"])
        self.assertEqual(self.told(), [])
        driver.wait(state="going-down")

    def test_refused_without_inhibitor_is_a_matter_of_rights(self):
        for name in DENIED, INTERACTIVE:
            with self.subTest(name=name):
                driver = self.start()
                self.answer("RebootWithFlags", fail_with(name, "Not you"))
                for flags in RESTART, RESTART | FORCE:
                    refused = driver.execute(flags)
                    self.assertEqual(refused["code"], "unsupported")
                    self.assertIn("Not you", refused["message"])
                    self.assertIn("polkit", refused["message"])

    def test_other_errors_are_failures_and_nothing_is_tried_again(self):
        driver = self.start()
        self.answer("RebootWithFlags", fail_with("org.freedesktop.login1.Strange", "No disk"))
        failed = driver.execute(RESTART | FORCE)
        self.assertEqual(failed["code"], "failed")
        self.assertIn("No disk", failed["message"])
        self.assertEqual(len(self.told()), 1)

    def test_one_execution_at_a_time(self):
        driver = self.start()
        self.answer("RebootWithFlags", "import time; time.sleep(0.3)")
        driver.send(f"execute {RESTART:x}")
        second = driver.execute(RESTART)
        self.assertEqual((second["success"], second["code"]), (False, "failed"))
        self.assertTrue(driver.wait_for("executed")["success"])
        self.assertEqual(len(self.told()), 1)


class TestVetoes(TestCase):
    """What stands against a request at the time, and what forcing does about it."""

    def test_people_veto(self):
        self.sign_in("c1", 1000, "alice", TTY="tty2")
        vetoed = self.start().execute(RESTART)
        self.assertEqual(vetoed["code"], "vetoed")
        self.assertEqual(vetoed["message"], "alice is signed in (tty2)")
        self.sign_in("c2", 1001, "bob", Remote=True, TTY="pts/0")
        vetoed = self.start().execute(RESTART)
        self.assertEqual(vetoed["message"], "alice (tty2), bob (from elsewhere) are signed in")
        self.assertEqual(self.told(), [])

    def test_people_do_not_stop_a_forced_request(self):
        self.sign_in("c1", 1000, "alice")
        self.assertTrue(self.start().execute(RESTART | FORCE)["success"])
        self.assertEqual(self.told(), [("RebootWithFlags", "0")])

    def test_people_are_looked_for_anew(self):
        driver = self.start()
        driver.wait(people=0)
        self.sign_in("c1", 1000, "alice", announce=False)
        self.assertEqual(driver.execute(RESTART)["code"], "vetoed")
        self.change_session_quietly("c1", State="closing")
        self.assertTrue(driver.execute(RESTART)["success"])
        self.assertEqual(len(self.told()), 1)

    def test_unknown_people_veto_no_less(self):
        driver = self.start()
        self.answer("ListSessions", fail_with("org.freedesktop.login1.Strange"), "", "a(susso)")
        self.assertEqual(driver.execute(RESTART)["code"], "failed")
        self.assertEqual(self.told(), [])

    def test_unknown_inhibitors_veto_no_less(self):
        driver = self.start()
        self.answer("ListInhibitors", fail_with("org.freedesktop.login1.Strange"), "",
                    "a(ssssuu)")
        self.assertEqual(driver.execute(RESTART)["code"], "failed")
        self.assertEqual(self.told(), [])

    def test_block_inhibitors_veto(self):
        driver = self.start()
        for mode in "block", "block-weak":
            with self.subTest(mode=mode):
                lock = self.inhibit("sleep:shutdown", mode=mode)
                vetoed = driver.execute(RESTART)
                self.assertEqual((vetoed["code"], vetoed["message"]), ("vetoed", INHIBITED))
                os.close(lock)
                self.wait_until(lambda: "PackageKit" not in self.holders())
        self.assertEqual(self.told(), [])

    def test_other_inhibitors_do_not(self):
        locks = [self.inhibit("shutdown", mode="delay"), self.inhibit("sleep:idle"),
                 self.inhibit("handle-power-key")]
        self.assertTrue(self.start().execute(RESTART)["success"])
        self.assertEqual(len(self.told()), 1)
        for lock in locks:
            os.close(lock)

    def test_inhibitor_that_comes_in_between_vetoes(self):
        driver = self.start()
        self.answer("RebootWithFlags", (
            "globals().setdefault('inhibitors', []).append("
            "('shutdown', 'PackageKit', 'installing updates', 'block', 0, 1))\n"
            + fail_with(DENIED)))
        vetoed = driver.execute(RESTART)
        self.assertEqual((vetoed["code"], vetoed["message"]), ("vetoed", INHIBITED))

    def check_forced(self, behaviour, version, flags, call, units):
        self.stop_logind()
        self.start_logind(behaviour)
        self.start_systemd(version)
        driver = self.start("--halt")
        lock = self.inhibit()
        self.assertTrue(driver.execute(flags)["success"])
        self.assertEqual(self.told(), [call])
        self.assertEqual(self.units(), units)
        if units:
            driver.wait(state="going-down")
        os.close(lock)

    def test_forced_252_root_is_not_stopped(self):
        self.check_forced("252 for root", "252.39-1", RESTART | FORCE, ("RebootWithFlags", "0"), [])

    def test_forced_252_goes_past_logind(self):
        self.check_forced("252 for others", "252.39-1", RESTART | FORCE, ("RebootWithFlags", "0"),
                          [("reboot.target", "replace-irreversibly")])

    def test_forced_257_goes_past_logind(self):
        self.check_forced("257", "257.7-1", POWER_OFF | FORCE, ("PowerOffWithFlags", "0"),
                          [("poweroff.target", "replace-irreversibly")])

    def test_forced_258_goes_past_logind(self):
        self.check_forced("258", "258~rc2", HALT | FORCE, ("HaltWithFlags", "0"),
                          [("halt.target", "replace-irreversibly")])

    def test_weak_inhibitor_does_not_stop_a_forced_request(self):
        self.stop_logind()
        self.start_logind("257")
        self.start_systemd("257.7-1")
        lock = self.inhibit(mode="block-weak")
        self.assertTrue(self.start().execute(RESTART | FORCE)["success"])
        self.assertEqual(self.units(), [])
        os.close(lock)

    def test_who_may_not_overrule_is_told_how(self):
        for name in DENIED, INTERACTIVE:
            with self.subTest(name=name):
                self.stop_logind()
                self.start_logind("257")
                self.start_systemd("257.7-1", fail_with(name))
                driver = self.start()
                lock = self.inhibit()
                vetoed = driver.execute(RESTART | FORCE)
                self.assertEqual(vetoed["code"], "vetoed")
                self.assertTrue(vetoed["message"].startswith(INHIBITED), vetoed["message"])
                self.assertIn("curfew-overrule.rules", vetoed["message"])
                self.assertEqual(driver.facts["state"], "ready")
                self.assertEqual(len(self.units()), 1)
                os.close(lock)
                self.end_drivers()
                self.end_process(self.processes.pop())

    def test_systemd_that_gets_no_answer_itself_has_failed(self):
        self.stop_logind()
        self.start_logind("257")
        self.start_systemd("257.7-1", fail_with(NO_REPLY, "Method call timed out"))
        driver = self.start()
        lock = self.inhibit()
        failed = driver.execute(RESTART | FORCE)
        self.assertEqual((failed["success"], failed.get("code")), (False, "failed"))
        self.assertEqual(driver.facts["state"], "ready")
        self.assertEqual(len(self.units()), 1)
        os.close(lock)

    def test_lost_reply_of_systemd_counts_as_accepted(self):
        self.stop_logind()
        self.start_logind("257")
        self.start_systemd("257.7-1", "os._exit(0)")
        driver = self.start()
        lock = self.inhibit()
        self.assertTrue(driver.execute(RESTART | FORCE)["success"])
        driver.wait(state="going-down")
        os.close(lock)

    def test_what_systemd_was_told_is_not_believed_for_ever(self):
        """It may be called off there, and nobody would say so."""
        self.stop_logind()
        self.start_logind("257")
        self.start_systemd("257.7-1")
        self.start_packagekit()
        driver = self.start("--told-seconds", "1", warnings=False)
        self.wait_until(lambda: len(self.locks()) == 1)
        lock = self.inhibit()
        self.assertTrue(driver.execute(RESTART | FORCE | UPDATES)["success"])
        driver.wait(state="going-down")
        driver.send("let-go")
        self.wait_until(lambda: not self.locks())
        driver.wait(state="ready")
        self.wait_until(lambda: len(self.locks()) == 1)
        self.wait_until(lambda: self.updates()[-1] == ("Cancel",))
        os.close(lock)


class TestBlockers(TestCase):
    """What is told beforehand of who would hold up what waits."""

    UNKNOWN = "Backup holds it up: half done"

    def note(self):
        """As logind's own folder: one inhibitor more or less is a file there."""
        folder = Path(self.directory, "inhibit")
        folder.mkdir(exist_ok=True)
        self.n_notes = getattr(self, "n_notes", 0) + 1
        Path(folder, ".#1").write_text("x", encoding="utf-8")
        os.rename(Path(folder, ".#1"), Path(folder, f"{self.n_notes}"))

    def release(self, lock):
        n_holders = len(self.holders())
        os.close(lock)
        self.wait_until(lambda: len(self.holders()) < n_holders)

    def test_nobody_is_asked_while_nothing_waits(self):
        driver = self.start()
        lock = self.inhibit()
        self.update(BlockInhibited="shutdown", ScheduledShutdown=self.schedule("reboot", 1 << 50))
        driver.wait(state="taken")
        self.assertEqual(self.calls("ListInhibitors"), [])
        driver.send("attend 4")
        driver.wait(blockers=[INHIBITED], hold=True)
        driver.send("attend")
        driver.wait(blockers=[], hold=False)
        os.close(lock)

    def test_coming_and_going(self):
        driver = self.start()
        driver.send("attend 4")
        lock = self.inhibit()
        self.update(BlockInhibited="shutdown")
        driver.wait(blockers=[INHIBITED], hold=True)
        # the second one changes nothing that logind signals
        other = self.inhibit(who="Backup", why="half done")
        self.note()
        driver.wait(blockers=[INHIBITED, self.UNKNOWN])
        self.release(lock)
        self.note()
        driver.wait(blockers=[self.UNKNOWN], hold=True)
        self.release(other)
        self.update(BlockInhibited="")
        driver.wait(blockers=[], hold=False)

    def test_those_that_do_not_block(self):
        driver = self.start()
        locks = [self.inhibit(mode="delay"), self.inhibit("sleep:idle")]
        blocking = self.inhibit()
        driver.send("attend 4")
        driver.wait(blockers=[INHIBITED])
        for lock in [blocking, *locks]:
            os.close(lock)

    def start_polkit(self, *allowed):
        polkit, mock = self.spawn_server_template("polkitd", {}, stdout=subprocess.DEVNULL)
        self.processes.append(polkit)
        mock.SetAllowed(dbus.Array(allowed, signature="s"),
                        dbus_interface="org.freedesktop.DBus.Mock")

    def test_forced_is_held_where_it_may_not_overrule(self):
        """Without polkit, and with one that does not grant it."""
        driver = self.start()
        lock = self.inhibit()
        driver.send("attend 5")
        driver.wait(blockers=[INHIBITED], hold=True)
        driver.send("attend")
        driver.wait(blockers=[])
        self.start_polkit("org.freedesktop.login1.power-off-ignore-inhibit")
        driver.send("attend 5")
        driver.wait(blockers=[INHIBITED], hold=True)
        os.close(lock)

    def test_forced_is_not_held_where_it_may_overrule(self):
        self.start_polkit("org.freedesktop.login1.reboot-ignore-inhibit")
        driver = self.start()
        lock = self.inhibit()
        driver.send("attend 5")
        driver.wait(blockers=[INHIBITED], hold=False)
        # the same blockers, and another request
        driver.send("attend 4")
        driver.wait(blockers=[INHIBITED], hold=True)
        os.close(lock)

    def test_weak_one_holds_only_what_does_not_force(self):
        driver = self.start()
        lock = self.inhibit(mode="block-weak")
        driver.send("attend 5")
        driver.wait(blockers=[INHIBITED], hold=False)
        driver.send("attend 4")
        driver.wait(blockers=[INHIBITED], hold=True)
        os.close(lock)

    def test_logind_goes_and_comes_back(self):
        driver = self.start(warnings=False)
        driver.send("attend 4")
        self.stop_logind()
        driver.wait(state="unavailable")
        self.start_logind()
        lock = self.inhibit()
        driver.wait(state="ready")
        self.update(BlockInhibited="shutdown")
        driver.wait(blockers=[INHIBITED], hold=True)
        os.close(lock)


class TestState(TestCase):
    """Whose shutdown it is, and whether there is anybody to tell."""

    def test_schedule_that_is_signalled(self):
        driver = self.start()
        self.update(ScheduledShutdown=self.schedule("reboot", 1767225600000000))
        driver.wait(state="taken")
        self.update(ScheduledShutdown=self.schedule("", 0))
        driver.wait(state="ready")
        self.update(ScheduledShutdown=self.schedule("halt", 1767225600000000))
        driver.wait(state="taken")

    def test_dry_run_takes_nothing(self):
        for kind in "dry-reboot", "dry-poweroff", "dry-halt":
            self.set_quietly("ScheduledShutdown", self.schedule(kind, 1767225600000000))
            self.assertEqual(self.start().facts["state"], "ready")

    def test_schedule_that_is_only_written(self):
        """Before systemd 257 a scheduled shutdown is a file, and no signal."""
        driver = self.start()
        folder = Path(self.directory, "shutdown")
        self.set_quietly("ScheduledShutdown", self.schedule("poweroff", 1767225600000000))
        folder.mkdir()
        (folder / ".#scheduled1").write_text("USEC=1767225600000000\n")
        (folder / ".#scheduled1").rename(folder / "scheduled")
        driver.wait(state="taken")
        self.set_quietly("ScheduledShutdown", self.schedule("", 0))
        (folder / "scheduled").unlink()
        driver.wait(state="ready")
        self.set_quietly("ScheduledShutdown", self.schedule("reboot", 1767225600000000))
        (folder / "scheduled").write_text("USEC=1767225600000000\n")
        driver.wait(state="taken")

    def test_schedule_from_before_is_known_and_cleared(self):
        self.set_quietly("ScheduledShutdown", self.schedule("reboot", 1767225600000000))
        driver = self.start()
        driver.wait(state="taken")
        driver.send("clear")
        self.assertTrue(driver.wait_for("cleared")["success"])
        self.assertEqual(driver.facts["state"], "ready")
        self.assertEqual(self.calls("CancelScheduledShutdown"), [("CancelScheduledShutdown",)])
        # nothing is scheduled any more: no error either
        driver.send("clear")
        self.assertTrue(driver.wait_for("cleared")["success"])

    def test_clearing_that_is_refused(self):
        driver = self.start()
        self.answer("CancelScheduledShutdown", fail_with(DENIED, "Not you"), "", "b")
        driver.send("clear")
        refused = driver.wait_for("cleared")
        self.assertEqual((refused["success"], refused["code"]), (False, "failed"))
        self.assertIn("Not you", refused["message"])

    def test_delay_lock(self):
        driver = self.start()
        self.wait_until(lambda: len(self.locks()) == 1)
        what, who, why, mode = self.locks()[0][:4]
        self.assertEqual((what, who, mode), ("shutdown", "Curfew", "delay"))
        self.assertNotEqual(why, "")
        self.emit("PrepareForShutdown", "b", True)
        driver.wait(state="going-down")
        self.assertEqual(len(self.locks()), 1)
        driver.send("let-go")
        self.wait_until(lambda: not self.locks())
        self.emit("PrepareForShutdown", "b", False)
        driver.wait(state="ready")
        self.wait_until(lambda: len(self.locks()) == 1)

    def test_let_go_lasts_until_it_was_called_off(self):
        driver = self.start()
        self.wait_until(lambda: len(self.locks()) == 1)
        driver.send("let-go")
        self.wait_until(lambda: not self.locks())
        self.update(ScheduledShutdown=self.schedule("reboot", 1767225600000000))
        driver.wait(state="taken")
        # whatever it asked for before this answer, it would have by now
        driver.send("clear")
        self.assertTrue(driver.wait_for("cleared")["success"])
        driver.wait(state="ready")
        self.assertEqual(self.locks(), [])
        self.emit("PrepareForShutdown", "b", False)
        self.wait_until(lambda: len(self.locks()) == 1)

    def test_failed_execution_takes_the_lock_again(self):
        driver = self.start()
        self.wait_until(lambda: len(self.locks()) == 1)
        driver.send("let-go")
        self.wait_until(lambda: not self.locks())
        self.sign_in("c1", 1000, "alice")
        self.assertFalse(driver.execute(RESTART)["success"])
        self.wait_until(lambda: len(self.locks()) == 1)

    def test_start_while_it_goes_down(self):
        self.set_quietly("PreparingForShutdown", True)
        driver = self.start()
        self.assertEqual(driver.facts["state"], "going-down")
        self.assertEqual(self.locks(), [])

    def test_logind_goes_and_comes_back(self):
        self.sign_in("c1", 1000, "alice")
        # the mock has its name before it has its methods: that is warned of
        driver = self.start("--halt", warnings=False)
        driver.wait(state="ready", people=1, capabilities=0xbd)
        self.stop_logind()
        driver.wait(state="unavailable")
        failed = driver.execute(RESTART | FORCE)
        self.assertEqual((failed["success"], failed["code"]), (False, "failed"))
        self.assertEqual(driver.facts["people"], 1)
        # a new logind has no lock of ours, whether we let go of the old one's or not
        driver.send("let-go")

        self.start_logind(CanReboot="no", can_halt="challenge")
        self.sign_in("c2", 1001, "bob", announce=False)
        self.sign_in("c3", 1002, "carol", announce=False)
        driver.wait(state="ready", people=2, capabilities=0x29)
        self.assertEqual(driver.users(), ["bob", "carol"])
        self.wait_until(lambda: len(self.locks()) == 1)

    def test_no_logind_at_all(self):
        self.stop_logind()
        driver = Driver(self.program, ["--run-directory", self.directory])
        said = driver.wait_for("failed")
        self.assertEqual(said["code"], "failed")
        self.assertIn("systemd-logind", said["message"])
        self.assertEqual(driver.end(), 1)


class TestSessions(TestCase):
    """Who counts as signed in."""

    def test_classes(self):
        for number, (kind, counts) in enumerate((
                ("user", True), ("user-early", True), ("user-incomplete", True), ("greeter", False),
                ("lock-screen", False), ("background", False), ("background-light", False),
                ("manager", False), ("manager-early", False), ("none", False), ("", False))):
            name = f"user{number}" if counts else f"not{number}"
            self.sign_in(f"c{number}", 1000 + number, name, Class=kind)
        self.sign_in("c99", 1099, "gone", State="closing")
        self.assertEqual(self.start().users(), ["user0", "user1", "user2"])

    def test_facts(self):
        self.sign_in("c1", 1000, "alice", Type="wayland", TTY="tty2")
        self.sign_in("c2", 1000, "alice", Type="tty", TTY="pts/3", Remote=True, Active=False,
                     Seat=dbus.Struct(("", dbus.ObjectPath("/")), signature="so"))
        driver = self.start()
        self.assertEqual(sorted(driver.facts["sessions"]), [
            ["c1", 1000, "alice", "seat0", "tty2", True, False, True],
            ["c2", 1000, "alice", "", "pts/3", False, True, False]])
        self.assertEqual(driver.facts["people"], 1)

    def test_coming_changing_and_going(self):
        driver = self.start()
        driver.wait(people=0)
        self.sign_in("c1", 1000, "alice", Type="x11")
        driver.wait(people=1)
        self.change_session("c1", Active=False)
        driver.wait(sessions=[["c1", 1000, "alice", "seat0", "", True, False, False]])
        self.sign_in("c2", 1001, "bob")
        driver.wait(people=2)
        # a greeter becomes nobody, and nobody becomes one
        self.change_session("c2", Class="greeter")
        driver.wait(people=1)
        self.change_session("c2", Class="user")
        driver.wait(people=2)
        self.sign_out("c1")
        driver.wait(people=1)
        self.assertEqual(driver.users(), ["bob"])

    def test_nothing_new_is_not_told(self):
        self.sign_in("c1", 1000, "alice")
        driver = self.start()
        self.change_session("c1", IdleHint=True)
        self.sign_in("c2", 1001, "bob")
        driver.wait(people=2)
        self.assertEqual(len([e for e in driver.events if e["event"] == "sessions"]), 2)

    def test_closing_is_only_written(self):
        """A session that closes while programs of it go on changes a file, and no signal comes."""
        folder = Path(self.directory, "sessions")
        folder.mkdir()
        (folder / "c1").write_text("STATE=active\n")
        self.sign_in("c1", 1000, "alice")
        driver = self.start()
        driver.wait(people=1)
        self.change_session_quietly("c1", State="closing")
        (folder / ".#c1").write_text("STATE=closing\n")
        (folder / ".#c1").rename(folder / "c1")
        driver.wait(people=0)

    def test_somebody_of_whom_nothing_is_known_yet(self):
        self.sign_in("c1", 1000, "alice")
        driver = self.start()
        driver.send("known")
        driver.wait(people=1, known=True)
        path = self.sign_in("c2", 1001, "bob", announce=False)
        go = Path(self.directory, "go")
        # logind tells that somebody comes and somebody goes, and nothing more for a while
        self.answer("Swap", f"""
import os, time
self.EmitSignal({MANAGER!r}, 'SessionNew', 'so', ['c2', dbus.ObjectPath({str(path)!r})])
self.EmitSignal({MANAGER!r}, 'SessionRemoved', 'so',
                ['c1', dbus.ObjectPath({PATH + '/session/c1'!r})])
while not os.path.exists({str(go)!r}):
    time.sleep(0.01)
""", "")
        self.logind.get_dbus_method("Swap", MANAGER)(ignore_reply=True)
        driver.wait(people=0)
        driver.send("known")
        driver.wait(known=False)
        go.write_text("")
        driver.wait(people=1, known=True)
        self.assertEqual(driver.users(), ["bob"])

    def test_session_that_is_gone_when_it_is_asked(self):
        driver = self.start()
        self.emit("SessionNew", "so", "c7", dbus.ObjectPath("/org/freedesktop/login1/session/c7"))
        self.sign_in("c1", 1000, "alice")
        driver.wait(people=1, known=True)


class TestCapabilities(TestCase):
    """What can be done here."""

    def capabilities(self, *arguments, **parameters):
        self.end_drivers()
        self.stop_logind()
        self.start_logind(**parameters)
        return self.start(*arguments).facts["capabilities"]

    def test_answers(self):
        self.assertEqual(self.capabilities(), FORCE | OVERRIDE | RESTART | APPS | POWER_OFF)
        self.assertEqual(self.capabilities("--halt"),
                         FORCE | OVERRIDE | RESTART | APPS | POWER_OFF | HALT)
        self.assertEqual(self.capabilities("--halt", CanReboot="na", CanPowerOff="challenge",
                                           can_halt="no"), FORCE | OVERRIDE)
        self.assertEqual(self.capabilities("--halt", CanReboot="inhibitor-blocked",
                                           CanPowerOff="challenge-inhibitor-blocked",
                                           can_halt="inhibited"),
                         FORCE | OVERRIDE | RESTART | APPS | HALT)

    def test_updates_that_can_be_started(self):
        directory = Path(self.get_services_dir(system_bus=True))
        service = directory / f"{PACKAGEKIT}.service"
        started = Path(self.directory, "started")
        service.write_text(f"[D-BUS Service]\nName={PACKAGEKIT}\nExec=/usr/bin/touch {started}\n")
        bus = self.bus.get_object("org.freedesktop.DBus", "/org/freedesktop/DBus")
        bus.ReloadConfig(dbus_interface="org.freedesktop.DBus")
        try:
            self.assertTrue(self.start().facts["capabilities"] & UPDATES)
            self.assertFalse(started.exists(), "PackageKit was started for a look")
        finally:
            service.unlink()
            bus.ReloadConfig(dbus_interface="org.freedesktop.DBus")

    def test_what_logind_could_not_answer_is_asked_again(self):
        """As when polkit hangs, or is being started anew, at the moment that the agent asks."""
        self.answer("CanReboot", fail_with(NO_REPLY), "", "s")
        driver = self.start()
        self.assertFalse(driver.facts["capabilities"] & RESTART)
        self.answer("CanReboot", "ret = 'yes'", "", "s")
        driver.wait(capabilities=FORCE | OVERRIDE | RESTART | APPS | POWER_OFF)


class TestUpdates(TestCase):
    """Updates are installed by a restart, whatever follows then."""

    def test_restart_and_power_off(self):
        for flags, action in ((RESTART, "reboot"), (POWER_OFF, "power-off"),
                              (RESTART | POWER_OFF, "power-off")):
            with self.subTest(action=action):
                self.start_packagekit()
                driver = self.start()
                self.assertTrue(driver.facts["capabilities"] & UPDATES)
                before = len(self.told())
                self.assertTrue(driver.execute(flags | UPDATES)["success"])
                self.assertEqual(self.updates(), [("Trigger", action)])
                self.assertEqual(self.told()[before:], [("RebootWithFlags", "1")])
                self.end_process(self.processes.pop())

    def test_none_prepared(self):
        self.start_packagekit(prepared=False)
        self.assertTrue(self.start().execute(POWER_OFF | UPDATES)["success"])
        self.assertEqual(self.updates(), [])
        self.assertEqual(self.told(), [("PowerOffWithFlags", "1")])

    def test_not_wanted(self):
        self.start_packagekit()
        self.assertTrue(self.start().execute(POWER_OFF)["success"])
        self.assertEqual(self.updates(), [])
        self.assertEqual(self.told(), [("PowerOffWithFlags", "1")])

    def test_packagekit_is_absent(self):
        driver = self.start(warnings=False)
        self.assertFalse(driver.facts["capabilities"] & UPDATES)
        self.assertTrue(driver.execute(POWER_OFF | UPDATES)["success"])
        self.assertEqual(self.told(), [("PowerOffWithFlags", "1")])

    def test_packagekit_refuses(self):
        self.start_packagekit(trigger=fail_with(DENIED))
        self.assertTrue(self.start(warnings=False).execute(POWER_OFF | UPDATES)["success"])
        self.assertEqual(self.updates(), [("Trigger", "power-off")])
        self.assertEqual(self.told(), [("PowerOffWithFlags", "1")])

    def test_lost_trigger_is_taken_back(self):
        self.start_packagekit(trigger=fail_with(NO_REPLY))
        self.assertTrue(self.start(warnings=False).execute(POWER_OFF | UPDATES)["success"])
        self.assertEqual(self.updates(), [("Trigger", "power-off"), ("Cancel",)])
        self.assertEqual(self.told(), [("PowerOffWithFlags", "1")])

    def test_failed_restart_takes_it_back(self):
        self.start_packagekit()
        driver = self.start()
        self.answer("RebootWithFlags", fail_with("org.freedesktop.login1.Strange"))
        self.assertEqual(driver.execute(POWER_OFF | UPDATES)["code"], "failed")
        self.assertEqual(self.updates(), [("Trigger", "power-off"), ("Cancel",)])

    def test_restart_that_is_called_off_takes_it_back(self):
        self.start_packagekit()
        driver = self.start()
        self.assertTrue(driver.execute(RESTART | UPDATES)["success"])
        self.emit("PrepareForShutdown", "b", True)
        driver.wait(state="going-down")
        self.emit("PrepareForShutdown", "b", False)
        self.wait_until(lambda: self.updates() == [("Trigger", "reboot"), ("Cancel",)])

    def test_vetoed_request_triggers_nothing(self):
        self.start_packagekit()
        self.sign_in("c1", 1000, "alice")
        self.assertEqual(self.start().execute(RESTART | UPDATES)["code"], "vetoed")
        self.assertEqual(self.updates(), [])

    def test_forced_past_logind_restarts(self):
        self.stop_logind()
        self.start_logind("257")
        self.start_systemd("257.7-1")
        self.start_packagekit()
        lock = self.inhibit(who="backup", why="")
        self.assertTrue(self.start().execute(POWER_OFF | UPDATES | FORCE)["success"])
        self.assertEqual(self.updates(), [("Trigger", "power-off")])
        self.assertEqual(self.units(), [("reboot.target", "replace-irreversibly")])
        os.close(lock)


if __name__ == "__main__":
    take_program()
    unittest.main(verbosity=2, warnings="ignore")
