#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of others run shutdown in a remote shell: pywinrm and Ansible.

usage: test-winrs.py AGENT
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
import urllib.parse
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import curfew_agent  # noqa: E402
from curfew_agent import PASSWORD, Agent  # noqa: E402
from wsman_messages import GET, N, envelope  # noqa: E402

try:
    import winrm
except ImportError as error:
    print(f"pywinrm is not installed: {error}")
    sys.exit(77)

PROGRAM = sys.argv.pop(1)


def connect(agent, user="mara"):
    # as octets: requests would write text in Latin-1, the agent reads UTF-8
    return winrm.Session(agent.endpoint, auth=(user, PASSWORD.encode()), transport="plaintext")


def get_status(session):
    root = ET.fromstring(session.protocol.send_message(envelope(N, GET)))
    (status,) = root.iter(f"{{{N}}}WindowsShutdown")
    return {child.tag.partition("}")[2]: child.text for child in status}


class Pywinrm(unittest.TestCase):
    def run_cmd(self, session, command, arguments=()):
        done = session.run_cmd(command, arguments)
        return done.status_code, done.std_out.decode(), done.std_err.decode()

    def test_restart(self):
        with Agent(PROGRAM) as agent:
            session = connect(agent)
            code, out, err = self.run_cmd(session, "shutdown", ["/r", "/t", "60"])
            self.assertEqual((code, err), (0, ""))
            self.assertRegex(out, r"^This computer restarts (on \S+ )?at \d\d:\d\d "
                                  r"\(in 60 seconds\)\. Cancel with: shutdown /a\r\n")
            self.assertIn("rehearsal", out)
            status = get_status(session)
            self.assertEqual((status["State"], status["Action"]), ("Pending", "Restart"))
            self.assertEqual(status["ClientHint"], "shutdown.exe")
            self.assertEqual(status["Reason"], str(0x800000FF))
            self.assertIsNone(status["Message"])

            code, out, err = self.run_cmd(session, "shutdown", ["/r", "/t", "60"])
            self.assertEqual((code, out), (1190, ""))
            self.assertRegex(err, r" \(1190\)\r\n$")

            self.assertEqual(self.run_cmd(session, "shutdown", ["/a"])[0], 0)
            self.assertEqual(get_status(session)["State"], "Idle")
            self.assertEqual(self.run_cmd(session, "shutdown", ["/a"])[0], 1116)

    def test_actions(self):
        with Agent(PROGRAM) as agent:
            session = connect(agent)
            for option, action in (("/s", "PowerOff"), ("/sg", "PowerOff"), ("-g", "Restart"),
                                   ("/R", "Restart")):
                with self.subTest(option):
                    self.assertEqual(self.run_cmd(session, f"shutdown.exe {option}")[0], 0)
                    self.assertEqual(get_status(session)["Action"], action)
                    self.assertEqual(self.run_cmd(session, "shutdown /a")[0], 0)

    def test_comments(self):
        lines = (
            ('/c "Grüße an alle 🦉"', "Grüße an alle 🦉"),
            ('/c "R&D, 5 < 6 | 7 > 6, 100%TEMP% ^"', "R&D, 5 < 6 | 7 > 6, 100%TEMP% ^"),
            ("/c R^&D", "R&D"),
            ('/c "say \\"hi\\""', 'say "hi"'),
            ('/c "C:\\x\\\\" /d p:2:17', "C:\\x\\"),
            ("/c x", "x"),
        )
        with Agent(PROGRAM) as agent:
            session = connect(agent)
            for line, message in lines:
                with self.subTest(line):
                    code, _, err = self.run_cmd(session, "shutdown", ["/r", line])
                    self.assertEqual((code, err), (0, ""))
                    self.assertEqual(get_status(session)["Message"], message)
                    self.assertEqual(self.run_cmd(session, "cmd", ["/c", "shutdown /a"])[0], 0)

    def test_anything_else(self):
        with Agent(PROGRAM) as agent:
            session = connect(agent)
            for line in ("dir", "ipconfig /all", "shutdown /r & dir", "shutdown /r > x", "",
                         "powershell -Command Get-Process"):
                with self.subTest(line):
                    code, out, err = self.run_cmd(session, line or " ")
                    self.assertEqual((code, out), (9009, ""))
                    self.assertRegex(err, r"\. Try shutdown /\?\r\n$")
            self.assertEqual(get_status(session)["State"], "Idle")
            self.assertIn("'dir' is not recognized: this shell knows only the command shutdown. "
                          "Try shutdown /?", self.run_cmd(session, "dir")[2])

    def test_wrong_options(self):
        with Agent(PROGRAM) as agent:
            session = connect(agent)
            for line, code in (("/x", 87), ("/r /s", 87), ("/t 60", 87), ("/h", 50), ("/r /o", 50),
                               ("/r /m \\\\nowhere", 50)):
                with self.subTest(line):
                    real, out, err = self.run_cmd(session, f"shutdown {line}")
                    self.assertEqual((real, out), (code, ""))
                    self.assertRegex(err, rf" \({code}\)\r\n$")
            self.assertEqual(get_status(session)["State"], "Idle")
        # every attempt leaves its entry
        self.assertIn("/s and /r are two different things", agent.log)

    def test_help(self):
        with Agent(PROGRAM) as agent:
            code, out, err = self.run_cmd(connect(agent), "shutdown", ["/?"])
            self.assertEqual((code, err), (0, ""))
            self.assertIn("/t SECONDS", out)
            self.assertNotIn("\n", out.replace("\r\n", ""))

    def test_script(self):
        with Agent(PROGRAM) as agent:
            session = connect(agent)
            done = session.run_ps("shutdown /r /t 60 /c 'Grüße & 🦉'")
            self.assertEqual((done.status_code, done.std_err), (0, b""))
            self.assertEqual(get_status(session)["Message"], "Grüße & 🦉")
            # not by run_ps(), which trips over any stderr in some versions
            script = base64.b64encode("Restart-Computer -Force".encode("utf-16-le")).decode()
            self.assertEqual(self.run_cmd(session, f"powershell -encodedcommand {script}")[0], 9009)

    def test_permission(self):
        with Agent(PROGRAM, users=("kim", "mara"),
                   access="[user kim]\nallow=status\n[user mara]\nallow=all\n") as agent:
            code, _, err = self.run_cmd(connect(agent, "kim"), "shutdown", ["/r"])
            self.assertEqual(code, 53)
            self.assertIn("permission", err)
            self.assertEqual(self.run_cmd(connect(agent), "shutdown", ["/r"])[0], 0)

    def test_signed_in_people(self):
        with Agent(PROGRAM, arguments=["--signed-in", "alice"]) as agent:
            session = connect(agent)
            self.assertEqual(self.run_cmd(session, "shutdown", ["/r", "/t", "0"])[0], 1191)
            # a time to wait implies force
            self.assertEqual(self.run_cmd(session, "shutdown", ["/r", "/t", "60"])[0], 0)

    def test_skipping_cmd(self):
        with Agent(PROGRAM) as agent:
            session = connect(agent)
            shell = session.protocol.open_shell(codepage=850)
            command = session.protocol.run_command(shell, "C:\\Windows\\System32\\shutdown.exe",
                                                   ["/r", "/c", "R&D"], skip_cmd_shell=True)
            out, err, code = session.protocol.get_command_output(shell, command)
            self.assertEqual((code, err), (0, b""))
            self.assertIn(b"This computer restarts", out)
            session.protocol.cleanup_command(shell, command)
            command = session.protocol.run_command(shell, "größe")
            _, err, code = session.protocol.get_command_output(shell, command)
            self.assertEqual(code, 9009)
            self.assertIn("größe".encode("cp850"), err)
            session.protocol.cleanup_command(shell, command)
            session.protocol.close_shell(shell)
            self.assertEqual(get_status(session)["Message"], "R&D")


