#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The help pages are well-formed Mallard, lead somewhere, and speak of what there is.

Usage: check-help.py [ROOT]   (default: the tree of this script)

  form      a page is XML in Mallard's namespace, its id is its file's name, it has a title and says
            what it is about, and its elements are those that are known here
  links     every link leads to a page that is there, and every page but the index is linked from it
  settings  each key in a piece of agent.conf, access.conf or certificate-users is a setting
  files     data/meson.build installs just the pages that there are"""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

NAMESPACE = "{http://projectmallard.org/1.0/}"
KNOWN = {
    "page", "info", "link", "desc", "license", "title", "p", "section", "list", "item", "terms",
    "code", "screen", "note", "table", "thead", "tbody", "tr", "td", "cmd", "em", "file", "sys",
    "output",
}
SETTING = re.compile(r"^(?P<key>[a-z0-9-]+)=(?!=)", re.MULTILINE)
GROUP = re.compile(r"^\[(?P<group>[a-z]+)(?: [^\]]+)?\]$", re.MULTILINE)
PAGE_KEY = re.compile(r"^\.BR (?P<key>[a-z0-9-]+) =", re.MULTILINE)
OURS = re.compile(r"\[(?:(?:kerberos|ntlm|certificates|organization|warning)\]|user |group |realm )")


def check_form(path, page):
    if page.tag != f"{NAMESPACE}page":
        yield f"{path.name}: the root is no page"
    if page.get("id") != path.stem:
        yield f"{path.name}: its id is {page.get('id')}"
    for name in ("title", "info/desc", "info/license"):
        found = page.find("/".join(NAMESPACE + step for step in name.split("/")))
        if found is None or not "".join(found.itertext()).strip():
            yield f"{path.name}: it has no {name}"
    for element in page.iter():
        name = element.tag.replace(NAMESPACE, "")
        if name not in KNOWN:
            yield f"{path.name}: there is an element “{name}”"
    ids = [section.get("id") for section in page.iter(f"{NAMESPACE}section")]
    if None in ids or len(set(ids)) != len(ids):
        yield f"{path.name}: a section has no id, or that of another"


def check_links(pages):
    linked = set()
    for name, page in pages.items():
        for link in page.iter(f"{NAMESPACE}link"):
            target, _, section = link.get("xref", "").partition("#")
            if link.get("type") == "guide":
                linked |= {name} if target == "index" else set()
            if target not in pages:
                yield f"{name}.page: it leads to {target}, which is not there"
            elif section and pages[target].find(f".//{NAMESPACE}section[@id='{section}']") is None:
                yield f"{name}.page: it leads to {target}#{section}, which is not there"
    for name in sorted(pages.keys() - linked - {"index"}):
        yield f"{name}.page: the index does not lead to it"


def check_settings(root, pages):
    manual = (root / "data/man/curfew-agent.conf.5").read_text(encoding="utf-8").replace("\\-", "-")
    real = {match["key"] for match in PAGE_KEY.finditer(manual)}
    n_found = 0
    for name, page in pages.items():
        for code in page.iter(f"{NAMESPACE}code"):
            text = "".join(code.itertext())
            if not OURS.search(text):
                continue
            for match in SETTING.finditer(text):
                n_found += 1
                if match["key"] not in real:
                    yield f"{name}.page: {match['key']} is no setting"
            for match in GROUP.finditer(text):
                if f"[{match['group']}" not in manual:
                    yield f"{name}.page: there is no group [{match['group']}]"
    if n_found < 8:
        yield "the settings are not found in the pages any more: mend this test"


def check_files(root, names):
    text = (root / "data/meson.build").read_text(encoding="utf-8")
    installed = set(re.findall(r"'\.\./help/C/([a-z-]+)\.page'", text))
    for name in sorted(names ^ installed):
        yield f"{name}.page: it is {'installed' if name in installed else 'there'} only"


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    pages, problems = {}, []
    for path in sorted((root / "help/C").glob("*.page")):
        try:
            pages[path.stem] = ElementTree.parse(path).getroot()
        except ElementTree.ParseError as error:
            problems.append(f"{path.name}: {error}")
            continue
        problems += check_form(path, pages[path.stem])
    problems += check_links(pages)
    problems += check_settings(root, pages)
    problems += check_files(root, set(pages))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
