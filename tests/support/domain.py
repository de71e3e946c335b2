# SPDX-License-Identifier: GPL-3.0-or-later
"""Samba as an Active Directory domain controller for a test: of its services only the KDC, on
loopback and on ports of its own.

Samba is the one that build-aux/check unpacked to build-servers/: installing it would start it. It
looks for its services in a fixed folder only, so it runs where this folder is another one: in a
mount namespace.
"""

import glob
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile

from realm import CLIENT_CONFIG, PASSWORD, SERVERS, find_free_port, wait_for_port

REALM = "AD.CURFEW.TEST"
AES = 0x18  # both sizes
RC4 = 0x04
SAMBA = os.path.join(SERVERS, "usr/sbin/samba")
SUPPORT = os.path.dirname(os.path.abspath(__file__))

CONFIG = """[global]
  netbios name = DC1
  workgroup = AD
  realm = {realm}
  server role = active directory domain controller
  server services = kdc
  interfaces = 127.0.0.1
  bind interfaces only = yes
  krb5 port = {port}
  kpasswd port = {password_port}
  private dir = {directory}/private
  state directory = {directory}/state
  cache directory = {directory}/cache
  lock directory = {directory}
  pid directory = {directory}
  ncalrpc dir = {directory}/ncalrpc
  binddns dir = {directory}/bind-dns
  log file = {directory}/log
  logging = file
[sysvol]
  path = {directory}/state/sysvol
[netlogon]
  path = {directory}/state/sysvol/scripts
"""

# $1 is the folder with Samba's services, $2 the one where it looks for them
START = 'mount -t overlay overlay -o "lowerdir=$1:$2" "$2" && shift 2 && exec "$@"'


def unshare():
    """How to start a program that may mount; a person who is not root is root in there."""
    return ["unshare", "--mount", *(["--user", "--map-root-user"] if os.getuid() else []), "--"]


def start_with_services(*command):
    """The command line for a program of Samba's that finds its services."""
    (unpacked,) = glob.glob(os.path.join(os.path.realpath(SERVERS), "usr/lib/*/samba"))
    installed = unpacked[unpacked.index("/usr/lib/"):]
    return [*unshare(), "sh", "-c", START, "sh", unpacked, installed, *command]


def find_missing():
    """Why there can be no domain controller here; None if there can."""
    if importlib.util.find_spec("samba") is None:
        return "python3-samba is not installed"
    if not os.path.exists(SAMBA):
        return "build-aux/check has not unpacked samba"
    if subprocess.run(start_with_services("true"), stderr=subprocess.DEVNULL,
                      check=False).returncode != 0:
        return "no mount namespace with an overlay can be made here"
    return None


class Domain:
    """A context manager around one domain controller; `services` as in make_domain.py."""

    def __init__(self, services, users=("mara", "kim", "locked"), locked=("locked",)):
        self.asked = {"realm": REALM, "password": PASSWORD, "users": users, "locked": locked,
                      "services": services}
        self.process = None

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="curfew-domain-")
        try:
            self.make()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)
        shutil.rmtree(self.directory)

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def make(self):
        self.port = find_free_port()
        os.mkdir(self.path("etc"))
        self.write("etc/smb.conf", CONFIG.format(realm=REALM, directory=self.directory,
                                                 port=self.port,
                                                 password_port=find_free_port()))
        done = subprocess.run([sys.executable, os.path.join(SUPPORT, "make_domain.py"),
                               self.directory], input=json.dumps(self.asked).encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stdout.decode(errors="replace"))
        self.environment = {"KRB5_CONFIG": self.write_config("krb5.conf")}

    def write_config(self, name, extra=""):
        """A krb5.conf; `extra` is further lines of [libdefaults]."""
        return self.write(name, CLIENT_CONFIG.format(name=REALM, port=self.port, extra=extra))

    def get_keytab(self, name):
        path = self.path(name.replace("/", "-") + ".keytab")
        os.chmod(path, 0o600)
        return path

    def start(self):
        with open(self.path("output"), "ab") as output:
            self.process = subprocess.Popen(
                start_with_services(SAMBA, "-s", self.path("etc/smb.conf"), "-F",
                                    "--no-process-group", "-M", "single"),
                stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            wait_for_port(self.port, self.process)
        except RuntimeError as error:
            with open(self.path("output"), encoding="utf-8", errors="replace") as output:
                raise RuntimeError(f"{error}: {output.read()}") from None
