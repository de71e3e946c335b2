#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""curfewctl and a rehearsing curfew-agent, from the command line to the outcome.

usage: test-end-to-end.py CURFEWCTL AGENT
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from curfew_agent import PASSWORD, Agent  # noqa: E402
from terminal import NOBODY  # noqa: E402

os.environ.update(NOBODY)

AGENT = sys.argv.pop()
CURFEWCTL = sys.argv.pop()
QUICK = "[limits]\nfailed-sign-in-msec=10\n"


class Outcome:
    def __init__(self, completed):
        self.status = completed.returncode
        self.output = completed.stdout.decode()
        self.errors = completed.stderr.decode()

    @property
    def json(self):
        return json.loads(self.output)

    @property
    def host(self):
        (host,) = self.json["hosts"]
        return host


def curfewctl(*arguments, user="mara", password=PASSWORD):
    """Runs curfewctl with the password on descriptor 3's number, never in its arguments."""
    command = [CURFEWCTL, *arguments]
    if user is None:
        return Outcome(subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, timeout=60, check=False))
    reader, writer = os.pipe()
    os.write(writer, password.encode() + b"\n")
    os.close(writer)
    command += ["-u", user, "--password-fd", str(reader)]
    try:
        return Outcome(subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, timeout=60, check=False,
                                      pass_fds=[reader]))
    finally:
        os.close(reader)


def status(agent, **keywords):
    return curfewctl("status", "-o", "json", agent.endpoint, **keywords).host


