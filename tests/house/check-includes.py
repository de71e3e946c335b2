#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds every #include line of src/ against the tables of src/DESIGN.md.

Usage: check-includes.py [ROOT]   (ROOT holds src/; default: the tree of this script)"""

import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"(?P<own>[^"]*)"|<(?P<system>[^>]*)>)')
CODE = re.compile(r"`([^`]+)`")
GENERATED = {"curfew-config.h"}
BUS_INTERFACE = re.compile(r"^  \['(?P<name>[a-z0-9-]+)', '", re.MULTILINE)
FOLDER_TABLE = ["folder", "may include"]
HEADER_TABLE = ["headers", "only in"]


def read_tables(text):
    """The two tables: folder → what it may include, header or its folder → where it belongs."""
    folders, headers = {}, {}
    current = None
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.lstrip().startswith("|"):
            current = None
        elif cells == FOLDER_TABLE:
            current = folders
        elif cells == HEADER_TABLE:
            current = headers
        elif current is not None and len(cells) == 2 and not set(cells[0]) <= set("-: "):
            for name in CODE.findall(cells[0]):
                current[name] = CODE.findall(cells[1])
    return folders, headers


def plural(names):
    return ", ".join(names) if names else "no other folder"


class Check:
    def __init__(self, root):
        self.src = root / "src"
        design = self.src / "DESIGN.md"
        self.problems = []
        self.folders, self.headers = read_tables(design.read_text(encoding="utf-8"))
        self.generated = set(GENERATED)
        bus = self.src / "bus" / "meson.build"
        if bus.is_file():
            names = BUS_INTERFACE.findall(bus.read_text(encoding="utf-8"))
            self.generated |= {f"bus/cf-bus-{name}.h" for name in names}
        self.n_includes = 0
        if not self.folders or not self.headers:
            self.problems.append(f"{design}: a table is missing: | folder | may include |, "
                                 "| headers | only in |")

    def complain(self, path, line, text):
        place = path.relative_to(self.src.parent)
        self.problems.append(f"{place}:{line}: {text}" if line else f"{place}: {text}")

    def check_own(self, path, line, folder, name):
        """An include in quotes."""
        if name in GENERATED:
            return
        if "/" not in name:
            if not (path.parent / name).is_file():
                self.complain(path, line, f'"{name}" is not in {folder}. Others\' headers come by '
                              "their path from src")
            return
        other = str(Path(name).parent)
        allowed = self.folders[folder]
        if ".." in Path(name).parts:
            self.complain(path, line, f'"{name}" goes upwards. Write the path from src')
        elif other == folder:
            self.complain(path, line, f'"{name}" is of this very folder. Write '
                          f'"{Path(name).name}"')
        elif other not in self.folders:
            self.complain(path, line, f'"{name}": src has no folder {other} in DESIGN.md')
        elif other not in allowed:
            self.complain(path, line, f'"{name}": {folder} may not include {other}. Allowed: '
                          f"{plural(allowed)}")
        elif name not in self.generated and not (self.src / name).is_file():
            self.complain(path, line, f'"{name}" does not exist')

    def check_system(self, path, line, folder, name):
        """An include in angle brackets."""
        if (self.src / name).is_file() or (path.parent / name).is_file():
            self.complain(path, line, f"<{name}> is ours. Write it in quotes")
        for header, places in self.headers.items():
            reserved = name == header or (header.endswith("/") and name.startswith(header))
            if reserved and folder not in places:
                self.complain(path, line, f"<{name}> does not belong in {folder}. Allowed in: "
                              f"{plural(places)}")

    def check_file(self, path):
        folder = str(path.parent.relative_to(self.src))
        if folder not in self.folders:
            self.complain(path, 0, f"the folder {folder} has no row in src/DESIGN.md")
            return
        with open(path, encoding="utf-8") as file:
            for line, text in enumerate(file, 1):
                match = INCLUDE.match(text)
                if not match:
                    continue
                self.n_includes += 1
                if match["own"] is not None:
                    self.check_own(path, line, folder, match["own"])
                else:
                    self.check_system(path, line, folder, match["system"])

    def run(self):
        for folder, allowed in self.folders.items():
            if not (self.src / folder).is_dir():
                self.complain(self.src / "DESIGN.md", 0, f"{folder} has a row, but is no folder")
            for other in allowed:
                if other not in self.folders:
                    self.complain(self.src / "DESIGN.md", 0, f"the row of {folder} names {other}, "
                                  "which has no row")
        for path in sorted(self.src.rglob("*.[ch]")):
            self.check_file(path)
        return self.problems


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    try:
        check = Check(root.resolve())
    except OSError as error:
        print(f"src/DESIGN.md cannot be read: {error}", file=sys.stderr)
        return 1
    problems = check.run()
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{check.n_includes} includes agree with src/DESIGN.md")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
