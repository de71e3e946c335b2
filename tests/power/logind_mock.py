# SPDX-License-Identifier: GPL-3.0-or-later
"""A bus of its own with mocks of logind, systemd and PackageKit, and the driver at work on it."""

import atexit
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

import dbus
import dbusmock

NAME = "org.freedesktop.login1"
PATH = "/org/freedesktop/login1"
MANAGER = "org.freedesktop.login1.Manager"
SESSION = "org.freedesktop.login1.Session"
SYSTEMD = "org.freedesktop.systemd1"
PACKAGEKIT = "org.freedesktop.PackageKit"
OFFLINE = "org.freedesktop.PackageKit.Offline"

DENIED = "org.freedesktop.DBus.Error.AccessDenied"
INTERACTIVE = "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"
BLOCKED = "org.freedesktop.login1.BlockedByInhibitorLock"
IN_PROGRESS = "org.freedesktop.login1.OperationInProgress"
NO_REPLY = "org.freedesktop.DBus.Error.NoReply"
TIMEOUT = "org.freedesktop.DBus.Error.Timeout"

# How versions of logind take a …WithFlags call, as an expression of `flags`, `weak` and `strong`
# (whether such a block inhibitor is held), and the error of a refusal.
BEHAVIOURS = {
    "252 for root": ("flags & 1 and (weak or strong)", DENIED, 0x03),
    "252 for others": ("weak or strong", INTERACTIVE, 0x03),
    "257": ("strong or (flags & 1 and weak)", DENIED, 0x1f),
    "258": ("strong or (flags & 1 and weak)", BLOCKED, 0x1f),
}

TELL = """
held = [i[3] for i in globals().get("inhibitors", []) if "shutdown" in i[0].split(":")]
weak, strong, flags = "block-weak" in held, "block" in held, int(args[0])
if flags & ~{known}:
    raise dbus.exceptions.DBusException("Invalid flags", name="org.freedesktop.DBus.Error.InvalidArgs")
if {refuses}:
    raise dbus.exceptions.DBusException("Refused", name="{error}")
"""


def fail_with(name, text="It does not want to"):
    return f"raise dbus.exceptions.DBusException({text!r}, name={name!r})"