@unittest.skipIf(shutil.which("ansible") is None, "ansible is not installed")
class Ansible(unittest.TestCase):
    def raw(self, agent, line):
        with tempfile.TemporaryDirectory(prefix="curfew-") as home:
            variables = {
                "ansible_connection": "winrm", "ansible_winrm_scheme": "http",
                "ansible_winrm_transport": "plaintext", "ansible_user": "mara",
                "ansible_password": "sesame",
                "ansible_port": urllib.parse.urlsplit(agent.endpoint).port,
            }
            environment = {
                **os.environ, "HOME": home, "ANSIBLE_HOME": home, "ANSIBLE_LOCAL_TEMP": home,
                "ANSIBLE_NOCOLOR": "1",
            }
            done = subprocess.run(
                ["ansible", "-i", "127.0.0.1,", "-m", "raw", "-a", line, "-e",
                 json.dumps(variables), "-t", os.path.join(home, "tree"), "all"],
                env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100,
                check=False)
            try:
                with open(os.path.join(home, "tree", "127.0.0.1"), encoding="utf-8") as file:
                    return json.load(file)
            except (OSError, ValueError):
                self.fail(f"ansible says: {done.stdout.decode()}")

    def test_raw(self):
        with unittest.mock.patch.object(curfew_agent, "PASSWORD", "sesame"), \
                Agent(PROGRAM) as agent:
            done = self.raw(agent, 'shutdown /r /t 60 /c "Grüße & 🦉"')
            self.assertEqual(done.get("rc"), 0, done)
            self.assertIn("This computer restarts", done["stdout"])
            session = winrm.Session(agent.endpoint, auth=("mara", "sesame"),
                                    transport="plaintext")
            self.assertEqual(get_status(session)["Message"], "Grüße & 🦉")
            done = self.raw(agent, "shutdown /r")
            self.assertEqual(done["rc"], 1190)
            self.assertIn("(1190)", done["stderr"])
            self.assertEqual(self.raw(agent, "Get-Process")["rc"], 9009)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
