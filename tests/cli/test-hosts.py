#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""curfewctl and certificates that somebody looks at: trusted once, and watched from then on.

usage: test-hosts.py CURFEWCTL AGENT CERTIFICATES
"""

import hashlib
import json
import os
import ssl
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from curfew_agent import PASSWORD, Agent  # noqa: E402
from terminal import NOBODY, Terminal, run  # noqa: E402

CERTIFICATES = sys.argv.pop()
AGENT = sys.argv.pop()
CURFEWCTL = sys.argv.pop()


def fingerprint(name):
    with open(os.path.join(CERTIFICATES, name), encoding="ascii") as file:
        text = file.read()
    end = "-----END CERTIFICATE-----"
    der = ssl.PEM_cert_to_DER_cert(text[:text.index(end) + len(end)] + "\n")
    digits = hashlib.sha256(der).hexdigest().upper()
    return ":".join(digits[i:i + 2] for i in range(0, 64, 2))


def tls_agent(name="self-signed.pem", port=0):
    return Agent(AGENT, config=f"[tls]\ncertificate-file={CERTIFICATES}/{name}\n",
                 listen=(f"https://127.0.0.1:{port}",))


class TestHosts(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="curfew-hosts-")
        self.environment = {**NOBODY, "XDG_DATA_HOME": self.folder.name}
        self.file = os.path.join(self.folder.name, "curfew", "hosts.json")

    def tearDown(self):
        self.folder.cleanup()

    def curfewctl(self, *arguments, **keywords):
        return run(CURFEWCTL, *arguments, environment=self.environment, **keywords)

    def trust(self, *arguments):
        return self.curfewctl("host", "trust", *arguments)

    def status(self, target, *arguments):
        return self.curfewctl("status", "-o", "json", "-u", "mara", *arguments, target,
                              password=PASSWORD)

    def test_pin_is_compared_and_remembered(self):
        with tls_agent() as agent:
            before = self.status(agent.endpoint)
            self.assertEqual(before.returncode, 5)
            wrong = self.trust("--pin", "00" * 32, agent.endpoint)
            self.assertEqual(wrong.returncode, 5)
            self.assertIn(fingerprint("self-signed.pem"), wrong.stderr)
            self.assertFalse(os.path.exists(self.file))

            right = self.trust("--pin", fingerprint("self-signed.pem").lower(), agent.endpoint)
            self.assertEqual((right.returncode, right.stderr), (0, ""))
            self.assertIn("CN=localhost", right.stdout)
            self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o600)
            after = self.status(agent.endpoint)
            self.assertEqual(after.returncode, 0, after.stdout)
            self.assertEqual(json.loads(after.stdout)["hosts"][0]["sign_in"], "Basic")
            again = self.trust(agent.endpoint)
            self.assertEqual(again.returncode, 0)
            self.assertIn("trusted already", again.stdout)

    def test_a_person_compares(self):
        with tls_agent() as agent:
            for typed, status in (("\n", 4), ("n\n", 4), ("yellow\n", 4), ("y\n", 0)):
                with self.subTest(typed):
                    terminal = Terminal(CURFEWCTL, "host", "trust", agent.endpoint,
                                        environment=self.environment)
                    terminal.expect("[y/N]: ")
                    self.assertIn(fingerprint("self-signed.pem"), terminal.text)
                    self.assertIn("Issuer", terminal.text)
                    terminal.type(typed)
                    self.assertEqual(terminal.end(), status)
                    self.assertEqual(os.path.exists(self.file), status == 0)

    def test_nobody_to_ask(self):
        with tls_agent() as agent:
            asked = self.trust(agent.endpoint)
            self.assertEqual(asked.returncode, 4)
            self.assertIn("--pin", asked.stderr)
            self.assertIn(fingerprint("self-signed.pem"), asked.stdout)
            self.assertFalse(os.path.exists(self.file))
            self.assertEqual(self.trust("--yes", agent.endpoint).returncode, 0)
            self.assertTrue(os.path.exists(self.file))

    def test_changed_certificate_stops_the_send(self):
        with tls_agent() as agent:
            port = agent.endpoint.rsplit(":", 1)[1].split("/")[0]
            self.assertEqual(self.trust("--yes", agent.endpoint).returncode, 0)
        with tls_agent("host.pem", port) as agent:
            # an authority that vouches for the new one changes nothing
            sent = self.curfewctl("restart", "--in", "60s", "-u", "mara", agent.endpoint,
                                  password=PASSWORD)
            self.assertEqual(sent.returncode, 5)
            for name in ("self-signed.pem", "host.pem"):
                self.assertIn(fingerprint(name), sent.stdout)
            self.assertIn("curfewctl host trust --replace", sent.stdout)
            refused = self.trust("--yes", agent.endpoint)
            self.assertEqual(refused.returncode, 5)
            for name in ("self-signed.pem", "host.pem"):
                self.assertIn(fingerprint(name), refused.stderr)
            by_authority = self.status(agent.endpoint, "--ca-file",
                                       os.path.join(CERTIFICATES, "authority.pem"))
            self.assertEqual(by_authority.returncode, 0, by_authority.stdout)

            self.assertEqual(self.trust("--yes", "--replace", agent.endpoint).returncode, 0)
            idle = self.status(agent.endpoint)
            self.assertEqual(idle.returncode, 0, idle.stdout)
            self.assertEqual(json.loads(idle.stdout)["hosts"][0]["state"], "idle")

    def test_an_authority_is_enough(self):
        authority = os.path.join(CERTIFICATES, "authority.pem")
        with tls_agent("host.pem") as agent:
            vouched = self.trust("--yes", "--ca-file", authority, agent.endpoint)
            self.assertEqual(vouched.returncode, 0)
            self.assertIn("vouches", vouched.stdout)
            self.assertFalse(os.path.exists(self.file))
            insisting = self.trust("--ca-file", authority, "--pin", fingerprint("host.pem"),
                                   agent.endpoint)
            self.assertEqual(insisting.returncode, 0)
            self.assertTrue(os.path.exists(self.file))

    def test_list_and_rm(self):
        self.assertIn("No computer", self.curfewctl("host", "list").stdout)
        with tls_agent() as agent:
            self.assertEqual(self.trust("--yes", agent.endpoint).returncode, 0)
            listed = json.loads(self.curfewctl("host", "list", "-o", "json").stdout)
            (host,) = listed["hosts"]
            self.assertEqual(host["sha256"], fingerprint("self-signed.pem"))
            self.assertEqual(host["subject"], "CN=localhost")
            self.assertRegex(host["trusted"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            line = json.loads(self.curfewctl("host", "list", "-o", "jsonl").stdout)
            self.assertEqual(line, host)
            self.assertIn(host["host"], self.curfewctl("host", "list").stdout)
            self.assertEqual(self.curfewctl("host", "rm", "elsewhere").returncode, 3)
            self.assertEqual(self.curfewctl("host", "rm", host["host"]).returncode, 0)
            self.assertEqual(self.curfewctl("host", "rm", host["host"]).returncode, 3)
            self.assertEqual(self.status(agent.endpoint).returncode, 5)

    def test_a_torn_list_stops_everything(self):
        os.mkdir(os.path.dirname(self.file))
        torn = '{"version":1,"hosts":[{"na'
        with open(self.file, "w", encoding="ascii") as file:
            file.write(torn)
        with tls_agent() as agent:
            for outcome in (self.status(agent.endpoint), self.trust("--yes", agent.endpoint),
                            self.curfewctl("host", "list"),
                            self.curfewctl("host", "rm", agent.endpoint)):
                self.assertIn(outcome.returncode, (1, 2))
                self.assertIn(self.file, outcome.stderr)
                self.assertEqual(outcome.stderr.count("\n"), 1)
        with open(self.file, encoding="ascii") as file:
            self.assertEqual(file.read(), torn)

    def test_unreachable(self):
        self.assertEqual(self.trust("127.0.0.1:1").returncode, 6)


if __name__ == "__main__":
    unittest.main(verbosity=2)