class Driver:
    """logind-driver, and what it said last."""

    def __init__(self, program, arguments=(), warnings=True):
        environment = dict(os.environ)
        if not warnings:
            environment.pop("G_DEBUG", None)
        self.process = subprocess.Popen(
            [program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self.events = []
        self.facts = {}
        self.unread = b""

    def read(self, deadline):
        """One more event, or None at the end of the driver."""
        while b"\n" not in self.unread:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise AssertionError(f"It does not come. So far: {self.events}")
            octets = os.read(self.process.stdout.fileno(), 65536)
            if not octets:
                return None
            self.unread += octets
        line, self.unread = self.unread.split(b"\n", 1)
        event = json.loads(line)
        self.events.append(event)
        self.facts.update(event)
        return event

    def wait(self, timeout=20, **wanted):
        """Until the facts are as wanted; they may be already."""
        deadline = time.monotonic() + timeout
        while any(self.facts.get(name) != value for name, value in wanted.items()):
            if self.read(deadline) is None:
                raise AssertionError(f"The driver has ended. It said: {self.events}")
        return self.facts

    def wait_for(self, kind, timeout=20):
        deadline = time.monotonic() + timeout
        while True:
            event = self.read(deadline)
            if event is None:
                raise AssertionError(f"The driver has ended. It said: {self.events}")
            if event["event"] == kind:
                return event

    def send(self, command):
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()

    def execute(self, flags):
        self.send(f"execute {flags:x}")
        return self.wait_for("executed")

    def states(self):
        return [event["state"] for event in self.events if event["event"] == "state"]

    def users(self):
        return sorted(session[2] for session in self.facts["sessions"])

    def end(self):
        """Ends it orderly and returns its exit status."""
        self.process.stdin.close()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self.process.stdout.close()


class TestCase(dbusmock.DBusTestCase):
    """A bus for each class; what is on it is new for each test."""

    program = None

    @classmethod
    def setUpClass(cls):
        cls.start_system_bus()
        # the folder of the bus is one for all classes; dbusmock leaves it behind
        folder = os.path.dirname(cls.get_services_dir(system_bus=True))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        cls.bus = cls.get_dbus(system_bus=True)

    def setUp(self):
        self.processes = []
        self.drivers = []
        self.directory = tempfile.mkdtemp(prefix="curfew-")
        self.start_logind()

    def tearDown(self):
        try:
            self.end_drivers()
        finally:
            for process in self.processes:
                self.end_process(process)
            shutil.rmtree(self.directory)

    def end_drivers(self):
        statuses = [driver.end() for driver in self.drivers]
        self.drivers = []
        self.assertEqual([status for status in statuses if status != 0], [])

    @staticmethod
    def end_process(process):
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()

    def wait_until(self, fact, timeout=20):
        """For what is not signalled to the test: what a mock has noted."""
        deadline = time.monotonic() + timeout
        while not fact():
            if time.monotonic() > deadline:
                self.fail("It does not come")
            time.sleep(0.01)

    # ------------------------------------------------------------------ logind

    def start_logind(self, behaviour="252 for root", can_halt="yes", **parameters):
        self.log = open(os.path.join(self.directory, "logind.log"), "ab")
        self.logind_process, self.logind = self.spawn_server_template(
            "logind", dbus.Dictionary(parameters, signature="sv"), stdout=self.log)
        self.log.close()
        self.processes.append(self.logind_process)
        self.mock = dbus.Interface(self.logind, dbusmock.MOCK_IFACE)
        refuses, error, known = BEHAVIOURS[behaviour]
        for verb in "Reboot", "PowerOff", "Halt":
            self.mock.AddMethod(MANAGER, f"{verb}WithFlags", "t", "",
                                TELL.format(refuses=refuses, error=error, known=known))
        self.mock.AddMethod(MANAGER, "CanHalt", "", "s", f"ret = {can_halt!r}")
        # what calls it off leaves no signal, as logind before 257
        self.mock.AddMethod(MANAGER, "CancelScheduledShutdown", "", "b", (
            "old = self.props['org.freedesktop.login1.Manager']['ScheduledShutdown']\n"
            "ret = old[1] != 0\n"
            "self.props['org.freedesktop.login1.Manager']['ScheduledShutdown'] = "
            "dbus.Struct(('', dbus.UInt64(0)), signature='st')"))
        self.mock.AddMethod(MANAGER, "SetQuietly", "sv", "",
                            "self.props['org.freedesktop.login1.Manager'][str(args[0])] = args[1]")
        self.mock.AddProperty(MANAGER, "ScheduledShutdown", self.schedule("", 0))

    def stop_logind(self):
        self.processes.remove(self.logind_process)
        self.end_process(self.logind_process)

    @staticmethod
    def schedule(kind, real_usec):
        return dbus.Struct((kind, dbus.UInt64(real_usec)), signature="st", variant_level=1)

    def set_quietly(self, name, value):
        self.logind.SetQuietly(name, value, dbus_interface=MANAGER)

    def update(self, **properties):
        for name, value in properties.items():
            self.set_quietly(name, value)
        self.mock.EmitSignal(dbus.PROPERTIES_IFACE, "PropertiesChanged", "sa{sv}as", dbus.Array(
            [MANAGER, dbus.Dictionary(properties, signature="sv"), dbus.Array([], signature="s")],
            signature="v"))

    def emit(self, signal, signature, *values):
        self.mock.EmitSignal(MANAGER, signal, signature, dbus.Array(values, signature="v"))

    def answer(self, method, code, arguments="t", result=""):
        """From now on, this method does this."""
        self.mock.AddMethod(MANAGER, method, arguments, result, code)

    def calls(self, *methods):
        """What was called of that, in order: (name, first argument)."""
        with open(os.path.join(self.directory, "logind.log"), encoding="utf-8") as log:
            words = [line.split() for line in log]
        return [(word[1], *word[2:]) for word in words
                if len(word) > 1 and word[1] in methods and "raised:" not in word]

    def told(self):
        return self.calls("RebootWithFlags", "PowerOffWithFlags", "HaltWithFlags", "Reboot",
                          "PowerOff", "Halt", "Suspend", "Hibernate", "HybridSleep",
                          "SuspendThenHibernate")

    def inhibit(self, what="shutdown", who="PackageKit", why="installing updates", mode="block"):
        """Held until the descriptor is closed."""
        return self.logind.Inhibit(what, who, why, mode, dbus_interface=MANAGER).take()

    def locks(self):
        return [lock for lock in self.logind.ListInhibitors(dbus_interface=MANAGER)
                if lock[1] == "Curfew"]

    def holders(self):
        """A lock whose descriptor was closed is there until logind has noticed."""
        return [lock[1] for lock in self.logind.ListInhibitors(dbus_interface=MANAGER)]

    def sign_in(self, name, uid, user, announce=True, **properties):
        path = self.mock.AddSession(name, "seat0", dbus.UInt32(uid), user, True)
        if properties:
            self.change_session_quietly(name, **properties)
        if announce:
            self.emit("SessionNew", "so", name, dbus.ObjectPath(path))
        return path

    def session(self, name):
        return self.bus.get_object(NAME, f"{PATH}/session/{name}")

    def change_session(self, name, **properties):
        self.session(name).UpdateProperties(SESSION, dbus.Dictionary(properties, signature="sv"),
                                            dbus_interface=dbusmock.MOCK_IFACE)

    def change_session_quietly(self, name, **properties):
        """As logind does with State: whoever does not ask does not know."""
        code = "".join(f"self.props[{SESSION!r}][{key!r}] = {value!r}\n"
                       for key, value in properties.items())
        session = self.session(name)
        session.AddMethod(SESSION, "ChangeQuietly", "", "", code,
                          dbus_interface=dbusmock.MOCK_IFACE)
        session.ChangeQuietly(dbus_interface=SESSION)

    def sign_out(self, name):
        path = dbus.ObjectPath(f"{PATH}/session/{name}")
        self.mock.RemoveObject(path)
        self.emit("SessionRemoved", "so", name, path)

    # ------------------------------------------------------------------ systemd and PackageKit

    def start_systemd(self, version="252.39-1~deb12u1", start_unit=None):
        self.processes.append(self.spawn_server(
            SYSTEMD, "/org/freedesktop/systemd1", f"{SYSTEMD}.Manager", system_bus=True,
            stdout=subprocess.DEVNULL))
        self.systemd = self.bus.get_object(SYSTEMD, "/org/freedesktop/systemd1")
        mock = dbus.Interface(self.systemd, dbusmock.MOCK_IFACE)
        mock.AddProperty(f"{SYSTEMD}.Manager", "Version", version)
        mock.AddMethod(f"{SYSTEMD}.Manager", "StartUnit", "ss", "o",
                       start_unit or "ret = dbus.ObjectPath('/org/freedesktop/systemd1/job/7')")

    def units(self):
        return [tuple(str(word) for word in call[1]) for call in self.systemd.GetMethodCalls(
            "StartUnit", dbus_interface=dbusmock.MOCK_IFACE)]

    def start_packagekit(self, prepared=True, trigger=""):
        self.processes.append(self.spawn_server(
            PACKAGEKIT, "/org/freedesktop/PackageKit", OFFLINE, system_bus=True,
            stdout=subprocess.DEVNULL))
        self.packagekit = self.bus.get_object(PACKAGEKIT, "/org/freedesktop/PackageKit")
        mock = dbus.Interface(self.packagekit, dbusmock.MOCK_IFACE)
        mock.AddProperty(OFFLINE, "UpdatePrepared", prepared)
        mock.AddMethod(OFFLINE, "Trigger", "s", "", trigger)
        mock.AddMethod(OFFLINE, "Cancel", "", "", "")

    def updates(self):
        """What PackageKit was told, in order."""
        return [(str(call[1]), *(str(word) for word in call[2])) for call in
                self.packagekit.GetCalls(dbus_interface=dbusmock.MOCK_IFACE)]

    # ------------------------------------------------------------------ the driver

    def start(self, *arguments, warnings=True):
        driver = Driver(self.program, ["--run-directory", self.directory, *arguments],
                        warnings=warnings)
        self.drivers.append(driver)
        driver.wait_for("state")
        return driver


def take_program():
    """The program is the last argument; unittest reads the others."""
    TestCase.program = sys.argv.pop()
