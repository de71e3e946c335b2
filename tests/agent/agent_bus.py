# SPDX-License-Identifier: GPL-3.0-or-later
"""A system bus of its own with agent-bus-driver on it, and a polkit that does as it is told.

The last arguments of whoever imports this are DRIVER CURFEWCTL SOURCE_ROOT.
"""

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

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


def people():
    """Who is signed in: uid → place, shown, read, ready."""
    return {int(uid): (str(where), *(int(one) for one in known))
            for uid, _, where, *known in property_of("People")}


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
