#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What agent.conf switches on for signing in, and what access.conf makes of who signed in.

usage: with-realm.py test-sign-in.py AGENT CERTIFICATES
"""

import base64
import http.client
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import gssapi

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import gss_client  # noqa: E402
from curfew_agent import Agent  # noqa: E402
from gss_client import GssClient  # noqa: E402
from wsman_messages import initiation  # noqa: E402

PROGRAM, CERTIFICATES = sys.argv[1:3]
del sys.argv[1:3]
KEYTAB = os.environ["CURFEW_TEST_KEYTAB"]
NTLM_USERS = os.environ["CURFEW_TEST_NTLM_USERS"]
PASSWORD = os.environ["CURFEW_TEST_PASSWORD"]
REALM = os.environ["CURFEW_TEST_REALM"]
TLS = f"[tls]\ncertificate-file={CERTIFICATES}/host.pem\n"
KERBEROS = f"[kerberos]\nkeytab={KEYTAB}\n"
NTLM = f"[ntlm]\nusers={NTLM_USERS}\n"
RESTART = 0x05  # and force
NOT_PERMITTED = 53
IDENTIFY = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
    "<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>")


class Settings(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="curfew-")
        self.addCleanup(place.cleanup)
        self.directory = place.name

    def write(self, name, text, mode=0o600):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def certificates(self, users="[user mara]\nsubject=CN=Mara\n"):
        return (f"[certificates]\nauthorities={CERTIFICATES}/authority.pem\n"
                f"users={self.write('certificate-users', users)}\n")

    def refusal(self, config):
        """What an agent with that says before it ends."""
        done = subprocess.run(
            [PROGRAM, "--rehearse", "--listen", "127.0.0.1:0", "--config",
             self.write("agent.conf", config)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        return done.stderr.decode()

    def test_says_what_is_on(self):
        with Agent(PROGRAM, config=KERBEROS + NTLM + self.certificates()) as agent:
            pass
        self.assertRegex(agent.log, rf"Kerberos is on: .*HTTP/localhost@{REALM}.*{KEYTAB}")
        self.assertRegex(agent.log, rf"NTLM is on.*{NTLM_USERS}")
        self.assertRegex(agent.log, r"Client certificates are on.*authority\.pem")

    def test_what_is_not_switched_on_is_off(self):
        with Agent(PROGRAM) as agent:
            # nor is the library of GSS-API at work: it has read none of its files
            with open(f"/proc/{agent.process.pid}/maps", encoding="utf-8") as maps:
                self.assertNotIn("gssntlmssp", maps.read())
        self.assertNotRegex(agent.log, "Kerberos|NTLM|[Cc]ertificate")

    def test_keys_may_be_handed_over(self):
        """systemd's way; a line feed stands for nothing."""
        credentials = os.path.join(self.directory, "credentials")
        os.mkdir(credentials)
        os.environ["CREDENTIALS_DIRECTORY"] = credentials
        self.addCleanup(os.environ.pop, "CREDENTIALS_DIRECTORY")
        self.write("credentials/keytab", "\n")
        self.write("credentials/ntlm-users", "\n")
        with Agent(PROGRAM) as agent:
            pass
        self.assertNotRegex(agent.log, "Kerberos|NTLM")
        shutil.copy(KEYTAB, f"{credentials}/keytab")
        shutil.copy(NTLM_USERS, f"{credentials}/ntlm-users")
        with Agent(PROGRAM) as agent:
            pass
        self.assertIn("Kerberos is on", agent.log)
        # that has to be said in agent.conf
        self.assertNotIn("NTLM", agent.log)

    def test_refuses(self):
        open_keytab = self.write("open.keytab", "")
        shutil.copy(KEYTAB, open_keytab)
        os.chmod(open_keytab, 0o644)
        hashed = "X" * 32 + ":" + "0" * 32 + ":[U          ]:LCT-00000000:"
        rows = (
            (f"[kerberos]\nkeytab={self.directory}/missing\n", "missing"),
            (f"[kerberos]\nkeytab={open_keytab}\n", "open.keytab"),
            (f"[kerberos]\nkeytab={self.write('text.keytab', 'no keytab')}\n", "text.keytab"),
            (f"[ntlm]\nusers={self.directory}/missing\n", "missing"),
            (f"[ntlm]\nusers={self.write('open', f'mara:1000:{hashed}', 0o644)}\n", "open"),
            (f"[ntlm]\nusers={self.write('domain', f'CORP/mara:1000:{hashed}')}\n", "domain"),
            (self.certificates("[user mara]\n"), "certificate-users"),
            (self.certificates("[user mara]\nsubjct=CN=Mara\n"), "subjct"),
        )
        for config, named in rows:
            with self.subTest(config=config):
                self.assertIn(named, self.refusal(config))


