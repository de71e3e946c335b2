#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody in between, over clear HTTP: reads neither passwords nor messages, and whatever they
alter, cut, repeat or pass to another connection is refused and audited, and not done.

usage: test-capture.py CURFEWCTL AGENT CERTIFICATES
"""

import base64
import os
import re
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import gss_client  # noqa: E402
import peers  # noqa: E402
from gss_client import GssClient  # noqa: E402
from ntlm_users import nt_hash  # noqa: E402
from peers import STATUS, Curfewctl, PeerAgent  # noqa: E402
from proxy import ANSWER, REQUEST, Proxy  # noqa: E402
from realm import PASSWORD, Realm  # noqa: E402
from wsman_messages import initiation  # noqa: E402

if Realm.missing:
    peers.skip(Realm.missing)
winrm = peers.import_pywinrm()

CERTIFICATES = os.path.abspath(sys.argv.pop())
AGENT = sys.argv.pop()
CURFEWCTL = sys.argv.pop()
TEXT = "Der Server wird heute neu gestartet 🦉"
RESTART_FORCED = 0x7
AUDITED = "Refused a (sealed )?message"
NTLM = {"mechanism": gss_client.NTLM, "user": "mara", "password": PASSWORD, "raw": True}


class World:
    """A realm and an agent, made once; each test leaves the agent idle."""


def setUpModule():
    realm = unittest.enterModuleContext(Realm())
    directory = unittest.enterModuleContext(tempfile.TemporaryDirectory())
    os.environ.update(realm.describe())
    World.agent = unittest.enterModuleContext(PeerAgent(AGENT, CERTIFICATES, directory,
                                                        keytab=realm.keytab))
    World.curfewctl = Curfewctl(CURFEWCTL, directory, os.path.join(CERTIFICATES, "authority.pem"))


def get_endpoint():
    return World.agent.get_endpoint("http")


def find_forms(text):
    """How a text may stand in a capture: encoded, and in base64 at each of its three offsets."""
    for octets in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")) \
            if isinstance(text, str) else (text, text.hex().encode(), text.hex().upper().encode()):
        yield octets
        for offset in range(3):
            # without what its neighbours have a share in
            yield base64.b64encode(bytes(offset) + octets)[(offset * 8 + 5) // 6:-4]


def finds(text, octets):
    return [form for form in find_forms(text) if form in octets]


class Capture(unittest.TestCase):
    def check(self, proxy):
        sealed = [message for message in proxy.messages if message.is_sealed]
        self.assertGreaterEqual(len(sealed), 4)
        for direction in (REQUEST, ANSWER):
            octets = bytes(proxy.octets[direction])
            self.assertIn(b"multipart/encrypted", octets)
            for secret in (PASSWORD, nt_hash(PASSWORD), TEXT, TEXT[4:14], "Envelope", "lpMessage",
                           "WindowsShutdown"):
                self.assertEqual(finds(secret, octets), [], secret)

    def run_curfewctl(self, *arguments, **keywords):
        with Proxy(get_endpoint()) as proxy:
            for verb, more in (("restart", ("--in", "60s", "-m", TEXT)), ("abort", ())):
                outcome = World.curfewctl.run(verb, proxy.endpoint, *more, *arguments, **keywords)
                self.assertEqual(outcome.status, 0, outcome.output + outcome.errors)
        return proxy

    def test_kerberos_by_ticket(self):
        self.check(self.run_curfewctl("--auth", "kerberos"))

    def test_kerberos_by_password(self):
        self.check(self.run_curfewctl(user="kim@CURFEW.TEST"))

    def test_ntlm(self):
        self.check(self.run_curfewctl("--auth", "ntlm", user="mara"))

    def test_pywinrm(self):
        for transport in ("kerberos", "ntlm"):
            with self.subTest(transport), Proxy(get_endpoint()) as proxy:
                session = winrm.Session(proxy.endpoint, auth=("mara", PASSWORD),
                                        transport=transport, message_encryption="always")
                session.protocol.send_message(initiation(RESTART_FORCED, message=TEXT))
                self.assertEqual(session.run_cmd("shutdown", ["/a"]).status_code, 0)
            self.check(proxy)

    def test_what_is_clear_is_found(self):
        # that the search finds something where there is something
        with Proxy(get_endpoint()) as proxy:
            World.curfewctl.run("restart", proxy.endpoint, "--in", "60s", "-m", TEXT, user="mara")
            World.curfewctl.run("abort", proxy.endpoint, user="mara")
        octets = bytes(proxy.octets[REQUEST])
        self.assertTrue(finds(PASSWORD, octets))
        self.assertTrue(finds(TEXT, octets))
        self.assertTrue(finds("Envelope", octets))


class Tampering(unittest.TestCase):
    def setUp(self):
        self.log = len(World.agent.read_log())

    def read_new_log(self):
        return World.agent.read_log()[self.log:]

    def check_nothing_happened(self, audited):
        with GssClient(get_endpoint()) as client:
            client.sign_in()
            self.assertEqual(peers.read_state(client.ask(STATUS)), "Idle")
        self.assertEqual(len(re.findall(AUDITED, self.read_new_log())), audited)

    def check_refused(self, client, answer, statuses=(400,)):
        """The request is refused without SOAP, and nothing can follow it on the connection."""
        self.assertIn(answer.status, statuses)
        self.assertEqual(answer.body, b"")
        self.assertIsNone(client.receive())

    def each_mechanism(self):
        for keywords in ({}, {"scheme": "Kerberos"}, NTLM):
            with self.subTest(**keywords), GssClient(get_endpoint(), **keywords) as client:
                client.sign_in()
                yield client

    def test_flipped(self):
        sizes = []
        attempts = 0
        for client in self.each_mechanism():
            sizes.append(len(client.seal(initiation(RESTART_FORCED))))
        for size, keywords in zip(sizes, ({}, {"scheme": "Kerberos"}, NTLM)):
            # what is sealed, from the length of its header to the line that ends it
            for at in (*range(214, 222), *range(222, size - 26, (size - 248) // 12), size - 25):
                with self.subTest(at=at, **keywords):
                    with GssClient(get_endpoint(), **keywords) as client:
                        client.sign_in()
                        body = bytearray(client.seal(initiation(RESTART_FORCED)))
                        body[at] ^= 0x10
                        self.check_refused(client, client.post_sealed(bytes(body)))
                        attempts += 1
        self.assertGreater(attempts, 50)
        self.check_nothing_happened(audited=attempts)

    def test_truncated(self):
        for client in self.each_mechanism():
            body = client.seal(initiation(RESTART_FORCED))
            self.check_refused(client, client.post_sealed(body[:-40]))
        self.check_nothing_happened(audited=3)

    def test_cut_off(self):
        for client in self.each_mechanism():
            body = client.seal(initiation(RESTART_FORCED))
            client.socket.sendall(
                (f"POST /wsman HTTP/1.1\r\nHost: h\r\nContent-Length: {len(body)}\r\n"
                 f"Content-Type: {gss_client.SEALED.format(gss_client.PROTOCOLS[client.scheme])}"
                 "\r\n\r\n").encode() + body[:-40])
        self.check_nothing_happened(audited=0)

    def test_repeated(self):
        for client in self.each_mechanism():
            body = client.seal(STATUS)
            self.assertEqual(client.post_sealed(body).status, 200)
            self.check_refused(client, client.post_sealed(body))
        self.check_nothing_happened(audited=3)

    def test_out_of_order(self):
        for client in self.each_mechanism():
            client.seal(STATUS)
            self.check_refused(client, client.post_sealed(client.seal(initiation(RESTART_FORCED))))
        self.check_nothing_happened(audited=3)

    def test_of_another_connection(self):
        for client in self.each_mechanism():
            body = client.seal(initiation(RESTART_FORCED))
            with GssClient(get_endpoint()) as other:
                other.sign_in()
                self.check_refused(other, other.post_sealed(body))
        self.check_nothing_happened(audited=3)

    def test_unsealed(self):
        for client in self.each_mechanism():
            self.check_refused(client, client.post(initiation(RESTART_FORCED).encode()), (500,))
        self.check_nothing_happened(audited=3)

    def test_sealed_by_nobody(self):
        for client in self.each_mechanism():
            body = client.seal(initiation(RESTART_FORCED))
            with gss_client.Connection(get_endpoint()) as stranger:
                answer = stranger.post(body, content_type=gss_client.SEALED.format("HTTP-SPNEGO"))
                self.assertEqual((answer.status, answer.body), (401, b""))
        self.check_nothing_happened(audited=0)

    def test_sign_in_repeated(self):
        """A ticket that was seen on the wire serves nobody else."""
        with GssClient(get_endpoint()) as client:
            token = client.authorize(client.context.step())
            self.assertEqual(client.post(fields=[token]).status, 200)
        with gss_client.Connection(get_endpoint()) as thief:
            self.assertEqual(thief.post(fields=[token]).status, 401)
        self.check_nothing_happened(audited=0)


class InBetween(unittest.TestCase):
    """curfewctl, with an alterable connection."""

    def run_through(self, change=None, verb="restart", swap=False, auth="kerberos"):
        arguments = ["--in", "60s"] if verb == "restart" else []
        with Proxy(get_endpoint(), change, swap) as proxy:
            return World.curfewctl.run(verb, proxy.endpoint, "--auth", auth, *arguments,
                                       user="mara" if auth == "ntlm" else None), proxy

    def get_state(self):
        with GssClient(get_endpoint()) as client:
            client.sign_in()
            return peers.read_state(client.ask(STATUS))

    def check_unknown(self, outcome):
        """It was done, and curfewctl does not say that it was, nor that it was not."""
        self.assertEqual(self.get_state(), "Pending")
        self.assertEqual(outcome.host["state"], "unknown", outcome.output)
        self.assertEqual(World.curfewctl.run("abort", get_endpoint()).status, 0)

    def check_altered(self, direction, alter, pattern):
        for auth in ("kerberos", "ntlm"):
            with self.subTest(auth):
                outcome, _ = self.run_through(
                    lambda message: alter(message) if message.is_sealed and
                    message.direction == direction else None, "status", auth=auth)
                self.assertNotEqual(outcome.status, 0, outcome.output)
                self.assertRegex(outcome.output + outcome.errors, pattern)

    def flip(self, message):
        body = bytearray(message.body)
        body[len(body) // 2] ^= 1
        return message.to_octets(bytes(body))

    def test_request_flipped(self):
        self.check_altered(REQUEST, self.flip, "400")
        self.assertEqual(self.get_state(), "Idle")

    def test_answer_flipped(self):
        self.check_altered(ANSWER, self.flip, "altered")

    def test_answer_truncated(self):
        self.check_altered(ANSWER, lambda message: message.to_octets(message.body[:-30]), ".")

    def test_answer_unsealed(self):
        def unseal(message):
            message.fields = [("Content-Type", "application/soap+xml;charset=UTF-8"),
                              ("Content-Length", "0")]
            return message.to_octets(STATUS.encode())
        self.check_altered(ANSWER, unseal, "seal")

    def test_answer_to_a_restart_altered(self):
        outcome, _ = self.run_through(
            lambda message: self.flip(message) if message.is_sealed and
            message.direction == ANSWER and self.get_state() == "Pending" else None)
        self.check_unknown(outcome)

    def test_answer_repeated(self):
        first = []

        def repeat(message):
            if not message.is_sealed or message.direction == REQUEST:
                return None
            first.append(message.to_octets())
            return first[0]
        outcome, _ = self.run_through(repeat)
        self.assertEqual(len(first), 2)
        self.check_unknown(outcome)

    def test_request_repeated(self):
        requests = []
        log = len(World.agent.read_log())

        def count_audited():
            return len(re.findall(AUDITED, World.agent.read_log()[log:]))

        def repeat(message):
            if message.is_sealed and message.direction == REQUEST:
                requests.append(message.to_octets())
            elif len(requests) == 2:  # the answer to the request that restarts
                message.upstream.sendall(requests[1])
                deadline = time.monotonic() + 10
                while count_audited() == 0 and time.monotonic() < deadline:
                    time.sleep(0.01)
        outcome, _ = self.run_through(repeat)
        self.assertEqual(outcome.status, 0, outcome.output + outcome.errors)
        self.assertEqual(self.get_state(), "Pending")
        self.assertEqual(count_audited(), 1)
        self.assertEqual(World.curfewctl.run("abort", get_endpoint()).status, 0)

    def test_connection_swapped(self):
        outcome, proxy = self.run_through(swap=True)
        self.assertNotEqual(outcome.status, 0, outcome.output)
        self.assertGreater(proxy.connections, 1)
        self.assertEqual(self.get_state(), "Idle")

    def test_proxy_that_says_so(self):
        """Who passes on for several people would lend the identity of one to the others."""
        def add(message):
            if message.direction == REQUEST:
                message.fields.append(("Via", "1.1 proxy"))
        outcome, proxy = self.run_through(add)
        self.assertNotEqual(outcome.status, 0, outcome.output)
        self.assertEqual([one for one in proxy.messages if one.is_sealed], [])
        self.assertEqual(self.get_state(), "Idle")


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
