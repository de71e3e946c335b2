#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""check-includes.py finds each kind of wrong include, and nothing in a tree that is right."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK = Path(__file__).resolve().with_name("check-includes.py")

DESIGN = """
| folder | may include |
|---|---|
| `low` | – |
| `deep/wire` | – |
| `high` | `low`, `deep/wire` |

| headers | only in |
|---|---|
| `libxml/`, `crypt.h` | `deep/wire` |
"""


class TestCheckIncludes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("DESIGN.md", DESIGN)
        self.write("low/a.h", "")
        self.write("deep/wire/w.h", "")
        self.write("deep/wire/w.c",
                   '#include "w.h"\n#include <libxml/tree.h>\n#include <crypt.h>\n')
        self.write("high/h.h", '#include "low/a.h"\n')
        self.write("high/h.c", '#include "curfew-config.h"\n#include "h.h"\n#include <glib.h>\n')

    def write(self, name, text):
        path = self.root / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def check(self):
        done = subprocess.run([sys.executable, CHECK, self.root], capture_output=True, text=True,
                              check=False)
        return done.returncode, done.stdout

    def assert_refused(self, *words):
        status, output = self.check()
        self.assertEqual(status, 1, output)
        self.assertEqual(len(output.splitlines()), 1, output)
        for word in words:
            self.assertIn(word, output)

    def test_right_tree_passes(self):
        status, output = self.check()
        self.assertEqual((status, output), (0, "7 includes agree with src/DESIGN.md\n"))

    def test_folder_not_in_the_row(self):
        self.write("low/a.c", '\n#include "high/h.h"\n')
        self.assert_refused("src/low/a.c:2: ", "low may not include high", "no other folder")

    def test_allowed_folders_are_named(self):
        self.write("deep/wire/x.h", "")
        self.write("DESIGN.md", DESIGN.replace("`low`, `deep/wire` |", "`low` |"))
        self.write("high/x.c", '#  include "deep/wire/x.h"\n')
        self.assert_refused("src/high/x.c:1: ", "may not include deep/wire", "Allowed: low")

    def test_own_folder_by_path(self):
        self.write("high/x.c", '#include "high/h.h"\n')
        self.assert_refused("src/high/x.c:1: ", 'Write "h.h"')

    def test_other_folder_by_bare_name(self):
        self.write("high/x.c", '#include "a.h"\n')
        self.assert_refused('"a.h" is not in high')

    def test_upwards(self):
        self.write("high/x.c", '#include "../low/a.h"\n')
        self.assert_refused("goes upwards")

    def test_header_that_does_not_exist(self):
        self.write("high/x.c", '#include "low/b.h"\n')
        self.assert_refused('"low/b.h" does not exist')

    def test_unknown_folder(self):
        self.write("high/x.c", '#include "elsewhere/b.h"\n')
        self.assert_refused("no folder elsewhere")

    def test_reserved_folder_of_headers(self):
        self.write("high/x.c", "#include <libxml/parser.h>\n")
        self.assert_refused("src/high/x.c:1: ", "<libxml/parser.h>", "Allowed in: deep/wire")

    def test_reserved_header(self):
        self.write("low/x.c", "#include <crypt.h>\n")
        self.assert_refused("<crypt.h> does not belong in low")

    def test_own_header_in_angle_brackets(self):
        self.write("high/x.c", "#include <low/a.h>\n")
        self.assert_refused("in quotes")

    def test_folder_without_a_row(self):
        self.write("fresh/x.c", "#include <glib.h>\n")
        self.assert_refused("src/fresh/x.c: ", "no row")

    def test_row_without_a_folder(self):
        self.write("DESIGN.md", DESIGN.replace("| `low` | – |", "| `low` | – |\n| `gone` | – |"))
        self.assert_refused("gone has a row")

    def test_row_that_names_a_stranger(self):
        self.write("DESIGN.md", DESIGN.replace("| `low` | – |", "| `low` | `nobody` |"))
        self.assert_refused("names nobody")

    def test_page_without_tables(self):
        self.write("DESIGN.md", "Nothing here.\n")
        status, output = self.check()
        self.assertEqual(status, 1)
        self.assertIn("a table is missing", output)


if __name__ == "__main__":
    unittest.main()
