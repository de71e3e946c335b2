#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""org.curfew.Agent1 on a system bus of its own, with a polkit that does as it is told.

usage: test-agent-bus.py [TEST...] DRIVER CURFEWCTL SOURCE_ROOT
"""

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as ElementTree

try:
    import dbus
    import dbusmock
    from gi.repository import Gio, GLib
except ImportError as missing:
    print(f"python3-dbusmock and python3-gi are needed: {missing}")
    sys.exit(77)

ROOT = sys.argv.pop()
CURFEWCTL = sys.argv.pop()
DRIVER = sys.argv.pop()
NAME = "org.curfew.Agent1"
PATH = "/org/curfew/Agent1"
ERROR = re.compile(r"GDBus\.Error:(?P<name>[A-Za-z0-9_.]+): (?P<text>.*)")
# the bus wants to know its users, so they are two of those that every system has
ALICE = pwd.getpwnam("nobody").pw_uid
BOB = pwd.getpwnam("daemon").pw_uid
MINUTE = 60 * 1000 * 1000

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <keep_umask/>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
    <allow send_destination="org.freedesktop.PolicyKit1"/>
  </policy>
  <policy user="{user}"><allow own="org.freedesktop.PolicyKit1"/></policy>
  <include>{policy}</include>
</busconfig>
"""


def now_boot():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000


