#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""curfewctl on a terminal: what it asks, what it hides, how it is interrupted.

usage: test-terminal.py CURFEWCTL AGENT
"""

import os
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from curfew_agent import PASSWORD, Agent  # noqa: E402
from terminal import NOBODY, Terminal  # noqa: E402

os.environ.update(NOBODY)

AGENT = sys.argv.pop()
CURFEWCTL = sys.argv.pop()
NOBODY_THERE = "http://127.0.0.1:1"


def run(*arguments):
    return subprocess.run([CURFEWCTL, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60, check=False, text=True)


class TestTerminal(unittest.TestCase):
    def test_password_is_hidden(self):
        with Agent(AGENT) as agent:
            terminal = Terminal(CURFEWCTL, "status", "-u", "mara", agent.endpoint)
            terminal.expect("Password of mara: ")
            self.assertFalse(terminal.echoes)
            terminal.type(PASSWORD + "\n")
            terminal.expect("Idle")
            self.assertTrue(terminal.echoes)
            self.assertEqual(terminal.end(), 0)
            self.assertNotIn(PASSWORD, terminal.text)

    def test_interrupt_at_the_password(self):
        terminal = Terminal(CURFEWCTL, "status", "-u", "mara", NOBODY_THERE)
        terminal.expect("Password of mara: ")
        # without anybody who has it open a terminal forgets its settings
        keeper = os.open(f"/proc/{terminal.pid}/fd/0", os.O_RDWR | os.O_NOCTTY)
        terminal.type("\x03")
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1]),
                         -signal.SIGINT)
        self.assertTrue(terminal.echoes)
        os.close(keeper)
        os.close(terminal.master)

    def test_power_off_is_confirmed(self):
        for typed, status in (("yes", 4), ("", 4), ("2", 6)):
            with self.subTest(typed):
                terminal = Terminal(CURFEWCTL, "poweroff", NOBODY_THERE, "http://127.0.0.1:2")
                terminal.expect("Type 2 to go ahead: ")
                self.assertIn("127.0.0.1:1", terminal.text)
                terminal.type(typed + "\n")
                self.assertEqual(terminal.end(), status)
                self.assertEqual("Nothing was sent" in terminal.text, status == 4)

    def test_few_restarts_are_not_confirmed(self):
        terminal = Terminal(CURFEWCTL, "restart", NOBODY_THERE)
        self.assertEqual(terminal.end(), 6)

    def test_many_need_a_terminal_or_yes(self):
        refused = run("restart", "127.0.0.[1-11]:1")
        self.assertEqual(refused.returncode, 4)
        self.assertIn("--yes", refused.stderr)
        self.assertEqual(refused.stdout, "")
        self.assertEqual(run("restart", "--yes", "http://127.0.0.[1-11]:1").returncode, 6)
        self.assertEqual(run("restart", "http://127.0.0.[1-10]:1").returncode, 6)
        self.assertEqual(run("restart", "--dry-run", "http://127.0.0.[1-11]:1").returncode, 0)

    def test_no_terminal_to_ask_for_the_password(self):
        asked = subprocess.run([CURFEWCTL, "status", "-u", "mara", NOBODY_THERE],
                               stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                               check=False, text=True, start_new_session=True)
        self.assertEqual(asked.returncode, 2)
        self.assertIn("--password-fd", asked.stderr)

    def test_what_is_wrong_with_trust_names_the_option(self):
        for option, value in (("--pin", "abc"), ("--ca-file", "/nonexistent"),
                              ("--ca-file", "/dev/null")):
            with self.subTest(option):
                outcome = run("status", option, value, "-u", "mara", NOBODY_THERE)
                self.assertEqual(outcome.returncode, 2)
                self.assertIn(f"{option}: ", outcome.stderr)
                self.assertEqual(outcome.stderr.count("\n"), 1)

    def test_no_password_on_the_descriptor(self):
        outcome = run("status", "-u", "mara", "--password-fd", "0", NOBODY_THERE)
        self.assertEqual(outcome.returncode, 2)
        self.assertIn("--password-fd: ", outcome.stderr)

    def test_repeated_names_are_told(self):
        outcome = run("status", "-o", "json", NOBODY_THERE, NOBODY_THERE)
        self.assertEqual(outcome.returncode, 6)
        self.assertIn("named before", outcome.stderr)
        self.assertEqual(outcome.stdout.count('"host"'), 1)

    def test_colors(self):
        terminal = Terminal(CURFEWCTL, "status", NOBODY_THERE)
        terminal.end()
        self.assertIn("\033[31mFailed\033[0m", terminal.text)
        plain = Terminal(CURFEWCTL, "status", NOBODY_THERE, environment={"NO_COLOR": "1"})
        plain.end()
        self.assertIn("Failed", plain.text)
        self.assertNotIn("\033[3", plain.text)
        self.assertNotIn("\033", run("status", NOBODY_THERE).stdout)

    def test_interrupt_while_waiting(self):
        with Agent(AGENT) as agent:
            terminal = Terminal(CURFEWCTL, "restart", "--in", "60s", "--wait", "back", "-o", "jsonl", "-u",
                                "mara", agent.endpoint)
            terminal.expect("Password of mara: ")
            terminal.type(PASSWORD + "\n")
            terminal.expect('"accepted"')
            terminal.type("\x03")
            self.assertEqual(terminal.end(), 130)
            self.assertIn(f"curfewctl abort -u mara {agent.endpoint}\r\n", terminal.text)

    def test_rehearsal_is_not_back(self):
        with Agent(AGENT) as agent:
            terminal = Terminal(CURFEWCTL, "restart", "--in", "now", "--wait", "back", "-u", "mara",
                                agent.endpoint)
            terminal.expect("Password of mara: ")
            terminal.type(PASSWORD + "\n")
            self.assertEqual(terminal.end(), 1)
            self.assertIn("Would restart", terminal.text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
