#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a program in a Kerberos realm of its own, and ends with its exit status.

usage: with-realm.py PROGRAM [ARGUMENT...]

The environment of the program then has KRB5_CONFIG, KRB5CCNAME (a ticket of mara) and
CURFEW_TEST_{REALM,PASSWORD,KEYTAB,NTLM_USERS,DIRECTORY}. Where there is no KDC, the test is
skipped: with status 77 for a Python program, in the way of TAP for any other.
"""

import os
import subprocess
import sys

from gss_client import can_spnego_ntlm
from realm import PASSWORD, Realm

SKIPPED = 77


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: with-realm.py PROGRAM [ARGUMENT...]")
    if Realm.missing:
        print(f"1..0 # SKIP {Realm.missing}")
        return SKIPPED if os.path.basename(sys.argv[1]).startswith("python") else 0
    with Realm() as realm:
        environment = {**os.environ, **realm.describe()}
        if can_spnego_ntlm("mara", PASSWORD, environment["CURFEW_TEST_NTLM_USERS"]):
            environment["CURFEW_TEST_SPNEGO_NTLM"] = "1"
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    status = main()
    # a program that a signal ended has a negative status; a shell would say it like this
    sys.exit(status if status >= 0 else 128 - status)
