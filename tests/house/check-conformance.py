#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says which of the conformance cases of the plug-in API have no test.

A test is known by its path, /conformance/NN/what-is-true, or by conformance_NN, the beginning of the
name of a method, or in a comment. Usage: check-conformance.py [ROOT]   (ROOT holds tests/)"""

import re
import sys
from pathlib import Path

N_CASES = 52
NAMES = re.compile(r"/conformance/(\d+)/[a-z0-9]|conformance_(\d+)(?!\d)")


def find_cases(root):
    """Number of a case → the files that have a test for it."""
    cases = {}
    for path in sorted((root / "tests").rglob("*")):
        if path.suffix not in {".c", ".py"} or path.name == Path(__file__).name:
            continue
        for match in NAMES.finditer(path.read_text(encoding="utf-8", errors="replace")):
            cases.setdefault(int(match[1] or match[2]), set()).add(path.relative_to(root))
    return cases


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    cases = find_cases(root)
    problems = [f"case {n}: there is no test /conformance/{n:02}/… and none called conformance_{n:02}"
                for n in range(1, N_CASES + 1) if n not in cases]
    problems += [f"case {n}, in {', '.join(map(str, cases[n]))}: there are {N_CASES} cases only"
                 for n in sorted(cases) if not 1 <= n <= N_CASES]
    for problem in problems:
        print(problem)
    print(f"{N_CASES} conformance cases, {sum(map(len, cases.values()))} places that test them, "
          f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
