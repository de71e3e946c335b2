#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""curfewctl signs in: which way it chooses, what it asks for, and what it says where it cannot.

usage: with-realm.py test-kerberos.py CURFEWCTL AGENT
"""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from curfew_agent import Agent  # noqa: E402
from terminal import NOBODY, Terminal, run  # noqa: E402

AGENT = sys.argv.pop()
CURFEWCTL = sys.argv.pop()
REALM = os.environ["CURFEW_TEST_REALM"]
PASSWORD = os.environ["CURFEW_TEST_PASSWORD"]
QUICK = "[limits]\nfailed-sign-in-msec=10\n"
KERBEROS = f"{QUICK}[kerberos]\nkeytab={os.environ['CURFEW_TEST_KEYTAB']}\n"
NTLM = f"{QUICK}[ntlm]\nusers={os.environ['CURFEW_TEST_NTLM_USERS']}\n"

NO_TICKET = {**NOBODY, "KRB5_CONFIG": os.environ["KRB5_CONFIG"]}
TICKET = {**NO_TICKET, "KRB5CCNAME": os.environ["KRB5CCNAME"]}


def place(agent, scheme="http://"):
    """The agent by its name, since addresses have no tickets."""
    return f"{scheme}localhost:{agent.endpoint.rsplit(':', 1)[1].split('/')[0]}"


class Signing(unittest.TestCase):
    maxDiff = None

    def curfewctl(self, *arguments, environment=TICKET, **keywords):
        outcome = run(CURFEWCTL, *arguments, environment=environment, **keywords)
        self.assertNotIn(PASSWORD, outcome.stdout + outcome.stderr)
        return outcome

    def status(self, *arguments, **keywords):
        outcome = self.curfewctl("status", "-o", "json", *arguments, **keywords)
        outcome.host = json.loads(outcome.stdout)["hosts"][0] if outcome.stdout else None
        return outcome

    def assert_signed_in(self, outcome, mechanism):
        self.assertEqual(outcome.returncode, 0, outcome.stdout + outcome.stderr)
        self.assertEqual(outcome.host["sign_in"], mechanism)


class TestTickets(Signing):
    def test_the_ticket_signs_in(self):
        with Agent(AGENT, config=KERBEROS) as agent:
            for arguments in ([], ["--auth", "negotiate"], ["--auth", "kerberos"],
                              ["-u", f"mara@{REALM}"], ["-u", "mara", "--auth", "kerberos"]):
                # a target without a scheme is http, since each message is sealed
                for scheme in ("http://", ""):
                    with self.subTest(arguments=arguments, scheme=scheme):
                        asked = self.status(*arguments, place(agent, scheme))
                        self.assert_signed_in(asked, "Kerberos")
                        self.assertIsNone(asked.host["detour"])
                        self.assertEqual(asked.stderr, "")

    def test_a_request_is_sealed_and_kept(self):
        with Agent(AGENT, config=KERBEROS) as agent:
            sent = self.curfewctl("restart", "--in", "60s", "-m", "Grüße", place(agent))
            self.assertEqual(sent.returncode, 0, sent.stdout + sent.stderr)
            pending = self.status(place(agent))
            self.assertEqual(pending.host["state"], "pending")
            self.assertEqual(pending.host["message"], "Grüße")
            self.assertIn("mara", pending.host["requester"])
            self.assertEqual(self.curfewctl("abort", place(agent)).returncode, 0)

    def test_none(self):
        with Agent(AGENT, config=KERBEROS) as agent:
            for arguments in (["--auth", "negotiate"], ["--auth", "kerberos"], ["--delegate"]):
                with self.subTest(arguments):
                    asked = self.status(*arguments, place(agent), environment=NO_TICKET)
                    self.assertEqual(asked.returncode, 5)
                    self.assertIn("kinit", asked.stderr)
            nobody = self.status(place(agent), environment=NO_TICKET)
            self.assertEqual(nobody.returncode, 5)
            self.assertIn("kinit", str(nobody.host))

    def test_an_address_has_no_ticket(self):
        with Agent(AGENT, config=KERBEROS) as agent:
            asked = self.status(agent.endpoint)
            self.assertEqual(asked.returncode, 5)
            self.assertIn("name", asked.host["message"])


class TestPasswords(Signing):
    def test_by_password(self):
        with Agent(AGENT, config=KERBEROS) as agent:
            for arguments in ([], ["--auth", "kerberos"], ["--auth", "negotiate"]):
                with self.subTest(arguments):
                    asked = self.status("-u", f"kim@{REALM}", *arguments, place(agent),
                                        password=PASSWORD, environment=NO_TICKET)
                    self.assert_signed_in(asked, "Kerberos")

    def test_asked_once_for_a_realm(self):
        with Agent(AGENT, config=KERBEROS) as first, Agent(AGENT, config=KERBEROS) as second:
            terminal = Terminal(CURFEWCTL, "status", "-u", f"kim@{REALM}", place(first),
                                place(second), environment=NO_TICKET)
            terminal.expect("Password of kim")
            terminal.type(PASSWORD + "\n")
            self.assertEqual(terminal.end(), 0)
            self.assertEqual(terminal.text.count("Password of"), 1)
            self.assertNotIn(PASSWORD, terminal.text)

    def test_each_refusal_has_its_sentence(self):
        cases = [
            ("kim", "wrong", "is not right"),
            ("locked", PASSWORD, "locked"),
            ("expired", PASSWORD, "expired"),
            ("owl", PASSWORD, "knows nobody"),
        ]
        with Agent(AGENT, config=KERBEROS) as agent:
            for user, password, part in cases:
                with self.subTest(user=user):
                    asked = self.status("-u", f"{user}@{REALM}", place(agent), password=password,
                                        environment=NO_TICKET)
                    self.assertEqual(asked.returncode, 5, asked.stdout)
                    self.assertIn(part, asked.host["message"])
                    self.assertIsNone(asked.host["sign_in"])


    def test_an_unknown_realm_is_an_unknown_name(self):
        # like the name of a computer: without DNS it cannot be told from a network that is away
        with Agent(AGENT, config=KERBEROS) as agent:
            asked = self.status("-u", "kim@NOWHERE.TEST", place(agent), password=PASSWORD,
                                environment=NO_TICKET)
            self.assertEqual(asked.returncode, 6, asked.stdout)
            self.assertIn("realm", asked.host["message"])


class TestNtlm(Signing):
    def test_only_where_it_is_said(self):
        with Agent(AGENT, config=NTLM) as agent:
            plain = self.status("-u", f"mara@{REALM}", place(agent), password=PASSWORD,
                                environment=NO_TICKET)
            self.assertEqual(plain.returncode, 5, plain.stdout)
            self.assertIsNone(plain.host["sign_in"])
            ntlm = self.status("-u", "mara", "--auth", "ntlm", place(agent), password=PASSWORD,
                               environment=NO_TICKET)
            self.assert_signed_in(ntlm, "NTLM")

    def test_a_detour_is_told(self):
        with Agent(AGENT, config=NTLM) as agent:
            # by its address, which has no tickets
            asked = self.status("-u", "mara", "--auth", "negotiate", agent.endpoint,
                                password=PASSWORD, environment=NO_TICKET)
            self.assert_signed_in(asked, "NTLM")
            self.assertIsNotNone(asked.host["detour"])
            self.assertIn("signed in by NTLM", asked.stderr)
            self.assertIn(asked.host["detour"], asked.stderr)

    def test_a_detour_for_nothing_is_told(self):
        with Agent(AGENT, config=KERBEROS) as agent:
            asked = self.status("-u", "mara", "--auth", "negotiate", agent.endpoint,
                                password=PASSWORD, environment=NO_TICKET)
            self.assertEqual(asked.returncode, 5, asked.stdout)
            self.assertIsNone(asked.host["sign_in"])
            self.assertIsNotNone(asked.host["detour"])
            self.assertIn("NTLM was tried as well", asked.stderr)
            self.assertIn(asked.host["detour"], asked.stderr)

    def test_no_detour_for_a_refusal_in_the_open(self):
        with Agent(AGENT, config=NTLM) as agent:
            asked = self.status("-u", "mara", "--auth", "negotiate", place(agent),
                                password=PASSWORD, environment=NO_TICKET)
            self.assertEqual(asked.returncode, 5, asked.stdout)
            self.assertIn("--auth ntlm", asked.host["message"])
            self.assertIsNone(asked.host["sign_in"])
            self.assertIsNone(asked.host["detour"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
