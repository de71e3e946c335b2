# SPDX-License-Identifier: GPL-3.0-or-later
"""A network of a test's own: loopback and one address that is not called loopback."""

import os
import subprocess
import sys

ADDRESS = "192.0.2.10"  # RFC 5737: of nobody
INSIDE = "CURFEW_TEST_OWN_NETWORK"
PREPARE = f'ip link set lo up && ip address add {ADDRESS}/32 dev lo && exec "$@"'


def enter():
    """Starts this program anew in a network of its own. Returns whether it is in one: where none can
    be made it goes on, and tests that want ADDRESS have to skip."""
    if INSIDE in os.environ:
        return True
    prefix = ["unshare", "--net", *(["--user", "--map-root-user"] if os.getuid() else []), "--",
              "sh", "-c", PREPARE, "sh"]
    if subprocess.run([*prefix, "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        return False
    os.environ[INSIDE] = "yes"
    os.execvp(prefix[0], [*prefix, sys.executable, *sys.argv])
    return True
