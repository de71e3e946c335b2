#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""data/conf/agent.conf.in shows every setting of curfew-agent.conf(5), in its group, commented out,
and with its default where that is a number.

Usage: check-settings.py [ROOT]"""

import re
import sys
from pathlib import Path

PAGE_GROUP = re.compile(r"^\.SS \[(?P<group>[a-z-]+)\]")
PAGE_KEY = re.compile(r"^\.BR (?P<key>[a-z-]+) =(?P<value>\S*)")
CONF_LINE = re.compile(r"^(?P<hash>#?)(?P<key>[a-z-]+)=(?P<value>.*)$")


def of_page(text):
    settings, group = {}, None
    for line in text.replace("\\-", "-").splitlines():
        if line.startswith(".SH ") and line != ".SH AGENT.CONF":
            group = None
        elif match := PAGE_GROUP.match(line):
            group = match["group"]
        elif group and (match := PAGE_KEY.match(line)):
            settings[group, match["key"]] = match["value"]
    return settings


def of_file(text):
    settings, active, group = {}, [], None
    for line in text.splitlines():
        if line.startswith("["):
            group = line.strip("[]")
        elif match := CONF_LINE.match(line):
            settings[group, match["key"]] = match["value"]
            if not match["hash"]:
                active.append(match["key"])
    return settings, active


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    page = of_page((root / "data/man/curfew-agent.conf.5").read_text(encoding="utf-8"))
    shown, active = of_file((root / "data/conf/agent.conf.in").read_text(encoding="utf-8"))
    problems = []
    if len(page) < 20:
        problems.append("the settings are not found in the manual page any more: mend this test")
    problems += [f"agent.conf: [{group}] {key} is missing"
                 for group, key in sorted(page.keys() - shown.keys())]
    problems += [f"agent.conf: [{group}] {key} is not in curfew-agent.conf(5)"
                 for group, key in sorted(shown.keys() - page.keys())]
    problems += [f"agent.conf: {key} has to be commented out" for key in active]
    for group, key in sorted(page.keys() & shown.keys()):
        default = page[group, key]
        if default.isdigit() and shown[group, key] != default:
            problems.append(f"agent.conf: {key}={shown[group, key]}, the default is {default}")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
