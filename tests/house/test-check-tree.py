#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""check-tree.py finds what breaks its rules."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK = Path(__file__).resolve().with_name("check-tree.py")
C_LICENCE = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"
SCRIPT_LICENCE = "#!/bin/sh\n# SPDX-License-Identifier: GPL-3.0-or-later\n"


class TestCheckTree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("src/a.c", C_LICENCE + 'f (_("Text"));\n')
        self.write("src/b.h", C_LICENCE + "g_print_ (\"no\");\n")
        self.write("po/POTFILES.in", "# first\nsrc/a.c\n")
        for name in ("build-aux/run", "build-aux/check"):
            self.write(name, SCRIPT_LICENCE)
            (self.root / name).chmod(0o755)
        for name in ("CONTRIBUTING.md", "SECURITY.md", "NEWS.md", "src/DESIGN.md"):
            self.write(name, "")
        self.write("README.md", "`build-aux/run`, `build-aux/check`, "
                   "tests/fuzz/fuzz-NAME, [news](NEWS.md)\n")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def assert_says(self, rule, *lines):
        done = subprocess.run([sys.executable, CHECK, rule, self.root], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.stdout.splitlines(), list(lines))
        self.assertEqual(done.returncode, 1 if lines else 0)

    def test_right_tree_passes(self):
        for rule in ("licence", "size", "potfiles", "documents"):
            with self.subTest(rule):
                self.assert_says(rule)

    def test_licence(self):
        self.write("src/c.c", "\n" + C_LICENCE)
        self.write("tests/d.py", "print ()\n")
        self.assert_says("licence", f"src/c.c:1: has to be {C_LICENCE.strip()}",
                         "tests/d.py:1: begins without # SPDX-License-Identifier: "
                         "GPL-3.0-or-later")

    def test_size(self):
        self.write("src/a.c", "\n" * 900)
        self.assert_says("size")
        self.write("src/a.c", "\n" * 901)
        self.assert_says("size", "src/a.c: 901 lines, at most 900. Does it answer two questions?")

    def test_potfiles(self):
        self.write("src/c.c", 'x = { N_("Text") };\n')
        self.write("src/plain.ui", '<property name="icon-name">computer</property>\n')
        self.write("src/view/d.ui", '<property name="label" translatable="yes">Text</property>\n')
        self.write("po/POTFILES.in", "src/b.h\nsrc/gone.c\nsrc/gone.c\nsrc/a.c\n")
        self.assert_says(
            "potfiles", "po/POTFILES.in: src/gone.c is listed twice",
            "po/POTFILES.in: src/c.c has strings to translate, but is not listed",
            "po/POTFILES.in: src/view/d.ui has strings to translate, but is not listed",
            "po/POTFILES.in: src/b.h is listed, but has no strings to translate",
            "po/POTFILES.in: src/gone.c is listed, but does not exist")

    def test_documents(self):
        (self.root / "SECURITY.md").unlink()
        (self.root / "build-aux/run").chmod(0o644)
        self.write("README.md", "`build-aux/run` `build-aux/walk` [x](there.md)\n")
        self.assert_says(
            "documents", "README.md: tells to run build-aux/run, which is not executable",
            "README.md: names build-aux/walk, which does not exist",
            "README.md: links to there.md, which does not exist",
            "SECURITY.md: is missing", "README.md: does not tell of build-aux/check")


if __name__ == "__main__":
    unittest.main()
