#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""curfewctl and saved passwords, with a real keyring on a bus of its own.

usage: dbus-run-session -- test-keyring.py CURFEWCTL AGENT
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from curfew_agent import PASSWORD, Agent  # noqa: E402
from realm import Realm  # noqa: E402
from terminal import NOBODY, Terminal, run  # noqa: E402

SKIPPED = 77
AGENT = sys.argv.pop()
CURFEWCTL = sys.argv.pop()


class Keyring(unittest.TestCase):
    """A keyring that is unlocked, and empty."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="curfew-keyring-")
        home = cls.folder.name
        os.chmod(home, 0o700)
        cls.environment = {**NOBODY, "HOME": home, "XDG_DATA_HOME": home, "XDG_RUNTIME_DIR": home,
                           "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home,
                           "DBUS_SESSION_BUS_ADDRESS": os.environ["DBUS_SESSION_BUS_ADDRESS"]}
        cls.daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            # what makes our own programs fail early is not meant for others
            env={**{name: value for name, value in os.environ.items()
                    if name not in ("G_DEBUG", "MALLOC_PERTURB_")}, **cls.environment})
        cls.daemon.stdin.write(b"keyring\n")
        cls.daemon.stdin.close()
        subprocess.run(["gdbus", "wait", "--session", "--timeout", "20",
                        "org.freedesktop.secrets"], check=True, timeout=30)

    @classmethod
    def tearDownClass(cls):
        cls.daemon.terminate()
        cls.daemon.wait(timeout=20)
        cls.folder.cleanup()

    def curfewctl(self, *arguments, **keywords):
        return run(CURFEWCTL, *arguments, environment=self.environment, **keywords)

    def saved(self):
        listed = self.curfewctl("keyring", "list", "-o", "json")
        self.assertEqual((listed.returncode, listed.stderr), (0, ""))
        self.assertNotIn(PASSWORD, listed.stdout)
        return {entry["for"]: (entry["user"], entry["method"])
                for entry in json.loads(listed.stdout)["passwords"]}

    def save(self, agent, password=PASSWORD):
        return self.curfewctl("status", "-u", "mara", "--save-password", agent.endpoint,
                              password=password)


class TestKeyring(Keyring):
    def tearDown(self):
        for place in self.saved():
            self.curfewctl("keyring", "rm", place)

    def test_saved_once_it_was_right(self):
        with Agent(AGENT, config="[limits]\nfailed-sign-in-msec=10\n") as agent:
            wrong = self.save(agent, password="wrong")
            self.assertEqual(wrong.returncode, 5)
            self.assertIn("not saved", wrong.stderr)
            self.assertEqual(self.saved(), {})

            right = self.save(agent)
            self.assertEqual(right.returncode, 0, right.stderr)
            self.assertIn("saved for host:127.0.0.1", right.stderr)
            self.assertEqual(self.saved(), {"host:127.0.0.1": ("mara", "automatic")})

    def test_saved_password_signs_in(self):
        with Agent(AGENT) as agent:
            self.assertEqual(self.save(agent).returncode, 0)
            for who in ([], ["-u", "mara"]):
                with self.subTest(who):
                    asked = self.curfewctl("status", "-o", "json", *who, agent.endpoint)
                    self.assertEqual(asked.returncode, 0, asked.stdout + asked.stderr)
                    self.assertEqual(json.loads(asked.stdout)["hosts"][0]["sign_in"], "Basic")
            # somebody else's does not
            other = self.curfewctl("status", "-u", "kim", agent.endpoint)
            self.assertEqual(other.returncode, 2)
            self.assertIn("no terminal", other.stderr)

    def test_a_wrong_one_says_that_it_was_saved(self):
        with Agent(AGENT) as agent:
            self.assertEqual(self.save(agent).returncode, 0)
            subprocess.run(["secret-tool", "store", "--label=x", "xdg:schema",
                            "org.curfew.Credential", "application", "org.curfew.Curfew", "scope",
                            "host", "name", "127.0.0.1", "user", "mara", "method", "automatic"],
                           input=b"wrong", check=True, timeout=20,
                           env={**os.environ, **self.environment})
            asked = self.curfewctl("status", agent.endpoint)
            self.assertEqual(asked.returncode, 5)
            self.assertIn("saved one", asked.stdout)

    def test_rm(self):
        with Agent(AGENT) as agent:
            self.assertEqual(self.save(agent).returncode, 0)
        self.assertEqual(self.curfewctl("keyring", "rm", "realm:127.0.0.1").returncode, 3)
        self.assertEqual(self.curfewctl("keyring", "rm", "host:127.0.0.1").returncode, 0)
        self.assertEqual(self.saved(), {})

    def test_no_keyring_is_no_error(self):
        with Agent(AGENT) as agent:
            for address in ("disabled:", "unix:path=/nonexistent/bus"):
                absent = {**self.environment, "DBUS_SESSION_BUS_ADDRESS": address}
                asked = run(CURFEWCTL, "status", agent.endpoint, environment=absent)
                self.assertEqual((asked.returncode, asked.stderr), (5, ""))
                listed = run(CURFEWCTL, "keyring", "list", environment=absent)
                self.assertEqual((listed.returncode, listed.stderr), (0, ""))
                saved = run(CURFEWCTL, "status", "-u", "mara", "--save-password", agent.endpoint,
                            password=PASSWORD, environment=absent)
                self.assertEqual(saved.returncode, 0)
                self.assertIn("not saved", saved.stderr)

    def test_typed_and_saved(self):
        with Agent(AGENT) as agent:
            terminal = Terminal(CURFEWCTL, "status", "-u", "mara", "--save-password",
                                agent.endpoint, environment=self.environment)
            terminal.expect("Password of mara: ")
            terminal.type(PASSWORD + "\n")
            self.assertEqual(terminal.end(), 0)
            self.assertIn("saved for host:", terminal.text)
            self.assertNotIn(PASSWORD, terminal.text)


@unittest.skipIf(Realm.missing, Realm.missing)
class TestRealm(Keyring):
    """What is saved for a realm signs in at hosts whose names do not tell that they are in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.realm = Realm().__enter__()
        cls.given = cls.realm.describe()
        cls.environment["KRB5_CONFIG"] = cls.given["KRB5_CONFIG"]
        cls.user = f"kim@{cls.given['CURFEW_TEST_REALM']}"

    @classmethod
    def tearDownClass(cls):
        cls.realm.__exit__(None, None, None)
        super().tearDownClass()

    def tearDown(self):
        for place in self.saved():
            self.curfewctl("keyring", "rm", place)

    def agent(self, section):
        return Agent(AGENT, config="[limits]\nfailed-sign-in-msec=10\n" + section)

    def kerberos(self):
        return self.agent(f"[kerberos]\nkeytab={self.given['CURFEW_TEST_KEYTAB']}\n")

    def ntlm(self):
        return self.agent(f"[ntlm]\nusers={self.given['CURFEW_TEST_NTLM_USERS']}\n")

    def ask(self, agent, *arguments, **keywords):
        port = agent.endpoint.rsplit(":", 1)[1].split("/")[0]
        asked = self.curfewctl("status", "-o", "json", *arguments, f"http://localhost:{port}",
                               **keywords)
        asked.host = json.loads(asked.stdout)["hosts"][0] if asked.stdout else None
        return asked

    def save_of_realm(self, agent):
        saved = self.ask(agent, "-u", self.user, "--save-password",
                         password=self.given["CURFEW_TEST_PASSWORD"])
        self.assertEqual(saved.returncode, 0, saved.stdout + saved.stderr)
        place = f"realm:{self.given['CURFEW_TEST_REALM']}"
        self.assertIn(f"saved for {place}", saved.stderr)
        self.assertEqual(self.saved(), {place: (self.user, "automatic")})

    def test_saved_once_for_all(self):
        with self.kerberos() as first, self.kerberos() as second:
            self.save_of_realm(first)
            for agent in (first, second):
                for how in ([], ["--auth", "kerberos"], ["--auth", "negotiate"]):
                    with self.subTest(how):
                        asked = self.ask(agent, "-u", self.user, *how)
                        self.assertEqual(asked.returncode, 0, asked.stdout + asked.stderr)
                        self.assertEqual(asked.host["sign_in"], "Kerberos")

    def test_for_nobody_else(self):
        with self.kerberos() as agent:
            self.save_of_realm(agent)
            # "localhost" is not in CURFEW.TEST, as far as the name tells
            self.assertEqual(self.ask(agent).returncode, 5)
            for arguments in (["-u", self.user.replace("kim", "mara")],
                              ["-u", self.user, "--auth", "ntlm"],
                              ["-u", self.user, "--auth", "basic"]):
                with self.subTest(arguments):
                    asked = self.ask(agent, *arguments)
                    self.assertEqual(asked.returncode, 2)
                    self.assertIn("no terminal", asked.stderr)

    def test_never_for_ntlm_unless_saved_so(self):
        with self.kerberos() as agent:
            self.save_of_realm(agent)
        with self.ntlm() as agent:
            asked = self.ask(agent, "-u", self.user, "--auth", "negotiate")
            self.assertEqual(asked.returncode, 5)
            self.assertIsNone(asked.host["sign_in"])
            self.assertIsNone(asked.host["detour"])

            # an address has no tickets, so that NTLM takes the place of Kerberos
            typed = self.curfewctl("status", "-u", "kim", "--auth", "negotiate", "--save-password",
                                   agent.endpoint, password=self.given["CURFEW_TEST_PASSWORD"])
            self.assertEqual(typed.returncode, 0, typed.stdout + typed.stderr)
            self.assertIn("signed in by NTLM", typed.stderr)
            self.assertIn("not saved", typed.stderr)
            self.assertNotIn("host:127.0.0.1", self.saved())
            saved = self.ask(agent, "-u", "kim", "--auth", "ntlm", "--save-password",
                             password=self.given["CURFEW_TEST_PASSWORD"])
            self.assertEqual(saved.returncode, 0, saved.stdout + saved.stderr)
            self.assertEqual(self.saved()["host:localhost"], ("kim", "ntlm"))
            for who in ([], ["-u", "kim", "--auth", "ntlm"]):
                again = self.ask(agent, *who)
                self.assertEqual(again.returncode, 0, again.stdout + again.stderr)
                self.assertEqual(again.host["sign_in"], "NTLM")


class TestLocked(Keyring):
    def test_a_locked_keyring_asks_no_script(self):
        with Agent(AGENT) as agent:
            self.assertEqual(self.save(agent).returncode, 0)
            subprocess.run(["gdbus", "call", "--session", "-d", "org.freedesktop.secrets", "-o",
                            "/org/freedesktop/secrets", "-m", "org.freedesktop.Secret.Service.Lock",
                            "['/org/freedesktop/secrets/collection/login']"], check=True,
                           stdout=subprocess.DEVNULL, timeout=20)
            asked = self.curfewctl("status", agent.endpoint)
            self.assertEqual((asked.returncode, asked.stderr), (5, ""))
            self.assertEqual(set(self.saved()), {"host:127.0.0.1"})


if __name__ == "__main__":
    for needed in ("gnome-keyring-daemon", "secret-tool", "gdbus"):
        if shutil.which(needed) is None:
            print(f"{needed} is not installed")
            sys.exit(SKIPPED)
    unittest.main(verbosity=2)
