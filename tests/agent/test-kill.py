#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL at any instant: nothing that was accepted is lost, and nothing happens twice.

usage: test-kill.py AGENT
"""

import base64
import http.client
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from curfew_agent import PASSWORD, make_hash  # noqa: E402
from wsman_messages import GET, N, abortion, envelope, initiation  # noqa: E402

PROGRAM = sys.argv.pop(1)
KILLS = 200
ALPHABET = "23456789BCDFGHJKMNPQRTVWXYZ"
AUTHORIZATION = "Basic " + base64.b64encode(f"mara:{PASSWORD}".encode()).decode()


class Place:
    """The folders that outlive an agent, and one private message bus."""

    def __init__(self, directory):
        self.directory = directory
        self.state = os.path.join(directory, "state")
        self.users = os.path.join(directory, "users")
        with os.fdopen(os.open(self.users, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(f"mara:{make_hash(PASSWORD)}\n")
        self.config = os.path.join(directory, "agent.conf")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("[limits]\npassword-checks-per-minute=6000\n")
        self.daemon = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.bus_address = self.daemon.stdout.readline().decode().strip()

    def close(self):
        self.daemon.kill()
        self.daemon.communicate()

    def start(self):
        """Returns the process and its port once it is ready."""
        with open(os.path.join(self.directory, "log"), "ab") as log:
            process = subprocess.Popen(
                [PROGRAM, "--rehearse", "--users", self.users, "--state-dir", self.state, "--listen",
                 "127.0.0.1:0", "--signed-in", "alice", "--bus", "session", "--config",
                 self.config],
                env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": self.bus_address},
                stdout=subprocess.PIPE, stderr=log)
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the agent ended: {self.read('log')}")
        endpoint = json.loads(line)["endpoints"][0]
        return process, int(endpoint.rpartition(":")[2].partition("/")[0])

    def read(self, name):
        try:
            with open(os.path.join(self.directory, name), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def executed(self):
        return re.findall(r"request ([0-9A-Z-]+),", self.read("state/rehearsed.log"))


def kill(process):
    process.kill()
    process.wait()
    process.stdout.close()


def post(port, message):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", "/wsman", message.encode(), {
            "Content-Type": "application/soap+xml;charset=UTF-8", "Authorization": AUTHORIZATION})
        answer = connection.getresponse()
        body = answer.read()
        return ET.fromstring(body) if answer.status == 200 else None
    finally:
        connection.close()


def return_value(answer):
    return int(answer.find(f".//{{{N}}}ReturnValue").text)


def ask_status(port):
    answer = post(port, envelope(N, GET))
    status = answer.find(f".//{{{N}}}WindowsShutdown")
    return {element.tag.partition("}")[2]: element.text for element in status}


def postpone(address):
    """A process of its own, so that it can be left waiting for an agent that is gone."""
    done = subprocess.run(
        ["gdbus", "call", "--address", address, "--dest", "org.curfew.Agent1", "--object-path",
         "/org/curfew/Agent1", "--method", "org.curfew.Agent1.Postpone", "0", "", "--timeout", "20"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=60)
    return done.returncode == 0


def run_and_kill(process, operation, delay):
    """Starts the operation and kills the agent after the delay. Returns the answer, or None."""
    answers = []

    def attempt():
        try:
            answers.append(operation())
        except (OSError, http.client.HTTPException, ET.ParseError, AttributeError):
            pass  # the agent went while it answered

    thread = threading.Thread(target=attempt)
    thread.start()
    time.sleep(delay)
    kill(process)
    thread.join()
    return answers[0] if answers else None


class Kill(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory(prefix="curfew-")
        self.place = Place(self.directory.name)
        self.seed = int(os.environ.get("CURFEW_SEED", time.time_ns() & 0xFFFFFFFF))
        self.random = random.Random(self.seed)
        print(f"CURFEW_SEED={self.seed}", flush=True)

    def tearDown(self):
        self.place.close()
        self.directory.cleanup()

    def new_code(self):
        letters = "".join(self.random.choice(ALPHABET) for _ in range(6))
        return f"{letters[:3]}-{letters[3:]}"

    def measure(self, operation):
        """How long it takes, so that the kills fall before, into and after it."""
        start = time.monotonic()
        operation()
        return time.monotonic() - start

    def moment(self, typical):
        return self.random.uniform(0, 1.5 * typical)

    def test_accept_postpone_abort(self):
        """Each answered change is there afterwards, each unanswered one is there or is not."""
        process, port = self.place.start()
        typical = self.measure(
            lambda: post(port, initiation(5, 900, code=self.new_code(), postponing=(100, 60))))
        typical_postpone = self.measure(lambda: postpone(self.place.bus_address))
        post(port, abortion())
        pending = None  # the code of what must be pending
        left = None
        outcomes = {True: 0, False: 0}
        for i in range(KILLS):
            with self.subTest(kill=i):
                if pending is None:
                    code = self.new_code()
                    message = initiation(5, 900, code=code, postponing=(100, 60))
                    answer = run_and_kill(process, lambda: return_value(post(port, message)),
                                          self.moment(typical))
                    self.assertIn(answer, (0, None))
                    process, port = self.place.start()
                    status = ask_status(port)
                    outcomes[answer == 0] += 1
                    if answer == 0:
                        self.assertEqual(status["State"], "Pending")
                    if status["State"] == "Pending":
                        self.assertEqual(status["RequestCode"], code)
                        self.assertLessEqual(int(status["SecondsRemaining"]), 900)
                        self.assertGreater(int(status["SecondsRemaining"]), 800)
                        self.assertEqual(status["PostponesLeft"], "100")
                        pending, left = code, 100
                elif self.random.random() < 0.6:
                    before = int(ask_status(port)["SecondsRemaining"])
                    answer = run_and_kill(process, lambda: postpone(self.place.bus_address),
                                          self.moment(typical_postpone))
                    process, port = self.place.start()
                    status = ask_status(port)
                    outcomes[bool(answer)] += 1
                    self.assertEqual(status["RequestCode"], pending)
                    now_left = int(status["PostponesLeft"])
                    moved = int(status["SecondsRemaining"]) - before
                    self.assertIn(now_left, (left - 1,) if answer else (left, left - 1))
                    # the ledger and the deadline are of one piece
                    self.assertLessEqual(abs(moved - 60 * (left - now_left)), 20)
                    left = now_left
                else:
                    answer = run_and_kill(process, lambda: return_value(post(port, abortion())),
                                          self.moment(typical))
                    self.assertIn(answer, (0, None))
                    process, port = self.place.start()
                    status = ask_status(port)
                    outcomes[answer == 0] += 1
                    if answer == 0:
                        self.assertEqual(status["State"], "Idle")
                    if status["State"] == "Idle":
                        pending = None
                    else:
                        self.assertEqual(status["RequestCode"], pending)
        kill(process)
        print(f"{KILLS} kills: {outcomes[True]} changes were answered, {outcomes[False]} were not",
              flush=True)
        self.assertEqual(self.place.executed(), [])

    def test_around_the_deadline(self):
        """Recorded once, or told as failed; never twice, never both, never silently gone."""
        process, port = self.place.start()
        recorded = failed = 0
        for i in range(20):
            with self.subTest(kill=i):
                code = self.new_code()
                self.assertEqual(return_value(post(port, initiation(5, 1, code=code))), 0)
                time.sleep(self.random.uniform(0.985, 1.01))
                kill(process)
                process, port = self.place.start()
                deadline = time.monotonic() + 60
                while (status := ask_status(port))["State"] != "Idle":
                    self.assertLess(time.monotonic(), deadline, status)
                    time.sleep(0.05)
                n_recorded = self.place.executed().count(code)
                self.assertLessEqual(n_recorded, 1)
                recorded += n_recorded
                failed += n_recorded == 0
                if n_recorded == 0:
                    self.assertEqual(status.get("LastRequestCode"), code)
                    self.assertEqual(status.get("LastOutcome"), "Failed")
        kill(process)
        print(f"20 kills around the deadline: {recorded} recorded, {failed} told as failed",
              flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