class Driver:
    """A context manager around one agent-bus-driver."""

    def __init__(self, *arguments, log=None):
        self.arguments = arguments
        self.log = log
        self.said = ""

    def __enter__(self):
        self.process = subprocess.Popen([DRIVER, *self.arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.unique = self.expect("acquired").split()[1]
        return self

    def tell(self, line, answer):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.expect(answer)

    def expect(self, start):
        """The next line that begins so; what is said before it is left out."""
        while True:
            line = self.process.stdout.readline()
            self.said += line
            if not line:
                raise RuntimeError(f"the driver ended with {self.process.wait()} before “{start}”")
            if line.startswith(start):
                return line.rstrip("\n")

    def submit(self, seconds=3600, limit=3, each=900):
        assert self.tell(f"submit {seconds} {limit} {each}", "code") == "code 0"

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.read()
        status = self.process.wait(timeout=30)
        self.process.stdout.close()
        if status != 0:
            raise RuntimeError(f"the driver ended with {status}")


def as_user(uid):
    if uid is None or uid == os.geteuid():
        return []
    return ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--"]


class Answer:
    def __init__(self, process):
        self.output, self.errors = process.communicate(timeout=60)
        match = ERROR.search(self.errors)
        self.error = match["name"].rsplit(".", 1)[1] if match else None
        self.full_error = match["name"] if match else None
        self.status = process.returncode

    @property
    def number(self):
        return int(re.search(r"uint64 (\d+)", self.output)[1])


def start_call(method, *arguments, uid=None):
    return subprocess.Popen(
        [*as_user(uid), "gdbus", "call", "--address", os.environ["DBUS_SYSTEM_BUS_ADDRESS"],
         "--dest", NAME, "--object-path", PATH, "--timeout", "60", "--method", method,
         *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "G_DEBUG": ""})


def call(method, *arguments, uid=None):
    return Answer(start_call(f"{NAME}.{method}", *arguments, uid=uid))


def properties():
    bus = dbusmock.DBusTestCase.get_dbus(True)
    try:
        agent = dbus.Interface(bus.get_object(NAME, PATH, introspect=False),
                               "org.freedesktop.DBus.Properties")
        return agent.GetAll(NAME)
    finally:
        bus.close()


def property_of(name):
    return properties()[name]


class Watcher:
    """What one connection says on the bus: bound to its unique name, as every listener should be."""

    def __init__(self, sender):
        self.sender = sender
        self.lines = []
        self.n_read = 0

    def __enter__(self):
        self.bus = Gio.DBusConnection.new_for_address_sync(
            os.environ["DBUS_SYSTEM_BUS_ADDRESS"],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self.bus.signal_subscribe(self.sender, None, None, PATH, None, Gio.DBusSignalFlags.NONE,
                                  self.hear)
        # once this is answered the bus knows of the subscription
        self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                           "GetId", None, None, Gio.DBusCallFlags.NONE, -1, None)
        return self

    def hear(self, _bus, _sender, _path, _interface, signal, parameters):
        self.lines.append(f"{signal} {parameters.print_(True)}")

    def expect(self, *texts):
        """Waits for a line with all of these; what comes before it is left out."""
        while True:
            while self.n_read < len(self.lines):
                self.n_read += 1
                if all(text in self.lines[self.n_read - 1] for text in texts):
                    return
            GLib.MainContext.default().iteration(True)

    def count(self, text):
        return sum(text in line for line in self.lines)

    def __exit__(self, *_):
        self.bus.close_sync(None)


needs_root = unittest.skipIf(os.geteuid() != 0, "only root can be two other users")


class Case(dbusmock.DBusTestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="curfew-bus-")
        os.chmod(cls.directory, 0o755)
        user = pwd.getpwuid(os.geteuid()).pw_name
        # the real policy, but for the user who owns the name
        with open(os.path.join(ROOT, "data/dbus/org.curfew.Agent1.conf"), encoding="utf-8") as file:
            policy = file.read().replace('user="curfew"', f'user="{user}"')
        config = os.path.join(cls.directory, "bus.conf")
        with open(os.path.join(cls.directory, "agent.conf"), "w", encoding="utf-8") as file:
            file.write(policy)
        with open(config, "w", encoding="utf-8") as file:
            file.write(BUS.format(user=user, policy=os.path.join(cls.directory, "agent.conf")))
        pid, address = cls.start_dbus(conf=config)
        dbusmock.DBusTestCase.system_bus_pid = cls.system_bus_pid = pid
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = address

    @classmethod
    def tearDownClass(cls):
        os.environ.pop("DBUS_SYSTEM_BUS_ADDRESS", None)
        cls.stop_dbus(cls.system_bus_pid)
        dbusmock.DBusTestCase.system_bus_pid = cls.system_bus_pid = None
        shutil.rmtree(cls.directory)

    def start_polkit(self, *allowed):
        self.polkit, mock = self.spawn_server_template("polkitd", {}, stdout=subprocess.DEVNULL)
        self.addCleanup(self.stop_polkit)
        self.mock = dbus.Interface(mock, dbusmock.MOCK_IFACE)
        dbus.Interface(mock, dbusmock.MOCK_IFACE).AddMethod(
            "org.freedesktop.PolicyKit1.Authority", "CancelCheckAuthorization", "s", "", "")
        self.allow(*allowed)

    def stop_polkit(self):
        self.polkit.terminate()
        self.polkit.wait(timeout=20)

    def allow(self, *names):
        self.mock.SetAllowed(dbus.Array([f"org.curfew.agent.{name}" for name in names],
                                        signature="s"))

    def wait_for_hanging_call(self):
        while not self.mock.HaveHangingCalls():
            time.sleep(0.01)


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

            driver.tell(f"session {os.geteuid()} me active", "session")
            before = now_boot()
            driver.submit(600, 2, 900)
            pending = properties()
            self.assertEqual((pending["State"], pending["Action"], pending["RequestCode"]),
                             ("pending", "restart", "K7M-2QX"))
            self.assertEqual((pending["HasMessage"], pending["Message"]), (True, "Grüße"))
            self.assertEqual(pending["Requester"], "mara from 192.0.2.7")
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
            ((who, at, seconds, note),) = later["Postponements"]
            self.assertEqual((seconds, note), (300, "in a call"))
            self.assertIn(f"(uid {os.geteuid()})", who)
            self.assertAlmostEqual(at / 1e6, time.time(), delta=20)

            self.assertIsNone(call("Abort", "mistake").error)
            ended = properties()
            self.assertEqual((ended["State"], ended["Action"], ended["Deadline"]), ("idle", "", 0))
            self.assertEqual(len(ended["Postponements"]), 0)
            self.assertEqual((ended["LastOutcome"], ended["LastRequestCode"]),
                             ("called-off", "K7M-2QX"))
            self.assertIn(f"(uid {os.geteuid()})", ended["LastDetail"])

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
                                      ("Reschedule", ["60"]), ("ReportShown", ["K7M-2QX", "0"])):
                self.assertEqual(call(method, *arguments).error, "NotPending", method)
            driver.submit()
            deadline = property_of("Deadline")

            # no session: root is not exempt
            self.allow("postpone")
            self.assertEqual(call("Postpone", "0", "").error, "Denied")
            self.assertEqual(call("ReportShown", "K7M-2QX", "0").error, "Denied")
            for place in ("remote", "background"):
                driver.tell("nobody", "nobody")
                driver.tell(f"session {me} me {place}", "session")
                self.assertEqual(call("Postpone", "0", "").error, "Denied", place)
            self.assertIsNone(call("ReportShown", "K7M-2QX", "0").error)
            driver.tell("nobody", "nobody")
            driver.tell(f"session {me} me active", "session")

            # polkit has the last word
            self.allow()
            self.assertEqual(call("Postpone", "0", "").error, "Denied")
            self.assertEqual(call("Abort", "").error, "Denied")
            self.assertEqual(property_of("Deadline"), deadline)

    def test_values(self):
        self.start_polkit("postpone", "abort", "schedule", "act-now")
        with Driver() as driver:
            driver.tell(f"session {os.geteuid()} me active", "session")
            driver.submit(3600, 1, 900)
            self.assertEqual(call("Postpone", "0", "🦉" * 257).error, "InvalidArgument")
            self.assertEqual(call("Reschedule", "315360001").error, "InvalidArgument")
            self.assertEqual(call("ReportShown", "nonsense", "0").error, "InvalidArgument")
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
            # the one does not stand for the other
            self.allow("schedule")
            self.assertEqual(call("Reschedule", "0").error, "Denied")
            self.allow("schedule", "act-now")
            self.assertIsNone(call("Reschedule", "0").error)
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
            self.assertEqual(property_of("Postponements")[0][0], f"alice (uid {ALICE})")
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
            self.assertIsNone(call("Abort", "").error)


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
        for verb in (["status"], ["abort"], ["postpone"], ["reschedule", "--in=1h"]):
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

    def test_denied(self):
        self.start_polkit()
        with Driver() as driver:
            driver.submit()
            for verb in (["abort"], ["postpone"], ["reschedule", "--in=1h"]):
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
