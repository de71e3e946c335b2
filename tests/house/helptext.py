# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program tells about itself."""

import re
import subprocess

OPTION = re.compile(r"^\s+(?:-[A-Za-z0-9?],? )?\s*(?P<name>--[a-z][a-z0-9-]*)", re.MULTILINE)


def help_of(program, *verb):
    done = subprocess.run([program, *verb, "--help"], capture_output=True, text=True, check=False,
                          timeout=20)
    if done.returncode != 0:
        raise RuntimeError(f"{program} {' '.join(verb)} --help ended with {done.returncode}: "
                           f"{done.stderr}")
    return done.stdout


def long_options(program, *verb):
    """The long options that its --help lists, with their two dashes."""
    found = {match["name"] for match in OPTION.finditer(help_of(program, *verb))}
    # GLib has pages of help for single groups of options; these are no options of ours
    return {name for name in found if not name.startswith("--help-")} | {"--help"}
