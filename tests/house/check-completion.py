#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The completion of curfewctl for bash is right, and offers what the program has.

Usage: check-completion.py COMPLETION [PROGRAM]   (without PROGRAM: only how it behaves)"""

import subprocess
import sys
import unittest

from helptext import help_of, long_options

COMPLETION = sys.argv[1] if len(sys.argv) > 1 else ""
PROGRAM = sys.argv[2] if len(sys.argv) > 2 else None
VERBS = ["restart", "poweroff", "halt", "abort", "status", "postpone", "reschedule",
         "explain"]

ASK = """
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_curfewctl
printf '%s\\n' "${COMPREPLY[@]}"
"""


def complete(*words):
    """What is offered for the last of words."""
    done = subprocess.run(["bash", "--norc", "-uc", ASK, "bash", COMPLETION, "curfewctl", *words],
                          capture_output=True, text=True, check=True, timeout=20)
    assert done.stderr == "", done.stderr
    return [word for word in done.stdout.split("\n") if word]


class TestCompletion(unittest.TestCase):
    def test_syntax(self):
        subprocess.run(["bash", "-n", COMPLETION], check=True)

    def test_verbs_come_first(self):
        self.assertEqual(complete(""), VERBS)
        self.assertEqual(complete("re"), ["restart", "reschedule"])
        self.assertEqual(complete("restart", ""), [])

    def test_options_belong_to_the_verb(self):
        self.assertEqual(complete("restart", "--restart"), ["--restart-apps"])
        self.assertEqual(complete("poweroff", "--restart"), [])
        self.assertEqual(complete("abort", "lab-01", "--dry"), [])
        self.assertEqual(complete("explain", "--"), ["--help"])

    def test_words_of_an_option(self):
        for words in (["--output", "j"], ["-o", "j"], ["--output", "=", "j"]):
            self.assertEqual(complete("status", *words), ["json", "jsonl"])
        self.assertEqual(complete("status", "--output", "="), ["table", "json", "jsonl"])
        self.assertEqual(complete("restart", "--message", ""), [])
        self.assertEqual(complete("postpone", "--note", ""), [])
        self.assertEqual(complete("postpone", "1"), ["15m", "1h"])

    def test_files(self):
        self.assertEqual(complete("status", "-f", COMPLETION[:-1]), [COMPLETION])

    @unittest.skipIf(PROGRAM is None, "without the program")
    def test_options_are_those_of_the_program(self):
        self.assertEqual(set(complete("--")), long_options(PROGRAM))
        for verb in VERBS:
            with self.subTest(verb):
                self.assertEqual(set(complete(verb, "--")), long_options(PROGRAM, verb))

    @unittest.skipIf(PROGRAM is None, "without the program")
    def test_verbs_are_those_of_the_program(self):
        text = help_of(PROGRAM)
        for verb in VERBS:
            self.assertRegex(text, rf"(?m)^\s+{verb}\b")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
