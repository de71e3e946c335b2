#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""curfew-plugin-host --check names what is wrong with a module, and finds nothing in good ones.

Usage: test-check-plugin.py PROGRAM FIXTURES MODULE…   (MODULE: of Curfew itself)"""

import json
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PROGRAM, FIXTURES, OURS = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]

# fixture → the names of the cases that it does not pass, and a word of what is said about the first
BAD = {
    "missing-export": (["exports"], "WSManPluginReleaseShellContext"),
    "bad-abi": (["layout"], "1001"),
    "refuses-start": (["starts"], "returned 31"),
    "hangs-startup": (["starts"], "hangs"),
    "hangs-shutdown": (["ends"], "hangs"),
    "fails-shutdown": (["ends"], "returned 31"),
    "deaf": (["cancelled", "drains"], "not completed"),
    "deaf-shell": (["drains"], "WSManPluginShell"),
    "crashes": (["stays-open", "unknown-command", "cancelled", "drains"], "crashes"),
    "ends-shell": (["stays-open"], "0x0000001F: that ends the shell"),
    "ends-command": (["stays-open", "done"], "0x00000000: that ends the command"),
    "silent": (["unknown-command"], "neither completes a command"),
    "no-done": (["done"], "the last state was Done"),
    "fails-after-done": (["done"], "thrown away"),
    "frees-early": (["release"], "WSManPluginReleaseCommandContext"),
    "early-tear-down": (["fewer-shutdowns"], "another application"),
    "keeps-strings": (["texts"], "keeps a text of Startup"),
    "leaks-thread": (["threads"], "“fixture”"),
    "leaves-destructor": (["reload"], "after the module was unloaded"),
    "refuses-flags": (["startup-flags"], "flags 1"),
    "completes-twice": (["completes-once", "race"], "completed already"),
    "lies": (["contexts"], "ReportContext"),
    "closes-handle": (["event"], "closes"),
    "reads-handle": (["event"], "reads"),
    "no-null-streams": (["all-streams"], "0x00000057"),
    "bad-signal": (["unknown-signal"], "never completes"),
    "uses-late": (["parameters-die"], "after its completion"),
}
NUMBERS = {"exports": 3, "starts": 1, "ends": 15, "cancelled": 33, "drains": 29, "release": 27,
           "fewer-shutdowns": 5, "texts": 6, "threads": 16, "reload": 17, "startup-flags": 18,
           "completes-once": 21, "race": 31, "contexts": 25, "event": 30, "done": 35}
# what it is told to run; else what it does not know
COMMANDS = {"silent": "hold", "ends-command": "hold"}


class TestCheckPlugin(unittest.TestCase):
    def check(self, fixture, *options):
        return subprocess.run(
            [PROGRAM, f"--check={FIXTURES / f'fixture-{fixture}.so'}", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
            timeout=200, check=False)

    def check_json(self, fixture, limit, command=None):
        options = [f"--command={command}"] if command else []
        result = self.check(fixture, "--json", f"--limit={limit}", *options)
        return result.returncode, json.loads(result.stdout)

    def test_good_ones_pass(self):
        for fixture in ("good", "quick", "null-context", "slow-thread"):
            with self.subTest(fixture=fixture):
                status, report = self.check_json(fixture, 10)
                self.assertEqual([c for c in report["cases"] if c["verdict"] != "ok"], [])
                self.assertEqual(status, 0)
                self.assertEqual(report["ok"], len(report["cases"]))

    def test_our_plugins_pass(self):
        self.assertTrue(OURS)
        for module in OURS:
            with self.subTest(module=module):
                result = subprocess.run([PROGRAM, f"--check={module}"], stdout=subprocess.PIPE,
                                        text=True, timeout=200, check=False)
                bad = [line for line in result.stdout.splitlines() if line.startswith("not ok")]
                self.assertEqual(bad, [])
                self.assertEqual(result.returncode, 0)

    def test_refusing_a_shell_is_allowed(self):
        status, report = self.check_json("refuses-shell", 10)
        self.assertEqual(status, 0)
        self.assertEqual(report["not_ok"], 0)
        skipped = [c["name"] for c in report["cases"] if c["verdict"] == "skip"]
        self.assertIn("release", skipped)
        self.assertNotIn("threads", skipped)

    def test_bad_ones_are_named(self):
        # Most of the time they are waited for: several at once.
        with ThreadPoolExecutor(6) as pool:
            results = list(pool.map(lambda fixture: self.check_json(
                fixture, 3, COMMANDS.get(fixture)), BAD))
        for (fixture, (names, word)), (status, report) in zip(BAD.items(), results):
            with self.subTest(fixture=fixture):
                bad = [c for c in report["cases"] if c["verdict"] == "not ok"]
                self.assertEqual([c["name"] for c in bad], names)
                self.assertIn(word, bad[0]["problem"])
                self.assertEqual([c["case"] for c in bad], [NUMBERS.get(n) for n in names])
                self.assertTrue(all(c["advice"] for c in bad))
                self.assertEqual(status, 1)

    def test_text_has_a_line_for_each_case(self):
        result = self.check("keeps-strings")
        lines = result.stdout.splitlines()
        self.assertEqual(result.returncode, 1)
        self.assertIn("ok 5  N startups, N−1 shutdowns: it still works", lines)
        wrong = [line for line in lines if line.startswith("not ok ")]
        self.assertEqual(len(wrong), 1)
        self.assertTrue(wrong[0].startswith("not ok 6  keeps a text of Startup"))
        self.assertIn("copy", lines[lines.index(wrong[0]) + 1])
        self.assertIn("25 ok, 1 not ok, 0 skipped", lines[-1])

    def test_good_command_passes(self):
        for command in ("echo", "states", "hold"):
            with self.subTest(command=command):
                status, report = self.check_json("good", 10, command)
                self.assertEqual([c for c in report["cases"] if c["verdict"] != "ok"], [])
                self.assertEqual(status, 0)

    def test_refused_command_says_how_to_give_another(self):
        result = self.check("good", "--command=refused")
        self.assertEqual(result.returncode, 0)
        skipped = [line for line in result.stdout.splitlines() if line.startswith("skip 35 ")]
        self.assertEqual(len(skipped), 1)
        self.assertIn("with --command LINE (curfew-agent --check-plugin FILE -- --command LINE)",
                      skipped[0])

    def test_advice_repeats_the_options(self):
        _, report = self.check_json("crashes", 3, "hold it")
        bad = [c for c in report["cases"] if c["name"] == "drains"]
        self.assertIn("--check-case='drains' --command='hold it'", bad[0]["advice"])

    def test_what_cannot_be_checked(self):
        result = self.check("no-such-thing")
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stdout, "")
        self.assertIn("is not there", result.stderr)

        result = subprocess.run([PROGRAM, f"--check={__file__}"], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True, timeout=60, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn("not ok 3  cannot be loaded", result.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