class Access(unittest.TestCase):
    def ask(self, agent, body):
        """Over https, by ticket; returns the status and the body of the answer."""
        with GssClient(agent.endpoint, service="HTTP@localhost") as client:
            client.sign_in()
            answer = client.post(body.encode())
        return answer.status, answer.body.decode()

    def restart(self, agent):
        status, text = self.ask(agent, initiation(RESTART))
        self.assertEqual(status, 200, text)
        return int(re.search(r"ReturnValue>(\d+)<", text)[1])

    def agent(self, access):
        return Agent(PROGRAM, config=TLS + KERBEROS, access=access, listen=("https://127.0.0.1:0",))

    def test_principals(self):
        """mara is in the realm, and no account of this computer."""
        rows = (
            (f"[user mara@{REALM}]\nallow=all\n", 0),
            (f"[realm {REALM}]\nallow=all\n", 0),
            ("[user *]\nallow=all\n", 0),
            (f"[user mara@{REALM}]\nallow=status\n[realm {REALM}]\nallow=all\n", NOT_PERMITTED),
            (f"[user kim@{REALM}]\nallow=all\n[user *]\nallow=status\n", NOT_PERMITTED),
            (f"[realm {REALM.lower()}]\nallow=all\n[user *]\nallow=status\n", NOT_PERMITTED),
            # another mara, who has an account here
            ("[user mara]\nallow=all\n[user *]\nallow=status\n", NOT_PERMITTED),
        )
        for access, code in rows:
            with self.subTest(access=access), self.agent(access) as agent:
                self.assertEqual(self.restart(agent), code)
                self.assertIn(f"by mara@{REALM} from 127.0.0.1", agent.read_log())

    def test_identify_tells_how_to_sign_in(self):
        with self.agent("[user *]\nallow=status\n") as agent:
            status, text = self.ask(agent, IDENTIFY)
        self.assertEqual(status, 200)
        for profile in ("https/basic", "http/spnego-kerberos", "https/spnego-kerberos"):
            self.assertIn(f"/secprofile/{profile}<", text)
        self.assertNotIn("https/mutual", text)

    def try_ticket(self, run_directory, authorization):
        """The status of a leg of its own, from an agent that keeps what it saw there."""
        with Agent(PROGRAM, config=KERBEROS, arguments=["--run-dir", run_directory]) as agent:
            port = int(agent.endpoint.rsplit(":", 1)[1].split("/")[0])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("POST", "/wsman", b"", {"Authorization": authorization})
            status = connection.getresponse().status
            connection.close()
        return status

    def test_ticket_is_good_once_over_a_new_start(self):
        """Who recorded a sign-in cannot use it with an agent that was started anew."""
        name = gssapi.Name("HTTP@localhost", gssapi.NameType.hostbased_service)
        context = gssapi.SecurityContext(
            name=name, mech=gssapi.MechType.kerberos, usage="initiate", flags=gss_client.FLAGS)
        authorization = "Kerberos " + base64.b64encode(context.step()).decode()
        with tempfile.TemporaryDirectory(prefix="curfew-") as one, \
                tempfile.TemporaryDirectory(prefix="curfew-") as other:
            self.assertEqual(self.try_ticket(one, authorization), 200)
            self.assertEqual(self.try_ticket(one, authorization), 401)
            cache = os.stat(os.path.join(one, "replay-cache"))
            self.assertEqual(cache.st_mode & 0o777, 0o600)
            # it is the memory that made the difference
            self.assertEqual(self.try_ticket(other, authorization), 200)


if __name__ == "__main__":
    unittest.main()
