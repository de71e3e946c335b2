#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of others drive the agent: pywinrm and curl.

usage: test-third-party.py AGENT
"""

import datetime
import os
import re
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from curfew_agent import PASSWORD, Agent  # noqa: E402
from wsman_messages import C, GET, N, envelope, initiation, invocation  # noqa: E402

try:
    import requests
    from winrm.protocol import Protocol
except ImportError as error:
    print(f"pywinrm is not installed: {error}")
    sys.exit(77)

PROGRAM = sys.argv.pop(1)
CIM = "http://schemas.dmtf.org/wbem/wscim/1/common"
WSMID = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
IDENTIFY = f"""<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:wsmid="{WSMID}"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>"""


def expected_action(flags):
    """The receiver's table of [MS-RSP] 3.3.4.1, read by itself."""
    chosen = [name for bit, name in ((4, "Restart"), (8, "PowerOff"), (16, "Halt")) if flags & bit]
    if not chosen:
        return "Restart" if flags & 0x80 else "PowerOff"
    return chosen[0] if len(chosen) == 1 else "PowerOff"


class Pywinrm(unittest.TestCase):
    def connect(self, agent, user="mara", password=PASSWORD):
        # as octets: requests would write text in Latin-1, the agent reads UTF-8
        return Protocol(agent.endpoint, transport="plaintext", username=user,
                        password=password.encode())

    def invoke(self, protocol, message):
        root = ET.fromstring(protocol.send_message(message))
        (value,) = root.iter(f"{{{N}}}ReturnValue") if N in message else \
            root.iter(f"{{{C}}}ReturnValue")
        return int(value.text)

    def status(self, protocol):
        root = ET.fromstring(protocol.send_message(envelope(N, GET)))
        (status,) = root.iter(f"{{{N}}}WindowsShutdown")
        return {child.tag.partition("}")[2]: child.text for child in status}

    def test_identify(self):
        with Agent(PROGRAM) as agent:
            root = ET.fromstring(self.connect(agent).send_message(IDENTIFY))
            self.assertEqual(root.findtext(f".//{{{WSMID}}}ProductVendor"), "Curfew")

    def test_tracker_restarts(self):
        with Agent(PROGRAM) as agent:
            protocol = self.connect(agent)
            tracker = [("Timeout", 300), ("Comment", "Grüße 🦉 &amp; &lt;b&gt;"),
                       ("ReasonCode", 2147745794), ("Flags", 6)]
            self.assertEqual(self.invoke(protocol, invocation(C, "Win32ShutdownTracker", tracker)),
                             0)
            status = self.status(protocol)
            self.assertEqual(status["State"], "Pending")
            self.assertEqual(status["Action"], "Restart")
            self.assertEqual(status["Message"], "Grüße 🦉 & <b>")
            self.assertEqual(status["Reason"], "2147745794")
            self.assertLessEqual(int(status["SecondsRemaining"]), 300)
            self.assertEqual(self.invoke(protocol, invocation(C, "Win32ShutdownTracker", tracker)),
                             1190)

    def test_last_boot_up_time(self):
        with Agent(PROGRAM) as agent:
            root = ET.fromstring(self.connect(agent).send_message(envelope(C, GET)))
            text = root.findtext(f".//{{{C}}}LastBootUpTime/{{{CIM}}}Datetime")
            booted = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
            with open("/proc/uptime", encoding="ascii") as file:
                up = float(file.read().split()[0])
            now = datetime.datetime.now(datetime.timezone.utc)
            self.assertAlmostEqual((now - booted).total_seconds(), up, delta=60)

    def test_all_flag_bytes(self):
        with Agent(PROGRAM, config="[limits]\nrequests-per-minute-per-user=10000\n") as agent:
            protocol = self.connect(agent)
            abort = [("lpClientHint", "pywinrm")]
            for flags in range(256):
                with self.subTest(flags=hex(flags)):
                    action = expected_action(flags)
                    # grace override is due at once and not seen pending: look at what came of it
                    immediate = bool(flags & 0x20)
                    refused = action == "Halt" and flags & 0x40
                    self.assertEqual(self.invoke(protocol, initiation(flags)),
                                     50 if refused else 0)
                    if refused:
                        continue
                    status = self.status(protocol)
                    while immediate and status["State"] != "Idle":
                        status = self.status(protocol)
                    self.assertEqual(status["LastAction" if immediate else "Action"], action)
                    self.assertEqual(
                        self.invoke(protocol, invocation(N, "WsdrAbortShutdown", abort)),
                        1116 if immediate else 0)

    def test_signed_in_people(self):
        with Agent(PROGRAM, arguments=["--signed-in", "alice"]) as agent:
            protocol = self.connect(agent)
            self.assertEqual(self.invoke(protocol, initiation(0x04)), 1191)
            self.assertEqual(self.invoke(protocol, initiation(0x05)), 0)

    def test_not_permitted(self):
        with Agent(PROGRAM, users=("mara", "kim", "eve"),
                   access="[user kim]\nallow=status\n[user mara]\nallow=all\n") as agent:
            self.assertEqual(self.invoke(self.connect(agent, "kim"), initiation(0x04)), 53)
            self.assertEqual(self.status(self.connect(agent, "kim"))["State"], "Idle")
            self.assertEqual(self.invoke(self.connect(agent, "mara"), initiation(0x04)), 0)
            with self.assertRaisesRegex(Exception, "5"):
                self.connect(agent, "eve").send_message(envelope(N, GET))

    def test_wrong_password(self):
        with Agent(PROGRAM, config="[limits]\nfailed-sign-in-msec=10\n") as agent:
            with self.assertRaises(Exception) as caught:
                self.connect(agent, password="wrong").send_message(envelope(N, GET))
            self.assertRegex(str(caught.exception), "credentials|401|rejected")


