#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of others → agent: pywinrm, curl and a few lines of GSS-API, each way to sign in × http
sealed, https, https with channel bindings demanded. It works, or is refused for the reason that the
manuals give.

usage: test-others.py AGENT CERTIFICATES
"""

import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import gss_client  # noqa: E402
import own_network  # noqa: E402
import peers  # noqa: E402
from gss_client import GssClient, SignInRefused  # noqa: E402
from http_client import Connection  # noqa: E402
from peers import PROFILE, STATUS, curl  # noqa: E402
from realm import PASSWORD, Realm  # noqa: E402
from world import COLUMNS, PLAIN, World  # noqa: E402

HAS_NETWORK = own_network.enter()
if Realm.missing:
    peers.skip(Realm.missing)
winrm = peers.import_pywinrm()

WORLD = World(certificates=os.path.abspath(sys.argv.pop()), agent=sys.argv.pop(),
              has_network=HAS_NETWORK)

def setUpModule():
    unittest.enterModuleContext(WORLD)


class OfPywinrm(unittest.TestCase):
    """pywinrm → agent"""

    def connect(self, column, transport, host="localhost", **keywords):
        endpoint = WORLD.get_endpoint(column, host)
        if column == "http":
            keywords.setdefault("message_encryption", "always")
        return winrm.Session(endpoint, transport=transport, ca_trust_path=WORLD.authority,
                             **{"auth": ("mara", PASSWORD), **keywords})

    def check(self, *arguments, **keywords):
        session = self.connect(*arguments, **keywords)
        for _ in range(3):  # the second shows sequence numbers, and that the connection is the same
            self.assertEqual(peers.read_state(session.protocol.send_message(STATUS)), "Idle")

    def test_kerberos_http(self):
        self.check("http", "kerberos")

    def test_kerberos_https(self):
        # it signs in without bindings first, and learns of them from the answer
        self.check("https", "kerberos")

    def test_kerberos_bound(self):
        self.check("bound", "kerberos")

    def test_kerberos_unbound_is_refused_where_bindings_are_demanded(self):
        # pywinrm sends them after a first 401, in which it learns of them
        session = self.connect("bound", "kerberos")
        session.protocol.transport.send_cbt = False
        with self.assertRaises(Exception) as caught:
            session.protocol.send_message(STATUS)
        self.assertRegex(str(caught.exception), "credentials were rejected|401")

    def test_ntlm_http(self):
        self.check("http", "ntlm")

    def test_ntlm_https(self):
        self.check("https", "ntlm")

    def test_ntlm_bound(self):
        self.check("bound", "ntlm")

    def test_ntlm_wrong_password(self):
        session = self.connect("http", "ntlm", auth=("mara", "wrong"))
        with self.assertRaises(winrm.exceptions.InvalidCredentialsError):
            session.protocol.send_message(STATUS)

    @unittest.skipUnless(HAS_NETWORK, "no network of its own can be made here")
    def test_basic_http(self):
        # only a rehearsal on loopback takes passwords in the clear
        endpoint = WORLD.get_endpoint("http", own_network.ADDRESS, own_network.ADDRESS)
        session = winrm.Session(endpoint, transport="plaintext", auth=("mara", PASSWORD.encode()))
        with self.assertRaises(winrm.exceptions.WinRMError) as caught:
            session.protocol.send_message(STATUS)
        self.assertRegex(str(caught.exception), "rejected|403")

    def test_basic_https(self):
        self.check("https", "basic", auth=("mara", PASSWORD.encode()))

    def test_basic_bound(self):
        self.check("bound", "ssl", auth=("mara", PASSWORD.encode()))

    def test_certificate_https(self):
        self.check("https", "certificate", cert_pem=WORLD.clients.path("mara.pem"),
                   cert_key_pem=WORLD.clients.path("mara.key"))

    def test_certificate_bound(self):
        self.check("bound", "certificate", cert_pem=WORLD.clients.path("mara.pem"),
                   cert_key_pem=WORLD.clients.path("mara.key"))


def curl_binds():
    """From 8.10 on curl binds what it negotiates to the TLS connection."""
    words = subprocess.run(["curl", "--version"], stdout=subprocess.PIPE, check=True).stdout.split()
    return tuple(int(part) for part in words[1].split(b".")[:2]) >= (8, 10)


class OfCurl(unittest.TestCase):
    """curl → agent. It seals nothing, and binds only if it is new."""

    def ask(self, column, *arguments, host="localhost", **keywords):
        return curl(WORLD.get_endpoint(column, host), WORLD.authority, *arguments, **keywords)

    def check(self, *arguments, **keywords):
        status, body, errors = self.ask(*arguments, **keywords)
        self.assertEqual(status, 200, body + errors)
        self.assertEqual(peers.read_state(body), "Idle")

    def check_status(self, expected, *arguments, **keywords):
        status, body, errors = self.ask(*arguments, **keywords)
        self.assertEqual((status, body, errors), (expected, "", ""))

    def test_negotiate_http(self):
        # it asks for no sequence, which sealing needs
        self.check_status(401, "http", "--negotiate", "--user", ":")

    def check_bound_or_refused(self, column):
        # unbound, nobody could tell a sign-in over http that was passed on from this one
        if curl_binds():
            self.check(column, "--negotiate", "--user", ":")
        else:
            self.check_status(401, column, "--negotiate", "--user", ":")

    def test_negotiate_https(self):
        self.check_bound_or_refused("https")

    def test_negotiate_relaxed(self):
        self.check("relaxed", "--negotiate", "--user", ":")

    def test_negotiate_bound(self):
        self.check_bound_or_refused("bound")

    def test_ntlm(self):
        # NTLM is for who seals or binds. curl begins again on each new connection, and gives up
        # after many (47, which is CURLE_TOO_MANY_REDIRECTS) where nobody throttles it.
        for column in (*COLUMNS, "relaxed"):
            status, body, errors = self.ask(column, "--ntlm", secret=f"robin:{PLAIN}")
            self.assertEqual((status, body), (401, ""), errors)

    def test_basic_https(self):
        self.check("https", "--basic", secret=f"mara:{PASSWORD}")

    def test_certificate_http(self):
        self.check_status(401, "http", "--header", f"Authorization: {PROFILE}")

    def test_certificate_https(self):
        self.check("https", "--header", f"Authorization: {PROFILE}", "--cert",
                   WORLD.clients.path("mara.pem"), "--key", WORLD.clients.path("mara.key"))

    def test_certificate_of_nobody(self):
        for arguments in ((), ("--cert", WORLD.clients.path("stranger.pem"), "--key",
                               WORLD.clients.path("stranger.key"))):
            self.check_status(403, "https", "--header", f"Authorization: {PROFILE}", *arguments)


class OfGssapi(unittest.TestCase):
    """A client of few lines on GSS-API → agent: schemes and bindings that the others lack."""

    def check(self, column, host="localhost", **keywords):
        with GssClient(WORLD.get_endpoint(column, host), **keywords) as client:
            client.sign_in()
            for _ in range(3):
                if column == "http":
                    text = client.ask(STATUS)
                else:
                    text = client.post(STATUS.encode()).body.decode()
                self.assertEqual(peers.read_state(text), "Idle")
            if column != "http":  # what comes sealed over TLS is answered sealed
                self.assertEqual(peers.read_state(client.ask(STATUS)), "Idle")

    def check_refused(self, column, **keywords):
        with GssClient(WORLD.get_endpoint(column), **keywords) as client:
            with self.assertRaises(SignInRefused) as caught:
                client.sign_in()
        self.assertEqual(caught.exception.answer.status, 401)

    SPNEGO_NTLM = {"mechanism": gss_client.NTLM, "user": "mara", "password": PASSWORD}
    NTLM = {**SPNEGO_NTLM, "raw": True}

    def test_scheme_kerberos(self):
        for column in COLUMNS:
            with self.subTest(column):
                self.check(column, scheme="Kerberos")

    def test_negotiate_kerberos(self):
        for column in COLUMNS:
            with self.subTest(column):
                self.check(column)
                self.check(column, raw=True)

    def test_negotiate_ntlm(self):
        for column in COLUMNS:
            with self.subTest(column):
                self.check(column, **self.NTLM)

    def test_negotiate_spnego_ntlm(self):
        if not gss_client.can_spnego_ntlm("mara", PASSWORD, os.environ["CURFEW_TEST_NTLM_USERS"]):
            self.skipTest("libgssapi-krb5 of this computer cannot do NTLM inside SPNEGO")
        for column in COLUMNS:
            with self.subTest(column):
                self.check(column, **self.SPNEGO_NTLM)

    def test_bindings_of_another_connection(self):
        elsewhere = b"tls-server-end-point:" + bytes(32)
        for column in ("https", "bound", "relaxed"):
            for more in ({}, {"scheme": "Kerberos"}, self.NTLM):
                with self.subTest(column, **more):
                    self.check_refused(column, bindings=elsewhere, **more)

    def test_no_bindings(self):
        for more in ({}, {"scheme": "Kerberos"}, self.NTLM):
            with self.subTest(**more):
                self.check("relaxed", bindings=None, **more)
                self.check_refused("bound", bindings=None, **more)

    def test_who_brings_no_bindings_has_to_seal(self):
        for more in ({}, {"scheme": "Kerberos"}, self.NTLM):
            with self.subTest(**more):
                with GssClient(WORLD.get_endpoint("https"), bindings=None, **more) as client:
                    client.sign_in()
                    for _ in range(2):
                        self.assertEqual(peers.read_state(client.ask(STATUS)), "Idle")
                    answer = client.post(STATUS.encode())
                    self.assertEqual((answer.status, answer.body), (401, b""))
                    self.assertIsNone(client.receive())

    def test_identity_is_of_one_connection(self):
        with GssClient(WORLD.get_endpoint("https")) as client:
            client.sign_in()
            self.assertEqual(client.post(STATUS.encode()).status, 200)
            with Connection(WORLD.get_endpoint("https")) as other:
                self.assertEqual(other.post(STATUS.encode()).status, 401)
            # who tries to become somebody else, and fails, is nobody
            answer = client.post(STATUS.encode(), ["Authorization: Basic bWFyYTp3cm9uZw=="])
            self.assertEqual(answer.status, 401)
            answer = client.post(STATUS.encode())
            self.assertTrue(answer is None or answer.status == 401)

    def test_several_challenges_each_in_its_line(self):
        for column in ("http", "https"):
            with Connection(WORLD.get_endpoint(column)) as client:
                answer = client.post(STATUS.encode())
            self.assertEqual((answer.status, answer.body), (401, b""))
            self.assertEqual(answer.get_all("WWW-Authenticate")[:3],
                             ["Negotiate", "Kerberos", "NTLM"])


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
