#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody in between of curfewctl and an agent, over http, passes the sign-in on to the same agent
over https, where messages need not be sealed: nothing may come of that.

usage: test-relay.py CURFEWCTL AGENT CERTIFICATES
"""

import contextlib
import os
import socket
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import peers  # noqa: E402
from http_client import Connection, read_message  # noqa: E402
from peers import STATUS, Curfewctl, PeerAgent  # noqa: E402
from realm import Realm  # noqa: E402
from wsman_messages import initiation  # noqa: E402

if Realm.missing:
    peers.skip(Realm.missing)

CERTIFICATES = os.path.abspath(sys.argv.pop())
AGENT = sys.argv.pop()
CURFEWCTL = sys.argv.pop()
RESTART = initiation(0x7)


class Relay(contextlib.AbstractContextManager):
    """Takes the first leg of one client and posts it to `upstream`, with `body` or before it. What
    came back of the leg and of the body is in `answers`."""

    def __init__(self, upstream, body, is_at_once):
        self.upstream = upstream
        self.body = body.encode()
        self.is_at_once = is_at_once
        self.answers = []

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(30)
        self.endpoint = f"http://localhost:{self.listener.getsockname()[1]}/wsman"
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.thread.join()
        self.listener.close()

    def serve(self):
        client, _ = self.listener.accept()
        with client, client.makefile("rb") as stream:
            _, fields, _ = read_message(stream)
            leg = [f"{name}: {value}" for name, value in fields
                   if name.lower() == "authorization"]
            with Connection(self.upstream) as upstream:
                if not self.is_at_once:
                    self.answers.append(upstream.post(fields=leg))
                    leg = []
                self.answers.append(upstream.post(self.body, fields=leg))


class Relaying(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.realm = cls.enterClassContext(Realm())
        cls.directory = cls.enterClassContext(tempfile.TemporaryDirectory())
        os.environ.update(cls.realm.describe())
        cls.curfewctl = Curfewctl(CURFEWCTL, cls.directory,
                                  os.path.join(CERTIFICATES, "authority.pem"))

    def relay(self, binding, body, is_at_once=False):
        """What the agent answers to who relays, and its state and its log after that."""
        with PeerAgent(AGENT, CERTIFICATES, self.directory, keytab=self.realm.keytab,
                       binding=binding) as agent:
            with Relay(agent.get_endpoint("https"), body, is_at_once) as relay:
                self.curfewctl.run("status", relay.endpoint, "--auth", "negotiate")
            state = self.curfewctl.run("status", agent.get_endpoint("https"), "--auth",
                                       "kerberos").host["state"]
        return relay.answers, state, agent.log

    def test_nothing_is_done(self):
        for is_at_once in (False, True):
            with self.subTest(is_at_once=is_at_once):
                answers, state, log = self.relay("offered", RESTART, is_at_once)
                self.assertEqual([answer.status for answer in answers],
                                 [401] if is_at_once else [200, 401])
                self.assertEqual(answers[-1].body, b"")
                self.assertEqual(answers[-1].get("Connection"), "close")
                self.assertEqual(state, "idle")
                self.assertRegex(log, "unsealed after a sign-in that is not bound")

    def test_nothing_is_told(self):
        answers, _, _ = self.relay("offered", STATUS)
        self.assertEqual((answers[-1].status, answers[-1].body), (401, b""))

    def test_unbound_sign_in_is_refused_where_bindings_are_demanded(self):
        answers, state, _ = self.relay("required", RESTART, is_at_once=True)
        self.assertEqual((answers[0].status, answers[0].body), (401, b""))
        self.assertEqual(state, "idle")

    def test_relaxed_is_what_the_manual_says(self):
        """As Windows' default, which is why it is not ours."""
        answers, state, _ = self.relay("relaxed", RESTART)
        self.assertEqual([answer.status for answer in answers], [200, 200])
        self.assertEqual(state, "pending")


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