class EndToEnd(unittest.TestCase):
    maxDiff = None

    def test_restart_to_its_end(self):
        with Agent(AGENT) as agent:
            sent = curfewctl("restart", "--in", "5s", "-m", "Grüße 🦉", "--reason",
                             "planned:os:security-fix", "-o", "json", agent.endpoint)
            self.assertEqual((sent.status, sent.errors), (0, ""))
            self.assertEqual(sent.host["code"], 0)
            self.assertRegex(sent.json["request"], r"^[2-9A-Z]{3}-[2-9A-Z]{3}$")

            pending = status(agent)
            self.assertEqual(pending["state"], "pending")
            self.assertEqual(pending["action"], "restart")
            self.assertEqual(pending["message"], "Grüße 🦉")
            self.assertTrue(0 < pending["seconds_remaining"] <= 5)
            self.assertIn("mara", pending["requester"])
            self.assertEqual(pending["reason"]["code"], 0x80020012)
            self.assertEqual(pending["request_code"], sent.json["request"])

            again = curfewctl("restart", "--in", "5s", "-o", "json", agent.endpoint)
            self.assertEqual((again.status, again.host["code"]), (7, 1190))

            while status(agent)["state"] != "idle":
                pass
            ended = status(agent)
            self.assertEqual(ended["last_outcome"], "would restart")
            self.assertEqual(ended["last_request_code"], sent.json["request"])
        self.assertIn("Rehearsed, nothing was done: restart", agent.log)

    def test_abort(self):
        with Agent(AGENT) as agent:
            self.assertEqual(curfewctl("restart", "--in", "60s", agent.endpoint).status, 0)
            called_off = curfewctl("abort", "-o", "json", agent.endpoint)
            self.assertEqual((called_off.status, called_off.host["code"]), (0, 0))
            again = curfewctl("abort", "-o", "json", agent.endpoint)
            self.assertEqual((again.status, again.host["code"]), (7, 1116))
            self.assertEqual(status(agent)["last_outcome"], "called off")

    def test_grace_override(self):
        with Agent(AGENT) as agent:
            self.assertEqual(curfewctl("poweroff", "--in", "2h", agent.endpoint).status, 0)
            now = curfewctl("restart", "--grace-override", "--in", "now", agent.endpoint)
            self.assertEqual((now.status, now.errors), (0, ""))
            while status(agent)["state"] != "idle":
                pass
            self.assertEqual(status(agent)["last_outcome"], "would restart")

    def test_people_signed_in(self):
        with Agent(AGENT, arguments=["--signed-in", "alice"]) as agent:
            refused = curfewctl("restart", "--in", "60s", "-o", "json", agent.endpoint)
            self.assertEqual((refused.status, refused.host["code"]), (7, 1191))
            forced = curfewctl("restart", "--in", "60s", "--force", agent.endpoint)
            self.assertEqual(forced.status, 0)

    def test_permission(self):
        with Agent(AGENT, users=("kim",), access="[user kim]\nallow=status\n") as agent:
            refused = curfewctl("restart", "--in", "60s", "-o", "json", agent.endpoint, user="kim")
            self.assertEqual((refused.status, refused.host["code"]), (5, 53))
            self.assertIn("may not", refused.host["message"])

    def test_restart_without_status(self):
        with Agent(AGENT, users=("kim",), access="[user kim]\nallow=restart;abort\n") as agent:
            asked = curfewctl("status", "-o", "json", agent.endpoint, user="kim")
            self.assertEqual(asked.status, 5)
            self.assertIn("right of its own", asked.host["next_step"])
            back = curfewctl("restart", "--in", "60s", "--wait=back", "-o", "json", agent.endpoint,
                             user="kim")
            self.assertEqual((back.status, back.host["state"]), (5, "failed"))
            # nothing was sent, so nothing is waiting yet
            sent = curfewctl("restart", "--in", "60s", "-o", "json", agent.endpoint, user="kim")
            self.assertEqual((sent.status, sent.host["state"]), (0, "accepted"))
            self.assertEqual(curfewctl("abort", agent.endpoint, user="kim").status, 0)

    def test_wrong_password(self):
        with Agent(AGENT, config=QUICK) as agent:
            refused = curfewctl("restart", agent.endpoint, password="wrong")
            self.assertEqual(refused.status, 5)
            self.assertNotIn("wrong", refused.output + refused.errors.replace("wrong password", ""))

    def test_nobody_listens(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        gone = curfewctl("restart", f"http://127.0.0.1:{port}")
        self.assertEqual(gone.status, 6)

    def test_many_targets_mixed(self):
        with Agent(AGENT) as agent, socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            gone = f"http://127.0.0.1:{free.getsockname()[1]}"
            both = curfewctl("restart", "--in", "60s", "-o", "json", agent.endpoint, gone)
            self.assertEqual(both.status, 1)
            self.assertEqual(len(both.json["hosts"]), 2)
            self.assertEqual(both.json["exit"], 1)

    def test_dry_run_sends_nothing(self):
        with Agent(AGENT) as agent:
            dry = curfewctl("restart", "--in", "60s", "--dry-run", agent.endpoint)
            self.assertEqual(dry.status, 0)
            self.assertIn("estart", dry.output)
            self.assertEqual(status(agent)["state"], "idle")

    def test_jsonl_is_one_event_a_line(self):
        with Agent(AGENT) as agent:
            sent = curfewctl("restart", "--in", "60s", "-o", "jsonl", agent.endpoint)
            events = [json.loads(line) for line in sent.output.splitlines()]
            self.assertGreaterEqual(len(events), 1)
            self.assertEqual(events[-1]["code"], 0)
            for event in events:
                self.assertLessEqual({"schema", "request", "host", "state", "at"}, set(event))

    def test_usage(self):
        cases = [
            (["restart"], 2, "TARGET"),
            (["restrat", "pc"], 2, "restrat"),
            (["restart", "--in", "soon", "pc"], 2, "--in"),
            (["restart", "--in", "5s", "--grace-override", "pc"], 2, "--grace-override"),
            (["restart", "-m", "x" * 513, "pc"], 2, "512"),
            (["restart", "--reason", "because", "pc"], 2, "--reason"),
            (["restart", "--reason", "0", "pc"], 2, "--reason"),
            (["poweroff", "--restart-apps", "pc"], 2, "--restart-apps"),
            (["restart", "--parallel", "0", "pc"], 2, "--parallel"),
            (["restart", "--force", "--if-users", "refuse", "pc"], 2, "--force"),
            (["restart", "http://user@pc/"], 2, "user@pc"),
            (["restart", "-o", "xml", "pc"], 2, "xml"),
            (["restart", "-f", "/nonexistent", ], 2, "/nonexistent"),
            (["restart", "group:Library"], 3, "group:Library"),
            (["restart", "--auth", "owl", "pc"], 2, "--auth"),
            (["restart", "--auth", "negotiate", "pc"], 5, "kinit"),
            (["explain", "1191"], 0, ""),
        ]
        for arguments, expected, named in cases:
            with self.subTest(arguments=arguments):
                outcome = curfewctl(*arguments, user=None)
                self.assertEqual(outcome.status, expected, outcome.errors)
                self.assertIn(named, outcome.errors)

    def test_explain(self):
        for word in ("1191", "0x4a7", "ERROR_SHUTDOWN_USERS_LOGGED_ON"):
            outcome = curfewctl("explain", word, user=None)
            self.assertEqual(outcome.status, 0)
            self.assertIn("signed in", outcome.output)

    def test_password_stays_off_clear_networks(self):
        outcome = curfewctl("restart", "http://192.0.2.1")
        self.assertEqual(outcome.status, 5)
        self.assertIn("clear", outcome.output + outcome.errors)

    def test_target_file(self):
        with Agent(AGENT) as agent, tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(f"# the lab\n\n{agent.endpoint}\n")
            file.flush()
            sent = curfewctl("restart", "--in", "60s", "-o", "json", "-f", file.name)
            self.assertEqual(sent.status, 0)
            self.assertEqual(len(sent.json["hosts"]), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