class Curl(unittest.TestCase):
    def post(self, agent, message, *arguments, path=None):
        url = agent.endpoint if path is None else agent.endpoint.replace("/wsman", path)
        result = subprocess.run(
            ["curl", "-s", "-o", "-", "-w", "\n%{http_code}", "--data-binary", "@-", "-H",
             "Content-Type: application/soap+xml;charset=UTF-8", *arguments, url],
            input=message.encode(), stdout=subprocess.PIPE, check=True, timeout=30)
        text, _, status = result.stdout.decode().rpartition("\n")
        return int(status), text

    def test_basic(self):
        with Agent(PROGRAM) as agent:
            status, text = self.post(agent, envelope(N, GET), "-u", f"mara:{PASSWORD}")
            self.assertEqual(status, 200)
            self.assertIn("<p:State>Idle</p:State>", re.sub(r"<(/?)\w+:State", r"<\1p:State", text))

    def test_without_signing_in(self):
        with Agent(PROGRAM) as agent:
            status, text = self.post(agent, envelope(N, GET))
            self.assertEqual((status, text), (401, ""))

    def test_anonymous_identify(self):
        with Agent(PROGRAM) as agent:
            for arguments, path in ((("-H", "WSMANIDENTIFY: unauthenticated"), None),
                                    ((), "/wsman-anon/identify")):
                status, text = self.post(agent, IDENTIFY, *arguments, path=path)
                self.assertEqual(status, 200)
                self.assertIn("OS: 0.0.0 SP: 0.0", text)
                self.assertNotIn("SecurityProfile", text)
            status, _ = self.post(agent, envelope(N, GET), "-H", "WSMANIDENTIFY: unauthenticated")
            self.assertEqual(status, 401)

    def test_utf_16(self):
        with Agent(PROGRAM) as agent:
            message = b"\xff\xfe" + envelope(N, GET).encode("utf-16-le")
            answer = requests.post(
                agent.endpoint, data=message, auth=("mara", PASSWORD.encode()), timeout=30,
                headers={"Content-Type": "application/soap+xml;charset=UTF-16"})
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.content[:2], b"\xff\xfe")
            self.assertIn("Idle", answer.content.decode("utf-16"))


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
