#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The completion of curfewctl for bash is right, and offers what the program has.

Usage: check-completion.py COMPLETION [PROGRAM]   (without PROGRAM: only how it behaves)"""

import os
import subprocess
import sys
import tempfile
import unittest

from helptext import help_of, long_options

COMPLETION = sys.argv[1] if len(sys.argv) > 1 else ""
PROGRAM = sys.argv[2] if len(sys.argv) > 2 else None
VERBS = ["restart", "poweroff", "halt", "abort", "status", "postpone", "reschedule",
         "ready", "explain", "host", "keyring"]

ASK = """
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
COMP_LINE=${LINE-$*}
COMP_POINT=${#COMP_LINE}
_curfewctl
printf '%s\\n' "${COMPREPLY[@]}"
"""


def complete(*words, program="curfewctl", line=None):
    """What is offered for the last of words, which are those of line if bash has cut it."""
    done = subprocess.run(["bash", "--norc", "-uc", ASK, "bash", COMPLETION, program, *words],
                          capture_output=True, text=True, check=True, timeout=20,
                          env={**os.environ, **({} if line is None else {"LINE": line})})
    assert done.stderr == "", done.stderr
    return [word for word in done.stdout.split("\n") if word]


class TestCompletion(unittest.TestCase):
    def test_syntax(self):
        subprocess.run(["bash", "-n", COMPLETION], check=True)

    def test_verbs_come_first(self):
        self.assertEqual(complete(""), VERBS)
        self.assertEqual(complete("re"), ["restart", "reschedule", "ready"])
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

    def test_saved_passwords(self):
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, "curfewctl")
            with open(program, "w", encoding="utf-8") as file:
                file.write("""#!/bin/sh
[ "$*" = "keyring list -o json" ] && cat << END
{"schema":1,"passwords":[
{"for":"realm:LAB.TEST","user":"kim@LAB.TEST","method":"automatic"},
{"for":"host:pc-1","user":"owl","method":"basic"},
{"for":"host:pc-2","user":"owl","method":"basic"}
]}
END
""")
            os.chmod(program, 0o700)
            for typed, words, offered in (
                    ("", [""], ["realm:LAB.TEST", "host:pc-1", "host:pc-2"]),
                    ("ho", ["ho"], ["host:pc-1", "host:pc-2"]),
                    ("host:", ["host", ":"], ["pc-1", "pc-2"]),
                    ("host:pc-2", ["host", ":", "pc-2"], ["pc-2"]),
                    ("x", ["x"], [])):
                with self.subTest(typed):
                    self.assertEqual(complete("keyring", "rm", *words, program=program,
                                              line=f"{program} keyring rm {typed}"), offered)
        self.assertEqual(complete("keyring", "rm", "", program="/nonexistent/x"), [])

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
