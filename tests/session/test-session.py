#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""curfew-session between a session bus and a system bus of its own.

usage: test-session.py CURFEW_SESSION
"""

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

try:
    import dbus
    import dbusmock
except ImportError:
    print("python3-dbusmock is not installed")
    sys.exit(77)

PROGRAM = sys.argv.pop() if len(sys.argv) > 1 else None
AGENT = "org.curfew.Agent1"
AGENT_PATH = "/org/curfew/Agent1"
LOGIND = "org.freedesktop.login1"
SYSTEMD = "org.freedesktop.systemd1"
SESSION = "org.curfew.Session"
APPS, RESTART = 0x80, 0x04
EARLIER_BOOT = "00000000-1111-4222-8333-444444444444"
DAY = 24 * 60 * 60

# Each lock is one end of a pipe; the other one tells whether it is still held.
INHIBIT = """
import os
ours, theirs = os.pipe()
locks = globals().setdefault("locks", [])
locks.append(ours)
ret = dbus.types.UnixFd(theirs)
os.close(theirs)
"""
HELD = """
ret = dbus.Array(signature="b")
for lock in globals().get("locks", []):
    ret.append(not __import__("select").select([lock], [], [], 0)[0])
"""

OWN = f"""
globals()["owned"] = dbus.service.BusName("{AGENT}", self.bus_name.get_bus())
"""

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>{kind}</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class Helper:
    """One curfew-session and what it logs."""

    def __init__(self, environment):
        self.process = subprocess.Popen([PROGRAM], stderr=subprocess.PIPE, env=environment)
        self.log = ""

    def expect(self, pattern, timeout=20):
        """Reads the log until the pattern is in what was not expected before."""
        deadline = time.monotonic() + timeout
        while not (match := re.search(pattern, self.log)):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.process.stderr], [], [], left)[0]:
                raise AssertionError(f"“{pattern}” does not come: {self.log}")
            octets = os.read(self.process.stderr.fileno(), 65536)
            if not octets:
                raise AssertionError(f"It ended without “{pattern}”: {self.log}")
            self.log += octets.decode()
        self.log = self.log[match.end():]
        return match

    def end(self, number=signal.SIGTERM):
        """Exit status and the rest of the log."""
        if number is not None:
            self.process.send_signal(number)
        try:
            octets = self.process.communicate(timeout=20)[1]
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        self.log += octets.decode()
        return self.process.returncode, self.log


class TestSession(unittest.TestCase):
    """The buses are new for each test: some end them."""

    def setUp(self):
        self.processes = []
        self.helpers = []
        self.root = Path(tempfile.mkdtemp(prefix="curfew-session-"))
        self.session_daemon, self.session_bus = self.start_bus("session")
        self.system_daemon, self.system_bus = self.start_bus("system")
        self.file = self.root / "state/curfew/applications"
        self.environment = dict(
            os.environ, HOME=str(self.root), XDG_STATE_HOME=str(self.root / "state"),
            XDG_DATA_HOME=str(self.root / "data"), XDG_DATA_DIRS=str(self.root / "none"),
            XDG_CONFIG_HOME=str(self.root / "config"), XDG_CONFIG_DIRS=str(self.root / "xdg"),
            XDG_CURRENT_DESKTOP="Test")
        for name in "JOURNAL_STREAM", "G_MESSAGES_DEBUG":
            self.environment.pop(name, None)
        self.start_systemd()
        self.start_logind()
        self.agent_process = None

    def tearDown(self):
        for helper in self.helpers:
            if helper.process.poll() is None:
                helper.end(signal.SIGKILL)
            helper.process.stderr.close()
        for bus in self.session_bus, self.system_bus:
            bus.close()
        for process in reversed(self.processes):
            process.terminate()
            process.wait(20)
        shutil.rmtree(self.root)

    # ------------------------------------------------------------------ the others

    def start_bus(self, kind):
        configuration = self.root / f"{kind}.conf"
        configuration.write_text(BUS.format(kind=kind))
        daemon = subprocess.Popen(
            ["dbus-daemon", "--nofork", "--print-address", f"--config-file={configuration}"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.processes.append(daemon)
        with daemon.stdout:
            address = daemon.stdout.readline().strip()
        os.environ[f"DBUS_{kind.upper()}_BUS_ADDRESS"] = address
        bus = dbus.bus.BusConnection(address)
        bus.set_exit_on_disconnect(False)
        return daemon, bus

    def spawn(self, name, path, interface, system_bus):
        process = dbusmock.DBusTestCase.spawn_server(name, path, interface, system_bus=system_bus,
                                                     stdout=subprocess.DEVNULL)
        self.processes.append(process)
        bus = self.system_bus if system_bus else self.session_bus
        self.wait_until(lambda: bus.name_has_owner(name))
        return process, dbus.Interface(bus.get_object(name, path), dbusmock.MOCK_IFACE)

    def start_systemd(self):
        self.systemd_process, self.systemd = self.spawn(
            SYSTEMD, "/org/freedesktop/systemd1", SYSTEMD + ".Manager", False)
        self.set_units()
        self.systemd.AddMethod("", "StartTransientUnit", "ssa(sv)a(sa(sv))", "o",
                               "ret = dbus.ObjectPath('/job')")

    def set_units(self, *units, code=""):
        rows = [(unit, "", "loaded", "active", "running", "", "/u", 0, "", "/") for unit in units]
        self.systemd.AddMethod("", "ListUnitsByPatterns", "asas", "a(ssssssouso)",
                               f"{code}\nret = dbus.Array({rows!r}, signature='(ssssssouso)')")

    def start_logind(self):
        _, self.logind = self.spawn(LOGIND, "/org/freedesktop/login1", LOGIND + ".Manager", True)
        self.logind.AddMethod("", "Inhibit", "ssss", "h", INHIBIT)
        self.logind.AddMethod("", "Held", "", "ab", HELD)

    def locks(self):
        manager = self.system_bus.get_object(LOGIND, "/org/freedesktop/login1")
        return [bool(held) for held in manager.Held(dbus_interface=LOGIND + ".Manager")]

    def start_agent(self, **properties):
        """Like the agent itself: whoever sees the name finds everything in place."""
        self.agent_process, mock = self.spawn(AGENT + ".Mock", AGENT_PATH, AGENT, True)
        values = {"State": "idle", "Flags": dbus.UInt32(0), "Rehearsal": False, **properties}
        mock.AddProperties(AGENT, dbus.Dictionary(values, signature="sv"))
        mock.AddMethod("", "Own", "", "", OWN)
        self.system_bus.get_object(AGENT + ".Mock", AGENT_PATH).Own(dbus_interface=AGENT)
        self.agent = dbus.Interface(self.system_bus.get_object(AGENT, AGENT_PATH),
                                    dbusmock.MOCK_IFACE)

    def stop_agent(self):
        self.processes.remove(self.agent_process)
        self.agent_process.kill()
        self.agent_process.wait(20)

    def tell(self, state, flags=RESTART | APPS):
        self.agent.UpdateProperties(AGENT, {"State": state, "Flags": dbus.UInt32(flags)})

    def go_down(self, restart_apps=True):
        self.tell("executing", RESTART | (APPS if restart_apps else 0))
        self.agent.EmitSignal(AGENT, "GoingDown", "sb", ["restart", restart_apps])

    def end_request(self, outcome):
        self.tell("idle", 0)
        self.agent.EmitSignal(AGENT, "Ended", "sss", ["K7M-2QX", outcome, ""])

    def add_application(self, name, *lines, folder="data/applications"):
        path = self.root / folder / f"{name}.desktop"
        path.parent.mkdir(parents=True, exist_ok=True)
        # one line for each start, written in one go
        path.write_text("\n".join((
            "[Desktop Entry]", "Type=Application", f"Name={name}",
            f"Exec=/bin/sh -c \"echo $PPID >> '{self.root}/started-{name}'\"", *lines, "")))

    def n_starts(self, name):
        path = self.root / f"started-{name}"
        return len(path.read_text().splitlines()) if path.exists() else 0

    def write_list(self, *ids, boot=EARLIER_BOOT, age=60):
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(f"[applications]\nboot-id={boot}\ntime={int(time.time()) - age}\n"
                             f"ids={''.join(name + ';' for name in ids)}\n")
        self.file.chmod(0o600)

    def kept(self):
        return re.search(r"^ids=(.*)$", self.file.read_text(), re.M)[1].strip(";").split(";")

    def pretend_restart(self):
        self.file.write_text(re.sub("(?m)^boot-id=.*$", f"boot-id={EARLIER_BOOT}",
                                    self.file.read_text()))

    def start(self, warnings=True):
        environment = dict(self.environment)
        if not warnings:
            environment.pop("G_DEBUG", None)
        helper = Helper(environment)
        self.helpers.append(helper)
        return helper

    def follows(self, helper):
        """Waits until the helper is on both buses: it has seen to its list by then."""
        self.wait_until(lambda: self.session_bus.name_has_owner(SESSION))
        pid = helper.process.pid
        daemon = dbus.Interface(self.system_bus.get_object("org.freedesktop.DBus", "/"),
                                "org.freedesktop.DBus")
        self.wait_until(lambda: any(
            daemon.GetConnectionUnixProcessID(name) == pid
            for name in self.system_bus.list_names() if name.startswith(":")))
        return helper

    def wait_until(self, fact, timeout=20):
        """For what is not signalled to the test: what a mock has noted."""
        deadline = time.monotonic() + timeout
        while not fact():
            if time.monotonic() > deadline:
                self.fail("It does not come")
            time.sleep(0.01)

    def end_well(self, helper):
        status, log = helper.end()
        self.assertEqual((status, "WARNING" in log, "CRITICAL" in log), (0, False, False), log)
        return log

    # ------------------------------------------------------------------ the tests

    def test_story(self):
        """A restart: noted, started again once, and not a third time."""
        for name in "org.example.One", "two-words", "org.example.Off":
            self.add_application(name)
        self.add_application("org.example.Hidden", "NoDisplay=true")
        self.add_application("org.curfew.Curfew")
        self.set_units("app-gnome-org.example.One-17.scope", "app-two\\x2dwords@1.service",
                       "app-org.example.One@2.service", "app-org.example.Hidden-3.scope",
                       "app-org.curfew.Curfew-4.scope", "app-not.Installed-5.scope",
                       "app-org.example.Off-6.scope", "app-nonsense", "session-2.scope")
        self.start_agent(State="pending", Flags=dbus.UInt32(RESTART | APPS))
        helper = self.start()
        self.wait_until(lambda: self.locks() == [True])
        (_, arguments), = self.logind.GetMethodCalls("Inhibit")
        self.assertEqual((arguments[0], arguments[3]), ("shutdown", "delay"))
        self.go_down()
        helper.expect("3 applications will be started again")
        self.wait_until(lambda: self.locks() == [False])
        (_, (states, patterns)), = self.systemd.GetMethodCalls("ListUnitsByPatterns")
        self.assertEqual((states, patterns), (["active"], ["app-*.scope", "app-*.service"]))
        self.assertEqual(self.kept(), ["org.example.One", "two-words", "org.example.Off"])
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
        self.end_request("acted")
        self.stop_agent()
        self.end_well(helper)
        self.assertTrue(self.file.exists())

        # the same boot: somebody signed out and in again
        helper = self.follows(self.start())
        self.end_well(helper)
        self.assertTrue(self.file.exists())

        # the next boot
        self.pretend_restart()
        (self.root / "data/applications/org.example.Off.desktop").unlink()
        self.set_units()
        helper = self.start()
        helper.expect("org.example.Off is not started again: it is not installed")
        self.wait_until(lambda: self.n_starts("org.example.One") == 1)
        self.wait_until(lambda: self.n_starts("two-words") == 1)
        self.wait_until(lambda: len(self.systemd.GetMethodCalls("StartTransientUnit")) == 2)
        names = [str(arguments[0]) for _, arguments
                 in self.systemd.GetMethodCalls("StartTransientUnit")]
        self.assertRegex(names[0], r"^app-curfew-org\.example\.One-[0-9]+\.scope$")
        self.assertRegex(names[1], r"^app-curfew-two\\x2dwords-[0-9]+\.scope$")
        self.assertFalse(self.file.exists())
        self.end_well(helper)

        # and once more
        helper = self.follows(self.start())
        self.assertNotIn("started again", self.end_well(helper))
        self.assertEqual((self.n_starts("org.example.One"), self.n_starts("two-words")), (1, 1))
        self.assertEqual(self.n_starts("org.example.Hidden"), 0)

    def test_what_runs_or_starts_anyway_is_left_alone(self):
        for name in "runs", "auto", "switched-off", "gnome-off", "hidden":
            self.add_application(name)
        self.add_application("hidden", "NoDisplay=true")
        self.add_application("auto", folder="xdg/autostart")
        self.add_application("switched-off", folder="xdg/autostart")
        self.add_application("switched-off", "Hidden=true", folder="config/autostart")
        self.add_application("gnome-off", "X-GNOME-Autostart-enabled=false",
                             folder="config/autostart")
        self.set_units("app-runs@autostart.service")
        self.write_list("runs", "auto", "hidden", "switched-off", "gnome-off")
        helper = self.start()
        helper.expect("runs is not started again: it runs already")
        helper.expect("auto is not started again: the desktop starts it anyway")
        helper.expect("hidden is not started again: it is none")
        helper.expect("switched-off was started again")
        helper.expect("gnome-off was started again")
        self.wait_until(lambda: self.n_starts("switched-off") == self.n_starts("gnome-off") == 1)
        self.end_well(helper)
        self.assertEqual([self.n_starts(name) for name in ("runs", "auto", "hidden")], [0, 0, 0])

    def test_without_systemd_everything_is_started(self):
        self.processes.remove(self.systemd_process)
        self.systemd_process.kill()
        self.systemd_process.wait(20)
        self.wait_until(lambda: not self.session_bus.name_has_owner(SYSTEMD))
        self.add_application("one")
        self.write_list("one")
        self.start_agent(State="pending", Flags=dbus.UInt32(RESTART | APPS))
        helper = self.start()
        helper.expect("one was started again")
        self.wait_until(lambda: self.n_starts("one") == 1)
        # and nothing can be noted, which holds nothing up
        self.wait_until(lambda: self.locks() == [True])
        self.go_down()
        helper.expect("systemd does not tell which run")
        self.wait_until(lambda: self.locks() == [False])
        self.end_well(helper)
        self.assertFalse(self.file.exists())

    def test_old_list_is_dropped_and_broken_one_kept_aside(self):
        self.add_application("one")
        self.write_list("one", age=7 * DAY + 60)
        helper = self.start()
        helper.expect("older than 7 days")
        self.end_well(helper)
        self.assertFalse(self.file.exists())

        self.write_list("../one")
        helper = self.start(warnings=False)
        helper.expect("WARNING.*is now .*applications.broken")
        self.assertEqual(helper.end()[0], 0)
        self.assertTrue(self.file.with_suffix(".broken").exists())
        self.assertEqual(self.n_starts("one"), 0)

    def test_forged_signal_is_not_believed(self):
        """Another connection of the bus says the same as the agent would."""
        self.add_application("one")
        self.set_units("app-one-1.scope")
        self.start_agent(State="pending", Flags=dbus.UInt32(RESTART | APPS))
        helper = self.start()
        self.wait_until(lambda: self.locks() == [True])
        helper_name = next(
            name for name in self.system_bus.list_names() if name.startswith(":") and
            self.system_bus.get_object("org.freedesktop.DBus", "/").GetConnectionUnixProcessID(
                name, dbus_interface="org.freedesktop.DBus") == helper.process.pid)
        for destination in None, helper_name:
            for interface, member, signature, values in (
                    (AGENT, "GoingDown", "sb", ("restart", True)),
                    (AGENT, "Ended", "sss", ("", "called-off", "")),
                    ("org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as",
                     (AGENT, {"State": "idle", "Flags": dbus.UInt32(0)}, []))):
                message = dbus.lowlevel.SignalMessage(AGENT_PATH, interface, member)
                if destination is not None:
                    message.set_destination(destination)
                message.append(*values, signature=signature)
                self.system_bus.send_message(message)
        self.system_bus.flush()
        # The helper reads its messages in their order, so that what comes from the agent now comes
        # after all of those.
        self.system_bus.list_names()
        self.assertEqual(self.locks(), [True])
        self.assertFalse(self.file.exists())
        self.go_down()
        helper.expect("1 applications will be started again")
        self.wait_until(lambda: self.locks() == [False])
        self.assertEqual(len(self.systemd.GetMethodCalls("ListUnitsByPatterns")), 1)
        self.assertEqual(len(self.logind.GetMethodCalls("Inhibit")), 1)
        self.end_well(helper)

    def test_agent_comes_and_goes(self):
        helper = self.follows(self.start())
        self.start_agent()
        self.tell("pending", RESTART)
        self.tell("pending", RESTART | APPS)
        self.wait_until(lambda: self.locks() == [True])
        self.stop_agent()
        self.wait_until(lambda: self.locks() == [False])
        self.start_agent(State="pending", Flags=dbus.UInt32(RESTART | APPS))
        self.wait_until(lambda: self.locks() == [False, True])
        self.end_request("called-off")
        self.wait_until(lambda: self.locks() == [False, False])
        self.end_well(helper)

    def test_restart_that_fails_leaves_no_list(self):
        self.add_application("one")
        self.set_units("app-one-1.scope")
        self.start_agent(State="pending", Flags=dbus.UInt32(RESTART | APPS))
        helper = self.start()
        for n_locks, outcome in enumerate(("vetoed", "failed"), 1):
            self.wait_until(lambda: self.locks() == [False] * (n_locks - 1) + [True])
            self.go_down()
            helper.expect("1 applications will be started again")
            self.assertTrue(self.file.exists())
            self.end_request(outcome)
            self.wait_until(lambda: not self.file.exists())
            self.tell("pending")
        self.wait_until(lambda: self.locks() == [False, False, True])
        self.end_well(helper)

    def test_agent_that_ends_first_stops_nothing(self):
        """The agent goes down with the computer, perhaps before systemd has answered."""
        self.add_application("one")
        self.set_units("app-one-1.scope", code=(
            f"import os, time\nwhile not os.path.exists('{self.root}/go-on'): time.sleep(0.01)"))
        self.start_agent(State="pending", Flags=dbus.UInt32(RESTART | APPS))
        helper = self.start()
        self.wait_until(lambda: self.locks() == [True])
        self.go_down()
        self.stop_agent()
        self.assertEqual(self.locks(), [True])
        (self.root / "go-on").touch()
        helper.expect("1 applications will be started again")
        self.wait_until(lambda: self.locks() == [False])
        self.end_well(helper)
        self.assertEqual(self.kept(), ["one"])

    def test_what_happens_at_once_is_noted_as_well(self):
        self.add_application("one")
        self.set_units("app-one-1.scope")
        self.start_agent()
        helper = self.follows(self.start())
        self.tell("pending")
        self.wait_until(lambda: self.locks() == [True])
        self.tell("idle", 0)
        self.wait_until(lambda: self.locks() == [False])
        self.go_down()
        helper.expect("1 applications will be started again")
        self.wait_until(lambda: not any(self.locks()))
        self.end_well(helper)

    def test_other_requests_and_rehearsals_note_nothing(self):
        self.add_application("one")
        self.set_units("app-one-1.scope")
        self.start_agent(State="pending", Flags=dbus.UInt32(RESTART | APPS))
        helper = self.start()
        self.wait_until(lambda: self.locks() == [True])
        self.agent.UpdateProperties(AGENT, {"Rehearsal": True})
        self.wait_until(lambda: self.locks() == [False])
        self.go_down()
        helper.expect("only rehearses")
        self.agent.UpdateProperties(AGENT, {"Rehearsal": False, "State": "pending"})
        self.wait_until(lambda: self.locks() == [False, True])
        self.write_list("one", boot=Path("/proc/sys/kernel/random/boot_id").read_text().strip())
        self.go_down(restart_apps=False)
        self.wait_until(lambda: self.locks() == [False, False])
        self.wait_until(lambda: not self.file.exists())
        self.assertEqual(self.systemd.GetMethodCalls("ListUnitsByPatterns"), [])
        self.end_well(helper)

    def test_logind_that_refuses_is_not_fatal(self):
        self.logind.AddMethod("", "Inhibit", "ssss", "h", (
            "raise dbus.exceptions.DBusException('Not you', "
            "name='org.freedesktop.DBus.Error.AccessDenied')"))
        self.add_application("one")
        self.set_units("app-one-1.scope")
        self.start_agent(State="pending", Flags=dbus.UInt32(RESTART | APPS))
        helper = self.start()
        helper.expect("logind does not let Curfew delay a shutdown: Not you")
        self.go_down()
        helper.expect("1 applications will be started again")
        self.end_well(helper)

    def test_at_most_fifty(self):
        for number in range(60):
            self.add_application(f"a{number}")
        self.set_units(*(f"app-a{number}-7.scope" for number in range(60)))
        self.start_agent(State="pending", Flags=dbus.UInt32(RESTART | APPS))
        helper = self.start()
        self.wait_until(lambda: self.locks() == [True])
        self.go_down()
        helper.expect("50 applications will be started again")
        self.assertEqual(self.kept(), [f"a{number}" for number in range(50)])
        self.end_well(helper)

    def test_one_for_a_session(self):
        first = self.follows(self.start())
        second = self.start()
        self.assertEqual(second.end(None)[0], 0)
        self.assertIsNone(first.process.poll())
        self.end_well(first)

    def test_ends_with_its_buses(self):
        self.start_agent(State="pending", Flags=dbus.UInt32(RESTART | APPS))
        helper = self.start()
        self.wait_until(lambda: self.locks() == [True])
        self.session_daemon.terminate()
        self.assertEqual(helper.end(None), (0, ""))
        self.assertEqual(subprocess.run([PROGRAM], env=self.environment, timeout=20, check=False,
                                        capture_output=True).returncode, 1)

    def test_ends_with_the_system_bus(self):
        self.start_agent(State="pending", Flags=dbus.UInt32(RESTART | APPS))
        helper = self.start()
        self.wait_until(lambda: self.locks() == [True])
        self.system_daemon.terminate()
        helper.expect("The system bus is lost")
        self.assertEqual(helper.end(None)[0], 1)

    def test_idle(self):
        """Nothing to do, nothing done: it sleeps without a deadline."""
        self.start_agent()
        helper = self.follows(self.start())
        process = Path(f"/proc/{helper.process.pid}")
        self.tell("pending", RESTART)

        def switches():
            counts = []
            for status in process.glob("task/*/status"):
                counts.append(re.findall(r"ctxt_switches:\t(\d+)", status.read_text()))
            return sorted(counts)

        # until it has come to rest, which it does only once if nothing wakes it
        before = None
        deadline = time.monotonic() + 20
        while before != (before := switches()) and time.monotonic() < deadline:
            time.sleep(1)
        self.assertLess(time.monotonic(), deadline)
        memory = int(re.search(r"VmRSS:\s+(\d+)", (process / "status").read_text())[1])
        print(f"{memory} kB resident", file=sys.stderr)
        self.end_well(helper)

    def test_options(self):
        def run(*arguments):
            return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=20,
                                  env=self.environment, check=False)
        self.assertRegex(run("--version").stdout, r"^curfew-session [0-9.]+\n$")
        for wrong in "--wrong", "wrong":
            done = run(wrong)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))


if __name__ == "__main__":
    unittest.main(verbosity=2)
