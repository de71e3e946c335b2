#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal's catalog explains exactly the entries that there are.

Usage: check-catalog.py [ROOT]   (default: the tree of this script)

  ids      each MESSAGE_ID in the sources has one entry in data/curfew.catalog, and the reverse
  fields   an entry shows only fields that the sources write
  form     each entry has a subject, says who defines it and where to look, and a text
  journal  "journalctl --update-catalog" reads it, where there is a journalctl

Exit status 77: only the last was skipped, and why."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77

ID_IN_SOURCE = re.compile(r'"([0-9a-f]{32})"')
FIELD_IN_SOURCE = re.compile(r'"(CURFEW_[A-Z_]+)"')
ENTRY = re.compile(r"^-- ([0-9a-f]{32})\n((?:[A-Z][A-Za-z-]*: .*\n)+)\n((?:.*\n)*?)(?=^-- |\Z)", re.M)
FIELD = re.compile(r"@([^@\n]*)@")


def read_sources(root):
    folders = ("src/agent", "src/wsman/service")
    return "".join(path.read_text(encoding="utf-8") for folder in folders
                   for path in sorted((root / folder).glob("*.c")))


def check_entry(message_id, headers, text, known_fields):
    names = dict(line.split(": ", 1) for line in headers.splitlines())
    for name in ("Subject", "Defined-By", "Support"):
        if not names.get(name, "").strip():
            yield f"{message_id}: has no {name}"
    if not text.strip():
        yield f"{message_id}: has no text"
    for field in FIELD.findall(headers + text):
        if field not in known_fields:
            yield f"{message_id}: shows @{field}@, which no entry has"
    for line in text.splitlines():
        if len(line) > 110:
            yield f"{message_id}: a line of {len(line)} characters: {line}"


def check(root):
    source = read_sources(root)
    catalog = (root / "data/curfew.catalog").read_text(encoding="utf-8")
    ids = set(ID_IN_SOURCE.findall(source))
    if len(ids) < 10:
        yield "the ids are not found in the sources any more: mend this test"
    entries = ENTRY.findall(catalog)
    if len(entries) != len(re.findall(r"^-- ", catalog, re.M)):
        yield "data/curfew.catalog has an entry that is not of the right form"
    explained = [message_id for message_id, _, _ in entries]
    for message_id in sorted(ids - set(explained)):
        yield f"{message_id}: is logged, but data/curfew.catalog does not explain it"
    for message_id in sorted(set(explained) - ids):
        yield f"{message_id}: is in data/curfew.catalog, but nothing logs it"
    for message_id in sorted({one for one in explained if explained.count(one) > 1}):
        yield f"{message_id}: is explained twice"
    known_fields = set(FIELD_IN_SOURCE.findall(source))
    for entry in entries:
        yield from check_entry(*entry, known_fields)


def check_journal(root):
    """Compiles it as an installation does, in a root of its own, and asks for each entry."""
    program = shutil.which("journalctl")
    if program is None:
        raise LookupError("journalctl is not installed")
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory, "usr/lib/systemd/catalog")
        place.mkdir(parents=True)
        Path(directory, "var/lib/systemd/catalog").mkdir(parents=True)
        shutil.copy(root / "data/curfew.catalog", place)
        done = subprocess.run([program, "--update-catalog", f"--root={directory}"],
                              capture_output=True, text=True, check=False, timeout=60)
        if done.returncode != 0 or done.stderr.strip():
            yield f"journalctl --update-catalog: {done.returncode}, {done.stderr.strip()}"
            return
        if not Path(directory, "var/lib/systemd/catalog/database").is_file():
            yield "journalctl --update-catalog has written nothing"
            return
        listed = subprocess.run([program, "--list-catalog", f"--root={directory}"],
                                capture_output=True, text=True, check=False, timeout=60).stdout
        expected = len(re.findall(r"^-- ", (root / "data/curfew.catalog").read_text("utf-8"), re.M))
        if len(listed.splitlines()) != expected:
            yield f"journalctl lists {len(listed.splitlines())} entries instead of {expected}"


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve()
    problems = list(check(root))
    reason = None
    try:
        problems += check_journal(root)
    except LookupError as error:
        reason = error
    for problem in problems:
        print(problem)
    if problems:
        return 1
    if reason is not None:
        print(f"not tried with the journal: {reason}")
        return SKIPPED
    return 0


if __name__ == "__main__":
    sys.exit(main())
