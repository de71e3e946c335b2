#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever is warned reads his own language: each one of po/LINGUAS has the warning, whole.

Usage: check-translations.py [ROOT]   (default: the tree of this script)

  sound     msgfmt -c has nothing to say: header, plural forms, format directives
  whole     what the warning and its window say, and the reasons, is translated, all plural forms
            of it, and nothing of it is fuzzy; what other programs say may wait
  shape     a translation begins and ends with the white space of the original, has no typewriter
            quotes or dots where the language has typographic ones, and French spaces do not break

Exit status 77: skipped, and why."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
WARNING = ("src/notice", "src/notice-view", "src/warning", "src/warning-window",
           "src/request/cf-shutdown-reason.c")
# as i18n.gettext (preset: 'glib') of meson has it
C_OPTIONS = [
    "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=NC_:1c,2",
    "--keyword=g_dcgettext:2", "--keyword=g_dngettext:2,3", "--keyword=g_dpgettext2:2c,3",
    "--flag=N_:1:pass-c-format", "--flag=C_:2:pass-c-format", "--flag=NC_:2:pass-c-format",
    "--flag=g_dngettext:2:pass-c-format", "--flag=g_strdup_printf:1:c-format",
    "--flag=g_string_printf:2:c-format", "--flag=g_string_append_printf:2:c-format",
    "--flag=g_set_error:4:c-format", "--flag=g_print:1:c-format", "--flag=g_printerr:1:c-format",
]
OPTIONS = ["--from-code=UTF-8", "--add-comments", "--add-location=file", "--sort-by-file",
           "--package-name=curfew"]
FIELD = re.compile(r'^(?P<name>msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?) "(?P<text>.*)"$')
MORE = re.compile(r'^"(?P<text>.*)"$')
TYPEWRITER = re.compile(r'"|\.\.\.')
# NARROW NO-BREAK SPACE or NO-BREAK SPACE, as the typography of France asks for
FRENCH_BREAK = re.compile(r"[ ][:;?!»]|«[ ]|(?<=\w)[;?!»]|«(?=\w)")


def run(program, *arguments, **keywords):
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False,
                          **keywords)


def must(program, *arguments, **keywords):
    done = run(program, *arguments, **keywords)
    # xgettext goes on without a .ui file that is broken
    if done.returncode != 0 or "cannot read" in done.stderr:
        raise RuntimeError(f"{program} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def sources_of_warning(root):
    for place in WARNING:
        path = root / place
        found = [path] if path.is_file() else path.rglob("*.*")
        yield from sorted(str(one.relative_to(root)) for one in found
                          if one.suffix in (".c", ".h", ".ui"))


def make_template(root, folder):
    """The messages of the warning, fresh from its sources: a .pot file."""
    template = Path(folder) / "warning.pot"
    names = list(sources_of_warning(root))
    for language, suffixes in (("C", (".c", ".h")), ("Glade", (".ui",))):
        some = [name for name in names if Path(name).suffix in suffixes]
        if some:
            must("xgettext", *OPTIONS, *(C_OPTIONS if language == "C" else []),
                 f"--language={language}", "--join-existing" if template.exists() else
                 "--force-po", f"--output={template}", *some, cwd=root)
    return template


def read_messages(text):
    """Each message of a po file as (flags, {"msgid": …, "msgstr[0]": …})."""
    messages, flags, fields, name = [], set(), {}, None
    for line in [*text.splitlines(), ""]:
        field, more = FIELD.match(line), MORE.match(line)
        if field:
            name = field["name"]
            fields[name] = field["text"]
        elif more and name is not None:
            fields[name] += more["text"]
        elif line.startswith("#,"):
            flags |= {flag.strip() for flag in line[2:].split(",")}
        elif line == "":
            if fields:
                messages.append((flags, fields))
            flags, fields, name = set(), {}, None
    return messages


def key_of(fields):
    return fields.get("msgctxt"), fields["msgid"]


def ends_of(text):
    plain = text.replace("\\n", "\n")
    return plain[:len(plain) - len(plain.lstrip(" \n"))], plain[len(plain.rstrip(" \n")):]


def check_shape(language, fields, translation):
    original = fields["msgid"]
    if ends_of(original) != ends_of(translation):
        yield "white space at its ends is not that of the original"
    if TYPEWRITER.search(translation.replace('\\"', '"')):
        yield "has typewriter quotes or dots"
    if original.endswith("…") != translation.endswith("…"):
        yield "ends with … only on one side"
    if language == "fr" and FRENCH_BREAK.search(translation):
        yield "a French sign has no space that does not break"


def check_message(language, n_forms, flags, fields):
    if "fuzzy" in flags:
        yield "is fuzzy"
        return
    names = [f"msgstr[{i}]" for i in range(n_forms)] if "msgid_plural" in fields else ["msgstr"]
    if any(not fields.get(name) for name in names):
        yield "is not translated"
        return
    for name in names:
        yield from check_shape(language, fields, fields[name])


def check_language(root, language, template):
    path = root / "po" / f"{language}.po"
    if not path.is_file():
        yield f"po/{language}.po: is missing"
        return
    done = run("msgfmt", "--check", "--output-file=/dev/null", path)
    for line in done.stderr.splitlines():
        yield line.replace(f"{root}/", "")
    if done.returncode != 0:
        return
    text = path.read_text(encoding="utf-8")
    forms = re.search(r"nplurals *= *(\d+)", text)
    if f"Language: {language}\\n" not in text or forms is None:
        yield f"po/{language}.po: the header has no Language: {language}, or no Plural-Forms"
        return
    wanted = {key_of(fields) for _, fields in read_messages(template.read_text(encoding="utf-8"))}
    wanted.discard((None, ""))
    for flags, fields in read_messages(must("msgcat", "--no-wrap", path)):
        if key_of(fields) in wanted:
            wanted.discard(key_of(fields))
            for problem in check_message(language, int(forms[1]), flags, fields):
                yield f"po/{language}.po: “{fields['msgid']}” {problem}"
    for _, original in sorted(wanted, key=lambda key: key[1]):
        yield f"po/{language}.po: “{original}” is missing"


def check(root):
    if shutil.which("xgettext") is None:
        raise LookupError("gettext is not installed")
    languages = [word for line in (root / "po/LINGUAS").read_text(encoding="utf-8").splitlines()
                 for word in line.partition("#")[0].split()]
    with tempfile.TemporaryDirectory() as folder:
        template = make_template(root, folder)
        if template.read_text(encoding="utf-8").count("\nmsgid ") < 30:
            yield "the messages of the warning are not found any more: mend this test"
        for language in languages:
            yield from check_language(root, language, template)


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    try:
        problems = list(check(root.resolve()))
    except LookupError as reason:
        print(reason)
        return SKIPPED
    except RuntimeError as reason:
        problems = [str(reason)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
