#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""check-translations.py finds what is missing, and what is badly made."""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK = Path(__file__).resolve().with_name("check-translations.py")
SOURCE = """/* SPDX-License-Identifier: GPL-3.0-or-later */
static const char *texts[] = { N_ ("Restart Now…"), N_ ("  at %s"), C_ ("verb", "Hide") };
text = g_strdup_printf (ngettext ("%u minute", "%u minutes", n), n);
"""
VIEW = '<interface><object class="L"><property name="p" translatable="yes">Details</property>' \
    '</object></interface>\n'
PO = r"""msgid ""
msgstr ""
"Project-Id-Version: curfew\n"
"PO-Revision-Date: 2026-11-22 00:00+0000\n"
"Last-Translator: Curfew\n"
"Language-Team: none\n"
"Language: fr\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=n > 1;\n"

msgid "Restart Now…"
msgstr "Redémarrer maintenant…"

#, c-format
msgid "  at %s"
msgstr "  à %s"

msgctxt "verb"
msgid "Hide"
msgstr "Masquer"

#, c-format
msgid "%u minute"
msgid_plural "%u minutes"
msgstr[0] "%u minute"
msgstr[1] "%u minutes"

msgid "Details"
msgstr "Détails"
"""


@unittest.skipIf(shutil.which("xgettext") is None, "gettext is not installed")
class TestCheckTranslations(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        # as many as there have to be
        many = [f"Text {i:02}" for i in range(30)]
        self.write("src/notice/many.c", "".join(f'_("{text}");\n' for text in many))
        self.po = PO + "".join(f'\nmsgid "{text}"\nmsgstr "{text}"\n' for text in many)
        self.write("src/notice/words.c", SOURCE)
        self.write("src/notice-view/view.ui", VIEW)
        self.write("src/cli/other.c", '_("What another program says");\n')
        self.write("po/LINGUAS", "# those of the warning\nfr\n")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def assert_says(self, po, *parts):
        self.write("po/fr.po", po)
        done = subprocess.run([sys.executable, CHECK, self.root], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.stderr, "")
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines) > 0, len(parts) > 0, lines)
        for part in parts:
            self.assertTrue(any(part in line for line in lines), f"{part}: {lines}")
        self.assertEqual(done.returncode, 1 if parts else 0)

    def assert_change_says(self, old, new, *parts):
        self.assertIn(old, self.po)
        self.assert_says(self.po.replace(old, new), *parts)

    def test_whole_language_passes(self):
        self.assert_says(self.po)

    def test_missing_messages(self):
        self.assert_change_says('msgid "Details"\nmsgstr "Détails"\n', "", "“Details” is missing")
        self.assert_change_says('"Détails"', '""', "“Details” is not translated")
        self.assert_change_says('msgctxt "verb"\n', "", "“Hide” is missing")
        self.assert_change_says('msgid "Text 07"', '#, fuzzy\nmsgid "Text 07"',
                                "“Text 07” is fuzzy")

    def test_plural_forms(self):
        self.assert_change_says('msgstr[1] "%u minutes"', 'msgstr[1] ""', "'msgstr[1]'")
        self.assert_change_says('msgstr[1] "%u minutes"\n', "", "plural")
        self.assert_change_says('"Plural-Forms: nplurals=2; plural=n > 1;\\n"\n', "",
                                "Plural-Forms")

    def test_directives(self):
        self.assert_change_says('"  à %s"', '"  à %d"', "format specifications")

    def test_shape(self):
        self.assert_change_says('"  à %s"', '"à %s"', "white space")
        self.assert_change_says('maintenant…"', 'maintenant..."', "typewriter")
        self.assert_change_says('maintenant…"', 'maintenant"', "ends with … only")
        self.assert_change_says('"Détails"', '"Détails ?"', "French sign")
        self.assert_change_says('"Détails"', '"Détails\u202f? «\u00a0Oui\u00a0» à 14:45"')

    def test_language_that_is_not_there(self):
        self.write("po/LINGUAS", "fr tlh\n")
        self.assert_says(self.po, "po/tlh.po: is missing")


if __name__ == "__main__":
    unittest.main()
