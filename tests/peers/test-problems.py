#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each way in which signing in can fail has its own sentence and the next step, as curfewctl tells
it with a real KDC and a real agent.

usage: test-problems.py CURFEWCTL AGENT CERTIFICATES
"""

import os
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import peers  # noqa: E402
from peers import Curfewctl, PeerAgent  # noqa: E402
from realm import FAKETIME, PASSWORD, Realm  # noqa: E402

if Realm.missing:
    peers.skip(Realm.missing)

CERTIFICATES = os.path.abspath(sys.argv.pop())
AGENT = sys.argv.pop()
CURFEWCTL = sys.argv.pop()


class Problems(unittest.TestCase):
    told = {}  # by problem: what curfewctl said of it

    @classmethod
    def setUpClass(cls):
        cls.realm = cls.enterClassContext(Realm())
        cls.directory = cls.enterClassContext(tempfile.TemporaryDirectory())
        os.environ.update(cls.realm.describe())
        cls.curfewctl = Curfewctl(CURFEWCTL, cls.directory,
                                  os.path.join(CERTIFICATES, "authority.pem"))
        cls.agent = cls.start(ntlm=False)

    @classmethod
    def start(cls, **keywords):
        return cls.enterClassContext(PeerAgent(AGENT, CERTIFICATES, cls.directory,
                                               **{"keytab": cls.realm.keytab, **keywords}))

    def check(self, pattern, *arguments, agent=None, host="localhost", cache=None, config=None,
              verb="status", scheme="http", **keywords):
        environment = {"KRB5CCNAME": cache or os.environ["KRB5CCNAME"],
                       "KRB5_CONFIG": config or os.environ["KRB5_CONFIG"]}
        endpoint = (agent or self.agent).get_endpoint(scheme, host)
        started = time.monotonic()
        outcome = self.curfewctl.run(verb, endpoint, *arguments, environment=environment,
                                     **keywords)
        self.assertLess(time.monotonic() - started, 20)
        self.assertNotEqual(outcome.status, 0, outcome.output)
        text = f"{outcome.host['message']} {outcome.host['next_step'] or ''}" \
            if outcome.output else outcome.errors
        self.assertRegex(text, pattern)
        self.assertNotIn(PASSWORD, outcome.output + outcome.errors)
        for other, said in self.told.items():
            self.assertNotEqual(text, said, other)
        self.told[self.id()] = text
        return outcome

    def test_no_ticket(self):
        self.check("kinit", "--auth", "kerberos", cache=f"FILE:{self.directory}/none")

    def test_expired_ticket(self):
        cache = self.realm.get_ticket(cache=f"FILE:{self.directory}/short", lifetime="1s")
        time.sleep(2)
        self.check("expired.*kinit", "--auth", "kerberos", cache=cache)

    def test_wrong_password(self):
        self.check("(?i)password", user="kim@CURFEW.TEST", password="wrong")

    def test_locked_account(self):
        self.check("locked|disabled", user="locked@CURFEW.TEST")

    def test_expired_password(self):
        self.check("(?i)password.*expired|expired.*password", user="expired@CURFEW.TEST")

    def test_unknown_user(self):
        self.check("nobody", user="nobody@CURFEW.TEST")

    def test_unknown_service(self):
        self.check("HTTP/nowhere.localhost", "--auth", "kerberos", host="nowhere.localhost")

    def test_address(self):
        self.check("name", "--auth", "kerberos", host="127.0.0.1")

    def test_no_kdc(self):
        self.realm.stop()
        try:
            self.check("CURFEW.TEST", user="kim@CURFEW.TEST")
        finally:
            self.realm.start()

    @unittest.skipUnless(FAKETIME, "libfaketime is not installed")
    def test_clock_of_the_kdc(self):
        self.realm.stop()
        self.realm.start(clock="-10m")
        try:
            self.check("clock", user="kim@CURFEW.TEST")
        finally:
            self.realm.stop()
            self.realm.start()

    @unittest.skipUnless(FAKETIME, "libfaketime is not installed")
    def test_clock_of_the_host(self):
        """The client goes by the KDC's clock, which the ticket cache knows; the host does not."""
        with open(os.environ["KRB5_CONFIG"], encoding="utf-8") as file:
            text = file.read().replace("kdc_timesync = 0", "kdc_timesync = 1")
        config = self.realm.write("synchronous.conf", text)
        self.realm.stop()
        self.realm.start(clock="-10m")
        try:
            before, self.realm.environment["KRB5_CONFIG"] = os.environ["KRB5_CONFIG"], config
            cache = self.realm.get_ticket(cache=f"FILE:{self.directory}/skewed")
            self.check("clock", "--auth", "kerberos", cache=cache, config=config)
        finally:
            self.realm.environment["KRB5_CONFIG"] = before
            self.realm.stop()
            self.realm.start()

    def test_host_has_another_key(self):
        """As after a keytab that was not renewed."""
        other = self.enterContext(Realm())
        self.check("key", "--auth", "kerberos", agent=self.start(keytab=other.keytab))

    def test_ntlm_is_off(self):
        self.check("NTLM", "--auth", "ntlm", user="mara")

    def test_kerberos_is_off(self):
        self.check("Kerberos", "--auth", "kerberos", agent=self.start(keytab=None))

    def test_ntlm_wrong_password(self):
        outcome = self.check("(?i)password", "--auth", "ntlm", user="mara", password="wrong",
                             agent=self.start(ntlm=True))
        self.assertNotIn("Kerberos", outcome.output)

    def test_not_permitted(self):
        agent = self.start(access="[user kim@CURFEW.TEST]\nallow=status\n")
        self.check("(?i)permi|allow", "--auth", "kerberos", agent=agent)
        outcome = self.curfewctl.run("status", agent.get_endpoint("http"), user="kim@CURFEW.TEST")
        self.assertEqual(outcome.status, 0, outcome.output + outcome.errors)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
