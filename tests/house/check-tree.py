#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the house that hold for whole files.

Usage: check-tree.py RULE [ROOT]   (default: the tree of this script)

  licence     every source begins with its SPDX line
  size        no source has more than 900 lines
  format      clang-format would change nothing
  potfiles    po/POTFILES.in lists exactly the files with marked strings
  documents   what README, CONTRIBUTING and SECURITY tell to run or to read exists

Exit status 77: the rule was skipped, and why."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

C_LICENCE = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"
SCRIPT_LICENCE = "# SPDX-License-Identifier: GPL-3.0-or-later\n"
MAX_LINES = 900
CLANG_FORMAT_MAJOR = "14"  # Debian 12's; others break lines elsewhere
FORMATTED_AT_ONCE = 50
SKIPPED = 77

MARKED = re.compile(r"(?<![A-Za-z0-9_])(?:_|N_|C_|NC_|Q_|ngettext|g_dngettext|dngettext)\s*\(\s*\"")
MARKED_UI = re.compile(r"\btranslatable=[\"'](?:yes|true|1)[\"']", re.IGNORECASE)
PROGRAM = re.compile(r"\b(?:build-aux|\.ci|tests)/[A-Za-z0-9_./-]*[A-Za-z0-9]")
PLACEHOLDER = re.compile(r"[A-Z]{3}")  # as in fuzz-NAME
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def c_files(root):
    for folder in ("src", "tests", "examples"):
        yield from sorted((root / folder).rglob("*.[ch]"))


def scripts(root):
    for folder in ("build-aux", ".ci", "tests"):
        for path in sorted((root / folder).rglob("*")):
            # a shebang, or a name that says so; corpora of fuzz targets are neither
            if path.is_file() and "corpus" not in path.parts and "__pycache__" not in path.parts:
                with open(path, "rb") as file:
                    if path.suffix in (".py", ".sh") or file.read(2) == b"#!":
                        yield path


def check_licence(root):
    for path in c_files(root):
        with open(path, encoding="utf-8") as file:
            if file.readline() != C_LICENCE:
                yield f"{path.relative_to(root)}:1: has to be {C_LICENCE.strip()}"
    for path in scripts(root):
        with open(path, encoding="utf-8") as file:
            if SCRIPT_LICENCE not in [file.readline() for _ in range(3)]:
                yield f"{path.relative_to(root)}:1: begins without {SCRIPT_LICENCE.strip()}"


def check_size(root):
    for path in [*c_files(root), *scripts(root)]:
        with open(path, "rb") as file:
            lines = sum(1 for _ in file)
        if lines > MAX_LINES:
            yield (f"{path.relative_to(root)}: {lines} lines, at most {MAX_LINES}. Does it answer "
                   "two questions?")


def check_format(root):
    program = shutil.which(f"clang-format-{CLANG_FORMAT_MAJOR}") or shutil.which("clang-format")
    if program is None:
        raise LookupError("clang-format is not installed")
    version = subprocess.run([program, "--version"], capture_output=True, text=True,
                             check=True).stdout.strip()
    if f" {CLANG_FORMAT_MAJOR}." not in version:
        raise LookupError(f"the tree is formatted with clang-format {CLANG_FORMAT_MAJOR}, here is "
                          f"{version}")
    paths = list(c_files(root))
    # most are right: many at once, and one by one only where something is wrong
    for begin in range(0, len(paths), FORMATTED_AT_ONCE):
        some = paths[begin:begin + FORMATTED_AT_ONCE]
        if complaint_of_format(program, some) is None:
            continue
        for path in some:
            complaint = complaint_of_format(program, [path])
            if complaint is not None:
                first = complaint.partition("\n")[0].replace(f"{root}/", "")
                yield f"{path.relative_to(root)}: run clang-format -i over it ({first})"


def complaint_of_format(program, paths):
    done = subprocess.run([program, "--dry-run", "--Werror", "--style=file", *paths],
                          capture_output=True, text=True, check=False)
    return done.stderr if done.returncode != 0 else None


def check_potfiles(root):
    listed = set()
    for line in (root / "po/POTFILES.in").read_text(encoding="utf-8").splitlines():
        name = line.split("#")[0].strip()
        if name in listed:
            yield f"po/POTFILES.in: {name} is listed twice"
        if name:
            listed.add(name)
    marked = {
        str(path.relative_to(root))
        for path in sorted((root / "src").rglob("*.[ch]"))
        if MARKED.search(path.read_text(encoding="utf-8"))
    } | {
        str(path.relative_to(root))
        for path in sorted((root / "src").rglob("*.ui"))
        if MARKED_UI.search(path.read_text(encoding="utf-8"))
    } | {str(path.relative_to(root)) for path in (root / "data/polkit").glob("*.policy")}
    for name in sorted(marked - listed):
        yield f"po/POTFILES.in: {name} has strings to translate, but is not listed"
    for name in sorted(listed - marked):
        yield f"po/POTFILES.in: {name} is listed, but " + (
            "has no strings to translate" if (root / name).is_file() else "does not exist")


def check_documents(root):
    for document in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "NEWS.md", "src/DESIGN.md"):
        path = root / document
        if not path.is_file():
            yield f"{document}: is missing"
            continue
        text = path.read_text(encoding="utf-8")
        for name in sorted(set(PROGRAM.findall(text))):
            if PLACEHOLDER.search(name):
                continue
            if not (root / name).exists():
                yield f"{document}: names {name}, which does not exist"
            elif name in ("build-aux/run", "build-aux/check", ".ci/run") and not (
                    (root / name).stat().st_mode & 0o100):
                yield f"{document}: tells to run {name}, which is not executable"
        for name in sorted(set(LINK.findall(text))):
            if not (path.parent / name).exists():
                yield f"{document}: links to {name}, which does not exist"
    for command in ("build-aux/run", "build-aux/check"):
        if command not in (root / "README.md").read_text(encoding="utf-8"):
            yield f"README.md: does not tell of {command}"


RULES = {
    "licence": check_licence,
    "size": check_size,
    "format": check_format,
    "potfiles": check_potfiles,
    "documents": check_documents,
}


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[1] not in RULES:
        print(__doc__, file=sys.stderr)
        return 2
    root = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).resolve().parents[2]
    try:
        problems = list(RULES[sys.argv[1]](root.resolve()))
    except LookupError as reason:
        print(reason)
        return SKIPPED
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
