#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads meson's testlog.json, one or several: tells why tests were skipped, how those that failed
ended, and the sums in the last line, "N passed, N failed[, N skipped]".

Counted are single cases where a test program reports them (TAP), else programs. The exit status is
1 if anything failed, or if nothing ran at all."""

import json
import re
import sys

TAP_LINE = re.compile(r"^\s*(?P<not>not )?ok\b\s*\d*\s*-?\s*(?P<name>[^#]*)(?:#\s*(?P<note>.*))?$")
TAP_PLAN_SKIPPED = re.compile(r"^1\.\.0\s*#\s*skip\w*:?\s*(?P<why>.*)$", re.IGNORECASE)
GOOD = ("OK", "EXPECTEDFAIL")
LOG_LINES = 120  # a report of a sanitizer fits


class Sums:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skipped = []  # (name, why)
        self.bad_tests = []  # entries of the log


def count_cases(entry, sums):
    """Counts the TAP lines of one program; whether there were any."""
    found = failed = 0
    for line in entry.get("stdout", "").splitlines():
        plan = TAP_PLAN_SKIPPED.match(line)
        if plan:
            sums.skipped.append((entry["name"], plan["why"]))
            found += 1
            continue
        match = TAP_LINE.match(line)
        if not match:
            continue
        found += 1
        note = (match["note"] or "").strip()
        if match["not"] and not note.upper().startswith("TODO"):
            failed += 1
        elif note.upper().startswith("SKIP"):
            sums.skipped.append((f"{entry['name']}: {match['name'].strip()}", note[4:].strip()))
        else:
            sums.passed += 1
    # a program that crashed did not get to say "not ok"
    if entry["result"] not in GOOD + ("SKIP",) and failed == 0:
        failed = 1
    sums.failed += failed
    return found > 0


def count_program(entry, sums):
    if entry["result"] in GOOD:
        sums.passed += 1
    elif entry["result"] == "SKIP":
        lines = entry.get("stdout", "").strip().splitlines()
        sums.skipped.append((entry["name"], lines[-1] if lines else ""))
    else:
        sums.failed += 1


def read_log(path, sums):
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            if not line.strip():
                continue
            entry = json.loads(line)
            before = sums.failed
            if not count_cases(entry, sums):
                sums.failed = before
                count_program(entry, sums)
            if sums.failed > before:
                sums.bad_tests.append(entry)


def show_failure(entry):
    print(f"\n--- {entry['name']}: {entry['result']}, exit status {entry.get('returncode')}")
    for stream in ("stdout", "stderr"):
        lines = entry.get(stream, "").rstrip().splitlines()
        if len(lines) > LOG_LINES:
            print(f"[{stream}: the last {LOG_LINES} of {len(lines)} lines]")
        for line in lines[-LOG_LINES:]:
            print(f"    {line}")


def main():
    if len(sys.argv) < 2:
        print("Usage: test-summary.py TESTLOG.JSON...", file=sys.stderr)
        return 2
    sums = Sums()
    try:
        for path in sys.argv[1:]:
            before = sums.passed + sums.failed + len(sums.skipped)
            read_log(path, sums)
            if sums.passed + sums.failed + len(sums.skipped) == before:
                raise ValueError(f"{path} is empty: nothing ran")
    except (OSError, ValueError, KeyError) as error:
        print(f"There is no readable log of the tests: {error}", file=sys.stderr)
        print("0 passed, 1 failed")
        return 1

    for entry in sums.bad_tests:
        show_failure(entry)
    if sums.skipped:
        print()
    for name, why in sums.skipped:
        print(f"skipped  {name}: {why or 'no reason given'}")

    total = f"{sums.passed} passed, {sums.failed} failed"
    if sums.skipped:
        total += f", {len(sums.skipped)} skipped"
    print(f"\n{total}")
    return 1 if sums.failed else 0


if __name__ == "__main__":
    sys.exit(main())
