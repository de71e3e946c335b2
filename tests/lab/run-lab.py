#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the lab: real machines in containers, which restart, power off and halt for real.

usage: run-lab.py SUITE SOURCE-ROOT [NAME...]   (SUITE: bookworm or trixie; NAME: part of a test's)

Needs root; where there can be no lab it says why and skips. Prints TAP."""

import os
import queue
import sys
import threading
import time
import traceback
import unittest

sys.dont_write_bytecode = True  # noqa: E402, before the modules beside this one
import desks  # noqa: E402
import lab  # noqa: E402
import namespaces  # noqa: E402
import scenarios  # noqa: E402

MACHINES_AT_ONCE = 4
BUILD = "CURFEW_LAB_BUILD"  # for this program inside of its namespaces


class Tap(unittest.TestResult):
    """Prints a line for each test as it ends. Tests of several threads share one."""

    lock = threading.Lock()
    number = 0
    failed = 0
    began = time.monotonic()
    _failed = None

    def startTest(self, test):
        super().startTest(test)
        self._began = time.monotonic()

    def _say(self, good, test, note="", details=""):
        with Tap.lock:
            Tap.number += 1
            Tap.failed += not good
            print(f"{'ok' if good else 'not ok'} {Tap.number} - {name_of(test)}{note}")
            took = time.monotonic() - getattr(self, "_began", time.monotonic())
            print(f"# {took:.1f} s, ended {time.monotonic() - Tap.began:.1f} s after the start")
            for line in details.splitlines():
                print(f"# {line}")
            sys.stdout.flush()

    def addSuccess(self, test):
        self._say(True, test)

    def addSkip(self, test, reason):
        self._say(True, test, f" # SKIP {reason}")

    def addFailure(self, test, err):
        self._fail_once(test, err)

    addError = addFailure

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._fail_once(test, err)

    def _fail_once(self, test, err):
        """What failed first is the test's result: another part of it, or what cleans up after it,
        adds no more lines."""
        if self._failed is not test:
            self._failed = test
            self._fail(test, err)

    def _fail(self, test, err):
        details = "".join(traceback.format_exception(*err))
        machine = getattr(test, "machine", None)
        if machine is not None:
            details += f"\n{scenarios.what_machine_says(machine)}"
        self._say(False, test, details=details)


def name_of(test):
    return f"{type(test).__name__}.{test._testMethodName}"


def find_tests(names):
    """A list of tests for each machine, in the order in which they are written."""
    groups = []
    for kind in [*desks.MACHINES, *scenarios.MACHINES]:
        methods = [name for name in vars(kind) if name.startswith("test_")]
        tests = [test for test in map(kind, methods)
                 if not names or any(name in name_of(test) for name in names)]
        if tests:
            groups.append(tests)
    return groups


def run_group(laboratory, tests):
    kind = type(tests[0])
    result = Tap()
    try:
        kind.set_up_machine(laboratory)
    except Exception:
        for test in tests:
            result.startTest(test)
            result.addFailure(test, sys.exc_info())
        return
    for test in tests:
        test.run(result)
    kind.machine.end()


def run_all(groups, laboratory):
    waiting = queue.SimpleQueue()
    for tests in groups:
        waiting.put(tests)

    def work():
        while True:
            try:
                tests = waiting.get_nowait()
            except queue.Empty:
                return
            run_group(laboratory, tests)

    threads = [threading.Thread(target=work) for _ in range(MACHINES_AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    laboratory.end()


def skip(reason):
    print(f"1..0 # SKIP {reason}")
    return 0


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    suite, source, *names = sys.argv[1:]
    images = os.environ.get("CURFEW_LAB_IMAGES", os.path.join(source, "build-lab", "images"))
    image = os.path.join(images, suite)
    if namespaces.is_inside():
        namespaces.settle_in()
        against = lab.reason_against_containers(image)
        if against is not None:
            return skip(against)
        groups = find_tests(names)
        print(f"1..{sum(map(len, groups))}", flush=True)
        laboratory = lab.Lab(image, os.environ[BUILD])
        print(f"# {suite}: ready {time.monotonic() - Tap.began:.1f} s after the start", flush=True)
        run_all(groups, laboratory)
        return 1 if Tap.failed else 0

    against = lab.reason_against(image)
    if against is not None:
        return skip(against)
    os.environ[BUILD] = lab.build_agent(source)
    return namespaces.run_inside()


if __name__ == "__main__":
    sys.exit(main())
