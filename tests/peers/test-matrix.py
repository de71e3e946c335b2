#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""curfewctl → agent: each way to sign in × http sealed, https, https with channel bindings demanded.
It works, or is refused for the reason that the manuals give. test-others.py has the other column.

usage: test-matrix.py CURFEWCTL AGENT CERTIFICATES
"""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import own_network  # noqa: E402
import peers  # noqa: E402
from peers import Curfewctl  # noqa: E402
from realm import Realm  # noqa: E402
from world import World  # noqa: E402

own_network.enter()
if Realm.missing:
    peers.skip(Realm.missing)

WORLD = World(certificates=os.path.abspath(sys.argv.pop()), agent=sys.argv.pop(), has_network=False)
CURFEWCTL = sys.argv.pop()


def setUpModule():
    unittest.enterModuleContext(WORLD)
    WORLD.curfewctl = Curfewctl(CURFEWCTL, WORLD.directory, WORLD.authority)


class OfCurfewctl(unittest.TestCase):
    """One test for each cell, and what belongs to it."""

    def check(self, column, mechanism, *arguments, host="localhost", **keywords):
        outcome = WORLD.curfewctl.run("status", WORLD.get_endpoint(column, host), *arguments,
                                      **keywords)
        self.assertEqual(outcome.status, 0, outcome.output + outcome.errors)
        self.assertEqual((outcome.host["state"], outcome.host["sign_in"]), ("idle", mechanism))
        return outcome.host

    def check_refused(self, endpoint, pattern, *arguments, **keywords):
        outcome = WORLD.curfewctl.run("status", endpoint, *arguments, **keywords)
        self.assertNotEqual(outcome.status, 0, outcome.output)
        self.assertRegex(outcome.output + outcome.errors, pattern)

    def check_kerberos(self, column):
        self.assertIsNone(self.check(column, "Kerberos", "--auth", "kerberos")["detour"])

    def check_ntlm(self, column):
        self.assertIsNone(self.check(column, "NTLM", "--auth", "ntlm", user="mara")["detour"])

    def check_negotiate_kerberos(self, column):
        self.assertIsNone(self.check(column, "Kerberos", "--auth", "negotiate")["detour"])
        self.check(column, "Kerberos", user="kim@CURFEW.TEST")
        self.check(column, "Kerberos")

    def check_negotiate_ntlm(self, column):
        # an address has no service principal, nor has a host of which the realm does not know
        for host in ("127.0.0.1",) if column != "http" else ("127.0.0.1", "nowhere.localhost"):
            told = self.check(column, "NTLM", "--auth", "negotiate", user="mara", host=host)
            self.assertRegex(told["detour"], "Kerberos")

    def check_certificate(self, column):
        self.check(column, "Certificate", "--certificate", WORLD.clients.path("mara.pem"), "--key",
                   WORLD.clients.path("mara.key"))

    def test_kerberos_http(self):
        self.check_kerberos("http")

    def test_kerberos_https(self):
        self.check_kerberos("https")

    def test_kerberos_bound(self):
        self.check_kerberos("bound")

    def test_kerberos_of_wsman_principal(self):
        # HTTP/winrm.localhost is unknown to the KDC
        self.check("http", "Kerberos", "--auth", "kerberos", host="winrm.localhost")

    def test_ntlm_http(self):
        self.check_ntlm("http")

    def test_ntlm_https(self):
        self.check_ntlm("https")

    def test_ntlm_bound(self):
        self.check_ntlm("bound")

    def test_negotiate_kerberos_http(self):
        self.check_negotiate_kerberos("http")

    def test_negotiate_kerberos_https(self):
        self.check_negotiate_kerberos("https")

    def test_negotiate_kerberos_bound(self):
        self.check_negotiate_kerberos("bound")

    def test_negotiate_ntlm_http(self):
        self.check_negotiate_ntlm("http")

    def test_negotiate_ntlm_https(self):
        self.check_negotiate_ntlm("https")

    def test_negotiate_ntlm_bound(self):
        self.check_negotiate_ntlm("bound")

    def test_kerberos_never_becomes_ntlm(self):
        self.check_refused(WORLD.get_endpoint("http", "127.0.0.1"), "name", "--auth", "kerberos",
                           user="mara@CURFEW.TEST")

    def test_basic_http(self):
        # before anything is sent: nobody listens there
        self.check_refused(f"http://{own_network.ADDRESS}:9/wsman", "(?i)clear|https", "--auth",
                           "basic", user="mara")

    def test_basic_https(self):
        self.check("https", "Basic", "--auth", "basic", user="mara")

    def test_basic_bound(self):
        # channel-binding= is of Kerberos and of NTLM: Basic has nothing to bind
        self.check("bound", "Basic", user="mara")

    def test_certificate_http(self):
        self.check_refused(WORLD.get_endpoint("http"), "https", "--auth", "certificate",
                           "--certificate", WORLD.clients.path("mara.pem"), "--key",
                           WORLD.clients.path("mara.key"))

    def test_certificate_https(self):
        self.check_certificate("https")

    def test_certificate_bound(self):
        self.check_certificate("bound")

    def test_certificate_of_nobody(self):
        self.check_refused(WORLD.get_endpoint("https"), "certificate", "--certificate",
                           WORLD.clients.path("stranger.pem"), "--key",
                           WORLD.clients.path("stranger.key"))


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
