#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who guesses passwords is held up; others, and the one whose password it is, are served.

usage: test-throttle.py AGENT CERTIFICATES
"""

import os
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import gss_client  # noqa: E402
import peers  # noqa: E402
from gss_client import GssClient, SignInRefused  # noqa: E402
from http_client import Connection  # noqa: E402
from peers import STATUS, PeerAgent, curl  # noqa: E402
from realm import PASSWORD, Realm  # noqa: E402

if Realm.missing:
    peers.skip(Realm.missing)

CERTIFICATES = os.path.abspath(sys.argv.pop())
AGENT = sys.argv.pop()
AUTHORITY = os.path.join(CERTIFICATES, "authority.pem")
GUESSER = "127.0.0.3"
SOMEBODY_ELSE = "127.0.0.2"


class Throttle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.realm = cls.enterClassContext(Realm())
        os.environ.update(cls.realm.describe())

    def setUp(self):
        directory = self.enterContext(tempfile.TemporaryDirectory())
        self.agent = self.enterContext(PeerAgent(AGENT, CERTIFICATES, directory,
                                                 keytab=self.realm.keytab, throttle=15))

    def ask(self, address, password, user="mara"):
        return curl(self.agent.get_endpoint("https", "127.0.0.1"), AUTHORITY, "--basic",
                    secret=f"{user}:{password}", address=address)[0]

    def guess_until_held_up(self):
        statuses = [self.ask(GUESSER, f"guess {number}") for number in range(6)]
        self.assertEqual(statuses[0], 401)
        self.assertEqual(statuses[-1], 429)
        self.assertEqual(statuses, sorted(statuses))
        return statuses.index(429)

    def test_password(self):
        self.assertLessEqual(self.guess_until_held_up(), 5)
        # the right one is not even looked at, else guessing would go on
        self.assertEqual(self.ask(GUESSER, PASSWORD), 429)
        # others are
        self.assertEqual(self.ask(SOMEBODY_ELSE, "guess", "kim"), 401)

    def test_retry_after(self):
        self.guess_until_held_up()
        with Connection(self.agent.get_endpoint("https"), source=GUESSER) as client:
            answer = client.post(STATUS.encode(), fields=["Authorization: Basic bWFyYTp4"])
        self.assertEqual((answer.status, answer.body), (429, b""))
        self.assertTrue(0 < int(answer.get("Retry-After")) <= 600, answer.fields)

    def test_others_are_served(self):
        with GssClient(self.agent.get_endpoint("http"), source=GUESSER) as before:
            before.sign_in()
            self.guess_until_held_up()
            # who has signed in stays so
            self.assertEqual(peers.read_state(before.ask(STATUS)), "Idle")
        with self.assertRaises(SignInRefused) as caught:
            with GssClient(self.agent.get_endpoint("http"), source=GUESSER) as client:
                client.sign_in()
        self.assertEqual(caught.exception.answer.status, 429)
        with GssClient(self.agent.get_endpoint("http"), source=SOMEBODY_ELSE) as other:
            other.sign_in()
            self.assertEqual(peers.read_state(other.ask(STATUS)), "Idle")

    def test_person_who_was_here_is_not_locked_out(self):
        self.assertEqual(self.ask(SOMEBODY_ELSE, PASSWORD), 200)
        self.guess_until_held_up()
        self.assertEqual(self.ask(SOMEBODY_ELSE, PASSWORD), 200)

    def test_ntlm(self):
        statuses = []
        for _ in range(6):
            try:
                with GssClient(self.agent.get_endpoint("http"), gss_client.NTLM, raw=True,
                               user="mara", password="guess", source=GUESSER) as client:
                    client.sign_in()
            except SignInRefused as refused:
                statuses.append(refused.answer.status)
        self.assertEqual((statuses[0], statuses[-1]), (401, 429))

    def test_it_passes(self):
        self.guess_until_held_up()
        started = time.monotonic()
        while self.ask(GUESSER, PASSWORD) == 429:
            self.assertLess(time.monotonic() - started, 40)
            time.sleep(0.5)
        self.assertEqual(self.ask(GUESSER, PASSWORD), 200)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
