#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual pages and the programs know the same.

Usage: check-manuals.py lint ROOT
       check-manuals.py settings ROOT
       check-manuals.py options ROOT PAGE PROGRAM [VERB...]

  lint      groff has nothing to say about the pages, and they fit 80 columns
  settings  curfew-agent.conf(5) lists the keys of agent.conf that the sources have, no others
  options   PAGE lists the long options of PROGRAM --help, and of PROGRAM VERB --help, no others

Exit status 77: skipped, and why."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from helptext import long_options

SKIPPED = 77
PAGE_OPTION = re.compile(r"(?:^|[\s\",])--(?P<name>[a-z][a-z-]*)")
PAGE_KEY = re.compile(r"^\.BR (?P<name>[a-z-]+) =", re.MULTILINE)
CONFIG_KEY = re.compile(r'\{\s*"(?P<group>[a-z-]+)",\s*"(?P<key>[a-z-]+)",\s*KEY_')
LIMIT_FIELD = re.compile(r"^  (?:guint|gsize) (?P<name>[a-z_]+);", re.MULTILINE)


def read_page(path):
    return path.read_text(encoding="utf-8").replace("\\-", "-")


def compare(page, what, written, real):
    for name in sorted(real - written):
        yield f"{page.name}: {what} {name} is not described"
    for name in sorted(written - real):
        yield f"{page.name}: {what} {name} does not exist"


def lint(root):
    if shutil.which("groff") is None:
        raise LookupError("groff is not installed")
    for page in sorted((root / "data/man").iterdir()):
        done = subprocess.run(["groff", "-t", "-man", "-Tutf8", "-rLL=78n", "-wall", "-ww", "-z",
                               page], capture_output=True, text=True, check=False)
        for line in done.stderr.splitlines():
            yield line.replace(f"{root}/", "")
        if done.returncode != 0:
            yield f"{page.name}: groff ended with {done.returncode}"


def settings(root):
    page = root / "data/man/curfew-agent.conf.5"
    config = (root / "src/agent/cf-agent-config.c").read_text(encoding="utf-8")
    limits = (root / "src/wsman/service/wsm-service-limits.h").read_text(encoding="utf-8")
    real = {match["key"] for match in CONFIG_KEY.finditer(config)}
    real |= {match["name"].replace("_", "-") for match in LIMIT_FIELD.finditer(limits)}
    if len(real) < 20:
        yield "the keys of agent.conf are not found in the sources any more: mend this test"
    real |= {"allow", "when", "from"}  # the keys of access.conf
    real |= {"subject"}  # and of the certificate users file
    written = {match["name"] for match in PAGE_KEY.finditer(read_page(page))}
    yield from compare(page, "key", written, real)


def options(root, page_name, program, *verbs):
    page = root / "data/man" / page_name
    real = long_options(program)
    for verb in verbs:
        real |= long_options(program, verb)
    # the description of each option begins a paragraph: .BR -o ", " --output =...
    heads = [line for line in read_page(page).splitlines() if re.match(r"\.(B|BR|BI) -", line)]
    written = set()
    for line in heads:
        written |= {match["name"] for match in PAGE_OPTION.finditer(line)}
    yield from compare(page, "option", {f"--{name}" for name in written}, real)


RULES = {"lint": lint, "settings": settings, "options": options}


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in RULES:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        problems = list(RULES[sys.argv[1]](Path(sys.argv[2]).resolve(), *sys.argv[3:]))
    except LookupError as reason:
        print(reason)
        return SKIPPED
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
