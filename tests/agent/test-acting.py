#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""curfew-agent as a process that acts, on a bus of its own with mocks of logind and polkit.

usage: test-acting.py [TESTCLASS...] AGENT
"""

import base64
import glob
import http.client
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "support"), os.path.join(HERE, "..", "power")]
try:
    import dbus
    import dbusmock
    import logind_mock
except ImportError as missing:
    print(f"python3-dbusmock is needed: {missing}")
    sys.exit(77)
from curfew_agent import PASSWORD, make_hash  # noqa: E402
from wsman_messages import initiation  # noqa: E402

BUILD = os.path.abspath(os.path.join(os.path.dirname(sys.argv.pop()), "..", ".."))
AGENT = ("org.curfew.Agent1", "/org/curfew/Agent1")
USER = "nobody"  # the bus wants to know its users, so it is one that every system has
RESTART = 4
AUTHORIZATION = "Basic " + base64.b64encode(f"mara:{PASSWORD}".encode()).decode()
CODE = "K7M-2QX"
WAIT = """
import time
while not os.path.exists("{path}"):
    time.sleep(0.01)
ret = dbus.Array([], signature="(ssssuu)")
"""

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <keep_umask/>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def drop_root():
    """An agent that acts does not run as root."""
    if os.geteuid() != 0:
        return []
    uid = pwd.getpwnam(USER).pw_uid
    return ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--"]


def copy_build(place):
    """What the agent needs of the build, where a user may read it who is nobody to its owner."""
    for pattern in ("src/agent/curfew-agent", "src/plugin-api/libcurfew-plugin.so.0",
                    "src/plugins/*/*.so", "data/plug-ins/*.xml"):
        for path in glob.glob(os.path.join(BUILD, pattern)):
            copy = os.path.join(place, os.path.relpath(path, BUILD))
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            shutil.copy(path, copy)
            if path.endswith(".xml"):
                with open(copy, "r+", encoding="utf-8") as file:
                    text = file.read().replace(BUILD, place)
                    file.seek(0)
                    file.truncate()
                    file.write(text)
    for folder, _, names in os.walk(place):
        for path in [folder, *(os.path.join(folder, name) for name in names)]:
            os.chmod(path, os.stat(path).st_mode & 0o700 | 0o055)


class Acting(logind_mock.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.build = tempfile.mkdtemp(prefix="curfew-build-")
        copy_build(cls.build)
        cls.folder = tempfile.mkdtemp(prefix="curfew-bus-")
        with open(os.path.join(cls.folder, "bus.conf"), "w", encoding="utf-8") as file:
            file.write(BUS)
        pid, address = cls.start_dbus(conf=file.name)
        dbusmock.DBusTestCase.system_bus_pid = cls.system_bus_pid = pid
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = address
        cls.bus = cls.get_dbus(system_bus=True)

    @classmethod
    def tearDownClass(cls):
        os.environ.pop("DBUS_SYSTEM_BUS_ADDRESS", None)
        cls.stop_dbus(cls.system_bus_pid)
        dbusmock.DBusTestCase.system_bus_pid = cls.system_bus_pid = None
        shutil.rmtree(cls.folder)
        shutil.rmtree(cls.build)

    def setUp(self):
        super().setUp()
        self.start_systemd()
        polkit, _ = self.spawn_server_template("polkitd", {}, stdout=subprocess.DEVNULL)
        self.processes.append(polkit)
        self.agents = []
        for name, text in (("users", f"mara:{make_hash(PASSWORD)}\n"), ("access.conf", "[user mara]\nallow=all\n")):
            self.write(name, text)
        for name in "run", "state":
            os.mkdir(self.path(name), 0o700)
            self.give(self.path(name))
        self.give(self.directory)

    def tearDown(self):
        for agent in self.agents:
            agent.kill()
            agent.communicate()
        super().tearDown()

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        with os.fdopen(os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
                       "w") as file:
            file.write(text)
        self.give(self.path(name))
        return self.path(name)

    @staticmethod
    def give(path):
        """The folders and files of an agent are its own."""
        if os.geteuid() == 0:
            shutil.chown(path, USER)

    def start_agent(self, *arguments, config="", wait=True):
        text = f"[access]\nfile={self.path('access.conf')}\n[agent]\nsettle-seconds=0\n{config}"
        command = [*drop_root(), os.path.join(self.build, "src/agent/curfew-agent"),
                   "--plugins", os.path.join(self.build, "data/plug-ins"),
                   "--config", self.write("agent.conf", text), "--state-dir", self.path("state"),
                   "--run-dir", self.path("run"), "--listen", "127.0.0.1:0", *arguments]
        with open(self.path("agent.log"), "ab") as log:
            agent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        self.agents.append(agent)
        if wait:
            line = agent.stdout.readline()
            self.assertTrue(line, self.said())
            self.port = int(json.loads(line)["endpoints"][0].split(":")[2].split("/")[0])
        return agent

    def said(self):
        with open(self.path("agent.log"), encoding="utf-8") as log:
            return log.read()

    def rehearse(self, seconds):
        """An agent that rehearses accepts a request and is killed."""
        agent = self.start_agent("--rehearse", "--users", self.path("users"))
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", "/wsman", initiation(RESTART, seconds, code=CODE).encode(), {
            "Content-Type": "application/soap+xml;charset=UTF-8", "Authorization": AUTHORIZATION})
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()
        agent.kill()
        agent.wait()

    def leave_pending(self, seconds):
        """As an agent that acts leaves it when it is killed."""
        self.rehearse(seconds)
        os.rename(self.path("run/pending-rehearsal"), self.path("run/pending"))

    def property_of(self, name):
        agent = self.bus.get_object(*AGENT, introspect=False)
        return agent.Get(AGENT[0], name, dbus_interface=dbus.PROPERTIES_IFACE)

    def test_restored_request_is_told(self):
        self.leave_pending(3)
        self.start_agent()
        self.wait_until(self.told)
        self.wait_until(lambda: self.property_of("LastOutcome") == "acted")
        self.assertEqual(self.told(), [("RebootWithFlags", "1")])

    def test_what_is_told_of_a_restored_request(self):
        """Also who holds it up, though it was not this agent that accepted it."""
        self.sign_in("c1", 1000, "alice")
        lock = self.inhibit(who="Backup", why="half done")
        self.leave_pending(600)
        self.start_agent()
        self.assertEqual(self.property_of("Change"), "restored")
        self.assertTrue(self.property_of("ChangedBy").startswith("mara from 127.0.0.1"))
        left = self.property_of("Deadline") - self.property_of("Announced")
        self.assertEqual(left, 600 * 1000000)
        self.wait_until(lambda: self.property_of("Blockers"))
        self.assertEqual(self.property_of("Blockers")[0][:2], ("Backup", "half done"))
        self.assertTrue(self.property_of("BlockersHold"))
        ((uid, name, where, *known),) = self.property_of("People")
        self.assertEqual((uid, name, where), (1000, "alice", "screen"))
        self.assertEqual([bool(one) for one in known], [False] * 3)
        os.close(lock)
        self.wait_until(lambda: "Backup" not in self.holders())
        self.update(BlockInhibited="")
        self.wait_until(lambda: not self.property_of("Blockers"))
        self.assertFalse(self.property_of("BlockersHold"))

    def test_what_was_rehearsed_is_not_done(self):
        self.rehearse(600)
        self.start_agent()
        self.assertEqual(self.property_of("State"), "idle")
        self.assertEqual(self.property_of("LastOutcome"), "")

    def test_folder_that_cannot_be_written_to(self):
        """It would have to refuse every request."""
        for name, option in (("run", "--run-dir"), ("state", "--state-dir")):
            with self.subTest(option=option):
                os.chmod(self.path(name), 0o500)
                agent = self.start_agent(wait=False)
                self.assertEqual((agent.stdout.read(), agent.wait(30)), (b"", 2))
                os.chmod(self.path(name), 0o700)
                self.assertIn(f"{option}: The directory {self.path(name)} cannot be written to",
                              self.said())

    def test_stopped_while_it_tells(self):
        """What has begun is brought to its end: it cannot be called off, and is not forgotten."""
        self.leave_pending(3)
        self.answer("ListInhibitors", WAIT.format(path=self.path("go")), "", "a(ssssuu)")
        agent = self.start_agent()
        self.wait_until(lambda: self.property_of("State") == "executing")
        agent.terminate()
        self.write("go", "")
        self.assertEqual(agent.wait(30), 0)
        self.assertEqual(self.told(), [("RebootWithFlags", "1")])
        self.assertFalse(os.path.exists(self.path("run/pending")))


if __name__ == "__main__":
    unittest.main(verbosity=2)
