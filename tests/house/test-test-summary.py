#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""build-aux/test-summary.py counts what meson logged, and never calls a failure anything else."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SUMMARY = Path(__file__).resolve().parents[2] / "build-aux/test-summary.py"


def entry(result, stdout="", name="a / test", **others):
    return {"name": name, "result": result, "stdout": stdout, "returncode": 0, **others}


class TestSummary(unittest.TestCase):
    def summarise(self, *entries):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as log:
            for one in entries:
                log.write(json.dumps(one) + "\n")
            log.flush()
            done = subprocess.run([sys.executable, SUMMARY, log.name], capture_output=True,
                                  text=True, check=False)
        return done.returncode, done.stdout

    def assert_sums(self, entries, status, last_line, *words):
        returncode, output = self.summarise(*entries)
        self.assertEqual(output.splitlines()[-1], last_line, output)
        self.assertEqual(returncode, status)
        for word in words:
            self.assertIn(word, output)

    def test_cases_of_tap_are_counted(self):
        tap = "TAP version 13\n1..2\n# note\nok 1 /a/b\nok 2 /a/c\n"
        self.assert_sums([entry("OK", tap), entry("OK", "text")], 0, "3 passed, 0 failed")

    def test_skipped_cases_tell_why(self):
        tap = "1..2\nok 1 /a/b # SKIP no module\nok 2 /a/c\n"
        self.assert_sums([entry("OK", tap)], 0, "1 passed, 0 failed, 1 skipped",
                         "skipped  a / test: /a/b: no module")

    def test_skipped_plan_and_program(self):
        self.assert_sums([entry("SKIP", "1..0 # SKIP no bus\n"), entry("SKIP", "first\nno tool\n"),
                          entry("OK")],
                         0, "1 passed, 0 failed, 2 skipped", "no bus", ": no tool")

    def test_failed_case_is_shown_with_its_output(self):
        tap = "1..2\nok 1 /a/b\nnot ok 2 /a/c\n"
        self.assert_sums([entry("FAIL", tap, stderr="what went wrong")], 1, "1 passed, 1 failed",
                         "a / test: FAIL", "what went wrong")

    def test_crash_after_good_cases_is_a_failure(self):
        for result in ("ERROR", "FAIL", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS"):
            with self.subTest(result):
                self.assert_sums([entry(result, "1..2\nok 1 /a/b\n")], 1, "1 passed, 1 failed")
                self.assert_sums([entry(result, "")], 1, "0 passed, 1 failed")

    def test_long_output_is_cut_at_its_head(self):
        lines = "\n".join(f"line {n}" for n in range(200))
        status, output = self.summarise(entry("FAIL", lines))
        self.assertEqual(status, 1)
        self.assertNotIn("line 79\n", output)
        self.assertIn("line 80\n", output)
        self.assertIn("line 199\n", output)

    def test_nothing_ran_is_a_failure(self):
        self.assert_sums([], 1, "0 passed, 1 failed")

    def test_several_logs_are_one_sum(self):
        logs = []
        with tempfile.TemporaryDirectory() as directory:
            for name, text in (("a", json.dumps(entry("OK"))), ("b", json.dumps(entry("FAIL"))),
                               ("empty", "")):
                logs.append(Path(directory, name))
                logs[-1].write_text(text + "\n", encoding="utf-8")
            for n_logs, last_line in ((1, "1 passed, 0 failed"), (2, "1 passed, 1 failed"),
                                      (3, "0 passed, 1 failed")):
                with self.subTest(n_logs):
                    done = subprocess.run([sys.executable, SUMMARY, *logs[:n_logs]],
                                          capture_output=True, text=True, check=False)
                    self.assertEqual(done.stdout.splitlines()[-1], last_line)
                    self.assertEqual(done.returncode, 0 if n_logs == 1 else 1)

    def test_log_that_is_none(self):
        for path in ("/nonexistent/testlog.json", SUMMARY):
            done = subprocess.run([sys.executable, SUMMARY, path], capture_output=True, text=True,
                                  check=False)
            self.assertEqual((done.returncode, done.stdout), (1, "0 passed, 1 failed\n"))


if __name__ == "__main__":
    unittest.main()
