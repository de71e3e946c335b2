#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samba as an Active Directory domain controller: its users, by ticket and by password, at an agent
with the keytab of a computer account.

usage: test-samba.py CURFEWCTL AGENT CERTIFICATES
"""

import os
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import domain  # noqa: E402
import peers  # noqa: E402
from domain import AES, RC4, Domain  # noqa: E402
from gss_client import GssClient  # noqa: E402
from peers import STATUS, Curfewctl, PeerAgent  # noqa: E402
from realm import PASSWORD  # noqa: E402
from wsman_messages import initiation  # noqa: E402

if (MISSING := domain.find_missing()):
    peers.skip(MISSING)
winrm = peers.import_pywinrm()

CERTIFICATES = os.path.abspath(sys.argv.pop())
AGENT = sys.argv.pop()
CURFEWCTL = sys.argv.pop()
OLD = "rc4.localhost"


class Samba(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.domain = cls.enterClassContext(Domain({"HTTP/localhost": AES, f"HTTP/{OLD}": RC4}))
        cls.directory = cls.enterClassContext(tempfile.TemporaryDirectory())
        os.environ.update(cls.domain.environment, KRB5CCNAME=f"FILE:{cls.directory}/tickets")
        subprocess.run(["kinit", f"mara@{domain.REALM}"], input=PASSWORD.encode() + b"\n",
                       stdout=subprocess.DEVNULL, check=True)
        cls.agent = cls.start("HTTP/localhost")
        cls.curfewctl = Curfewctl(CURFEWCTL, cls.directory,
                                  os.path.join(CERTIFICATES, "authority.pem"))

    @classmethod
    def start(cls, service):
        return cls.enterClassContext(PeerAgent(AGENT, CERTIFICATES, cls.directory, ntlm=False,
                                               keytab=cls.domain.get_keytab(service)))

    def ask(self, *arguments, scheme="http", host="localhost", verb="status", **keywords):
        return self.curfewctl.run(verb, self.agent.get_endpoint(scheme, host), *arguments,
                                  **keywords)

    def check(self, *arguments, **keywords):
        outcome = self.ask(*arguments, **keywords)
        self.assertEqual(outcome.status, 0, outcome.output + outcome.errors)
        self.assertEqual((outcome.host["state"], outcome.host["sign_in"]), ("idle", "Kerberos"))

    def check_refused(self, pattern, *arguments, **keywords):
        outcome = self.ask(*arguments, **keywords)
        self.assertNotEqual(outcome.status, 0, outcome.output)
        self.assertRegex(outcome.output + outcome.errors, pattern)

    def test_ticket(self):
        for scheme in ("http", "https"):
            self.check(scheme=scheme)
            self.check("--auth", "kerberos", scheme=scheme)

    def test_password(self):
        for scheme in ("http", "https"):
            self.check(scheme=scheme, user=f"kim@{domain.REALM}")

    def test_restart(self):
        self.assertEqual(self.ask("--in", "60s", "-m", "Grüße 🦉", verb="restart").status, 0)
        pending = self.ask().host
        self.assertEqual((pending["state"], pending["message"]), ("pending", "Grüße 🦉"))
        self.assertIn(f"mara@{domain.REALM}", pending["requester"])
        self.assertEqual(self.ask(verb="abort").status, 0)

    def test_wrong_password(self):
        self.check_refused("(?i)password", user=f"kim@{domain.REALM}", password="wrong")

    def test_locked(self):
        self.check_refused("(?i)locked|disabled", user=f"locked@{domain.REALM}")

    def test_unknown_user(self):
        self.check_refused("nobody", user=f"nobody@{domain.REALM}")

    def test_unknown_service(self):
        self.check_refused("HTTP/nowhere.localhost", "--auth", "kerberos",
                           host="nowhere.localhost")

    def test_errors_differ(self):
        told = [self.ask(**keywords).output.replace(name, "") for name, keywords in (
            ("kim", {"user": f"kim@{domain.REALM}", "password": "wrong"}),
            ("locked", {"user": f"locked@{domain.REALM}"}),
            ("nobody", {"user": f"nobody@{domain.REALM}"}),
            ("", {"host": "nowhere.localhost"}))]
        self.assertEqual(len(set(told)), len(told), told)

    def test_pywinrm(self):
        session = winrm.Session(self.agent.get_endpoint("http"), auth=("", ""),
                                transport="kerberos", message_encryption="always")
        session.protocol.transport.username = None
        for _ in range(2):
            self.assertEqual(peers.read_state(session.protocol.send_message(STATUS)), "Idle")
        done = session.run_cmd("shutdown", ["/r", "/t", "60"])
        self.assertEqual(done.status_code, 0, done.std_err)
        self.assertEqual(session.run_cmd("shutdown", ["/a"]).status_code, 0)

    def test_rc4_pads(self):
        """An old account: its sealed messages are an octet longer than their text."""
        # it would agree on a newer key for the session
        config = self.domain.write_config("old.conf", "permitted_enctypes = arcfour-hmac")
        with unittest.mock.patch.dict(os.environ, KRB5_CONFIG=config):
            old = self.start(f"HTTP/{OLD}")
        endpoint = old.get_endpoint("http", OLD)
        with GssClient(endpoint) as client:
            client.sign_in()
            self.assertEqual(len(client.wrap(b"x" * 100)[1]), 101)
        with GssClient(endpoint) as client:
            client.sign_in()
            for _ in range(2):
                self.assertEqual(peers.read_state(client.ask(STATUS)), "Idle")
            client.ask(initiation(0x7))
            self.assertEqual(peers.read_state(client.ask(STATUS)), "Pending")
        for verb in ("status", "abort"):
            outcome = self.curfewctl.run(verb, endpoint, "--auth", "kerberos")
            self.assertEqual(outcome.status, 0, outcome.output + outcome.errors)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
