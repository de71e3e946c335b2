#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An agent that starts takes up what is pending before anybody can ask it anything.

usage: test-startup.py AGENT
"""

import base64
import http.client
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from curfew_agent import PASSWORD, make_hash  # noqa: E402
from wsman_messages import initiation  # noqa: E402

PROGRAM = os.path.abspath(sys.argv.pop(1))
NAME = "org.curfew.Agent1"
PATH = "/org/curfew/Agent1"
AUTHORIZATION = "Basic " + base64.b64encode(f"mara:{PASSWORD}".encode()).decode()

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{directory}</servicedir>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class Startup(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="curfew-")
        self.addCleanup(place.cleanup)
        self.directory = place.name
        self.write("users", f"mara:{make_hash(PASSWORD)}\n")
        config = self.write("bus.conf", BUS.format(directory=self.directory))
        self.daemon = subprocess.Popen(
            ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(self.end, self.daemon)
        self.address = self.daemon.stdout.readline().strip()

    @staticmethod
    def end(process):
        process.kill()
        process.communicate()

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text, mode=0o600):
        with os.fdopen(os.open(self.path(name), os.O_WRONLY | os.O_CREAT, mode), "w") as file:
            file.write(text)
        return self.path(name)

    def service(self, name, script):
        """What the bus starts when somebody calls the name."""
        program = self.write(name + ".sh", f"#!/bin/sh\n{script}\n", 0o700)
        self.write(name + ".service", f"[D-BUS Service]\nName={name}\nExec={program}\n")

    def command(self, bus, listen="127.0.0.1:0"):
        return [PROGRAM, "--rehearse", "--users", self.path("users"), "--state-dir",
                self.path("state"), "--listen", listen, "--bus", bus]

    def start(self, *command):
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": self.address,
                 "DBUS_SYSTEM_BUS_ADDRESS": self.address})
        self.addCleanup(self.end, process)
        return process

    def leave_something_pending(self):
        agent = self.start(*self.command("none"))
        port = int(json.loads(agent.stdout.readline())["endpoints"][0].split(":")[2].split("/")[0])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", "/wsman", initiation(5, 3600, code="K7M-2QX").encode(), {
            "Content-Type": "application/soap+xml;charset=UTF-8", "Authorization": AUTHORIZATION})
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()
        agent.kill()
        agent.wait()
        self.assertTrue(os.path.exists(self.path("state/pending-rehearsal")))

    def test_whoever_starts_it_over_the_bus(self):
        """The call waits at the bus, and arrives as soon as the name is there."""
        self.leave_something_pending()
        self.service(NAME, f"export DBUS_SESSION_BUS_ADDRESS={shlex.quote(self.address)}\n"
                           f"exec {shlex.join(self.command('session'))}")
        asked = subprocess.run(
            ["gdbus", "call", "--address", self.address, "--dest", NAME, "--object-path", PATH,
             "--method", "org.freedesktop.DBus.Properties.Get", NAME, "State"],
            stdout=subprocess.PIPE, text=True, check=True, timeout=60)
        self.assertIn("pending", asked.stdout)

    def test_whoever_connects_while_it_waits_for_polkit(self):
        """What would be accepted now would take the place of what is pending."""
        self.leave_something_pending()
        waits = self.path("waits")
        self.service("org.freedesktop.PolicyKit1",
                     f"echo $$ > {shlex.quote(waits)}.new\n"
                     f"mv {shlex.quote(waits)}.new {shlex.quote(waits)}\n"
                     "exec sleep 60 > /dev/null")
        with socket.create_server(("127.0.0.1", 0)) as reserved:
            port = reserved.getsockname()[1]
        self.start(*self.command("system", f"127.0.0.1:{port}"))
        deadline = time.monotonic() + 60
        while not os.path.exists(waits):
            self.assertLess(time.monotonic(), deadline, "nobody asks for polkit")
            time.sleep(0.01)
        with open(waits, encoding="ascii") as file:
            self.addCleanup(os.kill, int(file.read()), signal.SIGKILL)
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=10).close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
